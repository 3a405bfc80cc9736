"""Small forms as somebody prints them, and laws that differ from a real pack in a leaf or two; read by the real parser, scored by the real engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from jiheng.domain.dossier import Waiver
from jiheng.domain.evaluation import Evaluation, FundLine, Indicator, StatedTotals
from jiheng.domain.finding import Citation
from jiheng.domain.scorecard import Scorecard, ScoreLine, Treatment
from jiheng.domain.value import Money, MoneyUnit
from jiheng.domain.valuetext import parse_value
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import Formula, FormulaId, Formulas, RulePack, Sourced
from jiheng.scoring import interpret, score
from jiheng.scoring.case import Case

NATIONAL = "cn-2020"
JIANGMEN = "cn-gd-jiangmen-2023"
YEAR_END = date(2023, 12, 31)
CITES = (Citation("示例办法", "第一条", "示例原文", None, "seen", verified=True),)
UNITS: dict[MoneyUnit, Decimal] = {"元": Decimal(1), "万元": Decimal(10000)}


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@cache
def pack(name: str = NATIONAL) -> RulePack:
    """A pack of the rulebook as it is."""
    return load_rulebook().pack(name)


def law(name: str = NATIONAL, **leaves: Any) -> RulePack:
    """A pack with other values in some leaves of its scheme; a condition of ``formulas`` is named directly: ``law(at_most=formula("REV-RATIO"))``."""
    found = pack(name)
    sourced = {leaf: Sourced(value, CITES) for leaf, value in leaves.items()}
    conditions = {leaf: sourced.pop(leaf) for leaf in list(sourced) if leaf in Formulas.__dataclass_fields__}
    formulas = replace(found.scheme.formulas, **conditions)
    return replace(found, scheme=replace(found.scheme, formulas=formulas, **sourced))


def formula(name: FormulaId, **numbers: Any) -> Formula:
    return Formula(name, **numbers)


def row(
    target: str | None = "≥100人",
    actual: str | None = "100人",
    weight: str | None = "10",
    stated: str | None = None,
    *,
    name: str | None = "培训人数",
    level1: str | None = "产出指标",
    level2: str | None = "数量指标",
    reason: str | None = None,
) -> Indicator:
    """One printed row, its cells read as the importer reads them."""
    return Indicator(level1, level2, name, parse_value(target), parse_value(actual), number(weight), number(stated), reason)


def amount(text: str | None, unit: MoneyUnit = "万元") -> Money | None:
    """An amount cell; a text that is no number stays unreadable."""
    if text is None:
        return None
    readable = text.replace(".", "", 1).isdigit()
    return Money(text, Decimal(text) * UNITS[unit] if readable else None)


def fund(
    item: str = "年度资金总额",
    *,
    initial: str | None = None,
    adjusted: str | None = None,
    allotted: str | None = None,
    spent: str | None = None,
    weight: str | None = None,
    stated: str | None = None,
    unit: MoneyUnit = "万元",
) -> FundLine:
    """One printed money row."""
    first, second, third, fourth = (amount(text, unit) for text in (initial, adjusted, allotted, spent))
    return FundLine(item, first, second, third, fourth, weight=number(weight), stated_score=number(stated))


def form(*rows: Indicator, total: str | None = None, **fields: Any) -> Evaluation:
    """A form of such rows; other fields of the evaluation by name."""
    return Evaluation(**{"indicators": rows, "stated_totals": StatedTotals(score=number(total)), "money_unit": "万元", **fields})


def waiver(index: int, treatment: Treatment) -> Waiver:
    return Waiver(f"/indicators/{index}", treatment)


def case_of(evaluation: Evaluation, under: RulePack | None = None, *, waivers: Iterable[Waiver] = ()) -> Case:
    """The form under a law, the national pack unless another is given."""
    return interpret(evaluation, under or pack(), on=YEAR_END, waivers=tuple(waivers))


def scored(evaluation: Evaluation, under: RulePack | None = None, *, waivers: Iterable[Waiver] = ()) -> Scorecard:
    return score(case_of(evaluation, under, waivers=waivers))


def line_of(one: Indicator, under: RulePack | None = None) -> ScoreLine:
    """The score line of a form's only row."""
    (line,) = scored(form(one), under).lines
    return line
