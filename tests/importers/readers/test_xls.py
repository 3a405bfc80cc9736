"""Old workbooks (xls, et): the same cells as from xlsx, and what is refused."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
import xlwt  # type: ignore[import-untyped]

from jiheng.domain.document import Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import Reading
from jiheng.importers.readers import xls, xlsx

DOCS = Path(__file__).resolve().parents[4] / "shared" / "forms" / "docs"
FORM = [
    ("执行率", "General", "执行率"),
    (0.95, "0%", "95%"),
    (0.9967, "0.00%", "99.67%"),
    (1234.5, "#,##0.00", "1,234.50"),
    (1234.5, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1,234.50"),
    (0.1 + 0.2, "General", "0.3"),
    (4.8600000000000003, "General", "4.86"),
    (20, "General", "20"),
    (20, "0.00_ ", "20.00"),
    (1e15, "General", "1000000000000000"),
    (dt.date(2024, 3, 15), 'yyyy"年"m"月"d"日"', "2024年3月15日"),
    (dt.date(2024, 3, 15), "yyyy-mm-dd", "2024-03-15"),
    (True, "General", "TRUE"),
    ("  指标\n名称　甲 ", "@", "指标 名称 甲"),
    ("优", '@"秀"', "优秀"),
]


def workbook() -> tuple[xlwt.Workbook, xlwt.Worksheet]:
    book = xlwt.Workbook(encoding="utf-8")
    return book, book.add_sheet("自评表")


def saved(book: xlwt.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def form() -> bytes:
    book, sheet = workbook()
    for row, (value, code, _) in enumerate(FORM):
        sheet.write(row, 1, value, xlwt.easyxf(num_format_str=code))
    return saved(book)


def tables(reading: Reading) -> list[Table]:
    return [block for block in reading.blocks if isinstance(block, Table)]


def refusal(source: bytes) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        xls.read(source)
    assert str(caught.value).endswith("。")
    return caught.value.code


def test_cells_show_what_excel_shows() -> None:
    (table,) = tables(xls.read(form()))
    assert [cell.text for cell in table.cells] == [text for _, _, text in FORM]
    assert (table.row_count, table.column_count) == (len(FORM), 2)
    rate = table.cells[1]
    assert (rate.row, rate.column, rate.number_format, rate.source_text) == (1, 1, "0%", "0.95")
    assert rate.anchor == (None, "自评表", "B2", None, None, "95%")


def test_merges_stand_once_with_their_empty_boxes() -> None:
    book, sheet = workbook()
    sheet.write_merge(0, 0, 0, 3, "标题")
    sheet.write(1, 0, "原因")
    sheet.write_merge(1, 2, 1, 3, "")
    sheet.write(500, 30, "", xlwt.easyxf("borders: left thin"))
    (table,) = tables(xls.read(saved(book)))
    assert [(c.anchor.cell, c.text, c.row_span, c.column_span) for c in table.cells] == [("A1", "标题", 1, 4), ("A2", "原因", 1, 1), ("B2", "", 2, 3)]
    assert (table.row_count, table.column_count) == (3, 4)


def test_hidden_sheets_come_last() -> None:
    book, sheet = workbook()
    sheet.write(0, 0, "隐藏的表")
    sheet.visibility = 1
    shown = book.add_sheet("二")
    shown.write(0, 0, "甲")
    shown.row(0).hidden = True
    book.add_sheet("空表")
    book.active_sheet = 1
    assert [table.cells[0].text for table in tables(xls.read(saved(book)))] == ["甲", "隐藏的表"]


def test_the_calendar_of_1904() -> None:
    book, sheet = workbook()
    book.dates_1904 = True
    sheet.write(0, 0, 43904, xlwt.easyxf(num_format_str="yyyy/m/d"))
    assert tables(xls.read(saved(book)))[0].cells[0].text == "2024/3/15"


def test_macros_are_told_and_never_run() -> None:
    (notice,) = xls.read(form() + "_VBA_PROJECT_CUR".encode("utf-16-le")).notices
    assert notice.code == "file.macro"
    assert xls.read(form()).notices == ()


def test_a_workbook_with_a_password_is_protected() -> None:
    interface = b"\xe1\x00\x02\x00"
    assert form().count(interface) == 1
    assert refusal(form().replace(interface, b"\x2f\x00\x02\x00")) == "file.protected"
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")) == "file.protected"


def test_a_workbook_without_content_is_empty() -> None:
    assert refusal(saved(workbook()[0])) == "file.empty"


def test_the_limit_of_cells_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls, "MAX_CELLS", 3)
    assert refusal(form()) == "file.limit"


@pytest.mark.parametrize("source", [b"<html><table><tr><td>1</td></tr></table></html>" * 20, "指标\t分值\n".encode("gb18030") * 100])
def test_other_files_under_this_name_are_no_tables(source: bytes) -> None:
    assert refusal(source) == "file.binary"


@pytest.mark.parametrize("keep", [9, 100, 512, 600, 1024, 2000, 3000, 4000])
def test_a_truncated_workbook_is_damage(keep: int) -> None:
    assert refusal(form()[:keep]) == "file.damaged"


def test_a_changed_byte_never_ends_in_a_traceback() -> None:
    source = form()
    for place in range(0, len(source), 37):
        changed = bytearray(source)
        changed[place] ^= 0xA5
        try:
            assert xls.read(bytes(changed)).blocks
        except UnreadableFileError as error:
            assert error.code in {"file.damaged", "file.empty", "file.protected", "file.limit", "file.binary"}  # noqa: PT017


@pytest.mark.skipif(not DOCS.is_dir(), reason="the sample forms are not here")
def test_the_sample_form_reads_as_its_xlsx_edition() -> None:
    old, new = (tables(reader.read((DOCS / f"001.{kind}").read_bytes())) for reader, kind in ((xls, "xls"), (xlsx, "xlsx")))
    assert [(c.row, c.column, c.text, c.row_span, c.column_span) for c in old[0].cells if c.text] == [
        (c.row, c.column, c.text, c.row_span, c.column_span) for c in new[0].cells if c.text
    ]
