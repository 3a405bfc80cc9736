"""The one door to the compiler: numeric functions are compiled once, kept on disk where that is possible, and release the interpreter's lock."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_BESIDE = Path(__file__).parent / "__pycache__"


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code. The cache stands beside the source, or in the user's temporary folder where that is read-only."""
    return _compiled(function, inner=False)


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """The same for a function that only compiled functions call: without a door for Python, which takes longer to compile than the function."""
    return _compiled(function, inner=True)


def _compiled(function: Callable[P, R], *, inner: bool) -> Callable[P, R]:
    if not os.access(_BESIDE if _BESIDE.exists() else _BESIDE.parent, os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"jiheng-kernels-{os.getuid()}"))
    from numba import njit  # noqa: PLC0415 - the one door; the cache folder is settled before

    compiler: Any = njit  # its stubs do not know every option
    made: Callable[P, R] = compiler(cache=True, nogil=True, no_cpython_wrapper=inner)(function)
    return made
