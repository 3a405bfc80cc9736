"""Rules on the written report: its numbers against the table, its words against the goal, the goals it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial

from jiheng.audit.figures import Measured, by_unit, differing, listed
from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import first_word, squeeze
from jiheng.audit.wording import figure, plain

_SENTENCE = re.compile(r"[。;；\n]+")
_CUT = re.compile(r"[,，。;；\n]+")
_CLAUSE = re.compile(r"[,，。;；!！?？:：、\n]+")
_SECTION = re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）]\s*([^:：。，,;；]{2,30})[:：]")
_MARK = re.compile(r"[\d(（]\d{0,2}[、.．)）]")  # what may be one of the next, for a search that skips to it
_NUMBERED = re.compile(r"(?:^|(?<=[\s。;；>]))(?:(\d{1,2})[、.．](?!\d)|[(（](\d{1,2})[)）])")
_SHARE = re.compile(r"占(?:比|总数的?|总量的?)?(?:为|达|约)?(\d+(?:\.\d+)?)%")
_WHOLE = Decimal(100)


@rule("report.number-differs")
def report_number_differs(inspection: Inspection) -> Iterable[Problem]:
    """A number in the report whose unit stands among the actuals and that no actual or amount has; shares of one whole that miss 100 %."""
    text = inspection.case.evaluation.narrative.performance
    if text is None:
        return
    sentences = _pieces(_SENTENCE, text)
    said, shown = _odd_numbers(sentences, inspection)
    if said:
        what = f"报告写 {said}，表内同单位的完成值或金额为 {shown}，数字不一致。"
        yield Problem("/narrative/performance", what, "请核对后改正文字或表内数字。", expected=shown, found=said)
    for shares in _odd_shares(sentences, inspection):
        total = sum(shares, Decimal(0))
        told = "、".join(f"{plain(share)}%" for share in shares)
        what = f"报告同一句里的占比 {told} 合计 {plain(total)}%，不等于 100%。"
        yield Problem("/narrative/performance", what, "请核对各部分的占比。", expected="100%", found=f"{plain(total)}%")


def _pieces(cut: re.Pattern[str], text: str) -> list[str]:
    """The text cut at such marks, each piece squeezed, empty ones left out."""
    return [piece for part in cut.split(text) if (piece := squeeze(part))]


def _odd_numbers(sentences: list[str], inspection: Inspection) -> tuple[str, str]:
    """What the report says and what the table has for it, both as printed; sentences that speak of the plan are held against the targets too."""
    actuals = inspection.actual_figures
    results = (*actuals, *inspection.amounts)
    measured = by_unit(results)
    odd = [mention for sentence in sentences for mention in differing(sentence, measured, partial(_as_planned, sentence, inspection))]
    if not odd:
        return "", ""
    units = {mention.unit for mention in odd}
    return listed(odd), listed([known for known in results if known.unit in units] or actuals)


def _as_planned(sentence: str, inspection: Inspection) -> Measured:
    """The numbers of the targets where a sentence speaks of the plan, else none."""
    return inspection.planned if first_word(sentence, inspection.entry.words("plan_words")) else {}


def _odd_shares(sentences: list[str], inspection: Inspection) -> Iterator[list[Decimal]]:
    low, high, slack = (inspection.entry.number(name) for name in ("shares_low", "shares_high", "shares_slack"))
    for sentence in sentences:
        shares = [Decimal(number) for number in _SHARE.findall(sentence)] if "占" in sentence else []
        total = sum(shares, Decimal(0))
        if len(shares) > 1 and low <= total <= high and abs(total - _WHOLE) > slack:
            yield shares


@rule("report.copies-goal")
def report_copies_goal(inspection: Inspection) -> Iterable[Problem]:
    """A section on the goal's fulfilment most of whose clauses stand word for word in the goal."""
    form, entry = inspection.case.evaluation, inspection.entry
    goal = squeeze(form.goal.expected or "")
    if not goal or form.narrative.performance is None:
        return
    for heading, body in _sections(form.narrative.performance):
        if not first_word(heading, entry.words("headings")):
            continue
        parts = _pieces(_CUT, body)
        copied = [part for part in parts if part in goal]
        if len(parts) >= entry.number("least") and len(copied) >= entry.number("share") * len(parts):
            share = figure(Decimal(len(copied)), Decimal(len(parts)))
            what = f"报告“{heading}”一节 {len(parts)} 句中 {len(copied)} 句照抄总体目标（{share}%）。"
            yield Problem("/narrative/performance", what, "请写明实际完成情况，而不是目标原文。", found=f"{len(copied)}/{len(parts)}")


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """Heading and body of each section marked (一), (二) …"""
    marks = list(_SECTION.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        yield mark.group(1).strip(), text[mark.end() : end]


@rule("report.goal-omitted")
def report_goal_omitted(inspection: Inspection) -> Iterable[Problem]:
    """Numbered goals none of whose longer clauses occurs in the report; one finding lists them."""
    form, shortest = inspection.case.evaluation, int(inspection.entry.number("shortest"))
    report = squeeze(form.narrative.performance or "")
    if not report or form.goal.expected is None:
        return
    omitted = []
    for number, body in _numbered(form.goal.expected):
        if _is_omitted(body, report, shortest):
            omitted.append(number)
    if omitted:
        told = "、".join(omitted)
        yield Problem("/narrative/performance", f"报告未写总体目标第 {told} 项的完成情况。", "请逐项报告总体目标的完成情况。", found=told)


def _is_omitted(goal: str, report: str, shortest: int) -> bool:
    """Whether none of its clauses of some length stands in the report; a goal without such clauses is not looked for."""
    looked_for = False
    for clause in _CLAUSE.split(goal):
        part = squeeze(clause)
        if len(part) >= shortest:
            if part in report:
                return False
            looked_for = True
    return looked_for


def _numbered(text: str) -> Iterator[tuple[str, str]]:
    """Number and text of each goal marked 1、 2. or (3), where there are at least two and they count up from 1."""
    marks: list[re.Match[str]] = []
    for candidate in _MARK.finditer(text):
        mark = _NUMBERED.match(text, candidate.start())
        if mark is not None and int(mark.group(1) or mark.group(2)) == len(marks) + 1:
            marks.append(mark)
    if len(marks) < 2:
        return
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=True):
        yield mark.group(1) or mark.group(2), text[mark.end() : end]
