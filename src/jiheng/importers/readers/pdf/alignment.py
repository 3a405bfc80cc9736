"""Tables that go on over a page: the same columns get the same numbers on both pages, and a merged cell cut by the break is whole again."""

from __future__ import annotations

import re
from bisect import bisect_right

from jiheng.importers.readers.pdf.lattice import Slot
from jiheng.importers.readers.pdf.page import FoundTable
from jiheng.importers.readers.pdf.paragraphs import FoundText
from jiheng.importers.readers.pdf.view import View

_SAME = 2.5  # points
_LAST_WORD = re.compile(r"指?标(?:[（(]\d{1,3}分?[）)])?")
_Pages = list[tuple[View, list[FoundTable | FoundText]]]


def aligned(pages: _Pages) -> _Pages:
    """Where the last table of a page and the first of the next share their outer edges and one's columns are among the other's, number both alike."""
    tables = [[(p, i) for i, block in enumerate(blocks) if isinstance(block, FoundTable)] for p, (_, blocks) in enumerate(pages)]
    chain: list[tuple[int, int]] = []
    for places in tables:
        if chain and places and _continues(_at(pages, chain[-1]), _at(pages, places[0])):
            _mend(pages, chain[-1], places[0])
            chain.append(places[0])
            if len(places) == 1:
                continue
        _renumber(pages, chain)
        chain = places[-1:]
    _renumber(pages, chain)
    return pages


def _at(pages: _Pages, place: tuple[int, int]) -> FoundTable:
    block = pages[place[0]][1][place[1]]
    if not isinstance(block, FoundTable):
        raise TypeError(place)
    return block


def _near(x: float, edges: list[float]) -> bool:
    return any(abs(x - edge) <= _SAME for edge in edges)


def _continues(before: FoundTable, after: FoundTable) -> bool:
    one, two = before.xs, after.xs
    if abs(one[0] - two[0]) > _SAME or abs(one[-1] - two[-1]) > _SAME:
        return False
    return all(_near(x, two) for x in one) or all(_near(x, one) for x in two)


def _mend(pages: _Pages, upper: tuple[int, int], lower: tuple[int, int]) -> None:
    """A merged label whose words all fell below the page break: its blank half above gets them, the half below continues it.

    Only in the leading columns, which merge cells elsewhere on the page above, and only where nothing stands left of the words: any other
    blank cell at the foot of a page is blank, and one that reaches up to the head of the page goes on with the page before.
    """
    before, after = _at(pages, upper), _at(pages, lower)
    merging = {cell.slot.column for cell in before.cells if cell.slot.row_span > 1}
    leading = next((column for column in range(len(before.xs)) if column not in merging), 0)
    above, below = _rows(before), _rows(after)
    began = min((row for row, texts in above.items() if texts not in set(below.values())), default=0)
    foot = {
        round(cell.box[0]): index
        for index, cell in enumerate(before.cells)
        if cell.slot.column < leading and cell.slot.row > began and cell.slot.row + cell.slot.row_span == before.row_count
    }
    first = min((row for row, texts in below.items() if texts not in set(above.values())), default=None)
    row = sorted((cell.slot.column, index) for index, cell in enumerate(after.cells) if cell.slot.row == first)
    for _, index in row:
        cell = after.cells[index]
        at = foot.get(round(cell.box[0]))
        if not cell.text:
            continue
        upper_half = None if at is None else before.cells[at]
        cut = upper_half is not None and (not upper_half.text or _is_cut(upper_half.text, cell.text))
        if at is None or upper_half is None or not cut or abs(upper_half.box[2] - cell.box[2]) > _SAME:
            return
        before.cells[at] = upper_half._replace(text=upper_half.text + cell.text, literal=upper_half.literal + cell.literal)
        after.cells[index] = cell._replace(text="", literal="")


def _is_cut(above: str, below: str) -> bool:
    """Whether a label (生态效益指标) was cut within its last word."""
    return _LAST_WORD.fullmatch(below) is not None and not above.endswith("标")


def _rows(table: FoundTable) -> dict[int, tuple[str, ...]]:
    """The texts of each row, to know a heading that is printed again."""
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.slot.row, []).append(cell.text)
    return {row: tuple(text for text in texts if text) for row, texts in rows.items()}


def _renumber(pages: _Pages, chain: list[tuple[int, int]]) -> None:
    if len(chain) < 2:
        return
    edges = max((_at(pages, place).xs for place in chain), key=len)
    for page, index in chain:
        table = _at(pages, (page, index))
        if len(table.xs) == len(edges) or not all(_near(x, edges) for x in table.xs):
            continue
        column_of = [bisect_right(edges, x + _SAME) - 1 for x in table.xs]
        if len(set(column_of)) < len(column_of):
            continue  # two edges so near each other that the wider table knows one of them
        cells = [
            cell._replace(
                slot=Slot(
                    cell.slot.row,
                    column_of[cell.slot.column],
                    cell.slot.row_span,
                    column_of[cell.slot.column + cell.slot.column_span] - column_of[cell.slot.column],
                )
            )
            for cell in table.cells
        ]
        pages[page][1][index] = FoundTable(table.box, edges, cells, table.row_count)
