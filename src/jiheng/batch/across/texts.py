"""Free texts of all forms: taken from the tables, written to one scratch file, counted clause by clause, read back in order or singly."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.across.folding import WIDTH, buffers, count_clauses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

TEXT: Final = np.dtype([("key", "i8"), ("form", "u4"), ("row", "i4"), ("field", "i1"), ("offset", "i8"), ("length", "i4")])
IN_ROWS: Final = ("/reason", "/target", "/actual")
FREE: Final = (("goal", "expected"), ("goal", "actual"), ("narrative", "performance"), ("narrative", "problems"), ("narrative", "improvements"))
SUBJECTS: Final = (*IN_ROWS, *("/" + "/".join(parts) for parts in FREE))
"""What field number k of a text is: a cell of a row, or a place of the form."""
FIRST_FREE: Final = len(IN_ROWS)
_CHUNK: Final = 1 << 16


class Rest(NamedTuple):
    """What a form says outside the columns: its free texts in the order of ``FREE``, and the evaluated amount in 元."""

    texts: tuple[str | None, ...]
    amount: str | None


def rest_of(text: str) -> Rest:
    """The free texts and the evaluated amount in the column ``rest``."""
    said: dict[str, Any] = json.loads(text)
    evaluation = said.get("evaluation") or said
    texts = tuple(_clean((evaluation.get(part) or {}).get(name)) for part, name in FREE)
    return Rest(texts, (evaluation.get("evaluated_amount") or {}).get("yuan"))


def _clean(text: str | None) -> str | None:
    """The text without halves of characters, which JSON can spell and columns cannot hold."""
    return text.encode("utf-8", "replace").decode() if text else None


class TextStore:
    """The scratch file of texts, beside it a record for each: form, row, field, where it stands."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "texts.bytes").open("w+b")
        self._records = (folder / "texts.records").open("w+b")
        self._end = 0
        self.count = 0
        self.counts: NDArray[np.int32] = np.zeros((2, WIDTH), np.int32)

    def add(self, records: NDArray[Any], texts: pa.Array) -> None:
        """Add texts with their records (offset and length are settled here); count their clauses."""
        data, offsets = buffers(texts)
        if len(offsets) < 2:
            return
        records["offset"] = offsets[:-1] - offsets[0] + self._end
        records["length"] = np.diff(offsets)
        self._file.write(data[offsets[0] : offsets[-1]].tobytes())
        self._records.write(records.tobytes())
        self._end += int(offsets[-1] - offsets[0])
        self.count += len(records)
        count_clauses(data, offsets, self.counts)

    def chunks(self) -> Iterator[tuple[NDArray[Any], NDArray[np.uint8], NDArray[np.int64]]]:
        """Records, bytes and offsets of some thousand texts at a time, in the order in which they came."""
        self._file.flush()
        self._records.flush()
        for first in range(0, self.count, _CHUNK):
            raw = os.pread(self._records.fileno(), _CHUNK * TEXT.itemsize, first * TEXT.itemsize)
            records = np.frombuffer(raw, TEXT).copy()
            start, size = int(records["offset"][0]), int(records["offset"][-1] + records["length"][-1] - records["offset"][0])
            data = np.frombuffer(os.pread(self._file.fileno(), size, start), np.uint8)
            yield records, data, np.append(records["offset"] - start, size)

    def read(self, offset: int, length: int) -> bytes:
        """One text."""
        return os.pread(self._file.fileno(), length, offset)

    def close(self) -> None:
        """Let the files go."""
        self._file.close()
        self._records.close()
