"""Records put away by key: what shares a key lies in one drawer, so that a drawer is joined alone and memory stays that of one drawer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Records = NDArray[Any]

DRAWERS: Final = 64
HELD: Final = 1 << 23
"""Bytes of records that one cabinet keeps in memory before it writes them to its folder."""


class Drawers:
    """A cabinet of records of one type, sorted into drawers by their field ``key``; beyond ``held`` bytes they lie in files of the folder."""

    def __init__(self, folder: Path, name: str, kind: np.dtype[Any], *, held: int | None = None) -> None:
        self._kind, self._held = kind, HELD if held is None else held
        self._paths = [folder / f"{name}-{at:02}.records" for at in range(DRAWERS)]
        self._kept: list[Records] = []
        self._size = 0
        self.count = 0

    def put(self, records: Records) -> None:
        """Put records away."""
        if len(records):
            self._kept.append(records)
            self._size += records.nbytes
            self.count += len(records)
        if self._size > self._held:
            self._write()

    def each(self) -> Iterator[Records]:
        """The drawers one after the other, empty ones left out; the order within a drawer is no one's business."""
        if self.count == 0:
            return
        if self.count * self._kind.itemsize <= self._held:
            yield np.concatenate(self._kept)
            return
        self._write()
        for path in self._paths:
            if path.exists():
                yield np.fromfile(path, self._kind)

    def _write(self) -> None:
        if not self._kept:
            return
        records = np.concatenate(self._kept)
        self._kept, self._size = [], 0
        drawer = (records["key"] % DRAWERS).astype(np.int8)
        order = np.argsort(drawer, kind="stable")
        records = records[order]
        ends = np.cumsum(np.bincount(drawer, minlength=DRAWERS))
        for path, start, stop in zip(self._paths, np.append(0, ends[:-1]), ends, strict=True):
            if stop > start:
                with path.open("ab") as file:
                    records[start:stop].tofile(file)


def runs(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each run of equal keys begins and ends, for keys in order."""
    if not len(keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    return starts, np.append(starts[1:], len(keys))
