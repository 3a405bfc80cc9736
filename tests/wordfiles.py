"""Word files in miniature: a docx from the XML of its body, an OLE compound file from its streams."""

from __future__ import annotations

import io
import struct
import zipfile

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def part(kind: str, inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{kind} {NAMES}>{inside}</w:{kind}>'


def package(body: str, **parts: str | bytes) -> bytes:
    """A docx with this body; further parts by name under ``word/``, with ``__`` for a slash and ``_xml`` for the ending."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", part("document", f"<w:body>{body}</w:body>"))
        for name, content in parts.items():
            path = name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin").replace("_png", ".png")
            archive.writestr(f"word/{path}", content)
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*inside: str, properties: str = "") -> str:
    runs = "".join(item if item.startswith("<") else run(item) for item in inside)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{runs}</w:p>"


def cell(text: str = "", *, span: int = 1, width: int = 0, merge: str = "") -> str:
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>' if width else ""
    properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f"<w:tc><w:tcPr>{properties}{merge}</w:tcPr>{text if text.startswith('<') else para(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(item if item.startswith('<') else cell(item) for item in cells)}</w:tr>"


def table(*rows: str, grid: tuple[int, ...] = ()) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file; streams are padded with zeros to 4096 bytes, so that they stand in sectors of their own."""
    entries = [_entry("Root Entry", 5, child=1 if streams else _FREE, start=_END, size=0)]
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(content: bytes) -> int:
        start = len(sectors)
        pieces = [content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR)]
        sectors.extend(pieces)
        fat.extend([*range(start + 1, start + len(pieces)), _END])
        return start

    for number, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(4096, b"\0")
        entries.append(_entry(name, 2, right=number + 1 if number < len(streams) else _FREE, start=store(padded), size=len(padded)))
    directory = store(b"".join(entries))
    tables = 1
    while tables * 128 < len(sectors) + tables:
        tables += 1
    places = range(len(sectors), len(sectors) + tables)
    numbers = [*fat, *[_FAT] * tables]
    numbers += [_FREE] * (tables * 128 - len(numbers))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, tables, directory, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *places, *[_FREE] * (109 - tables))
    return head + b"".join(sectors) + struct.pack(f"<{len(numbers)}I", *numbers)


def _entry(name: str, kind: int, *, right: int = _FREE, child: int = _FREE, start: int, size: int) -> bytes:
    named = name.encode("utf-16-le")
    out = named.ljust(64, b"\0") + struct.pack("<HBB3I", len(named) + 2, kind, 1, _FREE, right, child) + bytes(36)
    return out + struct.pack("<III", start, size, 0)


class Stretch:
    """Some text of a Word 97 file: its character properties, and those of the paragraphs that end in it."""

    def __init__(self, text: str, look: bytes = b"", paragraph: bytes = b"") -> None:
        self.text = text
        self.look = look
        self.paragraph = paragraph


def prl(code: int, operand: bytes) -> bytes:
    """One property as Word 97 stores it."""
    return struct.pack("<H", code) + operand


def word97(*stretches: Stretch, headers: str = "", boxes: str = "", flags: int = 0, version: int = 0xC1, changed: int = 0, **more: bytes) -> bytes:
    """A doc file with this text in one piece; ``headers`` is the first section's header; further streams by name."""
    body = "".join(one.text for one in stretches)
    tail = headers + boxes
    content = (body + tail).encode("utf-16-le")
    start = 1024
    places = [start]
    for one in stretches:
        places.append(places[-1] + 2 * len(one.text))
    pages = (start + len(content) + 511) // 512
    characters = _page(places, [bytes([len(one.look)]) + one.look for one in stretches], 1)
    paragraphs = _page(places, [_paragraph(one.paragraph) for one in stretches], 13)
    length = len(body) + len(tail)
    pieces = struct.pack("<II", 0, length) + struct.pack("<HIH", 0, start, changed)
    fonts = b"".join(_font(name) for name in ("宋体", "Wingdings", "Symbol"))
    bounds = struct.pack("<14I", *[0] * 8, *[len(headers)] * 6)  # the second header of the first section
    parts = {
        0xF2: bounds if headers else b"",
        0xFA: struct.pack("<3I", start, places[-1], pages),
        0x102: struct.pack("<3I", start, places[-1], pages + 1),
        0x112: struct.pack("<HH", 3, 0) + fonts,
        0x1A2: b"\x02" + struct.pack("<I", len(pieces)) + pieces,
    }
    head = bytearray(start)
    struct.pack_into("<5HH", head, 0, 0xA5EC, version, 0, 0x804, 0, 0x0200 | flags)
    struct.pack_into("<8i", head, 0x4C, len(body), 0, len(headers), 0, 0, 0, len(boxes), 0)
    table = b""
    for at, stored in parts.items():
        struct.pack_into("<II", head, at, len(table), len(stored))
        table += stored
    word = (bytes(head) + content).ljust(512 * pages, b"\0") + characters + paragraphs
    return compound({"WordDocument": word, "1Table": table, **more})


def _page(places: list[int], stored: list[bytes], entry: int) -> bytes:
    page = bytearray(512)
    struct.pack_into(f"<{len(places)}I", page, 0, *places)
    free = 510
    for index, one in enumerate(stored):
        free = (free - len(one)) // 2 * 2
        page[free : free + len(one)] = one
        page[4 * len(places) + entry * index] = free // 2
    page[511] = len(stored)
    return bytes(page)


def _paragraph(properties: bytes) -> bytes:
    told = b"\0\0" + properties
    return bytes([0, (len(told) + 1) // 2]) + told.ljust((len(told) + 1) // 2 * 2, b"\0")


def _font(name: str) -> bytes:
    stored = bytes(39) + (name + "\0").encode("utf-16-le")
    return bytes([len(stored)]) + stored
