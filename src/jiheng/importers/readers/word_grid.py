"""Rows of a Word table to one grid: the same vertical line gives the same column in every row, and merges become spans.

Word keeps rows as lists of cells, each with a span in grid columns and a printed width. Where all rows agree on the grid it is taken as it
is; where they do not, as in tables drawn by hand or made by other programs, the columns are found from the printed widths.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from jiheng.domain.document import Cell, Table, make_anchor, make_cell
from jiheng.importers.port import fold

MAX_SPAN = 500
_CERTAIN = Decimal(1)
STANDS, STARTS, CONTINUES = 0, 1, 2
_SLIVER = 120  # twips, 2 mm: lines closer than this are one line, drawn twice
_DRIFT = 200  # twips: how far rounded widths may drift apart over a row
_LEAST_WIDTH = 1500  # twips: a narrower grid holds no true widths


class Piece(NamedTuple):
    """A cell as Word keeps it.

    ``width`` is in twips, 0 where unknown; ``vertical`` is STANDS, STARTS or CONTINUES (a merge downwards); ``joined`` cells continue the
    cell to their left.
    """

    text: str
    span: int = 1
    width: int = 0
    vertical: int = STANDS
    joined: bool = False


class Line(NamedTuple):
    """A row as Word keeps it: its cells, and what is left free before and after them in grid columns (and twips before)."""

    pieces: Sequence[Piece]
    before: int = 0
    after: int = 0
    before_width: int = 0


_Place = tuple[int, int, Piece]


def lay_out(lines: Sequence[Line], grid: Sequence[int], name: str) -> Table:
    """The rows as a Table; ``grid`` holds the widths of its columns in twips, as far as the file knows them."""
    rows = _by_grid(lines)
    if len({line.before + sum(piece.span for piece in line.pieces) + line.after for line in lines}) > 1:
        rows = _by_widths(lines, grid) or rows
    elif _has_slivers(grid, rows):
        marks = _cumulated(grid)
        rows = _snapped([[(marks[start], marks[end], piece) for start, end, piece in row] for row in rows], _SLIVER)
    return _merged(_without_idle_columns(rows), name)


def lay_out_by_lines(rows: Sequence[Sequence[tuple[int, int, Piece]]], name: str) -> Table:
    """Rows whose cells come with their left and right lines in twips, as a Table."""
    left = min((row[0][0] for row in rows if row), default=0)
    placed = [[(start - left, end - left, piece) for start, end, piece in row] for row in rows]
    return _merged(_snapped(placed, _SLIVER), name)


def _by_grid(lines: Sequence[Line]) -> list[list[_Place]]:
    rows = []
    for line in lines:
        row: list[_Place] = []
        column = line.before
        for piece in line.pieces:
            row.append((column, column + piece.span, piece))
            column += piece.span
        rows.append(row)
    return rows


def _cumulated(grid: Sequence[int]) -> list[int]:
    marks = [0]
    for width in grid:
        marks.append(marks[-1] + max(width, 0))
    return marks


def _has_slivers(grid: Sequence[int], rows: list[list[_Place]]) -> bool:
    if not any(0 < width < _SLIVER for width in grid) or not all(grid) or sum(grid) < _LEAST_WIDTH:
        return False
    return all(row[-1][1] <= len(grid) for row in rows if row)


def _by_widths(lines: Sequence[Line], grid: Sequence[int]) -> list[list[_Place]] | None:
    """Places from printed widths, or None where they are unknown or make no sense."""
    marks = _cumulated(grid)
    rows = []
    for line in lines:
        row: list[_Place] = []
        column = line.before
        at = line.before_width or (marks[column] if column < len(marks) else 0)
        for piece in line.pieces:
            end = column + piece.span
            width = piece.width or (marks[end] - marks[column] if end < len(marks) else 0)
            if width <= 0:
                return None
            row.append((at, at + width, piece))
            at += width
            column = end
        rows.append(row)
    if not any(rows) or max(row[-1][1] for row in rows if row) < _LEAST_WIDTH:
        return None
    most = max(line.before + sum(piece.span for piece in line.pieces) + line.after for line in lines)
    placed = _snapped(rows, _DRIFT)
    columns = max(end for row in placed for _, end, _ in row)
    return placed if columns <= 2 * most else None


def _snapped(rows: list[list[_Place]], tolerance: int) -> list[list[_Place]]:
    """Distances to column numbers: lines closer together than the tolerance are one. Cells too thin to be seen vanish, never one with text."""
    telling = [end - start for row in rows for start, end, piece in row if piece.text.strip()]
    tolerance = min([tolerance, *(width // 2 for width in telling)])
    column_of: dict[int, int] = {}
    first, column = -tolerance - 1, -1
    for edge in sorted({0, *(edge for row in rows for start, end, _ in row for edge in (start, end))}):
        if edge - first > tolerance:
            first, column = edge, column + 1
        column_of[edge] = column
    return [[(column_of[a], column_of[b], piece) for a, b, piece in row if column_of[a] < column_of[b]] for row in rows]


def _without_idle_columns(rows: list[list[_Place]]) -> list[list[_Place]]:
    """A grid column at which no cell starts or ends is no column; programs disagree about keeping it."""
    edges = {0, *(edge for row in rows for start, end, _ in row for edge in (start, end))}
    if max(edges) == len(edges) - 1:
        return rows
    column_of = {edge: column for column, edge in enumerate(sorted(edges))}
    return [[(column_of[start], column_of[end], piece) for start, end, piece in row] for row in rows]


class _Merge:
    """A cell that may still grow downwards."""

    __slots__ = ("column", "down", "row", "texts", "width")

    def __init__(self, row: int, column: int, width: int, text: str) -> None:
        self.row = row
        self.column = column
        self.width = width
        self.down = 1
        self.texts = [text]

    def cell(self, name: str) -> Cell:
        raw = self.texts[0] if len(self.texts) == 1 else "\n".join(filter(None, self.texts))
        text = fold(raw) if raw else ""
        anchor = make_anchor((None, None, f"{name}R{self.row + 1}C{self.column + 1}", None, None, text))
        return make_cell((self.row, self.column, text, anchor, self.down, self.width, None, raw, _CERTAIN, None, ()))


def _merged(rows: list[list[_Place]], name: str) -> Table:
    """A merge downwards holds cells with the same left and right lines; text standing in its covered cells is kept."""
    found: list[_Merge] = []
    above: dict[int, _Merge] = {}
    columns = 0
    for index, row in enumerate(rows):
        here: dict[int, _Merge] = {}
        for start, end, piece in _joined(row):
            held = above.get(start) if piece.vertical == CONTINUES else None
            if held is None or held.width != end - start:
                held = _Merge(index, start, end - start, piece.text)
                found.append(held)
            else:
                held.down += 1
                held.texts.append(piece.text)
            if piece.vertical != STANDS:
                here[start] = held
            columns = max(columns, end)
        above = here
    return Table(tuple(merge.cell(name) for merge in found), len(rows), columns)


def _joined(row: list[_Place]) -> list[_Place]:
    if not any(piece.joined for _, _, piece in row):
        return row
    out: list[_Place] = []
    for start, end, piece in row:
        if piece.joined and out and out[-1][1] == start:
            left, _, first = out[-1]
            text = "\n".join(filter(None, (first.text, piece.text)))
            out[-1] = (left, end, first._replace(text=text))
        else:
            out.append((start, end, piece))
    return out
