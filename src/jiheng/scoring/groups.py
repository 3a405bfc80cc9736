"""Points printed once for several rows: a score shared by a group, and a parent row that answers for its children."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from jiheng.domain.scorecard import ScoreLine
from jiheng.scoring.case import Case


def answered_by_parent(case: Case) -> frozenset[int]:
    """Child rows without points and score of their own, below a parent row that has points: no line, the parent's line stands for them."""
    if not case.evaluation.printed.parents:
        return frozenset()
    weighted = {row.index for row in case.rows if row.weight is not None}
    below = {child for parent, children in case.evaluation.printed.parents if parent in weighted for child in children}
    return frozenset(row.index for row in case.rows if row.index in below and row.weight is None and row.indicator.stated_score is None)


def shared_carries(case: Case, lines: Iterable[ScoreLine]) -> dict[str, Decimal]:
    """What the undetermined rows of each group carry into the total: the group's score counts once, less what its other rows earned.

    The first undetermined row carries it, at most the points of all undetermined rows of the group; the others carry nothing.
    """
    by_subject = {line.subject: line for line in lines} if case.evaluation.printed.group_scores else {}
    carries: dict[str, Decimal] = {}
    for first, last in case.evaluation.printed.group_scores:
        rows = case.rows[first : last + 1]
        members = [line for row in rows if (line := by_subject.get(row.subject)) is not None and not line.excluded]
        stated = next((row.indicator.stated_score for row in rows if row.indicator.stated_score is not None), None)
        open_lines = [line for line in members if line.score is None]
        if stated is None or not open_lines:
            continue
        earned = sum((line.score for line in members if line.score is not None), Decimal(0))
        most = sum((line.weight or Decimal(0) for line in open_lines), Decimal(0))
        carries.update(dict.fromkeys((line.subject for line in open_lines), Decimal(0)))
        carries[open_lines[0].subject] = max(Decimal(0), min(stated - earned, most))
    return carries
