"""The boxes in which a workbook shows its notes: legacy drawings (VML), one part for each sheet, sized to the sheet's rows and columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from jiheng.errors import NotAnnotatableError
from jiheng.exporters.copies.markup import Element, Insertion

_SPACES = {"v": "urn:schemas-microsoft-com:vml", "o": "urn:schemas-microsoft-com:office:office", "x": "urn:schemas-microsoft-com:office:excel"}
_CLOSE = re.compile(rb"</(?:[\w.-]+:)?xml\s*>\s*\Z")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?xml\b[^>]*>")
_SHAPE = re.compile(rb"_x0000_s(\d{1,9})\b")
_BLOCKS = re.compile(rb"idmap\b[^>]*?\bdata=[\"']([\d,\s]+)[\"']")
_NOTE_KIND = "_x0000_t202"
_BLOCK = 1024
_WIDTH, _LINE, _EDGE, _TALLEST = 330, 17, 14, 520  # pixels
_LETTERS = 24  # Chinese characters on a line of the box
_GAP = 15
_KIND = (
    f'<v:shapetype id="{_NOTE_KIND}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"{{names}}>'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;width:{width}pt;height:{height}pt;z-index:{order};visibility:hidden"'
    ' fillcolor="#ffffe1" o:insetmode="auto"{names}><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


class Box(NamedTuple):
    """The box of a note: its cell (counted from 0) and the paragraphs it has to hold."""

    row: int
    column: int
    texts: Sequence[str]


class Grid:
    """How tall and wide a sheet's rows and columns are, in pixels."""

    def __init__(self, sheet: Element) -> None:
        facts = sheet.child("sheetFormatPr")
        self._row = _pixels(facts.get("defaultRowHeight") if facts is not None else None, Decimal(15), Decimal(4) / 3)
        self._column = _wide(facts.get("defaultColWidth") if facts is not None else None)
        self._rows = {_number(one.get("r")) - 1: _tall(one, self._row) for one in sheet.walk() if one.name == "row"}
        widths = [one for one in sheet.walk() if one.name == "col"]
        self._columns = [(_number(one.get("min")), _number(one.get("max")), _shown(one, _wide(one.get("width")))) for one in widths]

    def row(self, index: int) -> int:
        """The height of a row."""
        return self._rows.get(index, self._row)

    def column(self, index: int) -> int:
        """The width of a column."""
        return next((width for first, last, width in self._columns if first <= index + 1 <= last), self._column)

    def anchor(self, box: Box) -> str:
        """The box's corners as Excel keeps them (column, pixels, row, pixels, twice): right of the cell, as tall as its text."""
        top = max(box.row - 1, 0)
        last, across = _reached(self.column, box.column + 1, _GAP + _WIDTH)
        bottom, down = _reached(self.row, top, height(box.texts) + _GAP // 2)
        return f"{box.column + 1}, {min(_GAP, max(self.column(box.column + 1) - 1, 0))}, {top}, {_GAP // 2}, {last}, {across}, {bottom}, {down}"


def height(texts: Sequence[str]) -> int:
    """Pixels that these paragraphs need."""
    lines = sum(-(-len(line) // _LETTERS) for text in texts for line in text.split("\n"))
    return min(lines * _LINE + _EDGE, _TALLEST)


def _reached(size: Callable[[int], int], first: int, distance: int) -> tuple[int, int]:
    index, left = first, distance
    while left >= (step := size(index)) and index < first + 500:
        left -= step
        index += 1
    return index, left


def _pixels(printed: str | None, usual: Decimal, factor: Decimal) -> int:
    try:
        value = Decimal(printed) if printed else usual
    except InvalidOperation:
        value = usual
    return int(min(max(value, Decimal(0)), Decimal(2000)) * factor) if value.is_finite() else int(usual * factor)


def _wide(printed: str | None) -> int:
    return _pixels(printed, Decimal("8.43"), Decimal(7)) + 5


def _tall(row: Element, usual: int) -> int:
    return _shown(row, _pixels(row.get("ht"), Decimal(usual) * 3 / 4, Decimal(4) / 3))


def _shown(element: Element, size: int) -> int:
    return 0 if element.get("hidden") in {"1", "true"} else size


def _number(printed: str | None) -> int:
    return int(printed) if printed and printed.isdecimal() and len(printed) < 8 else 0


def drawing(boxes: Sequence[Box], grid: Grid, block: int) -> str:
    """A new legacy drawing; ``block`` numbers its first block of shape ids, which no other drawing of the workbook has."""
    blocks = ",".join(str(block + step) for step in range(-(-(len(boxes) + 1) // (_BLOCK - 1))))
    shapes = _shapes(boxes, grid, block * _BLOCK + 1, "")
    names = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    head = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>{_KIND.format(names="")}'
    return f"<xml{names}>{head}{shapes}</xml>"


def blocks_of(data: bytes) -> set[int]:
    """The blocks of shape ids that a drawing takes."""
    listed = [int(number) for found in _BLOCKS.finditer(data) for number in found[1].split(b",") if number.strip().isdigit()]
    return {*listed, *(int(found[1]) // _BLOCK for found in _SHAPE.finditer(data))}


def further(data: bytes, boxes: Sequence[Box], grid: Grid) -> list[Insertion]:
    """Boxes put into a drawing that is there. It is looked at as bytes: such drawings hold web text, which need not be XML.

    Raises:
        NotAnnotatableError: it has no end to be found.
    """
    close, root = _CLOSE.search(data), _ROOT.search(data)
    if close is None or root is None:
        raise NotAnnotatableError("工作簿里的批注框（vmlDrawing）不完整，不能加批注。请用 Excel 或 WPS 打开、另存后再试。")
    named = all(f'xmlns:{prefix}="{space}"'.encode() in root.group() for prefix, space in _SPACES.items())
    names = "" if named else "".join(f' xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    kind = "" if f'"{_NOTE_KIND}"'.encode() in data else _KIND.format(names=names)
    numbers = [int(found[1]) for found in _SHAPE.finditer(data)]
    start = max(numbers, default=max(min(blocks_of(data), default=1), 1) * _BLOCK) + 1
    return [Insertion(close.start(), kind + _shapes(boxes, grid, start, names))]


def _shapes(boxes: Sequence[Box], grid: Grid, start: int, names: str) -> str:
    return "".join(
        _BOX.format(
            id=start + number,
            order=number + 1,
            width=_WIDTH * 3 // 4,
            height=height(box.texts) * 3 // 4,
            anchor=grid.anchor(box),
            row=box.row,
            column=box.column,
            names=names,
        )
        for number, box in enumerate(boxes)
    )
