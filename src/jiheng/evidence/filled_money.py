"""The money block of a form from the money ledger: which printed line takes which amount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal, NamedTuple

from jiheng.domain.evaluation import Evaluation, FundLine
from jiheng.domain.moneytext import parse_money
from jiheng.domain.monitored import MoneyHistory
from jiheng.domain.value import Money
from jiheng.evidence.filled_values import money_text
from jiheng.scoring.purse import total_index

Cell = Literal["initial_budget", "adjusted_budget", "allotted", "disbursed"]
CELL_NAMES: dict[Cell, str] = {"initial_budget": "年初预算", "adjusted_budget": "全年预算", "allotted": "实际下达", "disbursed": "实际支出"}
WHOLE = "合计"


class Amount(NamedTuple):
    """One amount for one cell of the money block."""

    line: int
    cell: Cell
    text: str


def lines_for(evaluation: Evaluation, money: MoneyHistory, items: Sequence[str]) -> tuple[FundLine, ...]:
    """The money lines that the ledger's amounts go to; a blank form may have none, or one that names no tier.

    ``items`` are the money lines of the form's drawing: its tiers, or its rows.
    """
    tiers = [tier for tier in money.tiers if tier is not None]
    wanted = [tier for tier in tiers if _bare(tier) in map(_bare, items)]
    lines = list(evaluation.funds)
    known = {_bare(line.item) for line in lines}
    missing = [tier for tier in wanted if _bare(tier) not in known]
    if len(lines) == 1 and missing and _bare(lines[0].item) not in map(_bare, items):
        lines[0] = replace(lines[0], item=missing.pop(0))
    lines += [FundLine(tier) for tier in missing]
    return tuple(lines or [FundLine(items[0] if items else WHOLE)])


def amounts_for(lines: Sequence[FundLine], evaluation: Evaluation, money: MoneyHistory) -> Iterator[Amount]:
    """Every amount of the ledger that a line has a cell for: per tier where the line is a tier, else the whole in the total."""
    by_tier = {_bare(tier): tier for tier in money.tiers if tier is not None}
    base: list[Cell] = [cell for cell in ("adjusted_budget", "allotted") if cell in evaluation.printed.amounts] or ["allotted"]
    total = total_index(tuple(lines))
    for index, line in enumerate(lines):
        tier = by_tier.get(_bare(line.item))
        if tier is None and index != total:
            continue
        sent, paid = (money.allotted, money.paid) if tier is None else money.of_tier(tier)
        yield from (Amount(index, cell, _text(sent, evaluation, money)) for cell in base)
        yield Amount(index, "disbursed", _text(paid, evaluation, money))
        if money.planned_by == "ledger" and money.planned is not None and index == (total if total is not None else 0):
            yield Amount(index, "initial_budget", _text(money.planned, evaluation, money))


def with_amount(lines: Sequence[FundLine], amount: Amount, evaluation: Evaluation) -> tuple[FundLine, ...]:
    """The lines with one amount in its cell."""
    value = parse_money(amount.text, unit=evaluation.money_unit)
    return tuple(_put(line, amount.cell, value) if index == amount.line else line for index, line in enumerate(lines))


def amount_at(line: FundLine, cell: Cell) -> Money | None:
    """What a cell of a line holds."""
    return {
        "initial_budget": line.initial_budget,
        "adjusted_budget": line.adjusted_budget,
        "allotted": line.allotted,
        "disbursed": line.disbursed,
    }[cell]


def _put(line: FundLine, cell: Cell, value: Money | None) -> FundLine:
    if cell == "initial_budget":
        return replace(line, initial_budget=value)
    if cell == "adjusted_budget":
        return replace(line, adjusted_budget=value)
    return replace(line, allotted=value) if cell == "allotted" else replace(line, disbursed=value)


def _text(amount: Decimal, evaluation: Evaluation, money: MoneyHistory) -> str:
    return money_text(amount, money.unit, evaluation.money_unit)


def _bare(item: str) -> str:
    return "".join(item.split()).removeprefix("其中").strip(":：")
