"""What a file is, whatever it is called."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from jiheng.errors import UnreadableFileError
from jiheng.importers.formats import format_of, web_page

TABLE = "<table><tr><td>年度绩效自评表</td></tr></table>"
CORPUS = Path(__file__).parents[3] / "shared" / "forms" / "docs"
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def zipped(*names: str, mimetype: str | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        if mimetype is not None:
            package.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for name in names:
            package.writestr(name, "<x/>" * 50)
    return stream.getvalue()


def ole(*root: str, deeper: tuple[str, ...] = ()) -> bytes:
    """A compound file of a directory only: streams in the root, and a storage with more."""
    names = ["Root Entry", *root, *(("ObjectPool", *deeper) if deeper else ())]
    first_deeper = len(root) + 2
    entries = b""
    for number, name in enumerate(names):
        encoded = (name + "\0").encode("utf-16-le")
        last_of_its_row = number in {0, first_deeper - 1, len(names) - 1}
        right = FREE if last_of_its_row else number + 1
        child = 1 if number == 0 and len(names) > 1 else first_deeper if name == "ObjectPool" else FREE
        kind = 5 if number == 0 else 2
        entries += encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, FREE, right, child) + bytes(48)
    sectors = -(-len(entries) // 512)
    entries = entries.ljust(sectors * 512, b"\0")
    chain = [0xFFFFFFFD, *range(2, sectors + 1), END]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    return head + struct.pack("<128I", *chain, *[FREE] * (128 - len(chain))) + entries


MHTML = (
    'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related;\r\n\tboundary="--x"\r\n\r\n'
    '----x\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n'
    "<table><tr><td>=E8=87=AA=E8=AF=84</td></tr></table>\r\n----x--\r\n"
)
SHEET_XML = (
    '<?xml version="1.0"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
)
OFFICE_PAGE = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><xml><x:ExcelWorkbook></x:ExcelWorkbook></xml>' + TABLE + "</html>"
XHTML = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html><body>a</body></html>'

FILES: list[tuple[str, bytes, str, str]] = [
    ("xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", "xlsx"),
    ("xlsx named xls", zipped("[Content_Types].xml", "xl/workbook.xml"), "a.xls", "xlsx"),
    ("xlsx without a name", zipped("[Content_Types].xml", "xl/workbook.xml"), "a", "xlsx"),
    ("xlsx with backslashes", zipped("[Content_Types].xml", "xl\\workbook.xml"), "a.xlsx", "xlsx"),
    ("xlsx behind other bytes in its zip", zipped("customXml/item1.xml", "docProps/app.xml", "xl/workbook.xml"), "a", "xlsx"),
    ("xlsx cut short", zipped("[Content_Types].xml", "xl/workbook.xml", "xl/a.xml")[:-120], "a", "xlsx"),
    ("xlsb", zipped("[Content_Types].xml", "xl/workbook.bin"), "a.xlsb", "unknown-binary"),
    ("docx", zipped("[Content_Types].xml", "word/document.xml"), "a.wps", "docx"),
    ("docx with a sheet inside", zipped("[Content_Types].xml", "word/document.xml", "word/embeddings/x.xlsx"), "a", "docx"),
    ("pptx", zipped("[Content_Types].xml", "ppt/presentation.xml"), "a.pptx", "unknown-binary"),
    ("zip of files", zipped("自评表.xlsx"), "a.zip", "unknown-binary"),
    ("empty zip", zipped(), "a.zip", "unknown-binary"),
    ("zip of four bytes", b"PK\3\4", "a.xlsx", "xlsx"),
    ("ods", zipped("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "a", "ods"),
    ("ods template", zipped("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet-template"), "a", "ods"),
    ("odt named doc", zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "a.doc", "odt"),
    ("odt without a mimetype", zipped("content.xml", "META-INF/manifest.xml"), "a.odt", "odt"),
    ("ofd", zipped("OFD.xml", "Doc_0/Document.xml"), "a.pdf", "ofd"),
    ("doc", ole("WordDocument", "1Table"), "a.doc", "doc"),
    ("doc named xls", ole("1Table", "Data", "WordDocument"), "a.xls", "doc"),
    ("doc with a sheet inside", ole("Data", "WordDocument", deeper=("Workbook",)), "a.xls", "doc"),
    ("xls", ole("Workbook"), "a.xls", "xls"),
    ("xls of 1995", ole("Book"), "a", "xls"),
    ("xls with a letter inside", ole("a", "b", "c", "d", "e", "Workbook", deeper=("WordDocument", "1Table")), "a.doc", "xls"),
    ("doc without its directory", ole("WordDocument")[:1024] + ole("WordDocument")[1024:].replace(b"R\0o\0o\0t", b"X\0o\0o\0t"), "a", "doc"),
    ("wps", ole("WordDocument"), "a.wps", "wps"),
    ("old wps", ole("CONTENTS"), "a.wps", "wps"),
    ("et", ole("Workbook"), "a.et", "et"),
    ("protected", ole("EncryptedPackage", "EncryptionInfo"), "a.xlsx", "protected"),
    ("ole of something else", ole("PowerPoint Document"), "a.ppt", "unknown-binary"),
    ("ole of eight bytes", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "xls"),
    ("sheet without a container", b"\x09\x08\x08\x00\x00\x05\x10\x00" + bytes(20), "a.xls", "xls"),
    ("rtf named doc", b"{\\rtf1\\ansi a}", "a.doc", "rtf"),
    ("page named xls", TABLE.encode(), "a.xls", "html"),
    ("page in gb18030 named doc", f"<html>{TABLE}</html>".encode("gb18030"), "a.doc", "html"),
    ("page in utf-16 named xls", f"<html>{TABLE}</html>".encode("utf-16"), "a.xls", "html"),
    ("page in utf-16, other order", b"\xfe\xff" + TABLE.encode("utf-16-be"), "a.xls", "html"),
    ("page with a mark", b"\xef\xbb\xbf\r\n  " + TABLE.encode(), "a.xls", "html"),
    ("page saved by a sheet program", OFFICE_PAGE.encode(), "a.xls", "html"),
    ("page by the rules of xml", XHTML.encode(), "a", "html"),
    ("page in one file named xls", MHTML.encode(), "a.xls", "html"),
    ("page without a tag known", "<p>自评".encode(), "a.htm", "html"),
    ("sheet as xml", SHEET_XML.encode(), "a.xls", "unknown-binary"),
    ("sheet as xml with a prefix", SHEET_XML.replace("Workbook", "ss:Workbook").encode(), "a.xls", "unknown-binary"),
    ("letter as xml", b'<?xml version="1.0"?><w:wordDocument></w:wordDocument>', "a.doc", "unknown-binary"),
    ("text", "项目名称\t甲".encode("gb18030"), "a.txt", "txt"),
    ("text without a name", "项目名称\t甲".encode(), "a", "txt"),
    ("text in utf-16", "项目名称\t甲".encode("utf-16"), "a.txt", "txt"),
    ("text named xls", "项目名称\t甲".encode("gb18030"), "a.xls", "csv"),
    ("csv", "项目名称,甲".encode(), "A.CSV", "csv"),
    ("csv in utf-16", "项目名称\t甲".encode("utf-16"), "a.csv", "csv"),
    ("csv that speaks of pages", b"a,<table >\nb,c", "a.csv", "csv"),
    ("csv that is a page", TABLE.encode(), "a.csv", "html"),
    ("pdf", b"%PDF-1.7\n", "a.doc", "pdf"),
    ("pdf behind other bytes", b"\0\0junk\n%PDF-1.4\n" + bytes(3000) + b"%%EOF", "a", "pdf"),
    ("text that speaks of pdf", b"the mark is %PDF-1.4", "a.txt", "txt"),
    ("png", b"\x89PNG\r\n\x1a\n" + bytes(20), "a.pdf", "image"),
    ("jpeg", b"\xff\xd8\xff\xe0" + bytes(20), "a", "image"),
    ("gif", b"GIF89a" + bytes(20), "a", "image"),
    ("tiff", b"II*\0" + bytes(20), "a", "image"),
    ("tiff, other order", b"MM\0*" + bytes(20), "a", "image"),
    ("bmp", b"BM" + bytes(20), "a", "image"),
    ("webp", b"RIFF\x10\0\0\0WEBPVP8 ", "a", "image"),
    ("text beginning with BM", "BM 项目".encode(), "a.txt", "txt"),
    ("zeros", bytes(100), "a", "unknown-binary"),
    ("zeros named txt", bytes(100), "a.txt", "unknown-binary"),
    ("rar", b"Rar!\x1a\x07\x01\x00", "a.doc", "unknown-binary"),
    ("nothing", b"", "a.xlsx", "txt"),
]


@pytest.mark.parametrize(("source", "name", "expected"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_file_is_told_by_its_content_first(source: bytes, name: str, expected: str) -> None:
    assert format_of(source, name) == expected


@pytest.mark.parametrize("source", [row[1] for row in FILES], ids=[row[0] for row in FILES])
def test_no_cut_makes_it_raise(source: bytes) -> None:
    for length in range(0, len(source), 1 + len(source) // 200):
        assert format_of(source[:length], "a.xls")


def test_a_page_is_taken_out_of_its_one_file() -> None:
    assert "自评" in web_page(MHTML.encode()).decode()
    assert web_page(TABLE.encode()) == TABLE.encode()


@pytest.mark.parametrize("depth", [0, 5, 3000])
def test_one_file_without_a_page_is_damaged(depth: int) -> None:
    nested = "".join(f'Content-Type: multipart/related; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth + 1))
    with pytest.raises(UnreadableFileError, match="没有完整的网页") as caught:
        web_page(f"MIME-Version: 1.0\r\n{nested}".encode())
    assert caught.value.code == "file.damaged"


def test_one_file_of_too_many_parts_is_refused_at_once() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        web_page(MHTML.encode() + b"----x\r\n\r\n" * 500_000)
    assert caught.value.code == "file.limit"


def test_zip_directory_of_a_million_entries_takes_no_time() -> None:
    entry = b"PK\1\2" + bytes(42)
    source = b"PK\3\4" + bytes(26) + entry * 300_000 + b"PK\5\6" + bytes(8) + struct.pack("<II", len(entry) * 300_000, 30) + bytes(2)
    assert format_of(source, "a") == "unknown-binary"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_the_corpus_is_told_by_content_alone() -> None:
    for path in sorted(CORPUS.iterdir()):
        assert format_of(path.read_bytes(), "") == path.suffix[1:]
