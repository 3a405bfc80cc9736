"""Which format a file has: told by its content first, by its name second, since forms are often saved under the wrong ending.

Spreadsheets that systems export as web pages named ``.xls``, Word files named ``.wps`` and tables of text named ``.xls`` are told apart here.
Nothing is unpacked, and telling never raises: a file too damaged to tell is what its first bytes or its name say, and its reader reports the damage.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from jiheng.errors import UnreadableFileError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_BIFF = tuple(
    b"\x09" + version + size for version, size in ((b"\0", b"\4\0"), (b"\2", b"\6\0"), (b"\4", b"\6\0"), (b"\x08", b"\x08\0"), (b"\x08", b"\x10\0"))
)
_CONTROL = bytes(sorted(set(range(32)) - {9, 10, 12, 13}))
_HEAD = 65536  # bytes of a text that are looked at
_SHEETS = {"xls", "xlsx", "xlsm", "et", "ett", "csv", "tsv"}
_PAGES = {"html", "htm", "xhtml", "mht", "mhtml", "shtml"}
_PROLOG = re.compile(r"(?:\s|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>)*", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<table[\s>]|<body[\s>]", re.IGNORECASE)
_MHTML = re.compile(r"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?Content-Type:\s*multipart/related", re.IGNORECASE)
_XML_DATA = {"workbook", "worddocument", "package", "document", "document-content", "uof", "spreadsheet"}
_STREAMS = ("EncryptedPackage", "EncryptionInfo", "WordDocument", "Workbook", "Book")
_ODF = {"spreadsheet": "ods", "text": "odt"}
_NO_PAGE = "文件是单个文件的网页（MHTML），但里面没有完整的网页。请用原来的程序打开、另存后再试。"
_MOST_PARTS = 5000  # a workbook saved as one page has some hundreds
_TOO_MANY_PARTS = f"文件是单个文件的网页（MHTML），里面的部件超过 {_MOST_PARTS} 个，超出处理上限。请只保留自评表、另存后再试。"


def format_of(source: bytes, name: str) -> str:
    """The format's name.

    One of xlsx, xls, ods, csv, docx, doc, odt, rtf, wps, et, html, txt, pdf, image, ofd, protected (an encrypted Office file) and unknown-binary
    (anything else that is no text, and XML that is no page). Empty files are txt. MHTML is html.

    >>> format_of("<table><tr><td>年度绩效自评表</td></tr></table>".encode("gb18030"), "自评表.xls")
    'html'
    >>> format_of(b"%PDF-1.7", "自评表.docx")
    'pdf'
    """
    if not source:
        return "txt"
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if source[:2] == b"PK" and source[2:4] in {b"\3\4", b"\5\6", b"\7\x08"}:
        return _in_zip(source, ending)
    if source.startswith(_OLE):
        return _in_ole(source, ending)
    return _by_mark(source) or _in_text(source, ending)


def web_page(source: bytes) -> bytes:
    """The page inside an MHTML file (a web page saved as one file, often named ``.doc`` or ``.xls``); any other file as it is.

    Raises:
        UnreadableFileError: ``file.damaged`` where an MHTML file holds no page, ``file.limit`` where it has parts beyond counting.
    """
    if not _MHTML.match(source[:4096].decode("latin-1").removeprefix("\xef\xbb\xbf")):
        return source
    if source.count(b"\n--") > _MOST_PARTS:
        raise UnreadableFileError("file.limit", _TOO_MANY_PARTS)
    from email import message_from_bytes  # noqa: PLC0415 - rare, and slow to import

    try:
        for part in message_from_bytes(source).walk():
            if part.get_content_type() == "text/html" and isinstance(page := part.get_payload(decode=True), bytes):
                return page
    except Exception as error:
        raise UnreadableFileError("file.damaged", _NO_PAGE) from error
    raise UnreadableFileError("file.damaged", _NO_PAGE)


def _by_mark(source: bytes) -> str | None:
    head = source[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if head.startswith(b"%PDF-") or (b"%PDF-" in head and b"%%EOF" in source[-2048:]):
        return "pdf"
    if source.startswith(_IMAGES) or (source[:4] == b"RIFF" and source[8:12] == b"WEBP") or (source[:2] == b"BM" and source[6:10] == bytes(4)):
        return "image"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    return "xls" if source.startswith(_BIFF) else None


def _in_zip(source: bytes, ending: str) -> str:
    names = [member.replace("\\", "/").lstrip("/").lower() for member in (_directory(source) or _members(source))]
    if "ofd.xml" in names:
        return "ofd"
    if "xl/workbook.bin" in names:
        return "unknown-binary"  # xlsb: another format altogether
    found = next((kind for member in names for folder, kind in (("word/", "docx"), ("xl/", "xlsx")) if member.startswith(folder)), None)
    if found is not None:
        return found
    typed = re.search(rb"application/vnd\.oasis\.opendocument\.(spreadsheet|text)", source[:256])
    if typed is not None:
        return _ODF[typed[1].decode()]
    if "content.xml" in names or (not names and ending in {"ods", "odt", "xlsx", "docx"}):
        return ending if ending in {"ods", "odt", "xlsx", "docx"} else "unknown-binary"
    return "unknown-binary"


def _directory(source: bytes) -> list[str]:
    """The members by the zip's own directory, which stands at its end; none where it is missing."""
    end = source.rfind(b"PK\5\6", -66_000)
    if end < 0 or end + 20 > len(source):
        return []
    size, at = struct.unpack_from("<II", source, end + 12)
    at = at if source[at : at + 4] == b"PK\1\2" else end - size  # a zip behind other bytes counts from elsewhere
    names: list[str] = []
    while 0 <= at <= len(source) - 46 and source[at : at + 4] == b"PK\1\2" and len(names) < 20_000:
        length, extra, comment = struct.unpack_from("<HHH", source, at + 28)
        names.append(source[at + 46 : at + 46 + length].decode("utf-8", "replace"))
        at += 46 + length + extra + comment
    return names


def _members(source: bytes) -> list[str]:
    """The members of a zip cut short, by what stands before each."""
    names: list[str] = []
    at = 0
    while 0 <= at <= len(source) - 30 and len(names) < 2000:
        length = struct.unpack_from("<H", source, at + 26)[0]
        names.append(source[at + 30 : at + 30 + length].decode("utf-8", "replace"))
        at = source.find(b"PK\3\4", at + 30 + length)
    return names


def _in_ole(source: bytes, ending: str) -> str:
    streams = set(_root_streams(source)) or {stream for stream in _STREAMS if _named_somewhere(source, stream)}
    if streams & {"EncryptedPackage", "EncryptionInfo"}:
        return "protected"
    word, sheet = "WordDocument" in streams, bool(streams & {"Workbook", "Book", "WORKBOOK", "BOOK"})
    if word and sheet:  # only in what is too damaged to know which of them is the outer one
        word, sheet = ending not in _SHEETS, ending in _SHEETS
    if word:
        return "wps" if ending in {"wps", "wpt"} else "doc"
    if sheet:
        return "et" if ending in {"et", "ett"} else "xls"
    if ending in {"wps", "wpt"}:
        return "wps"  # older WPS and Works keep their text under names of their own
    return ending if not streams and ending in {"doc", "xls", "et"} else "unknown-binary"


def _named_somewhere(source: bytes, stream: str) -> bool:
    """Whether a directory entry of that name stands anywhere; entries have 128 bytes each, and say their length."""
    name = (stream + "\0").encode("utf-16-le")
    at = source.find(name)
    while at >= 0:
        if at % 128 == 0 and source[at + 64 : at + 66] == struct.pack("<H", len(name)):
            return True
        at = source.find(name, at + 2)
    return False


def _root_streams(source: bytes) -> Iterator[str]:
    """The names in the outermost storage of an OLE file (embedded files have theirs deeper); none where its directory cannot be followed."""
    entries = _entries(source)
    waiting = [entries[0][2]] if entries else []
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number in seen or not 0 <= number < len(entries):
            continue
        seen.add(number)
        name, beside, _ = entries[number]
        yield name
        waiting += beside


def _entries(source: bytes) -> list[tuple[str, tuple[int, int], int]]:
    """Name, both neighbours and first child of each entry of the directory."""
    if len(source) < 1536:
        return []
    shift = struct.unpack_from("<H", source, 30)[0]
    if shift not in {9, 12}:
        return []
    size = 1 << shift
    table = struct.unpack_from("<109I", source, 76)
    sector = struct.unpack_from("<I", source, 48)[0]
    entries: list[tuple[str, tuple[int, int], int]] = []
    seen: set[int] = set()
    while (start := (sector + 1) * size) + size <= len(source) and sector not in seen:
        seen.add(sector)
        for at in range(start, start + size, 128):
            length = struct.unpack_from("<H", source, at + 64)[0]
            left, right, child = struct.unpack_from("<III", source, at + 68)
            entries.append((source[at : at + min(max(length - 2, 0), 62)].decode("utf-16-le", "replace"), (left, right), child))
        place = table[sector // (size // 4)] if sector // (size // 4) < len(table) else len(source)
        link = (place + 1) * size + sector % (size // 4) * 4
        if link + 4 > len(source):
            break
        sector = struct.unpack_from("<I", source, link)[0]
    return entries


def _in_text(source: bytes, ending: str) -> str:
    mark, encoding = next(((mark, encoding) for mark, encoding in _MARKS.items() if source.startswith(mark)), (b"", "latin-1"))
    head = source[len(mark) : _HEAD + len(mark)]
    if encoding in {"utf-8", "latin-1"} and head.translate(None, _CONTROL) != head:
        return ending if ending in {"html", "csv", "txt"} and b"<" in head[:64] else "unknown-binary"
    text = head.decode("latin-1" if encoding == "utf-8" else encoding, "replace")
    if _MHTML.match(text[:4096]):
        return "html"
    root = _ROOT.match(text, prolog.end() if (prolog := _PROLOG.match(text)) else 0)
    if root is not None and root[1].lower() in _XML_DATA and not _HTML.match(text, root.start()):
        return "unknown-binary"
    if ending in _PAGES or (_HTML.search(text[:20_000]) is not None and (root is not None or ending not in {"csv", "tsv"})):
        return "html"
    return "csv" if ending in _SHEETS else "txt"
