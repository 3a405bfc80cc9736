"""Why a score changes: the first words of the law, in the order in which a row is scored, that differ between both laws and touch the row.

A cause is a leaf of the scheme such as ``formulas.at_most`` or ``money.bases``; ``direction`` also names both directions. Nothing is guessed from
the points but whether they were the same before rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from jiheng.batch import plans as p
from jiheng.batch import slots
from jiheng.batch.numbers import METHODS, UNSCORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jiheng.rulebook.model import RulePack, Scheme

SHARED, OTHER = "shared", "other"
_CONDITIONS: Final = {"≥": "at_least", ">": "more_than", "=": "equal", "≤": "at_most", "<": "less_than"}
_BY_METHOD: Final = {
    "DATE": ("formulas.date_limit",),
    "STEP": ("formulas.date_limit",),
    "BINARY": ("formulas.binary", "yes_words", "no_words"),
    "TIER": ("formulas.qualitative", "tiers", "grade_words"),
    "JUDGE": ("formulas.qualitative", "formulas.binary", "formulas.date_limit", "grade_words", "yes_words", "no_words"),
}
_ROUGH: Final = ("formulas.qualitative", "formulas.binary", "formulas.date_limit", "grade_words", "yes_words", "no_words", "tiers", "blocks")


class Laws(NamedTuple):
    """The law before and the law after."""

    old: RulePack
    new: RulePack

    def differ(self, leaf: str) -> bool:
        """Whether they say different things at a leaf of the scheme."""
        return value_at(self.old.scheme, leaf) != value_at(self.new.scheme, leaf)


class Line(NamedTuple):
    """A score line under one law: method and basis by number, and the plan of its row, nothing for the money line outside the table."""

    method: int
    basis: int
    plan: tuple[int, ...] = ()

    def has(self, flag: int) -> bool:
        """Whether the row's plan carries a flag."""
        return bool(self.plan) and self.plan[slots.P_FLAGS] & flag != 0

    @property
    def name(self) -> str:
        """The method's name; the empty text where the line is not scored."""
        return METHODS[self.method] if self.method >= 0 else ""


class Change(NamedTuple):
    """A line before and after: whether its points to be had differ, whether it earned the same before rounding, the signs of both numbers."""

    old: Line
    new: Line
    weight_differs: bool
    same_exact: bool
    target_sign: int = 0
    actual_sign: int = 0


def value_at(scheme: Scheme, leaf: str) -> object:
    """What a scheme says at a leaf; a part of the money rule is named ``money.bases`` and is None where money is not scored."""
    head, _, part = leaf.partition(".")
    if head == "formulas":
        return getattr(scheme.formulas, part).value
    value = getattr(scheme, head).value
    return value if not part or value is None else getattr(value, part)


def cause_of_row(change: Change, laws: Laws) -> str:
    """The cause of a changed row of the table."""
    return next(_causes(change, laws), OTHER)


def cause_of_money(change: Change, laws: Laws) -> str:
    """The cause of a changed money line outside the table."""
    if laws.differ("scored"):
        return "scored"
    if UNSCORED in {change.old.basis, change.new.basis}:
        return _of_money(laws, "inside", "points")
    if change.weight_differs:
        return _of_money(laws, "points")
    if change.same_exact:
        return "rounding"
    return _of_money(laws, "bases", "formula")


def cause_of_rest(laws: Laws) -> str:
    """The cause of what a total changes by beyond its lines: rounding of the sum, or a score printed once for several rows."""
    orders = {law.scheme.rounding.value.order for law in laws}
    return "rounding" if "sum-then-round" in orders else SHARED


def _of_money(laws: Laws, *parts: str) -> str:
    """The first part of the money rule that differs; the whole rule where one law has none."""
    if any(law.scheme.money.value is None for law in laws):
        return _first(laws, "money")
    return _first(laws, *(f"money.{part}" for part in parts), "money", "rounding")


def _first(laws: Laws, *leaves: str) -> str:
    return next((leaf for leaf in leaves if laws.differ(leaf)), OTHER)


def _causes(change: Change, laws: Laws) -> Iterator[str]:
    """The causes that touch a row, in the order in which it is scored."""
    old, new = change.old, change.new
    if laws.differ("scored"):
        yield "scored"
    if p.MONEY in {old.plan[slots.P_HOW], new.plan[slots.P_HOW]} and laws.differ("money"):
        yield from _of_money_row(change, laws)
    if change.weight_differs and laws.differ("blocks"):
        yield "blocks"
    if change.same_exact and laws.differ("rounding"):
        yield "rounding"
    own = old.has(p.OWN_FORMULA) or new.has(p.OWN_FORMULA)
    judged = (old.plan[slots.P_HOW] == p.JUDGE) != (new.plan[slots.P_HOW] == p.JUDGE)
    if own and laws.differ("blocks") and (judged or old.method != new.method or old.plan[slots.P_FLAGS] != new.plan[slots.P_FLAGS]):
        yield "blocks"
    if old.has(p.TARGET_NUMBER) and old.has(p.ACTUAL_NUMBER):
        yield from _of_numbers(change, laws)
    else:
        for name in (old.name, new.name):
            yield from (leaf for leaf in _BY_METHOD.get(name, ()) if laws.differ(leaf))
    if laws.differ("rounding"):
        yield "rounding"
    yield from (leaf for leaf in _ROUGH if laws.differ(leaf))


def _of_money_row(change: Change, laws: Laws) -> Iterator[str]:
    if change.old.plan[slots.P_HOW] != change.new.plan[slots.P_HOW]:
        yield _of_money(laws, "inside", "names")
    if not change.weight_differs and not change.same_exact:
        yield _of_money(laws, "bases", "formula")


def _of_numbers(change: Change, laws: Laws) -> Iterator[str]:
    """A row with two numbers: which way is better, the formula for the case, what is cut."""
    old, new = change.old, change.new
    before, after = (p.OPERATORS[line.plan[slots.P_OPERATOR]] for line in (old, new))
    if before != after:
        yield f"direction:{before}{after}"
    elif old.has(p.COST_RATE) != new.has(p.COST_RATE):
        yield "direction"
    leaf = f"formulas.{_condition(after, change.target_sign)}"
    if laws.differ(leaf):
        yield leaf
    if change.actual_sign < 0 and laws.differ("formulas.negative_actual"):
        yield "formulas.negative_actual"
    if _cuts(laws.old) != _cuts(laws.new):
        yield "over_achievement"
    if laws.differ("cap_at_weight"):
        yield "cap_at_weight"


def _cuts(law: RulePack) -> set[tuple[object, object]]:
    """The steps of over-achievement that cost points; others only ask for a reason."""
    return {(step.ratio_from, step.factor) for step in law.scheme.over_achievement.value if step.factor != 1}


def _condition(operator: str, sign: int) -> str:
    if sign < 0:
        return "negative_target"
    if sign == 0:
        return "zero_target_at_least" if operator in {"≥", ">"} else "zero_target"
    return _CONDITIONS[operator]


def line_of(method: int, basis: int, plan: Sequence[int] = ()) -> Line:
    """A line from the numbers of a judgement."""
    return Line(int(method), int(basis), tuple(map(int, plan)))
