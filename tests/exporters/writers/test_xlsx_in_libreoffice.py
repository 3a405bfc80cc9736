"""Another program opens the workbook, works out its formulas anew and prints it: nothing is clipped, lost or run."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pypdfium2  # type: ignore[import-untyped]
import pytest

from exporters.writers.layout_strategies import HOSTILE, RARE
from jiheng.exporters.layout.model import Bars, Cell, Code, Grid, Layout, Paragraph, Section
from jiheng.exporters.writers.xlsx import write

ALWAYS_RECALCULATES = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
SENTENCES = [f"第{number:04d}句，建成𠮷祥示范点{number}个。" for number in range(290)]
WRONG = Decimal(777)


def score(row: int, column: int, number: Decimal, pointer: str, **more: str) -> Cell:
    return Cell(row, column, f"{number:.2f}", "figure", number=number, number_format="0.00", pointer=pointer, formula=more.get("formula"))


def long_goal() -> Layout:
    text = "".join(SENTENCES)
    assert len(text) >= 5000
    cells = (
        *(Cell(0, 0, "年度总体目标", "label", row_span=2), Cell(0, 1, "预期目标", "label"), Cell(0, 2, "实际完成情况", "label")),
        *(Cell(1, 1, text, "text"), Cell(1, 2, "全部完成。", "text")),
    )
    return Layout("长", (Section("长", (Paragraph("自评表", "title"), Grid((1, 4, 2), cells, 2))),))


def two_hundred() -> Layout:
    heads = ("一级指标", "三级指标", "实际完成值", "得分", "偏差原因")
    cells = [Cell(0, column, word, "label") for column, word in enumerate(heads)]
    cells.append(Cell(1, 0, "产出指标", row_span=200))
    for row in range(1, 201):
        share = Decimal(row).scaleb(-2)
        cells += [Cell(row, 1, f"指标〔{row}〕"), Cell(row, 2, f"≥{share:.2f}", number=share, number_format='"≥"0.00')]
        cells += [score(row, 3, share, f"/s/{row}"), Cell(row, 4, "受天气影响工期顺延。" * (row % 4), "text")]
    cells += [Cell(201, 0, "总分", "label", column_span=3), score(201, 3, Decimal("201.00"), "/t", formula="SUM({/s/1}:{/s/200})"), Cell(201, 4)]
    grid = Grid((2, 6, 3, 2, 5), tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))), 202, head_rows=1)
    return Layout("二百行", (Section("二百行", (Paragraph("自评表", "title"), grid), "landscape"),))


def every_text() -> Layout:
    """Texts of all kinds in cells of all widths, each between two marks: what is clipped loses its marks."""
    texts = [*HOSTILE, *RARE, "受天气影响，工期顺延；" * 9, "Research and development of e-government services " * 3, "0123456789" * 12, "甲\n乙\n丙"]
    grids = []
    for number, text in enumerate(texts):
        marked = [f"{number * 4 + column:03d}始{text}{number * 4 + column:03d}终" for column in range(4)]
        roles = ("label", "short", "text", "figure")
        grids.append(Grid((2, 3, 6, 9), tuple(Cell(0, c, marked[c], roles[c]) for c in range(4)), 1, joined=number > 0))  # type: ignore[arg-type]
    bars = Bars("得分率", ("自评",), (("产出", (Decimal("98.5"),)),), Decimal(100), "%")
    return Layout(
        "各种", (Section("各种", (Paragraph("〔题〕", "title"), Paragraph("〔左〕", "line", "〔右〕"), *grids, bars, Code("𠮷", "〔码〕"))),)
    )


def sums() -> Layout:
    """Sums whose stored results are wrong on purpose: a program that works them out gets the right ones."""
    sections = []
    for number in range(4):
        values = [Decimal(7 * row + number).scaleb(-2) for row in range(1, 9)]
        cells = [score(row, 0, value, f"/{number}/{row}") for row, value in enumerate(values)]
        total = score(8, 0, sum(values, Decimal(0)), f"/{number}/t", formula=f"SUM({{/{number}/0}}:{{/{number}/7}})")
        rate = score(9, 0, Decimal(1), f"/{number}/r", formula=f"ROUND({{/{number}/0}}/{{/{number}/7}},4)")
        wrong = [replace(cell, number=WRONG, column_span=2) for cell in (total, rate)]
        wide = [replace(cell, column_span=2) for cell in cells]
        sections.append(Section(f"表{number}", (Grid((1, 1), (*wide, *wrong), 10), Grid((1, 2), (Cell(0, 0, "甲"), Cell(0, 1, "乙")), 1))))
    return Layout("和", tuple(sections))


LAYOUTS = {"长": long_goal, "行": two_hundred, "各": every_text, "和": sums}


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each workbook printed to PDF and saved again by LibreOffice."""
    folder = tmp_path_factory.mktemp("xlsx")
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATES, encoding="utf-8")
    for name, make in LAYOUTS.items():
        (folder / f"{name}.xlsx").write_bytes(write(make()))
    for kind in ("pdf", "xlsx:Calc MS Excel 2007 XML"):
        command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", kind]
        files = [str(folder / f"{name}.xlsx") for name in LAYOUTS]
        subprocess.run([*command, "--outdir", str(folder / kind[:4].strip(":")), *files], check=True, capture_output=True, timeout=300)  # noqa: S603
    return folder


def pages(folder: Path, name: str) -> list[str]:
    """The text of each printed page, without blanks."""
    document = pypdfium2.PdfDocument(folder / "pdf" / f"{name}.pdf")
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return texts


def test_five_thousand_characters_are_printed_whole(converted: Path) -> None:
    printed = "".join(pages(converted, "长"))
    assert [sentence for sentence in (text[:6] for text in SENTENCES) if sentence not in printed] == []
    assert "全部完成。" in printed


def test_heads_stand_on_every_page_and_no_row_is_lost(converted: Path) -> None:
    printed = pages(converted, "行")
    assert len(printed) > 3
    assert [number for number, text in enumerate(printed, start=1) if "三级指标" not in text] == []
    whole = "".join(printed)
    assert [row for row in range(1, 201) if f"指标〔{row}〕" not in whole] == []
    assert "201.00" in whole
    assert re.search(f"第1页，共{len(printed)}页", printed[0])


def test_no_text_is_clipped_and_no_number_is_hidden(converted: Path) -> None:
    printed = "".join(pages(converted, "各"))
    marks = [f"{number:03d}{end}" for number in range(4 * (len(HOSTILE) + len(RARE) + 4)) for end in "始终"]
    assert [mark for mark in [*marks, "〔题〕", "〔左〕", "〔右〕", "〔码〕"] if mark not in printed] == []
    assert '=HYPERLINK("http://example.invalid")' in printed
    assert all("###" not in text for name in LAYOUTS for text in pages(converted, name))


def test_a_program_that_recalculates_gets_our_totals(converted: Path) -> None:
    again = openpyxl.load_workbook(io.BytesIO((converted / "xlsx" / "和.xlsx").read_bytes()), data_only=True)
    for number, sheet in enumerate(again):
        values = [Decimal(7 * row + number).scaleb(-2) for row in range(1, 9)]
        assert round(Decimal(repr(sheet["A9"].value)), 10) == sum(values)
        assert round(Decimal(repr(sheet["A10"].value)), 10) == round(values[0] / values[7], 4)
    total = openpyxl.load_workbook(io.BytesIO((converted / "xlsx" / "行.xlsx").read_bytes()), data_only=True).active
    assert round(Decimal(repr(total["D203"].value)), 10) == Decimal("201.00")
