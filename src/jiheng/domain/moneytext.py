"""Reads amount cells; the column's unit is printed in its label. What cannot be read has ``yuan`` None and is asked about."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from jiheng.domain.numerals import DIGITS, number_of, scaled
from jiheng.domain.spelling import two_numbers
from jiheng.domain.value import Money, MoneyUnit
from jiheng.domain.valuetext import tidy
from jiheng.domain.valuewords import ABSENT_TOKENS

_UNITS = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10) ** 4,
    "万": Decimal(10) ** 4,
    "百万元": Decimal(10) ** 6,
    "亿元": Decimal(10) ** 8,
    "亿": Decimal(10) ** 8,
}
_LONGEST = 4000
_AMOUNT = re.compile(rf"^[¥￥]?({DIGITS})(?:\(?(元|千元|万元|万|百万元|亿元|亿)\)?)?整?(?:\((?:其中|含|包括).*\)|\([^\d]*\))?$")


@lru_cache(maxsize=8192)
def _amount(text: str, unit: MoneyUnit | None) -> Decimal | None:
    match = _AMOUNT.match(text)
    if match is None:
        return None
    printed = match.group(2) or unit or "元"
    return scaled(number_of(match.group(1)), _UNITS[printed])


def parse_money(raw: str | None, *, unit: MoneyUnit | None) -> Money | None:
    """An amount in exact 元; None for an empty cell or a dash; ``yuan`` None where the print is no number.

    ``unit`` is the column's printed unit; a unit repeated in the cell is not multiplied twice (5.8万 in a 万元 column is 58000).
    """
    if raw is None:
        return None
    text = tidy(raw)
    if not text or text in ABSENT_TOKENS:
        return None
    return Money(raw=raw.strip(), yuan=None if len(text) > _LONGEST or two_numbers(raw.strip()) else _amount(text, unit))
