"""The closed vocabulary of formulas. Each takes numbers in one unit and gives exact points, or None where a person must decide.

Source: the formula catalogue of the field guide. A = target, B = actual, w = weight; nothing is rounded here.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from jiheng.rulebook.model import Formula

Arithmetic = Callable[[Formula, Fraction, Fraction, Fraction], Fraction | None]


def ratio_cap(_: Formula, a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """RATIO-CAP: B ≥ A → w; else w·B/A, never below 0. A must be positive."""
    return w if b >= a else max(Fraction(0), w * b / a)


def ratio_raw(_: Formula, a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """RATIO-RAW: w·B/A without a cap; a diagnosis of mistakes, not a rule."""
    return w * b / a


def reverse_ratio(_: Formula, a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """REV-RATIO: B ≤ A → w; else w·A/B."""
    return w if b <= a else w * a / b


def reverse_linear(_: Formula, a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """REV-LINEAR: B ≤ A → w; up to 2A → w·(1 − (B − A)/A); beyond → 0."""
    return w if b <= a else max(Fraction(0), w * (1 - (b - a) / a))


def equal_review(_: Formula, a: Fraction, b: Fraction, w: Fraction) -> Fraction | None:
    """EQ-REVIEW: equal → w; otherwise a person scores."""
    return w if a == b else None


def equal_symmetric(_: Formula, a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """EQ-SYM: w·(1 − |B − A|/A), never below 0."""
    return max(Fraction(0), w * (1 - abs(b - a) / a))


def zero(_: Formula, _a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """ZERO: the target is 0 and less is better: B ≤ 0 → w; else 0."""
    return w if b <= 0 else Fraction(0)


def zero_at_least(_: Formula, _a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """ZERO-GE: the target is 0 and more is better: B ≥ 0 → w; else 0."""
    return w if b >= 0 else Fraction(0)


def undecided(_: Formula, _a: Fraction, _b: Fraction, _w: Fraction) -> None:
    """NEG-A and every formula that does not compute with A and B: a person decides."""


def pass_line(formula: Formula, a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """PASS-LINE: B/A below the line → 0; else RATIO-CAP."""
    line = Fraction(formula.pass_line or 0)
    return Fraction(0) if b / a < line else ratio_cap(formula, a, b, w)


def step(formula: Formula, a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """STEP: each step short of ``full_from`` (else of the target) costs ``per_step`` points; part steps count whole where rounded up."""
    short = (Fraction(formula.full_from) if formula.full_from is not None else a) - b
    if short <= 0:
        return w
    steps = short / Fraction(formula.step or Decimal(1))
    count = -(-steps.numerator // steps.denominator) if formula.round_up else steps.numerator // steps.denominator
    return max(Fraction(0), w - count * Fraction(formula.per_step or Decimal(1)))


def band(formula: Formula, _: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """BAND: the highest band whose bound B reaches gives its share of w; below all bands 0."""
    reached = [entry for entry in formula.bands if b >= Fraction(entry.low)]
    return w * Fraction(max(reached, key=lambda entry: entry.low).factor) if reached else Fraction(0)


def coefficient(_: Formula, a: Fraction, b: Fraction, w: Fraction) -> Fraction:
    """COEFF: w × coefficient %, the coefficient recomputed as reach capped at 100 %."""
    return ratio_cap(_, a, b, w)


def fund_rate(base: Decimal | None, spent: Decimal | None, points: Decimal) -> Fraction:
    """FUND-RATE: w·spent ÷ base, at most w; no base → 0 (0/0 is not 0 %)."""
    if not base or base < 0 or spent is None:
        return Fraction(0)
    return min(Fraction(points), max(Fraction(0), Fraction(points) * Fraction(spent) / Fraction(base)))


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
