"""The money block: a header of amount labels over rows, or labels beside tiers and amounts."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from jiheng.domain.document import Cell
from jiheng.domain.evaluation import FundLine
from jiheng.domain.moneytext import parse_money
from jiheng.domain.value import Money, MoneyUnit
from jiheng.domain.valuetext import tidy
from jiheng.domain.valuewords import ABSENT_TOKENS
from jiheng.importers.parse.points import points_of
from jiheng.importers.parse.sheet import Sheet
from jiheng.importers.parse.splits import Splits
from jiheng.importers.recognise.lines import Line, label_key, lexicon, short_key, word_keys

AMOUNTS = ("initial_budget", "adjusted_budget", "allotted", "disbursed")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FIGURE = re.compile(r"[¥￥]?-?[\d.,，]*\d(?:\.\d+)?\s*(?:亿|千万|百万|万)?元?|[\d.]+%")
_BEGINS_AMOUNT = re.compile(r"[\d.,，¥￥-]")
_OWN_UNIT = re.compile(r"\d(万)?元$")


@dataclass
class Entry:
    """One money row being filled: role → cell."""

    item: str
    cell: Cell
    cells: dict[str, Cell] = field(default_factory=dict)


class Purse:
    """The money rows of one form."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.roles = lexicon(sheet.labels, "amounts")
        self.tiers = word_keys(sheet.labels, "tiers_of_money")
        self.items = word_keys(sheet.labels, "fund_items")
        self.header: list[tuple[int, str]] = []
        self.header_item: Cell | None = None
        self.entries: list[Entry] = []
        self.lag = (0, 0)
        self.beside: list[tuple[int, str]] = []
        self.beside_table = -1
        self.splits = Splits()

    def close(self) -> None:
        """The indicator table has begun: the money header no longer applies."""
        self.header = []
        self.beside = []

    def read(self, line: Line) -> bool:
        """Whether the line belonged to the money block."""
        roles = list(map(self.roles.meaning, line.texts))
        labels = [(cell, role) for cell, role in zip(line.filled, roles, strict=True) if role is not None] if any(roles) else []
        amounts = [role for _, role in labels if role in AMOUNTS]
        if len(labels) >= 2 and amounts and not any(self._is_figure(cell.text) or label_key(cell.text) in self.tiers for cell in line.filled):
            self._open(line, labels)
            return True
        if len(amounts) >= 2 and self._opens_side_by_side(line, labels):
            return True
        if amounts and self._tiered(line, labels):
            return True
        if self.beside and line.table == self.beside_table and self._row_side_by_side(line):
            return True
        if (self.header or self.splits.by_column) and self.splits.read(line):
            return True
        return bool(self.header) and self._row(line)

    def lines(self) -> tuple[FundLine, ...]:
        """The rows that hold at least one value; their cells are noted in the sheet."""
        self.sheet.money_unit = self.sheet.money_unit or self._printed_unit()
        kept = [entry for entry in self.entries if any(self._says(cell) for role, cell in entry.cells.items() if role not in {"weight", "reason"})]
        for index, entry in enumerate(kept):
            for role, cell in entry.cells.items():
                pointer = {"rate": "stated_rate", "score": "stated_score"}.get(role, role)
                self.sheet.note(f"/funds/{index}/{pointer}", cell)
            self.sheet.note(f"/funds/{index}/item", entry.cell)
        return tuple(self._line(entry) for entry in kept)

    def _printed_unit(self) -> MoneyUnit | None:
        """Where no label prints a unit: the one unit that every amount with a unit prints (2.38万元 beside a bare 2.38)."""
        amounts = (cell.text for entry in self.entries for role, cell in entry.cells.items() if role in AMOUNTS)
        units: set[MoneyUnit] = {"万元" if match[1] == "万" else "元" for text in amounts if (match := _OWN_UNIT.search(tidy(text)))}
        return units.pop() if len(units) == 1 else None

    def _role(self, cell: Cell) -> str | None:
        return self.roles.meaning(cell.text)

    def _open(self, line: Line, labels: list[tuple[Cell, str]]) -> None:
        self.header = [(cell.column, role) for cell, role in labels]
        first = min(column for column, _ in self.header)
        self.header_item = next((cell for cell in reversed(line.filled) if cell.column < first and self._is_item(cell)), None)
        self.lag = (0, 0)
        self.sheet.amount_columns.update(role for _, role in labels)

    def _tiered(self, line: Line, labels: list[tuple[Cell, str]]) -> bool:
        """预算计划安排 · 2903.24, or 实际分配下达 · 市本级 · 4162.37 · 转移支付至下级 · blank; a rate or score may follow under its own label."""
        label, role = next((cell, role) for cell, role in labels if role in AMOUNTS)
        others = {cell.column: other for cell, other in labels if cell.column > label.column}
        end = min(others, default=None)
        after = [cell for cell in line.cells if cell.column > label.column and (end is None or cell.column < end)]
        self.sheet.amount_columns.add(role)
        tier = None
        found = False
        self._beside_labels(line, others, label)
        for cell in after:
            key = label_key(cell.text)
            if key in self.tiers:
                tier = cell
            elif cell.text and self._amount_like(cell.text):
                self._entry(tier, label).cells.setdefault(role, cell)
                found, tier = True, None
        return found or any(label_key(cell.text) in self.tiers for cell in after) or not any(cell.text for cell in after)

    def _opens_side_by_side(self, line: Line, labels: list[tuple[Cell, str]]) -> bool:
        """计划安排资金 · 700 · 实际支出 · 690: each amount right of its own label; the parts follow below in the same columns."""
        right = dict(itertools.pairwise(line.cells))
        if any(right.get(cell) is None or self._role(right[cell]) is not None for cell, _ in labels):
            return False
        self.beside, self.beside_table = [(cell.column, role) for cell, role in labels], line.table
        entry = Entry("", labels[0][0])
        for cell, role in labels:
            self.sheet.amount_columns.add(role)
            entry.cells.setdefault(role, right[cell])
        self.entries.append(entry)
        return True

    def _row_side_by_side(self, line: Line) -> bool:
        """其中：县财政 · 700 · 县财政 · 700 …: one part per name, its amounts under the labels above."""
        roles = dict(self.beside)
        generic = sum(cell.column in roles and self._is_name(cell) for cell in line.cells) >= 2
        parts: dict[str, Entry] = {}
        for label, value in itertools.pairwise(line.cells):
            role = roles.get(label.column)
            if role in AMOUNTS and value.column not in roles and (self._is_item(label) or (generic and self._is_name(label))):
                name = re.sub(r"^其中\s*[:：]?\s*", "", label.text).rstrip(":： ")
                parts.setdefault(name, Entry(name, label)).cells.setdefault(role, value)
        self.entries.extend(parts.values())
        self.beside = self.beside if parts else []
        return bool(parts)

    def _beside_labels(self, line: Line, labels: dict[int, str], first: Cell) -> None:
        """预算执行率 · 100% after the amount of the same line."""
        for label, value in itertools.pairwise(line.cells):
            role = labels.get(label.column)
            if role in {"rate", "score", "weight"} and value.text and self._role(value) is None and value.column not in labels:
                self._entry(None, first).cells.setdefault(role, value)

    def _entry(self, tier: Cell | None, label: Cell) -> Entry:
        name = tier.text if tier is not None else None
        for entry in self.entries:
            if name is None or entry.item in {name, ""}:
                entry.item = name or entry.item
                return entry
        entry = Entry(name or "", tier or label)
        self.entries.append(entry)
        return entry

    def _row(self, line: Line) -> bool:
        first_amount = min(column for column, _ in self.header)
        item = self._item_of(line, first_amount)
        if item is None:
            return False
        rest = self._unpacked([cell for cell in line.cells if cell.column > item.column])
        entry = Entry(re.sub(r"[:：]\s*$", "", item.text).strip(), item)
        by_column = {cell.column: cell for cell in rest}
        if any(cell.column >= first_amount and cell.column_span > 1 for cell in rest) or len({c for c, _ in self.header} & set(by_column)) >= 1:
            entry.cells = {role: by_column[column] for column, role in self.header if column in by_column}
        strange = [cell for role, cell in entry.cells.items() if role in AMOUNTS and cell.text and not self._amount_like(cell.text)]
        packed = [cell for cell in rest if cell.text or cell.column > item.column + 1]
        filled = [cell for cell in rest if cell.text]
        if (strange or not entry.cells) and len(filled) == len(self.header):
            entry.cells = {role: cell for (_, role), cell in zip(self.header, filled, strict=True)}
        elif strange and len(packed) >= len(self.header):
            entry.cells = {role: cell for (_, role), cell in zip(self.header, packed, strict=False)}
        self._straighten(entry, filled, by_column)
        self.entries.append(entry)
        return True

    def _unpacked(self, rest: list[Cell]) -> list[Cell]:
        """35550 35550 35550 10 82.12% 8.5 in one cell under a header of six: one figure per column."""
        filled = [cell for cell in rest if cell.text]
        figures = filled[0].text.split() if len(filled) == 1 else []
        if len(figures) != len(self.header) or not all(self._is_figure(figure) or figure in ABSENT_TOKENS for figure in figures):
            return rest
        columns = [column for column, _ in self.header]
        return [filled[0]._replace(column=column, text=figure, column_span=1) for column, figure in zip(columns, figures, strict=True)]

    def _item_of(self, line: Line, first_amount: int) -> Cell | None:
        """What a money row is called: a known item, else the text left of amounts under the header, else the item in the header line itself."""
        named = [cell for cell in line.filled if self._is_item(cell)]
        if named:
            return named[-1]
        columns = {column for column, role in self.header if role in AMOUNTS}
        if not any(cell.column in columns and all(self._is_figure(part) for part in cell.text.split()) for cell in line.filled):
            return None
        left = [cell for cell in line.filled if cell.column < first_amount and self._is_name(cell)]
        return left[-1] if left else self.header_item

    def _is_name(self, cell: Cell) -> bool:
        return 0 < len(cell.text) <= 30 and not self._is_figure(cell.text) and self.sheet.field_labels.meaning(cell.text) is None

    def _straighten(self, entry: Entry, filled: list[Cell], by_column: dict[int, Cell]) -> None:
        """A row that lost leading cells: the printed percentage shows where the rate stands, the others keep their order.

        A row below without a percentage follows the same lag if it ends at the same column.
        """
        roles = [role for _, role in self.header]
        rate = next((i for i, cell in enumerate(filled) if tidy(cell.text).endswith("%")), None)
        end, lag = max(by_column, default=0), self.lag[1]
        if rate is None and lag and end == self.lag[0]:
            entry.cells = {role: by_column[column - lag] for column, role in self.header if column - lag in by_column}
        if rate is None or "rate" not in roles or "%" in (entry.cells["rate"].text if "rate" in entry.cells else ""):
            return
        offset = roles.index("rate") - rate
        entry.cells = {roles[i + offset]: cell for i, cell in enumerate(filled) if 0 <= i + offset < len(roles)}
        self.lag = (end, self.header[roles.index("rate")][0] - filled[rate].column)

    def _is_item(self, cell: Cell) -> bool:
        if not cell.text or len(cell.text) > 30 or _NUMBER.search(cell.text):
            return False
        key = short_key(cell.text).removeprefix("其中")
        return any(word in key for word in self.items)

    def _amount_like(self, text: str) -> bool:
        plain = tidy(text)
        return plain in ABSENT_TOKENS or (parse_money(plain, unit="元") is not None and _BEGINS_AMOUNT.match(plain) is not None)

    def _is_figure(self, text: str) -> bool:
        return _FIGURE.fullmatch(tidy(text)) is not None

    def _says(self, cell: Cell) -> bool:
        return bool(cell.text) and tidy(cell.text) not in ABSENT_TOKENS

    def _line(self, entry: Entry) -> FundLine:
        def money(role: str) -> Money | None:
            cell = entry.cells.get(role)
            return parse_money(cell.text, unit=self.sheet.money_unit) if cell is not None and cell.text else None

        rate = entry.cells.get("rate")
        return FundLine(
            item=entry.item or "合计",
            initial_budget=money("initial_budget"),
            adjusted_budget=money("adjusted_budget"),
            allotted=money("allotted"),
            disbursed=money("disbursed"),
            weight=points_of(entry.cells.get("weight")),
            stated_rate=rate.text if rate is not None and self._says(rate) else None,
            stated_score=points_of(entry.cells.get("score")),
        )
