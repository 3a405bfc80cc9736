"""A case to its scorecard: a traced line per subject, the total and its range, the grade, the treatments of waived rows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from jiheng.domain.dossier import Waiver
from jiheng.domain.scorecard import TREATMENTS, Scorecard, ScoreLine, TreatmentTotal
from jiheng.rulebook.model import Grade, Scheme
from jiheng.scoring.case import Case, Row
from jiheng.scoring.lines import money_score, row_line
from jiheng.scoring.rounding import rounded
from jiheng.scoring.waivers import carried, respread, scaled, treated, validate


def score(case: Case) -> Scorecard:
    """The scorecard of a case. Pure; equal cases give equal scorecards.

    Raises:
        WaiverInvalidError: a waiver names no row, or a treatment the pack does not allow.
    """
    validate(case)
    card = _card(case)
    treatments = tuple(item for waiver in case.waivers for item in all_treatments(case, waiver.subject))
    return replace(card, treatments=treatments)


def all_treatments(case: Case, subject: str) -> tuple[TreatmentTotal, ...]:
    """The form's total under each of the five treatments of one row, other waivers standing as they are."""
    others = tuple(waiver for waiver in case.waivers if waiver.subject != subject)
    found = []
    for treatment in TREATMENTS:
        card = _card(replace(case, waivers=(*others, Waiver(subject, treatment))))
        found.append(TreatmentTotal(subject, treatment, card.total, card.possible))
    return tuple(found)


def grade_of(total: Decimal | None, grades: tuple[Grade, ...]) -> str | None:
    """The highest band the total reaches; None without bands or total."""
    if total is None:
        return None
    reached = [grade for grade in grades if total >= grade.low]
    return max(reached, key=lambda grade: grade.low).name if reached else None


def _card(case: Case) -> Scorecard:
    scheme = case.law.scheme
    stated = case.evaluation.stated_totals.score
    if not scheme.scored.value:
        return Scorecard(case.law.identity, (), None, None, stated, None)
    lines, carries = _lines(case)
    if not lines or any(line.weight is None for line in lines):
        return Scorecard(case.law.identity, lines, None, None, stated, None)
    total = _sum(lines, carries, scheme)
    low = total - sum((carries[line.subject] - (line.low or Decimal(0)) for line in lines if line.score is None), Decimal(0))
    high = total + sum(((line.high or Decimal(0)) - carries[line.subject] for line in lines if line.score is None), Decimal(0))
    possible = sum((line.weight or Decimal(0) for line in lines if not line.excluded), Decimal(0))
    return Scorecard(case.law.identity, lines, total, (low, high), stated, grade_of(total, scheme.grades.value), possible=possible)


def _lines(case: Case) -> tuple[tuple[ScoreLine, ...], dict[str, Decimal]]:
    weights = respread(case)
    waivers = {waiver.subject: waiver for waiver in case.waivers}
    lines: list[ScoreLine] = []
    carries: dict[str, Decimal] = {}
    money = case.money
    if money is not None and money.subject == "/funds" and money.points is not None:
        lines.append(money_score("/funds", money.points, money, case.law))
    for row in case.rows:
        line = _one(row, case, weights.get(row.subject))
        if row.subject in waivers:
            line = treated(line, row, waivers[row.subject])
        lines.append(line)
        carries[row.subject] = carried(line, row.indicator.stated_score, row.weight, case) if line.score is None else Decimal(0)
    return tuple(lines), carries


def _one(row: Row, case: Case, weight: Decimal | None) -> ScoreLine:
    if weight is None or weight == row.weight or not row.weight:
        return row_line(row, case.law, case.money)
    stated = row.indicator.stated_score
    judged_as_printed = row_line(row, case.law, case.money)
    if judged_as_printed.basis == "judgement":
        return scaled(replace(judged_as_printed, weight=weight), stated, row.weight, case)
    return row_line(replace(row, weight=weight), case.law, case.money)


def _sum(lines: tuple[ScoreLine, ...], carries: dict[str, Decimal], scheme: Scheme) -> Decimal:
    rounding = scheme.rounding.value
    if rounding.order == "rows-then-sum":
        return sum((line.score if line.score is not None else carries[line.subject] for line in lines), Decimal(0))
    exact = sum((_exact(line, carries) for line in lines), Fraction(0))
    return rounded(exact, rounding)


def _exact(line: ScoreLine, carries: dict[str, Decimal]) -> Fraction:
    if line.exact is not None:
        return Fraction(line.exact)
    return Fraction(line.score if line.score is not None else carries[line.subject])
