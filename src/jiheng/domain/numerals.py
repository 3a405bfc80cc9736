"""Numbers as printed: digits with thousands separators, Chinese numerals, exact products with 万 and 亿."""

from __future__ import annotations

import re
from decimal import Context, Decimal

WIDE = Context(prec=8192)
"""Wide enough that a printed number times a multiplier is never rounded."""
DIGITS = r"-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
CHINESE_DIGITS = "零〇一二两三四五六七八九十百千"
_CHINESE = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_CHINESE_NUMBER = re.compile(rf"[{CHINESE_DIGITS}]{{1,9}}(?:点[零〇一二三四五六七八九]{{1,6}})?")


def number_of(digits: str) -> Decimal:
    """The exact number of a printed digit run that ``DIGITS`` matched, without idle zeros behind the point."""
    text = digits.replace(",", "")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def scaled(number: Decimal, factor: Decimal) -> Decimal:
    """The exact product, without exponent and without idle zeros: 72.81 × 10000 → 728100."""
    product = WIDE.multiply(number, factor).normalize(WIDE)
    exponent = product.as_tuple().exponent
    return product.quantize(Decimal(1), context=WIDE) if isinstance(exponent, int) and exponent > 0 else product


def written(number: Decimal) -> str:
    """All digits of a number, without exponent: ``f"{number:f}"``, three times as fast for the numbers of forms."""
    text = str(number)
    return f"{number:f}" if "E" in text else text


def chinese_number(text: str) -> Decimal | None:
    """九十五 → 95, 两 → 2, 九十八点五 → 98.5; None where the text is no Chinese numeral below ten thousand."""
    if not _CHINESE_NUMBER.fullmatch(text):
        return None
    whole, _, fraction = text.partition("点")
    total, digit, place = 0, None, 10_000
    for char in whole:
        if char in _PLACES:
            if _PLACES[char] >= place or digit == 0:
                return None
            place = _PLACES[char]
            total += (1 if digit is None else digit) * place
            digit = None
        elif digit:
            return None
        else:
            digit = _CHINESE[char]
    decimals = "".join(str(_CHINESE[char]) for char in fraction)
    return Decimal(f"{total + (digit or 0)}.{decimals}" if decimals else total + (digit or 0))
