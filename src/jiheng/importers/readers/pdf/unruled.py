"""Tables printed without rules, or with horizontal ones only: columns from the gaps between words, rows from the gaps between lines."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from jiheng.importers.readers.pdf.drawing import Drawing, Rule
from jiheng.importers.readers.pdf.lattice import Grid, find_grids, merge
from jiheng.importers.readers.pdf.view import Box
from jiheng.importers.readers.pdf.wording import Line, is_wide

_WORD_GAP = 0.3  # of an em: words further apart may stand in different columns,
_LATIN_GAP = 0.7  # or this far where both are Latin, which has blanks of its own
_FEWEST_ROWS = 4  # rows of
_FEWEST_WORDS = 3  # words make a table
_WRAPPED = 8  # lines with fewer words between two such rows
_GUTTER = 0.25  # of an em
_JUMP = 0.2  # of an em: how much more two rows are apart than two lines of a cell


class _Row(NamedTuple):
    """The words on one height."""

    words: list[Box]
    top: float
    bottom: float


def unruled_grids(lines: Sequence[Line], drawing: Drawing) -> list[Grid]:
    """Grids for stretches of lines whose words keep to columns; none where a page is prose."""
    if len(lines) < 2:
        return []
    rows = [_Row(_words(line), line.box[1], line.box[3]) for line in lines]
    floors = [rule for rule in merge(drawing.across) if rule.high - rule.low > 100]
    grids = []
    stretches = _between_rules(rows, floors)
    taken = {i for start, stop in stretches for i in range(start, stop)}
    stretches += [stretch for stretch in _stretches(rows) if taken.isdisjoint(range(*stretch))]
    for start, stop in stretches:
        grids.extend(_grids(rows[start:stop], floors))
    return grids


def _between_rules(rows: list[_Row], floors: list[Rule]) -> list[tuple[int, int]]:
    """Rows between the first and last of several rules of one length: there two words on a line are enough."""
    alike: list[list[Rule]] = []
    for rule in floors:
        group = next((group for group in alike if abs(group[0].low - rule.low) < 3 and abs(group[0].high - rule.high) < 3), None)
        if group is None:
            alike.append([rule])
        else:
            group.append(rule)
    out = []
    for group in alike:
        inside = [i for i, row in enumerate(rows) if group[0].at < (row.top + row.bottom) / 2 < group[-1].at]
        if len(group) >= _FEWEST_ROWS and sum(len(rows[i].words) > 1 for i in inside) >= _FEWEST_WORDS:
            out.append((inside[0], inside[-1] + 1))
    return out


def _words(line: Line) -> list[Box]:
    words: list[list[float]] = []
    end = " "
    for run in line.runs:
        x0, x1 = run.spans[0][0], run.spans[-1][1]
        latin = not (is_wide(run.text[0]) or is_wide(end))
        if words and x0 - words[-1][2] <= (_LATIN_GAP if latin else _WORD_GAP) * (run.bottom - run.top):
            words[-1][2] = max(words[-1][2], x1)
            words[-1][1], words[-1][3] = min(words[-1][1], run.top), max(words[-1][3], run.bottom)
        else:
            words.append([x0, run.top, x1, run.bottom])
        end = run.text[-1]
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in words]


def _stretches(rows: list[_Row]) -> list[tuple[int, int]]:
    """From the first to the last row with many words, as long as they do not stop for too long."""
    full = [i for i, row in enumerate(rows) if len(row.words) >= _FEWEST_WORDS]
    parts: list[list[int]] = []
    for i in full:
        if parts and i - parts[-1][-1] <= _WRAPPED:
            parts[-1].append(i)
        else:
            parts.append([i])
    return [_widened(rows, part[0], part[-1] + 1) for part in parts if len(part) >= _FEWEST_ROWS]


def _widened(rows: list[_Row], start: int, stop: int) -> tuple[int, int]:
    """Rows of a label and a value just before and after belong to the table, if the value starts where one of its words does."""
    starts = [word[0] for row in rows[start:stop] for word in row.words]

    def belongs(row: _Row) -> bool:
        return len(row.words) == 2 and all(any(abs(word[0] - x) < 3 for x in starts) for word in row.words)

    while start > 0 and belongs(rows[start - 1]):
        start -= 1
    while stop < len(rows) and belongs(rows[stop]):
        stop += 1
    return start, stop


def _grids(rows: list[_Row], floors: list[Rule]) -> list[Grid]:
    words = [word for row in rows for word in row.words]
    left, right = min(word[0] for word in words), max(word[2] for word in words)
    em = sorted(word[3] - word[1] for word in words)[len(words) // 2]
    gutters = _gutters(rows, left, right, em)
    top, bottom = rows[0].top - 1, rows[-1].bottom + 1
    ruled = [rule for rule in floors if top - 2 * em < rule.at < bottom + 2 * em and _shared(rule, left, right) > 0.1]
    if len(gutters) < (1 if len(ruled) >= _FEWEST_ROWS else 2):
        return []
    edges = [left - 2, *gutters, right + 2]
    columns = _by_column(words, edges)
    limit = _limit(columns, em)
    cuts = _row_cuts(rows, columns, limit)
    sketch = Drawing()
    whole = [rule.at for rule in ruled if _shared(rule, left, right) > 0.8]
    if len(whole) > 2:
        top, bottom = min(top, whole[0]), max(bottom, whole[-1])
        edges[0], edges[-1] = min(edges[0], *(rule.low for rule in ruled)), max(edges[-1], *(rule.high for rule in ruled))
        sketch.across.extend(ruled)
        if len(ruled) * 2 > len(cuts):
            cuts = []
        cuts = [cut for cut in cuts if all(abs(cut - rule.at) > 0.6 * em for rule in ruled)]
    sketch.across.extend(Rule(y, edges[0], edges[-1]) for y in (top, bottom) if all(abs(y - rule.at) > 3 for rule in sketch.across))
    for cut in cuts:
        sketch.across.extend(Rule(cut, edges[i], edges[i + 1]) for i, column in enumerate(columns) if not _wrapped(column, cut, limit))
    sketch.down.extend(Rule(x, top, bottom) for x in (edges[0], edges[-1]))
    for low, high in itertools.pairwise(sorted({rule.at for rule in sketch.across})):
        within = [word for word in words if low < (word[1] + word[3]) / 2 < high]
        free = (x for x in gutters if not any(word[0] < x - 0.3 * em and word[2] > x + 0.3 * em for word in within))
        sketch.down.extend(Rule(x, low, high) for x in free)
    return [grid for grid in find_grids(sketch) if len(grid.slots) > 1]


def _shared(rule: Rule, left: float, right: float) -> float:
    """The part of the table's width that a rule runs along."""
    return (min(rule.high, right) - max(rule.low, left)) / (right - left)


def _by_column(words: list[Box], edges: list[float]) -> list[list[Box]]:
    columns: list[list[Box]] = [[] for _ in edges[1:]]
    for word in sorted(words, key=lambda word: word[1]):
        columns[min(max(bisect_right(edges, (word[0] + word[2]) / 2) - 1, 0), len(columns) - 1)].append(word)
    return columns


def _wrapped(column: list[Box], cut: float, limit: float) -> bool:
    """Whether a cut would part two lines of one cell."""
    above = max((word[3] for word in column if (word[1] + word[3]) / 2 < cut), default=None)
    below = min((word[1] for word in column if (word[1] + word[3]) / 2 >= cut), default=None)
    return above is not None and below is not None and below - above <= limit


def _gutters(rows: list[_Row], left: float, right: float, em: float) -> list[float]:
    """Middles of the vertical strips that no word crosses in the fullest rows (but one in ten), and those that further words show outside.

    A strip too many leaves an empty column; one too few would run a name and its value together. So no word takes a strip away again.
    """
    most = max(len(row.words) for row in rows)
    full = [row for row in rows if len(row.words) >= min(most, _FEWEST_WORDS)]
    first = _strips([word for row in full for word in row.words], len(full) // 10, left, em)
    narrow = [word for row in rows for word in row.words if row in full or sum(word[0] < x < word[2] for x in first) < 2]
    more = [x for x in _strips(narrow, len(full) // 10, left, em) if all(abs(x - known) > 2 * em for known in first)]
    return sorted(x for x in (*first, *more) if left < x < right)


def _strips(words: list[Box], allowed: int, left: float, em: float) -> list[float]:
    steps = sorted(step for word in words for step in ((word[0], 1), (word[2], -1)))
    strips = []
    depth, since = 0, left
    for x, change in steps:
        if depth <= allowed < depth + change and x - since > _GUTTER * em and since > left:
            strips.append((since + x) / 2)
        if depth > allowed >= depth + change:
            since = x
        depth += change
    return strips


def _limit(columns: list[list[Box]], em: float) -> float:
    """How far apart two lines of one cell may be; nothing where lines and rows are evenly spread."""
    gaps = sorted(below[1] - above[3] for column in columns for above, below in itertools.pairwise(column) if below[1] - above[3] < 2 * em)
    for low, high in itertools.pairwise(gaps):
        if high - low >= _JUMP * em:
            return (low + high) / 2
    return min(gaps, default=0.0) - 1


def _row_cuts(rows: list[_Row], columns: list[list[Box]], limit: float) -> list[float]:
    """Heights between rows: where lines are further apart than in a cell, and once between any two rows that fill half of the columns.

    The two columns on the left are not asked where there are others enough: they hold labels that span rows.
    """
    asked = sorted((word for column in columns[2 if len(columns) > 4 else 0 :] for word in column), key=lambda word: word[1])
    gaps: list[tuple[float, float]] = []
    end = rows[0].top
    for word in asked:
        if word[1] > end:
            gaps.append((word[1] - end, (word[1] + end) / 2))
        end = max(end, word[3])
    cuts = {at for gap, at in gaps if gap > limit}
    most = max(len(row.words) for row in rows)
    full = [(row.top + row.bottom) / 2 for row in rows if len(row.words) * 2 >= most]
    for above, below in itertools.pairwise(full):
        between = [(gap, at) for gap, at in gaps if above < at < below]
        if between and not any(above < cut < below for cut in cuts):
            cuts.add(max(between)[1])
    return sorted(cuts)
