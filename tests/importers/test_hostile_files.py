"""Files made to harm: each reader answers each of them with a Reading or a reason, in time, and the process that asks is none the worse."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import pytest

from jiheng.errors import UnreadableFileError
from jiheng.importers.formats import format_of
from jiheng.importers.port import Reading
from jiheng.importers.sandbox import CODES, Sandbox

READ_BY = {  # the formats each reader is asked about
    "csv": {"csv", "txt", "html"},
    "doc": {"doc", "wps"},
    "docx": {"docx"},
    "ods": {"ods"},
    "pdf": {"pdf"},
    "scan": {"image"},
    "xls": {"xls", "et"},
    "xlsx": {"xlsx"},
}
UNPACKED = 220 * 2**20
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PARTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LAUGHS = "<!DOCTYPE l [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10)) + "]>"
OUTSIDE = '<!DOCTYPE l [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'


def exists(name: str) -> bool:
    module = f"jiheng.importers.readers.{name}"
    return find_spec(module) is not None and hasattr(import_module(module), "read")


READERS = [name for name in READ_BY if exists(name)]
KINDS = "http://schemas.openxmlformats.org/package/2006/"
TYPES = f'<Types xmlns="{KINDS}content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'


def related(kind: str, target: str) -> str:
    return f'<Relationships xmlns="{KINDS}relationships"><Relationship Id="r1" Type="{PARTS}/{kind}" Target="{target}"/></Relationships>'


def package(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return stream.getvalue()


def xlsx(rows: str, before: str = "", *, after: str = "") -> bytes:
    sheet = f'{before}<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    return package(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": related("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{PARTS}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": related("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def cell(text: str, at: str = "A1") -> str:
    return f'<row r="1"><c r="{at}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def docx(body: str, before: str = "") -> bytes:
    return package(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": related("officeDocument", "word/document.xml"),
            "word/document.xml": f'{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        }
    )


def ods(rows: str) -> bytes:
    names = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text"))
    content = f"<office:document-content {names}><office:body><office:spreadsheet>{rows}</office:spreadsheet></office:body></office:document-content>"
    return package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


@cache
def bomb(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        out.writestr("[Content_Types].xml", TYPES)
        out.writestr(name, bytes(UNPACKED))
    return stream.getvalue()


def lying_bomb() -> bytes:
    """The directory says 10 bytes; the part unpacks to 220 MB."""
    honest = bomb("xl/workbook.xml")
    return honest.replace(struct.pack("<I", UNPACKED), struct.pack("<I", 10))


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pdf(*, pages: str = "[3 0 R]", content: bytes = b"BT /F1 12 Tf 72 720 Td (a) Tj ET", count: int = 1, packed: bool = False) -> bytes:
    content = zlib.compress(content) if packed else content
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids {pages}/Count {count}>>".encode(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), b"/Filter/FlateDecode" if packed else b"", content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_HEAD = OLE + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6) + struct.pack("<9I", 0, 1, 1, 0, 4096, 0, 1, 0, 1)
OLE_RING = OLE_HEAD + struct.pack("<109I", *[0] * 109) + struct.pack("<128I", *[1] * 128) + bytes(512)
FILES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "zeros": lambda: bytes(5000),
    "zeros among text": lambda: b"a\0b\tc\n" * 100,
    "a zip that unpacks to much": lambda: bomb("xl/workbook.xml"),
    "a letter that unpacks to much": lambda: bomb("word/document.xml"),
    "a zip that lies about its size": lying_bomb,
    "a sheet of laughs": lambda: xlsx(cell("&l9;"), LAUGHS),
    "a letter of laughs": lambda: docx("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", LAUGHS),
    "a sheet that quotes a file": lambda: xlsx(cell("&l9;"), OUTSIDE),
    "a letter that quotes a file": lambda: docx("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", OUTSIDE),
    "a sheet cut in the middle": lambda: xlsx(cell("a"))[:700],
    "a letter cut at the end": lambda: docx("<w:p/>")[:-30],
    "a zip without members": lambda: package({}),
    "a sheet without sheets": lambda: package({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}),
    "a letter in a sheet's clothes": lambda: package({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": docx("<w:p/>")}),
    "a cell at the end of the world": lambda: xlsx(cell("a", "XFD1048576") + cell("b", "ZZZZZZ99999999999")),
    "a merge of all there is": lambda: xlsx(cell("a"), after='<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="B2:A1"/></mergeCells>'),
    "a text from nowhere": lambda: xlsx('<row r="1"><c r="A1" t="s"><v>999999999999</v></c><c r="B1" t="s"><v>x</v></c></row>'),
    "a number beyond numbers": lambda: xlsx('<row r="1"><c r="A1" s="99"><v>1e999999999</v></c><c r="B1"><v>' + "9" * 100_000 + "</v></c></row>"),
    "a table in a table in a table": lambda: docx("<w:tbl><w:tr><w:tc>" * 3000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 3000),
    "a letter with a cell across a million": lambda: docx(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>' * 3
    ),
    "a letter with a cell across less than none": lambda: docx(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="-5"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
    ),
    "a million rows in one": lambda: ods(
        '<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>a</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    ),
    "spans beyond all": lambda: ods(
        '<table:table><table:table-row><table:table-cell table:number-rows-spanned="99999999" table:number-columns-spanned="99999999">'
        "<text:p>a</text:p></table:table-cell></table:table-row></table:table>"
    ),
    "blanks without end": lambda: ods(
        "<table:table><table:table-row><table:table-cell><text:p>a<text:s text:c='2000000000'/></text:p>"
        "</table:table-cell></table:table-row></table:table>"
    ),
    "a page 100,000 deep": lambda: b"<div>" * 100_000 + b"a",
    "a page of tables 20,000 deep": lambda: b"<table><tr><td>" * 20_000,
    "a page with a cell across a million": lambda: b'<table><tr><td colspan="1000000" rowspan="1000000">a</td></tr></table>' * 50,
    "a quote never closed": lambda: b'a,b\n"' + b"c,\n" * 100_000,
    "one line of commas": lambda: b"," * 1_000_000,
    "an old file of garbage": lambda: OLE + bytes(range(256)) * 20,
    "an old file of eight bytes": lambda: OLE,
    "an old file that runs in a ring": lambda: OLE_RING,
    "an old sheet without end": lambda: b"\x09\x08\x08\x00\x00\x05\x10\x00" + b"\xff" * 5000,
    "a pdf cut short": lambda: pdf()[:200],
    "a pdf of its mark": lambda: b"%PDF-1.7",
    "a pdf that is its own parent": lambda: pdf(pages="[2 0 R 2 0 R]", count=1_000_000_000),
    "a pdf with brackets 50,000 deep": lambda: pdf(content=b"q " * 50_000 + b"[" * 50_000),
    "a pdf that unpacks to much": lambda: pdf(content=b"0 0 m 9 9 l S " * 1_000_000, packed=True),
    "a picture of 1 x 100,000": lambda: png(1, 100_000),
    "a picture of 100,000 x 100,000": lambda: png(100_000, 100_000, bytes(1000)),
    "a picture of nothing": lambda: png(0, 0),
    "a picture cut short": lambda: png(100, 100, bytes(101 * 100))[:60],
    "a picture of its mark": lambda: b"\xff\xd8\xff\xe0",
}


ANYBODYS = {"nothing", "zeros", "zeros among text", "a zip without members", "an old file of garbage", "a pdf of its mark", "a picture of its mark"}
MADE = {name: cache(made) for name, made in FILES.items()}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=2) as one:
        yield one


def asked() -> Iterator[tuple[str, str]]:
    for name, made in MADE.items():
        kind = format_of(made()[:4096], "")
        yield from ((reader, name) for reader in READERS if name in ANYBODYS or kind in READ_BY[reader])


@pytest.mark.parametrize(("reader", "file"), list(asked()))
def test_a_hostile_file_is_answered(sandbox: Sandbox, reader: str, file: str) -> None:
    source = MADE[file]()
    begun = time.monotonic()
    verdict: UnreadableFileError | Reading
    try:
        verdict = sandbox.read(source, f"{file}.xlsx", reader=f"jiheng.importers.readers.{reader}:read")
    except UnreadableFileError as error:
        verdict = error
    assert time.monotonic() - begun < 5
    if isinstance(verdict, UnreadableFileError):
        assert verdict.code in CODES
        assert str(verdict).endswith("。")
        assert not getattr(verdict, "__notes__", None), "the reader did not see it coming; the sandbox did"
    else:
        assert "root:" not in repr(verdict)
