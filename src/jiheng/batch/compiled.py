"""The one door to the compiler: numeric functions are compiled once, kept on disk where that is possible, and release the interpreter's lock.

Beside the source is where compiled code is kept, else where ``NUMBA_CACHE_DIR`` says, else the user's cache; where none of these can be written,
a temporary folder of the user's own.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from numba import config, njit

P = ParamSpec("P")
R = TypeVar("R")
_HERE = Path(__file__).parent


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code."""
    return _compiled(function)


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """The same for a function that only compiled functions call: without a door for Python, which takes longer to compile than the function."""
    return _compiled(function, no_cpython_wrapper=True)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """The same for one that becomes part of whatever calls it: worth it where the call costs more than the work."""
    return _compiled(function, no_cpython_wrapper=True, forceinline=True)


def _compiled(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    _settle_cache()
    compiler: Any = njit  # its stubs do not know every option
    made: Callable[P, R] = compiler(cache=True, nogil=True, **options)(function)
    return made


@cache
def _settle_cache() -> None:
    settings: Any = config
    kept = (_HERE, Path(os.environ.get("HOME", "/")))
    if not settings.CACHE_DIR and not any(os.access(place, os.W_OK) for place in kept):
        settings.CACHE_DIR = str(Path(tempfile.gettempdir()) / f"jiheng-kernels-{os.getuid()}")
