"""Heads of groups in a Word table stand in the middle of their column, those of one row like those of many."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from jiheng.exporters.layout.model import Cell, Grid, Layout, Section
from jiheng.exporters.writers.docx import write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def sides(*cells: Cell) -> dict[str, str | None]:
    """How the texts of a table of three rows stand, None as their style says: in the middle."""
    package = write(Layout("表", (Section("表", (Grid((2, 2, 20), cells, 3),)),)))
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        document = etree.fromstring(parts.read("word/document.xml"))
    found = {}
    for cell in document.iter(W + "tc"):
        side = cell.find(f"{W}p/{W}pPr/{W}jc")
        found["".join(text.text or "" for text in cell.iter(W + "t"))] = None if side is None else side.get(W + "val")
    return found


def test_heads_of_groups_stand_in_the_middle_and_names_at_the_left() -> None:
    name = "一项业务办理量及申报数量"
    group = (Cell(0, 0, "产出指标", row_span=2), Cell(2, 0, "服务对象满意度指标（10分）"))
    names = (Cell(0, 1, name), Cell(1, 1, "短名"), Cell(2, 1, "另一项"))
    found = sides(*sorted((*group, *names, Cell(0, 2, "说明", "text", row_span=3)), key=lambda cell: (cell.row, cell.column)))
    assert (found["产出指标"], found["服务对象满意度指标（10分）"]) == (None, None)
    assert (found[name], found["短名"], found["另一项"]) == ("left", "left", "left")
