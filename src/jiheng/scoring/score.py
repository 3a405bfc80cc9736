"""A case to its scorecard: a traced line per subject, the total and its range, the grade, the treatments of waived rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from jiheng.domain.dossier import Waiver
from jiheng.domain.scorecard import TREATMENTS, Scorecard, ScoreLine, Treatment, TreatmentTotal
from jiheng.rulebook.model import Grade, Scheme
from jiheng.scoring.case import Case, Row
from jiheng.scoring.formulas import NOTHING
from jiheng.scoring.groups import answered_by_parent, shared_carries
from jiheng.scoring.lines import formula_points, money_score, row_line
from jiheng.scoring.rounding import rounded
from jiheng.scoring.waivers import carried, excludes, points_under, respread, reweighted, stated_at, treated, validate

FULL_AT_ANY_WEIGHT = frozenset(
    {"RATIO-CAP", "EQ-AS-GE", "EQ-SYM", "REV-RATIO", "REV-LINEAR", "ZERO", "ZERO-GE", "MET", "EQUAL", "COEFF", "BINARY", "DATE"}
)


def score(case: Case) -> Scorecard:
    """The scorecard of a case. Pure; equal cases give equal scorecards.

    Raises:
        WaiverInvalidError: a waiver names no row, or a treatment the pack does not allow.
    """
    validate(case)
    card = _card(case, {})
    treatments = tuple(item for waiver in case.waivers for item in all_treatments(case, waiver.subject))
    return replace(card, treatments=treatments) if treatments else card


def all_treatments(case: Case, subject: str, *, card: Scorecard | None = None) -> tuple[TreatmentTotal, ...]:
    """The form's total under each of the five treatments of one row, other waivers standing as they are.

    Args:
        case: the form under its law.
        subject: the row to be treated.
        card: the case's scorecard where it is at hand; its lines are used again unless the case already waives the subject.
    """
    if card is not None and _is_plain_sum(case, card):
        plain = _PlainSum(case, card)
        return tuple([plain.treated(plain.rows[subject], treatment) for treatment in TREATMENTS])
    others = tuple(waiver for waiver in case.waivers if waiver.subject != subject)
    before = replace(case, waivers=others)
    scored = card.lines if card is not None and others == case.waivers else _lines(before, {})[0]
    known = {line.subject: line for line in scored if line.method != "WAIVER"}
    found = []
    for treatment in TREATMENTS:
        result = _card(replace(case, waivers=(*others, Waiver(subject, treatment))), known)
        found.append(TreatmentTotal(subject, treatment, result.total, result.possible))
    return tuple(found)


class _PlainSum:
    """A form whose total is a plain sum of rounded rows: the rows and their lines by subject."""

    def __init__(self, case: Case, card: Scorecard) -> None:
        self.case = case
        self.total = card.total or NOTHING
        self.possible = card.possible or NOTHING
        self.rows = {row.subject: row for row in case.rows}
        self.lines = {line.subject: line for line in card.lines}
        self.full = frozenset([line.subject for line in card.lines if _earns_all(line)])
        self.points = {row.subject: _points(self.lines[row.subject], row) for row in case.rows}

    def treated(self, row: Row, treatment: Treatment) -> TreatmentTotal:
        """The total with one row treated: the other rows keep their points, or earn their share of those it leaves."""
        rows, points, full = self.rows, self.points, self.full
        total = self.total - points[row.subject] + points_under(treatment, row)
        possible = self.possible - ((row.weight or NOTHING) if excludes(treatment) else NOTHING)
        for subject, weight in respread(self.case, (Waiver(row.subject, treatment),)).items():
            printed = rows[subject].weight
            if weight != printed:
                total += (weight if subject in full else _points_at(weight, rows[subject], self.lines[subject], self.case)) - points[subject]
                possible += weight - (printed or NOTHING)
        return TreatmentTotal(row.subject, treatment, total, possible)


def _is_plain_sum(case: Case, card: Scorecard) -> bool:
    """Whether the total is a plain sum of rounded rows, each with a score of its own, so that treatments need no new scorecard."""
    printed = case.evaluation.printed
    shared = case.waivers or printed.group_scores or printed.parents
    return not shared and card.total is not None and case.law.scheme.rounding.value.order == "rows-then-sum"


def _points(line: ScoreLine, row: Row) -> Decimal:
    """What a row adds to the total."""
    return line.score if line.score is not None else carried(row.indicator.stated_score, row.weight)


def _points_at(weight: Decimal, row: Row, line: ScoreLine, case: Case) -> Decimal:
    """What it would add at another weight: the formula's points, else what is stated, grown with the weight."""
    if line.basis != "formula":
        return carried(stated_at(weight, row, case.law), weight)
    score = formula_points(row, weight if row.weight else NOTHING, case.law, case.money)
    return score if score is not None else carried(row.indicator.stated_score, weight)


def grade_of(total: Decimal | None, grades: tuple[Grade, ...]) -> str | None:
    """The highest band the total reaches; None without bands or total."""
    if total is None:
        return None
    reached = [grade for grade in grades if total >= grade.low]
    return max(reached, key=lambda grade: grade.low).name if reached else None


def _card(case: Case, known: Mapping[str, ScoreLine]) -> Scorecard:
    scheme = case.law.scheme
    stated = case.evaluation.stated_totals.score
    if not scheme.scored.value:
        return Scorecard(case.law.identity, (), None, None, stated, None)
    lines, carries = _lines(case, known)
    if not lines or any(line.weight is None and not line.excluded for line in lines):
        return Scorecard(case.law.identity, lines, None, None, stated, None)
    total = _sum(lines, carries, scheme)
    undecided = [line for line in lines if line.score is None]
    low = total - sum((carries[line.subject] - (line.low or NOTHING) for line in undecided), NOTHING)
    high = total + sum(((line.high or NOTHING) - carries[line.subject] for line in undecided), NOTHING)
    possible = sum((line.weight or NOTHING for line in lines if not line.excluded), NOTHING)
    return Scorecard(case.law.identity, lines, total, (low, high), stated, grade_of(total, scheme.grades.value), possible=possible)


def _lines(case: Case, known: Mapping[str, ScoreLine]) -> tuple[tuple[ScoreLine, ...], dict[str, Decimal]]:
    weights = respread(case, case.waivers)
    waivers = {waiver.subject: waiver for waiver in case.waivers}
    lines: list[ScoreLine] = []
    carries: dict[str, Decimal] = {}
    money = case.money
    if money is not None and money.subject == "/funds" and money.points is not None:
        lines.append(known.get("/funds") or money_score("/funds", money.points, money, case.law))
    answered = answered_by_parent(case)
    for row in case.rows:
        if row.index in answered:
            continue
        settled = reweighted(row, weights[row.subject], case.law) if row.subject in weights else row
        line = _again(known.get(row.subject), settled) or row_line(settled, case.law, case.money)
        if row.subject in waivers:
            line = treated(line, settled, waivers[row.subject])
        lines.append(line)
        carries[row.subject] = NOTHING if line.score is not None else carried(settled.indicator.stated_score, settled.weight)
    carries.update(shared_carries(case, lines))
    return tuple(lines), carries


def _again(line: ScoreLine | None, row: Row) -> ScoreLine | None:
    """A line scored before, where the row's weight is the same or the row earned all of it; None where it must be scored anew."""
    if line is None or line.weight == row.weight:
        return line
    return line._replace(weight=row.weight, score=row.weight, exact=str(row.weight)) if _earns_all(line) else None


def _earns_all(line: ScoreLine) -> bool:
    """Whether a row earns its whole weight, whatever that is: exactly, not merely rounded up to it."""
    return line.basis == "formula" and line.method in FULL_AT_ANY_WEIGHT and line.exact is not None and Decimal(line.exact) == line.weight


def _sum(lines: tuple[ScoreLine, ...], carries: dict[str, Decimal], scheme: Scheme) -> Decimal:
    rounding = scheme.rounding.value
    if rounding.order == "rows-then-sum":
        return sum((line.score if line.score is not None else carries[line.subject] for line in lines), NOTHING)
    exact = sum((_exact(line, carries) for line in lines), Fraction(0))
    return rounded(exact, rounding)


def _exact(line: ScoreLine, carries: dict[str, Decimal]) -> Fraction:
    if line.exact is not None:
        return Fraction(line.exact)
    return Fraction(line.score if line.score is not None else carries[line.subject])
