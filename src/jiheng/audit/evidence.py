"""Rules on evidence named in the form, and on judged rows that nothing describes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import document_numbers, first_word, says_nothing, squeeze
from jiheng.audit.wording import plain
from jiheng.domain.numerals import WIDE
from jiheng.scoring.case import Row
from jiheng.scoring.lexicon import has_word

_MONTHS = re.compile(r"(?<!\d)(1[0-2]|[1-9])\s*(?:月)?\s*[-—–~至]\s*(1[0-2]|[1-9])\s*月")
_UNTIL = re.compile(r"截[至止](?:(?:19|20)\d\d年)?(1[0-2]|[1-9])月")
_PERIOD_WORDS = ("月", "上半年", "季度")  # each of the three patterns holds one
_HALF = re.compile(r"上半年|前三季度|[一二三]季度")
_QUARTERS = {"上半年": (1, 6), "前三季度": (1, 9), "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9)}
_WHOLE = re.compile(r"12月(?!\d{1,2}[日号])|全年|年度|年报")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d\d)年?[-—–~至]((?:19|20)\d\d)年")
_BRACKETED_YEAR = re.compile(r"[\[(〔【]\d{4}[\])〕】]")
_DIGITS = re.compile(r"\d+")


@rule("evidence.missing")
def missing(inspection: Inspection) -> Iterable[Problem]:
    """A scored row without evidence, in a layout with an evidence column."""
    if not inspection.has_column("evidence"):
        return
    exempt = inspection.entry.words("exempt_names")
    for row in inspection.case.rows:
        scored = row.indicator.stated_score is not None or row.weight
        if scored and _names_nothing(row.indicator.evidence) and not first_word(row.indicator.name or "", exempt):
            yield Problem(row.subject, f"{row.label}没有佐证材料。", "请列出并附上能证明完成值的材料。")


def _names_nothing(evidence: tuple[str, ...]) -> bool:
    for item in evidence:  # noqa: SIM110 - a plain loop: most rows end at their first title
        if not says_nothing(item):
            return False
    return True


@rule("evidence.name-only")
def name_only(inspection: Inspection) -> Iterable[Problem]:
    """The evidence is the indicator's name over again."""
    tails = inspection.entry.words("tails")
    for row, name, text in zip(inspection.case.rows, inspection.names, inspection.evidence, strict=True):
        if name and text.startswith(name) and (text == name or text[len(name) :] in tails):
            yield Problem(row.subject, f"{row.label}的佐证只写了指标名“{text}”。", "请写明材料名称并附上材料。", found=text)


@rule("evidence.outside-year")
def outside_year(inspection: Inspection) -> Iterable[Problem]:
    """Every year the evidence names lies outside the fiscal year; years in document numbers and issue dates early next year apart."""
    year = inspection.case.evaluation.fiscal_year
    if year is None:
        return
    late = "|".join(str(month) for month in range(1, int(inspection.entry.number("late_months")) + 1))
    issued_late = re.compile(rf"{year + 1}年(?:{late})月")
    for row, text in zip(inspection.case.rows, inspection.evidence, strict=True):
        years = _years(text) if "年" in text else frozenset()
        if years and year not in years and not issued_late.search(_BRACKETED_YEAR.sub("", text)):
            shown = "、".join(str(item) for item in sorted(years))
            yield Problem(
                f"{row.subject}/evidence",
                f"{row.label}的佐证是 {shown} 年的，不属评价年度 {year} 年。",
                "请换用本年度的材料。",
                expected=str(year),
                found=shown,
            )


@lru_cache(maxsize=4096)
def _years(text: str) -> frozenset[int]:
    """The years a text names, spans filled; years in document numbers apart."""
    plain = _BRACKETED_YEAR.sub("", text)
    spans = [range(int(first), min(int(last), int(first) + 50) + 1) for first, last in _SPAN.findall(plain)]
    return frozenset([int(found) for found in _YEAR.findall(plain)]).union(*spans)


@rule("evidence.period-short")
def period_short(inspection: Inspection) -> Iterable[Problem]:
    """The evidence names months that do not reach the year's end, and nothing else covers the rest."""
    for row, text in zip(inspection.case.rows, inspection.evidence, strict=True):
        if not has_word(text, _PERIOD_WORDS):
            continue
        items = [squeeze(item) for item in row.indicator.evidence]
        spans = {item: span for item in items if (span := _months(item)) is not None}
        if not spans:
            continue
        covered = {month for first, last in spans.values() for month in range(first, last + 1)}
        lacking = sorted(set(range(1, 13)) - covered)
        if lacking and not any(_WHOLE.search(item) for item in items if item not in spans):
            first, last = next(iter(spans.values()))
            shown = f"{first}—{last} 月"
            missing_months = "、".join(map(str, lacking))
            yield Problem(
                row.subject, f"{row.label}的佐证只覆盖 {shown}，缺 {missing_months} 月。", "请补充覆盖全年的材料。", expected="1—12 月", found=shown
            )


@lru_cache(maxsize=4096)
def _months(item: str) -> tuple[int, int] | None:
    """The months a title covers, None where it names no period (an issue date is none)."""
    span = _MONTHS.search(item)
    if span:
        return int(span.group(1)), int(span.group(2))
    until = _UNTIL.search(item)
    if until:
        return 1, int(until.group(1))
    half = _HALF.search(item)
    return _QUARTERS[half.group()] if half else None


@rule("evidence.other-measure")
def other_measure(inspection: Inspection) -> Iterable[Problem]:
    """The name holds one measure, the evidence title another."""
    pairs = inspection.entry.pairs("measures")
    named = inspection.words_in_names(own for own, _ in pairs)
    measures = [pair for pair in pairs if pair[0] in named]
    for row, text in zip(inspection.case.rows, inspection.evidence, strict=True) if measures else ():
        name = row.indicator.name or ""
        for own, foreign in measures:
            if own in name and foreign in text and own not in text:
                yield Problem(
                    f"{row.subject}/evidence",
                    f"{row.label}的佐证是“{foreign}”的材料，不能证明“{own}”。",
                    "请换用同一口径的材料。",
                    expected=own,
                    found=foreign,
                )
                break


class _Title(NamedTuple):
    """A title as printed and squeezed, its length, and the document numbers in it."""

    row: Row
    text: str
    plain: str
    length: int
    numbers: tuple[str, ...]


@rule("evidence.title-differs")
def title_differs(inspection: Inspection) -> Iterable[Problem]:
    """Titles with one document number, or nearly alike, that are not equal; one finding per group, at its first row."""
    cutoff = int(inspection.entry.number("near") * 100)
    titles = [_title(row, text) for row in inspection.case.rows for text in row.indicator.evidence]
    grouped: set[str] = set()
    for position, title in enumerate(titles, start=1):
        if title.plain in grouped:
            continue
        alike = _alike(title, titles[position:], cutoff)
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
    return _Title(row, text, plain, len(plain), document_numbers(text))


def _alike(title: _Title, others: list[_Title], cutoff: int) -> list[_Title]:
    """Other titles with the same document numbers, or alike in more than their digits; lengths that rule it out are seen first."""
    plain, length, numbered = title.plain, title.length, bool(title.numbers)
    shortest, longest = -(-length * cutoff // (200 - cutoff)), length * (200 - cutoff) // cutoff
    near = [other for other in others if shortest <= other[3] <= longest or (numbered and other[4])]  # by place: each title meets each
    return [other for other in near if other[2] != plain and _same_document(title, other, cutoff)]


def _same_document(first: _Title, second: _Title, cutoff: int) -> bool:
    """One document number, or texts alike in more than their digits (two monthly issues are two documents)."""
    if first.numbers and set(first.numbers) == set(second.numbers):
        return True
    return fuzz.ratio(first[2], second[2], score_cutoff=cutoff) > 0 and _DIGITS.sub("", first.plain) != _DIGITS.sub("", second.plain)


@rule("evidence.survey-missing")
def survey_missing(inspection: Inspection) -> Iterable[Problem]:
    """A satisfaction row whose evidence names no survey, or offers the absence of complaints as proof."""
    entry = inspection.entry
    if not inspection.has_column("evidence"):
        return
    satisfaction, complaints, surveys = (entry.words(name) for name in ("satisfaction_words", "no_complaint_words", "survey_words"))
    for row, text in zip(inspection.case.rows, inspection.evidence, strict=True):
        if not text or not first_word(f"{row.indicator.level2}{row.indicator.name}", satisfaction):
            continue
        if first_word(text, complaints) or not first_word(text, surveys):
            yield Problem(
                row.subject, f"{row.label}的佐证“{text[:30]}”不是满意度调查。", "请附问卷、调查表或调查报告，注明发放与有效份数。", found=text[:60]
            )


@rule("evidence.value-differs")
def value_differs(inspection: Inspection) -> Iterable[Problem]:
    """An attached file surely speaks of the row and says another number, or the only place that says the number proves another row."""
    for row in inspection.case.rows:
        proof = inspection.case.proofs.get(row.subject)
        if proof is None or proof.said is None or proof.verdict not in {"differs", "shared"}:
            continue
        stated, said = f"{plain(proof.stated)}{proof.unit}", f"{plain(proof.said)}{proof.unit}"
        if proof.verdict == "differs":
            difference = plain(WIDE.subtract(proof.stated, proof.said))
            what = f"{row.label}填报 {stated}，佐证“{proof.file}”写的是 {said}（{proof.text}），相差 {difference}{proof.unit}。"
            todo = "请核对填报数与佐证；佐证口径或期间不同的，请换用对应的材料。"
            yield Problem(f"{row.subject}/actual", what, todo, expected=said, found=stated, difference=difference)
        else:
            others = "、".join(str(int(subject.rpartition("/")[2]) + 1) for subject in proof.rivals)
            what = f"{row.label}的数字只在佐证“{proof.file}”里找到一处（{proof.text}），这一处已用来证明第 {others} 行。"
            yield Problem(f"{row.subject}/evidence", what, "一处数字只能证明一行，请补充本行的佐证。", found=said, variant="shared")


@rule("judgement.undescribed")
def undescribed(inspection: Inspection) -> Iterable[Problem]:
    """A judged row with full marks, no description and no evidence."""
    for row in inspection.case.rows:
        line = inspection.lines.get(row.subject)
        if line is None or line.basis != "judgement" or row.weight is None or row.indicator.stated_score != row.weight:
            continue
        if says_nothing(row.actual.raw) and says_nothing(row.indicator.reason) and not row.indicator.evidence:
            yield Problem(
                row.subject,
                f"{row.label}满分 {row.weight:f} 分，没有说明检查、监控或整改的情况，也没有佐证。",
                "请写明依据并附材料。",
                found=f"{row.weight:f}",
            )
