"""What a person checks after import: the least certain first, each field with its print, its reading, its place; and the annotated copy."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from jiheng import importers
from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Dossier
from jiheng.exporters import annotated
from jiheng.exporters.review import reviews, where
from jiheng.pipeline import appraise
from jiheng.rulebook import load_rulebook

FORM = """项目支出绩效自评表
（2023年度）
项目名称\t<b>道路</b>“养护”\t实施单位\t示例县公路站
项目资金（万元）\t全年预算数\t全年执行数\t分值\t执行率\t得分
年度资金总额\t7,00.0,77\t650\t10\t92%\t9
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分
产出指标\t数量指标\t养护里程\t≥50公里\t52公里\t60\t60
效益指标\t社会效益指标\t群众满意度\t≥90%\t约9成3\t30\t30
"""


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    (found,) = appraise(FORM.encode(), "表.txt", rulebook=load_rulebook())
    return found


def test_every_field_is_listed_with_print_reading_and_place(dossier: Dossier) -> None:
    by_pointer = {one.pointer: one for one in reviews(dossier)}
    assert set(by_pointer) == set(dossier.fields)
    target = by_pointer["/indicators/0/target"]
    assert (target.label, target.printed, target.read) == ("第 1 行“养护里程”目标值", "≥50公里", "≥50 公里")
    assert where(target.anchor) == "第 7 行 c4"
    assert by_pointer["/funds/0/disbursed"].read == "6500000 元"
    assert by_pointer["/implementing_unit"].read == "示例县公路站"


def test_the_least_certain_comes_first_then_what_could_not_be_understood_then_reading_order(dossier: Dossier) -> None:
    unsure = replace(dossier.fields["/indicators/0/weight"], confidence=Decimal("0.4"), alternatives=("50",))
    listed = reviews(replace(dossier, fields={**dossier.fields, "/indicators/0/weight": unsure}))
    assert [one.pointer for one in listed[:2]] == ["/indicators/0/weight", "/funds/0/adjusted_budget"]
    assert [one.doubtful for one in listed[:2]] == [True, True]
    sure = [one.pointer for one in listed if not one.doubtful and not one.notes]
    assert sure.index("/project_name") < sure.index("/funds/0/disbursed") < sure.index("/indicators/0/actual") < sure.index("/indicators/1/weight")


def test_a_dossier_without_a_form_has_no_fields_to_check(dossier: Dossier) -> None:
    assert reviews(replace(dossier, evaluation=None)) == ()


def test_places_are_told_in_words() -> None:
    assert where(Anchor(page=2, cell="R3C5")) == "第 2 页 R3C5"
    assert where(Anchor(sheet="表一", cell="B7")) == "工作表“表一” B7"
    assert where(Anchor()) == "—"


def test_the_annotated_copy_of_a_table_numbers_each_field_and_escapes_the_file(dossier: Dossier) -> None:
    page = annotated.render(importers.read(FORM.encode(), "表.txt"), [dossier], FORM.encode())
    listed = re.findall(r'<li><button class="\w+" data-mark="(\d+)"', page)
    assert len(listed) == len(dossier.fields)
    assert all(page.count(f'data-mark="{number}"') >= 2 for number in listed), "each field is marked on the form too"
    assert "<b>道路" not in page
    assert 'src="http' not in page


def _text_pdf() -> bytes:
    """One page, a ruled table of two rows, made by hand."""
    cells = [(60, "label"), (200, "value"), (340, "third"), (480, "last")]
    lines = "".join(f"{x} 700 m {x} 620 l S {x} 620 m\n" for x in (50, 190, 330, 470, 560))
    lines += "".join(f"50 {y} m 560 {y} l S\n" for y in (700, 660, 620))
    words = "".join(f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET\n" for y in (675, 635) for x, text in cells)
    stream = (lines + words).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    for number, body in enumerate(objects, start=1):
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return out + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF"


def test_pages_are_drawn_with_a_box_around_each_cell_that_was_read(dossier: Dossier) -> None:
    source = _text_pdf()
    document = importers.read(source, "页.pdf")
    cell = next(cell for block in document.blocks if hasattr(block, "cells") for cell in block.cells if cell.text == "value")
    fields = {"/project_name": replace(dossier.fields["/project_name"], anchor=cell.anchor)}
    page = annotated.render(document, [replace(dossier, fields=fields)], source)
    (style,) = re.findall(r'class="box \w+" data-mark="1" style="left:([\d.]+)%;top:([\d.]+)%;width:([\d.]+)%;height:([\d.]+)%"', page)
    left, top, width, height = map(float, style)
    assert (round(left), round(top), round(width)) == (31, 12, 23)
    assert 0 < height < 10
    assert "data:image/jpeg;base64," in page


def test_a_page_that_cannot_be_drawn_gives_the_tables_instead(dossier: Dossier) -> None:
    page = annotated.render(importers.read(FORM.encode(), "表.txt"), [dossier], b"%PDF-1.4 broken")
    assert "<table>" in page
    assert "data:image" not in page
