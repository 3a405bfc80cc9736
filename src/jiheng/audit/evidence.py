"""Rules on evidence named in the form, and on judged rows that nothing describes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import document_numbers, first_word, says_nothing, squeeze
from jiheng.scoring.case import Row

_MONTHS = re.compile(r"(?<!\d)(1[0-2]|[1-9])\s*(?:月)?\s*[-—–~至]\s*(1[0-2]|[1-9])\s*月")
_UNTIL = re.compile(r"截[至止](?:(?:19|20)\d\d年)?(1[0-2]|[1-9])月")
_HALF = re.compile(r"上半年|前三季度|[一二三]季度")
_WHOLE = re.compile(r"12月(?!\d{1,2}[日号])|全年|年度|年报")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d\d)年?[-—–~至]((?:19|20)\d\d)年")
_BRACKETED_YEAR = re.compile(r"[\[(〔【]\d{4}[\])〕】]")
_DIGITS = re.compile(r"\d+")


def _evidence(row: Row) -> str:
    return "；".join(row.indicator.evidence)


@rule("evidence.missing")
def missing(inspection: Inspection) -> Iterable[Problem]:
    """A scored row without evidence, in a layout with an evidence column."""
    if not inspection.has_column("evidence"):
        return
    exempt = inspection.entry.words("exempt_names")
    for row in inspection.case.rows:
        scored = row.indicator.stated_score is not None or bool(row.weight)
        if scored and not any(not says_nothing(item) for item in row.indicator.evidence) and not first_word(row.indicator.name or "", exempt):
            yield Problem(row.subject, f"{row.label}没有佐证材料。", "请列出并附上能证明完成值的材料。")


@rule("evidence.name-only")
def name_only(inspection: Inspection) -> Iterable[Problem]:
    """The evidence is the indicator's name over again."""
    for row in inspection.case.rows:
        name, text = squeeze(row.indicator.name or ""), squeeze(_evidence(row))
        if name and text in {name, *(name + tail for tail in inspection.entry.words("tails"))}:
            yield Problem(row.subject, f"{row.label}的佐证只写了指标名“{text}”。", "请写明材料名称并附上材料。", found=text)


@rule("evidence.outside-year")
def outside_year(inspection: Inspection) -> Iterable[Problem]:
    """Every year the evidence names lies outside the fiscal year; years in document numbers and issue dates early next year apart."""
    year = inspection.case.evaluation.fiscal_year
    if year is None:
        return
    late = "|".join(str(month) for month in range(1, int(inspection.entry.number("late_months")) + 1))
    issued_late = re.compile(rf"{year + 1}年(?:{late})月")
    for row in inspection.case.rows:
        text = _BRACKETED_YEAR.sub("", squeeze(_evidence(row)))
        years = {int(found) for found in _YEAR.findall(text)}
        years.update(spanned for first, last in _SPAN.findall(text) for spanned in range(int(first), min(int(last), int(first) + 50) + 1))
        if years and year not in years and not issued_late.search(text):
            shown = "、".join(str(item) for item in sorted(years))
            yield Problem(
                f"{row.subject}/evidence",
                f"{row.label}的佐证是 {shown} 年的，不属评价年度 {year} 年。",
                "请换用本年度的材料。",
                expected=str(year),
                found=shown,
            )


@rule("evidence.period-short")
def period_short(inspection: Inspection) -> Iterable[Problem]:
    """The evidence names months that do not reach the year's end, and nothing else covers the rest."""
    for row in inspection.case.rows:
        items = [squeeze(item) for item in row.indicator.evidence]
        spans = {item: span for item in items if (span := _months(item)) is not None}
        covered = {month for first, last in spans.values() for month in range(first, last + 1)}
        lacking = sorted(set(range(1, 13)) - covered)
        if spans and lacking and not any(_WHOLE.search(item) for item in items if item not in spans):
            first, last = next(iter(spans.values()))
            shown = f"{first}—{last} 月"
            missing_months = "、".join(map(str, lacking))
            yield Problem(
                row.subject, f"{row.label}的佐证只覆盖 {shown}，缺 {missing_months} 月。", "请补充覆盖全年的材料。", expected="1—12 月", found=shown
            )


def _months(item: str) -> tuple[int, int] | None:
    """The months a title covers, None where it names no period (an issue date is none)."""
    span = _MONTHS.search(item)
    if span:
        return int(span.group(1)), int(span.group(2))
    until = _UNTIL.search(item)
    if until:
        return 1, int(until.group(1))
    half = _HALF.search(item)
    quarters = {"上半年": (1, 6), "前三季度": (1, 9), "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9)}
    return quarters[half.group()] if half else None


@rule("evidence.other-measure")
def other_measure(inspection: Inspection) -> Iterable[Problem]:
    """The name holds one measure, the evidence title another."""
    for row in inspection.case.rows:
        name, text = row.indicator.name or "", squeeze(_evidence(row))
        for own, foreign in inspection.entry.pairs("measures"):
            if own in name and foreign in text and own not in text:
                yield Problem(
                    f"{row.subject}/evidence",
                    f"{row.label}的佐证是“{foreign}”的材料，不能证明“{own}”。",
                    "请换用同一口径的材料。",
                    expected=own,
                    found=foreign,
                )
                break


@dataclass(frozen=True, slots=True)
class _Title:
    row: Row
    text: str
    plain: str
    wordy: str
    numbers: frozenset[str]


@rule("evidence.title-differs")
def title_differs(inspection: Inspection) -> Iterable[Problem]:
    """Titles with one document number, or nearly alike, that are not equal; one finding per group, at its first row."""
    cutoff = int(inspection.entry.number("near") * 100)
    titles = [_title(row, item) for row in inspection.case.rows for item in row.indicator.evidence]
    grouped: set[str] = set()
    for position, title in enumerate(titles):
        if title.plain in grouped:
            continue
        alike = [other for other in titles[position + 1 :] if other.plain != title.plain and _same_document(title, other, cutoff)]
        if alike:
            grouped.update((title.plain, *(other.plain for other in alike)))
            yield Problem(
                f"{title.row.subject}/evidence",
                f"同一佐证名称不一致：“{title.text}”与“{alike[0].text}”。",
                "请核对材料名称，写成一致。",
                expected=alike[0].text,
                found=title.text,
            )


def _title(row: Row, text: str) -> _Title:
    plain = squeeze(text)
    return _Title(row, text, plain, _DIGITS.sub("", plain), frozenset(document_numbers(text)))


def _same_document(first: _Title, second: _Title, cutoff: int) -> bool:
    """One document number, or texts alike in more than their digits (two monthly issues are two documents)."""
    if first.numbers and first.numbers == second.numbers:
        return True
    alike = abs(len(first.plain) - len(second.plain)) * 100 <= (100 - cutoff) * (len(first.plain) + len(second.plain))
    return alike and first.wordy != second.wordy and fuzz.ratio(first.plain, second.plain, score_cutoff=cutoff) > 0


@rule("evidence.survey-missing")
def survey_missing(inspection: Inspection) -> Iterable[Problem]:
    """A satisfaction row whose evidence names no survey, or offers the absence of complaints as proof."""
    entry = inspection.entry
    if not inspection.has_column("evidence"):
        return
    for row in inspection.case.rows:
        text = squeeze(_evidence(row))
        if not first_word(f"{row.indicator.level2}{row.indicator.name}", entry.words("satisfaction_words")) or not text:
            continue
        if first_word(text, entry.words("no_complaint_words")) or not first_word(text, entry.words("survey_words")):
            yield Problem(
                row.subject, f"{row.label}的佐证“{text[:30]}”不是满意度调查。", "请附问卷、调查表或调查报告，注明发放与有效份数。", found=text[:60]
            )


@rule("judgement.undescribed")
def undescribed(inspection: Inspection) -> Iterable[Problem]:
    """A judged row with full marks, no description and no evidence."""
    for row in inspection.case.rows:
        line = inspection.lines.get(row.subject)
        full = row.weight is not None and row.indicator.stated_score == row.weight
        described = not says_nothing(row.actual.raw) or not says_nothing(row.indicator.reason) or bool(row.indicator.evidence)
        if line is not None and line.basis == "judgement" and full and not described:
            yield Problem(
                row.subject,
                f"{row.label}满分 {row.weight:f} 分，没有说明检查、监控或整改的情况，也没有佐证。",
                "请写明依据并附材料。",
                found=f"{row.weight:f}",
            )
