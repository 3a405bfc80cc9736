"""Excel workbooks: what the cells show, where they stand, and what is refused."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from jiheng.domain.document import Cell, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.numberformat import general
from jiheng.importers.port import Reading
from jiheng.importers.readers import xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = '<sheet name="自评表" sheetId="1" r:id="r0"/>'
DOCS = Path(__file__).resolve().parents[4] / "shared" / "forms" / "docs"


def relations(more: str, *listed: str) -> str:
    links = "".join('<Relationship Id="r{}" Type="{}/{}" Target="{}"/>'.format(n, RELATED, *link.split()) for n, link in enumerate(listed))
    return f'<Relationships xmlns="{PACKAGE}">{links}{more}</Relationships>'


def package(body: str, *, strings: str = "", styles: str = "", book: str = "", namespace: str = MAIN, **more: str) -> bytes:
    """A workbook of one sheet written by hand; ``body`` is what stands inside ``worksheet``."""
    parts = {
        "_rels/.rels": relations("", "officeDocument xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": relations(
            f'<Relationship Id="r9" Type="{RELATED}/externalLink" Target="file:///nowhere.xlsx" TargetMode="External"/>',
            "worksheet worksheets/sheet1.xml",
            "sharedStrings /xl/sharedStrings.xml",
            "styles styles.xml",
        ),
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{RELATED}">{book}<sheets>{SHEET}</sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{namespace}">{body}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{namespace}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{namespace}">{styles}</styleSheet>',
    }
    parts.update({name.replace("__", "/"): content for name, content in more.items()})
    return zipped(parts)


def zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if content != "absent":
                archive.writestr(name, content)
    return out.getvalue()


def rows(*lines: str) -> str:
    return f"<sheetData>{''.join(lines)}</sheetData>"


def only_table(reading: Reading) -> Table:
    (table,) = reading.blocks
    assert isinstance(table, Table)
    return table


def cells(source: bytes) -> dict[str, Cell]:
    return {str(cell.anchor.cell): cell for cell in only_table(xlsx.read(source)).cells}


def shown(cell: str, **more: str) -> str:
    """What the one cell of a hand-written sheet shows."""
    return cells(package(rows(f'<row r="1">{cell}</row>'), **more))["A1"].text


def refusal(source: bytes) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as caught:
        xlsx.read(source)
    assert str(caught.value).endswith("。")
    return caught.value


def formats(*codes: str) -> str:
    listed = "".join(f'<numFmt numFmtId="{index + 164}" formatCode="{code}"/>' for index, code in enumerate(codes))
    styles = "".join(f'<xf numFmtId="{index + 164}"/>' for index in range(len(codes)))
    return f'<numFmts>{listed}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs>'


def test_cells_show_what_excel_shows() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("项目支出")
    values = [
        ("执行率", None, "执行率"), (0.95, "0%", "95%"), (0.95, "0.00%", "95.00%"), (1234.5, "#,##0.00", "1,234.50"), (0.1 + 0.2, None, "0.3"),
        (20, None, "20"), (12.0, None, "12"), (dt.date(2024, 3, 15), 'yyyy"年"m"月"d"日"', "2024年3月15日"), (True, None, "TRUE"),
        (dt.date(2024, 3, 15), "yyyy-mm-dd", "2024-03-15"), (1234567.891, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1,234,567.89"),
        ("  指标\n名称　甲 ", None, "指标 名称 甲"),
    ]  # fmt: skip
    for row, (value, code, _) in enumerate(values):
        sheet.write(row, 1, value, book.add_format({"num_format": code}) if code else None)
    book.close()
    table = only_table(xlsx.read(out.getvalue()))
    assert [cell.text for cell in table.cells] == [text for _, _, text in values]
    assert (table.row_count, table.column_count) == (len(values), 2)
    rate = table.cells[1]
    assert (rate.row, rate.column, rate.number_format, rate.source_text) == (1, 1, "0%", "0.95")
    assert rate.anchor == (None, "项目支出", "B2", None, None, "95%")
    assert table.cells[-1].source_text == "  指标\n名称　甲 "


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1"><v>4.8600000000000003</v></c>', "4.86"),
        ('<c r="A1"><v>0.10000000000000001</v></c>', "0.1"),
        ('<c r="A1"><v>1E-3</v></c>', "0.001"),
        ('<c r="A1"><v>4.40101199001011E+17</v></c>', "440101199001011000"),
        ('<c r="A1" t="n"><v>100</v></c>', "100"),
        ('<c r="A1" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="A1" t="str"><f>A2&amp;"x"</f><v>优</v></c>', "优"),
        ('<c r="A1" t="d"><v>2024-03-15T00:00:00</v></c>', "2024-03-15"),
        ('<c r="A1" t="d"><v>2024-03-15T08:30:00</v></c>', "2024-03-15 08:30:00"),
        ('<c r="A1" t="inlineStr"><is><t>内联</t></is></c>', "内联"),
        ('<c r="A1" t="inlineStr"><is><r><t>富</t></r><r><rPr><b/></rPr><t>文本</t></r><rPh sb="0" eb="1"><t>FU</t></rPh></is></c>', "富文本"),
        ('<c r="A1" t="inlineStr"><is><t>上_x000D_\n下_x005F_x</t></is></c>', "上 下_x"),
        ('<c r="A1"><v>不是数</v></c>', "不是数"),
        ('<c r="A1" s="99"><v>5</v></c>', "5"),
        ("<c><v>5</v></c>", "5"),
    ],
)
def test_stored_values_by_kind(cell: str, text: str) -> None:
    assert shown(cell) == text


def test_shared_strings_join_their_runs_and_drop_phonetic_readings() -> None:
    strings = "<si><t>甲</t></si><si><r><t>数量</t></r><r><t>指标</t></r><rPh sb='0' eb='2'><t>shu</t></rPh><phoneticPr fontId='1'/></si>"
    assert shown('<c r="A1" t="s"><v>1</v></c>', strings=strings) == "数量指标"


@pytest.mark.parametrize("index", ["2", "-1", "x", "99999999999"])
def test_a_string_that_is_not_there_is_damage(index: str) -> None:
    assert refusal(package(rows(f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>'), strings="<si><t>甲</t></si>")).code == "file.damaged"


def test_formats_of_text_dates_and_hidden_values() -> None:
    styles = formats("@&quot;级&quot;", "yyyy/m/d", ";;;", "0;-0;;@")
    line = '<c r="A1" t="str" s="1"><v>优</v></c><c r="B1" s="2"><v>45366</v></c>'
    line += '<c r="C1" s="3"><v>7</v></c><c r="D1" s="4"><v>0</v></c><c r="E1"><v>1</v></c>'
    found = cells(package(rows(f'<row r="1">{line}</row>'), styles=styles))
    assert [(at, cell.text, cell.source_text) for at, cell in found.items()] == [
        ("A1", "优级", "优"), ("B1", "2024/3/15", "45366"), ("C1", "", "7"), ("D1", "", "0"), ("E1", "1", "1"),
    ]  # fmt: skip


def test_built_in_formats_and_the_calendar_of_1904() -> None:
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="31"/></cellXfs>'
    line = '<c r="A1" s="1"><v>0.9967</v></c><c r="B1" s="2"><v>43904</v></c>'
    found = cells(package(rows(f'<row r="1">{line}</row>'), styles=styles, book='<workbookPr date1904="1"/>'))
    assert [cell.text for cell in found.values()] == ["99.67%", "2024年3月15日"]


def test_a_sheet_that_hides_zeros_shows_none() -> None:
    views = '<sheetViews><sheetView showZeros="0"/></sheetViews>'
    found = cells(package(views + rows('<row r="1"><c r="A1"><v>0</v></c><c r="B1"><v>10</v></c></row>')))
    assert [(cell.text, cell.source_text) for cell in found.values()] == [("", "0"), ("10", "10")]


def test_formulas_are_kept_and_their_stored_value_is_read() -> None:
    lines = (
        '<row r="1"><c r="A1"><f>SUM(B1:B3)</f><v>12.5</v></c><c r="C1"><f t="shared" ref="C1:C3" si="0">A1/$B$1*"A1"</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f>NOW()</f></c><c r="C2"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    found = cells(package(rows(lines)))
    assert [(c.text, c.formula) for c in found.values()] == [("12.5", "=SUM(B1:B3)"), ("1", '=A1/$B$1*"A1"'), ("", "=NOW()"), ("2", '=A2/$B$1*"A1"')]


def test_merges_stand_once_and_cover_what_is_below() -> None:
    body = rows(
        '<row r="1"><c r="A1" t="str"><v>标题</v></c><c r="B1" t="str"><v>盖住的</v></c></row>',
        '<row r="2"><c r="A2" t="str"><v>原因</v></c><c r="B2" s="1"/></row>',
    )
    merges = '<mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="B2:D3"/><mergeCell ref="F9:G9"/><mergeCell ref="C1:D1"/></mergeCells>'
    table = only_table(xlsx.read(package(body + merges)))
    assert [(c.anchor.cell, c.text, c.row_span, c.column_span) for c in table.cells] == [("A1", "标题", 1, 4), ("A2", "原因", 1, 1), ("B2", "", 2, 3)]
    assert (table.row_count, table.column_count) == (3, 4)
    assert len(table.rows()) == 3


def test_merges_over_whole_rows_and_columns_do_not_stretch_the_table() -> None:
    body = rows('<row r="1"><c r="A1" t="str"><v>标题</v></c></row>', '<row r="2"><c r="A2" t="str"><v>甲</v></c><c r="C2"><v>3</v></c></row>')
    table = only_table(xlsx.read(package(f'{body}<mergeCells><mergeCell ref="A1:XFD1"/><mergeCell ref="C2:C1048576"/></mergeCells>')))
    assert (table.row_count, table.column_count) == (2, 3)
    assert [(c.row_span, c.column_span) for c in table.cells] == [(1, 3), (1, 1), (1, 1)]


def test_empty_rows_inside_stay_and_those_at_the_end_are_cut() -> None:
    lines = (
        '<row r="2"><c r="C2"><v>1</v></c></row>',
        '<row r="5"><c r="B5"><v>2</v></c><c r="H5" s="1"/></row>',
        '<row r="900"><c r="Z900" s="1"/></row>',
    )
    table = only_table(xlsx.read(package(rows(*lines))))
    assert [(c.row, c.column) for c in table.cells] == [(1, 2), (4, 1)]
    assert (table.row_count, table.column_count) == (5, 3)


def test_a_large_sheet_of_formatted_empty_rows_reads_like_a_small_one() -> None:
    filled = '<row r="1"><c r="A1"><v>1</v></c></row>'
    hollow = "".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/><c r="B{n}" s="1"></c></row>' for n in range(2, 12_000))
    last = '<row r="12000"><c r="A12000" s="1"/><c r="B12000"><v>2</v></c></row>'
    expected = [(0, 0, "1"), (11_999, 1, "2")]
    for lines, count in (((filled, hollow, last), 2), ((filled, hollow), 1)):
        table = only_table(xlsx.read(package(rows(*lines))))
        assert [(c.row, c.column, c.text) for c in table.cells] == expected[:count]


def test_cells_that_do_not_say_where_they_stand_count_on() -> None:
    hollow = "<row>" + "<c/>" * 150_000 + "</row>"
    table = only_table(xlsx.read(package(rows("<row><c/><c><v>1</v></c></row>", hollow, "<row><c><v>2</v></c></row>"))))
    assert [(c.anchor.cell, c.text) for c in table.cells] == [("B1", "1"), ("A3", "2")]


def test_hidden_sheets_come_last_and_hidden_rows_stay() -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "参考"
    first["A1"] = "隐藏的表"
    first.sheet_state = "hidden"
    form = book.create_sheet("自评表")
    form["A1"], form["A2"] = "甲", "乙"
    form.row_dimensions[1].hidden = True
    form.column_dimensions["A"].hidden = True
    book.create_sheet("空表")
    out = io.BytesIO()
    book.save(out)
    blocks = xlsx.read(out.getvalue()).blocks
    assert [[cell.text for cell in block.cells] for block in blocks if isinstance(block, Table)] == [["甲", "乙"], ["隐藏的表"]]


def test_strict_files_and_prefixed_names_are_read() -> None:
    assert shown('<c r="A1"><v>5</v></c>', namespace=STRICT) == "5"
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>6</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    assert cells(package("", xl__worksheets__sheet1_xml="", **{"xl/worksheets/sheet1.xml": sheet}))["A1"].text == "6"


def test_macros_are_told_and_never_run() -> None:
    (notice,) = xlsx.read(package(rows('<row r="1"><c r="A1"><v>5</v></c></row>'), **{"xl/vbaProject.bin": "x"})).notices
    assert notice.code == "file.macro"
    assert "宏" in notice.message


def test_a_workbook_without_content_is_empty() -> None:
    assert refusal(package(rows('<row r="1"><c r="A1" s="1"/></row>'))).code == "file.empty"
    assert "图片" in str(refusal(package(rows(), **{"xl/media/image1.png": "x"})))


def test_the_limit_of_cells_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_CELLS", 3)
    assert refusal(package(rows('<row r="1">' + "".join(f'<c r="{c}1"><v>1</v></c>' for c in "ABCD") + "</row>"))).code == "file.limit"
    monkeypatch.setattr(xlsx, "_LARGE", 0)
    assert refusal(package(rows('<row r="1">' + "".join(f'<c r="{c}1"><v>1</v></c>' for c in "ABCD") + "</row>"))).code == "file.limit"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"PK\x03\x04", "file.damaged"),
        (package(rows())[:-30], "file.damaged"),
        (package(rows(), **{"xl/worksheets/sheet1.xml": "absent"}), "file.damaged"),
        (package(rows(), **{"xl/_rels/workbook.xml.rels": "absent"}), "file.damaged"),
        (package(rows(), **{"xl/workbook.xml": "absent"}), "file.damaged"),
        (package("<sheetData><row"), "file.damaged"),
        (package(rows('<row r="0"><c><v>1</v></c></row>')), "file.damaged"),
        (package(rows('<row r="1"><c r="ZZZ1"><v>1</v></c></row>')), "file.damaged"),
        (package(rows(), **{"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'}), "file.limit"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "file.protected"),
        (package(rows(), **{"_rels/.rels": f'<R><R Id="r" Type="{RELATED}/officeDocument" Target="xl/workbook.bin"/></R>'}), "file.binary"),
    ],
)
def test_what_cannot_be_read_is_refused(source: bytes, code: str) -> None:
    assert refusal(source).code == code


@pytest.mark.skipif(not DOCS.is_dir(), reason="the sample forms are not here")
@pytest.mark.parametrize("name", ["000", "001", "004", "008", "009-010", "009", "026", "033"])
def test_sample_forms_agree_with_another_reader_on_every_cell(name: str) -> None:
    source = (DOCS / f"{name}.xlsx").read_bytes()
    mine = {(cell.anchor.sheet, cell.anchor.cell): cell for block in xlsx.read(source).blocks if isinstance(block, Table) for cell in block.cells}
    book = openpyxl.load_workbook(io.BytesIO(source), data_only=True)
    for sheet in book:
        for line in sheet.iter_rows():
            for other in line:
                if other.value is None or not str(other.value).strip():
                    continue
                cell = mine.pop((sheet.title, other.coordinate))
                assert cell.number_format == other.number_format
                if isinstance(other.value, str):
                    assert "".join(cell.text.split()) == "".join(other.value.split())
                elif not isinstance(other.value, dt.datetime):
                    assert general(Decimal(cell.source_text)) == general(Decimal(repr(other.value)))
    assert [cell.text for cell in mine.values() if cell.text] == []
