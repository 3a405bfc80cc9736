"""Rules on single scores: a score against its weight, its formula and its tier."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from jiheng.audit.claims import Claim
from jiheng.audit.explanations import calculation, explanation, reverse_scores
from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import says_nothing
from jiheng.audit.wording import half_up, plain, points
from jiheng.rulebook.model import Rounding
from jiheng.scoring.case import Row
from jiheng.scoring.tiers import tier_of


@rule("score.exceeds-weight")
def score_exceeds_weight(inspection: Inspection) -> Iterable[Problem]:
    """A score above its weight, unless the pack allows scores above the weight."""
    if not inspection.case.law.scheme.cap_at_weight.value:
        return
    for claim in inspection.claims:
        if claim.stated is not None and claim.weight is not None and claim.stated > claim.weight:
            over = claim.stated - claim.weight
            yield Problem(
                claim.subject,
                f"{claim.label}得分 {plain(claim.stated)} 高于分值 {plain(claim.weight)}，超出 {points(over)} 分。",
                f"请把得分改到 {plain(claim.weight)} 分以内。",
                expected=plain(claim.weight),
                found=plain(claim.stated),
                difference=plain(over),
            )


@rule("score.negative")
def score_negative(inspection: Inspection) -> Iterable[Problem]:
    """A score below zero."""
    for claim in inspection.claims:
        if claim.stated is not None and claim.stated < 0:
            what = f"{claim.label}得分为负：填报 {plain(claim.stated)} 分，最低应为 0 分。"
            yield Problem(claim.subject, what, "请更正得分。", expected="0", found=plain(claim.stated), difference=plain(claim.stated))


@rule("score.differs-from-formula")
def score_differs_from_formula(inspection: Inspection) -> Iterable[Problem]:
    """A stated score that is not the formula's, or full points on a missed ceiling for which the place fixes no formula."""
    tolerance, rounding = inspection.entry.number("tolerance"), inspection.case.law.scheme.rounding.value
    for claim in inspection.claims:
        if claim.stated is None or claim.weight is None:
            continue
        if claim.basis == "formula" and claim.score is not None:
            far = claim.stated != claim.score and abs(claim.stated - claim.score) > tolerance
            if far and not _same_in_short(claim.stated, claim.score, rounding):
                yield _differs(claim, claim.stated, claim.score, inspection)
        elif claim.row is not None and claim.stated == claim.weight:
            yield from _full_on_a_missed_ceiling(claim.row, claim.weight, inspection)


def _same_in_short(stated: Decimal, score: Decimal, rounding: Rounding) -> bool:
    """Whether a coarser print that the pack accepts is the score rounded to its places."""
    exponent = stated.as_tuple().exponent
    if rounding.accept_one_decimal and exponent == -1:
        return half_up(score, 1) == stated
    return rounding.whole_points and stated == half_up(score, 0)


def _differs(claim: Claim, stated: Decimal, score: Decimal, inspection: Inspection) -> Problem:
    gap = stated - score
    shown = calculation(claim)
    hint = explanation(claim, stated, inspection)
    reason = f"：{shown}。" if shown else "。"
    because = f"原因可能是{hint}。" if hint else ""
    row = claim.row
    doubtful = row is not None and row.unit_doubtful and row.b != 0
    return Problem(
        claim.subject,
        f"{claim.label}应得 {points(score)} 分，填报 {plain(stated)} 分，相差 {points(abs(gap))} 分{reason}{because}",
        "请先确认计量单位，再按公式更正得分。" if doubtful else "请按公式更正得分，或报上级认定豁免。",
        expected=points(score),
        found=plain(stated),
        difference=plain(gap),
        variant="doubtful" if doubtful else None,
    )


def _full_on_a_missed_ceiling(row: Row, weight: Decimal, inspection: Inspection) -> Iterable[Problem]:
    line = inspection.lines.get(row.subject)
    formulas = inspection.case.law.scheme.formulas
    fixed = formulas.at_most if row.operator == "≤" else formulas.less_than
    missed = row.role == "indicator" and row.operator in {"≤", "<"} and row.met is False and row.comparable
    if not missed or line is None or line.basis != "undetermined" or fixed.value is not None or row.formula is not None:
        return
    scores = reverse_scores(row, weight)
    if scores is None or row.a is None or row.b is None:
        return
    ratio, linear = scores
    yield Problem(
        row.subject,
        f"{row.label}目标不超过 {plain(row.a)}，实际 {plain(row.b)}，未达标却填报满分 {plain(weight)} 分。"
        f"规则未规定反向指标的计分公式：按反比计为 {points(ratio)} 分，按超出比例扣减计为 {points(linear)} 分。",
        "请与主管部门确认计分公式后更正得分。",
        found=plain(weight),
    )


@rule("score.deducted-though-met")
def score_deducted_though_met(inspection: Inspection) -> Iterable[Problem]:
    """A met row that lost points without a word, unless the pack itself cuts over-achievement."""
    for row, line in inspection.formula_rows:
        stated = row.indicator.stated_score
        if stated is None or row.weight is None or stated >= row.weight:
            continue
        if row.met is True and line.score is not None and line.score >= row.weight and says_nothing(row.indicator.reason):
            cut = row.weight - stated
            yield Problem(
                row.subject,
                f"{row.label}已达到目标，应得 {points(line.score)} 分，填报 {plain(stated)} 分，扣 {points(cut)} 分而未说明原因。",
                "请恢复满分，或说明扣分原因。",
                expected=plain(row.weight),
                found=plain(stated),
                difference=plain(-cut),
            )


@rule("score.outside-tier")
def score_outside_tier(inspection: Inspection) -> Iterable[Problem]:
    """A qualitative row scored outside the range of its tier, or scored without a tier; silent where the pack has no tiers."""
    tiers = inspection.case.law.scheme.tiers.value
    for row in inspection.case.rows if tiers else ():
        line, stated, answer = inspection.lines.get(row.subject), row.indicator.stated_score, row.actual.raw
        if line is None or line.method != "TIER" or line.basis != "undetermined" or stated is None or says_nothing(answer):
            continue
        tier = tier_of(answer, tiers)
        if tier is None:
            labels = "、".join(f"“{known.label}”" for known in tiers)
            what = f"{row.label}是定性指标，填报 {plain(stated)} 分，完成情况“{answer}”没有写明所属档次。"
            yield Problem(row.subject, what, f"请在完成值栏选定一个档次（{labels}），并在该档次的区间内计分。", found=plain(stated))
        elif line.low is not None and line.high is not None and not half_up(line.low) <= stated <= half_up(line.high):
            bound = line.low if stated < line.low else line.high
            yield Problem(
                row.subject,
                f"{row.label}得分 {plain(stated)} 不在所选档次“{tier.label}”的区间 {points(line.low)} 至 {points(line.high)} 分内。",
                "请改选档次，或把得分改到区间之内。",
                expected=f"{points(line.low)}-{points(line.high)}",
                found=plain(stated),
                difference=plain(stated - half_up(bound)),
            )


@rule("score.missing")
def score_missing(inspection: Inspection) -> Iterable[Problem]:
    """A weighted row without a score of its own or of its group, in a layout that has scores."""
    if not inspection.has_column("score"):
        return
    for claim in inspection.claims:
        if claim.rows and claim.stated is None and claim.weight is not None and claim.weight > 0:
            yield Problem(claim.subject, f"{claim.label}分值 {plain(claim.weight)} 分，未填得分。", "请补填得分。")


@rule("score.uniformly-full")
def score_uniformly_full(inspection: Inspection) -> Iterable[Problem]:
    """Every row full and the total at its maximum: worth a look, the more so without evidence."""
    rows = [claim for claim in inspection.claims if claim.rows]
    total, base = inspection.case.evaluation.stated_totals.score, inspection.case.law.scheme.base_points.value
    if len(rows) < inspection.entry.number("rows") or total != base or any(c.weight is None or c.stated != c.weight for c in inspection.claims):
        return
    bare = sum(1 for claim in rows for row in claim.rows if not row.indicator.evidence) if inspection.has_column("evidence") else 0
    serious = bare >= inspection.entry.number("bare_rows")
    unproved = f"，其中 {bare} 项没有佐证" if bare else ""
    what = f"{len(rows)} 项指标全部满分，总分 {plain(base)} 分{unproved}。"
    yield Problem("", what, "请逐项核对完成值与佐证，确认满分属实。", found=plain(base), variant="unproved" if serious else None)
