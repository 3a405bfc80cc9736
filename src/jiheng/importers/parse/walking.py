"""The walk over one form: each line goes to the part of the form it belongs to, told by its labels."""

from __future__ import annotations

from jiheng.importers.parse import fields, goals, rows
from jiheng.importers.parse.columns import ROLE_NAMES, columns_of, header_meanings, is_foreign_header, is_header, is_sub_header, weight_unit
from jiheng.importers.parse.management import Management
from jiheng.importers.parse.money import Purse
from jiheng.importers.parse.sheet import Sheet
from jiheng.importers.recognise.lines import Line


class Walk:
    """Reads every line of a sheet; ``purse`` collects the money rows, ``management`` what is said of the money's management."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.labels = sheet.labels
        self.purse = Purse(sheet)
        self.management = Management(sheet)

    def read(self) -> None:
        """Read every line."""
        lines = self.sheet.draft.lines
        self.sheet.money_unit = fields.money_unit_of(lines)
        index = 0
        while index < len(lines):
            index += self._step(lines, index)
        rows.finish(self.sheet)

    def _step(self, lines: tuple[Line, ...], index: int) -> int:  # noqa: PLR0911 - one return per kind of line
        """Read the line at ``index``; how many lines that took."""
        line = lines[index]
        if not line.filled or fields.is_page_number(line):
            return 1
        self.sheet.in_tables = self.sheet.in_tables or line.table >= 0
        if is_header(line, self.labels):
            return self._header(lines, index)
        if self.sheet.table is not None and self._in_table(line):
            return 1
        if fields.section_text(self.sheet, line) or fields.title(self.sheet, line):
            return 1
        if self.management.read(line) or self.purse.read(line):
            return 1
        taken = goals.read(self.sheet, lines, index)
        if taken:
            return taken
        if not fields.narrative(self.sheet, line) and not fields.pairs(self.sheet, line) and (line.table >= 0 or self.sheet.blocks):
            self.sheet.keep(line.filled)
        return 1

    def _header(self, lines: tuple[Line, ...], index: int) -> int:
        end = index + 1
        while end < len(lines) and (is_header(lines[end], self.labels) or is_sub_header(lines[end], self.labels)):
            end += 1
        start = index
        while start > 0 and is_sub_header(lines[start - 1], self.labels) and lines[start - 1].table == lines[index].table:
            start -= 1
        run = list(lines[start:end])
        self.sheet.table = columns_of(run, self.labels)
        self.purse.close()
        if self.sheet.first_columns is None:
            self.sheet.first_columns = self.sheet.table
        else:
            self._repeated(run)
        rows.header_printed_again(self.sheet)
        self.sheet.weight_unit = self.sheet.weight_unit or weight_unit(run, self.labels)
        self.sheet.columns.update(role for role in self.sheet.table.at if not role.endswith("_weight") or role == "weight")
        return end - index

    def _repeated(self, run: list[Line]) -> None:
        """A header printed again on the next page; level names that lost their columns are put back and recorded."""
        first = self.sheet.first_columns
        if first is None or self.sheet.table is None:
            return
        for line in run:
            levels = {role: column for column, role in header_meanings(line, self.labels).items() if role in {"level1", "level2", "name"}}
            drifted = [role for role, column in levels.items() if role in first.at and first.at[role] != column]
            if drifted and len(levels) >= 2 and self.sheet.table.at.get("name") == first.at.get("name"):
                before = " · ".join(f"c{cell.column + 1} {cell.text}" for cell in line.filled)
                after = " · ".join(f"c{first.at[role] + 1} {ROLE_NAMES[role]}" for role in levels)
                self.sheet.repair(
                    "layout.columns-shifted",
                    "",
                    before=before,
                    after=after,
                    note="表头各级名称错列，按下一行的名称与权重归位",
                    anchor=line.filled[0].anchor,
                )

    def _in_table(self, line: Line) -> bool:
        """A line below an indicator header: a total, a row, or the end of the table."""
        if len(line.texts) == 1 or not rows.is_plain(line.texts[0], self.labels):
            if rows.is_caption(self.sheet, line) or rows.remark(self.sheet, line):
                return True
            if rows.total(self.sheet, line):
                self.sheet.table = None
                return True
            if fields.narrative(self.sheet, line):
                return True
            if rows.ends_table(self.sheet, line):
                self.sheet.table = None
                return False
        if is_foreign_header(line, self.labels):
            self.sheet.table = None
            return False
        return rows.row(self.sheet, line)
