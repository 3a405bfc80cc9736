"""Text outside tables: lines wrapped at the margin are one paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from jiheng.importers.port import fold
from jiheng.importers.readers.pdf.view import Box, View
from jiheng.importers.readers.pdf.wording import Line, is_wide, joined

_ENDED = re.compile(r"[。！？；：:;!?]$")
_STARTS = re.compile(
    r"[(（]?[一二三四五六七八九十\d]{1,3}(?:[)）、]|[.．](?!\d))|注[:：\d一]|附[:：件]|[□☑■●◆※★—]|第[一二三四五六七八九十\d]+[条章页]"
    r"|(?!其中)[\u4e00-\u9fff]{2,8}[:：]|[(（]20\d\d"
)
_BLANK_LINE = 1.3  # of an em between two lines: a new paragraph


class FoundText(NamedTuple):
    """A paragraph on a page."""

    box: Box
    text: str
    literal: str


def paragraphs_of(lines: Sequence[Line], tables: Sequence[Box], view: View) -> list[FoundText]:
    """Lines to paragraphs, never across a table."""
    left = min((line.box[0] for line in lines), default=0.0)
    right = max((box[2] for box in (*(line.box for line in lines), *tables) if box[2] <= view.width + 1), default=view.width)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _wraps(groups[-1][-1], line, left, right) and not _between(groups[-1][-1], line, tables):
            groups[-1].append(line)
        else:
            groups.append([line])
    out = []
    for group in groups:
        text = joined(group, right - left)
        if text:
            box = tuple(edge(line.box[i] for line in group) for i, edge in enumerate((min, min, max, max)))
            out.append(FoundText((box[0], box[1], box[2], box[3]), text, "\n".join(fold(line.text) for line in group)))
    return out


def _wraps(before: Line, after: Line, left: float, right: float) -> bool:
    """Whether a line was broken at the right margin and goes on at the left one."""
    em = max(before.em, after.em)
    if abs(before.em - after.em) > 0.25 * em or after.box[1] - before.box[3] > _BLANK_LINE * em:
        return False
    full = right - before.box[2] < 1.6 * em + _unbreakable(after)
    at_margin = after.box[0] - left < 1.2 * em or (after.box[0] <= before.box[0] + 0.5 * em and before.box[0] - left < 4 * em)
    if not full or not at_margin:
        return False
    return not (_STARTS.match(after.text) or (_ENDED.search(before.text) and after.box[0] - left > 1.2 * em))


def _unbreakable(line: Line) -> float:
    """The width of the number or foreign word a line begins with, which was not broken to fill the line before."""
    first = line.runs[0]
    length = next((i for i, character in enumerate(first.text) if is_wide(character)), len(first.text))
    return min(first.spans[length - 1][1] - first.x0, 12 * line.em) if length else 0.0


def _between(before: Line, after: Line, tables: Sequence[Box]) -> bool:
    return any(before.box[1] < (box[1] + box[3]) / 2 < after.box[3] for box in tables)
