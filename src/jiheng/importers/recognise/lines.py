"""Lines: the rows of tables and the paragraphs between them, one after the other, as recognition reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Literal

from jiheng.domain.document import Cell, Document, Paragraph, Table
from jiheng.rulebook.labels import Labels

MEMORY = 20_000
_LONGEST_LABEL = 80
_MARKS = re.compile(r"[\s:：()（）\[\]【】*★]")
_BRACKETED = re.compile(r"[(（].*?[)）]")
_HEADING = re.compile(r"^[一二三四五六七八九十]+、|^[(（][一二三四五六七八九十][)）]|^\d{1,2}[.．、](?!\d)")


class Line:
    """One printed line: its cells in column order (a paragraph is a line of one cell) and the table it stands in (-1 for none).

    ``filled`` are the cells that hold text, ``texts`` their texts, ``key`` is the label key of the first of them. ``meanings`` remembers what its
    cells mean as column headings, by lexicon: several parts of the walk ask the same.
    """

    __slots__ = ("cells", "filled", "key", "meanings", "table", "texts")

    def __init__(self, cells: tuple[Cell, ...], table: int) -> None:
        self.cells = cells
        self.table = table
        self.filled = tuple([cell for cell in cells if cell.text])
        self.texts = [cell.text for cell in self.filled]
        self.key = label_key(self.texts[0]) if self.texts else ""
        self.meanings: dict[Labels, dict[int, str]] = {}

    @property
    def keys(self) -> Iterator[str]:
        """The label keys of the filled cells, found as they are asked for."""
        return map(label_key, self.texts)


def lines_of(document: Document) -> tuple[Line, ...]:
    """Every line of a document in reading order."""
    found: list[Line] = []
    for index, block in enumerate(document.blocks):
        if isinstance(block, Table):
            found += [Line(row, index) for row in block.rows() if row]
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
    plain = unicodedata.normalize("NFKC", text)
    return label_key(_BRACKETED.sub("", plain) if "(" in plain else text)


class _Answers(dict[str, str | None]):
    """Text → what it means as a label, looked up once and remembered; None for texts that are too long for a label."""

    def __init__(self, by_key: Mapping[str, str]) -> None:
        super().__init__()
        self.by_key = by_key

    def __missing__(self, text: str) -> str | None:
        if not text or len(text) > _LONGEST_LABEL:
            return None
        if len(self) > MEMORY:
            self.clear()
        answer = self[text] = self._look_up(text)
        return answer

    def _look_up(self, text: str) -> str | None:
        found = self.by_key.get(label_key(text)) or self.by_key.get(short_key(text))
        if found is None and len(text) <= 30 and _HEADING.match(text):
            found = self.by_key.get(label_key(_HEADING.sub("", text)))
        return found


class Lexicon:
    """What labels mean, by their key. ``meaning`` gives what a cell's text means as a label, None where it is none; short texts only.

    (It is a dictionary's own look-up: every cell of a form is asked several times.)
    """

    def __init__(self, groups: Mapping[str, tuple[str, ...]]) -> None:
        by_key = {label_key(label): meaning for meaning, names in groups.items() for label in names}
        self.meaning: Callable[[str], str | None] = _Answers(by_key).__getitem__


@lru_cache(maxsize=64)
def lexicon(labels: Labels, group: Literal["fields", "columns", "amounts"]) -> Lexicon:
    """The lexicon of a label group, made once per set of labels."""
    groups = {"fields": labels.fields, "columns": labels.columns, "amounts": labels.amounts}
    return Lexicon(groups[group])


@lru_cache(maxsize=256)
def field_keys(labels: Labels, pointer: str) -> frozenset[str]:
    """The label keys of a header field, made once per set of labels."""
    return frozenset(label_key(label) for label in labels.fields.get(pointer, ()))


@lru_cache(maxsize=256)
def word_keys(labels: Labels, name: str) -> frozenset[str]:
    """The label keys of a word list, made once per set of labels."""
    return frozenset(label_key(word) for word in labels.words[name])
