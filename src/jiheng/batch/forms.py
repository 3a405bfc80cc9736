"""The form kernel: money line, totals, range and grade, and the rules that look at a whole form."""

from __future__ import annotations

from typing import Final

from jiheng.batch import plans as p
from jiheng.batch import slots as s
from jiheng.batch.arithmetic import compared, to_places
from jiheng.batch.claims import Shown, is_wrong, tell_copies, tell_rows
from jiheng.batch.compiled import compiled, inner
from jiheng.batch.numbers import FORMULA, UNDETERMINED, UNSCORED
from jiheng.batch.purses import NO_RATE, Money, differs, fund_score, has_rate, money_of, tell_money
from jiheng.batch.slots import Gathered, Table
from jiheng.batch.sums import Outside, tell_grade, tell_headings, tell_totals, tell_weights
from jiheng.batch.texts import ACTUALS, FILLED, FREE, MONEY_SCORE, NO_EVIDENCE, NOTHING_SAID, PROOFS, REASONS, SAVED, SCORES, TARGETS
from jiheng.batch.told import code, tell, tell_as

MOST_SHARED: Final = 200_000_000
MOST_ROWS: Final = 200
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
        several |= scores[i, s.S_ODD] != 0
        block = plans[rows[i, s.R_PLAN], s.P_BLOCK]
        several |= rows[i, s.R_WEIGHT] == s.NONE and block > 0 and not _weighted(span, block, rows, plans)
        if plans[rows[i, s.R_PLAN], s.P_HOW] == p.MONEY:
            several |= found >= 0
            found = i if found < 0 else found
    return found, several


@inner
def _weighted(span: tuple[int, int], block: int, rows: Table, plans: Table) -> bool:
    """Whether the form prints a weight in a block to which the law would give weights if there were none."""
    for i in range(span[0], span[1]):
        if plans[rows[i, s.R_PLAN], s.P_BLOCK] == block and rows[i, s.R_WEIGHT] != s.NONE:
            return True
    return False


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
def _shown(span: tuple[int, int], printed: int, rows: Table, plans: Table) -> Shown:
    score, actual, reason, evidence = printed & SCORES != 0, printed & ACTUALS != 0, printed & REASONS != 0, printed & PROOFS != 0
    for i in range(span[0], span[1]):
        score |= rows[i, s.R_STATED] != s.NONE
        actual |= not plans[rows[i, s.R_PLAN], s.P_FLAGS] & p.ACTUAL_ABSENT
        reason |= rows[i, s.R_REASON] & FILLED != 0
        evidence |= not rows[i, s.R_EVIDENCE] & NO_EVIDENCE
    return Shown(score, actual, reason, evidence, printed & TARGETS != 0)


@inner
def _add_up(f: int, span: tuple[int, int], law: Table, rows: Table, scores: Table, out: Table) -> None:
    """Total, range and grade of a scored form; rows first, then the sum."""
    total, low, high, lines = 0, 0, 0, 0
    if out[f, s.T_MONEY] != s.NONE:
        total, lines = out[f, s.T_MONEY_SCORE], 1
    if law[s.L_SUM_FIRST] and lines:
        total = out[f, s.T_MONEY_EXACT]
    for i in range(span[0], span[1]):
        lines += 1
        if rows[i, s.R_WEIGHT] == s.NONE:
            return
        if scores[i, s.S_SCORE] != s.NONE:
            total += scores[i, s.S_EXACT if law[s.L_SUM_FIRST] and scores[i, s.S_EXACT] != s.NONE else s.S_SCORE]
            continue
        carried = max(0, min(rows[i, s.R_STATED] if rows[i, s.R_STATED] != s.NONE else 0, rows[i, s.R_WEIGHT]))
        total += carried
        low -= carried - scores[i, s.S_LOW]
        high += scores[i, s.S_HIGH] - carried
    if lines == 0:
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
def _tell_whole(told: Table, law: Table, f: int, span: tuple[int, int], forms: Table, rows: Table, plans: Table, outside: Outside) -> None:
    """Directions nobody declared, points typed into the value columns, every row full."""
    undeclared, alike, first, full, bare, printed_evidence = False, 0, -1, True, 0, forms[f, s.F_COLUMNS] & PROOFS != 0
    for i in range(span[0], span[1]):
        flags, weight = plans[rows[i, s.R_PLAN], s.P_FLAGS], rows[i, s.R_WEIGHT]
        undeclared |= flags & p.TARGET_NUMBER != 0 and not flags & p.PRINTED_DIRECTION
        full &= weight != s.NONE and rows[i, s.R_STATED] == weight
        no_evidence = rows[i, s.R_EVIDENCE] & NO_EVIDENCE != 0
        bare += no_evidence
        printed_evidence |= not no_evidence
        if not (flags & p.TARGET_NUMBER and flags & p.ACTUAL_NUMBER and flags & p.IN_POINTS) or weight in (s.NONE, 0):
            continue
        target = compared(rows[i, s.R_TARGET], rows[i, s.R_TARGET_EXPONENT], weight, -6) == 0
        if target and compared(rows[i, s.R_ACTUAL], rows[i, s.R_ACTUAL_EXPONENT], weight, -6) == 0:
            alike += 1
            first = i if first < 0 else first
    if undeclared:
        tell(told, law, _UNDECLARED, (f, p.FORM, 0))
    if alike >= law[s.L_ALIKE_ROWS] and first >= 0:
        tell(told, law, _ALIKE, (f, p.ROW_TARGET, first - span[0]))
    full &= not outside.there or (outside.weight != s.NONE and outside.stated == outside.weight)
    if full and span[1] - span[0] >= law[s.L_FULL_ROWS] and forms[f, s.F_STATED] == law[s.L_BASE]:
        unproved = printed_evidence and bare >= law[s.L_BARE_ROWS]
        tell_as(told, law, _FULL, (f, p.FORM, 0), law[s.L_VARIANT + _FULL] if unproved else law[s.L_SEVERITY + _FULL])


@inner
def _shares(span: tuple[int, int], rows: Table, scores: Table, money: Money, outside: Outside) -> tuple[int, int, int, int]:
    """Points of the money claim and of the others, each with its weight; weights of 0 where there is none."""
    money_got, money_weight, got, weight = 0, 0, 0, 0
    for i in range(span[0], span[1]):
        stated = rows[i, s.R_STATED]
        if i == money.row and stated == s.NONE:
            stated = scores[i, s.S_SCORE]
        if stated == s.NONE or rows[i, s.R_WEIGHT] in (s.NONE, 0):
            continue
        if i == money.row:
            money_got, money_weight = money_got + stated, money_weight + rows[i, s.R_WEIGHT]
        else:
            got, weight = got + stated, weight + rows[i, s.R_WEIGHT]
    if outside.there and outside.weight not in (s.NONE, 0):
        stated = outside.stated if outside.stated != s.NONE else outside.score
        if stated != s.NONE:
            money_got, money_weight = money_got + stated, money_weight + outside.weight
    return money_got, money_weight, got, weight


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
def _too_large(span: tuple[int, int], rows: Table, shares: tuple[int, int, int, int]) -> bool:
    if span[1] - span[0] > MOST_ROWS:
        return True
    for part in shares:
        if abs(part) > MOST_SHARED:
            return True
    for i in range(span[0], span[1]):
        if rows[i, s.R_WEIGHT] > MOST_SHARED or (rows[i, s.R_STATED] != s.NONE and abs(rows[i, s.R_STATED]) > MOST_SHARED):
            return True
    return False


@inner
def _judge(f: int, made: Gathered, law: Table, scores: Table, out: Table, told: Table) -> bool:
    """Judge one form; False where only the interpreter can."""
    forms, rows, funds, plans = made.forms, made.rows, made.funds, made.plans
    span, lines = (forms[f, s.F_ROW], forms[f + 1, s.F_ROW]), (forms[f, s.F_FUND], forms[f + 1, s.F_FUND])
    at, beyond = _money_row(span, rows, plans, scores)
    if beyond:
        return False
    row = (at, rows[at, s.R_WEIGHT], rows[at, s.R_STATED]) if at >= 0 else (-1, s.NONE, s.NONE)
    money = money_of(funds, lines, law, row, forms[f, s.F_AMOUNTS] & MONEY_SCORE != 0)
    if money.odd or (money.points != s.NONE and money.points < 0):
        return False
    score = s.NONE
    if law[s.L_SCORED] and at >= 0 and money.points == s.NONE:
        scores[at, s.S_BASIS], scores[at, s.S_METHOD] = UNDETERMINED, law[s.L_MONEY_METHOD]
    elif law[s.L_SCORED] and money.there and money.points != s.NONE:
        score, record = fund_score(money, money.points, law)
        if at >= 0:
            scores[at, s.S_BASIS], scores[at, s.S_METHOD], scores[at, s.S_SCORE], scores[at, s.S_EXACT] = (
                FORMULA,
                law[s.L_MONEY_METHOD],
                score,
                record,
            )
        else:
            out[f, s.T_MONEY], out[f, s.T_MONEY_SCORE], out[f, s.T_MONEY_EXACT] = money.points, score, record
    outside = _outside(money, funds, lines, score)
    shares = _shares(span, rows, scores, money, outside)
    if lines[1] - lines[0] > MOST_ROWS or _too_large(span, rows, shares):
        return False
    if law[s.L_SCORED]:
        _add_up(f, span, law, rows, scores, out)
    reason = rows[at, s.R_REASON] if at >= 0 else NOTHING_SAID
    shown = _shown(span, forms[f, s.F_COLUMNS], rows, plans)
    tell_rows(told, law, f, span, rows, plans, made.fixed, scores, shown, money)
    tell_copies(told, law, f, span, rows, plans, scores)
    _tell_outside(told, law, f, outside, funds, lines)
    tell_totals(told, law, f, span, forms, rows, outside, shown)
    tell_weights(told, law, f, span, forms, made.weights, rows, outside)
    tell_headings(told, law, f, span, made)
    _tell_whole(told, law, f, span, forms, rows, plans, outside)
    tell_grade(told, law, f, forms)
    _tell_spending(told, law, f, shares, money, lines[1] - lines[0], 0 if reason & NOTHING_SAID else reason)
    if not _tell_row_rate(told, law, (f, p.ROW_ACTUAL, at - span[0]), rows[at, s.R_RATE] if at >= 0 else NO_RATE, made.rates, money):
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
def judge_forms(made: Gathered, law: Table, scores: Table, out: Table, told: Table) -> None:
    """Judge every form; those that only the interpreter can judge are marked ``odd`` and leave no findings behind."""
    for f in range(len(made.forms) - 1):
        before = told[0, s.USED]
        out[f, s.T_TOTAL] = out[f, s.T_LOW] = out[f, s.T_HIGH] = s.NONE
        out[f, s.T_MONEY] = out[f, s.T_MONEY_SCORE] = out[f, s.T_MONEY_EXACT] = s.NONE
        out[f, s.T_GRADE] = UNSCORED
        out[f, s.T_ODD] = made.forms[f, s.F_ODD] or not _judge(f, made, law, scores, out, told)
        if out[f, s.T_ODD]:
            told[0, s.USED] = before
        if told[0, s.LOST]:
            return
