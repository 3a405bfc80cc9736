"""The report as Markdown: header, score table, findings worst first, derivations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jiheng.domain.dossier import Dossier
from jiheng.domain.finding import SEVERITY_NAMES, SEVERITY_ORDER
from jiheng.exporters.rows import BASIS_NAMES, number, report_rows, total_line


def render(dossiers: Sequence[Dossier], law_titles: Mapping[str, str]) -> str:
    """One Markdown text for all dossiers."""
    return "\n".join(line for dossier in dossiers for line in _report(dossier, law_titles)) + "\n"


def _report(dossier: Dossier, law_titles: Mapping[str, str]) -> list[str]:
    evaluation, card = dossier.evaluation, dossier.scorecard
    title = (evaluation.project_name or evaluation.title if evaluation else None) or dossier.document.name
    lines = [f"# {_cell(title)}", "", f"- 文件：{_cell(dossier.document.name)}"]
    if card is not None:
        law = law_titles.get(card.rulepack.id, card.rulepack.id)
        lines += [f"- 规则：{_cell(law)}（{card.rulepack.id}），适用日期 {dossier.on or '—'}", f"- {total_line(card)}", "", "## 得分", ""]
        lines += ["| 行 | 指标 | 目标 | 实际 | 分值 | 自评 | 复算 | 依据 |", "|--:|---|---|---|--:|--:|--:|---|"]
        for row in report_rows(dossier):
            cells = (row.place, row.name, row.target, row.actual, number(row.weight), number(row.stated), number(row.score), BASIS_NAMES[row.basis])
            lines.append(f"| {' | '.join(map(_cell, cells))} |")
    lines += ["", "## 发现", ""]
    found = sorted(dossier.findings, key=lambda f: SEVERITY_ORDER[f.severity])
    lines += [f"- **{SEVERITY_NAMES[f.severity]}** {_cell(f.message)}（`{f.code}`）" for f in found] or ["没有发现问题。"]
    return [*lines, ""]


def _cell(text: str) -> str:
    """Text that stays one cell: no line breaks, no character Markdown would take for markup."""
    folded = " ".join(text.split())
    return "".join(f"\\{char}" if char in r"\|*_`<[#" else char for char in folded)
