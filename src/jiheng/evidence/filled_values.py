"""How a form prints what a ledger measured: the form's unit, as many places as the number needs; an amount of money in the form's unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jiheng.domain.gaps import is_mark
from jiheng.domain.measured import Measurement
from jiheng.domain.numerals import WIDE
from jiheng.domain.quantity import plain
from jiheng.domain.units import read_unit
from jiheng.domain.value import MoneyUnit
from jiheng.evidence.comparing import Stated, fits, in_form_terms
from jiheng.scoring.case import Row
from jiheng.scoring.rounding import decimals, to_places

PLACES = 2


def is_open(text: str | None) -> bool:
    """Whether a cell is blank, or holds nothing but the mark of an earlier filling."""
    return not (text or "").strip() or is_mark(text or "")


def printed(found: Measurement, row: Row) -> str | None:
    """The first result that the row's target can stand beside, as the form would print it; None where there is none.

    It is printed in the target's unit, else in that of the value there was, if it needs no more places there than two, or than the target;
    what is counted is else printed in the ledger's own unit, whole (4199519条, not 419.95万条); money and rates are rounded half up (2.09亿元).
    """
    unit = row.target.printed_unit or row.actual.printed_unit or row.unit
    measure = next((one for one in found.measures if fits(one.unit, Stated(Decimal(0), unit, 0))), None)
    if measure is None or measure.value is None:
        return None
    places = max(PLACES, decimals(row.target.number) if row.target.number is not None and row.target.unit == row.target.printed_unit else 0)
    value = in_form_terms(measure, Stated(Decimal(0), unit, 0))
    known = read_unit(measure.unit)
    counted = measure.value.denominator == 1 and known is not None and known[1] != "元"
    if value is None or (counted and not _exact(value, places)):
        return f"{_short(measure.value, places)}{measure.unit}"
    return f"{_short(value, places)}{unit or measure.unit}"


def _exact(value: Fraction, places: int) -> bool:
    return to_places(value, places) == value


def _short(value: Fraction, places: int) -> str:
    return plain(to_places(value, places))


def money_text(amount: Decimal, ledger_unit: str, unit: MoneyUnit | None) -> str:
    """An amount of a ledger in the form's unit of money, to the cent at least, exact: 758 万元 → 758.00."""
    read = read_unit(ledger_unit)
    yuan = WIDE.multiply(amount, read[0] if read else Decimal(1))
    number = WIDE.divide(yuan, Decimal(10_000)) if unit == "万元" else yuan
    text = plain(number)
    return f"{number:.2f}" if len(text.partition(".")[2]) < PLACES else text
