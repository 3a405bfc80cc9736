"""Numbers of a ledger: exact, in the unit of their column, whatever unit the table or the cell is printed in."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from jiheng.domain.numerals import WIDE, chinese_number, scaled
from jiheng.domain.spelling import folded, two_numbers
from jiheng.domain.units import KNOWN, MULTIPLIERS, TIMES, comparable, read_unit, scale
from jiheng.evidence.cells import EMPTY, Entry, Typed, is_error, plain_text, says_nothing, stored_number

_NUMBER = re.compile(
    r"(?P<open>\()?(?P<coin>人民币|RMB|CNY|¥|￥|\$|USD)?(?P<sign>[+-])?(?P<coin_inside>¥|￥|\$)?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?P<power>[Ee][+-]?\d{1,3})?"
    rf"(?P<times>十万|{TIMES})?(?P<unit>[^\d()<>=≤≥~]*)(?P<close>\))?"
)
_VAGUE = re.compile(r"约|大约|近|超过|不足|左右|以上|以下|余$|多$|^[余多]|\d[余多]|[<>≤≥~]")
_COINS: Final = {"$": "美元", "USD": "美元"}
_FIFTEEN: Final = Context(prec=15, rounding=ROUND_HALF_UP)
_RATES: Final = {"%": Decimal(1), "‰": Decimal("0.1")}
_LONGEST: Final = 60
_FARTHEST: Final = 40


class Scale(NamedTuple):
    """How the numbers of one column are to be read: its ``unit``, the unit ``printed`` over it, whether they are whole, and may be negative."""

    unit: str | None
    printed: str | None = None
    whole: bool = False
    signed: bool = False


class _Printed(NamedTuple):
    """A number in print: the figure, 万 or 亿 behind it, the unit behind that."""

    number: Decimal
    times: str
    unit: str

    @property
    def measure(self) -> str:
        return f"{self.times}{self.unit}"


def is_unit(word: str) -> bool:
    """Whether a word is a unit of the trade; a remark (新, 含税, 些) is none."""
    read = read_unit(word)
    return read is not None and read[1] in KNOWN


def read_amount(entry: Entry, scale_of: Scale) -> Typed:
    """The number of a cell in the unit of its column; what is no number, negative or of another dimension says so and is never guessed."""
    if entry.value is not None and not isinstance(entry.value, str):
        return _checked(_native(entry.value, scale_of), scale_of)
    text = plain_text(folded(entry.text if entry.value is None else str(entry.value)))
    if entry.unworked:
        return Typed(None, "not-a-number", "单元格里是公式，但没有存下计算结果")
    if says_nothing(text):
        stored = stored_number(entry)  # accounting formats show a dash for zero
        return EMPTY if stored is None else _checked(_in_unit(_Printed(stored, "", ""), scale_of), scale_of)
    if is_error(text):
        return Typed(None, "not-a-number", f"单元格是错误值“{text}”")
    return _checked(_read(text, stored_number(entry), entry.number_format, scale_of), scale_of)


def _native(value: object, scale_of: Scale) -> Typed:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return _no_number(str(value))
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > _FARTHEST:
        return _no_number(str(value))
    typed = _converted(number, scale_of.printed, scale_of.unit or scale_of.printed)
    return typed._replace(remark="以浮点数存放，按最短写法读出") if isinstance(value, float) else typed


def _read(text: str, stored: Decimal | None, number_format: str | None, scale_of: Scale) -> Typed:
    if len(text) > _LONGEST or two_numbers(text):
        return _no_number(text)
    printed = _printed(text.replace(" ", ""))
    if printed is None:
        return _no_number(text)
    if stored is None:
        return _in_unit(printed, scale_of)
    stored = _FIFTEEN.plus(stored) if number_format is not None else stored
    if number_format is None and printed.unit != "%":
        return _in_unit(printed._replace(number=stored), scale_of)
    return _behind(printed, stored, scale_of)


def _behind(printed: _Printed, stored: Decimal, scale_of: Scale) -> Typed:
    """The stored number of a cell whose format may round it, or print a unit or a multiplier behind it."""
    shown = printed.number
    half = Decimal(1).scaleb(int(shown.as_tuple().exponent)) / 2
    if printed.unit == "%" and abs(shown - scaled(stored, Decimal(100))) <= half:
        return _in_unit(printed._replace(number=scaled(stored, Decimal(100))), scale_of)
    if abs(shown - stored) <= half:
        return _in_unit(printed._replace(number=stored), scale_of)
    factor = MULTIPLIERS.get(printed.times, Decimal(1))
    if printed.times and abs(scaled(shown, factor) - stored) <= half * factor:
        return _in_unit(_Printed(stored, "", printed.unit), scale_of)
    if printed.measure:
        told = _in_unit(printed, scale_of)
        return told._replace(remark=f"显示的是“{shown}{printed.measure}”，存放的是 {stored}，两者对不上，按显示的计")
    return _in_unit(_Printed(stored, "", ""), scale_of)._replace(remark="显示的数按格式缩放过，按存放的原数计")


@lru_cache(maxsize=65536)
def _printed(text: str) -> _Printed | None:
    """A tight text as a number with its unit; None where it is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return _spelled(text)
    if bool(match["open"]) != bool(match["close"]) or (match["open"] and match["sign"]):
        return None
    number = Decimal(match["number"].replace(",", "") + (match["power"] or ""))
    if abs(number.adjusted()) > _FARTHEST:
        return None
    coin = match["coin"] or match["coin_inside"]
    unit = match["unit"].strip("。.,;")
    if coin is not None:
        named = _COINS.get(coin, "元")
        if unit not in {"", named}:
            return None
        unit = named
    negative = match["sign"] == "-" or bool(match["open"])
    return _Printed(-number if negative else number, match["times"] or "", unit)


def _spelled(text: str) -> _Printed | None:
    number = chinese_number(text)
    if number is not None:
        return _Printed(number, "", "")
    for length in (1, 2):
        number = chinese_number(text[:-length]) if len(text) > length else None
        if number is not None and read_unit(text[-length:]) is not None and text[-length:] not in MULTIPLIERS:
            return _Printed(number, "", text[-length:])
    return None


def _in_unit(printed: _Printed, scale_of: Scale) -> Typed:
    number, own = printed.number, printed.measure or None
    target = scale_of.unit or scale_of.printed
    if not printed.unit:
        factor = MULTIPLIERS.get(printed.times, Decimal(1))
        over = scale_of.printed if not printed.times else _without_times(scale_of.printed or target)
        return _converted(scaled(number, factor), over, target)._replace(unit=own)
    if printed.unit in _RATES:
        return _rate(printed, target)
    if read_unit(printed.measure) is None or _VAGUE.search(printed.unit) is not None:
        return _no_number(f"{number}{printed.measure}")
    if target is None and not is_unit(printed.unit):
        return _no_number(f"{number}{printed.measure}")
    if target is None:
        return Typed(scaled(number, MULTIPLIERS.get(printed.times, Decimal(1))), remark=f"写了单位“{printed.unit}”，本列没有定义单位", unit=own)
    return _converted(number, printed.measure, target)._replace(unit=own)


def _rate(printed: _Printed, target: str | None) -> Typed:
    if printed.times or target is None or read_unit(target) != (Decimal(1), "%"):
        why = f"写的是百分数“{printed.number}{printed.unit}”，本列应为“{target or '没有单位的数'}”"
        return Typed(None, "unit-unknown", why, unit=printed.unit)
    return Typed(scaled(printed.number, _RATES[printed.unit]), unit=printed.unit)


def _without_times(unit: str | None) -> str | None:
    read = read_unit(unit) if unit else None
    return unit if read is None else read[1]


def _converted(number: Decimal, unit: str | None, target: str | None) -> Typed:
    """The number in the target unit; without a unit of its own it is taken to be in it."""
    factor = factor_between(unit, target)
    if factor is None:
        return Typed(None, "unit-unknown", f"单位“{unit}”与本列的“{target}”不是同一种量，不能换算")
    upper, lower = factor
    return Typed(number if upper == lower else WIDE.divide(WIDE.multiply(number, upper), lower))


@lru_cache(maxsize=4096)
def factor_between(unit: str | None, target: str | None) -> tuple[Decimal, Decimal] | None:
    """By what a number in one unit is multiplied and divided to be in another; None where they measure different things."""
    if unit is None or target is None or unit == target:
        return Decimal(1), Decimal(1)
    other = read_unit(target)
    own = read_unit(f"{unit}{other[1]}" if unit in MULTIPLIERS and other is not None else unit)  # a heading may print 万 alone
    if own is None or other is None or not comparable(own[1], other[1]):
        return None
    return own[0] * scale(own[1]), other[0] * scale(other[1])


def _checked(typed: Typed, scale_of: Scale) -> Typed:
    number = typed.fact
    if not isinstance(number, Decimal) or typed.exclusion is not None:
        return typed
    if scale_of.whole and number != number.to_integral_value():
        return typed._replace(fact=None, exclusion="not-a-number", because=f"“{number:f}”不是整数")
    if number < 0 and not scale_of.signed:
        return typed._replace(exclusion="negative", because=f"“{number:f}”小于 0")
    return typed


def _no_number(text: str) -> Typed:
    vague = "不是确数" if _VAGUE.search(text) is not None else "不是数"
    return Typed(None, "not-a-number", f"“{text[:30]}”{vague}")
