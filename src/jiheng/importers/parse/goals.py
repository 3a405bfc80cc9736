"""The goal block: labels over texts, labels beside texts, or labels first and the text under the wrong one, bound by type."""

from __future__ import annotations

import re

from jiheng.domain.document import Cell
from jiheng.importers.parse.sheet import Sheet
from jiheng.importers.recognise.lines import Line, lexicon

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_POINTS = re.compile(r"\d{1,3}(?:\.\d+)?分?")
_OWN_LABEL = re.compile(r"^(.{2,10}?)\s*[:：]\s*(.+)$", re.DOTALL)
_TEXT_POINTERS = ("/goal/expected", "/goal/actual")
_POINTERS = frozenset({*_TEXT_POINTERS, "/goal/achieved"})


def read(sheet: Sheet, lines: tuple[Line, ...], index: int) -> int:
    """Read a goal block that starts at this line; how many lines it took, 0 where there is none."""
    line = lines[index]
    meanings = list(map(sheet.field_labels.meaning, line.texts))
    if _POINTERS.isdisjoint(meanings):
        return 0
    labels = [(cell, pointer) for cell, pointer in zip(line.filled, meanings, strict=True) if pointer in _POINTERS]
    inner = {pointer: cell for cell, pointer in labels}  # 年度总体目标 beside 预期目标: the one printed last stands over the text
    labels = [(cell, pointer) for cell, pointer in labels if inner[pointer] is cell]
    pointers = [str(pointer) for _, pointer in labels]
    sheet.labelled.update(pointers)
    label_cells = [cell for cell, _ in labels]
    texts = [cell for cell in line.filled if cell not in label_cells and cell.column > label_cells[0].column and not _is_heading(sheet, cell)]
    if texts:
        _beside(sheet, line, labels, texts)
        return 1
    below = lines[index + 1] if index + 1 < len(lines) else None
    if (
        below is None
        or below.table < 0 <= line.table  # a paragraph below the table is no text of a cell in it
        or not any(pointer in _TEXT_POINTERS for pointer in pointers)
        or any(sheet.field_labels.meaning(cell.text) for cell in below.filled)
    ):
        return 1
    taken = 1
    while index + taken < len(lines) and _goes_on(sheet, line, label_cells, lines[index + taken], first=taken == 1):
        if not _below(sheet, label_cells, pointers, lines[index + taken], further=taken > 1):
            break
        taken += 1
    return taken


def _goes_on(sheet: Sheet, line: Line, label_cells: list[Cell], below: Line, *, first: bool) -> bool:
    """Whether a line is a further row of a goal table: in the same table, under both labels, with no label of its own."""
    if first:
        return True
    columns = {cell.column for cell in label_cells}
    under = sum(cell.column in columns for cell in below.filled)
    labelled = any(sheet.field_labels.meaning(cell.text) or _is_heading(sheet, cell) for cell in below.filled)
    return below.table == line.table >= 0 and len(columns) == 2 and under == len(columns) and not labelled


def _is_heading(sheet: Sheet, cell: Cell) -> bool:
    """Points, scores and reasons have columns of their own in some goal tables."""
    return lexicon(sheet.labels, "columns").meaning(cell.text) is not None


def _beside(sheet: Sheet, line: Line, labels: list[tuple[Cell, str]], texts: list[Cell]) -> None:
    """Text in the label's own line. A long text is a goal whichever label it stands behind; 是 or 否 is the tick."""
    for printed in texts:
        before = [pair for pair in labels if pair[0].column < printed.column]
        own = before[-1] if before else labels[0]
        pointer, text = _labelled(sheet, str(own[1]), printed)
        if pointer == "/goal/achieved" and len(text.text) > 12:
            pointer = next((str(p) for _, p in labels if p in _TEXT_POINTERS), "/goal/expected")
            where = " · ".join(f"c{cell.column + 1} {cell.text[:20]}" for cell in line.filled)
            sheet.repair(
                "layout.columns-shifted",
                pointer,
                before=where,
                after=f"预期总体目标：{text.text[:20]}…",
                note="目标文字错在“是否如期实现”之后，按内容归位",
                anchor=text.anchor,
            )
        elif pointer == "/goal/achieved":
            sheet.achieved = {"是": True, "否": False}.get(text.text.strip())
            continue
        _keep(sheet, pointer, text)
    for cell, pointer in labels:
        sheet.note(str(pointer), cell)


def _labelled(sheet: Sheet, pointer: str, cell: Cell) -> tuple[str, Cell]:
    """完成情况：… inside the goal's own line names its field itself."""
    match = _OWN_LABEL.match(cell.text)
    named = sheet.field_labels.meaning(match[1]) if match else None
    return (named, cell._replace(text=match[2])) if match and named in _TEXT_POINTERS else (pointer, cell)


def _below(sheet: Sheet, label_cells: list[Cell], pointers: list[str], below: Line, *, further: bool) -> int:
    texts = [cell for cell in below.filled if not _POINTS.fullmatch(cell.text)]
    if len(texts) == len(pointers):
        for pointer, text in zip(pointers, texts, strict=True):
            _keep(sheet, pointer, text, further=further)
        return 1
    kept = 0
    for text in texts:
        over = [i for i, cell in enumerate(label_cells) if cell.column <= text.column]
        if over:
            _keep(sheet, pointers[over[-1]], text, further=further and text.column == label_cells[over[-1]].column)
            kept = 1
    return kept


def _keep(sheet: Sheet, pointer: str, cell: Cell, *, further: bool = False) -> None:
    if not cell.text:
        return
    if pointer in sheet.values and further:
        sheet.values[pointer] += f" {cell.text}"
        return
    if pointer in sheet.values:
        sheet.keep((cell,))
        return
    sheet.values[pointer] = cell.text
    sheet.cells[pointer] = cell
    if _TAG.search(cell.source_text):
        sheet.repair(
            "layout.html-in-cell", pointer, before=cell.source_text[:60], after=cell.text[:60], note="去掉单元格里的网页标记", anchor=cell.anchor
        )
