"""Which rows of a table a page must not part, so that the words of a merged cell are never cut in two or left at the foot of a page."""

from __future__ import annotations

from collections.abc import Sequence

_SMALL = 0.2
"""Of a page: merged rows that take no more than this stay together; more would leave pages half empty."""


def tied(row: int, span: int, need: float, heights: Sequence[float], page: float) -> tuple[int, int]:
    """The rows (the first, and the one after the last) of a merged cell that belong on one page.

    Args:
        row: the cell's first row.
        span: how many rows it covers.
        need: how tall its text stands, in the unit of ``heights``.
        heights: of every row.
        page: how tall a page is, in the same unit.

    All rows of the cell where they are small; else those that hold its text, which stands at the top where a page parts the cell.

    >>> tied(1, 3, 50, [20, 20, 20, 20], 400), tied(1, 3, 50, [30, 30, 40, 90], 400), tied(0, 2, 500, [250, 250], 400)
    ((1, 4), (1, 3), (0, 1))
    """
    end = row + span
    if sum(heights[row:end]) <= page * _SMALL:
        return row, end
    last, held = row, 0.0
    while last < end and held < need:
        held += heights[last]
        last += 1
    return (row, last) if held <= page * _SMALL else (row, row + 1)
