"""Ledgers in Word files and PDF: the same records as from a sheet."""

from __future__ import annotations

import io
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from docx import Document

from jiheng.evidence.sources import TableFile
from recorded import counted, exclusions, facts, read, said, table

LINES = ("月份,港口,收费（万元）", "2023年1月,东湾港,1.5", '2023年2月,东湾港,"1,200"', "2023年2月,西岬港,约3", "合计,,1201.5")


CELLS = [
    ["月份", "港口", "收费（万元）"],
    ["2023年1月", "东湾港", "1.5"],
    ["2023年2月", "东湾港", "1,200"],
    ["2023年2月", "西岬港", "约3"],
    ["合计", "", "1201.5"],
]


def _docx() -> TableFile:
    made = Document()
    made.add_paragraph("云汀市2023年靠泊台账")
    grid = made.add_table(rows=len(CELLS), cols=3)
    for index, row in enumerate(CELLS):
        for place, text in enumerate(row):
            grid.cell(index, place).text = text
    made.add_paragraph("注：数据截至12月31日。")
    out = io.BytesIO()
    made.save(out)
    return TableFile("靠泊.docx", out.getvalue())


def test_a_word_table_gives_the_records_of_a_sheet() -> None:
    records = read(_docx())
    assert facts(records) == facts(read(table(*LINES)))
    assert exclusions(records) == [None, None, "not-a-number", "subtotal"]
    assert counted(records) == 12_015_000
    assert [record.row for record in records.records] == [2, 3, 4, 5]
    assert records.origins[0].columns == {"month": "c1", "port": "c2", "amount": "c3"}
    assert said(records) == ""


def test_other_tables_of_a_document_are_passed_over() -> None:
    made = Document(io.BytesIO(_docx().content))
    other = made.add_table(rows=2, cols=2)
    for place, text in enumerate(("姓名", "职务")):
        other.cell(0, place).text = text
    out = io.BytesIO()
    made.save(out)
    records = read(TableFile("靠泊.docx", out.getvalue()))
    assert counted(records) == 12_015_000
    assert records.origins[0].sheet == "表1"
    assert said(records) == ""


def _pdf(cells: list[list[str]], *, height: str = "auto") -> TableFile:
    """A page, or several where it is too low for the table; the heading stands on the first."""
    inner = ",".join(f"[{text}]" for row in cells for text in row)
    page = f'#set page(width: 400pt, height: {height}, margin: 20pt)\n#set text(font: "Noto Sans SC", size: 10pt)\n2023年靠泊台账\n'
    source = f"{page}#table(columns: (120pt, 100pt, 120pt), {inner})\n"
    fonts = Path(str(pylopdf_fonts_zh_cn.__file__)).parent
    return TableFile("靠泊.pdf", typst.compile(source.encode(), font_paths=typst.Fonts(font_paths=[fonts])))


def test_a_pdf_table_gives_the_records_of_a_sheet() -> None:
    records = read(_pdf(CELLS))
    assert facts(records) == facts(read(table(*LINES)))
    assert records.unread == ()


def test_a_pdf_table_over_pages_goes_on() -> None:
    rows = [[f"2023年{number}月", "东湾港", str(number)] for number in range(1, 13)]
    records = read(_pdf([["月份", "港口", "收费"], *rows], height="160pt"))
    assert counted(records) == 78
    assert len(records.origins) > 1
    assert "按接续前一张表读取" in said(records)
