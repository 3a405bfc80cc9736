"""What a workbook hides: sheets, rows and columns, as notices. Forms are read whatever is hidden; a ledger's owner has to know.

The anchor of a notice names the sheet; its ``cell`` is ``row 5:9`` or ``column 2:2``, counted from 1, and None where the whole sheet is hidden.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.etree import _Element

from jiheng.domain.document import Anchor, Notice
from jiheng.errors import UnreadableFileError
from jiheng.importers.archive import open_archive, parse_xml
from jiheng.importers.port import Reading
from jiheng.importers.readers.xlsx_parts import attribute, local, relations

_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^<>]*)/?>")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_NUMBER = re.compile(rb"\br=[\"'](\d{1,7})[\"']")
_ENDS = re.compile(rb"\b(min|max)=[\"'](\d{1,5})[\"']")
_MOST = 10_000
_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _STYLE = f"{{{_NS}office:1.0}}", f"{{{_NS}table:1.0}}", f"{{{_NS}style:1.0}}"
_GONE = frozenset({"collapse", "filter"})


def xlsx(source: bytes) -> Reading:
    """The hidden parts of an xlsx workbook.

    Raises:
        UnreadableFileError: as the reader of such files.
    """
    archive = open_archive(source)
    part = next(
        (found.part for found in relations(archive, "").values() if found.kind == "officeDocument" and found.part in archive), "xl/workbook.xml"
    )
    named = relations(archive, part)
    notices: list[Notice] = []
    for item in (item for group in parse_xml(archive.read(part)) if local(group) == "sheets" for item in group):
        sheet = item.get("name") or ""
        target = named.get(attribute(item, "id") or "")
        if item.get("state") in {"hidden", "veryHidden"}:
            notices.append(_notice(sheet, None))
        if target is not None and target.kind == "worksheet":
            data = archive.read(target.part)
            notices += _spans(sheet, "row", _hidden_rows(data))
            notices += [_notice(sheet, f"column {first}:{last}") for first, last in _hidden_columns(data)]
    return Reading((), tuple(islice(notices, _MOST)))


def xls(source: bytes) -> Reading:
    """The hidden parts of an xls workbook.

    Raises:
        UnreadableFileError: ``file.damaged``.
    """
    import xlrd  # type: ignore[import-untyped] # noqa: PLC0415 - as its reader: only for such files

    notices: list[Notice] = []
    try:
        book = xlrd.open_workbook(file_contents=source, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
        for sheet in book.sheets():
            name = str(sheet.name)
            notices += [_notice(name, None)] if sheet.visibility else []
            notices += _spans(name, "row", sorted(int(row) + 1 for row, info in sheet.rowinfo_map.items() if info.hidden))
            notices += _spans(name, "column", sorted(int(column) + 1 for column, info in sheet.colinfo_map.items() if info.hidden))
    except Exception as error:
        raise UnreadableFileError("file.damaged", "文件不完整或已损坏，看不出隐藏了什么。请用 Excel 或 WPS 另存为 xlsx 后再试。") from error
    return Reading((), tuple(islice(notices, _MOST)))


def ods(source: bytes) -> Reading:
    """The hidden parts of an OpenDocument workbook.

    Raises:
        UnreadableFileError: as the reader of such files.
    """
    root = parse_xml(open_archive(source).read("content.xml"))
    styles = root.iterfind(f"{_OFFICE}automatic-styles/{_STYLE}style")
    unseen = {
        style.get(f"{_STYLE}name")
        for style in styles
        if any(item.get(f"{_TABLE}display") == "false" for item in style.iterfind(f"{_STYLE}table-properties"))
    }
    notices: list[Notice] = []
    for sheet in root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        name = sheet.get(f"{_TABLE}name") or ""
        notices += [_notice(name, None)] if sheet.get(f"{_TABLE}style-name") in unseen else []
        notices += [_notice(name, f"row {first}:{last}") for first, last in _collapsed(sheet, "row")]
        notices += [_notice(name, f"column {first}:{last}") for first, last in _collapsed(sheet, "column")]
    return Reading((), tuple(islice(notices, _MOST)))


def _notice(sheet: str, cell: str | None) -> Notice:
    what = "工作表" if cell is None else "行" if cell.startswith("row") else "列"
    return Notice("file.hidden", f"工作表“{sheet}”有隐藏的{what}。", Anchor(sheet=sheet, cell=cell))


def _spans(sheet: str, kind: str, numbers: Iterable[int]) -> Iterator[Notice]:
    """One notice for each run of numbers."""
    first = last = 0
    for number in numbers:
        if first and number != last + 1:
            yield _notice(sheet, f"{kind} {first}:{last}")
            first = number
        first, last = first or number, number
    if first:
        yield _notice(sheet, f"{kind} {first}:{last}")


def _hidden_rows(data: bytes) -> Iterator[int]:
    number = 0
    for found in _ROW.finditer(data):
        written = _NUMBER.search(found[1])
        number = int(written[1]) if written else number + 1
        if _HIDDEN.search(found[1]) is not None:
            yield number


def _hidden_columns(data: bytes) -> Iterator[tuple[int, int]]:
    for found in _COLUMN.finditer(data):
        ends = dict(_ENDS.findall(found[1]))
        if _HIDDEN.search(found[1]) is not None and len(ends) == 2:
            yield int(ends[b"min"]), int(ends[b"max"])


def _collapsed(sheet: _Element, kind: str) -> Iterator[tuple[int, int]]:
    number = 0
    for item in sheet.iter(f"{_TABLE}table-{kind}"):
        written = item.get(f"{_TABLE}number-{kind}s-repeated") or "1"
        repeats = int(written) if written.isdecimal() and len(written) < 8 else 1
        if item.get(f"{_TABLE}visibility") in _GONE:
            yield number + 1, number + repeats
        number += repeats
