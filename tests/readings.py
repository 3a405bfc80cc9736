"""Small forms as they are printed, read by the real parser and scored under the national pack: for rules on values, units and evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from inspections import rule_entries
from jiheng.domain.evaluation import Evaluation, FundLine, Indicator, Printed
from jiheng.domain.finding import Repair
from jiheng.domain.scorecard import Scorecard
from jiheng.domain.valuetext import parse_parts, parse_value
from jiheng.rulebook import load_rulebook
from jiheng.scoring import interpret, score
from jiheng.scoring.case import Case

COLUMNS = frozenset({"level1", "level2", "name", "target", "actual", "weight", "score", "reason", "criteria", "evidence"})


@dataclass(frozen=True)
class Reading:
    """One form, with the law of the nation or of another pack."""

    evaluation: Evaluation
    repairs: tuple[Repair, ...] = ()
    source_format: str = "txt"
    pack: str = "cn-2020"
    extra: dict[str, Any] = field(default_factory=dict)

    def case(self, codes: Iterable[str]) -> tuple[Case, Scorecard]:
        law = replace(load_rulebook().pack(self.pack), rules={code: rule_entries()[code] for code in codes})
        case = interpret(self.evaluation, law, on=date(2023, 12, 31), source_format=self.source_format)
        return case, score(case)


def line(name: str | None = "培训人数", target: str | None = "≥100人", actual: str | None = "100人", **more: Any) -> Indicator:
    """A row as printed; ``w`` and ``s`` are weight and stated score, ``parts`` a target in three cells."""
    parts = more.pop("parts", None)
    weight, stated = more.pop("w", "10"), more.pop("s", "10")
    return Indicator(
        level1=more.pop("level1", "产出指标"),
        level2=more.pop("level2", "数量指标"),
        name=name,
        target=parse_parts(*parts) if parts else parse_value(target),
        actual=parse_value(actual),
        weight=None if weight is None else Decimal(weight),
        stated_score=None if stated is None else Decimal(stated),
        evidence=tuple(more.pop("evidence", ("签到表",))),
        **more,
    )


def reading(*rows: Indicator, columns: Iterable[str] = COLUMNS, unit_column: Any = (), funds: tuple[FundLine, ...] = (), **more: Any) -> Any:
    """A form of such rows of fiscal year 2023."""
    printed = Printed(columns=frozenset(columns), unit_column=tuple(unit_column), parents=more.pop("parents", ()))
    evaluation = Evaluation(fiscal_year=2023, indicators=rows, printed=printed, funds=funds)
    return Reading(evaluation, **more)
