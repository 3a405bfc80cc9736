"""From rows to the cells that prove a value: runs of neighbouring rows become one span."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jiheng.domain.measured import Span
from jiheng.evidence.records import Origin

MOST = 50
"""More runs than this in one column of one table are told as one span from the first to the last of them."""

Run = tuple[int, int, int]
"""Origin, first row, last row."""


def runs_of(places: Iterable[tuple[int, int]]) -> list[Run]:
    """(origin, row) pairs as runs of rows one below the other, in file order."""
    found: list[Run] = []
    for origin, row in sorted(places):
        if found and found[-1][0] == origin and row <= found[-1][2] + 1:
            found[-1] = (origin, found[-1][1], row)
        else:
            found.append((origin, row, row))
    return found


def spans_of(runs: Sequence[Run], origins: Sequence[Origin], columns: Iterable[str]) -> tuple[Span, ...]:
    """The cells of these runs of rows in these columns of the ledger; a column that a table lacks is passed over."""
    wanted = tuple(dict.fromkeys(columns))
    found: list[Span] = []
    for number, origin in enumerate(origins):
        own = [(first, last) for at, first, last in runs if at == number]
        if len(own) > MOST:
            own = [(own[0][0], own[-1][1])]
        for column in wanted:
            letter = origin.columns.get(column)
            if letter is not None:
                found += [Span(origin.file, origin.digest, origin.sheet, letter, first, last) for first, last in own]
    return tuple(found)
