"""An evaluation under a law: grade words, units, directions, weights and roles settled, each with where it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from jiheng.domain.dossier import FieldReading, Waiver
from jiheng.domain.evaluation import Evaluation, Indicator
from jiheng.domain.units import comparable, is_known, read_unit, scale
from jiheng.domain.value import Operator, Value
from jiheng.domain.valuetext import number_in_unit_of, regrade
from jiheng.rulebook.model import FixedRow, RulePack
from jiheng.scoring.case import Case, DirectionSource, Role, Row, UnitSource
from jiheng.scoring.levels import fixed_row, weights_of
from jiheng.scoring.purse import money_line

_BRACKETS = re.compile(r"[（(]([^（()）]{1,8})[)）]\s*$")


def interpret(  # noqa: PLR0913 - what a case consists of, each named
    evaluation: Evaluation,
    law: RulePack,
    *,
    on: date,
    fields: Mapping[str, FieldReading] | None = None,
    waivers: tuple[Waiver, ...] = (),
    source_name: str = "",
    source_format: str = "",
) -> Case:
    """The case of a form under a law. Never raises for odd data; what cannot be settled stays None."""
    words = frozenset(law.scheme.grade_words.value)
    regraded = replace(evaluation, indicators=tuple(_regraded(row, words) for row in evaluation.indicators))
    weights = weights_of(regraded, law)
    columns = dict(regraded.printed.unit_column)
    rows = _in_context([_row(i, row, law, weights[i], columns.get(i)) for i, row in enumerate(regraded.indicators)], regraded)
    return Case(
        evaluation=regraded,
        law=law,
        rows=rows,
        money=money_line(regraded, law, rows),
        on=on,
        fields=dict(fields or {}),
        waivers=waivers,
        source_name=source_name,
        source_format=source_format,
    )


def _regraded(indicator: Indicator, words: frozenset[str]) -> Indicator:
    target, actual = regrade(indicator.target, words), regrade(indicator.actual, words)
    same = target is indicator.target and actual is indicator.actual
    return indicator if same else replace(indicator, target=target, actual=actual)


def _row(index: int, indicator: Indicator, law: RulePack, weight: Decimal | None, column_unit: str | None) -> Row:
    fixed = fixed_row(indicator, law)
    negative = _negative_sense(indicator.name or "", law)
    operator, source = _direction(indicator, law, negative=negative)
    a, b, unit, unit_source, doubtful, fits = _numbers(indicator, column_unit)
    return Row(
        index=index,
        subject=f"/indicators/{index}",
        indicator=indicator,
        role=_role(indicator, law, fixed),
        weight=weight,
        target=indicator.target,
        actual=indicator.actual,
        a=a,
        b=b,
        unit=unit,
        unit_source=unit_source,
        unit_doubtful=doubtful,
        comparable=fits,
        operator=operator,
        direction_source=source,
        negative_sense=negative,
        formula=fixed.formula if fixed else None,
    )


def _in_context(rows: list[Row], evaluation: Evaluation) -> tuple[Row, ...]:
    """What a row alone does not show: only the first money row is the money line; cells the form has may have been left empty."""
    for later in [i for i, row in enumerate(rows) if row.role == "money"][1:]:
        rows[later] = replace(rows[later], role="indicator")
    if not evaluation.printed.columns.isdisjoint({"target", "actual"}):
        for i, row in enumerate(rows):
            if row.target.raw is None and row.actual.raw is None:
                rows[i] = replace(row, blank=True)
    return tuple(rows)


def _role(indicator: Indicator, law: RulePack, fixed: FixedRow | None) -> Role:
    money = law.scheme.money.value
    if money is not None and money.inside and any(part in (indicator.name or "") for part in money.names):
        return "money"
    return "judgement" if fixed is not None and fixed.formula.id == "JUDGE" else "indicator"


def _negative_sense(name: str, law: RulePack) -> bool:
    direction = law.scheme.direction.value
    if not any(word in name for word in direction.negative_words):
        return False
    return not any(word in name for word in (*direction.reversing_words, *direction.positive_words))


def _direction(indicator: Indicator, law: RulePack, *, negative: bool) -> tuple[Operator, DirectionSource]:
    direction = law.scheme.direction.value
    if indicator.target.operator is not None:
        return indicator.target.operator, "printed"
    if negative:
        return direction.negative, "negative-sense"
    if any(word in (indicator.level2 or "") for word in direction.cost_level2):
        return direction.cost, "cost"
    return direction.default, "default"


_Numbers = tuple[Decimal | None, Decimal | None, str | None, UnitSource | None, bool, bool]


def _numbers(indicator: Indicator, column_unit: str | None) -> _Numbers:
    """A and B in one unit: cell → other cell → brackets of the name → unit column; and whether they can be compared at all."""
    target, actual = indicator.target, indicator.actual
    outside, source = outside_unit(indicator.name, column_unit)
    known = next(
        (unit for unit in (target.printed_unit if target.unit else None, actual.printed_unit if actual.unit else None, outside) if unit), None
    )
    a, b = _in_unit(target, actual.printed_unit if actual.unit else outside), _in_unit(actual, target.printed_unit if target.unit else outside)
    units = [unit for unit in (target.unit, actual.unit) if unit]
    fits = len(units) < 2 or comparable(units[0], units[1])
    if not fits or (a is None or b is None):
        return (a if fits else None), (b if fits else None), units[0] if units else None, "cell" if units else None, False, fits
    if target.unit and actual.unit:
        return a, b * scale(actual.unit) / scale(target.unit), target.unit, "cell", False, True
    if units == ["%"] and _rate_as_share(target, actual):
        return None, None, "%", "target", True, True
    read = read_unit(known) if known else None
    inherited: UnitSource | None = "target" if target.unit else "actual" if actual.unit else source
    doubtful = read is not None and read[0] != 1 and b != 0 and inherited in {"target", "actual"}
    return a, b, read[1] if read else known, inherited, doubtful, True


def _in_unit(value: Value, other_unit: str | None) -> Decimal | None:
    if value.number is None or value.unit is not None or value.printed_unit is not None:
        return value.number
    return number_in_unit_of(value.number, other_unit)


def outside_unit(name: str | None, column_unit: str | None) -> tuple[str | None, UnitSource | None]:
    """A unit printed outside the value cells: in brackets at the end of the name, else in the unit column; with where it stands."""
    match = _BRACKETS.search(name or "")
    read = read_unit(match.group(1)) if match else None
    if match and read is not None and is_known(read[1]):
        return match.group(1), "name"
    return (column_unit, "column") if column_unit else (None, None)


def _rate_as_share(target: Value, actual: Value) -> bool:
    """A bare number up to 1 beside a percent above 1: 0.95 may mean 95 %, so a person is asked."""
    bare, percent = (actual, target) if target.unit == "%" else (target, actual)
    return bare.number is not None and percent.number is not None and 0 < bare.number <= 1 < percent.number
