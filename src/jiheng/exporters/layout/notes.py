"""Findings on a laid-out form: numbers in the cells they speak of, the sentence in the margin beside the row, the full list on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jiheng.domain.dossier import Dossier
from jiheng.domain.finding import Finding
from jiheng.exporters.layout.model import Cell, CellRole, Grid, Item, Layout, MarginNote, Paragraph, Section
from jiheng.exporters.paper import Note, numbered_notes

_HEADS = ("序号", "程度", "位置", "问题", "怎么办", "依据")
_WIDTHS = (5, 6, 14, 36, 20, 19)


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
    return replace(layout, sections=(replace(first, items=tuple(items)), *rest, _list([note for _, note in noted], dossier)))


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


def _list(notes: Sequence[Note], dossier: Dossier) -> Section:
    rows: list[tuple[str, ...]] = [(str(n.number), n.label, _where(n, dossier), n.what, n.todo, n.authority) for n in notes]
    cells = [Cell(0, column, text, "label") for column, text in enumerate(_HEADS)]
    roles: tuple[CellRole, ...] = ("figure", "short", "short", "text", "text", "text")
    cells += [Cell(r, c, text, roles[c]) for r, row in enumerate(rows, start=1) for c, text in enumerate(row)]
    grid = Grid(_WIDTHS, tuple(cells), len(rows) + 1, head_rows=1)
    items: tuple[Item, ...] = (Paragraph("审核意见", "title"), grid) if rows else (Paragraph("审核意见", "title"), Paragraph("没有意见。", "line"))
    return Section("审核意见", items, "landscape")


def _where(note: Note, dossier: Dossier) -> str:
    parts = note.where.strip("/").split("/")
    if parts[0] == "indicators" and dossier.evaluation is not None:
        return f"第 {int(parts[1]) + 1} 行 {dossier.evaluation.indicators[int(parts[1])].name or ''}".strip()
    return {"funds": "资金", "goal": "目标", "stated_totals": "合计", "narrative": "报告", "header": "表头"}.get(parts[0], "全表")
