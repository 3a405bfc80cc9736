"""Conditions of a ledger's definition as tests of typed cells; the plain and the columnar path ask the same tests."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from jiheng.domain.quantity import plain
from jiheng.evidence.records import Fact
from jiheng.evidence.year_parts import period_of
from jiheng.rulebook.ledgers import DAYS, Condition


@dataclass(frozen=True, slots=True)
class Days:
    """What the names of days in a condition mean: first and last day of the time measured, reference date, day of filing (None: not said)."""

    start: date
    end: date
    reference: date
    filed: date | None = None

    def named(self, name: str) -> date | None:
        """The day of that name."""
        return {"start": self.start, "end": self.end, "reference": self.reference, "filed": self.filed}[name]


class Test(NamedTuple):
    """A question to the cells of ``columns`` of one row."""

    columns: tuple[str, ...]
    holds: Callable[..., bool]


def tests_of(condition: Condition, days: Days) -> tuple[Test, ...]:
    """The tests a condition consists of; all must hold. Each looks at one column, or at two where the condition names another."""
    own = (condition.column,)
    found: list[Test] = []
    if condition.empty is not None:
        found.append(Test(own, is_none if condition.empty else _is_filled))
    if condition.one_of:
        words = frozenset(map(folded, condition.one_of))
        found.append(Test(own, lambda fact: fact is not None and word_of(fact) in words))
    if condition.none_of:
        others = frozenset(map(folded, condition.none_of))
        found.append(Test(own, lambda fact: fact is not None and word_of(fact) not in others))
    if condition.least is not None or condition.most is not None:
        least, most = condition.least, condition.most
        found.append(Test(own, lambda fact: _between(fact, least, most)))
    for name, relation in (("before", _before), ("after", _after), ("since", _since), ("until", _until)):
        other: str | None = getattr(condition, name)
        if other is not None:
            found.append(_timed(own, other, relation, days))
    if condition.not_above is not None:
        found.append(Test((condition.column, condition.not_above), _not_above))
    return tuple(found)


def all_hold(conditions: Iterable[Condition], places: dict[str, int], days: Days) -> Callable[[Sequence[Fact]], bool]:
    """One question to a row's facts: do all conditions hold? ``places`` tells where each column's fact stands in the row."""
    asked = [(tuple(places[name] for name in test.columns), test.holds) for one in conditions for test in tests_of(one, days)]
    if not asked:
        return lambda _facts: True
    return lambda facts: all(holds(*[facts[at] for at in columns]) for columns, holds in asked)


def word_of(fact: Fact) -> str:
    """How a fact compares with the words of a condition: texts folded, a flag 是 or 否, numbers plain, days in ISO form."""
    if isinstance(fact, str):
        return folded(fact)
    if isinstance(fact, bool):
        return "是" if fact else "否"
    if isinstance(fact, Decimal):
        return plain(fact)
    period = period_of(fact)
    return "" if period is None else period.first.isoformat()


def folded(text: str) -> str:
    """Wide characters narrow, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_none(fact: Fact) -> bool:
    """Whether a cell is empty."""
    return fact is None


def no_number(fact: Fact) -> bool:
    """Whether a figure is missing or no number."""
    return not isinstance(fact, Decimal)


def below_zero(fact: Fact) -> bool:
    """Whether a figure is a number below 0."""
    return isinstance(fact, Decimal) and fact < 0


def _is_filled(fact: Fact) -> bool:
    return fact is not None


def _between(fact: Fact, least: Decimal | None, most: Decimal | None) -> bool:
    return isinstance(fact, Decimal) and (least is None or fact >= least) and (most is None or fact <= most)


def _not_above(fact: Fact, other: Fact) -> bool:
    return isinstance(fact, Decimal) and isinstance(other, Decimal) and fact <= other


Edges = tuple[datetime, datetime]


def edges(fact: Fact) -> Edges | None:
    """First and last moment of what a fact covers; None where it is no time."""
    if isinstance(fact, datetime):
        return fact, fact
    period = period_of(fact)
    return None if period is None else (datetime.combine(period.first, time.min), datetime.combine(period.last, time.max))


def _before(own: Edges, other: Edges) -> bool:
    return own[1] < other[0]


def _after(own: Edges, other: Edges) -> bool:
    return own[0] > other[1]


def _since(own: Edges, other: Edges) -> bool:
    return own[0] >= other[0]


def _until(own: Edges, other: Edges) -> bool:
    return own[1] <= other[1]


def _timed(own: tuple[str], other: str, relation: Callable[[Edges, Edges], bool], days: Days) -> Test:
    if other in DAYS:
        limit = edges(days.named(other))

        def against_day(fact: Fact) -> bool:
            found = edges(fact)
            return found is not None and limit is not None and relation(found, limit)

        return Test(own, against_day)

    def against_cell(fact: Fact, second: Fact) -> bool:
        found, beside = edges(fact), edges(second)
        return found is not None and beside is not None and relation(found, beside)

    return Test((*own, other), against_cell)
