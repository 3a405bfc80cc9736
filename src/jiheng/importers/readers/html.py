"""Government web pages to blocks: tables with spans resolved, paragraphs between them; scripts, styles and navigation dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree
from lxml.etree import _Element

from jiheng.domain.document import Anchor, Cell, Paragraph, Table, make_anchor, make_cell
from jiheng.importers.encoding import decode
from jiheng.importers.port import Reading, fold

_DROPPED = {"script", "style", "nav", "header", "footer", "noscript", "select", "button", "form", "iframe", "head", "template"}
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "section", "article", "center", "caption"}
_PARTED = {"br", "p", "div", "li"}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_MAX_SPAN = 500
_CERTAIN = Decimal(1)


def read(source: bytes) -> Reading:
    """Paragraphs and tables of a page in any encoding of the field.

    Raises:
        UnreadableFileError: ``file.binary`` or ``file.damaged`` where the bytes are no text.
    """
    return Reading(blocks(decode(source)))


def blocks(content: str) -> tuple[Paragraph | Table, ...]:
    """Paragraphs and tables in reading order; anchors carry the source line and the grid cell (R3C5)."""
    try:
        root = etree.fromstring(_DECLARATION.sub("", content), etree.HTMLParser(huge_tree=False))
    except etree.ParserError:
        return ()
    return () if root is None else tuple(_walk(root))


def _walk(element: _Element) -> Iterator[Paragraph | Table]:
    tag = element.tag
    if tag in _DROPPED or not isinstance(tag, str):  # comments have a function for a tag
        return
    if tag == "table" and next(element.iterdescendants("table"), None) is None:
        yield _table(element)
        return
    if tag in _BLOCKS and next(element.iterdescendants("table", *_BLOCKS), None) is None:
        text = _text(element)
        if text:
            yield Paragraph(text, Anchor(line=_line(element), text=text))
        return
    for child in element:
        yield from _walk(child)


def _table(element: _Element) -> Table:
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    rows = list(element.iter("tr"))
    width = 0
    for index, row in enumerate(rows):
        column = 0
        for item in row:
            if item.tag not in {"td", "th"}:
                continue
            while (index, column) in taken:
                column += 1
            down = min(_span(item.get("rowspan")), len(rows) - index)
            across = _span(item.get("colspan"))
            taken.update((index + r, column + c) for r in range(1, down) for c in range(across))
            text = _text(item)
            anchor = make_anchor((None, None, f"R{index + 1}C{column + 1}", _line(item), None, text))
            cells.append(make_cell((index, column, text, anchor, down, across, None, text, _CERTAIN, None, ())))
            column += across
            width = max(width, column)
    return Table(tuple(cells), len(rows), width)


def _span(printed: str | None) -> int:
    return min(max(int(printed), 1), _MAX_SPAN) if printed and printed.strip().isdecimal() and len(printed) < 9 else 1


def _text(element: _Element) -> str:
    pieces: list[str] = []
    _gather(element, pieces)
    return fold("".join(pieces))


def _gather(element: _Element, pieces: list[str]) -> None:
    tag = element.tag
    if tag in _DROPPED or not isinstance(tag, str):
        return
    if tag in _PARTED:
        pieces.append(" ")
    pieces.append(element.text or "")
    for child in element:
        _gather(child, pieces)
        pieces.append(child.tail or "")


def _line(element: _Element) -> int | None:
    line: object = element.sourceline
    return line if isinstance(line, int) else None
