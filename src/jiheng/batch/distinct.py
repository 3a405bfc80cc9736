"""Columns of texts by their distinct texts: what is to be said of a text is said once, however many cells hold it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray


class Coded(NamedTuple):
    """A column of texts as positions in its distinct texts; null is a text of its own, the last."""

    at: NDArray[np.int32]
    texts: list[str | None]


def coded(column: pa.Array | pa.ChunkedArray) -> Coded:
    """The distinct texts of a column and where each stands."""
    array = as_codes(column)
    return Coded(codes_of(array), [*array.dictionary.to_pylist(), None])


def as_codes(column: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of texts as codes of its distinct texts."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array if pa.types.is_dictionary(array.type) else array.dictionary_encode()


def codes_of(array: pa.DictionaryArray) -> NDArray[np.int32]:
    """Which of its distinct texts stands in each row; the number behind the last for null. Read-only, as kernels expect it."""
    at: NDArray[np.int32] = array.indices.fill_null(len(array.dictionary)).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    at.flags.writeable = False
    return at


def of_each(column: pa.Array | pa.ChunkedArray, say: Callable[[str], Any], blank: Any) -> NDArray[np.int64]:  # noqa: ANN401 - a number, or several
    """What is said of each cell as whole numbers, asked once per distinct text; ``blank`` for an empty cell."""
    at, texts = coded(column)
    said: NDArray[np.int64] = np.array([blank if text is None else say(text) for text in texts], np.int64)
    return said[at]
