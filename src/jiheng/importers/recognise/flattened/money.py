"""The money block of a flattened form rebuilt: rows below a heading, or labels with their figures beside them."""

from __future__ import annotations

import re
from decimal import Decimal

from jiheng.importers.recognise.flattened.atoms import Atom, Shape
from jiheng.importers.recognise.flattened.builder import part
from jiheng.importers.recognise.flattened.choosing import Witness, settle, texts, within
from jiheng.importers.recognise.flattened.engine import Engine
from jiheng.importers.recognise.flattened.fits import number_of
from jiheng.importers.recognise.flattened.items import AMOUNTS, Heading, Item
from jiheng.importers.recognise.flattened.money_fit import MoneyFit
from jiheng.importers.recognise.flattened.places import straightened
from jiheng.importers.recognise.flattened.stream import Stream
from jiheng.importers.recognise.lines import label_key

_BEAM = 24
_UNIT = re.compile(r"[(（](?:单位[:：]?)?(?:万元|元)[)）]|单位[:：]")


class MoneyBlocks:
    """Rebuilds money rows; ``points`` are the weight and score of the first row that prints both."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.points: tuple[Decimal, Decimal] | None = None

    def rows(self, heading: Heading) -> int:
        """The rows below a money heading."""
        stop = self._end(heading.end)
        atoms = self.stream.between(heading.end, stop)
        roles = {"item": None, **heading.roles}
        places = self.stream.places(heading.roles)
        if places:
            atoms = straightened(atoms, places)
        engine = Engine(atoms, MoneyFit(tuple(roles), self.stream.words, places=places), self.stream.crossing(atoms), 24)
        settled = settle(engine, engine.read(), Witness())
        within(engine, settled)
        columns = {role: index for index, role in enumerate(roles)}
        for item in heading.frames[1:]:
            self.stream.builder.paragraph(item.text, self.stream.atoms[item.start].anchor)
        frame = [part(0, self.stream.of(item)) for item in heading.frames[:1]]
        self.stream.builder.row([*frame, *(part(columns[role], self.stream.of(item)) for role, item in heading.roles.items())])
        taken: set[int] = set()
        for one in settled:
            said = texts(engine, one.row)
            if self.points is None and {"weight", "score"} <= set(said) - one.open:
                weight, score = number_of(said["weight"]), number_of(said["score"])
                self.points = (weight, score) if weight is not None and score is not None else None
            cells = [(engine.fit.roles[s.role], engine.atoms[s.start : s.end]) for s in one.row.spans]
            self.stream.builder.row([part(columns[role], cell) for role, cell in cells if role not in one.open and cell[0].text])
            if one.open:
                self.stream.builder.later(engine.atoms[one.start : one.row.end])
            taken.update(index for s in one.row.spans for index in range(s.start, s.end))
        self.stream.left_over([atom for index, atom in enumerate(engine.atoms) if index not in taken])
        return stop

    def _end(self, start: int) -> int:
        for at in range(start, len(self.stream.items)):
            meaning = self.stream.items[at].meaning
            if meaning.item or not meaning.known or (meaning.amount and not meaning.pointer and not meaning.column):
                continue
            return at
        return len(self.stream.items)

    def tiered(self, at: int) -> int:
        """An amount label with its figure, or with tiers of money and their figures, beside it; 0 where there is neither."""
        tiers = {label_key(word) for word in self.stream.words.labels.words["tiers_of_money"]}
        end = at + 1
        while end < len(self.stream.items) and ((text := self.stream.items[end].text) == "" or _amount(text) or label_key(text) in tiers):
            end += 1
        cells = [self.stream.items[at], *(item for item in self.stream.items[at + 1 : end] if item.text)]
        if len(cells) < 2 or self.stream.shape is Shape.RUN:
            return 0
        self.stream.builder.row([part(n, self.stream.of(item)) for n, item in enumerate(cells)])
        return end

    def paired(self, at: int) -> int:
        """Amount labels each with its figure beside it, then rows that print their item once per label; 0 where it is not so."""
        labels: list[Item] = []
        values: list[Item] = []
        end = at
        while end + 1 < len(self.stream.items) and self.stream.items[end].meaning.amount in AMOUNTS and _amount(self.stream.items[end + 1].text):
            labels.append(self.stream.items[end])
            values.append(self.stream.items[end + 1])
            end += 2
        if len(labels) < 2 or self.stream.shape is not Shape.CELLS:
            return 0
        for label, value in zip(labels, values, strict=True):
            self.stream.builder.row([part(0, self.stream.of(label)), part(1, self.stream.of(value))])
        while end < len(self.stream.items) and not self.stream.items[end].meaning.known:
            self.stream.builder.later(self.stream.atoms[self.stream.items[end].start : self.stream.items[end].end])
            end += 1
        headed = False
        while (row := self._repeated(end, len(labels))) is not None:
            item, figures = row
            if not headed:
                self.stream.builder.row([part(n + 1, self.stream.of(label)) for n, label in enumerate(labels)])
                headed = True
            self.stream.builder.row([part(0, self.stream.of(item)), *(part(n + 1, [a]) for n, a in enumerate(figures) if _amount(a.text))])
            end += 2 * len(labels)
        return end

    def _repeated(self, at: int, times: int) -> tuple[Item, list[Atom]] | None:
        pairs = self.stream.items[at : at + 2 * times]
        names, figures = pairs[0::2], pairs[1::2]
        if len(pairs) < 2 * times or len({item.text for item in names}) != 1 or not names[0].text or any(item.meaning.known for item in figures):
            return None
        known = names[0].meaning.item or any(word in names[0].text for word in self.stream.words.items) or "资金" in names[0].text
        return (names[0], [self.stream.atoms[item.start] for item in figures]) if known else None


def _amount(text: str) -> bool:
    return re.fullmatch(r"\d[\d,]*(?:\.\d+)?\s*(?:万元|元|万)?", text.strip()) is not None
