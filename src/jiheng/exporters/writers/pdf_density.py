"""How densely a form is set: as usual where it takes a page, smaller and in columns after its content where that saves a third of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jiheng.exporters.layout.model import Grid, Item, Paragraph
from jiheng.exporters.writers.pdf_columns import CLOSER, OPEN, Face, content_widths, drawn_widths, lines_in, row_heights
from jiheng.exporters.writers.pdf_grid import heads_again, may_break
from jiheng.exporters.writers.pdf_wording import line_count

_ROOMY = 46.0
"""Points a column has on average from which the larger print is used."""
DENSE = (Face(9, 6.5, 4.8, 1.3), Face(8, 5.8, 4.4, 1.28), Face(7.5, 5.4, 4.0, 1.26))
"""小五, and down to 六号: the small print of official forms. Insets are 0.36 of the size: half of a mark at the end of a line hangs into them,
and must not reach over the rule."""
_WORTH = 2 / 3
"""Smaller print must bring a form down to this part of its pages."""
_LONGEST = 300
"""Rows of a form; what has more is a list, and set as usual."""
_AROUND = {"mark": (12, 5), "title": (17, 12), "subtitle": (10.5, 8), "caption": (12, 15), "note": (9, 5)}
"""Size of a paragraph's print, and points around it."""


class Set(NamedTuple):
    """How one grid is set."""

    face: Face
    widths: list[float]


def settings(items: Sequence[Item], area: tuple[float, float], *, yielding: bool) -> dict[int, Set]:
    """How each grid among the items is set on pages with an ``area`` of (width, height) points; ``yielding`` ones may be set more densely."""
    width = area[0]
    grids = {place: item for place, item in enumerate(items) if isinstance(item, Grid)}
    usual = {place: _usual(grid, width) for place, grid in grids.items()}
    pages = _pages(items, usual, area) if yielding and sum(grid.rows for grid in grids.values()) <= _LONGEST else 1
    if pages == 1:
        return usual
    together: dict[tuple[int, ...], list[int]] = {}
    for place, grid in grids.items():
        together.setdefault(grid.widths, []).append(place)
    for face in DENSE:
        tried: dict[int, Set] = {}
        for places in together.values():
            widths = content_widths([grids[place] for place in places], width, face)
            tried.update(dict.fromkeys(places, Set(face, widths)))
        if _pages(items, tried, area) <= _WORTH * pages:
            return tried
    return usual


def _usual(grid: Grid, width: float) -> Set:
    face = OPEN if width / len(grid.widths) >= _ROOMY else CLOSER
    return Set(face, drawn_widths(grid, width, face))


def _pages(items: Sequence[Item], chosen: dict[int, Set], area: tuple[float, float]) -> int:
    """About how many pages the items take."""
    width, height = area
    full, used, waiting = 0, 0.0, 0.0
    for place, item in enumerate(items):
        if isinstance(item, Paragraph):
            size, around = _AROUND.get(item.role, (10.5, 5))
            waiting += line_count(item.text, width / size) * size * 1.45 + around
        if not isinstance(item, Grid):
            continue
        parts, head = _parts(item, chosen[place], height)
        for number, part in enumerate(parts):
            if used + waiting + part > height and used:
                full, used = full + 1, head if number else 0.0
            used += waiting + part
            waiting = 0.0
            while used > height:
                full, used = full + 1, used - height + head
    return full + 1


def _parts(grid: Grid, chosen: Set, page: float) -> tuple[list[float], float]:
    """Heights of the parts of a grid that stay together, and of the heads printed again."""
    face = chosen.face
    tall = [face.tall(lines_in(cell, chosen.widths, face)) for cell in grid.cells]
    rows = row_heights(grid, tall, face)
    heads = heads_again(grid, rows, page)
    tied = set(range(heads))
    for cell, points in zip(grid.cells, tall, strict=True):
        if cell.row_span > 1 and not may_break(cell, points, rows, page):
            tied |= set(range(cell.row, cell.row + cell.row_span - 1))
    parts = [0.0]
    for row, (points, kept) in enumerate(zip(rows, [False, *(row in tied for row in range(grid.rows - 1))], strict=True)):
        if kept or row == 0:
            parts[-1] += points
        else:
            parts.append(points)
    return parts, sum(rows[:heads])
