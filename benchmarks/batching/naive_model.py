"""The models of the naive contestant."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from pydantic import BaseModel, Field
from pydantic.dataclasses import dataclass

CENT = Decimal("0.01")


@dataclasses.dataclass(slots=True)
class Value:
    text: str
    kind: str
    operator: str | None = None
    spoken: bool = False
    doubled: bool = False
    glyph: bool = False
    approximate: bool = False
    number: Decimal | None = None
    unit: str | None = None
    times: str = ""
    date: int | None = None


@dataclass
class Row:
    level1: str | None
    level2: str | None
    name: str | None
    target: str | None
    actual: str | None
    unit_column: str | None
    weight: Decimal | None
    stated_score: Decimal | None
    reason: str | None
    criteria: str | None
    evidence: str | None
    target_value: Value | None = None
    actual_value: Value | None = None
    proof: list[str] = Field(default_factory=list)
    unit: str | None = None
    comparable: bool = True
    direction: str = "≥"
    cost_rate: bool = False
    a: Decimal | None = None
    b: Decimal | None = None
    met: bool | None = None
    basis: str = "undetermined"
    score: Decimal | None = None


@dataclass
class FundLine:
    item: str
    initial_budget_yuan: Decimal | None
    adjusted_budget_yuan: Decimal | None
    allotted_yuan: Decimal | None
    disbursed_yuan: Decimal | None
    weight: Decimal | None
    stated_rate: str | None
    stated_score: Decimal | None


class Form(BaseModel):
    form: str
    project_name: str | None
    stated_weight: Decimal | None
    stated_score: Decimal | None
    stated_grade: str | None
    printed_columns: str
    printed_amounts: str
    rows: list[Row]
    funds: list[FundLine]


class Judged:
    """What is known of a form after scoring."""

    def __init__(self) -> None:
        self.points: Decimal | None = None
        self.claimed: Decimal | None = None
        self.base_name: str | None = None
        self.base: Decimal | None = None
        self.spent: Decimal | None = None
        self.money: Decimal | None = None
        self.total: Decimal | None = None
        self.found: list[tuple[int, str]] = []
