"""The main part of a Word file as the anchors of cells and lines count it: tables, rows and cells in reading order, and their paragraphs.

Rows are counted exactly. A column is told where every row of the table shares one grid, or where a cell's text tells it apart in its row;
else the place stays open: it is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from jiheng.exporters.copies.markup import Element

WORD = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")
_CHOICES = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_MATH = ("http://schemas.openxmlformats.org/officeDocument/2006/math", "http://purl.oclc.org/ooxml/officeDocument/math")
_WRAPPERS = frozenset(("ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo"))
_GONE = frozenset(("del", "moveFrom"))
_BLANKS = frozenset(("tab", "ptab", "br", "cr", "noBreakHyphen"))
_ODD = frozenset(("numPr", "fldChar", "fldSimple", "sym", "vanish", "vertAlign", "ruby", "checkBox", "showingPlcHdr", "oMath", "txbxContent"))
_CELLS = frozenset(("tblGrid", "gridCol", "trPr", "gridBefore", "gridAfter", "hidden", "tcPr", "gridSpan", "vMerge", "hMerge"))
_FRAME = frozenset(("document", "body", "p", "pPr", "pStyle", "t", "tbl", "tr", "tc", "sdt", "sdtContent", "headerReference", "commentReference"))
_KEPT = _WRAPPERS | _GONE | _BLANKS | _ODD | _CELLS | _FRAME
_OFF = frozenset(("0", "false", "off"))
_BLANK = re.compile(r"[\s\u3000\xa0]+")
_MAX_SPAN = 500
_SLIVER = 120  # twips: columns thinner than this are not counted as they stand
_DIGITS = re.compile(r"\d{1,9}")


def telling(space: str, name: str, _depth: int, _attributes: dict[str, str]) -> bool:
    """Which elements of a Word part matter for places and texts."""
    if space in WORD:
        return name in _KEPT
    if space == _CHOICES:
        return name in {"AlternateContent", "Choice", "Fallback"}
    return name in {"t", "oMath"} if space in _MATH else name == "checkbox"


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a row: its first column where all rows share one grid (else None), its element, its text, and whether it begins there."""

    column: int | None
    element: Element
    text: str
    begins: bool


@dataclass(slots=True)
class Line:
    """A paragraph with text outside the tables; ``markable`` unless it stands in a text box, where Word allows no comments."""

    element: Element
    text: str
    markable: bool


@dataclass(slots=True)
class Layout:
    """The lines, and the rows of the tables by table number from 1; ``headers`` says that lines of page headers are counted before the first."""

    lines: list[Line] = field(default_factory=list)
    tables: list[list[list[Slot]]] = field(default_factory=list)
    boxed: set[int] = field(default_factory=set)
    headers: bool = False


def laid_out(body: Element, *, headers: bool) -> Layout:
    """The layout of a document's body."""
    layout = Layout(headers=headers)
    _Walk(layout).flow(body, markable=True)
    return layout


def bare(text: str) -> str:
    """Text without any blanks, to compare by."""
    return _BLANK.sub("", text)


class _Walk:
    """One walk from top to bottom."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def flow(self, parent: Element, *, markable: bool) -> None:
        for item in inside(parent, "p", "tbl"):
            if item.name == "tbl":
                self._table(item, markable=markable)
                continue
            text = text_of(item)
            if bare(text):
                self._layout.lines.append(Line(item, text, markable))
            for box in _boxes(item):
                self.flow(box, markable=False)

    def _table(self, table: Element, *, markable: bool) -> None:
        nested = any(element.name == "tbl" for element in table.walk() if element is not table)
        if nested and _is_frame(table):
            for row in inside(table, "tr"):
                for cell in inside(row, "tc"):
                    self.flow(cell, markable=markable)
            return
        rows = [row for row in inside(table, "tr") if not _is_gone(row)]
        self._layout.tables.append(_slots(table, rows))
        if not markable:
            self._layout.boxed.add(len(self._layout.tables))
        for cell in (cell for row in rows if nested for cell in inside(row, "tc")):
            if not _has_own_text(cell):
                for inner in inside(cell, "tbl"):
                    if sum(element.name == "tc" for element in inner.walk()) > 1:
                        self._table(inner, markable=markable)


def inside(parent: Element, *wanted: str) -> Iterator[Element]:
    """The children of these names, also those in content controls, insertions and the like."""
    for child in parent.children:
        if child.name in wanted:
            yield child
        elif child.name in _WRAPPERS:
            yield from inside(child, *wanted)
        else:
            for branch in _opened(child):
                yield from inside(branch, *wanted)


def _opened(element: Element) -> Iterable[Element]:
    """What a content control holds, or the branch of an alternative that is read: the first that has text."""
    if element.name == "sdt":
        return [child for child in element.children if child.name == "sdtContent"]
    if element.name == "AlternateContent":
        branches = sorted(element.children, key=lambda branch: branch.name)  # Choice before Fallback
        return [branch for branch in branches if any(one.name == "t" for one in branch.walk())][:1]
    return ()


def text_of(paragraph: Element) -> str:
    """The text typed into a paragraph; what programs add to it (numbers, results of fields without text) is not there."""
    return "".join(_pieces(paragraph))


def _pieces(element: Element) -> Iterator[str]:
    for child in element.children:
        if child.name == "t":
            yield child.text
        elif child.name in _BLANKS:
            yield " "
        elif child.name in _WRAPPERS or child.name in {"oMath", "ruby"}:
            yield from _pieces(child)
        else:
            for branch in _opened(child):
                yield from _pieces(branch)


def is_plain(element: Element) -> bool:
    """Whether the text that is read there is the text typed there, and nothing else."""
    return not any(one.name in _ODD or one.name == "checkbox" for one in element.walk())


def _boxes(paragraph: Element) -> Iterator[Element]:
    for child in paragraph.children:
        if child.name == "txbxContent":
            yield child
        elif child.name in _WRAPPERS:
            yield from _boxes(child)
        else:
            for branch in _opened(child):
                yield from _boxes(branch)


def _has_own_text(cell: Element) -> bool:
    return any(one.text.strip() for item in inside(cell, "p") for one in item.walk() if one.name == "t")


def _is_frame(table: Element) -> bool:
    """A table drawn only to place another one: no row has two cells with content, and some cell holds nothing but a table."""
    wraps = False
    for row in inside(table, "tr"):
        filled = 0
        for cell in inside(row, "tc"):
            holds, own = any(True for _ in inside(cell, "tbl")), _has_own_text(cell)
            wraps = wraps or (holds and not own)
            filled += holds or own
        if filled > 1:
            return False
    return wraps


def _is_gone(row: Element) -> bool:
    properties = row.child("trPr")
    marks = properties.children if properties is not None else []
    return any(mark.name == "del" or (mark.name == "hidden" and mark.get("val") not in _OFF) for mark in marks)


_Piece = tuple[int, int, Element, bool]


def _slots(table: Element, rows: list[Element]) -> list[list[Slot]]:
    placed = [_placed(row) for row in rows]
    ends = {end for _, end in placed}
    if len(ends) > 1 or _has_slivers(table):
        return [[Slot(None, cell, cell_text(cell), begins) for _, _, cell, begins in pieces] for pieces, _ in placed]
    edges = sorted({0, *(edge for pieces, _ in placed for start, end, *_ in pieces for edge in (start, end))})
    column: Callable[[int], int] = {edge: number for number, edge in enumerate(edges)}.__getitem__
    return [[Slot(column(start), cell, cell_text(cell), begins) for start, _, cell, begins in pieces] for pieces, _ in placed]


def _placed(row: Element) -> tuple[list[_Piece], int]:
    """The cells of a row in grid columns, and where the row ends; what continues the cell to its left begins no cell."""
    properties = row.child("trPr")
    at = _count(properties, "gridBefore")
    pieces: list[_Piece] = []
    for cell in inside(row, "tc"):
        own = cell.child("tcPr")
        span = max(_count(own, "gridSpan"), 1)
        down, across = (own.child(name) if own is not None else None for name in ("vMerge", "hMerge"))
        joined = across is not None and across.get("val") != "restart" and bool(pieces)
        continues = down is not None and down.get("val") != "restart"
        pieces.append((at, at + span, cell, not joined and not continues))
        at += span
    return pieces, at + _count(properties, "gridAfter")


def _count(properties: Element | None, name: str) -> int:
    mark = properties.child(name) if properties is not None else None
    return min(_number(mark.get("val") if mark is not None else None), _MAX_SPAN)


def _number(printed: str | None) -> int:
    found = _DIGITS.match(printed or "")
    return int(found.group()) if found else 0


def _has_slivers(table: Element) -> bool:
    grid = table.child("tblGrid")
    widths = [_number(column.get("w")) for column in grid.children if column.name == "gridCol"] if grid is not None else []
    return any(0 < width < _SLIVER for width in widths)


def cell_text(cell: Element) -> str:
    """The text typed into a cell, its paragraphs and inner tables one after the other."""
    parts = []
    for item in inside(cell, "p", "tbl"):
        parts += [text_of(item)] if item.name == "p" else [cell_text(inner) for row in inside(item, "tr") for inner in inside(row, "tc")]
    return " ".join(parts)


def paragraph_of(cell: Element) -> Element | None:
    """The paragraph of a cell that a comment marks: the first with text, else the first."""
    found = list(_paragraphs(cell))
    return next((one for one in found if bare(text_of(one))), found[0] if found else None)


def _paragraphs(cell: Element) -> Iterator[Element]:
    for item in inside(cell, "p", "tbl"):
        if item.name == "p":
            yield item
        else:
            for row in inside(item, "tr"):
                for inner in inside(row, "tc"):
                    yield from _paragraphs(inner)
