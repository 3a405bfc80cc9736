"""Puts the cells of a row under the right headings by what they say: a straight row as printed, a drifted one by the cheapest order-keeping fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jiheng.domain.document import Cell
from jiheng.domain.units import read_unit
from jiheng.domain.valuetext import parse_value, tidy
from jiheng.domain.valuewords import ABSENT_TOKENS, OPERATOR_MARKS
from jiheng.importers.parse.columns import Columns
from jiheng.importers.recognise.lines import label_key
from jiheng.rulebook.labels import Labels

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:分|%)?")
_BRACKETED_POINTS = re.compile(r"[(（]?\d+(?:\.\d+)?分?[)）]?")
_LIST_MARK = re.compile(r"^(?:[(（][一二三四五六七八九十]{1,2}[)）]|[一二三四五六七八九十]{1,2}[、.．])\s*(?=[\u4e00-\u9fff])")
_WEIGHT_RULE = re.compile(r"指标(?:总)?数|个数")
IMPOSSIBLE = 90
FOREIGN = 60
PROSE = frozenset({"reason", "criteria", "evidence"})
STRANGE = 20
SPILL = 40
BLANK = 12
DRIFT = 3
MEMORY = 50_000


@dataclass(frozen=True, slots=True)
class Aligned:
    """Meaning → cell of one row; ``moved`` are the cells that do not stand in their own column."""

    cells: dict[str, Cell]
    moved: tuple[tuple[str, Cell], ...]
    spilled: tuple[Cell, ...] = ()


def align(row: Sequence[Cell], columns: Columns, labels: Labels) -> Aligned:
    """The row's cells by meaning. Never loses a cell: what fits nowhere is in ``spilled``."""
    judge = judge_of(labels)
    filled = [cell for cell in row if cell.text]
    by_column = {column: role for role, column in columns.at.items()}
    straight = {role: cell for cell in filled if (role := _straight_role(cell, by_column)) is not None}
    if not columns.packed and len(straight) == len(filled) and all(judge.fits(role, cell.text) for role, cell in straight.items()):
        return Aligned(straight, ())
    return _cheapest(_in_order(row) if columns.packed else filled, columns, judge)


def _in_order(row: Sequence[Cell]) -> list[Cell]:
    """A packed row's cells up to the last printed one: there a blank cell stands for a blank column."""
    last = max((index for index, cell in enumerate(row) if cell.text), default=-1)
    return list(row[: last + 1])


def _straight_role(cell: Cell, by_column: dict[int, str]) -> str | None:
    for column in range(cell.column, cell.column + cell.column_span):
        if column in by_column:
            return by_column[column]
    return None


def _cheapest(filled: list[Cell], columns: Columns, judge: Judge) -> Aligned:
    """Dynamic programming over (cells, roles), both in order; a cell may spill at a price, a role may stay empty.

    In packed rows only leading roles stay empty for nothing: a merge hides them.
    """
    roles = columns.roles
    n, m = len(filled), len(roles)
    step = _steps(_costs(filled, columns, judge), [SPILL if cell.text else BLANK for cell in filled], m, packed=columns.packed)
    cells: dict[str, Cell] = {}
    spilled: list[Cell] = []
    i = j = 0
    while i < n:
        move = step[i][j] if j < m else 1
        if move == 0:
            cells[roles[j]] = filled[i]
            i, j = i + 1, j + 1
        elif move == 1:
            spilled.append(filled[i])
            i += 1
        else:
            j += 1
    cells = {role: cell for role, cell in cells.items() if cell.text}
    spilled = [cell for cell in spilled if cell.text]
    moved = (
        ()
        if columns.packed
        else tuple((role, cell) for role, cell in cells.items() if not cell.column <= columns.at[role] < cell.column + cell.column_span)
    )
    return Aligned(cells, moved, tuple(spilled))


def _costs(filled: list[Cell], columns: Columns, judge: Judge) -> list[list[int]]:
    """What it costs to put each cell under each heading: its misfit, and its way there where the grid still stands."""
    roles = columns.roles
    costs = [[judge.misfit(role, cell.text) if cell.text else 0 for role in roles] for cell in filled]
    if not columns.packed:
        places = [columns.at[role] for role in roles]
        for cell, row in zip(filled, costs, strict=True):
            row[:] = [cost + DRIFT * abs(cell.column - place) for cost, place in zip(row, places, strict=True)]
    return costs


def _steps(costs: list[list[int]], spills: list[int], m: int, *, packed: bool) -> list[list[int]]:
    """The best move at each (cell, role): 0 place, 1 spill, 2 leave the role empty; ties prefer placing, then spilling."""
    below = [0] * (m + 1)
    step: list[list[int]] = [[1] * (m + 1) for _ in costs]
    for i in range(len(costs) - 1, -1, -1):
        spill, skip, moves, row = spills[i], 1 if packed and i else 0, step[i], costs[i]
        here = [below[m] + spill] * (m + 1)
        best = here[m]
        for j in range(m - 1, -1, -1):
            placed, spilled, best, move = below[j + 1] + row[j], below[j] + spill, best + skip, 2
            if spilled <= best:
                best, move = spilled, 1
            if placed <= best:
                best, move = placed, 0
            here[j], moves[j] = best, move
        below = here
    return step


class Judge:
    """Says how badly a text fits a heading: 0 well, 20 and more strangely, 90 not at all. Answers are remembered."""

    def __init__(self, labels: Labels) -> None:
        words = labels.words
        self.level1 = frozenset(label_key(name) for name in words["level_names"])
        self.level2 = frozenset(label_key(name) for name in words["level2_names"])
        self.criteria_marks = words["criteria_marks"]
        self.reason_marks = words["reason_marks"]
        self.title_endings = tuple(mark for mark in words["evidence_marks"] if mark not in "【《")
        self.answers: dict[tuple[str, str], int] = {}

    def is_level(self, text: str) -> bool:
        """Whether a text is the name of a level, its printed points aside."""
        bare = label_key(_BRACKETED_POINTS.sub("", _LIST_MARK.sub("", tidy(text))))
        return bare in self.level1 or bare in self.level2

    def fits(self, role: str, text: str) -> bool:
        """Whether a text may stay under the heading it stands under; prose in its own column is doubted only where it is plainly another's."""
        return self.misfit(role, text) < (FOREIGN if role in PROSE else STRANGE)

    def misfit(self, role: str, text: str) -> int:
        """The misfit of a text under a heading."""
        key = (role, text)
        answer = self.answers.get(key)
        if answer is None:
            if len(self.answers) > MEMORY:
                self.answers.clear()
            answer = self.answers[key] = self._judge(role, tidy(text))
        return answer

    def _judge(self, role: str, plain: str) -> int:
        number = _NUMBER.fullmatch(plain) is not None
        if role in {"level1", "level2", "name"}:
            return self._as_name(role, plain, number=number)
        if role in PROSE:
            return FOREIGN if number else self._as_prose(role, plain)
        if role in {"target", "actual"}:
            return _as_value(plain)
        return _as_mark(role, plain, number=number)

    def _as_name(self, role: str, plain: str, *, number: bool) -> int:
        if number or plain in ABSENT_TOKENS:
            return IMPOSSIBLE if number else 15
        bare = label_key(_BRACKETED_POINTS.sub("", plain))
        measured = len(plain) <= 8 and bare not in self.level2 and parse_value(plain).kind in {"percent", "quantity"}
        if measured:
            return 30
        if role == "level1":
            return (4 if bare in self.level2 else 0) if bare in self.level1 else 25 if bare in self.level2 else 12 if len(bare) <= 8 else 50
        if role == "level2":
            ending = plain.endswith(("指标", "效益", "满意度")) and len(plain) <= 12
            return 0 if bare in self.level2 else 8 if ending else 14 if len(bare) <= 10 else 50
        if bare in self.level2 and plain.endswith("指标"):
            return 22
        return 0

    def _as_prose(self, role: str, plain: str) -> int:
        criteria = any(mark in plain for mark in self.criteria_marks) and len(plain) > 15
        if role == "criteria":
            return 0 if criteria else 30
        if criteria:
            return FOREIGN
        bracketed = plain.startswith(("【", "《"))
        sentence = plain.endswith(("。", "；")) or len(plain) > 60
        because = plain.startswith(self.reason_marks) or (sentence and any(mark in plain for mark in self.reason_marks[:9]))
        titled = plain.startswith(("【", "《", "1.《", "1、《")) or plain.rstrip(")）0123456789").endswith(self.title_endings)
        if role == "reason":
            return 40 if bracketed else 0 if because and not titled else 12
        return 30 if because and sentence and not bracketed else 0 if titled else 10


def _as_mark(role: str, plain: str, *, number: bool) -> int:
    """Weights, scores, operators and units: short cells that either fit or do not."""
    if role == "score":
        return 0 if number else 5 if plain in ABSENT_TOKENS else IMPOSSIBLE
    if role == "operator":
        return 0 if plain in OPERATOR_MARKS or plain.startswith("定性") or plain == "﹦" else IMPOSSIBLE
    if role == "unit":
        return IMPOSSIBLE if number else 0 if read_unit(plain) is not None or plain == "/" else 25
    fits = (number and _at_most_100(plain)) or _WEIGHT_RULE.search(plain) is not None or plain in ABSENT_TOKENS
    return 0 if fits else IMPOSSIBLE


def _at_most_100(plain: str) -> bool:
    whole = plain.rstrip("分%").split(".")[0].lstrip("-").lstrip("0")
    return len(whole) < 3 or whole == "100"


def _as_value(plain: str) -> int:
    if len(plain) <= 40:
        return 0 if parse_value(plain).kind in {"quantity", "percent", "date", "absent", "placeholder", "grade"} else 8
    return 12 if len(plain) <= 80 else 35


@lru_cache(maxsize=16)
def judge_of(labels: Labels) -> Judge:
    """The judge of a lexicon, made once per set of labels."""
    return Judge(labels)
