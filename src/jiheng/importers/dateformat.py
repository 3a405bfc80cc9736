"""Serial days as a spreadsheet prints them: a stored day number and the tokens of a date format give the text of the cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_LAST = Decimal(2958466)  # the day after 9999-12-31
_LAST_1904 = Decimal(2957004)
_DAY = Decimal(86400)
_WEEK = "一二三四五六日"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_FIGURES = ("", "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")
_TENS = ("", "十", "拾")
_CLOCKS = {"h", "elapsed", "minute", "s", "frac"}


class Token(NamedTuple):
    """A piece of a format code: what it is (``lit``, ``digit``, ``date`` …) and how it is written."""

    kind: str
    text: str


class Moment(NamedTuple):
    """A serial number taken apart; ``weekday`` counts from Monday 0, ``seconds`` within the day, ``part`` the fraction of a second."""

    year: int
    month: int
    day: int
    weekday: int
    days: int
    seconds: int
    part: Decimal


def moment(serial: Decimal, places: int, *, epoch_1904: bool) -> Moment | None:
    """The calendar day and time of a serial number, rounded to ``places`` of a second; None outside the calendar Excel knows."""
    if not 0 <= serial < (_LAST_1904 if epoch_1904 else _LAST):
        return None
    total = _WIDE.multiply(serial, _DAY).quantize(Decimal(1).scaleb(-places), context=_WIDE)
    seconds = int(total)
    days, rest = divmod(seconds, 86400)
    part = total - seconds
    days += 1462 if epoch_1904 else 0
    weekday = (days + 5) % 7  # as Excel counts them: before March 1900 a day off
    if days == 60:  # the day that never was: Excel counts a 29 February 1900
        return Moment(1900, 2, 29, weekday, days, rest, part)
    if days == 0:
        return Moment(1900, 1, 0, weekday, days, rest, part)
    if days > 2958465:
        return None
    day = date(1899, 12, 31 if days < 60 else 30) + timedelta(days=days)
    return Moment(day.year, day.month, day.day, weekday, days - (1462 if epoch_1904 else 0), rest, part)


def serial_of(written: str) -> Decimal | None:
    """The serial number (1900 system) of an ISO date or date-time; None where it is none."""
    try:
        stamp = datetime.fromisoformat(written.strip().removesuffix("Z")).replace(tzinfo=None)
    except ValueError:
        return None
    past = stamp - datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no time zones
    return past.days + _WIDE.divide(Decimal(past.seconds), _DAY)


def render_date(tokens: Sequence[Token], serial: Decimal, *, epoch_1904: bool = False, chinese: bool = False, numerals: int = 0) -> str | None:
    """The text of a date; None where the number is no date.

    ``chinese`` says that the code asks for Chinese names of days and months, ``numerals`` for Chinese figures: 1 (一) or 2 (壹).
    """
    places = max((len(token.text) - 1 for token in tokens if token.kind == "frac"), default=0)
    when = moment(serial, places, epoch_1904=epoch_1904)
    if when is None:
        return None
    half_day = any(token.kind == "ampm" for token in tokens)
    return "".join(_piece(token, when, half_day=half_day, chinese=chinese, numerals=numerals) for token in _minutes(tokens))


def _minutes(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, with each ``m`` that means minutes (after hours or before seconds) named so."""
    before = ""
    for index, token in enumerate(tokens):
        kind = token.text[:1] if token.kind == "date" else token.kind
        if kind == "m" and len(token.text) < 3 and (before in {"h", "elapsed"} or _next(tokens, index) == "s"):
            kind = "minute"
            yield Token("minute", token.text)
        else:
            yield token
        if kind in _CLOCKS or kind in {"y", "m", "d"}:
            before = kind


def _next(tokens: Sequence[Token], index: int) -> str:
    return next((t.text[:1] for t in tokens[index + 1 :] if t.kind == "date"), "")


def _piece(token: Token, when: Moment, *, half_day: bool, chinese: bool, numerals: int) -> str:
    kind, text = token
    if kind == "date":
        return _calendar(text, when, half_day=half_day, chinese=chinese, numerals=numerals)
    if kind == "minute":
        return _two(len(text), when.seconds % 3600 // 60, numerals)
    if kind == "elapsed":
        unit = {"h": 3600, "m": 60, "s": 1}[text[0]]
        return str((when.days * 86400 + when.seconds) // unit).zfill(len(text))
    if kind == "frac":
        return f"{when.part:f}"[1:]
    if kind == "ampm":
        halves = "上午/下午" if chinese else text
        return halves.split("/")[when.seconds >= 43200]
    return text


def _calendar(text: str, when: Moment, *, half_day: bool, chinese: bool, numerals: int) -> str:
    letter = text[0]
    if letter in "ye":
        return _year(text, when.year, numerals)
    if letter == "m":
        return _month(len(text), when.month, chinese=chinese, numerals=numerals)
    if letter in "da":
        return _day(text, when, chinese=chinese, numerals=numerals)
    hour = when.seconds // 3600
    hour = (hour - 1) % 12 + 1 if half_day else hour
    return _two(len(text), hour if letter == "h" else when.seconds % 60, numerals)


def _year(text: str, year: int, numerals: int) -> str:
    printed = f"{year % 100:02}" if text[0] == "y" and len(text) < 3 else f"{year:04}"
    return "".join(_FIGURES[numerals][int(digit)] for digit in printed) if numerals else printed


def _month(length: int, month: int, *, chinese: bool, numerals: int) -> str:
    if length < 3:
        return _two(length, month, numerals)
    if length == 5:
        return _MONTHS[month - 1][0]
    if chinese:
        return f"{month}月" if length == 3 else f"{_figures(month, 1)}月"
    return _MONTHS[month - 1][:3] if length == 3 else _MONTHS[month - 1]


def _day(text: str, when: Moment, *, chinese: bool, numerals: int) -> str:
    if text[0] == "d" and len(text) < 3:
        return _two(len(text), when.day, numerals)
    name = _WEEK[when.weekday]
    if text[0] == "a":
        return f"星期{name}" if len(text) > 3 else f"周{name}" if chinese else name
    if chinese:
        return f"星期{name}" if len(text) > 3 else f"周{name}"
    return _DAYS[when.weekday] if len(text) > 3 else _DAYS[when.weekday][:3]


def _two(length: int, value: int, numerals: int) -> str:
    return _figures(value, numerals) if numerals else str(value).zfill(min(length, 2))


def _figures(value: int, numerals: int) -> str:
    """A number below 100 in Chinese figures: 十五, 二十."""
    figures, ten = _FIGURES[numerals], _TENS[numerals]
    tens, ones = divmod(value, 10)
    if not tens:
        return figures[ones]
    lead = "" if tens == 1 and numerals == 1 else figures[tens]
    return f"{lead}{ten}{figures[ones] if ones else ''}"
