"""Rules on the form's header: mandatory fields, the basis document, the year; on the form as a whole; on contacts before publication."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import attrgetter

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import document_numbers, says_nothing, squeeze
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.mentions import find_quantities

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d")
_MASKED = re.compile(r"(?<!\d)(?:20[*×XxＸ_]{1,2}|[*×XxＸ_]{2,4})年")
_YEAR_OR_NUMBER = re.compile(r"(?:19|20)\d\d|\d+号")
_PHONE = re.compile(r"(?:1(?<!\d1)[3-9]\d{9}|0(?<!\d0)\d{2,3}-?\d{7,8})(?!\d)")  # the first digit first: a search skips to it
_MAILBOX = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}")


@rule("form.field-missing")
def form_field_missing(inspection: Inspection) -> Iterable[Problem]:
    """A header field that the pack makes mandatory and the layout prints is blank."""
    form = inspection.case.evaluation
    for due in inspection.case.law.scheme.mandatory_fields.value:
        if due.pointer in form.printed.fields and _blank(form, due.pointer):
            what = f"表头“{due.label}”没有填写。"
            yield Problem(due.pointer, what, f"请补填{due.label}。", variant=due.severity)


def _blank(form: Evaluation, pointer: str) -> bool:
    value: object = _field(pointer)(form)
    return value is None or (isinstance(value, str) and says_nothing(value))


@lru_cache(maxsize=256)
def _field(pointer: str) -> Callable[[Evaluation], object]:
    return attrgetter(pointer.strip("/").replace("/", "."))


@rule("form.basis-undocumented")
def form_basis_undocumented(inspection: Inspection) -> Iterable[Problem]:
    """A basis that names no document: no 《》, no number, no year."""
    basis = inspection.case.evaluation.basis_document
    if basis is None or says_nothing(basis):
        return
    if "《" not in basis and not document_numbers(basis) and not _YEAR_OR_NUMBER.search(squeeze(basis)):
        what = f"实施文件依据“{basis}”不是文件：没有书名号、文号或年份。"
        yield Problem("/basis_document", what, "请写明文件全名与文号。", expected="《文件名》（文号）", found=basis)


@rule("form.year-conflict")
def form_year_conflict(inspection: Inspection) -> Iterable[Problem]:
    """Title, file name and table name different years, or the year is masked."""
    form = inspection.case.evaluation
    texts = tuple(squeeze(text) for text in (form.title or "", *form.printed.year_texts))
    masked = next((match.group() for text in texts if (match := _MASKED.search(text))), None)
    if masked is not None:
        yield Problem("/fiscal_year", f"年度写作“{masked}”，没有填全。", "请填写完整的评价年度。", found=masked)
        return
    years = {int(year) for text in (*texts, squeeze(inspection.case.source_name)) for year in _YEAR.findall(text)}
    years |= {int(text) for text in texts if _BARE_YEAR.fullmatch(text)}
    years |= {form.fiscal_year} if form.fiscal_year is not None else set()
    if len(years) > 1:
        shown = "、".join(str(year) for year in sorted(years))
        yield Problem("/fiscal_year", f"标题、文件名与表内出现不同的年度：{shown}。", "请核对并统一为评价年度。", found=shown)


@rule("form.no-indicators")
def form_no_indicators(inspection: Inspection) -> Iterable[Problem]:
    """The file was read and no indicator row was recognised; a report in prose with its values in sentences is another kind of form."""
    form = inspection.case.evaluation
    if form.indicators:
        return
    report = squeeze(form.narrative.performance or "")
    if len(report) < inspection.entry.number("prose_from") or not find_quantities(report):
        what = "文件已读出，但没有识别到指标行。"
        yield Problem("", what, "请确认文件里有自评表，且表头印有“三级指标”“年度指标值”“实际完成值”等栏目。")


@rule("privacy.contact-present")
def privacy_contact_present(inspection: Inspection) -> Iterable[Problem]:
    """A person, phone or mailbox that must be masked before publication; one finding per form, which does not repeat what it found."""
    contact = inspection.case.evaluation.contact
    fields = (("联系人", contact.name), ("联系电话", contact.phone), ("联系邮箱", contact.mailbox))
    named = [label for label, text in fields if not says_nothing(text)]
    anywhere = any(_contacts_in("\n".join([text for text, _, _ in _texts(inspection)])))
    free = [(f"{subject}{field}", kind) for text, subject, field in _texts(inspection) for kind in _contacts_in(text)] if anywhere else []
    told = [*named, *dict.fromkeys(f"正文中的{kind}" for _, kind in free)]
    if told:
        subject = "/contact" if named else free[0][0]
        yield Problem(subject, f"表中有{'、'.join(told)}，公开前需脱敏。", "请在公开前遮盖姓名、电话与邮箱。", found="、".join(told))


def _contacts_in(text: str) -> Iterator[str]:
    if _PHONE.search(text):
        yield "电话"
    if "@" in text and _MAILBOX.search(text):
        yield "邮箱"


def _texts(inspection: Inspection) -> Iterator[tuple[str, str, str]]:
    """Every free text of the form, with the two parts of its pointer."""
    form = inspection.case.evaluation
    parts = (
        (form.implementing_unit, "/implementing_unit"),
        (form.goal.expected, "/goal/expected"),
        (form.goal.actual, "/goal/actual"),
        (form.narrative.performance, "/narrative/performance"),
        (form.narrative.problems, "/narrative/problems"),
        (form.narrative.improvements, "/narrative/improvements"),
        ("\n".join(form.printed.notes), ""),
    )
    for text, pointer in parts:
        if text:
            yield text, pointer, ""
    for row in inspection.case.rows:
        if row.indicator.reason:
            yield row.indicator.reason, row.subject, "/reason"
        if row.indicator.evidence:
            yield "\n".join(row.indicator.evidence), row.subject, "/evidence"
