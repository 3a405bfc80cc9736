"""The one door to the compiler: numeric functions are compiled once, kept on disk where that is possible, and release the interpreter's lock.

Compiled code is kept where ``NUMBA_CACHE_DIR`` says, else beside the source, else in the user's cache; where none of these can be written, in
a temporary folder of the user's own. The folder is named after the sources of all kernels: a kernel holds the code of those it calls, and the
compiler itself only looks at the file that a kernel stands in.

Kernels make no arrays of their own and count no references to those they are given: handing an array from one function to another by counting
took half of their time. Whoever calls one keeps its arrays alive, as Python does with arguments.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast, get_args

from numba import config, njit

from jiheng.rulebook.model import FormulaId

P = ParamSpec("P")
R = TypeVar("R")
_HERE = Path(__file__).parent
_DOOR = b"jiheng.batch.compiled import"
_CONSTANTS = ("codes", "numbers", "plans", "slots", "texts")


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
    settings, compiler = cast("Any", config), cast("Any", njit)  # their stubs do not know every option
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(_kept_in() / f"kernels-{_digest(Path(function.__code__.co_filename).parent)}")
    made: Callable[P, R] = compiler(cache=True, nogil=True, _nrt=False, error_model="numpy", **options)(function)
    settings.CACHE_DIR = before
    return made


@cache
def _kept_in() -> Path:
    chosen = cast("Any", config).CACHE_DIR
    kept = [Path(chosen)] if chosen else [_HERE / "__pycache__", Path.home() / ".cache" / "jiheng"]
    return next((place for place in kept if _is_writable(place)), Path(tempfile.gettempdir()) / f"jiheng-kernels-{os.getuid()}")


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


@cache
def _digest(folder: Path) -> str:
    """A short digest of every source that kernels of a folder have code or constants from, and of the formulas by number."""
    sources = {path: path.read_bytes() for path in sorted({*_HERE.glob("*.py"), *folder.glob("*.py")})}
    held = [source for path, source in sources.items() if _DOOR in source or path.stem in _CONSTANTS]
    return hashlib.sha256(repr(get_args(FormulaId)).encode() + b"".join(held)).hexdigest()[:12]
