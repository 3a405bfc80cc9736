"""The closed vocabulary of formulas. Each takes numbers in one unit and gives exact points, or None where a person must decide.

Source: the formula catalogue of the field guide. A = target, B = actual, w = weight; nothing is rounded here. Numbers stay decimals until
something is divided: a met row earns w itself.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from jiheng.rulebook.model import Formula

Exact = Decimal | Fraction
Arithmetic = Callable[[Formula, Exact, Exact, Exact], Exact | None]
NOTHING = Decimal(0)


def ratio(upper: Exact, lower: Exact) -> Fraction:
    """The exact quotient upper ÷ lower."""
    (a, b), (c, d) = upper.as_integer_ratio(), lower.as_integer_ratio()
    return Fraction(a * d, b * c)


def times_ratio(w: Exact, upper: Exact, lower: Exact) -> Fraction:
    """w·upper ÷ lower, exact."""
    (a, b), (c, d), (e, f) = w.as_integer_ratio(), upper.as_integer_ratio(), lower.as_integer_ratio()
    return Fraction(a * c * f, b * d * e)


def exceeds(first: Exact, second: Exact) -> bool:
    """Whether the first number is the greater: a decimal beside a fraction, exact and several times as fast as their own comparison."""
    (a, b), (c, d) = first.as_integer_ratio(), second.as_integer_ratio()
    return a * d > c * b


def equals(first: Exact, second: Exact) -> bool:
    """Whether both are the same number; as fast as ``exceeds``."""
    return first is second or first.as_integer_ratio() == second.as_integer_ratio()


def _not_below_0(points: Exact) -> Exact:
    return points if points.as_integer_ratio()[0] > 0 else NOTHING


def ratio_cap(_: Formula, a: Exact, b: Exact, w: Exact) -> Exact:
    """RATIO-CAP: B ≥ A → w; else w·B/A, never below 0. A must be positive."""
    return w if b >= a else _not_below_0(times_ratio(w, b, a))


def ratio_raw(_: Formula, a: Exact, b: Exact, w: Exact) -> Exact:
    """RATIO-RAW: w·B/A without a cap; a diagnosis of mistakes, not a rule."""
    return times_ratio(w, b, a)


def reverse_ratio(_: Formula, a: Exact, b: Exact, w: Exact) -> Exact:
    """REV-RATIO: B ≤ A → w; else w·A/B."""
    return w if b <= a else times_ratio(w, a, b)


def reverse_linear(_: Formula, a: Exact, b: Exact, w: Exact) -> Exact:
    """REV-LINEAR: B ≤ A → w; up to 2A → w·(1 − (B − A)/A); beyond → 0."""
    return w if b <= a else _not_below_0(Fraction(w) * (2 - Fraction(b) / Fraction(a)))


def equal_review(_: Formula, a: Exact, b: Exact, w: Exact) -> Exact | None:
    """EQ-REVIEW: equal → w; otherwise a person scores."""
    return w if a == b else None


def equal_symmetric(_: Formula, a: Exact, b: Exact, w: Exact) -> Exact:
    """EQ-SYM: w·(1 − |B − A|/A), never below 0."""
    return _not_below_0(w if a == b else Fraction(w) * (1 - abs(Fraction(b) - Fraction(a)) / Fraction(a)))


def zero(_: Formula, _a: Exact, b: Exact, w: Exact) -> Exact:
    """ZERO: the target is 0 and less is better: B ≤ 0 → w; else 0."""
    return w if b <= 0 else NOTHING


def zero_at_least(_: Formula, _a: Exact, b: Exact, w: Exact) -> Exact:
    """ZERO-GE: the target is 0 and more is better: B ≥ 0 → w; else 0."""
    return w if b >= 0 else NOTHING


def undecided(_: Formula, _a: Exact, _b: Exact, _w: Exact) -> None:
    """NEG-A and every formula that does not compute with A and B: a person decides."""


def pass_line(formula: Formula, a: Exact, b: Exact, w: Exact) -> Exact:
    """PASS-LINE: B/A below the line → 0; else RATIO-CAP."""
    line = formula.pass_line or NOTHING
    return NOTHING if Fraction(b) / Fraction(a) < line else ratio_cap(formula, a, b, w)


def step(formula: Formula, a: Exact, b: Exact, w: Exact) -> Exact:
    """STEP: each step short of ``full_from`` (else of the target) costs ``per_step`` points; part steps count whole where rounded up."""
    short = Fraction(formula.full_from if formula.full_from is not None else a) - Fraction(b)
    if short <= 0:
        return w
    steps = short / Fraction(formula.step or Decimal(1))
    count = -(-steps.numerator // steps.denominator) if formula.round_up else steps.numerator // steps.denominator
    return _not_below_0(Fraction(w) - count * Fraction(formula.per_step or Decimal(1)))


def band(formula: Formula, _: Exact, b: Exact, w: Exact) -> Exact:
    """BAND: the highest band whose bound B reaches gives its share of w; below all bands 0."""
    reached = [entry for entry in formula.bands if b >= entry.low]
    return Fraction(w) * Fraction(max(reached, key=lambda entry: entry.low).factor) if reached else NOTHING


def coefficient(_: Formula, a: Exact, b: Exact, w: Exact) -> Exact:
    """COEFF: w × coefficient %, the coefficient recomputed as reach capped at 100 %."""
    return ratio_cap(_, a, b, w)


def fund_rate(base: Decimal | None, spent: Decimal | None, points: Decimal) -> Exact:
    """FUND-RATE: w·spent ÷ base, at most w; no base → 0 (0/0 is not 0 %)."""
    if not base or base < 0 or spent is None:
        return NOTHING
    return points if spent >= base or points < 0 else _not_below_0(times_ratio(points, spent, base))


ARITHMETIC: dict[str, Arithmetic] = {
    "RATIO-CAP": ratio_cap,
    "RATIO-RAW": ratio_raw,
    "REV-RATIO": reverse_ratio,
    "REV-LINEAR": reverse_linear,
    "EQ-AS-GE": ratio_cap,
    "EQ-REVIEW": equal_review,
    "EQ-SYM": equal_symmetric,
    "ZERO": zero,
    "ZERO-GE": zero_at_least,
    "NEG": undecided,
    "NEG-A": undecided,
    "PASS-LINE": pass_line,
    "STEP": step,
    "BAND": band,
    "COEFF": coefficient,
}
