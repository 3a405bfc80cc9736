"""Numbers with units in running text, for rules that compare what a text says with what the table says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jiheng.domain.numerals import DIGITS, number_of, scaled
from jiheng.domain.units import LONGEST_FIRST, MULTIPLIERS, TIMES, canonical, read_unit

_UNIT = "|".join(re.escape(unit) for unit in LONGEST_FIRST if "/" not in unit and (not unit.isascii() or unit in {"%", "TB", "GB", "MB"}))
_MENTION = re.compile(
    rf"[〔\[](?:19|20)\d\d[〕\]]\d+号"  # a document number is passed over as a whole
    rf"|(?<![\d.第附〔\[])(?<![\d%][-~—–－～至到])(?:(?<!%)|(?!-))(?P<number>{DIGITS})(?P<times>{TIMES})?(?P<unit>{_UNIT})(?!\s?[-~—–－～至到]\d)"
    rf"(?P<per>/(?:{_UNIT})(?:[·*×、/](?:{_UNIT}))?)?"
)
_LONGEST = 40
_DATE_UNITS = frozenset({"年", "月", "日", "期", "届", "年度", "点"})


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
    """Every number with a known unit; list marks, years, dates and document numbers, ranges are passed over."""
    found: list[Mention] = []
    for match in _MENTION.finditer(text):
        if match["number"] is None or len(match["number"]) > _LONGEST or match["unit"] in _DATE_UNITS:
            continue
        printed = match["unit"] + (match["per"] or "")
        more, unit = read_unit(printed) or (Decimal(1), canonical(printed))
        times = match["times"] or ""
        found.append(
            Mention(
                number=scaled(number_of(match["number"]), MULTIPLIERS.get(times, Decimal(1)) * more),
                unit=unit,
                printed_unit=times + printed,
                start=match.start(),
                end=match.end(),
                text=match.group(),
            )
        )
    return tuple(found)
