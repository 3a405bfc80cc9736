"""Rules on weights: their sums per level and for the form, the frame a note fixes, single weights, blocks printed twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from jiheng.audit.claims import Claim
from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import first_word, squeeze
from jiheng.audit.totals import TOTAL
from jiheng.audit.wording import half_up, percent, plain, points
from jiheng.domain.document import Anchor
from jiheng.domain.evaluation import Heading, PrintedTotal
from jiheng.scoring.case import Row

TOTAL_WEIGHT = "/stated_totals/weight"


@rule("weights.sum")
def weights_sum(inspection: Inspection) -> Iterable[Problem]:
    """The level-3 weights, or a printed weight total, do not make the base points; a warning where repeated blocks explain it all."""
    base = inspection.case.law.scheme.base_points.value
    added = _weight_sum(inspection.claims)
    right = (base, base - _outside_points(inspection))
    wrong = [total for total in _printed_weights(inspection) if total.value not in right]
    if not wrong and added in (None, base):
        return
    repeated = [head for head in inspection.case.evaluation.printed.headings if head.repeats and head.level == 1 and head.points is not None]
    surplus = sum((head.points for head in repeated if head.points is not None), Decimal(0))
    explained = added in (None, base) and all(total.value - base == surplus for total in wrong)
    found = wrong[0].value if wrong else added
    parts = [f"“{total.label}”印为 {plain(total.value)}" for total in wrong]
    if added is not None:
        parts.append(f"三级指标分值逐项相加为 {plain(added)}")
    names = "、".join(f"“{head.name}”{plain(head.points)} 分" for head in repeated if head.points is not None)
    cause = f"，差额正是换页重复的{names}" if explained else ""
    gap = found - base if found is not None else Decimal(0)
    yield Problem(
        TOTAL_WEIGHT,
        f"权重合计应为 {plain(base)}，{'，'.join(parts)}，相差 {plain(abs(gap))}{cause}。",
        "请删去重复印出的一级指标后重新合计。" if explained else "请核对各项权重，使合计等于应有分值。",
        expected=plain(base),
        found=plain(found) if found is not None else None,
        difference=plain(gap),
        anchor=wrong[0].anchor if wrong and wrong[0].anchor != Anchor() else None,
        variant="repeated" if explained else None,
    )


def _weight_sum(claims: Iterable[Claim]) -> Decimal | None:
    weights = _all_known(claim.weight for claim in claims)
    return sum(weights, Decimal(0)) if weights else None


def _outside_points(inspection: Inspection) -> Decimal:
    return sum((claim.weight for claim in inspection.claims if not claim.rows and claim.weight is not None), Decimal(0))


def _printed_weights(inspection: Inspection) -> list[PrintedTotal]:
    totals = inspection.case.evaluation.stated_totals
    third = [] if totals.weight is None else [PrintedTotal("三级权重合计", totals.weight)]
    words = inspection.entry.words("weight_words")
    return [*(total for total in totals.printed if first_word(total.label, words)), *third]


@rule("weights.heading-mismatch")
def weights_heading_mismatch(inspection: Inspection) -> Iterable[Problem]:
    """A level-1 heading whose points are not what is listed below it; parts of a repeated block count as one."""
    headings = inspection.case.evaluation.printed.headings
    for head in headings:
        if head.level != 1 or head.repeats or head.points is None:
            continue
        below = [sub for sub in headings if sub.level == 2 and not sub.repeats and sub.parent == head.name and set(sub.rows) <= set(head.rows)]
        if len({sub.goal for sub in below}) > 1:
            continue
        listed = _listed(head, below, inspection.case.rows)
        if listed is not None and sum(listed, Decimal(0)) != head.points:
            yield _heading_problem(head, head.points, listed)


def _listed(head: Heading, below: list[Heading], rows: tuple[Row, ...]) -> list[Decimal] | None:
    printed = [sub.points for sub in below if sub.points is not None]
    if printed and len(printed) == len(below):
        return printed
    return _row_weights(head, rows)


def _row_weights(head: Heading, rows: tuple[Row, ...]) -> list[Decimal] | None:
    return _all_known(rows[index].weight for index in head.rows if index < len(rows)) or None


def _all_known(weights: Iterable[Decimal | None]) -> list[Decimal]:
    """Such weights; empty where one is missing."""
    known: list[Decimal] = []
    for weight in weights:  # not ``None in``: a decimal takes long to see that it is not None
        if weight is None:
            return []
        known.append(weight)
    return known


def _heading_problem(head: Heading, due: Decimal, listed: list[Decimal]) -> Problem:
    total = sum(listed, Decimal(0))
    terms = "+".join(plain(weight) for weight in listed)
    return Problem(
        "",
        f"“{head.name}”标明 {plain(due)} 分，下列各项 {terms} 合计 {plain(total)} 分，相差 {plain(abs(total - due))} 分。",
        "请核对标题分值与下列各项分值。",
        expected=plain(due),
        found=plain(total),
        difference=plain(total - due),
        anchor=head.anchor,
    )


@rule("weights.levels-disagree")
def weights_levels_disagree(inspection: Inspection) -> Iterable[Problem]:
    """A level-2 heading whose points are not the sum of its level-3 rows."""
    for head in inspection.case.evaluation.printed.headings:
        if head.level != 2 or head.repeats or head.points is None:
            continue
        listed = _row_weights(head, inspection.case.rows)
        if listed is not None and sum(listed, Decimal(0)) != head.points:
            yield _heading_problem(head, head.points, listed)


@rule("weights.not-the-set-frame")
def weights_not_the_set_frame(inspection: Inspection) -> Iterable[Problem]:
    """Level-1 points that differ from those the form's own note fixes, unless the note allows adjustment."""
    frame_words, free_words = inspection.entry.words("frame_words"), inspection.entry.words("adjustable_words")
    printed = inspection.case.evaluation.printed
    notes = [text for note in printed.notes if first_word(text := squeeze(note), frame_words) and not first_word(text, free_words)]
    for head in printed.headings if notes else ():
        if head.level != 1 or head.repeats or head.points is None:
            continue
        core = re.escape(squeeze(head.name).removesuffix("指标"))
        match = next((found for note in notes if (found := re.search(core + r"[^\d,。;、]{0,8}(\d+(?:\.\d+)?)(?:分|%)", note))), None)
        if match is not None and Decimal(match[1]) != head.points:
            gap = head.points - Decimal(match[1])
            yield Problem(
                "",
                f"一级指标“{head.name}”填为 {plain(head.points)} 分，表注固定为 {match[1]} 分，相差 {plain(abs(gap))} 分。",
                "请按表注的固定分值设置。",
                expected=match[1],
                found=plain(head.points),
                difference=plain(gap),
                anchor=head.anchor,
            )


@rule("weights.zero")
def weights_zero(inspection: Inspection) -> Iterable[Problem]:
    """A row of zero points, or a score without points, where other rows have some; a row with neither is a part of its parent."""
    rows = [claim for claim in inspection.claims if claim.rows]
    if not any(claim.weight for claim in rows):
        return
    for claim in rows:
        if claim.weight == 0 or (claim.weight is None and claim.stated is not None):
            stated = f"，却填报得分 {plain(claim.stated)} 分" if claim.stated else ""
            yield Problem(claim.subject, f"{claim.label}分值为零或空白{stated}。", "请补填分值，或删去不计分的指标。", expected=None, found="0")


@rule("weights.concentrated")
def weights_concentrated(inspection: Inspection) -> Iterable[Problem]:
    """One indicator that carries too much of the form; a form of few indicators is measured by a wider share."""
    base = inspection.case.law.scheme.base_points.value
    rows = [claim for claim in inspection.claims if claim.row is not None and claim.row.role != "money"]
    few = len(rows) < inspection.entry.number("few_rows")
    bound = inspection.entry.number("few_share" if few else "share")
    for claim in rows:
        if claim.weight is not None and claim.weight > bound * base:
            part, most = percent(claim.weight, base), percent(bound)
            yield Problem(
                claim.subject,
                f"{claim.label}分值 {plain(claim.weight)} 分，占全表 {plain(base)} 分的 {part}，超过单项上限 {most}。",
                "请拆分指标或重新分配分值。",
                expected=plain(bound * base),
                found=plain(claim.weight),
                difference=plain(claim.weight - bound * base),
            )


@rule("weights.applied-twice")
def weights_applied_twice(inspection: Inspection) -> Iterable[Problem]:
    """A total that is Σ score × weight %, although the scores are points of the weight already."""
    total, added = inspection.case.evaluation.stated_totals.score, inspection.stated_sum
    if total is None or added is None or half_up(added) == half_up(total):
        return
    converted = inspection.converted_sum
    if converted is None or half_up(converted) != half_up(total):
        return
    most = sum((claim.weight * claim.weight / 100 for claim in inspection.claims if claim.weight is not None), Decimal(0))
    yield Problem(
        TOTAL,
        f"合计得分 {plain(total)} 分等于各项得分再乘权重之和，权重重复计算：这样满分也只有 {points(most)} 分，各项得分相加为 {plain(added)} 分。",
        "请把各项得分直接相加。",
        expected=plain(added),
        found=plain(total),
        difference=plain(total - added),
    )


@rule("duplicate.block")
def duplicate_block(inspection: Inspection) -> Iterable[Problem]:
    """A level-1 block whose name and points are printed again after a repeated header; two real blocks are none."""
    told = [repair for repair in inspection.repairs if repair.code == "duplicate.block"]
    for repair in told:
        what = f"“{repair.after or repair.before}”因换页重复印出，已合并计算。"
        yield Problem("", what, "无需更正；重新打印时请删去重复的标题。", anchor=repair.anchor)
    if told:
        return
    headings = inspection.case.evaluation.printed.headings
    for head in headings:
        if head.level == 1 and head.repeats and not _real_twins(head, headings, inspection.case.rows):
            shown = f" {plain(head.points)} 分" if head.points is not None else ""
            yield Problem("", f"“{head.name}”{shown}因换页重复印出，已合并计算。", "无需更正；重新打印时请删去重复的标题。", anchor=head.anchor)


def _real_twins(copy: Heading, headings: tuple[Heading, ...], rows: tuple[Row, ...]) -> bool:
    first = next((head for head in headings if head.level == 1 and not head.repeats and head.name == copy.name), None)
    if first is None or copy.points is None:
        return False
    own = set(first.rows) - set(copy.rows)
    weights = dict(enumerate(row.weight or Decimal(0) for row in rows))
    parts = [[weights.get(index, Decimal(0)) for index in indexes] for indexes in (own, copy.rows)]
    return all(sum(part, Decimal(0)) == copy.points for part in parts)
