"""Separated values (csv, tsv) to one table: the separator is told from the lines, quotes may hold line breaks. Anchors: line and c5."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import islice

from jiheng.domain.document import Anchor, Cell, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.encoding import decode
from jiheng.importers.port import MAX_CELLS, Reading, fold

_SEPARATORS = "\t,;|"  # earlier ones win where the lines fit several alike
_SAMPLE = 200
_HINT = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)
_FORCED = re.compile(r'="(.*)"', re.DOTALL)  # how programs keep 0012 from losing its zeros
_EMPTY = "文件里没有可读的内容。请核对是否选错了文件。"
_TOO_MANY = f"文件里有内容的单元格超过 {MAX_CELLS} 个，超出处理上限。请只保留自评表再试。"
_TOO_LONG = "文件里有单元格超过 131072 个字，超出处理上限。请核对引号是否成对、另存后再试。"


def read(source: bytes) -> Reading:
    """The table of a file.

    Raises:
        UnreadableFileError: ``file.binary``, ``file.damaged``, ``file.limit`` or ``file.empty``.
    """
    cells: list[Cell] = []
    for row, (line, fields) in enumerate(rows(source)):
        for column, field in enumerate(fields):
            text = shown(field)
            if text:
                cells.append(Cell(row, column, text, Anchor(cell=f"c{column + 1}", line=line, text=text), source_text=field))
        if len(cells) > MAX_CELLS:
            raise UnreadableFileError("file.limit", _TOO_MANY)
    if not cells:
        raise UnreadableFileError("file.empty", _EMPTY)
    return Reading((Table(tuple(cells), cells[-1].row + 1, max(cell.column for cell in cells) + 1),))


def rows(source: bytes) -> list[tuple[int, list[str]]]:
    """The rows of a file, however many: the line each begins on, from 1, and its fields as they are written.

    Raises:
        UnreadableFileError: ``file.binary``, ``file.damaged`` or ``file.limit``.
    """
    content = decode(source)
    hint = _HINT.match(content)
    first = 1 if hint is None else 2
    body = content if hint is None else content[hint.end() :]
    lines = body.splitlines(keepends=True)
    separator = _separator(lines) if hint is None else hint[1]
    return [(line + first, fields) for line, fields in _records(lines, separator)]


def _records(lines: list[str], separator: str) -> list[tuple[int, list[str]]]:
    """The records with the line each begins on. Where a quote is never closed, quotes are plain characters and every line a record."""
    try:
        return _parsed(lines, separator, quoted=True)
    except csv.Error as error:
        if "field larger" in str(error) and max(map(len, lines)) > csv.field_size_limit():
            raise UnreadableFileError("file.limit", _TOO_LONG) from error
    try:
        return _parsed(lines, separator, quoted=False)
    except csv.Error as error:
        raise UnreadableFileError("file.damaged", "文件的引号不成对，读不出表格。请重新导出后再试。") from error


def _parsed(lines: list[str], separator: str, *, quoted: bool) -> list[tuple[int, list[str]]]:
    """Records, strict about the end only: text behind a closing quote is kept, an open quote at the end is an error."""
    reader = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    records: list[tuple[int, list[str]]] = []
    line = 0
    for fields in reader:
        records.append((line, fields))
        line = reader.line_num
    if quoted and records and _is_open(lines[records[-1][0] :], separator):
        raise csv.Error("open quote")
    return records


def _is_open(lines: list[str], separator: str) -> bool:
    """Whether the last record ends inside quotes."""
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _separator(lines: list[str]) -> str:
    """The separator that gives the most fields in rows of one width."""
    return max(_SEPARATORS, key=lambda separator: _fit(lines, separator))


def _fit(lines: list[str], separator: str) -> int:
    try:
        widths = Counter(len(fields) for fields in islice(csv.reader(lines, delimiter=separator), _SAMPLE) if any(fields))
    except csv.Error:
        return 0
    return max((count * (width - 1) for width, count in widths.items()), default=0)


def shown(field: str) -> str:
    """A field as it is read: blanks folded, ``="0012"`` without its guard."""
    text = fold(field)
    forced = _FORCED.fullmatch(text)
    return text if forced is None else forced[1].replace('""', '"').strip()
