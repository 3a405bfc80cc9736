"""Old Excel workbooks (xls) and WPS tables (et), both BIFF, to blocks: one table per sheet, cells as Excel shows them.

Hidden sheets come last; hidden rows and columns are read like others. Notes and drawings are not read, macros never run. BIFF keeps
formulas as tokens; their stored values are read.
"""

from __future__ import annotations

import io
import struct
import zipfile
from decimal import Decimal

import xlrd  # type: ignore[import-untyped]

from jiheng.domain.document import Anchor, Cell, Notice, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.numberformat import render, render_text
from jiheng.importers.port import MAX_CELLS, Reading, fold
from jiheng.importers.sheetgrid import Area, Merges, grid, letters

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_VBA = "_VBA_PROJECT_CUR".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "文件含有宏，宏从未运行，只读取了单元格里存着的内容。内容若要由宏生成，请先在原来的程序里运行并保存。"
_PROTECTED = "文件设了打开密码，读不出内容。请在原来的程序里取消密码、另存后再试。"
_DAMAGED = "文件不完整或已损坏，读不出表格。请用 Excel 或 WPS 打开、另存为 xlsx 后再试。"
_OTHER = "文件不是 Excel 或 WPS 表格（xls、et）。请核对文件，或另存为 xlsx 再试。"
_EMPTY = "工作簿里没有任何内容。请核对是否选错了文件。"
_TOO_MANY = f"工作簿里有内容的单元格超过 {MAX_CELLS} 个，超出处理上限。请只保留自评表、另存后再试。"
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_FALLBACK = "gb18030"  # Chinese programs that name no code page
# What the parser raises on bytes that are no whole workbook; it checks little by itself.
_BROKEN = (
    xlrd.XLRDError,
    xlrd.compdoc.CompDocError,
    xlrd.formula.FormulaError,
    struct.error,
    zipfile.BadZipFile,
    AssertionError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
)


def read(source: bytes) -> Reading:
    """The sheets of a workbook, one table each.

    Raises:
        UnreadableFileError: ``file.damaged``, ``file.protected``, ``file.limit``, ``file.binary`` (no table at all) or ``file.empty``.
    """
    if source.startswith(_OLE) and _ENCRYPTED in source:
        raise UnreadableFileError("file.protected", _PROTECTED)
    tables: list[Table] = []
    try:
        book = _opened(source)
        count = 0
        for sheet in sorted(book.sheets(), key=lambda sheet: bool(sheet.visibility)):
            cells, merges = _cells(book, sheet)
            count += len(cells)
            if count > MAX_CELLS:
                raise UnreadableFileError("file.limit", _TOO_MANY)
            table = grid(cells, merges, str(sheet.name))
            tables += [table] if table is not None else []
    except (MemoryError, RecursionError) as error:
        raise UnreadableFileError("file.limit", _TOO_MANY) from error
    except _BROKEN as error:
        raise _refused(source, error) from error
    if not tables:
        raise UnreadableFileError("file.empty", _EMPTY)
    return Reading(tuple(tables), (Notice("file.macro", _MACROS),) if _VBA in source else ())


def _opened(source: bytes) -> xlrd.Book:
    """The parsed workbook; the parser's chatter goes nowhere."""
    try:
        return xlrd.open_workbook(file_contents=source, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except UnicodeDecodeError:
        return xlrd.open_workbook(file_contents=source, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), encoding_override=_FALLBACK)


def _refused(source: bytes, error: Exception) -> UnreadableFileError:
    said = str(error).lower()
    if "encrypted" in said or "password" in said:
        return UnreadableFileError("file.protected", _PROTECTED)
    if isinstance(error, xlrd.XLRDError) and ("expected bof" in said or "can't find workbook" in said) and len(source) > 512:
        return UnreadableFileError("file.binary", _OTHER)
    return UnreadableFileError("file.damaged", _DAMAGED)


def _cells(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> tuple[list[Cell], Merges]:
    merges = Merges(Area(top, left, bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells)
    name = str(sheet.name)
    cells: list[Cell] = []
    for row in range(sheet.nrows):
        values, kinds = sheet.row_values(row), sheet.row_types(row)
        for column, kind in enumerate(kinds):
            if kind in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK} or merges.covers(row, column):
                continue
            code = _code(book, sheet, row, column)
            literal = _literal(kind, values[column])
            text = fold(_shown(kind, literal, code, epoch_1904=bool(book.datemode)))
            if not text and not literal.strip():
                continue
            down, across = merges.spans.get((row, column), (1, 1))
            anchor = Anchor(None, name, f"{letters(column)}{row + 1}", None, None, text)
            cells.append(Cell(row, column, text, anchor, down, across, code, literal))
    return cells, merges


def _code(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int) -> str:
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    form = book.format_map.get(style.format_key)
    return str(form.format_str) if form is not None and form.format_str else "General"


def _literal(kind: int, value: object) -> str:
    """The stored value as text: numbers with as many digits as tell them apart, errors and truth by name."""
    if kind == xlrd.XL_CELL_TEXT:
        return str(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return _ERRORS.get(value, "#N/A") if isinstance(value, int) else "#N/A"
    printed = repr(value)
    return printed.removesuffix(".0")


def _shown(kind: int, literal: str, code: str, *, epoch_1904: bool) -> str:
    if kind in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        return render(Decimal(literal), code, epoch_1904=epoch_1904)
    return render_text(literal, code) if kind == xlrd.XL_CELL_TEXT else literal
