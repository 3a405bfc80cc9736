"""The tally of a big ledger: the same questions as of rows, answered from columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from jiheng.evidence.columns import ROOM, Columns, Figures, Mask, exact_sum, grouped, passes
from jiheng.evidence.conditions import Days, tests_of
from jiheng.evidence.proof import MOST, Run
from jiheng.evidence.records import Fact, Period
from jiheng.evidence.tally import EXACT, ZERO, Outage, Tally, outage_of
from jiheng.evidence.year_parts import period_of
from jiheng.rulebook.ledgers import Condition, Cumulative, Term, Uptime


class ColumnTally:
    """The rows in a mask, as columns."""

    def __init__(self, columns: Columns, mask: Mask, days: Days) -> None:
        self._columns = columns
        self._mask = mask
        self._days = days

    @property
    def rows(self) -> int:
        """How many rows count."""
        return int(self._mask.sum())

    def _meeting(self, where: Sequence[Condition]) -> Mask:
        mask = self._mask
        for condition in where:
            for test in tests_of(condition, self._days):
                mask = mask & passes(test, self._columns)
        return mask

    def total(self, term: Term) -> Decimal:
        """Σ factor × column over the rows that meet the term's conditions."""
        mask = self._meeting(term.where)
        if not term.columns:
            return EXACT.multiply(Decimal(int(mask.sum())), term.factor)
        found = ZERO
        for name, factor in term.columns.items():
            column = self._columns.columns[name]
            if isinstance(column, Figures):
                found = EXACT.add(found, EXACT.multiply(column.total(mask), factor))
        return EXACT.multiply(found, term.factor)

    def weighted(self, terms: Sequence[Term], weights: Sequence[Term]) -> Decimal:
        """Σ over the rows of (value of the terms) × (value of the weights): products of columns, each added up exactly."""
        found = ZERO
        for one in terms:
            for other in weights:
                mask = self._meeting((*one.where, *other.where))
                factor = EXACT.multiply(one.factor, other.factor)
                for left, own in _columns_of(one):
                    for right, weight in _columns_of(other):
                        both = EXACT.multiply(EXACT.multiply(own, weight), factor)
                        found = EXACT.add(found, EXACT.multiply(self._product(left, right, mask), both))
        return found

    def _product(self, left: str | None, right: str | None, mask: Mask) -> Decimal:
        numbers = [column for name in (left, right) if name is not None and isinstance(column := self._columns.columns[name], Figures)]
        if len(numbers) < 2:
            return numbers[0].total(mask) if numbers else Decimal(int(mask.sum()))
        one, two = (column.scaled[mask] for column in numbers)
        places = sum(column.places for column in numbers)
        if _largest(one) * _largest(two) < ROOM:
            return Decimal(exact_sum(one * two)).scaleb(-places)
        return Decimal(sum(a * b for a, b in zip(one.tolist(), two.tolist(), strict=True))).scaleb(-places, EXACT)

    def distinct(self, columns: Sequence[str], where: Sequence[Condition]) -> int:
        """How many different combinations these columns hold."""
        mask = self._meeting(where)
        asked = self._columns.of(columns)
        if len(asked) == 1:
            return int(np.count_nonzero(np.bincount(asked[0].codes[mask], minlength=1)))
        return len(grouped(asked, mask)[1])

    def latest(self) -> tuple[Period, Tally] | None:
        """The greatest period and the rows that have it."""
        name = self._columns.ledger.period
        if name is None:
            return None
        column = self._columns.columns[name]
        there = np.bincount(column.codes[self._mask], minlength=column.many)
        periods = {code: period for code in np.flatnonzero(there).tolist() if (period := period_of(column.facts[code])) is not None}
        if not periods:
            return None
        greatest = max(periods.values(), key=lambda period: (period.last, period.first))
        codes = [code for code, period in periods.items() if period == greatest]
        return greatest, ColumnTally(self._columns, self._mask & np.isin(column.codes, codes), self._days)

    def outages(self, uptime: Uptime) -> Iterator[Outage]:
        """The outages that are different: those alike cover the same time."""
        for start, end, planned in self._combinations((uptime.start, uptime.end, uptime.planned)):
            found = outage_of(start, end, planned)
            if found is not None:
                yield found

    def covered(self, every: Sequence[str]) -> set[tuple[tuple[Fact, ...], Period]]:
        """Which periods are there, for each combination of the columns ``every``."""
        name = self._columns.ledger.period
        if name is None:
            return set()
        found = ((cells[:-1], period_of(cells[-1])) for cells in self._combinations((*every, name)))
        return {(key, period) for key, period in found if period is not None}

    def _combinations(self, names: Sequence[str]) -> Iterator[tuple[Fact, ...]]:
        asked = self._columns.of(names)
        _, firsts = grouped(asked, self._mask)
        rows = np.flatnonzero(self._mask)[firsts]
        return zip(*[[one.facts[code] for code in one.codes[rows].tolist()] for one in asked], strict=True)

    def cumulated(self, cumulative: Cumulative, apart: Sequence[str]) -> dict[tuple[Fact, ...], list[tuple[Period, Fact, Fact]]]:
        """Period, the month's own and the cumulative figure of each row that prints one, by the columns ``apart``."""
        ledger = self._columns.ledger
        own, total = (self._columns.columns[name] for name in (cumulative.month, cumulative.total))
        found: dict[tuple[Fact, ...], list[tuple[Period, Fact, Fact]]] = {}
        if ledger.period is None or bool(total.empty[self._mask].all()):
            return found
        times, keys = self._columns.columns[ledger.period], self._columns.of(apart)
        for row in np.flatnonzero(self._mask).tolist():
            period = period_of(times.facts[times.codes[row]])
            if period is not None:
                key = tuple(one.facts[one.codes[row]] for one in keys)
                found.setdefault(key, []).append((period, own.facts[own.codes[row]], total.facts[total.codes[row]]))
        return found

    def runs(self) -> list[Run]:
        """Where the rows stand."""
        return runs_in(self._mask, self._columns.first_row)


def runs_in(mask: Mask, first_row: int) -> list[Run]:
    """The rows in a mask as runs of rows one below the other; of more than are told singly, one from the first to the last."""
    rows = np.flatnonzero(mask) + first_row
    if not rows.size:
        return []
    cuts = np.flatnonzero(np.diff(rows) > 1)
    if cuts.size >= MOST:
        return [(0, int(rows[0]), int(rows[-1]))]
    starts, ends = rows[np.concatenate(([0], cuts + 1))], rows[np.concatenate((cuts, [rows.size - 1]))]
    return [(0, first, last) for first, last in zip(starts.tolist(), ends.tolist(), strict=True)]


def _columns_of(term: Term) -> list[tuple[str | None, Decimal]]:
    """The columns of a term with their factors; a term without columns counts 1 a row."""
    return list(term.columns.items()) or [(None, Decimal(1))]


def _largest(numbers: NDArray[np.int64]) -> int:
    return max(abs(int(numbers.max())), abs(int(numbers.min()))) if numbers.size else 0
