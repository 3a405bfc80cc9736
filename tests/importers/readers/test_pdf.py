"""PDF with a text layer: each page here is drawn by hand, operator by operator, as the producers of the field draw theirs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from jiheng.domain.document import Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.readers import pdf

XS = [50.0, 150.0, 250.0, 350.0]
YS = [700.0, 670.0, 640.0, 610.0]
WORDS = [["指标", "目标", "完成"], ["里程", "≥50", "52"], ["桥梁", "3座", "2座"]]
GRID = [(row, column, WORDS[row][column]) for row in range(3) for column in range(3)]


def stream(content: str) -> bytes:
    data = content.encode("latin-1")
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def build(*contents: str, page: str = "", media: tuple[int, int] = (595, 842), catalog: str = "", more: Sequence[bytes] = ()) -> bytes:
    """A PDF with one page per content stream, in a Chinese font that every viewer knows; further objects count from 10."""
    count = len(contents)
    first = 10 + len(more)
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(count))
    objects: dict[int, bytes] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        4: b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
        b" /DW 1000 /W [1 95 500] /FontDescriptor 5 0 R >>",
        5: b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120"
        b" /CapHeight 880 /StemV 93 >>",
        6: b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream",
    }
    objects.update(dict(enumerate(more, start=10)))
    for i, content in enumerate(contents):
        objects[first + 2 * i] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {media[0]} {media[1]}] /Contents {first + 2 * i + 1} 0 R {page}"
            f" /Resources << /Font << /F 3 0 R >> /XObject << /Im 6 0 R /Fm 10 0 R >> >> >>"
        ).encode()
        objects[first + 2 * i + 1] = stream(content)
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    rows = [b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(size)]
    out += b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, b"".join(rows), size, start)
    return bytes(out)


def text(x: float, y: float, words: str, *, size: float = 10, mode: int = 0, matrix: str = "1 0 0 1") -> str:
    return f"BT /F {size} Tf {mode} Tr {matrix} {x} {y} Tm <{words.encode('utf-16-be').hex()}> Tj ET\n"


def words_of(cells: Sequence[tuple[int, int, str]] = GRID, *, dy: float = 0) -> str:
    return "".join(text(XS[column] + 6, YS[row] - 20 + dy, word) for row, column, word in cells)


def segments() -> list[tuple[float, float, float, float]]:
    return [(XS[0], y, XS[-1], y) for y in YS] + [(x, YS[0], x, YS[-1]) for x in XS]


def stroked() -> str:
    return "0.5 w " + "".join(f"{a} {b} m {c} {d} l S\n" for a, b, c, d in segments())


def cells_of(source: bytes) -> list[list[tuple[str, int, int]]]:
    (table,) = tables(source)
    return [[(cell.text, cell.row_span, cell.column_span) for cell in row] for row in table.rows()]


def tables(source: bytes) -> list[Table]:
    return [block for block in pdf.read(source).blocks if isinstance(block, Table)]


def paragraphs(source: bytes) -> list[str]:
    return [block.text for block in pdf.read(source).blocks if isinstance(block, Paragraph)]


def thin(a: float, b: float, c: float, d: float, thick: float = 0.6) -> str:
    return f"{a} {b} {max(c - a, thick)} {max(d - b, thick)} re f\n"


def as_filled_boxes() -> str:
    return "".join(thin(a, min(b, d), c, max(b, d)) for a, b, c, d in segments())


def as_sides_per_cell() -> str:
    corners = [(XS[c], YS[r + 1], 100, 30) for r in range(3) for c in range(3)]
    return "".join(f"{x} {y} {w} 0.5 re f {x} {y + h} {w} 0.5 re f {x} {y} 0.5 {h} re f {x + w} {y} 0.5 {h} re f\n" for x, y, w, h in corners)


def as_boxes_with_spacing() -> str:
    return "0.7 w " + "".join(f"{XS[c] + 0.9} {YS[r + 1] + 0.9} 98.2 28.2 re S\n" for r in range(3) for c in range(3))


def as_dashes() -> str:
    out = ""
    for y in YS:
        out += "".join(f"{x} {y} 3 0.5 re f\n" for x in range(50, 350, 5))
    for x in XS:
        out += "".join(f"{x} {y} 0.5 3 re f\n" for y in range(610, 700, 5))
    return out


def as_dots() -> str:
    out = ""
    for y in YS:
        out += "".join(f"{x / 2} {y} 0.48 0.48 re f\n" for x in range(100, 700, 2))
    for x in XS:
        out += "".join(f"{x} {y / 2} 0.48 0.48 re f\n" for y in range(1220, 1400, 2))
    return out


def as_double_lines() -> str:
    return "0.5 w " + "".join(f"{a} {b} m {c} {d} l S {a + 1.5} {b + 1.5} m {c + 1.5} {d + 1.5} l S\n" for a, b, c, d in segments())


def as_broken_lines() -> str:
    out = "0.5 w "
    for y in YS:
        out += "".join(f"{x + 1.2} {y} m {x + 98.8} {y} l S\n" for x in XS[:-1])
    for x in XS:
        out += "".join(f"{x} {y - 1.2} m {x} {y - 28.8} l S\n" for y in YS[:-1])
    return out


def as_one_path() -> str:
    return "0.5 w " + "".join(f"{a} {b} m {c} {d} l\n" for a, b, c, d in segments()) + "S\n"


def as_header_band() -> str:
    return f"0.8 0.9 1 rg 50 {YS[1]} 300 30 re f 0 g " + stroked()


def as_frames() -> str:
    boxes = [(XS[c], YS[r + 1]) for r in range(3) for c in range(3)]
    return "".join(f"{x} {y} 100 30 re {x + 0.6} {y + 0.6} 98.8 28.8 re f*\n" for x, y in boxes)


def scaled() -> str:
    inner = "".join(f"{a * 10} {b * 10} m {c * 10} {d * 10} l S\n" for a, b, c, d in segments())
    return f"q 0.1 0 0 0.1 0 0 cm 5 w {inner} Q\n"


STYLES: list[Callable[[], str]] = [
    stroked,
    as_filled_boxes,
    as_sides_per_cell,
    as_boxes_with_spacing,
    as_dashes,
    as_dots,
    as_double_lines,
    as_broken_lines,
    as_one_path,
    as_header_band,
    as_frames,
    scaled,
]


@pytest.mark.parametrize("style", STYLES)
def test_however_borders_are_drawn_the_grid_is_the_same(style: Callable[[], str]) -> None:
    assert cells_of(build(style() + words_of())) == [[(word, 1, 1) for word in row] for row in WORDS]


@pytest.mark.parametrize(("rotate", "turn"), [(0, "1 0 0 1 0 0"), (90, "0 1 -1 0 842 0"), (180, "-1 0 0 -1 842 842"), (270, "0 -1 1 0 0 842")])
@pytest.mark.parametrize("told", [True, False])
def test_a_turned_page_reads_as_its_text_stands(rotate: int, turn: str, *, told: bool) -> None:
    source = build(f"q {turn} cm {stroked()}{words_of()} Q\n", page=f"/Rotate {rotate if told else 0}", media=(842, 842))
    (table,) = tables(source)
    assert [cell.text for cell in table.rows()[1]] == ["里程", "≥50", "52"]
    if told:
        assert table.cells[0].anchor.box == (Decimal("50.0"), Decimal("142.0"), Decimal("150.0"), Decimal("172.0"))


def test_a_page_lying_on_its_side_without_saying_so_is_anchored_where_it_is_seen() -> None:
    source = build(f"q 0 1 -1 0 842 0 cm {stroked()}{words_of()} Q\n", media=(842, 842))
    assert tables(source)[0].cells[0].anchor.box == (Decimal("142.0"), Decimal("692.0"), Decimal("172.0"), Decimal("792.0"))


def test_a_page_whose_box_does_not_start_at_zero() -> None:
    source = build(stroked() + words_of(), page="/CropBox [40 500 400 720]")
    assert tables(source)[0].cells[0].anchor.box == (Decimal("10.0"), Decimal("20.0"), Decimal("110.0"), Decimal("50.0"))


def lines(*pairs: tuple[float, float, float, float]) -> str:
    return "0.5 w " + "".join(f"{a} {b} m {c} {d} l S\n" for a, b, c, d in pairs)


def frame() -> str:
    return lines((50, 700, 350, 700), (50, 610, 350, 610), (50, 700, 50, 610), (350, 700, 350, 610))


def test_merged_cells_stand_once_with_their_spans() -> None:
    inner = lines((150, 700, 150, 610), (150, 670, 350, 670), (150, 640, 350, 640), (250, 670, 250, 610))
    upright = "".join(text(95, 680 - 14 * i, character) for i, character in enumerate("产出指标"))
    assert cells_of(build(frame() + inner + upright + words_of([(0, 1, "数量"), (1, 1, "a"), (2, 2, "b")]))) == [
        [("产出指标", 3, 1), ("数量", 1, 2)],
        [("a", 1, 1), ("", 1, 1)],
        [("", 1, 1), ("b", 1, 1)],
    ]


def test_text_turned_by_a_quarter_in_a_cell_reads_upwards() -> None:
    source = build(stroked() + words_of(GRID[1:]) + text(80, 672, "ab12", size=8, matrix="0 1 -1 0"))
    assert cells_of(source)[0][0] == ("ab12", 1, 1)


def test_sides_left_open_still_close_the_table() -> None:
    open_sides = lines(*((50, y, 350, y) for y in YS), (150, 700, 150, 610), (250, 700, 250, 610))
    assert cells_of(build(open_sides + words_of())) == [[(word, 1, 1) for word in row] for row in WORDS]


def test_a_row_cut_by_the_page_has_no_rule_above_or_below() -> None:
    cut = lines(*((50, y, 350, y) for y in YS[1:3]), *((x, 700, x, 610) for x in XS))
    assert cells_of(build(cut + words_of())) == [[(word, 1, 1) for word in row] for row in WORDS]


def test_an_underline_and_a_tick_box_in_a_cell_cut_nothing() -> None:
    drawn = lines((156, 648, 200, 648)) + "255 645 9 9 re S\n"
    assert cells_of(build(stroked() + drawn + words_of()))[1] == [("里程", 1, 1), ("≥50", 1, 1), ("52", 1, 1)]


def test_tables_and_text_come_in_the_order_they_stand() -> None:
    second = f"q 1 0 0 1 0 -200 cm {stroked()}{words_of()} Q\n"
    around = text(200, 760, "自评表") + text(50, 550, "注：说明") + text(50, 350, "填报人：甲") + text(250, 350, "日期")
    blocks = pdf.read(build(second + around + stroked() + words_of())).blocks
    assert [block.text if isinstance(block, Paragraph) else block.row_count for block in blocks] == ["自评表", 3, "注：说明", 3, "填报人：甲 日期"]


def test_a_frame_around_the_page_is_no_table() -> None:
    blocks = pdf.read(build("20 20 550 800 re S\n" + stroked() + words_of() + text(50, 750, "标题"))).blocks
    assert [type(block) for block in blocks] == [Paragraph, Table]


def test_lines_inside_a_form_object_count() -> None:
    form = stream(stroked() + words_of()).replace(
        b"<< ", b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> ", 1
    )
    source = build("q 1 0 0 1 20 -30 cm /Fm Do Q", more=[form])
    assert cells_of(source) == [[(word, 1, 1) for word in row] for row in WORDS]
    assert tables(source)[0].cells[0].anchor.box == (Decimal("70.0"), Decimal("172.0"), Decimal("170.0"), Decimal("202.0"))


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (text(56, 680, "绩效目标") + text(56, 668, "完成情况"), "绩效目标完成情况"),
        (text(52, 680, "1234567890.12345678"[:19]) + text(52, 668, "9"), "1234567890.123456789"),
        (text(56, 680, "2023") + text(56, 668, "2024"), "2023 2024"),
        (text(56, 680, "Word") + text(56, 668, "Excel"), "Word Excel"),
        (text(56, 680, "≥") + text(56, 668, "95%"), "≥95%"),
        (text(56, 680, "项  目 名"), "项 目 名"),
        (text(56, 680, "ab") + text(72, 680, "cd"), "ab cd"),
        (text(56, 680, "绩效") + text(80, 680, "指标"), "绩效指标"),
        (text(56, 680, "指标") + text(56.3, 680, "指标"), "指标"),
        (text(56, 680, "合") + text(56.4, 680, "合") + text(66, 680, "计") + text(66.4, 680, "计"), "合计"),
        (text(56, 680, "1188"), "1188"),
        (text(56, 680, "\u2f26\u2ed3\uf900"), "子长豈"),
        (text(56, 680, "50m") + text(71, 684, "2", size=6), "50m2"),
        (text(56, 680, "实值") + text(76, 680, "假值", mode=3), "实值"),
    ],
)
def test_the_text_of_a_cell(drawn: str, expected: str) -> None:
    frame_and_two = lines((50, 700, 250, 700), (50, 660, 250, 660), *((x, 700, x, 660) for x in XS[:3]))
    assert cells_of(build(frame_and_two + drawn))[0][0][0] == expected


def test_the_literal_text_keeps_the_lines() -> None:
    (table,) = tables(build(stroked() + text(56, 685, "绩效目标") + text(56, 673, "完成情况")))
    assert table.cells[0].source_text == "绩效目标\n完成情况"
    assert table.cells[0].anchor[:3] == (1, None, "R1C1")


def test_text_written_over_a_wall_stays_in_its_cell_and_touching_text_is_parted() -> None:
    over = cells_of(build(stroked() + text(56, 680, "很长很长的项目名称写过了边线")))
    assert over[0][0][0] == "很长很长的项目名称写过了边线"
    apart = cells_of(build(stroked() + text(110, 680, "数量指标效益指标")))
    assert [word for word, _, _ in apart[0]] == ["数量指标", "效益指标", ""]


def test_columns_keep_their_numbers_over_a_page() -> None:
    coarse = frame() + lines((50, 670, 350, 670), (250, 700, 250, 610))
    first, second = tables(build(stroked() + words_of(), coarse + words_of([(0, 0, "总分"), (0, 2, "96")])))
    assert first.column_count == second.column_count == 3
    assert [(cell.column, cell.column_span, cell.text) for cell in second.rows()[0]] == [(0, 2, "总分"), (2, 1, "96")]
    assert [cell.anchor.page for cell in second.rows()[0]] == [2, 2]


def test_a_single_box_goes_on_with_the_table_of_the_page_before() -> None:
    one = "50 660 300 40 re S\n" + text(60, 675, "其他说明")
    assert [len(table.cells) for table in tables(build(stroked() + words_of(), one))] == [9, 1]
    assert paragraphs(build(one)) == ["其他说明"]


UNRULED = [
    ["三级指标", "指标值", "完成值", "分值"],
    ["里程", "50", "52", "10"],
    ["桥梁建设完成数量", "3座", "2座", "10"],
    ["验收率", "98%", "100%", "20"],
    ["总分", "", "100", "40"],
]


def unruled(step: float = 22) -> str:
    return "".join(text(50 + 110 * c, 700 - step * r, word) for r, row in enumerate(UNRULED) for c, word in enumerate(row) if word)


def test_a_table_without_rules_is_seen_by_its_columns() -> None:
    source = build(text(200, 760, "自评表") + unruled() + text(50, 500, "注：本表一式两份。"))
    assert [[word for word, _, _ in row] for row in cells_of(source)] == UNRULED
    assert paragraphs(source) == ["自评表", "注：本表一式两份。"]


def test_wrapped_lines_in_a_table_without_rules_are_one_row() -> None:
    source = build(unruled(40) + text(50, 688, "（名称）") + text(50, 608, "与质量"))
    assert [row[0][0] for row in cells_of(source)] == ["三级指标（名称）", "里程", "桥梁建设完成数量与质量", "验收率", "总分"]


def test_horizontal_rules_alone_part_rows() -> None:
    rules = lines(*((48, y, 420, y) for y in (715, 694, 672, 650, 628, 606)))
    assert [[word for word, _, _ in row] for row in cells_of(build(rules + unruled()))] == UNRULED


def test_rules_of_one_length_need_two_words_a_row() -> None:
    rules = lines(*((48, y, 300, y) for y in (715, 694, 672, 650)))
    rows = [["项目名称", "道路"], ["总分", "98"], ["等级", "优"]]
    drawn = "".join(text(50 + 110 * c, 700 - 22 * r, word) for r, row in enumerate(rows) for c, word in enumerate(row))
    assert [[word for word, _, _ in row] for row in cells_of(build(rules + drawn))] == rows


def test_a_label_column_filled_in_other_rows_is_a_column_of_its_own() -> None:
    rules = lines(*((48, y, 420, y) for y in (715, 694, 672, 650)))
    rows = [["项目名称", "", "道路", ""], ["", "数量", "50", "52"], ["", "质量", "98%", "99%"]]
    drawn = "".join(text(50 + 90 * c, 700 - 22 * r, word) for r, row in enumerate(rows) for c, word in enumerate(row) if word)
    assert [[word for word, _, _ in row] for row in cells_of(build(rules + drawn))] == rows


def test_text_beside_the_page_is_not_on_it() -> None:
    assert paragraphs(build(text(-60, 700, "看不见") + text(50, 700, "看得见"))) == ["看得见"]


def test_prose_is_no_table_and_its_wrapped_lines_are_one_paragraph() -> None:
    whole = "一二三四五六七八九十" * 4
    prose = text(70, 700, whole[:38]) + text(50, 684, whole) + text(50, 668, "到此结束。") + text(70, 652, "第二段。")
    assert paragraphs(build(prose)) == [whole[:38] + whole + "到此结束。", "第二段。"]


IMAGE = "q 595 0 0 842 0 0 cm /Im Do Q\n"
LONG = text(50, 700, "绩效自评表绩效自评表绩效自评表绩效自评表绩效自评表")
HIDDEN = text(50, 700, "绩效自评表绩效自评表绩效自评表绩效自评表绩效自评表", mode=3)


@pytest.mark.parametrize(
    ("contents", "pictures"),
    [
        ([LONG], ()),
        ([IMAGE], (1,)),
        ([IMAGE + LONG], ()),
        ([IMAGE + HIDDEN], (1,)),
        ([LONG + IMAGE], (1,)),
        ([LONG, IMAGE + text(280, 30, "第2页")], (2,)),
        ([text(50, 700, "无")], ()),
        ([LONG, ""], ()),
    ],
)
def test_pages_that_are_pictures_are_told_apart(contents: list[str], pictures: tuple[int, ...]) -> None:
    source = build(*contents)
    assert pdf.pages_without_text(source) == pictures


ENCRYPT = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32)


@pytest.mark.parametrize(
    ("source", "code", "fragment"),
    [
        (build(LONG)[:300], "file.damaged", "不完整"),
        (b"%PDF-1.7\nnothing", "file.damaged", "重新导出"),
        (build(LONG, more=[ENCRYPT]).replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 10 0 R /ID [<00> <00>]"), "file.protected", "去掉密码"),
        (build(*[""] * 61), "file.limit", "61 页"),
        (build(LONG, media=(30_000, 842)), "file.limit", "30000×842"),
        (build("0 0 m " + "1 1 l " * 200_001 + "S"), "file.limit", "200000 段"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(source: bytes, code: str, fragment: str) -> None:
    with pytest.raises(UnreadableFileError, match=fragment) as caught:
        pdf.read(source)
    assert caught.value.code == code


def test_a_large_page_is_read() -> None:
    assert cells_of(build(stroked() + words_of(), media=(14_400, 14_400)))[2] == [("桥梁", 1, 1), ("3座", 1, 1), ("2座", 1, 1)]


def test_scripts_are_named_and_never_run() -> None:
    names = "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert(1)) >>] >> >>"
    (notice,) = pdf.read(build(LONG, catalog=names)).notices
    assert (notice.code, "1 段脚本" in notice.message) == ("file.macro", True)
    assert pdf.read(build(LONG)).notices == ()


def test_threads_do_not_meet_in_pdfium() -> None:
    source = build(stroked() + words_of())
    seen: list[Paragraph | Table] = []
    threads = [threading.Thread(target=lambda: seen.extend(pdf.read(source).blocks)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(block.cells) for block in seen if isinstance(block, Table)] == [9] * 4
