"""OpenDocument sheets: displayed text, spans, repeats, and what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from jiheng.domain.document import Cell, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.readers import ods

NS = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(f'xmlns:{name}="{NS}{full}:1.0"' for name, full in [("office", "office"), ("table", "table"), ("text", "text"), ("style", "style")])
SPACES += f' xmlns:draw="{NS}drawing:1.0"'


def document(*sheets: str, styles: str = "", **more: str) -> bytes:
    body = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    body += f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f"<office:document-content {SPACES}>{body}</office:document-content>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**parts, **more}.items():
            package.writestr(name, content)
    return out.getvalue()


def sheet(*rows: str, name: str = "自评表", style: str = "ta1") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def text(value: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{value}</text:p></table:table-cell>'


def number(shown: str, value: str, kind: str = "float") -> str:
    return f'<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>{shown}</text:p></table:table-cell>'


def table(*rows: str) -> Table:
    (block,) = ods.read(document(sheet(*rows))).blocks
    assert isinstance(block, Table)
    return block


def only(cell: str) -> Cell:
    (found,) = table(row(cell)).cells
    return found


def refusal(source: bytes) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        ods.read(source)
    assert str(caught.value).endswith("。")
    return caught.value.code


def test_displayed_text_is_read_and_the_value_kept() -> None:
    found = table(row(text("执行率"), number("95.00%", "0.95", "percentage")), row(number("1,234.50", "1234.5")))
    assert [(c.anchor.cell, c.text, c.source_text) for c in found.cells] == [
        ("A1", "执行率", "执行率"),
        ("B1", "95.00%", "0.95"),
        ("A2", "1,234.50", "1234.5"),
    ]
    assert found.cells[1].anchor == (None, "自评表", "B1", None, None, "95.00%")


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ("<text:p>上</text:p><text:p>下</text:p>", "上 下"),
        ("<text:p>甲<text:s text:c='3'/>乙<text:tab/>丙<text:line-break/>丁</text:p>", "甲 乙 丙 丁"),
        ("<text:p><text:span>数量</text:span>指标<text:a>链接</text:a></text:p>", "数量指标链接"),
        ("<office:annotation><text:p>批注</text:p></office:annotation><text:p>值</text:p>", "值"),
        ("<text:p><text:ruby><text:ruby-base>字</text:ruby-base><text:ruby-text>zi</text:ruby-text></text:ruby></text:p>", "字"),
        ("<draw:frame><text:p>图</text:p></draw:frame><text:p>值</text:p>", "值"),
    ],
)
def test_text_is_joined_from_its_pieces(inner: str, shown: str) -> None:
    assert only(f'<table:table-cell office:value-type="string">{inner}</table:table-cell>').text == shown


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ('office:value-type="float" office:value="0.30000000000000004"', "0.3"),
        ('office:value-type="percentage" office:value="0.95"', "95%"),
        ('office:value-type="boolean" office:boolean-value="true"', "TRUE"),
        ('office:value-type="date" office:date-value="2024-03-15"', "2024-03-15"),
        ('office:value-type="string" office:string-value="优"', "优"),
    ],
)
def test_values_without_text_are_written_out(attributes: str, shown: str) -> None:
    assert only(f"<table:table-cell {attributes}/>").text == shown


def test_spans_stand_once_and_covered_cells_are_absent() -> None:
    covered = '<table:covered-table-cell table:number-columns-repeated="3"><text:p>盖住</text:p></table:covered-table-cell>'
    box = '<table:table-cell table:number-columns-spanned="3" table:number-rows-spanned="2"/>'
    found = table(row(text("标题", 'table:number-columns-spanned="4"'), covered), row(text("原因"), box))
    assert [(c.anchor.cell, c.text, c.row_span, c.column_span) for c in found.cells] == [("A1", "标题", 1, 4), ("A2", "原因", 1, 1), ("B2", "", 2, 3)]
    assert (found.row_count, found.column_count) == (3, 4)


def test_repeats_are_written_out_where_there_is_text_and_skipped_where_not() -> None:
    gap = '<table:table-cell table:number-columns-repeated="16384"/>'
    three = text("甲", 'table:number-columns-repeated="3"')
    found = table(row(three, gap), row(gap, repeated=2), row(text("乙"), repeated=2), row(gap, repeated=1048571))
    assert [c.anchor.cell for c in found.cells] == ["A1", "B1", "C1", "A4", "A5"]
    assert (found.row_count, found.column_count) == (5, 3)


def test_rows_in_groups_and_headers_are_rows() -> None:
    found = table(
        f"<table:table-header-rows>{row(text('头'))}</table:table-header-rows><table:table-row-group>{row(text('体'))}</table:table-row-group>"
    )
    assert [(c.row, c.text) for c in found.cells] == [(0, "头"), (1, "体")]


def test_a_formula_is_kept_without_its_dialect() -> None:
    cell = only(
        '<table:table-cell table:formula="of:=SUM([.B1:.B3])" office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>'
    )
    assert (cell.text, cell.formula) == ("3", "=SUM([.B1:.B3])")


def test_hidden_sheets_come_last_and_macros_are_told() -> None:
    styles = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    source = document(
        sheet(row(text("隐")), name="参考", style="ta2"),
        sheet(row(text("显"))),
        sheet(name="空"),
        styles=styles,
        **{"Basic/Standard/Module1.xml": "x"},
    )
    reading = ods.read(source)
    assert [block.cells[0].text for block in reading.blocks if isinstance(block, Table)] == ["显", "隐"]
    assert [notice.code for notice in reading.notices] == ["file.macro"]
    assert ods.read(document(sheet(row(text("显"))), **{"Basic/script-lc.xml": "x"})).notices == ()


def test_repeats_cannot_exceed_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ods, "MAX_CELLS", 1000)
    assert refusal(document(sheet(row(text("甲", 'table:number-columns-repeated="16384"'), repeated=1048576)))) == "file.limit"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (document(sheet()), "file.empty"),
        (document(sheet(row(text("甲"))))[:-40], "file.damaged"),
        (document(sheet(row(text("甲"))), **{"META-INF/manifest.xml": "<m:encryption-data/>"}), "file.protected"),
        (document(**{"content.xml": "<a"}), "file.damaged"),
        (document(**{"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "file.limit"),
    ],
)
def test_what_cannot_be_read_is_refused(source: bytes, code: str) -> None:
    assert refusal(source) == code
