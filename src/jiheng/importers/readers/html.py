"""Government web pages to blocks: tables with spans resolved, paragraphs between them; scripts, styles and navigation dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html as markup
from lxml.etree import ParserError, _Element

from jiheng.domain.document import Anchor, Cell, Paragraph, Table
from jiheng.importers.encoding import decode
from jiheng.importers.port import Reading, fold

_DROPPED = {"script", "style", "nav", "header", "footer", "noscript", "select", "button", "form", "iframe", "head", "template"}
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "section", "article", "center", "caption"}
_MAX_SPAN = 500


def read(source: bytes) -> Reading:
    """Paragraphs and tables of a page in any encoding of the field.

    Raises:
        UnreadableFileError: ``file.binary`` or ``file.damaged`` where the bytes are no text.
    """
    return Reading(blocks(decode(source)))


def blocks(content: str) -> tuple[Paragraph | Table, ...]:
    """Paragraphs and tables in reading order; anchors carry the source line and the grid cell (R3C5)."""
    try:
        root = markup.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", content), parser=markup.HTMLParser(encoding=None, huge_tree=False))
    except ParserError:
        return ()
    return tuple(_walk(root))


def _walk(element: _Element) -> Iterator[Paragraph | Table]:
    if str(element.tag) in _DROPPED or callable(element.tag):
        return
    if element.tag == "table" and not element.findall(".//table"):
        yield _table(element)
        return
    inner = [child for child in element.iterdescendants() if child.tag in _BLOCKS or child.tag == "table"]
    if element.tag in _BLOCKS and not inner:
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
            taken.update((index + r, column + c) for r in range(down) for c in range(across))
            text = _text(item)
            anchor = Anchor(line=_line(item), cell=f"R{index + 1}C{column + 1}", text=text)
            cells.append(Cell(index, column, text, anchor, row_span=down, column_span=across, source_text=text))
            column += across
            width = max(width, column)
    return Table(tuple(cells), len(rows), width)


def _span(printed: str | None) -> int:
    return min(max(int(printed), 1), _MAX_SPAN) if printed and printed.strip().isdecimal() and len(printed) < 9 else 1


def _text(element: _Element) -> str:
    return fold("".join(_pieces(element)))


def _pieces(element: _Element) -> Iterator[str]:
    if str(element.tag) in _DROPPED or callable(element.tag):
        return
    if element.tag in {"br", "p", "div", "li"}:
        yield " "
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""


def _line(element: _Element) -> int | None:
    line: object = element.sourceline
    return line if isinstance(line, int) else None
