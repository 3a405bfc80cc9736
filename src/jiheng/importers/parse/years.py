"""The fiscal year a form prints: in its own cell, in the title, in a line of its own."""

from __future__ import annotations

import re

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年?度?|\D|$)")
_NAMED_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年)")
_BUDGET_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?\s*度")


def fiscal_year_of(cell: str | None, texts: list[str], named: tuple[str | None, ...] = ()) -> int | None:
    """The year of the cell, else the first 年度 in the header texts, else the one year that title and project name print (2023年…项目).

    Masked years such as 20_ are none.
    """
    if cell and (match := _YEAR.search(cell)):
        return int(match.group(1))
    for text in texts:
        if found := _BUDGET_YEAR.search(text):
            return int(found.group(1))
    years = {year for text in named if text for year in _NAMED_YEAR.findall(text)}
    return int(years.pop()) if len(years) == 1 else None
