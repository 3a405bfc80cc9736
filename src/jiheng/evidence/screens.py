"""The checks of one row alone, in their order, as tests of single columns: the plain path asks them of rows, the columnar path of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from jiheng.domain.measured import Exclusion
from jiheng.evidence.conditions import Test, below_zero, edges, is_none, no_number, tests_of
from jiheng.evidence.records import Fact
from jiheng.evidence.regions import lies_under
from jiheng.evidence.tally import Question, outage_of
from jiheng.evidence.year_parts import lies_in, period_of
from jiheng.rulebook.ledgers import Condition, Definition, Ledger, Term

Facts = Sequence[Fact]


class Screen(NamedTuple):
    """Rows for which all ``tests`` hold are left out with the code; where ``passing``, those for which they do not all hold."""

    code: Exclusion
    tests: tuple[Test, ...]
    passing: bool = False


def screens(ledger: Ledger, question: Question) -> Iterator[Screen]:
    """The checks 1 to 3 of ``sifting``, in order."""
    definition, days = question.definition, question.days
    yield from (Screen("key-missing", (is_empty(name),)) for name in ledger.key if ledger.columns[name].required)
    if definition.uptime is not None:
        yield from _outage_within(definition, question)
    elif ledger.period is not None:
        yield Screen("date-unreadable", (Test((ledger.period,), _is_no_time),))
        yield Screen("out-of-year", (Test((ledger.period,), _within(question)),), passing=True)
    if ledger.region is not None and question.region:
        yield Screen("out-of-region", (_under(ledger.region, question.region, required=ledger.columns[ledger.region].required),), passing=True)
    for condition in question.binding.where:
        yield Screen("out-of-kind" if condition.column == ledger.kind else "other-subject", tests_of(condition, days), passing=True)
    for condition in definition.where:
        yield Screen("out-of-kind", tests_of(condition, days), passing=True)
    for invalidity in ledger.validity:
        yield Screen(invalidity.code, _all_tests(invalidity.when, question))
    yield from _figures_there(ledger, definition, question)


def as_check(screen: Screen, places: dict[str, int]) -> Callable[[Facts], Exclusion | None]:
    """The screen as a question to a row's facts."""
    asked = [(tuple(places[name] for name in test.columns), test.holds) for test in screen.tests]
    code, passing = screen.code, screen.passing

    def check(facts: Facts) -> Exclusion | None:
        held = all(holds(*[facts[at] for at in columns]) for columns, holds in asked)
        return None if held is passing else code

    return check


def is_empty(column: str) -> Test:
    """Whether the cell of a column is empty."""
    return Test((column,), is_none)


def _is_no_time(fact: Fact) -> bool:
    return period_of(fact) is None


def _within(question: Question) -> Callable[[Fact], bool]:
    first, last = question.days.start, question.days.end

    def within(fact: Fact) -> bool:
        period = period_of(fact)
        return period is not None and lies_in(period, first, last)

    return within


def _under(column: str, region: str, *, required: bool) -> Test:
    """A ledger whose region column may be left out is of one region where the cell is empty."""
    return Test((column,), lambda fact: lies_under(fact, region) or (fact is None and not required))


def _outage_within(definition: Definition, question: Question) -> Iterator[Screen]:
    """An outage belongs to the year if any part of it does; it is cut to the year later. One that ends before it starts is judged by validity."""
    uptime = definition.uptime
    first, last = edges(question.days.start), edges(question.days.end)
    if uptime is None or first is None or last is None:
        return

    def within(start: Fact, end: Fact, planned: Fact) -> bool:
        since, until = edges(start), edges(end)
        if since is None or until is None:
            return False
        outage = outage_of(start, end, planned)
        if outage is not None:
            return outage.since <= last[1] and outage.until >= first[0]
        return since[0] <= last[1] and until[1] >= first[0]

    yield from (Screen("date-unreadable", (Test((name,), _is_no_time),)) for name in (uptime.start, uptime.end))
    yield Screen("out-of-year", (Test((uptime.start, uptime.end, uptime.planned), within),), passing=True)


def _figures_there(ledger: Ledger, definition: Definition, question: Question) -> Iterator[Screen]:
    """Each figure the definition adds up must be a number, unless its column may be left out of a sum; a column of distinct values must be filled."""
    yield from (Screen("key-missing", (is_empty(name),)) for name in definition.distinct)
    strict = definition.aggregation in {"mean", "weighted-mean", "last"}
    for term in (*definition.terms, *definition.over):
        where = _all_tests(term.where, question)
        for name in term.columns:
            column = ledger.columns[name]
            if strict or column.required:
                yield Screen("not-a-number", (*where, Test((name,), no_number)))
            if not column.signed:
                yield Screen("negative", (*where, Test((name,), below_zero)))


def _all_tests(conditions: Iterable[Condition], question: Question) -> tuple[Test, ...]:
    return tuple(test for condition in conditions for test in tests_of(condition, question.days))


def figures_of(definition: Definition) -> tuple[str, ...]:
    """The columns whose figures a definition adds up."""
    terms: tuple[Term, ...] = (*definition.terms, *definition.over)
    return tuple(dict.fromkeys(name for term in terms for name in term.columns))
