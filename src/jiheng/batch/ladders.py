"""Formulas with numbers of their own (PASS-LINE, STEP, BAND) for the row kernel: their numbers stand at the end of the law, found by place."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from jiheng.batch import slots as s
from jiheng.batch.arithmetic import MILLION, compared
from jiheng.batch.compiled import inner
from jiheng.batch.fractions import aligned, millionths, parts_of, small_fraction
from jiheng.batch.slots import Table

if TYPE_CHECKING:
    from jiheng.rulebook.model import Formula, RulePack

LADDERS: Final = ("PASS-LINE", "STEP", "BAND")
BEYOND: Final = (-2, 0)
_ONE: Final = Decimal(1)
_STEP_SIZE, _STEP_POWER, _STEP_COST, _STEP_UP, _STEP_FIXED, _STEP_FROM, _STEP_FROM_POWER = range(7)


def ladders_of(law: RulePack) -> list[Formula]:
    """The formulas of a law that have numbers of their own, each once."""
    formulas, blocks = law.scheme.formulas, law.scheme.blocks.value
    entries = [getattr(formulas, name).value for name in formulas.__slots__]
    rows = [row.formula for block in blocks for row in block.rows]
    return list(dict.fromkeys(formula for formula in (*entries, *rows) if formula is not None and formula.id in LADDERS))


def places_of(law: RulePack) -> dict[Formula, int]:
    """Where the numbers of each ladder begin in the law's numbers; nowhere under a law that the kernels cannot express."""
    places: dict[Formula, int] = {}
    at = s.L_LADDERS
    for formula in ladders_of(law):
        places[formula] = at
        try:
            at += len(numbers_of(formula))
        except ValueError:
            return {}
    return places


def numbers_of(formula: Formula) -> list[int]:
    """The numbers of a ladder.

    Raises:
        ValueError: they do not fit.
    """
    if formula.id == "PASS-LINE":
        return list(small_fraction(formula.pass_line or Decimal(0)))
    if formula.id == "STEP":
        fixed = formula.full_from
        size, cost = formula.step or _ONE, formula.per_step or _ONE
        if size < 0:
            raise ValueError("a step is positive")
        return [*parts_of(size), millionths(cost), int(formula.round_up), int(fixed is not None), *parts_of(fixed or Decimal(0))]
    falling = sorted(formula.bands, key=lambda band: band.low, reverse=True)
    return [len(falling), *[number for band in falling for number in (*parts_of(band.low), millionths(band.factor))]]


@inner
def passed(law: Table, at: int, a: int, b: int) -> bool:
    """PASS-LINE: whether b ÷ a reaches the line; a is positive."""
    reached: bool = b * law[at + 1] >= law[at] * a
    return reached


@inner
def stepped(law: Table, at: int, a: int, b: int, e: int, weight: int) -> tuple[int, int]:  # noqa: PLR0913, PLR0917 - a kernel's
    """STEP: the points left of the weight as a share of it; ``BEYOND`` where the numbers are too wide."""
    full, power = (law[at + _STEP_FROM], law[at + _STEP_FROM_POWER]) if law[at + _STEP_FIXED] else (a, e)
    full, b, power, fits = aligned(full, power, b, e)
    if not fits:
        return BEYOND
    if b >= full:
        return 1, 1
    short, size, _, fits = aligned(full - b, power, law[at + _STEP_SIZE], law[at + _STEP_POWER])
    if not fits:
        return BEYOND
    count = short // size
    if law[at + _STEP_UP] and short % size:
        count += 1
    cost = law[at + _STEP_COST]
    if weight == 0 or (cost > 0 and count > weight // cost):
        return 0, 1
    return weight - count * cost, weight


@inner
def banded(law: Table, at: int, b: int, e: int) -> tuple[int, int]:
    """BAND: the share of the highest band that b reaches."""
    for k in range(law[at]):
        band = at + 1 + 3 * k
        if compared(b, e, law[band], law[band + 1]) >= 0:
            return law[band + 2], MILLION
    return 0, 1
