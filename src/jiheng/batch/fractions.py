"""Numbers of a law as whole numbers, and two decimals brought to one exponent."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from jiheng.batch.arithmetic import POWERS, WIDEST, WIDEST_RAISED
from jiheng.batch.compiled import compiled

LARGEST_TERM: Final = 100
MOST_GAP: Final = 17
_LARGEST_PART: Final = 10**15


def small_fraction(number: Decimal) -> tuple[int, int]:
    """A threshold as a fraction of small whole terms.

    Raises:
        ValueError: the terms are too large for the kernels.
    """
    above, below = number.as_integer_ratio()
    if not 0 <= above <= LARGEST_TERM or below > LARGEST_TERM:
        raise ValueError(f"{number} is no fraction of small terms")
    return above, below


def millionths(number: Decimal) -> int:
    """Points in millionths.

    Raises:
        ValueError: more than six decimals, or not below 1000 points.
    """
    raised = number.scaleb(6)
    if raised != raised.to_integral_value() or not 0 <= raised < 10**9:
        raise ValueError(f"{number} points do not fit")
    return int(raised)


def parts_of(number: Decimal) -> tuple[int, int]:
    """A number of a law as mantissa and exponent.

    Raises:
        ValueError: it is too wide for the kernels.
    """
    sign, digits, exponent = number.normalize().as_tuple()
    mantissa = int("".join(map(str, digits)))
    if mantissa >= _LARGEST_PART or not isinstance(exponent, int) or abs(exponent) > 18:
        raise ValueError(f"{number} is too wide")
    return (-mantissa if sign else mantissa), exponent if mantissa else 0


@compiled
def aligned(m1: int, e1: int, m2: int, e2: int) -> tuple[int, int, int, bool]:
    """Two decimals at one exponent, and whether both stay exact and below 9·10**16 there."""
    if m1 == 0:
        e1 = e2
    elif m2 == 0:
        e2 = e1
    gap = e1 - e2
    if gap == 0:
        return m1, m2, e1, abs(m1) <= WIDEST and abs(m2) <= WIDEST
    if abs(gap) > MOST_GAP:
        return m1, m2, min(e1, e2), False
    if gap > 0:
        return m1 * POWERS[gap], m2, e2, abs(m1) <= WIDEST_RAISED[gap] and abs(m2) <= WIDEST
    return m1, m2 * POWERS[-gap], e1, abs(m1) <= WIDEST and abs(m2) <= WIDEST_RAISED[-gap]
