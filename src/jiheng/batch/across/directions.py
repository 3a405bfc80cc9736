"""Which way an indicator is better, as the scheme reads it: the operator printed, else the name's sense, else the cost level, else the default."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from jiheng.batch.across.values import AT_LEAST, AT_MOST, EITHER
from jiheng.scoring.lexicon import has_word

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]
    from numpy.typing import NDArray

    from jiheng.batch.across.portions import View
    from jiheng.rulebook.model import Direction, RulePack


def signs(view: View, law: RulePack) -> NDArray[np.int8]:
    """1 where more is better, -1 where less is, row by row."""
    direction = law.scheme.direction.value
    by_level = _of_each(view.row_column("level2"), lambda text: _sign(direction.cost) if has_word(text, direction.cost_level2) else EITHER)
    by_name = _of_each(view.row_column("name"), lambda text: _sign(direction.negative) if _negative(text, direction) else EITHER)
    found = np.where(by_name != EITHER, by_name, np.where(by_level != EITHER, by_level, _sign(direction.default)))
    return np.where(view.printed_signs != EITHER, view.printed_signs, found).astype(np.int8)


def _negative(name: str, direction: Direction) -> bool:
    return has_word(name, direction.negative_words) and not has_word(name, (*direction.reversing_words, *direction.positive_words))


def _sign(operator: str) -> int:
    return AT_MOST if operator == "≤" else AT_LEAST


def _of_each(texts: pa.Array, sign: Callable[[str], int]) -> NDArray[np.int64]:
    """The sign of each cell, asked once per distinct text."""
    coded = texts.dictionary_encode()
    table = np.array([*(sign(text) for text in coded.dictionary.to_pylist()), EITHER], np.int64)
    found: NDArray[np.int64] = table[coded.indices.fill_null(len(table) - 1).to_numpy(zero_copy_only=False)]
    return found
