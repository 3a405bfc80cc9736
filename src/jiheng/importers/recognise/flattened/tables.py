"""The tables of a flattened form rebuilt: indicator rows, money rows, the total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from jiheng.domain.document import Anchor
from jiheng.domain.valuetext import tidy
from jiheng.importers.recognise.flattened.atoms import Atom, Border, Shape, joined
from jiheng.importers.recognise.flattened.builder import Part, part
from jiheng.importers.recognise.flattened.choosing import Settled, Witness, habits, settle, texts
from jiheng.importers.recognise.flattened.engine import Engine
from jiheng.importers.recognise.flattened.fits import LEVELS, IndicatorFit, number_of
from jiheng.importers.recognise.flattened.items import Heading, Item, indicator_heading, money_heading
from jiheng.importers.recognise.flattened.money import MoneyBlocks
from jiheng.importers.recognise.flattened.places import straightened
from jiheng.importers.recognise.flattened.stream import Stream

_STANDARD = ("level1", "level2", "name", "target", "actual", "weight", "score", "reason")
_SHARES = (Decimal(0), Decimal(10), Decimal(20))
_HUNDRED = Decimal(100)
_TICKS = {"优", "良", "中", "差"}
_SCORES = ("score", "weight")


class Tables:
    """Rebuilds the tables; knows what the form has printed so far that the arithmetic may use."""

    def __init__(self, stream: Stream, money: MoneyBlocks) -> None:
        self.stream = stream
        self.money = money
        self.beam = 5 if stream.shape is Shape.RUN else 8
        self.headed = False
        self.columns: dict[str, int] = {}
        self.spread: dict[str, list[Atom]] = {}
        self.total_spans: list[list[Atom]] = []
        self.sums = (Decimal(0), Decimal(0))

    def indicators(self, heading: Heading) -> int:
        """The rows below a heading; where the next section begins."""
        stop = self._table_end(heading.end)
        atoms = self.stream.between(heading.end, stop)
        roles = dict(heading.roles)
        extra = self._borrowed(heading, roles)
        if extra is not None:
            roles[extra.meaning.column] = extra
        places = self.stream.places(roles)
        if places:
            atoms = straightened(atoms, places)
        self.columns = {role: index for index, role in enumerate(roles)}
        settled, engine = self._rows(atoms, tuple(roles), places, stop)
        self._head_rows(roles, heading)
        self._emit(settled, engine)
        self.headed = True
        return stop

    def _head_rows(self, roles: dict[str, Item], heading: Heading) -> None:
        """The header row; 名称 and 权重 under the level names make a second one."""
        for item in heading.rest:
            self.stream.builder.later(self.stream.of(item))
        for item in heading.frames:
            self.stream.builder.paragraph(item.text, self.stream.atoms[item.start].anchor)
        below = {"level1_weight", "level2_weight", *({"weight"} if heading.names else ())}
        cells = {role: part(self.columns[role], self.stream.of(item)) for role, item in roles.items()}
        self.stream.builder.row([cell for role, cell in cells.items() if role not in below])
        if heading.names:
            names = [part(self.columns[role], self.stream.of(item)) for role, item in heading.names.items()]
            self.stream.builder.row(sorted([*names, *(cell for role, cell in cells.items() if role in below)], key=lambda cell: cell.column))

    def headless(self, start: int) -> int:
        """Rows whose heading is lost: read by type in the usual order; only the columns that are filled get a heading."""
        stop = self._table_end(start)
        atoms = self.stream.between(start, stop)
        self.columns = {role: index for index, role in enumerate(_STANDARD)}
        settled, engine = self._rows(atoms, _STANDARD, {}, stop)
        sure = [{role for role in texts(engine, row.row) if role not in row.open} for row in settled]
        valued = [roles for roles in sure if roles & {"target", "actual", "weight", "score"}]
        if len(valued) < 2:
            self.columns = {}
            return 0
        used = [role for role in _STANDARD if any(role in roles for roles in sure)]
        self.columns = {role: index for index, role in enumerate(used)}
        anchor = Anchor(line=atoms[0].anchor.line)
        self.stream.builder.row([Part(index, self.stream.words.labels.columns[role][0], anchor) for role, index in self.columns.items()])
        self._emit(settled, engine)
        self.headed = True
        return stop

    def _table_end(self, start: int) -> int:
        for at in range(start, len(self.stream.items)):
            item = self.stream.items[at]
            meaning = item.meaning
            if meaning.total or meaning.tail or meaning.pointer == "/project_name":
                return at
            if meaning.frame and not (meaning.level1 or meaning.level2):
                return at
            if self.stream.words.is_title(item.text) or self.stream.words.ends_form(item.text):
                return at
            if indicator_heading(self.stream.items, at) or money_heading(self.stream.items, at):
                return at
            if self.stream.atoms[item.start].border is Border.LINE and re.match(r"(?:注|说明|备注)\s*[:：\d]", item.text):
                return at
        return len(self.stream.items)

    def _borrowed(self, heading: Heading, roles: dict[str, Item]) -> Item | None:
        """The heading of the last column where it stands in the head of the form: a single 得分 label that has no value beside it."""
        if set(_SCORES) & set(roles):
            return None
        first = min(item.start for item in heading.roles.values())
        found = [
            item
            for item, after in zip(self.stream.items, self.stream.items[1:], strict=False)
            if item.end <= first and item.meaning.column == "score" and after.text and number_of(after.text) is None
        ]
        return found[0] if len(found) == 1 and self.stream.shape is Shape.CELLS else None

    def _rows(self, atoms: list[Atom], roles: tuple[str, ...], places: dict[str, int], stop: int) -> tuple[list[Settled], Engine]:
        crossing = self.stream.crossing(atoms)
        first = Engine(atoms, IndicatorFit(roles, self.stream.words, places=places), crossing, self.beam)
        said, filled = habits(first, first.read())
        if len(said) < 2:
            return settle(first, first.read(), self._witness(stop)), first
        measured = [value for one in said for value in (one.get("target", ""), one.get("actual", "")) if value]
        united = sum(number_of(value) is None for value in measured)
        bare = 6.0 if united > 0.6 * len(measured) else 2.0
        second = first.again(IndicatorFit(roles, self.stream.words, filled=filled, places=places, bare=bare))
        return settle(second, second.read(), self._witness(stop)), second

    def _witness(self, stop: int) -> Witness:
        """Sums that the rows must come to, from the total that is printed below them."""
        weight = score = None
        if stop < len(self.stream.items) and self.stream.items[stop].meaning.total:
            weight, score, _ = self._total_figures(stop)
        money = self.money.points
        shares = (Decimal(0), money[0]) if money else _SHARES
        weights = frozenset((weight or _HUNDRED) - share - self.sums[0] for share in shares) if weight or score else frozenset()
        if score is None:
            return Witness(weights)
        scored = (Decimal(0), money[1]) if money else (Decimal(0),)
        return Witness(weights, frozenset(score - share - self.sums[1] for share in scored) if money else frozenset())

    def _emit(self, settled: Sequence[Settled], engine: Engine) -> None:
        taken: set[int] = set()
        weights, scores = self.sums
        for one in settled:
            cells: list[Part] = []
            doubtful: list[Atom] = []
            nameless = "name" in one.open or "name" not in texts(engine, one.row)
            for span in one.row.spans:
                role = engine.fit.roles[span.role]
                taken.update(range(span.start, span.end))
                atoms = engine.atoms[span.start : span.end]
                if role in one.open or not atoms[0].text or (nameless and role not in LEVELS):
                    doubtful.extend(atom for atom in atoms if atom.text)
                    continue
                cells.append(part(self.columns[role], atoms))
                number = number_of(joined(atoms)) or Decimal(0)
                weights += number if role == "weight" else 0
                scores += number if role == "score" else 0
            self.stream.builder.row(cells)
            if doubtful:
                self.stream.builder.later(engine.atoms[one.start : one.row.end])
        self.sums = (weights, scores)
        self.stream.left_over([atom for index, atom in enumerate(engine.atoms) if index not in taken])

    def total(self, at: int) -> int:
        """The total: its figures under the columns that the sums speak for."""
        item = self.stream.items[at]
        weight, score, end = self._total_figures(at)
        cells = [part(0, self.stream.of(item))]
        spans = self.total_spans
        cells.extend(part(self.columns[role], atoms) for role, atoms in self.spread.items() if role not in _SCORES)
        if weight is not None and "weight" in self.columns:
            cells.append(part(self.columns["weight"], spans[0]))
        if score is not None and "score" in self.columns:
            cells.append(part(self.columns["score"], spans[-1]))
        shown = sum(len(cell.text.replace(" ", "")) for cell in cells[1:])
        figures = self.stream.between(at + 1, end)
        if shown < sum(len(atom.text.replace(" ", "")) for atom in figures):
            self.stream.builder.later([*self.stream.of(item), *figures])
        after = max(self.columns.values(), default=0) + 1
        word = self.stream.items[end] if end < len(self.stream.items) else None
        if word is not None and tidy(word.text) in _TICKS:
            cells.append(part(after, self.stream.of(word)))
            end += 1
        self.stream.builder.row(cells)
        self.stream.builder.show_loose()
        return max(end, at + 1)

    def _total_figures(self, at: int) -> tuple[Decimal | None, Decimal | None, int]:
        """Weight, score, and the item behind them; glued figures are cut in the one way that keeps the score within the weight."""
        end = at + 1
        atoms: list[Atom] = []
        while end < len(self.stream.items) and (not self.stream.items[end].text or self._figure(self.stream.items[end], atoms)):
            atoms.extend(atom for atom in self.stream.atoms[self.stream.items[end].start : self.stream.items[end].end] if atom.text)
            end += 1
        self.total_spans = []
        cuts = [cut for cut in _cuts(atoms) if 1 <= len(cut) <= 2 and all((n := number_of(joined(c))) is not None and n <= 200 for c in cut)]
        twos = [cut for cut in cuts if len(cut) == 2 and (number_of(joined(cut[1])) or 0) <= (number_of(joined(cut[0])) or 0)]
        ones = [cut for cut in cuts if len(cut) == 1 and (number_of(joined(cut[0])) or 0) <= 100]
        if self._by_columns(atoms):
            return number_of(joined(self.total_spans[0])), number_of(joined(self.total_spans[-1])), end
        chosen = ones[0] if len(ones) == 1 and not twos else twos[0] if len(twos) == 1 and not ones else None
        if chosen is None and len(ones) == 1:
            chosen = ones[0]
        if chosen is None:
            return None, None, end
        self.total_spans = chosen
        numbers = [number_of(joined(c)) for c in chosen]
        if len(numbers) == 2:
            return numbers[0], numbers[1], end
        return (*self._single(numbers[0]), end)

    def _by_columns(self, atoms: Sequence[Atom]) -> bool:
        """As many figures as there are columns of weights and scores, more than two: each under its own."""
        roles = [role for role in self.columns if role.endswith("weight") or role == "score"]
        self.spread = {}
        if len(roles) < 3 or len(atoms) != len(roles) or any(atom.border in {Border.DIGIT, Border.TIGHT} for atom in atoms[1:]):
            return False
        self.spread = {role: [atom] for role, atom in zip(roles, atoms, strict=True)}
        self.total_spans = [self.spread["weight"], self.spread["score"]] if {"weight", "score"} <= set(roles) else []
        return bool(self.total_spans)

    def _figure(self, item: Item, before: Sequence[Atom]) -> bool:
        text = tidy(item.text)
        return item.plain and re.fullmatch(r"[.,]?\d+(?:\.\d+)?分?", text) is not None and len(before) < 12

    def _single(self, number: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
        """One figure only: the score where there are no weights or it is what the scores come to, the weight where it is 100."""
        if "score" in self.columns and "weight" not in self.columns:
            return None, number
        if number == _HUNDRED and "weight" in self.columns:
            return number, None
        money = self.money.points or (Decimal(0), Decimal(0))
        if number in {self.sums[1], self.sums[1] + money[1]}:
            return None, number
        return (number, None) if number in {self.sums[0], self.sums[0] + money[0]} else (None, None)


def _cuts(atoms: Sequence[Atom]) -> list[list[list[Atom]]]:
    """The ways to cut atoms into one or two figures; blanks and lines must be cut."""
    hard = [i for i, atom in enumerate(atoms) if i and atom.border not in {Border.DIGIT, Border.TIGHT}]
    if not atoms or len(hard) > 1:
        return []
    if hard:
        return [[list(atoms[: hard[0]]), list(atoms[hard[0] :])]]
    return [[list(atoms)], *([list(atoms[:i]), list(atoms[i:])] for i in range(1, len(atoms)))]
