"""The report on a terminal: header, score table 自评/复算, findings worst first. The only door to rich."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jiheng.domain.dossier import Dossier
from jiheng.domain.finding import SEVERITY_NAMES, SEVERITY_ORDER, Finding
from jiheng.domain.proof import VERDICT_NAMES, Proof
from jiheng.domain.quantity import plain
from jiheng.exporters.measured import HEADINGS, counts_told, details, measured_rows
from jiheng.exporters.review import FieldReview, where
from jiheng.exporters.rows import BASIS_NAMES, ReportRow, number, report_rows, total_line
from jiheng.exporters.summary import Read, totals

WIDTH = 100
FIRST = 60
GLANCE = 28
_COLOURS = {"error": "bold red", "warning": "yellow", "info": "dim"}


def show(dossiers: Sequence[Dossier], law_titles: Mapping[str, str]) -> None:
    """Print the report; colours only on a terminal and without NO_COLOR."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    for dossier in dossiers:
        _print(console, dossier, law_titles)


def render(dossiers: Sequence[Dossier], law_titles: Mapping[str, str]) -> str:
    """The report as plain text, 100 columns wide."""
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, highlight=False, color_system=None)
    for dossier in dossiers:
        _print(console, dossier, law_titles)
    return out.getvalue()


def show_summary(files: Sequence[Read]) -> None:
    """A line per form: scores, counts and the worst finding; what somebody sees who named a directory."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name, right in (("文件", False), ("项目", False), ("自评", True), ("复算", True), ("错误", True), ("提醒", True), ("首要意见", False)):
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for file in files:
        for dossier in file.dossiers:
            table.add_row(*map(escape, _summary_cells(file.path, dossier)))
        if not file.dossiers:
            table.add_row(escape(file.path), "", "", "", "", "", escape(file.message or ""))
    console.print(table)
    counts = "，".join(f"{SEVERITY_NAMES[severity]} {count}" for severity, count in totals(files).items())
    console.print(f"共 {len(files)} 个文件、{sum(len(file.dossiers) for file in files)} 张表：{counts}。加 --summary 汇总.xlsx 可存成表格。")


def show_reviews(dossier: Dossier, reviews: Sequence[FieldReview]) -> None:
    """What was read of one form, the least certain first."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    form, source = dossier.evaluation, dossier.document
    template = form.template if form else None
    console.print(f"[bold]{escape(source.name)}[/bold]  格式 {source.format}，版式 {template or '—'}，{len(dossier.fields)} 个字段")
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name, right in (("把握", True), ("字段", False), ("原文", False), ("读作", False), ("其他读法", False), ("位置", False)):
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for one in reviews:
        same = one.read.replace(" ", "") == one.printed.replace(" ", "")
        read = "同左" if same else _short(one.read)
        cells = (one.label.replace(" ", ""), _short(one.printed), read, "、".join(one.alternatives), where(one.anchor))
        style = "yellow" if one.doubtful else ""
        table.add_row(f"{int(one.confidence * 100)}%", *map(escape, cells), style=style)
    console.print(table)
    doubtful = sum(one.doubtful for one in reviews)
    console.print(f"请核对的有 {doubtful} 个。加 --annotate 对照.html 可在原页上看。" if doubtful else "没有需要核对的字段。")


def measured_text(dossier: Dossier) -> str:
    """What ledgers say about the rows of one form: the table, what stands behind each row, and how many rows have which outcome."""
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, highlight=False, color_system=None)
    rows = measured_rows(dossier)
    title = (dossier.evaluation.project_name if dossier.evaluation else None) or dossier.document.name
    console.print(f"[bold]{escape(title)}[/bold]  {escape(dossier.document.name)}")
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in HEADINGS:
        right = name not in {"指标", "结果"}
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        table.add_row(*map(escape, row.cells))
    console.print(table)
    for row in rows:
        told = list(details(row))
        if told:
            console.print(escape(f"第 {row.place} 行“{row.name}”" if row.place.isdigit() else f"{row.place}“{row.name}”"))
            for line in told:
                console.print(escape(f"  {line}"))
    console.print(f"结果：{counts_told(rows)}。")
    return out.getvalue()


def table_text(headings: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]]) -> str:
    """A table as plain text, 100 columns wide; a heading is its words and whether its column is set to the right."""
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, highlight=False, color_system=None)
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name, right in headings:
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)
    return out.getvalue()


def _short(text: str) -> str:
    return text if len(text) <= GLANCE else f"{text[:GLANCE]}…"


def show_proofs(dossier: Dossier, proofs: Sequence[Proof]) -> None:
    """What the attached files say about each row, beside what the form says; the sentence or cell it was found in below."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    rows = dossier.evaluation.indicators if dossier.evaluation else ()
    names = {f"/indicators/{at}": (str(at + 1), row.name or "（无名称）") for at, row in enumerate(rows)}
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name, right in (("行", True), ("指标", False), ("填报", True), ("佐证", True), ("结论", False), ("把握", True), ("出处", False)):
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for proof in proofs:
        said = "—" if proof.said is None else f"{plain(proof.said)}{proof.unit}"
        sure = f"{int(proof.confidence * 100)}%" if proof.file else "—"
        place = f"{proof.file} {where(proof.anchor)}：{_short(proof.text)}" if proof.file and proof.anchor else "—"
        cells = (*names[proof.subject], f"{plain(proof.stated)}{proof.unit}", said, VERDICT_NAMES[proof.verdict], sure, place)
        table.add_row(*map(escape, cells), style="bold red" if proof.verdict == "differs" else "yellow" if proof.verdict == "shared" else "")
    console.print(table)
    counts = "，".join(f"{VERDICT_NAMES[verdict]} {sum(proof.verdict == verdict for proof in proofs)}" for verdict in VERDICT_NAMES)
    console.print(f"共 {len(proofs)} 行有数值：{counts}。")


def _summary_cells(path: str, dossier: Dossier) -> tuple[str, ...]:
    form, card = dossier.evaluation, dossier.scorecard
    counts = [str(sum(finding.severity == severity for finding in dossier.findings)) for severity in ("error", "warning")]
    first = dossier.findings[0].message.partition("。")[0] + "。" if dossier.findings else "没有发现问题。"
    return (
        path,
        (form.project_name or form.implementing_unit if form else None) or "—",
        number(form.stated_totals.score if form else None),
        number(card.total if card else None),
        *counts,
        first if len(first) <= FIRST else f"{first[:FIRST]}…",
    )


def _print(console: Console, dossier: Dossier, law_titles: Mapping[str, str]) -> None:
    evaluation, card = dossier.evaluation, dossier.scorecard
    title = (evaluation.project_name or evaluation.title if evaluation else None) or dossier.document.name
    console.print(f"[bold]{escape(title)}[/bold]  {escape(dossier.document.name)}")
    if card is not None:
        law = law_titles.get(card.rulepack.id, card.rulepack.id)
        console.print(escape(f"规则：{law}（{card.rulepack.id}），适用日期 {dossier.on or '—'}"))
        console.print(_table(report_rows(dossier)))
        console.print(escape(total_line(card)))
    _findings(console, dossier.findings)
    console.print()


def _table(rows: Sequence[ReportRow]) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name, right in (
        ("行", True),
        ("指标", False),
        ("目标", False),
        ("实际", False),
        ("分值", True),
        ("自评", True),
        ("复算", True),
        ("依据", False),
    ):
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        style = "yellow" if row.differs else ""
        cells = (row.place, row.name, row.target, row.actual, number(row.weight), number(row.stated), number(row.score))
        table.add_row(*map(escape, cells), BASIS_NAMES[row.basis], style=style)
    return table


def _findings(console: Console, findings: Sequence[Finding]) -> None:
    if not findings:
        console.print("没有发现问题。")
        return
    counts = "，".join(f"{name} {sum(f.severity == key for f in findings)}" for key, name in SEVERITY_NAMES.items())
    console.print(f"[bold]发现[/bold]：{counts}")
    for finding in sorted(findings, key=lambda f: SEVERITY_ORDER[f.severity]):
        colour = _COLOURS[finding.severity]
        console.print(f"  [{colour}]{SEVERITY_NAMES[finding.severity]}[/{colour}] {escape(finding.message)} [dim]{escape(finding.code)}[/dim]")
        if finding.suggestion and finding.suggestion not in finding.message:
            console.print(f"       {escape(finding.suggestion)}")
