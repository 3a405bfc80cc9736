"""A printed figure as a spreadsheet can hold it: the number and the Excel format that prints exactly the same text."""

from __future__ import annotations

import re
from decimal import Decimal

from jiheng.exporters.layout.model import Figure

_FIGURE = re.compile(
    r"(?P<before>[^\d.,，%％\-]{0,4}?)(?P<number>-?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?)(?P<percent>%?)(?P<after>\D{0,8})"
)
_DIGITS_OF_A_DOUBLE = 15
_OF_DATES = ("年", "月", "日", "号", "时", "点", "季")
_NO_LITERAL = re.compile(r'["\\\x00-\x1f]')


def figure(text: str | None) -> Figure | None:
    """The number behind a printed cell (≥90%, 15100人次, 2,903.24), None where a spreadsheet could not print it back letter by letter.

    >>> figure("≥90%")
    Figure(number=Decimal('0.90'), number_format='"≥"0%')
    >>> figure("15100人次")
    Figure(number=Decimal('15100'), number_format='0"人次"')
    """
    match = _FIGURE.fullmatch(text or "")
    if match is None or _NO_LITERAL.search(match["before"] + match["after"]) or match["after"].startswith(_OF_DATES):
        return None
    plain = match["number"].replace(",", "")
    if len(plain.lstrip("-0.").replace(".", "")) > _DIGITS_OF_A_DOUBLE or (plain.startswith("-") and not Decimal(plain)):
        return None
    places = len(plain.partition(".")[2])
    digits = ("#,##0" if "," in match["number"] else "0") + ("." + "0" * places if places else "")
    number = Decimal(plain).scaleb(-2) if match["percent"] else Decimal(plain)
    return Figure(number, f"{_literal(match['before'])}{digits}{match['percent']}{_literal(match['after'])}")


def _literal(text: str) -> str:
    return f'"{text}"' if text else ""
