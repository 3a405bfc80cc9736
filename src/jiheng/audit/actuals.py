"""Rules on the actual values (实际完成值): absent, unmeasurable, copied, empty of meaning, out of range."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import ABSENT_WORDS, document_numbers, first_word, says_nothing, squeeze
from jiheng.audit.wording import plain
from jiheng.domain.value import Value

_BRACKETS = re.compile(r"\([^()]*\)$")


@rule("actual.missing")
def actual_missing(inspection: Inspection) -> Iterable[Problem]:
    """Points claimed for a row without an actual value; judgement and money rows may print a slash, a parent's children speak for it."""
    if not inspection.has_column("actual"):
        return
    parents = {parent for parent, below in inspection.case.evaluation.printed.parents if below}
    for row in inspection.indicator_rows:
        stated = row.indicator.stated_score
        if row.actual.kind == "absent" and stated is not None and stated > 0 and row.index not in parents:
            what = f"{row.label}没有实际完成值，却填报得分 {plain(stated)} 分。"
            yield Problem(f"{row.subject}/actual", what, "请补填实际完成值，否则不应得分。", expected=None, found=None)


@rule("actual.not-measurable")
def actual_not_measurable(inspection: Inspection) -> Iterable[Problem]:
    """A numeric target answered by words, or an actual that is still the list of options."""
    options, zero = inspection.entry.words("option_lists"), inspection.entry.words("zero_wordings")
    for row, text in zip(inspection.case.rows, inspection.actuals, strict=True):
        if row.role != "indicator" or text in ABSENT_WORDS:
            continue
        number = row.target.number
        unread = row.actual.kind in {"text", "grade", "placeholder"} and row.actual.number is None and row.actual.range is None
        worded = number is not None and unread and not (number == 0 and first_word(text, zero))
        if worded or text in options:
            what = f"{row.label}目标为 {row.target.raw or '空白'}，完成值填“{text}”，不可衡量。"
            yield Problem(f"{row.subject}/actual", what, "请填写与目标同一单位的实际数值。", expected=row.target.raw, found=text)


@rule("actual.copies-target")
def actual_copies_target(inspection: Inspection) -> Iterable[Problem]:
    """An actual that repeats the target's operator or option list, or nearly all numeric rows equal to their target and unproved."""
    options = inspection.entry.words("option_lists")
    for row, target, actual in zip(inspection.case.rows, inspection.targets, inspection.actuals, strict=True):
        same = target == actual and row.role == "indicator" and not says_nothing(target)
        if same and (row.target.operator is not None or target in options):
            what = f"{row.label}完成值“{row.actual.raw}”照抄目标值。"
            yield Problem(f"{row.subject}/actual", what, "请填写实际完成的数值。", expected=None, found=row.actual.raw)
    numeric = [row for row in inspection.indicator_rows if row.numeric]
    copies = [row for row in numeric if row.a == row.b and not row.indicator.evidence]
    if len(numeric) >= inspection.entry.number("least_rows") and len(copies) >= inspection.entry.number("share") * len(numeric):
        listed = "、".join(str(row.index + 1) for row in copies)
        what = f"{len(numeric)} 个定量指标中有 {len(copies)} 个完成值与目标值完全相同且没有佐证（第 {listed} 行）。"
        yield Problem("", what, "请按实际完成情况逐项核对，并附佐证。", found=str(len(copies)))


@rule("actual.operator")
def actual_operator(inspection: Inspection) -> Iterable[Problem]:
    """A sign of comparison in an actual value, which should be the measured number; words such as 达到 are plain speech."""
    spoken = inspection.entry.words("spoken_words")
    signs = inspection.entry.words("signs")
    for row in inspection.case.rows:
        value: Value = row.indicator.actual
        if value.operator is None or value.approximate:
            continue
        text = squeeze(value.raw or "")
        if first_word(text, spoken) and not first_word(text, signs):
            continue
        what = f"{row.label}完成值“{text}”带有“{value.operator}”，完成值应为实际数。"
        yield Problem(f"{row.subject}/actual", what, "请去掉比较符号，填写实际数值。", found=text)


@rule("actual.equals-weight")
def actual_equals_weight(inspection: Inspection) -> Iterable[Problem]:
    """Target, actual and weight alike in two or more rows: points were probably typed into the value columns."""
    units = inspection.entry.words("point_units")
    same = [
        row
        for row in inspection.case.rows
        if row.target.number == row.weight and row.weight and row.target.number == row.actual.number and (row.target.unit or "") in units
    ]
    if len(same) >= inspection.entry.number("rows"):
        first = same[0]
        listed = "、".join(str(row.index + 1) for row in same)
        what = f"第 {listed} 行的目标值、完成值都等于分值（{first.label}均为 {plain(first.weight or Decimal(0))}），疑似把分值填入了目标栏。"
        yield Problem(f"{first.subject}/target", what, "请填写指标本身的目标值和完成值。", found=first.target.raw)


@rule("actual.vacuous")
def actual_vacuous(inspection: Inspection) -> Iterable[Problem]:
    """Nothing of nothing: a ledger shows no activity, or target and actual are 0 and the reason tells that the activity had stopped.

    A complete ledger that holds the activity and counts 0 (52 weekly zero reports) proves its 0, whatever the reason says.
    """
    stop_words = inspection.entry.words("stop_words")
    measured = inspection.case.measurements
    for row in inspection.case.rows if measured else ():
        ledger = measured.get(row.subject)
        if ledger is not None and ledger.outcome == "vacuous":
            said = row.actual.raw or "空白"
            what = f"{row.label}的台账“{ledger.title}”显示业务未发生，填报的“{said}”不能证明绩效。{''.join(ledger.notes)}"
            yield Problem(row.subject, what, "请改用能反映实际工作的指标，或报上级认定。", expected=None, found=row.actual.raw)
    for row, _ in inspection.formula_rows:
        if measured and (ledger := measured.get(row.subject)) is not None and ledger.outcome in {"vacuous", "equal", "differs"}:
            continue
        reason = row.indicator.reason
        word = first_word(reason, stop_words) if row.a == 0 and row.b == 0 and reason is not None else None
        if word is not None:
            numbers = document_numbers(reason or "")
            by = f"（{numbers[0]}）" if numbers else ""
            what = f"{row.label}目标 0、完成 0，原因栏写明业务已“{word}”{by}：业务未发生，0 不能证明绩效。"
            yield Problem(row.subject, what, "请改用能反映实际工作的指标，或报上级认定。", expected=None, found="0")


@rule("rate.out-of-range")
def rate_out_of_range(inspection: Inspection) -> Iterable[Problem]:
    """A part-of-whole rate above 100 % or below 0."""
    endings, open_words = inspection.entry.words("endings"), inspection.entry.words("open_words")
    for row, _ in inspection.formula_rows:
        value = row.actual
        if value.unit != "%" or value.number is None or 0 <= value.number <= 100:
            continue
        name = bare_name(row.indicator.name or "")
        if not name.endswith(endings) or first_word(name, open_words):
            continue
        what = f"{row.label}完成值 {plain(value.number)}% 超出比率的范围 0%–100%。"
        yield Problem(f"{row.subject}/actual", what, "请核对分子、分母与计量单位。", expected="0-100", found=plain(value.number))


def bare_name(name: str) -> str:
    """A name squeezed, without a bracketed remark at its end."""
    return _BRACKETS.sub("", squeeze(name))
