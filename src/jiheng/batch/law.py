"""A law compiled for columns: its numbers for the kernels, and what it has made of names, texts and shapes so far."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

from jiheng.batch.heard import Ear, Heard, Levels, RowKey
from jiheng.batch.identities import Identities, Listed, chosen, grouped, paired
from jiheng.batch.names import Said as NameSaid
from jiheng.batch.numbers import numbers_of
from jiheng.batch.pairs import Kinds, Side
from jiheng.batch.plans import Plan, Request, plans_of
from jiheng.batch.slots import P_FIRST, P_LAST, P_WIDTH, Flags, Table
from jiheng.batch.texts import Words
from jiheng.batch.values import Shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.distinct import Coded
    from jiheng.rulebook.model import RulePack

Said = TypeVar("Said")
Thing = TypeVar("Thing", bound=Hashable)
KEY_BITS: Final = 12
SHAPE_BITS: Final = 18
_HALF_KEY: Final = 24
MOST_SHAPES: Final = 100_000
MOST_TEXTS: Final = 1_000_000


class CompiledLaw:
    """One law, ready to judge columns. It learns as it goes: one object serves one worker, and forgets when it has learnt too much."""

    def __init__(self, pack: RulePack) -> None:
        self.pack = pack
        self.numbers = numbers_of(pack)
        self.words = Words(pack)
        self._ear, self._values = Ear(pack), Kinds(pack)
        self._forget()

    def _forget(self) -> None:
        self.shapes = Shapes()
        self._memory: dict[str, dict[str | None, object]] = {}
        self.settled: dict[str, dict[tuple[str | None, ...], bool]] = {}
        self._levels: tuple[dict[str | None, int], dict[str | None, int]] = {None: 0}, {None: 0}
        self._units: dict[str | None, int] = {None: 0}
        self._names: dict[str | None, int] = {}
        self._name_kinds, self._level_kinds = _Numbered[NameSaid](), _Numbered[Levels]()
        self._level_pairs, self._level_of = Identities(), _Growing()
        self._classes, self._kind_of, self._kinds = Identities(), _Growing(), _Numbered[Heard]()
        self._keys: list[RowKey] = []
        self._sides: dict[int, Side] = {}
        self._pairs, self._pair_of, self._pair_kinds = Identities(), (_Growing(), _Growing(), _Growing()), _Numbered[Hashable]()
        self._plan_keys = Identities()
        self._plans, self._plan_of = _Numbered[Plan](), _Growing()
        self._columns: tuple[Table, Table] | None = None

    def begin(self) -> None:
        """Before a batch: start over where too much has been learnt, so that memory stays bounded."""
        texts = len(self._names) + sum(map(len, self._memory.values())) + sum(map(len, self.settled.values()))
        full = max(len(self._units), *map(len, self._levels)) >= 1 << KEY_BITS
        if len(self.shapes.prototypes) > MOST_SHAPES or texts > MOST_TEXTS or full:
            self._forget()

    def said(self, kind: str, texts: Sequence[str | None], say: Callable[[str | None], Said]) -> list[Said]:
        """What each text says, settled once for each distinct text."""
        memory: dict[str | None, Said] = self._memory.setdefault(kind, {})  # type: ignore[assignment]
        for text in texts:
            if text not in memory:
                memory[text] = say(text)
        return [memory[text] for text in texts]

    def kinds(self, levels: tuple[Coded, Coded], names: Coded, units: Coded, cells: NDArray[np.bool_]) -> tuple[Listed, NDArray[np.bool_]]:
        """The kind of each row's texts, as the law hears them, and the rows for whose texts there is no room; ``cells`` as in ``RowKey``."""
        fitted = [_fitted(known, column) for known, column in zip((*self._levels, self._units), (*levels, units), strict=True)]
        first, second, unit = (one.listed for one in fitted)
        above, below, units = (one.column for one in fitted)
        said = Listed(np.array(self._said(names.texts), np.int64), names.at)
        pairs, new = self._level_pairs.numbers(paired(first, second, KEY_BITS))
        heard = [self._ear.levels(*[column.texts[column.at[at]] for column in (above, below)]) for at in new]
        level = Listed(self._level_of.grown([self._level_kinds.number(one) for one in heard]), pairs)
        classes, new = self._classes.numbers(grouped(said, level, unit, cells, KEY_BITS))
        for at in new:
            level1, level2, name, column = (column.texts[column.at[at]] for column in (above, below, names, units))
            key = RowKey(level1, level2, name, column, bool(cells[at]))
            self._kind_of.add(self._kind(self._name_kinds.things[_of(said, at)], self._level_kinds.things[_of(level, at)], key))
        return Listed(self._kind_of.grown([]), classes), np.logical_or.reduce([one.lost for one in fitted])

    def _said(self, names: Sequence[str | None]) -> list[int]:
        """The number of what each name says."""
        new = [name for name in names if name not in self._names]
        self._names.update(zip(new, [self._name_kinds.number(said) for said in self._ear.names(new)], strict=True))
        return [self._names[name] for name in names]

    def _kind(self, said: NameSaid, levels: Levels, key: RowKey) -> int:
        kind = self._kinds.number(self._ear.heard(said, levels, key.unit_column, cells=key.cells))
        if kind == len(self._keys):
            self._keys.append(key)
        return kind

    def plans(self, kinds: Listed, targets: Listed, actuals: Listed) -> tuple[Flags, tuple[Table, Table]]:
        """The plan of each row, and all plans known so far as columns; of the values their shapes are given."""
        pairs, new = self._pairs.numbers(paired(targets, actuals, SHAPE_BITS))
        for at in new:
            self._know_pair(self._side(_of(targets, at)), self._side(_of(actuals, at)))
        pair_kinds, weighs = np.stack([of.grown([]) for of in self._pair_of]), np.array([kind.weighs for kind in self._kinds.things], np.int64)
        numbers, new = self._plan_keys.numbers(chosen(kinds, weighs, pair_kinds, pairs, _HALF_KEY))
        if new or self._columns is None:
            made = plans_of([self._request(_of(kinds, at), _of(targets, at), _of(actuals, at)) for at in new], self.pack)
            known = len(self._plans.things)
            self._plan_of.grown([self._plans.number(plan) for plan in made])
            if self._columns is None or len(self._plans.things) > known:
                self._columns = _columns(self._plans.things)
        return Flags(self._plan_of.grown([]), numbers), self._columns

    def _know_pair(self, target: Side, actual: Side) -> None:
        kind = self._pair_kinds.number(self._values.kind(target, actual))
        self._pair_of[0].add(kind)
        for of, units in zip(self._pair_of[1:], self._values.units(target, actual), strict=True):
            of.add(self._pair_kinds.number((kind, *units)))

    def _request(self, kind: int, target: int, actual: int) -> Request:
        return Request(self._keys[kind], self._kinds.things[kind], self._side(target), self._side(actual))

    def _side(self, shape: int) -> Side:
        if shape not in self._sides:
            self._sides[shape] = self._values.side(self.shapes.prototypes[shape])
        return self._sides[shape]


class _Numbered(dict[Thing, int]):
    """Things by number, counted from 0 in the order of their first appearance."""

    def __init__(self) -> None:
        super().__init__()
        self.things: list[Thing] = []

    def number(self, thing: Thing) -> int:
        """The number of a thing, a new one where it is new."""
        known = self.setdefault(thing, len(self.things))
        if known == len(self.things):
            self.things.append(thing)
        return known


class _Growing:
    """A list of numbers that is mostly read as an array."""

    def __init__(self) -> None:
        self._held: list[int] = []
        self._array = np.zeros(0, np.int64)

    def add(self, number: int) -> None:
        """One more number."""
        self._held.append(number)

    def grown(self, more: Sequence[int]) -> NDArray[np.int64]:
        """All numbers, some added at the end."""
        self._held += more
        if len(self._held) != len(self._array):
            self._array = np.array(self._held, np.int64)
        return self._array


def _numbers(known: dict[str | None, int], texts: Sequence[str | None]) -> NDArray[np.int64]:
    """Numbers for the texts of a column; -1 where there is no room for another."""
    for text in texts:
        if text not in known and len(known) < 1 << KEY_BITS:
            known[text] = len(known)
    return np.array([known.get(text, -1) for text in texts], np.int64)


class _Fitted(NamedTuple):
    """A column with null in place of each text that there is no room for, its numbers, and which rows lost their text so."""

    column: Coded
    listed: Listed
    lost: NDArray[np.bool_]


def _fitted(known: dict[str | None, int], column: Coded) -> _Fitted:
    """A column as its numbers: a text without room must not lend its number to rows that are blank."""
    numbers = _numbers(known, column.texts)
    if (numbers >= 0).all():
        return _Fitted(column, Listed(numbers, column.at), np.zeros(len(column.at), np.bool_))
    lost: NDArray[np.bool_] = (numbers < 0)[column.at]
    at = np.where(lost, np.int32(len(column.texts) - 1), column.at)  # null is the last text
    at.flags.writeable = False
    return _Fitted(column._replace(at=at), Listed(numbers, at), lost)


def _of(listed: Listed, row: int) -> int:
    return int(listed.numbers[listed.at[row]])


def compile_law(pack: RulePack) -> CompiledLaw:
    """The law of a pack, compiled for columns."""
    return CompiledLaw(pack)


def _columns(made: list[Plan]) -> tuple[Table, Table]:
    """Plans as rows of numbers, and their own findings one after the other."""
    last = np.cumsum([len(plan.findings) for plan in made], dtype=np.int64)
    rows = [
        (plan.how, plan.method, plan.flags, plan.operator, 0, 0, *plan.a, *plan.b, *plan.formulas, *plan.tier, *plan.ladders, plan.block)
        for plan in made
    ]
    table = np.array(rows, np.int64).reshape(-1, P_WIDTH)
    if made:
        table[:, P_LAST], table[1:, P_FIRST] = last, last[:-1]
    return table, np.array([finding for plan in made for finding in plan.findings], np.int64).reshape(-1, 3)
