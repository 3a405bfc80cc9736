"""Printed points of headings, out of what a form keeps beside its columns: what is listed below them is added up by the form kernel."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from jiheng.batch.fractions import millionths
from jiheng.batch.numbers import CODE
from jiheng.batch.slots import HEAD_WIDTH, NONE, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KEY: Final = '"headings":'
_DECODER: Final = json.JSONDecoder()
_MISMATCH, _LEVELS = CODE["weights.heading-mismatch"], CODE["weights.levels-disagree"]


class Headings(NamedTuple):
    """Headings with points, form by form: ``ends`` says where those of each form end, ``rows`` holds the rows below them.

    ``surplus`` are the points of blocks that are printed again after a page break; ``odd`` the forms whose points do not fit.
    """

    table: Table
    rows: NDArray[np.int64]
    ends: NDArray[np.int64]
    surplus: NDArray[np.int64]
    odd: NDArray[np.bool_]


def headings_of(rest: pa.ChunkedArray) -> Headings:
    """The headings of forms, from the column ``rest``."""
    texts = rest.combine_chunks()
    texts = texts.dictionary_decode() if pa.types.is_dictionary(texts.type) else texts
    surplus, count, odd = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.int64), np.zeros(len(texts), np.bool_)
    table: list[tuple[int, ...]] = []
    rows: list[int] = []
    places = np.flatnonzero(pc.match_substring(texts, _KEY + "[{").to_numpy(zero_copy_only=False))
    for place, text in zip(places.tolist(), texts.take(pa.array(places)).to_pylist(), strict=True):
        heads, _ = _DECODER.raw_decode(text, text.index(_KEY) + len(_KEY))
        try:
            found = [one for head in heads for one in _checked(head, heads)]
            repeated = [_points(head) for head in heads if head["repeats"] and head["level"] == 1 and head["points"] is not None]
        except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError):
            odd[place] = True  # whatever it is, the interpreter tells
            continue
        surplus[place], count[place] = sum(repeated), len(found)
        for code, points, listed, below in found:
            table.append((code, points, listed, len(rows), len(rows) + len(below)))
            rows += below
    return Headings(np.array(table, np.int64).reshape(-1, HEAD_WIDTH), np.array(rows, np.int64), np.cumsum(count), surplus, odd)


def _checked(head: dict[str, Any], heads: list[dict[str, Any]]) -> list[tuple[int, int, int, list[int]]]:
    """The code that checks a heading, its points, the sum of what is printed below it (``NONE``: of its rows), and its rows."""
    if head["repeats"] or head["points"] is None or head["level"] not in {1, 2}:
        return []
    points, rows = _points(head), [int(row) for row in head["rows"]]
    if head["level"] == 2:
        return [(_LEVELS, points, NONE, rows)]
    below = [sub for sub in heads if sub["level"] == 2 and not sub["repeats"] and sub["parent"] == head["name"] and set(sub["rows"]) <= set(rows)]
    if len({sub["goal"] for sub in below}) > 1:
        return []
    printed = [_points(sub) for sub in below if sub["points"] is not None]
    return [(_MISMATCH, points, sum(printed) if printed and len(printed) == len(below) else NONE, rows)]


def _points(head: dict[str, Any]) -> int:
    return millionths(Decimal(head["points"]))
