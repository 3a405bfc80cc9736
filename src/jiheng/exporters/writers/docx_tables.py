"""A Grid as a Word table: fixed columns, real merges, head rows that repeat, rows that stay whole unless they are too tall for that."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import pairwise

from jiheng.exporters.layout.model import Cell, CellRole, Grid
from jiheng.exporters.writers.docx_page import Page
from jiheng.exporters.writers.docx_styles import CELL_MARGIN, CELL_SIZES, TABLE, borders, style_of
from jiheng.exporters.writers.docx_text import half_widths, lines_of, run
from jiheng.exporters.writers.together import tied

_NARROWEST = 340  # twips: one character of 10.5 points and the margins of its cell
_ROW = 400  # twips, 7 mm: the least height of a row
_ROOM = 2 * 34 + 10  # twips above and below the text of a cell, with the line
_TWIPS_PER_HALF_WIDTH = 5  # times the size in half-points
_TWIPS_PER_LINE = 14  # times the size in half-points: 1.4 of the letter's height
_SLACK = 30  # twips: letters and signs are not all as wide as they are counted
_NAME = 16  # half-width characters: what is longer is a name, not a value
_KEPT_WHOLE: dict[CellRole, int] = {"figure": 16, "short": 10, "label": 8}
"""Texts, or their parts before and in brackets, up to so many half-width characters stand on one line; their columns are widened for it."""
_PARTS = re.compile(r"\n|(?=[（(])")
_APART = re.compile(r"(?<=[!-~])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[!-~])")
"""Where word processors put a quarter of a character between Latin and Chinese."""
_ROLES: tuple[CellRole, ...] = ("label", "short", "figure", "text")
_PROPERTIES = (
    f'<w:tblPr><w:tblStyle w:val="{TABLE}"/><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/>%s<w:tblLayout w:type="fixed"/>'
    '<w:tblLook w:val="0000"/></w:tblPr>'
)
_OPEN_BELOW = borders(open_below=True)
_HEIGHT = f'<w:trHeight w:val="{_ROW}" w:hRule="atLeast"/>'
_WHOLE, _HEAD = f"<w:trPr><w:cantSplit/>{_HEIGHT}</w:trPr>", f"<w:trPr><w:cantSplit/>{_HEIGHT}<w:tblHeader/></w:trPr>"
_BREAKABLE = f"<w:trPr>{_HEIGHT}</w:trPr>"


def column_edges(grid: Grid, whole: int) -> list[int]:
    """The vertical lines of a grid ``whole`` twips wide, from 0: its own proportions, but figures and short words get the room for one line.

    >>> column_edges(Grid((1, 1, 2), (), 0), 8000)
    [0, 2000, 4000, 8000]
    """
    shares = [max(width, 0) for width in grid.widths]
    least = [_NARROWEST] * len(shares)
    for cell in grid.cells:
        upright = cell.role == "label" and cell.row_span > 1  # beside several rows, in a narrow column
        if cell.column_span == 1 and cell.text and cell.role in _KEPT_WHOLE and not upright:
            halves = max(map(_on_a_line, _PARTS.split(cell.text)))
            if halves <= _KEPT_WHOLE[cell.role]:
                least[cell.column] = max(least[cell.column], _needed(halves, CELL_SIZES[0]))
    if sum(least) > whole:
        barest = min(_NARROWEST, whole // len(shares))
        spare, asked = whole - barest * len(least), sum(least) - barest * len(least)
        least = [barest + (need - barest) * spare // asked for need in least]
    narrow: set[int] = set()
    while True:
        rest = whole - sum(least[column] for column in narrow)
        total = sum(share for column, share in enumerate(shares) if column not in narrow)
        found = {column for column, share in enumerate(shares) if column not in narrow and share * rest < least[column] * total}
        if not found:
            break
        narrow |= found
    edges, fixed, shared = [0], 0, 0
    for column, share in enumerate(shares):
        if column in narrow:
            fixed += least[column]
        else:
            shared += share
        edges.append(fixed + (rest * shared // total if total else 0))
    edges[-1] = whole
    return edges


def _on_a_line(text: str) -> int:
    """How many half-width characters the text takes on one line, with the room that Latin and Chinese keep from each other."""
    return half_widths(text) + -(-len(_APART.findall(text)) // 2)


def _widest(text: str) -> int:
    return half_widths(text) if "\n" not in text else max(map(half_widths, text.split("\n")))


def _needed(halves: int, size: int) -> int:
    """The width in twips of a column that holds so many half-width characters on a line."""
    return halves * _TWIPS_PER_HALF_WIDTH * size + 2 * CELL_MARGIN + _SLACK


def tables(grids: Sequence[Grid], page: Page) -> list[str]:
    """Grids that are read as one, each as a ``w:tbl`` over the whole width of the type area, in one size of type.

    Every table but the last leaves the line below it to the next one.
    """
    edges = [column_edges(grid, page.text_width) for grid in grids]
    size = _size(grids, edges)
    last = len(grids) - 1
    return [_table(grid, edges[index], page, size, continued=index < last) for index, grid in enumerate(grids)]


def _size(grids: Sequence[Grid], edges: Sequence[Sequence[int]]) -> int:
    """The size of type in half-points: the largest at which figures stand on one line each; a figure too wide at any size wraps."""
    wanted = 0
    for grid, at in zip(grids, edges, strict=True):
        for cell in grid.cells:
            if cell.role != "figure" or len(cell.text) < 4:
                continue
            room = at[cell.column + cell.column_span] - at[cell.column]
            halves = _widest(cell.text)
            if _needed(halves, CELL_SIZES[wanted]) > room:
                wanted = max(wanted, next((order for order, size in enumerate(CELL_SIZES) if _needed(halves, size) <= room), 0))
    return CELL_SIZES[wanted]


def _table(grid: Grid, edges: Sequence[int], page: Page, size: int, *, continued: bool) -> str:
    lines = [_lines(cell, edges, size) for cell in grid.cells]
    heights = _heights(grid, lines, size)
    ragged = _ragged(grid, lines)
    half_page = page.text_height // 2
    heads = grid.head_rows if grid.head_rows < grid.rows and sum(heights[: grid.head_rows]) <= half_page else 0
    whole = sum(heights) <= half_page // 2 and not continued and not grid.joined
    kept = set(range(grid.rows - 1)) if whole else _kept(grid, lines, heights, size, page)
    looks = {role: f'<w:pPr><w:pStyle w:val="{style_of(role, size)}"/></w:pPr>' for role in _ROLES}
    left = looks["short"].replace("</w:pPr>", '<w:jc w:val="left"/></w:pPr>')
    rows: list[list[tuple[int, str]]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        from_the_left = cell.role == "short" and (cell.column, cell.column_span) in ragged
        look = left if from_the_left else looks[cell.role]
        _place(cell, rows, edges, look, kept)
    open_below = continued and heights[-1] <= half_page  # a row that is broken needs its line at the foot of the page
    out = [_PROPERTIES % (page.text_width, _OPEN_BELOW if open_below else ""), "<w:tblGrid>"]
    out += [f'<w:gridCol w:w="{right - left}"/>' for left, right in pairwise(edges)]
    out.append("</w:tblGrid>")
    for number, row in enumerate(rows):
        row.sort()
        properties = _HEAD if number < heads else _WHOLE if heights[number] <= half_page else _BREAKABLE
        out += ("<w:tr>", properties, *(piece for _, piece in row), "</w:tr>")
    return f"<w:tbl>{''.join(out)}</w:tbl>"


def _kept(grid: Grid, lines: Sequence[int], heights: Sequence[int], size: int, page: Page) -> set[int]:
    """The rows that stay on one page with the next one, so that pages do not part the words of merged cells."""
    kept: set[int] = set()
    for cell, count in zip(grid.cells, lines, strict=True):
        if cell.row_span > 1:
            need = (count + 1) * _TWIPS_PER_LINE * size + _ROOM  # lines are counted roughly: one more
            first, end = tied(cell.row, cell.row_span, need, heights, page.text_height)
            kept.update(range(max(first, grid.head_rows), end - 1))
    return kept


def _place(cell: Cell, rows: list[list[tuple[int, str]]], edges: Sequence[int], look: str, kept: Container[int]) -> None:
    """The cell into its row, and what stands for it in the rows that its merge covers; rows of ``kept`` stay with the next one."""
    column, span = cell.column, cell.column_span
    properties = f'<w:tcW w:w="{edges[column + span] - edges[column]}" w:type="dxa"/>'
    if span > 1:
        properties += f'<w:gridSpan w:val="{span}"/>'
    merged = '<w:vMerge w:val="restart"/>' if cell.row_span > 1 else ""
    standing = "" if cell.role == "text" else '<w:vAlign w:val="center"/>'
    staying = look.replace("/>", "/><w:keepNext/>", 1)
    first = staying if cell.row in kept else look
    rows[cell.row].append((column, f"<w:tc><w:tcPr>{properties}{merged}{standing}</w:tcPr><w:p>{first}{run(cell.text)}</w:p></w:tc>"))
    for row in range(cell.row + 1, cell.row + cell.row_span):
        covered = staying if row in kept else look
        rows[row].append((column, f"<w:tc><w:tcPr>{properties}<w:vMerge/>{standing}</w:tcPr><w:p>{covered}</w:p></w:tc>"))


def _ragged(grid: Grid, lines: Sequence[int]) -> set[tuple[int, int]]:
    """The columns (with their spans) that hold names of several lines: those are read from the left, not from the middle.

    A column with cells merged downwards holds the heads of groups; heads stand in the middle, those of a single row as those of many.
    """
    names = {
        (cell.column, cell.column_span)
        for cell, count in zip(grid.cells, lines, strict=True)
        if count > 1 and cell.role == "short" and cell.row_span == 1 and _widest(cell.text) > _NAME
    }
    return names - {(cell.column, cell.column_span) for cell in grid.cells if cell.row_span > 1 and cell.role == "short"} if names else names


def _lines(cell: Cell, edges: Sequence[int], size: int) -> int:
    """How many lines the cell's text takes, roughly."""
    if len(cell.text) < 2:
        return 1
    width = edges[cell.column + cell.column_span] - edges[cell.column] - 2 * CELL_MARGIN
    return lines_of(cell.text, width // (_TWIPS_PER_HALF_WIDTH * size))


def _heights(grid: Grid, lines: Sequence[int], size: int) -> list[int]:
    """How tall each row gets, roughly, in twips; what a merged cell needs beyond its rows falls to its last row, as in Word."""
    heights = [_ROW] * grid.rows
    tall: list[tuple[Cell, int]] = []
    for cell, count in zip(grid.cells, lines, strict=True):
        if count == 1:
            continue
        needed = count * _TWIPS_PER_LINE * size + _ROOM
        if cell.row_span > 1:
            tall.append((cell, needed))
        elif needed > heights[cell.row]:
            heights[cell.row] = needed
    for cell, needed in tall:
        last = cell.row + cell.row_span - 1
        heights[last] += max(needed - sum(heights[cell.row : last + 1]), 0)
    return heights
