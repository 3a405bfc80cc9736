"""Monitoring during the year (运行监控): the same ledgers, measured to a day, beside what the time gone by asks for. Read ``monitor`` first."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from jiheng.domain.measured import Measure, Measurement
from jiheng.domain.monitored import Lamp, MoneyHistory, Monitoring, Nature, Point, Tracked
from jiheng.evidence.comparing import Stated, differ, fits, in_form_terms, stated_value
from jiheng.evidence.completeness import NOT_CLOSED
from jiheng.evidence.forecasts import PLACES, Known, forecast_of, whole_months
from jiheng.evidence.measuring import of_the_year_before
from jiheng.evidence.money import project_money
from jiheng.evidence.project import Reader, matched, measure_bound
from jiheng.evidence.year_parts import year_before
from jiheng.rulebook.ledgers import DAYS, Binding, Bindings, Ledger
from jiheng.rulebook.model import RuleEntry
from jiheng.scoring.case import Case, Row
from jiheng.scoring.rounding import to_places

MONEY_LAMP = "monitor.money-lamp"
INDICATOR_LAMP = "monitor.indicator-lamp"
LIMITS = frozenset({"≤", "<"})
UNCOMPARED = "表中没有可以比较的数。"
_ADDED = frozenset({"count", "sum", "count-distinct"})


class _Year(NamedTuple):
    """One year measured: to the day asked for, and at the end of each month before it, by subject."""

    to_date: Mapping[str, Measurement]
    months: Mapping[int, Mapping[str, Measurement]]


class _Before(NamedTuple):
    """The year before, by subject: to the same day, and whole."""

    to_date: Mapping[str, Measurement]
    whole: Mapping[str, Measurement]


def monitor(case: Case, bindings: Bindings, ledgers: Mapping[str, Ledger], read: Reader, on: date) -> Monitoring:
    """How far the project is at the end of a day: the money first, then each row that a ledger measures.

    Args:
        case: the form under its law; its actual values are not looked at, only its targets and its first budget.
        bindings: which ledger measures which row; ``on`` lies in their year.
        ledgers: the definitions.
        read: gives the records of a binding; asked again for each month.
        on: the day.

    Raises:
        LedgerUnboundError: a binding names no row of the form, or several.
    """
    running = replace(bindings, bindings=tuple(_during(binding, on) for binding in bindings.bindings))
    bound = matched(case, running.bindings)

    def measured(asked: Bindings, until: date) -> dict[str, Measurement]:
        return {one.subject: one for one in measure_bound(case, asked, ledgers, read, until=until)}

    ends = [end for month in range(1, on.month + 1) if (end := date(on.year, month, calendar.monthrange(on.year, month)[1])) < on]
    year = _Year(measured(running, on), {end.month: measured(running, end) for end in ends})
    earlier = replace(running, year=on.year - 1, bindings=tuple(map(of_the_year_before, running.bindings)))
    before = _Before(measured(earlier, year_before(on)), measured(earlier, date(on.year - 1, 12, 31)))
    money = project_money(case, running, ledgers, read, on)
    ratio = money.rate / 100 / Fraction(whole_months(on), 12) if money is not None and money.rate is not None and whole_months(on) else None
    entries = [case.law.rules[name] for name in (MONEY_LAMP, INDICATOR_LAMP) if name in case.law.rules]
    rows = [row for row in case.rows if row.subject in bound and not (money is not None and row.role == "money")]
    return Monitoring(
        project=case.evaluation.project_name or bindings.project,
        year=bindings.year,
        on=on,
        months=whole_months(on),
        money=money,
        money_lamp=_lamp(ratio, case.law.rules.get(MONEY_LAMP)),
        money_ratio=ratio,
        rows=tuple(_tracked(row, ledgers[bound[row.subject].ledger], year, before, _Asked(case, bound[row.subject], on)) for row in rows),
        unbound=tuple(row.indicator.name or row.label for row in case.rows if row.subject not in bound),
        cites=tuple(dict.fromkeys(cite for entry in entries for cite in entry.cites)),
        notes=tuple(_notes(on, money)),
    )


def _during(binding: Binding, on: date) -> Binding:
    """The binding during the year: a reference date after the day asked for has not come yet."""
    return replace(binding, reference=None) if binding.reference and date.fromisoformat(binding.reference) > on else binding


class _Asked(NamedTuple):
    """What is asked about a row."""

    case: Case
    binding: Binding
    on: date


def _tracked(row: Row, ledger: Ledger, year: _Year, before: _Before, asked: _Asked) -> Tracked:
    """One row on the day."""
    target = stated_value(row.target, row.unit)
    nature = nature_of(ledger, _chosen(year.to_date[row.subject], target))
    months, found = _as_far_as_known(row.subject, year, asked.on, nature)
    measure = _chosen(found, target)
    share = Fraction(1) if nature == "level" else Fraction(months, 12)
    value = in_form_terms(measure, target) if measure is not None else None
    number = target.number if target is not None else None
    expected = None if number is None else Fraction(number) * share
    entry = asked.case.law.rules.get(INDICATOR_LAMP)
    why = _why_none(found, measure, target, asked.binding) or ("" if share else "时间进度为 0")
    lamp = (
        _row_lamp(value, expected, Fraction(number or 0), entry, limit=row.operator in LIMITS) if value is not None and expected is not None else None
    )
    forecast, reason = None, why
    if value is not None and not found.idle and not _open_gaps(found) and not asked.binding.judgement:
        least = int(entry.number("least_months")) if entry is not None else 0
        forecast, reason = forecast_of(Known(nature, value, share, least, _year_before(row.subject, target, before)))
    return Tracked(
        subject=row.subject,
        name=row.indicator.name or row.label,
        printed_target=row.target.raw or "",
        ledger=found.title,
        nature=nature,
        unit=(target.unit if target is not None else None) or (measure.unit if measure is not None else ""),
        target=number,
        value=None if value is None else to_places(value, PLACES),
        share=share,
        expected=None if expected is None else to_places(expected, PLACES),
        lamp=None if why else lamp,
        why=why,
        forecast=forecast,
        method_note=reason,
        points=tuple(_points(row.subject, target, year, asked.on)),
        rows_used=found.rows_used,
        left_out=sum(one.rows for one in found.left_out),
        gaps=_open_gaps(year.to_date[row.subject]),
        notes=(*_behind(months, asked.on, nature), *_timeless(ledger), *(note for note in found.notes if note != UNCOMPARED)),
        limit=row.operator in LIMITS,
    )


def _as_far_as_known(subject: str, year: _Year, on: date, nature: Nature) -> tuple[int, Measurement]:
    """The measurement that is judged and the months it covers: to the day, or to the last month end by which nothing was missing."""
    found, months = year.to_date[subject], whole_months(on)
    if nature == "level" or not _open_gaps(found):
        return months, found
    covered = [(month, known[subject]) for month, known in year.months.items() if not _open_gaps(known[subject]) and known[subject].rows_used]
    return max(covered, key=lambda one: one[0]) if covered else (months, found)


def _behind(months: int, on: date, nature: Nature) -> Iterable[str]:
    if nature != "level" and months < whole_months(on):
        yield f"台账只到 {on.year}-{months:02d}，按 {months} 个月判灯和推算。"


def _timeless(ledger: Ledger) -> Iterable[str]:
    """A ledger that neither dates its rows nor asks anything of a day says the same on every day."""
    definitions = (condition for one in ledger.definitions.values() for condition in one.where)
    asked = (*(condition for rule in ledger.validity for condition in rule.when), *definitions)
    if ledger.period is None and not any({one.before, one.after, one.since, one.until} & DAYS for one in asked):
        yield "台账各行不分时间，取的是现有的数。"


def _open_gaps(found: Measurement) -> tuple[str, ...]:
    """What is missing, apart from the statement that closes a year: the year is still running."""
    return tuple(gap for gap in found.gaps if gap != NOT_CLOSED)


def nature_of(ledger: Ledger, measure: Measure | None) -> Nature:
    """How a result behaves over the year: what counts or adds rows by their time flows; a running total is cumulative; the rest is a level."""
    definition = ledger.definitions.get(measure.definition) if measure is not None else None
    if definition is None:
        return "level"
    if definition.aggregation == "last":
        total = ledger.cumulative.total if ledger.cumulative is not None else None
        return "cumulative" if any(total in term.columns for term in definition.terms) else "level"
    timed = ledger.period is not None or any("start" in (one.since, one.after) for one in definition.where)
    return "flow" if definition.aggregation in _ADDED and timed else "level"


def _chosen(found: Measurement, target: Stated | None) -> Measure | None:
    """The first result in a unit that the target's can stand beside."""
    return next((one for one in found.measures if fits(one.unit, target)), None)


def _why_none(found: Measurement, measure: Measure | None, target: Stated | None, binding: Binding) -> str:
    """Why no lamp is given; empty where one can be."""
    if binding.judgement or found.idle:
        return "由人评判" if binding.judgement else "业务未发生"
    if _open_gaps(found):
        return "台账有缺口" if found.rows_used else "还没有记录"
    if measure is None or measure.value is None:
        return (measure.undefined if measure is not None else "；".join(found.notes)) or "没有结果"
    if found.approved is None and differ([one for one in found.measures if fits(one.unit, target)], target):
        return "口径未定"
    return "目标不是数" if target is None else ""


def _row_lamp(value: Fraction, expected: Fraction, target: Fraction, entry: RuleEntry | None, *, limit: bool) -> Lamp | None:
    """At least so much: by the value's part of what is expected by now. At most so much: within the time's share, within the year's, or over."""
    if limit:
        return "green" if value <= expected else "yellow" if value <= target else "red"
    if expected <= 0:
        return "green" if value >= expected else "red"
    return _lamp(value / expected, entry)


def _lamp(ratio: Fraction | None, entry: RuleEntry | None) -> Lamp | None:
    if ratio is None or entry is None:
        return None
    return "red" if ratio < entry.fraction("red_below") else "yellow" if ratio < entry.fraction("green_from") else "green"


def _year_before(subject: str, target: Stated | None, before: _Before) -> tuple[Fraction, Fraction] | None:
    """The value to the same day and of the whole year before; None where the ledger does not hold that year in full."""
    whole = before.whole[subject]
    found = _value(before.to_date[subject], target), _value(whole, target)
    return None if _open_gaps(whole) or not whole.rows_used or found[0] is None or found[1] is None else (found[0], found[1])


def _value(found: Measurement | None, target: Stated | None) -> Fraction | None:
    measure = _chosen(found, target) if found is not None else None
    return None if measure is None else in_form_terms(measure, target)


def _points(subject: str, target: Stated | None, year: _Year, on: date) -> Iterable[Point]:
    yield from (Point(month, _value(found.get(subject), target)) for month, found in sorted(year.months.items()))
    yield Point(on.month, _value(year.to_date.get(subject), target))


def _notes(on: date, money: MoneyHistory | None) -> Iterable[str]:
    if whole_months(on) != on.month:
        yield f"{on.month} 月未完，时间进度按 {whole_months(on)} 个月计。"
    if money is None:
        yield "没有绑定资金台账，不知道资金进度。"
