"""A Quantity knows its unit and refuses the wrong company: 万元 + 户 raises, 万元 + 元 converts exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jiheng.domain.numerals import WIDE, written
from jiheng.domain.units import comparable, read_unit, scale
from jiheng.errors import DimensionMismatchError


def plain(number: Decimal) -> str:
    """The number without exponent and without idle zeros: ``Decimal("4.0E+5")`` → ``400000``.

    >>> plain(Decimal("4.0E+5")), plain(Decimal("4.860"))
    ('400000', '4.86')
    """
    text = written(number)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def thousands(number: Decimal) -> str:
    """The number with thousands separators: 41622700 → ``41,622,700``."""
    return f"{Decimal(plain(number)):,f}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number in a unit (any printed unit: 万元, 票, 元/人)."""

    number: Decimal
    unit: str

    def to(self, unit: str) -> Quantity:
        """The same quantity in another unit of its dimension, exact.

        Raises:
            DimensionMismatchError: the units measure different things.
        """
        return Quantity(self._number_in(unit), unit)

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(WIDE.add(self.number, other.to(self.unit).number), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(WIDE.subtract(self.number, other.to(self.unit).number), self.unit)

    def __lt__(self, other: Quantity) -> bool:
        return self.number < other.to(self.unit).number

    def __le__(self, other: Quantity) -> bool:
        return self.number <= other.to(self.unit).number

    def same_amount(self, other: Quantity) -> bool:
        """Whether both are the same amount, whatever the unit each is printed in."""
        return self.number == other.to(self.unit).number

    def _number_in(self, unit: str) -> Decimal:
        own, other = read_unit(self.unit), read_unit(unit)
        if own is None or other is None or not comparable(own[1], other[1]):
            raise DimensionMismatchError(f"“{self.unit}”与“{unit}”不是同一种量，不能换算、相加或比较。请核对计量单位。")
        return WIDE.divide(WIDE.multiply(self.number, own[0] * scale(own[1])), other[0] * scale(other[1]))
