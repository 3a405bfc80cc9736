"""How tall a text stands in a cell. Spreadsheet programs do not fit rows to merged cells, so the height is worked out here, rather more than less."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import east_asian_width

LINE = 1.46
"""Line height in ems: the CJK faces of Linux stand 1.45 ems tall, those of Windows 1.25."""
PADDING = 7
"""Pixels that stay blank left and right in a cell, together."""
SLACK = 0.97
"""Printers set a little wider than screens."""
_WIDE = re.compile(r"[^\x00-\x7f]")
_PIECES = re.compile(r"[!-~]+ *|.", re.DOTALL)
_NOT_FIRST = frozenset("，。、；：？！）》〉】〕”’…—％%℃·,.;:?!)]}」』")
_NOT_LAST = frozenset("（《〈【〔“‘([{「『")
_SHORT = 80


def lines(text: str, width: int, size: float) -> int:
    """How many lines a text takes in a cell of ``width`` pixels, set in ``size`` points.

    >>> lines("项目支出绩效自评表", 90, 10.5)
    2
    """
    return _known(text, width, size) if len(text) <= _SHORT else _counted(text, width, size)


@lru_cache(maxsize=16384)
def _known(text: str, width: int, size: float) -> int:
    return _counted(text, width, size)


def _counted(text: str, width: int, size: float) -> int:
    room = max(1.0, (width - PADDING) * SLACK * 0.75 / size)
    return sum(1 if len(part) <= room else _wrapped(part, room) for part in text.split("\n"))


def _wrapped(part: str, room: float) -> int:
    """Lines of a part without line breaks: words of Latin letters stay whole, closing signs do not begin a line, opening ones do not end it."""
    count, used, last, sign = 1, 0.0, 0.0, ""
    for match in _PIECES.finditer(part):
        piece = match[0]
        wide = ems(piece)
        if used + wide <= room or not used:
            used += wide
        else:
            count += 1
            carried = last if piece[0] in _NOT_FIRST or sign in _NOT_LAST else 0.0
            used = wide + (carried if carried + wide <= room else 0.0)
        if used > room:  # a word wider than the cell is cut
            cut = int(used / room)
            count, used = count + cut, used - cut * room
        last, sign = wide, piece[-1]
    return count


def ems(text: str) -> float:
    """The width of a text in ems, on one line."""
    if len(text) == 1:
        return _em(text)
    return sum(map(_em, text))


@lru_cache(maxsize=32768)
def _em(sign: str) -> float:
    if _WIDE.match(sign):
        return 1.0 if east_asian_width(sign) in "WFA" else 0.7
    return 0.75 if sign.isupper() or sign in "@%&" else 0.95 if sign in "mw" else 0.57


def row_heights(rows: int, needs: Sequence[tuple[int, int, float]], least: float) -> list[float]:
    """The heights of a table's rows in points: each cell ``(row, row_span, height)`` has its height, spanning cells in their rows together."""
    heights = [least] * rows
    spanning = []
    for row, span, need in needs:
        if span == 1:
            heights[row] = max(heights[row], need)
        else:
            spanning.append((span, row, need))
    for span, row, need in sorted(spanning):
        missing = need - sum(heights[row : row + span])
        if missing > 0:
            for place in range(row, row + span):
                heights[place] += missing / span
    return heights
