"""A law compiled for columns: its numbers for the kernels, and what it has made of names, texts and shapes so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from jiheng.batch import plans
from jiheng.batch.heard import Ear, Heard
from jiheng.batch.identities import Identities
from jiheng.batch.numbers import numbers_of
from jiheng.batch.plans import Plan, RowKey, plan_of
from jiheng.batch.slots import P_FIRST, P_LAST, P_WIDTH, Table
from jiheng.batch.texts import Words
from jiheng.batch.values import Shapes
from jiheng.domain.evaluation import Indicator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.rulebook.model import RulePack

Said = TypeVar("Said")
BITS: Final = (10, 12, 28, 10)  # level 1, level 2, name, unit column
SHAPE_BITS: Final = 18
MOST_SHAPES: Final = 100_000
MOST_TEXTS: Final = 1_000_000
OUT_OF_ROOM: Final = Plan(plans.INTERPRET)


class CompiledLaw:
    """One law, ready to judge columns. It learns as it goes: one object serves one worker, and forgets when it has learnt too much."""

    def __init__(self, pack: RulePack) -> None:
        self.pack = pack
        self.numbers = numbers_of(pack)
        self.words = Words(pack)
        self._ear = Ear(pack)
        self._forget()

    def _forget(self) -> None:
        self.shapes = Shapes()
        self._texts: tuple[dict[str | None, int], ...] = tuple({None: 0} for _ in BITS)
        self._classes, self._kinds = Identities(), Identities()
        self._kind_of: list[int] = []
        self._heard: dict[Heard, int] = {}
        self._representatives: list[tuple[RowKey, Heard]] = []
        self._plans: list[Plan] = []
        self._memory: dict[str, dict[str | None, object]] = {}
        self._columns: tuple[Table, Table] | None = None

    def begin(self) -> None:
        """Before a batch: start over where too much has been learnt, so that memory stays bounded."""
        texts = sum([len(known) for known in self._texts]) + sum([len(known) for known in self._memory.values()])
        if len(self.shapes.prototypes) > MOST_SHAPES or texts > MOST_TEXTS:
            self._forget()

    def said(self, kind: str, texts: Sequence[str | None], say: Callable[[str | None], Said]) -> list[Said]:
        """What each text says, settled once for each distinct text."""
        memory: dict[str | None, Said] = self._memory.setdefault(kind, {})  # type: ignore[assignment]
        for text in texts:
            if text not in memory:
                memory[text] = say(text)
        return [memory[text] for text in texts]

    def text_numbers(self, column: int, texts: Sequence[str | None]) -> NDArray[np.int64]:
        """Numbers for the texts of a column that decides how a row is scored; -1 where there is no room for another."""
        known, most = self._texts[column], 1 << BITS[column]
        for text in texts:
            if text not in known and len(known) < most:
                known[text] = len(known)
        return np.array([known.get(text, -1) for text in texts], np.int64)

    def classes(self, columns: Sequence[NDArray[np.int64]], keys: Callable[[list[int]], list[RowKey]]) -> NDArray[np.int32]:
        """The kind of each row's combination of texts, as the law hears it; ``keys`` gives the texts at the positions of new combinations."""
        packed = np.zeros(len(columns[0]), np.int64)
        for column, bits in zip(columns, BITS, strict=True):
            packed = (packed << bits) | np.maximum(column, 0)
        numbers, new = self._classes.numbers(packed)
        for key in keys(new):
            heard = self._ear.hears(Indicator(key.level1, key.level2, key.name), key.unit_column)
            if heard not in self._heard:
                self._heard[heard] = len(self._representatives)
                self._representatives.append((key, heard))
            self._kind_of.append(self._heard[heard])
        return np.array(self._kind_of, np.int32)[numbers]

    def plans(
        self, classes: NDArray[np.int32], targets: NDArray[np.int32], actuals: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], tuple[Table, Table]]:
        """The plan of each row, and all plans known so far as columns."""
        packed = (classes.astype(np.int64) << (2 * SHAPE_BITS)) | (targets.astype(np.int64) << SHAPE_BITS) | actuals
        numbers, new = self._kinds.numbers(packed)
        for at in new:
            self._plans.append(self._plan(int(classes[at]), int(targets[at]), int(actuals[at])))
        if new or self._columns is None:
            self._columns = _columns(self._plans)
        return numbers, self._columns

    def _plan(self, known: int, target: int, actual: int) -> Plan:
        if max(target, actual) >= 1 << SHAPE_BITS:
            return OUT_OF_ROOM
        prototypes = self.shapes.prototypes
        return plan_of(*self._representatives[known], prototypes[target], prototypes[actual], self.pack)


def compile_law(pack: RulePack) -> CompiledLaw:
    """The law of a pack, compiled for columns."""
    return CompiledLaw(pack)


def _columns(made: list[Plan]) -> tuple[Table, Table]:
    """Plans as rows of numbers, and their own findings one after the other."""
    last = np.cumsum([len(plan.findings) for plan in made], dtype=np.int64)
    rows = [
        (plan.how, plan.method, plan.flags, plan.operator, 0, 0, *plan.a, *plan.b, plan.positive, plan.zero, plan.negative, *plan.tier)
        for plan in made
    ]
    table = np.array(rows, np.int64).reshape(-1, P_WIDTH)
    table[:, P_LAST], table[1:, P_FIRST] = last, last[:-1]
    return table, np.array([finding for plan in made for finding in plan.findings], np.int64).reshape(-1, 3)
