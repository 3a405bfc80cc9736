"""Tables that go on over a page: the same columns get the same numbers on both pages."""

from __future__ import annotations

from bisect import bisect_right

from jiheng.importers.readers.pdf.lattice import Slot
from jiheng.importers.readers.pdf.page import FoundTable
from jiheng.importers.readers.pdf.paragraphs import FoundText
from jiheng.importers.readers.pdf.view import View

_SAME = 2.5  # points
_Pages = list[tuple[View, list[FoundTable | FoundText]]]


def aligned(pages: _Pages) -> _Pages:
    """Where the last table of a page and the first of the next share their outer edges and one's columns are among the other's, number both alike."""
    tables = [[(p, i) for i, block in enumerate(blocks) if isinstance(block, FoundTable)] for p, (_, blocks) in enumerate(pages)]
    chain: list[tuple[int, int]] = []
    for places in tables:
        if chain and places and _continues(_at(pages, chain[-1]), _at(pages, places[0])):
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


def _renumber(pages: _Pages, chain: list[tuple[int, int]]) -> None:
    if len(chain) < 2:
        return
    edges = max((_at(pages, place).xs for place in chain), key=len)
    for page, index in chain:
        table = _at(pages, (page, index))
        if len(table.xs) == len(edges) or not all(_near(x, edges) for x in table.xs):
            continue
        column_of = [bisect_right(edges, x + _SAME) - 1 for x in table.xs]
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
