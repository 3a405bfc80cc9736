"""Bytes to Documents: encodings, limits, what cannot be read; never anything but an UnreadableFileError."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng import importers
from jiheng.domain.document import Document, Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.reading import MAX_BYTES
from jiheng.rulebook import load_rulebook

FORM = "项目名称\t道路养护\t评价年度\t2023\n三级指标\t年度指标值\t实际完成值\t分值\t得分\n养护里程\t≥50公里\t52公里\t100\t100\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_encoding_of_the_field_reads_the_same(encoding: str) -> None:
    document = importers.read(FORM.encode(encoding), "表.txt")
    (draft,) = importers.recognise(document, load_rulebook().labels)
    evaluation = importers.parse(draft).evaluation
    assert evaluation.project_name == "道路养护"
    assert [row.name for row in evaluation.indicators] == ["养护里程"]


@pytest.mark.parametrize(
    ("source", "code", "fragment"),
    [
        (b"", "file.empty", "是空的"),
        (b" \r\n\t", "file.empty", "请核对是否选错了文件"),
        ("\u3000\u3000\n".encode(), "file.empty", "只有空白"),
        (b"PK\x03\x04rest", "file.binary", "不是认得的格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "file.binary", "不是认得的格式"),
        (b"%PDF-1.7", "file.damaged", "PDF"),
        (b"\x00\x01\x02\x03binary", "file.binary", "二进制"),
        (b"\xff\xfe\x00", "file.damaged", "utf-16"),
        (b"\xff\xff\xff\x81", "file.damaged", "GB18030"),
        (b"a" * (MAX_BYTES + 1), "file.too-large", "上限"),
        (b"a\t" * 200_001, "file.limit", "单元格"),
    ],
    ids=["empty", "blank", "full-width blank", "zip", "ole", "pdf", "nul", "cut utf-16", "no encoding", "large", "many cells"],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(source: bytes, code: str, fragment: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        importers.read(source, "表.txt")
    assert caught.value.code == code
    assert fragment in str(caught.value)


def test_a_text_table_is_anchored_to_line_and_column() -> None:
    title, table = importers.read("自评表\n甲\t乙\n丙\t<p>丁</p>\n".encode(), "表.txt").blocks
    assert isinstance(title, Paragraph)
    assert isinstance(table, Table)
    last = table.cells[-1]
    assert (last.text, last.source_text, last.anchor.line, last.anchor.cell) == ("丁", "<p>丁</p>", 3, "c2")


def test_merged_cells_of_a_web_page_stand_once_with_their_spans() -> None:
    page = "<table><tr><td rowspan=2>甲</td><td colspan='2'>乙</td></tr><tr><td>丙<br>丁</td><td><script>x</script>戊</td></tr></table>"
    (table,) = importers.read(page.encode(), "表.html").blocks
    assert isinstance(table, Table)
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells] == [
        (0, 0, 2, 1, "甲"),
        (0, 1, 1, 2, "乙"),
        (1, 1, 1, 1, "丙 丁"),
        (1, 2, 1, 1, "戊"),
    ]


def test_an_entity_bomb_stays_small() -> None:
    entities = '<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    bomb = f"<!DOCTYPE html [{entities}]><html><body><table><tr><td>&b;</td></tr></table></body></html>"
    (draft,) = importers.recognise(importers.read(bomb.encode(), "炸.html"), load_rulebook().labels)
    assert importers.parse(draft).evaluation.indicators == ()


@given(st.binary(max_size=400))
def test_any_bytes_read_or_say_why(source: bytes) -> None:
    try:
        document = importers.read(source, "任意")
    except UnreadableFileError as refused:
        message = str(refused)
    else:
        message = "。"
        _parse_all(document)
    assert message.endswith("。")


def _parse_all(document: Document) -> None:
    for draft in importers.recognise(document, load_rulebook().labels):
        importers.parse(draft)


LABELS = (
    *("项目名称", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "名称", "权重(%)", "合计", "年度资金总额"),
    *("全年预算数", "全年执行数", "执行率", "预期目标", "实际完成情况", "产出指标(50分)", "数量指标", "年度总体目标", "二、存在的问题：无"),
    *("≥90%", "100", "4.5", "/", "指标2：", "<p>文</p>", ""),
)


@given(st.lists(st.lists(st.sampled_from(LABELS), min_size=1, max_size=9), max_size=12), st.sampled_from(["\t", "|", "\n"]))
def test_any_arrangement_of_labels_parses(rows: list[list[str]], separator: str) -> None:
    text = "自评表\n" + "\n".join(separator.join(row) for row in rows) + "\n表尾"
    for draft in importers.recognise(importers.read(text.encode(), "表.txt"), load_rulebook().labels):
        importers.parse(draft)
