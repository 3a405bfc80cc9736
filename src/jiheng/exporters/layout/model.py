"""A Layout is a printed thing before it has a file format: sections of paragraphs, grids, charts and codes. Knows no format and no rule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from jiheng.domain.finding import Severity

CellRole = Literal["label", "short", "figure", "text"]
"""``label`` printed words of the form; ``short`` a name or value; ``figure`` a number; ``text`` running text that wraps, from the left top."""
ParagraphRole = Literal["mark", "title", "subtitle", "line", "caption", "note", "heading1", "heading2", "heading3", "body", "gap"]
"""``mark`` 附件4 above the title; ``line`` a line outside the tables; ``caption`` of a table or chart; ``note`` small print below a table;
``heading1``…``heading3`` and ``body`` of a document; ``gap`` a place the author must fill, marked so that nobody overlooks it."""
Style = Literal["form", "official"]
"""``form`` a table form as filed; ``official`` a document after GB/T 9704-2012."""
Orientation = Literal["portrait", "landscape"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the Excel format that prints it as on the paper."""

    number: Decimal
    number_format: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid with its place and its text as printed.

    ``number`` and ``number_format`` are there where a spreadsheet can hold the number itself: the format (of Excel) prints exactly ``text``.
    ``formula`` (without ``=``) names other cells by their ``pointer`` in braces (``SUM({/indicators/0/stated_score}:{/indicators/3/stated_score})``);
    its result is ``number``. ``pointer`` is the field's JSON pointer in the evaluation. ``marks`` are the numbers of findings on this cell.
    """

    row: int
    column: int
    text: str = ""
    role: CellRole = "short"
    row_span: int = 1
    column_span: int = 1
    number: Decimal | None = None
    number_format: str | None = None
    formula: str | None = None
    pointer: str | None = None
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MarginNote:
    """A finding in the margin beside a row of a grid."""

    number: int
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table. Cells are ordered by row, then column, and cover it without overlap; ``widths`` are relative, one per column.

    The first ``head_rows`` rows are printed again on every page the grid runs on to. ``joined`` grids continue the one above without a gap.
    ``beside`` gives rows their margin notes, in the order of the rows.
    """

    widths: tuple[int, ...]
    cells: tuple[Cell, ...]
    rows: int
    head_rows: int = 0
    joined: bool = False
    beside: tuple[tuple[int, tuple[MarginNote, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``right`` is a second text at the right end of the same line (部门：… 公开14表)."""

    text: str
    role: ParagraphRole = "line"
    right: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart: per row a label and one value per series (None where there is none), from 0 to ``full``."""

    caption: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Decimal | None, ...]], ...]
    full: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code of ``text`` with its caption; the text is printed beside it too."""

    text: str
    caption: str


Item = Paragraph | Grid | Bars | Code


@dataclass(frozen=True, slots=True)
class Section:
    """Begins on a new page; one sheet of a workbook. ``name`` is the sheet's name.

    ``one_page`` asks for smaller print where the items would run on to a second page and smaller print keeps them on one.
    """

    name: str
    items: tuple[Item, ...]
    orientation: Orientation = "portrait"
    one_page: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole document; ``title`` is the title in the file's properties and the first bookmark."""

    title: str
    sections: tuple[Section, ...]
    style: Style = "form"
