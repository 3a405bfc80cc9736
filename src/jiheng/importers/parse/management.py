"""资金管理情况 in transfer forms: a row per aspect (分配科学性, 下达及时性 …) with what was done and the problems with their remedies."""

from __future__ import annotations

from jiheng.domain.document import Cell
from jiheng.domain.evaluation import ManagementItem
from jiheng.importers.parse.columns import is_header
from jiheng.importers.parse.sheet import Sheet
from jiheng.importers.recognise.lines import Line, label_key, word_keys


class Management:
    """Collects the rows below the headings 情况说明 and 存在问题; another part of the form ends the block."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.items: list[ManagementItem] = []
        self._situation: int | None = None
        self._problems: tuple[int, ...] = ()

    def read(self, line: Line) -> bool:
        """Whether the line is the block's heading or one of its rows."""
        labels = self.sheet.labels
        situations, troubles = word_keys(labels, "management_situation"), word_keys(labels, "management_problems")
        keys = list(line.keys)
        if not (situations.isdisjoint(keys) or troubles.isdisjoint(keys)):
            self._situation = next(cell.column for cell, key in zip(line.filled, keys, strict=True) if key in situations)
            self._problems = tuple(cell.column for cell, key in zip(line.filled, keys, strict=True) if key in troubles)
            return True
        if self._situation is None:
            return False
        row = [cell for cell in line.filled if label_key(cell.text) not in word_keys(labels, "management_sides")]
        if not row or row[0].column >= self._situation or line.table < 0 or self._is_other(line):
            self._situation = None
            return False
        self._take(row)
        return True

    def _is_other(self, line: Line) -> bool:
        return is_header(line, self.sheet.labels) or any(self.sheet.field_labels.meaning(cell.text) is not None for cell in line.filled)

    def _take(self, row: list[Cell]) -> None:
        first = self._problems[0]
        left = [cell for cell in row if cell.column < (self._situation or 0)]
        told = [cell for cell in row if (self._situation or 0) <= cell.column < first]
        wrong = [cell for cell in row if cell.column >= first]
        index = len(self.items)
        self.items.append(ManagementItem(left[-1].text, _joined(told), _joined(wrong)))
        for name, cells in (("item", left[-1:]), ("situation", told[:1]), ("problems", wrong[:1])):
            for cell in cells:
                self.sheet.note(f"/management/{index}/{name}", cell)


def _joined(cells: list[Cell]) -> str | None:
    return " ".join(cell.text for cell in cells) or None
