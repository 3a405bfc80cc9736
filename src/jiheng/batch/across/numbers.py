"""Columns of decimal texts as scaled integers, exact or not at all; runs of rows per form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.compiled import compiled
from jiheng.batch.slots import NONE
from jiheng.batch.values import decimals, in_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONEY_PLACES: Final = 4
POINT_PLACES: Final = 6


def scaled(texts: pa.Array, places: int) -> NDArray[np.int64]:
    """Each decimal text in units of 10**-places; ``NONE`` for an empty cell and for what does not fit exactly."""
    return in_units(decimals(texts), places)[0]


def first_known(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row by row the first column that says something."""
    found = columns[0].copy()
    for column in columns[1:]:
        lacking = found == NONE
        found[lacking] = column[lacking]
    return found


def distinct_in_forms(starts: NDArray[np.int64], keys: NDArray[np.int64], counted: NDArray[np.bool_], most: int, out: NDArray[np.int32]) -> None:
    """How many different keys the counted rows of each form have, at most ``most``."""
    _count_distinct(starts, keys, counted, np.empty(most, np.int64), out)


@compiled
def _count_distinct(
    starts: NDArray[np.int64], keys: NDArray[np.int64], counted: NDArray[np.bool_], seen: NDArray[np.int64], out: NDArray[np.int32]
) -> None:
    most = len(seen)
    for form in range(len(starts) - 1):
        known = 0
        for i in range(starts[form], starts[form + 1]):
            if not counted[i] or known == most:
                continue
            new = True
            for j in range(known):
                if seen[j] == keys[i]:
                    new = False
            if new:
                seen[known] = keys[i]
                known += 1
        out[form] = known


@compiled
def chained(starts: NDArray[np.int64], keys: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    """One key for the sequence of each form's rows."""
    for form in range(len(starts) - 1):
        key = np.int64(starts[form + 1] - starts[form])
        for i in range(starts[form], starts[form + 1]):
            key = (key ^ keys[i]) * 1099511628211
            key ^= (key >> 32) & 0xFFFFFFFF
        key &= 0x7FFFFFFFFFFFFFFF
        out[form] = key or 1


@compiled
def without_idle_zeros(mantissas: NDArray[np.int64], exponents: NDArray[np.int64]) -> None:
    """Strip the zeros at the end of each mantissa, so that equal numbers are equal parts; 0 has the exponent 0."""
    for i in range(len(mantissas)):
        if mantissas[i] == 0:
            exponents[i] = 0
        else:
            while mantissas[i] % 10 == 0:
                mantissas[i] //= 10
                exponents[i] += 1
