"""What a person checks after import: the least certain first, each field with its print, its reading, its place; and the annotated copy."""

from __future__ import annotations

import base64
import io
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from html import unescape
from itertools import pairwise

import openpyxl  # type: ignore[import-untyped]
import pypdfium2  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiheng import importers
from jiheng.domain.document import Anchor, Table
from jiheng.domain.dossier import Dossier, FieldReading
from jiheng.domain.finding import Repair
from jiheng.exporters import annotated, pictures
from jiheng.exporters.review import FieldReview, reading_order, reviews, where
from jiheng.pipeline import appraise
from jiheng.rulebook import load_rulebook

FORM = """项目支出绩效自评表
（2023年度）
项目名称\t<b>道路</b>“养护”\t实施单位\t示例县公路站
项目资金（万元）\t全年预算数\t全年执行数\t分值\t执行率\t得分
年度资金总额\t7,00.0,77\t650\t10\t92%\t9
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分
产出指标\t数量指标\t养护里程\t≥50公里\t52公里\t60\t60
效益指标\t社会效益指标\t群众满意度\t≥90%\t已完成\t30\t30
"""
ROWS = [line.split("\t") for line in FORM.splitlines()]


def appraised(source: bytes, name: str) -> Dossier:
    (found,) = appraise(source, name, rulebook=load_rulebook())
    return found


def copy(source: bytes, name: str, dossier: Dossier | None = None) -> str:
    return annotated.render([dossier or appraised(source, name)], source, lambda: importers.read(source, name))


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return appraised(FORM.encode(), "表.txt")


def by_pointer(listed: Iterable[FieldReview]) -> dict[str, FieldReview]:
    return {one.pointer: one for one in listed}


def test_every_field_is_listed_with_print_reading_and_place(dossier: Dossier) -> None:
    found = by_pointer(reviews(dossier))
    assert set(found) == set(dossier.fields)
    target = found["/indicators/0/target"]
    assert (target.label, target.printed, target.read) == ("第 1 行“养护里程”目标值", "≥50公里", "≥50 公里")
    assert where(target.anchor) == "第 7 行 c4"
    assert found["/funds/0/disbursed"].label == "资金“年度资金总额”支出"
    assert found["/funds/0/disbursed"].read == "6500000 元"
    assert found["/implementing_unit"].read == "示例县公路站"


def test_the_least_certain_comes_first_then_what_could_not_be_understood_then_reading_order(dossier: Dossier) -> None:
    unsure = dossier.fields["/indicators/0/weight"]._replace(confidence=Decimal("0.4"), alternatives=("50",))
    listed = reviews(replace(dossier, fields={**dossier.fields, "/indicators/0/weight": unsure}))
    assert [one.pointer for one in listed[:2]] == ["/indicators/0/weight", "/funds/0/adjusted_budget"]
    assert [one.doubtful for one in listed[:2]] == [True, True]
    sure = [one.pointer for one in listed if not one.doubtful and not one.notes]
    assert sure.index("/project_name") < sure.index("/funds/0/disbursed") < sure.index("/indicators/0/actual") < sure.index("/indicators/1/weight")


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_whatever_the_confidences_the_list_is_complete_and_never_rises_before_it_falls(dossier: Dossier, data: st.DataObject) -> None:
    steps = st.sampled_from([Decimal(text) for text in ("0.3", "0.5", "0.9", "0.99", "1")])
    fields = {pointer: reading._replace(confidence=data.draw(steps)) for pointer, reading in dossier.fields.items()}
    backwards = dict(reversed(fields.items()))
    listed = reviews(replace(dossier, fields=fields))
    assert {one.pointer for one in listed} == set(fields)
    assert listed == reviews(replace(dossier, fields=backwards)), "the order is that of the form, not of the dictionary"
    for one, other in pairwise(listed):
        assert one.confidence <= other.confidence
        if one.confidence == other.confidence and (one.ambiguous, bool(one.notes)) == (other.ambiguous, bool(other.notes)):
            assert reading_order(one.pointer) < reading_order(other.pointer)


def test_words_where_the_row_counts_and_figures_read_as_nothing_are_to_be_looked_at(dossier: Dossier) -> None:
    lost = FieldReading(Anchor(line=5, text="约 12 分"))
    found = by_pointer(reviews(replace(dossier, fields={**dossier.fields, "/indicators/0/reason": lost})))
    assert [pointer for pointer, one in found.items() if one.ambiguous] == [
        "/funds/0/adjusted_budget",
        "/indicators/0/reason",
        "/indicators/1/actual",
    ]
    assert found["/indicators/1/actual"].read == "文字：已完成"


def test_a_repair_stands_at_its_row_and_its_finding_does_not_say_it_again(dossier: Dossier) -> None:
    repair = Repair("layout.columns-shifted", "/indicators/0", "c1 养护里程", "三级指标 养护里程", "错列的单元格按内容归位")
    finding = dossier.findings[0]._replace(code="layout.columns-shifted", subject="/indicators/0", message="第 1 行错列。依据：做法。")
    other = finding._replace(code="operator.glyph-repaired", subject="/indicators/0/target", message="“≧”已规范为“≥”。依据：做法。")
    later = finding._replace(code="score.differs-from-formula", subject="/indicators/0/stated_score", message="应得 60 分。")
    found = by_pointer(reviews(replace(dossier, repairs=(repair,), findings=(finding, other, later))))
    told = "错列的单元格按内容归位：c1 养护里程 → 三级指标 养护里程"
    assert found["/indicators/0/target"].notes == ("“≧”已规范为“≥”。", told)
    assert found["/indicators/0/stated_score"].notes == (told,), "only what import has to say"
    assert found["/indicators/1/target"].notes == ()


def test_a_cell_kept_with_the_form_but_no_part_of_it_is_listed_as_printed(dossier: Dossier) -> None:
    kept = FieldReading(Anchor(line=5, cell="c7", text="资金到位晚"))
    one = by_pointer(reviews(replace(dossier, fields={"/funds/0/reason": kept})))["/funds/0/reason"]
    assert (one.label, one.read, one.ambiguous) == ("资金“年度资金总额”偏差原因", "资金到位晚", False)


def test_a_dossier_without_a_form_has_no_fields_to_check(dossier: Dossier) -> None:
    assert reviews(replace(dossier, evaluation=None)) == ()


def test_places_are_told_in_words() -> None:
    assert where(Anchor(page=2, cell="R3C5")) == "第 2 页 R3C5"
    assert where(Anchor(sheet="表一", cell="B7")) == "工作表“表一” B7"
    assert where(Anchor()) == "—"


LISTED = re.compile(r'<a class="field \w+" id="f(\d+)" href="#b\1"')
MARKED = re.compile(r'<a class="tag \w+" id="b(\d+)" href="#f\1"')


def test_the_annotated_copy_of_a_text_marks_each_field_and_escapes_the_file(dossier: Dossier) -> None:
    page = copy(FORM.encode(), "表.txt")
    assert len(LISTED.findall(page)) == len(dossier.fields)
    assert sorted(MARKED.findall(page)) == sorted(LISTED.findall(page)), "each field is marked on the form, once"
    assert "<b>道路" not in page
    assert "&lt;b&gt;道路&lt;/b&gt;" in page
    assert not re.search(r"(?:src|href)=\"(?!#|data:)|url\(|@import", page), "it loads nothing from outside"


def test_what_a_hostile_form_says_stays_text_in_attributes_too() -> None:
    hostile = FORM.replace("养护里程", '里程" onmouseover="alert(1)').replace("示例县公路站", "</script><img src=x onerror=alert(2)>")
    name = '"><script>alert(3)</script>.txt'
    page = copy(hostile.encode(), name)
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert not re.search(r'<[^>]*\sonmouseover="', page)


def test_a_workbook_is_drawn_with_its_merged_cells_and_sheet_names() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "自评<表>"
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("A1:G1")
    out = io.BytesIO()
    book.save(out)
    page = copy(out.getvalue(), "表.xlsx")
    assert "工作表“自评&lt;表&gt;”" in page
    assert re.search(r'<td colspan="7" class="here sure" data-mark="\d+"[^>]*>', page)
    assert sorted(MARKED.findall(page)) == sorted(LISTED.findall(page))


def test_a_line_that_import_cut_into_cells_is_marked_where_each_field_stands(dossier: Dossier) -> None:
    source = "完成养护里程52公里，群众满意度95%".encode()
    readings = {
        "/indicators/0/name": FieldReading(Anchor(line=1, cell="c1", text="养护里程")),
        "/indicators/0/actual": FieldReading(Anchor(line=1, cell="c2", text="52公里")),
        "/indicators/1/actual": FieldReading(Anchor(line=1, cell="c3", text="95％")),
    }
    page = copy(source, "报告.txt", replace(dossier, fields=readings, findings=()))
    spans = [re.sub(r"<[^>]*>|\d+(?=</a>)", "", span) for span in re.findall(r'<span class="here.*?</span>([^<]*)</span>', page)]
    assert spans == ["养护里程", "52公里", "，群众满意度95%"], "a text that is not found in its line marks the rest of it"


def test_rows_far_below_the_last_field_are_left_out(dossier: Dossier) -> None:
    source = (FORM + "备用\t甲\t乙\n" * 300).encode()
    page = copy(source, "表.txt", replace(dossier, fields={"/project_name": dossier.fields["/project_name"]}))
    assert re.search(r"以下还有 2\d\d 行，没有读到字段，不列。", page)
    assert page.count("<tr>") < 50


def _ruled_pdf(extra: str = "") -> bytes:
    """One page, a ruled table of two rows with a red block in the second cell of the first row, made by hand."""
    cells = [(60, "label"), (200, "value"), (340, "third"), (480, "last")]
    lines = "".join(f"{x} 700 m {x} 620 l S\n" for x in (50, 190, 330, 470, 560))
    lines += "".join(f"50 {y} m 560 {y} l S\n" for y in (700, 660, 620))
    words = "".join(f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET\n" for y in (675, 635) for x, text in cells)
    stream = (lines + words + "1 0 0 rg 240 665 80 30 re f\n").encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> %s >>" % extra.encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    for number, body in enumerate(objects, start=1):
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return out + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF"


def on_page(dossier: Dossier, source: bytes, text: str = "value") -> tuple[Dossier, Anchor]:
    document = importers.read(source, "页.pdf")
    cell = next(cell for block in document.blocks if isinstance(block, Table) for cell in block.cells if cell.text == text)
    fields = {"/project_name": dossier.fields["/project_name"]._replace(anchor=cell.anchor)}
    return replace(dossier, fields=fields, document=replace(dossier.document, format="pdf")), cell.anchor


BOX = re.compile(r'<div class="box \w+" data-mark="\d+" style="left:([\d.]+)%;top:([\d.]+)%;width:([\d.]+)%;height:([\d.]+)%"')


@pytest.mark.parametrize("extra", ["", "/Rotate 90", "/Rotate 180", "/CropBox [30 400 590 760]", "/Rotate 180 /CropBox [30 400 590 760]"])
def test_the_box_of_a_field_lies_where_its_cell_is_drawn(dossier: Dossier, extra: str) -> None:
    image = pytest.importorskip("PIL.Image")
    source = _ruled_pdf(extra)
    placed, _ = on_page(dossier, source)
    page = copy(source, "页.pdf", placed)
    (box,) = BOX.findall(page)
    left, top, width, height = map(float, box)
    assert min(left, top) >= 0
    assert max(left + width, top + height) <= 100
    (uri,) = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    drawn = image.open(io.BytesIO(base64.b64decode(unescape(uri)))).convert("RGB")
    chops = pytest.importorskip("PIL.ImageChops")
    red, _, blue = drawn.split()
    ink = chops.subtract(red, blue).getbbox()
    x0, y0, x1, y1 = (100 * edge / whole for edge, whole in zip(ink, drawn.size * 2, strict=True))
    assert left < x0 < x1 < left + width
    assert top < y0 < y1 < top + height


def test_two_fields_of_one_cell_share_its_outline_and_a_box_off_the_page_is_cut(dossier: Dossier) -> None:
    source = _ruled_pdf()
    placed, anchor = on_page(dossier, source)
    wide = anchor._replace(box=(Decimal(-20), Decimal(10), Decimal(700), Decimal(30)))
    fields = {**placed.fields, "/title": FieldReading(anchor), "/implementing_unit": FieldReading(wide)}
    page = copy(source, "页.pdf", replace(placed, fields=fields))
    outer, inner = BOX.findall(page)
    assert (outer[0], outer[2]) == ("0.00", "100.00")
    assert float(inner[0]) > 0
    assert len(MARKED.findall(page)) == 3


def test_a_field_is_coloured_and_listed_by_what_to_do_with_it(dossier: Dossier) -> None:
    source = _ruled_pdf()
    placed, _ = on_page(dossier, source)
    unsure = placed.fields["/project_name"]._replace(confidence=Decimal("0.5"), alternatives=("<va1ue>",))
    page = copy(source, "页.pdf", replace(placed, fields={"/project_name": unsure}))
    assert 'class="box doubtful"' in page
    assert "也可能是：&lt;va1ue&gt;" in page
    assert "把握 50%" in page


@pytest.mark.parametrize("source", [b"%PDF-1.4 broken", b"\x89PNG broken"])
def test_a_page_that_cannot_be_drawn_gives_the_tables_instead(dossier: Dossier, source: bytes) -> None:
    broken = replace(dossier, document=replace(dossier.document, format="scan"))
    page = annotated.render([broken], source, lambda: importers.read(FORM.encode(), "表.txt"))
    assert "<table>" in page
    assert "data:image" not in page


def test_the_file_is_not_read_again_where_its_pages_can_be_shown(dossier: Dossier) -> None:
    source = _ruled_pdf()
    placed, _ = on_page(dossier, source)
    assert "data:image" in annotated.render([placed], source, lambda: pytest.fail("recognising a scan twice takes too long"))


def test_pages_of_print_are_drawn_without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    (page,) = pictures.pictures_of(_ruled_pdf(), "pdf")
    assert (page.number, page.width, page.height) == (1, 612, 792)
    assert page.uri.startswith("data:image/png;base64,")


def test_far_pages_are_drawn_where_something_was_read_on_them() -> None:
    document = pypdfium2.PdfDocument.new()
    for _ in range(20):
        document.new_page(200, 100)
    out = io.BytesIO()
    document.save(out)
    document.close()
    numbers = [page.number for page in pictures.pictures_of(out.getvalue(), "pdf", {3, 17})]
    assert numbers == [*range(1, 13), 17]


@pytest.mark.parametrize(
    ("kind", "options", "shown"),
    [("PNG", {}, "image/png"), ("JPEG", {}, "image/jpeg"), ("BMP", {}, "image/jpeg"), ("TIFF", {}, "image/jpeg")],
)
def test_pictures_are_shown_as_they_are_where_a_browser_can(kind: str, options: dict[str, object], shown: str) -> None:
    image = pytest.importorskip("PIL.Image")
    out = io.BytesIO()
    image.new("RGB", (60, 40), "white").save(out, kind, **options)
    (page,) = pictures.pictures_of(out.getvalue(), "image")
    assert (page.width, page.height) == (60, 40)
    assert page.uri.startswith(f"data:{shown};base64,")
    if kind in {"PNG", "JPEG"}:
        assert base64.b64decode(page.uri.partition(",")[2]) == out.getvalue()


def test_each_page_of_a_tiff_is_shown_and_a_photograph_is_turned_upright() -> None:
    image = pytest.importorskip("PIL.Image")
    tiff, photograph = io.BytesIO(), io.BytesIO()
    pages = [image.new("L", (60, 40), 255), image.new("I;16", (30, 50), 65535), image.new("RGBA", (20, 20), (0, 0, 0, 0))]
    pages[0].save(tiff, "TIFF", save_all=True, append_images=pages[1:])
    assert [(page.number, page.width, page.height) for page in pictures.pictures_of(tiff.getvalue(), "image")] == [
        (1, 60, 40),
        (2, 30, 50),
        (3, 20, 20),
    ]
    for page in pictures.pictures_of(tiff.getvalue(), "image"):
        drawn = image.open(io.BytesIO(base64.b64decode(page.uri.partition(",")[2])))
        assert drawn.convert("L").getextrema()[0] > 250, "white stays white"
    turned = image.Exif()
    turned[0x0112] = 6
    image.new("RGB", (60, 40), "white").save(photograph, "JPEG", exif=turned)
    (page,) = pictures.pictures_of(photograph.getvalue(), "image")
    assert (page.width, page.height) == (40, 60)
