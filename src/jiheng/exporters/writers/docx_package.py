"""The parts of a Word file that are alike in all of them, and the archive they stand in: the same layout gives the same bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from jiheng.exporters.layout.model import Style
from jiheng.exporters.writers.docx_styles import FANG, HEI, KAI, LATIN, SONG, TITLE, styles_part
from jiheng.exporters.writers.docx_text import escaped

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_STAMP = 33  # 1 January 1980, the oldest date an archive knows, as MS-DOS writes it; a clock would make equal files differ
_LEVEL = 6
_FOOTERS: dict[Style, tuple[tuple[str, str], ...]] = {
    "form": (("footer", "default"),),
    "official": (("footer-odd", "default"), ("footer-even", "even")),
}
_LINKED = ("styles", "settings", "fontTable")
_FIRST_OWN = 10


class Part(NamedTuple):
    """A part that the document refers to, a chart or a picture, by its name in the folder ``word``."""

    name: str
    kind: Literal["chart", "image"]
    content: bytes


class _Entry(NamedTuple):
    """A part as it stands in the archive."""

    name: bytes
    check: int
    size: int
    packed: bytes


def own_id(index: int) -> str:
    """The relationship id of the document's part with this index."""
    return f"rId{_FIRST_OWN + index}"


def footer_references(style: Style) -> str:
    """The references to the page numbers that a section of this style has."""
    first = len(_LINKED) + 1
    return "".join(f'<w:footerReference w:type="{kind}" r:id="rId{first + index}"/>' for index, (_, kind) in enumerate(_FOOTERS[style]))


def package(style: Style, title: str, document: str, parts: Sequence[Part]) -> bytes:
    """The whole file: the document's XML and its parts among the fixed ones."""
    core = (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escaped(title)}</dc:title></cp:coreProperties>"
    )
    if parts:
        linked = [_entry("[Content_Types].xml", _types(style, parts)), _entry("word/_rels/document.xml.rels", _links(style, parts))]
    else:
        linked = list(_links_alone(style))
    own = [_entry("word/document.xml", document), _entry("docProps/core.xml", core)]
    return _archive([*linked, *_fixed(style), *own, *(_entry(f"word/{part.name}", part.content) for part in parts)])


def _types(style: Style, parts: Iterable[Part]) -> str:
    named = [
        ("word/document.xml", f"{_WORD}document.main+xml"),
        *((f"word/{name}.xml", f"{_WORD}{name}+xml") for name in _LINKED),
        *((f"word/{name}.xml", f"{_WORD}footer+xml") for name, _ in _FOOTERS[style]),
        *((f"word/{part.name}", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml") for part in parts if part.kind == "chart"),
        ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    ]
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in named)
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f"{overrides}</Types>"
    )


def _links(style: Style, parts: Iterable[Part]) -> str:
    targets = [*((f"{name}.xml", name) for name in _LINKED), *((f"{name}.xml", "footer") for name, _ in _FOOTERS[style])]
    links = [_link(f"rId{number}", kind, target) for number, (target, kind) in enumerate(targets, start=1)]
    links += [_link(own_id(index), part.kind, part.name) for index, part in enumerate(parts)]
    return _relations(links)


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{kind if "/" in kind else f"{R}/{kind}"}" Target="{target}"/>'


def _relations(links: Iterable[str]) -> str:
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(links)}</Relationships>'


@cache
def _links_alone(style: Style) -> tuple[_Entry, ...]:
    return _entry("[Content_Types].xml", _types(style, ())), _entry("word/_rels/document.xml.rels", _links(style, ()))


@cache
def _fixed(style: Style) -> tuple[_Entry, ...]:
    root = _relations(
        (
            _link("rId1", "officeDocument", "word/document.xml"),
            _link("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            _link("rId3", "extended-properties", "docProps/app.xml"),
        )
    )
    about = (
        f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>Jiheng</Application></Properties>"
    )
    return (
        _entry("_rels/.rels", root),
        _entry("docProps/app.xml", about),
        _entry("word/styles.xml", styles_part(style)),
        _entry("word/settings.xml", _settings(style)),
        _entry("word/fontTable.xml", _fonts()),
        *(_entry(f"word/{name}.xml", text) for name, text in _footers(style)),
    )


def _settings(style: Style) -> str:
    two_sided = "<w:evenAndOddHeaders/>" if style == "official" else ""
    return (
        f'{HEAD}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>'
        f'<w:defaultTabStop w:val="420"/>{two_sided}<w:drawingGridVerticalSpacing w:val="156"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/>'
        "<w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def _fonts() -> str:
    """The faces with those to take in their place where a machine does not have them."""
    faces = (
        (LATIN, "Liberation Serif", "00", "roman"),
        (SONG, "SimSun,Noto Serif CJK SC", "86", "auto"),
        (HEI, "SimHei,Noto Sans CJK SC", "86", "modern"),
        (FANG, "仿宋,FangSong", "86", "modern"),
        (KAI, "楷体,KaiTi", "86", "modern"),
        (TITLE, "小标宋体,STZhongsong", "86", "script"),
    )
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="{charset}"/><w:family w:val="{family}"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, other, charset, family in faces
    )
    return f'{HEAD}<w:fonts xmlns:w="{W}">{fonts}</w:fonts>'


def _footers(style: Style) -> Iterator[tuple[str, str]]:
    if style == "form":
        yield "footer", _footer(f"{_words('第 ')}{_field('PAGE')}{_words(' 页　共 ')}{_field('NUMPAGES')}{_words(' 页')}")
        return
    number = f"{_words('— ')}{_field('PAGE')}{_words(' —')}"
    yield "footer-odd", _footer(number, '<w:ind w:rightChars="100" w:right="280"/><w:jc w:val="right"/>')
    yield "footer-even", _footer(number, '<w:ind w:leftChars="100" w:left="280"/><w:jc w:val="left"/>')


def _footer(content: str, placed: str = "") -> str:
    return f'{HEAD}<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/>{placed}</w:pPr>{content}</w:p></w:ftr>'


def _words(text: str) -> str:
    return f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _entry(name: str, content: str | bytes) -> _Entry:
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return _Entry(name.encode(), zlib.crc32(raw), len(raw), packer.compress(raw) + packer.flush())


def _archive(entries: Iterable[_Entry]) -> bytes:
    """The entries as a zip. Written here, not by zipfile, so that parts that never change are packed once for all files."""
    out: list[bytes] = []
    index: list[bytes] = []
    at = 0
    for entry in entries:
        about = struct.pack("<5H3I2H", 20, 0, zlib.DEFLATED, 0, _STAMP, entry.check, len(entry.packed), entry.size, len(entry.name), 0)
        out += (b"PK\3\4", about, entry.name, entry.packed)
        index.append(struct.pack("<4sH", b"PK\1\2", 20) + about + struct.pack("<3H2I", 0, 0, 0, 0, at) + entry.name)
        at += 4 + len(about) + len(entry.name) + len(entry.packed)
    central = b"".join(index)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(index), len(index), len(central), at, 0)
    return b"".join((*out, central, end))
