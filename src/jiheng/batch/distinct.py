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
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    distinct = array.dictionary.to_pylist()
    at = array.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Coded(at, [*distinct, None])


def of_each(column: pa.Array | pa.ChunkedArray, say: Callable[[str], Any], blank: Any) -> NDArray[np.int64]:  # noqa: ANN401 - a number, or several
    """What is said of each cell as whole numbers, asked once per distinct text; ``blank`` for an empty cell."""
    at, texts = coded(column)
    said: NDArray[np.int64] = np.array([blank if text is None else say(text) for text in texts], np.int64)
    return said[at]
