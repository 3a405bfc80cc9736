"""Rules on dates: work dated outside the year it is claimed for, acceptance later than claimed, a form filed before its year ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import document_numbers, first_word, squeeze
from jiheng.scoring.case import Row

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年|[./-]|(?=\d{4}(?!\d)))(1[0-2]|0?[1-9])(?:月|[./-]|(?=\d\d(?!\d)))(3[01]|[12]\d|0?[1-9])(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?:(1[0-2]|0?[1-9])月)?")
_FILED = re.compile(r"((?:19|20)\d\d)[年./-](1[0-2]|0?[1-9])")


@rule("date.contradiction")
def date_contradiction(inspection: Inspection) -> Iterable[Problem]:
    """Work of the year dated after its end, a time target outside it, acceptance later than claimed. Projects of several years are exempt."""
    form, exempt = inspection.case.evaluation, inspection.entry.words("exempt")
    if form.fiscal_year is None or first_word(squeeze(f"{form.project_name or ''}{form.goal.expected or ''}"), exempt):
        return
    done_words, acceptance = inspection.entry.words("done_words"), inspection.entry.words("acceptance")
    for row, actual in zip(inspection.case.rows, inspection.actuals, strict=True):
        if row.actual.date is None and "年" not in actual and row.target.kind != "date":
            continue
        if not first_word(squeeze(f"{row.indicator.name or ''}{row.indicator.reason or ''}"), exempt):
            yield from _outside_the_year(row, form.fiscal_year, done_words)
            yield from _accepted_later(row, acceptance)


def _outside_the_year(row: Row, year: int, done_words: tuple[str, ...]) -> Iterator[Problem]:
    done = _year_of(row.actual.date, row.actual.raw)
    if done is not None and done > year and (row.actual.kind == "date" or first_word(row.actual.raw or "", done_words)):
        what = f"{row.label}的完成时间“{row.actual.raw}”晚于评价年度 {year} 年末。"
        yield Problem(f"{row.subject}/actual", what, "请核对日期；跨年完成的请在原因栏说明。", expected=f"{year}-12-31", found=row.actual.raw)
    due = _year_of(row.target.date, row.target.raw) if row.target.kind == "date" else None
    if due is not None and due != year:
        what = f"{row.label}的时间目标“{row.target.raw}”不在评价年度 {year} 年内。"
        yield Problem(f"{row.subject}/target", what, "请核对年份；跨年项目请写明。", expected=str(year), found=row.target.raw)


def _year_of(iso: str | None, raw: str | None) -> int | None:
    if iso is not None:
        return int(iso[:4])
    match = _YEAR.search(squeeze(raw or ""))
    return None if match is None else int(match.group(1))


def _accepted_later(row: Row, acceptance: tuple[str, ...]) -> Iterator[Problem]:
    """A row on acceptance whose proof of acceptance bears a later day than the row claims."""
    claimed = row.actual.date
    if claimed is None or not first_word(row.indicator.name or "", acceptance):
        return
    for title in row.indicator.evidence:
        proved = _day(title) if first_word(title, acceptance) and not document_numbers(title) else None
        if proved is not None and proved > claimed:
            what = f"{row.label}填报 {claimed} 验收，佐证“{title}”的日期却是 {proved}。"
            yield Problem(f"{row.subject}/actual", what, "请核对验收日期。", expected=proved, found=claimed)
            return


def _day(text: str) -> str | None:
    match = _DAY.search(squeeze(text))
    return None if match is None else f"{match.group(1)}-{int(match.group(2)):02d}-{int(match.group(3)):02d}"


@rule("date.filed-early")
def date_filed_early(inspection: Inspection) -> Iterable[Problem]:
    """Filed before the year ended, with full-year actuals; a project that closed early says so."""
    form, labels, exempt = inspection.case.evaluation, inspection.entry.words("labels"), inspection.entry.words("exempt")
    filled = any(row.actual.kind != "absent" for row in inspection.case.rows)
    told = squeeze("".join(filter(None, (*form.printed.notes, form.goal.actual, form.narrative.performance))))
    if form.fiscal_year is None or not filled or first_word(told, exempt):
        return
    for text in (*form.printed.notes, *form.printed.year_texts):
        label = first_word(text, labels)
        match = _FILED.search(squeeze(text.partition(label)[2])) if label is not None else None
        if match is not None and int(match.group(1)) <= form.fiscal_year:
            what = f"填报日期 {match.group(1)} 年 {int(match.group(2))} 月早于评价年度 {form.fiscal_year} 年末，却填了全年完成值。"
            yield Problem("", what, "请在年度结束后按全年实际填报；项目已提前结束的请注明。", found=match.group())
            return
