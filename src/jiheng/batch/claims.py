"""The row rules of the form kernel: scores against weights and formulas, reasons, evidence, values far from their target."""

from __future__ import annotations

from typing import Final

from jiheng.batch import plans as p
from jiheng.batch import slots as s
from jiheng.batch.arithmetic import compared, rounded
from jiheng.batch.compiled import inlined, inner
from jiheng.batch.numbers import FORMULA, TO_VERIFY, UNDETERMINED
from jiheng.batch.purses import Money, reaches
from jiheng.batch.rows import MET, MISSED, is_share
from jiheng.batch.slots import Gathered, Table
from jiheng.batch.tally import Shown, Tally
from jiheng.batch.texts import DENIED, NAMES_NOTHING, NOTHING_SAID, STOPPED
from jiheng.batch.told import code, tell, tell_as

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


Place = tuple[int, int, int]


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
def _is_unmeasured(row: Table, flags: int) -> bool:
    """Whether an indicator's numeric target is answered by words; words for nothing answer a target of nothing."""
    worded = flags & p.UNMEASURED != 0 or (flags & p.UNMEASURED_BUT_ZERO != 0 and row[s.R_TARGET] != 0)
    return worded and flags & p.INDICATOR != 0


@inlined
def _tell_scores(told: Table, law: Table, at: Place, row: Table, plan: Table, score: Table, silent: bool) -> None:
    """A row's stated score against its weight and its formula; whether points were taken from a met row without a word."""
    stated, weight, flags = row[s.R_STATED], row[s.R_WEIGHT], plan[s.P_FLAGS]
    if stated == s.NONE:
        return
    if law[s.L_CAP] and weight != s.NONE and stated > weight:
        tell(told, law, _EXCEEDS, at)
    if stated < 0:
        tell(told, law, _NEGATIVE, at)
    by_formula, measured = score[s.S_BASIS] == FORMULA, not (law[s.L_ACTIVE + _UNMEASURED] and _is_unmeasured(row, flags))
    met = score[s.S_MET] == MET and flags & p.INDICATOR != 0
    if by_formula and met and score[s.S_SCORE] >= weight and stated < weight and silent:
        tell(told, law, _DEDUCTED, at)
        if law[s.L_ACTIVE + _DEDUCTED]:
            return
    if by_formula:
        if measured and is_wrong(stated, row[s.R_PLACES], score[s.S_SCORE], law):
            doubtful = (flags & p.DOUBTFUL != 0 and row[s.R_ACTUAL] != 0) or is_share(row, flags)
            tell_as(told, law, _DIFFERS, at, law[s.L_VARIANT + _DIFFERS] if doubtful else law[s.L_SEVERITY + _DIFFERS])
    elif measured and stated == weight and score[s.S_BASIS] == UNDETERMINED and _open_ceiling(plan, score, law):
        tell(told, law, _DIFFERS, at)


@inlined
def _open_ceiling(plan: Table, score: Table, law: Table) -> bool:
    """Whether a row misses a ceiling for which the place fixes no formula."""
    flags, operator = plan[s.P_FLAGS], plan[s.P_OPERATOR]
    if not flags & p.INDICATOR or flags & p.OWN_FORMULA or score[s.S_MET] != MISSED or score[s.S_A] <= 0:
        return False
    open_: bool = (operator == p.AT_MOST and law[s.L_OPEN_AT_MOST]) or (operator == p.BELOW and law[s.L_OPEN_LESS_THAN])
    return open_


@inlined
def _tell_far(told: Table, law: Table, at: Place, plan: Table, score: Table, silent: bool) -> None:
    """Targets beaten by far, and orders of magnitude that look wrong."""
    a, b, flags = score[s.S_A], score[s.S_B], plan[s.P_FLAGS]
    if a == s.NONE:
        return
    more, less = (a, b) if plan[s.P_OPERATOR] in (p.BELOW, p.AT_MOST) else (b, a)
    beaten = silent and less > 0 and more * law[s.L_BEATEN + 1] >= law[s.L_BEATEN] * less
    if beaten and not (flags & p.CONFLICT and law[s.L_ACTIVE + _CONFLICT]):
        soft = flags & p.APPROXIMATE != 0 and more * law[s.L_BEATEN + 3] < law[s.L_BEATEN + 2] * less
        tell_as(told, law, _BEATEN, at, law[s.L_VARIANT + _BEATEN] if soft else law[s.L_SEVERITY + _BEATEN])
    near = law[s.L_MAGNITUDE] * a < b * law[s.L_MAGNITUDE + 1] and b * law[s.L_MAGNITUDE + 3] < law[s.L_MAGNITUDE + 2] * a
    if b > 0 and not near and compared(a, score[s.S_E], law[s.L_MAGNITUDE + 4], 0) >= 0:
        tell(told, law, _MAGNITUDE, at)


@inlined
def _tell_formula(told: Table, law: Table, at: Place, row: Table, plan: Table, score: Table, overspent: bool) -> None:
    """Rules for rows that a formula scores."""
    flags, reason, met = plan[s.P_FLAGS], row[s.R_REASON], score[s.S_MET] == MET
    _tell_far(told, law, at, plan, score, reason & NOTHING_SAID != 0)
    if score[s.S_A] == 0 and score[s.S_B] == 0 and reason & STOPPED:
        tell(told, law, _VACUOUS, at)
    if flags & p.RATE_WITHIN and flags & p.ACTUAL_NUMBER:
        actual, exponent = row[s.R_ACTUAL], row[s.R_ACTUAL_EXPONENT]
        if actual < 0 or compared(actual, exponent, 100, 0) > 0:
            tell(told, law, _OUT_OF_RANGE, (at[0], p.ROW_ACTUAL, at[2]))
    if met and reason & DENIED:
        tell(told, law, _ALTHOUGH, (at[0], p.ROW_REASON, at[2]))
    if overspent and met and flags & p.COST_CONTROL:
        tell_as(told, law, _CONTRADICTS, at, TO_VERIFY)


@inlined
def _tell_values(told: Table, law: Table, at: Place, row: Table, plan: Table, fixed_ones: Table, shown: Shown) -> None:
    """Absent, copied and impossible values, and the findings that the plan already holds."""
    flags, stated, form, index = plan[s.P_FLAGS], row[s.R_STATED], at[0], at[2]
    for k in range(plan[s.P_FIRST], plan[s.P_LAST]):
        tell_as(told, law, fixed_ones[k, 0], (form, fixed_ones[k, 1], index), fixed_ones[k, 2])
    if flags & p.SIGNED_ACTUAL:
        tell_as(told, law, _SIGNED, (form, p.ROW_ACTUAL, index), TO_VERIFY)
    if not flags & p.INDICATOR:
        return
    if flags & p.ACTUAL_ABSENT and shown.actual and stated != s.NONE and stated > 0:
        tell(told, law, _NO_ACTUAL, (form, p.ROW_ACTUAL, index))
    if _is_unmeasured(row, flags):
        tell(told, law, _UNMEASURED, (form, p.ROW_ACTUAL, index))
    held_back = flags & p.PLACEHOLDER and law[s.L_ACTIVE + _PLACEHOLDER]
    if flags & p.TARGET_ABSENT and shown.target and not held_back and (row[s.R_WEIGHT] > 0 or stated != s.NONE):
        tell(told, law, _NO_TARGET, (form, p.ROW_TARGET, index))
    if flags & p.COPIED:
        tell(told, law, _COPIES, (form, p.ROW_ACTUAL, index))
    elif flags & p.MAY_COPY and _same_number(row):
        tell_as(told, law, _COPIES, (form, p.ROW_ACTUAL, index), TO_VERIFY)
    if flags & p.PART_OF_WHOLE and compared(row[s.R_TARGET], row[s.R_TARGET_EXPONENT], 100, 0) >= 0:
        tell(told, law, _UNREACHABLE, (form, p.ROW_TARGET, index))


@inlined
def _same_number(row: Table) -> bool:
    return compared(row[s.R_TARGET], row[s.R_TARGET_EXPONENT], row[s.R_ACTUAL], row[s.R_ACTUAL_EXPONENT]) == 0


@inlined
def _fell_short(row: Table, score: Table) -> bool:
    """Whether the lower of the stated and the formula's score is below the weight."""
    stated, by_formula = row[s.R_STATED], score[s.S_BASIS] == FORMULA
    if by_formula and score[s.S_SCORE] < row[s.R_WEIGHT]:
        return True
    below: bool = stated != s.NONE and stated < row[s.R_WEIGHT]
    return below


@inner
def tell_rows(told: Table, law: Table, form: int, count: int, rows: Table, made: Gathered, scores: Table, tally: Tally, money: Money) -> None:
    """The findings of every row of a form."""
    excused, planned, spent = reaches(money, law[s.L_EXCUSED_RATE], law[s.L_EXCUSED_RATE + 1]), money.purse_planned, money.purse_spent
    overspent = planned not in (s.NONE, 0) and spent != s.NONE and spent > planned
    others = count - (money.row >= 0)
    bound, shown = law[s.L_CONCENTRATED + 2] if others < law[s.L_CONCENTRATED + 1] else law[s.L_CONCENTRATED], tally.shown
    for i in range(count):
        row, score = rows[i], scores[i]
        plan, stated, weight = made.plans[row[s.R_PLAN]], row[s.R_STATED], row[s.R_WEIGHT]
        at, flags, silent = (form, p.ROW, i), plan[s.P_FLAGS], row[s.R_REASON] & NOTHING_SAID != 0
        _tell_values(told, law, at, row, plan, made.fixed, shown)
        _tell_scores(told, law, at, row, plan, score, silent)
        if shown.score and stated == s.NONE and weight > 0:
            tell(told, law, _MISSING, at)
        if tally.claims.weighted and (weight == 0 or (weight == s.NONE and stated != s.NONE)):
            tell(told, law, _ZERO_WEIGHT, at)
        if i != money.row and weight > bound:
            tell(told, law, _CONCENTRATED, at)
        if score[s.S_BASIS] == FORMULA and flags & p.INDICATOR:
            _tell_formula(told, law, at, row, plan, score, overspent)
        if shown.reason and silent and not (i == money.row and excused) and _fell_short(row, score):
            tell(told, law, _NO_REASON, (form, p.ROW_REASON, i))
        scored = stated != s.NONE or weight > 0
        if shown.evidence and scored and row[s.R_EVIDENCE] & NAMES_NOTHING and not flags & p.EVIDENCE_EXEMPT:
            tell(told, law, _NO_EVIDENCE, at)
