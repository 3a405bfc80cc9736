"""Rows of drawn cells into the cells of a grid: ``^`` and ``<`` become spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jiheng.exporters.layout.model import Cell, CellRole, Grid


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a drawn cell shows; ``continues`` is ``^`` or ``<`` where it belongs to the cell above or at left."""

    text: str = ""
    role: CellRole = "label"
    continues: str = ""
    pointer: str | None = None


def merged(rows: Sequence[Sequence[Drawn]]) -> list[Cell]:
    """The cells of a grid, ordered by row, then column. What would not make a rectangle stays apart as an empty cell."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, drawn in enumerate(row):
            above, left = owner.get((r - 1, c)), owner.get((r, c - 1))
            kept = above if drawn.continues == "^" else left if drawn.continues == "<" else None
            owner[r, c] = kept or (r, c)
    places: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, first in owner.items():
        places.setdefault(first, []).append(place)
    cells = []
    for first, own in places.items():
        cells.extend(_rectangle(rows[first[0]][first[1]], first, own))
    return sorted(cells, key=lambda cell: (cell.row, cell.column))


def _rectangle(drawn: Drawn, first: tuple[int, int], own: list[tuple[int, int]]) -> list[Cell]:
    height = max(r for r, _ in own) - first[0] + 1
    width = max(c for _, c in own) - first[1] + 1
    cell = Cell(first[0], first[1], drawn.text, drawn.role, pointer=drawn.pointer)
    if height * width == len(own):
        return [replace(cell, row_span=height, column_span=width)]
    return [cell, *(Cell(r, c, "", drawn.role) for r, c in own if (r, c) != first)]


def grid(rows: Sequence[Sequence[Drawn]], widths: tuple[int, ...], *, head_rows: int, joined: bool) -> Grid:
    """The grid of drawn rows."""
    return Grid(widths, tuple(merged(rows)), len(rows), head_rows=head_rows, joined=joined)
