"""Value cells as exact decimals in one unit of their family."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.across.folding import keys_of
from jiheng.batch.across.numbers import without_idle_zeros
from jiheng.batch.distinct import of_each
from jiheng.batch.slots import NONE
from jiheng.batch.values import Shapes, parts_of
from jiheng.batch.wordings import WIDE_NUMBER
from jiheng.domain.units import MULTIPLIERS, family, read_unit, scale
from jiheng.domain.value import Value
from jiheng.scoring.interpret import outside_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST: Final = 10**15
BARE: Final = 0
"""The unit of a number that stands without one."""
MOST_READ: Final = 1 << 18
"""Distinct wordings remembered between row groups."""
EITHER, AT_LEAST, AT_MOST = 0, 1, -1


class Read(NamedTuple):
    """What one value text says: mantissa and exponent, the key of its unit family, the exponent its printed unit lends, its direction."""

    mantissa: int = NONE
    exponent: int = 0
    unit: int = BARE
    lends: int = 0
    sign: int = EITHER


class Values(NamedTuple):
    """A column of values: mantissa (``NONE`` where there is no number) times ten to the exponent, in the unit's family."""

    mantissa: NDArray[np.int64]
    exponent: NDArray[np.int64]
    unit: NDArray[np.int64]


def decimal_parts(number: Decimal) -> tuple[int, int]:
    """Mantissa without idle zeros and exponent; ``NONE`` where the mantissa does not fit."""
    mantissa, exponent = parts_of(number)
    return (mantissa, exponent) if exponent != WIDE_NUMBER and abs(mantissa) <= LARGEST else (NONE, 0)


class ValueReader:
    """Reads columns of value texts; what a wording says is settled once."""

    def __init__(self) -> None:
        self.units: dict[str, int] = {}
        self._begin()

    def _begin(self) -> None:
        self._shapes = Shapes()
        self._said: NDArray[np.int64] = np.zeros((0, len(Read._fields)), np.int64)

    def column(self, texts: pa.Array, meanings: pa.Array) -> NDArray[np.int64]:
        """A row of ``Read`` per cell; ``meanings`` overrule the text where they are given."""
        if len(self._shapes.prototypes) > MOST_READ:
            self._begin()
        column = self._shapes.read(texts)
        fresh = [self._wording(value) for value in self._shapes.prototypes[len(self._said) :]]
        if fresh:
            self._said = np.concatenate([self._said, np.array(fresh, np.int64)])
        found = self._said[column.shape]
        numbered = (found[:, 0] != NONE) & ~column.wide
        mantissas, exponents = column.mantissa.copy(), column.exponent.astype(np.int64)
        without_idle_zeros(mantissas, exponents)
        numbered &= np.abs(mantissas) <= LARGEST
        found[:, 0] = np.where(numbered, mantissas, NONE)
        found[:, 1] = np.where(numbered & (mantissas != 0), found[:, 1] + exponents, 0)
        for at in np.flatnonzero(meanings.is_valid().to_numpy(zero_copy_only=False)).tolist():
            found[at] = self._meant(meanings[at].as_py())
        return found

    def _wording(self, value: Value) -> Read:
        """What any value of a shape says; the mantissa tells only whether there is a number, the exponent what its unit stands for."""
        if value.number is None:
            return Read()
        sign = AT_LEAST if value.operator in {"≥", ">"} else AT_MOST if value.operator in {"≤", "<"} else EITHER
        unit = self.unit(value.unit)[0] if value.unit else BARE
        return Read(0, _exponent(scale(value.unit)) if value.unit else 0, unit, _lent(value.printed_unit), sign)

    def _meant(self, meaning: str) -> Read:
        """What a cell says by its record."""
        said: dict[str, Any] = json.loads(meaning)
        number = None if said.get("number") is None else Decimal(said["number"])
        value = Value(said.get("raw"), "quantity", said.get("operator"), number, said.get("unit"), said.get("printed_unit"))
        found = self._wording(value)
        if number is None:
            return found
        mantissa, exponent = decimal_parts(number)
        return found._replace(mantissa=mantissa, exponent=found.exponent + exponent if mantissa not in {0, NONE} else 0)

    def unit(self, printed: str) -> tuple[int, int]:
        """The key of a printed unit's family and the exponent the unit stands for; ``BARE`` where it is no unit."""
        read = read_unit(printed)
        if read is None:
            return BARE, _lent(printed)
        name = family(read[1])
        if name not in self.units:
            keys, _ = keys_of(pa.array([name]))
            self.units[name] = int(keys[0])
        return self.units[name], _exponent(read[0] * scale(read[1]))

    def outside(self, names: pa.Array, columns: pa.Array) -> NDArray[np.int64]:
        """A row of (unit, exponent) per indicator: the unit in brackets at the end of its name, else in the unit column."""
        found = of_each(names, self._in_brackets, (BARE, 0))
        if columns.null_count < len(columns):
            lacking = found[:, 0] == BARE
            found[lacking] = of_each(columns, self.unit, (BARE, 0))[lacking]
        return found

    def _in_brackets(self, name: str) -> tuple[int, int]:
        printed, _ = outside_unit(name, None)
        return self.unit(printed) if printed else (BARE, 0)


def _lent(printed: str | None) -> int:
    """The exponent a printed unit lends to a bare number beside it: 万票 → 4."""
    if not printed:
        return 0
    read = read_unit(printed)
    if read is not None:
        return _exponent(read[0] * scale(read[1]))
    return _exponent(MULTIPLIERS.get(printed, Decimal(1)))


def _exponent(power: Decimal) -> int:
    """The exponent of a power of ten; every multiplier and scale of the trade is one."""
    return decimal_parts(power)[1]


def in_one_unit(own: NDArray[np.int64], other: NDArray[np.int64], outside: NDArray[np.int64]) -> Values:
    """A column of values, bare numbers taken in the unit of the other cell, else in the unit outside the cells."""
    mantissa, exponent, unit = own[:, 0], own[:, 1].copy(), own[:, 2].copy()
    bare = (unit == BARE) & (mantissa != NONE)
    from_other = bare & (other[:, 2] != BARE)
    from_outside = bare & ~from_other
    exponent[from_other] += other[from_other, 3]
    unit[from_other] = other[from_other, 2]
    exponent[from_outside] += outside[from_outside, 1]
    unit[from_outside] = outside[from_outside, 0]
    exponent[mantissa == 0] = 0
    return Values(mantissa, exponent, unit)
