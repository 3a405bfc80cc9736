"""The money line: which printed amount is the base, what was spent, what else could be the base."""

from __future__ import annotations

from decimal import Decimal

from jiheng.domain.evaluation import Evaluation, FundLine
from jiheng.domain.value import Money
from jiheng.rulebook.model import AmountName, MoneyRule, RulePack
from jiheng.scoring.case import MoneyLine, Row

AMOUNT_NAMES: dict[AmountName, str] = {"initial_budget": "年初预算", "adjusted_budget": "全年预算", "allotted": "实际下达", "disbursed": "实际支出"}
CANDIDATES: tuple[AmountName, ...] = ("allotted", "adjusted_budget", "initial_budget")
TOTAL_WORDS = ("总额", "合计", "总计", "总金额", "资金总")
PART_WORD = "其中"


def money_line(evaluation: Evaluation, law: RulePack, rows: tuple[Row, ...]) -> MoneyLine | None:
    """The money line of a form; None where the form has neither amounts nor a money row, or its law scores none."""
    rule = law.scheme.money.value
    row = next((row for row in rows if row.role == "money"), None)
    if rule is None or (not evaluation.funds and row is None):
        return None
    index = total_index(evaluation.funds)
    counted = evaluation.funds if index is None else (evaluation.funds[index],)
    amounts: dict[AmountName, Decimal | None] = {name: _amount(counted, name) for name in AMOUNT_NAMES}
    base_name = next((name for name in rule.bases if amounts[name] is not None), None)
    return MoneyLine(
        subject=row.subject if row else "/funds",
        points=row.weight if row else _points(evaluation, rule),
        base_name=base_name,
        base=amounts[base_name] if base_name else None,
        spent=amounts["disbursed"],
        planned=amounts["initial_budget"],
        stated_score=row.indicator.stated_score if row else next((f.stated_score for f in evaluation.funds if f.stated_score is not None), None),
        stated_rate=next((fund.stated_rate for fund in counted if fund.stated_rate is not None), None),
        candidates=tuple((name, value) for name in CANDIDATES if (value := amounts[name]) is not None),
        fund_index=index,
        unit=evaluation.money_unit,
    )


def total_index(funds: tuple[FundLine, ...]) -> int | None:
    """The printed total, the only line, or the line whose parts follow; None where tiers stand side by side and are added up."""
    if len(funds) == 1:
        return 0
    named = next((i for i, fund in enumerate(funds) if any(word in fund.item for word in TOTAL_WORDS)), None)
    if named is not None:
        return named
    return 0 if any(fund.item.startswith(PART_WORD) for fund in funds[1:]) else None


def _points(evaluation: Evaluation, rule: MoneyRule) -> Decimal | None:
    """Printed points first; the pack's points only where the form has a cell for the money score."""
    printed = next((fund.weight for fund in evaluation.funds if fund.weight is not None), None)
    if printed is not None:
        return printed
    scored = "score" in evaluation.printed.amounts or any(fund.stated_score is not None for fund in evaluation.funds)
    return rule.points if scored and not rule.inside else None


def _amount(lines: tuple[FundLine, ...], name: AmountName) -> Decimal | None:
    """The sum of the amounts printed in these lines; None where none is printed, or where one of them cannot be read."""
    cells: list[Money] = [money for line in lines if (money := getattr(line, name)) is not None]
    amounts = [money.yuan for money in cells if money.yuan is not None]
    return sum(amounts, Decimal(0)) if amounts and len(amounts) == len(cells) else None
