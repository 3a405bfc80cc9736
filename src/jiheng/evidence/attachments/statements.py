"""The numbers a file states: in sentences, and in tables with the headings over and beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from jiheng.audit.texts import squeeze
from jiheng.domain.document import Anchor, Cell, Document, Paragraph, Table
from jiheng.domain.mentions import Mention, find_quantities
from jiheng.domain.numerals import DIGITS, number_of, scaled
from jiheng.domain.units import is_known, read_unit
from jiheng.evidence.headings import unit_in, unit_said

_BARE = re.compile(rf"[≥≤<>=约达]*(?P<number>{DIGITS})(?P<rest>.{{0,8}})")
_SENTENCE = re.compile(r"[^。；;！!？?\n\r]+[。；;！!？?]?")
_CLAUSE_ENDS = "，,、：:（）()"
_CALENDAR = frozenset({"年", "月", "日", "季度", "周", "年度", "月份", "期"})
_MANY_ROWS = 5000
_LONGEST_HEADING = 60


@dataclass(frozen=True, slots=True)
class Statement:
    """A number with its canonical unit (None where none is printed) and what is said around it.

    ``near`` is the clause it stands in, or the headings of its cell; ``over`` those above it, or the clause: what kind of number it is;
    ``around`` the sentence, or title and headings; ``labels`` the cells beside it; ``places`` the places behind the point in ``printed_unit``.
    """

    number: Decimal
    unit: str | None
    printed_unit: str | None
    places: int
    near: str
    around: str
    text: str
    file: str
    digest: str
    anchor: Anchor
    confidence: Decimal = Decimal(1)
    labels: tuple[str, ...] = ()
    over: str = ""


def statements_of(document: Document) -> tuple[Statement, ...]:
    """Every number of a file that has words beside it, in reading order."""
    title, found = "", []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            found += _said(block.text, block.anchor, document, title)
            title = block.text if _is_heading(block.text) else title
        else:
            found += list(_tabulated(block, document, title))
    return tuple(found)


def _is_heading(text: str) -> bool:
    return len(text) < _LONGEST_HEADING and not text.rstrip().endswith(("。", "；", ";", "，"))


def _said(text: str, anchor: Anchor, document: Document, title: str, confidence: Decimal = Decimal(1)) -> list[Statement]:
    """The numbers of running text, sentence by sentence."""
    found = []
    for sentence in _SENTENCE.findall(text):
        said = squeeze(sentence)
        for mention in find_quantities(said):
            near = _clause(said, mention)
            around = said if len(said) > len(near) else title + said
            number, places = mention.number, _places(mention.text)
            made = Statement(
                number, mention.unit, mention.printed_unit, places, near, around, said, document.name, document.digest, anchor, confidence, over=near
            )
            found.append(made)
    return found


def _clause(said: str, mention: Mention) -> str:
    """From the mark before the number to the mark behind it; a clause that is only the number has the one before it, too."""
    start = max(said.rfind(mark, 0, mention.start) for mark in _CLAUSE_ENDS) + 1
    if mention.start - start < 2 <= start:
        start = max(said.rfind(mark, 0, start - 1) for mark in _CLAUSE_ENDS) + 1
    ends = [at for mark in _CLAUSE_ENDS if (at := said.find(mark, mention.end)) >= 0]
    return said[start : min(ends, default=len(said))]


def _places(text: str) -> int:
    """How many digits stand behind the point of the first number in the text."""
    found = re.search(r"\d\.(\d+)", text)
    return len(found.group(1)) if found else 0


def _tabulated(table: Table, document: Document, title: str) -> Iterator[Statement]:
    """The numbers of a table under its headings; cells that hold sentences are read as sentences."""
    heads: dict[int, list[str]] = {}
    above = unit_said([title])
    for row in table.rows()[:_MANY_ROWS]:
        texts = [cell for cell in row if not _number_in(cell)]
        if len(texts) == len(row):
            for cell in row:
                for column in range(cell.column, cell.column + cell.column_span):
                    heads.setdefault(column, []).append(squeeze(cell.text))
        beside = tuple(squeeze(cell.text) for cell in texts if len(cell.text) < _LONGEST_HEADING)
        own_unit = next((one for one in beside if _is_unit(one)), None) or next((unit for one in beside if (unit := unit_in(one))), None)
        for cell in row:
            bare = _number_in(cell)
            if bare is None:
                yield from _said(cell.text, cell.anchor, document, title, cell.confidence)
                continue
            over = "".join(heads.get(cell.column, [])[-3:])
            made = _in_cell(cell, bare, beside, over, document)
            yield _with_unit(made, own_unit or next((unit for head in heads.get(cell.column, [])[::-1] if (unit := unit_in(head))), above), title)


def _number_in(cell: Cell) -> re.Match[str] | None:
    """The number of a cell that is one number, with a unit or without; a year or a month is none."""
    found = _BARE.fullmatch(squeeze(cell.text))
    return found if found and (not found["rest"] or (found["rest"] not in _CALENDAR and _is_unit(found["rest"]))) else None


def _is_unit(text: str) -> bool:
    read = read_unit(text) if text else None
    return read is not None and is_known(read[1])


def _in_cell(cell: Cell, bare: re.Match[str], beside: tuple[str, ...], over: str, document: Document) -> Statement:
    near = "".join(beside) + over
    return Statement(
        number=number_of(bare["number"]),
        unit=None,
        printed_unit=bare["rest"] or None,
        places=_places(bare["number"]),
        near=near,
        around=near,
        text=" ".join(part for part in (*beside, over, squeeze(cell.text)) if part),
        file=document.name,
        digest=document.digest,
        anchor=cell.anchor,
        confidence=cell.confidence,
        labels=beside,
        over=over,
    )


def _with_unit(made: Statement, over: str | None, title: str) -> Statement:
    """The number of a cell in the canonical unit of its own print or of its heading."""
    printed = made.printed_unit or over
    read = read_unit(printed) if printed else None
    around = squeeze(title) + made.near
    if read is None:
        return replace(made, around=around)
    return replace(made, number=scaled(made.number, read[0]), unit=read[1], printed_unit=printed, around=around)
