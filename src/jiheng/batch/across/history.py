"""Targets and actual values against the same project's earlier years, row by row: same unit, project, indicator name and unit family."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from jiheng.batch.across.drawers import runs
from jiheng.batch.across.folding import joined
from jiheng.batch.across.problems import problems
from jiheng.batch.across.values import AT_MOST
from jiheng.batch.slots import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.across.notes import Notes
    from jiheng.batch.across.sealed import Sealed
    from jiheng.batch.across.sketch import Sketches
    from jiheng.rulebook.model import RulePack

_MARGIN = 1e-9
"""Comparisons this close in floating point are decided exactly."""


def against_history(sketches: Sketches, sealed: Sealed, law: RulePack, notes: Notes) -> Iterator[NDArray[Any]]:
    """Targets worse than an earlier actual value, actual values equal to last year's to the digit."""
    share = Fraction(law.rules["target.below-history"].number("share"))
    least = 10 ** (int(law.rules["actual.copies-history"].number("digits")) - 1)
    for drawer, _, _ in sealed.drawers(sketches.history, "year", "form", "row"):
        starts, stops = runs(joined(drawer["key"], drawer["year"].astype(np.int64)))
        single = stops - starts == 1
        notes.count("history", int((stops - starts)[~single].sum()))
        rows = drawer[starts[single]]
        yield _below(rows, share)
        yield _copied(rows, least)


def earlier(rows: NDArray[Any], years: int) -> NDArray[np.int64]:
    """For each row (keys in order, one row per key and year) the row of the same key so many years before, -1 where there is none."""
    found = np.full(len(rows), -1, np.int64)
    for step in range(1, years + 1):
        later, before = rows[step:], rows[:-step]
        hit = (later["key"] == before["key"]) & (later["year"] - before["year"] == years)
        found[np.flatnonzero(hit) + step] = np.flatnonzero(hit)
    return found


def _below(rows: NDArray[Any], share: Fraction) -> NDArray[Any]:
    """Targets worse by more than the share than the actual value of last year, else of the year before."""
    chosen = np.full(len(rows), -1, np.int64)
    for years in (2, 1):
        before = earlier(rows, years)
        at = np.flatnonzero(before >= 0)
        at = at[_worse(rows[at], rows[before[at]], share)]
        chosen[at] = before[at]
    at = np.flatnonzero(chosen >= 0)
    return _told("target.below-history", rows[at], rows[chosen[at]], rows["target"][at], rows["target_exponent"][at])


def _worse(rows: NDArray[Any], before: NDArray[Any], share: Fraction) -> NDArray[np.bool_]:
    """Whether each target is worse than the earlier actual value by more than the share of it; exact."""
    known = (before["actual"] != NONE) & (before["actual"] != 0)
    target = rows["target"] * 10.0 ** rows["target_exponent"]
    actual = before["actual"] * 10.0 ** before["actual_exponent"]
    ahead = (target - actual) * np.where(rows["sign"] == AT_MOST, 1, -1) - float(share) * np.abs(actual)
    near = _MARGIN * np.maximum(np.abs(target), np.abs(actual))
    worse: NDArray[np.bool_] = known & (ahead > near)
    for at in np.flatnonzero(known & (np.abs(ahead) <= near)):
        wanted = exact(rows["target"][at], rows["target_exponent"][at])
        was = exact(before["actual"][at], before["actual_exponent"][at])
        gap = wanted - was if rows["sign"][at] == AT_MOST else was - wanted
        worse[at] = gap > share * abs(was)
    return worse


def _copied(rows: NDArray[Any], least: int) -> NDArray[Any]:
    """Actual values with digits enough, off their target, that are last year's to the digit."""
    before = earlier(rows, 1)
    at = np.flatnonzero(before >= 0)
    now, then = rows[at], rows[before[at]]
    same = (now["actual"] == then["actual"]) & (now["actual_exponent"] == then["actual_exponent"]) & (now["actual"] != NONE)
    off = (now["actual"] != now["target"]) | (now["actual_exponent"] != now["target_exponent"])
    at = np.flatnonzero(same & off & (np.abs(now["actual"]) >= least))
    return _told("actual.copies-history", now[at], then[at], now["actual"][at], now["actual_exponent"][at])


def _told(code: str, rows: NDArray[Any], before: NDArray[Any], found: NDArray[np.int64], exponents: NDArray[np.int8]) -> NDArray[Any]:
    made = problems(code, len(rows))
    made["form"], made["row"], made["unit"] = rows["form"], rows["row"], rows["unit"]
    made["a"], made["a_exponent"] = before["actual"], before["actual_exponent"]
    made["b"], made["b_exponent"] = found, exponents
    made["others"][:, 0], made["named"], made["count"] = before["form"], 1, 1
    return made


def exact(mantissa: int, exponent: int) -> Fraction:
    """A number as a fraction."""
    return Fraction(int(mantissa)) * Fraction(10) ** int(exponent)
