"""One column raster for all tables of a sheet: the union of their column edges, near-equal edges made one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

_NEAR = 9  # pixels: edges closer than two thirds of a character are one line to the eye
NARROWEST = 24
"""Pixels: a column holds one character at least."""


class Need(NamedTuple):
    """What stands in a table from one column to another (not included) and cannot be wrapped is so many pixels wide."""

    table: int
    first: int
    end: int
    pixels: int


class Raster(NamedTuple):
    """The sheet's columns and where each table's edges lie on them.

    ``edges`` are pixels from the left, from 0 to the sheet's width; ``places[t][k]`` is the sheet column at which column ``k`` of table ``t``
    begins (the last entry: ends).
    """

    edges: tuple[int, ...]
    places: tuple[tuple[int, ...], ...]

    @property
    def columns(self) -> int:
        """How many columns the sheet has."""
        return len(self.edges) - 1


@lru_cache(maxsize=1024)
def raster(tables: tuple[tuple[int, ...], ...], width: int, needs: tuple[Need, ...] = ()) -> Raster:
    """The raster of tables whose relative column widths are given, on a page of ``width`` pixels.

    Columns take their share of the page; those that need more take it from the others, as far as it goes. The sheet is wider than the page only
    where its columns would not hold a character each.

    >>> raster(((1, 1, 2), (3, 1)), 400)
    Raster(edges=(0, 100, 200, 300, 400), places=((0, 1, 2, 4), (0, 3, 4)))
    >>> raster(((1, 1, 2),), 400, (Need(0, 0, 1, 160),)).edges
    (0, 160, 241, 400)
    """
    lines = _lines(tables, width)
    places = [[0] for _ in tables]
    for number, line in enumerate(lines, start=1):
        for _, table in line:
            places[table].append(number)
    for numbers in places:
        numbers.append(len(lines) + 1)
    natural = [0, *(sum(place for place, _ in line) // len(line) for line in lines), width]
    wanted = [max(1, right - left) for left, right in pairwise(natural)]
    bare = [Need(table, column, column + 1, NARROWEST) for table, widths in enumerate(tables) for column in range(len(widths))]
    least = _least(wanted, [2] * len(wanted), bare, places)
    more = _least(wanted, least, needs, places)
    spare, asked = max(0, width - sum(least)), sum(more) - sum(least)
    if asked > spare:
        more = [low + (high - low) * spare // asked for low, high in zip(least, more, strict=True)]
    return Raster(_edges(wanted, more, width), tuple(map(tuple, places)))


def _least(wanted: list[int], least: list[int], needs: Sequence[Need], places: list[list[int]]) -> list[int]:
    """The least widths of the columns, raised so that every need has its room; several columns share a need as they share the page."""
    raised = least.copy()
    for table, first, end, pixels in needs:
        columns = range(places[table][first], places[table][end])
        whole = sum(wanted[column] for column in columns)
        for column in columns:
            raised[column] = max(raised[column], -(-pixels * wanted[column] // whole))
    return raised


def _edges(wanted: list[int], least: list[int], width: int) -> tuple[int, ...]:
    """Every column as wide as wanted, none less than its least; what that takes comes from those with room to spare, in proportion."""
    spare = [max(0, want - need) for want, need in zip(wanted, least, strict=True)]
    given = sum(spare)
    room = min(given, max(0, width - sum(least)))
    edges = [0]
    for needed, spared in zip(accumulate(least), accumulate(spare), strict=True):
        edges.append(needed + (room * spared // given if given else 0))
    return tuple(edges)


def _lines(tables: tuple[tuple[int, ...], ...], width: int) -> list[list[tuple[int, int]]]:
    """The inner edges as (pixels, table), from the left, those that are one line together; no line has two edges of one table."""
    found: list[tuple[int, int]] = []
    for table, widths in enumerate(tables):
        whole, left = sum(widths), 0
        for part in widths[:-1]:
            left += part
            found.append((left * width // whole, table))
    lines: list[list[tuple[int, int]]] = []
    for place, table in sorted(found):
        near = lines and place - lines[-1][0][0] < _NEAR and all(table != other for _, other in lines[-1])
        if near:
            lines[-1].append((place, table))
        else:
            lines.append([(place, table)])
    return lines


def split(edges: tuple[int, ...], share: float) -> int:
    """The inner edge nearest to a share of the width, by number; 0 where there is none.

    >>> split((0, 100, 200, 400), 0.6)
    2
    """
    inner = range(1, len(edges) - 1)
    return min(inner, key=lambda number: abs(edges[number] - share * edges[-1]), default=0)


def widths(edges: tuple[int, ...]) -> list[int]:
    """The widths of the columns in pixels."""
    return [right - left for left, right in pairwise(edges)]
