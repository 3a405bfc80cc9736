"""The grid of one sheet: which cells a merge covers, and how far the sheet is used. Shared by the readers of spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from jiheng.domain.document import Anchor, Cell, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import MAX_CELLS

_MAX_DOWN = 2000  # a merge longer than this says nothing about how far the sheet is used
_MAX_ACROSS = 256
_SMALL = 4096
_MAX_COVERED = 2_000_000
_MAX_WIDE = 1000


class Area(NamedTuple):
    """A rectangle of the grid; rows and columns count from 0."""

    row: int
    column: int
    down: int
    across: int


class Merges:
    """The merged areas of a sheet; ``spans`` gives those that start at a place as (rows, columns)."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.spans: dict[tuple[int, int], tuple[int, int]] = {}
        self.covered: set[tuple[int, int]] = set()
        self._wide: list[Area] = []
        for area in areas:
            if area.down * area.across > 1 and not self.covers(area.row, area.column):
                self._add(area)

    def _add(self, area: Area) -> None:
        row, column, down, across = area
        self.spans[row, column] = (down, across)
        if down * across > _SMALL:
            self._wide.append(area)
        else:
            self.covered.update((row + r, column + c) for r in range(down) for c in range(across) if r or c)
        if len(self._wide) > _MAX_WIDE or len(self.covered) > _MAX_COVERED or len(self.spans) > MAX_CELLS:
            raise UnreadableFileError("file.limit", "工作表里合并的单元格过多，超出处理上限。请只保留自评表、另存后再试。")

    def covers(self, row: int, column: int) -> bool:
        """Whether a place lies under a merge that starts elsewhere."""
        if (row, column) in self.covered:
            return True
        if not self._wide:
            return False
        return any(r <= row < r + down and c <= column < c + across and (row, column) != (r, c) for r, c, down, across in self._wide)


def grid(cells: list[Cell], merges: Merges, sheet: str) -> Table | None:
    """The table of a sheet: cells in reading order, empty merged cells added, empty rows and columns at the end cut; None if it is empty.

    ``cells`` carry their spans and hold none that a merge covers; ``sheet`` is its name.
    """
    extents = [(c.row + _modest(c.row_span, _MAX_DOWN), c.column + _modest(c.column_span, _MAX_ACROSS)) for c in cells if _prints(c)]
    if not extents:
        return None
    rows, columns = max(map(itemgetter(0), extents)), max(map(itemgetter(1), extents))
    taken = {(cell.row, cell.column) for cell in cells}
    bare = [(at, span) for at, span in merges.spans.items() if at not in taken and at[0] < rows and at[1] < columns]
    for (row, column), (down, across) in bare:
        rows = max(rows, row + _modest(down, _MAX_DOWN))
        columns = max(columns, column + _modest(across, _MAX_ACROSS))
    kept = [_clipped(cell, rows, columns) for cell in cells if cell.row < rows and cell.column < columns]
    kept += [
        Cell(r, c, "", Anchor(None, sheet, f"{letters(c)}{r + 1}"), min(down, rows - r), min(across, columns - c)) for (r, c), (down, across) in bare
    ]
    kept.sort(key=itemgetter(0, 1))
    return Table(tuple(kept), rows, columns)


def _modest(span: int, most: int) -> int:
    return span if span <= most else 1


def _prints(cell: Cell) -> bool:
    """Whether a cell belongs to the used part: it shows text, or waits for a formula never worked out."""
    return bool(cell.text) or (cell.formula is not None and not cell.source_text)


def _clipped(cell: Cell, rows: int, columns: int) -> Cell:
    if cell.row + cell.row_span <= rows and cell.column + cell.column_span <= columns:
        return cell
    return cell._replace(row_span=min(cell.row_span, rows - cell.row), column_span=min(cell.column_span, columns - cell.column))


@lru_cache(maxsize=20_000)
def letters(column: int) -> str:
    """The letters of a column that counts from 0: B for 1, AA for 26."""
    out = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out
