"""The row rules of the form kernel: scores against weights and formulas, reasons, evidence, values far from their target."""

from __future__ import annotations

from typing import Final, NamedTuple

from jiheng.batch import plans as p
from jiheng.batch import slots as s
from jiheng.batch.arithmetic import compared
from jiheng.batch.compiled import compiled, inlined, inner
from jiheng.batch.numbers import FORMULA, TO_VERIFY, UNDETERMINED
from jiheng.batch.purses import Money, reaches
from jiheng.batch.rows import MET, MISSED, is_share
from jiheng.batch.slots import Table
from jiheng.batch.texts import DENIED, NAMES_NOTHING, NO_EVIDENCE, NOTHING_SAID, STOPPED
from jiheng.batch.told import code, tell, tell_as

CENT: Final = 10_000
TENTH: Final = 100_000
ONE: Final = 1_000_000
_EXCEEDS, _NEGATIVE, _DIFFERS = code("score.exceeds-weight"), code("score.negative"), code("score.differs-from-formula")
_DEDUCTED, _MISSING = code("score.deducted-though-met"), code("score.missing")
_ZERO_WEIGHT, _CONCENTRATED = code("weights.zero"), code("weights.concentrated")
_UNMEASURED = code("actual.not-measurable")
_NO_ACTUAL, _SIGNED, _VACUOUS, _COPIES = code("actual.missing"), code("actual.operator"), code("actual.vacuous"), code("actual.copies-target")
_OUT_OF_RANGE, _BEATEN, _MAGNITUDE = code("rate.out-of-range"), code("over-achievement.unexplained"), code("unit.magnitude-suspected")
_NO_REASON, _ALTHOUGH, _NO_EVIDENCE = code("reason.missing"), code("reason.although-met"), code("evidence.missing")
_NO_TARGET, _UNREACHABLE, _CONTRADICTS = code("target.missing"), code("target.unreachable"), code("cost.contradicts-funds")
_CONFLICT, _PLACEHOLDER = code("unit.conflict"), code("target.placeholder")


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


@inlined
def alike_in_short(stated: int, places: int, score: int, law: Table) -> bool:
    """Whether a coarser print that the law accepts is the score rounded to its places."""
    if law[s.L_ACCEPT_ONE_DECIMAL] and places == 1:
        return rounded(score, TENTH) * TENTH == stated
    return law[s.L_WHOLE_POINTS] and rounded(score, ONE) * ONE == stated


@inlined
def is_wrong(stated: int, places: int, score: int, law: Table) -> bool:
    """Whether a stated score is not the formula's."""
    return abs(stated - score) > law[s.L_TOLERANCE] and not alike_in_short(stated, places, score, law)


@inlined
def _is_unmeasured(i: int, rows: Table, flags: int) -> bool:
    """Whether an indicator's numeric target is answered by words; words for nothing answer a target of nothing."""
    worded = flags & p.UNMEASURED != 0 or (flags & p.UNMEASURED_BUT_ZERO != 0 and rows[i, s.R_TARGET] != 0)
    return worded and flags & p.INDICATOR != 0


@inlined
def _tell_scores(told: Table, law: Table, at: tuple[int, int, int], i: int, rows: Table, plans: Table, scores: Table, silent: bool) -> None:
    """A row's stated score against its weight and its formula; whether points were taken from a met row without a word."""
    stated, weight, flags = rows[i, s.R_STATED], rows[i, s.R_WEIGHT], plans[rows[i, s.R_PLAN], s.P_FLAGS]
    if stated == s.NONE:
        return
    if law[s.L_CAP] and weight != s.NONE and stated > weight:
        tell(told, law, _EXCEEDS, at)
    if stated < 0:
        tell(told, law, _NEGATIVE, at)
    by_formula, measured = scores[i, s.S_BASIS] == FORMULA, not (law[s.L_ACTIVE + _UNMEASURED] and _is_unmeasured(i, rows, flags))
    met = scores[i, s.S_MET] == MET and flags & p.INDICATOR != 0
    deducted = by_formula and met and scores[i, s.S_SCORE] >= weight and stated < weight and silent
    if deducted:
        tell(told, law, _DEDUCTED, at)
        if law[s.L_ACTIVE + _DEDUCTED]:
            return
    if by_formula:
        if measured and is_wrong(stated, rows[i, s.R_PLACES], scores[i, s.S_SCORE], law):
            doubtful = (flags & p.DOUBTFUL != 0 and rows[i, s.R_ACTUAL] != 0) or is_share(i, rows, flags)
            tell_as(told, law, _DIFFERS, at, law[s.L_VARIANT + _DIFFERS] if doubtful else law[s.L_SEVERITY + _DIFFERS])
    elif (
        measured
        and stated == weight
        and scores[i, s.S_BASIS] == UNDETERMINED
        and _open_ceiling(i, flags, plans[rows[i, s.R_PLAN], s.P_OPERATOR], scores, law)
    ):
        tell(told, law, _DIFFERS, at)


@inlined
def _open_ceiling(i: int, flags: int, operator: int, scores: Table, law: Table) -> bool:
    """Whether a row misses a ceiling for which the place fixes no formula."""
    if not flags & p.INDICATOR or flags & p.OWN_FORMULA or scores[i, s.S_MET] != MISSED or scores[i, s.S_A] <= 0:
        return False
    return (operator == p.AT_MOST and law[s.L_OPEN_AT_MOST]) or (operator == p.BELOW and law[s.L_OPEN_LESS_THAN])


@inlined
def _tell_far(told: Table, law: Table, at: tuple[int, int, int], i: int, flags: int, operator: int, scores: Table, silent: bool, clash: bool) -> None:
    """Targets beaten by far, and orders of magnitude that look wrong."""
    a, b = scores[i, s.S_A], scores[i, s.S_B]
    if a == s.NONE:
        return
    more, less = (a, b) if operator in (p.BELOW, p.AT_MOST) else (b, a)
    if less > 0 and more * law[s.L_BEATEN + 1] >= law[s.L_BEATEN] * less and silent and not (clash and law[s.L_ACTIVE + _CONFLICT]):
        soft = flags & p.APPROXIMATE != 0 and more * law[s.L_BEATEN + 3] < law[s.L_BEATEN + 2] * less
        tell_as(told, law, _BEATEN, at, law[s.L_VARIANT + _BEATEN] if soft else law[s.L_SEVERITY + _BEATEN])
    large = compared(a, scores[i, s.S_E], law[s.L_MAGNITUDE + 4], 0) >= 0
    near = law[s.L_MAGNITUDE] * a < b * law[s.L_MAGNITUDE + 1] and b * law[s.L_MAGNITUDE + 3] < law[s.L_MAGNITUDE + 2] * a
    if large and b > 0 and not near:
        tell(told, law, _MAGNITUDE, at)


@inlined
def _tell_formula(
    told: Table, law: Table, form: int, index: int, i: int, rows: Table, plans: Table, scores: Table, reason: int, overspent: bool
) -> None:
    """Rules for rows that a formula scores."""
    plan, at = rows[i, s.R_PLAN], (form, p.ROW, index)
    flags, met = plans[plan, s.P_FLAGS], scores[i, s.S_MET] == MET
    _tell_far(told, law, at, i, flags, plans[plan, s.P_OPERATOR], scores, reason & NOTHING_SAID != 0, flags & p.CONFLICT != 0)
    if scores[i, s.S_A] == 0 and scores[i, s.S_B] == 0 and reason & STOPPED:
        tell(told, law, _VACUOUS, at)
    if flags & p.RATE_WITHIN and flags & p.ACTUAL_NUMBER:
        actual, exponent = rows[i, s.R_ACTUAL], rows[i, s.R_ACTUAL_EXPONENT]
        if actual < 0 or compared(actual, exponent, 100, 0) > 0:
            tell(told, law, _OUT_OF_RANGE, (form, p.ROW_ACTUAL, index))
    if met and reason & DENIED:
        tell(told, law, _ALTHOUGH, (form, p.ROW_REASON, index))
    if overspent and met and flags & p.COST_CONTROL:
        tell_as(told, law, _CONTRADICTS, at, TO_VERIFY)


@inlined
def _tell_values(told: Table, law: Table, form: int, index: int, i: int, rows: Table, plans: Table, fixed_ones: Table, shown: Shown) -> None:
    """Absent, copied and impossible values, and the findings that the plan already holds."""
    plan = rows[i, s.R_PLAN]
    flags, stated = plans[plan, s.P_FLAGS], rows[i, s.R_STATED]
    for k in range(plans[plan, s.P_FIRST], plans[plan, s.P_LAST]):
        tell_as(told, law, fixed_ones[k, 0], (form, fixed_ones[k, 1], index), fixed_ones[k, 2])
    if flags & p.SIGNED_ACTUAL:
        tell_as(told, law, _SIGNED, (form, p.ROW_ACTUAL, index), TO_VERIFY)
    if not flags & p.INDICATOR:
        return
    if shown.actual and flags & p.ACTUAL_ABSENT and stated != s.NONE and stated > 0:
        tell(told, law, _NO_ACTUAL, (form, p.ROW_ACTUAL, index))
    if _is_unmeasured(i, rows, flags):
        tell(told, law, _UNMEASURED, (form, p.ROW_ACTUAL, index))
    held_back = flags & p.PLACEHOLDER and law[s.L_ACTIVE + _PLACEHOLDER]
    if shown.target and flags & p.TARGET_ABSENT and not held_back and (rows[i, s.R_WEIGHT] > 0 or stated != s.NONE):
        tell(told, law, _NO_TARGET, (form, p.ROW_TARGET, index))
    numbers = flags & p.TARGET_NUMBER and flags & p.ACTUAL_NUMBER
    same = not numbers or compared(rows[i, s.R_TARGET], rows[i, s.R_TARGET_EXPONENT], rows[i, s.R_ACTUAL], rows[i, s.R_ACTUAL_EXPONENT]) == 0
    if flags & p.COPIED:
        tell(told, law, _COPIES, (form, p.ROW_ACTUAL, index))
    elif flags & p.MAY_COPY and same:
        tell_as(told, law, _COPIES, (form, p.ROW_ACTUAL, index), TO_VERIFY)
    if flags & p.PART_OF_WHOLE and compared(rows[i, s.R_TARGET], rows[i, s.R_TARGET_EXPONENT], 100, 0) >= 0:
        tell(told, law, _UNREACHABLE, (form, p.ROW_TARGET, index))


@inlined
def _fell_short(i: int, rows: Table, scores: Table) -> bool:
    """Whether the lower of the stated and the formula's score is below the weight."""
    stated, by_formula = rows[i, s.R_STATED], scores[i, s.S_BASIS] == FORMULA
    if by_formula and scores[i, s.S_SCORE] < rows[i, s.R_WEIGHT]:
        return True
    below: bool = stated != s.NONE and stated < rows[i, s.R_WEIGHT]
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
    excused, planned, spent = reaches(money, law[s.L_EXCUSED_RATE], law[s.L_EXCUSED_RATE + 1]), money.purse_planned, money.purse_spent
    overspent = planned not in (s.NONE, 0) and spent != s.NONE and spent > planned
    weighted, counted = False, 0
    for i in range(span[0], span[1]):
        weighted |= rows[i, s.R_WEIGHT] > 0
        counted += i != money.row
    bound = law[s.L_CONCENTRATED + 2] if counted < law[s.L_CONCENTRATED + 1] else law[s.L_CONCENTRATED]
    for i in range(span[0], span[1]):
        index, plan, stated, weight, reason = i - span[0], rows[i, s.R_PLAN], rows[i, s.R_STATED], rows[i, s.R_WEIGHT], rows[i, s.R_REASON]
        at, flags, silent = (form, p.ROW, index), plans[plan, s.P_FLAGS], reason & NOTHING_SAID != 0
        _tell_values(told, law, form, index, i, rows, plans, fixed_ones, shown)
        _tell_scores(told, law, at, i, rows, plans, scores, silent)
        if shown.score and stated == s.NONE and weight > 0:
            tell(told, law, _MISSING, at)
        if weighted and (weight == 0 or (weight == s.NONE and stated != s.NONE)):
            tell(told, law, _ZERO_WEIGHT, at)
        if i != money.row and weight > bound:
            tell(told, law, _CONCENTRATED, at)
        if scores[i, s.S_BASIS] == FORMULA and flags & p.INDICATOR:
            _tell_formula(told, law, form, index, i, rows, plans, scores, reason, overspent)
        if shown.reason and silent and not (i == money.row and excused) and _fell_short(i, rows, scores):
            tell(told, law, _NO_REASON, (form, p.ROW_REASON, index))
        scored = stated != s.NONE or weight > 0
        if shown.evidence and scored and rows[i, s.R_EVIDENCE] & NAMES_NOTHING and not flags & p.EVIDENCE_EXEMPT:
            tell(told, law, _NO_EVIDENCE, at)


@inner
def tell_copies(told: Table, law: Table, form: int, span: tuple[int, int], rows: Table, plans: Table, scores: Table) -> None:
    """Nearly all numeric rows equal to their target and unproved."""
    numeric, copies = 0, 0
    for i in range(span[0], span[1]):
        if plans[rows[i, s.R_PLAN], s.P_FLAGS] & p.INDICATOR and scores[i, s.S_A] != s.NONE:
            numeric += 1
            copies += scores[i, s.S_A] == scores[i, s.S_B] and rows[i, s.R_EVIDENCE] & NO_EVIDENCE != 0
    if numeric >= law[s.L_COPIED] and copies * law[s.L_COPIED + 2] >= law[s.L_COPIED + 1] * numeric:
        tell(told, law, _COPIES, (form, p.FORM, 0))
