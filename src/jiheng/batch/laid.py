"""The rows of one form laid out for the kernels, and their results put into columns: what is known of distinct texts, spread over the rows.

A form is taken at a time, so that what is laid out stays in the processor's cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from jiheng.batch import slots as s
from jiheng.batch.compiled import compiled, inlined, inner
from jiheng.batch.slots import Flags, Numbers, Rows, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS: Final = ("weight", "score", "exact", "low", "high")
WORDS: Final = ("method", "basis")


class Columns(NamedTuple):
    """Results of rows as columns: a line of ``points`` for each of ``POINTS``, of ``words`` for each of ``WORDS``.

    ``there`` holds a bitmap for each line of both, one after the other, of the rows that have a value.
    """

    points: NDArray[np.int64]
    words: NDArray[np.int32]
    there: NDArray[np.uint8]


def columns_for(rows: int) -> Columns:
    """Empty columns for so many rows."""
    bitmaps = np.zeros((len(POINTS) + len(WORDS), -(-rows // 8)), np.uint8)
    return Columns(np.empty((len(POINTS), rows), np.int64), np.empty((len(WORDS), rows), np.int32), bitmaps)


@inner
def lay(rows: Rows, first: int, count: int, out: Table) -> None:
    """Lay out the rows of a form, of which ``first`` is the first."""
    for i in range(count):
        row, at = out[i], first + i
        target, actual, stated = rows.target.at[at], rows.actual.at[at], rows.stated.at[at]
        row[s.R_PLAN] = rows.plan.numbers[rows.plan.at[at]]
        row[s.R_TARGET], row[s.R_TARGET_EXPONENT] = rows.target.first[target], rows.target.second[target]
        row[s.R_ACTUAL], row[s.R_ACTUAL_EXPONENT] = rows.actual.first[actual], rows.actual.second[actual]
        row[s.R_WEIGHT] = rows.weight.first[rows.weight.at[at]]
        row[s.R_STATED], row[s.R_PLACES] = rows.stated.first[stated], rows.stated.second[stated]
        row[s.R_REASON], row[s.R_EVIDENCE] = rows.reason.numbers[rows.reason.at[at]], rows.proof.numbers[rows.proof.at[at]]
        row[s.R_RATE], row[s.R_ODD] = rows.rate[at], rows.odd[at]


@compiled
def lay_amounts(k: int, amount: NDArray[np.int64], filled: NDArray[np.bool_], lines: Table, odd: NDArray[np.bool_]) -> None:
    """Lay out one amount of all money lines; a negative one makes a line odd."""
    for i in range(len(amount)):
        lines[i, s.M_AMOUNTS + k], lines[i, s.M_FILLED + k] = amount[i], filled[i]
        odd[i] |= amount[i] < 0 and amount[i] != s.NONE


@compiled
def lay_lines(words: tuple[Flags, Flags], weight: Numbers, stated: Numbers, odd: NDArray[np.bool_], lines: Table) -> None:
    """Lay out what else is in the money lines; ``words`` are what their names say and the printed rates."""
    item, rate = words
    for i in range(len(lines)):
        line, score = lines[i], stated.at[i]
        line[s.M_ITEM], line[s.M_RATE], line[s.M_ODD] = item.numbers[item.at[i]], rate.numbers[rate.at[i]], odd[i]
        line[s.M_WEIGHT], line[s.M_STATED], line[s.M_PLACES] = weight.first[weight.at[i]], stated.first[score], stated.second[score]


@inner
def put(columns: Columns, first: int, count: int, rows: Table, scores: Table) -> None:
    """Put the results of a form into the columns, ``first`` being its first row."""
    for i in range(count):
        at, score = first + i, scores[i]
        weight = rows[i, s.R_WEIGHT] if score[s.S_BASIS] >= 0 else s.NONE
        _point(columns, 0, at, weight)
        _point(columns, 1, at, score[s.S_SCORE])
        _point(columns, 2, at, score[s.S_EXACT])
        _point(columns, 3, at, score[s.S_LOW])
        _point(columns, 4, at, score[s.S_HIGH])
        _word(columns, 0, at, score[s.S_METHOD])
        _word(columns, 1, at, score[s.S_BASIS])


@inlined
def _point(columns: Columns, line: int, at: int, points: int) -> None:
    columns.points[line, at] = points
    columns.there[line, at >> 3] |= (points != s.NONE) << (at & 7)


@inlined
def _word(columns: Columns, line: int, at: int, word: int) -> None:
    columns.words[line, at] = max(word, 0)
    columns.there[len(POINTS) + line, at >> 3] |= (word >= 0) << (at & 7)
