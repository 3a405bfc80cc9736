"""From detected boxes to pieces of text, each inside one cell: clipped at the borders, stacked letters parted, forgotten ink rescued."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from jiheng.importers.readers.scan.geometry import Box, Pixels

_LEAST_INK = 8
_USUAL_HEIGHT = 26  # 10.5 points at 200 dpi


class Area(NamedTuple):
    """What belongs to one cell: its box, its pieces of text line by line, and whether there is ink at all."""

    box: Box
    lines: tuple[tuple[Box, ...], ...]


def letter_height(boxes: list[Box], ink: Pixels) -> int:
    """The usual height of a letter: the middle of the inked heights of the lines found."""
    heights = [inked.height for box in boxes if box.width >= box.height and (inked := inked_part(box, ink)) is not None]
    return max(8, int(np.median(heights))) if len(heights) >= 5 else _USUAL_HEIGHT


def inked_part(box: Box, ink: Pixels) -> Box | None:
    """The smallest box around the ink inside ``box``; None if there is none."""
    part = box.cut(ink)
    across, down = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if len(across) == 0:
        return None
    return Box(box.x0 + int(across[0]), box.y0 + int(down[0]), box.x0 + int(across[-1]) + 1, box.y0 + int(down[-1]) + 1)


def areas(slots: list[Box], boxes: list[Box], ink: Pixels, height: int) -> list[Area]:
    """For each cell its pieces. A box over a border is shared among the cells in which its ink lies."""
    shares: list[list[Box]] = [[] for _ in slots]
    for box in boxes:
        inside = int(np.count_nonzero(box.cut(ink)))
        for number, slot in enumerate(slots):
            part = slot.common(box)
            if part is None:
                continue
            amount = int(np.count_nonzero(part.cut(ink)))
            if amount >= _LEAST_INK and (amount > 0.08 * inside or part.width * part.height > 0.3 * box.width * box.height):
                shares[number].append(part)
    return [_area(slot, share, ink, height) for slot, share in zip(slots, shares, strict=True)]


def _area(slot: Box, share: list[Box], ink: Pixels, height: int) -> Area:
    parts = without_repeats([small for part in share for small in parted(part, ink, height)])
    parts = _with_forgotten_ink(slot, parts, ink, height)
    return Area(slot, in_lines(parts))


def parted(box: Box, ink: Pixels, height: int) -> list[Box]:
    """A tall box holds letters stacked one over the other (or lines stuck together): cut it at the empty rows between."""
    if box.height < 1.9 * height or (box.width > box.height and box.height < 2.4 * height):
        return [box]
    filled = box.cut(ink).any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0]))))
    runs = [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
    merged: list[tuple[int, int]] = []
    for start, end in runs:
        if merged and end - merged[-1][0] <= 1.2 * height and start - merged[-1][1] < 0.4 * height:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    merged = [(start, end) for start, end in merged if end - start >= 0.25 * height or len(merged) == 1]
    if len(merged) < 2:
        return [box]
    margin = max(2, round(0.15 * height))
    return [Box(box.x0, max(box.y0, box.y0 + start - margin), box.x1, min(box.y1, box.y0 + end + margin)) for start, end in merged]


def without_repeats(parts: list[Box]) -> list[Box]:
    """Overlapping finds of the same letters are read once: a piece that lies mostly within a larger one goes."""
    kept: list[Box] = []
    for part in sorted(parts, key=lambda box: -box.width * box.height):
        shared = max((common.width * common.height for other in kept if (common := other.common(part)) is not None), default=0)
        if shared < 0.65 * part.width * part.height:
            kept.append(part)
    return kept


def _with_forgotten_ink(slot: Box, parts: list[Box], ink: Pixels, height: int) -> list[Box]:
    """Strokes the detector missed: a neighbour of a found piece widens it, the rest become pieces of their own. Specks are left."""
    rest = slot.cut(ink).copy()
    for part in parts:
        rest[part.y0 - slot.y0 : part.y1 - slot.y0, part.x0 - slot.x0 : part.x1 - slot.x0] = 0
    if np.count_nonzero(rest) < min(_LEAST_INK, 0.3 * height):
        return parts
    count, _, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    parts = list(parts)
    lone: list[Box] = []
    dots: list[Box] = []
    for x, y, w, h, amount in sorted(stats[1:count].tolist()):
        stroke = Box(slot.x0 + x, slot.y0 + y, slot.x0 + x + w, slot.y0 + y + h)
        if _of_border(stroke, slot):
            continue
        flat = w >= 2 * h and w >= 0.2 * height
        if amount < min(_LEAST_INK, 0.3 * height) or (max(w, h) < 0.3 * height and not flat):
            dots.append(stroke)
            continue
        near = next((number for number, part in enumerate(parts) if _beside(part, stroke, height)), None)
        if near is None:
            lone.append(stroke)
        else:
            parts[near] = parts[near].joined(stroke)
    return parts + [_room(piece, slot, height) for piece in [*_gathered(lone, height), *_dotted(dots, height)]]


def _dotted(dots: list[Box], height: int) -> list[Box]:
    """Dots on one level next to each other are dots of ellipsis; dust lies about singly."""
    rows: list[list[Box]] = []
    for dot in sorted(dots):
        row = next((row for row in rows if abs(row[-1].y1 + row[-1].y0 - dot.y1 - dot.y0) <= 4 and dot.x0 - row[-1].x1 < height), None)
        if row is None:
            rows.append([dot])
        else:
            row.append(dot)
    return [Box(row[0].x0, min(dot.y0 for dot in row), row[-1].x1, max(dot.y1 for dot in row)) for row in rows if len(row) >= 3]


def _of_border(stroke: Box, slot: Box) -> bool:
    """What the painting left of a table line: thin, and along an edge of the cell. A dash set close to a side edge lies across it."""
    beside = stroke.width <= 3 and (stroke.x0 - slot.x0 < 5 or slot.x1 - stroke.x1 < 5)
    level = stroke.height <= 3 and (stroke.y0 - slot.y0 < 5 or slot.y1 - stroke.y1 < 5)
    return beside or level


def _beside(part: Box, stroke: Box, height: int) -> bool:
    overlap = min(part.y1, stroke.y1) - max(part.y0, stroke.y0)
    gap = max(part.x0, stroke.x0) - min(part.x1, stroke.x1)
    return overlap > 0.5 * stroke.height and gap < 0.9 * height


def _gathered(strokes: list[Box], height: int) -> list[Box]:
    """Strokes of one line next to one another are one piece."""
    pieces: list[Box] = []
    for stroke in sorted(strokes):
        for number, piece in enumerate(pieces):
            apart = max(piece.x0, stroke.x0) - min(piece.x1, stroke.x1)
            level = max(piece.y0, stroke.y0) - min(piece.y1, stroke.y1)
            if apart < 0.9 * height and level < 0.2 * height and piece.joined(stroke).height < 1.6 * height:
                pieces[number] = piece.joined(stroke)
                break
        else:
            pieces.append(stroke)
    return pieces


def _room(piece: Box, slot: Box, height: int) -> Box:
    """A flat stroke needs the height of a letter around it to be read as one."""
    lack = max(0, round(1.35 * height) - piece.height) // 2
    return piece.grown(round(0.3 * height), max(lack, round(0.15 * height)), slot)


def in_lines(parts: list[Box]) -> tuple[tuple[Box, ...], ...]:
    """Pieces by line from top to bottom, in each from left to right."""
    lines: list[list[Box]] = []
    for part in sorted(parts, key=lambda box: box.y0 + box.y1):
        if lines:
            last = lines[-1]
            top, bottom = (sum(box[edge] for box in last) / len(last) for edge in (1, 3))
            overlap = min(bottom, part.y1) - max(top, part.y0)
            if overlap > 0.5 * min(bottom - top, part.height):
                last.append(part)
                continue
        lines.append([part])
    return tuple(tuple(sorted(line)) for line in lines)
