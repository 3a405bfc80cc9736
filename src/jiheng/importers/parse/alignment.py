"""Puts the cells of a row under the right headings by what they say: a straight row as printed, a drifted one by the cheapest order-keeping fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jiheng.domain.document import Cell
from jiheng.domain.units import read_unit
from jiheng.domain.valuetext import parse_value, tidy
from jiheng.domain.valuewords import ABSENT_TOKENS, OPERATOR_MARKS
from jiheng.importers.parse.columns import Columns
from jiheng.importers.recognise.lines import label_key
from jiheng.rulebook.labels import Labels

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:分|%)?")
_WEIGHT_RULE = re.compile(r"指标(?:总)?数|个数")
IMPOSSIBLE = 90
STRANGE = 20
SPILL = 40
DRIFT = 3


@dataclass(frozen=True, slots=True)
class Aligned:
    """Meaning → cell of one row; ``moved`` are the cells that do not stand in their own column."""

    cells: dict[str, Cell]
    moved: tuple[tuple[str, Cell], ...]
    spilled: tuple[Cell, ...] = ()


def align(row: Sequence[Cell], columns: Columns, labels: Labels) -> Aligned:
    """The row's cells by meaning. Never loses a cell: what fits nowhere is in ``spilled``."""
    filled = [cell for cell in row if cell.text]
    by_column = {column: role for role, column in columns.at.items()}
    straight = {role: cell for cell in filled if (role := _straight_role(cell, by_column)) is not None}
    if not columns.packed and len(straight) == len(filled) and all(misfit(role, cell.text, labels) < STRANGE for role, cell in straight.items()):
        return Aligned(straight, ())
    return _cheapest(filled, columns, labels)


def _straight_role(cell: Cell, by_column: dict[int, str]) -> str | None:
    for column in range(cell.column, cell.column + cell.column_span):
        if column in by_column:
            return by_column[column]
    return None


def _cheapest(filled: list[Cell], columns: Columns, labels: Labels) -> Aligned:
    """Dynamic programming over (cells, roles), both in order; a cell may spill at a price, a role may stay empty."""
    roles = columns.roles
    n, m = len(filled), len(roles)
    best = [[0] * (m + 1) for _ in range(n + 1)]
    step = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        best[i][m], step[i][m] = best[i + 1][m] + SPILL, 1
        for j in range(m - 1, -1, -1):
            drift = 0 if columns.packed else DRIFT * abs(filled[i].column - columns.at[roles[j]])
            placed = best[i + 1][j + 1] + misfit(roles[j], filled[i].text, labels) + drift
            best[i][j], step[i][j] = min((placed, 0), (best[i][j + 1], 2), (best[i + 1][j] + SPILL, 1))
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
    moved = (
        ()
        if columns.packed
        else tuple((role, cell) for role, cell in cells.items() if not cell.column <= columns.at[role] < cell.column + cell.column_span)
    )
    return Aligned(cells, moved, tuple(spilled))


def misfit(role: str, text: str, labels: Labels) -> int:  # noqa: PLR0911 - one return per kind of column
    """How badly a text fits a heading: 0 well, 20 and more strangely, 90 not at all."""
    plain = tidy(text)
    number = _NUMBER.fullmatch(plain) is not None
    if role in {"level1", "level2", "name"}:
        return _as_name(role, plain, labels, number=number)
    if role in {"level1_weight", "level2_weight", "weight"}:
        return 0 if (number and float_free_below_100(plain)) or _WEIGHT_RULE.search(plain) or plain in ABSENT_TOKENS else IMPOSSIBLE
    if role == "score":
        return 0 if number else 5 if plain in ABSENT_TOKENS else IMPOSSIBLE
    if role == "operator":
        return 0 if plain in OPERATOR_MARKS or plain.startswith("定性") or plain == "﹦" else IMPOSSIBLE
    if role == "unit":
        return IMPOSSIBLE if number else 0 if read_unit(plain) is not None or plain == "/" else 25
    if role in {"target", "actual"}:
        return _as_value(plain)
    return _as_prose(role, plain, labels, number=number)


def float_free_below_100(plain: str) -> bool:
    """Whether a printed number is at most 100, told from its digits."""
    whole = plain.rstrip("分%").split(".")[0].lstrip("-")
    return len(whole) < 3 or whole == "100" or len(whole.lstrip("0")) < 3


def _as_name(role: str, plain: str, labels: Labels, *, number: bool) -> int:
    if number or plain in ABSENT_TOKENS:
        return IMPOSSIBLE if number else 15
    first = {label_key(name) for name in labels.words["level_names"]}
    second = {label_key(name) for name in labels.words["level2_names"]}
    bare = label_key(re.sub(r"[(（]?\d+(?:\.\d+)?分?[)）]?", "", plain))
    if role == "level1":
        return 0 if bare in first else 25 if bare in second else 12 if len(plain) <= 8 else 50
    if role == "level2":
        return 0 if bare in second else 8 if plain.endswith(("指标", "效益", "满意度")) and len(plain) <= 12 else 14 if len(plain) <= 10 else 50
    if bare in second and plain.endswith("指标"):
        return 22
    value = parse_value(plain)
    return 30 if value.kind in {"percent", "quantity"} and len(plain) <= 8 else 0


def _as_value(plain: str) -> int:
    if plain in ABSENT_TOKENS or len(plain) <= 40:
        kind = parse_value(plain).kind
        return 0 if kind in {"quantity", "percent", "date", "absent", "placeholder", "grade"} else 8
    return 12 if len(plain) <= 80 else 35


def _as_prose(role: str, plain: str, labels: Labels, *, number: bool) -> int:
    if number:
        return 60
    words = labels.words
    criteria = any(mark in plain for mark in words["criteria_marks"]) and len(plain) > 15
    sentence = plain.endswith(("。", "；")) or len(plain) > 60
    because = any(plain.startswith(mark) for mark in words["reason_marks"]) or (sentence and any(mark in plain for mark in words["reason_marks"][:9]))
    titled = plain.startswith(("【", "《", "1.《", "1、《")) or any(
        plain.rstrip(")）0123456789").endswith(mark) for mark in words["evidence_marks"][2:]
    )
    if role == "criteria":
        return 0 if criteria else 30
    if criteria:
        return 60
    if role == "reason":
        return 40 if plain.startswith(("【", "《")) else 0 if because and not titled else 12
    return 30 if because and sentence and not plain.startswith(("【", "《")) else 0 if titled else 10
