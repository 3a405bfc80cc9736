"""The money of a form as the money rules look at it: total line or sum of tiers, what was planned, what could be spent, what was spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.audit.texts import first_word, says_nothing
from jiheng.domain.evaluation import FundLine
from jiheng.domain.value import Money
from jiheng.rulebook.model import AmountName
from jiheng.scoring.case import Case
from jiheng.scoring.formulas import ratio

AMOUNTS: tuple[AmountName, ...] = ("initial_budget", "adjusted_budget", "allotted", "disbursed")
AMOUNT_LABELS: dict[AmountName, str] = {
    "initial_budget": "年初预算（计划安排）",
    "adjusted_budget": "全年预算（调整后）",
    "allotted": "实际分配下达",
    "disbursed": "实际支出",
}


@dataclass(frozen=True, slots=True)
class Purse:
    """The form's money in exact 元.

    ``base`` is what the law measures spending against, ``rate`` spent ÷ base (None without either), ``total`` the index of the printed
    total line, ``reason`` what the money row's reason cell says.
    """

    initial: Decimal | None
    adjusted: Decimal | None
    allotted: Decimal | None
    spent: Decimal | None
    base: Decimal | None
    planned: Decimal | None
    total: int | None
    reason: str | None
    rate: Fraction | None


def yuan(line: FundLine, name: AmountName) -> Decimal | None:
    """The exact 元 of one amount cell, None where blank or unreadable."""
    money: Money | None = getattr(line, name)
    return None if money is None else money.yuan


def total_line(funds: Sequence[FundLine], total_words: Sequence[str]) -> int | None:
    """The index of the line that is printed as the total of the others."""
    return next((index for index, line in enumerate(funds) if first_word(line.item, total_words)), None)


def purse(case: Case, total_words: Sequence[str]) -> Purse:
    """The form's money: the total line where there is one, else the sum of the printed lines; the law's own reading of base and plan first."""
    funds = case.evaluation.funds
    total = total_line(funds, total_words)
    shown = funds if total is None else (funds[total],)
    initial, adjusted, allotted, spent = (_sum(shown, name) for name in AMOUNTS)
    money = case.money
    base = money.base if money is not None and money.base is not None else next((x for x in (adjusted, allotted, initial) if x), None)
    planned = money.planned if money is not None and money.planned is not None else initial
    paid = money.spent if money is not None and money.spent is not None else spent
    return Purse(
        initial=initial,
        adjusted=adjusted,
        allotted=allotted,
        spent=paid,
        base=base,
        planned=planned,
        total=total,
        reason=_reason(case),
        rate=ratio(paid, base) if base and paid is not None else None,
    )


def _sum(lines: Sequence[FundLine], name: AmountName) -> Decimal | None:
    known = [amount for line in lines if (amount := yuan(line, name)) is not None]
    return sum(known, Decimal(0)) if known else None


def _reason(case: Case) -> str | None:
    texts = [row.indicator.reason for row in case.rows if row.role == "money" and not says_nothing(row.indicator.reason)]
    return texts[0] if texts else None
