"""Which forms a data set holds, small enough to be kept in memory: 16 bytes a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.partitions import Part, damaged, opened

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONTENT = pa.field("content", pa.int64(), nullable=True, metadata={"meaning": "所存内容的摘要，用来认出重复写入的同一张表"})
_RECENT: Final = 1 << 16
_UNSAID: Final = 0


class Known:
    """Numbers of forms and what they hold, as a few sorted runs of hashes; a run is merged into one of its size, so there are few."""

    def __init__(self) -> None:
        self._runs: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self._recent: dict[int, int] = {}

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Self:
        """What is in some parts.

        Raises:
            DataSetError: a part cannot be read.
        """
        known = cls()
        for part in parts:
            with opened(part, "forms") as file:
                names = ["form", CONTENT.name] if CONTENT.name in file.schema_arrow.names else ["form"]
                try:
                    for batch in file.iter_batches(columns=names):
                        known._take(batch)
                except (pa.ArrowException, OSError) as error:
                    raise damaged(part.file("forms"), error) from None
        return known

    def content(self, form: str) -> int | None:
        """What is stored of the form of that number, as ``add`` was told it; None where there is no such form."""
        key = hash(form)
        if key in self._recent:
            return self._recent[key]
        for keys, contents in self._runs:
            at = int(np.searchsorted(keys, key))
            if at < len(keys) and keys[at] == key:
                return int(contents[at])
        return None

    def add(self, form: str, content: int) -> None:
        """Know one more form."""
        self._recent[hash(form)] = content
        if len(self._recent) >= _RECENT:
            keys, contents = np.fromiter(self._recent, np.int64), np.fromiter(self._recent.values(), np.int64)
            self._recent = {}
            self._keep(keys, contents)

    def _take(self, batch: pa.RecordBatch) -> None:
        keys = np.fromiter(map(hash, batch.column("form").to_pylist()), np.int64, batch.num_rows)
        said = batch.schema.names[-1] == CONTENT.name
        contents = batch.column(CONTENT.name).fill_null(_UNSAID).to_numpy() if said else np.zeros(batch.num_rows, np.int64)
        self._keep(keys, contents)

    def _keep(self, keys: NDArray[np.int64], contents: NDArray[np.int64]) -> None:
        while self._runs and len(self._runs[-1][0]) <= 2 * len(keys):
            more, theirs = self._runs.pop()
            keys, contents = np.concatenate([more, keys]), np.concatenate([theirs, contents])
        order = np.argsort(keys, kind="stable")
        self._runs.append((keys[order], contents[order]))
