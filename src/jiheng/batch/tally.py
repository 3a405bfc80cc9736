"""What the rows of a form add up to for the form kernel."""

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


class Claims(NamedTuple):
    """What rows claim: stated scores and their sum, Σ score × weight, whether every row has both and is full; weights and their sum.

    ``largest`` is the largest of weights and stated scores; ``got`` of ``weight`` are the points claimed by rows but the money row.
    """

    added: int
    known: int
    converted: int
    whole: bool
    full: bool
    weights: int
    weighted: bool
    unweighted: bool
    largest: int
    got: int
    weight: int


class Results(NamedTuple):
    """Recomputed points without the money row's: their sum as the law adds them, and by how much it may fall or rise.

    Of ``alike`` rows, whose values are their points, ``first_alike`` is the first; ``copies`` of ``numeric`` rows repeat their target unproved.
    """

    total: int
    low: int
    high: int
    alike: int
    first_alike: int
    numeric: int
    copies: int


class Tally(NamedTuple):
    """A form's rows together. ``beyond``: only the interpreter can judge them; ``money`` is the place of the money row, -1 for none.

    ``undeclared``: a target's direction is printed nowhere; ``bare`` rows have no evidence.
    """

    beyond: bool
    money: int
    undeclared: bool
    bare: int
    shown: Shown
    claims: Claims
    results: Results


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
    beyond, money, undeclared, bare = False, -1, False, 0
    actual, reason, evidence = printed & ACTUALS != 0, printed & REASONS != 0, printed & PROOFS != 0
    for i in range(count):
        row = rows[i]
        plan, unproved = plans[row[s.R_PLAN]], row[s.R_EVIDENCE] & NO_EVIDENCE != 0
        flags, is_money = plan[s.P_FLAGS], plan[s.P_HOW] == p.MONEY
        beyond |= scores[i, s.S_ODD] != 0 or (is_money and money >= 0)
        money = i if is_money and money < 0 else money
        if row[s.R_WEIGHT] == s.NONE and plan[s.P_BLOCK] > 0:
            beyond |= not weighted_block(plan[s.P_BLOCK], count, rows, plans)
        actual |= not flags & p.ACTUAL_ABSENT
        reason |= row[s.R_REASON] & FILLED != 0
        evidence |= not unproved
        bare += unproved
        undeclared |= flags & p.TARGET_NUMBER != 0 and not flags & p.PRINTED_DIRECTION
    claims = _claims_of(count, rows, money)
    shown = Shown(printed & SCORES != 0 or claims.known > 0, actual, reason, evidence, printed & TARGETS != 0)
    return Tally(beyond, money, undeclared, bare, shown, claims, _results_of(count, rows, plans, law, scores, money))


@inner
def _claims_of(count: int, rows: Table, money: int) -> Claims:
    added, known, converted, full, largest = 0, 0, 0, True, 0
    weights, weighted, unweighted, got, weight_of_got = 0, False, False, 0, 0
    for i in range(count):
        weight, stated = rows[i, s.R_WEIGHT], rows[i, s.R_STATED]
        full &= weight != s.NONE and stated == weight
        unweighted |= weight == s.NONE
        if weight != s.NONE:
            weights += weight
            weighted |= weight > 0
            largest = max(largest, weight)
        if stated != s.NONE:
            added += stated
            known += 1
            largest = max(largest, abs(stated))
            if weight != s.NONE:
                converted += stated * weight
                if weight != 0 and i != money:
                    got, weight_of_got = got + stated, weight_of_got + weight
    whole = known == count and not unweighted
    return Claims(added, known, converted, whole, full, weights, weighted, unweighted, largest, got, weight_of_got)


@inner
def _results_of(count: int, rows: Table, plans: Table, law: Table, scores: Table, money: int) -> Results:
    total, low, high, alike, first_alike, numeric, copies = 0, 0, 0, 0, -1, 0, 0
    for i in range(count):
        row, score = rows[i], scores[i]
        flags = plans[row[s.R_PLAN], s.P_FLAGS]
        if i != money:
            points, down, up = carried(row, score, law)
            total, low, high = total + points, low + down, high + up
        if flags & p.INDICATOR and score[s.S_A] != s.NONE:
            numeric += 1
            copies += score[s.S_A] == score[s.S_B] and row[s.R_EVIDENCE] & NO_EVIDENCE != 0
        if _is_alike(row, flags):
            alike += 1
            first_alike = i if first_alike < 0 else first_alike
    return Results(total, low, high, alike, first_alike, numeric, copies)
