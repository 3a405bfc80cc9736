"""Separated values: which separator, where each value stands, and what is refused."""

from __future__ import annotations

import pytest

from jiheng.domain.document import Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.readers import csv


def table(content: str, encoding: str = "utf-8") -> Table:
    (block,) = csv.read(content.encode(encoding)).blocks
    assert isinstance(block, Table)
    return block


def texts(content: str) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table(content).rows()]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told_from_the_lines(separator: str) -> None:
    lines = [["项目支出绩效自评表"], ["指标", "分值", "得分"], ["数量", "10", "9.5"], ["质量", "10", "10"]]
    assert texts("\n".join(separator.join(line) for line in lines)) == lines


def test_a_comma_inside_values_does_not_win_over_tabs() -> None:
    assert texts("目标\t1,234,567.00\t10\n产出\t2,345.00\t9") == [["目标", "1,234,567.00", "10"], ["产出", "2,345.00", "9"]]


def test_quotes_hold_separators_quotes_and_line_breaks() -> None:
    found = table('指标,说明\n数量,"第一,\n第二""甲"""\n质量,好\n')
    assert [(c.row, c.column, c.text, c.anchor.line, c.anchor.cell) for c in found.cells] == [
        (0, 0, "指标", 1, "c1"),
        (0, 1, "说明", 1, "c2"),
        (1, 0, "数量", 2, "c1"),
        (1, 1, '第一, 第二"甲"', 2, "c2"),
        (2, 0, "质量", 4, "c1"),
        (2, 1, "好", 4, "c2"),
    ]
    assert found.cells[3].source_text == '第一,\n第二"甲"'


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    assert texts('指标,说明\n数量,"好\n质量,差\n') == [["指标", "说明"], ["数量", '"好'], ["质量", "差"]]


def test_a_quote_inside_a_value_is_a_character() -> None:
    assert texts('管径,5"\n长度,3\n') == [["管径", '5"'], ["长度", "3"]]


def test_empty_fields_and_lines_keep_their_place() -> None:
    found = table(",,甲\n\n,乙,,\n\n\n")
    assert [(c.row, c.column, c.text) for c in found.cells] == [(0, 2, "甲"), (2, 1, "乙")]
    assert (found.row_count, found.column_count) == (3, 3)


def test_values_forced_to_be_text_lose_the_force_only() -> None:
    (first, *_) = table('="0012",1\n="0013",2').cells
    assert (first.text, first.source_text) == ("0012", '="0012"')


def test_a_named_separator_is_believed() -> None:
    assert [(c.text, c.anchor.line) for c in table("sep=;\n甲,乙;丙\n").cells] == [("甲,乙", 2), ("丙", 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_excel_and_wps(encoding: str) -> None:
    assert [c.text for c in table("指标,分值\r\n数量,10\r\n", encoding).cells] == ["指标", "分值", "数量", "10"]


def test_a_single_column_is_a_table_too() -> None:
    assert texts("甲\n乙\n") == [["甲"], ["乙"]]


@pytest.mark.parametrize(
    ("source", "code"),
    [(b"", "file.empty"), (b" ,,\n,\n", "file.empty"), (b"a,\x00b", "file.binary"), (b'"' + b"x" * 140_000 + b'",1\n', "file.limit")],
)
def test_what_cannot_be_read_is_refused(source: bytes, code: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        csv.read(source)
    assert caught.value.code == code
    assert str(caught.value).endswith("。")


def test_the_limit_of_cells_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "MAX_CELLS", 3)
    with pytest.raises(UnreadableFileError) as caught:
        csv.read(b"1,2,3,4")
    assert caught.value.code == "file.limit"
