"""Ruled tables on a straight page: where the lines are, which cells they close off, and the page with the lines painted out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from jiheng.importers.readers.scan.geometry import Box, Pixels, paper_of

_RULED = 0.6  # the share of a border that must be drawn
_FAINTEST = 10.0
_PALE = 0.6
_RUNS_ON = 0.88
_MOST_LINES = 400
_USUAL_SIDE = 2_339  # the long side of A4 at 200 dpi
_USUAL_LETTER = 24  # 10.5 points at 200 dpi, less the white around


class Slot(NamedTuple):
    """One closed-off cell: its place in the grid and its box on the page."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box


class Grid(NamedTuple):
    """One ruled table."""

    box: Box
    slots: tuple[Slot, ...]
    row_count: int
    column_count: int


class Ruling(NamedTuple):
    """A page taken apart: its tables, the picture without their lines, and the ink left on it (255 where there is some)."""

    grids: tuple[Grid, ...]
    clean: Pixels
    ink: Pixels


def ruling(grey: Pixels) -> Ruling:
    """Find the tables of a straight page."""
    ink = ink_of(grey)
    scale = scale_of(ink)
    reach = max(2, round(7 * scale))
    faint_across, faint_down = (_faint(grey, ink, round(64 * scale), scale, level=level) for level in (True, False))
    pale = _is_pale(grey, faint_down if faint_down.any() else faint_across)
    level_ink, upright_ink = (ink | faint_across, ink | faint_down) if pale else (ink, ink)
    across = _lines(level_ink, round(42 * scale), level=True)
    down = _lines(upright_ink, round(36 * scale), level=False)
    joined = cv2.dilate(across | down, np.ones((2 * (reach // 2) + 1,) * 2, np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    grids: list[Grid] = []
    drawn = np.zeros_like(ink)
    for label in range(1, count):
        x, y, w, h, _area = stats[label].tolist()
        if w < 240 * scale or h < 30 * scale:
            continue
        area = np.s_[y : y + h, x : x + w]
        own = labels[area] == label
        level, upright = np.where(own, across[area], 0).astype(np.uint8), np.where(own, down[area], 0).astype(np.uint8)
        grid = _grid((level, upright), (level_ink[area], upright_ink[area]), (x, y), scale)
        if grid is None:
            continue
        grids.append(grid)
        drawn[area] |= _without_dashes(level, [edge - y for slot in grid.slots for edge in (slot.box.y0, slot.box.y1)], scale) | upright
    clean, rest = _painted_out(grey, ink, drawn)
    return Ruling(tuple(sorted(grids, key=lambda grid: (grid.box.y0, grid.box.x0))), clean, rest)


def scale_of(ink: Pixels) -> float:
    """The size of the letters over that of 10.5-point type at 200 dpi; the resolution of a photograph is written nowhere."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sides = stats[1:count, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    longer, shorter = sides.max(axis=1, initial=0), sides.min(axis=1, initial=1_000)
    letters = longer[(longer >= 8) & (longer <= 90) & (shorter >= 4)]
    if len(letters) < 60:
        height, width = ink.shape[:2]
        return max(0.5, int(max(height, width)) / _USUAL_SIDE)
    return float(min(3.0, max(0.5, np.median(letters) / _USUAL_LETTER)))


def ink_of(grey: Pixels) -> Pixels:
    """255 where the page is darker than the paper around; lights, shades and tinted rows do not matter."""
    dark, light = (float(level) for level in np.percentile(grey[::4, ::4], (0.5, 60)))
    soft = cv2.GaussianBlur(grey, (3, 3), 0)
    grain = np.abs(soft[::4, ::4].astype(np.float32) - cv2.blur(grey, (41, 41))[::4, ::4])
    # most of a page is paper, so half of all differences are its grain
    step = max(9.0, 0.16 * (light - dark), 6.0 * float(np.median(grain)))
    return cv2.adaptiveThreshold(soft, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, step).astype(np.uint8)


def _lines(ink: Pixels, length: int, *, level: bool) -> Pixels:
    """Strokes of at least that length in one direction; breaks of 3 pixels and steps of one pixel are bridged first."""
    bridge, thick, long = ((1, 3), (2, 1), (1, length)) if level else ((3, 1), (1, 2), (length, 1))
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(bridge, np.uint8))
    closed = cv2.dilate(closed, np.ones(thick, np.uint8))
    return cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones(long, np.uint8)).astype(np.uint8)


def _faint(grey: Pixels, ink: Pixels, length: int, scale: float, *, level: bool) -> Pixels:
    """Thin lines too pale to be ink, told from grain and letters by running on: nearly all of a stretch must be darker than the paper beside."""
    thick = max(5, round(9 * scale)) | 1
    hat = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((thick, 1) if level else (1, thick), np.uint8))
    soft = cv2.blur(hat, (5, 1) if level else (1, 5))
    dark = (soft > max(_FAINTEST, 2.5 * float(np.median(soft[::4, ::4])))).astype(np.uint8) * np.uint8(255)
    stepped = cv2.dilate(dark, np.ones((2, 1) if level else (1, 2), np.uint8))
    size = (length, 1) if level else (1, length)
    full = (cv2.blur(stepped, size) >= _RUNS_ON * 255).astype(np.uint8) * np.uint8(255)
    found = cv2.bitwise_and(cv2.dilate(full, np.ones(size[::-1], np.uint8)), stepped).astype(np.uint8)
    return _without_strokes(found, ink, 6 * length, level=level)


def _without_strokes(found: Pixels, ink: Pixels, longest: int, *, level: bool) -> Pixels:
    """Strokes of letters in a row run on like lines; they are shorter than a table is wide, and ink stands all about them."""
    if cv2.countNonZero(found) == 0:
        return found
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    inked = np.bincount(labels[cv2.bitwise_and(found, cv2.dilate(ink, np.ones((3, 3), np.uint8))) > 0], minlength=count)
    lengths = stats[:, cv2.CC_STAT_WIDTH if level else cv2.CC_STAT_HEIGHT]
    kept = (inked < 0.4 * stats[:, cv2.CC_STAT_AREA]) | (lengths > longest)
    kept[0] = False
    return np.take(np.where(kept, 255, 0).astype(np.uint8), labels.astype(np.int32, copy=False))


def _is_pale(grey: Pixels, lines: Pixels) -> bool:
    """Whether the page's lines are much paler than its letters; where they are as dark, the ink alone shows every line."""
    if not lines.any():
        return False
    dark, paper = (float(level) for level in np.percentile(grey[::4, ::4], (0.5, 60)))
    core = float(np.median(cv2.erode(grey, np.ones((3, 3), np.uint8))[lines > 0]))
    return (paper - core) < _PALE * (paper - dark)


def _grid(lines: tuple[Pixels, Pixels], inks: tuple[Pixels, Pixels], at: tuple[int, int], scale: float) -> Grid | None:
    (level, upright), ink = lines, inks[0]
    reach = max(2, round(7 * scale))
    rows = _positions(level, reach, level=True, least=round(60 * scale))
    columns = _positions(upright, reach, level=False, least=round(30 * scale))
    height, width = ink.shape
    rows = _with_edges(rows, _open_ends(upright, columns, height, reach, level=False), height, scale)
    columns = _with_edges(columns, _open_ends(level, rows, width, reach, level=True), width, scale)
    if len(rows) < 2 or len(columns) < 2 or max(len(rows), len(columns)) > _MOST_LINES:
        return None
    below = _borders(inks[0], rows, columns, scale, level=True)
    beside = _borders(inks[1], columns, rows, scale, level=False)
    slots = tuple(_slots(rows, columns, below, beside, at))
    if len(slots) < 2:
        return None
    return Grid(
        Box(at[0] + columns[0], at[1] + rows[0], at[0] + columns[-1] + 1, at[1] + rows[-1] + 1),
        slots,
        max(slot.row + slot.row_span for slot in slots),
        max(slot.column + slot.column_span for slot in slots),
    )


def _borders(ink: Pixels, lines: list[int], crossing: list[int], scale: float, *, level: bool) -> list[list[bool]]:
    """For each line, which of its stretches between crossing lines are drawn. Looked up in the ink: a border may be a short or broken piece.

    Strokes of letters are shorter than a border of any length; beside a low or narrow cell the two are alike, so more must be drawn there.
    """
    reach = max(2, round(7 * scale))
    short, long = (_lines(ink, max(8, round(length * scale)), level=level) for length in (14, 32))
    out = []
    for line in lines:
        row = []
        for start, end in _spans(crossing):
            near = end - start < 50 * scale
            need = min(0.85, max(_RULED, 30 * scale / max(1, end - start))) if near else _RULED
            whole = _share(short, line, (start, end), reach, level=level)
            fifth = max(2, (end - start) // 5)
            meets = all(_share(short, line, part, reach, level=level) >= 0.5 for part in ((start, start + fifth), (end - fifth, end)))
            drawn = whole >= need and meets and (near or _share(long, line, (start, end), reach, level=level) >= need)
            row.append(drawn or whole >= 0.93)
        out.append(row)
    return out


def _positions(mask: Pixels, reach: int, *, level: bool, least: int) -> list[int]:
    """Where lines run, each a middle weighted by length; pieces nearer than ``reach`` are one line."""
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, 15) if level else (15, 1), np.uint8))
    count, _, stats, centres = cv2.connectedComponentsWithStats(closed, connectivity=8)
    pieces = []
    for number in range(1, count):
        length = int(stats[number, cv2.CC_STAT_WIDTH if level else cv2.CC_STAT_HEIGHT])
        if length >= least:
            pieces.append((float(centres[number][1 if level else 0]), length))
    pieces.sort()
    heaps: list[list[tuple[float, int]]] = []
    for place, length in pieces:
        if heaps and place - heaps[-1][-1][0] <= reach:
            heaps[-1].append((place, length))
        else:
            heaps.append([(place, length)])
    lines: list[tuple[float, int]] = []
    for heap in heaps:
        drawn = sum(length for _, length in heap)
        place = sum(at * length for at, length in heap) / drawn
        if lines and place - lines[-1][0] < 2 * reach:  # no row is lower than a letter: a bent line, or a double one
            lines[-1] = max(lines[-1], (place, drawn), key=lambda line: line[1])
        else:
            lines.append((place, drawn))
    return [round(place) for place, _ in lines]


def _open_ends(mask: Pixels, lines: list[int], size: int, reach: int, *, level: bool) -> tuple[int, int]:
    """Where most of the lines of one direction begin and end, to see whether the table is open there."""
    starts, ends = [], []
    for line in lines:
        band = mask[max(0, line - reach) : line + reach + 1] if level else mask[:, max(0, line - reach) : line + reach + 1]
        drawn = np.flatnonzero(band.any(axis=0 if level else 1))
        if np.count_nonzero(drawn) > 0.5 * size:  # short pieces may be strokes of letters that touch the frame
            starts.append(int(drawn[0]))
            ends.append(int(drawn[-1]))
    return (sorted(starts)[len(starts) // 2], sorted(ends)[len(ends) // 2]) if starts else (0, size - 1)


def _with_edges(places: list[int], ends: tuple[int, int], size: int, scale: float) -> list[int]:
    """Tables open at a side get an edge where most of the lines that cross it end; letters touching the frame are no edge."""
    least = round(24 * scale)
    if not places:
        return [0, size - 1]
    before = [ends[0]] if places[0] - ends[0] > least else []
    after = [ends[1]] if ends[1] - places[-1] > least else []
    return [*before, *places, *after]


def _spans(places: list[int]) -> list[tuple[int, int]]:
    return list(pairwise(places))


def _share(mask: Pixels, at: int, span: tuple[int, int], reach: int, *, level: bool) -> float:
    """How much of a border is drawn, its ends (where other lines cross) left out."""
    start, end = span
    inset = min(4, (end - start) // 4)
    low, high = max(0, at - reach), at + reach + 1
    band = mask[low:high, start + inset : end - inset] if level else mask[start + inset : end - inset, low:high]
    if band.size == 0:
        return 1.0
    return float(band.any(axis=0 if level else 1).mean())


def _slots(rows: list[int], columns: list[int], below: list[list[bool]], beside: list[list[bool]], at: tuple[int, int]) -> Iterator[Slot]:
    """Join elementary boxes where no border parts them; what comes out crooked is cut into rectangles from the top left."""
    high, wide = len(rows) - 1, len(columns) - 1
    taken = np.zeros((high, wide), dtype=bool)
    blocks: list[tuple[int, int, int, int]] = []
    for row in range(high):
        for column in range(wide):
            if taken[row, column]:
                continue
            right = column + 1
            while right < wide and not taken[row, right] and not beside[right][row]:
                right += 1
            bottom = row + 1
            while bottom < high and _continues(bottom, column, right, below, beside) and not taken[bottom, column:right].any():
                bottom += 1
            taken[row:bottom, column:right] = True
            blocks.append((row, column, bottom, right))
    row_starts = sorted({block[0] for block in blocks})
    column_starts = sorted({block[1] for block in blocks})
    for row, column, bottom, right in blocks:
        first, left = row_starts.index(row), column_starts.index(column)
        down = sum(1 for start in row_starts if row <= start < bottom)
        across = sum(1 for start in column_starts if column <= start < right)
        box = Box(at[0] + columns[column] + 1, at[1] + rows[row] + 1, at[0] + columns[right], at[1] + rows[bottom])
        yield Slot(first, left, down, across, box)


def _continues(row: int, left: int, right: int, below: list[list[bool]], beside: list[list[bool]]) -> bool:
    """Whether the block goes on into this row: no border above it, none inside it."""
    return not any(below[row][column] for column in range(left, right)) and not any(beside[column][row] for column in range(left + 1, right))


def _without_dashes(level: Pixels, edges: list[int], scale: float) -> Pixels:
    """Level lines less those that are a long dash (——) printed in a cell: short, and not near the upper or lower edge of any cell."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(level, connectivity=8)
    lines = np.unique(edges)
    kept = np.ones(count, dtype=bool)
    for number in np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] < 80 * scale).tolist():
        kept[number] = float(np.abs(lines - centres[number][1]).min()) <= 10 * scale
    kept[0] = False
    return np.take(np.where(kept, 255, 0).astype(np.uint8), labels.astype(np.int32, copy=False))


def _painted_out(grey: Pixels, ink: Pixels, drawn: Pixels) -> tuple[Pixels, Pixels]:
    """Table lines replaced by the paper around them."""
    wide = cv2.dilate(drawn, np.ones((5, 5), np.uint8))
    clean = grey.copy()
    cv2.copyTo(paper_of(grey), wide, clean)
    return clean, cv2.bitwise_and(ink, cv2.bitwise_not(wide)).astype(np.uint8)
