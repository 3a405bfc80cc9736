"""The form as paper: a dossier arranged as the printed form, each finding at the row it speaks of. Knows no HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import PARTICULARS, Evaluation, FundLine, Indicator
from jiheng.domain.finding import SEVERITY_NAMES, SEVERITY_ORDER, Finding, Severity
from jiheng.domain.scorecard import TREATMENT_NAMES, ScoreLine
from jiheng.domain.value import Money

_ROW_LABEL = re.compile(r"^第 \d+ 行(?:指标)?(?:“(?:[^“”]|“[^“”]*”)*”)?的?(?=.)")
BASIS_NAMES = {"formula": "公式", "judgement": "判断", "undetermined": "待定"}
KIND_NAMES = {"project": "项目支出绩效自评表", "department": "部门整体支出绩效自评表", "transfer": "转移支付绩效自评表", "fund": "专项资金绩效自评表"}


@dataclass(frozen=True, slots=True)
class Note:
    """A finding as a margin note: the sentence (``beside`` its row it need not name the row), what to do, on what authority."""

    number: int
    severity: Severity
    label: str
    code: str
    what: str
    beside: str
    todo: str
    authority: str
    where: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One indicator row; ``level1_span`` and ``level2_span`` are 0 where the cell above covers this one."""

    number: int
    indicator: Indicator
    level1_span: int
    level2_span: int
    line: ScoreLine | None
    stated: str
    score: str
    weight: str
    tone: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one subject got its points, in the order of the trace."""

    anchor: str
    title: str
    line: ScoreLine
    basis: str
    authority: str


@dataclass(frozen=True, slots=True)
class Treatment:
    """One row of the waiver comparison."""

    subject: str
    name: str
    total: str


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything the page shows, in reading order."""

    dossier: Dossier
    evaluation: Evaluation | None
    title: str
    subtitle: str
    law: str
    unverified: int
    counts: tuple[tuple[Severity, str, int], ...]
    stated_total: str
    total: str
    total_range: str
    header: tuple[tuple[str, str | None, str], ...]
    funds: tuple[tuple[str, ...], ...]
    rows: tuple[PaperRow, ...]
    derivations: tuple[Derivation, ...]
    treatments: tuple[Treatment, ...]
    notes: dict[str, tuple[Note, ...]]
    every_note: tuple[Note, ...]


def lay_out(dossier: Dossier, law_title: str) -> Paper:
    """Arrange a dossier as paper. ``law_title`` is the title of the rule pack, for people."""
    evaluation, card = dossier.evaluation, dossier.scorecard
    notes = tuple(note for _, note in numbered_notes(dossier.findings))
    by_place: dict[str, list[Note]] = {}
    for note in notes:
        by_place.setdefault(note.where, []).append(note)
    placed = {where: tuple(items) for where, items in by_place.items()}
    low_high = card.total_range if card else None
    return Paper(
        dossier=dossier,
        evaluation=evaluation,
        title=(evaluation and (evaluation.project_name or evaluation.title)) or dossier.document.name,
        subtitle=_subtitle(evaluation),
        law=law_title,
        unverified=len({(c.document, c.article) for line in (card.lines if card else ()) for c in line.cites if not c.verified}),
        counts=_counts(dossier.findings),
        stated_total=_figure(card.stated_total if card else None),
        total=_figure(card.total if card else None),
        total_range=f"{low_high[0]:f}–{low_high[1]:f}" if low_high and low_high[0] != low_high[1] else "",
        header=_header(evaluation) if evaluation else (),
        funds=tuple(_fund(line) for line in evaluation.funds) if evaluation else (),
        rows=tuple(_rows(dossier, placed)),
        derivations=tuple(_derivations(dossier)),
        treatments=_treatments(dossier),
        notes=placed,
        every_note=notes,
    )


def _subtitle(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return "文件未能读出"
    year = f"{evaluation.fiscal_year} 年度" if evaluation.fiscal_year else "年度未填"
    return f"{year}{KIND_NAMES.get(evaluation.kind, '绩效自评表')}"


def _counts(findings: Iterable[Finding]) -> tuple[tuple[Severity, str, int], ...]:
    tally: dict[Severity, int] = dict.fromkeys(SEVERITY_ORDER, 0)
    for finding in findings:
        tally[finding.severity] += 1
    return tuple((severity, SEVERITY_NAMES[severity], tally[severity]) for severity in tally)


def _place(subject: str) -> str:
    parts = subject.split("/")
    if len(parts) > 2 and parts[1] == "indicators":
        return f"/indicators/{parts[2]}"
    head = f"/{parts[1]}" if len(parts) > 1 else ""
    if head in {"/funds", "/goal", "/stated_totals", "/narrative"}:
        return head
    return "/header" if head else ""


def numbered_notes(findings: Iterable[Finding]) -> tuple[tuple[Finding, Note], ...]:
    """Each finding with its note, worst first, numbered from 1."""
    worst_first = sorted(findings, key=lambda f: SEVERITY_ORDER[f.severity])
    return tuple((finding, _note(number, finding)) for number, finding in enumerate(worst_first, start=1))


def _note(number: int, finding: Finding) -> Note:
    return Note(
        number=number,
        severity=finding.severity,
        label=SEVERITY_NAMES[finding.severity],
        code=finding.code,
        what=_what(finding),
        beside=_ROW_LABEL.sub("", _what(finding)) if finding.subject.startswith("/indicators/") else _what(finding),
        todo=finding.suggestion or "",
        authority="；".join(dict.fromkeys(c.sentence() for c in finding.cites)),
        where=_place(finding.subject),
    )


def _what(finding: Finding) -> str:
    text = finding.message.split("依据：")[0]
    return text.removesuffix(finding.suggestion or "")


def _figure(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:f}"


def money(amount: Money | None) -> str | None:
    """An amount as printed; None where the cell is not there."""
    return None if amount is None else amount.raw


def _header(evaluation: Evaluation) -> tuple[tuple[str, str | None, str], ...]:
    fields = evaluation.printed.fields
    rows = (
        ("填报单位", evaluation.implementing_unit, "/implementing_unit"),
        ("主管部门", evaluation.supervising_department, "/supervising_department"),
        ("项目名称", evaluation.project_name, "/project_name"),
        *((label, text, f"{PARTICULARS}{label}") for label, text in evaluation.particulars.items()),
        ("评价年度", str(evaluation.fiscal_year) if evaluation.fiscal_year else None, "/fiscal_year"),
        ("评价金额", money(evaluation.evaluated_amount), "/evaluated_amount"),
        ("项目级次", evaluation.project_level, "/project_level"),
        ("实施文件依据", evaluation.basis_document, "/basis_document"),
        ("联系人", evaluation.contact.name, "/contact/name"),
        ("联系电话", evaluation.contact.phone, "/contact/phone"),
        ("联系邮箱", evaluation.contact.mailbox, "/contact/mailbox"),
    )
    return tuple(row for row in rows if row[1] is not None or row[2] in fields)


def _fund(line: FundLine) -> tuple[str, ...]:
    amounts = (line.initial_budget, line.adjusted_budget, line.allotted, line.disbursed)
    return (
        line.item,
        *(money(amount) or "" for amount in amounts),
        line.stated_rate or "",
        "" if line.weight is None else f"{line.weight:f}",
        "" if line.stated_score is None else f"{line.stated_score:f}",
    )


def _spans(keys: list[tuple[str | None, ...]]) -> list[int]:
    spans = [0] * len(keys)
    start = 0
    for i in range(1, len(keys) + 1):
        if i == len(keys) or keys[i] != keys[start]:
            spans[start] = i - start
            start = i
    return spans


def _rows(dossier: Dossier, placed: dict[str, tuple[Note, ...]]) -> Iterable[PaperRow]:
    indicators = dossier.evaluation.indicators if dossier.evaluation else ()
    level1 = _spans([(row.level1,) for row in indicators])
    level2 = _spans([(row.level1, row.level2) for row in indicators])
    for index, indicator in enumerate(indicators):
        subject = f"/indicators/{index}"
        line = dossier.scorecard.line(subject) if dossier.scorecard else None
        notes = placed.get(subject, ())
        yield PaperRow(
            number=index,
            indicator=indicator,
            level1_span=level1[index],
            level2_span=level2[index],
            line=line,
            stated=_figure(indicator.stated_score),
            score=_figure(line.score if line else None),
            weight="—" if line and line.excluded else _figure(indicator.weight),
            tone=notes[0].severity if notes else "",
            notes=notes,
        )


def _derivations(dossier: Dossier) -> Iterable[Derivation]:
    if dossier.scorecard is None or dossier.evaluation is None:
        return
    for line in dossier.scorecard.lines:
        parts = line.subject.split("/")
        is_row = len(parts) > 2 and parts[2].isdigit()
        title = (dossier.evaluation.indicators[int(parts[2])].name or "（无名称）") if is_row else "预算执行"
        yield Derivation(
            anchor=line.subject.strip("/").replace("/", "-"),
            title=title,
            line=line,
            basis=BASIS_NAMES[line.basis],
            authority="；".join(dict.fromkeys(c.sentence() for c in line.cites)),
        )


def _treatments(dossier: Dossier) -> tuple[Treatment, ...]:
    items = dossier.scorecard.treatments if dossier.scorecard else ()
    return tuple(
        Treatment(
            subject=item.subject,
            name=TREATMENT_NAMES[item.treatment],
            total=f"{_figure(item.total)}（满分 {_figure(item.possible)}）",
        )
        for item in items
    )
