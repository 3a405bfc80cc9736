"""Problems as records: which code, which form and row, which other forms, the numbers that prove it. Forms are numbered in the order of their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CODES: Final = (
    "actual.copies-history",
    "evidence.same-for-all",
    "evidence.shared-by-forms",
    "fill.template-residue",
    "form.filed-twice",
    "form.unit-mismatch",
    "pattern.rows-alike",
    "pattern.same-values",
    "report.copies-last-year",
    "score.unit-inflated",
    "target.below-history",
    "target.peer-outlier",
)
"""The codes that many forms together decide."""
CODE: Final = {code: at for at, code in enumerate(CODES)}
NAMED: Final = 3
"""How many other forms a finding names; the rest is counted."""
VARIANTS: Final = ("", "year", "units", "easy", "overstated", "group", "near")
VARIANT: Final = {name: at for at, name in enumerate(VARIANTS)}
PROBLEM: Final = np.dtype(
    [
        *(("code", "i1"), ("variant", "i1"), ("form", "u4"), ("row", "i4"), ("field", "i1"), ("others", "u4", (NAMED,)), ("named", "i1")),
        *(("count", "i4"), ("a", "i8"), ("a_exponent", "i1"), ("b", "i8"), ("b_exponent", "i1"), ("unit", "i8")),
        *(("offset", "i8"), ("length", "i4")),
    ]
)
"""One problem. ``others`` are the first ``named`` of ``count`` other forms; ``a`` is what was expected and ``b`` what was found, in the unit;
``offset`` and ``length`` are the text, where it is one; for counts ``a`` of ``b``."""


def problems(code: str, count: int) -> NDArray[Any]:
    """So many empty problems of a code, on the form as a whole."""
    made = np.zeros(count, PROBLEM)
    made["code"], made["row"], made["field"] = CODE[code], -1, -1
    return made


def name_others(problem: NDArray[Any], at: int, others: Sequence[int], count: int) -> None:
    """Name the first of the other forms of problem number ``at``; ``count`` is how many there are."""
    named = others[:NAMED]
    problem["others"][at, : len(named)] = named
    problem["named"][at], problem["count"][at] = len(named), count


def gathered(parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """All problems in the order of forms, codes, rows."""
    found = np.concatenate([np.zeros(0, PROBLEM), *parts])
    return found[np.lexsort((found["offset"] >= 0, found["field"], found["variant"], found["row"], found["code"], found["form"]))]
