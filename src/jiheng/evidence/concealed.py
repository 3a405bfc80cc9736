"""What a workbook hides: sheets, rows and columns. They are read like the others, and their owner is told."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from jiheng.domain.document import Notice
from jiheng.evidence.doubts import named_rows
from jiheng.evidence.grids import Grid

HIDDEN = "file.hidden"
"""The code of notices about what a workbook hides."""


class Concealed:
    """The hidden parts of one workbook, from the notices of ``importers.concealed``."""

    def __init__(self, notices: Sequence[Notice]) -> None:
        self._sheets: set[str | None] = set()
        self._rows: dict[str | None, list[range]] = {}
        self._columns: dict[str | None, list[range]] = {}
        for notice in notices:
            anchor = notice.anchor
            if notice.code != HIDDEN or anchor is None:
                continue
            if anchor.cell is None:
                self._sheets.add(anchor.sheet)
                continue
            kind, _, span = anchor.cell.partition(" ")
            first, _, last = span.partition(":")
            (self._rows if kind == "row" else self._columns).setdefault(anchor.sheet, []).append(range(int(first), int(last) + 1))

    def told(self, grid: Grid, rows: Sequence[int], places: Mapping[str, int]) -> Iterator[str]:
        """What to say about a table: sentences that go on from its name."""
        if grid.sheet in self._sheets:
            yield f"是隐藏的工作表，其中 {len(rows)} 行照常读取并计入。请核对该不该计入。"
        spans = self._rows.get(grid.sheet, ())
        hidden = sorted({row for span in spans for row in rows[bisect_left(rows, span.start) : bisect_left(rows, span.stop)]})
        if hidden:
            yield f"有隐藏的行：{named_rows(hidden)}（共 {len(hidden)} 行），照常读取并计入。请核对该不该计入。"
        columns = [grid.letter(place) for place in sorted(places.values()) if any(place + 1 in span for span in self._columns.get(grid.sheet, ()))]
        if columns:
            yield f"有隐藏的列：{'、'.join(columns)}，照常读取并采用。请核对。"
