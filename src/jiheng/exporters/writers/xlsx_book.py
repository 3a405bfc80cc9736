"""The workbook behind a layout: made in memory, the same bytes every time, nothing a person typed is ever run; and the looks of its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from jiheng.exporters.layout.model import CellRole, ParagraphRole

if TYPE_CHECKING:
    import io

    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]

_STAMP = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the archive's own oldest date; a clock would make equal files differ
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    # Columns are measured in figures of this face: exactly 7 pixels wide, and every system has it or its twin, so that columns are alike everywhere.
    "default_format_properties": {"font_name": "Times New Roman", "font_size": 10.5, "font_family": 0, "font_scheme": ""},
    "default_row_height": 18,
}
_NO_SIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]|\r\n?")
_MOST_UNITS = 32767
_CUT = "……（单元格最多容纳 32767 个字，余下内容见 Word 或 PDF 文件）"
SONG, HEI, FANG, KAI, TITLE = "宋体", "黑体", "仿宋_GB2312", "楷体_GB2312", "方正小标宋简体"
_NOTE_COLOUR, _GAP_COLOUR, _GAP_GROUND = "#333333", "#9c0006", "#fff2cc"


class Look(NamedTuple):
    """The face of a text: its font, points, where it stands, and how much room (in points) it has above and below together.

    What does not wrap is made smaller until it fits, for a number too wide for its cell would be shown as ###.
    """

    font: str
    size: float
    align: str = "left"
    valign: str = "vcenter"
    room: float = 6
    bold: bool = False
    ruled: bool = False
    wraps: bool = True


CELLS: dict[CellRole, Look] = {
    "label": Look(HEI, 10.5, "center", ruled=True),
    "short": Look(SONG, 10.5, "center", ruled=True),
    "figure": Look(SONG, 10.5, "center", ruled=True),
    "text": Look(SONG, 10.5, "left", ruled=True),
}
PARAGRAPHS: dict[ParagraphRole, Look] = {
    "mark": Look(HEI, 14),
    "title": Look(TITLE, 20, "center", room=10),
    "subtitle": Look(KAI, 14, "center"),
    "line": Look(SONG, 10.5),
    "caption": Look(HEI, 12, "center", room=8),
    "note": Look(SONG, 9),
    "heading1": Look(HEI, 14, room=12),
    "heading2": Look(KAI, 14, room=8),
    "heading3": Look(FANG, 14, bold=True),
    "body": Look(FANG, 12),
    "gap": Look(FANG, 12),
}
_DENSE = 10
"""A table with more columns than this is set half a point smaller, as on paper."""


def cell_look(role: CellRole, columns: int) -> Look:
    """The look of a cell in a table of so many columns."""
    look = CELLS[role]
    return look._replace(size=10) if columns > _DENSE else look


@contextmanager
def workbook(out: io.BytesIO, title: str) -> Iterator[Workbook]:
    """A new workbook, written to ``out`` when the block ends; no person and no clock in its properties."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - only where a workbook is asked for

    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": printable(title)[:255], "created": _STAMP})
        yield book


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[Look, str | None, bool, bool], Format] = {}

    def format(self, look: Look, number_format: str | None = None, *, kept: bool = False, gap: bool = False) -> Format:
        """The format of a look; ``kept`` keeps a text a text when a person edits the cell; ``gap`` marks a place to be filled."""
        key = (look, number_format, kept, gap)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._book.add_format(_properties(look, number_format, kept=kept, gap=gap))
        return made


def _properties(look: Look, number_format: str | None, *, kept: bool, gap: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "font_name": look.font,
        "font_size": look.size,
        "font_family": 0,
        "font_scheme": "",
        "bold": look.bold,
        "align": look.align,
        "valign": look.valign,
        "text_wrap": look.wraps,
        "shrink": not look.wraps,
        "border": 1 if look.ruled else 0,
        "quote_prefix": kept,
    }
    if number_format is not None:
        properties["num_format"] = number_format
    if gap:
        properties |= {"bg_color": _GAP_GROUND, "font_color": _GAP_COLOUR}
    return properties


def printable(text: str) -> str:
    """The text as a cell can hold it: without control signs, with plain line breaks, cut (and saying so) where Excel has no room for it."""
    if _NO_SIGN.search(text):
        text = _NO_SIGN.sub(lambda found: "\n" if found[0][0] == "\r" else "\ufffd" if "\ud800" <= found[0] < "\ue000" else "", text)
    if 2 * len(text) > _MOST_UNITS and _units(text) > _MOST_UNITS:
        text = text.encode("utf-16-le")[: 2 * (_MOST_UNITS - _units(_CUT))].decode("utf-16-le", "ignore") + _CUT
    return text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def sheet_names(names: list[str]) -> list[str]:
    """Names that a workbook accepts: no forbidden signs, 31 units at most, no two alike.

    >>> sheet_names(["自评表", "自评表", "2023/2024", ""])
    ['自评表', '自评表（2）', '2023-2024', '表4']
    """
    found: list[str] = []
    taken = {"history"}
    for number, name in enumerate(names, start=1):
        plain = _short(re.sub(r"[\[\]:*?/\\]", "-", " ".join(printable(name).split())).strip("' "), 31).strip("' ") or f"表{number}"
        unique, again = plain, 2
        while unique.casefold() in taken:
            ending = f"（{again}）"
            unique, again = _short(plain, 31 - len(ending)) + ending, again + 1
        taken.add(unique.casefold())
        found.append(unique)
    return found


def _short(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
