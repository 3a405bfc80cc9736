"""Rules that hold the form's free text against the table's results, and printed instructions left in answer cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import first_word, says_nothing, squeeze
from jiheng.audit.wording import percent, plain
from jiheng.scoring.case import Row
from jiheng.scoring.lexicon import words_in

_REPORTED = (("/narrative/problems", "存在的问题"), ("/narrative/improvements", "改进意见"))
_CLAIMED = (("/narrative/performance", "报告"), ("/goal/actual", "总体目标完成情况"))
_ANSWERED = (("/goal/expected", "预期总体目标"), *_CLAIMED, *_REPORTED, ("/narrative/expiring_funds", "到期资金"))


_TEXT_AT = {pointer: attrgetter(pointer.strip("/").replace("/", ".")) for pointer, _ in _ANSWERED}


def free_text(inspection: Inspection, pointer: str) -> str:
    """The text at such a pointer of goal or narrative, squeezed; empty where blank."""
    return squeeze(_TEXT_AT[pointer](inspection.case.evaluation) or "")


@rule("narrative.contradiction")
def narrative_contradiction(inspection: Inspection) -> Iterable[Problem]:
    """No problems told beside rows that fell short; all done, in time or paid beside figures that say otherwise."""
    yield from _denied(inspection)
    for pointer, label in _CLAIMED:
        yield from _claimed(inspection, pointer, label)


def _denied(inspection: Inspection) -> Iterator[Problem]:
    entry, form = inspection.entry, inspection.case.evaluation
    measures = entry.words("measure_words")
    short = [row for row, _, _ in inspection.short_rows]
    if not short or all(_answered(row, measures) for row in short):
        return
    names = "、".join(f"“{row.indicator.name or '（无名称）'}”" for row in short[:4]) + ("等" if len(short) > 4 else "")
    for pointer, label in _REPORTED:
        said = free_text(inspection, pointer).strip("。.")
        if said in entry.words("denials") or (says_nothing(said) and pointer in form.printed.fields):
            shown = f"填“{said}”" if said else "空白"
            what = f"“{label}”{shown}，但有 {len(short)} 项未达标或被扣分：{names}。"
            yield Problem(pointer, what, "请写明未达标的问题与改进措施。", found=said or None)


def _answered(row: Row, measure_words: tuple[str, ...]) -> bool:
    """Whether the row's own reason cell tells a cause and a measure."""
    return not says_nothing(row.indicator.reason) and first_word(row.indicator.reason or "", measure_words) is not None


def _claimed(inspection: Inspection, pointer: str, label: str) -> Iterator[Problem]:
    entry, text = inspection.entry, free_text(inspection, pointer)
    if not text:
        return
    claim = _said(text, entry.words("claims"), entry.words("negations"))
    missed = [row for row in inspection.case.rows if row.met is False] if claim is not None else []
    if missed:
        what = f"{label}称“{claim}”，但 {missed[0].label}等 {len(missed)} 项没有达到目标值。"
        yield Problem(pointer, what, "请按表内结果改写文字。", found=claim)
    paid, rate = _said(text, entry.words("paid"), entry.words("negations")), inspection.purse.rate
    if paid is not None and rate is not None and rate < entry.number("paid_from"):
        yield Problem(pointer, f"{label}称“{paid}”，但执行率为 {percent(rate)}。", "请按实际支付改写文字。", expected=percent(rate), found=paid)
    timely = _said(text, entry.words("timely"), entry.words("negations"))
    late = _handed_over_late(inspection) if timely is not None else None
    if late is not None:
        what = f"{label}称“{timely}”，但{late.label}的日期 {late.actual.date} 晚于目标 {late.target.date}。"
        yield Problem(pointer, what, "请核对日期或改写文字。", expected=late.target.date, found=late.actual.date)


def _handed_over_late(inspection: Inspection) -> Row | None:
    words = inspection.entry.words("handing_over")
    return next((row for row in inspection.case.rows if _late(row) and first_word(row.indicator.name or "", words)), None)


def _late(row: Row) -> bool:
    return row.target.date is not None and row.actual.date is not None and row.actual.date > row.target.date


def _said(text: str, words: tuple[str, ...], negations: tuple[str, ...]) -> str | None:
    """The first such word in the text that no negation stands before."""
    for word in words:
        at = text.find(word)
        if at >= 0 and not text[max(0, at - 3) : at].endswith(negations):
            return word
    return None


@rule("narrative.unfinished-yet-full")
def narrative_unfinished_yet_full(inspection: Inspection) -> Iterable[Problem]:
    """Remarks that the work is not finished beside full marks on a quantity or quality row; stages of several years are exempt."""
    exempt, level2 = inspection.entry.words("exempt"), inspection.entry.words("level2")
    words = words_in("\n".join(inspection.remarks), inspection.entry.words("words"))
    for row, remarks in zip(inspection.case.rows, inspection.remarks, strict=True) if words else ():
        weight, word = row.weight, first_word(remarks, words)
        if word is None or not weight or row.indicator.stated_score != weight or first_word(remarks, exempt):
            continue
        if first_word(row.indicator.level2 or "", level2):
            what = f"{row.label}写明“{word}”，却得满分 {plain(weight)} 分。"
            yield Problem(row.subject, what, "请按完成程度给分，或写明本年度的阶段目标。", found=word)


@rule("fill.instruction-left")
def fill_instruction_left(inspection: Inspection) -> Iterable[Problem]:
    """A printed filling instruction in an answer cell; notes in a column of their own are none."""
    fields = [free_text(inspection, pointer) for pointer, _ in _ANSWERED]
    marks = words_in("\n".join([*fields, *inspection.remarks]), inspection.entry.words("marks"))
    told: list[str] = []
    for field, owner, text in _answers(inspection) if marks else ():
        mark = first_word(text, marks)
        if mark is not None:
            told.append(text)
            pointer, label = (f"{owner.subject}{field}", owner.label) if isinstance(owner, Row) else (field, f"“{owner}”")
            yield Problem(pointer, f"{label}里留有填表说明“{_around(text, mark)}”。", "请删去说明，只留填报内容。", found=_around(text, mark))
    for anchor in inspection.case.evaluation.printed.instructions:
        text = squeeze(anchor.text)
        if not any(text in known or known in text for known in told):
            yield Problem("", f"答题栏里留有填表说明“{text[:30]}”。", "请删去说明，只留填报内容。", found=text, anchor=anchor)


def _answers(inspection: Inspection) -> Iterator[tuple[str, str | Row, str]]:
    """Pointer and label, or field and row, and text of each answer cell that holds free text."""
    for pointer, label in _ANSWERED:
        text = free_text(inspection, pointer)
        if text:
            yield pointer, label, text
    for row, evidence in zip(inspection.case.rows, inspection.evidence, strict=True):
        cells = (("/reason", row.indicator.reason), ("/evidence", evidence), ("/actual", row.indicator.actual.raw))
        for field, cell in cells:
            if cell:
                yield field, row, squeeze(cell)


def _around(text: str, mark: str) -> str:
    at = text.find(mark)
    return text[max(0, at - 12) : at + len(mark) + 6]
