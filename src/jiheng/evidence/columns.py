"""A big ledger as columns: each cell typed once per wording by the readers of the plain path, figures as exact scaled integers.

Comes with the extra ``batch``. What the plain path would tell otherwise (a subtotal, a cell that cannot be read, an odd unit) is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jiheng.evidence.conditions import Test, below_zero, is_none, no_number
from jiheng.evidence.records import Fact, Origin
from jiheng.rulebook.ledgers import Ledger

Mask = NDArray[np.bool_]
Codes = NDArray[np.int64]
ROOM = 2**62
"""Sums that could grow beyond this are added up in parts."""
_HALF = 32
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Words:
    """A column of texts, dates, periods or flags: ``codes`` index the ``facts``; the last fact is None, for empty cells."""

    codes: Codes
    facts: Sequence[Fact]

    @property
    def many(self) -> int:
        """How many codes there are, that of empty cells among them."""
        return len(self.facts)

    @property
    def empty(self) -> Mask:
        """Which cells are empty."""
        found: Mask = self.codes == self.many - 1
        return found

    def holds(self, test: Callable[..., bool]) -> Mask:
        """Which cells pass a test, asked once per wording."""
        answers: Mask = np.fromiter((test(fact) for fact in self.facts), np.bool_, self.many)
        picked: Mask = answers[self.codes]
        return picked


@dataclass(frozen=True)
class Figures:
    """A column of numbers: value = ``scaled`` ÷ 10 ** ``places`` where ``valid``; ``scaled`` is 0 elsewhere."""

    scaled: NDArray[np.int64]
    valid: Mask
    places: int

    @property
    def empty(self) -> Mask:
        """Which cells are empty."""
        return ~self.valid

    @cached_property
    def words(self) -> Words:
        """The same cells as facts, for tests that compare single values."""
        values, codes = np.unique(self.scaled, return_inverse=True)
        facts: list[Fact] = [Decimal(int(value)).scaleb(-self.places) for value in values]
        return Words(np.where(self.valid, codes, len(facts)), [*facts, None])

    @property
    def codes(self) -> Codes:
        """Which cells are alike."""
        return self.words.codes

    @property
    def facts(self) -> Sequence[Fact]:
        """The numbers by code."""
        return self.words.facts

    @property
    def many(self) -> int:
        """How many codes there are."""
        return self.words.many

    def total(self, mask: Mask) -> Decimal:
        """The exact sum of the cells in the mask."""
        return Decimal(exact_sum(self.scaled[mask])).scaleb(-self.places)


Column = Words | Figures


@dataclass(frozen=True)
class Columns:
    """All rows of one table of a ledger; ``first_row`` is the number of its first row in the file."""

    ledger: Ledger
    origin: Origin
    columns: dict[str, Column]
    rows: int
    first_row: int
    remarks: tuple[str, ...] = ()

    def of(self, names: Sequence[str]) -> list[Column]:
        """The columns of these names."""
        return [self.columns[name] for name in names]


def exact_sum(numbers: NDArray[np.int64]) -> int:
    """The sum of integers, whatever its size."""
    if not numbers.size:
        return 0
    if max(abs(int(numbers.max())), abs(int(numbers.min()))) * numbers.size < ROOM:
        return int(numbers.sum())
    high, low = numbers >> _HALF, numbers & (2**_HALF - 1)
    return (int(high.sum()) << _HALF) + int(low.sum())


def passes(test: Test, columns: Columns) -> Mask:
    """Which rows pass a test of one, two or three columns."""
    asked = columns.of(test.columns)
    if len(asked) == 1:
        return _quick(test, asked[0])
    groups, firsts = grouped(asked)
    facts = [[one.facts[code] for code in one.codes[firsts]] for one in asked]
    answers = np.fromiter((test.holds(*cells) for cells in zip(*facts, strict=True)), np.bool_, len(firsts))
    found: Mask = answers[groups]
    return found


def _quick(test: Test, column: Column) -> Mask:
    """Tests of one column that need not look at each wording."""
    if test.holds is is_none:
        return column.empty
    if isinstance(column, Words):
        return column.holds(test.holds)
    if test.holds is no_number:
        return ~column.valid
    if test.holds is below_zero:
        return column.valid & (column.scaled < 0)
    return column.words.holds(test.holds)


def grouped(columns: Sequence[Column], mask: Mask | None = None) -> tuple[Codes, NDArray[np.intp]]:
    """A number per row, alike where all columns are alike, and the first row of each number; of the rows in the mask alone, if one is given."""
    keys, room = np.zeros(len(columns[0].codes) if mask is None else int(mask.sum()), np.int64), 1
    for one in columns:
        codes = one.codes if mask is None else one.codes[mask]
        if room * one.many >= ROOM:
            values, keys = np.unique(keys, return_inverse=True)
            room = len(values)
        keys = keys * one.many + codes
        room *= one.many
    _, firsts, groups = np.unique(keys, return_index=True, return_inverse=True)
    return groups, firsts


def instants(facts: Sequence[Fact], moment: Callable[[Fact], datetime]) -> NDArray[np.int64]:
    """Each fact as a number that grows with its moment."""
    origin = datetime.min  # noqa: DTZ901 - ledgers print local time
    return np.array([(moment(fact) - origin) // MICROSECOND for fact in facts], np.int64)


def ordinals(facts: Sequence[Fact], day: Callable[[Fact], date | None]) -> NDArray[np.int64]:
    """Each fact's day as a number, -1 where it has none."""
    return np.array([found.toordinal() if (found := day(fact)) is not None else -1 for fact in facts], np.int64)
