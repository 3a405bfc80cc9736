"""How a score was reached, and which usual mistake explains a score that the formula does not give."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from jiheng.audit.claims import Claim
from jiheng.audit.purse import AMOUNT_LABELS
from jiheng.audit.registry import Inspection
from jiheng.audit.wording import ONE, half_up, plain, points
from jiheng.scoring.case import Row
from jiheng.scoring.formulas import NOTHING, ratio, times_ratio

HUNDRED = Decimal(100)
_RATIO_METHODS = frozenset({"RATIO-CAP", "EQ-AS-GE", "PASS-LINE"})


def calculation(claim: Claim) -> str | None:
    """The formula with its numbers, ``0 ÷ 15100 × 4 = 0``; None where the method is no plain ratio."""
    line, row = claim.line, claim.row
    if line is None or row is None or line.exact is None or claim.weight is None or row.a is None or row.b is None or row.met is True:
        return None
    if line.method in _RATIO_METHODS:
        upper, lower = row.b, row.a
    elif line.method == "REV-RATIO":
        upper, lower = row.a, row.b
    else:
        return None
    return f"{plain(upper)} ÷ {plain(lower)} × {plain(claim.weight)} = {plain(Decimal(line.exact))}"


def reverse_scores(row: Row, weight: Decimal) -> tuple[Fraction, Fraction] | None:
    """What a missed ceiling earns by inverse ratio, and by deduction of the overrun; None where neither has a meaning."""
    if row.a is None or row.b is None or row.a <= 0 or row.b <= row.a:
        return None
    inverse, reach = times_ratio(weight, row.a, row.b), ratio(row.b, row.a)
    return inverse, max(Fraction(0), times_ratio(weight, 2 - reach, ONE))


def explanation(claim: Claim, stated: Decimal, inspection: Inspection) -> str | None:
    """The first usual mistake whose result is the stated score at its printed places."""
    places = max(0, -int(stated.as_tuple().exponent))
    for value, words in _alternatives(claim, inspection):
        if half_up(value, places) == stated and half_up(value) != claim.score:
            return words
    return _truncation(claim, stated, places)


def _alternatives(claim: Claim, inspection: Inspection) -> Iterator[tuple[Fraction, str]]:
    weight, row = claim.weight or NOTHING, claim.row
    if row is not None and row.role == "indicator":
        yield from _row_alternatives(row, weight)
    if claim.is_money:
        yield from _money_alternatives(Fraction(weight), inspection)
    yield times_ratio(claim.score or NOTHING, weight, HUNDRED), "权重重复相乘（得分又乘了一次权重）"


def _row_alternatives(row: Row, weight: Decimal) -> Iterator[tuple[Fraction, str]]:
    if row.a is None or row.b is None:
        return
    ceiling = row.operator in {"≤", "<"}
    if row.unit == "%":
        yield times_ratio(weight, row.b, HUNDRED), "把完成率直接当作得分比例（分值×完成值），没有与目标值相比"
    reach = None if ceiling else row.reach
    if reach is not None and reach > 1:
        yield times_ratio(weight, reach, ONE), "完成比例超过 100% 未封顶"
    scores = reverse_scores(row, weight) if ceiling else None
    if scores is not None:
        yield scores[0], "用了反比公式（目标值÷完成值）"
        yield scores[1], "用了按超出比例扣减的公式"


def _money_alternatives(full: Fraction, inspection: Inspection) -> Iterator[tuple[Fraction, str]]:
    money = inspection.case.money
    if money is None or money.spent is None:
        return
    for name, amount in money.candidates:
        if amount and amount != money.base:
            share = ratio(money.spent, amount)
            yield min(full, full * share), f"以{AMOUNT_LABELS[name]}为执行率的基数"
            yield full * share, f"以{AMOUNT_LABELS[name]}为执行率的基数且未封顶"
    if inspection.purse.rate is not None:
        yield full * inspection.purse.rate, "执行率超过 100% 未封顶"


def _truncation(claim: Claim, stated: Decimal, places: int) -> str | None:
    if claim.line is None or claim.line.exact is None:
        return None
    exact = Fraction(Decimal(claim.line.exact))
    cut = Decimal(int(exact * 10**places)).scaleb(-places)
    return f"直接舍去了小数（{points(exact)} 记为 {plain(stated)}）" if cut == stated and exact > 0 else None
