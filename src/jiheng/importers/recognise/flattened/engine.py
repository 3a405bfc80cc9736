"""Rows out of a stream of atoms: the cheapest cut into rows, each row an ordered choice of roles, and what else would nearly do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple, Protocol

from jiheng.importers.recognise.flattened.atoms import Atom, Border, joined

TOO_DEAR = 48
NEAR = 12
WIDE_BEAM = 8
MOST_WORK = 180_000
STOP = 20
SHORT_TAIL = 8
JUNK = 28
IMPOSSIBLE = 90
_NEVER_FIRST = frozenset({Border.DIGIT, Border.TIGHT, Border.SIGN})
_CUT = {Border.UNIT: 2, Border.DIGIT: 2, Border.TIGHT: 9, Border.SIGN: 5}


class Span(NamedTuple):
    """One cell: its role (a number in the order of the columns) and its atoms."""

    role: int
    start: int
    end: int


class Row(NamedTuple):
    """One way to read a stretch of atoms as a row."""

    cost: float
    spans: tuple[Span, ...]
    end: int


class Fit(Protocol):
    """How well texts fit the roles of a kind of row."""

    roles: tuple[str, ...]

    def misfit(self, role: str, text: str) -> float:
        """0 for a good fit, 90 for an impossible one."""

    def absent(self, role: str, placed: dict[str, str]) -> float:
        """The price of a row without this role."""

    def pair(self, role: str, text: str, placed: dict[str, str]) -> float:
        """What a text costs or saves beside those already placed."""

    def alone(self, text: str) -> bool:
        """Whether an atom is a cell of its own and never part of one."""

    def expects(self, role: str) -> bool:
        """Whether rows usually have a cell of this role."""

    def proves(self, said: dict[str, str]) -> bool:
        """Whether a row's figures bear each other out, so that a cut inside digits may stand."""

    def longest(self, role: str) -> int:
        """How many atoms a cell of this role may have."""

    def place(self, role: str, atom: Atom, placed: dict[str, str]) -> float:
        """What the place of the first atom in its line costs under this role."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """What line ends mean: their price inside a cell and between two cells of one row, and that of a row that begins inside a line."""

    inside: float
    between: float
    opening: float = 0.0


class Engine:
    """Reads atoms as rows."""

    def __init__(self, atoms: Sequence[Atom], fit: Fit, crossing: Crossing, beam: int = 8) -> None:
        self.atoms = atoms
        self.fit = fit
        self.crossing = crossing
        self.beam = beam
        self.work = 0
        self.most_work = MOST_WORK if beam >= WIDE_BEAM else MOST_WORK // 3
        self.single = [bool(atom.text) and fit.alone(atom.text) for atom in atoms]
        self.endings: dict[tuple[int, int], list[tuple[int, float]]] = {}
        self.texts: dict[tuple[int, int], str] = {}
        self.rows: dict[int, dict[int, list[Row]]] = {}

    def read(self) -> list[tuple[int, Row | None]]:
        """The cheapest reading: (start, row), or (start, None) for an atom that fits nowhere."""
        count = len(self.atoms)
        best: list[float] = [0.0] * (count + 1)
        step: list[Row | None] = [None] * count
        for start in range(count - 1, -1, -1):
            best[start] = best[start + 1] + (0.5 if not self.atoms[start].text else JUNK)
            if count - start <= SHORT_TAIL and best[start] > STOP and not any(self.single[start:]):
                best[start], step[start] = STOP, Row(STOP, (), count)
            for end, rows in self.parses(start).items():
                price = rows[0].cost + best[end]
                if price < best[start]:
                    best[start], step[start] = price, rows[0]
        found: list[tuple[int, Row | None]] = []
        at = 0
        while at < count:
            row = step[at]
            found.append((at, row if row is None or row.spans else None))
            at = row.end if row is not None else at + 1
        return found

    def parses(self, start: int) -> dict[int, list[Row]]:
        """Readings of one row that begins here, by where they end, the cheapest first."""
        known = self.rows.get(start)
        if known is None and self.work > self.most_work:
            return {}
        if known is None:
            known = self.rows[start] = self._parses(start)
        return known

    def _parses(self, start: int) -> dict[int, list[Row]]:
        first = self.atoms[start]
        if not self._may_begin(start):
            return {}
        opening = 2.0 + (0.0 if first.border is Border.LINE else self.crossing.opening)
        states: dict[int, list[_State]] = {start: [_State(opening, (), {})]}
        for index, role in enumerate(self.fit.roles):
            after: dict[int, list[_State]] = {}
            for at, paths in states.items():
                for state in paths:
                    cost = state.cost + self.fit.absent(role, state.placed)
                    if cost <= TOO_DEAR:
                        after.setdefault(at, []).append(_State(cost, state.spans, state.placed))
                    self._placements(after, (at, state), (index, role))
            states = {at: self._cheapest(paths) for at, paths in after.items()}
        return {at: [Row(s.cost, s.spans, at) for s in sorted(paths, key=_price)] for at, paths in states.items() if at > start}

    def _may_begin(self, start: int) -> bool:
        """Whether a row may begin here: not inside a number, and inside a line only where lines are no rows, or at a level name."""
        first = self.atoms[start]
        if not first.text or first.border in _NEVER_FIRST:
            return False
        if self.single[start] or first.border is Border.LINE:
            return True
        glued_figure = first.border in {Border.EDGE, Border.UNIT} and not first.text[0].isalpha() and first.text[0] not in "★“《(（"
        return not glued_figure and not (self.crossing.opening and first.border is not Border.BLANK)

    def _cheapest(self, paths: list[_State]) -> list[_State]:
        if len(paths) == 1:
            return paths
        limit = min(state.cost for state in paths) + NEAR
        return nsmallest(self.beam, (state for state in paths if state.cost <= limit), key=_price)

    def _placements(self, after: dict[int, list[_State]], where: tuple[int, _State], role: tuple[int, str]) -> None:
        at, state = where
        if at >= len(self.atoms):
            return
        first = self.atoms[at]
        begin = state.cost + (self._between(first.border) if state.spans else 0.0) + self.fit.place(role[1], first, state.placed)
        for end, price in self._endings(role, at):
            if begin + price > TOO_DEAR:
                continue
            text = self._text(at, end)
            self.work += 1
            cost = begin + price + self.fit.pair(role[1], text, state.placed)
            if cost <= TOO_DEAR:
                after.setdefault(end, []).append(_State(cost, (*state.spans, Span(role[0], at, end)), {**state.placed, role[1]: text}))

    def _endings(self, role: tuple[int, str], at: int) -> list[tuple[int, float]]:
        """Where a cell of this role that begins here may end, and what it costs: border crossings inside and misfit."""
        known = self.endings.get((role[0], at))
        if known is not None:
            return known
        found: list[tuple[int, float]] = []
        inner = 0.0
        for end in range(at + 1, min(at + self.fit.longest(role[1]), len(self.atoms)) + 1):
            if end > at + 1:
                if not self.atoms[at].text or not self.atoms[end - 1].text or self.single[end - 1] or self.single[at]:
                    break
                inner += self._inside(self.atoms[end - 1])
            if inner > TOO_DEAR:
                break
            price = inner + self.fit.misfit(role[1], self._text(at, end))
            if price <= TOO_DEAR:
                found.append((end, price))
        self.endings[role[0], at] = found
        return found

    def _between(self, border: Border) -> float:
        return self.crossing.between if border is Border.LINE else float(_CUT.get(border, 0))

    def _inside(self, atom: Atom) -> float:
        return {Border.LINE: self.crossing.inside, Border.WIDE: 30.0, Border.BLANK: 3.0}.get(atom.border, 0.0)

    def _text(self, start: int, end: int) -> str:
        text = self.texts.get((start, end))
        if text is None:
            text = self.texts[start, end] = joined(self.atoms[start:end])
        return text


class _State(NamedTuple):
    """A row half read."""

    cost: float
    spans: tuple[Span, ...]
    placed: dict[str, str]


def _price(state: _State) -> float:
    return state.cost
