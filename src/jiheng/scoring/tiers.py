"""Qualitative rows: the chosen tier bounds what may be typed; yes/no and date rows; rows a person judges."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jiheng.domain.valuetext import tidy
from jiheng.rulebook.model import Rounding, Tier
from jiheng.scoring.rounding import to_places


def tier_of(text: str | None, tiers: tuple[Tier, ...]) -> Tier | None:
    """The tier an answer names by label or alias, None where it names none."""
    plain = tidy(text or "")
    return next((tier for tier in tiers if plain in {tier.label, *tier.aliases}), None)


def tier_bounds(tier: Tier, weight: Decimal, rounding: Rounding) -> tuple[Decimal, Decimal]:
    """The tier's range in points at the pack's places; an exclusive bound is moved in by one unit of the last place."""
    unit = Decimal(1).scaleb(-rounding.places)
    low = to_places(Fraction(tier.low) * Fraction(weight), rounding.places)
    high = to_places(Fraction(tier.high) * Fraction(weight), rounding.places)
    return (low if tier.low_inclusive else low + unit, high if tier.high_inclusive else max(low, high - unit))
