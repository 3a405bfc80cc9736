"""A Document is what a file shows, before anybody asks which form it is.

Readers make it, recognition reads it. It knows cells, merges and text, and nothing about forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby, repeat
from operator import itemgetter
from typing import NamedTuple, cast

_WHOLE = Decimal(1)
_ROW = itemgetter(0)


class Anchor(NamedTuple):
    """Where a piece of text stands in its file; unknown coordinates are None. (A tuple: files have thousands, and tuples are made fast.)

    ``page`` and ``line`` count from 1, ``cell`` is ``c5`` for the fifth column of a text table or ``B7`` in a sheet, ``box`` is
    (x0, y0, x1, y1) in points from the page's top left (pixels, in an image), ``text`` the literal text found there.
    """

    page: int | None = None
    sheet: str | None = None
    cell: str | None = None
    line: int | None = None
    box: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    text: str = ""


class Cell(NamedTuple):
    """One printed cell. ``row`` and ``column`` count from 0; a merged cell stands once, at its top left, with its spans.

    ``text`` is clean (no tags, blanks folded) and shown as the file shows it (0.95 formatted ``0%`` is 95%); ``source_text`` is the literal
    text, with tags where the file had them inside the cell. ``formula`` is kept where the cell holds one; its stored value is what is read.
    ``confidence`` is 1 unless the text was recognised in a picture; ``alternatives`` are other readings of that picture.
    """

    row: int
    column: int
    text: str
    anchor: Anchor
    row_span: int = 1
    column_span: int = 1
    number_format: str | None = None
    source_text: str = ""
    confidence: Decimal = _WHOLE
    formula: str | None = None
    alternatives: tuple[str, ...] = ()


_made: Callable[..., tuple[object, ...]] = tuple.__new__
make_anchor = cast("Callable[[tuple[object, ...]], Anchor]", partial(_made, Anchor))
make_cell = cast("Callable[[tuple[object, ...]], Cell]", partial(_made, Cell))
"""An Anchor and a Cell from a tuple of all their fields, in half the time: for who makes thousands."""


make_anchors = cast("Callable[[Iterable[tuple[object, ...]]], Iterator[Anchor]]", partial(map, _made, repeat(Anchor)))
make_cells = cast("Callable[[Iterable[tuple[object, ...]]], Iterator[Cell]]", partial(map, _made, repeat(Cell)))
"""The same for many at once."""


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells in reading order; covered cells of a merge are absent."""

    cells: tuple[Cell, ...]
    row_count: int
    column_count: int

    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The cells by row, each row in column order."""
        out: list[tuple[Cell, ...]] = [()] * self.row_count
        for row, cells in groupby(sorted(self.cells), _ROW):  # a cell's row and column come first in it, and no two are alike
            out[row] = tuple(cells)
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of text outside any table."""

    text: str
    anchor: Anchor


class Notice(NamedTuple):
    """Something about the file itself that a user should know, such as macros (never run); ``code`` is a ``file.*`` code."""

    code: str
    message: str
    anchor: Anchor | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file, read: its blocks in reading order, its name, format (``txt``, ``html`` …), SHA-256 digest, and notices about it."""

    name: str
    format: str
    digest: str
    blocks: tuple[Paragraph | Table, ...]
    notices: tuple[Notice, ...] = ()
