"""One row group made ready for the kernels: texts to flags and plans, decimals to scaled integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.audit.texts import squeeze
from jiheng.batch import slots
from jiheng.batch import texts as say
from jiheng.batch.columns import value_of
from jiheng.batch.distinct import Coded, as_codes, coded, codes_of
from jiheng.batch.headings import headings_of
from jiheng.batch.identities import Listed
from jiheng.batch.laid import lay_amounts, lay_lines
from jiheng.batch.law import SHAPE_BITS, CompiledLaw
from jiheng.batch.plans import ACTUAL_PERCENT, MONEY
from jiheng.batch.purses import NO_RATE
from jiheng.batch.schema import AMOUNTS
from jiheng.batch.slots import Flags, Gathered, Numbers, Rows, Table
from jiheng.batch.values import DecimalColumn, decimals, in_units
from jiheng.errors import JihengError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from jiheng.domain.value import Value

POINT_PLACES: Final = 6
YUAN_PLACES: Final = 4
_KEY_COLUMNS: Final = ("level1", "level2", "name", "unit_column")


def gathered(forms: pa.Table, indicators: pa.Table, funds: pa.Table, law: CompiledLaw) -> Gathered:
    """A row group ready for the kernels, under a law that columns can express."""
    law.begin()
    whole, weights = _forms(forms, law)
    heads = headings_of(forms["rest"])
    whole[1:, slots.F_HEADINGS], whole[:-1, slots.F_SURPLUS] = heads.ends, heads.surplus
    whole[:-1, slots.F_ODD] |= heads.odd
    cells = np.repeat(whole[:-1, slots.F_COLUMNS] & (say.TARGETS | say.ACTUALS) != 0, np.diff(whole[:, slots.F_ROW]))
    rows, plans, fixed = _rows(indicators, cells, law)
    rates: dict[str | None, int] = {}
    _row_rates(indicators, rows, plans, law, rates)
    lines = _funds(funds, law, rates)
    readings = law.said("rate", list(rates), say.printed_rate)
    printed = np.array(readings, np.int64).reshape(-1, 5)
    return Gathered(whole, rows, lines, printed, weights, heads.table, heads.rows, plans, fixed)


def _scaled(column: pa.ChunkedArray, places: int, odd: NDArray[np.bool_]) -> Numbers:
    """Decimals in units of 10**-places (``NONE`` where blank or no such number) and their printed places; rows of those that do not fit are odd."""
    array = as_codes(column)
    read, at = decimals(array.dictionary), codes_of(array)
    numbers, unfit = in_units(read, places)
    if unfit.any():
        odd |= np.append(unfit, False)[at]
    return Numbers(np.append(numbers, np.int64(slots.NONE)), np.append(_places(read), np.int64(0)), at)


def _spread(column: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return column.first[column.at], column.second[column.at]


def _taken(values: Sequence[int], column: Coded) -> NDArray[np.int64]:
    return np.array(values, np.int64)[column.at]


def _places(read: DecimalColumn) -> NDArray[np.int64]:
    return -np.minimum(read.exponent, 0).astype(np.int64)


class _Cells(NamedTuple):
    """Cells of values by their distinct texts: shape and number of each, whether it is beyond the kernels, and which stands in each row."""

    shape: NDArray[np.int64]
    numbers: Numbers
    wide: NDArray[np.bool_]


def _cells(indicators: pa.Table, side: str, law: CompiledLaw) -> _Cells:
    """What the cells of a side mean: as their texts are read, or as the form's own meaning says."""
    array, own = as_codes(indicators[side]), indicators[f"{side}_value"]
    read, at = law.shapes.read(pa.concat_arrays([array.dictionary, pa.nulls(1, array.dictionary.type)])), codes_of(array)
    if own.null_count < len(own):
        places = np.flatnonzero(own.is_valid().to_numpy())
        which, texts = coded(own.take(pa.array(places)))
        at = at.copy()
        at[places] = len(read.shape) + which
        at.flags.writeable = False
        read = law.shapes.with_own(read, law.said("value", texts[:-1], _own_value))
    most = (1 << SHAPE_BITS) - 1
    numbers = Numbers(read.mantissa, read.exponent.astype(np.int64), at)
    return _Cells(np.minimum(read.shape, most).astype(np.int64), numbers, read.wide | (read.shape > most))


def _own_value(meaning: str | None) -> Value | None:
    """The value that a cell of meaning describes; None where it describes none, which the interpreter then tells."""
    try:
        return value_of(meaning or "")
    except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError, JihengError):
        return None


def _mark_same_prints(indicators: pa.Table, odd: NDArray[np.bool_]) -> None:
    """Mark rows odd that print the same twice and say themselves what it means: else one print has one meaning, and copies show in the values."""
    own = [indicators[f"{side}_value"] for side in ("target", "actual")]
    if all(column.null_count == len(column) for column in own):
        return
    places = np.flatnonzero(np.logical_or(*[column.is_valid().to_numpy() for column in own]))
    prints = [indicators[side].take(pa.array(places)).to_pylist() for side in ("target", "actual")]
    odd[places] |= [first is not None and second is not None and squeeze(first) == squeeze(second) for first, second in zip(*prints, strict=True)]


def _rows(indicators: pa.Table, cells: NDArray[np.bool_], law: CompiledLaw) -> tuple[Rows, Table, Table]:
    target, actual = _cells(indicators, "target", law), _cells(indicators, "actual", law)
    level1, level2, name, unit = (coded(indicators[name]) for name in _KEY_COLUMNS)
    kinds, odd = law.kinds((level1, level2), name, unit, cells)
    _mark_same_prints(indicators, odd)
    for side in (target, actual):
        if side.wide.any():
            odd |= side.wide[side.numbers.at]
    plan, (plans, fixed) = law.plans(kinds, Listed(target.shape, target.numbers.at), Listed(actual.shape, actual.numbers.at))
    weight, stated = (_scaled(indicators[name], POINT_PLACES, odd) for name in ("weight", "stated_score"))
    reason, proof = coded(indicators["reason"]), coded(indicators["evidence"])
    reasons = np.array(law.said("reason", reason.texts, law.words.reason), np.int64)
    proofs = np.array(law.said("evidence", proof.texts, say.evidence), np.int64)
    rates = np.full(indicators.num_rows, NO_RATE, np.int32)
    flags = Flags(reasons, reason.at), Flags(proofs, proof.at)
    return Rows(target.numbers, actual.numbers, weight, stated, plan, *flags, rates, odd), plans, fixed


def _row_rates(indicators: pa.Table, rows: Rows, plans: Table, law: CompiledLaw, rates: dict[str | None, int]) -> None:
    """What the actual value of each money row inside the table may mean as a printed rate."""
    if law.numbers is None or not law.numbers[slots.L_MONEY_INSIDE]:
        return
    rated = (plans[:, slots.P_HOW] == MONEY) & (plans[:, slots.P_FLAGS] & ACTUAL_PERCENT != 0)
    places = np.flatnonzero(rated[rows.plan.numbers][rows.plan.at])
    for place, text in zip(places, indicators["actual"].take(pa.array(places)).to_pylist(), strict=True):
        if text is not None:
            rows.rate[place] = rates.setdefault(text.lstrip("≥≤=<>"), len(rates))


def _funds(funds: pa.Table, law: CompiledLaw, rates: dict[str | None, int]) -> Table:
    odd, item, rate = np.zeros(funds.num_rows, np.bool_), coded(funds["item"]), coded(funds["stated_rate"])
    lines = np.empty((funds.num_rows, slots.M_WIDTH), np.int64)
    for k, name in enumerate(AMOUNTS):
        amount, unfit = in_units(decimals(funds[f"{name}_yuan"]), YUAN_PLACES)
        odd |= unfit
        printed = funds[name if name in funds.column_names else f"{name}_yuan"]
        lay_amounts(k, amount, printed.is_valid().to_numpy(), lines, odd)
    numbers = np.array([NO_RATE if text is None else rates.setdefault(text, len(rates)) for text in rate.texts], np.int64)
    items = np.array(law.said("item", item.texts, lambda text: law.words.item(text or "")), np.int64)
    weight, stated = (_scaled(funds[name], POINT_PLACES, odd) for name in ("weight", "stated_score"))
    lay_lines((Flags(items, item.at), Flags(numbers, rate.at)), weight, stated, odd, lines)
    return lines


def _forms(forms: pa.Table, law: CompiledLaw) -> tuple[Table, Table]:
    """Forms with a last row that only ends them, and the printed totals of weights one after the other."""
    odd = ~forms["flat"].to_numpy() | forms["on"].is_null().to_numpy()
    grade, columns, amounts = coded(forms["stated_grade"]), coded(forms["printed_columns"]), coded(forms["printed_amounts"])
    project, totals = coded(forms["project_name"]), coded(forms["printed_totals"])
    shown = _taken(law.said("columns", columns.texts, lambda text: say.columns(text or "", say.COLUMNS)), columns)
    printed = law.said("totals", totals.texts, lambda text: _weights(text, law))
    odd |= np.array([found is None for found in printed])[totals.at]
    whole = np.zeros((forms.num_rows + 1, slots.F_WIDTH), np.int64)
    one = whole[:-1]
    whole[1:, slots.F_ROW], whole[1:, slots.F_FUND] = np.cumsum(forms["indicators"].to_numpy()), np.cumsum(forms["fund_lines"].to_numpy())
    whole[1:, slots.F_WEIGHTS] = np.cumsum(np.array([len(found or ()) for found in printed])[totals.at])
    one[:, slots.F_STATED], _ = _spread(_scaled(forms["stated_score"], POINT_PLACES, odd))
    one[:, slots.F_STATED_WEIGHT], _ = _spread(_scaled(forms["stated_weight"], POINT_PLACES, odd))
    one[:, slots.F_GRADE] = _taken(law.said("grade", grade.texts, law.words.grade), grade)
    one[:, slots.F_COLUMNS] = shown
    one[:, slots.F_AMOUNTS] = _taken(law.said("amounts", amounts.texts, lambda text: say.columns(text or "", say.MONEY_COLUMNS)), amounts)
    one[:, slots.F_FIXED_COST] = _taken(law.said("project", project.texts, law.words.fixed_cost), project)
    one[:, slots.F_ODD] = odd
    listed = (at for at in totals.at.tolist() if printed[at]) if any(printed) else ()
    return whole, np.array([weight for at in listed for weight in printed[at] or ()], np.int64)


def _weights(text: str | None, law: CompiledLaw) -> tuple[int, ...] | None:
    """The printed totals of weights; None where one does not fit."""
    try:
        return law.words.printed_weights(text)
    except ValueError:
        return None
