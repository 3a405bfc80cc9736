"""What the rows of a form add up to for the form kernel, gathered in one walk over them."""

from __future__ import annotations

from typing import NamedTuple

from jiheng.batch import plans as p
from jiheng.batch import slots as s
from jiheng.batch.arithmetic import compared
from jiheng.batch.compiled import inlined, inner
from jiheng.batch.slots import Table
from jiheng.batch.texts import ACTUALS, FILLED, NO_EVIDENCE, PROOFS, REASONS, SCORES, TARGETS


class Shown(NamedTuple):
    """Which columns a form has, printed or filled, and whether its target column is printed."""

    score: bool
    actual: bool
    reason: bool
    evidence: bool
    target: bool


class Stated(NamedTuple):
    """Stated scores: their sum, how many, Σ score × weight, whether every row has both; whether every row is full."""

    added: int
    known: int
    converted: int
    whole: bool
    full: bool


class Results(NamedTuple):
    """Recomputed points without the money row's: their sum as the law adds them, and by how much it may fall or rise."""

    total: int
    low: int
    high: int


class Tally(NamedTuple):
    """A form's rows together. ``beyond``: only the interpreter can judge them; ``money`` is the place of the money row, -1 for none.

    ``largest`` is the largest of weights and stated scores; ``got`` of ``weight`` are the points claimed by rows but the money row;
    of ``alike`` rows, whose values are their points, ``first_alike`` is the first; ``copies`` of ``numeric`` rows repeat their target unproved.
    """

    beyond: bool
    money: int
    largest: int
    shown: Shown
    stated: Stated
    results: Results
    weights: int
    weighted: bool
    unweighted: bool
    got: int
    weight: int
    undeclared: bool
    alike: int
    first_alike: int
    bare: int
    numeric: int
    copies: int


@inlined
def carried(row: Table, score: Table, law: Table) -> tuple[int, int, int]:
    """What a row brings into the total, and how far the total may fall and rise for it."""
    if score[s.S_SCORE] != s.NONE:
        exact = law[s.L_SUM_FIRST] and score[s.S_EXACT] != s.NONE
        return score[s.S_EXACT if exact else s.S_SCORE], 0, 0
    held = max(0, min(row[s.R_STATED] if row[s.R_STATED] != s.NONE else 0, row[s.R_WEIGHT]))
    return held, score[s.S_LOW] - held, score[s.S_HIGH] - held


@inlined
def _is_alike(row: Table, flags: int) -> bool:
    """Whether target and actual value of a row are the points it is worth."""
    weight, wanted = row[s.R_WEIGHT], p.TARGET_NUMBER | p.ACTUAL_NUMBER | p.IN_POINTS
    if flags & wanted != wanted or weight in (s.NONE, 0) or compared(row[s.R_TARGET], row[s.R_TARGET_EXPONENT], weight, -6) != 0:
        return False
    return compared(row[s.R_ACTUAL], row[s.R_ACTUAL_EXPONENT], weight, -6) == 0


@inner
def weighted_block(block: int, count: int, rows: Table, plans: Table) -> bool:
    """Whether the form prints a weight in a block to which the law would give weights if there were none."""
    for i in range(count):
        if plans[rows[i, s.R_PLAN], s.P_BLOCK] == block and rows[i, s.R_WEIGHT] != s.NONE:
            return True
    return False


@inner
def tally_of(count: int, rows: Table, plans: Table, law: Table, scores: Table, printed: int) -> Tally:
    """The tally of a form whose rows are laid out and scored; ``printed`` are the columns it prints."""
    beyond, money, largest, undeclared = False, -1, 0, False
    score, actual, reason, evidence = printed & SCORES != 0, printed & ACTUALS != 0, printed & REASONS != 0, printed & PROOFS != 0
    added, known, converted, full = 0, 0, 0, True
    total, low, high = 0, 0, 0
    weights, weighted, unweighted = 0, False, False
    got, weight_of_got, alike, first_alike, bare, numeric, copies = 0, 0, 0, -1, 0, 0, 0
    for i in range(count):
        row, result = rows[i], scores[i]
        plan, weight, stated = plans[row[s.R_PLAN]], row[s.R_WEIGHT], row[s.R_STATED]
        flags, unproved, is_money = plan[s.P_FLAGS], row[s.R_EVIDENCE] & NO_EVIDENCE != 0, plan[s.P_HOW] == p.MONEY
        beyond |= result[s.S_ODD] != 0 or (is_money and money >= 0)
        money = i if is_money and money < 0 else money
        actual |= not flags & p.ACTUAL_ABSENT
        reason |= row[s.R_REASON] & FILLED != 0
        evidence |= not unproved
        bare += unproved
        undeclared |= flags & p.TARGET_NUMBER != 0 and not flags & p.PRINTED_DIRECTION
        full &= weight != s.NONE and stated == weight
        if weight != s.NONE:
            weights += weight
            weighted |= weight > 0
            largest = max(largest, weight)
        else:
            unweighted = True
            beyond |= plan[s.P_BLOCK] > 0 and not weighted_block(plan[s.P_BLOCK], count, rows, plans)
        if stated != s.NONE:
            score = True
            added += stated
            known += 1
            largest = max(largest, abs(stated))
            if weight != s.NONE:
                converted += stated * weight
                if weight != 0 and not is_money:
                    got, weight_of_got = got + stated, weight_of_got + weight
        if not is_money:
            points, down, up = carried(row, result, law)
            total, low, high = total + points, low + down, high + up
        if flags & p.INDICATOR and result[s.S_A] != s.NONE:
            numeric += 1
            copies += unproved and result[s.S_A] == result[s.S_B]
        if _is_alike(row, flags):
            alike += 1
            first_alike = i if first_alike < 0 else first_alike
    whole = known == count and not unweighted
    return Tally(
        beyond,
        money,
        largest,
        Shown(score, actual, reason, evidence, printed & TARGETS != 0),
        Stated(added, known, converted, whole, full),
        Results(total, low, high),
        weights,
        weighted,
        unweighted,
        got,
        weight_of_got,
        undeclared,
        alike,
        first_alike,
        bare,
        numeric,
        copies,
    )
