"""The same money split two ways side by side, amounts inside the label cells: 按收入性质分：2030.12 over 其中：一般公共预算：1325.68."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jiheng.domain.document import Cell
from jiheng.domain.evaluation import Split, SplitPart
from jiheng.domain.moneytext import parse_money
from jiheng.domain.value import MoneyUnit
from jiheng.importers.recognise.lines import Line

_HEAD = re.compile(r"^(按.{1,8}分)\s*[:：]?\s*(.*)$", re.DOTALL)
_PART = re.compile(r"^(?:其中\s*[:：]?\s*)?([\u4e00-\u9fff（）()]{2,20})\s*[:：]\s*([\d.,，]*)\s*(?:万?元)?$")


@dataclass
class _Open:
    name: str
    amount: str
    cell: Cell
    parts: list[tuple[str, str]] = field(default_factory=list)


class Splits:
    """The splits of one form; each stands in a column of its own."""

    def __init__(self) -> None:
        self.by_column: dict[int, _Open] = {}

    def read(self, line: Line) -> bool:
        """Whether the line heads splits or holds parts of them."""
        heads = [(cell, match) for cell in line.filled if (match := _HEAD.match(cell.text))]
        if heads:
            self.by_column.update({cell.column: _Open(match[1], match[2].strip(), cell) for cell, match in heads})
            return True
        found = [(cell, match) for cell in line.filled if cell.column in self.by_column and (match := _PART.match(cell.text))]
        for cell, match in found:
            self.by_column[cell.column].parts.append((match[1], match[2]))
        return bool(found)

    def splits(self, unit: MoneyUnit | None) -> tuple[Split, ...]:
        """What was read, in column order; a part without an amount is kept with None."""
        return tuple(
            Split(
                item=one.name,
                amount=parse_money(one.amount, unit=unit) if one.amount else None,
                parts=tuple(SplitPart(name, parse_money(amount, unit=unit) if amount else None) for name, amount in one.parts),
                anchor=one.cell.anchor,
            )
            for _, one in sorted(self.by_column.items())
        )
