"""What a rule pack can say. The loader fills these from YAML; scoring and audit read them. Shape and units are the fields' own docs.

Every leaf of ``Scheme`` is ``Sourced``: a value together with its citations, so that no point is scored without an authority.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from jiheng.domain.finding import Citation, Severity, Stage
from jiheng.domain.scorecard import PackId, Treatment

T = TypeVar("T")

FormulaId = Literal[
    "RATIO-CAP", "RATIO-RAW", "REV-RATIO", "REV-LINEAR", "EQ-AS-GE", "EQ-REVIEW", "EQ-SYM", "ZERO", "ZERO-GE", "NEG", "NEG-A",
    "TIER", "BINARY", "PASS-LINE", "STEP", "BAND", "DATE", "COEFF", "FUND-RATE", "JUDGE",
]  # fmt: skip
AmountName = Literal["initial_budget", "adjusted_budget", "allotted", "disbursed"]
Spread = Literal["free", "equal", "whole"]
DirectionSign = Literal["≥", "≤"]


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T]):
    """A value of the law and where it stands."""

    value: T
    cites: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """From this value on (inclusive), this share of the weight."""

    low: Decimal
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula id of the closed vocabulary with its numbers; a parameter that the id does not use is None.

    ``pass_line`` (PASS-LINE) is a ratio; ``step``, ``per_step``, ``full_from`` and ``round_up`` (STEP) give w − per_step·⌈(full_from − x) ÷ step⌉;
    ``bands`` (BAND) are tried from the highest.
    """

    id: FormulaId
    pass_line: Decimal | None = None
    step: Decimal | None = None
    per_step: Decimal | None = None
    full_from: Decimal | None = None
    round_up: bool = True
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class FixedRow:
    """A level-3 row the pack knows by name; ``names`` are matched as parts of the indicator's name."""

    names: tuple[str, ...]
    formula: Formula
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A level-1 block: its names (first is canonical), points (None where free), how points spread over rows, fixed rows, level-2 names due."""

    names: tuple[str, ...]
    points: Decimal | None = None
    spread: Spread = "free"
    rows: tuple[FixedRow, ...] = ()
    level2: tuple[str, ...] = ()
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class MoneyRule:
    """The money line. ``bases`` are tried in order, first non-empty wins; ``inside`` says it is a row of the indicator table.

    ``names`` find that row (or its heading). ``points`` None means the points are printed on the form.
    """

    names: tuple[str, ...]
    points: Decimal | None
    inside: bool
    bases: tuple[AmountName, ...]
    formula: Formula


@dataclass(frozen=True, slots=True)
class Formulas:
    """Which formula under which condition; a None value means the place fixes none, so a missed row is undetermined (a met row is full)."""

    at_least: Sourced[Formula | None]
    more_than: Sourced[Formula | None]
    equal: Sourced[Formula | None]
    at_most: Sourced[Formula | None]
    less_than: Sourced[Formula | None]
    zero_target: Sourced[Formula | None]
    zero_target_at_least: Sourced[Formula | None]
    negative_target: Sourced[Formula | None]
    negative_actual: Sourced[Formula | None]
    qualitative: Sourced[Formula | None]
    binary: Sourced[Formula | None]
    date_limit: Sourced[Formula | None]


@dataclass(frozen=True, slots=True)
class Direction:
    """Direction when no operator is printed.

    ``cost`` applies to level-2 names in ``cost_level2``, ``negative`` to names with a word of ``negative_words``.
    ``reversing_words`` turn a negative sense round (下降, 降低); ``positive_words`` excuse a name (控制率, 达标率).
    """

    default: DirectionSign
    cost: DirectionSign
    negative: DirectionSign
    cost_level2: tuple[str, ...]
    negative_words: tuple[str, ...]
    reversing_words: tuple[str, ...]
    positive_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverStep:
    """From this ratio on (inclusive), the score is cut to this factor of the weight, and a reason may be due."""

    ratio_from: Decimal
    factor: Decimal
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class Tier:
    """A qualitative tier: label, other wordings, range of the share of the weight; ``high`` is inclusive for the top tier, else exclusive."""

    label: str
    aliases: tuple[str, ...]
    low: Decimal
    low_inclusive: bool
    high: Decimal
    high_inclusive: bool


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade word and the lowest total that earns it."""

    name: str
    low: Decimal


@dataclass(frozen=True, slots=True)
class Rounding:
    """Places per row, mode, order, and which coarser prints are accepted as equal."""

    places: int
    mode: Literal["half-up", "half-even", "down"]
    order: Literal["rows-then-sum", "sum-then-round"]
    accept_one_decimal: bool
    whole_points: bool


@dataclass(frozen=True, slots=True)
class WaiverRule:
    """Treatments a waiver may take, and who decides."""

    treatments: tuple[Treatment, ...]
    decided_by: str


@dataclass(frozen=True, slots=True)
class Veto:
    """A condition that overrides the score (off by default)."""

    condition: str
    effect: str
    active: bool


@dataclass(frozen=True, slots=True)
class MandatoryField:
    """A header field the pack makes mandatory: JSON pointer, label for messages, severity when blank."""

    pointer: str
    label: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Scheme:
    """How forms of this kind, place and time are scored."""

    base_points: Sourced[Decimal]
    blocks: Sourced[tuple[Block, ...]]
    money: Sourced[MoneyRule | None]
    formulas: Formulas
    direction: Sourced[Direction]
    over_achievement: Sourced[tuple[OverStep, ...]]
    tiers: Sourced[tuple[Tier, ...]]
    grades: Sourced[tuple[Grade, ...]]
    grade_words: Sourced[tuple[str, ...]]
    yes_words: Sourced[tuple[str, ...]]
    no_words: Sourced[tuple[str, ...]]
    rounding: Sourced[Rounding]
    cap_at_weight: Sourced[bool]
    scored: Sourced[bool]
    waivers: Sourced[WaiverRule]
    vetoes: Sourced[tuple[Veto, ...]]
    mandatory_fields: Sourced[tuple[MandatoryField, ...]]


Parameter = Decimal | str | bool | tuple[str, ...] | tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class RuleEntry:
    """The data half of an audit rule: severity, stage, authority, thresholds and lexicons. ``variants`` name severities of special cases.

    (Without slots, so that the authority is worded once.)
    """

    code: str
    title: str
    severity: Severity
    stage: Stage
    cites: tuple[Citation, ...]
    active: bool = True
    variants: dict[str, Severity] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)

    @cached_property
    def authority(self) -> str:
        """The citations in words, each once: what every message of the rule ends with."""
        return "；".join(dict.fromkeys(cite.sentence() for cite in self.cites))

    def number(self, name: str) -> Decimal:
        """A numeric threshold of the pack."""
        value = self.parameters[name]
        if not isinstance(value, Decimal):
            raise TypeError(f"{self.code}.{name} is no number")
        return value

    def fraction(self, name: str) -> Fraction:
        """A numeric threshold of the pack as a fraction, made once."""
        known = self._fractions.get(name)
        if known is None:
            known = self._fractions[name] = Fraction(self.number(name))
        return known

    @cached_property
    def _fractions(self) -> dict[str, Fraction]:
        return {}

    def words(self, name: str) -> tuple[str, ...]:
        """A lexicon of the pack, the stored tuple itself."""
        known = self._lexicons.get(name)
        if known is None:
            value: Any = self.parameters[name]
            if not isinstance(value, tuple) or (value and not isinstance(value[0], str)):
                raise TypeError(f"{self.code}.{name} is no list of words")
            known = self._lexicons[name] = value
        return known

    @cached_property
    def _lexicons(self) -> dict[str, tuple[str, ...]]:
        return {}

    def pairs(self, name: str) -> tuple[tuple[str, ...], ...]:
        """A list of word lists of the pack (each pair or tuple of words), the stored tuple itself."""
        value: Any = self.parameters[name]
        if not isinstance(value, tuple) or (value and not isinstance(value[0], tuple)):
            raise TypeError(f"{self.code}.{name} is no list of lists")
        pairs: tuple[tuple[str, ...], ...] = value
        return pairs


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of the pack, run as a test: inputs as printed on a form, the score, basis and method expected."""

    name: str
    weight: Decimal
    score: Decimal | None
    basis: Literal["formula", "judgement", "undetermined"]
    cites: tuple[Citation, ...]
    target: str | None = None
    actual: str | None = None
    stated: Decimal | None = None
    indicator: str = "示例指标"
    level1: str | None = None
    level2: str | None = None
    method: str | None = None
    base: Decimal | None = None
    spent: Decimal | None = None


@dataclass(frozen=True)
class RulePack:
    """One dated law of one place, ``extends`` resolved. ``until`` None means still in force. ``number_marks`` is § 3's id (N1, G1 …).

    (Without slots, so that its identity and the rules of each stage are gathered once.)
    """

    id: str
    title: str
    variant: str
    place: str | None
    kinds: tuple[str, ...]
    templates: tuple[str, ...]
    in_force_from: date
    in_force_until: date | None
    extends: str | None
    scheme: Scheme
    rules: dict[str, RuleEntry]
    examples: tuple[Example, ...]
    digest: str

    @cached_property
    def identity(self) -> PackId:
        """Id and digest as a scorecard stores them."""
        return PackId(self.id, self.digest)

    def rules_at(self, stages: tuple[Stage, ...]) -> tuple[RuleEntry, ...]:
        """The active rules of these stages, in the pack's order."""
        known = self._by_stages.get(stages)
        if known is None:
            known = self._by_stages[stages] = tuple([entry for entry in self.rules.values() if entry.active and entry.stage in stages])
        return known

    @cached_property
    def _by_stages(self) -> dict[tuple[Stage, ...], tuple[RuleEntry, ...]]:
        return {}
