"""A Case is an evaluation seen through its law: directions, units, roles and grade words settled. Scoring and audit read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeVar

from jiheng.domain.dossier import FieldReading, Waiver
from jiheng.domain.evaluation import Evaluation, Indicator
from jiheng.domain.measured import Measurement
from jiheng.domain.proof import Proof
from jiheng.domain.value import MoneyUnit, Operator, Value
from jiheng.rulebook.model import AmountName, Formula, RulePack
from jiheng.scoring.formulas import ratio

Role = Literal["indicator", "money", "judgement"]
UnitSource = Literal["cell", "target", "actual", "name", "column"]
DirectionSource = Literal["printed", "default", "cost", "negative-sense"]


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator under the law.

    ``weight`` is the printed weight or what the weight rule of its block gives; ``target`` and ``actual`` carry grade words of the pack;
    ``a`` and ``b`` are their numbers in one common unit (None where there is none, or where the units cannot be compared);
    ``operator`` is the printed one, or the assumed ``direction``; ``role`` money for the pack's money row inside the table,
    judgement for rows the pack says a person judges. ``formula`` is set where a fixed row names one;
    ``blank`` says that the form has cells for target and actual and both are empty here.
    """

    index: int
    subject: str
    indicator: Indicator
    role: Role
    weight: Decimal | None
    target: Value
    actual: Value
    a: Decimal | None
    b: Decimal | None
    unit: str | None
    unit_source: UnitSource | None
    unit_doubtful: bool
    comparable: bool
    operator: Operator
    direction_source: DirectionSource
    negative_sense: bool
    formula: Formula | None = None
    blank: bool = False

    @property
    def numeric(self) -> bool:
        """Both numbers are known in one unit."""
        return self.a is not None and self.b is not None

    @property
    def reach(self) -> Fraction | None:
        """Reach r = B ÷ A, exact; None where a number is missing or A is 0."""
        if self.a is None or self.b is None or self.a == 0:
            return None
        return ratio(self.b, self.a)

    @property
    def met(self) -> bool | None:
        """Whether B meets A in the row's direction; None where it cannot be told."""
        if self.a is None or self.b is None:
            return None
        if self.operator in {"≥", ">", "="}:
            return self.b >= self.a
        return self.b <= self.a

    @property
    def label(self) -> str:
        """第 n 行“名称”, as messages name a row (n counts from 1)."""
        return f"第 {self.index + 1} 行“{self.indicator.name or '（无名称）'}”"


Record = TypeVar("Record", Row, Indicator)


def changed(record: Record, **changes: object) -> Record:
    """The record with some fields changed: ``dataclasses.replace``, four times as fast for records with slots."""
    fields: dict[str, Any] = {name: getattr(record, name) for name in record.__slots__}
    return type(record)(**(fields | changes))


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """The money line under the law: which amount is the base, what was spent, what else could be the base (exact 元).

    ``fund_index`` is the printed line it is read from, None where tiers were added up; ``unit`` the form's money unit, for traces.
    """

    subject: str
    points: Decimal | None
    base_name: AmountName | None
    base: Decimal | None
    spent: Decimal | None
    planned: Decimal | None
    stated_score: Decimal | None
    stated_rate: str | None
    candidates: tuple[tuple[AmountName, Decimal], ...] = ()
    fund_index: int | None = None
    unit: MoneyUnit | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One form under one law, ready to be scored and audited; by subject what ledgers (``measurements``) and attached files (``proofs``) say."""

    evaluation: Evaluation
    law: RulePack
    rows: tuple[Row, ...]
    money: MoneyLine | None
    on: date
    fields: dict[str, FieldReading] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    source_name: str = ""
    source_format: str = ""
    measurements: dict[str, Measurement] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
