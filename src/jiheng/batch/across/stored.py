"""A stored data set as portions: only the columns that the audit reads, a row group at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jiheng.batch.across.portions import Portion
from jiheng.batch.judge import compile_law, judge
from jiheng.batch.store import Group, groups

if TYPE_CHECKING:
    from jiheng.batch.across.survey import Source
    from jiheng.rulebook.model import RulePack

_FORMS: Final = ("form", "project_name", "supervising_department", "implementing_unit", "indicators", "fund_lines", "stated_score", "rest")
_INDICATORS: Final = (
    *("level2", "name", "target", "target_value", "actual", "actual_value"),
    *("unit_column", "stated_score", "reason", "evidence"),
)
_FUNDS: Final = ("adjusted_budget_yuan", "initial_budget_yuan", "disbursed_yuan")
_COLUMNS: Final = {"forms": _FORMS, "indicators": _INDICATORS, "funds": _FUNDS}


def portions_of(path: Path, *, law: RulePack | None = None) -> Source:
    """The row groups of a data set, read anew each time they are gone through; re-scored the first time where a law is given.

    Raises:
        DataSetError: no such data set, or a file is damaged.
    """
    found: tuple[Group, ...] = groups(path)
    scoring = iter([law] if law is not None else [])

    def read() -> Iterator[Portion]:
        under = next(scoring, None)
        compiled = compile_law(under) if under is not None else None
        for group in found:
            tables = group.read(_COLUMNS if compiled is None else None)
            totals = None if compiled is None else judge(*tables, compiled).totals
            yield Portion(group.year, group.place, *tables, totals)

    return read
