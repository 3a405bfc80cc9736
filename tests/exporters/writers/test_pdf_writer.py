"""Layouts as PDF: what is printed is what was meant, it can be read back, archived, and looks as it did."""

from __future__ import annotations

import ctypes
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from exporters.writers import layout_strategies
from jiheng.domain.document import Table
from jiheng.errors import WriterMissingError
from jiheng.exporters.layout.model import Bars, Cell, Code, Grid, Item, Layout, MarginNote, Orientation, Paragraph, Section, Style
from jiheng.exporters.writers import pdf
from jiheng.exporters.writers.pdf_columns import column_widths
from jiheng.exporters.writers.pdf_density import settings as settings_of
from jiheng.exporters.writers.pdf_wording import fits, printable, words
from jiheng.importers import read

GOLDEN = Path(__file__).parents[2] / "golden"
MM = 72 / 25.4
SLOW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large])
HOSTILE = (
    '#let x = 1 #panic("x") #read("/etc/passwd") $a^2$ \\ *重点* _x_ @ref <label> ```raw``` '
    "= 标题 - 项 / 词: // 注 /* */ 'x' ~ -- --- [x] {y} \\u{41}"
)


def page(*items: Item, style: Style = "form", orientation: Orientation = "portrait", title: str = "自评表") -> Layout:
    return Layout(title, (Section("表", items, orientation),), style)


def grid(*rows: tuple[str, ...], head_rows: int = 0, joined: bool = False, widths: tuple[int, ...] = ()) -> Grid:
    cells = tuple(Cell(r, c, text, "label" if r < head_rows else "short") for r, row in enumerate(rows) for c, text in enumerate(row))
    return Grid(widths or (1,) * len(rows[0]), cells, len(rows), head_rows=head_rows, joined=joined)


def pages(source: bytes) -> list[str]:
    """The text of each page without blanks."""
    with pypdfium2.PdfDocument(source) as document:
        return [re.sub(r"\s", "", one.get_textpage().get_text_range()) for one in document]


def characters(source: bytes, number: int = 0) -> list[tuple[str, float, float, float, float]]:
    """Each visible character of a page with its left, top, right and bottom, in points from the top left."""
    with pypdfium2.PdfDocument(source) as document:
        sheet = document[number]
        height = sheet.get_height()
        text = sheet.get_textpage()
        out = []
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index, loose=True)
            character = chr(pdfium.FPDFText_GetUnicode(text.raw, index))
            if right > left and not character.isspace():
                out.append((character, left, height - top, right, height - bottom))
        return out


def tables(source: bytes) -> list[Table]:
    return [block for block in read(source, "a.pdf").blocks if isinstance(block, Table)]


def key(text: str) -> str:
    """What of a text must come back: not the blanks at line ends, nor which of two forms of one character it is."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", printable(text)))


def compacted(found: Grid) -> list[tuple[int, int, int, int, str]]:
    """The cells of a grid without the row and column edges at which none begins or ends, which leave no line on paper."""
    rows = sorted({edge for cell in found.cells for edge in (cell.row, cell.row + cell.row_span)})
    columns = sorted({edge for cell in found.cells for edge in (cell.column, cell.column + cell.column_span)})
    out = []
    for cell in found.cells:
        row, column = rows.index(cell.row), columns.index(cell.column)
        down, across = rows.index(cell.row + cell.row_span) - row, columns.index(cell.column + cell.column_span) - column
        out.append((row, column, down, across, key(cell.text)))
    return sorted(out)


def ordinary(text: str) -> bool:
    """Whether a text runs from left to right in characters that stand alone."""
    return not any(
        unicodedata.category(c) in {"Mn", "Mc", "Me", "Cf"} or unicodedata.bidirectional(c) in {"R", "AL", "AN"} or "\ufb00" <= c <= "\ufb06"
        for c in text
    )


@SLOW
@given(layout_strategies.grids(), st.sampled_from(["form", "official"]), st.sampled_from(["portrait", "landscape"]))
def test_a_grid_is_read_back_with_its_cells_spans_and_texts(found: Grid, style: Style, orientation: Orientation) -> None:
    expected = compacted(found)
    assume(len(expected) > 1 and any(cell[4] for cell in expected) and all(ordinary(cell.text) for cell in found.cells))
    written = pdf.write(page(replace(found, joined=False, head_rows=0), style=style, orientation=orientation))
    assume(len(pages(written)) == 1 and "〓" not in pages(written)[0])
    (table,) = tables(written)
    assert sorted((c.row, c.column, c.row_span, c.column_span, key(c.text)) for c in table.cells) == expected


@SLOW
@given(layout_strategies.layouts())
def test_every_layout_becomes_the_same_archival_file_each_time(layout: Layout) -> None:
    written = pdf.write(layout)
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in written
    assert pdf.write(layout) == written
    assert len(pages(written)) >= len(layout.sections)


def test_many_layouts_are_written_in_turn() -> None:
    layouts = [page(Paragraph(f"第{number}份")) for number in range(3)]
    assert list(pdf.write_each(layouts)) == [pdf.write(layout) for layout in layouts]


def test_markup_in_a_text_is_only_text() -> None:
    layout = page(Paragraph(HOSTILE, "title"), Paragraph(HOSTILE, "body", HOSTILE), grid((HOSTILE, "乙"), widths=(3, 1)), title=HOSTILE)
    written = pdf.write(layout)
    (table,) = tables(written)
    assert key(table.cells[0].text) == key(HOSTILE)
    assert pages(written)[0].count(key(HOSTILE)) == 4
    with pypdfium2.PdfDocument(written) as document:
        assert document.get_metadata_value("Title") == " ".join(HOSTILE.split())


def test_rare_characters_are_printed() -> None:
    rare = "𠮷〇㎡①≥％é½“”☑□√㊣₂"
    (table,) = tables(pdf.write(page(grid((rare, "乙")))))
    assert table.cells[0].text == rare


def test_a_character_in_no_font_is_replaced_and_named() -> None:
    written = pdf.write(page(grid(("甲😀乙\ue123丙\udc00", "丁🧮")), Paragraph("完")))
    (text,) = pages(written)
    assert "甲〓乙〓丙〓" in text
    assert "丁〓" in text
    assert "所用字体没有下列字符" in text
    assert all(code in text for code in ("U+1F600", "U+E123", "U+1F9EE"))
    assert b"pdfaid:part" in written


def test_fonts_are_embedded_as_subsets() -> None:
    written = pdf.write(page(Paragraph("标题", "title"), grid(("标签", "𠮷☑"), head_rows=1)))
    names = []
    with pypdfium2.PdfDocument(written) as document:
        for thing in document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            font = pdfium.FPDFTextObj_GetFont(thing.raw)
            buffer = ctypes.create_string_buffer(200)
            pdfium.FPDFFont_GetBaseFontName(font, buffer, 200)
            names.append(buffer.value.decode())
            assert pdfium.FPDFFont_GetIsEmbedded(font) == 1
    assert {re.sub("^[A-Z]{6}[+]|-.*", "", name) for name in names} == {"NotoSerifSC", "NotoSansSC", "NotoSansCJKsc", "DejaVuSansMono"}
    assert len(written) < 60_000


def test_heads_are_printed_again_on_every_page_of_200_rows() -> None:
    rows = [("三级指标", "实际完成值"), *((f"指标{number:03}号，建成示范点并投入使用", "100") for number in range(200))]
    written = pdf.write(page(grid(*rows, head_rows=1, widths=(4, 1))))
    texts = pages(written)
    assert len(texts) > 3
    assert all(text.startswith("三级指标实际完成值") for text in texts)
    assert [int(number) for text in texts for number in re.findall(r"指标(\d{3})号", text)] == list(range(200))
    cells = [cell for table in tables(written) for cell in table.cells if cell.column == 0 and cell.text != "三级指标"]
    assert [cell.text for cell in cells] == [row[0] for row in rows[1:]]


@pytest.mark.parametrize("span", [1, 3])
def test_a_text_of_5000_characters_is_printed_whole(span: int) -> None:
    text = "".join(f"{number}号示范点惠及群众；" for number in range(600))[:5000]
    beside = [Cell(row, 0, f"第{row}行") for row in range(span)]
    cells = (beside[0], Cell(0, 1, text, "text", row_span=span), *beside[1:], Cell(span, 0, "末"), Cell(span, 1, "尾"))
    written = pdf.write(page(Grid((1, 2), cells, span + 1)))
    found = [re.sub(r"第\d+页共\d+页$", "", one) for one in pages(written)]
    printed = "".join(found)
    for row in range(span):
        printed = printed.replace(f"第{row}行", "")
    assert printed.replace("末尾", "") == text
    for number in range(len(found)):
        assert all(top >= 15 * MM and bottom <= (297 - 8) * MM for _, _, top, _, bottom in characters(written, number))


LONG_RUNS = ("https://example.invalid/a/very/long/path?and=on&and=on", "W" * 90, "0123456789abcdef" * 8)


@pytest.mark.parametrize("run", [*LONG_RUNS, "，" * 60, "…" * 60, "（" * 60, " ，" * 40, "甲，" * 30])
@pytest.mark.parametrize("widths", [(1, 5), (1, 40)])
def test_a_run_without_blanks_is_broken_inside_its_cell(run: str, widths: tuple[int, ...]) -> None:
    items = (grid((run, "乙"), ("丙", "丁"), widths=widths),)
    written = pdf.write(page(*items))
    edge = 16 * MM + settings_of(items, (178 * MM, 264 * MM), yielding=True)[0].widths[0]
    sheets = range(len(pages(written)))
    inked = [(left, right) for sheet in sheets for character, left, top, right, _ in characters(written, sheet) if character in run and top < 800]
    assert len(inked) == len(run.replace(" ", ""))
    # The blank half of a mark at an end of a line may reach into the inset.
    assert all(16 * MM + 1 < (left + right) / 2 < edge - 1 for left, right in inked)


def test_words_that_fit_are_left_whole_and_addresses_part_at_their_joints() -> None:
    assert words("建成3个示范点，GDP增长5%。", 12) == "建成3个示范点，GDP增长5%。"
    assert words("见 https://example.invalid/abc", 8) == ["见 ", ["https://", "example", ".invalid/", "abc"]]
    assert words("甲" * 500, 8) == "甲" * 500
    assert fits("2903.24", 4.1)
    assert not fits("WWWWWWW", 4.1)
    assert [fits("12月20日", room) for room in (5, 5.5)] == [False, True]  # room is kept between figures and characters


def test_a_spanned_cell_keeps_its_ruling_over_a_page_break() -> None:
    rows = 80
    cells = [Cell(0, 0, "产出指标", "label", row_span=rows), *(Cell(row, 1, f"指标{row}") for row in range(rows))]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    found = tables(pdf.write(page(Grid((1, 3), tuple(cells), rows))))
    assert len(found) > 1
    assert all(len({cell.column for cell in table.cells}) == 2 for table in found)
    assert all(next(cell for cell in table.cells if cell.column == 0).row_span == table.row_count for table in found)
    assert [cell.text for table in found for cell in table.cells if cell.column == 1] == [f"指标{row}" for row in range(rows)]


def test_a_text_beside_several_rows_is_not_cut_by_a_page() -> None:
    rule = "定量指标按完成比例计分，超过权重的按权重计；" * 8
    blocks = 24
    cells = []
    for row in range(0, blocks * 4, 4):
        cells += [Cell(row, 0, f"{row}"), Cell(row, 1, rule, "text", row_span=4), *(Cell(row + more, 0, f"{row + more}") for more in (1, 2, 3))]
    found = tables(pdf.write(page(Grid((1, 1), tuple(cells), blocks * 4))))
    assert len(found) > 1
    assert [cell.text for table in found for cell in table.cells if cell.column == 1] == [rule] * blocks


def test_joined_grids_touch_and_others_do_not() -> None:
    above, below = grid(("甲", "乙")), grid(("丙", "丁", "戊"))
    assert len(tables(pdf.write(page(above, replace(below, joined=True))))) == 1
    assert len(tables(pdf.write(page(above, below)))) == 2


def test_bookmarks_name_the_title_captions_and_headings() -> None:
    items = (Paragraph("标题", "title"), Paragraph("一、概况", "heading1"), Paragraph("（一）资金", "heading2"), Paragraph("表1", "caption"))
    with pypdfium2.PdfDocument(pdf.write(page(*items, grid(("甲", "乙")), style="official", title="文件名"))) as document:
        assert document.get_metadata_value("Title") == "文件名"
        found = [(entry.level, entry.get_title()) for entry in document.get_toc()]
    assert found == [(0, "文件名"), (0, "标题"), (1, "一、概况"), (2, "（一）资金"), (3, "表1")]


def test_the_title_is_not_named_twice() -> None:
    with pypdfium2.PdfDocument(pdf.write(page(Paragraph("自评表", "title")))) as document:
        assert [entry.get_title() for entry in document.get_toc()] == ["自评表"]


def test_form_pages_are_counted() -> None:
    layout = Layout("表", (Section("一", (Paragraph("甲"),)), Section("二", (Paragraph("乙"),), "landscape")))
    written = pdf.write(layout)
    assert pages(written) == ["甲第1页共2页", "乙第2页共2页"]
    with pypdfium2.PdfDocument(written) as document:
        assert [tuple(round(side / MM) for side in one.get_size()) for one in document] == [(210, 297), (297, 210)]


def test_a_document_follows_the_type_area_of_the_standard() -> None:
    text = "根据有关规定开展绩效自评工作并按期完成任务" * 40
    written = pdf.write(page(Paragraph(text, "body"), style="official"))
    glyphs = [glyph for glyph in characters(written) if glyph[0] in text]
    lines = sorted({round((glyph[2] + glyph[4]) / 2, 1) for glyph in glyphs})
    assert len(lines) == 22
    assert all(below - above == pytest.approx(28, abs=0.2) for above, below in itertools.pairwise(lines))
    assert lines[0] == pytest.approx(37 * MM + 14, abs=0.2)
    first = [glyph for glyph in glyphs if round((glyph[2] + glyph[4]) / 2, 1) == lines[0]]
    second = [glyph for glyph in glyphs if round((glyph[2] + glyph[4]) / 2, 1) == lines[1]]
    assert first[0][1] == pytest.approx(28 * MM + 32, abs=0.5)
    assert second[0][1] == pytest.approx(28 * MM, abs=0.5)
    assert second[-1][3] == pytest.approx((28 + 156) * MM, abs=0.5)
    numbers = [[left for character, left, top, _, _ in characters(written, number) if character == "—" and top > 262 * MM] for number in (0, 1)]
    assert numbers[0][0] > 150 * MM
    assert numbers[1][0] == pytest.approx(28 * MM + 14, abs=1)


def noted(*beside: tuple[int, tuple[MarginNote, ...]], rows: int = 12) -> Layout:
    cells = tuple(Cell(row, column, f"第{row}行", marks=(row,) if column else ()) for row in range(rows) for column in range(2))
    return page(Grid((1, 1), cells, rows, head_rows=1, beside=beside))


def test_notes_stand_in_the_margin_at_their_rows() -> None:
    layout = noted((2, (MarginNote(1, "error", "得分缺失。"),)), (9, (MarginNote(2, "warning", "说明为空。"), MarginNote(3, "info", "可再具体。"))))
    written = pdf.write(layout)
    (text,) = pages(written)
    assert all(note in text for note in ("1错误得分缺失。", "2提醒说明为空。", "3提示可再具体。"))
    glyphs = characters(written)
    tops = {character: top for character, left, top, _, _ in glyphs if left > 158 * MM}
    rows = {character: top for character, left, top, _, _ in glyphs if left < 158 * MM and character in "29"}
    assert abs(tops["缺"] - rows["2"]) < 10
    assert abs(tops["空"] - rows["9"]) < 10
    assert tops["具"] > tops["空"]


def test_crowded_notes_flow_on_without_overlap_and_none_is_lost() -> None:
    many = tuple(MarginNote(number, "warning", f"第{number}条意见：得分低于分值，但未说明原因。请补充说明。") for number in range(1, 90))
    written = pdf.write(noted((3, many[:60]), (11, (*many[60:], MarginNote(99, "info", "长篇意见。" * 400)))))
    text = "".join(pages(written))
    assert all(f"第{number}条意见：" in text for number in range(1, 90))
    assert text.count("长篇意见。") == 400
    margin = [(top, bottom, left) for _, left, top, _, bottom in characters(written) if left > 158 * MM]
    lines = sorted({(round(top, 1), round(bottom, 1)) for top, bottom, _ in margin})
    middles = sorted({round((top + bottom) / 2, 1) for top, bottom in lines})
    assert all(below - above > 6 for above, below in itertools.pairwise(middles) if below - above > 1)
    assert max(bottom for _, bottom in lines) < 297 * MM


def test_a_chart_shows_labels_values_and_what_is_missing() -> None:
    rows = (("投入", (Decimal(100), Decimal("95.5"))), ("产出", (Decimal(120), None)))
    (text,) = pages(pdf.write(page(Bars("各一级指标得分率", ("自评", "复算"), rows, Decimal(100), "%"))))
    assert all(part in text for part in ("各一级指标得分率", "自评", "复算", "投入", "100%", "95.5%", "120%", "—"))


def test_a_code_carries_its_text() -> None:
    cv2: Any = pytest.importorskip("cv2")
    import numpy  # noqa: ICN001, PLC0415 - comes with cv2

    text = "jiheng:1:" + "0a" * 32
    written = pdf.write(page(Code(text, "档案摘要")))
    with pypdfium2.PdfDocument(written) as document:
        picture = document[0].render(scale=3).to_pil().convert("L")
    assert cv2.QRCodeDetector().detectAndDecode(numpy.array(picture))[0] == text
    assert "档案摘要" + text in pages(written)[0]


def test_a_code_of_too_long_a_text_is_text_alone() -> None:
    (text, *_) = pages(pdf.write(page(Code("长" * 2000, "说明"))))
    assert text.startswith("说明长长")


def samples() -> Iterator[tuple[str, Layout]]:
    rated = Grid(
        (10, 8, 30, 12, 30),
        (
            *(Cell(0, column, text, "label") for column, text in enumerate(("一级指标", "权重", "三级指标", "得分", "未达标原因分析"))),
            Cell(1, 0, "产出", "label", row_span=2),
            Cell(1, 1, "40", "figure", row_span=2),
            Cell(1, 2, "建成示范点（个）"),
            Cell(1, 3, "4.86", "figure", marks=(1,)),
            Cell(1, 4, "受天气影响，部分工程推迟到次年完成。", "text"),
            Cell(2, 2, "惠及群众（人次）"),
            Cell(2, 3, "5.00", "figure"),
            Cell(2, 4),
        ),
        3,
        head_rows=1,
        beside=((1, (MarginNote(1, "error", "得分与公式不符，应为 4.85 分。"),)),),
    )
    total = grid(("合计", "9.86"), joined=True, widths=(3, 1))
    head = (Paragraph("附件4", "mark"), Paragraph("项目支出绩效自评表", "title"), Paragraph("填报单位：某某局", "line", "金额单位：万元"))
    yield "pdf_form", page(*head, rated, total, Paragraph("注：得分保留两位小数。", "note"), orientation="landscape", title="项目支出绩效自评表")
    told = "我单位对项目支出开展绩效自评，预算执行率为98.2%，自评得分97.68分。"
    yield (
        "pdf_official",
        page(
            Paragraph("绩效自评报告", "title"),
            Paragraph("一、基本情况", "heading1"),
            Paragraph("（一）资金情况", "heading2"),
            Paragraph(told * 2, "body"),
            Paragraph("【请填写：项目背景】", "gap"),
            Paragraph("得分情况", "caption"),
            grid(("一级指标", "自评", "复算"), ("产出", "40", "38.2"), head_rows=1),
            Bars("得分率", ("自评", "复算"), (("产出", (Decimal(100), Decimal("95.5"))), ("效益", (Decimal(80), None))), Decimal(100), "%"),
            Code("jiheng:1:" + "0a" * 32, "档案摘要"),
            style="official",
            title="绩效自评报告",
        ),
    )


@pytest.mark.parametrize(("name", "layout"), [pytest.param(name, layout, id=name) for name, layout in samples()])
def test_pages_look_as_they_did(name: str, layout: Layout) -> None:
    with pypdfium2.PdfDocument(pdf.write(layout)) as document:
        drawn = document[0].render(scale=0.75).to_pil().convert("L")
    with Image.open(GOLDEN / f"{name}.png") as kept:
        assert kept.size == drawn.size
        difference = ImageStat.Stat(ImageChops.difference(kept.convert("L"), drawn))
    assert difference.mean[0] < 0.8


@pytest.mark.parametrize("missing", ["typst", "pylopdf_fonts_zh_cn", "manimgx_fonts_cjk"])
def test_without_the_extra_the_remedy_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda name: None if name == missing else object())
    with pytest.raises(WriterMissingError, match="uv sync --extra pdf"):
        pdf.write(page(Paragraph("甲")))


def test_columns_fill_the_width_and_none_is_too_narrow() -> None:
    assert column_widths((1, 3), 400) == [100, 300]
    found = column_widths((1, 1, 500), 400)
    assert sum(found) == pytest.approx(400)
    assert min(found) >= 17
    assert column_widths((1,) * 50, 400) == [8] * 50
