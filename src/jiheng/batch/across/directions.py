"""Which way an indicator is better, as the scheme reads it: the operator printed, else the name's sense, else the cost level, else the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jiheng.batch.across.values import AT_LEAST, AT_MOST, EITHER
from jiheng.batch.distinct import of_each
from jiheng.scoring.interpret import assumed, has_negative_sense

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.across.portions import View
    from jiheng.rulebook.model import RulePack


def signs(view: View, law: RulePack) -> NDArray[np.int8]:
    """1 where more is better, -1 where less is, row by row."""
    direction = law.scheme.direction.value
    by_level = of_each(view.row_column("level2"), lambda level2: _sign(assumed(level2, direction)[0]), _sign(direction.default))
    by_name = of_each(view.row_column("name"), lambda name: _sign(direction.negative) if has_negative_sense(name, direction) else EITHER, EITHER)
    found = np.where(by_name != EITHER, by_name, by_level)
    return np.where(view.printed_signs != EITHER, view.printed_signs, found).astype(np.int8)


def _sign(operator: str) -> int:
    return AT_MOST if operator == "≤" else AT_LEAST
