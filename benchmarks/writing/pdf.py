"""How fast form pages become PDF, against WeasyPrint setting the same tables as HTML with the same fonts, in one run; both tagged and PDF/A-2b."""

from __future__ import annotations

import html
import io
import json
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from jiheng.exporters.layout.model import Cell, Grid, Item, Layout, Paragraph, Section
from jiheng.exporters.writers import pdf

FORMS = 30
ROWS = 12
HEADS = ("一级指标", "二级指标", "三级指标", "分值", "年度指标值", "实际完成值", "得分", "偏差原因分析及改进措施")
FACES = {"Song": "NotoSerifSC-Regular.otf", "Hei": "NotoSansSC-Regular.otf"}
STYLE = """
@page { size: A4; margin: 16mm; @bottom-center { content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font: 9pt Song } }
body { font: 10pt/1.35 Song } h1 { font-size: 17pt; text-align: center; margin: 4pt } p { margin: 5pt 0 }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 6pt 0 } tr { break-inside: avoid }
td, th { border: 0.5pt solid black; padding: 3.5pt; text-align: center; vertical-align: middle; overflow-wrap: anywhere }
th { font-family: Hei; font-weight: normal } td.text { text-align: left; vertical-align: top }
"""


def bench_pdf() -> dict[str, float]:
    """CPU milliseconds per form and the ratio, form by form in turn; the first form of each, which loads the fonts, is not counted."""
    writers = {"pdf": pdf.write, "weasyprint": with_weasyprint()}
    spent = dict.fromkeys(writers, 0.0)
    for number in range(FORMS + 1):
        layout = form(number)
        for name, write in writers.items():
            start = time.process_time()
            write(layout)
            spent[name] += (time.process_time() - start) * 1000 / FORMS if number else 0
    ratio = spent["weasyprint"] / spent["pdf"]
    return {"ms_pdf": round(spent["pdf"], 2), "ms_weasyprint": round(spent["weasyprint"], 2), "ratio_weasyprint": round(ratio, 1)}


def form(number: int) -> Layout:
    """A project form of three grids and about 150 cells, its words and figures different from form to form."""
    head = Grid(
        (12, 24, 12, 24),
        (
            *(
                Cell(0, column, text, "label" if column % 2 == 0 else "short")
                for column, text in enumerate(("项目名称", f"专项{number}", "主管部门", "某某局"))
            ),
            *(
                Cell(1, column, text, "label" if column % 2 == 0 else "short")
                for column, text in enumerate(("评价年度", "2023", "实施单位", f"第{number}中心"))
            ),
            Cell(2, 0, "年度总体目标", "label"),
            Cell(2, 1, f"一、建成{number + 3}个示范点，惠及{number * 7 + 1200}人；二、按期完成验收并投入使用。" * 3, "text", column_span=3),
        ),
        3,
    )
    names = ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    money = [Cell(0, column, text, "label") for column, text in enumerate(names)]
    for row, name in enumerate(("年度资金总额", "当年财政拨款", "其他资金"), start=1):
        amounts = [f"{number * 13.5 + row * 101.25 + column:.2f}" for column in range(3)]
        money += [Cell(row, column, text, "figure" if column else "label") for column, text in enumerate((name, *amounts, "10", "98.20%", "9.82"))]
    rated = [Cell(0, column, text, "label") for column, text in enumerate(HEADS)]
    for row in range(1, ROWS + 1):
        if row % 4 == 1:
            rated.append(Cell(row, 0, "产出指标" if row < ROWS / 2 else "效益指标", row_span=4))
        reason = "" if row % 3 else f"受第{row}季度外部环境影响，部分活动推迟到次年举办，将加快进度。"
        texts = ("数量指标", f"第{number * ROWS + row}项：服务企业数量", "5", f"≥{number + row}家", f"{number + row + 1}家", "4.86")
        rated += [Cell(row, column, text, "figure" if column in {3, 6} else "short") for column, text in enumerate(texts, start=1)]
        rated.append(Cell(row, 7, reason, "text"))
    rated += [Cell(ROWS + 1, 0, "总分", "label", column_span=6), Cell(ROWS + 1, 6, "99.82", "figure"), Cell(ROWS + 1, 7)]
    items: tuple[Item, ...] = (
        Paragraph("项目支出绩效自评表", "title"),
        Paragraph("（2023年度）", "subtitle"),
        head,
        Grid((16, 10, 10, 10, 6, 8, 6), tuple(money), 4, joined=True),
        Grid((8, 10, 20, 6, 12, 12, 6, 24), tuple(rated), ROWS + 2, head_rows=1),
        Paragraph("注：各项指标的分值由单位自行确定。", "note"),
    )
    return Layout(f"项目支出绩效自评表 {number}", (Section("自评表", items),))


def with_weasyprint() -> Callable[[Layout], bytes]:
    """A writer of the same tables as HTML, its fonts loaded once."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - only where it is measured
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - as above

    spec = find_spec("pylopdf_fonts_zh_cn")
    place = Path(spec.origin).parent if spec and spec.origin else Path()
    fonts = FontConfiguration()
    faces = "".join(f"@font-face {{ font-family: {name}; src: url({(place / file).as_uri()}) }}" for name, file in FACES.items())
    sheet = CSS(string=faces + STYLE, font_config=fonts)

    def write(layout: Layout) -> bytes:
        out = io.BytesIO()
        HTML(string=as_html(layout)).write_pdf(out, stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-2b", pdf_tags=True)
        return out.getvalue()

    return write


def as_html(layout: Layout) -> str:
    parts = [f"<html lang=zh><title>{html.escape(layout.title)}</title><body>"]
    for item in layout.sections[0].items:
        if isinstance(item, Grid):
            parts.append(table(item))
        elif isinstance(item, Paragraph):
            name = "h1" if item.role == "title" else "p"
            parts.append(f"<{name}>{html.escape(item.text)}</{name}>")
    return "".join(parts)


def table(grid: Grid) -> str:
    whole = sum(grid.widths)
    parts = ["<table>", *(f'<col style="width:{width / whole:.4%}">' for width in grid.widths)]
    for row in range(grid.rows):
        if row == 0 and grid.head_rows:
            parts.append("<thead>")
        parts.append("<tr>")
        for cell in (cell for cell in grid.cells if cell.row == row):
            name = "th" if cell.role == "label" else "td"
            spans = f" rowspan={cell.row_span} colspan={cell.column_span} class={cell.role}"
            parts.append(f"<{name}{spans}>{html.escape(cell.text)}</{name}>")
        parts.append("</tr>")
        if row + 1 == grid.head_rows:
            parts.append("</thead>")
    return "".join([*parts, "</table>"])


if __name__ == "__main__":
    print(json.dumps(bench_pdf()))
