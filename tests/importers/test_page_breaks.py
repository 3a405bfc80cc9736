"""What a page break or a printed page does to a form must not change what is read of it."""

from __future__ import annotations

import pytest

from importers.layouts.forms import Form
from jiheng.domain.document import Table
from jiheng.exporters.layout.model import Cell, Grid, Layout, Section
from jiheng.exporters.writers import pdf
from jiheng.importers import read
from jiheng.importers.readers.pdf.alignment import aligned
from jiheng.importers.readers.pdf.glyphs import Run
from jiheng.importers.readers.pdf.lattice import Slot
from jiheng.importers.readers.pdf.page import FoundCell, FoundTable
from jiheng.importers.readers.pdf.paragraphs import paragraphs_of
from jiheng.importers.readers.pdf.view import View
from jiheng.importers.readers.pdf.wording import Line

HEAD = "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分"
ROWS = "产出指标 | 数量指标 | 修路里程 | 5公里 | 5公里 | 50 | 50"
MORE = "效益指标 | 社会效益指标 | 受益村数 | 3个 | 3个 | 50 | 40"
EXPECTED = """
产出指标 | 数量指标 | 修路里程 | 5公里 ~ 5 公里 | 5公里 ~ 5 公里 | 50 | 50
效益指标 | 社会效益指标 | 受益村数 | 3个 ~ 3 个 | 3个 ~ 3 个 | 50 | 40
"""


@pytest.mark.parametrize("number", ["第 1 页，共 2 页", "第1页", "— 1 —", "- 3 -", "1 / 2", "12"])
def test_the_number_of_a_page_does_not_end_the_table(number: str) -> None:
    form = Form("numbered", f"2023年度项目支出绩效自评表\n{HEAD}\n{ROWS}\n{number}\n{MORE}\n总分 | < | < | < | < | 100 | 90", EXPECTED)
    assert form.wrong("html") == []


def test_a_sentence_between_does_end_it() -> None:
    form = Form("ended", f"2023年度项目支出绩效自评表\n{HEAD}\n{ROWS}\n以下为附件。\n{MORE}", EXPECTED)
    assert form.wrong("html") != []


@pytest.mark.parametrize("beside", ["公开14表", "金额单位：万元", "附件2"])
def test_a_blank_field_does_not_take_the_mark_beside_it(beside: str) -> None:
    form = Form(
        "blank",
        f"2023年度项目支出绩效自评表\n填报单位名称： | < | < | {beside} | <<\n{HEAD}\n{ROWS}\n{MORE}",
        EXPECTED,
        fields="implementing_unit = -",
    )
    assert form.wrong("html") == form.wrong("txt") == []


def test_a_caption_below_a_blank_goal_stays_the_title() -> None:
    form = Form(
        "caption",
        f"绩效目标情况 | 预期总体目标 |  | <<\n指标评分表\n{HEAD}\n{ROWS}\n{MORE}",
        EXPECTED,
        fields="title = 指标评分表\ngoal/expected = -",
    )
    assert form.wrong("html") == []


def cells_of(text: str) -> list[str]:
    grid = Grid((1, 1), (Cell(0, 0, text, "text"), Cell(0, 1, "乙")), 1)
    document = read(pdf.write(Layout("试", (Section("试", (grid,)),))), "试.pdf")
    return [cell.text for block in document.blocks if isinstance(block, Table) for cell in block.cells]


@pytest.mark.parametrize("text", ["𠮷祥社区", "标准——一户", "甲𠮷乙𠮷", "二〇二三年", "12㎡"])
def test_characters_beyond_the_first_plane_and_joined_ones_are_read_from_a_pdf(text: str) -> None:
    assert cells_of(text) == [text, "乙"]


def lines(*texts: str) -> list[Line]:
    """Lines of letters ten points wide, below each other."""
    out = []
    for number, text in enumerate(texts):
        spans = [(10.0 * at, 10.0 * at + 10) for at in range(len(text))]
        run = Run(text, spans, 20.0 * number, 20.0 * number + 10, blank_before=False)
        out.append(Line(text, (0.0, run.top, run.x1, run.bottom), (run,)))
    return out


VIEW = View(0, 0, 600, 800, 0, 0)
XS = [0.0, 50.0, 100.0, 200.0]


def row(number: int, texts: list[str], *, tall: int = 1, start: int = 0) -> list[FoundCell]:
    return [
        FoundCell(Slot(number, column, tall if column == 0 else 1, 1), (XS[column], 10.0 * number, XS[column + 1], 10.0 * number + 10), text, text)
        for column, text in enumerate(texts, start=start)
    ]


def read_over(above: list[FoundCell], below: list[FoundCell]) -> tuple[list[str], list[str]]:
    def table(cells: list[FoundCell]) -> FoundTable:
        return FoundTable((0, 0, 200, 100), XS, cells, max(cell.slot.row + cell.slot.row_span for cell in cells))

    pages = aligned([(VIEW, [table(above)]), (VIEW, [table(below)])])
    found = [[cell.text for cell in block.cells] for _, blocks in pages for block in blocks if isinstance(block, FoundTable)]
    return found[0], found[1]


FIRST = [*row(0, ["产出", "数量", "甲"], tall=2), *row(1, ["质量", "乙"], start=1)]


@pytest.mark.parametrize(
    ("foot", "top", "mended"),
    [
        (["", "经济", "丙"], ["效益", "", "丁"], (["效益", "经济", "丙"], ["", "", "丁"])),
        (["效益指", "经济", "丙"], ["标（30分）", "", "丁"], (["效益指标（30分）", "经济", "丙"], ["", "", "丁"])),
        (["效益", "经济", "丙"], ["满意度", "公众", "丁"], (["效益", "经济", "丙"], ["满意度", "公众", "丁"])),
        (["效益", "", "丙"], ["满意度", "公众", "丁"], (["效益", "", "丙"], ["满意度", "公众", "丁"])),
    ],
)
def test_a_label_cut_by_the_page_break_is_whole_again_and_nothing_else_moves(
    foot: list[str], top: list[str], mended: tuple[list[str], list[str]]
) -> None:
    above, below = read_over([*FIRST, *row(2, foot)], row(0, top))
    assert (above[-3:], below) == mended


def test_edges_that_fall_together_are_left_as_they_are() -> None:
    def table(edges: list[float], texts: list[str]) -> FoundTable:
        cells = [FoundCell(Slot(0, c, 1, 1), (edges[c], 0.0, edges[c + 1], 10.0), text, text) for c, text in enumerate(texts)]
        return FoundTable((0, 0, edges[-1], 10), edges, cells, 1)

    framed, wide = table([0.0, 2.0, 200.0], ["", "注"]), table([0.0, 50.0, 100.0, 200.0], ["甲", "乙", "丙"])
    pages = aligned([(VIEW, [framed]), (VIEW, [wide])])
    spans = [cell.slot.column_span for _, blocks in pages for block in blocks if isinstance(block, FoundTable) for cell in block.cells]
    assert min(spans) == 1


def test_a_line_that_begins_with_a_figure_goes_on_with_the_sentence() -> None:
    sentence = "根据复算结果，" * 7 + "本项目得分为"
    (paragraph,) = paragraphs_of(lines(sentence, "99.82分，等级为优。"), [], VIEW)
    assert paragraph.text == sentence + "99.82分，等级为优。"


def test_a_block_that_goes_on_over_a_whole_page_keeps_its_blank_label() -> None:
    above = [*row(0, ["", "数量", "甲"], tall=2), *row(1, ["质量", "乙"], start=1)]
    assert read_over(above, row(0, ["效益", "社会", "丁"])) == (["", "数量", "甲", "质量", "乙"], ["效益", "社会", "丁"])
