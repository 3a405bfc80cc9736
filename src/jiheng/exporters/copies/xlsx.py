"""Comments on the cells of a workbook; nothing else of it changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Dossier
from jiheng.errors import NotAnnotatableError
from jiheng.exporters.copies.markup import Element, Insertion, Wanted, appended, escaped
from jiheng.exporters.copies.note_shapes import Box, Grid, blocks_of, drawing, further
from jiheng.exporters.copies.notes import add_notes, noted_cells
from jiheng.exporters.copies.package import Package
from jiheng.exporters.copies.parts import STRICT, USUAL, Parts
from jiheng.exporters.copies.wording import Written, paragraphs, remarks

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_CELL = re.compile(r"^([A-Z]{1,3})([1-9]\d{0,6})$")
_AFTER = frozenset(("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"))
_MOST = 30_000  # Excel holds 32,767 characters in a cell or note
_BELOW = 1000
_NO_SHEET = "工作簿里找不到工作表，不能加批注。请用 Excel 或 WPS 打开、另存为 xlsx 后再试。"


class _Sheet(NamedTuple):
    """A worksheet: its name, its part, and the cells with a conversation, which can hold no note."""

    name: str
    part: str
    talked: frozenset[str]


def annotated(source: bytes, dossiers: Sequence[Dossier]) -> tuple[bytes, list[list[Written]]]:
    """The file with a comment on each cell that findings speak of, and what each comment holds.

    Raises:
        NotAnnotatableError: the file cannot be written into.
    """
    parts = Parts(Package(source))
    sheets = _sheets(parts)
    placed = _placed(sheets, dossiers)
    for sheet in sheets.values():
        cells = {cell: written for (name, cell), written in placed.items() if name == sheet.name}
        if cells:
            _annotate(parts, sheet, {cell: paragraphs(cells[cell], _MOST) for cell in sorted(cells, key=_at)})
    return (parts.written() if placed else source), list(placed.values())


def _sheets(parts: Parts) -> dict[str, _Sheet]:
    """The worksheets by name, in the order of the workbook."""
    book = parts.related("", "officeDocument") or "xl/workbook.xml"
    named = {one.id: one for one in parts.relations(book) if one.kind == "worksheet" and one.part in parts}
    listed = parts.root(book).child("sheets")
    found: dict[str, _Sheet] = {}
    for item in listed.children if listed is not None else ():
        relation = named.get(_related_id(item) or "")
        name = item.get("name") or ""
        if relation is not None and name not in found:
            found[name] = _Sheet(name, relation.part, _conversations(parts, relation.part))
    if not found:
        raise NotAnnotatableError(_NO_SHEET)
    return found


def _related_id(item: Element) -> str | None:
    return next((value for key, value in item.attributes.items() if key.endswith(":id") and not key.startswith("xmlns")), None)


def _conversations(parts: Parts, sheet: str) -> frozenset[str]:
    threads = [one.part for one in parts.relations(sheet) if one.kind == "threadedComment" and one.part in parts]
    return frozenset((item.get("ref") or "").upper() for part in threads for item in parts.root(part).children)


def _placed(sheets: dict[str, _Sheet], dossiers: Sequence[Dossier]) -> dict[tuple[str, str], list[Written]]:
    """What is written on each cell (sheet, reference), by sheet and cell."""
    found: dict[tuple[str, str], list[Written]] = {}
    for dossier in dossiers:
        title = _title(dossier, sheets)
        for remark in remarks(dossier):
            own = _cell(remark.anchor, sheets)
            written = Written(remark, displaced=own is None and remark.anchor is not None)
            found.setdefault(own or title, []).append(written)
    return found


def _cell(anchor: Anchor | None, sheets: dict[str, _Sheet]) -> tuple[str, str] | None:
    """The cell of an anchor; None where it names none, or one that cannot hold a note."""
    if anchor is None or anchor.sheet not in sheets or _CELL.match(anchor.cell or "") is None:
        return None
    return None if anchor.cell in sheets[anchor.sheet].talked else (anchor.sheet, anchor.cell or "")


def _title(dossier: Dossier, sheets: dict[str, _Sheet]) -> tuple[str, str]:
    """The cell of the form's title, else its first that was read, else the first cell of the workbook."""
    order = list(sheets)
    title = dossier.fields.get("/title")
    own = _cell(title.anchor, sheets) if title is not None else None
    if own is not None:
        return own
    read = {cell for reading in dossier.fields.values() if (cell := _cell(reading.anchor, sheets)) is not None}
    first = min(read, key=lambda cell: (order.index(cell[0]), _at(cell[1])), default=None)
    if first is not None:
        return first
    free = (f"A{row}" for row in range(1, 1000) if f"A{row}" not in sheets[order[0]].talked)
    return order[0], next(free)


def _at(cell: str) -> tuple[int, int]:
    """Row and column from 0."""
    found = _CELL.match(cell)
    if found is None:
        return 0, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _annotate(parts: Parts, sheet: _Sheet, cells: dict[str, list[str]]) -> None:
    root = parts.root(sheet.part, _telling(max(_at(cell)[0] for cell in cells)))
    if root.space not in {_MAIN, _STRICT_MAIN}:
        raise NotAnnotatableError(_NO_SHEET)
    strict = root.space == _STRICT_MAIN
    comments = parts.related(sheet.part, "comments")
    noted = noted_cells(parts.root(comments)) if comments is not None else frozenset()
    boxes = [Box(*_at(cell), texts) for cell, texts in cells.items() if cell not in noted]
    if comments is None:
        comments = parts.free(f"{_folder(sheet.part)}/comments{{}}.xml".lstrip("/"))
        empty = f'<comments xmlns="{root.space}"><authors></authors><commentList></commentList></comments>'
        parts.add(comments, empty, _COMMENTS)
        parts.relate(sheet.part, "comments", comments, strict=strict)
    parts.insert(comments, add_notes(parts.root(comments), cells))
    if boxes:
        _draw(parts, sheet.part, root, boxes, strict=strict)


def _folder(sheet: str) -> str:
    """The folder of the workbook's parts: the one above the sheets'."""
    return sheet.rpartition("/")[0].rpartition("/")[0]


def _telling(last: int) -> Wanted:
    """Which elements of a sheet matter: its sections, what may hide behind an alternative, and the sizes that place a box.

    ``last`` is the last row noted, from 0.
    """

    def wanted(_space: str, name: str, depth: int, attributes: dict[str, str]) -> bool:
        if depth == 2 and name == "row":
            number = attributes.get("r", "")
            return ("ht" in attributes or "hidden" in attributes) and number.isdecimal() and len(number) < 8 and int(number) < last + _BELOW
        return depth == 1 or name == "col" or (name in _AFTER and depth > 1)

    return wanted


def _draw(parts: Parts, part: str, sheet: Element, boxes: list[Box], *, strict: bool) -> None:
    """Put the boxes into the sheet's legacy drawing; make one where it has none."""
    grid = Grid(sheet)
    mark = sheet.child("legacyDrawing")
    number = _related_id(mark) if mark is not None else None
    known = next((one for one in parts.relations(part) if number is not None and one.id == number), None)
    if known is not None and known.part in parts:
        parts.insert(known.part, further(parts.data(known.part), boxes, grid))
        return
    taken = {block for name in parts.drawings() for block in blocks_of(parts.data(name))}
    name = known.part if known is not None and known.part else parts.free(f"{_folder(part)}/drawings/vmlDrawing{{}}.vml".lstrip("/"))
    parts.add(name, drawing(boxes, grid, max(taken, default=0) + 1), _DRAWING)
    if known is None:
        number = parts.relate(part, "vmlDrawing", name, strict=strict, chosen=number)
    if mark is None:
        parts.insert(part, [_legacy_drawing(sheet, number or "", STRICT if strict else USUAL)])


def _legacy_drawing(sheet: Element, number: str, space: str) -> Insertion:
    """The mark of a legacy drawing, where the order of a sheet's sections wants it."""
    prefix = sheet.prefix_of(STRICT, USUAL)
    declared = "" if prefix else f' xmlns:r="{space}"'
    tag = f"{sheet.prefix}:legacyDrawing" if sheet.prefix else "legacyDrawing"
    text = f'<{tag}{declared} {prefix or "r"}:id="{escaped(number)}"/>'
    behind = next((one for one in sheet.children if one.name in _AFTER or (one.name == "AlternateContent" and _hides(one))), None)
    return Insertion(behind.start, text) if behind is not None else appended(sheet, text)[0]


def _hides(alternative: Element) -> bool:
    return any(one.name in _AFTER for one in alternative.walk())
