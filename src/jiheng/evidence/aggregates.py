"""The eight ways to a result: exact numerator and denominator from a tally; undefined is said, never 0 and never 100."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from jiheng.domain.measured import Measure
from jiheng.domain.numerals import scaled
from jiheng.evidence.conditions import Days
from jiheng.evidence.records import Period
from jiheng.evidence.tally import DAY, EXACT, ZERO, Outage, Tally, added
from jiheng.rulebook.ledgers import Borrowed, Completeness, Definition, Term, Uptime

HUNDRED = Decimal(100)
NO_ROWS = "没有可计的记录"
UNPROVED = "没有可计的记录，又不能证明台账齐全，不能当作 0"
NO_DIVISOR = "除数为 0"
ALL_PLANNED = "全部时间都是计划停机"
VOID = frozenset({NO_ROWS, NO_DIVISOR, ALL_PLANNED})
"""Undefined because nothing took place; other reasons say that nobody can tell."""
TOO_LONG = "数字过长，不能精确计算"

Lender = Callable[[Borrowed], Fraction | None]
"""Gives the value of another ledger's definition for the same time; None where it is undefined."""


class Asked(NamedTuple):
    """What a definition is computed under: the days, whether the time is known to be covered, how, and who lends other ledgers' values."""

    days: Days
    covered: bool
    completeness: Completeness
    lend: Lender | None = None


class Result(NamedTuple):
    """A measure and the rows whose cells make it (all that count, or those of the last period)."""

    measure: Measure
    proof: Tally
    last: Period | None = None


class _Quotient(NamedTuple):
    numerator: Decimal | None
    denominator: Decimal | None = Decimal(1)
    parts: tuple[tuple[str, Decimal], ...] = ()
    undefined: str | None = None


def result_of(name: str, definition: Definition, tally: Tally, asked: Asked) -> Result:
    """The result of one definition."""
    latest: tuple[Period, Tally] | None = None
    if definition.aggregation == "last":
        latest = tally.latest()
    try:
        found = (
            _last(definition, latest, asked) if definition.aggregation == "last" else _AGGREGATIONS[definition.aggregation](definition, tally, asked)
        )
    except ArithmeticError:
        found = _Quotient(None, undefined=TOO_LONG)
    parts = tuple([(label, _bare(number)) for label, number in found.parts])
    above = None if found.numerator is None else _bare(found.numerator)
    below = None if found.denominator is None else _bare(found.denominator)
    measure = Measure(name, definition.title, definition.aggregation, definition.unit, above, below, parts, found.undefined)
    return Result(measure, latest[1] if latest else tally, latest[0] if latest else None)


def _count(definition: Definition, tally: Tally, asked: Asked) -> _Quotient:
    terms = definition.terms or (Term("件数"),)
    return _whole(tally, asked, _parts(terms, tally), alone=len(terms) == 1)


def _sum(definition: Definition, tally: Tally, asked: Asked) -> _Quotient:
    return _whole(tally, asked, _parts(definition.terms, tally), alone=len(definition.terms) == 1)


def _count_distinct(definition: Definition, tally: Tally, asked: Asked) -> _Quotient:
    where = definition.terms[0].where if definition.terms else ()
    number = Decimal(tally.distinct(definition.distinct, where))
    return _whole(tally, asked, (("去重数", number),), alone=True)


def _whole(tally: Tally, asked: Asked, parts: Sequence[tuple[str, Decimal]], *, alone: bool) -> _Quotient:
    """A count or a sum: nothing counted is 0 only where it is shown that nothing is missing."""
    if not tally.rows and not asked.covered:
        return _Quotient(None, undefined=UNPROVED)
    return _Quotient(added(number for _, number in parts), parts=() if alone else tuple(parts))


def _last(definition: Definition, latest: tuple[Period, Tally] | None, asked: Asked) -> _Quotient:
    """The figure of the last period; several rows there must be the parts named by ``every``, or nobody knows which of them is meant."""
    if latest is None:
        return _Quotient(None, undefined=NO_ROWS)
    period, rows = latest
    every = asked.completeness.every
    if rows.rows > 1 and (not every or rows.distinct(every, ()) != rows.rows):
        return _Quotient(None, undefined=f"最后一期（{period.last.isoformat()}）有 {rows.rows} 行，不知道取哪一行")
    return _Quotient(added(number for _, number in _parts(definition.terms, rows)))


def _ratio(definition: Definition, tally: Tally, asked: Asked) -> _Quotient:
    above = _parts(definition.terms, tally)
    top = added(number for _, number in above)
    if definition.over_ledger is not None:
        return _over_another(top, above, definition, asked)
    below = _parts(definition.over, tally)
    bottom = added(number for _, number in below)
    parts = (*above, *below)
    if not bottom:
        return _Quotient(_times(top, definition.unit), ZERO, parts, NO_DIVISOR if tally.rows else NO_ROWS)
    return _Quotient(_times(top, definition.unit), bottom, parts)


def _over_another(top: Decimal, parts: tuple[tuple[str, Decimal], ...], definition: Definition, asked: Asked) -> _Quotient:
    lent = asked.lend(definition.over_ledger) if asked.lend is not None and definition.over_ledger is not None else None
    if lent is None:
        return _Quotient(_times(top, definition.unit), None, parts, "作除数的另一台账没有结果")
    divisor = Decimal(lent.numerator)
    shown = ((definition.over[0].label if definition.over else "除数", divisor),) if lent.denominator == 1 else ()
    if not lent:
        return _Quotient(_times(top, definition.unit), ZERO, (*parts, *shown), NO_DIVISOR)
    return _Quotient(_times(EXACT.multiply(top, Decimal(lent.denominator)), definition.unit), divisor, (*parts, *shown))


def _mean(definition: Definition, tally: Tally, asked: Asked) -> _Quotient:
    """Σ of the terms over the number of rows that have them, or over what the definition names."""
    del asked
    above = _parts(definition.terms, tally)
    shared = definition.terms[0].where if len({term.where for term in definition.terms}) == 1 else ()
    below = _parts(definition.over or (Term("行数", where=shared),), tally)
    bottom = added(number for _, number in below)
    if not bottom:
        return _Quotient(None, ZERO, (*above, *below), NO_ROWS)
    return _Quotient(added(number for _, number in above), bottom, (*above, *below))


def _weighted_mean(definition: Definition, tally: Tally, asked: Asked) -> _Quotient:
    del asked
    below = _parts(definition.over, tally)
    bottom = added(number for _, number in below)
    if not bottom:
        return _Quotient(None, ZERO, below, NO_ROWS if not tally.rows else NO_DIVISOR)
    top = tally.weighted(definition.terms, definition.over)
    return _Quotient(top, bottom, (("加权合计", top), *below))


def _uptime(definition: Definition, tally: Tally, asked: Asked) -> _Quotient:
    """(scheduled - planned - faults) ÷ (scheduled - planned) × 100; overlapping outages count once, planned ones first, cut to the time measured."""
    if not tally.rows or definition.uptime is None:
        return _Quotient(None, undefined=NO_ROWS)
    start, end = datetime.combine(asked.days.start, time.min), datetime.combine(asked.days.end, time.min) + DAY
    planned, stopped = _stopped(tally, definition.uptime, start, end)
    word, unit = ("分钟", timedelta(minutes=1)) if not any(one % timedelta(minutes=1) for one in (planned, stopped)) else ("秒", timedelta(seconds=1))
    scheduled, plan, fault = ((end - start) // unit, planned // unit, (stopped - planned) // unit)
    parts = ((f"应开机{word}", Decimal(scheduled)), (f"计划停机{word}", Decimal(plan)), (f"故障{word}", Decimal(fault)))
    if scheduled == plan:
        return _Quotient(None, ZERO, parts, ALL_PLANNED)
    return _Quotient(HUNDRED * (scheduled - plan - fault), Decimal(scheduled - plan), parts)


def _stopped(tally: Tally, uptime: Uptime, start: datetime, end: datetime) -> tuple[timedelta, timedelta]:
    """How long the planned outages lasted, and all outages together."""
    cut = [Outage(max(one.since, start), min(one.until, end), one.planned) for one in tally.outages(uptime)]
    return _length(one for one in cut if one.planned), _length(cut)


def _length(outages: Iterable[Outage]) -> timedelta:
    """The time that at least one outage covers."""
    found, reached = timedelta(0), datetime.min  # noqa: DTZ901 - ledgers print local time
    for one in sorted(outages):
        if one.until > reached:
            found += one.until - max(one.since, reached)
            reached = one.until
    return found


def _parts(terms: Sequence[Term], tally: Tally) -> tuple[tuple[str, Decimal], ...]:
    having = {term.label: tally.total(Term(term.label, where=term.where)) for term in terms if any(term.label == one.unless for one in terms)}
    return tuple([(term.label, tally.total(term)) for term in terms if not (term.unless and having[term.unless])])


def _bare(number: Decimal) -> Decimal:
    """The number without idle zeros, however it was added up."""
    return scaled(number, Decimal(1))


def _times(number: Decimal, unit: str) -> Decimal:
    """A rate is per hundred where its unit says so."""
    return EXACT.multiply(number, HUNDRED) if unit == "%" else number


_AGGREGATIONS: dict[str, Callable[[Definition, Tally, Asked], _Quotient]] = {
    "count": _count,
    "count-distinct": _count_distinct,
    "sum": _sum,
    "ratio": _ratio,
    "mean": _mean,
    "weighted-mean": _weighted_mean,
    "uptime": _uptime,
}
