"""From the anchor of a finding to the paragraph of a Word file that it speaks of; None where that cannot be told for certain."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jiheng.domain.document import Anchor
from jiheng.exporters.copies.markup import Element
from jiheng.exporters.copies.word_tables import Layout, Slot, bare, is_plain, paragraph_of

_CELL = re.compile(r"^表(\d+)R(\d+)C(\d+)$")
_Row = tuple[int, int]


class Places:
    """Places in one document. ``anchors`` are all that its forms know: what stands beside a place helps to tell it."""

    def __init__(self, layout: Layout, anchors: Iterable[Anchor]) -> None:
        self._layout = layout
        self._columns: dict[tuple[_Row, str], set[int]] = {}
        self._lines: dict[int, str] = {}
        for anchor in anchors:
            cell = _CELL.match(anchor.cell or "")
            if cell is not None:
                self._columns.setdefault(((int(cell[1]), int(cell[2])), bare(anchor.text)), set()).add(int(cell[3]))
            elif anchor.line is not None:
                self._lines[anchor.line] = bare(anchor.text)
        self._before = self._header_lines()

    def paragraph(self, anchor: Anchor) -> Element | None:
        """The paragraph to mark for an anchor."""
        cell = _CELL.match(anchor.cell or "")
        if cell is not None:
            table, row, column = (int(part) for part in cell.groups())
            slot = self._slot((table, row), column, bare(anchor.text))
            return paragraph_of(slot.element) if slot is not None else None
        return self._line(anchor.line, bare(anchor.text)) if anchor.line is not None else None

    def first(self) -> Element | None:
        """The first paragraph with text, for what is said of the whole."""
        lines = [line.element for line in self._layout.lines if line.markable]
        cells = (
            paragraph_of(slot.element)
            for number, rows in enumerate(self._layout.tables, start=1)
            if number not in self._layout.boxed
            for row in rows
            for slot in row
            if bare(slot.text)
        )
        found = [*lines[:1], *(paragraph for paragraph in (next(cells, None),) if paragraph is not None)]
        return min(found, key=lambda one: one.start, default=None)

    def _slot(self, at: _Row, column: int, text: str) -> Slot | None:
        table, row = at
        tables = self._layout.tables
        if not 1 <= table <= len(tables) or not 1 <= row <= len(tables[table - 1]) or table in self._layout.boxed:
            return None
        slots = tables[table - 1][row - 1]
        counted = next((slot for slot in slots if slot.column == column - 1), None)
        if counted is not None:
            return counted if _agrees(counted, text) else None
        if not _is_telling(tables[table - 1], slots):
            return None
        same = [slot for slot in slots if bare(slot.text) == text]
        known = sorted(self._columns.get((at, text), ()))
        if len(same) == len(known):  # as many cells with this text as columns that hold it: the first is the first
            return same[known.index(column)] if column in known else None
        return same[0] if len(same) == 1 else None

    def _line(self, number: int, text: str) -> Element | None:
        lines = self._layout.lines
        same = [line for line in lines if bare(line.text) == text]
        index = number - 1 - self._before if self._before is not None else -1
        counted = lines[index] if 0 <= index < len(lines) else None
        if len(same) == 1:
            chosen = same[0]
        elif counted is not None and text and (bare(counted.text) in text or text in bare(counted.text)):
            chosen = counted
        else:
            return None
        return chosen.element if chosen.markable else None

    def _header_lines(self) -> int | None:
        """How many lines of page headers are counted before the body's; None where nothing tells."""
        if not self._layout.headers:
            return 0
        texts = [bare(line.text) for line in self._layout.lines]
        told = {number - 1 - texts.index(text) for number, text in self._lines.items() if texts.count(text) == 1}
        return told.pop() if len(told) == 1 else None


def _is_telling(table: list[list[Slot]], row: list[Slot]) -> bool:
    """Whether the texts of a row are those that were read: none is printed by Word itself, none belongs to a merge that begins elsewhere."""
    return all(is_plain(slot.element) for slot in row) and not any(bare(slot.text) for line in table for slot in line if not slot.begins)


def _agrees(slot: Slot, text: str) -> bool:
    """Whether what was read can be what is typed there: a part of a cell may have been read alone, and some text is printed by Word itself."""
    typed = bare(slot.text)
    if typed == text or not is_plain(slot.element):
        return True
    return bool(typed) and (text in typed or typed in text)
