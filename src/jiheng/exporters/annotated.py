"""The annotated copy: the file's own pages, or its tables, with every cell that was read outlined and linked to its field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiheng.domain.document import Anchor, Document, Paragraph, Table
from jiheng.domain.dossier import Dossier
from jiheng.exporters.html import page
from jiheng.exporters.pictures import PagePicture, pictures_of
from jiheng.exporters.review import FieldReview, reviews, where


@dataclass(frozen=True, slots=True)
class _Mark:
    """A numbered field: what is listed beside the page, and the same number on the page."""

    number: int
    form: int
    review: FieldReview
    place: str
    percent: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Box:
    """A mark's outline in percent of its page."""

    mark: _Mark
    left: str
    top: str
    width: str
    height: str


def render(document: Document, dossiers: Sequence[Dossier], source: bytes) -> str:
    """One self-contained page; where the file has no pages (or they cannot be drawn) its tables stand in for them."""
    marks = _marks(dossiers)
    pictures = pictures_of(source, document.format)
    sheets = [(picture, _boxes(picture, marks)) for picture in pictures]
    drawn = any(boxes for _, boxes in sheets)
    return page(
        "annotated.html",
        name=document.name,
        sheets=sheets if drawn else [],
        blocks=[] if drawn else _blocks(document, marks),
        marks=marks,
        doubtful=sum(mark.review.doubtful for mark in marks),
        forms=len(dossiers),
    )


def _marks(dossiers: Sequence[Dossier]) -> list[_Mark]:
    listed = [(number, review) for number, dossier in enumerate(dossiers, start=1) for review in reviews(dossier)]
    listed.sort(key=lambda item: not item[1].doubtful)
    return [
        _Mark(index, form, review, where(review.anchor), int(review.confidence * 100), _kind(review))
        for index, (form, review) in enumerate(listed, start=1)
    ]


def _kind(review: FieldReview) -> str:
    return "doubtful" if review.doubtful else "noted" if review.notes else "sure"


def _boxes(picture: PagePicture, marks: Sequence[_Mark]) -> list[_Box]:
    found = []
    for mark in marks:
        box = mark.review.anchor.box
        if box is None or (mark.review.anchor.page or 1) != picture.number:
            continue
        left, top, right, bottom = (float(edge) for edge in box)
        shares = (left / picture.width, top / picture.height, (right - left) / picture.width, (bottom - top) / picture.height)
        found.append(_Box(mark, *(f"{max(0.0, min(100.0, share * 100)):.2f}" for share in shares)))
    return found


def _blocks(document: Document, marks: Sequence[_Mark]) -> list[tuple[str, object]]:
    """Paragraphs and tables for the template: each cell with its spans, its text and the marks that stand in it."""
    by_place: dict[Anchor, list[_Mark]] = {}
    for mark in marks:
        by_place.setdefault(_place(mark.review.anchor), []).append(mark)
    blocks: list[tuple[str, object]] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            blocks.append(("text", (block.text, by_place.get(_place(block.anchor), []))))
            continue
        blocks.append(("table", _grid(block, by_place)))
    return blocks


def _grid(table: Table, by_place: dict[Anchor, list[_Mark]]) -> list[list[tuple[str, int, int, list[_Mark]]]]:
    covered = {
        (row, column)
        for cell in table.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }
    rows: list[list[tuple[int, str, int, int, list[_Mark]]]] = [[] for _ in range(table.row_count)]
    for cell in table.cells:
        rows[cell.row].append((cell.column, cell.text, cell.row_span, cell.column_span, by_place.get(_place(cell.anchor), [])))
    for row in range(min(table.row_count, 2_000)):
        rows[row].extend((column, "", 1, 1, []) for column in range(table.column_count) if (row, column) not in covered)
    return [[entry[1:] for entry in sorted(row, key=lambda entry: entry[0])] for row in rows]


def _place(anchor: Anchor) -> Anchor:
    """An anchor without its text: what was read of a cell may be a part of it."""
    return anchor._replace(text="")
