"""The short way to fit a drifted row under its headings gives what trying every fit gives."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from jiheng.importers.parse.alignment import SPILL, best_in_order

ROWS = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(st.integers(0, SPILL + 10), min_size=width, max_size=width), min_size=1, max_size=4))
Fit = tuple[int | None, ...]


def every_fit(costs: list[list[int]]) -> list[tuple[int, Fit]]:
    """Price and headings of each way to put the cells in order under headings, some set aside at the price of a spill."""
    cells, headings = len(costs), len(costs[0])
    found: list[tuple[int, Fit]] = []
    for kept in range(min(cells, headings) + 1):
        for placed in combinations(range(cells), kept):
            for under in combinations(range(headings), kept):
                places: list[int | None] = [None] * cells
                for cell, heading in zip(placed, under, strict=True):
                    places[cell] = heading
                price = sum(SPILL if place is None else row[place] for row, place in zip(costs, places, strict=True))
                found.append((price, tuple(places)))
    return found


@given(ROWS)
def test_the_short_way_is_the_one_cheapest_fit(costs: list[list[int]]) -> None:
    best = best_in_order(costs)
    if best is not None:
        least = min(price for price, _ in every_fit(costs))
        assert [fit for price, fit in every_fit(costs) if price == least] == [tuple(best)]


def test_the_short_way_is_taken_where_the_cells_stand_in_order_and_only_there() -> None:
    assert best_in_order([[0, 9, 9], [9, 9, 3]]) == [0, 2]
    assert best_in_order([[9, 0, 9], [0, 9, 9]]) is None
    assert best_in_order([[3, 3, 9]]) is None
    assert best_in_order([[SPILL, 50, 60]]) is None
