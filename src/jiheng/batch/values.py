"""Value cells and decimals of a column as numbers. ``parse_value`` says what a wording means, once; the compiled machine reads the numbers in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch import digits, wordings
from jiheng.batch.arithmetic import scaled
from jiheng.batch.compiled import compiled
from jiheng.batch.digits import Texts
from jiheng.batch.proofs import is_plain, stripped, wording
from jiheng.batch.slots import NONE
from jiheng.batch.wordings import WIDE_NUMBER, Places, Wordings
from jiheng.domain.numerals import WIDE
from jiheng.domain.value import ABSENT, Value
from jiheng.domain.valuetext import parse_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)
LARGEST: Final = 2**62
_BLOCK: Final = 1 << 15
_RARE: Final = 16
_FIRST_ENTRIES: Final = 1 << 12


class ValueColumn(NamedTuple):
    """What the texts of a column say, one entry per text; ``shape`` numbers ``Shapes.prototypes``.

    The number is ``mantissa · 10**exponent``, exactly; both are 0 where there is none or where it is ``wide``: a mantissa of 2**62 or more, or an
    exponent beyond ±18.
    """

    shape: NDArray[np.int32]
    mantissa: NDArray[np.int64]
    exponent: NDArray[np.int8]
    wide: NDArray[np.bool_]


class DecimalColumn(NamedTuple):
    """Plain decimals: ``mantissa · 10**exponent`` at the printed places (5.0 is 50 and -1).

    ``state`` is 0 for null, 1 for a number, 2 for another text. State 2 also stands for more than 18 significant digits or decimals.
    """

    mantissa: NDArray[np.int64]
    exponent: NDArray[np.int8]
    state: NDArray[np.int8]


class Shapes:
    """Reads columns of value texts; what a value says apart from its number is a shape, the same number over all columns this object reads.

    ``prototypes[shape]`` is the value of a shape. Where it has a number, the prototype has 0, no ``raw``, and notes with their code alone: it
    stands for many prints. Any other value (text, grade, date, range, placeholder, absent) is exactly what ``parse_value`` gives, and two prints
    are two shapes. Shape 0 is absent. One object serves one thread; it remembers every distinct text it could not read as a number
    in a known wording, so a stream without end should start a new one now and then.
    """

    def __init__(self) -> None:
        self.prototypes: list[Value] = []
        self._ids: dict[Value, int] = {}
        self._shape(ABSENT)
        self._table = Wordings(
            np.full(2 * _FIRST_ENTRIES, -1, np.int64),
            np.zeros((_FIRST_ENTRIES, wordings.FIELDS), np.int64),
            np.zeros(64 * _FIRST_ENTRIES, np.uint8),
            np.zeros(2, np.int64),
        )

    def read(self, texts: pa.StringArray | pa.DictionaryArray | pa.ChunkedArray) -> ValueColumn:
        """What each text says, as ``parse_value`` reads it with its defaults; null is absent. Dictionary values are read once each.

        Raises:
            TypeError: the column holds no texts.
        """
        if isinstance(texts, pa.ChunkedArray):
            return ValueColumn(*_joined([_blank(0), *[self.read(chunk) for chunk in texts.chunks]]))
        if pa.types.is_dictionary(texts.type):
            return ValueColumn(*_taken(self.read(texts.dictionary), texts.indices))
        column = _blank(len(texts))
        buffers = buffers_of(texts)
        for start in range(0, len(texts), _BLOCK):
            self._read_rows(buffers, np.arange(start, min(start + _BLOCK, len(texts))), column)
        return column

    def with_own(self, read: ValueColumn, values: Sequence[Value | None]) -> ValueColumn:
        """A column read from texts, with values that no text says added behind it; None counts as wide."""
        parts = [(0, WIDE_NUMBER) if value is None else parts_of(value.number) for value in values]
        added = ValueColumn(
            np.array([self._shape(stripped(value or ABSENT)) for value in values], np.int32),
            np.array([mantissa for mantissa, _ in parts], np.int64),
            np.array([0 if exponent == WIDE_NUMBER else exponent for _, exponent in parts], np.int8),
            np.array([exponent == WIDE_NUMBER for _, exponent in parts], np.bool_),
        )
        return ValueColumn(*_joined([read, added]))

    def _read_rows(self, texts: Texts, rows: NDArray[np.int64], column: ValueColumn) -> None:
        """Read rows; those whose wording is new are read again once it is settled, at most as wording and then as whole text."""
        while len(rows):
            out = wordings.Read(*column, np.empty(len(rows), np.int64), np.empty(len(rows), np.int64))
            at = waiting = 0
            while True:
                at, waiting = wordings.read_texts(texts, rows, at, _RARE, self._table, _places(texts, self._table), out, waiting)
                if at == len(rows):
                    break
                self._table = _grown(self._table)
            for entry in np.unique(out.waits[:waiting]).tolist():
                self._settle(entry)
            rows = out.later[:waiting]

    def _settle(self, entry: int) -> None:
        """Decide what a new wording or text means."""
        row = self._table.entries[entry]
        place, length, head = (int(row[field]) for field in (wordings.PLACE, wordings.LENGTH, wordings.HEAD))
        data = self._table.arena[place:]
        if head == wordings.WHOLE_TEXT:
            value = parse_value(data[:length].tobytes().decode())
            shape, state = self._shape(stripped(value)), wordings.KNOWN_TEXT
            mantissa, exponent = parts_of(value.number)
        else:
            behind = -(-head // 8) * 8
            around = data[:head].tobytes().decode(), data[behind : behind + length - head].tobytes().decode()
            if row[wordings.MANTISSA] <= _RARE and not is_plain(*around):
                shape, state, mantissa, exponent = 0, wordings.RARE, int(row[wordings.MANTISSA]), 0
            else:
                found = wording(*around)
                shape = self._shape(found.prototype) if found else 0
                state = wordings.LINEAR | found.guards << 8 if found else wordings.REFUSED
                mantissa, exponent = (found.sign, found.exponent) if found else (0, 0)
        row[wordings.STATE :] = (state, shape, mantissa, exponent)

    def _shape(self, prototype: Value) -> int:
        known = self._ids.setdefault(prototype, len(self.prototypes))
        if known == len(self.prototypes):
            self.prototypes.append(prototype)
        return known


def parts_of(number: Decimal | None) -> tuple[int, int]:
    """Mantissa without idle zeros and exponent; (0, 0) for no number, (0, ``WIDE_NUMBER``) for one that does not fit."""
    if not number:
        return 0, 0
    sign, shown, exponent = number.normalize(WIDE).as_tuple()
    mantissa = int("".join(map(str, shown)))
    if mantissa >= LARGEST or not isinstance(exponent, int) or abs(exponent) > digits.MOST_EXPONENT:
        return 0, WIDE_NUMBER
    return (-mantissa if sign else mantissa), exponent


def decimals(texts: pa.StringArray | pa.DictionaryArray | pa.ChunkedArray) -> DecimalColumn:
    """Plain decimal texts (weights, scores, 元) as exact numbers: an optional sign, digits, and a point only between digits.

    Raises:
        TypeError: the column holds no texts.
    """
    if isinstance(texts, pa.ChunkedArray):
        return DecimalColumn(*_joined([_no_decimals(0), *[decimals(chunk) for chunk in texts.chunks]]))
    if pa.types.is_dictionary(texts.type):
        return DecimalColumn(*_taken(decimals(texts.dictionary), texts.indices))
    read = _no_decimals(len(texts))
    buffers = buffers_of(texts)
    digits.read_decimals(buffers, buffers.data.ctypes.data, *read)
    return read


def in_units(read: DecimalColumn, places: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Decimals in units of 10**-places, ``slots.NONE`` where blank; and which of them are no plain decimal, or do not fit exactly."""
    out, unfit = np.empty(len(read.mantissa), np.int64), np.zeros(len(read.mantissa), np.bool_)
    _scale(*read, places, out, unfit)
    return out, unfit


@compiled
def _scale(  # noqa: PLR0913, PLR0917 - the buffers of a kernel
    mantissa: NDArray[np.int64],
    exponent: NDArray[np.int8],
    state: NDArray[np.int8],
    places: int,
    out: NDArray[np.int64],
    unfit: NDArray[np.bool_],
) -> None:
    for i in range(len(mantissa)):
        number, fits = scaled(mantissa[i], exponent[i], places)
        out[i] = number if state[i] == digits.NUMBER and fits else NONE
        unfit[i] = state[i] == digits.OTHER or (state[i] == digits.NUMBER and not fits)


def buffers_of(texts: pa.Array) -> Texts:
    """The buffers of an array of texts, its slice applied; nothing is copied but 32-bit offsets.

    Raises:
        TypeError: the array holds no texts.
    """
    if pa.types.is_string_view(texts.type) or pa.types.is_null(texts.type):
        texts = texts.cast(pa.large_string())
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        raise TypeError(f"列的类型是 {texts.type}，不是文字，不能读数。")
    valid, offsets, data = texts.buffers()
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    places = _viewed(offsets, width)[texts.offset : texts.offset + len(texts) + 1] if len(texts) else np.zeros(1, width)
    bitmap = _viewed(valid if texts.null_count else None, np.uint8)
    return Texts(_viewed(data, np.uint8), _frozen(places.astype(np.int64, copy=False)), bitmap, texts.offset)


def _viewed(buffer: pa.Buffer | None, kind: type[Number]) -> NDArray[Number]:
    return _frozen(np.zeros(0, kind) if buffer is None or not buffer.size else np.frombuffer(buffer, kind))


def _frozen(array: NDArray[Number]) -> NDArray[Number]:
    # one kind of array, so that the kernels are compiled once
    array.flags.writeable = False
    return array


def _places(texts: Texts, table: Wordings) -> Places:
    data = texts.data.ctypes.data
    return Places(data, data + len(texts.data), table.slots.ctypes.data, len(table.slots) - 1, table.entries.ctypes.data, table.arena.ctypes.data)


def _grown(table: Wordings) -> Wordings:
    entries = np.zeros((2 * len(table.entries), wordings.FIELDS), np.int64)
    entries[: len(table.entries)] = table.entries
    arena = np.zeros(2 * len(table.arena), np.uint8)
    arena[: len(table.arena)] = table.arena
    slots = np.full(2 * len(table.slots), -1, np.int64)
    wordings.rehashed(entries, int(table.counts[wordings.ENTRIES]), slots)
    return Wordings(slots, entries, arena, table.counts)


def _blank(size: int) -> ValueColumn:
    return ValueColumn(np.zeros(size, np.int32), np.zeros(size, np.int64), np.zeros(size, np.int8), np.zeros(size, np.bool_))


def _no_decimals(size: int) -> DecimalColumn:
    return DecimalColumn(np.zeros(size, np.int64), np.zeros(size, np.int8), np.zeros(size, np.int8))


def _joined(parts: Sequence[tuple[NDArray[Any], ...]]) -> list[NDArray[Any]]:
    """Columns one behind the other."""
    return [np.concatenate(fields) for fields in zip(*parts, strict=True)]


def _taken(column: tuple[NDArray[Any], ...], indices: pa.Array) -> list[NDArray[Any]]:
    """A column of a dictionary's values spread over its rows; zeros for null."""
    at = indices.cast(pa.int64()).fill_null(len(column[0])).to_numpy(zero_copy_only=False)
    return [np.append(field, np.zeros(1, field.dtype))[at] for field in column]
