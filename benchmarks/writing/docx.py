"""Word files against docxtpl: the same form, three tables with merges, written from a Layout and rendered from an equivalent template.

CPU seconds of this process, both in one run. Single: nothing prepared, as in the first file of a process; bulk: 200 files one after another,
where either side may keep what it prepared.
"""

from __future__ import annotations

import gc
import io
import statistics
import time
from collections.abc import Callable

import docx as python_docx
from docxtpl import DocxTemplate

from jiheng.exporters.layout.model import Cell, CellRole, Grid, Layout, Paragraph, Section
from jiheng.exporters.writers import docx, docx_package, docx_styles

FUND_HEADS = ("年初预算数", "全年预算数（A）", "全年执行数（B）", "分值", "执行率（B/A）", "得分")
FUND_ROWS = ("年度资金总额：", "其中：当年财政拨款", "上年结转资金", "其他资金")
HEADS = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
GOAL = "目标1：建成示范点3个，惠及企业1200家；目标2：通关时间压缩50%以上。" * 3
INDICATORS, MERGED = 12, 4
BULK = 200


def values(form: int, rows: int) -> dict[str, object]:
    """What is filled into form number ``form``, for both sides."""
    funds = [{"item": item, "cells": [f"{2903 + form}.24", f"{4162 + form}.37", "4149.88", "10", "99.70%", "9.97"]} for item in FUND_ROWS]
    indicators = [
        [
            f"第{row}项业务办理量及申报数量",
            f"≥{70 + row}万票",
            f"{72 + form % 9}.81万票",
            "4",
            "3.96",
            "" if row % 3 else "因政策调整停止接转，已报备。",
        ]
        for row in range(1, rows + 1)
    ]
    return {"name": f"口岸建设管理费{form}", "unit": "示例市商务局", "funds": funds, "goal": GOAL, "done": GOAL, "rows": indicators}


def layout(filled: dict[str, object], rows: int) -> Layout:
    """The form as a Layout."""
    roles: tuple[CellRole, ...] = ("short", "short", "short", "figure", "figure", "text")
    head = [Cell(0, 0, "项目名称", "label"), Cell(0, 1, str(filled["name"]), column_span=6)]
    head += [Cell(1, 0, "实施单位", "label"), Cell(1, 1, str(filled["unit"]), column_span=6)]
    head += [Cell(2, 0, "资金来源", "label"), *(Cell(2, 1 + place, text, "label") for place, text in enumerate(FUND_HEADS))]
    for row, fund in enumerate(filled["funds"], start=3):  # type: ignore[arg-type,var-annotated]
        head += [Cell(row, 0, fund["item"], "label"), *(Cell(row, 1 + place, text, "figure") for place, text in enumerate(fund["cells"]))]
    goals = [Cell(0, 0, "年度总体目标", "label", row_span=2), Cell(0, 1, "预期目标", "label"), Cell(0, 2, "实际完成情况", "label")]
    goals += [Cell(1, 1, str(filled["goal"]), "text"), Cell(1, 2, str(filled["done"]), "text")]
    body = [Cell(0, place, text, "label") for place, text in enumerate(HEADS)]
    for row, texts in enumerate(filled["rows"], start=1):  # type: ignore[arg-type,var-annotated]
        if row == 1:
            body.append(Cell(1, 0, "产出指标（50分）", "label", row_span=rows))
        if row % MERGED == 1:
            body.append(Cell(row, 1, "数量指标", "label", row_span=min(MERGED, rows - row + 1)))
        body += [Cell(row, 2 + place, text, roles[place]) for place, text in enumerate(texts)]
    last = rows + 1
    body += [Cell(last, 0, "总分", "label", column_span=5), Cell(last, 5, "100", "figure"), Cell(last, 6, "98.60", "figure"), Cell(last, 7)]
    grids = (
        Grid((16, 12, 12, 12, 8, 12, 8), tuple(head), 3 + len(FUND_ROWS)),
        Grid((10, 45, 45), tuple(goals), 2, joined=True),
        Grid((8, 8, 22, 12, 12, 7, 8, 20), tuple(body), rows + 2, head_rows=1, joined=True),
    )
    title = "项目支出绩效自评表"
    return Layout(title, (Section("自评表", (Paragraph(title, "title"), Paragraph("（2023年度）", "subtitle"), *grids)),))


def template() -> bytes:
    """The same form as a docxtpl template: fields in the cells, a loop over the money rows and one over the indicators."""
    document = python_docx.Document()
    document.add_paragraph("项目支出绩效自评表", style="Title")
    document.add_paragraph("（2023年度）")
    head = document.add_table(6, 7, style="Table Grid")
    for row, (label, field) in enumerate((("项目名称", "{{ name }}"), ("实施单位", "{{ unit }}"))):
        head.cell(row, 0).text = label
        head.cell(row, 1).merge(head.cell(row, 6)).text = field
    for place, text in enumerate(("资金来源", *FUND_HEADS)):
        head.cell(2, place).text = text
    _loop(head, 3, "fund in funds", ["{{ fund.item }}", *(f"{{{{ fund.cells[{place}] }}}}" for place in range(6))])
    document.add_paragraph()
    goals = document.add_table(2, 3, style="Table Grid")
    goals.cell(0, 0).merge(goals.cell(1, 0)).text = "年度总体目标"
    for place, (label, field) in enumerate((("预期目标", "{{ goal }}"), ("实际完成情况", "{{ done }}")), start=1):
        goals.cell(0, place).text = label
        goals.cell(1, place).text = field
    document.add_paragraph()
    body = document.add_table(5, 8, style="Table Grid")
    for place, text in enumerate(HEADS):
        body.cell(0, place).text = text
    down = "{% vm %}"
    _loop(body, 1, "row in rows", [down + "产出指标（50分）", "数量指标", *(f"{{{{ row[{place}] }}}}" for place in range(6))])
    body.cell(4, 0).merge(body.cell(4, 4)).text = "总分"
    body.cell(4, 5).text = "100"
    body.cell(4, 6).text = "98.60"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _loop(table: python_docx.table.Table, first: int, loop: str, fields: list[str]) -> None:
    table.cell(first, 0).text = f"{{%tr for {loop} %}}"
    for place, field in enumerate(fields):
        table.cell(first + 1, place).text = field
    table.cell(first + 2, 0).text = "{%tr endfor %}"


def forget() -> None:
    """Nothing prepared from earlier files."""
    for prepared in (docx_package._fixed, docx_package._links_alone, docx_styles.styles_part):  # noqa: SLF001 - the state of a fresh process
        prepared.cache_clear()


def written(form: int, rows: int) -> bytes:
    return docx.write(layout(values(form, rows), rows))


def rendered(source: DocxTemplate, form: int, rows: int) -> bytes:
    source.render(values(form, rows))
    out = io.BytesIO()
    source.save(out)
    return out.getvalue()


def cpu_ms(work: Callable[[int], object], times: int) -> list[float]:
    """CPU milliseconds of each call."""
    found = []
    for number in range(times):
        gc.collect()
        start = time.process_time_ns()
        work(number)
        found.append((time.process_time_ns() - start) / 1e6)
    return found


def _single(rows: int, source: bytes) -> tuple[float, float]:
    def ours(form: int) -> bytes:
        forget()
        return written(form, rows)

    def theirs(form: int) -> bytes:
        return rendered(DocxTemplate(io.BytesIO(source)), form, rows)

    ours(0)
    theirs(0)
    return statistics.median(cpu_ms(ours, 21)), statistics.median(cpu_ms(theirs, 21))


def _bulk(rows: int, source: bytes) -> tuple[float, float]:
    kept = DocxTemplate(io.BytesIO(source))

    def many(work: Callable[[int], object]) -> float:
        start = time.process_time_ns()
        for form in range(BULK):
            work(form)
        return (time.process_time_ns() - start) / 1e6 / BULK

    return many(lambda form: written(form, rows)), many(lambda form: rendered(kept, form, rows))


def bench_docx(rows: int = INDICATORS) -> dict[str, float]:
    """CPU milliseconds of one file each, and how many times faster than docxtpl, for one file and for 200."""
    source = template()
    ours, theirs = _single(rows, source)
    ours_bulk, theirs_bulk = _bulk(rows, source)
    return {
        "ms_docx": round(ours, 2),
        "ms_docxtpl": round(theirs, 2),
        "ratio_docxtpl": round(theirs / ours, 1),
        "ratio_docxtpl_bulk": round(theirs_bulk / ours_bulk, 1),
    }
