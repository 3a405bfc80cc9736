"""Word 97–2003 files in miniature: text from the piece table, tables from row properties, and what makes the reader give up."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from jiheng.domain.document import Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.readers import doc, docx, office
from wordfiles import Stretch, package, para, prl, word97

DOCS = Path(__file__).resolve().parents[4] / "shared" / "forms" / "docs"
IN_TABLE = prl(0x2416, b"\1")
ROW_END = IN_TABLE + prl(0x2417, b"\1")


def row(*lines: int, merges: tuple[int, ...] = (), more: bytes = b"") -> Stretch:
    """The end of a row with these lines; ``merges`` are the cells' flags (1 continues left, 0x60 starts and 0x20 continues downwards)."""
    count = len(lines) - 1
    flags = [*merges, *[0] * count][:count]
    told = bytes([count]) + struct.pack(f"<{count + 1}h", *lines) + b"".join(struct.pack("<H", flag) + bytes(18) for flag in flags)
    return Stretch("\x07", paragraph=ROW_END + prl(0xD608, struct.pack("<H", len(told) + 1) + told) + more)


def cells(*texts: str) -> Stretch:
    return Stretch("".join(f"{text}\x07" for text in texts), paragraph=IN_TABLE)


def texts(source: bytes) -> list[str]:
    reading = doc.read(source)
    assert reading is not None
    return [b.text if isinstance(b, Paragraph) else "|".join(c.text for c in b.cells) for b in reading.blocks]


def grid(source: bytes) -> list[tuple[int, int, int, int, str]]:
    reading = doc.read(source)
    assert reading is not None
    (found,) = (block for block in reading.blocks if isinstance(block, Table))
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in found.cells]


LAST = Stretch("注：\r")


def test_paragraphs_and_tables_stand_in_order_with_their_anchors() -> None:
    reading = doc.read(word97(Stretch("绩效自评表\r\r"), cells("项目名称", "道路\r二期"), row(0, 2000, 8000), LAST))
    assert reading is not None
    first, second, third = reading.blocks
    assert isinstance(first, Paragraph)
    assert isinstance(second, Table)
    assert isinstance(third, Paragraph)
    assert (first.text, first.anchor.line, third.text, third.anchor.line) == ("绩效自评表", 1, "注：", 2)
    assert [(c.text, c.anchor.cell) for c in second.cells] == [("项目名称", "表1R1C1"), ("道路 二期", "表1R1C2")]


def test_columns_follow_the_lines_and_merges_become_spans() -> None:
    source = word97(
        cells("题名"),
        row(-108, 8000),
        cells("资金", "预算", "10"),
        row(-100, 2000, 5000, 8000, merges=(0x60,)),
        cells("", "执行", "9"),
        row(-108, 2010, 5000, 8000, merges=(0x20,)),
        cells("合计", "", "19"),
        row(-108, 2000, 5000, 8000, merges=(0, 1)),
        LAST,
    )
    assert grid(source) == [
        (0, 0, 1, 3, "题名"),
        (1, 0, 2, 1, "资金"),
        (1, 1, 1, 1, "预算"),
        (1, 2, 1, 1, "10"),
        (2, 1, 1, 1, "执行"),
        (2, 2, 1, 1, "9"),
        (3, 0, 1, 2, "合计"),
        (3, 2, 1, 1, "19"),
    ]


def test_merges_told_after_the_row_count() -> None:
    down = [prl(0xD62B, bytes([2, 0, kind])) for kind in (3, 1)]
    across = prl(0x5624, bytes([1, 3]))
    rows = [cells("甲", "1", "2"), row(0, 2000, 4000, 6000, more=down[0]), cells("", "3", "4"), row(0, 2000, 4000, 6000, more=down[1] + across)]
    assert grid(word97(*rows, LAST)) == [(0, 0, 2, 1, "甲"), (0, 1, 1, 1, "1"), (0, 2, 1, 1, "2"), (1, 1, 1, 2, "3 4")]


def test_a_row_too_long_for_its_page_is_found_in_the_data_stream() -> None:
    told = row(0, 2000, 8000).paragraph
    data = struct.pack("<H", len(told)) + told
    source = word97(cells("甲", "1"), Stretch("\x07", paragraph=prl(0x6646, struct.pack("<I", 0))), LAST, Data=data)
    assert grid(source) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1")]


SYMBOL = struct.pack("<HH", 1, 0xF0FE)


@pytest.mark.parametrize(
    ("stretches", "expected"),
    [
        pytest.param([Stretch("年度\x0b指标\t值\x1e5\r")], "年度 指标 值-5", id="breaks and tabs"),
        pytest.param([Stretch("新"), Stretch("旧", prl(0x0800, b"\1")), Stretch("\r")], "新", id="deleted"),
        pytest.param([Stretch("新"), Stretch("旧", prl(0x0800, b"\x81")), Stretch("\r")], "新", id="deleted, told by style"),
        pytest.param([Stretch("显"), Stretch("隐", prl(0x083C, b"\1")), Stretch("\r")], "显", id="hidden"),
        pytest.param([Stretch("甲"), Stretch("\r", prl(0x0800, b"\1")), Stretch("乙\r")], "甲乙", id="deleted end of paragraph"),
        pytest.param([Stretch("("), Stretch("(", prl(0x6A09, SYMBOL)), Stretch("是\r")], "(☑是", id="sign"),
        pytest.param([Stretch("\xb3", prl(0x4A4F, b"\2\0")), Stretch("95%\r")], "≥95%", id="letter in a font of signs"),
        pytest.param([Stretch("10"), Stretch("4", prl(0x2A48, b"\1")), Stretch("吨\r")], "10⁴吨", id="power"),
        pytest.param([Stretch("\x13 DATE \x142023年\x15止\r")], "2023年止", id="field"),
        pytest.param([Stretch("\x13 IF \x13 X \x14a\x15 \x14b\x15\r")], "b", id="field in a field"),
        pytest.param([Stretch("\x13eq \\o\\ac(□,√)\x15是\r")], "☑是", id="tick laid over a box"),
        pytest.param([Stretch("图\x01片\x08\x02\r")], "图片", id="pictures and notes"),
    ],
)
def test_text_is_read_as_it_is_printed(stretches: list[Stretch], expected: str) -> None:
    assert texts(word97(*stretches)) == [expected]


def test_a_header_with_text_comes_first() -> None:
    assert texts(word97(Stretch("正文\r"), headers="公开14表\r")) == ["公开14表", "正文"]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(word97(Stretch("甲\r", paragraph=prl(0x460B, b"\1\0"))), id="numbered"),
        pytest.param(word97(Stretch("甲\r"), boxes="附件\r"), id="text box"),
        pytest.param(word97(cells("甲"), Stretch("\x07", paragraph=ROW_END + prl(0x6649, b"\2\0\0\0")), LAST), id="nested table"),
        pytest.param(word97(cells("甲", "1"), row(0, 2000), LAST), id="cells without lines"),
        pytest.param(word97(cells("甲"), row(0, 0), LAST), id="cell without width"),
        pytest.param(word97(cells("甲"), LAST), id="row without end"),
        pytest.param(word97(Stretch("\x13 FORMCHECKBOX \x15是\r")), id="form field"),
        pytest.param(word97(Stretch("甲\r"), changed=1), id="fast save"),
        pytest.param(word97(Stretch("甲\r"), version=0x65), id="Word 95"),
    ],
)
def test_what_is_not_understood_is_left_to_libreoffice_as_a_whole(source: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doc.read(source) is None
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableFileError, match="LibreOffice"):
        office.read_converted(source, "甲.doc")


def test_a_list_left_again_is_no_list() -> None:
    assert texts(word97(Stretch("甲\r", paragraph=prl(0x460B, b"\0\0")))) == ["甲"]


def test_it_needs_no_libreoffice_and_sees_macros(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    reading = office.read_converted(word97(Stretch("甲\r"), _VBA_PROJECT=b""), "甲.wps")
    assert [block.text for block in reading.blocks if isinstance(block, Paragraph)] == ["甲"]
    assert [notice.code for notice in reading.notices] == ["file.macro"]


def test_a_file_without_text_says_so() -> None:
    with pytest.raises(UnreadableFileError) as raised:
        doc.read(word97(Stretch("\r")))
    assert raised.value.code == "file.empty"


def test_no_damage_ends_in_a_traceback() -> None:
    whole = word97(Stretch("绩效\r"), cells("甲", "1"), row(0, 2000, 8000), LAST)
    for at in range(0, len(whole), 37):
        damaged = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            doc.read(damaged)
        except UnreadableFileError as error:
            assert error.code.startswith("file.")  # noqa: PT017 - most of these files are read, some are not


@pytest.mark.skipif(not (DOCS / "008.doc").exists(), reason="the shared forms are not here")
def test_a_real_form_is_the_same_as_its_docx() -> None:
    old, new = doc.read((DOCS / "008.doc").read_bytes()), docx.read((DOCS / "008.docx").read_bytes())
    assert old is not None
    assert [block.text for block in old.blocks if isinstance(block, Paragraph)] == [
        block.text for block in new.blocks if isinstance(block, Paragraph)
    ]
    tables = [[block for block in reading.blocks if isinstance(block, Table)] for reading in (old, new)]
    assert [[cell[:5] for cell in one.cells] for one in tables[0]] == [[cell[:5] for cell in one.cells] for one in tables[1]]


def test_the_two_readers_print_the_same_for_the_same_text() -> None:
    assert texts(word97(Stretch("绩效\u3000自评\r"))) == [
        block.text for block in docx.read(package(para("绩效\u3000自评"))).blocks if isinstance(block, Paragraph)
    ]
