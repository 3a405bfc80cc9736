"""Text to blocks: lines with tabs or bars are table rows, other lines paragraphs. Anchors carry the line and the column (c5)."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import repeat

from jiheng.domain.document import Anchor, Cell, Paragraph, Table, make_anchors, make_cells
from jiheng.importers.port import fold

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_NONE, _ONE, _CERTAIN, _NO_OTHERS = repeat(None), repeat(1), repeat(Decimal(1)), repeat(())


def blocks(content: str) -> tuple[Paragraph | Table, ...]:
    """Paragraphs and tables in reading order; blank lines end a table."""
    found: list[Paragraph | Table] = []
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(content.split("\n"), start=1):
        bare = line.rstrip("\r")
        separator = "\t" if "\t" in bare else "|" if bare.count("|") > 0 else None
        if separator is not None:
            rows.append((number, bare.split(separator)))
            continue
        if rows:
            if bare.strip() and len(bare) > 60 and not bare.rstrip().endswith(("：", ":")):
                rows.append((number, [bare]))
                continue
            found.append(_table(rows))
            rows = []
        if bare.strip():
            found.append(Paragraph(_clean(bare), Anchor(line=number, text=bare.rstrip())))
    if rows:
        found.append(_table(rows))
    return tuple(found)


def _table(rows: list[tuple[int, list[str]]]) -> Table:
    width = max(len(parts) for _, parts in rows)
    columns = range(width)
    names = [f"c{column + 1}" for column in columns]
    cells: list[Cell] = []
    for index, (line, parts) in enumerate(rows):
        texts, clean = (parts, parts) if _is_clean("".join(parts)) else _cleaned(parts)
        anchors = make_anchors(zip(_NONE, _NONE, names, repeat(line), _NONE, texts, strict=False))
        cells += make_cells(zip(repeat(index), columns, clean, anchors, _ONE, _ONE, _NONE, texts, _CERTAIN, _NONE, _NO_OTHERS, strict=False))
    return Table(tuple(cells), len(rows), width)


def _cleaned(parts: list[str]) -> tuple[list[str], list[str]]:
    """The texts of a row, and what they show."""
    texts = [part.strip() for part in parts]
    return texts, [text if _is_clean(text) else _clean(text) for text in texts]


def _is_clean(text: str) -> bool:
    """Whether there is nothing to fold, strip or drop: no tag, and no blank, which are all unprintable but the space."""
    return " " not in text and "<" not in text and text.isprintable()


def _clean(text: str) -> str:
    return fold(_TAG.sub("", text) if "<" in text else text)
