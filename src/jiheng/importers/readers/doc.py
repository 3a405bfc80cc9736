"""Word 97–2003 files (doc, and WPS's wps) to blocks without any other program: text from the piece table, tables from row properties.

What is not understood here for certain (automatic numbers, text boxes, nested tables, old form fields, fast saves) makes the reader give
up as a whole, so that LibreOffice can be asked; a part is never returned as if it were all.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from jiheng.domain.document import Anchor, Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import MAX_CELLS, Reading, fold
from jiheng.importers.readers.compound import Compound
from jiheng.importers.readers.doc_properties import (
    CellLook,
    Look,
    NotUnderstoodError,
    ParagraphLook,
    character_runs,
    font_names,
    numbered_styles,
    paragraph_runs,
)
from jiheng.importers.readers.word_grid import CONTINUES, STANDS, STARTS, Piece, lay_out_by_lines
from jiheng.importers.readers.word_signs import shifted, shown_by, signs_printed

_WORD_97 = 0xC1
_MARK = 0xA5EC
_TABLE_1 = 0x0200
_EIGHT_BITS = 0x40000000
# Places of (offset, size) pairs in the head, and of the lengths of the stories.
_STYLES, _HEADERS, _CHARACTERS, _PARAGRAPHS, _FONTS, _PIECES = 0xA2, 0xF2, 0xFA, 0x102, 0x112, 0x1A2
_LENGTHS = 0x4C
_PARAGRAPH_ENDS = re.compile("[\r\x07\x0c]")
_FIELD = re.compile("\x13([^\x13\x14\x15]*)(?:\x14([^\x13\x14\x15]*))?\x15")
_INSTRUCTION_LEFT = re.compile("\x13[^\x13\x14\x15]*\x14")
_OLD_FORM = re.compile(r"FORM(?:CHECKBOX|DROPDOWN)")
_PRINTED = str.maketrans(
    {"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\xa0": " ", **dict.fromkeys("\x01\x02\x03\x04\x05\x06\x08\x13\x14\x15\x1f", None)}
)
_NO_FONT = ""
_TOO_MANY = f"Word 文件里的单元格超过 {MAX_CELLS} 个的上限。请只保留自评表再试。"
_NOTHING = "Word 文件里没有可读的文字。请核对是否选错了文件；如内容是图片，请改交扫描件的 PDF 或图片。"


class _Block(NamedTuple):
    """A paragraph as stored: its text, the sign that ends it, where it ends among all characters, and its look."""

    text: str
    end: str
    place: int
    look: ParagraphLook


def read(source: bytes) -> Reading | None:
    """The paragraphs and tables of a Word 97–2003 file, anchored as those of a docx; None where it holds what is not understood here.

    Raises:
        UnreadableFileError: ``file.damaged``, ``file.limit``, or ``file.empty`` where no text is found.
    """
    compound = Compound(source)
    try:
        found = tuple(_File(compound).blocks())
    except (NotUnderstoodError, struct.error, IndexError):
        return None
    if not found:
        raise UnreadableFileError("file.empty", _NOTHING)
    return Reading(found)


class _File:
    """The parts of one file, and its stories: text, footnotes, headers, and the rest one after another."""

    def __init__(self, compound: Compound) -> None:
        self._word = word = compound.read("WordDocument")
        mark, version = struct.unpack_from("<HH", word)
        flags = int.from_bytes(word[10:12], "little")
        if mark != _MARK or version < _WORD_97:
            raise NotUnderstoodError("version")
        self._table = compound.read("1Table" if flags & _TABLE_1 else "0Table")
        self._lengths = struct.unpack_from("<8i", word, _LENGTHS)
        self._looks = character_runs(word, self._part(_CHARACTERS))
        self._paragraphs = paragraph_runs(word, self._part(_PARAGRAPHS), compound.read("Data"))
        self._fonts = font_names(self._part(_FONTS))
        self._numbered = numbered_styles(self._part(_STYLES))

    def _part(self, at: int) -> bytes:
        start, size = struct.unpack_from("<II", self._word, at)
        return self._table[start : start + size]

    def blocks(self) -> Iterator[Paragraph | Table]:
        """Headers with text, then the text."""
        text, notes, headers, *_ = self._lengths
        boxes = sum(self._lengths[:6])
        stories = list(self._stories())
        if any(fold(block.text) for block in stories if boxes < block.place <= boxes + self._lengths[6]):
            raise NotUnderstoodError("text boxes")
        lines = 0
        seen: set[str] = set()
        for block in self._headers(stories, text + notes, headers):
            shown = fold(block.text)
            if shown not in seen and not re.fullmatch(r"[\s\d第共页/|—–-]*", shown):
                seen.add(shown)
                lines += 1
                yield Paragraph(shown, Anchor(None, None, None, lines, None, shown))
        yield from _assembled([block for block in stories if block.place <= text], lines)

    def _headers(self, stories: list[_Block], start: int, size: int) -> Iterator[_Block]:
        """Six stories about footnotes, then six for each section, of which the first, second and fifth are headers."""
        if size <= 0:
            return
        bounds = self._part(_HEADERS)
        marks = struct.unpack(f"<{len(bounds) // 4}I", bounds[: len(bounds) // 4 * 4])
        for index in range(6, len(marks) - 1):
            if index % 6 in {0, 1, 4}:
                yield from (block for block in stories if start + marks[index] < block.place <= start + marks[index + 1])

    def _stories(self) -> Iterator[_Block]:
        """Every paragraph of the file."""
        pieces: list[str] = []
        for text, at, place, width, look in self._spans():
            start = 0
            for end in _PARAGRAPH_ENDS.finditer(text):
                pieces.append(self._printed(text[start : end.start()], look, begun=bool(pieces)))
                start = end.end()
                if look.gone and end.group() == "\r":
                    continue  # a deleted end of paragraph joins two
                _, paragraph = self._paragraphs.at(at + width * end.start())
                if paragraph.listed or (paragraph.listed is None and paragraph.style in self._numbered):
                    raise NotUnderstoodError("numbered")
                yield _Block(_with_fields("".join(pieces)), end.group(), place + start, paragraph)
                pieces = []
            pieces.append(self._printed(text[start:], look, begun=bool(pieces)))

    def _spans(self) -> Iterator[tuple[str, int, int, int, Look]]:
        """Text of one look: itself, where it stands in the stream and among all characters, bytes per character."""
        clx = self._part(_PIECES)
        at = 0
        while clx[at] == 1:
            at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
        size = int.from_bytes(clx[at + 1 : at + 5], "little")
        table = clx[at + 5 : at + 5 + size]
        count = (len(table) - 4) // 12
        places = struct.unpack_from(f"<{count + 1}I", table)
        for index in range(count):
            _, offset, changed = struct.unpack_from("<HIH", table, 4 * (count + 1) + 8 * index)
            if changed:
                raise NotUnderstoodError("fast save")
            width = 1 if offset & _EIGHT_BITS else 2
            start = (offset & ~_EIGHT_BITS) // 2 if width == 1 else offset
            here, stop = start, start + width * (places[index + 1] - places[index])
            if stop > len(self._word):
                raise NotUnderstoodError("text cut off")
            while here < stop:
                end, look = self._looks.at(here)
                end = min(end, stop)
                text = self._word[here:end].decode("cp1252" if width == 1 else "utf-16-le", "replace")
                yield text, here, places[index] + (here - start) // width, width, look
                here = end

    def _printed(self, text: str, look: Look, *, begun: bool) -> str:
        if not text or look.gone:
            return ""
        if look.symbol is not None:
            font, code = look.symbol
            return "".join(signs_printed(chr(code), self._font(font)) if sign == "(" else sign for sign in text)
        if look.level and begun:
            return shifted(text, up=look.level == 1)
        font_name = self._font(look.font)
        return signs_printed(text, font_name) if font_name.lower().startswith(("wingdings", "symbol")) or "\uf020" <= max(text) <= "\uf0ff" else text

    def _font(self, number: int) -> str:
        return self._fonts[number] if 0 <= number < len(self._fonts) else _NO_FONT


def _with_fields(text: str) -> str:
    """Fields by their results, or by what they print without one."""
    if "\x13" in text:
        if _OLD_FORM.search(text):
            raise NotUnderstoodError("form field")
        before = ""
        while before != text:
            before = text
            text = _FIELD.sub(lambda field: shown_by(field.group(1)) if field.group(2) is None else field.group(2), text)
        text = _INSTRUCTION_LEFT.sub("", text)
    return text.translate(_PRINTED)


def _assembled(blocks: list[_Block], lines: int) -> Iterator[Paragraph | Table]:
    """Paragraphs, and tables from the cells and rows that stand one after another."""
    rows: list[list[tuple[int, int, Piece]]] = []
    cells: list[str] = []
    texts: list[str] = []
    tables = total = 0
    for block in [*blocks, _Block("", "", 0, ParagraphLook())]:
        if block.look.in_table:
            if block.look.row_end:
                rows.append(_row(cells, block.look.cells))
                total += len(cells)
                if total > MAX_CELLS:
                    raise UnreadableFileError("file.limit", _TOO_MANY)
                cells = []
                continue
            texts.append(block.text)
            if block.end == "\x07":
                cells.append("\n".join(filter(None, texts)))
                texts = []
            continue
        if cells or texts or block.end == "\x07":
            raise NotUnderstoodError("row without end")
        if rows:
            tables += 1
            yield lay_out_by_lines(rows, f"表{tables}")
            rows = []
        text = fold(block.text)
        if text:
            lines += 1
            yield Paragraph(text, Anchor(None, None, None, lines, None, text))


def _row(texts: list[str], looks: tuple[CellLook, ...]) -> list[tuple[int, int, Piece]]:
    if len(texts) != len(looks) or any(look.right <= look.left for look in looks):
        raise NotUnderstoodError("row")
    down = {1: CONTINUES, 3: STARTS}
    return [
        (look.left, look.right, Piece(text, 1, look.right - look.left, down.get(look.down, STANDS), look.joined))
        for text, look in zip(texts, looks, strict=True)
    ]
