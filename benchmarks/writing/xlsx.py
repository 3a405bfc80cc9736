"""A form as a workbook, against openpyxl writing the same cells, merges, looks, formulas and page in the way its manual shows."""

from __future__ import annotations

import gc
import io
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

import openpyxl
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.utils import get_column_letter

from jiheng.exporters.layout.model import Cell, Grid, Layout, Paragraph, Section
from jiheng.exporters.writers.xlsx import write
from jiheng.exporters.writers.xlsx_book import Look
from jiheng.exporters.writers.xlsx_plan import Plan, planned
from jiheng.exporters.writers.xlsx_raster import widths

BULK = 200
_THIN = Side(style="thin")


def form(number: int) -> Layout:
    """A form of three tables over one raster, about 150 cells: who and what, money and goals, sixteen indicators with their total."""
    heads = Grid(
        (8, 11, 12, 20, 12, 12, 8, 9, 9, 14),
        (
            *(Cell(0, 0, "项目名称", "label", column_span=2), Cell(0, 2, f"道路养护项目（{number}）", column_span=8)),
            *(Cell(1, 0, "主管部门", "label", column_span=2), Cell(1, 2, "示例市交通运输局", column_span=3)),
            *(Cell(1, 5, "实施单位", "label", column_span=2), Cell(1, 7, f"示例市公路管理所第{number % 17}站", column_span=3)),
            Cell(2, 0, "项目资金（万元）", "label", row_span=5, column_span=2),
            *(Cell(2, 2, "", "label", column_span=2), Cell(2, 4, "年初预算数", "label"), Cell(2, 5, "全年预算数（A）", "label")),
            *(Cell(2, 6, "全年执行数（B）", "label"), Cell(2, 7, "分值", "label"), Cell(2, 8, "执行率（B/A）", "label"), Cell(2, 9, "得分", "label")),
            *(
                cell
                for row, item in enumerate(("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金"))
                for cell in _money(row, item, number)
            ),
        ),
        7,
    )
    goal = f"完成{number + 12}条道路养护，惠及沿线群众{number * 7 + 1200}人次，养护优良率达到95%以上，资金支付及时。" * 3
    goals = Grid(
        (8, 63, 44),
        (
            *(Cell(0, 0, "年度总体目标", "label", row_span=2), Cell(0, 1, "预期目标", "label"), Cell(0, 2, "实际完成情况", "label")),
            *(Cell(1, 1, goal, "text"), Cell(1, 2, "已全部完成。" + goal, "text")),
        ),
        2,
        joined=True,
    )
    items = (Paragraph("项目支出绩效自评表", "title"), Paragraph("（2023年度）", "subtitle"), heads, goals, _indicators(number))
    return Layout(f"道路养护项目（{number}）", (Section("项目支出绩效自评表", items),))


def _money(row: int, item: str, number: int) -> list[Cell]:
    budget, spent = Decimal(100000 + 37 * number + row).scaleb(-2), Decimal(98000 + 31 * number).scaleb(-2)
    at = f"/funds/{row}"
    rate = (spent / budget).quantize(Decimal("0.0001"))
    figured = {"number_format": "0.00", "role": "figure"}
    cells = [
        Cell(row + 3, 2, item, "label", column_span=2),
        Cell(row + 3, 4, f"{budget}", number=budget, pointer=f"{at}/initial", **figured),
        Cell(row + 3, 5, f"{budget}", number=budget, pointer=f"{at}/adjusted", **figured),
        Cell(row + 3, 6, f"{spent}", number=spent, pointer=f"{at}/disbursed", **figured),
    ]
    formula = f"ROUND({{{at}/disbursed}}/{{{at}/adjusted}},4)"
    shown = f"{rate * 100:.2f}%"
    last = Decimal("9.80")
    cells.append(Cell(row + 3, 7, "—" if row else "10", "figure"))
    cells.append(Cell(row + 3, 8, shown, "figure", number=rate, number_format="0.00%", formula=formula, pointer=f"{at}/rate"))
    cells.append(Cell(row + 3, 9, "—", "figure") if row else Cell(row + 3, 9, "9.80", "figure", number=last, number_format="0.00", pointer="/score"))
    return cells


def _indicators(number: int) -> Grid:
    words = ("绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    levels = (
        ("产出指标", 8, ("数量指标", "质量指标", "时效指标", "成本指标")),
        ("效益指标", 6, ("经济效益", "社会效益", "生态效益")),
        ("满意度指标", 2, ("满意度",)),
    )
    cells = [Cell(0, column, word, "label", row_span=17 if column == 0 else 1) for column, word in enumerate(words)]
    row = 1
    for level, count, below in levels:
        for place in range(count):
            if place == 0:
                cells.append(Cell(row, 1, level, row_span=count))
            if place % 2 == 0:
                cells.append(Cell(row, 2, below[place // 2], row_span=2))
            score = Decimal(475 + (number + row) % 50).scaleb(-2)
            cells += [
                Cell(row, 3, f"第{row}项养护任务完成情况（{number}）", "short"),
                Cell(row, 4, "≥95%", number=Decimal("0.95"), number_format='"≥"0%'),
            ]
            cells += [Cell(row, 5, f"{96 + row % 4}%", number=Decimal(96 + row % 4).scaleb(-2), number_format="0%")]
            cells += [Cell(row, 6, "5", "figure", number=Decimal(5), number_format="0", pointer=f"/indicators/{row}/weight")]
            cells += [Cell(row, 7, f"{score}", "figure", number=score, number_format="0.00", pointer=f"/indicators/{row}/score")]
            cells.append(Cell(row, 8, "受天气影响工期顺延，已调整计划。" if row % 5 == 0 else "", "text"))
            row += 1
    total = sum((cell.number for cell in cells if cell.pointer and cell.pointer.endswith("/score") and cell.number), Decimal(0))
    cells += [Cell(17, 0, "总分", "label", column_span=6)]
    cells += [Cell(17, 6, "80", "figure", number=Decimal(80), number_format="0", formula="SUM({/indicators/1/weight}:{/indicators/16/weight})")]
    cells += [Cell(17, 7, f"{total}", "figure", number=total, number_format="0.00", formula="SUM({/indicators/1/score}:{/indicators/16/score})")]
    cells += [Cell(17, 8)]
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return Grid((8, 11, 12, 20, 12, 12, 8, 9, 23), ordered, 18, head_rows=1, joined=True)


def with_openpyxl(plan: Plan, title: str) -> bytes:
    """The same sheet as a careful user of openpyxl writes it: one named style per look, borders of merged ranges left to openpyxl.

    Places, heights and texts are worked out beforehand, not in the peer's time.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    styles = _named_styles(book, plan)
    for number, width in enumerate(widths(plan.raster.edges), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = (width - 5) / 7
    for number, height in enumerate(plan.heights, start=1):
        sheet.row_dimensions[number].height = height
    for box in plan.boxes:
        first = sheet.cell(box.top + 1, box.left + 1)
        first.value = f"={_resolved(box.formula, plan)}" if box.formula else float(box.number) if box.number is not None else box.text or None
        first.style = styles[box.look]
        if box.number_format:
            first.number_format = box.number_format
        if (box.top, box.left) != (box.bottom, box.right):
            sheet.merge_cells(start_row=box.top + 1, start_column=box.left + 1, end_row=box.bottom + 1, end_column=box.right + 1)
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 9, 0, True
    sheet.print_area = f"A1:{get_column_letter(plan.raster.columns)}{len(plan.heights)}"
    if plan.heads:
        sheet.print_title_rows = f"{plan.heads[0] + 1}:{plan.heads[1] + 1}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _named_styles(book: openpyxl.Workbook, plan: Plan) -> dict[Look, str]:
    names: dict[Look, str] = {}
    for number, look in enumerate(dict.fromkeys(box.look for box in plan.boxes)):
        style = NamedStyle(f"look{number}", font=Font(name=look.font, size=look.size, bold=look.bold))
        style.alignment = Alignment(horizontal=look.align, vertical=look.valign.removeprefix("v"), wrap_text=True)
        if look.ruled:
            style.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
        book.add_named_style(style)
        names[look] = style.name
    return names


def _resolved(formula: str, plan: Plan) -> str:
    for pointer, (row, column) in plan.cells.items():
        formula = formula.replace(f"{{{pointer}}}", f"{get_column_letter(column + 1)}{row + 1}")
    return formula


def cpu_ms(work: Callable[[], object], rounds: int) -> float:
    """Median CPU milliseconds."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def bench_xlsx() -> dict[str, object]:
    """Milliseconds and ratios for one form alone and for 200 different forms one after another."""
    layouts = [form(number) for number in range(BULK)]
    plans = [planned(layout.sections[0]) for layout in layouts]
    write(layouts[0])
    with_openpyxl(plans[0], "项目支出绩效自评表")
    single, peer = cpu_ms(lambda: write(layouts[0]), 15), cpu_ms(lambda: with_openpyxl(plans[0], "项目支出绩效自评表"), 15)
    bulk = cpu_ms(lambda: [write(layout) for layout in layouts], 3) / BULK
    peer_bulk = cpu_ms(lambda: [with_openpyxl(plan, "项目支出绩效自评表") for plan in plans], 2) / BULK
    return {
        "ms_xlsx": round(single, 2),
        "ms_openpyxl": round(peer, 2),
        "ratio_openpyxl": round(peer / single, 1),
        "ms_xlsx_bulk": round(bulk, 2),
        "ratio_openpyxl_bulk": round(peer_bulk / bulk, 1),
    }
