"""What the rebuilding of every table shares: the stream, what its line ends mean, and where left-over text goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jiheng.importers.recognise.flattened.atoms import Atom, Shape
from jiheng.importers.recognise.flattened.builder import Builder
from jiheng.importers.recognise.flattened.engine import Crossing
from jiheng.importers.recognise.flattened.items import Item
from jiheng.importers.recognise.flattened.places import columns_at
from jiheng.importers.recognise.flattened.vocabulary import Vocabulary


class Stream:
    """The atoms and items of one run of flattened text, and the builder that takes what is rebuilt from them."""

    def __init__(self, atoms: Sequence[Atom], items: Sequence[Item], words: Vocabulary, shape: Shape) -> None:
        self.atoms = atoms
        self.items = items
        self.words = words
        self.shape = shape
        self.builder = Builder()

    def of(self, item: Item) -> Sequence[Atom]:
        """The atoms of an item."""
        return self.atoms[item.start : item.end]

    def between(self, start: int, stop: int) -> list[Atom]:
        """The atoms of the items from one to before another."""
        return list(self.atoms[self.items[start].start : self.items[stop - 1].end]) if stop > start else []

    def places(self, roles: Mapping[str, Item]) -> dict[str, int]:
        """Where the headings stand, in text whose columns are kept by blanks."""
        if self.shape is not Shape.FIELDS:
            return {}
        places = columns_at(self.atoms, roles)
        return places if len(places) == len(roles) or len(places) > 3 else {}

    def crossing(self, atoms: Sequence[Atom]) -> Crossing:
        """What line ends mean here: a border of cells, of rows, or nothing."""
        if self.shape is Shape.CELLS:
            return Crossing(inside=16.0, between=0.0)
        lengths: dict[int, int] = {}
        for atom in atoms:
            lengths[atom.line] = lengths.get(atom.line, 0) + len(atom.text)
        full = max(lengths.values(), default=0)
        even = sum(length >= full - 2 for length in lengths.values())
        wrapped = len(lengths) > 1 and full >= 25 and even >= 0.8 * (len(lengths) - 1)
        if wrapped or len(lengths) < 3:
            return Crossing(inside=2.0, between=0.0)
        return Crossing(inside=18.0, between=15.0, opening=6.0)

    def left_over(self, atoms: Sequence[Atom]) -> None:
        """Atoms that no row took, line by line below the table."""
        line: list[Atom] = []
        for atom in atoms:
            if line and atom.line != line[-1].line:
                self.builder.later(line)
                line = []
            line.append(atom)
        if line:
            self.builder.later(line)
