"""How messages print numbers: exact decimals, points with two places, percentages, amounts in 万元."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jiheng.domain.numerals import written

YUAN_PER_WAN = 10_000
ONE = Decimal(1)


def half_up(value: Fraction | Decimal, places: int = 2) -> Decimal:
    """The value rounded half-up (四舍五入) to so many places, exactly, away from zero on ties."""
    return quotient(value, ONE, places)


def quotient(part: Fraction | Decimal, whole: Fraction | Decimal, places: int = 2) -> Decimal:
    """Part ÷ whole rounded half-up to so many places, in integers, so that no digit is lost before the rounding. ``whole`` is above 0."""
    upper, below = part.as_integer_ratio()
    lower, above = whole.as_integer_ratio()
    numerator, denominator = abs(upper) * above * 10**places, below * lower
    digits = (2 * numerator + denominator) // (2 * denominator)
    return Decimal(-digits if upper < 0 else digits).scaleb(-places)


def plain(number: Decimal) -> str:
    """A decimal without exponent and without idle zeros: ``4``, ``4.86``, ``419951.9``."""
    text = written(number)
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def points(number: Decimal | Fraction) -> str:
    """Points with two places, half-up: ``0.00``."""
    return written(half_up(number))


def figure(part: Fraction | Decimal, whole: Fraction | Decimal = ONE) -> str:
    """Part ÷ whole in percent as a bare number with two places, half-up: ``142.94``. ``whole`` is above 0."""
    return written(quotient(part, whole, 4).scaleb(2))


def percent(part: Fraction | Decimal, whole: Fraction | Decimal = ONE) -> str:
    """Part ÷ whole as a percentage with two places: ``142.94%``."""
    return f"{figure(part, whole)}%"


def wan(yuan: Decimal) -> str:
    """An amount in 万元, exact: ``4149.88 万元``."""
    return f"{plain(yuan / YUAN_PER_WAN)} 万元"
