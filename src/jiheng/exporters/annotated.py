"""The annotated copy: the file's own pages, or its tables, with every cell that was read outlined and linked to its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from jiheng.domain.document import Anchor, Cell, Document, Paragraph, Table
from jiheng.domain.dossier import Dossier
from jiheng.exporters.html import page
from jiheng.exporters.pictures import PagePicture, pictures_of
from jiheng.exporters.review import FieldReview, reading_order, reviews, where

KINDS = {"doubtful": "请核对", "noted": "读入时动过，或有说明", "sure": "照录"}
"""What a person should do with a field, the most urgent first."""
_ROWS_AFTER = 30
"""So many rows of a table are shown below the last one that was read, and at the top of a table in which nothing was."""


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
    """One outline in percent of its page, and the fields that were read from it."""

    marks: tuple[_Mark, ...]
    kind: str
    left: str
    top: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a line's text, and the fields that were read from it."""

    text: str
    marks: tuple[_Mark, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A cell or line as drawn: spans of a cell, and its text in pieces where fields stand in the middle of it."""

    pieces: tuple[_Piece, ...]
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading, a line, or the rows of a table; ``left_out`` counts the rows that are not shown."""

    kind: str
    line: _Drawn
    rows: tuple[tuple[_Drawn, ...], ...] = ()
    left_out: int = 0


def render(dossiers: Sequence[Dossier], source: bytes, document: Callable[[], Document]) -> str:
    """One self-contained page that loads nothing from outside.

    Args:
        dossiers: the forms of one file.
        source: the file's bytes.
        document: the file as read, asked for only where it has no pages to show or they cannot be drawn: its tables stand in for them.
    """
    marks = _marks(dossiers)
    wanted = {mark.review.anchor.page or 1 for mark in marks if mark.review.anchor.box is not None}
    sheets = [(picture, _boxes(picture, marks)) for picture in pictures_of(source, dossiers[0].document.format, wanted)]
    drawn = any(boxes for _, boxes in sheets)
    blocks = [] if drawn else _blocks(document(), marks)
    return page(
        "annotated.html",
        name=dossiers[0].document.name,
        digest=dossiers[0].document.digest,
        forms=len(dossiers),
        sheets=sheets if drawn else [],
        blocks=blocks,
        marks=marks,
        groups=[(kind, name, [mark for mark in marks if mark.kind == kind]) for kind, name in KINDS.items()],
    )


def _marks(dossiers: Sequence[Dossier]) -> list[_Mark]:
    """Numbered as they are listed: by what to do with them, and the order of ``reviews`` within."""
    listed = [(number, review) for number, dossier in enumerate(dossiers, start=1) for review in reviews(dossier)]
    listed.sort(key=lambda item: list(KINDS).index(_kind(item[1])))
    return [
        _Mark(index, form, review, where(review.anchor), int(review.confidence * 100), _kind(review))
        for index, (form, review) in enumerate(listed, start=1)
    ]


def _kind(review: FieldReview) -> str:
    return "doubtful" if review.doubtful else "noted" if review.notes else "sure"


def _most_urgent(marks: Iterable[_Mark]) -> str:
    kinds = {mark.kind for mark in marks}
    return next((kind for kind in KINDS if kind in kinds), "")


def _boxes(picture: PagePicture, marks: Sequence[_Mark]) -> list[_Box]:
    """The outlines of one page, larger ones first so that a smaller one inside can be clicked."""
    found: dict[tuple[float, ...], list[_Mark]] = {}
    for mark in marks:
        box = mark.review.anchor.box
        if box is not None and (mark.review.anchor.page or 1) == picture.number:
            found.setdefault(tuple(float(edge) for edge in box), []).append(mark)
    boxes = []
    for (x0, y0, x1, y1), here in sorted(found.items(), key=lambda item: (item[0][0] - item[0][2]) * (item[0][3] - item[0][1])):
        left, right = _share(x0, picture.width), _share(x1, picture.width)
        top, bottom = _share(y0, picture.height), _share(y1, picture.height)
        edges = (f"{value:.2f}" for value in (left, top, max(0.0, right - left), max(0.0, bottom - top)))
        boxes.append(_Box(tuple(here), _most_urgent(here), *edges))
    return boxes


def _share(edge: float, whole: float) -> float:
    """An edge in percent of its page, never off the page."""
    return max(0.0, min(100.0, 100 * edge / whole)) if whole > 0 else 0.0


def _blocks(document: Document, marks: Sequence[_Mark]) -> list[_Block]:
    seats = _seats(document, marks)
    blocks: list[_Block] = []
    sheet: str | None = None
    for block in document.blocks:
        first = block.anchor if isinstance(block, Paragraph) else block.cells[0].anchor if block.cells else Anchor()
        if first.sheet is not None and first.sheet != sheet:
            sheet = first.sheet
            blocks.append(_Block("heading", _Drawn((_Piece(f"工作表“{sheet}”", (), ""),))))
        if isinstance(block, Paragraph):
            blocks.append(_Block("line", _Drawn(_pieces(block.text, seats.get(_place(block.anchor), [])))))
        else:
            blocks.append(_grid(block, seats))
    return blocks


def _seats(document: Document, marks: Sequence[_Mark]) -> dict[Anchor, list[_Mark]]:
    """Which fields stand in which cell or line: by place, or, where import cut a line into cells of its own, by the line that holds the text."""
    texts: dict[Anchor, str] = {}
    by_line: dict[Anchor, list[Anchor]] = {}
    for block in document.blocks:
        for part in (block,) if isinstance(block, Paragraph) else block.cells:
            place = _place(part.anchor)
            texts[place] = part.text
            by_line.setdefault(place._replace(cell=None, box=None), []).append(place)
    seats: dict[Anchor, list[_Mark]] = {}
    for mark in marks:
        place = _place(mark.review.anchor)
        if place not in texts and place.line is not None:
            beside = by_line.get(place._replace(cell=None, box=None), [])
            place = next((one for one in beside if mark.review.anchor.text in texts[one]), beside[0] if beside else place)
        seats.setdefault(place, []).append(mark)
    return seats


def _place(anchor: Anchor) -> Anchor:
    """An anchor without its text: what was read of a cell may be a part of it."""
    return anchor._replace(text="")


def _pieces(text: str, marks: Sequence[_Mark]) -> tuple[_Piece, ...]:
    """A line cut where its fields stand; a field whose text is not found in it stands for the whole line, or at its end."""
    if len(marks) < 2:
        return (_Piece(text, tuple(marks), _most_urgent(marks)),)
    spots: dict[tuple[int, int], list[_Mark]] = {}
    loose: list[_Mark] = []
    position = 0
    for mark in sorted(marks, key=lambda one: (one.form, reading_order(one.review.pointer))):
        sought = mark.review.anchor.text
        start = text.find(sought, position) if sought else -1
        if start < 0:
            start = text.find(sought) if sought else -1
        if start < 0:
            loose.append(mark)
            continue
        spots.setdefault((start, start + len(sought)), []).append(mark)
        position = start + len(sought)
    pieces: list[_Piece] = []
    done = 0
    for (start, end), here in sorted(spots.items()):
        if start < done:
            loose.extend(here)
            continue
        if start > done:
            pieces.append(_Piece(text[done:start], (), ""))
        pieces.append(_Piece(text[start:end], tuple(here), _most_urgent(here)))
        done = end
    if text[done:] or loose or not pieces:
        pieces.append(_Piece(text[done:], tuple(loose), _most_urgent(loose)))
    return tuple(pieces)


def _grid(table: Table, seats: dict[Anchor, list[_Mark]]) -> _Block:
    """A table as drawn, covered places of no cell filled, rows far below the last field left out."""
    read = [cell.row + cell.row_span for cell in table.cells if _place(cell.anchor) in seats]
    shown = min(table.row_count, max(read, default=0) + _ROWS_AFTER)
    rows: list[list[tuple[int, _Drawn]]] = [[] for _ in range(shown)]
    covered: set[tuple[int, int]] = set()
    for cell in table.cells:
        if cell.row < shown:
            rows[cell.row].append((cell.column, _cell(cell, shown, seats)))
            across = range(cell.column, min(table.column_count, cell.column + cell.column_span))
            covered.update((row, column) for row in range(cell.row, min(shown, cell.row + cell.row_span)) for column in across)
    for row, entries in enumerate(rows):
        entries.extend((column, _Drawn(())) for column in range(table.column_count) if (row, column) not in covered)
        entries.sort(key=lambda entry: entry[0])
    return _Block("table", _Drawn(()), tuple(tuple(drawn for _, drawn in entries) for entries in rows), table.row_count - shown)


def _cell(cell: Cell, shown: int, seats: dict[Anchor, list[_Mark]]) -> _Drawn:
    return _Drawn(_pieces(cell.text, seats.get(_place(cell.anchor), [])), min(cell.row_span, shown - cell.row), cell.column_span)
