"""The columns of an indicator table: its header lines found by their labels, each physical column given its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from jiheng.domain.document import Cell
from jiheng.importers.recognise.lines import Line, label_key, lexicon, short_key, word_keys
from jiheng.rulebook.labels import Labels

_VALUE = re.compile(r"[≥≤=<>]?\s*[\d.,]+\s*\S{0,3}")
_UNIT_MARK = re.compile(r"[（(][^（()）]{1,6}[)）]|[①-⑳]")
_LONGEST_LABEL = 20
ENDINGS = ("target", "actual", "score", "reason", "evidence", "unit", "name")
LEVELS = ("level1", "level2", "name")
_OF_AN_INDICATOR = frozenset({"target", "actual", *LEVELS})
ROLE_NAMES = {
    "level1": "一级指标",
    "level1_weight": "一级权重",
    "level2": "二级指标",
    "level2_weight": "二级权重",
    "name": "三级指标",
    "weight": "分值",
    "operator": "指标性质",
    "target": "目标值",
    "unit": "度量单位",
    "actual": "完成值",
    "score": "得分",
    "reason": "原因",
    "criteria": "评分标准",
    "evidence": "佐证材料",
}
WEIGHTS = {"level1": "level1_weight", "level2": "level2_weight", "name": "weight"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Meaning → physical column, in the order of the columns.

    ``packed`` where the rows have lost their grid and only the order counts; ``foreign`` are the columns under headings that are no part
    of an indicator.
    """

    at: dict[str, int]
    packed: bool
    lines: tuple[Line, ...]
    foreign: frozenset[int] = field(init=False)
    roles: tuple[str, ...] = field(init=False)
    """The meanings in column order."""
    places: tuple[int, ...] = field(init=False)
    """The columns of ``roles``."""
    by_column: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", tuple(sorted(self.at, key=self.at.__getitem__)))
        object.__setattr__(self, "places", tuple(sorted(self.at.values())))
        object.__setattr__(self, "by_column", {column: role for role, column in self.at.items()})
        object.__setattr__(self, "foreign", frozenset() if self.packed else frozenset(self._foreign()))

    def _foreign(self) -> Iterator[int]:
        own = self.by_column
        for line in self.lines:
            for cell in line.filled:
                column = cell.column
                if column not in own and (cell.column_span == 1 or own.keys().isdisjoint(range(column, column + cell.column_span))):
                    yield column

    def straight(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        """Meaning → cell, for the cells that stand under a heading."""
        by_column, straight = self.by_column, {}
        for cell in cells:
            role = by_column.get(cell.column)
            if role is None and cell.column_span > 1:
                role = self._over(cell)
            if role is not None:
                straight[role] = cell
        return straight

    def _over(self, cell: Cell) -> str | None:
        """The meaning that a wide cell stands under, the leftmost one."""
        columns = range(cell.column, cell.column + cell.column_span)
        return next((self.by_column[column] for column in columns if column in self.by_column), None)

    def beside(self, row: Sequence[Cell]) -> tuple[Cell, ...]:
        """The cells of a row below a heading that is no part of an indicator: the label beside the table (绩效指标), running numbers, remarks."""
        return tuple(cell for cell in row if cell.column in self.foreign) if self.foreign else ()

    def is_left(self, cell: Cell) -> bool:
        """Whether a cell stands left of every heading."""
        return cell.column < min(self.at.values(), default=0)


@lru_cache(maxsize=4096)
def ways(column: int, places: tuple[int, ...], price: int) -> tuple[int, ...]:
    """The price of the way from a column to each of some places, so much per column."""
    return tuple([price * abs(column - place) for place in places])


def header_meanings(line: Line, labels: Labels) -> dict[int, str]:
    """Column → meaning of the header labels on a line; once two are known, others are known by how they end (…完成值, …改进措施)."""
    known = line.meanings.get(labels)
    if known is None:
        roles = list(map(lexicon(labels, "columns").meaning, line.texts))
        known = line.meanings[labels] = _header_meanings(line, roles, labels) if any(roles) else {}
    return known


def _header_meanings(line: Line, roles: list[str | None], labels: Labels) -> dict[int, str]:
    found = {cell.column: role for cell, role in zip(line.filled, roles, strict=True) if role is not None}
    if 2 <= len(found) < len(line.filled):
        _add_by_endings(found, line, labels)
    return found


def _add_by_endings(found: dict[int, str], line: Line, labels: Labels) -> None:
    taken = set(found.values())
    for cell, text in zip(line.filled, line.texts, strict=True):
        role = None if cell.column in found or len(text) > _LONGEST_LABEL else _by_ending(text, labels)
        if role is None or role in taken:
            continue
        levels = [column for column, known in found.items() if known in LEVELS]
        if role != "name" or (levels and cell.column > max(levels)):
            found[cell.column] = role
            taken.add(role)


@lru_cache(maxsize=4096)
def _by_ending(text: str, labels: Labels) -> str | None:
    key = short_key(text)
    return next((role for role, endings in _endings(labels) if key.endswith(endings)), None)


@lru_cache(maxsize=16)
def _endings(labels: Labels) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each role that is known by how its heading ends, with those endings."""
    return tuple((role, tuple(word_keys(labels, f"{role}_endings"))) for role in ENDINGS)


def is_foreign_header(line: Line, labels: Labels) -> bool:
    """The head of another table (a detail list, numbered columns): a running number, or several headings with units or circled numbers."""
    if len(line.texts) < 3 or len(header_meanings(line, labels)) >= 3 or any(map(_VALUE.fullmatch, line.texts)):
        return False
    return any(key.startswith("序号") for key in line.keys) or sum(mark is not None for mark in map(_UNIT_MARK.search, line.texts)) >= 2


def is_header(line: Line, labels: Labels) -> bool:
    """Whether a line is a header line of an indicator table: at least two column labels and nothing else but group labels."""
    found = header_meanings(line, labels)
    if len(found) < 2 or not line.filled:
        return False
    strange = [cell for cell in line.filled if cell.column not in found and _VALUE.fullmatch(cell.text)]
    return not strange and not _OF_AN_INDICATOR.isdisjoint(found.values())


def is_sub_header(line: Line, labels: Labels) -> bool:
    """A line of 名称 · 权重 pairs below the level names."""
    parts = word_keys(labels, "header_parts")
    return len(line.filled) >= 2 and all(key in parts for key in line.keys)


def weight_unit(lines: list[Line], labels: Labels) -> str | None:
    """``%`` where the weight heading prints 权重(%), ``分`` where it prints 分值, None where there is no such heading."""
    meaning = lexicon(labels, "columns").meaning
    weights = [label_key(text) for line in lines for text in line.texts if meaning(text) == "weight"]
    if not weights:
        return None
    return "%" if any("%" in key for key in weights) else "分" if any("分" in key for key in weights) else None


def columns_of(lines: list[Line], labels: Labels) -> Columns:
    """The columns that a run of header lines gives."""
    at: dict[str, int] = {}
    level_lines = [line for line in lines if "level2" in header_meanings(line, labels).values() or "name" in header_meanings(line, labels).values()]
    names: list[int] = []
    weights: list[int] = []
    for line in lines:
        keys = list(line.keys)
        if keys.count("名称") >= 2:
            names = [cell.column for cell, key in zip(line.filled, keys, strict=True) if key == "名称"]
            weights = [cell.column for cell, key in zip(line.filled, keys, strict=True) if key.startswith(("权重", "分值"))]
    for line in lines:
        for column, role in header_meanings(line, labels).items():
            if names and (role in LEVELS or (role == "weight" and column in weights)):
                continue
            at.setdefault(role, column)
    if names:
        at.update(dict(zip(LEVELS, names, strict=False)))
        at.update({WEIGHTS[role]: column for role, column in zip(LEVELS, weights, strict=False)})
        return Columns(at, packed=False, lines=tuple(lines))
    return _merged(at, lines, level_lines, labels)


def _merged(at: dict[str, int], lines: list[Line], level_lines: list[Line], labels: Labels) -> Columns:
    """Two header lines whose columns collide have lost their grid: the level names go where the group label stood."""
    if len(set(at.values())) == len(at):
        return Columns(at, packed=False, lines=tuple(lines))
    ordered: list[str] = []
    inner = list(dict.fromkeys(role for line in level_lines for role in header_meanings(line, labels).values()))
    outer = [role for line in lines if line not in level_lines for role in header_meanings(line, labels).values()]
    ordered = [*inner, *(role for role in outer if role not in inner)]
    return Columns({role: index for index, role in enumerate(ordered)}, packed=True, lines=tuple(lines))
