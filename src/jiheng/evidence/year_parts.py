"""Months, quarters and weeks of the time measured, and whether a row of a ledger lies in it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from jiheng.evidence.records import Fact, Period

_WEEK = 7
_THURSDAY = timedelta(days=3)


def period_of(fact: Fact) -> Period | None:
    """The days a fact covers: a date covers its own; None where it is no time at all."""
    if isinstance(fact, Period):
        return fact
    if isinstance(fact, datetime):
        return Period(fact.date(), fact.date())
    return Period(fact, fact) if isinstance(fact, date) else None


def lies_in(period: Period, first: date, last: date) -> bool:
    """Whether a period belongs to the days from ``first`` to ``last``: wholly inside; a week belongs where its fourth day lies (GB/T 7408)."""
    if (period.last - period.first).days == _WEEK - 1:
        return first <= period.first + _THURSDAY <= last
    return first <= period.first and period.last <= last


def months(first: date, last: date) -> Iterator[tuple[str, Period]]:
    """The months that end by ``last``, from that of ``first``, with their names ``2023-05``."""
    year, month = first.year, first.month
    while (end := _month_end(year, month)) <= last:
        yield f"{year}-{month:02d}", Period(date(year, month, 1), end)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def quarters(first: date, last: date) -> Iterator[tuple[str, Period]]:
    """The quarters that end by ``last``, with their names ``2023 年第 2 季度``."""
    year, number = first.year, (first.month - 1) // 3 + 1
    while (end := _month_end(year, number * 3)) <= last:
        yield f"{year} 年第 {number} 季度", Period(date(year, number * 3 - 2, 1), end)
        year, number = (year, number + 1) if number < 4 else (year + 1, 1)


def weeks(first: date, last: date) -> Iterator[tuple[str, Period]]:
    """The weeks (Monday to Sunday) whose fourth day lies in the time and that end by ``last`` or with its year, named ``2023 年第 14 周``."""
    monday = first - timedelta(days=first.weekday())
    while monday + _THURSDAY <= last:
        sunday = monday + timedelta(days=_WEEK - 1)
        over = sunday > last and (last.month, last.day) != (12, 31)
        if monday + _THURSDAY >= first and not over:
            year, number, _ = monday.isocalendar()
            yield f"{year} 年第 {number} 周", Period(monday, sunday)
        monday += timedelta(days=_WEEK)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes the 28th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
