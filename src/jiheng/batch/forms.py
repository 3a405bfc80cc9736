"""The form kernel: money line, totals, range and grade, and the rules that look at a whole form."""

from __future__ import annotations

from typing import Final

from jiheng.batch import plans as p
from jiheng.batch import slots as s
from jiheng.batch.arithmetic import to_places
from jiheng.batch.claims import is_wrong, tell_rows
from jiheng.batch.compiled import compiled, inner
from jiheng.batch.laid import Columns, lay, put
from jiheng.batch.numbers import FORMULA, UNDETERMINED, UNSCORED
from jiheng.batch.purses import NO_RATE, Money, differs, fund_score, has_rate, money_of, tell_money
from jiheng.batch.rows import score_rows
from jiheng.batch.slots import Gathered, Table
from jiheng.batch.sums import Outside, tell_grade, tell_headings, tell_totals, tell_weights
from jiheng.batch.tally import Tally, carried, tally_of
from jiheng.batch.texts import FREE, MONEY_SCORE, NOTHING_SAID, SAVED
from jiheng.batch.told import code, tell, tell_as

MOST_SHARED: Final = 200_000_000
MOST_ROWS: Final = 200
_EXCEEDS, _NEGATIVE, _DIFFERS = code("score.exceeds-weight"), code("score.negative"), code("score.differs-from-formula")
_FULL = code("score.uniformly-full")
_ALIKE, _COPIES = code("actual.equals-weight"), code("actual.copies-target")
_UNDECLARED, _RATE = code("direction.undeclared"), code("execution-rate.mismatch")
_UNSPENT, _AHEAD = code("funds.unspent-with-full-output"), code("funds.results-exceed-spending")


@inner
def _outside(money: Money, funds: Table, span: tuple[int, int], score: int) -> Outside:
    if not money.there or money.row >= 0 or (money.points == s.NONE and money.stated == s.NONE):
        return Outside(False, s.NONE, s.NONE, s.NONE)
    printed = False
    for i in range(span[0], span[1]):
        printed |= funds[i, s.M_WEIGHT] != s.NONE
    other_frame = not printed and money.points != s.NONE and money.stated != s.NONE and money.stated > money.points
    return Outside(True, s.NONE if other_frame else money.points, money.stated, score)


@inner
def _add_up(f: int, count: int, law: Table, tally: Tally, money: tuple[int, int, int], out: Table) -> None:
    """Total, range and grade of a scored form; rows first, then the sum. ``money`` is what the money row in the table brings."""
    total, low, high = tally.results.total + money[0], tally.results.low + money[1], tally.results.high + money[2]
    if out[f, s.T_MONEY] != s.NONE:
        total += out[f, s.T_MONEY_EXACT if law[s.L_SUM_FIRST] else s.T_MONEY_SCORE]
    elif count == 0:
        return
    if tally.claims.unweighted:
        return
    if law[s.L_SUM_FIRST]:
        total = to_places(total, 0, 1, law[s.L_PLACES], law[s.L_MODE])
    out[f, s.T_TOTAL], out[f, s.T_LOW], out[f, s.T_HIGH] = total, total + low, total + high
    best = -1
    for g in range(law[s.L_GRADE_COUNT]):
        if total >= law[s.L_GRADE_LOWS + g] and (best < 0 or law[s.L_GRADE_LOWS + g] > law[s.L_GRADE_LOWS + best]):
            best = g
    out[f, s.T_GRADE] = best


@inner
def _tell_whole(told: Table, law: Table, f: int, count: int, forms: Table, tally: Tally, outside: Outside) -> None:
    """Directions nobody declared, points typed into the value columns, copies of the target, every row full."""
    if tally.undeclared:
        tell(told, law, _UNDECLARED, (f, p.FORM, 0))
    if tally.results.alike >= law[s.L_ALIKE_ROWS] and tally.results.first_alike >= 0:
        tell(told, law, _ALIKE, (f, p.ROW_TARGET, tally.results.first_alike))
    if tally.results.numeric >= law[s.L_COPIED] and tally.results.copies * law[s.L_COPIED + 2] >= law[s.L_COPIED + 1] * tally.results.numeric:
        tell(told, law, _COPIES, (f, p.FORM, 0))
    full = tally.claims.full and (not outside.there or (outside.weight != s.NONE and outside.stated == outside.weight))
    if full and count >= law[s.L_FULL_ROWS] and forms[f, s.F_STATED] == law[s.L_BASE]:
        unproved = tally.shown.evidence and tally.bare >= law[s.L_BARE_ROWS]
        tell_as(told, law, _FULL, (f, p.FORM, 0), law[s.L_VARIANT + _FULL] if unproved else law[s.L_SEVERITY + _FULL])


@inner
def _shares(rows: Table, scores: Table, tally: Tally, outside: Outside) -> tuple[int, int, int, int]:
    """Points of the money claim and of the others, each with its weight; weights of 0 where there is none."""
    money_got, money_weight, at = 0, 0, tally.money
    if at >= 0 and rows[at, s.R_WEIGHT] not in (s.NONE, 0):
        stated = rows[at, s.R_STATED] if rows[at, s.R_STATED] != s.NONE else scores[at, s.S_SCORE]
        if stated != s.NONE:
            money_got, money_weight = stated, rows[at, s.R_WEIGHT]
    if outside.there and outside.weight not in (s.NONE, 0):
        stated = outside.stated if outside.stated != s.NONE else outside.score
        if stated != s.NONE:
            money_got, money_weight = money_got + stated, money_weight + outside.weight
    return money_got, money_weight, tally.claims.got, tally.claims.weight


@inner
def _tell_spending(told: Table, law: Table, f: int, shares: tuple[int, int, int, int], money: Money, lines: int, reason: int) -> None:
    """Claimed results against spending."""
    money_got, money_weight, got, weight = shares
    if money_weight == 0 or weight == 0:
        return
    baseless = lines > 0 and not has_rate(money)
    low, high = law[s.L_UNSPENT_FULL : s.L_UNSPENT_FULL + 2], law[s.L_UNSPENT_FULL + 2 : s.L_UNSPENT_FULL + 4]
    little = money_got * low[1] < low[0] * money_weight
    if not baseless and not reason & FREE and little and got * high[1] > high[0] * weight:
        tell(told, law, _UNSPENT, (f, p.FUNDS, 0))
        return
    if reason & SAVED:
        return
    gap, unspent = law[s.L_AHEAD : s.L_AHEAD + 2], law[s.L_AHEAD + 2 : s.L_AHEAD + 4]
    if baseless:
        if money.purse_spent != s.NONE:
            tell(told, law, _AHEAD, (f, p.FUNDS, 0))
    elif _ahead(shares, gap) or (has_rate(money) and (money.purse_base - money.purse_spent) * unspent[1] > unspent[0] * money.purse_base):
        tell(told, law, _AHEAD, (f, p.FUNDS, 0))


@inner
def _ahead(shares: tuple[int, int, int, int], gap: Table) -> bool:
    """Whether results are ahead of spending by more than a share of themselves."""
    money_got, money_weight, got, weight = shares
    return got > 0 and money_weight * got * (gap[1] - gap[0]) > gap[1] * money_got * weight


@inner
def _largest(shares: tuple[int, int, int, int]) -> int:
    largest = 0
    for part in shares:
        largest = max(largest, abs(part))
    return largest


@inner
def _too_large(count: int, tally: Tally, shares: tuple[int, int, int, int]) -> bool:
    return count > MOST_ROWS or tally.claims.largest > MOST_SHARED or _largest(shares) > MOST_SHARED


@inner
def _score_money(f: int, law: Table, money: Money, scores: Table, out: Table) -> int:
    """Score the money line, inside the table or outside; its score, ``NONE`` without one."""
    at = money.row
    if not law[s.L_SCORED] or (at < 0 and not money.there):
        return s.NONE
    if money.points == s.NONE:
        if at >= 0:
            scores[at, s.S_BASIS], scores[at, s.S_METHOD] = UNDETERMINED, law[s.L_MONEY_METHOD]
        return s.NONE
    if not money.there:
        return s.NONE
    score, record = fund_score(money, money.points, law)
    if at >= 0:
        scores[at, s.S_BASIS], scores[at, s.S_METHOD] = FORMULA, law[s.L_MONEY_METHOD]
        scores[at, s.S_SCORE], scores[at, s.S_EXACT] = score, record
    else:
        out[f, s.T_MONEY], out[f, s.T_MONEY_SCORE], out[f, s.T_MONEY_EXACT] = money.points, score, record
    return score


@inner
def _judge(f: int, made: Gathered, law: Table, rows: Table, scores: Table, out: Table, told: Table) -> bool:
    """Judge one form; False where only the interpreter can."""
    forms, funds = made.forms, made.funds
    count, lines = forms[f + 1, s.F_ROW] - forms[f, s.F_ROW], (forms[f, s.F_FUND], forms[f + 1, s.F_FUND])
    lay(made.rows, forms[f, s.F_ROW], count, rows)
    score_rows(count, rows, made.plans, law, scores)
    tally = tally_of(count, rows, made.plans, law, scores, forms[f, s.F_COLUMNS])
    at = tally.money
    if tally.beyond:
        return False
    row = (at, rows[at, s.R_WEIGHT], rows[at, s.R_STATED]) if at >= 0 else (-1, s.NONE, s.NONE)
    money = money_of(funds, lines, law, row, forms[f, s.F_AMOUNTS] & MONEY_SCORE != 0)
    if money.odd or (money.points != s.NONE and money.points < 0):
        return False
    score = _score_money(f, law, money, scores, out)
    outside = _outside(money, funds, lines, score)
    shares = _shares(rows, scores, tally, outside)
    if lines[1] - lines[0] > MOST_ROWS or _too_large(count, tally, shares):
        return False
    if law[s.L_SCORED]:
        _add_up(f, count, law, tally, carried(rows[at], scores[at], law) if at >= 0 else (0, 0, 0), out)
    reason, rate = (rows[at, s.R_REASON], rows[at, s.R_RATE]) if at >= 0 else (NOTHING_SAID, NO_RATE)
    tell_rows(told, law, f, count, rows, made, scores, tally, money)
    _tell_outside(told, law, f, outside, funds, lines)
    tell_totals(told, law, f, forms, tally, outside)
    tell_weights(told, law, f, count, forms, made.weights, tally, outside)
    tell_headings(told, law, f, count, rows, made)
    _tell_whole(told, law, f, count, forms, tally, outside)
    tell_grade(told, law, f, forms)
    _tell_spending(told, law, f, shares, money, lines[1] - lines[0], 0 if reason & NOTHING_SAID else reason)
    if not _tell_row_rate(told, law, (f, p.ROW_ACTUAL, at), rate, made.rates, money):
        return False
    return not tell_money(told, law, f, money, funds, made.rates, lines, not reason & NOTHING_SAID, forms[f, s.F_FIXED_COST], forms[f, s.F_AMOUNTS])


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
    if not outside.there or outside.stated == s.NONE:
        return
    at = (f, p.FUNDS, 0)
    if outside.stated < 0:
        tell(told, law, _NEGATIVE, at)
    if outside.weight == s.NONE:
        return
    if law[s.L_CAP] and outside.stated > outside.weight:
        tell(told, law, _EXCEEDS, at)
    places = 0
    for i in range(lines[0], lines[1]):
        if funds[i, s.M_STATED] != s.NONE:
            places = funds[i, s.M_PLACES]
            break
    if outside.score != s.NONE and is_wrong(outside.stated, places, outside.score, law):
        tell(told, law, _DIFFERS, at)


@compiled
def judge_forms(made: Gathered, law: Table, room: tuple[Table, Table], columns: Columns, out: Table, told: Table) -> None:
    """Judge every form; those that only the interpreter can judge are marked ``odd`` and leave neither findings nor results of rows behind.

    ``room`` is for the rows of a form and for their scores. It stops where a finding was lost for want of room.
    """
    rows, scores = room
    for f in range(len(made.forms) - 1):
        before = told[0, s.USED]
        out[f, s.T_TOTAL] = out[f, s.T_LOW] = out[f, s.T_HIGH] = s.NONE
        out[f, s.T_MONEY] = out[f, s.T_MONEY_SCORE] = out[f, s.T_MONEY_EXACT] = s.NONE
        out[f, s.T_GRADE] = UNSCORED
        out[f, s.T_ODD] = made.forms[f, s.F_ODD] or not _judge(f, made, law, rows, scores, out, told)
        if out[f, s.T_ODD]:
            told[0, s.USED] = before
        else:
            put(columns, made.forms[f, s.F_ROW], made.forms[f + 1, s.F_ROW] - made.forms[f, s.F_ROW], rows, scores)
        if told[0, s.LOST]:
            return
