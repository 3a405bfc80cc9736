"""Rows laid out for the kernels and results taken out of them, each in one pass: what is known of distinct texts, spread over the rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiheng.batch import slots as s
from jiheng.batch.compiled import compiled
from jiheng.batch.slots import Table


class Numbers(NamedTuple):
    """A column of numbers by its distinct texts: mantissa and exponent (or number and printed places) of each, and which stands in each row."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    at: NDArray[np.int32]


class Flags(NamedTuple):
    """A column of texts by what its distinct texts say, and which stands in each row."""

    numbers: NDArray[np.int64]
    at: NDArray[np.int32]


@compiled
def lay_numbers(target: Numbers, actual: Numbers, weight: Numbers, stated: Numbers, rows: Table) -> None:
    """Write the numbers of every row."""
    for i in range(len(rows)):
        rows[i, s.R_TARGET], rows[i, s.R_TARGET_EXPONENT] = target.first[target.at[i]], target.second[target.at[i]]
        rows[i, s.R_ACTUAL], rows[i, s.R_ACTUAL_EXPONENT] = actual.first[actual.at[i]], actual.second[actual.at[i]]
        rows[i, s.R_WEIGHT] = weight.first[weight.at[i]]
        rows[i, s.R_STATED], rows[i, s.R_PLACES] = stated.first[stated.at[i]], stated.second[stated.at[i]]


@compiled
def lay_words(plans: Flags, reasons: Flags, proofs: Flags, rate: int, odd: NDArray[np.bool_], rows: Table) -> None:  # noqa: PLR0913, PLR0917 - a kernel's
    """Write plan, flags of reason and evidence, and whether only the interpreter can score the row."""
    for i in range(len(rows)):
        rows[i, s.R_PLAN] = plans.numbers[plans.at[i]]
        rows[i, s.R_REASON], rows[i, s.R_EVIDENCE] = reasons.numbers[reasons.at[i]], proofs.numbers[proofs.at[i]]
        rows[i, s.R_RATE], rows[i, s.R_ODD] = rate, odd[i]


@compiled
def column_of(table: Table, slot: int, numbers: NDArray[np.int64], valid: NDArray[np.uint8]) -> int:
    """Take a column of numbers out of a table, with a bitmap of those that are there; how many are not."""
    missing = 0
    for start in range(0, len(table), 8):
        bits = 0
        for i in range(start, min(start + 8, len(table))):
            number = table[i, slot]
            numbers[i] = number
            if number == s.NONE:
                missing += 1
            else:
                bits |= 1 << (i - start)
        valid[start >> 3] = bits
    return missing


@compiled
def words_of(table: Table, slot: int, numbers: NDArray[np.int32], valid: NDArray[np.uint8]) -> int:
    """The same for numbers of words, of which a negative one stands for none."""
    missing = 0
    for start in range(0, len(table), 8):
        bits = 0
        for i in range(start, min(start + 8, len(table))):
            number = table[i, slot]
            numbers[i] = max(number, 0)
            if number < 0:
                missing += 1
            else:
                bits |= 1 << (i - start)
        valid[start >> 3] = bits
    return missing
