"""Rows and paragraphs put together into blocks again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jiheng.domain.document import Anchor, Cell, Paragraph, Table
from jiheng.importers.recognise.flattened.atoms import Atom, joined


class Part(NamedTuple):
    """A cell to be: its column, its text and where it stands."""

    column: int
    text: str
    anchor: Anchor


def part(column: int, atoms: Sequence[Atom]) -> Part:
    """A cell of these atoms; its anchor is the first one's line, its text what is printed."""
    text = joined(atoms)
    return Part(column, text, atoms[0].anchor if len(atoms) == 1 else atoms[0].anchor._replace(text=text))


class Builder:
    """Collects what was rebuilt, in reading order."""

    def __init__(self) -> None:
        self.blocks: list[Paragraph | Table] = []
        self.rows: list[list[Part]] = []
        self.loose: list[Paragraph] = []

    def row(self, parts: Sequence[Part]) -> None:
        """One more row of the table that is being built."""
        if parts:
            self.rows.append(list(parts))

    def paragraph(self, text: str, anchor: Anchor) -> None:
        """A line outside the table, which it ends."""
        self._close()
        self.blocks.append(Paragraph(text, anchor))

    def later(self, atoms: Sequence[Atom]) -> None:
        """Text that has no certain place: shown below the table, as printed."""
        filled = [atom for atom in atoms if atom.text]
        if filled:
            self.loose.append(Paragraph(joined(filled), part(0, filled).anchor))

    def show_loose(self) -> None:
        """What had no place, after the table it came from."""
        if self.loose:
            self._close()
            self.blocks.extend(self.loose)
            self.loose = []

    def finished(self) -> tuple[Paragraph | Table, ...]:
        """All blocks."""
        self.show_loose()
        self._close()
        return tuple(self.blocks)

    def _close(self) -> None:
        if not self.rows:
            return
        cells = [
            Cell(index, p.column, p.text, p.anchor._replace(cell=f"c{p.column + 1}"), source_text=p.text)
            for index, row in enumerate(self.rows)
            for p in row
        ]
        width = max(cell.column for cell in cells) + 1
        self.blocks.append(Table(tuple(cells), len(self.rows), width))
        self.rows = []
