"""Whether the records cover the time measured, what is missing, and whether the activity took place at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from jiheng.domain.quantity import plain
from jiheng.evidence.records import Fact, Period
from jiheng.evidence.tally import Tally, added
from jiheng.evidence.year_parts import months, quarters, weeks
from jiheng.rulebook.ledgers import Binding, Ledger, Service

_UNITS: dict[str, Callable[[date, date], Iterator[tuple[str, Period]]]] = {"month": months, "quarter": quarters, "week": weeks}
NO_STATEMENT = "记录为空，又没有结账说明"
NOT_CLOSED = "没有结账说明"


class Cover(NamedTuple):
    """``gaps`` names what is missing; ``shown`` says that nothing is; ``ended`` that the service ended before the time measured, or within it."""

    gaps: tuple[str, ...]
    shown: bool
    ended: bool = False
    idle: bool = False


def cover_of(ledger: Ledger, binding: Binding, tally: Tally, first: date, last: date) -> Cover:
    """How the rows that count cover the days from ``first`` to ``last``, as the ledger's rule of completeness says."""
    start, end, ended = _in_service(binding.service, first, last)
    if start > end:
        return Cover((), shown=True, ended=ended, idle=True)
    by = ledger.completeness.by
    if by in _UNITS:
        gaps = tuple(_missing(ledger, tally, list(_UNITS[by](start, end))))
        return Cover((*gaps, *_disagreeing(ledger, tally)), shown=not gaps, ended=ended)
    if by == "last":
        gaps = tuple(_missing(ledger, tally, list(months(start, end))[-1:]))
        return Cover((*gaps, *_disagreeing(ledger, tally)), shown=not gaps, ended=ended)
    closed = binding.closed is not None
    if by == "closing" and not closed:
        return Cover((NOT_CLOSED,), shown=False, ended=ended)
    gaps = () if closed or tally.rows else (NO_STATEMENT,)
    return Cover((*gaps, *_disagreeing(ledger, tally)), shown=closed, ended=ended)


def _in_service(service: Service | None, first: date, last: date) -> tuple[date, date, bool]:
    """The days of the time measured on which the service was offered, and whether it ended before their last."""
    if service is None:
        return first, last, False
    start = max(first, date.fromisoformat(service.active_from)) if service.active_from else first
    end = min(last, date.fromisoformat(service.active_to)) if service.active_to else last
    return start, end, end < last


def _missing(ledger: Ledger, tally: Tally, wanted: list[tuple[str, Period]]) -> Iterator[str]:
    """The names of the periods that no row covers, for each value of the columns ``every`` that occurs."""
    there: dict[tuple[Fact, ...], set[Period]] = {}
    for key, period in tally.covered(ledger.completeness.every):
        there.setdefault(key, set()).add(period)
    for key in sorted(there, key=str) or [()]:
        covered = there.get(key, set())
        label = "".join(f"{part} " for part in key if part is not None)
        for name, period in wanted:
            if not any(_covers(one, period) for one in covered):
                yield f"{label}{name}"


def _covers(own: Period, wanted: Period) -> bool:
    """A row covers a period if its own contains it, or lies within it (a date in the month); a week by its fourth day, whatever day it starts on."""
    if (wanted.last - wanted.first).days == 6:
        fourth = wanted.first + timedelta(days=3)
        return own.first <= fourth <= own.last
    return (own.first <= wanted.first and wanted.last <= own.last) or (wanted.first <= own.first and own.last <= wanted.last)


def _disagreeing(ledger: Ledger, tally: Tally) -> Iterator[str]:
    """Series whose months do not add up to their last cumulative figure, with both figures."""
    rule = ledger.cumulative
    if rule is None or ledger.period is None:
        return
    times = {ledger.period, *((ledger.release.on, ledger.release.word) if ledger.release is not None else ())}
    apart = tuple(name for name in ledger.key if name not in times)
    for key, rows in sorted(tally.cumulated(rule, apart).items(), key=lambda item: str(item[0])):
        own = [month for _, month, _ in rows if isinstance(month, Decimal)]
        totals = [(period, total) for period, _, total in rows if isinstance(total, Decimal)]
        if not own or not totals:
            continue
        period, total = max(totals, key=lambda one: (one[0].last, one[0].first))
        found = added(own)
        if found != total:
            label = "".join(f"{part} " for part in key if part is not None)
            yield f"{label}各月合计 {plain(found)} 与 {period.last.year}-{period.last.month:02d} 累计 {plain(total)} 不符"
