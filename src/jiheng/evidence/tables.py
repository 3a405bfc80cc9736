"""The tables of a ledger in a document: headings found, titles heard, lines told from footnotes, and all of it typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jiheng.domain.document import Cell, Document
from jiheng.evidence.amounts import factor_between
from jiheng.evidence.calendar_cells import Frame
from jiheng.evidence.cells import Entry, plain_text
from jiheng.evidence.concealed import Concealed
from jiheng.evidence.doubts import Doubts, named_rows
from jiheng.evidence.grids import Grid, Row, entry, grids
from jiheng.evidence.headings import DEEPEST, Match, Vocabulary, find_heading, remarks_in, unit_said
from jiheng.evidence.lines import NUMERIC, Layout, Line, Typing
from jiheng.evidence.periods import month_in, years_in
from jiheng.evidence.records import Origin, Period, Record
from jiheng.rulebook.ledgers import Ledger

_FOOTNOTE = re.compile(
    r"(?:附?注(?:[:：\d]|$)|备注[:：]|说明[:：]|填报|填表|制表|制单|审核|复核|经办|单位负责人|负责人|主管|联系|数据来源|资料来源|来源[:：]|\*|※|▲|以上|本表|上述).*"
)
_SIGNED = re.compile(r"[^:：]{1,12}[:：].*")
_SUMMARY = re.compile(r"汇总|合计|总表|总计|小计|透视")
_DIGIT = re.compile(r"\d")
_SHOWN: Final = 60
_SHORTEST: Final = 3


@dataclass
class Part:
    """A piece of a table below one heading: how it is laid out, and its rows."""

    grid: Grid
    match: Match
    titles: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    carried: bool = False


class DocumentTables:
    """Reads every table of one ledger in one document into origins and records, from ``first`` origin on."""

    def __init__(self, ledger: Ledger, document: Document, doubts: Doubts, *, year: int | None, first: int) -> None:
        self._ledger, self._document, self._doubts, self._year, self._first = ledger, document, doubts, year, first
        self._vocabulary = Vocabulary(ledger)
        self._concealed = Concealed(document.notices)
        self.origins: list[Origin] = []
        self.records: list[Record] = []
        self.unread: list[str] = []

    def read(self) -> None:
        """Fill ``origins``, ``records`` and ``unread``."""
        found = list(self._parts())
        lacking = [(part, self._missing(part)) for part in found]
        parts = [part for part, missing in lacking if not missing]
        for part, missing in lacking:
            if missing and part.rows:
                self._passed_over(part, missing, alone=not parts)
        for part in parts:
            self._typed(part)
        if not parts and not self.unread:
            wanted = "”“".join(column.title for column in self._ledger.columns.values() if column.required)
            self.unread.append(f"“{self._document.name}”里找不到“{self._ledger.title}”的表头（应有“{wanted}”）。请核对文件或列名。")

    def _parts(self) -> Iterator[Part]:
        last: Part | None = None
        for grid in grids(self._document):
            for part in self._cut(grid, last):
                yield part
                last = part

    def _cut(self, grid: Grid, before: Part | None) -> Iterator[Part]:
        """The pieces of one table: a second heading inside begins another, a repeated one is passed over."""
        part: Part | None = None
        above: list[str] = []
        at = 0
        while at < len(grid.rows):
            row = grid.rows[at]
            match = find_heading(self._vocabulary, [_heads(below) for below in grid.rows[at : at + DEEPEST]]) if self._may_head(row) else None
            if match is not None:
                if part is None or (match.places, match.units) != (part.match.places, part.match.units):
                    if part is not None:
                        yield part
                    part = Part(grid, match, (*grid.titles, *above))
                at += match.depth
                continue
            if part is None and not above and not at and before is not None and self._goes_on(grid, before):
                part = Part(grid, before.match, before.titles, carried=True)
            if part is None:
                above += [cell.text for cell in row.filled]
            else:
                part.rows.append(row)
            at += 1
        if part is not None:
            yield part

    def _may_head(self, row: Row) -> bool:
        """Whether a heading may begin here: a cell is one, or cells stand over several columns."""
        filled = row.filled
        grouped = len(filled) > 1 and any(cell.column_span > 1 for cell in filled)
        return grouped or any(self._vocabulary.begins(cell.text) for cell in filled)

    def _goes_on(self, grid: Grid, before: Part) -> bool:
        """Whether a table without heading is the one before, broken by a page."""
        return grid.follows and not grid.lettered and grid.column_count == before.grid.column_count and self._document.format not in {"csv", "txt"}

    def _missing(self, part: Part) -> tuple[str, ...]:
        """The required columns a table lacks, but for a period that its title states."""
        missing = part.match.missing(self._ledger)
        return () if missing == (self._ledger.period,) and self._given(part, self._frame(part)) else missing

    def _passed_over(self, part: Part, missing: Sequence[str], *, alone: bool) -> None:
        """Say that a table was not used; a summary beside the tables it sums up loses nothing."""
        listed = "”“".join(self._ledger.columns[name].title for name in missing)
        sentence = f"{self._place(part.grid)}缺少“{listed}”列，这张表没有采用。请补上该列，或核对列名。"
        if not alone and _SUMMARY.search(part.grid.sheet or "") is not None:
            self._doubts.say(sentence)
        else:
            self.unread.append(sentence)

    def _place(self, grid: Grid) -> str:
        return f"“{self._document.name}”" + (f"的“{grid.sheet}”" if grid.sheet else "")

    def _typed(self, part: Part) -> None:
        origin = self._first + len(self.origins)
        grid, match = part.grid, part.match
        columns = {name: grid.letter(match.places[name]) for name in self._ledger.columns if name in match.places}
        self.origins.append(Origin(self._document.name, self._document.digest, grid.sheet, columns))
        frame = self._frame(part)
        layout = Layout(origin, match.places, self._units(part), frame, self._given(part, frame))
        lines = list(self._lines(part, origin))
        self.records += Typing(self._ledger, layout, self._doubts).records(lines)
        self._tell(part, origin, lines)

    def _frame(self, part: Part) -> Frame:
        """The year for dates that print none: that of sheet and titles, of the file's name, else the one measured."""
        for named, texts in (("表名或标题", (part.grid.sheet or "", *part.titles)), ("文件名", (self._document.name,))):
            years = {year for text in texts for year in years_in(plain_text(text))}
            if len(years) == 1:
                return Frame(years.pop(), named)
        return Frame(self._year, "台账年度")

    def _given(self, part: Part, frame: Frame) -> dict[str, Period]:
        """The period of a table without a column for it, where sheet or title names one month."""
        name = self._ledger.period
        if name is None or name in part.match.places or self._ledger.columns[name].type not in {"month", "period"}:
            return {}
        for text in (part.grid.sheet or "", *part.titles):
            found = month_in(plain_text(text), frame.year)
            if found is not None:
                return {name: found[0]}
        return {}

    def _units(self, part: Part) -> dict[str, str]:
        """Units printed over the columns, and the one a line above gives for all columns of its dimension."""
        units = dict(part.match.units)
        said = unit_said(part.titles)
        for name, column in self._ledger.columns.items():
            open_still = name not in units and column.type in NUMERIC and column.unit_from not in part.match.places
            if said and open_still and column.unit and factor_between(said, column.unit) is not None:
                units[name] = said
        return units

    def _lines(self, part: Part, origin: int) -> Iterator[Line]:
        """The rows that are records; rows in between that are none are told where they hold numbers."""
        places = {place: name for name, place in part.match.places.items()}
        merged: dict[str, list[int]] = {}
        for row in part.rows:
            filled = row.filled
            if not filled:
                continue
            if not self._is_aside(filled, places):
                yield Line(row.number, self._entries(row, places, merged, origin), tuple([cell.text for cell in filled]))
            elif any(_DIGIT.search(cell.text) for cell in filled):
                shown = "　".join(cell.text for cell in filled)[:_SHOWN]
                self._doubts.say(f"第 {row.number} 行不是记录，没有计入：“{shown}”。请核对。", origin, filled[0].anchor)
        for name, rows in merged.items():
            title = self._ledger.columns[name].title
            self._doubts.say(f"{named_rows(rows)}的“{title}”是与上面合并的单元格，按合并处的内容填入。请核对。", origin)

    def _entries(self, row: Row, places: Mapping[int, str], merged: dict[str, list[int]], origin: int) -> dict[int, Entry]:
        """The cells of a row by place; names and dates merged from above filled in (and gathered in ``merged``), numbers not."""
        entries: dict[int, Entry] = {}
        for place, cell in row.cells.items():
            if place not in places:
                continue
            entries[place] = entry(cell)
            if cell.text and cell.column_span > 1 and sum(covered in places for covered in range(place, place + cell.column_span)) > 1:
                title = self._ledger.columns[places[place]].title
                self._doubts.remark(origin, title, "与右边的列合并，内容只计入这一列", row.number)
        for place, cell in row.inherited.items():
            if place not in places or not cell.text:
                continue
            column = self._ledger.columns[places[place]]
            if column.type in NUMERIC:
                self._doubts.remark(origin, column.title, "与上一行合并，数值只在第一行计一次", row.number)
            else:
                entries[place] = entry(cell)
                merged.setdefault(places[place], []).append(row.number)
        return entries

    def _is_aside(self, filled: Sequence[Cell], places: dict[int, str]) -> bool:
        """Whether a row is a footnote, a signature or a dividing line."""
        texts = [plain_text(cell.text) for cell in filled]
        if all(_FOOTNOTE.fullmatch(text) or _SIGNED.fullmatch(text) for text in texts) and _FOOTNOTE.fullmatch(texts[0]):
            return True
        if len(filled) > 1:
            return not any(cell.column in places for cell in filled)
        covered = sum(place in places for place in range(filled[0].column, filled[0].column + filled[0].column_span))
        return covered != 1 or (len(places) > 1 and _SIGNED.fullmatch(texts[0]) is not None)

    def _tell(self, part: Part, origin: int, lines: Sequence[Line]) -> None:
        grid, match = part.grid, part.match
        if match.unknown:
            self._doubts.say(f"{self._place(grid)}有不认识的列“{'”“'.join(match.unknown)}”，没有采用。", origin)
        if match.doubled:
            self._doubts.say(f"{self._place(grid)}里“{'”“'.join(match.doubled)}”与另一列指同一项，只采用了前一列。请核对。", origin)
        for title, mark in self._odd_marks(match):
            self._doubts.say(f"{self._place(grid)}的“{title}”一列表头注有“{mark}”，不是认得的单位，没有据以换算。请核对。", origin)
        if part.carried:
            self._doubts.say(f"{self._place(grid)}没有表头，按接续前一张表读取。请核对。", origin)
        if grid.recognised:
            self._doubts.say(f"{self._place(grid)}是从图片里识别出来的，数字可能有误。请与原件核对。", origin)
        for name, period in self._given(part, self._frame(part)).items():
            title = self._ledger.columns[name].title
            self._doubts.say(f"{self._place(grid)}没有“{title}”列，按表名或标题计为 {period.first:%Y-%m}。请核对。", origin)
        rows = [line.row for line in lines]
        for sentence in self._concealed.told(grid, rows, match.places):
            self._doubts.say(f"{self._place(grid)}{sentence}", origin)

    def _odd_marks(self, match: Match) -> Iterator[tuple[str, str]]:
        """Short remarks over columns of numbers that may be meant as units."""
        for name, head in match.heads.items():
            column = self._ledger.columns[name]
            if column.type not in NUMERIC or name in match.units:
                continue
            titles = "".join((column.title, *column.aliases, column.unit or ""))
            yield from ((column.title, mark) for mark in remarks_in(head) if len(mark) < _SHORTEST and mark not in titles)


def _heads(row: Row) -> dict[int, tuple[str, int]]:
    """The texts of a row by place, merged cells repeated across, with how many rows each goes down."""
    heads: dict[int, tuple[str, int]] = {}
    for place, cell in row.cells.items():
        for covered in range(place, place + min(cell.column_span, 256)):
            heads[covered] = (cell.text, cell.row_span)
    return heads
