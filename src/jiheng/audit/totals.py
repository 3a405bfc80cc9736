"""Rules on the printed total and the grade."""

from __future__ import annotations

from collections.abc import Iterable

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.wording import half_up, plain

TOTAL = "/stated_totals/score"


@rule("total.differs-from-sum")
def total_differs_from_sum(inspection: Inspection) -> Iterable[Problem]:
    """A stated total that is not the sum of the stated scores; a total of twice-weighted scores is told by its own rule."""
    total, added = inspection.case.evaluation.stated_totals.score, inspection.stated_sum
    if total is None or added is None or total == added:
        return
    converted = inspection.converted_sum
    if converted is not None and half_up(converted) == half_up(total):
        return
    gap = total - added
    yield Problem(
        TOTAL,
        f"合计得分填报 {plain(total)} 分，逐项相加为 {plain(added)} 分，相差 {plain(abs(gap))} 分。",
        "请核对各项得分与合计。",
        expected=plain(added),
        found=plain(total),
        difference=plain(gap),
    )


@rule("total.missing")
def total_missing(inspection: Inspection) -> Iterable[Problem]:
    """A scored layout without a total."""
    if inspection.has_column("score") and inspection.case.evaluation.stated_totals.score is None:
        added = inspection.stated_sum
        shown = f"，逐项相加为 {plain(added)} 分" if added is not None else ""
        expected = plain(added) if added is not None else None
        yield Problem(TOTAL, f"自评表没有填写总分{shown}。", "请补填总分。", expected=expected)


@rule("grade.mismatch")
def grade_mismatch(inspection: Inspection) -> Iterable[Problem]:
    """A printed grade word that is not the band of the stated total; silent where the pack has no bands."""
    totals, bands = inspection.case.evaluation.stated_totals, inspection.case.law.scheme.grades.value
    if totals.grade is None or totals.score is None or not bands:
        return
    total, falling = totals.score, sorted(bands, key=lambda band: band.low, reverse=True)
    earned = next((band.name for band in falling if total >= band.low), falling[-1].name)
    if band_named(totals.grade, tuple(band.name for band in bands)) != earned:
        what = f"自评等级填报“{totals.grade}”，总分 {plain(total)} 分对应等级“{earned}”。"
        yield Problem("/stated_totals/grade", what, "请按总分更正等级。", expected=earned, found=totals.grade)


def band_named(grade: str, names: tuple[str, ...]) -> str | None:
    """The band that a printed grade names, None where it names none."""
    return next((name for name in sorted(names, key=len, reverse=True) if name in grade), None)
