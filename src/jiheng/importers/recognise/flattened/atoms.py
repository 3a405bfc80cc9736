"""Text cut into atoms, the smallest pieces that can be a cell or part of one, each with the kind of border before it."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from jiheng.domain.document import Anchor, Paragraph
from jiheng.domain.units import LONGEST_FIRST
from jiheng.domain.valuewords import DEFAULT_GRADE_WORDS, OPERATOR_MARKS
from jiheng.importers.recognise.flattened.vocabulary import Vocabulary

_WIDE = re.compile(r"[ \xa0\u3000]{2,}|\t")
_BLANKS = re.compile(r"[ \t\xa0\u3000]+")
_MARKS = sorted((mark for mark in OPERATOR_MARKS if mark not in {"达", "达到", "》", "《"}), key=len, reverse=True)
_OPERATOR = re.compile("|".join(re.escape(mark) for mark in _MARKS))
_PIECES = re.compile(r"[.,]?\d[%％‰]?|[—–]|[^\d—–]+?(?=[.,]\d|\d|[—–]|$)")
_SECTION = re.compile(r"[一二三四五六七八九十]{1,2}、.{2,20}?[:：]")
_WHOLE = re.compile(r"[(（][^()（）]{1,12}[)）][:：]?|[\u4e00-\u9fff]")
_GRADES = tuple(sorted((word for word in DEFAULT_GRADE_WORDS if len(word) >= 2), key=len, reverse=True))


class Border(IntEnum):
    """What stands between an atom and the one before it."""

    LINE = 0
    WIDE = 1
    BLANK = 2
    EDGE = 3
    UNIT = 4
    DIGIT = 5
    TIGHT = 6
    SIGN = 7


class Shape(IntEnum):
    """How the table was lost: a cell a line, columns by blanks, single blanks, nothing between the cells at all."""

    CELLS = 0
    FIELDS = 1
    BLANKS = 2
    RUN = 3


class Atom(NamedTuple):
    """A piece of text with its line, the border before it, the blank that joins it to the one before, and its place in the line."""

    text: str
    anchor: Anchor
    border: Border
    joint: str = ""
    x: int = -1

    @property
    def line(self) -> int:
        """The line it stands on."""
        return self.anchor.line or 0


def joined(atoms: Sequence[Atom]) -> str:
    """The text of atoms in a row, as printed."""
    if len(atoms) == 1:
        return atoms[0].text
    return "".join([atoms[0].text, *[f"{atom.joint}{atom.text}" for atom in atoms[1:]]]).strip() if atoms else ""


def literal(block: Paragraph) -> str:
    """The line as it stands in the file, blanks and all."""
    return block.anchor.text or block.text


def fields_of(text: str) -> list[tuple[int, str]]:
    """Parts of a line that two or more blanks keep apart, each with its place."""
    found: list[tuple[int, str]] = []
    start = 0
    for match in [*_WIDE.finditer(text), None]:
        end = match.start() if match else len(text)
        if text[start:end].strip():
            found.append((_width(text[:start]), text[start:end].strip()))
        start = match.end() if match else end
    return found


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def atoms_of(blocks: Sequence[Paragraph], shape: Shape, words: Vocabulary) -> list[Atom]:
    """The atoms of a run of paragraphs."""
    found: list[Atom] = []
    step = _step(blocks) if shape is Shape.CELLS else 0
    before = None
    for block in blocks:
        line = block.anchor.line or 0
        if step and before is not None:
            empty = (line - before - 1) // step if step == 1 else max(0, (line - before) // step - 1)
            found.extend(Atom("", Anchor(line=before + step * (n + 1)), Border.LINE) for n in range(min(empty, 20)))
        before = line
        found.extend(_line(block, shape, words))
    return found


def _step(blocks: Sequence[Paragraph]) -> int:
    """Lines from one cell to the next where no cell between them is empty."""
    gaps = [(b.anchor.line or 0) - (a.anchor.line or 0) for a, b in itertools.pairwise(blocks)]
    return max(set(gaps), key=gaps.count) if gaps else 1


def _line(block: Paragraph, shape: Shape, words: Vocabulary) -> Iterator[Atom]:
    text = literal(block)
    if shape is Shape.CELLS:
        yield Atom(block.text, block.anchor, Border.LINE, " ")
        return
    border = Border.LINE
    if shape is Shape.FIELDS:
        for x, part in fields_of(text):
            yield Atom(_BLANKS.sub(" ", part), block.anchor._replace(text=part), border, " ", x)
            border = Border.WIDE
        return
    if _SECTION.match(text):
        yield Atom(block.text, block.anchor, Border.LINE)
        return
    bare, gaps = _compressed(text)
    for start, end, edge in _cut(bare, gaps, words, glued=shape is Shape.RUN):
        spaced = start in gaps
        part = _spaced(bare, gaps, start, end)
        kind = Border.LINE if start == 0 else Border.BLANK if spaced else edge
        yield Atom(part, block.anchor._replace(text=part), kind, " " if spaced and start else "")


def _compressed(text: str) -> tuple[str, frozenset[int]]:
    """A line without blanks, and the places where they stood."""
    gaps: set[int] = set()
    bare: list[str] = []
    for mark in text:
        if mark in " \t\xa0\u3000":
            gaps.add(len(bare))
        else:
            bare.append(mark)
    return "".join(bare), frozenset(gaps)


def _spaced(bare: str, gaps: frozenset[int], start: int, end: int) -> str:
    return "".join(f" {bare[i]}" if i in gaps and i > start else bare[i] for i in range(start, end))


def _cut(bare: str, gaps: frozenset[int], words: Vocabulary, *, glued: bool) -> Iterator[tuple[int, int, Border]]:
    """A line without blanks at its labels, and between them at blanks, operators, numbers, units and grades."""
    folded = "".join(wide if len(wide := unicodedata.normalize("NFKC", mark)) == 1 else mark for mark in bare)
    at = 0
    found = list(words.cuts(folded))
    if not glued:
        found = _between_blanks(found, gaps | {0, len(bare)})
    for start, end in found:
        yield from _pieces(bare, gaps, (at, start), words, glued=glued)
        yield start, end, Border.EDGE
        at = end
    yield from _pieces(bare, gaps, (at, len(bare)), words, glued=glued)


def _between_blanks(found: Sequence[tuple[int, int]], gaps: frozenset[int]) -> list[tuple[int, int]]:
    """Labels that blanks or other labels enclose: where blanks keep cells apart, a label inside a cell is a part of it."""
    ends, starts = {end for _, end in found} | gaps, {start for start, _ in found} | gaps
    return [(start, end) for start, end in found if start in ends and end in starts]


def _pieces(bare: str, gaps: frozenset[int], within: tuple[int, int], words: Vocabulary, *, glued: bool) -> Iterator[tuple[int, int, Border]]:
    start, stop = within
    bounds = [start, *sorted(gap for gap in gaps if start < gap < stop), stop]
    for low, high in itertools.pairwise(bounds):
        piece = bare[low:high]
        if low == high:
            continue
        if not glued or words.meaning(piece).known or _plain(piece) or _WHOLE.fullmatch(piece):
            yield low, high, Border.EDGE
            continue
        at = low
        for part, edge in _chunks(piece):
            yield at, at + len(part), edge
            at += len(part)


def _plain(piece: str) -> bool:
    """A number or quantity that stands between blanks: nothing is glued to it."""
    return re.fullmatch(r"(?:[≥≤=<>≧≦═]{0,2})\d{1,3}(?:\.\d{1,2})?[%％]?|[/—–-]+", piece) is not None


def _chunks(text: str) -> Iterator[tuple[str, Border]]:
    """Numbers digit by digit, words whole, with a border wherever a cell might end."""
    digits = signed = False
    for match in _PIECES.finditer(text):
        part = match.group()
        if part[-1] in "%％‰" or part[-1].isdigit():
            yield part, (Border.DIGIT if digits else Border.SIGN if signed else Border.EDGE)
            digits, signed = part[-1].isdigit(), False
            continue
        if part in "—–":
            yield part, Border.EDGE
            digits = False
            continue
        yield from _words(part, after_number=digits)
        digits, signed = False, _OPERATOR.search(part[-2:]) is not None


def _words(text: str, *, after_number: bool) -> Iterator[tuple[str, Border]]:
    """Words: a unit behind a number, an operator before one, grades at the end."""
    border = Border.EDGE
    if after_number:
        unit = next((unit for unit in LONGEST_FIRST if text.startswith(unit)), None)
        if unit is not None and len(unit) < len(text):
            yield unit, Border.TIGHT
            text, border = text[len(unit) :], Border.UNIT
        elif unit is not None:
            yield text, Border.TIGHT
            return
    operator = next((m for m in reversed(list(_OPERATOR.finditer(text))) if m.end() == len(text)), None)
    sign = text[operator.start() :] if operator else ""
    text = text[: operator.start()] if operator else text
    grades: list[str] = []
    while len(text) > 2 and (grade := next((word for word in _GRADES if text.endswith(word)), None)):
        grades.insert(0, grade)
        text = text.removesuffix(grade)
    for part in [text, *grades, sign]:
        if part:
            yield part, border
            border = Border.EDGE
