"""The self-evaluation report (绩效自评报告) of a form as an official document: facts are generated, judgement is left as marked gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation
from jiheng.exporters.layout.model import Item, Layout, Paragraph, Section
from jiheng.exporters.layout.report_chapters import achievement, basics, conclusion, execution, gap, other, problems, shortfalls
from jiheng.exporters.layout.report_facts import Facts, one_line
from jiheng.exporters.layout.report_tables import findings_table
from jiheng.exporters.layout.score_table import clause_lines, score_table
from jiheng.exporters.paper import KIND_NAMES, numbered_notes

_NUMERALS = "一二三四五六七"
CHAPTERS: tuple[tuple[str, Callable[[Facts, str], Iterator[Item]]], ...] = (
    ("项目基本情况", basics),
    ("自评结论", conclusion),
    ("绩效目标完成情况", achievement),
    ("预算执行情况", execution),
    ("未达标指标及原因", shortfalls),
    ("存在的问题和改进措施", problems),
    ("其他需要说明的问题", other),
)


def report(dossier: Dossier, law_title: str) -> Layout:
    """The report of one form, its attachments on pages of their own.

    Args:
        dossier: the form with whatever the rules gave; a form that was not scored gets a proper report all the same.
        law_title: the title of the rule pack, for people; empty where none applied.
    """
    evaluation = dossier.evaluation
    title = _title(evaluation)
    if evaluation is None:
        told = tuple(Paragraph(finding.message, "body") for finding in dossier.findings)
        items = (Paragraph(title, "title"), *told, gap("全部内容；所附文件没有读出"))
        return Layout(title, (Section("报告", items),), "official")
    facts = Facts(dossier, evaluation)
    whole: list[Item] = [Paragraph(title, "title"), *_opening(facts)]
    for numeral, (name, chapter) in zip(_NUMERALS, CHAPTERS, strict=True):
        whole += [Paragraph(f"{numeral}、{name}", "heading1"), *chapter(facts, law_title)]
    whole += _closing(facts)
    return Layout(title, (Section("报告", tuple(whole)), *_attachments(facts)), "official")


def _title(evaluation: Evaluation | None) -> str:
    """The title after the kind of form; a name that ends in 项目 does not say so twice."""
    kind = KIND_NAMES.get(evaluation.kind if evaluation else "project", KIND_NAMES["project"]).removesuffix("表")
    name = one_line(evaluation.project_name or evaluation.implementing_unit or evaluation.supervising_department) if evaluation else ""
    return f"{name.removesuffix('项目') if kind.startswith('项目') else name}{kind}报告"


def _opening(facts: Facts) -> Iterator[Item]:
    form = facts.evaluation
    unit = one_line(form.implementing_unit or form.supervising_department)
    yield Paragraph(f"（{form.fiscal_year} 年度）", "subtitle") if form.fiscal_year else gap("评价年度")
    yield Paragraph(f"填报单位：{unit}", "line") if unit else gap("填报单位")


def _closing(facts: Facts) -> Iterator[Item]:
    names = [name for name, _ in _attached(facts)]
    for number, name in enumerate(names, start=1):
        yield Paragraph(f"{'附件：' if number == 1 else '　　　'}{number}. {name}", "body")
    yield gap("成文单位（盖章）")
    yield gap("成文日期")


def _attached(facts: Facts) -> Iterator[tuple[str, str]]:
    yield "评分明细", "score"
    if facts.dossier.findings:
        yield "待核实事项", "findings"


def _attachments(facts: Facts) -> Iterator[Section]:
    for number, (name, kind) in enumerate(_attached(facts), start=1):
        content = _scores(facts) if kind == "score" else _findings(facts)
        yield Section(f"附件{number} {name}", (Paragraph(f"附件{number}", "mark"), Paragraph(name, "title"), *content), "landscape")


def _scores(facts: Facts) -> Iterator[Item]:
    table = score_table(facts)
    if table is None:
        yield Paragraph("自评表中没有绩效指标，没有评分明细。", "body")
        return
    yield table.grid
    yield from (Paragraph(line, "note") for line in clause_lines(table))


def _findings(facts: Facts) -> Iterator[Item]:
    yield findings_table([note for _, note in numbered_notes(facts.dossier.findings)])
    yield Paragraph("以上事项由程序按规则逐项核对自评表得出，供填报单位核实，不代替评审意见。", "note")
