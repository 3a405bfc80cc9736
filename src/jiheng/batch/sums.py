"""Sums of a form for the form kernel: stated scores against the stated total, weights against the points of a form, the grade."""

from __future__ import annotations

from typing import Final, NamedTuple

from jiheng.batch import plans as p
from jiheng.batch import slots as s
from jiheng.batch.arithmetic import rounded
from jiheng.batch.compiled import inner
from jiheng.batch.slots import Gathered, Table
from jiheng.batch.tally import Tally
from jiheng.batch.texts import NO_GRADE
from jiheng.batch.told import code, tell, tell_as

_GRADE, _TOTAL, _NO_TOTAL = code("grade.mismatch"), code("total.differs-from-sum"), code("total.missing")
_TWICE, _SUM = code("weights.applied-twice"), code("weights.sum")

CENT: Final = 10_000
MOST_BELOW: Final = 1 << 40


class Outside(NamedTuple):
    """The claim of a money line outside the table; ``there`` is False where the form has none."""

    there: bool
    weight: int
    stated: int
    score: int


@inner
def tell_grade(told: Table, law: Table, f: int, forms: Table) -> None:
    """The printed grade against the band of the stated total."""
    total, named = forms[f, s.F_STATED], forms[f, s.F_GRADE]
    if named == NO_GRADE or total == s.NONE or law[s.L_GRADE_COUNT] == 0:
        return
    earned, lowest = -1, 0
    for g in range(law[s.L_GRADE_COUNT]):
        if law[s.L_GRADE_LOWS + g] < law[s.L_GRADE_LOWS + lowest]:
            lowest = g
        if total >= law[s.L_GRADE_LOWS + g] and (earned < 0 or law[s.L_GRADE_LOWS + g] > law[s.L_GRADE_LOWS + earned]):
            earned = g
    if named != (earned if earned >= 0 else lowest):
        tell(told, law, _GRADE, (f, p.TOTAL_GRADE, 0))


@inner
def tell_totals(told: Table, law: Table, f: int, forms: Table, tally: Tally, outside: Outside) -> None:
    """The stated total against the stated scores, as a plain sum and as Σ score × weight %."""
    total, claims = forms[f, s.F_STATED], tally.claims
    added, known, converted, whole = claims.added, claims.known, claims.converted, claims.whole
    if outside.there:
        whole &= outside.stated != s.NONE and outside.weight != s.NONE
        if outside.stated != s.NONE:
            added += outside.stated
            known += 1
            converted += outside.stated * (outside.weight if outside.weight != s.NONE else 0)
    if total == s.NONE:
        if tally.shown.score:
            tell(told, law, _NO_TOTAL, (f, p.TOTAL_SCORE, 0))
        return
    if known == 0:
        return
    cents = rounded(total, CENT)
    as_converted = whole and rounded(converted, CENT * 100_000_000) == cents
    if total != added and not as_converted:
        tell(told, law, _TOTAL, (f, p.TOTAL_SCORE, 0))
    if as_converted and rounded(added, CENT) != cents:
        tell(told, law, _TWICE, (f, p.TOTAL_SCORE, 0))


@inner
def tell_weights(told: Table, law: Table, f: int, count: int, forms: Table, printed: Table, tally: Tally, outside: Outside) -> None:
    """The sum of the weights, and printed totals of weights, against the points of a form."""
    known, beside = not tally.claims.unweighted and (outside.there or count > 0), 0
    if outside.there:
        known &= outside.weight != s.NONE
        beside = outside.weight if outside.weight != s.NONE else 0
    added = tally.claims.weights + beside
    base = law[s.L_BASE]
    wrong = known and added != base
    explained, due = not wrong, base + forms[f, s.F_SURPLUS]
    for k in range(forms[f, s.F_WEIGHTS], forms[f + 1, s.F_WEIGHTS]):
        if printed[k] not in (base, base - beside):
            wrong, explained = True, explained and printed[k] == due
    stated = forms[f, s.F_STATED_WEIGHT]
    if stated not in (s.NONE, base, base - beside):
        wrong, explained = True, explained and stated == due
    if wrong:
        tell_as(told, law, _SUM, (f, p.TOTAL_WEIGHT, 0), law[(s.L_VARIANT if explained else s.L_SEVERITY) + _SUM])


@inner
def tell_headings(told: Table, law: Table, f: int, count: int, rows: Table, made: Gathered) -> None:
    """Headings whose points are not what is listed below them."""
    for h in range(made.forms[f, s.F_HEADINGS], made.forms[f + 1, s.F_HEADINGS]):
        head = made.headings[h]
        listed, known = head[s.H_LISTED], 0
        if listed == s.NONE:
            listed = 0
            for k in range(head[s.H_FIRST], head[s.H_LAST]):
                if 0 <= made.below[k] < count:
                    weight = rows[made.below[k], s.R_WEIGHT]
                    known = known + 1 if weight != s.NONE else -MOST_BELOW
                    listed += weight if weight != s.NONE else 0
        if (head[s.H_LISTED] != s.NONE or known > 0) and listed != head[s.H_POINTS]:
            tell(told, law, head[s.H_CODE], (f, p.FORM, 0))
