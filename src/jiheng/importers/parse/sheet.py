"""One form being read line by line: each line goes to the part of the form it belongs to, told by its labels."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jiheng.domain.document import Anchor, Cell
from jiheng.domain.evaluation import FundLine, Heading, Indicator, PrintedTotal
from jiheng.domain.finding import Repair
from jiheng.domain.value import MoneyUnit
from jiheng.importers.parse import fields, goals, rows
from jiheng.importers.parse.columns import ROLE_NAMES, Columns, columns_of, header_meanings, is_header, is_sub_header, weight_unit
from jiheng.importers.parse.money import Purse
from jiheng.importers.parse.rows import Block
from jiheng.importers.recognise import Draft
from jiheng.importers.recognise.lines import Line, lexicon


class Sheet:
    """What has been read so far. ``values`` holds header texts by JSON pointer, ``anchors`` where each field stands."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.labels = draft.labels
        self.values: dict[str, str] = {}
        self.anchors: dict[str, Anchor] = {}
        self.repairs: list[Repair] = []
        self.labelled: set[str] = set()
        self.columns: set[str] = set()
        self.amount_columns: set[str] = set()
        self.indicators: list[Indicator] = []
        self.blocks: list[Block] = []
        self.placeholders: list[Anchor] = []
        self.instructions: list[Anchor] = []
        self.unit_column: list[tuple[int, str]] = []
        self.notes: list[str] = []
        self.year_texts: list[str] = []
        self.outside: list[str] = []
        self.achieved: bool | None = None
        self.total_weight: Decimal | None = None
        self.total_score: Decimal | None = None
        self.grade: str | None = None
        self.printed_totals: list[PrintedTotal] = []
        self.money_unit: MoneyUnit | None = None
        self.weight_unit: str | None = None
        self.purse = Purse(self)
        self.field_labels = lexicon(self.labels.fields)
        self.table: Columns | None = None
        self.first_columns: Columns | None = None
        self.after_table = False
        self.in_tables = False
        self.provisional: set[str] = set()

    def read(self) -> None:
        """Read every line."""
        lines = self.draft.lines
        self.money_unit = fields.money_unit_of(lines, self.labels)
        index = 0
        while index < len(lines):
            index += self._step(lines, index)
        rows.finish(self)

    def note(self, pointer: str, cell: Cell) -> None:
        """Remember where a field stands; the first place wins."""
        self.anchors.setdefault(pointer, cell.anchor)

    def repair(  # noqa: PLR0913 - a repair as it is recorded
        self, code: str | None, subject: str, *, before: str, after: str, note: str, anchor: Anchor
    ) -> None:
        """Record something put right."""
        self.repairs.append(Repair(code, subject, before, after, note, anchor))

    def funds(self) -> tuple[FundLine, ...]:
        """The money rows with at least one value."""
        return self.purse.lines()

    def headings(self) -> Iterator[Heading]:
        """Level-1 and level-2 headings as printed."""
        yield from rows.headings(self.blocks)

    def group_scores(self) -> Iterator[tuple[int, int]]:
        """Rows that share one printed score."""
        yield from rows.group_scores(self)

    def _step(self, lines: tuple[Line, ...], index: int) -> int:  # noqa: PLR0911 - one return per kind of line
        """Read the line at ``index``; how many lines that took."""
        line = lines[index]
        if not line.filled:
            return 1
        self.in_tables = self.in_tables or line.table >= 0
        if is_header(line, self.labels):
            return self._header(lines, index)
        if self.table is not None and self._in_table(line):
            return 1
        if fields.title(self, line):
            return 1
        if self.purse.read(line):
            return 1
        taken = goals.read(self, lines, index)
        if taken:
            return taken
        if fields.narrative(self, line):
            return 1
        fields.pairs(self, line)
        return 1

    def _header(self, lines: tuple[Line, ...], index: int) -> int:
        end = index + 1
        while end < len(lines) and (is_header(lines[end], self.labels) or is_sub_header(lines[end], self.labels)):
            end += 1
        start = index
        while start > 0 and is_sub_header(lines[start - 1], self.labels) and lines[start - 1].table == lines[index].table:
            start -= 1
        run = list(lines[start:end])
        self.table = columns_of(run, self.labels)
        self.purse.close()
        if self.first_columns is None:
            self.first_columns = self.table
        else:
            self._repeated(run)
        rows.header_printed_again(self)
        self.weight_unit = self.weight_unit or weight_unit(run, self.labels)
        self.columns.update(role for role in self.table.at if not role.endswith("_weight") or role == "weight")
        return end - index

    def _repeated(self, run: list[Line]) -> None:
        """A header printed again on the next page; level names that lost their columns are put back and recorded."""
        first = self.first_columns
        if first is None or self.table is None:
            return
        for line in run:
            levels = {role: column for column, role in header_meanings(line, self.labels).items() if role in {"level1", "level2", "name"}}
            drifted = [role for role, column in levels.items() if role in first.at and first.at[role] != column]
            if drifted and len(levels) >= 2 and self.table.at.get("name") == first.at.get("name"):
                before = " · ".join(f"c{cell.column + 1} {cell.text}" for cell in line.filled)
                after = " · ".join(f"c{first.at[role] + 1} {ROLE_NAMES[role]}" for role in levels)
                self.repair(
                    "layout.columns-shifted",
                    "",
                    before=before,
                    after=after,
                    note="表头各级名称错列，按下一行的名称与权重归位",
                    anchor=line.filled[0].anchor,
                )

    def _in_table(self, line: Line) -> bool:
        """A line below an indicator header: a total, a row, or the end of the table."""
        if rows.is_caption(self, line):
            return True
        if rows.total(self, line) or rows.remark(self, line):
            return True
        if fields.narrative(self, line):
            return True
        if rows.ends_table(self, line):
            self.table = None
            return False
        return rows.row(self, line)
