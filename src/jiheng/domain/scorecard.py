"""A Scorecard is what the rules give for a form: one traced line per scored subject, the total, its range, the grade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple, cast

from jiheng.domain.finding import Citation

Basis = Literal["formula", "judgement", "undetermined"]
Treatment = Literal["keep", "zero", "exclude-respread-block", "exclude-respread-form", "exclude-no-respread"]
TREATMENTS: tuple[Treatment, ...] = ("keep", "zero", "exclude-respread-block", "exclude-respread-form", "exclude-no-respread")
TREATMENT_NAMES: dict[Treatment, str] = {
    "keep": "保留自评分",
    "zero": "计零",
    "exclude-respread-block": "剔除，分值在同一级指标内重分",
    "exclude-respread-form": "剔除，分值在全表重分",
    "exclude-no-respread": "剔除，分值不重分",
}


class ScoreLine(NamedTuple):
    """The recomputed score of one subject (``/funds`` or ``/indicators/3``). (A tuple: every row has one, and tuples are made fast.)

    ``score`` is rounded as the pack declares, None where undetermined; ``exact`` the unrounded value as a decimal string to 6 places;
    ``low`` and ``high`` bound an undetermined line; ``trace`` reads top to bottom; ``excluded`` marks a waived-out row (weight printed as —).
    """

    subject: str
    method: str
    basis: Basis
    weight: Decimal | None
    score: Decimal | None
    trace: tuple[str, ...]
    cites: tuple[Citation, ...]
    exact: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    excluded: bool = False


make_line = cast("Callable[[tuple[object, ...]], ScoreLine]", partial(cast("Callable[..., tuple[object, ...]]", tuple.__new__), ScoreLine))
"""A ScoreLine from a tuple of all its fields, in half the time."""


@dataclass(frozen=True, slots=True)
class TreatmentTotal:
    """The form's total if one more row were treated so; ``possible`` is the points that can be earned (96 of 100)."""

    subject: str
    treatment: Treatment
    total: Decimal | None
    possible: Decimal | None


@dataclass(frozen=True, slots=True)
class PackId:
    """Which law scored it: the pack's id and the digest of its resolved content."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All lines and what they add up to. ``total`` and ``total_range`` are None where a scored row has no weight."""

    rulepack: PackId
    lines: tuple[ScoreLine, ...]
    total: Decimal | None
    total_range: tuple[Decimal, Decimal] | None
    stated_total: Decimal | None
    grade: str | None
    treatments: tuple[TreatmentTotal, ...] = ()
    possible: Decimal | None = None

    def line(self, subject: str) -> ScoreLine | None:
        """The line of a subject, None where it is not scored."""
        return next((line for line in self.lines if line.subject == subject), None)
