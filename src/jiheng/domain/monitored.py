"""What ledgers say during the year: how the money went, how far each target is reached by a day, and what the year may end with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Literal

from jiheng.domain.finding import Citation
from jiheng.domain.measured import LeftOut, Span
from jiheng.domain.numerals import WIDE

Lamp = Literal["red", "yellow", "green"]
LAMP_NAMES: dict[Lamp, str] = {"red": "红灯", "yellow": "黄灯", "green": "绿灯"}
Nature = Literal["flow", "cumulative", "level"]
"""``flow`` adds up over the year, ``cumulative`` is printed added up already, ``level`` is a rate or a stock that has its value at any time."""
Method = Literal["season", "pace", "share", "current"]
METHOD_NAMES: dict[Method, str] = {
    "season": "按上年同期占全年的比重推算",
    "pace": "按至今的平均进度推算",
    "share": "累计数除以时间进度",
    "current": "按当前值",
}
METHOD_WORDS: dict[Method, str] = {"season": "上年同期", "pace": "平均进度", "share": "累计÷进度", "current": "当前值"}
"""The methods in a word, for narrow tables."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One row of the money ledger: the day, its number, the document behind it (None: none is named), the kind as printed, the signed amount."""

    day: date
    number: str
    kind: str
    amount: Decimal
    document: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What one tier paid in one month (``2023-05``), returns taken off."""

    tier: str | None
    month: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MoneyHistory:
    """The money from the first budget to the payments, by the end of ``on``; every amount exact, in ``unit``.

    ``planned`` is the budget as first approved, by the ledger's own rows or, where it has none, by the form (``planned_by``); None where neither
    says. ``allotted`` is what was sent down, ``changes`` are additions (+) and cuts (-); ``apart`` says that the ledger keeps budget and
    allotment in separate rows, so that the changes are within the allotments already. ``explained`` is the sum of the changes that name a
    document; ``unexplained`` what remains between plan and allotment: allotted - planned - explained. ``unread`` says which files could not be
    read: rows are missing that nobody has seen.
    """

    on: date
    unit: str
    planned: Decimal | None
    planned_by: Literal["ledger", "form"] | None
    allotments: tuple[Movement, ...]
    changes: tuple[Movement, ...]
    allotted: Decimal
    payments: tuple[Paid, ...]
    paid: Decimal
    rows_used: int
    apart: bool = False
    unread: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    spans: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def explained(self) -> Decimal:
        """The changes that name a document, added up."""
        return _added(one.amount for one in self.changes if one.document)

    @property
    def unexplained(self) -> Decimal | None:
        """What no document explains between plan and allotment; None where there is no plan."""
        return None if self.planned is None else WIDE.subtract(WIDE.subtract(self.allotted, self.planned), self.explained)

    @property
    def rate(self) -> Fraction | None:
        """Paid ÷ allotted × 100, exact; None where nothing was allotted."""
        return Fraction(self.paid) / Fraction(self.allotted) * 100 if self.allotted > 0 else None

    @property
    def tiers(self) -> tuple[str | None, ...]:
        """The tiers that occur, in the order of their first row."""
        rows = sorted((*self.allotments, *self.changes), key=lambda one: one.day)
        return tuple(dict.fromkeys((*(one.tier for one in rows), *(one.tier for one in self.payments))))

    def of_tier(self, tier: str | None) -> tuple[Decimal, Decimal]:
        """What one tier was allotted and paid."""
        base = self.allotments if self.apart else (*self.allotments, *self.changes)
        sent = _added(one.amount for one in base if one.tier == tier)
        return sent, _added(one.amount for one in self.payments if one.tier == tier)


def _added(numbers: Iterable[Decimal]) -> Decimal:
    return reduce(WIDE.add, numbers, Decimal(0))


@dataclass(frozen=True, slots=True)
class Point:
    """The value to date at the end of a month, in the unit of its row; None where it is undefined."""

    month: int
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the year may end with, and the method in words."""

    value: Decimal
    method: Method


@dataclass(frozen=True, slots=True)
class Tracked:
    """One row of the form during the year.

    ``value`` and ``target`` are in ``unit``; ``expected`` is the target's share that the time gone by asks for (the whole target for a level);
    ``share`` is that time, as far as the ledger's periods can tell it. ``lamp`` is None where none can be given, ``why`` says why;
    ``method_note`` says why there is no forecast. ``limit`` marks a target that must not be exceeded.
    """

    subject: str
    name: str
    printed_target: str
    ledger: str
    nature: Nature
    unit: str
    target: Decimal | None
    value: Decimal | None
    share: Fraction
    expected: Decimal | None
    lamp: Lamp | None
    why: str
    forecast: Forecast | None
    method_note: str
    points: tuple[Point, ...]
    rows_used: int
    left_out: int
    gaps: tuple[str, ...]
    notes: tuple[str, ...] = ()
    limit: bool = False


@dataclass(frozen=True, slots=True)
class Monitoring:
    """A project on one day: the share of the year gone by, the money and its lamp, the rows, and on what authority the lamps stand."""

    project: str
    year: int
    on: date
    months: int
    money: MoneyHistory | None
    money_lamp: Lamp | None
    money_ratio: Fraction | None
    rows: tuple[Tracked, ...]
    unbound: tuple[str, ...]
    cites: tuple[Citation, ...]
    notes: tuple[str, ...] = ()
