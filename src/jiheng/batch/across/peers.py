"""Targets against those of the same indicator in many forms of one year: robust z-scores from median and median deviation, in whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from jiheng.batch.across.drawers import runs
from jiheng.batch.across.problems import VARIANT, problems
from jiheng.batch.across.values import AT_MOST, decimal_parts
from jiheng.domain.numerals import WIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.across.notes import Notes
    from jiheng.batch.across.sealed import Sealed
    from jiheng.batch.across.sketch import Sketches
    from jiheng.rulebook.model import RulePack

_SAFE = 10**17


class Bounds(NamedTuple):
    """The thresholds of ``target.peer-outlier``."""

    peers: int
    score: Fraction
    constant: Fraction
    spread: Fraction
    gap: Fraction


class Middle(NamedTuple):
    """Twice the median, four times the median deviation, and twice each value's distance from the median, in units of 10**exponent."""

    twice_median: int
    four_deviations: int
    twice_distance: NDArray[Any]
    exponent: int


def against_peers(sketches: Sketches, sealed: Sealed, law: RulePack, notes: Notes) -> Iterator[NDArray[Any]]:
    """Targets far from the median of their peers, where the peers agree enough for that to mean something."""
    entry = law.rules["target.peer-outlier"]
    bounds = Bounds(int(entry.number("peers")), *(Fraction(entry.number(name)) for name in ("score", "constant", "spread", "gap")))
    for rows, starts, stops in sealed.drawers(sketches.peers, "form", "row"):
        for at in np.flatnonzero(stops - starts >= bounds.peers):
            group = rows[starts[at] : stops[at]]
            forms = len(runs(group["form"].astype(np.int64))[0])
            if forms >= bounds.peers:
                found = _outliers(group, forms, bounds)
                if found is None:
                    notes.count("spread", 1)
                else:
                    yield found


def middle(mantissas: NDArray[np.int64], exponents: NDArray[np.int8]) -> Middle:
    """The middle of some decimals; exact, in Python's whole numbers where 64 bits do not hold them."""
    exponent = int(exponents[mantissas != 0].min(initial=18)) if (mantissas != 0).any() else 0
    steps = np.where(mantissas == 0, 0, exponents.astype(np.int64) - exponent)
    if steps.max(initial=0) < 18 and np.abs(mantissas * 10.0**steps).max(initial=0) < _SAFE:
        values: NDArray[Any] = mantissas * 10**steps
    else:
        values = np.array([int(mantissa) * 10 ** int(step) for mantissa, step in zip(mantissas, steps, strict=True)], object)
    twice_median = _two_in_the_middle(values)
    distance = np.abs(2 * values - twice_median)
    return Middle(twice_median, _two_in_the_middle(distance), distance, exponent)


def _two_in_the_middle(values: NDArray[Any]) -> int:
    """The sum of the two middle values: twice the median."""
    ordered = np.sort(values)
    return int(ordered[(len(ordered) - 1) // 2]) + int(ordered[len(ordered) // 2])


def _outliers(group: NDArray[Any], forms: int, bounds: Bounds) -> NDArray[Any] | None:
    """The problems of one group; None where its values are too far apart to compare."""
    found = middle(group["target"], group["target_exponent"])
    if Fraction(found.four_deviations, 4) > bounds.spread * abs(Fraction(found.twice_median, 2)):
        return None
    # z = constant · |x − median| ÷ MAD; with MAD = 0 every distance counts, and the gap alone decides
    least = max(Fraction(found.four_deviations, 2) * bounds.score / bounds.constant, bounds.gap * abs(found.twice_median))
    floor = least.numerator // least.denominator
    at = np.flatnonzero((found.twice_distance > floor) & (found.twice_distance > 0))
    made = problems("target.peer-outlier", len(at))
    if not len(at):
        return made
    rows = group[at]
    median, shift = decimal_parts(Decimal(found.twice_median * 5).scaleb(found.exponent - 1, WIDE))
    made["form"], made["row"], made["unit"] = rows["form"], rows["row"], rows["unit"]
    made["a"], made["a_exponent"], made["b"], made["b_exponent"] = median, shift, rows["target"], rows["target_exponent"]
    made["count"] = forms - 1
    above = np.array(
        [_above(int(mantissa), int(exponent), found) for mantissa, exponent in zip(rows["target"], rows["target_exponent"], strict=True)]
    )
    made["variant"] = np.where(above == (rows["sign"] == AT_MOST), VARIANT["easy"], 0)
    return made


def _above(mantissa: int, exponent: int, found: Middle) -> bool:
    return Fraction(2 * mantissa) * Fraction(10) ** (exponent - found.exponent) > found.twice_median
