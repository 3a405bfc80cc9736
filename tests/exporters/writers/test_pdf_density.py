"""How densely forms are set: as drawn on one page, smaller and in columns after their content where that saves pages."""

from __future__ import annotations

import pypdfium2  # type: ignore[import-untyped]
import pytest

from jiheng.exporters.layout.model import Cell, Grid, Layout, Paragraph, Section, Style
from jiheng.exporters.writers import pdf
from jiheng.exporters.writers.pdf_columns import CLOSER, OPEN, content_widths, drawn_widths
from jiheng.exporters.writers.pdf_density import DENSE, settings

TALE = "受天气影响工期顺延，已督促施工单位增加人手、调整工序，次年三月前完成全部路段，并将验收情况报主管部门备案。"


def long_form(rows: int) -> Grid:
    """A number, a short name and a long reason per row, drawn in columns of one width."""
    cells = [cell for row in range(rows) for cell in (Cell(row, 0, f"{row}", "figure"), Cell(row, 1, f"指标{row}"), Cell(row, 2, TALE, "text"))]
    return Grid((1, 1, 1), tuple(cells), rows)


def pages(form: Grid, style: Style) -> int:
    """How many pages a grid takes."""
    with pypdfium2.PdfDocument(pdf.write(Layout("表", (Section("表", (form,)),), style))) as document:
        return len(document)


def test_a_form_of_a_page_is_set_as_it_is_drawn() -> None:
    chosen = settings((long_form(3),), (500, 740), yielding=True)[0]
    assert chosen.face == OPEN
    assert chosen.widths == drawn_widths(long_form(3), 500, OPEN)
    assert settings((Grid((1,) * 20, (Cell(0, 0, "甲"),), 1),), (500, 740), yielding=True)[0].face == CLOSER


def test_a_long_form_is_set_smaller_where_that_saves_a_third_of_its_pages() -> None:
    form = long_form(16)
    assert (pages(form, "form"), pages(form, "official")) == (1, 2)
    chosen = settings((form,), (500, 740), yielding=True)[0]
    assert 7.5 <= chosen.face.size <= 9
    assert chosen.widths[0] == chosen.widths[1] < chosen.widths[2]


def test_a_list_of_many_rows_and_a_document_keep_their_print() -> None:
    assert settings((long_form(400),), (500, 740), yielding=True)[0].face == OPEN
    assert settings((long_form(16),), (500, 740), yielding=False)[0].face == OPEN


def test_the_column_of_the_longest_texts_takes_the_room_and_grids_drawn_alike_stay_in_line() -> None:
    above, below = Grid((1, 1, 1), (Cell(0, 0, "甲"), Cell(0, 1, "乙"), Cell(0, 2, "丙")), 1), long_form(10)
    found = content_widths((above, below), 480, CLOSER)
    assert sum(found) == pytest.approx(480)
    assert found[2] > 160 * 1.2
    assert min(found) >= 160 * 0.6 - 0.01
    chosen = settings((above, Paragraph("表二"), long_form(20)), (500, 740), yielding=True)
    assert chosen[0].widths == chosen[2].widths
    assert sorted(chosen) == [0, 2]


def test_half_a_mark_at_the_end_of_a_line_stays_inside_the_rule_in_every_print() -> None:
    assert all(face.aside / 2 >= 0.35 * face.size for face in (OPEN, CLOSER, *DENSE))
