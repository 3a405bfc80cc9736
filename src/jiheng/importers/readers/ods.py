"""OpenDocument sheets (ods) to blocks: one table per sheet, cells with the text they display.

Hidden sheets come last; hidden rows and columns are read like others. Notes and drawings are not read, macros never run.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from lxml.etree import _Element

from jiheng.domain.document import Anchor, Cell, Notice, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.archive import Archive, open_archive, parse_xml
from jiheng.importers.numberformat import general
from jiheng.importers.port import MAX_CELLS, Reading, fold
from jiheng.importers.sheetgrid import Area, Merges, grid, letters

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT, _STYLE = f"{{{_NS}office:1.0}}", f"{{{_NS}table:1.0}}", f"{{{_NS}text:1.0}}", f"{{{_NS}style:1.0}}"
_ROW, _CELL, _COVERED = f"{_TABLE}table-row", f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_SILENT = {f"{_OFFICE}annotation", f"{_TEXT}ruby-text", f"{_TEXT}note", f"{_TEXT}tracked-changes"}
_GAPS = {f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"}
_DRAWN = f"{{{_NS}drawing:1.0}}"
_ROWS, _COLUMNS = 1_048_576, 16_384
_MACROS = "文件含有宏，宏从未运行，只读取了单元格里存着的内容。内容若要由宏生成，请先在原来的程序里运行并保存。"
_PROTECTED = "文件设了打开密码，读不出内容。请在原来的程序里取消密码、另存后再试。"
_EMPTY = "文件里没有任何表格内容。请核对是否选错了文件。"
_TOO_MANY = f"文件里有内容的单元格超过 {MAX_CELLS} 个，超出处理上限。请只保留自评表、另存后再试。"


def read(source: bytes) -> Reading:
    """The sheets of a document, one table each.

    Raises:
        UnreadableFileError: ``file.damaged``, ``file.protected``, ``file.limit`` or ``file.empty``.
    """
    archive = open_archive(source)
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise UnreadableFileError("file.protected", _PROTECTED)
    root = parse_xml(archive.read("content.xml"))
    sheets = root.findall(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table")
    hidden = _hidden_styles(root)
    sheets.sort(key=lambda sheet: sheet.get(f"{_TABLE}style-name") in hidden)
    tables: list[Table] = []
    left = MAX_CELLS
    for sheet in sheets:
        table = _table(sheet, left)
        if table is not None:
            tables.append(table)
            left -= len(table.cells)
    if not tables:
        raise UnreadableFileError("file.empty", _EMPTY)
    return Reading(tuple(tables), (Notice("file.macro", _MACROS),) if _has_macros(archive) else ())


def _hidden_styles(root: _Element) -> set[str]:
    styles = root.iterfind(f"{_OFFICE}automatic-styles/{_STYLE}style")
    return {
        style.get(f"{_STYLE}name") or ""
        for style in styles
        if any(item.get(f"{_TABLE}display") == "false" for item in style.iterfind(f"{_STYLE}table-properties"))
    }


def _has_macros(archive: Archive) -> bool:
    """Whether there are modules: every document may carry the empty library lists."""
    return any(name.startswith(("Basic/", "Scripts/")) and not name.endswith(("/", "script-lb.xml", "script-lc.xml")) for name in archive.names)


def _table(sheet: _Element, most: int) -> Table | None:
    name = sheet.get(f"{_TABLE}name") or ""
    found: list[tuple[Cell, Area]] = []
    for cell, area in _places(sheet, name):
        if cell.text or cell.formula is not None or area.down * area.across > 1:
            found.append((cell, area))
            if len(found) > most:
                raise UnreadableFileError("file.limit", _TOO_MANY)
    merges = Merges(area for _, area in found)
    cells = [cell for cell, _ in found if (cell.text or cell.formula is not None) and not merges.covers(cell.row, cell.column)]
    return grid(cells, merges, name)


def _places(sheet: _Element, name: str) -> Iterator[tuple[Cell, Area]]:
    """Each cell that is not covered, with the area it takes; repeated rows and cells are given as often as they stand, empty ones once."""
    row = 0
    for line in sheet.iter(_ROW):
        repeats = _count(line.get(f"{_TABLE}number-rows-repeated"), _ROWS)
        printed = list(_line(line, name))
        for _ in range(repeats if any(cell.text for cell, _ in printed) else min(repeats, 1)):
            if row >= _ROWS:
                return
            for cell, area in printed:
                yield _placed(cell, area, row)
            row += 1
        if not any(cell.text for cell, _ in printed):
            row += repeats - 1


def _placed(cell: Cell, area: Area, row: int) -> tuple[Cell, Area]:
    reference = f"{letters(cell.column)}{row + 1}"
    return cell._replace(row=row, anchor=cell.anchor._replace(cell=reference)), area._replace(row=row)


def _line(line: _Element, name: str) -> Iterator[tuple[Cell, Area]]:
    column = 0
    for item in line:
        if item.tag not in {_CELL, _COVERED}:
            continue
        repeats = _count(item.get(f"{_TABLE}number-columns-repeated"), _COLUMNS)
        if item.tag == _CELL:
            literal, text = _texts(item)
            down, across = _count(item.get(f"{_TABLE}number-rows-spanned"), _ROWS), _count(item.get(f"{_TABLE}number-columns-spanned"), _COLUMNS)
            formula = _formula(item.get(f"{_TABLE}formula"))
            if text or formula is not None or down * across > 1:
                for place in range(column, min(column + repeats, _COLUMNS)):
                    anchor = Anchor(sheet=name, text=text)
                    yield Cell(0, place, text, anchor, down, across, None, literal, formula=formula), Area(0, place, down, across)
        column += repeats


def _count(printed: str | None, most: int) -> int:
    return min(max(int(printed), 1), most) if printed and printed.isdecimal() and len(printed) < 10 else 1


def _formula(written: str | None) -> str | None:
    """A formula without the prefix of its dialect (``of:=SUM([.A1:.A9])``)."""
    return None if not written else written[written.index("=") :] if "=" in written else written


def _texts(item: _Element) -> tuple[str, str]:
    """The stored value and the displayed text of a cell; the value is displayed where the program wrote no text."""
    shown = fold(" ".join("".join(_pieces(line)) for line in item if line.tag == f"{_TEXT}p"))
    kind = item.get(f"{_OFFICE}value-type") or ""
    stored = item.get(f"{_OFFICE}value") or item.get(f"{_OFFICE}{kind}-value") or ""
    if shown or not stored:
        return stored or shown, shown
    return stored, _written(kind, stored)


def _written(kind: str, stored: str) -> str:
    if kind == "boolean":
        return stored.upper()
    try:
        value = Decimal(stored)
    except InvalidOperation:
        return fold(stored)
    return f"{general(value.scaleb(2))}%" if kind == "percentage" else general(value)


def _pieces(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        tag = str(child.tag)
        if tag in _GAPS:
            yield " "
        elif tag not in _SILENT and not tag.startswith(_DRAWN):
            yield from _pieces(child)
        yield child.tail or ""
