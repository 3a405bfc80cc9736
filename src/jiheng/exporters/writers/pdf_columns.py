"""How wide columns are: as drawn where all fits, as their content needs where a form is long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jiheng.exporters.layout.model import Cell, Grid
from jiheng.exporters.writers.pdf_wording import ems, line_count, widest

_SHORT, _YIELDING = 8, 0.7
"""Characters of a figure that should not be broken, and the part of the width that such columns may take in all."""
_LEAST, _MOST = 0.6, 2.0
"""Parts of its drawn width that a column may shrink to and grow to where its content says so."""
_STEPS = 60
_CHARACTERS = (1, 2, 4)
"""By how many characters a column is widened at a time: a line less may need more than one."""
_GAIN = 0.5  # points of height that a step must save


class Face(NamedTuple):
    """How a grid is set: size of print, insets left and right together, above and below together, in points; pitch of lines in sizes."""

    size: float
    aside: float
    above: float
    pitch: float

    @property
    def narrowest(self) -> float:
        """Points of the narrowest column: one character and the insets, and a hair."""
        return self.size + self.aside + 0.2

    def tall(self, lines: int) -> float:
        """Points that a cell of so many lines is tall."""
        return ((lines - 1) * self.pitch + 1) * self.size + self.above


OPEN = Face(10, 7.2, 7.0, 1.35)
CLOSER = OPEN._replace(size=9)


def column_widths(relative: Sequence[float], width: float, needed: dict[int, float] | None = None, narrowest: float = OPEN.narrowest) -> list[float]:
    """Widths in points that fill ``width``; no column is too narrow for a character, nor for what it needs where there is room."""
    narrowest = min(narrowest, width / len(relative))
    least = [max(narrowest, (needed or {}).get(index, 0)) for index in range(len(relative))]
    if sum(least) > _YIELDING * width:
        least = [narrowest] * len(relative)
    narrow: set[int] = set()
    while True:
        free = width - sum(least[index] for index in narrow)
        whole = sum(part for index, part in enumerate(relative) if index not in narrow)
        found = [least[index] if index in narrow else round(free * part / whole, 3) for index, part in enumerate(relative)]
        more = {index for index, points in enumerate(found) if points < least[index] - 0.001 and index not in narrow}
        if not more:
            return found
        narrow |= more


def needed(grid: Grid, face: Face) -> dict[int, float]:
    """What short figures need to stand on one line, by column."""
    found: dict[int, float] = {}
    for cell in grid.cells:
        if cell.role == "figure" and cell.column_span == 1 and len(cell.text) <= _SHORT:
            found[cell.column] = max(found.get(cell.column, 0), widest(cell.text) * face.size + face.aside)
    return found


def drawn_widths(grid: Grid, width: float, face: Face) -> list[float]:
    """The columns as the form draws them."""
    return column_widths(grid.widths, width, needed(grid, face))


def content_widths(grids: Sequence[Grid], width: float, face: Face) -> list[float]:
    """Columns for grids drawn with the same widths, such that their rows are as low as can be.

    From the drawn widths on, the column that saves the most height is widened by some characters at the cost of all others, as long as one does.
    """
    wants: dict[int, float] = {}
    for grid in grids:
        for column, points in needed(grid, face).items():
            wants[column] = max(wants.get(column, 0), points)
    found = column_widths(grids[0].widths, width, wants, face.narrowest)
    least = [max(min(points, max(_LEAST * points, wants.get(column, 0))), face.narrowest) for column, points in enumerate(found)]
    most = [_MOST * points for points in found]
    best = sum(_height(grid, found, face) for grid in grids)
    for _ in range(_STEPS):
        steps = [(column, face.size * count) for column in range(len(found)) for count in _CHARACTERS]
        tried = [_widened(found, column, least, by) for column, by in steps if found[column] + by <= most[column]]
        heights = [(sum(_height(grid, one, face) for grid in grids), one) for one in tried if one]
        if not heights or min(heights)[0] > best - _GAIN:
            break
        best, found = min(heights)
    return [round(points, 3) for points in found]


def _widened(widths: list[float], column: int, least: list[float], by: float) -> list[float]:
    """The widths with one column wider, the others narrower as they can be; none where they cannot."""
    spare = [0.0 if index == column else max(0.0, points - least[index]) for index, points in enumerate(widths)]
    whole = sum(spare)
    if whole < by:
        return []
    return [points + by if index == column else points - by * spare[index] / whole for index, points in enumerate(widths)]


def _height(grid: Grid, widths: Sequence[float], face: Face) -> float:
    return sum(row_heights(grid, [face.tall(lines_in(cell, widths, face)) for cell in grid.cells], face))


def lines_in(cell: Cell, widths: Sequence[float], face: Face) -> int:
    """About how many lines a cell's text takes."""
    room = sum(widths[cell.column : cell.column + cell.column_span]) - face.aside
    if ems(cell.text) * face.size <= room - face.size and "\n" not in cell.text:
        return 1
    return line_count(cell.text, max(room, face.size) / face.size)


def row_heights(grid: Grid, tall: Sequence[float], face: Face) -> list[float]:
    """About how high each row is: its tallest cell, and its share of what cells over several rows need besides."""
    rows = [face.tall(1)] * grid.rows
    for cell, points in zip(grid.cells, tall, strict=True):
        if cell.row_span == 1 and points > rows[cell.row]:
            rows[cell.row] = points
    spans = sorted((index for index, cell in enumerate(grid.cells) if cell.row_span > 1), key=lambda index: grid.cells[index].row_span)
    for index in spans:
        cell = grid.cells[index]
        spanned = range(cell.row, cell.row + cell.row_span)
        lacking = tall[index] - sum(rows[row] for row in spanned)
        for row in spanned if lacking > 0 else ():
            rows[row] += lacking / cell.row_span
    return rows
