"""Excel workbooks (xlsx, xlsm, and what WPS writes as such) to blocks: one table per sheet, cells as Excel shows them.

Sheets are read straight from their XML: that keeps decimals as they are stored, formats, formulas and merges, and is quick. Hidden sheets
come last; hidden rows and columns are read like others. Notes, drawings and links to other files are not read, macros never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from lxml.etree import _Element

from jiheng.domain.document import Cell, Notice, Table, make_anchor, make_cell
from jiheng.errors import UnreadableFileError
from jiheng.importers.archive import Archive, open_archive, parse_xml
from jiheng.importers.dateformat import serial_of
from jiheng.importers.numberformat import is_date, render, render_text
from jiheng.importers.port import MAX_CELLS, Reading, fold
from jiheng.importers.readers.xlsx_parts import (
    attribute,
    local,
    moved,
    number_formats,
    position,
    relations,
    rich_text,
    row_of,
    shared_strings,
    unescaped,
)
from jiheng.importers.sheetgrid import Area, Merges, grid, letters

_LARGE = 512 * 1024
_HOLLOW = re.compile(rb"<((?:\w+:)?c)(?=\s)[^<>]*(?:/>|></\1>)")
_HOLLOW_ROW = re.compile(rb"<((?:\w+:)?row)(?=\s)[^<>]*(?:/>|>\s*</\1>)")
_UNPLACED = re.compile(rb"<(?:\w+:)?(?:c|row)(?![^<>]*\sr=)[\s/>]")
_CONTENT = re.compile(rb"</(?:\w+:)?(?:v|is)>|<(?:\w+:)?f[\s/>]")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_FIGURES = re.compile(r"[1-9]\d{0,14}|0")
_ALONE = (1, 1)
_CERTAIN = Decimal(1)
_MACROS = "文件含有宏，宏从未运行，只读取了单元格里存着的内容。内容若要由宏生成，请先在原来的程序里运行并保存。"
_EMPTY = "工作簿里没有任何内容。请核对是否选错了文件。"
_PICTURES = "工作簿里只有图片，没有可读的单元格。请把图片单独交来，或在表里填写后再试。"


class _Sheet(NamedTuple):
    name: str
    part: str
    hidden: bool


class _Book:
    """A workbook: its strings and formats, and the count of its cells."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.part = _main_part(archive)
        self.root = parse_xml(archive.read(self.part))
        self.named = relations(archive, self.part)
        parts = {relation.kind: relation.part for relation in self.named.values()}
        self.strings = [(fold(text), text) for text in shared_strings(archive, parts.get("sharedStrings"))]
        self.codes = number_formats(archive, parts.get("styles"))
        self.epoch_1904 = any(local(item) == "workbookPr" and item.get("date1904") in {"1", "true"} for item in self.root)
        self.styles: dict[str | None, str] = {str(index): code for index, code in enumerate(self.codes)}
        self.styles[None] = self.code(None)
        self.count = 0

    def sheets(self) -> list[_Sheet]:
        """The worksheets in order, hidden ones last; charts and macro sheets hold no grid."""
        found: list[_Sheet] = []
        for item in (item for group in self.root if local(group) == "sheets" for item in group):
            target = self.named.get(attribute(item, "id") or "")
            if target is None:
                raise UnreadableFileError("file.damaged", f"工作簿里找不到工作表“{item.get('name')}”，内容不完整。请用原来的程序打开、另存后再试。")
            if target.kind == "worksheet":
                found.append(_Sheet(item.get("name") or "", target.part, item.get("state") in {"hidden", "veryHidden"}))
        return sorted(found, key=lambda sheet: sheet.hidden)

    def code(self, style: str | None) -> str:
        """The format code of a style number as the file writes it."""
        index = int(style) if style and style.isdecimal() else 0
        return self.codes[index] if index < len(self.codes) else "General"


def read(source: bytes) -> Reading:
    """The sheets of a workbook, one table each.

    Raises:
        UnreadableFileError: ``file.damaged``, ``file.protected``, ``file.limit``, ``file.binary`` (xlsb) or ``file.empty``.
    """
    archive = open_archive(source)
    book = _Book(archive)
    tables = tuple(table for sheet in book.sheets() if (table := _table(book, sheet)) is not None)
    if not tables:
        pictures = any("/media/" in name for name in archive.names)
        raise UnreadableFileError("file.empty", _PICTURES if pictures else _EMPTY)
    macros = any(name.lower().endswith("vbaproject.bin") or "/macrosheets/" in name.lower() for name in archive.names)
    return Reading(tables, (Notice("file.macro", _MACROS),) if macros else ())


def _main_part(archive: Archive) -> str:
    for relation in relations(archive, "").values():
        if relation.kind == "officeDocument" and relation.part.endswith(".bin"):
            raise UnreadableFileError("file.binary", "文件是二进制工作簿（xlsb），本程序不读。请在 Excel 里另存为 xlsx 再试。")
        if relation.kind == "officeDocument" and relation.part in archive:
            return relation.part
    return "xl/workbook.xml"


def _table(book: _Book, sheet: _Sheet) -> Table | None:
    root = parse_xml(_without_hollow(book.archive.read(sheet.part)))
    data: _Element | None = None
    areas: list[Area] = []
    zeros = True
    for child in root:
        name = local(child)
        if name == "sheetData":
            data = child
        elif name == "mergeCells":
            areas = [_area(item.get("ref") or "") for item in child]
        elif name == "sheetViews":
            zeros = not any(view.get("showZeros") in {"0", "false"} for view in child)
    if data is None:
        return None
    merges = Merges(areas)
    cells = list(_Cells(book, sheet.name, merges, zeros=zeros).read(data))
    return grid(cells, merges, sheet.name)


def _without_hollow(data: bytes) -> bytes:
    """The sheet without cells and rows that are formatted but empty: there can be a million of them.

    Those behind the last content go at once. Where cells or rows do not say where they stand, they count by their neighbours, and so
    the others stay.
    """
    if len(data) < _LARGE or b"<![CDATA[" in data:
        return data
    count, last = 0, 0
    for found in _CONTENT.finditer(data):
        count, last = count + 1, found.end()
    if count > 2 * MAX_CELLS:  # a cell has a formula and a value at most
        raise _too_many()
    end = _ROW_END.search(data, last)
    close = data.rfind(b"<", 0, max(data.rfind(b"sheetData>"), 0))
    if end is not None and end.end() < close:
        data = data[: end.end()] + data[close:]
    if len(data) < _LARGE or _UNPLACED.search(data) is not None:
        return data
    return _HOLLOW_ROW.sub(b"", _HOLLOW.sub(b"", data))


def _too_many() -> UnreadableFileError:
    return UnreadableFileError("file.limit", f"工作簿里有内容的单元格超过 {MAX_CELLS} 个，超出处理上限。请只保留自评表、另存后再试。")


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    row, column = position(first)
    end_row, end_column = position(last or first)
    return Area(min(row, end_row), min(column, end_column), abs(end_row - row) + 1, abs(end_column - column) + 1)


class _Cells:
    """Reads the cells of one sheet; knows the formulas that cells share."""

    def __init__(self, book: _Book, name: str, merges: Merges, *, zeros: bool) -> None:
        self._book = book
        self._name = name
        self._merges = merges
        self._zeros = zeros
        self._shared: dict[str, tuple[int, int, str]] = {}
        self._seen: dict[tuple[str, str | None, str], tuple[str, str]] = {}  # values repeat, showing them takes longest

    def read(self, data: _Element) -> Iterator[Cell]:
        """The cells that hold something and that no merge covers."""
        row = -1
        columns: dict[str, int] = {}
        merged = bool(self._merges.spans)
        covers, make = self._merges.covers, self._cell
        space = str(data.tag).removesuffix("sheetData")
        tags = {f"{space}v": "v", f"{space}f": "f", f"{space}is": "is"}
        for line in data:
            written = line.get("r")
            row = row_of(written) if written else row + 1
            column = -1
            for item in line:
                reference = item.get("r")
                if reference:
                    key = reference.rstrip("0123456789")
                    known = columns.get(key)
                    column = columns[key] = position(reference)[1] if known is None else known
                else:
                    column += 1
                parts = [(tags.get(child.tag), child) for child in item]
                if not parts or (merged and covers(row, column)):
                    continue
                cell = make(item, parts, (row, column), reference or f"{letters(column)}{row + 1}")
                if cell is not None:
                    yield cell

    def _cell(self, item: _Element, parts: list[tuple[str | None, _Element]], at: tuple[int, int], reference: str) -> Cell | None:
        stored: str | None = None
        formula: str | None = None
        for name, child in parts:
            if name == "v":
                stored = child.text
            elif name == "f":
                formula = self._formula(child, *at)
            elif name == "is":
                stored = rich_text(child)
        if not stored and formula is None:
            return None
        style = item.get("s")
        code = self._book.styles.get(style) or self._book.code(style)
        text, literal = "", ""
        if stored:
            key = (stored, item.get("t"), code)
            text, literal = self._seen.get(key) or self._seen.setdefault(key, self._shown(*key))
        if not text and formula is None and not literal.strip():
            return None
        self._book.count += 1
        if self._book.count > MAX_CELLS:
            raise _too_many()
        down, across = self._merges.spans.get(at, _ALONE)
        anchor = make_anchor((None, self._name, reference, None, None, text))
        return make_cell((*at, text, anchor, down, across, code, literal, _CERTAIN, formula, ()))

    def _shown(self, stored: str, kind: str | None, code: str) -> tuple[str, str]:
        """The text that Excel shows for a stored value, and the literal text."""
        if kind is None or kind == "n":
            return self._number(stored, code), stored
        if kind == "s":
            text, literal = self._string(stored)
        elif kind == "b":
            return ("TRUE" if stored.strip() in {"1", "true"} else "FALSE"), stored
        elif kind == "d":
            return self._dated(stored, code), stored
        else:
            literal = unescaped(stored) if kind == "str" else stored
            text = fold(literal)
        return (text if code in {"General", "@"} or kind == "e" else fold(render_text(text, code))), literal

    def _string(self, stored: str) -> tuple[str, str]:
        index = int(stored) if stored.isdecimal() and len(stored) < 10 else -1
        if not 0 <= index < len(self._book.strings):
            raise UnreadableFileError("file.damaged", f"工作表“{self._name}”引用的文字不存在，文件可能已损坏。请用原来的程序打开、另存后再试。")
        return self._book.strings[index]

    def _number(self, stored: str, code: str) -> str:
        if code == "General" and self._zeros and _FIGURES.fullmatch(stored):
            return stored
        try:
            value = Decimal(stored.strip())
        except InvalidOperation:
            return fold(stored)
        if not value and not self._zeros:
            return ""
        return fold(render(value, code, epoch_1904=self._book.epoch_1904))

    def _dated(self, stored: str, code: str) -> str:
        serial = serial_of(stored)
        if serial is None or not is_date(code):
            return stored.strip().removesuffix("Z").removesuffix("T00:00:00").replace("T", " ")
        return fold(render(serial, code))

    def _formula(self, item: _Element, row: int, column: int) -> str | None:
        text = item.text
        number = item.get("si") if item.get("t") == "shared" else None
        if number is not None and text:
            self._shared[number] = (row, column, text)
        elif number is not None and number in self._shared:
            first_row, first_column, first = self._shared[number]
            text = moved(first, row - first_row, column - first_column)
        return f"={text}" if text else "=" if number is not None else None
