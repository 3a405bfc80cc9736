"""Runs to text: which stand on one line, where a blank belongs, and how wrapped lines are joined again."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from jiheng.importers.port import fold
from jiheng.importers.readers.pdf.glyphs import Run
from jiheng.importers.readers.pdf.view import Box

_PADDING = 12.0  # both cell margins of a word processor together
_GAP = 0.3  # of an em, between characters that are not Chinese
_WIDE_GAP = 1.5  # of an em, between any


class Line(NamedTuple):
    """Text on one height, with its outline."""

    text: str
    box: Box
    runs: tuple[Run, ...]

    @property
    def em(self) -> float:
        """The height of its letters, about."""
        return self.box[3] - self.box[1]


def is_wide(character: str) -> bool:
    """Whether a character is Chinese or full-width, so that no blank belongs beside it."""
    code = ord(character)
    return 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFE30 <= code <= 0xFE4F or 0xFF00 <= code <= 0xFFEF or code >= 0x20000


def lines_of(runs: Sequence[Run], *, wide_gap: float = _WIDE_GAP) -> list[Line]:
    """The runs as lines from top to bottom, each from left to right."""
    if len(runs) == 1:
        return [_line([*runs], wide_gap)]
    rows: list[list[Run]] = []
    middle = height = 0.0
    for run in sorted(runs, key=lambda run: run.top + run.bottom):
        tall, at = run.bottom - run.top, run.middle
        if rows and at - middle < 0.4 * max(tall, height):
            rows[-1].append(run)
            if tall > height:
                middle, height = at, tall
        else:
            rows.append([run])
            middle, height = at, tall
    return [_line(row, wide_gap) for row in rows]


def _line(row: list[Run], wide_gap: float) -> Line:
    if len(row) == 1:
        run = row[0]
        return Line(run.text, (run.spans[0][0], run.top, run.spans[-1][1], run.bottom), (run,))
    row.sort(key=lambda run: run.spans[0])
    pieces = [row[0].text]
    before, end = row[0], row[0].x1
    for run in row[1:]:
        text, gap, em = run.text, run.x0 - end, max(run.bottom - run.top, before.bottom - before.top)
        if gap < -0.3 * em:
            text = _unprinted(text, run, before)
            if not text:
                continue
        elif run.blank_before or _parted(before.text[-1], text[0], gap, em, wide_gap):
            pieces.append(" ")
        pieces.append(text)
        before, end = run, max(end, run.x1)
    box = (row[0].spans[0][0], min(run.top for run in row), max(run.spans[-1][1] for run in row), max(run.bottom for run in row))
    return Line("".join(pieces), box, tuple(row))


def _unprinted(text: str, run: Run, before: Run) -> str:
    """What of a run that lies over another is not the same text printed again."""
    reach = 0.2 * (run.bottom - run.top)
    known = list(zip(before.text, before.spans, strict=True))
    kept = [
        character
        for character, (x0, _) in zip(text, run.spans, strict=True)
        if not any(character == other and abs(x0 - span[0]) < reach for other, span in known)
    ]
    return "".join(kept)


def _parted(left: str, right: str, gap: float, em: float, wide_gap: float) -> bool:
    if gap > wide_gap * em:
        return True
    return gap > _GAP * em and not is_wide(left) and not is_wide(right)


def joined(lines: Sequence[Line], width: float) -> str:
    """Wrapped lines as one text; ``width`` is that of the cell or column they were wrapped to."""
    if not lines:
        return ""
    pieces = [lines[0].text]
    for before, after in itertools.pairwise(lines):
        pieces.append(_seam(before, after, width))
        pieces.append(after.text)
    return fold("".join(pieces))


def _seam(before: Line, after: Line, width: float) -> str:
    left, right = before.text[-1:], after.text[:1]
    if not left or not right or is_wide(left) or is_wide(right):
        return ""
    first = after.runs[0].spans[0]
    filled = width - (before.box[2] - before.box[0]) < first[1] - first[0] + _PADDING
    if left.isalpha() and right.isalpha():
        return "" if filled and " " not in before.text else " "  # one long word fills the line: it was broken, not parted
    if left.isalnum() and right.isalnum():
        return "" if filled else " "
    return " " if left in ",.;:" and right.isalpha() else ""
