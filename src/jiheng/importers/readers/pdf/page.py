"""One page: its ruled tables, the tables without rules, and the text around them, in reading order."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from jiheng.importers.port import fold
from jiheng.importers.readers.pdf.drawing import Drawing
from jiheng.importers.readers.pdf.glyphs import Run
from jiheng.importers.readers.pdf.lattice import Grid, Slot, find_grids
from jiheng.importers.readers.pdf.paragraphs import FoundText, paragraphs_of
from jiheng.importers.readers.pdf.unruled import unruled_grids
from jiheng.importers.readers.pdf.view import Box, View
from jiheng.importers.readers.pdf.wording import joined, lines_of

_STRADDLE = 0.15  # of a character's width on both sides of a wall: it is written over the wall
_SAME_EDGE = 3.0


class FoundCell(NamedTuple):
    """A cell with its text (and the same line by line), before it gets its anchor."""

    slot: Slot
    box: Box
    text: str
    literal: str


class FoundTable(NamedTuple):
    """A table on a page; ``xs`` are its column edges."""

    box: Box
    xs: list[float]
    cells: list[FoundCell]
    row_count: int


def blocks_of(runs: list[Run], drawing: Drawing, view: View, seen: Sequence[tuple[float, float]] = ()) -> list[FoundTable | FoundText]:
    """The page's blocks from top to bottom. ``seen`` are outer edges of tables on the page before, which a lone cell may continue."""
    grids = _tables_only(find_grids(drawing), seen)
    seated, free = _seat(grids, runs)
    tables = [(grid, cells) for grid, cells in zip(grids, seated, strict=True) if cells]
    more = unruled_grids(lines_of(free), drawing)
    if more:
        seated, free = _seat(more, free)
        tables.extend(zip(more, seated, strict=True))
    found: list[FoundTable | FoundText] = [_table(grid, cells) for grid, cells in tables]
    walls = [table.box for table in found]
    found.extend(paragraphs_of(lines_of(free, wide_gap=1.0), walls, view))
    return sorted(found, key=lambda block: (block.box[1], block.box[0]))


def _tables_only(grids: list[Grid], seen: Sequence[tuple[float, float]]) -> list[Grid]:
    """Frames around a page or a note are no tables, unless they stand in the column of one and so go on with it."""
    edges = [*seen, *((grid.xs[0], grid.xs[-1]) for grid in grids if len(grid.slots) > 1)]
    out = []
    for grid in grids:
        holds_another = any(other is not grid and grid.holds(*_centre(other.box)) for other in grids)
        continues = any(abs(grid.xs[0] - left) < _SAME_EDGE and abs(grid.xs[-1] - right) < _SAME_EDGE for left, right in edges)
        if len(grid.slots) > 1 or (continues and not holds_another):
            out.append(grid)
    return out


def _centre(box: Box) -> tuple[float, float]:
    return ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def _seat(grids: list[Grid], runs: list[Run]) -> tuple[list[dict[int, list[Run]]], list[Run]]:
    """Every run into the cell it stands in; what stands in none is left over."""
    seated: list[dict[int, list[Run]]] = [defaultdict(list) for _ in grids]
    free: list[Run] = []
    for run in runs:
        y = run.middle
        x = (run.spans[0][0] + run.spans[-1][1]) / 2
        for grid, cells in zip(grids, seated, strict=True):
            if not grid.holds(x, y):
                continue
            for index, part in _parts(grid, run, y):
                (cells[index] if index >= 0 else free).append(part)
            break
        else:
            free.append(run)
    return seated, free


def _parts(grid: Grid, run: Run, y: float) -> list[tuple[int, Run]]:
    """A run cut where walls pass between its characters; text written over a wall stays whole, in the cell where it begins."""
    spans = run.spans
    first = grid.slot_at((spans[0][0] + spans[0][1]) / 2, y)
    if first == grid.slot_at((spans[-1][0] + spans[-1][1]) / 2, y):
        return [(first, run)]
    places = [grid.slot_at((x0 + x1) / 2, y) for x0, x1 in spans]
    cuts = [i for i in range(1, len(places)) if places[i] != places[i - 1]]
    if any(_written_over(grid, spans[i - 1], y) or _written_over(grid, spans[i], y) for i in cuts):
        middle = grid.slot_at((run.x0 + run.x1) / 2, y)
        return [(first if middle in {first, -1} or places[-1] == middle else middle, run)]
    bounds = [0, *cuts, len(places)]
    return [(places[low], run.part(low, high)) for low, high in itertools.pairwise(bounds)]


def _written_over(grid: Grid, span: tuple[float, float], y: float) -> bool:
    margin = _STRADDLE * (span[1] - span[0])
    return grid.slot_at(span[0] + margin, y) != grid.slot_at(span[1] - margin, y)


def _table(grid: Grid, seated: dict[int, list[Run]]) -> FoundTable:
    cells = []
    for index, slot in enumerate(grid.slots):
        box = grid.slot_box(slot)
        lines = lines_of(seated[index]) if index in seated else []
        text = joined(lines, box[2] - box[0])
        cells.append(FoundCell(slot, box, text, text if len(lines) < 2 else "\n".join(fold(line.text) for line in lines)))
    return FoundTable(grid.box, grid.xs, cells, len(grid.ys) - 1)
