"""A layout as an Excel workbook: a sheet per section, live numbers and formulas, ready to print on A4."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jiheng.exporters.layout.model import Layout, Section
from jiheng.exporters.writers.xlsx_book import Looks, sheet_names, workbook
from jiheng.exporters.writers.xlsx_drawings import draw_chart, draw_code
from jiheng.exporters.writers.xlsx_plan import PAGE_HEIGHT, Plan, planned
from jiheng.exporters.writers.xlsx_raster import widths

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

_POINTER = re.compile(r"\{([^{}]+)\}")
_RANGE = re.compile(r"\{([^{}]+)\}:\{([^{}]+)\}")
_EDITED = re.compile(r"[=+\-@'\t]|[\d.,%/:() -]+$")
"""Texts that Excel would take for something else (a formula, a number, a date) when a person edits the cell."""
_A4 = 9
_PIXEL = 0.75  # points: rows stand on whole pixels
_MARGINS = {"left": 0.59, "right": 0.59, "top": 0.63, "bottom": 0.7}
_PAGES = '&C&"宋体,Regular"&9第 &P 页，共 &N 页'
_SCREEN = 390.0
"""Points of a sheet seen at once on a screen of 768 lines; heads that take more than two fifths of it leave no room to scroll."""


def write(layout: Layout) -> bytes:
    """The workbook of a layout; the same layout gives the same bytes.

    Tables of a section stand on one sheet over a common column raster. A figure is a number where Excel can hold and print it exactly, a
    formula carries its result, everything else is text that no program runs. Rows are as tall as their wrapped text.
    """
    out = io.BytesIO()
    plans = [planned(section) for section in layout.sections]
    names = sheet_names([section.name for section in layout.sections])
    with workbook(out, layout.title) as book:
        looks = Looks(book)
        sheets = [book.add_worksheet(name) for name in names]
        for place, (section, plan, sheet) in enumerate(zip(layout.sections, plans, sheets, strict=True)):
            _page(sheet, section, plan)
            _cells(sheet, plan, looks, _Addresses(names, plans, place))
            for chart in plan.charts:
                draw_chart(book, sheet, chart, plan.raster.edges[-1])
            for picture in plan.pictures:
                draw_code(sheet, picture)
    return out.getvalue()


def _page(sheet: Worksheet, section: Section, plan: Plan) -> None:
    """Columns, rows and how the sheet is printed."""
    for column, width in enumerate(widths(plan.raster.edges)):
        sheet.set_column_pixels(column, column, width)
    for row, height in enumerate(plan.heights):
        sheet.set_row(row, -(-height // _PIXEL) * _PIXEL)
    sheet.set_paper(_A4)
    if section.orientation == "landscape":
        sheet.set_landscape()
    sheet.set_margins(**_MARGINS)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0 if plan.breaks else 1)
    if plan.breaks:
        sheet.set_h_pagebreaks(plan.breaks)
    sheet.set_footer(_PAGES)
    sheet.hide_gridlines(2)
    last = (max(0, len(plan.heights) - 1), plan.raster.columns - 1)
    sheet.print_area(0, 0, *last)
    sheet.ignore_errors(dict.fromkeys(("number_stored_as_text", "formula_range", "formula_differs", "two_digit_text_year"), _span((0, 0), last)))
    if plan.heads is not None:
        _heads(sheet, section, plan, *plan.heads)


def _heads(sheet: Worksheet, section: Section, plan: Plan, first: int, last: int) -> None:
    """Heads are printed on every page, and stay in sight where the sheet is longer than a screen and they are near its top.

    Columns are never frozen: the sheet is one page wide, which a screen shows whole.
    """
    if sum(plan.heights[first : last + 1]) <= 0.4 * PAGE_HEIGHT[section.orientation]:
        sheet.repeat_rows(first, last)
    if last < 8 and sum(plan.heights[: last + 1]) <= 0.4 * _SCREEN < _SCREEN < sum(plan.heights):
        sheet.freeze_panes(last + 1, 0)


def _cells(sheet: Worksheet, plan: Plan, looks: Looks, addresses: _Addresses) -> None:
    for box in plan.boxes:
        kept = box.number is None and _EDITED.match(box.text) is not None
        face = looks.format(box.look, box.number_format, kept=kept, gap=box.gap)
        place = (box.top, box.left)
        if place != (box.bottom, box.right):
            sheet.merge_range(*place, box.bottom, box.right, "", face)
        formula = addresses.resolved(box.formula) if box.formula is not None else None
        if formula is not None:
            sheet.write_formula(*place, f"={formula}", face, box.number)
        elif box.number is not None:
            sheet.write_number(*place, box.number, face)
        elif not box.text:
            sheet.write_blank(*place, None, face)
        elif box.text.startswith("<r>") and box.text.endswith("</r>"):  # xlsxwriter would take it for markup of its own
            sheet.write_rich_string(*place, face, box.text[:1], face, box.text[1:], face)
        else:
            sheet.write_string(*place, box.text, face)


class _Addresses:
    """Where the cells of a workbook stand, seen from one sheet: its own cells first, then those of the other sheets in order."""

    def __init__(self, names: Sequence[str], plans: Sequence[Plan], own: int) -> None:
        self._sheets = [(None, plans[own]), *((name, plan) for number, (name, plan) in enumerate(zip(names, plans, strict=True)) if number != own)]

    def resolved(self, formula: str) -> str | None:
        """The formula with A1 addresses, None where it names a cell that is absent or could not be written as a number."""
        for name, plan in self._sheets:
            pointers = _POINTER.findall(formula)
            if not all(plan.cells.get(pointer) in plan.numbers for pointer in pointers):
                continue
            spans = [(plan.cells[first], plan.cells[last]) for first, last in _RANGE.findall(formula)]
            if any(_within(place, *span) for span in spans for place in plan.inexact):
                continue
            sheet = "" if name is None else "'" + name.replace("'", "''") + "'!"
            return _POINTER.sub(lambda found, sheet=sheet, plan=plan: sheet + _a1(*plan.cells[found[1]]), formula)  # type: ignore[misc]
        return None


def _within(place: tuple[int, int], first: tuple[int, int], last: tuple[int, int]) -> bool:
    return all(min(a, b) <= at <= max(a, b) for at, a, b in zip(place, first, last, strict=True))


def _span(first: tuple[int, int], last: tuple[int, int]) -> str:
    return f"{_a1(*first)}:{_a1(*last)}"


def _a1(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
