"""Columns of text built from columns of numbers, without a Python loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
FULL_WIDTH = str.maketrans("0123456789%.,", "０１２３４５６７８９％．，")
POINTS = pa.array([f"{n // 100}{('.' + f'{n % 100:02d}').rstrip('0') if n % 100 else ''}" for n in range(30_000)])
FRACTIONS = pa.array([f".{n:02d}".rstrip("0") if n else "" for n in range(100)])
IDLE_FRACTIONS = pa.array([f".{n:02d}" for n in range(100)])
THREE = pa.array([f"{n:03d}" for n in range(1000)])


def taken(table: Sequence[str | None] | pa.Array, at: NDArray[Any], *, blank: Flags | None = None) -> pa.Array:
    """The texts of a table at these places; None where ``blank``."""
    source = table if isinstance(table, pa.Array) else pa.array(table, pa.string())
    return source.take(pa.array(at.astype(np.int32), mask=blank))


def joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def overlaid(column: pa.Array, where: Flags, other: pa.Array) -> pa.Array:
    """The column with the texts of another one where told."""
    return pc.if_else(pa.array(where), other, column)


def blanked(column: pa.Array, where: Flags) -> pa.Array:
    return pc.if_else(pa.array(where), pa.scalar(None, pa.string()), column)


def points(hundredths: Whole, *, blank: Flags) -> pa.Array:
    """Points of a hundredth in print: 4.5, 12.25, -1."""
    text = taken(POINTS, np.abs(hundredths), blank=blank)
    negative = (hundredths < 0) & ~blank
    return overlaid(text, negative, joined("-", text)) if negative.any() else text


def digits(hundredths: Whole, *, idle: Flags, grouped: Flags) -> pa.Array:
    """Numbers of a hundredth in print; ``idle`` keeps idle zeros (95.00), ``grouped`` parts thousands (12,000)."""
    size = np.abs(hundredths)
    whole, rest = size // 100, size % 100
    front = pa.array(whole).cast(pa.string())
    long = grouped & (whole >= 1000) & (whole < 1_000_000)
    if long.any():
        front = overlaid(front, long, joined(pa.array(whole // 1000).cast(pa.string()), ",", taken(THREE, whole % 1000)))
    back = overlaid(taken(FRACTIONS, rest), idle, taken(IDLE_FRACTIONS, rest))
    text = joined(front, back)
    negative = hundredths < 0
    return overlaid(text, negative, joined("-", text)) if negative.any() else text


def amounts(fen: Whole, style: Whole, *, blank: Flags) -> tuple[pa.Array, pa.Array]:
    """Amounts of 分 as printed in 万元 (style 0 as short as can be for two decimals, 1 six decimals), and in 元."""
    wan, rest = fen // 1_000_000, fen % 1_000_000
    front = pa.array(wan).cast(pa.string())
    long = joined(front, ".", taken(THREE, rest // 1000), taken(THREE, rest % 1000))
    printed = overlaid(long, (style == 0) & (rest % 10_000 == 0), joined(front, taken(FRACTIONS, rest // 10_000)))
    yuan = joined(pa.array(fen // 100).cast(pa.string()), taken(FRACTIONS, fen % 100))
    return blanked(printed, blank), blanked(yuan, blank)


def widened(column: pa.Array, where: Flags) -> pa.Array:
    """Digits of some rows in full width."""
    few = [None if text is None else text.translate(FULL_WIDTH) for text in column.filter(pa.array(where)).to_pylist()]
    return pc.replace_with_mask(column, pa.array(where), pa.array(few, pa.string()))


def sums(values: Whole, starts: Whole) -> Whole:
    """Sums over the forms, whose first rows are told."""
    return np.add.reduceat(values, starts)
