"""The form kernel: money line, totals, range and grade, and the rules that look at a whole form."""

from __future__ import annotations

from typing import Final

from jiheng.batch import plans as p
from jiheng.batch.arithmetic import compared
from jiheng.batch.claims import Shown, is_wrong, tell_copies, tell_rows
from jiheng.batch.compiled import compiled, inner
from jiheng.batch.numbers import FORMULA, UNSCORED
from jiheng.batch.purses import NO_RATE, Money, differs, fund_score, has_rate, money_of, tell_money
from jiheng.batch.slots import (
    F_AMOUNTS,
    F_COLUMNS,
    F_FIXED_COST,
    F_FUND,
    F_ODD,
    F_ROW,
    F_STATED,
    L_AHEAD,
    L_ALIKE_ROWS,
    L_BARE_ROWS,
    L_BASE,
    L_CAP,
    L_FULL_ROWS,
    L_GRADE_COUNT,
    L_GRADE_LOWS,
    L_MONEY_METHOD,
    L_SCORED,
    L_SEVERITY,
    L_UNSPENT_FULL,
    L_VARIANT,
    LOST,
    M_PLACES,
    M_STATED,
    M_WEIGHT,
    NONE,
    P_FLAGS,
    P_HOW,
    R_ACTUAL,
    R_ACTUAL_EXPONENT,
    R_EVIDENCE,
    R_PLAN,
    R_RATE,
    R_REASON,
    R_STATED,
    R_TARGET,
    R_TARGET_EXPONENT,
    R_WEIGHT,
    S_BASIS,
    S_EXACT,
    S_HIGH,
    S_LOW,
    S_METHOD,
    S_ODD,
    S_SCORE,
    T_GRADE,
    T_HIGH,
    T_LOW,
    T_MONEY,
    T_MONEY_EXACT,
    T_MONEY_SCORE,
    T_ODD,
    T_TOTAL,
    USED,
    Table,
)
from jiheng.batch.sums import Outside, tell_grade, tell_totals, tell_weights
from jiheng.batch.texts import FILLED, FREE, NO_EVIDENCE, NOTHING_SAID, SAVED, SCORE_COLUMN
from jiheng.batch.told import code, tell, tell_as

MOST_SHARED: Final = 200_000_000
MOST_ROWS: Final = 200
_WEIGHT, _SCORE, _TARGET, _ACTUAL, _REASON, _EVIDENCE = (1 << bit for bit in range(6))
_EXCEEDS, _NEGATIVE, _DIFFERS = code("score.exceeds-weight"), code("score.negative"), code("score.differs-from-formula")
_FULL = code("score.uniformly-full")
_ALIKE = code("actual.equals-weight")
_UNDECLARED, _RATE = code("direction.undeclared"), code("execution-rate.mismatch")
_UNSPENT, _AHEAD = code("funds.unspent-with-full-output"), code("funds.results-exceed-spending")


@inner
def _money_row(span: tuple[int, int], rows: Table, plans: Table, scores: Table) -> tuple[int, bool]:
    """The money row inside the table (-1 for none), and whether there is more than one or a row that only the interpreter can score."""
    found, several = -1, False
    for i in range(span[0], span[1]):
        several |= scores[i, S_ODD] != 0
        if plans[rows[i, R_PLAN], P_HOW] == p.MONEY:
            several |= found >= 0
            found = i if found < 0 else found
    return found, several


@inner
def _outside(money: Money, funds: Table, span: tuple[int, int], score: int) -> Outside:
    if not money.there or money.row >= 0 or (money.points == NONE and money.stated == NONE):
        return Outside(False, NONE, NONE, NONE)
    printed = False
    for i in range(span[0], span[1]):
        printed |= funds[i, M_WEIGHT] != NONE
    other_frame = not printed and money.points != NONE and money.stated != NONE and money.stated > money.points
    return Outside(True, NONE if other_frame else money.points, money.stated, score)


@inner
def _shown(span: tuple[int, int], printed: int, rows: Table, plans: Table) -> Shown:
    score, actual, reason, evidence = printed & _SCORE != 0, printed & _ACTUAL != 0, printed & _REASON != 0, printed & _EVIDENCE != 0
    for i in range(span[0], span[1]):
        score |= rows[i, R_STATED] != NONE
        actual |= not plans[rows[i, R_PLAN], P_FLAGS] & p.ACTUAL_ABSENT
        reason |= rows[i, R_REASON] & FILLED != 0
        evidence |= not rows[i, R_EVIDENCE] & NO_EVIDENCE
    return Shown(score, actual, reason, evidence, printed & _TARGET != 0)


@inner
def _add_up(f: int, span: tuple[int, int], law: Table, rows: Table, scores: Table, out: Table) -> None:
    """Total, range and grade of a scored form; rows first, then the sum."""
    total, low, high, lines = 0, 0, 0, 0
    if out[f, T_MONEY] != NONE:
        total, lines = out[f, T_MONEY_SCORE], 1
    for i in range(span[0], span[1]):
        lines += 1
        if scores[i, S_SCORE] != NONE:
            total += scores[i, S_SCORE]
            continue
        carried = max(0, min(rows[i, R_STATED] if rows[i, R_STATED] != NONE else 0, rows[i, R_WEIGHT]))
        total += carried
        low -= carried - scores[i, S_LOW]
        high += scores[i, S_HIGH] - carried
    if lines == 0:
        return
    out[f, T_TOTAL], out[f, T_LOW], out[f, T_HIGH] = total, total + low, total + high
    best = -1
    for g in range(law[L_GRADE_COUNT]):
        if total >= law[L_GRADE_LOWS + g] and (best < 0 or law[L_GRADE_LOWS + g] > law[L_GRADE_LOWS + best]):
            best = g
    out[f, T_GRADE] = best


@inner
def _tell_whole(told: Table, law: Table, f: int, span: tuple[int, int], forms: Table, rows: Table, plans: Table, outside: Outside) -> None:
    """Directions nobody declared, points typed into the value columns, every row full."""
    undeclared, alike, first, full, bare, printed_evidence = False, 0, -1, True, 0, forms[f, F_COLUMNS] & _EVIDENCE != 0
    for i in range(span[0], span[1]):
        flags, weight = plans[rows[i, R_PLAN], P_FLAGS], rows[i, R_WEIGHT]
        undeclared |= flags & p.TARGET_NUMBER != 0 and not flags & p.PRINTED_DIRECTION
        full &= rows[i, R_STATED] == weight
        no_evidence = rows[i, R_EVIDENCE] & NO_EVIDENCE != 0
        bare += no_evidence
        printed_evidence |= not no_evidence
        if not (flags & p.TARGET_NUMBER and flags & p.ACTUAL_NUMBER and flags & p.IN_POINTS) or weight == 0:
            continue
        target = compared(rows[i, R_TARGET], rows[i, R_TARGET_EXPONENT], weight, -6) == 0
        if target and compared(rows[i, R_ACTUAL], rows[i, R_ACTUAL_EXPONENT], weight, -6) == 0:
            alike += 1
            first = i if first < 0 else first
    if undeclared:
        tell(told, law, _UNDECLARED, (f, p.FORM, 0))
    if alike >= law[L_ALIKE_ROWS] and first >= 0:
        tell(told, law, _ALIKE, (f, p.ROW_TARGET, first - span[0]))
    full &= not outside.there or (outside.weight != NONE and outside.stated == outside.weight)
    if full and span[1] - span[0] >= law[L_FULL_ROWS] and forms[f, F_STATED] == law[L_BASE]:
        unproved = printed_evidence and bare >= law[L_BARE_ROWS]
        tell_as(told, law, _FULL, (f, p.FORM, 0), law[L_VARIANT + _FULL] if unproved else law[L_SEVERITY + _FULL])


@inner
def _shares(span: tuple[int, int], rows: Table, scores: Table, money: Money, outside: Outside) -> tuple[int, int, int, int]:
    """Points of the money claim and of the others, each with its weight; weights of 0 where there is none."""
    money_got, money_weight, got, weight = 0, 0, 0, 0
    for i in range(span[0], span[1]):
        stated = rows[i, R_STATED]
        if i == money.row and stated == NONE:
            stated = scores[i, S_SCORE]
        if stated == NONE or rows[i, R_WEIGHT] == 0:
            continue
        if i == money.row:
            money_got, money_weight = money_got + stated, money_weight + rows[i, R_WEIGHT]
        else:
            got, weight = got + stated, weight + rows[i, R_WEIGHT]
    if outside.there and outside.weight not in (NONE, 0):
        stated = outside.stated if outside.stated != NONE else outside.score
        if stated != NONE:
            money_got, money_weight = money_got + stated, money_weight + outside.weight
    return money_got, money_weight, got, weight


@inner
def _tell_spending(told: Table, law: Table, f: int, shares: tuple[int, int, int, int], money: Money, lines: int, reason: int) -> None:
    """Claimed results against spending."""
    money_got, money_weight, got, weight = shares
    if money_weight == 0 or weight == 0:
        return
    baseless = lines > 0 and not has_rate(money)
    low, high = law[L_UNSPENT_FULL : L_UNSPENT_FULL + 2], law[L_UNSPENT_FULL + 2 : L_UNSPENT_FULL + 4]
    little = money_got * low[1] < low[0] * money_weight
    if not baseless and not reason & FREE and little and got * high[1] > high[0] * weight:
        tell(told, law, _UNSPENT, (f, p.FUNDS, 0))
        return
    if reason & SAVED:
        return
    gap, unspent = law[L_AHEAD : L_AHEAD + 2], law[L_AHEAD + 2 : L_AHEAD + 4]
    if baseless:
        if money.purse_spent != NONE:
            tell(told, law, _AHEAD, (f, p.FUNDS, 0))
    elif _ahead(shares, gap) or (has_rate(money) and (money.purse_base - money.purse_spent) * unspent[1] > unspent[0] * money.purse_base):
        tell(told, law, _AHEAD, (f, p.FUNDS, 0))


@inner
def _ahead(shares: tuple[int, int, int, int], gap: Table) -> bool:
    """Whether results are ahead of spending by more than a share of themselves."""
    money_got, money_weight, got, weight = shares
    return got > 0 and money_weight * got * (gap[1] - gap[0]) > gap[1] * money_got * weight


@inner
def _too_large(span: tuple[int, int], rows: Table, shares: tuple[int, int, int, int]) -> bool:
    if span[1] - span[0] > MOST_ROWS:
        return True
    for part in shares:
        if abs(part) > MOST_SHARED:
            return True
    for i in range(span[0], span[1]):
        if rows[i, R_WEIGHT] > MOST_SHARED or (rows[i, R_STATED] != NONE and abs(rows[i, R_STATED]) > MOST_SHARED):
            return True
    return False


@inner
def _judge(
    f: int,
    forms: Table,
    rows: Table,
    funds: Table,
    rates: Table,
    printed: Table,
    plans: Table,
    fixed_ones: Table,
    law: Table,
    scores: Table,
    out: Table,
    told: Table,
) -> bool:
    """Judge one form; False where only the interpreter can."""
    span, lines = (forms[f, F_ROW], forms[f + 1, F_ROW]), (forms[f, F_FUND], forms[f + 1, F_FUND])
    at, beyond = _money_row(span, rows, plans, scores)
    if beyond:
        return False
    row = (at, rows[at, R_WEIGHT], rows[at, R_STATED]) if at >= 0 else (-1, NONE, NONE)
    money = money_of(funds, lines, law, row, forms[f, F_AMOUNTS] & SCORE_COLUMN != 0)
    if money.odd or (money.points != NONE and money.points < 0):
        return False
    score = NONE
    if law[L_SCORED] and money.there and money.points != NONE:
        score, record = fund_score(money, money.points, law)
        if at >= 0:
            scores[at, S_BASIS], scores[at, S_METHOD], scores[at, S_SCORE], scores[at, S_EXACT] = FORMULA, law[L_MONEY_METHOD], score, record
        else:
            out[f, T_MONEY], out[f, T_MONEY_SCORE], out[f, T_MONEY_EXACT] = money.points, score, record
    outside = _outside(money, funds, lines, score)
    shares = _shares(span, rows, scores, money, outside)
    if _too_large(span, rows, shares):
        return False
    if law[L_SCORED]:
        _add_up(f, span, law, rows, scores, out)
    reason = rows[at, R_REASON] if at >= 0 else NOTHING_SAID
    shown = _shown(span, forms[f, F_COLUMNS], rows, plans)
    tell_rows(told, law, f, span, rows, plans, fixed_ones, scores, shown, money)
    tell_copies(told, law, f, span, rows, plans, scores)
    _tell_outside(told, law, f, outside, funds, lines)
    tell_totals(told, law, f, span, forms, rows, outside, shown)
    tell_weights(told, law, f, span, forms, printed, rows, outside)
    _tell_whole(told, law, f, span, forms, rows, plans, outside)
    tell_grade(told, law, f, forms)
    _tell_spending(told, law, f, shares, money, lines[1] - lines[0], 0 if reason & NOTHING_SAID else reason)
    if not _tell_row_rate(told, law, (f, p.ROW_ACTUAL, at - span[0]), rows[at, R_RATE] if at >= 0 else NO_RATE, rates, money):
        return False
    return not tell_money(told, law, f, money, funds, rates, lines, not reason & NOTHING_SAID, forms[f, F_FIXED_COST], forms[f, F_AMOUNTS])


@inner
def _tell_row_rate(told: Table, law: Table, at: tuple[int, int, int], rate: int, rates: Table, money: Money) -> bool:
    """The rate that a money row inside the table states; False where it is beyond the kernel."""
    if rate < 0 or not has_rate(money):
        return True
    wrong, beyond = differs(rates, rate, money.purse_spent, money.purse_base)
    if wrong:
        tell(told, law, _RATE, at)
    return not beyond


@inner
def _tell_outside(told: Table, law: Table, f: int, outside: Outside, funds: Table, lines: tuple[int, int]) -> None:
    """The score of a money line outside the table against its points and its formula."""
    if not outside.there or outside.stated == NONE:
        return
    at = (f, p.FUNDS, 0)
    if outside.stated < 0:
        tell(told, law, _NEGATIVE, at)
    if outside.weight == NONE:
        return
    if law[L_CAP] and outside.stated > outside.weight:
        tell(told, law, _EXCEEDS, at)
    places = 0
    for i in range(lines[0], lines[1]):
        if funds[i, M_STATED] != NONE:
            places = funds[i, M_PLACES]
            break
    if outside.score != NONE and is_wrong(outside.stated, places, outside.score, law):
        tell(told, law, _DIFFERS, at)


@compiled
def judge_forms(
    forms: Table,
    rows: Table,
    funds: Table,
    rates: Table,
    printed: Table,
    plans: Table,
    fixed_ones: Table,
    law: Table,
    scores: Table,
    out: Table,
    told: Table,
) -> None:
    """Judge every form; those that only the interpreter can judge are marked ``odd`` and leave no findings behind."""
    for f in range(len(forms) - 1):
        before = told[0, USED]
        out[f, T_TOTAL] = out[f, T_LOW] = out[f, T_HIGH] = NONE
        out[f, T_MONEY] = out[f, T_MONEY_SCORE] = out[f, T_MONEY_EXACT] = NONE
        out[f, T_GRADE] = UNSCORED
        out[f, T_ODD] = forms[f, F_ODD] or not _judge(f, forms, rows, funds, rates, printed, plans, fixed_ones, law, scores, out, told)
        if out[f, T_ODD]:
            told[0, USED] = before
        if told[0, LOST]:
            return
