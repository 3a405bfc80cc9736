"""The row kernel: points of every row in exact integers, from its plan and its numbers."""

from __future__ import annotations

from typing import Final

from jiheng.batch import plans as p
from jiheng.batch import slots as s
from jiheng.batch.arithmetic import HALF_UP, MILLION, WIDEST, compared, divided, to_places
from jiheng.batch.compiled import compiled, inlined
from jiheng.batch.fractions import aligned
from jiheng.batch.ladders import banded, passed, stepped
from jiheng.batch.numbers import FORMULA, JUDGEMENT, METHOD, UNDETERMINED, UNSCORED
from jiheng.batch.slots import Table

MISSED, MET, UNKNOWN = 0, 1, -1
MOST_POINTS: Final = 1000 * MILLION
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
        # more / less >= step, with quotients first so that nothing overflows
        if more // less > step[0] // step[1] or (more * step[1] >= step[0] * less):
            factor: int = step[2]
            return factor
    return 0


@inlined
def _judged(out: Table, i: int, method: int, weight: int, stated: int) -> None:
    out[i, s.S_METHOD] = method
    if stated == s.NONE or stated < 0 or stated > weight:
        out[i, s.S_BASIS], out[i, s.S_LOW], out[i, s.S_HIGH] = UNDETERMINED, 0, weight
    else:
        out[i, s.S_BASIS], out[i, s.S_SCORE] = JUDGEMENT, stated


@inlined
def _open(out: Table, i: int, method: int, low: int, high: int) -> None:
    out[i, s.S_METHOD], out[i, s.S_BASIS], out[i, s.S_LOW], out[i, s.S_HIGH] = method, UNDETERMINED, low, high


@inlined
def _earned(out: Table, i: int, law: Table, method: int, weight: int, share: tuple[int, int]) -> None:
    out[i, s.S_METHOD], out[i, s.S_BASIS] = method, FORMULA
    out[i, s.S_SCORE], out[i, s.S_EXACT] = shared_out(weight, share[0], share[1], law[s.L_PLACES], law[s.L_MODE])


@inlined
def _left(out: Table, i: int, law: Table, method: int, points: int) -> None:
    out[i, s.S_METHOD], out[i, s.S_BASIS] = method, FORMULA
    out[i, s.S_SCORE], out[i, s.S_EXACT] = to_places(points, 0, 1, law[s.L_PLACES], law[s.L_MODE]), points


@inlined
def _tiered(out: Table, i: int, law: Table, plan: Table, weight: int, stated: int) -> None:
    unit = 10 ** (6 - law[s.L_PLACES])
    low, _ = shared_out(weight, plan[0], MILLION, law[s.L_PLACES], law[s.L_MODE])
    high, _ = shared_out(weight, plan[2], MILLION, law[s.L_PLACES], law[s.L_MODE])
    full_low = low
    if not plan[1]:
        low += unit
    if not plan[3]:
        high = max(full_low, high - unit)
    if stated == s.NONE or not low <= stated <= high:
        _open(out, i, _TIER, low, high)
    else:
        out[i, s.S_METHOD], out[i, s.S_BASIS], out[i, s.S_SCORE] = _TIER, JUDGEMENT, stated


@inlined
def _computed(out: Table, i: int, law: Table, plans: Table, plan: int, weight: int, stated: int) -> None:
    """A row with two numbers in one unit."""
    a, b, operator, flags = out[i, s.S_A], out[i, s.S_B], plans[plan, s.P_OPERATOR], plans[plan, s.P_FLAGS]
    method = plans[plan, s.P_FORMULAS + (0 if a > 0 else 1 if a == 0 else 2)]
    if flags & p.COST_RATE:
        if a != b:
            _open(out, i, method if method >= 0 else _NONE, 0, weight)
        else:
            _earned(out, i, law, _COST_EQUAL, weight, (1, 1))
        return
    if b < 0 and law[s.L_NEGATIVE_ACTUAL_IS_ZERO]:
        b = 0
    if method < 0:
        if (b <= a) if operator in (p.AT_MOST, p.BELOW) else (b >= a):
            _earned(out, i, law, _MET, weight, (1, 1))
        else:
            _open(out, i, _NONE, 0, weight)
        return
    if method == _JUDGE:
        _judged(out, i, _JUDGE, weight, stated)
        return
    at = plans[plan, s.P_LADDERS + (0 if a > 0 else 1 if a == 0 else 2)]
    share = _laddered(law, at, method, a, b, out[i, s.S_E], weight) if at else _proportion(method, a, b)
    if share[0] < 0:
        out[i, s.S_ODD] |= share[0] < -1
        _open(out, i, method, 0, weight)
        return
    if law[s.L_CUT_COUNT] and share[0] >= share[1]:
        factor = _cut(law, operator, a, b)
        share = (factor, MILLION) if factor else share
    if law[s.L_CAP] and share[0] > share[1]:
        share = (1, 1)
    _earned(out, i, law, method, weight, share)


@inlined
def is_share(i: int, rows: Table, flags: int) -> bool:
    """Whether a bare number up to 1 stands beside a percent above 1, so that it may mean a share."""
    if not flags & (p.BARE_TARGET | p.BARE_ACTUAL):
        return False
    target, te, actual, ae = rows[i, s.R_TARGET], rows[i, s.R_TARGET_EXPONENT], rows[i, s.R_ACTUAL], rows[i, s.R_ACTUAL_EXPONENT]
    bare, be, percent, pe = (target, te, actual, ae) if flags & p.BARE_TARGET else (actual, ae, target, te)
    return bare > 0 and compared(bare, be, 1, 0) <= 0 and compared(percent, pe, 1, 0) > 0


@inlined
def _numbers(out: Table, i: int, rows: Table, plans: Table, plan: int) -> bool:
    """Put both numbers into one unit; False where a bare share stands beside a percent, so that a person is asked."""
    factors = plans[plan, s.P_FACTORS : s.P_FACTORS + 4]
    target, te, actual, ae = rows[i, s.R_TARGET], rows[i, s.R_TARGET_EXPONENT], rows[i, s.R_ACTUAL], rows[i, s.R_ACTUAL_EXPONENT]
    if is_share(i, rows, plans[plan, s.P_FLAGS]):
        return False
    if abs(target) > WIDEST // factors[0] or abs(actual) > WIDEST // factors[2]:
        out[i, s.S_ODD] = True
        return True
    a, b, e, fits = aligned(target * factors[0], te + factors[1], actual * factors[2], ae + factors[3])
    out[i, s.S_A], out[i, s.S_B], out[i, s.S_E] = a, b, e
    out[i, s.S_ODD] |= not fits
    operator = plans[plan, s.P_OPERATOR]
    out[i, s.S_MET] = (b >= a) if operator in (p.AT_LEAST, p.ABOVE, p.EQUAL) else (b <= a)
    return True


@inlined
def _uncomputed(out: Table, i: int, law: Table, plans: Table, plan: int, weight: int, stated: int) -> None:
    """A row without two numbers in one unit."""
    how, method = plans[plan, s.P_HOW], plans[plan, s.P_METHOD]
    if how == p.COMPUTE:
        _open(out, i, _NONE, 0, weight)
    elif how == p.JUDGE:
        _judged(out, i, method, weight, stated)
    elif how == p.OPEN:
        _open(out, i, method, 0, weight)
    elif how == p.TIER:
        _tiered(out, i, law, plans[plan, s.P_TIER : s.P_TIER + 4], weight, stated)
    elif how == p.LATE:
        _left(out, i, law, _STEP, max(0, weight - plans[plan, s.P_TIER]))
    else:
        _earned(out, i, law, method, weight, (1, 1) if how == p.FULL else (0, 1))


@compiled
def score_rows(rows: Table, plans: Table, law: Table, out: Table) -> None:
    """Score every row; rows that only the interpreter can score are marked ``odd``. Money rows are left to the form kernel."""
    for i in range(len(rows)):
        plan, weight, stated = rows[i, s.R_PLAN], rows[i, s.R_WEIGHT], rows[i, s.R_STATED]
        how = plans[plan, s.P_HOW]
        out[i, s.S_BASIS], out[i, s.S_METHOD], out[i, s.S_MET] = UNSCORED, -1, UNKNOWN
        out[i, s.S_SCORE] = out[i, s.S_EXACT] = out[i, s.S_LOW] = out[i, s.S_HIGH] = s.NONE
        out[i, s.S_A] = out[i, s.S_B] = s.NONE
        out[i, s.S_ODD] = rows[i, s.R_ODD] or how == p.INTERPRET or (weight != s.NONE and weight < 0) or weight >= MOST_POINTS
        if out[i, s.S_ODD]:
            continue
        numeric = how == p.COMPUTE and _numbers(out, i, rows, plans, plan)
        if not law[s.L_SCORED] or how == p.MONEY or out[i, s.S_ODD]:
            continue
        if weight == s.NONE:
            _open(out, i, _JUDGE if plans[plan, s.P_FLAGS] & p.JUDGED else _NONE, 0, s.NONE)
        elif numeric:
            _computed(out, i, law, plans, plan, weight, stated)
        else:
            _uncomputed(out, i, law, plans, plan, weight, stated)
