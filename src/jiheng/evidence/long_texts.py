"""Separated values with more cells than the readers of forms take: read here, within limits of their own, to the same Document."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Final

from jiheng.domain.document import Cell, Document, Table, make_anchor, make_cell
from jiheng.errors import LedgerSourceError
from jiheng.importers.formats import format_of
from jiheng.importers.port import MAX_CELLS
from jiheng.importers.readers import csv

_SHORT: Final = 2 * MAX_CELLS  # bytes; a cell takes two at least
_MOST_BYTES: Final = 200 * 1024 * 1024
_MOST_CELLS: Final = 4_000_000


def is_long(content: bytes, name: str) -> bool:
    """Whether a file is a text of separated values that may hold more cells than the readers of forms take."""
    return len(content) > _SHORT and format_of(content, name) == "csv"


def long_document(content: bytes, name: str) -> Document:
    """The Document of such a file, one table.

    Raises:
        LedgerSourceError: it is longer than can be taken in.
        UnreadableFileError: ``file.binary``, ``file.damaged`` or ``file.limit``, as its reader.
    """
    certain = Decimal(1)
    todo = "请按月或按季拆成几份，或改用 Parquet。"
    if len(content) > _MOST_BYTES:
        raise LedgerSourceError(name, f"超过 {_MOST_BYTES // 1048576} MB 的上限", todo)
    cells: list[Cell] = []
    columns = 0
    for row, (line, fields) in enumerate(csv.rows(content)):
        for column, field in enumerate(fields):
            text = csv.shown(field)
            if text:
                anchor = make_anchor((None, None, f"c{column + 1}", line, None, text))
                cells.append(make_cell((row, column, text, anchor, 1, 1, None, field, certain, None, ())))
        columns = max(columns, len(fields))
        if len(cells) > _MOST_CELLS:
            raise LedgerSourceError(name, f"有内容的单元格超过 {_MOST_CELLS} 个的上限", todo)
    count = cells[-1].row + 1 if cells else 0
    return Document(name, "csv", hashlib.sha256(content).hexdigest(), (Table(tuple(cells), count, columns),) if cells else ())
