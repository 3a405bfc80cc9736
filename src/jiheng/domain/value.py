"""A Value is what a target or actual cell says; Money is what an amount cell says. Both keep the print."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["quantity", "percent", "date", "grade", "text", "placeholder", "absent"]
Operator = Literal["≥", ">", "=", "<", "≤"]
MoneyUnit = Literal["元", "万元"]


@dataclass(frozen=True, slots=True)
class ValueNote:
    """A remark of the parser that an audit rule turns into a finding, e.g. code ``operator.doubled``, before ``≥≥98%``, after ``≥98%``."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value expression. Source: the value tables of the field guide.

    ``number`` has the multiplier applied (70万票 → 700000 票) and keeps 90 for 90%; it is None for dates, grades, texts, ranges.
    ``unit`` is canonical (㎡ → 平方米), ``printed_unit`` as printed with its multiplier (万票).
    ``date`` is an ISO date, ``range`` the two bounds of a range; both stand beside a null number.
    """

    raw: str | None
    kind: Kind
    operator: Operator | None = None
    number: Decimal | None = None
    unit: str | None = None
    printed_unit: str | None = None
    approximate: bool = False
    date: str | None = None
    range: tuple[Decimal, Decimal] | None = None
    notes: tuple[ValueNote, ...] = ()


ABSENT = Value(raw=None, kind="absent")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: the print and the exact 元 it means; ``yuan`` is None where the print cannot be read (never guessed)."""

    raw: str
    yuan: Decimal | None
