"""What a report may say about a form: facts counted from its values and its scorecard. Nothing is guessed; what cannot be told has its own name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation, FundLine, Indicator
from jiheng.domain.scorecard import Scorecard, ScoreLine
from jiheng.domain.value import Money, Value
from jiheng.errors import RuleBookError
from jiheng.exporters.rows import report_rows
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import AmountName, RulePack
from jiheng.scoring.case import Case, Row
from jiheng.scoring.interpret import interpret
from jiheng.scoring.levels import heading_name
from jiheng.scoring.purse import AMOUNT_NAMES, CANDIDATES, total_index

Outcome = Literal["reached", "over", "under", "missed", "open", "money", "judged", "unfilled"]
"""``over`` more than the target, ``under`` less than a limit; ``open`` undetermined under the law; ``money`` the row that the money is scored by;
``judged`` values that do not compare by themselves; ``unfilled`` a target without an actual value."""
MONEY_BLOCK = "预算执行"
UNNAMED = "（无名称）"
NO_LEVEL = "未分级"


@dataclass(frozen=True, slots=True)
class RowFacts:
    """One indicator: how it came out, and its line of the scorecard where it has one."""

    index: int
    indicator: Indicator
    line: ScoreLine | None
    outcome: Outcome

    @property
    def name(self) -> str:
        """The indicator's name as printed, without line breaks."""
        return one_line(self.indicator.name) or UNNAMED

    @property
    def short(self) -> bool:
        """Whether a reason is due: the target was missed, or points were not given."""
        return self.outcome == "missed" or self._below(self.indicator.stated_score) or self._below(self.line.score if self.line else None)

    def _below(self, score: Decimal | None) -> bool:
        weight = self.line.weight if self.line and self.line.weight is not None else self.indicator.weight
        return score is not None and weight is not None and score < weight and not (self.line and self.line.excluded)


@dataclass(frozen=True, slots=True)
class Block:
    """A level-1 block (or the money line outside the indicators): its points, what was claimed, what the rules give at least and at most."""

    name: str
    rows: tuple[RowFacts, ...]
    weight: Decimal | None
    stated: Decimal | None
    low: Decimal | None
    high: Decimal | None
    open_lines: int

    @property
    def open(self) -> bool:
        """Whether a line of the block is undetermined."""
        return self.open_lines > 0

    def parts(self) -> tuple[tuple[str, tuple[RowFacts, ...]], ...]:
        """The rows by level 2, in the order in which the names come first."""
        found: dict[str, list[RowFacts]] = {}
        for row in self.rows:
            found.setdefault(one_line(row.indicator.level2).replace(" ", ""), []).append(row)
        return tuple((name, tuple(rows)) for name, rows in found.items())


class Facts:
    """The facts of one form; ``evaluation`` must have been read."""

    def __init__(self, dossier: Dossier, evaluation: Evaluation) -> None:
        self.dossier = dossier
        self.evaluation = evaluation
        self.card: Scorecard | None = dossier.scorecard

    @cached_property
    def rows(self) -> tuple[RowFacts, ...]:
        """Every indicator in reading order."""
        case = self.case
        found = []
        for index, indicator in enumerate(self.evaluation.indicators):
            line = self.card.line(f"/indicators/{index}") if self.card else None
            found.append(RowFacts(index, indicator, line, self._outcome(case.rows[index], line)))
        return tuple(found)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The money line where it is scored outside the indicators, then the level-1 blocks in the order of the form."""
        found = []
        money = self.money_line
        if money is not None and money.subject == "/funds":
            found.append(_block(MONEY_BLOCK, (), ((money, self.stated_money),), None))
        by_name: dict[str, list[RowFacts]] = {}
        for row in self.rows:
            by_name.setdefault(heading_name(row.indicator.level1) or NO_LEVEL, []).append(row)
        for name, rows in by_name.items():
            lines = tuple((row.line, row.indicator.stated_score) for row in rows)
            weights = [row.indicator.weight for row in rows if row.indicator.weight is not None]
            found.append(_block(name, tuple(rows), lines, sum(weights, Decimal(0)) if weights else None))
        return tuple(found)

    @cached_property
    def case(self) -> Case:
        """The form under the law that scored it; under the nearest one where none did, which then decides no direction."""
        on = self.dossier.on or load_rulebook().horizon
        return interpret(self.evaluation, self._law(on), on=on, fields=self.dossier.fields, waivers=self.dossier.waivers)

    @cached_property
    def money_line(self) -> ScoreLine | None:
        """The line of the scorecard that the money gets."""
        if self.card is None or self.case.money is None:
            return None
        return self.card.line(self.case.money.subject)

    @cached_property
    def stated_money(self) -> Decimal | None:
        """What the form claims for the money."""
        rows = report_rows(self.dossier)
        return next((row.stated for row, line in zip(rows, self.card.lines if self.card else (), strict=True) if line is self.money_line), None)

    @cached_property
    def base_name(self) -> AmountName | None:
        """The amount that the execution rate is taken of: the law's, else the first there is."""
        money = self.case.money if self.card else None
        if money is not None and money.base_name is not None:
            return money.base_name
        order: tuple[AmountName, ...] = ("adjusted_budget", *(name for name in CANDIDATES if name != "adjusted_budget"))
        return next((name for name in order if any(amount(line, name) for line in self.evaluation.funds)), None)

    @cached_property
    def total_fund(self) -> FundLine | None:
        """The line of all money; None where there is none, or where tiers stand side by side."""
        index = total_index(self.evaluation.funds)
        return None if index is None else self.evaluation.funds[index]

    def rate(self, line: FundLine) -> Fraction | None:
        """Spent ÷ base of a money line, exact; None where an amount is missing, unreadable or 0."""
        spent, base = amount(line, "disbursed"), amount(line, self.base_name) if self.base_name else None
        if spent is None or base is None or spent.yuan is None or not base.yuan:
            return None
        return Fraction(spent.yuan) / Fraction(base.yuan)

    @cached_property
    def undetermined(self) -> tuple[ScoreLine, ...]:
        """The lines that nobody can score from the form."""
        return tuple(line for line in (self.card.lines if self.card else ()) if line.score is None)

    def subject_name(self, subject: str) -> str:
        """The name of a scored subject."""
        index = subject.rpartition("/")[2]
        return self.rows[int(index)].name if index.isdecimal() and int(index) < len(self.rows) else MONEY_BLOCK

    def count(self, *outcomes: Outcome) -> int:
        """How many indicators came out so."""
        return sum(row.outcome in outcomes for row in self.rows)

    def _law(self, on: date) -> RulePack:
        rulebook = load_rulebook()
        if self.card is None:
            return rulebook.nearest(self.evaluation.template, on)
        try:
            return rulebook.pack(self.card.rulepack.id)
        except RuleBookError:
            return rulebook.nearest(self.evaluation.template, on)

    def _outcome(self, row: Row, line: ScoreLine | None) -> Outcome:
        if row.actual.kind == "absent" and row.target.kind != "absent":
            return "unfilled"
        if line is not None and line.method == "BINARY" and line.basis == "formula":
            return "reached" if line.score == line.weight else "missed"
        if line is not None and line.basis == "undetermined":
            return "open"
        if row.role != "indicator":
            return "money" if row.role == "money" else "judged"
        if row.target.date and row.actual.date and len(row.target.date) == len(row.actual.date):
            return "reached" if row.actual.date <= row.target.date else "missed"
        return self._compared(row)

    def _compared(self, row: Row) -> Outcome:
        if row.a is None or row.b is None or not row.comparable:
            return "judged"
        if row.a == row.b:
            return "reached"
        if self.card is None and row.direction_source != "printed":
            return "judged"
        if not row.met:
            return "missed"
        return "under" if row.operator in {"≤", "<"} else "over"


def amount(line: FundLine, name: AmountName) -> Money | None:
    """An amount cell of a money line by the law's name for it."""
    found = getattr(line, name)
    return found if isinstance(found, Money) else None


def amounts_of(evaluation: Evaluation) -> tuple[tuple[AmountName, str], ...]:
    """The amounts that the form prints or fills, with their names."""
    printed = evaluation.printed.amounts
    return tuple((name, label) for name, label in AMOUNT_NAMES.items() if name in printed or any(amount(line, name) for line in evaluation.funds))


def one_line(text: str | None) -> str:
    """A printed text on one line."""
    return " ".join((text or "").split())


def said(value: Value) -> str:
    """A value cell as printed; 未填 where it is blank."""
    return one_line(value.raw) or ABSENT


def points(number: Decimal | None) -> str:
    """Points as they stand; 未填 where there are none."""
    return ABSENT if number is None else f"{number:f}"


ABSENT = "未填"


def _block(name: str, rows: tuple[RowFacts, ...], lines: Iterable[tuple[ScoreLine | None, Decimal | None]], printed: Decimal | None) -> Block:
    """A block from its lines and what the form claims for each; points of lines that were waived out count no more."""
    pairs = tuple(lines)
    scored = [line for line, _ in pairs if line is not None]
    stated = [score for _, score in pairs if score is not None]
    block = Block(name, rows, printed, sum(stated, Decimal(0)) if stated else None, None, None, sum(line.score is None for line in scored))
    if not scored or any(line.weight is None and not line.excluded for line in scored):
        return block
    low = sum((line.score if line.score is not None else line.low or Decimal(0) for line in scored), Decimal(0))
    high = sum((line.score if line.score is not None else line.high or Decimal(0) for line in scored), Decimal(0))
    return replace(block, weight=sum((line.weight or Decimal(0) for line in scored if not line.excluded), Decimal(0)), low=low, high=high)
