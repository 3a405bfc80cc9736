"""What a wording means around any number, proved: by the grammar of plain wordings, or by reading probes of every kind of number."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from re import compile as pattern
from re import escape
from typing import Final, NamedTuple

from jiheng.batch.digits import DATES, MONTHS, PERCENTS, YEARS
from jiheng.domain.numerals import CHINESE_DIGITS, WIDE
from jiheng.domain.spelling import folded
from jiheng.domain.value import Value, ValueNote
from jiheng.domain.valuetext import parse_value, tidy
from jiheng.domain.valuewords import OPERATOR_MARKS

_SQUARE_OR_CUBIC: Final = pattern(r"(?<=[mM])[23](?![\dA-Za-z])")
PROBES: Final = (
    "13",
    "0.95",
    "1.5",
    "98.6",
    "100",
    "45.0",
    "0.00",
    "007.5",
    "314.25",
    "3,456",
    "1,234,567.8",
    "１３．５",
    "１，２３４",
    "12345678.9",
    "700000000000001",
)
"""Numbers that no branch of the parser singles out by their digits."""
MONTH_PROBES: Final = ("0", "1", "4", "5", "7", "9", "10", "12", "01", "09")
DATE_PROBES: Final = ("1987", "2023", "2023.4", "2023.5", "2023.05", "2023.12")
_SIGNS: Final = "|".join(escape(mark) for mark in sorted(OPERATOR_MARKS, key=len, reverse=True))
_PLAIN_BEFORE: Final = pattern(rf"(?:{_SIGNS})*(?:约|近)?(?:{_SIGNS})*")
# nothing here can be part of a numeral, a date, a range, a placeholder or a remark, so that only the rule for plain quantities can read it
_TELLING: Final = f"{CHINESE_DIGITS}年月日号季旬底末终前内时期至到成点每均待另暂修完验实竣发含"
_PLAIN_BEHIND: Final = pattern(rf"[%％]|(?:(?![{_TELLING}])[\u4e00-\u9fff])+(?:/[人户亩吨次天])?")
_PROBE: Final = "13"
_SHOWN: Final = (1, 3)
"""Its digits: a factor that is a power of ten leaves them as they are."""


class Wording(NamedTuple):
    """What a print means around any number n: the prototype with the number ``sign · n · 10**exponent``, but for numbers under ``guards``."""

    prototype: Value
    sign: int
    exponent: int
    guards: int


def is_plain(before: str, behind: str) -> bool:
    """Whether no number between two texts can be read but as a plain quantity: signs before it, a unit without a date or numeral behind it."""
    if _PLAIN_BEFORE.fullmatch(before) is None:
        return False
    return _PLAIN_BEHIND.fullmatch(behind) is not None if behind else before != ""  # a bare number may be a date: 2023.12


def wording(before: str, behind: str) -> Wording | None:
    """What a number between two texts means; None where it is not one factor times the number and the rest the same for every number."""
    return _plainly(before, behind) if is_plain(before, behind) else proved(before, behind)


def _plainly(before: str, behind: str) -> Wording | None:
    first = parse_value(f"{before}{_PROBE}{behind}")
    if first.number is None:
        return None
    sign, shown, exponent = first.number.normalize(WIDE).as_tuple()
    if shown != _SHOWN or not isinstance(exponent, int):
        return None
    return Wording(stripped(first), -1 if sign else 1, exponent, PERCENTS if first.kind == "percent" else 0)


def proved(before: str, behind: str) -> Wording | None:
    """The same by probes alone.

    Proved by reading probes of every kind of number that the parser tells apart: plain ones must all agree; months, years and dates may
    differ as a kind, and are then guarded. Years of 年 and a first 2 of a percent are always guarded, for there the value decides.
    """
    around = tidy(before)
    if around.endswith(("m", "M")) or any(char.isdecimal() for char in _unpowered(before) + _unpowered(behind)):
        return None
    first = parse_value(f"{before}{PROBES[0]}{behind}")
    if first.number is None:
        return None
    factor = WIDE.divide(first.number, Decimal(PROBES[0])).normalize(WIDE)
    sign, shown, exponent = factor.as_tuple()
    if shown != (1,) or not isinstance(exponent, int):
        return None
    prototype = stripped(first)
    if not all(_agrees(probe, (before, behind), factor, prototype) for probe in PROBES[1:]):
        return None
    guards = sum(guard for guard, probes in _KINDS if not all(_agrees(probe, (before, behind), factor, prototype) for probe in probes))
    guards |= (YEARS if prototype.unit == "年" else 0) | (PERCENTS if prototype.kind == "percent" else 0)
    return Wording(prototype, -1 if sign else 1, exponent, guards)


_KINDS: Final = ((MONTHS, MONTH_PROBES), (DATES, DATE_PROBES))


def _unpowered(text: str) -> str:
    """The text folded, without the 2 and 3 of m2 and m3: what else is a digit there is part of a second number."""
    return _SQUARE_OR_CUBIC.sub("", folded(text))


def _agrees(probe: str, around: tuple[str, str], factor: Decimal, prototype: Value) -> bool:
    value = parse_value(f"{around[0]}{probe}{around[1]}")
    if value.number is None or stripped(value) != prototype:
        return False
    return value.number == WIDE.multiply(Decimal(tidy(probe).replace(",", "")), factor)


def stripped(value: Value) -> Value:
    """A value's shape: without number, raw and the prints in its notes where it has a number; else the value itself."""
    if value.number is None:
        return value
    return replace(value, raw=None, number=Decimal(0), notes=tuple([ValueNote(note.code, "", "") for note in value.notes]))
