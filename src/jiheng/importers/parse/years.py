"""The fiscal year a form prints: in its own cell, in the title, in a line of its own."""

from __future__ import annotations

import re

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年?度?|\D|$)")
_BUDGET_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?\s*度")


def fiscal_year_of(cell: str | None, texts: list[str]) -> int | None:
    """The year of the cell, else the first 年度 in the header texts, else None (masked years such as 20_ are none)."""
    if cell:
        match = _YEAR.search(cell)
        if match:
            return int(match.group(1))
    for pattern in (_BUDGET_YEAR,):
        for text in texts:
            found = pattern.search(text)
            if found:
                return int(found.group(1))
    return None
