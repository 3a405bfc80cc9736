"""The tables of a document as grids, whatever its format: places, merged cells followed down, rows numbered as in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from jiheng.domain.document import Cell, Document, Paragraph, Table
from jiheng.evidence.cells import Entry
from jiheng.importers.sheetgrid import letters

_SHEETS: Final = frozenset({"xlsx", "xls", "et", "ods"})
_LINES: Final = frozenset({"csv", "txt"})
_SUM = re.compile(r"=(?:SUM|SUBTOTAL)\((?:\d{1,3}[,;])?\[?\.?(?P<first>[A-Z]{1,3})(?P<top>\d{1,7}):\.?(?P<last>[A-Z]{1,3})(?P<bottom>\d{1,7})\]?\)")
_TALLEST: Final = 5000  # a merge further down says nothing about records


class Row(NamedTuple):
    """One row: its number in the file from 1, its own cells by place from left to right, and the cells merged down to it from above."""

    number: int
    cells: Mapping[int, Cell]
    inherited: Mapping[int, Cell]

    @property
    def filled(self) -> list[Cell]:
        """Its own cells that hold something, from left to right."""
        return [cell for cell in self.cells.values() if cell.text or is_unworked(cell)]


@dataclass(frozen=True, slots=True)
class Grid:
    """One table of a document.

    ``sheet`` is the name it goes by in anchors (a sheet's, or 表2 where a document has several), ``page`` its first page, ``titles`` the
    paragraphs before it, ``follows`` whether nothing stands between it and the table before, ``lettered`` whether columns have letters.
    """

    rows: tuple[Row, ...]
    column_count: int
    sheet: str | None
    page: int | None
    titles: tuple[str, ...]
    follows: bool
    lettered: bool
    recognised: bool

    def letter(self, place: int) -> str:
        """The name of a column in spans: ``D`` in a sheet, ``c4`` in a text table."""
        return letters(place) if self.lettered else f"c{place + 1}"


def grids(document: Document) -> Iterator[Grid]:
    """The tables of a document, in reading order."""
    titles: list[str] = []
    count = sum(isinstance(block, Table) for block in document.blocks)
    number = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            titles.append(block.text)
            continue
        number += 1
        if block.cells:
            yield _grid(document, block, titles, f"表{number}" if count > 1 else None, follows=number > 1 and not titles)
        titles = []


def _grid(document: Document, table: Table, titles: Sequence[str], named: str | None, *, follows: bool) -> Grid:
    anchor = table.cells[0].anchor
    rows = tuple(_rows(table, by_line=document.format in _LINES))
    recognised = any(cell.confidence != 1 for cell in table.cells)
    lettered = document.format in _SHEETS
    return Grid(rows, table.column_count, anchor.sheet or named, anchor.page, tuple(titles), follows, lettered, recognised)


def _rows(table: Table, *, by_line: bool) -> Iterator[Row]:
    reaching: dict[int, tuple[int, Cell]] = {}  # place → the row a merge ends before, its cell
    for index, cells in enumerate(table.rows()):
        inherited = {place: cell for place, (end, cell) in reaching.items() if index < end}
        line = cells[0].anchor.line if by_line and cells else None
        own = {cell.column: cell for cell in cells}
        yield Row(line or index + 1, own, {place: cell for place, cell in inherited.items() if place not in own})
        for cell in cells:
            if 1 < cell.row_span <= _TALLEST:
                reaching[cell.column] = (index + cell.row_span, cell)


def is_unworked(cell: Cell) -> bool:
    """Whether the cell holds a formula whose result was never stored."""
    return cell.formula is not None and not cell.text and not cell.source_text.strip()


def entry(cell: Cell) -> Entry:
    """What a cell brings to be typed."""
    stored = "" if cell.source_text == cell.text and cell.number_format is None else cell.source_text
    return Entry(cell.text, stored, cell.number_format, is_unworked(cell), None, cell.formula is not None and _sums_above(cell, cell.formula))


def _sums_above(cell: Cell, formula: str) -> bool:
    """Whether a formula is the sum of cells above it in its own column, and nothing else."""
    found = _SUM.fullmatch(formula.replace(" ", "").replace("$", "").upper())
    if found is None or not found["first"] == found["last"] == letters(cell.column):
        return False
    return int(found["top"]) < int(found["bottom"]) <= cell.row
