"""One page picture to blocks: tables with their cells, paragraphs around them, all in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from jiheng.domain.document import Anchor, Cell, Paragraph, Table
from jiheng.importers.port import fold
from jiheng.importers.readers.scan import figures, ocr
from jiheng.importers.readers.scan.dust import without_dust
from jiheng.importers.readers.scan.geometry import Box, Matrix, Pixels, on_page, whole
from jiheng.importers.readers.scan.grid import Grid, Ruling, ruling
from jiheng.importers.readers.scan.pages import Page
from jiheng.importers.readers.scan.pieces import Area, areas, in_lines, inked_part, letter_height, parted, without_repeats
from jiheng.importers.readers.scan.straighten import straightened, turned, without_seals

_HUNDREDTH = Decimal("0.01")
_LEGIBLE = 0.75  # on average; upside down it is about half that
_MARGIN = 24  # pixels of paper the detector wants to see around the print
_SMALL = 14  # letters lower than this are read less surely than the model says


class _Sheet(NamedTuple):
    """A page, straight and taken apart, with the boxes of its text and the way back to the page as scanned."""

    page: Page
    back: Matrix
    rules: Ruling
    boxes: list[Box]
    height: int


class _Read(NamedTuple):
    """A sheet and what its pieces say: the cells' areas, the lines around the tables, the reading of each piece."""

    sheet: _Sheet
    cells: list[Area]
    outer: tuple[tuple[Box, ...], ...]
    readings: dict[Box, figures.Reading]


def blocks(page: Page) -> list[Paragraph | Table]:
    """What the page shows, from top to bottom."""
    read = _upright(page)
    found: list[tuple[int, Paragraph | Table]] = []
    start = 0
    for grid in read.sheet.rules.grids:
        own = read.cells[start : start + len(grid.slots)]
        start += len(grid.slots)
        found.append((grid.box.y0, _table(read.sheet, grid, own, read.readings)))
    found.extend(_paragraphs(read.sheet, read.outer, read.readings))
    return [block for _, block in sorted(found, key=lambda item: item[0])]


def _upright(page: Page) -> _Read:
    """The page read the right way up: lines of text are wide, and upside down hardly anything can be read."""
    grey = without_seals(page.picture)
    sheet = _taken_apart(page, grey, 0)
    quarters = 1 if _on_side(sheet.boxes) else 0
    read = _read(_taken_apart(page, grey, 1) if quarters else sheet)
    legible = _legible(read)
    if legible > _LEGIBLE:
        return read
    other = _read(_taken_apart(page, grey, quarters + 2))
    return other if _legible(other) > legible else read


def _on_side(boxes: list[Box]) -> bool:
    tall = sum(box.height for box in boxes if box.height > 1.8 * box.width)
    wide = sum(box.width for box in boxes if box.width > 1.8 * box.height)
    return tall > 1.5 * wide


def _legible(read: _Read) -> float:
    """How well the longer pieces were read; 1 where there are none to judge by."""
    sure = [reading.sure for reading in read.readings.values() if len(reading.text) >= 3]
    return sum(sure) / len(sure) if sure else 1.0


def _read(sheet: _Sheet) -> _Read:
    ink = sheet.rules.ink
    slots = [slot.box for grid in sheet.rules.grids for slot in grid.slots]
    cells = areas(slots, _inside(sheet, outside=False), ink, sheet.height)
    outer = in_lines(without_repeats([part for box in _inside(sheet, outside=True) for part in parted(box, ink, sheet.height)]))
    parts = [part for area in cells for line in area.lines for part in line] + [part for line in outer for part in line]
    return _Read(sheet, cells, outer, dict(zip(parts, figures.read(sheet.rules.clean, ink, parts, sheet.height), strict=True)))


def _taken_apart(page: Page, grey: Pixels, quarters: int) -> _Sheet:
    upright = turned(grey, quarters)
    straight = straightened(upright.grey)
    rules = ruling(straight.grey)
    printed = inked_part(whole(rules.ink), rules.ink)
    boxes = ocr.detect(rules.clean, printed.grown(_MARGIN, _MARGIN, whole(rules.ink))) if printed else []
    height = letter_height(boxes, rules.ink)
    clean, ink = without_dust(rules.clean, rules.ink, height)
    return _Sheet(page, upright.back @ straight.back, Ruling(rules.grids, clean, ink), boxes, height)


def _inside(sheet: _Sheet, *, outside: bool) -> list[Box]:
    """Boxes of text that lie, with most of their height, in no table; or all others."""
    return [
        box
        for box in sheet.boxes
        if inked_part(box, sheet.rules.ink) is not None and outside != any(_mostly(box, grid.box) for grid in sheet.rules.grids)
    ]


def _mostly(box: Box, frame: Box) -> bool:
    part = box.common(frame)
    return part is not None and part.width * part.height > 0.5 * box.width * box.height


def _table(sheet: _Sheet, grid: Grid, cells: list[Area], readings: dict[Box, figures.Reading]) -> Table:
    made = []
    for slot, area in zip(grid.slots, cells, strict=True):
        text, sure, others = _joined(area, readings, sheet.height)
        anchor = Anchor(
            page=sheet.page.number, cell=f"R{slot.row + 1}C{slot.column + 1}", box=on_page(slot.box, sheet.back, sheet.page.unit), text=text
        )
        made.append(
            Cell(
                slot.row,
                slot.column,
                text,
                anchor,
                row_span=slot.row_span,
                column_span=slot.column_span,
                source_text=text,
                confidence=_confidence(sure, sheet.height),
                alternatives=others,
            )
        )
    return Table(tuple(sorted(made, key=lambda cell: (cell.row, cell.column))), grid.row_count, grid.column_count)


def _confidence(sure: float, height: int) -> Decimal:
    if height < _SMALL and sure < 1:  # an empty cell stays sure
        sure *= 0.85
    return Decimal(repr(max(0.0, min(1.0, sure)))).quantize(_HUNDREDTH, rounding=ROUND_FLOOR)


def _joined(area: Area, readings: dict[Box, figures.Reading], height: int) -> tuple[str, float, tuple[str, ...]]:
    """The lines of a cell as one text. A line that ends early before a figure or a Latin word is a line of its own, else it was wrapped."""
    pieces: list[str] = []
    pieces_of: list[figures.Reading] = []
    sure = 1.0
    last: Box | None = None
    for line in area.lines:
        for number, part in enumerate(line):
            reading = readings[part]
            sure = min(sure, reading.sure)
            if last is not None:
                apart = part.x0 - last.x1 > 0.8 * height if number else area.box.x1 - last.x1 > 3 * height
                gap = " " if apart and (number or (_latin(pieces[-1][-1:]) and _latin(reading.text[:1]))) else ""
                pieces.append(gap)
                pieces_of.append(figures.Reading(gap, 1.0))
            pieces.append(reading.text)
            pieces_of.append(reading)
            last = part
    text = figures.tidied(fold("".join(pieces)))
    if not area.lines:
        return "", 1.0, ()
    if not text:
        return "", 0.0, tuple(other for reading in pieces_of for other in reading.others)
    others = [
        figures.tidied(fold("".join(other if place == number else piece for place, piece in enumerate(pieces))))
        for number, reading in enumerate(pieces_of)
        for other in reading.others
    ]
    return text, sure, tuple(dict.fromkeys(other for other in others if other != text))[:4]


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _paragraphs(sheet: _Sheet, lines: tuple[tuple[Box, ...], ...], readings: dict[Box, figures.Reading]) -> Iterator[tuple[int, Paragraph]]:
    for line in lines:
        for group in _groups(line, sheet.height):
            text = fold(" ".join(readings[part].text for part in group))
            frame = group[0]
            for part in group[1:]:
                frame = frame.joined(part)
            if text and max(readings[part].sure for part in group) > 0.35:
                yield frame.y0, Paragraph(text, Anchor(page=sheet.page.number, box=on_page(frame, sheet.back, sheet.page.unit), text=text))


def _groups(line: tuple[Box, ...], height: int) -> Iterator[tuple[Box, ...]]:
    """Pieces of one line a wide gap apart are paragraphs of their own."""
    group: list[Box] = []
    for part in line:
        if group and part.x0 - group[-1].x1 > 3 * height:
            yield tuple(group)
            group = []
        group.append(part)
    if group:
        yield tuple(group)
