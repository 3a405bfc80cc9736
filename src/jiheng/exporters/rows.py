"""The score table of a dossier, one row per scored subject, as the terminal and the Markdown report print it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation, FundLine, Indicator
from jiheng.domain.scorecard import Basis, Scorecard

BASIS_NAMES: dict[Basis, str] = {"formula": "公式", "judgement": "评判", "undetermined": "待定"}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One scored subject: its place on the form, what was aimed at and reached, 自评 beside 复算."""

    place: str
    name: str
    target: str
    actual: str
    weight: Decimal | None
    stated: Decimal | None
    score: Decimal | None
    basis: Basis

    @property
    def differs(self) -> bool:
        """Whether both scores are known and not equal."""
        return self.stated is not None and self.score is not None and self.stated != self.score


def report_rows(dossier: Dossier) -> tuple[ReportRow, ...]:
    """The rows in the order of the scorecard; none where nothing was scored."""
    if dossier.scorecard is None or dossier.evaluation is None:
        return ()
    rows = []
    for line in dossier.scorecard.lines:
        place, name, target, actual, stated = _printed(dossier.evaluation, line.subject)
        rows.append(ReportRow(place, name, target, actual, line.weight, stated, line.score, line.basis))
    return tuple(rows)


def number(value: Decimal | None) -> str:
    """A score as printed, — where there is none."""
    return "—" if value is None else format(value, "f")


def total_line(card: Scorecard) -> str:
    """自评合计、复算合计、区间、等级 in one line."""
    span = card.total_range
    opened = f"，区间 {number(span[0])}～{number(span[1])}" if span is not None and span[0] != span[1] else ""
    return f"自评合计 {number(card.stated_total)}，复算合计 {number(card.total)}{opened}，等级 {card.grade or '—'}"


def _printed(evaluation: Evaluation, subject: str) -> tuple[str, str, str, str, Decimal | None]:
    indicator = _indicator(evaluation, subject)
    if indicator is not None:
        place = str(int(subject.rpartition("/")[2]) + 1)
        return place, indicator.name or "（无名称）", indicator.target.raw or "", indicator.actual.raw or "", indicator.stated_score
    fund = _scored_fund(evaluation)
    if fund is None:
        return "", "预算执行", "", "", None
    base = fund.adjusted_budget or fund.initial_budget or fund.allotted
    spent = fund.disbursed
    return "", "预算执行", base.raw if base else "", spent.raw if spent else "", fund.stated_score


def _indicator(evaluation: Evaluation, subject: str) -> Indicator | None:
    kind, _, index = subject.removeprefix("/").partition("/")
    if kind != "indicators" or not index.isdecimal() or int(index) >= len(evaluation.indicators):
        return None
    return evaluation.indicators[int(index)]


def _scored_fund(evaluation: Evaluation) -> FundLine | None:
    scored = (fund for fund in evaluation.funds if fund.stated_score is not None)
    return next(scored, evaluation.funds[0] if evaluation.funds else None)
