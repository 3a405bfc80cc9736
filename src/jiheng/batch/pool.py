"""Where Arrow's memory comes from: one row group after the other takes as much, so a process keeps it instead of giving it back in between."""

from __future__ import annotations

import contextlib
from functools import cache

import pyarrow as pa  # type: ignore[import-untyped]


@cache
def keep_memory() -> None:
    """Take memory from the pool that keeps freed pages, where Arrow was built with it; fresh pages took a sixth of a run's time."""
    with contextlib.suppress(NotImplementedError):
        pa.set_memory_pool(pa.jemalloc_memory_pool())
