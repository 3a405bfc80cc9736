"""Puts the cells of a row under the right headings by what they say: a straight row as printed, a drifted one by the cheapest order-keeping fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from operator import add
from typing import NamedTuple, TypeVar

from jiheng.domain.document import Cell
from jiheng.domain.gaps import is_mark
from jiheng.domain.units import read_unit
from jiheng.domain.value import Kind
from jiheng.domain.valuetext import parse_value, tidy
from jiheng.domain.valuewords import ABSENT_TOKENS, OPERATOR_MARKS
from jiheng.importers.parse.columns import Columns, ways
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
MEMORY = 5_000  # texts remembered under a heading
_Key = TypeVar("_Key")
_Answer = TypeVar("_Answer")


class Aligned(NamedTuple):
    """Meaning → cell of one row; ``moved`` are the cells that do not stand in their own column."""

    cells: dict[str, Cell]
    moved: tuple[tuple[str, Cell], ...]
    spilled: tuple[Cell, ...] = ()


def align(row: Sequence[Cell], columns: Columns, labels: Labels) -> Aligned:
    """The printed cells of a row by meaning; where only their order counts, blank cells among them stand for blank columns.

    Never loses a cell: what fits nowhere is in ``spilled``.
    """
    judge = judge_of(labels)
    if columns.packed:
        return _cheapest(_in_order(row), columns, judge)
    straight = columns.straight(row)
    if len(straight) == len(row):
        fitting = judge.fitting
        strange = [role for role, cell in straight.items() if not fitting[role][cell.text]]
        if not strange or (strange == ["name"] and _named_by_its_target(straight)):
            return Aligned(straight, ())
    return _cheapest(row, columns, judge)


def _named_by_its_target(straight: dict[str, Cell]) -> bool:
    """Whether a row has no name but its target printed twice (100万 · 100万 · 98万)."""
    return "actual" in straight and "target" in straight and straight["target"].text == straight["name"].text


def _in_order(row: Sequence[Cell]) -> list[Cell]:
    """A packed row's cells up to the last printed one: there a blank cell stands for a blank column."""
    last = max((index for index, cell in enumerate(row) if cell.text), default=-1)
    return list(row[: last + 1])


def _cheapest(filled: Sequence[Cell], columns: Columns, judge: Judge) -> Aligned:
    """Dynamic programming over (cells, roles), both in order; a cell may spill at a price, a role may stay empty.

    In packed rows only leading roles stay empty for nothing: a merge hides them.
    """
    roles = columns.roles
    n, m = len(filled), len(roles)
    costs = _costs(filled, columns, judge)
    best = None if columns.packed else best_in_order(costs)
    if best is not None:
        return _aligned({roles[place]: cell for place, cell in zip(best, filled, strict=True)}, [], columns)
    spills = [SPILL if cell.text else BLANK for cell in filled]
    least = _least(costs, spills, m, packed=columns.packed)
    cells: dict[str, Cell] = {}
    spilled: list[Cell] = []
    i = j = 0
    while i < n:
        if j < m and least[i][j] == least[i + 1][j + 1] + costs[i][j]:  # ties prefer placing, then spilling
            cells[roles[j]] = filled[i]
            i, j = i + 1, j + 1
        elif least[i][j] == least[i + 1][j] + spills[i]:
            spilled.append(filled[i])
            i += 1
        else:
            j += 1
    return _aligned({role: cell for role, cell in cells.items() if cell.text}, [cell for cell in spilled if cell.text], columns)


def _aligned(cells: dict[str, Cell], spilled: list[Cell], columns: Columns) -> Aligned:
    if columns.packed:
        return Aligned(cells, (), tuple(spilled))
    at = columns.at
    moved = tuple([(role, cell) for role, cell in cells.items() if cell.column != at[role] and not _spans(cell, at[role])])
    return Aligned(cells, moved, tuple(spilled))


def _spans(cell: Cell, column: int) -> bool:
    return cell.column <= column < cell.column + cell.column_span


def best_in_order(costs: list[list[int]]) -> list[int] | None:
    """The one cheapest heading of each cell, where these stand in the order of the cells: no other fit is as cheap. None where they do not."""
    places: list[int] = []
    for prices in costs:
        least = min(prices)
        place = prices.index(least)
        if least >= SPILL or prices.count(least) > 1 or (places and place <= places[-1]):
            return None
        places.append(place)
    return places


def _costs(filled: Sequence[Cell], columns: Columns, judge: Judge) -> list[list[int]]:
    """What it costs to put each cell under each heading: its misfit, and its way there where the grid still stands."""
    misfits = judge.misfits[columns.roles]
    if columns.packed:
        nothing = [0] * len(columns.roles)
        return [misfits[cell.text] if cell.text else nothing for cell in filled]
    places = columns.places
    return [list(map(add, misfits[cell.text], ways(cell.column, places, DRIFT))) for cell in filled]


def _least(costs: list[list[int]], spills: list[int], m: int, *, packed: bool) -> list[list[int]]:
    """The least price of the cells from each one on under the roles from each one on."""
    least = [[0] * (m + 1)]
    for i in range(len(costs) - 1, -1, -1):
        spill, skip, below = spills[i], 1 if packed and i else 0, least[-1]
        best = below[-1] + spill
        here = [best]
        for cost, after, same in zip(reversed(costs[i]), reversed(below), below[-2::-1], strict=False):
            best += skip
            if same + spill < best:  # noqa: PLR1730 - min() is a call for each cell under each heading
                best = same + spill
            if after + cost < best:  # noqa: PLR1730 - as above
                best = after + cost
            here.append(best)
        least.append(here[::-1])
    return least[::-1]


class _Said:
    """A text that is judged; what several headings ask of it is found out once."""

    __slots__ = ("_bare", "_kind", "criteria", "number", "plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = tidy(text)
        self.number = _NUMBER.fullmatch(self.plain) is not None
        self.criteria: bool | None = None
        self._bare: str | None = None
        self._kind: Kind | None = None

    @property
    def bare(self) -> str:
        """Its label key without points in brackets."""
        if self._bare is None:
            self._bare = label_key(_BRACKETED_POINTS.sub("", self.plain))
        return self._bare

    @property
    def kind(self) -> Kind:
        """What kind of value it is."""
        if self._kind is None:
            self._kind = parse_value(self.plain).kind
        return self._kind


class _Answers(dict[_Key, _Answer]):
    """Question → answer, found once and remembered. (It is a dictionary's own look-up: every cell of a form is asked about several times.)"""

    def __init__(self, answer: Callable[[_Key], _Answer]) -> None:
        super().__init__()
        self.answer = answer

    def __missing__(self, key: _Key) -> _Answer:
        if len(self) > MEMORY:
            self.clear()
        answer = self[key] = self.answer(key)
        return answer


class Judge:
    """Says how badly a text fits a heading: 0 well, 20 and more strangely, 90 not at all.

    ``misfits`` by headings and text are the numbers under each of them; ``fitting`` by heading and text whether a text may stay under the
    heading it stands under: prose in its own column is doubted only where it is plainly another's.
    """

    def __init__(self, labels: Labels) -> None:
        words = labels.words
        self.level1 = frozenset(label_key(name) for name in words["level_names"])
        self.level2 = frozenset(label_key(name) for name in words["level2_names"])
        self.criteria_marks = words["criteria_marks"]
        self.reason_marks = words["reason_marks"]
        self.title_endings = tuple(mark for mark in words["evidence_marks"] if mark not in "【《")
        self.said = _Said("")
        self.misfits: dict[tuple[str, ...], dict[str, list[int]]] = _Answers(lambda roles: _Answers(partial(self._misfits, roles)))
        self.fitting: dict[str, dict[str, bool]] = _Answers(lambda role: _Answers(partial(self._fits, role)))

    def is_level(self, text: str) -> bool:
        """Whether a text is the name of a level, its printed points aside."""
        bare = label_key(_BRACKETED_POINTS.sub("", _LIST_MARK.sub("", tidy(text))))
        return bare in self.level1 or bare in self.level2

    def _fits(self, role: str, text: str) -> bool:
        return self._judge(role, self._said(text)) < (FOREIGN if role in PROSE else STRANGE)

    def _misfits(self, roles: tuple[str, ...], text: str) -> list[int]:
        said = self._said(text)
        return [self._judge(role, said) for role in roles]

    def _said(self, text: str) -> _Said:
        if self.said.text != text:
            self.said = _Said(text)
        return self.said

    def _judge(self, role: str, said: _Said) -> int:
        if role in PROSE:
            return FOREIGN if said.number else self._as_prose(role, said)
        if role in {"level1", "level2", "name"}:
            return self._as_name(role, said)
        if role in {"target", "actual"}:
            return _as_value(said)
        return _as_mark(role, said.plain, number=said.number)

    def _as_name(self, role: str, said: _Said) -> int:
        plain = said.plain
        if said.number or plain in ABSENT_TOKENS:
            return IMPOSSIBLE if said.number else 15
        bare = said.bare
        measured = len(plain) <= 8 and bare not in self.level2 and said.kind in {"percent", "quantity"}
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

    def _as_prose(self, role: str, said: _Said) -> int:
        plain = said.plain
        if said.criteria is None:
            said.criteria = len(plain) > 15 and any(mark in plain for mark in self.criteria_marks)
        if role == "criteria":
            return 0 if said.criteria else 30
        if said.criteria:
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
        return 0 if number else 5 if plain in ABSENT_TOKENS or is_mark(plain) else IMPOSSIBLE
    if role == "operator":
        return 0 if plain in OPERATOR_MARKS or plain.startswith("定性") or plain == "﹦" else IMPOSSIBLE
    if role == "unit":
        return IMPOSSIBLE if number else 0 if read_unit(plain) is not None or plain == "/" else 25
    fits = (number and _at_most_100(plain)) or _WEIGHT_RULE.search(plain) is not None or plain in ABSENT_TOKENS
    return 0 if fits else IMPOSSIBLE


def _at_most_100(plain: str) -> bool:
    whole = plain.rstrip("分%").split(".")[0].lstrip("-").lstrip("0")
    return len(whole) < 3 or whole == "100"


def _as_value(said: _Said) -> int:
    if len(said.plain) <= 40:
        return 0 if said.kind in {"quantity", "percent", "date", "absent", "placeholder", "grade"} else 8
    return 12 if len(said.plain) <= 80 else 35


@lru_cache(maxsize=16)
def judge_of(labels: Labels) -> Judge:
    """The judge of a lexicon, made once per set of labels."""
    return Judge(labels)
