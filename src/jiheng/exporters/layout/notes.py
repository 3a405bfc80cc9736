"""Findings on a laid-out form: numbers in the cells they speak of, the sentence in the margin beside the row, the full list on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jiheng.domain.dossier import Dossier
from jiheng.domain.finding import Finding
from jiheng.exporters.layout.model import Cell, Grid, Item, Layout, MarginNote, Paragraph, Section
from jiheng.exporters.layout.report_tables import findings_table
from jiheng.exporters.paper import Note, numbered_notes


def with_notes(layout: Layout, dossier: Dossier) -> Layout:
    """The layout with the dossier's findings in the margin, worst first, and listed in full at the end."""
    noted = numbered_notes(dossier.findings)
    first, *rest = layout.sections
    grids = [item for item in first.items if isinstance(item, Grid)]
    placed = [_place(finding, grids) for finding, _ in noted]
    items: list[Item] = []
    for item in first.items:
        own = [(place[1], note) for place, (_, note) in zip(placed, noted, strict=True) if place and place[0] is item]
        items.append(_annotated(item, own) if isinstance(item, Grid) else item)
    return replace(layout, sections=(replace(first, items=tuple(items)), *rest, _list([note for _, note in noted])))


def _place(finding: Finding, grids: Sequence[Grid]) -> tuple[Grid, Cell] | None:
    """The grid and cell of a finding: its field's cell, else a cell of its row or group, else the first of the paper."""
    subject = finding.subject
    while subject.strip("/"):
        near = [(grid, cell) for grid in grids for cell in grid.cells if cell.pointer and (cell.pointer + "/").startswith(subject + "/")]
        if near:
            return near[0]
        subject = subject.rpartition("/")[0]
    return (grids[0], grids[0].cells[0]) if grids else None


def _annotated(grid: Grid, own: list[tuple[Cell, Note]]) -> Grid:
    marks: dict[tuple[int, int], list[int]] = {}
    beside: dict[int, list[MarginNote]] = {}
    for cell, note in own:
        marks.setdefault((cell.row, cell.column), []).append(note.number)
        beside.setdefault(cell.row, []).append(MarginNote(note.number, note.severity, note.beside))
    cells = tuple(replace(cell, marks=tuple(marks.get((cell.row, cell.column), ()))) for cell in grid.cells)
    return replace(grid, cells=cells, beside=tuple((row, tuple(notes)) for row, notes in sorted(beside.items())))


def _list(notes: Sequence[Note]) -> Section:
    told: Item = findings_table(notes) if notes else Paragraph("没有意见。", "line")
    return Section("审核意见", (Paragraph("审核意见", "title"), told), "landscape")
