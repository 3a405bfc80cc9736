"""Writing the example folders: the same tables give the same files, byte for byte; no clock, no chance."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter  # type: ignore[import-untyped]

Fact = str | int | Decimal | date | datetime | None
CREATED = datetime(2024, 1, 31, 9, 0)  # noqa: DTZ001 - a stamp of its own, in no zone
STAMP = (2024, 1, 31, 9, 0, 0)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


@dataclass(frozen=True)
class Table:
    """One ledger file: its name with the ending that says the format, lines above the headings, headings, rows, lines below."""

    file: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[Fact]]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    encoding: str = "utf-8-sig"


def write_table(folder: Path, table: Table) -> None:
    """Write the table in the format its name says."""
    content = {"xlsx": workbook, "csv": comma_separated, "docx": document}[table.file.rpartition(".")[2]](table)
    (folder / table.file).write_bytes(content)


def workbook(table: Table) -> bytes:
    """The table as a sheet of a workbook, with numbers as numbers and days as days."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED, "author": "云汀市示例"})
    sheet = book.add_worksheet("台账")
    day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True, "border": 1})
    at = 0
    for line in table.above:
        sheet.write_string(at, 0, line)
        at += 1
    for column, title in enumerate(table.head):
        sheet.write_string(at, column, title, bold)
    for row in table.rows:
        at += 1
        for column, fact in enumerate(row):
            if isinstance(fact, date):
                sheet.write_datetime(at, column, fact, day)
            elif isinstance(fact, int | Decimal):
                places = -int(fact.as_tuple().exponent) if isinstance(fact, Decimal) else 0
                sheet.write_number(at, column, fact, book.add_format({"num_format": "0" + ("." + "0" * places if places else "")}))
            elif fact is not None:
                sheet.write_string(at, column, fact)
    for line in table.below:
        at += 1
        sheet.write_string(at, 0, line)
    sheet.set_column(0, len(table.head) - 1, 14)
    book.close()
    return buffer.getvalue()


def comma_separated(table: Table) -> bytes:
    """The table as comma-separated values."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([[line] for line in table.above])
    writer.writerow(table.head)
    writer.writerows([[shown(fact) for fact in row] for row in table.rows])
    writer.writerows([[line] for line in table.below])
    return buffer.getvalue().encode(table.encoding)


def document(table: Table) -> bytes:
    """The table in a text document, below the lines above it."""
    lines = [f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in table.above]
    cells = ["".join(_cell(shown(fact)) for fact in row) for row in (table.head, *table.rows)]
    body = "".join(lines) + "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"
    body += "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in table.below or ("",))
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, STAMP), f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}', zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _cell(text: str) -> str:
    return f"<w:tc><w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:tc>"


def shown(fact: Fact) -> str:
    """A fact as text."""
    if fact is None:
        return ""
    if isinstance(fact, datetime):
        return fact.strftime("%Y-%m-%d %H:%M")
    return fact.isoformat() if isinstance(fact, date) else f"{fact}"
