"""Rows out of a stream of atoms: the cheapest cut into rows, each row an ordered choice of roles, and what else would nearly do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
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
        self.endings: dict[tuple[int, int], list[_Ending]] = {}
        self.texts: dict[tuple[int, int], str] = {}
        self.rows: dict[int, dict[int, list[Row]]] = {}

    def again(self, fit: Fit) -> Engine:
        """The same atoms under a fit that judges single cells alike, and rows in another way: what is known of single cells is kept."""
        other = Engine(self.atoms, fit, self.crossing, self.beam)
        other.endings, other.texts = self.endings, self.texts
        return other

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
        states: dict[int, list[_State]] = {start: [(opening, (), {})]}
        for index, role in enumerate(self.fit.roles):
            after: dict[int, list[_Step]] = {}
            for at, paths in states.items():
                endings = self._endings(index, at) if at < len(self.atoms) else []
                for state in paths:
                    cost, _, placed = state
                    cost += self.fit.absent(role, placed)
                    if cost <= TOO_DEAR:
                        after.setdefault(at, []).append((cost, state, at, None))
                    if endings:
                        self._placements(after, (at, state), role, endings)
            states = {end: [_taken(step, (index, end), role) for step in self._cheapest(steps)] for end, steps in after.items()}
        return {at: [Row(cost, spans, at) for cost, spans, _ in paths] for at, paths in states.items() if at > start}

    def _may_begin(self, start: int) -> bool:
        """Whether a row may begin here: not inside a number, and inside a line only where lines are no rows, or at a level name."""
        first = self.atoms[start]
        if not first.text or first.border in _NEVER_FIRST:
            return False
        if self.single[start] or first.border is Border.LINE:
            return True
        glued_figure = first.border in {Border.EDGE, Border.UNIT} and not first.text[0].isalpha() and first.text[0] not in "★“《(（"
        return not glued_figure and not (self.crossing.opening and first.border is not Border.BLANK)

    def _cheapest(self, steps: list[_Step]) -> list[_Step]:
        """The steps worth following, the cheapest first."""
        if len(steps) == 1:
            return steps
        steps.sort(key=_price)
        limit = steps[0][0] + NEAR
        return [step for step in steps[: self.beam] if step[0] <= limit]

    def _placements(self, after: dict[int, list[_Step]], where: tuple[int, _State], role: str, endings: list[_Ending]) -> None:
        at, state = where
        cost, spans, placed = state
        first = self.atoms[at]
        begin = cost + (self._between(first.border) if spans else 0.0) + self.fit.place(role, first, placed)
        for end, price, text in endings:
            if begin + price > TOO_DEAR:
                continue
            self.work += 1
            cost = begin + price + self.fit.pair(role, text, placed)
            if cost <= TOO_DEAR:
                after.setdefault(end, []).append((cost, state, at, text))

    def _endings(self, index: int, at: int) -> list[_Ending]:
        """The ways to end a cell of a role that begins here: border crossings inside and misfit make the price."""
        known = self.endings.get((index, at))
        if known is not None:
            return known
        role = self.fit.roles[index]
        found: list[_Ending] = []
        inner = 0.0
        for end in range(at + 1, min(at + self.fit.longest(role), len(self.atoms)) + 1):
            if end > at + 1:
                if not self.atoms[at].text or not self.atoms[end - 1].text or self.single[end - 1] or self.single[at]:
                    break
                inner += self._inside(self.atoms[end - 1])
            if inner > TOO_DEAR:
                break
            text = self.text(at, end)
            price = inner + self.fit.misfit(role, text)
            if price <= TOO_DEAR:
                found.append((end, price, text))
        self.endings[index, at] = found
        return found

    def _between(self, border: Border) -> float:
        return self.crossing.between if border is Border.LINE else float(_CUT.get(border, 0))

    def _inside(self, atom: Atom) -> float:
        return {Border.LINE: self.crossing.inside, Border.WIDE: 30.0, Border.BLANK: 3.0}.get(atom.border, 0.0)

    def text(self, start: int, end: int) -> str:
        """The text of the atoms from one to before another, as printed."""
        text = self.texts.get((start, end))
        if text is None:
            text = self.texts[start, end] = joined(self.atoms[start:end])
        return text


_State = tuple[float, tuple[Span, ...], dict[str, str]]
"""A row half read: its price, its cells, and what they say by role; a plain tuple, since thousands are made for each row that is kept."""
_Ending = tuple[int, float, str]
"""Where a cell ends, the price of that, and its text."""
_Step = tuple[float, _State, int, str | None]
"""A half-read row with the price of its next role, where that cell would begin, and its text; None where the row goes without it."""


def _taken(step: _Step, place: tuple[int, int], role: str) -> _State:
    cost, (_, spans, placed), at, text = step
    if text is None:
        return (cost, spans, placed)
    index, end = place
    return (cost, (*spans, Span(index, at, end)), {**placed, role: text})


_price = itemgetter(0)
