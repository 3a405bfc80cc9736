"""What a workbook hides is read like the rest, counted, and told."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlwt  # type: ignore[import-untyped]

from jiheng.evidence.sources import TableFile
from jiheng.importers.hidden import hidden
from recorded import book, counted, read, said, saved, table

ROWS: tuple[list[str | int], ...] = (["月份", "港口", "收费"], ["2023-01", "东湾港", 1], ["2023-02", "东湾港", 2], ["2023-03", "东湾港", 4])


def test_hidden_rows_columns_and_sheets_of_xlsx() -> None:
    made = book(*ROWS)
    sheet = made.active
    assert sheet is not None
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True
    more = made.create_sheet("底稿")
    for row in (["月份", "港口", "收费"], ["2023-04", "东湾港", 8]):
        more.append(row)
    more.sheet_state = "veryHidden"
    records = read(saved(made))
    assert counted(records) == 15
    told = said(records)
    assert "“台账”有隐藏的行：第 3～4 行（共 2 行）" in told
    assert "“台账”有隐藏的列：C" in told
    assert "“底稿”是隐藏的工作表，其中 1 行照常读取并计入" in told


def test_hidden_rows_columns_and_sheets_of_xls() -> None:
    made = xlwt.Workbook()
    sheet = made.add_sheet("台账")
    for row, values in enumerate(ROWS):
        for place, value in enumerate(values):
            sheet.write(row, place, value)
    sheet.row(2).hidden = True
    sheet.col(2).hidden = True
    more = made.add_sheet("底稿")
    later: tuple[list[str | int], ...] = (ROWS[0], ["2023-04", "东湾港", 8])
    for row, values in enumerate(later):
        for place, value in enumerate(values):
            more.write(row, place, value)
    more.visibility = 1
    out = io.BytesIO()
    made.save(out)
    records = read(TableFile("靠泊.xls", out.getvalue()))
    assert counted(records) == 15
    told = said(records)
    assert "有隐藏的行：第 3 行（共 1 行）" in told
    assert "有隐藏的列：C" in told
    assert "“底稿”是隐藏的工作表" in told


def _ods() -> bytes:
    def row(*cells: str, kind: str = "") -> str:
        return (
            f"<table:table-row{kind}>{''.join(f'<table:table-cell><text:p>{cell}</text:p></table:table-cell>' for cell in cells)}</table:table-row>"
        )

    space = "urn:oasis:names:tc:opendocument:xmlns"
    gone = ' table:visibility="filter"'
    rows = [row("月份", "港口", "收费"), row("2023-01", "东湾港", "1"), row("2023-02", "东湾港", "2", kind=gone)]
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"'
        f' xmlns:style="{space}:style:1.0"><office:automatic-styles><style:style style:name="h"><style:table-properties table:display="false"/>'
        f'</style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="台账" table:style-name="h">{columns}'
        f"{''.join(rows)}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
    return out.getvalue()


def test_hidden_rows_columns_and_sheets_of_ods() -> None:
    records = read(TableFile("靠泊.ods", _ods()))
    assert counted(records) == 3
    told = said(records)
    assert "是隐藏的工作表，其中 2 行照常读取并计入" in told
    assert "有隐藏的行：第 3 行（共 1 行）" in told
    assert "有隐藏的列：C" in told


def test_a_workbook_that_hides_nothing_says_nothing() -> None:
    assert said(read(saved(book(*ROWS)))) == ""


@pytest.mark.parametrize("form", ["csv", "html", "docx", "pdf"])
def test_other_formats_hide_nothing(form: str) -> None:
    assert hidden(table("月份").content, "靠泊", form) == ()


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_a_broken_workbook_says_that_it_cannot_be_told(form: str) -> None:
    notices = hidden(b"PK\x03\x04 broken", "靠泊", form)
    assert len(notices) == 1
    assert "看不出" in notices[0].message
