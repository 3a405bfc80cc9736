"""Roll-up of regions 汇总: absolutes add, ratios and scores are averaged by money, exactly. Source: the roll-up part of the field guide.

The rules are those of the roll-up sheet: sum first, compute afterwards; a rate takes forms that give both amounts, a mean those that give a
score and a budget above 0. Every place counts for the places above it, and for the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.across.numbers import MONEY_PLACES, POINT_PLACES
from jiheng.batch.slots import NONE
from jiheng.domain.units import DIMENSIONS, family
from jiheng.scoring.rounding import to_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.across.notes import Notes
    from jiheng.batch.across.sealed import Sealed
    from jiheng.batch.across.sketch import Sketches

WHOLE_BATCH: Final = "合计"
_RATIO_DIMENSIONS: Final = ("ratio", "percentage points", "points", "multiples", "temperature", "time", "money per")
RATIOS: Final = frozenset(family(unit) for dimension in _RATIO_DIMENSIONS for unit in DIMENSIONS[dimension])
"""Unit families whose values do not add up: they are averaged by money."""
_LIMB: Final = 10**6
_BLOCK: Final = 1 << 15
_FITS: Final = 10**8
Upwards = Callable[[str], Iterable[str]]

ROLLUP: Final = pa.schema(
    [
        pa.field("year", pa.int32(), metadata={"meaning": "评价年度；没有则为空"}),
        pa.field("place", pa.string(), nullable=False, metadata={"meaning": "地区；全部各地为“合计”"}),
        pa.field("forms", pa.int64(), nullable=False, metadata={"meaning": "表数"}),
        pa.field("with_budget", pa.int64(), nullable=False, metadata={"meaning": "有预算数的表数"}),
        pa.field("budget", pa.decimal128(38, MONEY_PLACES), metadata={"meaning": "预算数合计，元"}),
        pa.field("spent", pa.decimal128(38, MONEY_PLACES), metadata={"meaning": "执行数合计，元"}),
        pa.field("rate", pa.decimal128(18, 2), metadata={"meaning": "执行率，%：两项都有的表，执行数合计 ÷ 预算数合计，四舍五入两位"}),
        pa.field("stated", pa.decimal128(18, 2), metadata={"meaning": "自评总分，按预算数加权平均，四舍五入两位"}),
        pa.field("recomputed", pa.decimal128(18, 2), metadata={"meaning": "复算总分，按预算数加权平均，四舍五入两位"}),
    ]
)


class Region(NamedTuple):
    """The sums of one place and year; amounts in 元, rate and means exact, None where nothing counts."""

    year: int
    place: str
    forms: int
    with_budget: int
    budget: Decimal | None
    spent: Decimal | None
    rate: Fraction | None
    stated: Fraction | None
    recomputed: Fraction | None


class IndicatorSum(NamedTuple):
    """One indicator over a region: how many rows, whether it adds up, target and actual value (sum or mean by money), a row that names it."""

    year: int
    form: int
    row: int
    unit: int
    rows: int
    adds: bool
    target: Fraction | None
    actual: Fraction | None


def regions(sealed: Sealed, upwards: Upwards, notes: Notes) -> tuple[Region, ...]:
    """The sums of every place, of the places above and of the whole, year by year."""
    forms = sealed.forms
    notes.count("rollup", int((forms["budget"] == NONE).sum()))
    found = []
    for year in np.unique(forms["year"]).tolist():
        of_year = np.flatnonzero(forms["year"] == year)
        for place, codes in sorted(_places(sealed, upwards).items(), key=lambda item: (item[0] != WHOLE_BATCH, item[0])):
            at = of_year[np.isin(forms["place"][of_year], codes)]
            if len(at):
                found.append(_region(int(year), place, forms[at]))
    return tuple(found)


def _places(sealed: Sealed, upwards: Upwards) -> dict[str, list[int]]:
    """The place numbers that count for each place."""
    found: dict[str, list[int]] = {WHOLE_BATCH: list(range(len(sealed.places)))}
    for number, place in enumerate(sealed.places):
        for name in dict.fromkeys(upwards(place)) if place else ():
            found.setdefault(name, []).append(number)
    return found


def _region(year: int, place: str, forms: NDArray[Any]) -> Region:
    budget, spent = forms["budget"], forms["spent"]
    both = (budget != NONE) & (spent != NONE)
    planned = total(budget[both])
    return Region(
        year=year,
        place=place,
        forms=len(forms),
        with_budget=int((budget != NONE).sum()),
        budget=_yuan(budget[budget != NONE]),
        spent=_yuan(spent[spent != NONE]),
        rate=Fraction(total(spent[both]), planned) if planned else None,
        stated=mean_by_money(forms["stated"], budget, POINT_PLACES),
        recomputed=mean_by_money(forms["recomputed"], budget, POINT_PLACES),
    )


def _yuan(amounts: NDArray[np.int64]) -> Decimal | None:
    return Decimal(total(amounts)).scaleb(-MONEY_PLACES) if len(amounts) else None


def total(values: NDArray[np.int64]) -> int:
    """The exact sum of 64-bit numbers."""
    low, high = values % _LIMB, values // _LIMB
    return _blocks(high) * _LIMB + _blocks(low)


def _blocks(values: NDArray[np.int64]) -> int:
    """The sum of numbers below 10**14, block by block so that none passes 64 bits."""
    if not len(values):
        return 0
    return sum(np.add.reduceat(values, np.arange(0, len(values), _BLOCK)).tolist())


def total_of_products(one: NDArray[np.int64], other: NDArray[np.int64]) -> int:
    """The exact sum of products; ``one`` is cut into limbs where the other factor is small, as points are."""
    if np.abs(other).max(initial=0) > _FITS:
        return sum(int(a) * int(b) for a, b in zip(one, other, strict=True))
    high, rest = one // _LIMB**2, one % _LIMB**2
    middle, low = rest // _LIMB, rest % _LIMB
    return (_blocks(high * other) * _LIMB + _blocks(middle * other)) * _LIMB + _blocks(low * other)


def mean_by_money(values: NDArray[np.int64], money: NDArray[np.int64], places: int) -> Fraction | None:
    """The mean of scaled values weighted by money; only pairs where both are known and the money is above 0."""
    known = (values != NONE) & (money != NONE) & (money > 0)
    weight = total(money[known])
    return Fraction(total_of_products(money[known], values[known]), weight * 10**places) if weight else None


def table(found: Iterable[Region]) -> pa.Table:
    """The sums as ``ROLLUP``."""
    rows = [
        {
            "year": region.year or None,
            "place": region.place,
            "forms": region.forms,
            "with_budget": region.with_budget,
            "budget": region.budget,
            "spent": region.spent,
            "rate": None if region.rate is None else to_places(region.rate * 100, 2),
            "stated": None if region.stated is None else to_places(region.stated, 2),
            "recomputed": None if region.recomputed is None else to_places(region.recomputed, 2),
        }
        for region in found
    ]
    return pa.Table.from_pylist(rows, schema=ROLLUP)


def indicators(sketches: Sketches, sealed: Sealed, upwards: Upwards, place: str = WHOLE_BATCH) -> Iterator[IndicatorSum]:
    """Each indicator (name, unit family, year) of a region over all its forms; unlike units are never added."""
    codes = _places(sealed, upwards).get(place, [])
    ratios = {key for name, key in sketches.measures.items() if name in RATIOS}
    for drawer, starts, stops in sealed.drawers(sketches.peers, "form", "row"):
        inside = np.isin(sealed.forms["place"][drawer["form"]], codes)
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            rows = drawer[start:stop][inside[start:stop]]
            if len(rows):
                yield _indicator(rows, sealed, adds=int(rows["unit"][0]) not in ratios)


def _indicator(rows: NDArray[Any], sealed: Sealed, *, adds: bool) -> IndicatorSum:
    money = sealed.forms["budget"][rows["form"]]
    values = (_combined(rows[name], rows[f"{name}_exponent"], None if adds else money) for name in ("target", "actual"))
    first = rows[0]
    return IndicatorSum(int(first["year"]), int(first["form"]), int(first["row"]), int(first["unit"]), len(rows), adds, *values)


def _combined(mantissas: NDArray[np.int64], exponents: NDArray[np.int8], money: NDArray[np.int64] | None) -> Fraction | None:
    """The sum of some decimals, or their mean by money; by exponent, so that each part is a sum of whole numbers."""
    known = (mantissas != NONE) if money is None else (mantissas != NONE) & (money != NONE) & (money > 0)
    if not known.any():
        return None
    found = Fraction(0)
    for exponent in np.unique(exponents[known]).tolist():
        at = known & (exponents == exponent)
        part = total(mantissas[at]) if money is None else total_of_products(money[at], mantissas[at])
        found += Fraction(part) * Fraction(10) ** int(exponent)
    return found if money is None else found / total(money[known])
