"""Units as a whole: whether all their forms score near the top, and whether each form names the department the unit belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from jiheng.audit.texts import squeeze
from jiheng.batch.across.drawers import runs
from jiheng.batch.across.folding import NO_KEY, joined
from jiheng.batch.across.numbers import POINT_PLACES
from jiheng.batch.across.problems import VARIANT, name_others, problems
from jiheng.batch.slots import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.across.sealed import Sealed
    from jiheng.rulebook.model import RulePack


def inflated(sealed: Sealed, law: RulePack) -> Iterator[NDArray[Any]]:
    """Units all of whose forms of a year state scores near 100, and units whose mean stated score lies well above the recomputed mean.

    One problem per unit and year, on its first form; the unit's other forms are named.
    """
    entry = law.rules["score.unit-inflated"]
    least, low, gap = int(entry.number("forms")), _points(Fraction(entry.number("low"))), _points(Fraction(entry.number("gap")))
    for group in _by_unit(sealed, sealed.forms["stated"] != NONE):
        if len(group) < least:
            continue
        stated, recomputed = sealed.forms["stated"][group], sealed.forms["recomputed"][group]
        both = recomputed != NONE
        many = int(both.sum())
        ours, theirs = int(stated[both].sum()), int(recomputed[both].sum())
        if many >= least and ours - theirs > gap * many:
            yield _unit_problem(group, "overstated", (theirs, many), (ours, many))
        elif stated.min() >= low:
            yield _unit_problem(group, "", (low, 1), (int(stated.sum()), len(group)))


def _points(number: Fraction) -> int:
    return int(number * 10**POINT_PLACES)


def _unit_problem(group: NDArray[np.int64], variant: str, expected: tuple[int, int], found: tuple[int, int]) -> NDArray[Any]:
    """A unit's problem; means are kept to the millionth, rounded half up (they are only printed)."""
    made = problems("score.unit-inflated", 1)
    made["form"], made["variant"] = group[0], VARIANT[variant]
    made["a"], made["a_exponent"] = _mean(*expected), -POINT_PLACES
    made["b"], made["b_exponent"] = _mean(*found), -POINT_PLACES
    name_others(made, 0, group[1:4].tolist(), len(group) - 1)
    return made


def _mean(total: int, many: int) -> int:
    return (2 * total + many) // (2 * many)


def _by_unit(sealed: Sealed, wanted: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """The wanted forms of each named unit and year, in order."""
    at = np.flatnonzero(wanted & (sealed.forms["unit"] != NO_KEY))
    keys = joined(sealed.forms["unit"][at], sealed.forms["year"][at].astype(np.int64))
    order = np.lexsort((at, keys))
    at, keys = at[order], keys[order]
    for start, stop in zip(*runs(keys), strict=True):
        yield at[start:stop]


def misplaced(sealed: Sealed, law: RulePack) -> Iterator[NDArray[Any]]:
    """Forms under another department than nearly all forms of the unit; units that are no unit but a group (各…, 相关…)."""
    entry = law.rules["form.unit-mismatch"]
    least, share = int(entry.number("forms")), Fraction(entry.number("share"))
    for group in _by_unit(sealed, sealed.forms["department"] != NO_KEY):
        if len(group) >= least:
            yield _elsewhere(group, sealed, share)
    starts = tuple(entry.words("group_starts"))
    groups = np.array([key for key, name in sealed.unit_names.items() if squeeze(name).startswith(starts)], np.int64)
    at = np.flatnonzero(np.isin(sealed.forms["unit"], groups))
    made = problems("form.unit-mismatch", len(at))
    made["form"], made["variant"] = at, VARIANT["group"]
    yield made


def _elsewhere(group: NDArray[np.int64], sealed: Sealed, share: Fraction) -> NDArray[Any]:
    """The forms of one unit that name another department than the share of them."""
    department = sealed.forms["department"][group]
    names, counts = np.unique(department, return_counts=True)
    usual = names[np.argmax(counts)]
    if int(counts.max()) < share * len(group):
        return problems("form.unit-mismatch", 0)
    odd, like = group[department != usual], group[department == usual]
    made = problems("form.unit-mismatch", len(odd))
    made["form"], made["a"], made["b"] = odd, len(like), len(group)
    for at in range(len(odd)):
        name_others(made, at, like[:3].tolist(), len(like))
    return made
