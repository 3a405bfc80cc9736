"""The row rules of the form kernel: scores against weights and formulas, reasons, evidence, values far from their target."""

from __future__ import annotations

from typing import Final, NamedTuple

from jiheng.batch import plans as p
from jiheng.batch.arithmetic import compared
from jiheng.batch.compiled import compiled, inner
from jiheng.batch.numbers import FORMULA, UNDETERMINED
from jiheng.batch.purses import Money, reaches
from jiheng.batch.rows import MET, MISSED
from jiheng.batch.slots import (
    L_ACCEPT_ONE_DECIMAL,
    L_ACTIVE,
    L_BEATEN,
    L_CAP,
    L_CONCENTRATED,
    L_COPIED,
    L_EXCUSED_RATE,
    L_MAGNITUDE,
    L_OPEN_AT_MOST,
    L_OPEN_LESS_THAN,
    L_SEVERITY,
    L_TOLERANCE,
    L_VARIANT,
    L_WHOLE_POINTS,
    NONE,
    P_FIRST,
    P_FLAGS,
    P_LAST,
    P_OPERATOR,
    R_ACTUAL,
    R_ACTUAL_EXPONENT,
    R_EVIDENCE,
    R_PLACES,
    R_PLAN,
    R_REASON,
    R_STATED,
    R_TARGET,
    R_TARGET_EXPONENT,
    R_WEIGHT,
    S_A,
    S_B,
    S_BASIS,
    S_E,
    S_MET,
    S_SCORE,
    Table,
)
from jiheng.batch.texts import DENIED, NAMES_NOTHING, NO_EVIDENCE, NOTHING_SAID, STOPPED
from jiheng.batch.told import TO_VERIFY, code, tell, tell_as

CENT: Final = 10_000
TENTH: Final = 100_000
ONE: Final = 1_000_000
_EXCEEDS, _NEGATIVE, _DIFFERS = code("score.exceeds-weight"), code("score.negative"), code("score.differs-from-formula")
_DEDUCTED, _MISSING = code("score.deducted-though-met"), code("score.missing")
_ZERO_WEIGHT, _CONCENTRATED = code("weights.zero"), code("weights.concentrated")
_NO_ACTUAL, _SIGNED, _VACUOUS, _COPIES = code("actual.missing"), code("actual.operator"), code("actual.vacuous"), code("actual.copies-target")
_OUT_OF_RANGE, _BEATEN, _MAGNITUDE = code("rate.out-of-range"), code("over-achievement.unexplained"), code("unit.magnitude-suspected")
_NO_REASON, _ALTHOUGH, _NO_EVIDENCE = code("reason.missing"), code("reason.although-met"), code("evidence.missing")
_NO_TARGET, _UNREACHABLE, _CONTRADICTS = code("target.missing"), code("target.unreachable"), code("cost.contradicts-funds")
_CONFLICT, _PLACEHOLDER, _NOT_A_RATE = code("unit.conflict"), code("target.placeholder"), code("unit.not-a-rate")


class Shown(NamedTuple):
    """Which columns a form has, printed or filled, and whether its target column is printed."""

    score: bool
    actual: bool
    reason: bool
    evidence: bool
    target: bool


@compiled
def rounded(number: int, step: int) -> int:
    """The nearest multiple of a step, ties away from zero, counted in steps."""
    size = (abs(number) + step // 2) // step
    return -size if number < 0 else size


@inner
def alike_in_short(stated: int, places: int, score: int, law: Table) -> bool:
    """Whether a coarser print that the law accepts is the score rounded to its places."""
    if law[L_ACCEPT_ONE_DECIMAL] and places == 1:
        return rounded(score, TENTH) * TENTH == stated
    return law[L_WHOLE_POINTS] and rounded(score, ONE) * ONE == stated


@inner
def is_wrong(stated: int, places: int, score: int, law: Table) -> bool:
    """Whether a stated score is not the formula's."""
    return abs(stated - score) > law[L_TOLERANCE] and not alike_in_short(stated, places, score, law)


@inner
def _tell_scores(told: Table, law: Table, at: tuple[int, int, int], i: int, rows: Table, plans: Table, scores: Table, silent: bool) -> bool:
    """A row's stated score against its weight and its formula; whether points were taken from a met row without a word."""
    stated, weight, flags = rows[i, R_STATED], rows[i, R_WEIGHT], plans[rows[i, R_PLAN], P_FLAGS]
    if stated == NONE:
        return False
    if law[L_CAP] and stated > weight:
        tell(told, law, _EXCEEDS, at)
    if stated < 0:
        tell(told, law, _NEGATIVE, at)
    by_formula = scores[i, S_BASIS] == FORMULA
    met = scores[i, S_MET] == MET and flags & p.INDICATOR != 0
    deducted = by_formula and met and scores[i, S_SCORE] >= weight and stated < weight and silent
    if deducted:
        tell(told, law, _DEDUCTED, at)
        if law[L_ACTIVE + _DEDUCTED]:
            return True
    if by_formula:
        if is_wrong(stated, rows[i, R_PLACES], scores[i, S_SCORE], law):
            doubtful = flags & p.DOUBTFUL != 0 and scores[i, S_B] not in (NONE, 0)
            tell_as(told, law, _DIFFERS, at, law[L_VARIANT + _DIFFERS] if doubtful else law[L_SEVERITY + _DIFFERS])
    elif stated == weight and scores[i, S_BASIS] == UNDETERMINED and _open_ceiling(i, flags, plans[rows[i, R_PLAN], P_OPERATOR], scores, law):
        tell(told, law, _DIFFERS, at)
    return deducted


@inner
def _open_ceiling(i: int, flags: int, operator: int, scores: Table, law: Table) -> bool:
    """Whether a row misses a ceiling for which the place fixes no formula."""
    at_most = operator == 4
    if not flags & p.INDICATOR or flags & p.OWN_FORMULA or scores[i, S_MET] != MISSED or scores[i, S_A] <= 0:
        return False
    return (at_most and law[L_OPEN_AT_MOST]) or (operator == 3 and law[L_OPEN_LESS_THAN] and scores[i, S_B] > scores[i, S_A])


@inner
def _tell_far(told: Table, law: Table, at: tuple[int, int, int], i: int, flags: int, operator: int, scores: Table, silent: bool, clash: bool) -> None:
    """Targets beaten by far, and orders of magnitude that look wrong."""
    a, b = scores[i, S_A], scores[i, S_B]
    if a == NONE:
        return
    more, less = (a, b) if operator >= 3 else (b, a)
    if less > 0 and more * law[L_BEATEN + 1] >= law[L_BEATEN + 0] * less and silent and not (clash and law[L_ACTIVE + _CONFLICT]):
        soft = flags & p.APPROXIMATE != 0 and more * law[L_BEATEN + 3] < law[L_BEATEN + 2] * less
        tell_as(told, law, _BEATEN, at, law[L_VARIANT + _BEATEN] if soft else law[L_SEVERITY + _BEATEN])
    large = compared(a, scores[i, S_E], law[L_MAGNITUDE + 4], 0) >= 0
    near = law[L_MAGNITUDE + 0] * a < b * law[L_MAGNITUDE + 1] and b * law[L_MAGNITUDE + 3] < law[L_MAGNITUDE + 2] * a
    if large and b > 0 and not near:
        tell(told, law, _MAGNITUDE, at)


@inner
def _tell_formula(
    told: Table, law: Table, form: int, index: int, i: int, rows: Table, plans: Table, scores: Table, reason: int, overspent: bool
) -> None:
    """Rules for rows that a formula scores."""
    plan, at = rows[i, R_PLAN], (form, p.ROW, index)
    flags, met = plans[plan, P_FLAGS], scores[i, S_MET] == MET
    _tell_far(told, law, at, i, flags, plans[plan, P_OPERATOR], scores, reason & NOTHING_SAID != 0, flags & p.CONFLICT != 0)
    if scores[i, S_A] == 0 and scores[i, S_B] == 0 and reason & STOPPED:
        tell(told, law, _VACUOUS, at)
    if flags & p.RATE_WITHIN and flags & p.ACTUAL_NUMBER:
        actual, exponent = rows[i, R_ACTUAL], rows[i, R_ACTUAL_EXPONENT]
        if actual < 0 or compared(actual, exponent, 100, 0) > 0:
            tell(told, law, _OUT_OF_RANGE, (form, p.ROW_ACTUAL, index))
    if met and reason & DENIED:
        tell(told, law, _ALTHOUGH, (form, p.ROW_REASON, index))
    if overspent and met and flags & p.COST_CONTROL:
        tell_as(told, law, _CONTRADICTS, at, TO_VERIFY)


@inner
def _tell_values(told: Table, law: Table, form: int, index: int, i: int, rows: Table, plans: Table, fixed_ones: Table, shown: Shown) -> None:
    """Absent, copied and impossible values, and the findings that the plan already holds."""
    plan = rows[i, R_PLAN]
    flags, stated = plans[plan, P_FLAGS], rows[i, R_STATED]
    for k in range(plans[plan, P_FIRST], plans[plan, P_LAST]):
        fixed, place, severity = fixed_ones[k, 0], fixed_ones[k, 1], fixed_ones[k, 2]
        tell_as(told, law, fixed, (form, place, index), severity + TO_VERIFY if fixed == _NOT_A_RATE else severity)
    if flags & p.SIGNED_ACTUAL:
        tell_as(told, law, _SIGNED, (form, p.ROW_ACTUAL, index), TO_VERIFY)
    if not flags & p.INDICATOR:
        return
    if shown.actual and flags & p.ACTUAL_ABSENT and stated != NONE and stated > 0:
        tell(told, law, _NO_ACTUAL, (form, p.ROW_ACTUAL, index))
    held_back = flags & p.PLACEHOLDER and law[L_ACTIVE + _PLACEHOLDER]
    if shown.target and flags & p.TARGET_ABSENT and not held_back and (rows[i, R_WEIGHT] > 0 or stated != NONE):
        tell(told, law, _NO_TARGET, (form, p.ROW_TARGET, index))
    numbers = flags & p.TARGET_NUMBER and flags & p.ACTUAL_NUMBER
    same = not numbers or compared(rows[i, R_TARGET], rows[i, R_TARGET_EXPONENT], rows[i, R_ACTUAL], rows[i, R_ACTUAL_EXPONENT]) == 0
    if flags & p.MAY_COPY and same:
        tell_as(told, law, _COPIES, (form, p.ROW_ACTUAL, index), TO_VERIFY)
    if flags & p.PART_OF_WHOLE and compared(rows[i, R_TARGET], rows[i, R_TARGET_EXPONENT], 100, 0) >= 0:
        tell(told, law, _UNREACHABLE, (form, p.ROW_TARGET, index))


@inner
def _fell_short(i: int, rows: Table, scores: Table) -> bool:
    """Whether the lower of the stated and the formula's score is below the weight."""
    stated, by_formula = rows[i, R_STATED], scores[i, S_BASIS] == FORMULA
    if by_formula and scores[i, S_SCORE] < rows[i, R_WEIGHT]:
        return True
    below: bool = stated != NONE and stated < rows[i, R_WEIGHT]
    return below


@inner
def tell_rows(
    told: Table,
    law: Table,
    form: int,
    span: tuple[int, int],
    rows: Table,
    plans: Table,
    fixed_ones: Table,
    scores: Table,
    shown: Shown,
    money: Money,
) -> None:
    """The findings of every row of a form."""
    excused, planned, spent = reaches(money, law[L_EXCUSED_RATE], law[L_EXCUSED_RATE + 1]), money.purse_planned, money.purse_spent
    overspent = planned not in (NONE, 0) and spent != NONE and spent > planned
    weighted, counted = False, 0
    for i in range(span[0], span[1]):
        weighted |= rows[i, R_WEIGHT] > 0
        counted += i != money.row
    bound = law[L_CONCENTRATED + 2] if counted < law[L_CONCENTRATED + 1] else law[L_CONCENTRATED + 0]
    for i in range(span[0], span[1]):
        index, plan, stated, weight, reason = i - span[0], rows[i, R_PLAN], rows[i, R_STATED], rows[i, R_WEIGHT], rows[i, R_REASON]
        at, flags, silent = (form, p.ROW, index), plans[plan, P_FLAGS], reason & NOTHING_SAID != 0
        _tell_values(told, law, form, index, i, rows, plans, fixed_ones, shown)
        _tell_scores(told, law, at, i, rows, plans, scores, silent)
        if shown.score and stated == NONE and weight > 0:
            tell(told, law, _MISSING, at)
        if weighted and weight == 0:
            tell(told, law, _ZERO_WEIGHT, at)
        if i != money.row and weight > bound:
            tell(told, law, _CONCENTRATED, at)
        if scores[i, S_BASIS] == FORMULA and flags & p.INDICATOR:
            _tell_formula(told, law, form, index, i, rows, plans, scores, reason, overspent)
        if shown.reason and silent and not (i == money.row and excused) and _fell_short(i, rows, scores):
            tell(told, law, _NO_REASON, (form, p.ROW_REASON, index))
        scored = stated != NONE or weight > 0
        if shown.evidence and scored and rows[i, R_EVIDENCE] & NAMES_NOTHING and not flags & p.EVIDENCE_EXEMPT:
            tell(told, law, _NO_EVIDENCE, at)


@inner
def tell_copies(told: Table, law: Table, form: int, span: tuple[int, int], rows: Table, plans: Table, scores: Table) -> None:
    """Nearly all numeric rows equal to their target and unproved."""
    numeric, copies = 0, 0
    for i in range(span[0], span[1]):
        if plans[rows[i, R_PLAN], P_FLAGS] & p.INDICATOR and scores[i, S_A] != NONE:
            numeric += 1
            copies += scores[i, S_A] == scores[i, S_B] and rows[i, R_EVIDENCE] & NO_EVIDENCE != 0
    if numeric >= law[L_COPIED + 0] and copies * law[L_COPIED + 2] >= law[L_COPIED + 1] * numeric:
        tell(told, law, _COPIES, (form, p.FORM, 0))
