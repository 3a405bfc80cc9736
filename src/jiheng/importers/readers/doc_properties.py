"""How a Word 97–2003 file looks: the runs of character and paragraph properties, as far as they change what is read."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

_PAGE = 512
_OPERAND_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)  # by the three highest bits of a property's code; 0 where the size stands before the operand

# Properties of characters.
_DELETED, _HIDDEN, _SYMBOL, _LEVEL, _FONT = 0x0800, 0x083C, 0x6A09, 0x2A48, 0x4A4F
# Properties of paragraphs.
_IN_TABLE, _ROW_END, _DEPTH, _LIST, _INNER_CELL, _TABS = 0x2416, 0x2417, 0x6649, 0x460B, 0x244B, 0xC615
_ELSEWHERE = frozenset((0x6645, 0x6646))  # properties too long for their page stand in the Data stream
# Properties of rows.
_ROW, _DOWN, _ACROSS = 0xD608, 0xD62B, 0x5624
_UNTOLD = frozenset((0x7621, 0x5622, 0x7623, 0x5625, 0xD606))  # cells put in, taken out, widened or split after the row was told; rows of Word 6
_STYLE_BYTES = struct.pack("<H", _LIST)

_ON = frozenset((0x01, 0x81))  # on, and the opposite of the style, which is never hidden itself

T = TypeVar("T")


class NotUnderstoodError(Exception):
    """Something in the file that cannot be read for certain here."""


class Look(NamedTuple):
    """What of a run of characters changes its reading. ``symbol`` is (font, code) where the file draws a sign from a font."""

    gone: bool = False
    level: int = 0
    font: int = -1
    symbol: tuple[int, int] | None = None


class CellLook(NamedTuple):
    """A cell of a row: its lines in twips, whether it continues the cell to its left, and its merge downwards (1 continues, 3 starts)."""

    left: int
    right: int
    joined: bool
    down: int


class ParagraphLook(NamedTuple):
    """What of a paragraph matters: its style, whether it is in a table or ends a row (then with its cells), and whether it is numbered."""

    style: int = 0
    in_table: bool = False
    row_end: bool = False
    listed: bool | None = None
    cells: tuple[CellLook, ...] = ()


PLAIN, PLAIN_PARAGRAPH = Look(), ParagraphLook()


class Runs(Generic[T]):
    """Looks by place in the WordDocument stream."""

    def __init__(self, found: list[tuple[int, int, T]], otherwise: T) -> None:
        found.sort(key=lambda run: run[:2])
        self._found = found
        self._starts = [start for start, _, _ in found]
        self._otherwise = otherwise

    def at(self, place: int) -> tuple[int, T]:
        """Where the run around this place ends, and its look."""
        index = bisect_right(self._starts, place) - 1
        if index >= 0 and place < self._found[index][1]:
            return self._found[index][1], self._found[index][2]
        return (self._starts[index + 1] if index + 1 < len(self._starts) else 1 << 40), self._otherwise


def character_runs(word: bytes, bins: bytes) -> Runs[Look]:
    """The looks of characters; ``bins`` is the PlcBteChpx."""
    return Runs(list(_runs(word, bins, 1, _look)), PLAIN)


def paragraph_runs(word: bytes, bins: bytes, data: bytes) -> Runs[ParagraphLook]:
    """The looks of paragraphs; ``bins`` is the PlcBtePapx, ``data`` the Data stream."""
    return Runs(list(_runs(word, bins, 13, lambda stored: _paragraph_look(stored, data))), PLAIN_PARAGRAPH)


def _runs(word: bytes, bins: bytes, entry: int, read: Callable[[bytes], T]) -> Iterator[tuple[int, int, T]]:
    """Runs from their pages of 512 bytes; equal properties are read once."""
    count = (len(bins) - 4) // 8
    known: dict[bytes, T] = {}
    for number in struct.unpack_from(f"<{max(count, 0)}I", bins, 4 * (count + 1)):
        page = word[(number & 0x3FFFFF) * _PAGE : ((number & 0x3FFFFF) + 1) * _PAGE]
        runs = page[_PAGE - 1]
        places = struct.unpack_from(f"<{runs + 1}I", page)
        for index in range(runs):
            at = 2 * page[4 * (runs + 1) + entry * index]
            stored = _stored(page, at, long=entry > 1) if at else b""
            if stored not in known:
                known[stored] = read(stored)
            yield places[index], places[index + 1], known[stored]


def _stored(page: bytes, at: int, *, long: bool) -> bytes:
    size = page[at]
    if not long:
        return page[at + 1 : at + 1 + size]
    return page[at + 1 : at + 2 * size] if size else page[at + 2 : at + 2 + 2 * page[at + 1]]


def _properties(stored: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 < len(stored):
        code = stored[at] | stored[at + 1] << 8
        at += 2
        size = _OPERAND_SIZES[code >> 13]
        if code in {_ROW, 0xD606}:
            size = (stored[at] | stored[at + 1] << 8) - 1
            at += 2
        elif size == 0:
            size = stored[at]
            if code == _TABS and size == 255:
                raise NotUnderstoodError("tabs")
            at += 1
        yield code, stored[at : at + size]
        at += size


def _look(stored: bytes) -> Look:
    look = PLAIN
    for code, operand in _properties(stored):
        if code in {_DELETED, _HIDDEN} and operand[0] in _ON:
            look = look._replace(gone=True)
        elif code == _LEVEL:
            look = look._replace(level=operand[0])
        elif code == _FONT:
            look = look._replace(font=operand[0] | operand[1] << 8)
        elif code == _SYMBOL:
            font, sign = struct.unpack("<HH", operand)
            look = look._replace(symbol=(font, sign))
    return look


def _paragraph_look(stored: bytes, data: bytes) -> ParagraphLook:
    if len(stored) < 2:
        return PLAIN_PARAGRAPH
    in_table, row_end, listed = False, False, None
    row: list[tuple[int, bytes]] = []
    for code, operand in _with_data(stored[2:], data):
        if code == _IN_TABLE:
            in_table = operand[0] != 0
        elif code == _ROW_END:
            row_end = operand[0] != 0
        elif code == _LIST:
            listed = operand != b"\0\0"
        elif code == _INNER_CELL or (code == _DEPTH and operand[0] > 1) or code in _UNTOLD:
            raise NotUnderstoodError(f"{code:x}")
        elif code in {_ROW, _DOWN, _ACROSS}:
            row.append((code, operand))
    cells = _cells(row) if row_end else ()
    return ParagraphLook(stored[0] | stored[1] << 8, in_table, row_end, listed, cells)


def _with_data(stored: bytes, data: bytes) -> Iterator[tuple[int, bytes]]:
    for code, operand in _properties(stored):
        if code in _ELSEWHERE:
            at = int.from_bytes(operand, "little")
            size = int.from_bytes(data[at : at + 2], "little")
            yield from _properties(data[at + 2 : at + 2 + size])
        else:
            yield code, operand


def _cells(row: list[tuple[int, bytes]]) -> tuple[CellLook, ...]:
    """The cells of a row as its definition and later changes have them."""
    cells: list[CellLook] = []
    for code, operand in row:
        if code == _ROW:
            count = operand[0]
            lines = struct.unpack_from(f"<{count + 1}h", operand, 1)
            told = operand[3 + 2 * count :]
            flags = [int.from_bytes(told[20 * index : 20 * index + 2], "little") for index in range(count)]
            cells = [CellLook(lines[i], lines[i + 1], flags[i] & 3 == 1, flags[i] >> 5 & 3) for i in range(count)]
        elif code == _DOWN and operand[0] < len(cells):
            cells[operand[0]] = cells[operand[0]]._replace(down=operand[1] & 3)
        elif code == _ACROSS:
            for index in range(operand[0] + 1, min(operand[1], len(cells))):
                cells[index] = cells[index]._replace(joined=True)
    return tuple(cells)


def numbered_styles(sheet: bytes) -> frozenset[int]:
    """Styles that number their paragraphs, themselves or through the style they build on (rather one too many than one too few)."""
    if len(sheet) < 6:
        return frozenset()
    count = int.from_bytes(sheet[2:4], "little")
    at = 2 + int.from_bytes(sheet[:2], "little")
    parents: list[int] = []
    found: set[int] = set()
    for index in range(count):
        size = int.from_bytes(sheet[at : at + 2], "little")
        style = sheet[at + 2 : at + 2 + size]
        at += 2 + size
        parents.append(int.from_bytes(style[2:4], "little") >> 4)
        if _STYLE_BYTES in style:
            found.add(index)
    grown = True
    while grown:
        more = {index for index, parent in enumerate(parents) if parent in found} - found
        grown = bool(more)
        found |= more
    return frozenset(found)


def font_names(fonts: bytes) -> list[str]:
    """The names of the fonts the file uses, in its order."""
    out: list[str] = []
    at = 4
    for _ in range(int.from_bytes(fonts[:2], "little")):
        size = fonts[at]
        name = fonts[at + 40 : at + 1 + size].decode("utf-16-le", "replace")
        out.append(name.partition("\0")[0])
        at += 1 + size
    return out
