"""The score sheet (评分表) for the archive: what each point was given for, by which clause, and the seal that ties the paper to its dossier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jiheng.domain.dossier import Dossier
from jiheng.exporters.layout.merging import Drawn, grid
from jiheng.exporters.layout.model import Code, Grid, Item, Layout, Paragraph, Section
from jiheng.exporters.layout.report_facts import ABSENT, Facts, one_line
from jiheng.exporters.layout.score_table import clause_lines, score_table
from jiheng.exporters.layout.seal import seal_of

TITLE = "绩效自评复算评分表"
PACK, PACK_DIGEST, ON, PLACE = "规则包编号", "规则包摘要", "规则适用日期", "适用地区"
FILE, FILE_DIGEST, STAGES, WAIVERS = "原表文件", "原表摘要", "审核阶段", "豁免"
FIRST = "项目名称"
"""Labels of the facts that a sheet can be recomputed by: ``jiheng verify`` looks for them; ``FIRST`` begins the table of facts."""


def score_sheet(dossier: Dossier, law_title: str, digest: str) -> Layout:
    """The score sheet of one form.

    Args:
        dossier: the form with its scorecard; a form that was not scored says so.
        law_title: the title of the rule pack, for people; empty where none applied.
        digest: the SHA-256 of the dossier, as :func:`jiheng.domain.codec.digest` gives it.
    """
    return Layout(_title(dossier), (_section(dossier, law_title, digest, TITLE),))


def bound(sheets: Sequence[Layout]) -> Layout:
    """Several score sheets as one document, each on a page of its own."""
    if len(sheets) == 1:
        return sheets[0]
    sections = (section for sheet in sheets for section in sheet.sections)
    return Layout(TITLE, tuple(replace(section, name=f"{TITLE}{number}") for number, section in enumerate(sections, start=1)))


def _title(dossier: Dossier) -> str:
    name = one_line(dossier.evaluation.project_name) if dossier.evaluation else ""
    return f"{name or dossier.document.name}{TITLE}"


def _section(dossier: Dossier, law_title: str, digest: str, name: str) -> Section:
    return Section(name, (Paragraph(TITLE, "title"), *_items(dossier, law_title, digest)), one_page=True)


def _items(dossier: Dossier, law_title: str, digest: str) -> Iterator[Item]:
    yield _facts_table(dossier, law_title)
    if dossier.evaluation is None:
        yield from (Paragraph(finding.message, "note") for finding in dossier.findings)
    else:
        table = score_table(Facts(dossier, dossier.evaluation))
        if table is not None:
            yield table.grid
            yield from (Paragraph(line, "note") for line in clause_lines(table))
        else:
            yield Paragraph("表中没有绩效指标，没有可以计分的行。", "note")
    yield Code(seal_of(digest), "档案摘要；用 jiheng verify 核对")


def _facts_table(dossier: Dossier, law_title: str) -> Grid:
    form, card = dossier.evaluation, dossier.scorecard
    pairs = [
        (FIRST, one_line(form.project_name) if form else ""),
        ("实施单位", one_line(form.implementing_unit or form.supervising_department) if form else ""),
        ("评价年度", str(form.fiscal_year) if form and form.fiscal_year else ""),
        (PLACE, (form.place if form else None) or "—"),
        ("规则包", law_title if card else "没有生效的规则包，未复算"),
        (PACK, card.rulepack.id if card else "—"),
        (FILE, dossier.document.name),
        (ON, str(dossier.on or "")),
    ]
    if dossier.stages != Dossier(None, dossier.document).stages:
        pairs.append((STAGES, "、".join(dossier.stages)))
    if dossier.waivers:
        pairs.append((WAIVERS, "、".join(f"{waiver.subject}={waiver.treatment}" for waiver in dossier.waivers)))
    cells = [(Drawn(label, "label"), Drawn(value or ABSENT, "short")) for label, value in pairs]
    across = (Drawn(continues="<"), Drawn(continues="<"))
    rows = [[*cells[at], *(cells[at + 1] if at + 1 < len(cells) else across)] for at in range(0, len(cells), 2)]
    for label, value in ((PACK_DIGEST, card.rulepack.digest if card else "—"), (FILE_DIGEST, dossier.document.digest)):
        rows.append([Drawn(label, "label"), Drawn(value, "short"), *across])
    return grid(rows, (13, 48, 13, 26), head_rows=0, joined=False)
