"""What a law hears in the name and the levels of a row: names by the thousand come down to some dozens of kinds, each of which needs its plans once.

Everything that ``plans.plan_of`` takes from these texts is here; a rule that listens to something new must be heard here too, and the test that
holds plans of a name against those of its kind tells where one was forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jiheng.audit.actuals import bare_name
from jiheng.audit.targets import has_slot
from jiheng.audit.texts import first_word, squeeze
from jiheng.audit.units import counter_of, ends_as_rate, family_of
from jiheng.scoring.interpret import assumed, has_negative_sense, outside_unit
from jiheng.scoring.levels import blocks_by_name, fixed_row
from jiheng.scoring.lexicon import has_word

if TYPE_CHECKING:
    from jiheng.domain.evaluation import Indicator
    from jiheng.rulebook.model import Block, RulePack


class Heard(NamedTuple):
    """The kind of a row's texts under a law; rows of one kind are scored and audited alike wherever their texts alone decide."""

    fixed: str
    money: bool
    negative: bool
    cost: bool
    rate: bool
    unit: tuple[str | None, str | None]
    column: str | None
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
    family: tuple[str, ...] | None


class Ear:
    """A law's lexicons for names and levels."""

    def __init__(self, law: RulePack) -> None:
        self._law = law
        self._blocks: dict[str, Block] = blocks_by_name(law)

    def hears(self, row: Indicator, unit_column: str | None) -> Heard:
        """The kind of a row."""
        name, level2, scheme = row.name or "", row.level2 or "", self._law.scheme
        money, direction, bare = scheme.money.value, scheme.direction.value, bare_name(row.name or "")
        fixed = fixed_row(row, self._blocks)
        return Heard(
            fixed=repr(fixed.formula) if fixed is not None else "",
            money=money is not None and money.inside and has_word(name, money.names),
            negative=has_negative_sense(name, direction),
            cost=assumed(row.level2, direction)[1] == "cost",
            rate="率" in name,
            unit=outside_unit(row.name, unit_column),
            column=unit_column,
            within=bare.endswith(self._words("rate.out-of-range", "endings")) and not self._says(bare, "rate.out-of-range", "open_words"),
            of_whole=self._says(name, "target.unreachable", "part_of_whole"),
            control=self._says(squeeze(name), "cost.contradicts-funds", "control_words"),
            proof_exempt=self._says(name, "evidence.missing", "exempt_names"),
            costly=self._says(level2 + name, "direction.cost-at-least", "level2"),
            cost_exempt=self._says(name, "direction.cost-at-least", "exempt"),
            counted_good=self._says(name, "direction.suspicious", "positive_counts"),
            slot=has_slot(name),
            ends_as_rate=ends_as_rate(name, self._words("unit.not-a-rate", "exempt")),
            counter=counter_of(name, self._words("unit.not-a-rate", "counters")) is not None,
            family=family_of(name, self._pairs("unit.unusual", "families")),
        )

    def _words(self, code: str, name: str) -> tuple[str, ...]:
        entry = self._law.rules.get(code)
        return entry.words(name) if entry is not None else ()

    def _pairs(self, code: str, name: str) -> tuple[tuple[str, ...], ...]:
        entry = self._law.rules.get(code)
        return entry.pairs(name) if entry is not None else ()

    def _says(self, text: str, code: str, name: str) -> bool:
        return first_word(text, self._words(code, name)) is not None
