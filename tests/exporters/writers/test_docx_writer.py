"""The Word file of a layout holds the layout: texts, spans, styles, the printed page; in the order Word insists on, and LibreOffice prints it."""

from __future__ import annotations

import io
import itertools
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import docx
import pypdfium2  # type: ignore[import-untyped]
import pytest
import segno
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from hypothesis import given, settings
from lxml import etree

from exporters.writers.layout_strategies import layouts
from jiheng import importers
from jiheng.domain.document import Paragraph as ReadParagraph
from jiheng.domain.document import Table
from jiheng.errors import UnreadableFileError
from jiheng.exporters.layout.model import Bars, Cell, Code, Grid, Item, Layout, Paragraph, ParagraphRole, Section, Style
from jiheng.exporters.writers.docx import write
from jiheng.exporters.writers.docx_styles import PARAGRAPH_STYLES
from jiheng.exporters.writers.docx_tables import column_edges
from jiheng.importers.port import fold
from jiheng.importers.readers import docx as reader

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
ORDER = {
    # The sequences of the schema of WordprocessingML: Word calls a file damaged where they are not kept.
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku "
    "wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
    "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color "
    "spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd "
    "tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark headers",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign "
    "noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal pPr rPr tblPr trPr",
    "settings": "zoom bordersDoNotSurroundHeader bordersDoNotSurroundFooter defaultTabStop evenAndOddHeaders drawingGridVerticalSpacing "
    "characterSpacingControl compat themeFontLang decimalSymbol listSeparator",
}
REPEATED = frozenset({"tr", "tc", "p", "headerReference", "footerReference"})
LONG = "建成示范点3个，惠及企业1200家，满意度≥90%；" * 200
SHARES = (("产出<一>", (Decimal("99.5"), Decimal("92.25"))), ("效益", (Decimal(80), None)))
CHART = Bars("各级指标得分率", ("自评", "复算"), SHARES, Decimal(100), "%")
CODE = Code("jiheng:1:" + "0123456789abcdef" * 4, "档案摘要")


def one(*items: Item, style: Style = "form") -> Layout:
    return Layout("项目支出绩效自评表", (Section("表", items),), style)


def part(source: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        return etree.fromstring(archive.read(name))


def opened(source: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(source))


def head(*labels: str) -> tuple[Cell, ...]:
    return tuple(Cell(0, column, label, "label") for column, label in enumerate(labels))


def indicators(rows: int, *, joined: bool = False) -> Grid:
    """A table of indicators: one label merged down over every ten rows."""
    cells = [*head("一级指标", "三级指标", "分值")]
    for row in range(1, rows + 1):
        if row % 10 == 1:
            cells.append(Cell(row, 0, f"产出{row}", "label", row_span=min(10, rows - row + 1)))
        cells += [Cell(row, 1, f"第{row}项业务", "short"), Cell(row, 2, f"{row}.00", "figure")]
    return Grid((10, 30, 10), tuple(cells), rows + 1, head_rows=1, joined=joined)


# What is written is what is read back


def expected(layout: Layout) -> Iterator[str | tuple[int, int, list[tuple[int, int, int, int, str]]]]:
    """The blocks a reader finds: paragraphs as texts, tables as their size and cells."""
    for section in layout.sections:
        for item in section.items:
            if isinstance(item, Paragraph):
                bracketed = item.role == "gap" and not (item.text.startswith("【") and item.text.endswith("】"))
                yield fold(f"{f'【{item.text}】' if bracketed else item.text}\t{item.right}")
            elif isinstance(item, Grid):
                yield without_idle_columns(item)
            elif isinstance(item, Bars):
                yield fold(item.caption)
            else:
                yield (1, 2, [(0, 0, 1, 1, ""), (0, 1, 1, 1, fold(f"{item.caption}\n{item.text}"))])


def without_idle_columns(grid: Grid) -> tuple[int, int, list[tuple[int, int, int, int, str]]]:
    """The grid as readers see it: a column at which no cell starts is no column."""
    starts = sorted({cell.column for cell in grid.cells})
    place = {column: index for index, column in enumerate([*starts, len(grid.widths)])}
    cells = []
    for cell in grid.cells:
        end = min(column for column in place if column >= cell.column + cell.column_span)
        cells.append((cell.row, place[cell.column], cell.row_span, place[end] - place[cell.column], fold(cell.text)))
    return grid.rows, len(starts), cells


def found(blocks: tuple[ReadParagraph | Table, ...]) -> list[str | tuple[int, int, list[tuple[int, int, int, int, str]]]]:
    out: list[str | tuple[int, int, list[tuple[int, int, int, int, str]]]] = []
    for block in blocks:
        if isinstance(block, Table):
            cells = sorted((cell.row, cell.column, cell.row_span, cell.column_span, cell.text) for cell in block.cells)
            out.append((block.row_count, block.column_count, cells))
        else:
            out.append(block.text)
    return out


@given(layouts())
@settings(max_examples=60)
def test_cells_spans_and_texts_are_read_back(layout: Layout) -> None:
    wanted = [block for block in expected(layout) if block]
    if not wanted:
        with pytest.raises(UnreadableFileError):
            reader.read(write(layout))
        return
    assert found(reader.read(write(layout)).blocks) == wanted


def test_the_importer_reads_the_file_like_any_other() -> None:
    grid = indicators(12)
    document = importers.read(write(one(Paragraph("自评表", "title"), grid)), "自评表.docx")
    assert document.format == "docx"
    assert found(document.blocks) == ["自评表", without_idle_columns(grid)]


def test_another_program_finds_cells_and_merges() -> None:
    labels = (Cell(0, 0, "资金\n（万元）", "label", row_span=2), Cell(0, 1, "年初", "label", column_span=2))
    cells = (*labels, Cell(1, 1, "1.50", "figure"), Cell(1, 2, "2.50", "figure"))
    table = opened(write(one(Grid((1, 1, 1), cells, 2)))).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["资金\n（万元）", "年初", "年初"], ["资金\n（万元）", "1.50", "2.50"]]
    assert table.cell(0, 0)._tc is table.cell(1, 0)._tc  # noqa: SLF001 - one cell, not two that look alike
    assert table.cell(0, 1)._tc is table.cell(0, 2)._tc  # noqa: SLF001


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<w:t>&amp;]]></w:t>", "<w:t>&amp;]]></w:t>"),
        ("甲\x00乙\x1b丙\x0b", "甲\ufffd乙\ufffd丙\ufffd"),
        ("半\ud842个", "半\ufffd个"),
        ("不是字\ufffe\uffff", "不是字\ufffd\ufffd"),
        ("一\r\n二\r三\n四", "一\n二\n三\n四"),
        ("  前后有空  ", "  前后有空  "),
        ("制\t表", "制\t表"),
        ("𠮷〇㎡①≥“引”——", "𠮷〇㎡①≥“引”——"),
        ("字" * 5000, "字" * 5000),
    ],
)
def test_any_text_can_be_written(text: str, shown: str) -> None:
    source = write(Layout(text, (Section(text, (Paragraph(text, "body"), Grid((1,), (Cell(0, 0, text, "text"),), 1), Paragraph("完"))),)))
    document = opened(source)
    assert document.paragraphs[0].text == shown
    assert document.tables[0].cell(0, 0).text == shown
    assert document.core_properties.title == shown


def test_signs_of_both_faces_are_set_in_the_chinese_one() -> None:
    runs = part(write(one(Paragraph("“一”", "body"), Paragraph("二", "body"))), "word/document.xml").iter(W + "r")
    assert [run.find(f"{W}rPr/{W}rFonts") is not None for run in runs] == [True, False]


# What Word insists on


def misplaced(root: etree._Element) -> list[str]:
    """Elements whose children are unknown, out of order, or there twice."""
    bad = []
    for name, sequence in ORDER.items():
        place = {child: index for index, child in enumerate(sequence.split())}
        for element in root.iter(W + name):
            names = [str(child.tag).removeprefix(W) for child in element]
            places = [place.get(child, -1) for child in names]
            twice = {child for child in names if child not in REPEATED and names.count(child) > 1}
            if places != sorted(places) or -1 in places or twice:
                bad.append(f"{name}: {names}")
    return bad


def test_the_order_check_finds_what_is_out_of_order() -> None:
    root = etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:jc/><w:pStyle/></w:pPr><w:r><w:rPr><w:sz/><w:sz/><w:x/></w:rPr></w:r></w:p>')
    assert misplaced(root) == ["pPr: ['jc', 'pStyle']", "rPr: ['sz', 'sz', 'x']"]


def check_order(source: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                assert misplaced(etree.fromstring(archive.read(name))) == []


def check_body(source: bytes, sections: int) -> None:
    """Tables stand apart and never last; every row is as wide as its table, every cell ends in a paragraph."""
    body = part(source, "word/document.xml").find(W + "body")
    assert body is not None
    blocks = [str(child.tag).removeprefix(W) for child in body]
    assert blocks[-2:] == ["p", "sectPr"]
    assert ("tbl", "tbl") not in set(itertools.pairwise(blocks))
    assert len(list(body.iter(W + "sectPr"))) == sections
    for table in body.iter(W + "tbl"):
        columns = [int(str(column.get(W + "w"))) for column in table.iter(W + "gridCol")]
        assert min(columns) > 0
        for row in table.iter(W + "tr"):
            cells = list(row.iter(W + "tc"))
            spans = [1 if (span := cell.find(f"{W}tcPr/{W}gridSpan")) is None else int(str(span.get(W + "val"))) for cell in cells]
            widths = [int(str(width.get(W + "w"))) for width in row.iter(W + "tcW")]
            assert (sum(spans), sum(widths)) == (len(columns), sum(columns))
            assert all(str(cell[-1].tag) == W + "p" for cell in cells)


def check_parts(source: bytes) -> None:
    """Every part is declared and every reference leads to one."""
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        names = archive.namelist()
        document = archive.read("word/document.xml").decode()
    assert len(names) == len(set(names))
    links = {str(link.get("Id")): str(link.get("Target")) for link in part(source, "word/_rels/document.xml.rels")}
    types = part(source, "[Content_Types].xml")
    declared = {str(one.get("PartName")).lstrip("/") for one in types if one.get("PartName")}
    assert {f"word/{target}" for target in links.values()} <= set(names)
    assert declared <= set(names)
    assert {name for name in names if name.endswith(".xml")} - declared == {"[Content_Types].xml"}
    used = {piece.partition('"')[0] for piece in document.replace('r:embed="', 'r:id="').split('r:id="')[1:]}
    assert used <= set(links)
    drawings = [str(drawing.get("id")) for drawing in part(source, "word/document.xml").iter("{*}docPr")]
    assert len(drawings) == len(set(drawings))


@given(layouts())
@settings(max_examples=40)
def test_the_file_is_as_word_insists_and_the_same_each_time(layout: Layout) -> None:
    source = write(layout)
    check_order(source)
    check_body(source, len(layout.sections))
    check_parts(source)
    assert write(layout) == source


def test_a_layout_without_anything_is_an_empty_page() -> None:
    for layout in (Layout("空", ()), Layout("空", (Section("一", ()), Section("二", ())))):
        check_body(write(layout), max(len(layout.sections), 1))
        assert [paragraph.text for paragraph in opened(write(layout)).paragraphs] == [""] * max(len(layout.sections), 1)


def test_no_clock_and_no_person_is_in_the_file() -> None:
    source = write(one(CHART, CODE))
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        assert {datetime(*info.date_time) for info in archive.infolist()} == {datetime(1980, 1, 1)}  # noqa: DTZ001 - archives know no zone
    properties = part(source, "docProps/core.xml")
    assert [(str(field.tag).rpartition("}")[2], field.text) for field in properties] == [("title", "项目支出绩效自评表")]


# Looks


def style_values(source: bytes, style_id: str) -> dict[str, str | None]:
    """The telling values of a style."""
    style = next(style for style in part(source, "word/styles.xml").iter(W + "style") if style.get(W + "styleId") == style_id)

    def value(path: str, name: str = "val") -> str | None:
        element = style.find("/".join(W + step for step in path.split("/")))
        return None if element is None else element.get(W + name)

    return {
        "name": value("name"),
        "chinese": value("rPr/rFonts", "eastAsia"),
        "latin": value("rPr/rFonts", "ascii"),
        "points": f"{int(value('rPr/sz') or 0) / 2:g}",
        "pitch": value("pPr/spacing", "line") if value("pPr/spacing", "lineRule") == "exact" else None,
        "indent": value("pPr/ind", "firstLineChars"),
        "level": value("pPr/outlineLvl"),
        "bold": "1" if style.find(f"{W}rPr/{W}b") is not None else None,
        "ground": value("pPr/shd", "fill"),
    }


@pytest.mark.parametrize(
    ("style", "role", "look"),
    [
        ("official", "title", {"name": "Title", "chinese": "方正小标宋简体", "points": "22"}),
        ("official", "heading1", {"name": "heading 1", "chinese": "黑体", "points": "16", "pitch": "560", "level": "0", "indent": "200"}),
        ("official", "heading2", {"name": "heading 2", "chinese": "楷体_GB2312", "points": "16", "pitch": "560", "level": "1", "bold": "1"}),
        ("official", "heading3", {"name": "heading 3", "chinese": "仿宋_GB2312", "points": "16", "level": "2", "bold": "1"}),
        ("official", "body", {"chinese": "仿宋_GB2312", "latin": "Times New Roman", "points": "16", "pitch": "560", "indent": "200"}),
        ("official", "gap", {"name": "待补内容", "chinese": "仿宋_GB2312", "ground": "FFFF00"}),
        ("form", "title", {"name": "Title", "chinese": "方正小标宋简体", "points": "20"}),
        ("form", "mark", {"name": "附件标记", "chinese": "黑体", "points": "14"}),
        ("form", "caption", {"name": "表题", "chinese": "黑体", "points": "12"}),
        ("form", "gap", {"ground": "FFFF00"}),
    ],
)
def test_styles_keep_the_conventions(style: Style, role: ParagraphRole, look: dict[str, str]) -> None:
    values = style_values(write(one(Paragraph("文", role), style=style)), PARAGRAPH_STYLES[role])
    assert {name: values[name] for name in look} == look


def test_paragraphs_are_of_named_styles() -> None:
    roles: list[ParagraphRole] = list(PARAGRAPH_STYLES)
    document = opened(write(one(*(Paragraph(role, role) for role in roles))))
    assert [(paragraph.text, paragraph.style.name if paragraph.style else None) for paragraph in document.paragraphs] == [
        ("mark", "附件标记"),
        ("title", "Title"),
        ("subtitle", "Subtitle"),
        ("line", "表外文字"),
        ("caption", "表题"),
        ("note", "表注"),
        ("heading1", "Heading 1"),
        ("heading2", "Heading 2"),
        ("heading3", "Heading 3"),
        ("body", "Normal Indent"),
        ("【gap】", "待补内容"),
    ]


def test_a_gap_that_has_brackets_gets_no_more() -> None:
    assert opened(write(one(Paragraph("【请填写：单位】", "gap")))).paragraphs[0].text == "【请填写：单位】"


def test_pages_follow_the_standard() -> None:
    sections = (Section("一", (Paragraph("文", "body"),)), Section("二", (indicators(2),), "landscape"), Section("三", (Paragraph("文", "body"),)))
    document = opened(write(Layout("报告", sections, "official")))
    sizes = []
    for section in document.sections:
        sides = (section.page_width, section.page_height, section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
        width, height, left, right, top, bottom = (round((side or 0) / 36000) for side in sides)
        sizes.append((width - left - right, height - top - bottom, top, left))
    assert sizes == [(156, 225, 37, 28), (225, 156, 28, 35), (156, 225, 37, 28)]
    assert document.settings.odd_and_even_pages_header_footer
    assert [section.start_type for section in document.sections] == [WD_SECTION.NEW_PAGE] * 3


def test_a_text_at_the_right_stands_on_the_same_line_where_there_is_room() -> None:
    document = opened(write(one(Paragraph("部门：某局", "line", "公开14表"), Paragraph("部门：" + "长" * 60, "line", "公开14表"))))
    assert [paragraph.text for paragraph in document.paragraphs] == ["部门：某局\t公开14表", f"部门：{'长' * 60}\n\t公开14表"]


def test_joined_tables_share_width_and_line() -> None:
    body = part(write(one(indicators(2), indicators(3, joined=True), indicators(1))), "word/document.xml")
    tables = list(body.iter(W + "tbl"))
    assert len({table.find(f"{W}tblPr/{W}tblW").get(W + "w") for table in tables}) == 1  # type: ignore[union-attr]
    lines = [table.find(f"{W}tblPr/{W}tblBorders/{W}bottom") for table in tables]
    assert [None if line is None else line.get(W + "val") for line in lines] == ["nil", None, None]
    between = [next(table.itersiblings()).find(f"{W}pPr/{W}pStyle") for table in tables]
    assert [None if style is None else style.get(W + "val") for style in between] == ["Seam", "Spacer", "Seam"]


def rows_that(source: bytes, mark: str) -> list[int]:
    rows = part(source, "word/document.xml").iter(W + "tr")
    return [number for number, row in enumerate(rows) if row.find(f"{W}trPr/{W}{mark}") is not None]


def test_rows_stay_whole_unless_they_are_taller_than_half_a_page() -> None:
    cells = (*head("目标"), Cell(1, 0, "短", "text"), Cell(2, 0, LONG, "text"), Cell(3, 0, "行\n" * 80, "text"))
    source = write(one(Grid((1,), cells, 4, head_rows=1)))
    assert rows_that(source, "cantSplit") == [0, 1]
    assert rows_that(source, "tblHeader") == [0]


def test_a_table_that_may_break_within_a_row_keeps_its_last_line() -> None:
    tall = Grid((1,), (Cell(0, 0, LONG, "text"),), 1)
    tables = part(write(one(tall, indicators(2, joined=True))), "word/document.xml").iter(W + "tbl")
    assert [table.find(f"{W}tblPr/{W}tblBorders") is None for table in tables] == [True, True]


def test_a_small_table_is_kept_on_one_page() -> None:
    small, large = part(write(one(indicators(3), indicators(50))), "word/document.xml").iter(W + "tbl")
    kept = [[cell.find(f"{W}p/{W}pPr/{W}keepNext") is not None for cell in row.iter(W + "tc")] for row in small.iter(W + "tr")]
    assert kept == [[True, True, True], [True, True, True], [True, True, True], [False, False, False]]
    rows = [row.find(f"{W}tc/{W}p/{W}pPr/{W}keepNext") is not None for row in large.iter(W + "tr")]
    assert [number for number, stays in enumerate(rows) if stays] == [1, 11, 21, 31, 41]  # with the next one, for the words of the merged cell


def test_the_rows_of_a_small_merge_stay_together() -> None:
    cells: list[Cell] = []
    for row in range(60):
        merged = [Cell(row, 0, "社会效益指标", row_span=3)] if row % 3 == 0 else []
        cells += [*merged, Cell(row, 1, f"第{row}项")]
    grid = Grid((1, 4), tuple(cells), 60)
    (table,) = part(write(one(grid)), "word/document.xml").iter(W + "tbl")
    kept = [{cell.find(f"{W}p/{W}pPr/{W}keepNext") is not None for cell in row.iter(W + "tc")} for row in table.iter(W + "tr")]
    assert kept == [{True}, {True}, {False}] * 20


def test_names_of_several_lines_are_read_from_the_left_and_values_stay_in_the_middle() -> None:
    cells = (Cell(0, 0, "一项业务办理量及申报数量"), Cell(0, 1, "72.81万票"), Cell(1, 0, "短名"), Cell(1, 1, "1家"))
    body = part(write(one(Grid((1, 1, 20), (*cells, Cell(0, 2, "", "text", row_span=2)), 2))), "word/document.xml")
    placed = [cell.find(f"{W}p/{W}pPr/{W}jc") for cell in body.iter(W + "tc")]
    assert [None if place is None else place.get(W + "val") for place in placed] == ["left", None, None, "left", None, None]


def test_what_a_merged_cell_needs_counts_for_its_last_row() -> None:
    cells = (Cell(0, 0, LONG, "text", row_span=2), Cell(0, 1, "甲"), Cell(1, 1, "乙"))
    assert rows_that(write(one(Grid((1, 1), cells, 2))), "cantSplit") == [0]


def test_a_head_taller_than_half_a_page_is_not_repeated() -> None:
    assert rows_that(write(one(Grid((1,), (Cell(0, 0, LONG, "label"), Cell(1, 0, "甲")), 2, head_rows=1))), "tblHeader") == []


def test_a_column_gets_the_room_its_figures_need() -> None:
    cells = (Cell(0, 0, "名称"), Cell(0, 1, "2,903.24", "figure"))
    wide, narrow = column_edges(Grid((100, 1), (), 1), 9866), column_edges(Grid((100, 1), cells, 1), 9866)
    assert (wide[2], narrow[2]) == (9866, 9866)
    assert 9866 - wide[1] < 400 < 8 * 105 < 9866 - narrow[1]


def test_many_columns_share_what_there_is() -> None:
    edges = column_edges(Grid((1,) * 60, tuple(Cell(0, column, "12345.67", "figure") for column in range(60)), 1), 9866)
    assert edges == sorted(set(edges))
    assert (len(edges), edges[-1]) == (61, 9866)


def test_figures_too_wide_for_their_columns_are_set_smaller() -> None:
    cells = tuple(Cell(0, column, "12345678.90", "figure") for column in range(8))
    row = opened(write(one(Grid((1,) * 8, cells, 1)))).tables[0].rows[0]
    names = {paragraph.style.name for cell in row.cells for paragraph in cell.paragraphs if paragraph.style}
    assert names == {"表格数字（9磅）"}


# Charts and codes


def test_a_chart_holds_its_own_numbers() -> None:
    source = write(one(CHART))
    chart = part(source, "word/charts/chart1.xml")
    names = [value.text for value in chart.iterfind(f".//{C}tx/{C}v")]
    labels = [value.text for value in next(chart.iter(C + "cat")).iter(C + "v")]
    values = [[(point.get("idx"), point.findtext(C + "v")) for point in series.iter(C + "pt")] for series in chart.iter(C + "val")]
    assert (names, labels) == (["自评", "复算"], ["产出<一>", "效益"])
    assert values == [[("0", "99.5"), ("1", "80")], [("0", "92.25")]]
    described = next(part(source, "word/document.xml").iter("{*}docPr")).get("descr")
    assert described == "各级指标得分率。产出<一>：自评 99.5%，复算 92.25%；效益：自评 80%。"


def test_a_chart_of_many_rows_is_cut_into_pages() -> None:
    bars = replace(CHART, rows=tuple((f"部门{number}", (Decimal(number), None)) for number in range(100)))
    source = write(one(bars))
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        charts = sorted(name for name in archive.namelist() if "/charts/" in name)
    shown = sum(len(list(next(part(source, name).iter(C + "cat")).iter(C + "pt"))) for name in charts)
    tallest = max(int(str(extent.get("cy"))) for extent in part(source, "word/document.xml").iter("{*}extent"))
    assert (len(charts) > 2, shown) == (True, 100)
    assert tallest < 250 * 36000


def test_a_code_is_a_picture_beside_its_text() -> None:
    source = write(one(CODE))
    cells = opened(source).tables[0].rows[0].cells
    assert (cells[0].text, cells[1].text) == ("", f"{CODE.caption}\n{CODE.text}")
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        picture = archive.read("word/media/code1.png")
    wanted = io.BytesIO()
    segno.make(CODE.text, error="m", micro=False).save(wanted, kind="png", scale=8, border=4)
    assert picture == wanted.getvalue()


def test_a_text_too_long_for_a_code_is_printed_alone() -> None:
    document = opened(write(one(Code("长" * 3000, "说明"))))
    assert [paragraph.text for paragraph in document.paragraphs] == ["说明", "长" * 3000]


# On paper


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The texts of the pages that LibreOffice prints, by file."""
    folder = tmp_path_factory.mktemp("printed")
    goals = Grid((1, 4), (Cell(0, 0, "总体目标", "label"), Cell(0, 1, "始" + LONG[:4998] + "终", "text")), 1)
    mixed = (Paragraph("<甲>&𠮷〇㎡", "body"), CHART, CODE)
    files = {
        "long": one(Paragraph("长表", "title"), indicators(200), Paragraph("注：完。", "note")),
        "goals": one(goals, indicators(2, joined=True)),
        "mixed": Layout("报告", (Section("一", mixed), Section("二", (indicators(3),), "landscape")), "official"),
        "bare": one(Grid((1,), (Cell(0, 0, "独表"),), 1)),
    }
    for name, layout in files.items():
        (folder / f"{name}.docx").write_bytes(write(layout))
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    command += [str(folder / f"{name}.docx") for name in files]
    subprocess.run(command, check=True, capture_output=True, timeout=180)  # noqa: S603 - files made here
    return {name: pages(folder / f"{name}.pdf") for name in files}


def pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    texts = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return texts


def test_head_rows_are_printed_on_every_page(printed: dict[str, list[str]]) -> None:
    texts = printed["long"]
    assert len(texts) > 3
    assert [text.count("三级指标") for text in texts] == [1] * len(texts)
    assert all(f"第{row}项业务" in "".join(texts) for row in range(1, 201))


def test_pages_are_numbered(printed: dict[str, list[str]]) -> None:
    texts = printed["long"]
    assert all(f"第{number}页共{len(texts)}页" in text for number, text in enumerate(texts, start=1))
    assert [f"—{number}—" in text for number, text in enumerate(printed["mixed"], start=1)] == [True] * len(printed["mixed"])


def test_five_thousand_characters_run_on_over_pages_and_none_is_lost(printed: dict[str, list[str]]) -> None:
    texts = printed["goals"]
    assert len(texts) >= 2
    assert "始建成示范点" in texts[0]
    assert sum(text.count("建成示范点") for text in texts) == LONG[:4998].count("建成示范点")
    assert sum(text.count("终") for text in texts) == 1


def test_rare_signs_charts_codes_and_turned_pages_are_printed(printed: dict[str, list[str]]) -> None:
    whole = "".join(printed["mixed"])
    assert all(sign in whole for sign in ("<甲>&𠮷〇㎡", "产出<一>", "99.50%", CHART.caption, CODE.caption, "第3项业务"))
    assert len(printed["mixed"]) == 2


def test_a_table_at_the_end_is_still_a_table(printed: dict[str, list[str]]) -> None:
    assert [text.replace("第1页共1页", "") for text in printed["bare"]] == ["独表"]
