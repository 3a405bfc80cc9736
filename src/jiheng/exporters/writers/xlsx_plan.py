"""Where everything of a section stands on its sheet: rows with heights, columns, cells with their rectangles. Knows no file format."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from math import ceil
from typing import NamedTuple

from jiheng.exporters.layout.model import Bars, Cell, CellRole, Code, Grid, Item, Paragraph, ParagraphRole, Section
from jiheng.exporters.writers.together import tied
from jiheng.exporters.writers.xlsx_book import PARAGRAPHS, Look, cell_look, printable
from jiheng.exporters.writers.xlsx_heights import LINE, PADDING, SLACK, ems, lines, row_heights
from jiheng.exporters.writers.xlsx_raster import Need, Raster, raster, split

PAGE_WIDTH = {"portrait": 680, "landscape": 1009}
"""Pixels (96 to the inch) between the margins of A4."""
PAGE_HEIGHT = {"portrait": 742.0, "landscape": 495.0}
"""Points between the margins."""
_LEAST = 21.0
_BLANK = 11.0
_SQUEEZED = {False: 1.15, True: 1.4}
"""Of a page: what is no taller is printed smaller, rather than with a few rows on a second page; more so where one page is asked for."""
_TALLEST = 405.0
"""Points; Excel knows no row taller than 409."""
_PIECE = 8
"""Lines of a sheet row where one row of the form is cut into several: pages then end where lines end."""
_OFF = 0.25
"""Of the width: an edge further off than this is no place to part a line."""
_CHART_ROW = 18.0
_CODE_SIDE = 84.0
_DIGITS_OF_A_DOUBLE = 15
_WORD, _UPRIGHT = 4.4, 2.0
"""Ems: words of a form (一级指标) stand on one line, longer ones in lines no shorter; labels beside several rows in lines of two characters."""
_PIECES = re.compile(r"\n|(?=[（(])")
_WORDS: frozenset[CellRole] = frozenset({"label", "short"})
_LEADS: frozenset[ParagraphRole] = frozenset({"mark", "title", "subtitle", "caption", "heading1", "heading2", "heading3"})
"""Paragraphs that never end a page."""


class Box(NamedTuple):
    """A rectangle of the sheet, rows and columns counted from 0, the last ones included, and what it shows."""

    top: int
    left: int
    bottom: int
    right: int
    look: Look
    text: str
    number: Decimal | None = None
    number_format: str | None = None
    formula: str | None = None
    gap: bool = False


class Picture(NamedTuple):
    """A QR code at a row, ``side`` points wide."""

    row: int
    code: Code
    side: float


class Chart(NamedTuple):
    """A bar chart over rows of its own; its data stand in a table below, from the first row to the last, a series per column."""

    row: int
    height: float
    bars: Bars
    first: int
    last: int
    columns: tuple[int, ...]


@dataclass(slots=True)
class Plan:
    """A sheet, planned.

    ``heights`` of its rows in points, ``boxes`` in reading order, ``cells`` by JSON pointer, ``numbers`` and ``inexact`` the places of figures
    written as numbers and of those that have to be texts, ``heads`` the repeated rows, ``blocks`` the rows (the first, and the one after the
    last) that belong on one page, ``breaks`` the rows that begin a page.
    """

    raster: Raster
    heights: list[float] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    cells: dict[str, tuple[int, int]] = field(default_factory=dict)
    numbers: set[tuple[int, int]] = field(default_factory=set)
    inexact: set[tuple[int, int]] = field(default_factory=set)
    heads: tuple[int, int] | None = None
    blocks: list[tuple[int, int]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)


def planned(section: Section) -> Plan:
    """The sheet of a section."""
    columns, page = _columns(section), PAGE_HEIGHT[section.orientation]
    plan, number = Plan(columns), 0
    for above, item in zip((None, *section.items), section.items, strict=False):
        places = columns.places[number] if _widths(item) else ()
        number += bool(places)
        if above is not None and _stands_apart(above, item):
            plan.heights.append(_BLANK)
        if isinstance(item, Paragraph):
            _paragraph(plan, item)
        elif isinstance(item, Grid):
            _grid(plan, item, places, page)
        elif isinstance(item, Bars):
            _bars(plan, item, places, page)
        else:
            _code(plan, item, places)
    plan.breaks = page_breaks(plan, section)
    if plan.breaks:
        tops = [0.0, *accumulate(plan.heights)]
        plan.boxes = [box if box.top == box.bottom else _standing(box, plan, tops) for box in plan.boxes]
    return plan


def _standing(box: Box, plan: Plan, tops: list[float]) -> Box:
    """A merged cell with its text where no page ends: at its top, if pages part it.

    A label that begins in the repeated heads would be printed there again on every page, cut where the heads end, so one that is taller than
    they are stands lower.
    """
    first, end = (bisect_right(plan.breaks, row) for row in (box.top, box.bottom))
    if first == end:
        return box
    valign = "top"
    if plan.heads and plan.heads[0] <= box.top <= plan.heads[1]:
        need = _height(box.text, box.look, plan.raster.edges[box.right + 1] - plan.raster.edges[box.left])
        if need > tops[plan.heads[1] + 1] - tops[box.top]:
            middle = (tops[box.top] + tops[box.bottom + 1]) / 2
            cut = any(abs(tops[row] - middle) < need / 2 for row in plan.breaks[first:end])
            valign = "bottom" if cut else "vcenter"
    return box._replace(look=box.look._replace(valign=valign))


def _columns(section: Section) -> Raster:
    """The raster of the section's tables, with an edge more where a line with a text at its right end finds none near the place it needs."""
    tables = tuple(table for item in section.items if (table := _widths(item)))
    width, needs = PAGE_WIDTH[section.orientation], tuple(_needs(section))
    found = raster(tables, width, needs)
    for share in (_share(item) for item in section.items if isinstance(item, Paragraph) and item.right):
        cut = split(found.edges, share)
        if not cut or abs(found.edges[cut] / found.edges[-1] - share) > _OFF:
            return raster((*tables, (3, 2)), width, needs)
    return found


def _share(item: Paragraph) -> float:
    """How much of the line its first text gets."""
    left, right = ems(item.text), ems(item.right)
    return min(0.8, max(0.2, left / (left + right)))


def _stands_apart(above: Item, item: Item) -> bool:
    """Whether a blank row parts two items; paragraphs keep to what they introduce or explain."""
    return not isinstance(above, Paragraph) and not isinstance(item, Paragraph) and not (isinstance(item, Grid) and item.joined)


def _needs(section: Section) -> Iterator[Need]:
    """Numbers, which are not wrapped, and words, which are ugly in many pieces: their columns must be wide enough."""
    most = PAGE_WIDTH[section.orientation] // 5
    for table, item in enumerate(item for item in section.items if _widths(item)):
        grid = data_table(item) if isinstance(item, Bars) else item
        if not isinstance(grid, Grid):
            continue
        for cell in grid.cells:
            look = cell_look(cell.role, len(grid.widths))
            if not cell.text:
                continue
            if cell.number is not None and cell.number_format is not None:
                wanted = -(-_pixels(ems(cell.text), look) // 8) * 8
            elif cell.role in _WORDS:
                wanted = _pixels(_word(cell), look)
            else:
                continue
            yield Need(table, cell.column, cell.column + cell.column_span, min(most, wanted))


def _word(cell: Cell) -> float:
    """How many ems a label or a name needs on a line at least."""
    upright = cell.role == "label" and cell.row_span > 1 and cell.column_span == 1
    return min(_UPRIGHT if upright else _WORD, max(map(ems, _PIECES.split(printable(cell.text)))))


def _pixels(wide: float, look: Look) -> int:
    """How wide a cell must be to show a text of so many ems on one line."""
    return ceil(wide * look.size / 0.75 / SLACK) + PADDING


def _widths(item: Item) -> tuple[int, ...]:
    if isinstance(item, Grid):
        return item.widths
    if isinstance(item, Bars):
        return (5, *[2] * len(item.series))
    return (1, 4) if isinstance(item, Code) else ()


def _height(text: str, look: Look, width: int) -> float:
    return lines(text, width, look.size) * look.size * LINE + look.room if text else 0.0


def _paragraph(plan: Plan, item: Paragraph) -> None:
    """One row; a text at the right end has its own cell in it."""
    look, row, edges = PARAGRAPHS[item.role], len(plan.heights), plan.raster.edges
    left, right, gap = printable(item.text), printable(item.right), item.role == "gap"
    parts = [(0, len(edges) - 1, left, look)]
    if right:
        cut = split(edges, _share(item))
        parts = [(0, cut, left, look._replace(align="left")), (cut, len(edges) - 1, right, look._replace(align="right"))]
    heights = [_height(text, face, edges[end] - edges[start]) for start, end, text, face in parts]
    count = _rows(plan, max(*heights, look.size * LINE + look.room / 2), look)
    plan.boxes.extend(Box(row, start, row + count - 1, end - 1, face, text, gap=gap) for start, end, text, face in parts if start < end)
    if item.role in _LEADS:
        plan.blocks.append((row + count - 1, row + count + 1))


def _rows(plan: Plan, height: float, look: Look) -> int:
    """Rows of the sheet for a row of this height, several of whole lines where one cannot be so tall; how many they are."""
    count = 1 if height <= _TALLEST else int(height // (_PIECE * look.size * LINE)) + 1
    plan.heights.extend([height / count] * count)
    return count


def _grid(plan: Plan, item: Grid, places: tuple[int, ...], page: float) -> list[int]:
    """The sheet rows at which the table's rows begin, and the one after it."""
    looks = {role: cell_look(role, len(item.widths)) for role in ("label", "short", "figure", "text")}
    edges, first = plan.raster.edges, len(plan.heights)
    texts = [printable(cell.text) for cell in item.cells]
    needs = []
    for cell, text in zip(item.cells, texts, strict=True):
        look, left, right = looks[cell.role], places[cell.column], places[cell.column + cell.column_span]
        one_line = cell.number is not None and cell.number_format is not None and exact(cell.number)
        height = _height("0" if one_line else text, look, edges[right] - edges[left])
        needs.append((cell.row, cell.row_span, height))
    heights = row_heights(item.rows, needs, _LEAST)
    starts = list(accumulate((_rows(plan, height, looks["text"]) for height in heights), initial=first))
    for cell, text in zip(item.cells, texts, strict=True):
        top, bottom, look = starts[cell.row], starts[cell.row + cell.row_span] - 1, looks[cell.role]
        _cell(plan, cell, Box(top, places[cell.column], bottom, places[cell.column + cell.column_span] - 1, look, text))
    ties = (tied(row, span, need, heights, page) for row, span, need in needs if span > 1)
    plan.blocks.extend((starts[top], starts[end]) for top, end in ties)
    if item.head_rows:
        plan.heads = (first, starts[item.head_rows] - 1)
        plan.blocks.append((first, min(starts[item.head_rows] + 1, starts[-1])))
    return starts


def _cell(plan: Plan, cell: Cell, box: Box) -> None:
    place = (box.top, box.left)
    if cell.number is not None and cell.number_format is not None:
        if exact(cell.number):
            look = box.look
            if _pixels(ems(box.text), look) > plan.raster.edges[box.right + 1] - plan.raster.edges[box.left]:
                look = look._replace(wraps=False)
            box = box._replace(look=look, number=cell.number, number_format=cell.number_format, formula=cell.formula)
            plan.numbers.add(place)
        else:
            plan.inexact.add(place)
    if cell.pointer is not None:
        plan.cells.setdefault(cell.pointer, place)
    plan.boxes.append(box)


def exact(number: Decimal) -> bool:
    """Whether a spreadsheet's number (a double of 15 digits) gives this number back.

    >>> exact(Decimal("4149.88")), exact(Decimal("12345678901234567.89"))
    (True, False)
    """
    if not number.is_finite():
        return False
    digits = number.normalize()
    return len(digits.as_tuple().digits) <= _DIGITS_OF_A_DOUBLE and abs(digits.adjusted()) <= 300


def _bars(plan: Plan, item: Bars, places: tuple[int, ...], page: float) -> None:
    """The caption, rows for the chart, and its data as a table."""
    start = len(plan.heights)
    if item.caption:
        _paragraph(plan, Paragraph(item.caption, "caption"))
    rows = min(int(PAGE_HEIGHT["landscape"] // _CHART_ROW) - 2, 4 + len(item.rows) * max(1, len(item.series)))
    top = len(plan.heights)
    plan.heights.extend([_CHART_ROW] * rows)
    plan.blocks.append((start, len(plan.heights)))
    starts = _grid(plan, data_table(item), places, page)
    if item.rows and item.series:
        plan.charts.append(Chart(top, rows * _CHART_ROW, item, starts[1], starts[-1] - 1, places[:-1]))


def data_table(item: Bars) -> Grid:
    """The chart's numbers as a table: a row per label, a column per series."""
    known = [value for _, values in item.rows for value in values if value is not None]
    decimals = max((-int(value.as_tuple().exponent) for value in known if value.is_finite()), default=0)
    shape = "0." + "0" * decimals if decimals > 0 else "0"
    cells = [
        Cell(0, 0, f"单位：{item.unit}" if item.unit else "", "label"),
        *(Cell(0, c, name, "label") for c, name in enumerate(item.series, start=1)),
    ]
    for r, (label, values) in enumerate(item.rows, start=1):
        cells.append(Cell(r, 0, label, "short"))
        for c, value in enumerate(values, start=1):
            text = "" if value is None else f"{value:.{max(0, decimals)}f}"
            cells.append(Cell(r, c, text, "figure", number=value, number_format=None if value is None else shape))
    return Grid(_widths(item), tuple(cells), len(item.rows) + 1)


def _code(plan: Plan, item: Code, places: tuple[int, ...]) -> None:
    """The picture at the left, its caption and text beside it."""
    row, edges = len(plan.heights), plan.raster.edges
    look = PARAGRAPHS["line"]
    text = printable("\n".join(part for part in (item.caption, item.text) if part))
    plan.pictures.append(Picture(row, item, _CODE_SIDE))
    count = _rows(plan, max(_CODE_SIDE + 6, _height(text, look, edges[places[2]] - edges[places[1]])), look)
    plan.boxes.append(Box(row, places[1], row + count - 1, places[2] - 1, look, text))
    plan.blocks.append((row, row + count))


def page_breaks(plan: Plan, section: Section) -> list[int]:
    """The rows before which a new page begins, so that no block is torn that a page can hold; none where smaller print makes it one page."""
    page = PAGE_HEIGHT[section.orientation] * max(1.0, plan.raster.edges[-1] / PAGE_WIDTH[section.orientation])
    if sum(plan.heights) <= page * _SQUEEZED[section.one_page]:
        return []
    tops = [0.0, *accumulate(plan.heights)]
    held = [(first, end) for first, end in plan.blocks if end < len(tops) and tops[end] - tops[first] <= page]
    inside = {row for first, end in held for row in range(first + 1, end)}
    breaks: list[int] = []
    row, start, repeated = 0, 0, 0.0
    while row < len(plan.heights):
        if row == start or tops[row + 1] - tops[start] + repeated <= page:
            row += 1
            continue
        start = row = next((place for place in range(row, start, -1) if place not in inside), row)
        breaks.append(start)
        repeated = tops[plan.heads[1] + 1] - tops[plan.heads[0]] if plan.heads and start > plan.heads[1] else 0.0
    return breaks
