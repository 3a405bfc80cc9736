"""Readers fed with chance: random bytes, and small good files with a few places changed. Only a Reading or an UnreadableFileError may come back.

Thirty files per reader by default; ``JIHENG_NIGHTLY=1`` tries three thousand. Called in this process, so that an exception shows as it is.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.test_formats import ole
from importers.test_hostile_files import READERS, cell, docx, ods, pdf, png, xlsx
from jiheng.errors import UnreadableFileError
from jiheng.importers.formats import format_of
from jiheng.importers.port import Reading
from jiheng.importers.sandbox import CODES

NIGHTLY = os.environ.get("JIHENG_NIGHTLY") == "1"
EXAMPLES = 3000 if NIGHTLY else 30
CORPUS = Path(__file__).parents[3] / "shared" / "forms" / "docs"
SHEET_WORDS = (b"1048576", b"A1:XFD9", b"-1", b"1e400", b"NaN", b'r="B0"', b't="s"', b"<mergeCell ref='A1:B2'/>")
WORDS = (b"\0", b"\xff\xff\xff\xff", b"<", b">", b"&#0;", b"&lt;", b'"', b"99999999999999999999", b"]]>", b"<!--", b"\r", b",", *SHEET_WORDS)


def biff() -> bytes:
    """A sheet of Excel 2.1, the oldest and smallest there is: begin, two cells, end."""
    label = b"\x04\x00" + (8 + 4).to_bytes(2, "little") + bytes(7) + b"\x04name"
    number = b"\x03\x00\x0f\x00" + b"\x00\x00\x01\x00" + bytes(3) + b"\x00\x00\x00\x00\x00\x00\x14\x40"
    return b"\x09\x00\x04\x00\x02\x00\x10\x00" + label + number + b"\x0a\x00\x00\x00"


def workbook_of_1997() -> bytes:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表")
    sheet.write_merge(0, 0, 0, 2, "项目支出绩效自评表")
    sheet.write(1, 0, "分值")
    sheet.write(1, 1, 10)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def letter_of_1997() -> bytes:
    found = sorted(CORPUS.glob("*.doc")) if CORPUS.is_dir() else []
    return found[0].read_bytes() if found else ole("WordDocument", "1Table", "0Table", "Data")


ROWS = '<row r="1"><c r="A1" t="inlineStr"><is><t>项目名称</t></is></c><c r="B1"><v>0.95</v></c><c r="C1" t="b"><f>A1</f><v>1</v></c></row>'
TEXT = "<w:p><w:r><w:t>绩效</w:t></w:r></w:p>"
MERGED = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr>{TEXT}</w:tc>'
WORD_TABLE = f"<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr>{MERGED}</w:tr><w:tr><w:tc>{TEXT}</w:tc><w:tc>{TEXT}</w:tc></w:tr></w:tbl>"
ODS_TABLE = (
    '<table:table table:name="表"><table:table-row>'
    '<table:table-cell office:value-type="percentage" office:value="0.95" table:number-columns-spanned="2">'
    '<text:p>95%</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="3"/></table:table-row></table:table>'
)
SEEDS: dict[str, tuple[Callable[[], bytes], ...]] = {
    "csv": ('项目名称,甲\n"a ""b""\nc",95%\n'.encode, lambda: "项目\t甲\n分值\t10\n".encode("gb18030"), lambda: "项目,甲".encode("utf-16")),
    "doc": (letter_of_1997, lambda: ole("WordDocument", "1Table")),
    "docx": (lambda: docx(TEXT + WORD_TABLE + TEXT),),
    "ods": (lambda: ods(ODS_TABLE),),
    "pdf": (pdf, lambda: pdf(content=b"72 72 m 300 72 l S 72 90 m 300 90 l S 72 72 m 72 90 l S BT /F1 12 Tf 80 75 Td (a) Tj ET")),
    "scan": (lambda: png(8, 8, bytes(9 * 8)),),
    "xls": (biff, workbook_of_1997),
    "xlsx": (lambda: xlsx(ROWS, after='<mergeCells><mergeCell ref="A2:B3"/></mergeCells>'), lambda: xlsx(cell("a"))),
}


@st.composite
def changed(draw: st.DrawFn, good: bytes) -> bytes:
    """The file with one to four places changed: a bit turned, a stretch cut out, moved or doubled, a word put in, the end missing."""
    source = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, max(len(source) - 1, 0))), draw(st.integers(1, 64))
        match draw(st.sampled_from(("flip", "cut", "splice", "insert", "end"))):
            case "flip" if source:
                source[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del source[at : at + length]
            case "splice":
                to = draw(st.integers(0, len(source)))
                source[to:to] = source[at : at + length]
            case "insert":
                source[at:at] = draw(st.sampled_from(WORDS) | st.binary(min_size=1, max_size=16))
            case "end":
                del source[at:]
            case _:
                pass
    return bytes(source)


@st.composite
def changed_inside(draw: st.DrawFn, good: bytes) -> bytes:
    """A package with one of its parts changed, and packed again: changes to packed bytes seldom get past the checksum."""
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = draw(st.sampled_from(sorted(parts)))
    parts[name] = draw(changed(parts[name]))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for each, content in parts.items():
            package.writestr(each, content)
    return stream.getvalue()


def answer(reader: str, source: bytes) -> None:
    format_of(source, "a.xls")
    read = import_module(f"jiheng.importers.readers.{reader}").read
    try:
        reading = read(source)
    except UnreadableFileError as error:
        reading = error
    if isinstance(reading, UnreadableFileError):
        assert reading.code in CODES
    elif reader != "doc" or reading is not None:  # the reader of doc hands on what it does not understand
        assert isinstance(reading, Reading)


def examples(reader: str) -> int:
    return max(EXAMPLES // 10, 3) if reader == "scan" else EXAMPLES  # a picture takes a hundred times as long


@pytest.mark.parametrize("reader", READERS)
def test_random_bytes_are_answered(reader: str) -> None:
    marks = [made()[:8] for made in SEEDS[reader]]

    @settings(max_examples=examples(reader))
    @given(st.binary(max_size=300), st.sampled_from([b"", *marks]))
    def check(source: bytes, mark: bytes) -> None:
        answer(reader, mark + source)

    check()


@pytest.mark.parametrize(("reader", "seed"), [(reader, seed) for reader in READERS for seed in range(len(SEEDS[reader]))])
def test_good_files_with_changes_are_answered(reader: str, seed: int) -> None:
    good = SEEDS[reader][seed]()

    @settings(max_examples=examples(reader))
    @given(changed(good) | changed_inside(good) if good.startswith(b"PK") else changed(good))
    def check(source: bytes) -> None:
        answer(reader, source)

    check()


@pytest.mark.parametrize("reader", [reader for reader in READERS if reader not in {"doc", "scan"}])
def test_the_good_files_are_good(reader: str) -> None:
    read = import_module(f"jiheng.importers.readers.{reader}").read
    assert all(read(made()).blocks for made in SEEDS[reader])
