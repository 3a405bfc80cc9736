"""The points a cell prints, whether a weight or a score: 5, 4.86, 10分."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from jiheng.domain.document import Cell
from jiheng.domain.valuetext import tidy

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def points_of(cell: Cell | None) -> Decimal | None:
    """The points of a cell, exact; None where it prints anything but one number, or there is no cell."""
    return _points(cell.text) if cell is not None else None


@lru_cache(maxsize=4096)
def _points(text: str) -> Decimal | None:
    plain = tidy(text).removesuffix("分")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None
