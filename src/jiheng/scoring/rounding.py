"""Exact fractions to printed points, as the pack declares: multiply first, divide, round once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

from jiheng.rulebook.model import Rounding

MODE_NAMES = {"half-up": "四舍五入", "half-even": "四舍六入五成双", "down": "截去尾数"}


def rounded(exact: Fraction | Decimal, rounding: Rounding) -> Decimal:
    """The exact number at the pack's places, rounded in the pack's mode; exact for numbers of any size.

    >>> rounded(Fraction(2675, 1000), Rounding(2, "half-up", "rows-then-sum", True, False))
    Decimal('2.68')
    """
    return to_places(exact, rounding.places, rounding.mode)


def to_places(exact: Fraction | Decimal, places: int, mode: str = "half-up") -> Decimal:
    """The exact number as a decimal with so many places; modes half-up (away from zero), half-even, down (towards zero)."""
    return Decimal(_digits(exact, places, mode))


def _digits(exact: Fraction | Decimal, places: int, mode: str) -> str:
    return _quotient(*exact.as_integer_ratio(), places, mode)


@lru_cache(maxsize=4096)
def _quotient(below: int, bottom: int, places: int, mode: str) -> str:
    """The quotient in print. (Most are whole weights, of which the field knows few.)"""
    whole, rest = divmod(abs(below) * 10**places, bottom)
    twice = 2 * rest
    if mode != "down" and (twice > bottom or (twice == bottom and (mode == "half-up" or whole % 2 == 1))):
        whole += 1
    sign = "-" if below < 0 and whole else ""
    text = str(whole).rjust(places + 1, "0")
    return f"{sign}{text[:-places]}.{text[-places:]}" if places else sign + text


def largest_remainder(total: Decimal, shares: Sequence[Decimal], places: int = 2) -> tuple[Decimal, ...]:
    """Spread a total over shares so that the parts add up exactly: cents go to the largest remainders, ties to the earlier row.

    A total with more decimals than ``places`` is spread at its own; shares that are all 0 take nothing.

    >>> largest_remainder(Decimal(40), [Decimal(1)] * 9)[:5]
    (Decimal('4.45'), Decimal('4.45'), Decimal('4.45'), Decimal('4.45'), Decimal('4.44'))
    """
    if not shares:
        return ()
    places = max(places, decimals(total))
    whole, ratios = int(total.scaleb(places)), [share.as_integer_ratio() for share in shares]
    common = lcm(*[below for _, below in ratios])
    parts = [above * (common // below) for above, below in ratios]
    weight = sum(parts)
    if weight == 0:
        return tuple(Decimal(0) for _ in shares)
    cents, rests = map(list, zip(*[divmod(whole * part, weight) for part in parts], strict=True))
    left, unit = whole - sum(cents), Decimal(1).scaleb(-places)
    for i in sorted(range(len(parts)), key=rests.__getitem__, reverse=True)[:left]:  # the sort is stable: ties go to the earlier row
        cents[i] += 1
    return tuple([cent * unit for cent in cents])


def decimals(number: Decimal) -> int:
    """How many decimals a number needs: 40 → 0, 22.50 → 1."""
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def six_places(exact: Fraction | Decimal) -> str:
    """The unrounded value for the record: 6 decimals."""
    return _digits(exact, 6, "half-up")
