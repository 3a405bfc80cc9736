"""Rules on measured values (台账): the form against the records behind it, gaps in the records, readings that nobody has settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.wording import half_up, percent, plain
from jiheng.domain.measured import EXCLUSION_NAMES, Measure, Measurement
from jiheng.domain.numerals import WIDE

TOLD_GAPS = 12
"""More gaps than this are counted, not listed."""


@rule("ledger.value-differs")
def ledger_value_differs(inspection: Inspection) -> Iterable[Problem]:
    """The ledger's result, rounded to the places printed, is another number than the form's."""
    for label, found in labelled(inspection):
        if found.outcome != "differs" or found.shown is None or found.stated is None:
            continue
        unit = found.unit or ""
        difference = plain(WIDE.subtract(found.stated, found.shown))
        own, said = f"{plain(found.shown)}{unit}", f"{plain(found.stated)}{unit}"
        what = f"{label}填报 {said}，“{found.title}”为 {own}（{found.measures[0].title}），相差 {difference}{unit}；{rows_told(found)}。"
        todo = "请核对填报数与台账，以台账为准改填；台账有误的，先更正台账并附说明。"
        yield Problem(_subject(found), what, todo, expected=own, found=said, difference=difference)


@rule("ledger.gap")
def ledger_gap(inspection: Inspection) -> Iterable[Problem]:
    """Periods or units missing from a ledger, a record that nobody closed, months that do not add up to their cumulative figure."""
    for label, found in labelled(inspection):
        if not found.gaps or found.outcome == "vacuous":
            continue
        missing = [gap for gap in found.gaps if "不符" not in gap]
        told = [f"缺少 {gaps_told(missing)}"] if missing else []
        told += [gap for gap in found.gaps if "不符" in gap]
        result = f"（现有记录得 {plain(found.shown)}{found.unit or ''}）" if found.shown is not None else ""
        what = f"{label}的台账“{found.title}”有缺口：{'；'.join(told)}，不能证明填报数{result}。"
        yield Problem(_subject(found), what, "请补齐台账或附说明后重新核对。", found="、".join(found.gaps[:TOLD_GAPS]))


@rule("ledger.definition-missing")
def ledger_definition_missing(inspection: Inspection) -> Iterable[Problem]:
    """Readings of the same records give different results and none is approved."""
    for label, found in labelled(inspection):
        if found.outcome != "definition-missing":
            continue
        said = f"{plain(found.stated)}{found.unit or ''}" if found.stated is not None else "—"
        listed = "；".join(f"{one.title} {result_told(one)}" for one in found.measures)
        what = f"{label}口径未定：同一台账“{found.title}”按不同口径得数不同（{listed}），填报 {said}，没有认定哪一种。"
        yield Problem(_subject(found), what, "请注明采用的口径及认定文件。", expected=listed, found=said)


def labelled(inspection: Inspection) -> Iterator[tuple[str, Measurement]]:
    """Each measurement of a row of the form, with how messages name the row."""
    found = inspection.case.measurements
    for row in inspection.case.rows:
        if row.subject in found:
            yield row.label, found[row.subject]
    for subject, measurement in found.items():
        if not subject.startswith("/indicators/"):
            yield "资金", measurement


def rows_told(found: Measurement) -> str:
    """How many rows were used and left out, and why: 台账 28 行，采用 25 行，未计 3 行（10.71%：重复 1、已取消 2）."""
    out = sum(one.rows for one in found.left_out)
    total = found.rows_used + out
    if not out:
        return f"台账 {total} 行全部采用"
    reasons = "、".join(f"{EXCLUSION_NAMES[one.code]} {one.rows}" for one in found.left_out)
    return f"台账 {total} 行，采用 {found.rows_used} 行，未计 {out} 行（{percent(Decimal(out), Decimal(total))}：{reasons}）"


def result_told(measure: Measure) -> str:
    """The result of one reading in its unit, two places where it is no whole number: 99.70%."""
    value = measure.value
    if value is None:
        return measure.undefined or "没有结果"
    return f"{plain(half_up(value))}{measure.unit}"


def gaps_told(gaps: Sequence[str]) -> str:
    """The first gaps by name, and how many there are where there are many."""
    return "、".join(gaps[:TOLD_GAPS]) + (f" 等 {len(gaps)} 处" if len(gaps) > TOLD_GAPS else "")


def _subject(found: Measurement) -> str:
    return f"{found.subject}/actual" if found.subject.startswith("/indicators/") else found.subject
