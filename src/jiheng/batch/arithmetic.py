"""Exact arithmetic on scaled integers, compiled: one wide division a score, its rounding from quotient and remainder, comparisons of decimals.

Points are integers of a millionth. A product W·X passes 64 bits; its low 64 bits are enough: a quotient estimated in floating point is at most
one off, and the remainder, which is small, is exact modulo 2**64 and puts it right. Multiply first, divide, round once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from jiheng.batch.compiled import compiled, inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

MILLION: Final = 1_000_000
WIDEST: Final = 90_000_000_000_000_000
HALF_UP, HALF_EVEN, DOWN = 0, 1, 2
POWERS: NDArray[np.int64] = np.array([10**k for k in range(19)], np.int64)
MOST_RAISED: NDArray[np.int64] = np.array([2**62 // 10**k for k in range(19)], np.int64)
WIDEST_RAISED: NDArray[np.int64] = np.array([WIDEST // 10**k for k in range(19)], np.int64)


@compiled
def divided(w: int, x: int, d: int) -> tuple[Any, Any]:
    """Quotient and remainder of w·x ÷ d for 0 ≤ w, 0 ≤ x, 0 < d < 9·10**16 and a quotient below 2**52; exact."""
    quotient = np.int64(float(w) * float(x) / float(d))
    rest = np.int64(w) * np.int64(x) - quotient * np.int64(d)
    while rest < 0:
        quotient -= 1
        rest += d
    while rest >= d:
        quotient += 1
        rest -= d
    return quotient, rest


@compiled
def to_places(quotient: int, rest: int, d: int, places: int, mode: int) -> int:
    """A number of ``quotient`` + rest ÷ d millionths, not negative, rounded to so many places (at most 6); the result in millionths."""
    if places == 6:  # the record of every score: nothing to divide
        above, tie = 2 * rest > d, 2 * rest == d
        up = mode != DOWN and (above or (tie and (mode == HALF_UP or quotient % 2 == 1)))
        return quotient + up
    step: int = POWERS[6 - places]
    # a constant divisor is no division: the usual places are spelled out
    whole = quotient // 10_000 if places == 2 else quotient // step
    left = quotient - whole * step
    if mode == DOWN:
        return whole * step
    # left + rest/d against step/2, both doubled; rest < d, so the fraction only breaks ties
    above, tie = 2 * left > step or (2 * left == step and rest > 0), 2 * left == step and rest == 0
    if above or (tie and (mode == HALF_UP or whole % 2 == 1)):
        whole += 1
    return whole * step


@compiled
def compared(m1: int, e1: int, m2: int, e2: int) -> int:
    """The sign of m1·10**e1 − m2·10**e2, for mantissas below 2**62 and any exponents; exact."""
    if m1 == 0 or m2 == 0 or (m1 < 0) != (m2 < 0) or e1 == e2:
        return (m1 > m2) - (m1 < m2)
    sign = -1 if m1 < 0 else 1
    a, b, gap = abs(m1), abs(m2), e1 - e2
    if gap < 0:
        a, b, gap, sign = b, a, -gap, -sign
    # a·10**gap against b
    if gap > 18 or a > MOST_RAISED[gap]:
        return sign
    raised = a * POWERS[gap]
    return sign if raised > b else -sign if raised < b else 0


@compiled
def scaled(m: int, e: int, places: int) -> tuple[int, bool]:
    """m·10**e in units of 10**-places, and whether that is exact and below 9·10**16."""
    shift = e + places
    if m == 0:
        return 0, True
    if shift >= 0:
        if shift > 17 or abs(m) > WIDEST_RAISED[shift]:
            return 0, False
        return m * POWERS[shift], True
    if shift < -18:
        return 0, False
    power = POWERS[-shift]
    return m // power, m % power == 0 and abs(m // power) <= WIDEST


@inlined
def rounded(number: int, step: int) -> int:
    """The nearest multiple of a step, ties away from zero, counted in steps."""
    size = (abs(number) + step // 2) // step
    return -size if number < 0 else size
