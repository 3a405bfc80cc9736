"""How messages print numbers: exact decimals, points with two places, percentages, amounts in 万元."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jiheng.domain.numerals import written

YUAN_PER_WAN = 10_000
ONE = Decimal(1)
_EXACT = 10**28
"""Below this, a decimal keeps all digits when its point is moved."""


def half_up(value: Fraction | Decimal, places: int = 2) -> Decimal:
    """The value rounded half-up (四舍五入) to so many places, exactly, away from zero on ties."""
    return quotient(value, ONE, places)


def quotient(part: Fraction | Decimal, whole: Fraction | Decimal, places: int = 2) -> Decimal:
    """Part ÷ whole rounded half-up to so many places, in integers, so that no digit is lost before the rounding. ``whole`` is above 0."""
    return Decimal(_digits(part, whole, places)).scaleb(-places)


def _digits(part: Fraction | Decimal, whole: Fraction | Decimal, places: int) -> int:
    upper, below = part.as_integer_ratio()
    lower, above = whole.as_integer_ratio()
    numerator, denominator = abs(upper) * above * 10**places, below * lower
    digits: int = (2 * numerator + denominator) // (2 * denominator)
    return -digits if upper < 0 else digits


def _two_places(digits: int) -> str:
    """So many hundredths in print: 486 → ``4.86``."""
    text = f"{abs(digits):03d}"
    return f"{'-' if digits < 0 else ''}{text[:-2]}.{text[-2:]}"


def plain(number: Decimal) -> str:
    """A decimal without exponent and without idle zeros: ``4``, ``4.86``, ``419951.9``."""
    text = written(number)
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def points(number: Decimal | Fraction) -> str:
    """Points with two places, half-up: ``0.00``."""
    digits = _digits(number, ONE, 2)
    return _two_places(digits) if abs(digits) < _EXACT else written(Decimal(digits).scaleb(-2))


def figure(part: Fraction | Decimal, whole: Fraction | Decimal = ONE) -> str:
    """Part ÷ whole in percent as a bare number with two places, half-up: ``142.94``. ``whole`` is above 0."""
    digits = _digits(part, whole, 4)
    return _two_places(digits) if abs(digits) < _EXACT else written(Decimal(digits).scaleb(-4).scaleb(2))


def percent(part: Fraction | Decimal, whole: Fraction | Decimal = ONE) -> str:
    """Part ÷ whole as a percentage with two places: ``142.94%``."""
    return f"{figure(part, whole)}%"


def wan(yuan: Decimal) -> str:
    """An amount in 万元, exact: ``4149.88 万元``."""
    return f"{plain(yuan / YUAN_PER_WAN)} 万元"
