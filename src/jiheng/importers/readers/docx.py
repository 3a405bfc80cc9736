"""Word files (docx, docm, and what WPS saves as docx) to blocks: paragraphs and tables in reading order, merges as spans."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from jiheng.domain.document import Anchor, Notice, Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.archive import Archive, open_archive, parse_xml
from jiheng.importers.port import MAX_CELLS, Reading, fold
from jiheng.importers.readers.docx_numbering import Numbering
from jiheng.importers.readers.docx_text import OPENED, WRAPPERS, W, Wording, opened, settle_controls
from jiheng.importers.readers.word_grid import CONTINUES, MAX_SPAN, STANDS, STARTS, Line, Piece, lay_out

_P, _T, _TBL, _TR, _TC, _VALUE, _WIDTH = W + "p", W + "t", W + "tbl", W + "tr", W + "tc", W + "val", W + "w"
_TYPE = W + "type"
_TCPR, _TRPR, _GRID, _TCW, _SPAN = W + "tcPr", W + "trPr", W + "tblGrid", W + "tcW", W + "gridSpan"
_DOWN, _ACROSS = W + "vMerge", W + "hMerge"
_BLOCKS, _ROWS, _CELLS, _ALL = frozenset((_P, _TBL)), frozenset((_TR,)), frozenset((_TC,)), frozenset((_P, _TBL, _TR, _TC))
_OFF = frozenset(("0", "false", "off"))
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MAIN = re.compile(r"/relationships/officeDocument$")
_ENCODING = re.compile(r"^\s*<\?xml[^>]*\?>")
_PAGE_NUMBER = re.compile(r"[\s\d第共页/|—–-]*")
_DIGITS = re.compile(r"\d{1,9}")
_MACROS = "文件带有宏（VBA）。本程序从不运行宏，只读文件里的文字；如不清楚宏的来历，请另存为 docx 再用。"
_NO_BODY = "Word 文件里找不到正文（word/document.xml），内容不完整。请用 Word 或 WPS 打开、另存为 docx 后再试。"
_TOO_DEEP = "Word 文件里的表格或控件嵌套过深，超出处理上限。请只保留自评表、另存后再试。"
_TOO_MANY = f"Word 文件里的单元格超过 {MAX_CELLS} 个的上限。请只保留自评表再试。"


def read(source: bytes) -> Reading:
    """The paragraphs and tables of a Word file; cell anchors name the table (表1) and the grid cell (R3C5).

    Tracked changes are read as accepted. Nothing outside the file is fetched and no macro is run.

    Raises:
        UnreadableFileError: ``file.damaged``, ``file.protected``, ``file.limit``, or ``file.empty`` where no text is found.
    """
    archive = open_archive(source)
    try:
        blocks = tuple(_Reader(archive).blocks())
    except RecursionError as error:
        raise UnreadableFileError("file.limit", _TOO_DEEP) from error
    if not blocks:
        raise UnreadableFileError("file.empty", _nothing_found(archive))
    macros = any(name.lower().endswith("vbaproject.bin") for name in archive.names)
    return Reading(blocks, (Notice("file.macro", _MACROS),) if macros else ())


def _nothing_found(archive: Archive) -> str:
    pictures = sum("/media/" in name for name in archive.names)
    if pictures:
        return f"Word 文件里没有文字，只有 {pictures} 张图片（多半是扫描件）。请改交扫描件的 PDF 或图片，或补一份可编辑的文件。"
    return "Word 文件里没有可读的文字。请核对是否选错了文件；如在 Word 里看得到内容，请在 Word 里另存为 docx 再试。"


class _Reader:
    """One file, read once from top to bottom: paragraphs, tables and automatic numbers are counted on the way."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._main = _main_part(archive)
        self._part = _transitional(archive.read(self._main))
        self._words = Wording(self._part, self._numbers())
        self._lines = 0
        self._tables = 0
        self._cells = 0

    def blocks(self) -> Iterator[Paragraph | Table]:
        """Headers with text, then the body."""
        root = parse_xml(self._part)
        settle_controls(root, self._part)
        body = root.find(W + "body")
        if body is None:
            raise UnreadableFileError("file.damaged", _NO_BODY)
        if b"headerReference" in self._part:
            yield from self._headers(root)
        yield from self._flow(body)

    def _flow(self, parent: _Element) -> Iterator[Paragraph | Table]:
        for item in _inside(parent, _BLOCKS):
            if item.tag == _TBL:
                yield from self._table(item)
                continue
            text = fold(self._words.paragraph(item))
            boxes, self._words.boxes = self._words.boxes, []
            if text:
                yield self._line(text)
            for box in boxes:
                yield from self._flow(box)

    def _line(self, text: str) -> Paragraph:
        self._lines += 1
        return Paragraph(text, Anchor(None, None, None, self._lines, None, text))

    def _table(self, table: _Element) -> Iterator[Paragraph | Table]:
        nested = next(table.iterdescendants(_TBL), None) is not None
        if nested and _is_frame(table):
            for row in _inside(table, _ROWS):
                for cell in _inside(row, _CELLS):
                    yield from self._flow(cell)
            return
        self._tables += 1
        name = f"表{self._tables}"
        grid = [_number(column.get(_WIDTH)) for column in table.iterfind(f"{_GRID}/{W}gridCol")]
        whole = sum(grid) or 9000
        inner: list[_Element] = []
        lines = [line for row in _inside(table, _ROWS) if (line := self._row(row, whole, inner, nested=nested)) is not None]
        if any(line.pieces for line in lines):
            yield lay_out(lines, grid, name)
        for deferred in inner:
            yield from self._table(deferred)

    def _row(self, row: _Element, whole: int, inner: list[_Element], *, nested: bool) -> Line | None:
        before = after = before_width = 0
        properties = next(row.iterchildren(_TRPR), None)
        for node in properties if properties is not None else ():
            name = str(node.tag).removeprefix(W)
            if name == "gridBefore":
                before = min(_number(node.get(_VALUE)), MAX_SPAN)
            elif name == "gridAfter":
                after = min(_number(node.get(_VALUE)), MAX_SPAN)
            elif name == "wBefore":
                before_width = _measured(node, whole)
            elif name == "del" or (name == "hidden" and node.get(_VALUE) not in _OFF):
                return None
        pieces = [self._cell(cell, whole, inner, nested=nested) for cell in _inside(row, _CELLS)]
        self._cells += len(pieces)
        if self._cells > MAX_CELLS:
            raise UnreadableFileError("file.limit", _TOO_MANY)
        return Line(pieces, before, after, before_width)

    def _cell(self, cell: _Element, whole: int, inner: list[_Element], *, nested: bool) -> Piece:
        span, width, vertical, joined = 1, 0, STANDS, False
        properties = next(cell.iterchildren(_TCPR), None)
        for node in properties if properties is not None else ():
            tag = node.tag
            if tag == _TCW:
                width = _measured(node, whole)
            elif tag == _SPAN:
                span = min(max(_number(node.get(_VALUE)), 1), MAX_SPAN)
            elif tag == _DOWN:
                vertical = STARTS if node.get(_VALUE) == "restart" else CONTINUES
            elif tag == _ACROSS:
                joined = node.get(_VALUE) != "restart"
        texts: list[str] = []
        wraps = nested and not _has_own_text(cell)
        for item in _inside(cell, _BLOCKS):
            if item.tag == _P:
                texts.append(self._words.paragraph(item))
            elif wraps and len(list(item.iter(_TC))) > 1:
                inner.append(item)
            else:
                texts.extend(self._plain(item))
            if self._words.boxes:
                boxes, self._words.boxes = self._words.boxes, []
                texts.extend(text for box in boxes for text in self._plain(box))
        return Piece(texts[0] if len(texts) == 1 else "\n".join(filter(None, texts)), span, width, vertical, joined)

    def _plain(self, element: _Element) -> Iterator[str]:
        """The paragraphs of a text box or of a table that stands within a text."""
        for item in _inside(element, _ALL):
            if item.tag == _P:
                yield self._words.paragraph(item)
                boxes, self._words.boxes = self._words.boxes, []
                for box in boxes:
                    yield from self._plain(box)
            else:
                yield from self._plain(item)

    def _headers(self, root: _Element) -> Iterator[Paragraph]:
        """The headers' texts, each once; a form's title sometimes stands there."""
        targets = _targets(self._archive, self._main)
        names = [targets.get(mark.get(_RELATION) or "") for mark in root.iter(W + "headerReference")]
        body = self._words
        seen: set[str] = set()
        for name in dict.fromkeys(names):
            if name is None or name not in self._archive.names:
                continue
            part = _transitional(self._archive.read(name))
            self._words = Wording(part, None)
            for text in map(fold, self._plain(parse_xml(part))):
                if text not in seen and not _PAGE_NUMBER.fullmatch(text):
                    seen.add(text)
                    yield self._line(text)
        self._words = body

    def _numbers(self) -> Numbering | None:
        folder = self._main.rpartition("/")[0]
        numbering, styles = f"{folder}/numbering.xml", f"{folder}/styles.xml"
        if numbering not in self._archive.names:
            return None
        sheet = b""
        if b"pStyle" in self._part and styles in self._archive.names:
            sheet = _transitional(self._archive.read(styles))
        if b"numPr" not in self._part and b"numPr" not in sheet:
            return None
        return Numbering(parse_xml(_transitional(self._archive.read(numbering))), parse_xml(sheet) if sheet else None)


def _inside(parent: _Element, wanted: frozenset[str]) -> Iterator[_Element]:
    """The children of these kinds, also those that stand in content controls, insertions and the like."""
    for child in parent:
        tag = child.tag
        if tag in wanted:
            yield child
        elif tag in WRAPPERS:
            yield from _inside(child, wanted)
        elif tag in OPENED:
            for inner in opened(child):
                yield from _inside(inner, wanted)


def _has_own_text(cell: _Element) -> bool:
    return any((text.text or "").strip() for item in _inside(cell, _BLOCKS) if item.tag == _P for text in item.iter(_T))


def _is_frame(table: _Element) -> bool:
    """A table drawn only to place another one: no row has two cells with content, and some cell holds nothing but a table."""
    wraps = False
    for row in _inside(table, _ROWS):
        filled = 0
        for cell in _inside(row, _CELLS):
            holds = any(item.tag == _TBL for item in _inside(cell, _BLOCKS))
            own = _has_own_text(cell)
            wraps = wraps or (holds and not own)
            filled += holds or own
        if filled > 1:
            return False
    return wraps


def _number(printed: str | None) -> int:
    if not printed:
        return 0
    if printed.isdecimal() and len(printed) < 10:
        return int(printed)
    match = _DIGITS.match(printed)
    return int(match.group()) if match else 0


def _measured(node: _Element, whole: int) -> int:
    """A width in twips; percentages (fiftieths, or with a sign) are of the whole table."""
    kind = node.get(_TYPE)
    printed = node.get(_WIDTH) or ""
    if kind == "pct" or printed.endswith("%"):
        return _number(printed) * (50 if printed.endswith("%") else 1) * whole // 5000
    return _number(printed) if kind in {None, "dxa"} else 0


def _main_part(archive: Archive) -> str:
    if "word/document.xml" in archive.names:
        return "word/document.xml"
    if "_rels/.rels" in archive.names:
        for relation in parse_xml(_transitional(archive.read("_rels/.rels"))):
            target = (relation.get("Target") or "").lstrip("/")
            if _MAIN.search(relation.get("Type") or "") and target in archive.names:
                return target
    raise UnreadableFileError("file.damaged", _NO_BODY)


def _targets(archive: Archive, main: str) -> dict[str, str]:
    """The parts inside the file that the main part refers to, by relation id; links to the outside are left out."""
    folder, _, name = main.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.names:
        return {}
    found = {}
    for relation in parse_xml(archive.read(relations)):
        target = relation.get("Target") or ""
        if relation.get("TargetMode") != "External":
            found[relation.get("Id") or ""] = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
    return found


def _transitional(part: bytes) -> bytes:
    """The part in UTF-8 and the usual namespaces; strict Open XML has other namespace names and the same elements."""
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):
        part = _ENCODING.sub("", part.decode("utf-16", "replace"), count=1).encode()
    if b"purl.oclc.org" in part:
        for strict, usual in _STRICT:
            part = part.replace(strict, usual)
    return part
