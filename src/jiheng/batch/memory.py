"""Memory read by address in compiled code. A function over arrays counts references at each call, which costs more than reading a short text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from jiheng.batch.compiled import inner

_Typed = tuple[Any, Callable[..., Any]]


@inner
def padded(length: int) -> int:
    """A length in bytes filled up to whole words."""
    return (length + 7) & ~7


def _byte(_typing: object, _address: object) -> _Typed:
    def build(_context: object, builder: Any, _signature: object, arguments: tuple[Any]) -> Any:  # noqa: ANN401 - the compiler's own
        pointer = builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())
        return builder.zext(builder.load(pointer, align=1), ir.IntType(64))

    return types.int64(types.int64), build


def _eight(_context: object, builder: Any, _signature: object, arguments: tuple[Any]) -> Any:  # noqa: ANN401 - as above
    return builder.load(builder.inttoptr(arguments[0], ir.IntType(64).as_pointer()), align=1)


def _long(_typing: object, _address: object) -> _Typed:
    return types.int64(types.int64), _eight


def _word(_typing: object, _address: object) -> _Typed:
    return types.uint64(types.int64), _eight


def _lowest(_typing: object, _bits: object) -> _Typed:
    def build(_context: object, builder: Any, _signature: object, arguments: tuple[Any]) -> Any:  # noqa: ANN401 - as above
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), build


def _signed(_typing: object, _number: object) -> _Typed:
    return types.int64(types.uint64), lambda _context, _builder, _signature, arguments: arguments[0]


_made: Any = intrinsic
byte_at: Callable[[int], int] = _made(_byte)
"""The byte at an address, 0 to 255. Compiled code only; the caller keeps the memory alive and stays inside it."""
long_at: Callable[[int], int] = _made(_long)
"""The 64-bit number at an address, under the same terms."""
word_at: Callable[[int], np.uint64] = _made(_word)
"""The eight bytes at an address as one unsigned number, the first byte lowest, under the same terms."""
lowest_bit: Callable[[np.uint64], int] = _made(_lowest)
"""The place of the lowest bit that is set; 64 for zero."""
signed: Callable[[np.uint64], int] = _made(_signed)
"""The same 64 bits as a signed number."""
