"""What a law hears in the name and the levels of a row: names by the thousand come down to some dozens of kinds, each of which needs its plans once.

Everything that ``plans.plans_of`` takes from these texts is here; a rule that listens to something new must be heard here too, and the test that
holds plans of a name against those of its kind tells where one was forgotten. What names say is asked of all new names at once.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from jiheng.batch.names import Lexicons, Said, names_say
from jiheng.domain.units import read_unit
from jiheng.domain.valuetext import number_in_unit_of
from jiheng.scoring.interpret import assumed
from jiheng.scoring.levels import blocks_by_name, heading_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jiheng.rulebook.model import Block, RulePack

_ONE: Final = Decimal(1)


class RowKey(NamedTuple):
    """The texts of a row that decide how it is scored, and whether its form has cells for target and actual."""

    level1: str | None
    level2: str | None
    name: str | None
    unit_column: str | None
    cells: bool = True


class Heard(NamedTuple):
    """The kind of a row's texts under a law; rows of one kind are scored and audited alike wherever their texts alone decide."""

    fixed: str
    block: int
    cells: bool
    negative: bool
    cost: bool
    rate: bool
    money: bool
    unit: str | None
    column: tuple[Decimal, bool, bool] | None
    within: bool
    of_whole: bool
    control: bool
    proof_exempt: bool
    costly: bool
    cost_exempt: bool
    counted_good: bool
    slot: bool
    ends_as_rate: bool
    counter: bool
    family: int

    @property
    def weighs(self) -> int:
        """What matters beside the kind of the values: their units as they are (2) where the name has one, their families (1) where it counts."""
        return 2 if self.unit is not None else 1 if self.family >= 0 else 0


class Levels(NamedTuple):
    """What the two level names say: the block whose rows are known by name (-1 for none), the block that gets weights, whether costs are meant."""

    block: int
    giving: int
    cost: bool
    costly: bool
    begun: frozenset[tuple[int, int]]


class Ear:
    """A law's lexicons for names and levels."""

    def __init__(self, law: RulePack) -> None:
        self._direction = law.scheme.direction.value
        self._blocks: dict[str, Block] = blocks_by_name(law)
        with_rows = [block for block in dict.fromkeys(self._blocks.values()) if block.rows]
        self._rows = [tuple(row.names for row in block.rows) for block in with_rows]
        self._formulas = [tuple(repr(row.formula) for row in block.rows) for block in with_rows]
        self._with_rows = {block: at for at, block in enumerate(with_rows)}
        self._giving = {name: at for at, name in enumerate([name for name, block in self._blocks.items() if _gives_weights(block)], start=1)}
        self._lexicons = Lexicons(law, self._rows)

    def names(self, names: Sequence[str | None]) -> list[Said]:
        """What each name says."""
        return names_say([name or "" for name in names], self._lexicons)

    def levels(self, level1: str | None, level2: str | None) -> Levels:
        """What a pair of level names says."""
        heading, costs = heading_name(level1), self._lexicons.costs
        block, text = self._blocks.get(heading), level2 or ""
        begun = frozenset((at, cut) for at, word in enumerate(costs) for cut in range(1, len(word)) if text.endswith(word[:cut]))
        return Levels(
            self._with_rows.get(block, -1) if block is not None else -1,
            self._giving.get(heading, 0),
            assumed(level2, self._direction)[1] == "cost",
            any(word in text for word in costs),
            begun,
        )

    def heard(self, said: Said, levels: Levels, unit_column: str | None, *, cells: bool) -> Heard:
        """The kind of a row, from what its name and its levels say."""
        row = said.fixed[levels.block] if levels.block >= 0 else -1
        return Heard(
            self._formulas[levels.block][row] if row >= 0 else "",
            levels.giving,
            cells,
            said.negative,
            levels.cost,
            said.rate,
            said.money,
            said.unit,
            _column_unit(unit_column) if unit_column else None,
            said.within,
            said.of_whole,
            said.control,
            said.proof_exempt,
            said.costly or levels.costly or not levels.begun.isdisjoint(said.ended),
            said.cost_exempt,
            said.counted_good,
            said.slot,
            said.ends_as_rate,
            said.counter,
            said.family,
        )

    def hears(self, key: RowKey) -> Heard:
        """The kind of a single row."""
        (said,) = self.names([key.name])
        return self.heard(said, self.levels(key.level1, key.level2), key.unit_column, cells=key.cells)


@lru_cache(maxsize=4096)
def _column_unit(printed: str) -> tuple[Decimal, bool, bool]:
    """What a unit column gives a value without unit: the factor to the plain unit, and whether that is percent, and whether it is printed so."""
    read = read_unit(printed)
    return number_in_unit_of(_ONE, printed), (read[1] if read is not None else printed) == "%", printed == "%"


def _gives_weights(block: Block) -> bool:
    """Whether a law may give the rows of a block weights that the form does not print."""
    return any(row.weight is not None for row in block.rows) or (block.spread != "free" and block.points is not None)
