"""Rules on the printed execution rate (预算执行率) and on its base."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from jiheng.audit.money import FUNDS
from jiheng.audit.purse import AMOUNT_LABELS, AMOUNTS, yuan
from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import says_nothing, squeeze
from jiheng.audit.wording import figure, half_up, points, quotient, wan
from jiheng.domain.evaluation import FundLine
from jiheng.rulebook.model import AmountName
from jiheng.scoring.case import MoneyLine
from jiheng.scoring.formulas import ratio

_RATE = re.compile(r"(\d+(?:\.(\d+))?)(%?)")
_RATIO_BELOW = 2


def printed_shares(text: str) -> tuple[tuple[Decimal, int], ...]:
    """What a printed rate may mean, in percent with its places: ``86%``, ``86``, and ``0.86`` or ``1`` as a ratio."""
    match = _RATE.fullmatch(squeeze(text))
    if match is None:
        return ()
    value, places = Decimal(match[1]), len(match[2] or "")
    readings = [(value, places)]
    if not match[3] and value < _RATIO_BELOW:
        readings.append((value * 100, max(0, places - 2)))
    return tuple(readings)


def _fits(text: str, rate: Fraction) -> bool | None:
    readings = printed_shares(text)
    if not readings:
        return None
    return any(half_up(rate * 100, places) == value for value, places in readings)


@rule("execution-rate.mismatch")
def execution_rate_mismatch(inspection: Inspection) -> Iterable[Problem]:
    """A printed rate that is not spent ÷ base at its printed precision."""
    for subject, label, text, spent, base in _printed_rates(inspection):
        rate = ratio(spent, base) if base > 0 else None
        if rate is None or _fits(text, rate) is not False:
            continue
        yield Problem(
            subject,
            f"{label}执行率应为 {figure(rate)}%（支出 {wan(spent)} ÷ 预算 {wan(base)}），填报 {text.strip()}。",
            "请按支出数与预算数重新计算执行率。",
            expected=figure(rate),
            found=text.strip().rstrip("%％"),
        )


def _printed_rates(inspection: Inspection) -> Iterator[tuple[str, str, str, Decimal, Decimal]]:
    money, purse = inspection.case.money, inspection.purse
    for index, line in enumerate(inspection.case.evaluation.funds):
        spent, base = yuan(line, "disbursed"), _base(line, money)
        if line.stated_rate is not None and spent is not None and base is not None:
            yield f"{FUNDS}/{index}/stated_rate", f"“{line.item}”", line.stated_rate, spent, base
    for row in inspection.case.rows:
        raw = row.indicator.actual.raw
        if row.role == "money" and row.indicator.actual.unit == "%" and raw is not None and purse.spent is not None and purse.base:
            yield f"{row.subject}/actual", row.label, raw.lstrip("≥≤=<>"), purse.spent, purse.base


def _base(line: FundLine, money: MoneyLine | None) -> Decimal | None:
    names: list[AmountName] = ["adjusted_budget", "allotted", "initial_budget"]
    if money is not None and money.base_name is not None:
        names.insert(0, money.base_name)
    return next((amount for name in names if (amount := yuan(line, name)) is not None), None)


@rule("execution-rate.missing")
def execution_rate_missing(inspection: Inspection) -> Iterable[Problem]:
    """A money score without a printed rate, in a layout that has the cell."""
    money = inspection.case.money
    if money is None or money.stated_score is None or "rate" not in inspection.case.evaluation.printed.amounts or not says_nothing(money.stated_rate):
        return
    rate = inspection.purse.rate
    shown = f"，按支出 ÷ 预算应为 {figure(rate)}%" if rate is not None else ""
    subject = FUNDS if money.fund_index is None else f"{FUNDS}/{money.fund_index}/stated_rate"
    what = f"资金行填有得分 {points(money.stated_score)} 分，但未填执行率{shown}。"
    yield Problem(subject, what, "请补填执行率。", expected=figure(rate) if rate is not None else None)


@rule("execution-rate.base-unclear")
def execution_rate_base_unclear(inspection: Inspection) -> Iterable[Problem]:
    """Several amounts could be the base and give different scores; silent where a verified clause names the one that the score fits."""
    money, scheme = inspection.case.money, inspection.case.law.scheme
    law = scheme.money.value
    if money is None or law is None or law.formula.id != "FUND-RATE" or money.points is None or money.spent is None:
        return
    scores = _scores_by_base(money, money.points, money.spent)
    if len(set(scores.values())) < 2:
        return
    fitting = [name for name, score in scores.items() if score == money.stated_score]
    if fitting == [money.base_name] and all(cite.verified for cite in scheme.money.cites):
        return
    amounts = dict(money.candidates)
    listed = "；".join(
        f"以{AMOUNT_LABELS[name]} {wan(amounts[name])}为基数得 {points(score)} 分{'（与填报一致）' if name in fitting else ''}"
        for name, score in scores.items()
    )
    yield Problem(FUNDS, f"执行率的基数不明：{listed}。", "请在表中写明执行率以哪个预算数为基数。")


def _scores_by_base(money: MoneyLine, full: Decimal, spent: Decimal) -> dict[AmountName, Decimal]:
    amounts = dict(money.candidates)
    return {
        name: half_up(full) if spent >= amounts[name] else quotient(full * spent, amounts[name])
        for name in AMOUNTS
        if name != "disbursed" and amounts.get(name)
    }
