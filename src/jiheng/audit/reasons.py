"""Rules on the reason column (未达标原因分析, 偏差原因及改进措施)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import clauses, document_numbers, first_word, says_nothing, squeeze
from jiheng.audit.wording import plain
from jiheng.scoring.case import Row

_HAN = re.compile(r"[\u4e00-\u9fff]+")


@rule("reason.missing")
def reason_missing(inspection: Inspection) -> Iterable[Problem]:
    """Points lost without a reason, in a layout that asks for one row by row."""
    if not inspection.has_column("reason"):
        return
    for row, low, weight in inspection.short_rows:
        if says_nothing(row.indicator.reason):
            yield Problem(
                f"{row.subject}/reason",
                f"{row.label}得分 {plain(low)}，低于分值 {plain(weight)}，扣 {plain(weight - low)} 分，但原因栏为空。",
                "请说明未达标原因并附佐证。",
                expected=plain(weight),
                found=plain(low),
                difference=plain(low - weight),
            )


@rule("reason.empty-phrase")
def reason_empty_phrase(inspection: Inspection) -> Iterable[Problem]:
    """A reason that is a stock phrase, too short, or about something else; one that names a document is taken as it is."""
    phrases, shortest = inspection.entry.words("phrases"), inspection.entry.number("shortest")
    causes = inspection.entry.words("cause_words")
    for row, _, _ in inspection.short_rows:
        reason = row.indicator.reason
        if reason is None or says_nothing(reason) or document_numbers(reason) or "《" in reason:
            continue
        text = squeeze(reason)
        bare = _without_marks(text)
        if bare in phrases:
            why = "是套话"
        elif len(bare) < shortest:
            why = f"不足 {plain(shortest)} 个字"
        elif not _shares_a_noun(text, row) and not first_word(text, causes):
            why = "与该指标无关"
        else:
            continue
        yield Problem(f"{row.subject}/reason", f"{row.label}的原因“{text}”{why}，原因空泛。", "请写明具体事由、影响多少并附佐证。", found=text)


def _without_marks(text: str) -> str:
    return text.strip("，。；,.;:：()（）")


def _shares_a_noun(text: str, row: Row) -> bool:
    """Two Han characters in a row that the reason shares with the row's own words stand for a shared noun."""
    own = "".join(part or "" for part in (row.indicator.name, row.indicator.level2, row.target.raw, row.actual.raw))
    return bool(_pairs(text) & _pairs(own))


def _pairs(text: str) -> set[str]:
    return {run[index : index + 2] for run in _HAN.findall(text) for index in range(len(run) - 1)}


@rule("reason.measures-only")
def reason_measures_only(inspection: Inspection) -> Iterable[Problem]:
    """A reason that holds only measures to come and no cause."""
    measures, causes = inspection.entry.words("measure_words"), inspection.entry.words("cause_words")
    for row, _, _ in inspection.short_rows:
        reason = row.indicator.reason
        if reason is None or says_nothing(reason):
            continue
        parts = clauses(reason)
        if parts and all(first_word(part, measures) and not first_word(part, causes) for part in parts):
            what = f"{row.label}的原因栏“{squeeze(reason)}”只写了改进措施，没有写原因。"
            yield Problem(f"{row.subject}/reason", what, "请补写未达标的原因。", found=squeeze(reason))


@rule("reason.although-met")
def reason_although_met(inspection: Inspection) -> Iterable[Problem]:
    """A met row whose reason says that it was not met; a part of the task may still be open."""
    denials, partial = inspection.entry.words("denials"), inspection.entry.words("partial_words")
    for row, _ in inspection.formula_rows:
        reason = row.indicator.reason
        if reason is None or row.met is not True or first_word(reason, partial):
            continue
        word = first_word(squeeze(reason), denials)
        if word is not None:
            actual, target = row.actual.raw or "", row.target.raw or ""
            what = f"{row.label}完成值 {actual} 已达到目标 {target}，原因栏却写“{word}”。"
            yield Problem(f"{row.subject}/reason", what, "请更正完成值或原因。", expected=target, found=actual)
