"""The evaluation with the recomputed scores in place of the stated ones: what the form would say if the rules had filled it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation


def with_recomputed_scores(dossier: Dossier) -> Evaluation | None:
    """Scores and total from the scorecard; a row the rules leave to a person keeps none. None where the file was not read."""
    evaluation, card = dossier.evaluation, dossier.scorecard
    if evaluation is None or card is None:
        return evaluation
    lines = {line.subject: line for line in card.lines}

    def score(subject: str, stated: Decimal | None) -> Decimal | None:
        return lines[subject].score if subject in lines else stated

    rows = tuple(replace(row, stated_score=score(f"/indicators/{index}", row.stated_score)) for index, row in enumerate(evaluation.indicators))
    funds = tuple(
        replace(line, stated_score=score("/funds", line.stated_score)) if index == 0 else line for index, line in enumerate(evaluation.funds)
    )
    totals = replace(evaluation.stated_totals, score=card.total, grade=card.grade or evaluation.stated_totals.grade)
    return replace(evaluation, indicators=rows, funds=funds, stated_totals=totals)
