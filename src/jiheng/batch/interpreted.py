"""Forms that columns cannot express, judged one by one by the interpreter; its results in the columns of ``schema``."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from jiheng import audit, scoring
from jiheng.batch.codes import CODES
from jiheng.domain.dossier import Dossier
from jiheng.domain.scorecard import Scorecard, ScoreLine

if TYPE_CHECKING:
    from jiheng.rulebook.model import RulePack

MONEY: Final = "/funds"
_KNOWN: Final = frozenset(CODES)
PLACES: Final = Decimal("0.000001")


class RowScore(NamedTuple):
    """The score of one row as ``schema.SCORES`` has it; all None where the row is not scored."""

    method: str | None = None
    basis: str | None = None
    weight: Decimal | None = None
    score: Decimal | None = None
    exact: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


class FormScore(NamedTuple):
    """One form's results: its total, range and grade, the money line outside the table, its rows, its findings (subject, code, severity)."""

    total: Decimal | None
    low: Decimal | None
    high: Decimal | None
    grade: str | None
    stated: Decimal | None
    money: RowScore
    rows: tuple[RowScore, ...]
    findings: tuple[tuple[str, str, str], ...]


def interpreted(dossier: Dossier, law: RulePack) -> FormScore:
    """Score and audit one form by the interpreter, restricted to the codes that are decided from columns. Needs a date and an evaluation."""
    if dossier.evaluation is None or dossier.on is None:
        rows = len(dossier.evaluation.indicators) if dossier.evaluation is not None else 0
        return FormScore(None, None, None, None, None, RowScore(), (RowScore(),) * rows, ())
    case = scoring.case_of(dossier, law)
    card = scoring.score(case)
    found = audit.check(case, card, dossier.repairs, stages=audit.DEFAULT_STAGES)
    return form_score(card, len(case.rows), ((finding.subject, finding.code, finding.severity) for finding in found))


def form_score(card: Scorecard, rows: int, findings: Iterable[tuple[str, str, str]]) -> FormScore:
    """A scorecard and findings in the shape of the result columns."""
    lines = {line.subject: _row(line) for line in card.lines}
    low, high = card.total_range if card.total_range is not None else (None, None)
    return FormScore(
        card.total,
        low,
        high,
        card.grade,
        stored(card.stated_total),
        lines.get(MONEY, RowScore()),
        tuple([lines.get(f"/indicators/{index}", RowScore()) for index in range(rows)]),
        tuple([finding for finding in findings if finding[1] in _KNOWN]),
    )


def _row(line: ScoreLine) -> RowScore:
    exact = Decimal(line.exact) if line.exact is not None else None
    return RowScore(line.method, line.basis, stored(line.weight), stored(line.score), exact, stored(line.low), stored(line.high))


def stored(number: Decimal | None) -> Decimal | None:
    """A number as the result columns hold it; None where it has more than six decimals, which no rule of points gives."""
    return number if number is None or number == number.quantize(PLACES) else None
