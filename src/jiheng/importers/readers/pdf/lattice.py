"""Ruled tables: lines that cross make a grid, a grid without some of its inner lines has merged cells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from jiheng.importers.readers.pdf.drawing import Drawing, Rule
from jiheng.importers.readers.pdf.view import Box

_ONE_LINE = 0.7  # pieces of one line differ by no more
_DOUBLE = 2.6  # lines closer than this are one line, drawn double or per cell
_DOUBLE_SPAN = 4.6  # and a bundle of them is at most this thick
_GAP = 3.2  # a break in a line up to this length is none
_TOUCH = 3.2  # lines this near to each other meet
_SHORTEST = 5.0
_STUB = 7.0  # lines that stick out further than this mean a side without a border
_COVERED = 0.7  # a wall covers at least this part of its side
_SMALLEST = (18.0, 7.0)
_MAX_LINES = 4_000


class Slot(NamedTuple):
    """A cell of a grid: first row and column, and how many of them it takes."""

    row: int
    column: int
    row_span: int
    column_span: int


@dataclass(slots=True)
class Grid:
    """Column and row edges in points, the cells between them, and the cell that owns each unit (``owner[row][column]``, -1 for none)."""

    xs: list[float]
    ys: list[float]
    slots: list[Slot]
    owner: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.owner = [[-1] * (len(self.xs) - 1) for _ in range(len(self.ys) - 1)]
        for index, slot in enumerate(self.slots):
            for row in range(slot.row, slot.row + slot.row_span):
                self.owner[row][slot.column : slot.column + slot.column_span] = [index] * slot.column_span

    @property
    def box(self) -> Box:
        """The table's outline."""
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def slot_box(self, slot: Slot) -> Box:
        """A cell's outline."""
        return (self.xs[slot.column], self.ys[slot.row], self.xs[slot.column + slot.column_span], self.ys[slot.row + slot.row_span])

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the table's outline."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def slot_at(self, x: float, y: float) -> int:
        """Index of the cell at a point in the outline, -1 where no cell is."""
        column = bisect_right(self.xs, x, 1, len(self.xs) - 1) - 1
        row = bisect_right(self.ys, y, 1, len(self.ys) - 1) - 1
        return self.owner[row][column]


def find_grids(drawing: Drawing) -> list[Grid]:
    """The ruled tables of a page, innermost first; boxes of a single cell are among them."""
    across, down = merge(drawing.across), merge(drawing.down)
    if len(across) + len(down) > _MAX_LINES:
        across = [rule for rule in across if rule.high - rule.low > 3 * _SHORTEST]
        down = [rule for rule in down if rule.high - rule.low > 3 * _SHORTEST]
    grids = [grid for lines in _connected(across, down) if (grid := _grid(*lines)) is not None]
    return sorted(grids, key=lambda grid: (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0]))


def merge(rules: Iterable[Rule]) -> list[Rule]:
    """Rules in one line become one: dashes and sides drawn cell by cell first, then double lines."""
    return _bundled(_bundled(rules, _ONE_LINE, _ONE_LINE), _DOUBLE, _DOUBLE_SPAN)


def _bundled(rules: Iterable[Rule], apart: float, span: float) -> list[Rule]:
    out: list[Rule] = []
    bundle: list[Rule] = []
    for rule in sorted(rules):
        if bundle and (rule.at - bundle[-1].at > apart or rule.at - bundle[0].at > span):
            out.extend(_joined(bundle))
            bundle = []
        bundle.append(rule)
    out.extend(_joined(bundle))
    return out


def _joined(bundle: list[Rule]) -> list[Rule]:
    if len(bundle) < 2:
        return [rule for rule in bundle if rule.high - rule.low >= _SHORTEST]
    length = sum(rule.high - rule.low for rule in bundle)
    at = sum(rule.at * (rule.high - rule.low) for rule in bundle) / length if length > 0 else bundle[0].at
    pieces: list[Rule] = []
    for _, low, high in sorted(bundle, key=lambda rule: rule.low):
        if pieces and low - pieces[-1].high <= _GAP:
            if high > pieces[-1].high:
                pieces[-1] = Rule(at, pieces[-1].low, high)
        else:
            pieces.append(Rule(at, low, high))
    return [rule for rule in pieces if rule.high - rule.low >= _SHORTEST]


def _connected(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    parent = list(range(len(across) + len(down)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    places = [rule.at for rule in down]
    for i, (y, low, high) in enumerate(across):
        for j in range(bisect_left(places, low - _TOUCH), bisect_right(places, high + _TOUCH)):
            if down[j].low - _TOUCH <= y <= down[j].high + _TOUCH:
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, rule in enumerate(across):
        groups[root(i)][0].append(rule)
    for j, rule in enumerate(down):
        groups[root(len(across) + j)][1].append(rule)
    return [lines for lines in groups.values() if lines[0] and lines[1]]


def _edges(lines: Sequence[Rule], crossing: Sequence[Rule]) -> list[float]:
    """Where the lines stand, plus an open side where at least two crossing lines stick out equally far."""
    edges = sorted({rule.at for rule in lines})
    lows = sorted(rule.low for rule in crossing)
    highs = sorted((rule.high for rule in crossing), reverse=True)
    if len(lows) > 1 and edges[0] - lows[1] > _STUB and lows[1] - lows[0] < _STUB:
        edges.insert(0, lows[0])
    if len(highs) > 1 and highs[1] - edges[-1] > _STUB and highs[0] - highs[1] < _STUB:
        edges.append(highs[0])
    return edges


def _grid(across: list[Rule], down: list[Rule]) -> Grid | None:
    xs, ys = _edges(down, across), _edges(across, down)
    if len(xs) < 2 or len(ys) < 2 or xs[-1] - xs[0] < _SMALLEST[0] or ys[-1] - ys[0] < _SMALLEST[1]:
        return None
    floors = _walls(ys, xs, across)  # floors[edge][column]: a line along that row edge
    sides = [list(row) for row in zip(*_walls(xs, ys, down), strict=True)]  # sides[row][edge]: a line along that column edge
    slots = [slot for slot in _slots(floors, sides) if _enclosed(slot, floors, sides)]
    return _compact(xs, ys, slots) if slots else None


def _walls(edges: list[float], steps: list[float], lines: Sequence[Rule]) -> list[list[bool]]:
    walls = [[False] * (len(steps) - 1) for _ in edges]
    index = {at: i for i, at in enumerate(edges)}
    for rule in lines:
        wall = walls[index[rule.at]]
        start = max(0, bisect_right(steps, rule.low) - 1)
        for step in range(start, min(len(steps) - 1, bisect_left(steps, rule.high))):
            low, high = steps[step], steps[step + 1]
            if min(high, rule.high) - max(low, rule.low) >= _COVERED * (high - low):
                wall[step] = True
    return walls


def _slots(floors: list[list[bool]], sides: list[list[bool]]) -> list[Slot]:
    """Units without a wall between them are one cell; an outline with a corner is cut into rectangles from the top left."""
    rows, columns = len(sides), len(floors[0])
    taken = [[False] * columns for _ in range(rows)]
    slots = []
    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            right = column + 1
            while right < columns and not sides[row][right] and not taken[row][right]:
                right += 1
            below = row + 1
            while below < rows and not (any(floors[below][column:right]) or any(sides[below][column + 1 : right]) or any(taken[below][column:right])):
                below += 1
            for inner in range(row, below):
                taken[inner][column:right] = [True] * (right - column)
            slots.append(Slot(row, column, below - row, right - column))
    return slots


def _enclosed(slot: Slot, floors: list[list[bool]], sides: list[list[bool]]) -> bool:
    """A cell has lines above and below, or left and right; what lies open between tables is none."""
    row, column, down, across = slot
    above = sum(floors[row][column : column + across]) * 2 >= across
    below = sum(floors[row + down][column : column + across]) * 2 >= across
    if above and below:
        return True
    left = sum(sides[r][column] for r in range(row, row + down)) * 2 >= down
    right = sum(sides[r][column + across] for r in range(row, row + down)) * 2 >= down
    return left and right


def _compact(xs: list[float], ys: list[float], slots: list[Slot]) -> Grid:
    """Leave out row and column edges at which no cell begins or ends."""
    columns = sorted({edge for slot in slots for edge in (slot.column, slot.column + slot.column_span)})
    rows = sorted({edge for slot in slots for edge in (slot.row, slot.row + slot.row_span)})
    column_of = {edge: i for i, edge in enumerate(columns)}
    row_of = {edge: i for i, edge in enumerate(rows)}
    moved = [
        Slot(
            row_of[row],
            column_of[column],
            row_of[row + down] - row_of[row],
            column_of[column + across] - column_of[column],
        )
        for row, column, down, across in slots
    ]
    return Grid([xs[edge] for edge in columns], [ys[edge] for edge in rows], moved)
