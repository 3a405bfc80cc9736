"""What a definition asks of the rows that count. The plain path answers from rows, the columnar path from columns; both exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import cached_property
from typing import NamedTuple, Protocol

from jiheng.domain.measured import LeftOut
from jiheng.evidence.conditions import Days, all_hold, edges
from jiheng.evidence.proof import Run, runs_of
from jiheng.evidence.records import Fact, Origin, Period, Record
from jiheng.evidence.year_parts import period_of
from jiheng.rulebook.ledgers import Binding, Condition, Cumulative, Definition, Ledger, Term, Uptime

EXACT = Context(prec=8192, traps=[Inexact, InvalidOperation, Overflow])
"""Arithmetic that never rounds: what would not fit is refused."""
ZERO = Decimal(0)
DAY = timedelta(days=1)


class Outage(NamedTuple):
    """One row of an outage log; ``until`` is not part of it."""

    since: datetime
    until: datetime
    planned: bool


class Tally(Protocol):
    """The rows that count."""

    @property
    def rows(self) -> int:
        """How many rows count."""

    def total(self, term: Term) -> Decimal:
        """Σ factor × column over the rows that meet the term's conditions; without columns, their number times the factor."""

    def weighted(self, terms: Sequence[Term], weights: Sequence[Term]) -> Decimal:
        """Σ over the rows of (value of the terms) × (value of the weights)."""

    def distinct(self, columns: Sequence[str], where: Sequence[Condition]) -> int:
        """How many different combinations these columns hold."""

    def latest(self) -> tuple[Period, Tally] | None:
        """The greatest period and the rows that have it; None without rows or periods."""

    def outages(self, uptime: Uptime) -> Iterator[Outage]:
        """The rows of an outage log, in any order."""

    def covered(self, every: Sequence[str]) -> set[tuple[tuple[Fact, ...], Period]]:
        """Which periods are there, for each combination of the columns ``every``."""

    def cumulated(self, cumulative: Cumulative, apart: Sequence[str]) -> dict[tuple[Fact, ...], list[tuple[Period, Fact, Fact]]]:
        """Period, the month's own and the cumulative figure of each row, by the columns ``apart``."""

    def runs(self) -> list[Run]:
        """Where the rows stand."""


class Question(NamedTuple):
    """For which rows of a ledger a definition is asked: the binding's conditions, the days, the region (None: any)."""

    definition: Definition
    binding: Binding
    days: Days
    region: str | None


class Sifted(NamedTuple):
    """The rows that count and those left out, by reason; ``conflicts`` counts duplicates that print other figures than the row kept."""

    tally: Tally
    left_out: tuple[LeftOut, ...]
    conflicts: int


class Source(Protocol):
    """The rows of one ledger, ready to be sifted for a question."""

    @property
    def ledger(self) -> Ledger:
        """The ledger's definition."""

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The tables the rows come from."""

    @property
    def unread(self) -> tuple[str, ...]:
        """What could not be read, a sentence each: rows that nobody has seen, so no result holds."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is odd about the tables, in whole sentences."""

    def sift(self, question: Question) -> Sifted:
        """Part the rows that count from those that do not."""


def places_of(ledger: Ledger) -> dict[str, int]:
    """Where each column's fact stands in a record."""
    return {name: at for at, name in enumerate(ledger.columns)}


class RowTally:
    """A tally of records (the plain path)."""

    def __init__(self, ledger: Ledger, records: Sequence[Record], days: Days) -> None:
        self._ledger = ledger
        self._records = records
        self._days = days

    @cached_property
    def _places(self) -> dict[str, int]:
        return places_of(self._ledger)

    @property
    def rows(self) -> int:
        """How many rows count."""
        return len(self._records)

    def _meeting(self, where: Sequence[Condition]) -> Sequence[Record]:
        if not where:
            return self._records
        holds = all_hold(where, self._places, self._days)
        return [record for record in self._records if holds(record.facts)]

    def total(self, term: Term) -> Decimal:
        """Σ factor × column over the rows that meet the term's conditions."""
        rows = self._meeting(term.where)
        if not term.columns:
            return EXACT.multiply(Decimal(len(rows)), term.factor)
        return EXACT.multiply(added(_row_value(record, term, self._places) for record in rows), term.factor)

    def weighted(self, terms: Sequence[Term], weights: Sequence[Term]) -> Decimal:
        """Σ over the rows of (value of the terms) × (value of the weights)."""
        value, weight = self._value_of(terms), self._value_of(weights)
        return added(EXACT.multiply(value(record), weight(record)) for record in self._records)

    def _value_of(self, terms: Sequence[Term]) -> Callable[[Record], Decimal]:
        """The value of several terms in one row."""
        asked = [(term, all_hold(term.where, self._places, self._days)) for term in terms]

        def value(record: Record) -> Decimal:
            return added(
                EXACT.multiply(_row_value(record, term, self._places) if term.columns else Decimal(1), term.factor)
                for term, holds in asked
                if holds(record.facts)
            )

        return value

    def distinct(self, columns: Sequence[str], where: Sequence[Condition]) -> int:
        """How many different combinations these columns hold."""
        at = [self._places[name] for name in columns]
        return len({tuple(record.facts[place] for place in at) for record in self._meeting(where)})

    def latest(self) -> tuple[Period, Tally] | None:
        """The greatest period and the rows that have it."""
        column = self._ledger.period
        dated = [(period, record) for record in self._records if column and (period := period_of(record.facts[self._places[column]]))]
        if not dated:
            return None
        greatest = max((period for period, _ in dated), key=lambda period: (period.last, period.first))
        rows = [record for period, record in dated if period == greatest]
        return greatest, RowTally(self._ledger, rows, self._days)

    def outages(self, uptime: Uptime) -> Iterator[Outage]:
        """The rows of an outage log."""
        for record in self._records:
            found = outage_of(*[record.facts[self._places[name]] for name in (uptime.start, uptime.end, uptime.planned)])
            if found is not None:
                yield found

    def covered(self, every: Sequence[str]) -> set[tuple[tuple[Fact, ...], Period]]:
        """Which periods are there, for each combination of the columns ``every``."""
        column = self._ledger.period
        at = [self._places[name] for name in every]
        periods = ((record, period_of(record.facts[self._places[column]])) for record in self._records) if column else ()
        return {(tuple(record.facts[place] for place in at), period) for record, period in periods if period is not None}

    def cumulated(self, cumulative: Cumulative, apart: Sequence[str]) -> dict[tuple[Fact, ...], list[tuple[Period, Fact, Fact]]]:
        """Period, the month's own and the cumulative figure of each row, by the columns ``apart``."""
        found: dict[tuple[Fact, ...], list[tuple[Period, Fact, Fact]]] = {}
        own, total = self._places[cumulative.month], self._places[cumulative.total]
        for record in self._records:
            period = period_of(record.facts[self._places[self._ledger.period or ""]])
            if period is not None:
                key = tuple(record.facts[self._places[name]] for name in apart)
                found.setdefault(key, []).append((period, record.facts[own], record.facts[total]))
        return found

    def runs(self) -> list[Run]:
        """Where the rows stand."""
        return runs_of((record.origin, record.row) for record in self._records)


def _row_value(record: Record, term: Term, places: dict[str, int]) -> Decimal:
    found = ZERO
    for name, factor in term.columns.items():
        fact = record.facts[places[name]]
        if isinstance(fact, Decimal):
            found = EXACT.add(found, EXACT.multiply(fact, factor))
    return found


def added(numbers: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    found = ZERO
    for number in numbers:
        found = EXACT.add(found, number)
    return found


def outage_of(start: Fact, end: Fact, planned: Fact) -> Outage | None:
    """An outage from its three cells: days without a time run from midnight to midnight; None where one is missing or the end comes first."""
    first, last = edges(start), edges(end)
    if first is None or last is None or last[1] < first[0]:
        return None
    until = last[1] if isinstance(end, datetime) else last[1].replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return Outage(first[0], until, planned is True)
