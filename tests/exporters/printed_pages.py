"""What a picture of a printed form shows, in words that do not hang on the font: paper, ruled cells, how much is written in each and outside.

A font changes the shapes of letters, where lines turn and so how tall rows are; it changes neither the cells of a table nor what stands in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

SCALE = 1.5  # pixels to a point: the finest rule is one pixel
_DARK = 200
_LONG, _TALL = 40, 22  # pixels: no letter has strokes so long that end at rules, every column's and row's rule has
_REACH = 4  # pixels: how far rules that meet may be apart, and a seam between tables is wide
_PAPER = 4  # pixels
_SIDE = 0.012  # of the table's width
_LINE_SIDE = 0.02  # of the page's width: where a line outside the tables begins, ends or has its middle
_LINE_WIDTH = (0.7, 1.4)
_EMPTY = 8  # dark pixels: a corner of a rule, no letter
_TELLING = 60  # dark pixels: of less, a face makes twice as much or half
_INK = (0.6, 1.65)  # times the golden ink, by the measure of the page: another word or another face, not half a text
_PAGE_INK = (0.5, 2.0)  # a bold or a small face all over the page

Bits = np.ndarray[Any, np.dtype[np.bool_]]


class Ruled(NamedTuple):
    """A cell: its first and last row and column among the rules of the page, its sides as shares of the table's width, its dark pixels."""

    top: int
    bottom: int
    first: int
    last: int
    left: float
    right: float
    ink: int

    @property
    def place(self) -> str:
        """For messages: rows and columns counted from 1."""
        return f"rows {self.top + 1}-{self.bottom + 1}, columns {self.first + 1}-{self.last + 1}"


class Written(NamedTuple):
    """A line outside the tables: how many rules stand above it, its ends as shares of the page's width."""

    rules_above: int
    left: float
    right: float


class Page(NamedTuple):
    """All of a page that a font leaves alone; ``size`` in pixels."""

    size: tuple[int, int]
    cells: tuple[Ruled, ...]
    lines: tuple[Written, ...]


def picture(page: Any) -> Image.Image:
    """A page of a PDF in black and white."""
    grey: Image.Image = page.render(scale=SCALE, grayscale=True).to_pil().convert("L")
    return grey.point([0 if value < _DARK else 255 for value in range(256)]).convert("1", dither=Image.Dither.NONE)


def seen(image: Image.Image) -> Page:
    """The page of a picture."""
    dark = ~np.asarray(image.convert("1"))
    across, down = _rules(dark)
    rows, columns = _bands(_any(across, 1), _REACH), _bands(_any(down, 0), _REACH)
    text = dark & ~_wider(across | down)
    cells = _cells(across, down, rows, columns, text) if len(rows) > 1 and len(columns) > 1 else []
    if cells:
        left, right = columns[0][0], columns[-1][1]
        for top, bottom in ((rows[cell.top][0], rows[cell.bottom + 1][1]) for cell in cells):
            text[top:bottom, left:right] = False
    return Page(image.size, tuple(cells), tuple(_written(text, rows)))


def _rules(dark: Bits) -> tuple[Bits, Bits]:
    """Long strokes across, and those down that begin and end at one across."""
    across, upright = _strokes(dark, _LONG), _strokes(dark.T, _TALL).T
    near = across.copy()
    for shift in range(1, _REACH + 1):
        near[shift:] |= across[:-shift]
        near[:-shift] |= across[shift:]
    down = np.zeros_like(upright)
    for column in np.flatnonzero(upright.any(axis=0)):
        around = _any(near[:, max(0, column - _REACH) : column + _REACH + 1], 1)
        for top, end in _runs(upright[:, column]):
            if around[top] and around[end - 1]:
                down[top:end, column] = True
    return across, down


def _strokes(dark: Bits, least: int) -> Bits:
    """The dark pixels of rows that stand in a run of at least so many."""
    return _some(_some(dark, least) == least, least, least - 1) > 0


def _some(bits: Bits, least: int, before: int = 0) -> np.ndarray[Any, np.dtype[np.int16]]:
    """How many of so many pixels of a row are set, from each pixel on, or from ``before`` pixels before the first one."""
    sums = np.zeros((bits.shape[0], bits.shape[1] + 1 + 2 * before), np.int16)
    np.cumsum(bits, axis=1, dtype=np.int16, out=sums[:, before + 1 : before + 1 + bits.shape[1]])
    sums[:, before + 1 + bits.shape[1] :] = sums[:, before + bits.shape[1] : before + 1 + bits.shape[1]]
    counts: np.ndarray[Any, np.dtype[np.int16]] = sums[:, least:] - sums[:, :-least]
    return counts


def _any(bits: Bits, axis: int) -> Bits:
    """Along an axis, where anything is set."""
    found: Bits = np.asarray(bits.any(axis=axis))
    return found


def _runs(line: Bits) -> list[tuple[int, int]]:
    """Where a line of pixels is dark: (first, one after the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False]))))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _bands(line: Bits, reach: int) -> list[tuple[int, int]]:
    """The runs of a line, those no further apart than ``reach`` as one."""
    out: list[tuple[int, int]] = []
    for first, end in _runs(line):
        if out and first - out[-1][1] <= reach:
            out[-1] = (out[-1][0], end)
        else:
            out.append((first, end))
    return out


def _wider(rules: Bits) -> Bits:
    """The rules with the pixels beside them, which are part of their edges."""
    out = rules.copy()
    out[1:] |= rules[:-1]
    out[:-1] |= rules[1:]
    out[:, 1:] |= rules[:, :-1]
    out[:, :-1] |= rules[:, 1:]
    return out


def _cells(across: Bits, down: Bits, rows: list[tuple[int, int]], columns: list[tuple[int, int]], text: Bits) -> list[Ruled]:
    """The fields between the rules, in reading order; what lies open to the outside is none."""
    heights, widths = [(a[1], b[0]) for a, b in pairwise(rows)], [(a[1], b[0]) for a, b in pairwise(columns)]
    owner = {(row, column): (row, column) for row in range(-1, len(heights) + 1) for column in range(-1, len(widths) + 1)}

    def root(slot: tuple[int, int]) -> tuple[int, int]:
        while owner[slot] != slot:
            slot = owner[slot]
        return slot

    for row, column in list(owner):
        for other, open_ in (
            ((row, column + 1), _open(down, heights, columns, row, column + 1)),
            ((row + 1, column), _open(across.T, widths, rows, column, row + 1)),
        ):
            if other in owner and open_:
                owner[root(other)] = root((row, column))
    fields: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for slot in owner:
        fields.setdefault(root(slot), []).append(slot)
    fields.pop(root((-1, -1)))
    left, whole = columns[0][0], columns[-1][1] - columns[0][0]
    out = []
    for slots in fields.values():
        top, bottom = min(slots)[0], max(slots)[0]
        first, last = min(column for _, column in slots), max(column for _, column in slots)
        ink = text[heights[top][0] : heights[bottom][1], widths[first][0] : widths[last][1]].sum()
        ends = ((columns[first][0] - left) / whole, (columns[last + 1][1] - left) / whole)
        out.append(Ruled(top, bottom, first, last, *ends, int(ink)))
    return sorted(out)


def _open(upright: Bits, spans: list[tuple[int, int]], lines: list[tuple[int, int]], span: int, line: int) -> bool:
    """Whether nothing parts two neighbouring slots: less than half of their common side is ruled. Outside the rules everything is open."""
    if not 0 <= line < len(lines) or not 0 <= span < len(spans):
        return True
    side = upright[slice(*spans[span]), slice(*lines[line])]
    return bool(side.any(axis=1).mean() < 0.5)


def _written(text: Bits, rows: list[tuple[int, int]]) -> list[Written]:
    """The lines of text, top down."""
    out = []
    for top, bottom in _bands(_any(text, 1), 2):
        where = np.flatnonzero(text[top:bottom].any(axis=0))
        if bottom - top > 4:
            above = sum(1 for rule in rows if rule[0] < top)
            out.append(Written(above, where[0] / text.shape[1], (where[-1] + 1) / text.shape[1]))
    return out


def differences(found: Page, golden: Page) -> list[str]:
    """What differs for other reasons than the font, a sentence each."""
    if max(abs(a - b) for a, b in zip(found.size, golden.size, strict=True)) > _PAPER:
        return [f"paper of {found.size} pixels, not {golden.size}"]
    frames = [[cell[:4] for cell in page.cells] for page in (found, golden)]
    if frames[0] != frames[1]:
        lost, new = set(frames[1]) - set(frames[0]), set(frames[0]) - set(frames[1])
        return [f"{len(frames[0])} cells, not {len(frames[1])}; gone: {sorted(lost)[:5]}; new: {sorted(new)[:5]}"]
    return [*_cell_differences(found, golden), *_line_differences(found, golden)]


def _cell_differences(found: Page, golden: Page) -> Iterator[str]:
    pairs = list(zip(found.cells, golden.cells, strict=True))
    whole = median([cell.ink / other.ink for cell, other in pairs if other.ink > _TELLING] or [1.0])
    if not _PAGE_INK[0] < whole < _PAGE_INK[1]:
        yield f"the page is printed with {whole:.2f} times the ink"
    for cell, other in pairs:
        if max(abs(cell.left - other.left), abs(cell.right - other.right)) > _SIDE:
            yield f"{cell.place}: from {cell.left:.3f} to {cell.right:.3f} of the table, not from {other.left:.3f} to {other.right:.3f}"
        if (cell.ink > _EMPTY) != (other.ink > _EMPTY):
            yield f"{cell.place}: {'written in' if cell.ink > _EMPTY else 'empty'}, was {'written in' if other.ink > _EMPTY else 'empty'}"
        elif other.ink > _TELLING and not _INK[0] < cell.ink / other.ink / whole < _INK[1]:
            yield f"{cell.place}: {cell.ink} dark pixels, not {other.ink}"


def _line_differences(found: Page, golden: Page) -> Iterator[str]:
    """Between the same rules stand as many lines, or one more or less where a long one turns, and they stand alike."""
    for above in sorted({line.rules_above for line in (*found.lines, *golden.lines)}):
        lines, others = ([line for line in page.lines if line.rules_above == above] for page in (found, golden))
        if abs(len(lines) - len(others)) > (min(len(lines), len(others)) > 1):
            yield f"{len(lines)} lines below rule {above}, not {len(others)}"
        elif len(lines) == len(others):
            for line, other in zip(lines, others, strict=True):
                sides = [line.left - other.left, line.right - other.right, (line.left + line.right - other.left - other.right) / 2]
                width = (line.right - line.left) / (other.right - other.left)
                if min(map(abs, sides)) > _LINE_SIDE or not _LINE_WIDTH[0] < width < _LINE_WIDTH[1]:
                    ends = [f"from {each.left:.3f} to {each.right:.3f}" for each in (line, other)]
                    yield f"a line below rule {above} {ends[0]} of the page, not {ends[1]}"
