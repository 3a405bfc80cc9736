"""The workbook of a layout holds the layout: texts, spans, numbers, formulas, looks and the printed page; nothing typed is run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.utils import range_boundaries  # type: ignore[import-untyped]

from exporters.writers.layout_strategies import FORMULAS, HOSTILE, layouts, sections, summed_grids
from jiheng import importers
from jiheng.exporters.layout.model import Bars, Cell, Code, Grid, Item, Layout, Paragraph, Section
from jiheng.exporters.writers.xlsx import write
from jiheng.exporters.writers.xlsx_book import printable, sheet_names
from jiheng.exporters.writers.xlsx_plan import data_table, exact
from jiheng.importers.port import fold

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def printed(items: tuple[Item, ...]) -> Iterator[Cell]:
    """What stands on a sheet, in reading order; texts outside the grids as cells without a place."""
    for item in items:
        if isinstance(item, Paragraph):
            yield Cell(0, 0, item.text)
            yield Cell(0, 0, item.right)
        elif isinstance(item, Grid):
            yield from item.cells
        elif isinstance(item, Bars):
            yield Cell(0, 0, item.caption)
            yield from data_table(item).cells
        else:
            yield Cell(0, 0, "\n".join(part for part in (item.caption, item.text) if part))


def one(*items: Item, orientation: Any = "portrait") -> Layout:
    return Layout("表", (Section("表", items, orientation),))


def opened(source: bytes, **options: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(source), **options)


def part(source: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        return archive.read(name)


def unescaped(value: Any) -> Any:
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), value) if isinstance(value, str) else value


def filled(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


@given(layouts())
def test_every_text_and_number_is_there_in_reading_order(layout: Layout) -> None:
    book = opened(write(layout))
    assert len(book.sheetnames) == len(layout.sections)
    for section, sheet in zip(layout.sections, book, strict=True):
        expected = [cell for cell in printed(section.items) if printable(cell.text)]
        found = filled(sheet)
        assert len(found) == len(expected)
        for cell, wanted in zip(found, expected, strict=True):
            if cell.data_type == "n":
                assert wanted.number is not None
                assert (Decimal(repr(cell.value)), cell.number_format) == (wanted.number, wanted.number_format)
            else:
                assert (cell.data_type, cell.value) == ("s", printable(wanted.text))


@given(layouts())
@settings(max_examples=40)
def test_our_own_reader_reads_the_same_cells(layout: Layout) -> None:
    wanted = [[fold(cell.text) for cell in printed(section.items) if fold(cell.text)] for section in layout.sections]
    if not any(wanted):
        return
    document = importers.read(write(layout), "表.xlsx")
    tables = [[cell.text for cell in table.cells if cell.text] for table in document.blocks if hasattr(table, "cells")]
    assert tables == [texts for texts in wanted if texts]


@given(sections())
def test_spans_stay_spans_on_one_raster(section: Section) -> None:
    """Each grid's rows and columns lie on rows and columns of the sheet, in order, and no two cells overlap."""
    boxes = boxes_of(write(Layout("表", (section,))))
    grids = [data_table(item) if isinstance(item, Bars) else item for item in section.items]
    position = 0
    for grid in grids:
        if isinstance(grid, Grid):
            own = boxes[position : position + len(grid.cells)]
            position += len(grid.cells)
            for axis, (first, span) in enumerate((("row", "row_span"), ("column", "column_span"))):
                places: dict[int, int] = {}
                for cell, box in zip(grid.cells, own, strict=True):
                    start, end = getattr(cell, first), getattr(cell, first) + getattr(cell, span)
                    assert places.setdefault(start, box[axis]) == box[axis]
                    assert places.setdefault(end, box[axis + 2] + 1) == box[axis + 2] + 1
                assert all(places[a] < places[b] for a, b in pairwise(sorted(places)))
    assert position == len(boxes)
    covered = [place for box in boxes for place in squares(box)]
    assert len(covered) == len(set(covered))


def squares(box: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    return [(row, column) for row in range(box[0], box[2] + 1) for column in range(box[1], box[3] + 1)]


def boxes_of(source: bytes) -> list[tuple[int, int, int, int]]:
    """The rectangles with a border (rows and columns from 1) by row, then column, from the file itself; every square of each is ruled."""
    styles = etree.fromstring(part(source, "xl/styles.xml"))
    borders = [xf.get("borderId") for xf in styles.iter(f"{MAIN}xf")][1:]
    sheet = etree.fromstring(part(source, "xl/worksheets/sheet1.xml"))
    ruled = {range_boundaries(str(c.get("r")))[1::-1]: borders[int(c.get("s") or 0)] != "0" for c in sheet.iter(f"{MAIN}c")}
    merges = [range_boundaries(str(item.get("ref"))) for item in sheet.iter(f"{MAIN}mergeCell")]
    boxes = {(top, left): (top, left, bottom, right) for left, top, right, bottom in merges}
    under = {place for box in boxes.values() for place in squares(box)}
    boxes |= {place: (*place, *place) for place in ruled if place not in under}
    for place, box in boxes.items():
        assert {ruled[square] for square in squares(box)} == {ruled[place]}
    return sorted(box for place, box in boxes.items() if ruled[place])


@given(st.lists(summed_grids(), min_size=1, max_size=2))
def test_formulas_name_cells_and_carry_their_result(grids: list[Grid]) -> None:
    renamed = [
        Grid(grid.widths, tuple(replaced(cell, f"/{number}") for cell in grid.cells), grid.rows) for number, grid in enumerate(grids)
    ]  # one sheet, pointers of their own
    source = write(one(Paragraph("表", "title"), *renamed))
    shown, stored = opened(source).active, opened(source, data_only=True).active
    formulas = [cell for cell in filled(shown) if cell.data_type == "f"]
    assert len(formulas) == len(grids)
    for cell, grid in zip(formulas, grids, strict=True):
        match = re.fullmatch(r"=SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)", cell.value)
        assert match is not None
        named = [shown[f"{match[1]}{row}"].value for row in range(int(match[2]), int(match[4]) + 1)]
        total = grid.cells[-1].number
        assert sum(Decimal(repr(value)) for value in named if value is not None) == total
        assert Decimal(repr(stored[cell.coordinate].value)) == total


def replaced(cell: Cell, prefix: str) -> Cell:
    formula = cell.formula.replace("{/", f"{{{prefix}/") if cell.formula else None
    pointer = prefix + cell.pointer if cell.pointer else None
    return Cell(cell.row, cell.column, cell.text, cell.role, number=cell.number, number_format=cell.number_format, formula=formula, pointer=pointer)


def score(row: int, number: Decimal, pointer: str, **more: Any) -> Cell:
    return Cell(row, 0, f"{number:.2f}", "figure", number=number, number_format="0.00", pointer=pointer, **more)


def test_a_number_beyond_fifteen_digits_is_a_text_and_no_formula_adds_it() -> None:
    huge, small = Decimal("12345678901234567.89"), Decimal("1.50")
    cells = (
        score(0, small, "/a"),
        score(1, huge, "/b"),
        score(2, huge + small, "/c", formula="SUM({/a}:{/b})"),
        score(3, small, "/d", formula="{/a}"),
    )
    sheet = opened(write(one(Grid((1,), cells, 4)))).active
    assert [(cell.value, cell.data_type) for cell in filled(sheet)] == [(1.5, "n"), (f"{huge}", "s"), (f"{huge + small}", "s"), ("=A1", "f")]
    within = (score(0, small, "/a"), score(1, huge, "/b"), score(2, small, "/c"), score(3, small * 2, "/d", formula="SUM({/a}:{/c})"))
    sheet = opened(write(one(Grid((1,), within, 4)))).active
    assert sheet["A4"].data_type == "n"


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_double_gives_back_every_number_that_is_written_as_one(number: Decimal) -> None:
    if exact(number):
        assert Decimal(f"{float(f'{number:.16G}'):.15g}") == number


def test_formulas_reach_other_sheets_and_unknown_pointers_leave_the_number() -> None:
    first = Section("甲'表", (Grid((1,), (score(0, Decimal(3), "/a"),), 1),))
    second = Section("乙", (Grid((1,), (score(0, Decimal(3), "/b", formula="{/a}"), score(1, Decimal(4), "/c", formula="{/z}+1")), 2),))
    sheet = opened(write(Layout("", (first, second))))["乙"]
    assert (sheet["A1"].value, sheet["A2"].value, sheet["A2"].data_type) == ("='甲''表'!A1", 4, "n")


@pytest.mark.parametrize("text", [*HOSTILE, "\tx", "<r>&</r>"])
def test_what_a_person_typed_stays_text(text: str) -> None:
    source = write(Layout(text, (Section(text, (Paragraph(text, "line", text), Grid((1, 1), (Cell(0, 0, text), Cell(0, 1, text, "text")), 1))),)))
    cells = filled(opened(source).active)
    assert [(cell.data_type, cell.value, cell.hyperlink) for cell in cells] == [("s", text, None)] * 4
    assert b"<f>" not in part(source, "xl/worksheets/sheet1.xml")
    assert b"hyperlink" not in part(source, "xl/worksheets/sheet1.xml").lower()
    if text in FORMULAS and not text.startswith(("{", "#")):
        assert all(cell.quotePrefix for cell in cells), "an edit in Excel must not wake it"


def test_control_signs_go_and_line_breaks_stay() -> None:
    assert printable("甲\x00\x0b乙\r\n丙\r丁\ud800\ufffe\t戊") == "甲乙\n丙\n丁\ufffd\t戊"
    cells = filled(opened(write(one(Paragraph("甲\x00\r\n乙\ud83d")))).active)
    assert [cell.value for cell in cells] == ["甲\n乙\ufffd"]


def test_a_text_longer_than_a_cell_says_that_it_was_cut() -> None:
    text = printable("𠮷" * 20000)
    assert len(text.encode("utf-16-le")) // 2 in {32766, 32767}
    assert text.endswith("余下内容见 Word 或 PDF 文件）")
    assert printable("字" * 32767) == "字" * 32767


@given(st.lists(st.text(max_size=40) | st.sampled_from(["自评表", "自评表 ", "A", "a", "History", "'", "一" * 40, "一" * 41]), max_size=6))
def test_sheet_names_are_legal_and_unlike(names: list[str]) -> None:
    found = sheet_names(names)
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert 1 <= len(name.encode("utf-16-le", "surrogatepass")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", name)
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"


@given(layouts(most_sections=2))
@settings(max_examples=20)
def test_the_same_layout_gives_the_same_bytes_and_names_nobody(layout: Layout) -> None:
    source = write(layout)
    assert source == write(layout)
    properties = opened(source).properties
    assert (properties.creator, properties.lastModifiedBy) == (None, None)
    assert unescaped(properties.title or "") == printable(layout.title)
    assert (properties.created.year, properties.modified.year) == (1980, 1980)
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@given(sections())
@settings(max_examples=30)
def test_the_page_is_a4_one_page_wide(section: Section) -> None:
    sheet = opened(write(Layout("表", (section,)))).active
    setup = sheet.page_setup
    several = bool(sheet.row_breaks.brk)  # one page, written as nothing, or as many as it takes
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, section.orientation, None, 0 if several else None)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_options.horizontalCentered
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    _, _, right, bottom = range_boundaries(sheet.print_area.rpartition("!")[2])
    last = max((range_boundaries(str(item))[3] for item in sheet.merged_cells.ranges), default=1)
    assert (bottom, right) >= (last, sheet.max_column if filled(sheet) else 1)
    assert all(0 < dimension.height <= 409 for dimension in sheet.row_dimensions.values() if dimension.height is not None)


def indicators(rows: int, *, head_rows: int = 1) -> Grid:
    heads = tuple(Cell(0, column, word, "label") for column, word in enumerate(("三级指标", "年度指标值", "得分")))
    body = [cell for row in range(1, rows) for cell in (Cell(row, 0, f"指标{row}"), Cell(row, 1, "≥95%"), score(row, Decimal(1), f"/s/{row}"))]
    placed = tuple(Cell(cell.row, 2, cell.text, cell.role, number=cell.number, number_format="0.00") if cell.number else cell for cell in body)
    return Grid((2, 1, 1), heads + placed, rows, head_rows=head_rows)


def test_heads_are_printed_again_and_frozen_only_near_the_top_of_a_long_sheet() -> None:
    near = opened(write(one(Paragraph("自评表", "title"), indicators(200)))).active
    assert (near.print_title_rows, near.freeze_panes) == ("$2:$2", "A3")
    above = Grid((1, 1), tuple(Cell(row, column, "甲") for row in range(12) for column in range(2)), 12, head_rows=1)
    far = opened(write(one(Paragraph("自评表", "title"), above, indicators(200)))).active
    assert (far.print_title_rows, far.freeze_panes) == ("$15:$15", None)
    short = opened(write(one(indicators(6)))).active
    assert (short.print_title_rows, short.freeze_panes) == ("$1:$1", None)
    none = opened(write(one(indicators(20, head_rows=0)))).active
    assert (none.print_title_rows, none.freeze_panes) == (None, None)


def test_heads_taller_than_half_a_page_are_not_repeated() -> None:
    tall = Grid((1,), (Cell(0, 0, "填报说明。" * 400, "text"), Cell(1, 0, "甲")), 2, head_rows=1)
    assert opened(write(one(tall))).active.print_title_rows is None


def test_joined_grids_touch_and_others_leave_a_row() -> None:
    grid = Grid((1,), (Cell(0, 0, "甲"),), 1)
    joined = Grid((1,), (Cell(0, 0, "乙"),), 1, joined=True)
    sheet = opened(write(one(Paragraph("丙"), grid, joined, grid, Paragraph("丁"), grid))).active
    assert [(cell.coordinate, cell.value) for cell in filled(sheet)] == [
        ("A1", "丙"),
        ("A2", "甲"),
        ("A3", "乙"),
        ("A5", "甲"),
        ("A6", "丁"),
        ("A7", "甲"),
    ]


def test_a_text_at_the_right_shares_the_row() -> None:
    grid = Grid((1, 1, 1), (Cell(0, 0, "甲"), Cell(0, 1, "乙"), Cell(0, 2, "丙")), 1)
    sheet = opened(write(one(Paragraph("部门：某局", "line", "公开14表"), grid))).active
    left, right = filled(sheet)[:2]
    assert (left.row, right.row, left.alignment.horizontal, right.alignment.horizontal) == (1, 1, "left", "right")
    assert left.coordinate == "A1"
    assert any(str(area).endswith("C1") or right.coordinate == "C1" for area in sheet.merged_cells.ranges)


def test_near_edges_of_two_tables_become_one() -> None:
    first = Grid((10, 20, 30), tuple(Cell(0, column, "甲") for column in range(3)), 1)
    second = Grid((101, 199, 300), tuple(Cell(0, column, "乙") for column in range(3)), 1, joined=True)
    third = Grid((30, 30), tuple(Cell(0, column, "丙") for column in range(2)), 1, joined=True)
    sheet = opened(write(one(first, second, third))).active
    assert (sheet.max_column, [str(area) for area in sheet.merged_cells.ranges]) == (3, ["A3:B3"])


def test_a_long_number_gets_its_room_from_the_other_columns() -> None:
    cells = (Cell(0, 0, "12345678.90", "figure", number=Decimal("12345678.90"), number_format="0.00"), Cell(0, 1, "甲" * 100, "text"))
    sheet = opened(write(one(Grid((1, 30), cells, 1)))).active
    widths = [sheet.column_dimensions[letter].width * 7 for letter in "AB"]
    assert widths[0] >= 11 * 7
    assert sum(widths) == pytest.approx(680, abs=2)


def test_a_number_too_wide_for_any_column_is_made_smaller() -> None:
    wide = [Cell(0, column, "123456789012.34", "figure", number=Decimal("123456789012.34"), number_format="0.00") for column in range(12)]
    cell = opened(write(one(Grid((1,) * 12, tuple(wide), 1)))).active["A1"]
    assert (cell.alignment.shrink_to_fit, cell.alignment.wrap_text) == (True, None)


def test_rows_are_as_tall_as_five_thousand_characters() -> None:
    text = "建成示范点并通过验收，群众满意。" * 313
    grid = Grid(
        (1, 2, 1),
        (
            Cell(0, 0, "目标", "label", row_span=2),
            Cell(0, 1, "预期目标", "label"),
            Cell(0, 2, "实际", "label"),
            Cell(1, 1, text[:5000], "text"),
            Cell(1, 2),
        ),
        2,
    )
    sheet = opened(write(one(grid))).active
    heights = [sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)]
    assert max(heights) <= 409
    per_line = int((sheet.column_dimensions["B"].width * 7) * 0.75 / 10.5)
    assert sum(heights[1:]) >= 5000 / per_line * 10.5 * 1.25
    assert {str(area) for area in sheet.merged_cells.ranges} >= {f"A1:A{len(heights)}", f"B2:B{len(heights)}"}
    (document,) = importers.read(write(one(grid)), "表.xlsx").blocks
    assert text[:5000] in {cell.text for cell in getattr(document, "cells", ())}


def test_a_long_paragraph_takes_several_rows() -> None:
    sheet = opened(write(one(Paragraph("第一条。" * 1500, "body"), Paragraph("末", "note")))).active
    heights = [sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)]
    assert len(heights) > 3
    assert max(heights) <= 409
    assert filled(sheet)[-1].row == len(heights)


def test_a_block_that_would_be_torn_begins_a_new_page() -> None:
    rows = Grid((1,), tuple(Cell(row, 0, "甲") for row in range(30)), 30)
    bars = Bars("图", ("自评",), tuple((f"指标{row}", (Decimal(row),)) for row in range(9)), Decimal(10), "分")
    sheet = opened(write(one(rows, bars))).active
    assert [item.id for item in sheet.row_breaks.brk] == [31]


def test_a_chart_reads_the_table_below_it() -> None:
    bars = Bars("各级得分率", ("自评", "复算"), (("产出", (Decimal("98.5"), Decimal(90))), ("效益", (Decimal(100), None))), Decimal(100), "%")
    source = write(one(Paragraph("报告", "title"), bars))
    sheet = opened(source).active
    chart = etree.fromstring(part(source, "xl/charts/chart1.xml"))
    spaces = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    named = [str(item.text).rpartition("!")[2].replace("$", "") for item in chart.iter(f"{{{spaces['c']}}}f")]
    values = [[cell.value for (cell,) in sheet[place]] if ":" in place else sheet[place].value for place in named]
    assert values == ["自评", ["产出", "效益"], [98.5, 100], "复算", ["产出", "效益"], [90, None]]
    assert chart.xpath("//c:valAx/c:scaling/c:max/@val", namespaces=spaces) == ["100"]
    assert [cell.value for cell in filled(sheet)] == ["报告", "各级得分率", "单位：%", "自评", "复算", "产出", 98.5, 90, "效益", 100]
    assert write(one(Bars("空", (), (), Decimal(1), "")))


def test_a_code_can_be_scanned_and_read() -> None:
    code = Code("https://example.invalid/v/0123456789abcdef", "扫码核验")
    source = write(one(Paragraph("表", "title"), code, Code("字" * 3000, "太长"), Code("", "空")))
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        pictures = [name for name in archive.namelist() if "/media/" in name]
    assert len(pictures) == 1, "what no code can hold stands as text alone"
    picture = cv2.imdecode(np.frombuffer(part(source, pictures[0]), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.copyMakeBorder(picture, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=255))
    assert text == code.text
    assert "扫码核验\nhttps://example.invalid/v/0123456789abcdef" in [cell.value for cell in filled(opened(source).active)]


def test_a_gap_cannot_be_overlooked() -> None:
    cell = opened(write(one(Paragraph("【请补充】", "gap")))).active["A1"]
    assert (cell.fill.fill_type, cell.font.color.rgb) == ("solid", "FF9C0006")


def test_faces_are_those_of_official_forms() -> None:
    sheet = opened(write(one(Paragraph("自评表", "title"), Grid((1, 1), (Cell(0, 0, "项目名称", "label"), Cell(0, 1, "某项目")), 1)))).active
    assert [(cell.font.name, cell.font.sz) for cell in filled(sheet)] == [("方正小标宋简体", 20), ("黑体", 10.5), ("宋体", 10.5)]
    assert all(cell.alignment.wrap_text and cell.alignment.vertical == "center" for cell in filled(sheet))
