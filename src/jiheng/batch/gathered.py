"""One row group made ready for the kernels: texts to flags and plans, decimals to scaled integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch import slots
from jiheng.batch import texts as say
from jiheng.batch.distinct import Coded, coded
from jiheng.batch.law import SHAPE_BITS, CompiledLaw
from jiheng.batch.numbers import AMOUNTS
from jiheng.batch.plans import ACTUAL_PERCENT, MONEY, RowKey
from jiheng.batch.purses import NO_RATE
from jiheng.batch.slots import Gathered, Table
from jiheng.batch.values import DecimalColumn, decimals, in_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

POINT_PLACES: Final = 6
YUAN_PLACES: Final = 4
_KEY_COLUMNS: Final = ("level1", "level2", "name", "unit_column")


def gathered(forms: pa.Table, indicators: pa.Table, funds: pa.Table, law: CompiledLaw) -> Gathered:
    """A row group ready for the kernels, under a law that columns can express."""
    law.begin()
    rows, plans, fixed = _rows(indicators, law)
    rates: dict[str | None, int] = {}
    _row_rates(indicators, rows, plans, law, rates)
    lines = _funds(funds, law, rates)
    whole, weights = _forms(forms, law)
    readings = law.said("rate", list(rates), say.printed_rate)
    return Gathered(whole, rows, lines, np.array(readings, np.int64).reshape(-1, 5), weights, plans, fixed)


def _scaled(read: DecimalColumn, places: int, odd: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Decimals in units of 10**-places; the rows of those that do not fit are marked odd."""
    numbers, unfit = in_units(read, places)
    odd |= unfit
    return numbers


def _taken(values: Sequence[int], column: Coded) -> NDArray[np.int64]:
    return np.array(values, np.int64)[column.at]


def _places(read: DecimalColumn) -> NDArray[np.int64]:
    return -np.minimum(read.exponent, 0).astype(np.int64)


def _rows(indicators: pa.Table, law: CompiledLaw) -> tuple[Table, Table, Table]:
    target, actual = law.shapes.read(indicators["target"]), law.shapes.read(indicators["actual"])
    most = (1 << SHAPE_BITS) - 1
    odd = target.wide | actual.wide | (target.shape > most) | (actual.shape > most)
    for name in ("target_value", "actual_value"):
        if indicators[name].null_count < indicators.num_rows:
            odd |= indicators[name].is_valid().to_numpy()
    keys = [coded(indicators[name]) for name in _KEY_COLUMNS]
    numbers = [law.text_numbers(k, key.texts)[key.at] for k, key in enumerate(keys)]
    odd |= np.any([column < 0 for column in numbers], axis=0)

    def texts_at(places: list[int]) -> list[RowKey]:
        return [RowKey(*[key.texts[key.at[place]] for key in keys]) for place in places]

    classes = law.classes(numbers, texts_at)
    plan, (plans, fixed) = law.plans(classes, np.minimum(target.shape, most), np.minimum(actual.shape, most))
    reason, proof, stated = coded(indicators["reason"]), coded(indicators["evidence"]), decimals(indicators["stated_score"])
    rows = np.empty((indicators.num_rows, slots.R_WIDTH), np.int64)
    rows[:, slots.R_PLAN], rows[:, slots.R_RATE] = plan, NO_RATE
    rows[:, slots.R_TARGET], rows[:, slots.R_TARGET_EXPONENT] = target.mantissa, target.exponent
    rows[:, slots.R_ACTUAL], rows[:, slots.R_ACTUAL_EXPONENT] = actual.mantissa, actual.exponent
    rows[:, slots.R_WEIGHT] = _scaled(decimals(indicators["weight"]), POINT_PLACES, odd)
    rows[:, slots.R_STATED], rows[:, slots.R_PLACES] = _scaled(stated, POINT_PLACES, odd), _places(stated)
    rows[:, slots.R_REASON] = _taken(law.said("reason", reason.texts, law.words.reason), reason)
    rows[:, slots.R_EVIDENCE] = _taken(law.said("evidence", proof.texts, say.evidence), proof)
    rows[:, slots.R_ODD] = odd
    return rows, plans, fixed


def _row_rates(indicators: pa.Table, rows: Table, plans: Table, law: CompiledLaw, rates: dict[str | None, int]) -> None:
    """What the actual value of each money row inside the table may mean as a printed rate."""
    if law.numbers is None or not law.numbers[slots.L_MONEY_INSIDE]:
        return
    plan = plans[rows[:, slots.R_PLAN]]
    places = np.flatnonzero((plan[:, slots.P_HOW] == MONEY) & (plan[:, slots.P_FLAGS] & ACTUAL_PERCENT != 0))
    for place, text in zip(places, indicators["actual"].take(pa.array(places)).to_pylist(), strict=True):
        if text is not None:
            rows[place, slots.R_RATE] = rates.setdefault(text.lstrip("≥≤=<>"), len(rates))


def _funds(funds: pa.Table, law: CompiledLaw, rates: dict[str | None, int]) -> Table:
    odd, item, rate = np.zeros(funds.num_rows, np.bool_), coded(funds["item"]), coded(funds["stated_rate"])
    lines = np.empty((funds.num_rows, slots.M_WIDTH), np.int64)
    for k, name in enumerate(AMOUNTS):
        amount = _scaled(decimals(funds[f"{name}_yuan"]), YUAN_PLACES, odd)
        odd |= (amount < 0) & (amount != slots.NONE)
        lines[:, slots.M_AMOUNTS + k], lines[:, slots.M_FILLED + k] = amount, funds[name].is_valid().to_numpy()
    numbers = [NO_RATE if text is None else rates.setdefault(text, len(rates)) for text in rate.texts]
    stated = decimals(funds["stated_score"])
    lines[:, slots.M_ITEM] = _taken(law.said("item", item.texts, lambda text: law.words.item(text or "")), item)
    lines[:, slots.M_WEIGHT] = _scaled(decimals(funds["weight"]), POINT_PLACES, odd)
    lines[:, slots.M_STATED], lines[:, slots.M_PLACES] = _scaled(stated, POINT_PLACES, odd), _places(stated)
    lines[:, slots.M_RATE], lines[:, slots.M_ODD] = _taken(numbers, rate), odd
    return lines


def _forms(forms: pa.Table, law: CompiledLaw) -> tuple[Table, Table]:
    """Forms with a last row that only ends them, and the printed totals of weights one after the other."""
    odd = ~forms["flat"].to_numpy() | forms["on"].is_null().to_numpy()
    grade, columns, amounts = coded(forms["stated_grade"]), coded(forms["printed_columns"]), coded(forms["printed_amounts"])
    project, totals = coded(forms["project_name"]), coded(forms["printed_totals"])
    shown = _taken(law.said("columns", columns.texts, lambda text: say.columns(text or "", say.COLUMNS)), columns)
    printed = law.said("totals", totals.texts, lambda text: _weights(text, law))
    odd |= (shown & (say.TARGETS | say.ACTUALS) == 0) | np.array([found is None for found in printed])[totals.at]
    each = [printed[at] or () for at in totals.at]
    whole = np.zeros((forms.num_rows + 1, slots.F_WIDTH), np.int64)
    one = whole[:-1]
    whole[1:, slots.F_ROW], whole[1:, slots.F_FUND] = np.cumsum(forms["indicators"].to_numpy()), np.cumsum(forms["fund_lines"].to_numpy())
    whole[1:, slots.F_WEIGHTS] = np.cumsum([len(found) for found in each])
    one[:, slots.F_STATED] = _scaled(decimals(forms["stated_score"]), POINT_PLACES, odd)
    one[:, slots.F_STATED_WEIGHT] = _scaled(decimals(forms["stated_weight"]), POINT_PLACES, odd)
    one[:, slots.F_GRADE] = _taken(law.said("grade", grade.texts, law.words.grade), grade)
    one[:, slots.F_COLUMNS] = shown
    one[:, slots.F_AMOUNTS] = _taken(law.said("amounts", amounts.texts, lambda text: say.columns(text or "", say.MONEY_COLUMNS)), amounts)
    one[:, slots.F_FIXED_COST] = _taken(law.said("project", project.texts, law.words.fixed_cost), project)
    one[:, slots.F_ODD] = odd
    return whole, np.array([weight for found in each for weight in found], np.int64)


def _weights(text: str | None, law: CompiledLaw) -> tuple[int, ...] | None:
    """The printed totals of weights; None where one does not fit."""
    try:
        return law.words.printed_weights(text)
    except ValueError:
        return None
