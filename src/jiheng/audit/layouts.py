"""Rules that tell what import found odd or put right: drifted columns, tags in cells, fillers, shared scores, missing columns."""

from __future__ import annotations

from collections.abc import Iterable

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.domain.finding import Repair

COLUMN_NAMES = {"weight": "分值", "score": "得分", "target": "目标值", "actual": "完成值"}


def _told(inspection: Inspection, code: str) -> list[Repair]:
    return [repair for repair in inspection.repairs if repair.code == code]


def _where(repair: Repair, inspection: Inspection) -> str:
    index = repair.subject.split("/")[2] if repair.subject.startswith("/indicators/") else ""
    if index.isdigit() and int(index) < len(inspection.case.rows):
        return inspection.case.rows[int(index)].label
    return f"原文第 {repair.anchor.line} 行" if repair.anchor.line is not None else "表中一处"


@rule("layout.columns-shifted")
def columns_shifted(inspection: Inspection) -> Iterable[Problem]:
    """Cells that stood under the wrong heading and were put back by what they say."""
    for repair in _told(inspection, "layout.columns-shifted"):
        yield Problem(
            repair.subject,
            f"{_where(repair, inspection)}错列：原为“{repair.before[:60]}”，已归位为“{repair.after[:60]}”。",
            "请对照原表核对。",
            expected=repair.after,
            found=repair.before,
            anchor=repair.anchor,
        )


@rule("layout.html-in-cell")
def html_in_cell(inspection: Inspection) -> Iterable[Problem]:
    """Web tags inside a cell."""
    for repair in _told(inspection, "layout.html-in-cell"):
        yield Problem(
            repair.subject,
            f"{_where(repair, inspection)}单元格含网页标记“{repair.before[:12]}…”，已去掉。",
            "无需更正；再次导出时请选纯文本。",
            found=repair.before,
            anchor=repair.anchor,
        )


@rule("layout.glued-cells")
def glued_cells(inspection: Inspection) -> Iterable[Problem]:
    """Figures run together; a cut that alone passes every check is told as information."""
    for repair in _told(inspection, "layout.glued-cells"):
        checked = bool(repair.after)
        what = f"{_where(repair, inspection)}数字连写“{repair.before}”" + (
            f"，只有“{repair.after}”一种读法能对上各项检查。" if checked else "，有几种读法，未作取舍。"
        )
        yield Problem(
            repair.subject,
            what,
            "请对照原表确认。",
            found=repair.before,
            expected=repair.after or None,
            anchor=repair.anchor,
            variant="checked" if checked else None,
        )


@rule("layout.merged-score")
def merged_score(inspection: Inspection) -> Iterable[Problem]:
    """One score for several rows."""
    for first, last in inspection.case.evaluation.printed.group_scores:
        yield Problem(
            f"/indicators/{first}",
            f"第 {first + 1} 至 {last + 1} 行多项共用一个得分，无法逐项复算。",
            "请逐项填写得分。",
            found=f"{first + 1}-{last + 1}",
        )


@rule("layout.column-absent")
def column_absent(inspection: Inspection) -> Iterable[Problem]:
    """A scored layout without a weight, score, target or actual column."""
    printed = inspection.case.evaluation.printed.columns
    if not inspection.case.rows or not printed or not inspection.case.law.scheme.scored.value:
        return
    missing = [word for name, word in COLUMN_NAMES.items() if name not in printed]
    if missing:
        what = f"版式没有{'、'.join(missing)}栏，相应部分不能复算。"
        yield Problem("", what, "本地表式本无此栏的可不处理，否则请换用规定的表式。", found="、".join(missing))


@rule("layout.several-forms")
def several_forms(inspection: Inspection) -> Iterable[Problem]:
    """More than one form in the file."""
    count = inspection.case.evaluation.printed.forms_in_file
    if count > 1:
        yield Problem("", f"文件含 {count} 张表，已分开审核。", "请确认每张表都在结果里。", found=str(count))


@rule("layout.placeholder-rows")
def placeholder_rows(inspection: Inspection) -> Iterable[Problem]:
    """Filler rows (……, 指标2：) kept aside."""
    fillers = inspection.case.evaluation.printed.placeholders
    if fillers:
        yield Problem("", f"有 {len(fillers)} 行空白占位，未计入指标。", "报送前请删去占位行。", found=str(len(fillers)), anchor=fillers[0])
