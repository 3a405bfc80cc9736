"""The form's own number beside the ledger's: one unit, the places printed, half up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from jiheng.domain.measured import Measure, Outcome
from jiheng.domain.numerals import DIGITS, WIDE, number_of
from jiheng.domain.units import comparable, read_unit, scale
from jiheng.domain.value import Money, MoneyUnit, Value
from jiheng.scoring.rounding import decimals, to_places

_NUMBER = re.compile(DIGITS)


class Stated(NamedTuple):
    """The form's number in a unit (None: not printed) to so many places; with ``points`` the number is the score of a rate at that weight."""

    number: Decimal
    unit: str | None
    places: int
    points: Decimal | None = None


def stated_value(value: Value, unit: str | None = None) -> Stated | None:
    """The number of a value cell in its printed unit, or in ``unit`` where the cell prints none; None where the cell has no number."""
    if value.number is None:
        return None
    printed = value.printed_unit or value.unit
    number = _in_printed(value.number, value.unit, printed)
    return Stated(number, printed or unit, _places(value.raw, number))


def stated_money(money: Money | None, unit: MoneyUnit | None) -> Stated | None:
    """An amount in the form's money unit; None where there is none or it cannot be read."""
    if money is None or money.yuan is None:
        return None
    number = WIDE.divide(money.yuan, Decimal(10_000)) if unit == "万元" else money.yuan
    return Stated(number, unit or "元", _places(money.raw, number))


def stated_score(score: Decimal | None, weight: Decimal | None) -> Stated | None:
    """A score claimed for a rate (资金支出率 11.96 of 12)."""
    if score is None or weight is None:
        return None
    exponent = score.as_tuple().exponent
    return Stated(score, "分", -exponent if isinstance(exponent, int) and exponent < 0 else 0, weight)


def _in_printed(number: Decimal, unit: str | None, printed: str | None) -> Decimal:
    read = read_unit(printed) if printed else None
    if read is None or read[0] == 1 or (unit is not None and unit != read[1]):
        return number
    return WIDE.divide(number, read[0])


def _places(raw: str | None, number: Decimal) -> int:
    """The decimals as printed: 99.50% has two; a number not found in the print (九成, a repaired cell) has those it needs."""
    for match in _NUMBER.finditer((raw or "").replace("，", ",")):
        if number_of(match.group()) == number:
            return len(match.group().partition(".")[2])
    return decimals(number)


def fits(unit: str, stated: Stated | None) -> bool:
    """Whether a result in this unit can stand beside the form's number."""
    if stated is None or stated.unit is None:
        return True
    if stated.points is not None:
        return unit == "%"
    own, other = read_unit(unit), read_unit(stated.unit)
    return unit == stated.unit or (own is not None and other is not None and comparable(own[1], other[1]))


def in_form_terms(measure: Measure, stated: Stated | None) -> Fraction | None:
    """The exact value in the unit of the form, or as points; None where it is undefined or the units cannot be compared."""
    value = measure.value
    if value is None or stated is None or not fits(measure.unit, stated):
        return value if stated is None else None
    if stated.points is not None:
        return value * Fraction(stated.points) / 100
    own, other = read_unit(measure.unit), read_unit(stated.unit or measure.unit)
    if own is None or other is None:
        return value
    return value * Fraction(own[0] * scale(own[1])) / Fraction(other[0] * scale(other[1]))


def shown(measure: Measure, stated: Stated | None) -> Decimal | None:
    """The value as the form would print it: its unit, its places, half up. Without a number in the form, whole or two places as needed."""
    value = in_form_terms(measure, stated)
    if value is None:
        return None
    if stated is None:
        return to_places(value, 0 if value.denominator == 1 else 2)
    return to_places(value, stated.places)


def differ(measures: Sequence[Measure], stated: Stated | None) -> bool:
    """Whether defined results differ at the places printed."""
    found = {(shown(measure, stated), measure.unit if stated is None else None) for measure in measures if measure.value is not None}
    return len(found) > 1


class Situation(NamedTuple):
    """What decides the outcome beside the numbers."""

    judgement: bool
    unread: bool
    idle: bool
    void: bool
    gaps: bool
    agreed: bool


def outcome_of(measures: Sequence[Measure], stated: Stated | None, situation: Situation) -> Outcome:  # noqa: PLR0911 - one answer per situation
    """How ledger and form compare. What cannot be compared comes before what can; a gap before a difference that it may explain."""
    if situation.judgement:
        return "judgement"
    if situation.unread:
        return "unreadable"
    if situation.idle:
        return "vacuous"
    if not measures or (stated is None and not situation.gaps) or not any(fits(measure.unit, stated) for measure in measures):
        return "unreadable"
    if not situation.agreed and differ(measures, stated):
        return "definition-missing"
    if situation.gaps:
        return "incomplete"
    mine = shown(measures[0], stated)
    if mine is None:
        return "vacuous" if situation.void else "unreadable"
    return "equal" if stated is not None and mine == stated.number else "differs"
