"""Numbers with units in running text, for rules that compare what a text says with what the table says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jiheng.domain.numerals import DIGITS, number_of
from jiheng.domain.units import LONGEST_FIRST, MULTIPLIERS, canonical, read_unit

_UNIT = "|".join(re.escape(unit) for unit in LONGEST_FIRST if not unit.isascii() or unit in {"%", "TB", "GB", "MB"})
_MENTION = re.compile(rf"(?<![\d.第附〔\[])({DIGITS})(万亿|千万|百万|亿|万|千|百)?({_UNIT})")
_DOCUMENT_NUMBER = re.compile(r"[〔\[](?:19|20)\d\d[〕\]]\d+号")
_DATE_UNITS = frozenset({"年", "月", "日", "期", "届"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A number with its unit inside a text; ``start`` and ``end`` are character positions."""

    number: Decimal
    unit: str
    printed_unit: str
    start: int
    end: int
    text: str


@lru_cache(maxsize=2048)
def find_quantities(text: str) -> tuple[Mention, ...]:
    """Every number with a known unit; list marks, years, dates and document numbers are passed over."""
    skipped = [match.span() for match in _DOCUMENT_NUMBER.finditer(text)]
    found: list[Mention] = []
    for match in _MENTION.finditer(text):
        if any(low <= match.start() < high for low, high in skipped) or match.group(3) in _DATE_UNITS:
            continue
        read = read_unit(match.group(3))
        factor = MULTIPLIERS.get(match.group(2) or "", Decimal(1)) * (read[0] if read else 1)
        found.append(
            Mention(
                number=number_of(match.group(1)) * factor,
                unit=read[1] if read else canonical(match.group(3)),
                printed_unit=(match.group(2) or "") + match.group(3),
                start=match.start(),
                end=match.end(),
                text=match.group(),
            )
        )
    return tuple(found)
