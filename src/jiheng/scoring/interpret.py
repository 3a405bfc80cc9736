"""An evaluation under a law: grade words, units, directions, weights and roles settled, each with where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from operator import is_

from jiheng.domain.dossier import Dossier, FieldReading, Waiver
from jiheng.domain.evaluation import Evaluation, Indicator
from jiheng.domain.measured import Measurement
from jiheng.domain.proof import Proof
from jiheng.domain.units import comparable, is_known, read_unit, scale
from jiheng.domain.value import Operator, Value
from jiheng.domain.valuetext import number_in_unit_of, regrade
from jiheng.rulebook.model import Block, Direction, DirectionSign, RulePack
from jiheng.scoring.case import Case, DirectionSource, Row, UnitSource, changed
from jiheng.scoring.levels import blocks_by_name, fixed_row, weights_of
from jiheng.scoring.lexicon import has_word, words_in
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
    measurements: Iterable[Measurement] = (),
    proofs: Iterable[Proof] = (),
) -> Case:
    """The case of a form under a law. Never raises for odd data; what cannot be settled stays None."""
    regraded = _regraded_form(evaluation, frozenset(law.scheme.grade_words.value))
    blocks = blocks_by_name(law)
    known = _Known(regraded, law, blocks)
    weights = weights_of(regraded, blocks)
    rows = _one_money_row([_row(i, row, weights[i], known) for i, row in enumerate(regraded.indicators)])
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
        measurements={one.subject: one for one in measurements},
        proofs={one.subject: one for one in proofs},
    )


def case_of(dossier: Dossier, law: RulePack) -> Case:
    """The case of a dossier that has an evaluation and a date, under a law.

    Raises:
        ValueError: it has none.
    """
    if dossier.evaluation is None or dossier.on is None:
        raise ValueError("a dossier without evaluation or date is no case")
    return interpret(
        dossier.evaluation,
        law,
        on=dossier.on,
        fields=dossier.fields,
        waivers=dossier.waivers,
        source_name=dossier.document.name,
        source_format=dossier.document.format,
        measurements=dossier.measurements,
        proofs=dossier.proofs,
    )


def _regraded_form(evaluation: Evaluation, words: frozenset[str]) -> Evaluation:
    indicators = tuple([_regraded(row, words) for row in evaluation.indicators])
    same = all(map(is_, indicators, evaluation.indicators))
    return evaluation if same else replace(evaluation, indicators=indicators)


def _regraded(indicator: Indicator, words: frozenset[str]) -> Indicator:
    target, actual = regrade(indicator.target, words), regrade(indicator.actual, words)
    same = target is indicator.target and actual is indicator.actual
    return indicator if same else changed(indicator, target=target, actual=actual)


class _Known:
    """What every row is held against, settled once for the form: blocks, unit column, and those words of the law that occur at all."""

    def __init__(self, evaluation: Evaluation, law: RulePack, blocks: Mapping[str, Block]) -> None:
        names = "\n".join([row.name or "" for row in evaluation.indicators])
        money, direction = law.scheme.money.value, law.scheme.direction.value
        self.blocks = blocks
        self.units = dict(evaluation.printed.unit_column)
        self.value_cells = not evaluation.printed.columns.isdisjoint({"target", "actual"})
        self.money_names = words_in(names, money.names) if money is not None and money.inside else ()
        self.direction = direction
        self.negative_words = words_in(names, direction.negative_words)
        self.excusing_words = words_in(names, (*direction.reversing_words, *direction.positive_words)) if self.negative_words else ()


def _row(index: int, indicator: Indicator, weight: Decimal | None, known: _Known) -> Row:
    fixed = fixed_row(indicator, known.blocks)
    name, target, actual = indicator.name or "", indicator.target, indicator.actual
    negative = has_word(name, known.negative_words) and not has_word(name, known.excusing_words)
    operator, source = _direction(indicator, known.direction, negative=negative)
    a, b, unit, unit_source, doubtful, fits = _numbers(indicator, known.units.get(index))
    judged = fixed is not None and fixed.formula.id == "JUDGE"
    return Row(
        index=index,
        subject=f"/indicators/{index}",
        indicator=indicator,
        role="money" if has_word(name, known.money_names) else "judgement" if judged else "indicator",
        weight=weight,
        target=target,
        actual=actual,
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
        blank=known.value_cells and target.raw is None and actual.raw is None,
    )


def _one_money_row(rows: list[Row]) -> tuple[Row, ...]:
    """Only the first money row is the money line."""
    for later in [i for i, row in enumerate(rows) if row.role == "money"][1:]:
        rows[later] = changed(rows[later], role="indicator")
    return tuple(rows)


def _direction(indicator: Indicator, direction: Direction, *, negative: bool) -> tuple[Operator, DirectionSource]:
    if indicator.target.operator is not None:
        return indicator.target.operator, "printed"
    if negative:
        return direction.negative, "negative-sense"
    return assumed(indicator.level2, direction)


def assumed(level2: str | None, direction: Direction) -> tuple[DirectionSign, DirectionSource]:
    """The direction of a row that prints none and whose name tells none, by its level-2 name."""
    return (direction.cost, "cost") if level2 and has_word(level2, direction.cost_level2) else (direction.default, "default")


def has_negative_sense(name: str, direction: Direction) -> bool:
    """Whether less is better by the row's name: it has a word of harm, and none that excuses it."""
    return has_word(name, direction.negative_words) and not has_word(name, (*direction.reversing_words, *direction.positive_words))


_Numbers = tuple[Decimal | None, Decimal | None, str | None, UnitSource | None, bool, bool]


def _numbers(indicator: Indicator, column_unit: str | None) -> _Numbers:
    """A and B in one unit: cell → other cell → brackets of the name → unit column; and whether they can be compared at all."""
    target, actual = indicator.target, indicator.actual
    outside, source = outside_unit(indicator.name, column_unit)
    a, b = _in_unit(target, actual.printed_unit if actual.unit else outside), _in_unit(actual, target.printed_unit if target.unit else outside)
    first = target.unit or actual.unit or None
    fits = comparable(first, actual.unit or None)
    if not fits or a is None or b is None:
        return (a if fits else None), (b if fits else None), first, "cell" if first else None, False, fits
    if target.unit and actual.unit:
        return a, _converted(b, actual.unit, target.unit), target.unit, "cell", False, True
    if first == "%" and _rate_as_share(target, actual):
        return None, None, "%", "target", True, True
    printed = (target.printed_unit if target.unit else actual.printed_unit if actual.unit else None) or outside
    read = read_unit(printed) if printed else None
    inherited: UnitSource | None = "target" if target.unit else "actual" if actual.unit else source
    doubtful = read is not None and read[0] != 1 and b != 0 and inherited in {"target", "actual"}
    return a, b, read[1] if read else printed, inherited, doubtful, True


def _converted(number: Decimal, unit: str, wanted: str) -> Decimal:
    return number if unit == wanted else number * scale(unit) / scale(wanted)


def _in_unit(value: Value, other_unit: str | None) -> Decimal | None:
    if value.number is None or value.unit is not None or value.printed_unit is not None:
        return value.number
    return number_in_unit_of(value.number, other_unit)


def outside_unit(name: str | None, column_unit: str | None) -> tuple[str | None, UnitSource | None]:
    """A unit printed outside the value cells: in brackets at the end of the name, else in the unit column; with where it stands."""
    match = _BRACKETS.search(name) if name and (")" in name or "）" in name) else None
    read = read_unit(match.group(1)) if match else None
    if match and read is not None and is_known(read[1]):
        return match.group(1), "name"
    return (column_unit, "column") if column_unit else (None, None)


def _rate_as_share(target: Value, actual: Value) -> bool:
    """A bare number up to 1 beside a percent above 1: 0.95 may mean 95 %, so a person is asked."""
    bare, percent = (actual, target) if target.unit == "%" else (target, actual)
    return bare.number is not None and percent.number is not None and 0 < bare.number <= 1 < percent.number
