"""The row kernel: points of every row in exact integers, from its plan and its numbers."""

from __future__ import annotations

from typing import Final

from jiheng.batch import plans as p
from jiheng.batch import slots as s
from jiheng.batch.arithmetic import HALF_UP, MILLION, WIDEST, compared, divided, to_places
from jiheng.batch.compiled import compiled, inlined, inner
from jiheng.batch.fractions import aligned
from jiheng.batch.ladders import banded, passed, stepped
from jiheng.batch.numbers import FORMULA, JUDGEMENT, METHOD, UNDETERMINED, UNSCORED
from jiheng.batch.slots import Table

MISSED, MET, UNKNOWN = 0, 1, -1
MOST_POINTS: Final = 1000 * MILLION
_NARROW: Final = WIDEST // p.LARGEST_FACTOR
_COST_EQUAL, _MET, _NONE, _JUDGE = METHOD["EQUAL"], METHOD["MET"], METHOD["NONE"], METHOD["JUDGE"]
_CAP, _EQ_AS_GE, _COEFF = METHOD["RATIO-CAP"], METHOD["EQ-AS-GE"], METHOD["COEFF"]
_REV_RATIO, _REV_LINEAR, _EQ_REVIEW, _EQ_SYM = METHOD["REV-RATIO"], METHOD["REV-LINEAR"], METHOD["EQ-REVIEW"], METHOD["EQ-SYM"]
_ZERO, _ZERO_GE, _TIER = METHOD["ZERO"], METHOD["ZERO-GE"], METHOD["TIER"]
_PASS_LINE, _STEP, _BAND = METHOD["PASS-LINE"], METHOD["STEP"], METHOD["BAND"]


@compiled
def shared_out(weight: int, x: int, d: int, places: int, mode: int) -> tuple[int, int]:
    """weight·x ÷ d: the score at the law's places and the record at six places."""
    quotient, rest = divided(weight, x, d)
    return to_places(quotient, rest, d, places, mode), to_places(quotient, rest, d, 6, HALF_UP)


@inlined
def _proportion(method: int, a: int, b: int) -> tuple[int, int]:
    """The share of the weight (numerator, denominator) that a formula gives a row; (-1, 0) where a person decides."""
    if method == _ZERO:
        return (1, 1) if b <= 0 else (0, 1)
    if method == _ZERO_GE:
        return (1, 1) if b >= 0 else (0, 1)
    if method in (_CAP, _EQ_AS_GE, _COEFF):
        return (1, 1) if b >= a else (max(b, 0), a)
    if method == _REV_RATIO:
        return (1, 1) if b <= a else (a, b)
    if method == _REV_LINEAR:
        return (1, 1) if b <= a else (max(2 * a - b, 0), a)
    if method == _EQ_SYM:
        return (1, 1) if a == b else (max(a - abs(b - a), 0), a)
    if method == _EQ_REVIEW and a == b:
        return 1, 1
    return -1, 0


@inlined
def _laddered(law: Table, at: int, method: int, a: int, b: int, e: int, weight: int) -> tuple[int, int]:
    """The share that a formula with numbers of its own gives, which stand at ``at`` in the law; below -1 where they are too wide."""
    if method == _STEP:
        return stepped(law, at, a, b, e, weight)
    if method == _BAND:
        return banded(law, at, b, e)
    return _proportion(_CAP, a, b) if passed(law, at, a, b) else (0, 1)


@inlined
def _cut(law: Table, operator: int, a: int, b: int) -> int:
    """The factor in millionths that an over-achievement is cut to; 0 where the law cuts nothing."""
    if a <= 0 or b <= 0:
        return 0
    more, less = (a, b) if operator in (p.AT_MOST, p.BELOW) else (b, a)
    for k in range(law[s.L_CUT_COUNT]):
        step = law[s.L_CUTS + 3 * k : s.L_CUTS + 3 * k + 3]
        if more * step[1] >= step[0] * less:  # numbers below 9·10**16, terms of at most 100: no product overflows
            factor: int = step[2]
            return factor
    return 0


@inlined
def _judged(score: Table, method: int, weight: int, stated: int) -> None:
    score[s.S_METHOD] = method
    if stated == s.NONE or stated < 0 or stated > weight:
        score[s.S_BASIS], score[s.S_LOW], score[s.S_HIGH] = UNDETERMINED, 0, weight
    else:
        score[s.S_BASIS], score[s.S_SCORE] = JUDGEMENT, stated


@inlined
def _open(score: Table, method: int, low: int, high: int) -> None:
    score[s.S_METHOD], score[s.S_BASIS], score[s.S_LOW], score[s.S_HIGH] = method, UNDETERMINED, low, high


@inlined
def _left(score: Table, law: Table, method: int, points: int) -> None:
    score[s.S_METHOD], score[s.S_BASIS] = method, FORMULA
    score[s.S_SCORE], score[s.S_EXACT] = to_places(points, 0, 1, law[s.L_PLACES], law[s.L_MODE]), points


@inlined
def _earned(score: Table, law: Table, method: int, weight: int, share: tuple[int, int]) -> None:
    if share[0] == share[1]:
        _left(score, law, method, weight)
        return
    score[s.S_METHOD], score[s.S_BASIS] = method, FORMULA
    score[s.S_SCORE], score[s.S_EXACT] = shared_out(weight, share[0], share[1], law[s.L_PLACES], law[s.L_MODE])


@inner
def _tiered(score: Table, law: Table, tier: Table, weight: int, stated: int) -> None:
    unit = 10 ** (6 - law[s.L_PLACES])
    low, _ = shared_out(weight, tier[0], MILLION, law[s.L_PLACES], law[s.L_MODE])
    high, _ = shared_out(weight, tier[2], MILLION, law[s.L_PLACES], law[s.L_MODE])
    full_low = low
    if not tier[1]:
        low += unit
    if not tier[3]:
        high = max(full_low, high - unit)
    if stated == s.NONE or not low <= stated <= high:
        _open(score, _TIER, low, high)
    else:
        score[s.S_METHOD], score[s.S_BASIS], score[s.S_SCORE] = _TIER, JUDGEMENT, stated


@inlined
def _computed(score: Table, law: Table, plan: Table, weight: int, stated: int) -> None:
    """A row with two numbers in one unit."""
    a, b, operator, flags = score[s.S_A], score[s.S_B], plan[s.P_OPERATOR], plan[s.P_FLAGS]
    sign = 0 if a > 0 else 1 if a == 0 else 2
    method, at = plan[s.P_FORMULAS + sign], plan[s.P_LADDERS + sign]
    if flags & p.COST_RATE:
        if a != b:
            _open(score, method if method >= 0 else _NONE, 0, weight)
        else:
            _earned(score, law, _COST_EQUAL, weight, (1, 1))
        return
    if b < 0 and law[s.L_NEGATIVE_ACTUAL_IS_ZERO]:
        b = 0
    if method < 0:
        if (b <= a) if operator in (p.AT_MOST, p.BELOW) else (b >= a):
            _earned(score, law, _MET, weight, (1, 1))
        else:
            _open(score, _NONE, 0, weight)
        return
    if method == _JUDGE:
        _judged(score, _JUDGE, weight, stated)
        return
    share = _laddered(law, at, method, a, b, score[s.S_E], weight) if at else _proportion(method, a, b)
    if share[0] < 0:
        score[s.S_ODD] |= share[0] < -1
        _open(score, method, 0, weight)
        return
    if law[s.L_CUT_COUNT] and share[0] >= share[1]:
        factor = _cut(law, operator, a, b)
        share = (factor, MILLION) if factor else share
    if law[s.L_CAP] and share[0] > share[1]:
        share = (1, 1)
    _earned(score, law, method, weight, share)


@inlined
def is_share(row: Table, flags: int) -> bool:
    """Whether a bare number up to 1 stands beside a percent above 1, so that it may mean a share."""
    if not flags & (p.BARE_TARGET | p.BARE_ACTUAL):
        return False
    target, te, actual, ae = row[s.R_TARGET], row[s.R_TARGET_EXPONENT], row[s.R_ACTUAL], row[s.R_ACTUAL_EXPONENT]
    bare, be, percent, pe = (target, te, actual, ae) if flags & p.BARE_TARGET else (actual, ae, target, te)
    return bare > 0 and compared(bare, be, 1, 0) <= 0 and compared(percent, pe, 1, 0) > 0


@inlined
def _numbers(score: Table, row: Table, plan: Table) -> bool:
    """Put both numbers into one unit; False where a bare share stands beside a percent, so that a person is asked."""
    if is_share(row, plan[s.P_FLAGS]):
        return False
    first, second = plan[s.P_FACTORS], plan[s.P_FACTORS + 2]
    target, te = row[s.R_TARGET], row[s.R_TARGET_EXPONENT] + plan[s.P_FACTORS + 1]
    actual, ae = row[s.R_ACTUAL], row[s.R_ACTUAL_EXPONENT] + plan[s.P_FACTORS + 3]
    if max(abs(target), abs(actual)) > _NARROW and (abs(target) > WIDEST // first or abs(actual) > WIDEST // second):
        score[s.S_ODD] = True
        return True
    a, b, e, fits = aligned(target * first, te, actual * second, ae)
    score[s.S_A], score[s.S_B], score[s.S_E] = a, b, e
    score[s.S_ODD] |= not fits
    score[s.S_MET] = (b >= a) if plan[s.P_OPERATOR] in (p.AT_LEAST, p.ABOVE, p.EQUAL) else (b <= a)
    return True


@inlined
def _uncomputed(score: Table, law: Table, plan: Table, weight: int, stated: int) -> None:
    """A row without two numbers in one unit."""
    how, method = plan[s.P_HOW], plan[s.P_METHOD]
    if how == p.COMPUTE:
        _open(score, _NONE, 0, weight)
    elif how == p.JUDGE:
        _judged(score, method, weight, stated)
    elif how == p.OPEN:
        _open(score, method, 0, weight)
    elif how == p.TIER:
        _tiered(score, law, plan[s.P_TIER : s.P_TIER + 4], weight, stated)
    elif how == p.LATE:
        _left(score, law, _STEP, max(0, weight - plan[s.P_TIER]))
    else:
        _earned(score, law, method, weight, (1, 1) if how == p.FULL else (0, 1))


@inner
def score_rows(count: int, rows: Table, plans: Table, law: Table, scores: Table) -> None:
    """Score the rows of a form; those that only the interpreter can score are marked ``odd``. The money row is left to the form kernel."""
    for i in range(count):
        row, score = rows[i], scores[i]
        plan, weight = plans[row[s.R_PLAN]], row[s.R_WEIGHT]
        how = plan[s.P_HOW]
        score[s.S_BASIS], score[s.S_METHOD], score[s.S_MET] = UNSCORED, -1, UNKNOWN
        score[s.S_SCORE] = score[s.S_EXACT] = score[s.S_LOW] = score[s.S_HIGH] = s.NONE
        score[s.S_A] = score[s.S_B] = s.NONE
        score[s.S_ODD] = row[s.R_ODD] or how == p.INTERPRET or (weight != s.NONE and weight < 0) or weight >= MOST_POINTS
        if score[s.S_ODD]:
            continue
        numeric = how == p.COMPUTE and _numbers(score, row, plan)
        if not law[s.L_SCORED] or how == p.MONEY or score[s.S_ODD]:
            continue
        if weight == s.NONE:
            _open(score, _JUDGE if plan[s.P_FLAGS] & p.JUDGED else _NONE, 0, s.NONE)
        elif numeric:
            _computed(score, law, plan, weight, row[s.R_STATED])
        else:
            _uncomputed(score, law, plan, weight, row[s.R_STATED])
