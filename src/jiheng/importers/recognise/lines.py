"""Lines: the rows of tables and the paragraphs between them, one after the other, as recognition reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from jiheng.domain.document import Cell, Document, Paragraph, Table

_MARKS = re.compile(r"[\s:：()（）\[\]【】*★]")
_BRACKETED = re.compile(r"[(（].*?[)）]")
_HEADING = re.compile(r"^[一二三四五六七八九十]+、|^[(（][一二三四五六七八九十][)）]")


@dataclass(frozen=True)
class Line:
    """One printed line: its cells in column order (a paragraph is a line of one cell) and the table it stands in (-1 for none)."""

    cells: tuple[Cell, ...]
    table: int

    @cached_property
    def filled(self) -> tuple[Cell, ...]:
        """The cells that hold text."""
        return tuple(cell for cell in self.cells if cell.text)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The label keys of the filled cells."""
        return tuple(label_key(cell.text) for cell in self.filled)


def lines_of(document: Document) -> tuple[Line, ...]:
    """Every line of a document in reading order."""
    found: list[Line] = []
    for index, block in enumerate(document.blocks):
        if isinstance(block, Table):
            found.extend(Line(row, index) for row in block.rows() if row)
        else:
            found.append(_paragraph(block))
    return tuple(found)


def _paragraph(block: Paragraph) -> Line:
    return Line((Cell(0, 0, block.text, block.anchor, source_text=block.text),), -1)


@lru_cache(maxsize=8192)
def label_key(text: str) -> str:
    """A label without blanks, colons, brackets, stars: 实施单位（盖章）： → 实施单位盖章."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)) if text else ""


@lru_cache(maxsize=8192)
def short_key(text: str) -> str:
    """A label with its bracketed remarks dropped: 参考佐证材料（说明：…） → 参考佐证材料."""
    return label_key(_BRACKETED.sub("", unicodedata.normalize("NFKC", text))) if text else ""


@lru_cache(maxsize=512)
def table_of(groups: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    """Label key to meaning, for a lexicon given as items."""
    return {label_key(label): meaning for meaning, names in groups for label in names}


def meaning(text: str, lexicon: dict[str, str]) -> str | None:
    """What a cell's text means as a label, None where it is none; short texts only."""
    if not text or len(text) > 80:
        return None
    found = lexicon.get(label_key(text)) or lexicon.get(short_key(text))
    if found is None and len(text) <= 30 and _HEADING.match(text):
        found = lexicon.get(label_key(_HEADING.sub("", text)))
    return found


def lexicon(groups: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """The lookup of a label group."""
    return table_of(tuple(groups.items()))


def first(texts: Iterable[str]) -> str | None:
    """The first text that is not empty."""
    return next((text for text in texts if text), None)
