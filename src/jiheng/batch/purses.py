"""The money of a form for the form kernel: the law's money line, what the money rules look at, and the findings of the money table.

Amounts are in units of 10**-4 元; ``NONE`` stands for a cell that is blank or cannot be read.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from jiheng.batch import plans as p
from jiheng.batch import slots as s
from jiheng.batch.arithmetic import HALF_UP, POWERS, WIDEST, divided
from jiheng.batch.compiled import inner
from jiheng.batch.numbers import TO_VERIFY
from jiheng.batch.rows import shared_out
from jiheng.batch.slots import Table
from jiheng.batch.texts import AUDIT_TOTAL, MONEY_RATE, PART, TOTAL
from jiheng.batch.told import code, tell, tell_as

INITIAL, ADJUSTED, ALLOTTED, SPENT = range(4)
NO_RATE: Final = -1
NOTHING_PRINTED: Final = -2
MOST_PLACES: Final = 6
MOST_REACH: Final = 1000
_NO_BUDGET, _NOTHING_SPENT, _ALL_EQUAL = code("funds.no-budget"), code("funds.nothing-spent"), code("funds.all-equal")
_OVER, _PARTS, _SUB_ROW = code("funds.spent-over-budget"), code("funds.parts-do-not-sum"), code("funds.sub-row-counted")
_ADJUSTED = code("funds.adjusted-without-reason")
_RATE, _RATE_MISSING, _UNCLEAR = code("execution-rate.mismatch"), code("execution-rate.missing"), code("execution-rate.base-unclear")


class Money(NamedTuple):
    """The money line under the law, and the purse as the money rules read it. ``row`` is its row in the batch, -1 outside the table."""

    there: bool
    row: int
    points: int
    stated: int
    base_name: int
    base: int
    spent: int
    by_name: tuple[int, int, int]
    fund: int  # index of the counted line, -1 where tiers were added up
    rate: int
    purse_initial: int
    purse_adjusted: int
    purse_base: int
    purse_planned: int
    purse_spent: int
    total: int
    odd: bool


@inner
def _marked(funds: Table, first: int, last: int, flag: int) -> int:
    for i in range(first, last):
        if funds[i, s.M_ITEM] & flag:
            return i - first
    return -1


@inner
def _total_index(funds: Table, first: int, last: int) -> int:
    if last - first == 1:
        return 0
    named = _marked(funds, first, last, TOTAL)
    if named >= 0:
        return named
    return 0 if last > first and _marked(funds, first + 1, last, PART) >= 0 else -1


@inner
def _summed(funds: Table, first: int, last: int, name: int, whole: bool) -> int:
    """The sum of the readable amounts; ``NONE`` without any, and where one cannot be read if ``whole`` is asked for."""
    total, known = 0, 0
    for i in range(first, last):
        amount = funds[i, s.M_AMOUNTS + name]
        if amount != s.NONE:
            total += amount
            known += 1
        elif whole and funds[i, s.M_FILLED + name]:
            return s.NONE
    return total if known else s.NONE


@inner
def _chosen(first_choice: int, second: int) -> int:
    return first_choice if first_choice != s.NONE else second


@inner
def _points(funds: Table, first: int, last: int, law: Table, score_column: bool) -> int:
    scored = score_column
    for i in range(first, last):
        if funds[i, s.M_WEIGHT] != s.NONE:
            printed: int = funds[i, s.M_WEIGHT]
            return printed
        scored |= funds[i, s.M_STATED] != s.NONE
    points: int = law[s.L_MONEY_POINTS]
    return points if scored and not law[s.L_MONEY_INSIDE] and points >= 0 else s.NONE


@inner
def _first_stated(funds: Table, first: int, last: int) -> int:
    for i in range(first, last):
        if funds[i, s.M_STATED] != s.NONE:
            stated: int = funds[i, s.M_STATED]
            return stated
    return s.NONE


@inner
def _first_rate(funds: Table, first: int, last: int) -> int:
    for i in range(first, last):
        if funds[i, s.M_RATE] != NO_RATE:
            rate: int = funds[i, s.M_RATE]
            return rate
    return NO_RATE


@inner
def _largest(money: tuple[int, int, int, int]) -> int:
    largest = 0
    for amount in money:
        if amount != s.NONE:
            largest = max(largest, abs(amount))
    return largest


@inner
def money_of(funds: Table, span: tuple[int, int], law: Table, row: tuple[int, int, int], score_column: bool) -> Money:
    """The money of a form; ``row`` is its money row's place in the batch (-1 for none), weight and stated score."""
    first, last = span
    there = law[s.L_HAS_MONEY] and (first < last or row[0] >= 0)
    at = _total_index(funds, first, last)
    low, high = (first + at, first + at + 1) if at >= 0 else (first, last)
    amounts = (
        _summed(funds, low, high, INITIAL, True),
        _summed(funds, low, high, ADJUSTED, True),
        _summed(funds, low, high, ALLOTTED, True),
        _summed(funds, low, high, SPENT, True),
    )
    base_name = -1
    for k in range(law[s.L_BASE_COUNT]):
        name = law[s.L_MONEY_BASES + k]
        if base_name < 0 and amounts[name] != s.NONE:
            base_name = name
    base = amounts[base_name] if base_name >= 0 else s.NONE
    outside = row[0] < 0
    total = _marked(funds, first, last, AUDIT_TOTAL)
    low_shown, high_shown = (first + total, first + total + 1) if total >= 0 else (first, last)
    initial = _summed(funds, low_shown, high_shown, INITIAL, False)
    adjusted = _summed(funds, low_shown, high_shown, ADJUSTED, False)
    allotted = _summed(funds, low_shown, high_shown, ALLOTTED, False)
    spent = _summed(funds, low_shown, high_shown, SPENT, False)
    purse_base = base if there and base != s.NONE else s.NONE
    if purse_base == s.NONE:
        for amount in (initial, allotted, adjusted):
            purse_base = amount if amount not in (s.NONE, 0) else purse_base
    odd = _largest(amounts) > WIDEST or _largest((initial, adjusted, allotted, spent)) > WIDEST
    for i in range(first, last):
        odd |= funds[i, s.M_ODD] != 0
    return Money(
        there,
        row[0],
        _points(funds, first, last, law, score_column) if outside else row[1],
        _first_stated(funds, first, last) if outside else row[2],
        base_name,
        base,
        amounts[SPENT],
        (amounts[INITIAL], amounts[ADJUSTED], amounts[ALLOTTED]),
        at,
        _first_rate(funds, low, high),
        initial,
        adjusted,
        purse_base,
        _chosen(amounts[INITIAL] if there else s.NONE, initial),
        _chosen(amounts[SPENT] if there else s.NONE, spent),
        total,
        odd,
    )


@inner
def fund_score(money: Money, points: int, law: Table) -> tuple[int, int]:
    """FUND-RATE: score and record; no base or no spending gives 0."""
    if money.base in (s.NONE, 0) or money.spent == s.NONE:
        return 0, 0
    if money.spent >= money.base:
        return shared_out(points, 1, 1, law[s.L_PLACES], law[s.L_MODE])
    return shared_out(points, money.spent, money.base, law[s.L_PLACES], law[s.L_MODE])


@inner
def has_rate(money: Money) -> bool:
    """Whether spent ÷ base is known."""
    return money.purse_base not in (s.NONE, 0) and money.purse_spent != s.NONE


@inner
def reaches(money: Money, upper: int, lower: int) -> bool:
    """Whether spent ÷ base is at least a share (numerator, denominator)."""
    return has_rate(money) and money.purse_spent * lower >= upper * money.purse_base


@inner
def _closes(funds: Table, span: tuple[int, int], total: int, name: int, slack: int) -> bool:
    """Whether the parts make the whole, as one split or as several printed one after the other; True without parts."""
    whole, running, splits, parts, added = funds[span[0] + total, s.M_AMOUNTS + name], 0, 0, 0, 0
    for i in range(span[0], span[1]):
        amount = funds[i, s.M_AMOUNTS + name]
        if i == span[0] + total or amount == s.NONE:
            continue
        parts += 1
        added += amount
        running += amount
        if abs(running - whole) <= slack:
            running, splits = 0, splits + 1
    if parts == 0:
        return True
    return abs(added) <= slack if whole == 0 else splits > 0 and running == 0


@inner
def _tell_lines(told: Table, law: Table, form: int, money: Money, funds: Table, span: tuple[int, int]) -> None:
    """Parts against their total, and parts that carry the total's points again."""
    if money.total < 0:
        return
    whole = span[0] + money.total
    for name in range(4):
        if funds[whole, s.M_AMOUNTS + name] != s.NONE and not _closes(funds, span, money.total, name, law[s.L_SLACK]):
            tell(told, law, _PARTS, (form, p.FUNDS, 0))
    if funds[whole, s.M_WEIGHT] == s.NONE or funds[whole, s.M_STATED] == s.NONE:
        return
    for i in range(span[0], span[1]):
        if i != whole and funds[i, s.M_WEIGHT] == funds[whole, s.M_WEIGHT] and funds[i, s.M_STATED] == funds[whole, s.M_STATED]:
            tell(told, law, _SUB_ROW, (form, p.FUND, i - span[0]))


@inner
def differs(rates: Table, rate: int, spent: int, base: int) -> tuple[bool, bool]:
    """Whether a printed rate is not spent ÷ base at its own places, and whether that is beyond the kernel."""
    readings = rates[rate]
    if readings[0] <= 0 or base <= 0:
        return False, False
    if spent // base > MOST_REACH or readings[2] > MOST_PLACES or readings[4] > MOST_PLACES:
        return False, True
    for k in range(readings[0]):
        value, places = readings[1 + 2 * k], readings[2 + 2 * k]
        quotient, rest = divided(spent, POWERS[2 + places], base)
        if quotient + (2 * rest >= base) == value:
            return False, False
    return True, False


@inner
def _tell_rates(told: Table, law: Table, form: int, money: Money, funds: Table, rates: Table, span: tuple[int, int]) -> bool:
    """Printed rates of the money lines; True where one is beyond the kernel."""
    for i in range(span[0], span[1]):
        base = funds[i, s.M_AMOUNTS + money.base_name] if money.there and money.base_name >= 0 else s.NONE
        for name in (ADJUSTED, ALLOTTED, INITIAL):
            base = base if base != s.NONE else funds[i, s.M_AMOUNTS + name]
        if funds[i, s.M_RATE] == NO_RATE or funds[i, s.M_AMOUNTS + SPENT] == s.NONE or base == s.NONE:
            continue
        wrong, beyond = differs(rates, funds[i, s.M_RATE], funds[i, s.M_AMOUNTS + SPENT], base)
        if beyond:
            return True
        if wrong:
            tell(told, law, _RATE, (form, p.FUND_RATE, i - span[0]))
    return False


@inner
def _tell_unclear(told: Table, law: Table, form: int, money: Money) -> None:
    """Several amounts could be the base and give different scores."""
    if not money.there or money.points == s.NONE or money.spent == s.NONE:
        return
    lowest, highest, fitting, fits_base = s.NONE, s.NONE, 0, False
    for name in range(3):
        amount = money.by_name[name]
        if amount in (s.NONE, 0):
            continue
        capped = money.spent >= amount
        score, _ = shared_out(money.points, 1 if capped else money.spent, 1 if capped else amount, 2, HALF_UP)
        lowest, highest = score if lowest == s.NONE else min(lowest, score), max(highest, score)
        if score == money.stated:
            fitting += 1
            fits_base |= name == money.base_name
    if lowest != highest and not (fitting == 1 and fits_base and law[s.L_MONEY_VERIFIED]):
        tell(told, law, _UNCLEAR, (form, p.FUNDS, 0))


@inner
def tell_money(
    told: Table, law: Table, form: int, money: Money, funds: Table, rates: Table, span: tuple[int, int], excused: bool, fixed: bool, amounts: int
) -> bool:
    """The findings of the money table; ``excused`` where the money row gives a reason. True where something is beyond the kernel."""
    base, spent, planned, adjusted = money.purse_base, money.purse_spent, money.purse_planned, money.purse_adjusted
    based = base not in (s.NONE, 0)
    if money.there and not based and (span[0] < span[1] or money.spent not in (s.NONE, 0)):
        tell(told, law, _NO_BUDGET, (form, p.FUNDS, 0))
    over = spent != s.NONE and ((planned not in (s.NONE, 0) and spent > planned) or (based and spent > base))
    if over and not (excused or (adjusted != s.NONE and spent <= adjusted)):
        tell(told, law, _OVER, (form, p.FUNDS, 0))
    elif not excused and adjusted != s.NONE and money.purse_initial not in (s.NONE, adjusted):
        tell_as(told, law, _ADJUSTED, (form, p.FUNDS, 0), TO_VERIFY)
    if based and spent == 0:
        tell(told, law, _NOTHING_SPENT, (form, p.FUNDS, 0))
    if spent not in (s.NONE, 0) and money.purse_initial == spent and adjusted == spent and not fixed:
        tell(told, law, _ALL_EQUAL, (form, p.FUNDS, 0))
    silent = money.rate == NO_RATE or rates[money.rate, 0] == NOTHING_PRINTED
    if money.there and money.stated != s.NONE and amounts & MONEY_RATE and silent:
        tell(told, law, _RATE_MISSING, (form, p.FUNDS if money.fund < 0 else p.FUND_RATE, max(money.fund, 0)))
    _tell_lines(told, law, form, money, funds, span)
    _tell_unclear(told, law, form, money)
    return _tell_rates(told, law, form, money, funds, rates, span)
