"""A form filled from its ledgers: measured values, amounts, rates and scores; what only a person can say stays blank and marked.

Nothing is filled that the ledgers do not prove: every value is put in, measured again as the form would print it, and taken out if ledger and
form do not then agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from jiheng.domain.evaluation import Evaluation, FundLine, Indicator
from jiheng.domain.gaps import mark
from jiheng.domain.measured import OUTCOME_NAMES, Measurement
from jiheng.domain.monitored import MoneyHistory
from jiheng.domain.quantity import plain
from jiheng.domain.value import ABSENT
from jiheng.domain.valuetext import parse_value
from jiheng.evidence.comparing import differ, stated_value
from jiheng.evidence.filled_money import CELL_NAMES, amount_at, amounts_for, lines_for, with_amount
from jiheng.evidence.filled_values import is_open, printed
from jiheng.scoring.case import Case, Row
from jiheng.scoring.interpret import interpret
from jiheng.scoring.rounding import to_places
from jiheng.scoring.score import score

Measured = Callable[[Case], Sequence[Measurement]]
"""Measures a form anew."""
PROVED = frozenset({"equal", "undetermined"})
NARRATIVE = {"performance": "资金使用绩效", "problems": "存在的问题", "improvements": "改进意见", "expiring_funds": "到期资金"}


class Filled(NamedTuple):
    """A cell that was filled: ``before`` is None where it was blank; ``why`` says from what."""

    subject: str
    name: str
    before: str | None
    after: str
    why: str


class Kept(NamedTuple):
    """A cell that was typed and left alone: what it says, what the ledger or the rules say, why the two are not one."""

    subject: str
    name: str
    typed: str
    other: str
    why: str


class Gap(NamedTuple):
    """A cell left for a person, and why."""

    subject: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Filling:
    """The filled form, the measurements that prove it, and what was done cell by cell."""

    evaluation: Evaluation
    measurements: tuple[Measurement, ...]
    filled: tuple[Filled, ...]
    kept: tuple[Kept, ...]
    gaps: tuple[Gap, ...]


class Asked(NamedTuple):
    """What is asked: whether typed values that differ give way, the project's money, the money lines of the form's drawing."""

    overwrite: bool = False
    money: MoneyHistory | None = None
    items: tuple[str, ...] = ()


def fill(case: Case, measure: Measured, asked: Asked) -> Filling:
    """The form with everything in it that its ledgers prove.

    Args:
        case: the form under its law, blank or filled.
        measure: gives the measurements of a case; called three times.
        asked: what is wanted.
    """
    first = {one.subject: one for one in measure(case)}
    work = _Work(case, asked)
    work.propose(first)
    again = {one.subject: one for one in measure(work.proposed())}
    work.settle(again)
    work.settle_money(again)
    work.score()
    work.mark(again)
    done = work.case_of(work.evaluation)
    return Filling(work.evaluation, tuple(measure(done)), tuple(work.filled), tuple(work.kept), tuple(work.gaps))


class _Work:
    """A form being filled."""

    def __init__(self, case: Case, asked: Asked) -> None:
        self.case, self.asked = case, asked
        self.evaluation = case.evaluation
        self.filled: list[Filled] = []
        self.kept: list[Kept] = []
        self.gaps: list[Gap] = []
        self._texts: dict[str, str] = {}
        self._typed: dict[str, str] = {}

    def case_of(self, evaluation: Evaluation) -> Case:
        """The form as it stands, under the same law."""
        return interpret(evaluation, self.case.law, on=self.case.on, waivers=self.case.waivers, source_name=self.case.source_name)

    def propose(self, found: dict[str, Measurement]) -> None:
        """What each measured row would print."""
        for row in self.case.rows:
            one = found.get(row.subject)
            if one is None or one.outcome in {"judgement", "equal"} or _speaks_by_score(row) or _says_so(row, one):
                continue
            text = printed(one, row)
            if text is None:
                continue
            if _open_cell(row) or self.asked.overwrite:
                self._texts[row.subject] = text
            elif one.outcome == "differs" or row.actual.number is None:
                self._typed[row.subject] = text

    def proposed(self) -> Case:
        """The form with every proposal in it, the money and the scores too."""
        evaluation = replace(self.evaluation, funds=self._funds() or self.evaluation.funds)
        rows = [self._with(row, self._texts.get(row.subject)) for row in self.case.rows]
        evaluation = replace(evaluation, indicators=tuple(rows))
        return self.case_of(_with_scores(self.case_of(evaluation), overwrite=self.asked.overwrite)[0])

    def _with(self, row: Row, text: str | None) -> Indicator:
        return row.indicator if text is None else replace(row.indicator, actual=parse_value(text))

    def settle(self, found: dict[str, Measurement]) -> None:
        """Keep what the ledger proves, now that the form says it; say why the rest stays blank."""
        rows: list[Indicator] = []
        for row in self.case.rows:
            one, text = found.get(row.subject), self._texts.get(row.subject)
            name = row.indicator.name or row.label
            if one is not None and text is not None and one.outcome in PROVED:
                before = None if _open_cell(row) else row.actual.raw
                if before != text:
                    self.filled.append(Filled(f"{row.subject}/actual", name, before, text, _from(one)))
                rows.append(replace(row.indicator, actual=parse_value(text)))
                continue
            rows.append(row.indicator)
            typed = row.actual.raw or ""
            if row.subject in self._typed:
                self.kept.append(Kept(f"{row.subject}/actual", name, typed, self._typed[row.subject], "与台账不一致，没有改动"))
            elif not _open_cell(row) and one is not None and one.outcome not in {*PROVED, "judgement"} and not _speaks_by_score(row):
                self.kept.append(Kept(f"{row.subject}/actual", name, typed, "—", _reason(one)))
        self.evaluation = replace(self.evaluation, indicators=tuple(rows))

    def settle_money(self, found: dict[str, Measurement]) -> None:
        """Fill the money block where its ledger is complete and its readings agree."""
        money = self.asked.money
        if money is None:
            return
        flows = [one for one in found.values() if one.subject.startswith("/funds") or self._is_money(one.subject)]
        bad = next((_money_reason(one) for one in flows if _money_reason(one)), "") or "；".join(money.unread)
        lines = lines_for(self.evaluation, money, self.asked.items)
        if bad:
            blank = [cell for line in lines for cell in ("allotted", "disbursed") if amount_at(line, cell) is None]
            self.gaps += [Gap("/funds", "资金情况", bad)] if blank else []
            return
        for amount in amounts_for(lines, self.evaluation, money):
            line = lines[amount.line]
            before = amount_at(line, amount.cell)
            after = with_amount(lines, amount, self.evaluation)
            new = amount_at(after[amount.line], amount.cell)
            subject, name = f"/funds/{amount.line}/{amount.cell}", f"{line.item}{CELL_NAMES[amount.cell]}"
            if before is not None and new is not None and before.yuan == new.yuan:
                continue
            if before is not None and not self.asked.overwrite:
                self.kept.append(Kept(subject, name, before.raw, amount.text, "与资金台账不一致，没有改动"))
                continue
            self.filled.append(Filled(subject, name, before.raw if before is not None else None, amount.text, f"资金台账，采用 {money.rows_used} 行"))
            lines = after
        self.evaluation = replace(self.evaluation, funds=lines)

    def _funds(self) -> tuple[FundLine, ...]:
        money = self.asked.money
        if money is None:
            return ()
        lines = lines_for(self.evaluation, money, self.asked.items)
        for amount in amounts_for(lines, self.evaluation, money):
            if self.asked.overwrite or amount_at(lines[amount.line], amount.cell) is None:
                lines = with_amount(lines, amount, self.evaluation)
        return lines

    def _is_money(self, subject: str) -> bool:
        return any(row.subject == subject and row.role == "money" for row in self.case.rows)

    def score(self) -> None:
        """Rates and scores by the rules; the total where every row has its score."""
        self.evaluation, filled, kept = _with_scores(self.case_of(self.evaluation), overwrite=self.asked.overwrite)
        self.filled += filled
        self.kept += kept

    def mark(self, found: dict[str, Measurement]) -> None:
        """Say what is left for a person, in the cells that can hold it and in the list."""
        case = self.case_of(self.evaluation)
        printed_columns, printed_fields = self.evaluation.printed.columns, self.evaluation.printed.fields
        rows = [self._marked(row, found.get(row.subject), printed_columns) for row in case.rows]
        lines = {line.subject: line for line in score(case).lines}
        for row in case.rows:
            if row.indicator.stated_score is None and "score" in printed_columns and row.subject in lines:
                told = "没有完成值，不能计算" if row.role == "indicator" and is_open(row.actual.raw) else "由人评分"
                self.gaps.append(Gap(f"{row.subject}/stated_score", row.indicator.name or row.label, told))
        goal, narrative = self.evaluation.goal, self.evaluation.narrative
        if "/goal/actual" in printed_fields and is_open(goal.actual):
            goal = replace(goal, actual=mark("年度总体目标实际完成情况"))
            self.gaps.append(Gap("/goal/actual", "年度总体目标实际完成情况", "由人填写"))
        if "/goal/achieved" in printed_fields and goal.achieved is None:
            self.gaps.append(Gap("/goal/achieved", "是否如期实现总体目标", "由人判断"))
        for name, title in NARRATIVE.items():
            if f"/narrative/{name}" in printed_fields and is_open(getattr(narrative, name)):
                narrative = replace(narrative, **{name: mark(title)})
                self.gaps.append(Gap(f"/narrative/{name}", title, "由人填写"))
        if self.evaluation.stated_totals.score is None:
            self.gaps.append(Gap("/stated_totals/score", "总分", "各行得分齐全后再填"))
        self.evaluation = replace(self.evaluation, indicators=tuple(rows), goal=goal, narrative=narrative)

    def _marked(self, row: Row, found: Measurement | None, columns: frozenset[str]) -> Indicator:
        indicator, name = row.indicator, row.indicator.name or row.label
        if "actual" in columns and is_open(indicator.actual.raw) and not _speaks_by_score(row):
            why = "没有绑定台账" if found is None else _reason(found)
            self.gaps.append(Gap(f"{row.subject}/actual", name, why))
            indicator = replace(indicator, actual=parse_value(mark(f"实际完成值（{_short_reason(found)}）")))
        if "reason" in columns and row.met is False and is_open(indicator.reason):
            self.gaps.append(Gap(f"{row.subject}/reason", name, "没有达到目标，由人说明原因"))
            indicator = replace(indicator, reason=mark("未达标原因"))
        return indicator


def _with_scores(case: Case, *, overwrite: bool) -> tuple[Evaluation, list[Filled], list[Kept]]:
    """The form with its execution rate, the scores that the rules compute, and their total."""
    evaluation, card, money = case.evaluation, score(case), case.money
    filled: list[Filled] = []
    kept: list[Kept] = []

    def put(subject: str, name: str, before: Decimal | None, after: Decimal) -> Decimal:
        if before == after:
            return before
        if before is not None and not overwrite:
            kept.append(Kept(subject, name, plain(before), f"{after:f}", "与复算不一致，没有改动"))
            return before
        filled.append(Filled(subject, name, None if before is None else plain(before), f"{after:f}", f"按“{case.law.title}”复算"))
        return after

    known = money is not None and bool(money.base) and money.spent is not None
    rows, funds = list(evaluation.indicators), list(evaluation.funds)
    for line in card.lines:
        by_money = line.subject == "/funds" or (money is not None and line.subject == money.subject)
        if line.basis != "formula" or line.score is None or line.excluded or (by_money and not known):
            continue
        if line.subject == "/funds":
            at = money.fund_index if money is not None and money.fund_index is not None else 0
            if funds and "score" in evaluation.printed.amounts:
                funds[at] = replace(funds[at], stated_score=put(f"/funds/{at}/stated_score", "预算执行得分", funds[at].stated_score, line.score))
        elif "score" in evaluation.printed.columns:
            at = int(line.subject.rpartition("/")[2])
            rows[at] = replace(rows[at], stated_score=put(f"{line.subject}/stated_score", rows[at].name or "", rows[at].stated_score, line.score))
    _rates(case, funds, filled, kept, overwrite=overwrite)
    evaluation = replace(evaluation, indicators=tuple(rows), funds=tuple(funds))
    return _with_total(case, {line.subject for line in card.lines}, evaluation, put), filled, kept


def _rates(case: Case, funds: list[FundLine], filled: list[Filled], kept: list[Kept], *, overwrite: bool) -> None:
    """The execution rate, where the form has a cell for it; one that agrees at its own places stays as it is printed."""
    money = case.money
    if money is None or not money.base or money.spent is None or money.fund_index is None or "rate" not in case.evaluation.printed.amounts:
        return
    line, exact = funds[money.fund_index], Fraction(money.spent) * 100 / Fraction(money.base)
    said = stated_value(parse_value(line.stated_rate), "%") if line.stated_rate else None
    if said is not None and to_places(exact, said.places) == said.number:
        return
    subject, text = f"/funds/{money.fund_index}/stated_rate", f"{to_places(exact, 2):f}%"
    if line.stated_rate is not None and not overwrite:
        kept.append(Kept(subject, "预算执行率", line.stated_rate, text, "与复算不一致，没有改动"))
        return
    filled.append(Filled(subject, "预算执行率", line.stated_rate, text, "实际支出除以预算"))
    funds[money.fund_index] = replace(line, stated_rate=text)


def _with_total(case: Case, subjects: set[str], evaluation: Evaluation, put: Callable[[str, str, Decimal | None, Decimal], Decimal]) -> Evaluation:
    """The total, once every scored row has its score."""
    scores = [row.stated_score for row in evaluation.indicators]
    missing = [at for at, one in enumerate(scores) if one is None and f"/indicators/{at}" in subjects]
    card = score(interpret(evaluation, case.law, on=case.on, waivers=case.waivers))
    if missing or card.total is None or any(line.score is None for line in card.lines):
        return evaluation
    totals = evaluation.stated_totals
    return replace(evaluation, stated_totals=replace(totals, score=put("/stated_totals/score", "总分", totals.score, card.total)))


def _open_cell(row: Row) -> bool:
    return row.actual.kind == ABSENT.kind or is_open(row.actual.raw)


def _says_so(row: Row, found: Measurement) -> bool:
    """Whether the cell already says what the ledger does (its growth may still be open)."""
    return not _open_cell(row) and found.shown is not None and found.shown == found.stated


def _speaks_by_score(row: Row) -> bool:
    """A money row without a target of its own: the form prints a slash, and the score alone says how the money went."""
    return row.role == "money" and row.target.number is None


def _from(found: Measurement) -> str:
    used = f"采用 {found.rows_used} 行" + (f"，未计 {sum(one.rows for one in found.left_out)} 行" if found.left_out else "")
    level = "；水平可证，增长不可证" if found.outcome == "undetermined" else ""
    return f"{found.title}，{found.measures[0].title}，{used}{level}"


def _reason(found: Measurement) -> str:
    """Why a row is not filled, in full."""
    told = OUTCOME_NAMES[found.outcome]
    if found.outcome == "definition-missing":
        return f"{told}：{'；'.join(one.title for one in found.measures)}，没有认定哪一种"
    if found.gaps:
        return f"{OUTCOME_NAMES['incomplete']}：{'、'.join(found.gaps)}"
    if found.outcome in {"vacuous", "unreadable"} and found.notes:
        return f"{told}：{'；'.join(note.rstrip('。') for note in found.notes)}"
    return told


def _short_reason(found: Measurement | None) -> str:
    """The same in words that hold no number, for a cell of the form."""
    return "没有台账" if found is None else OUTCOME_NAMES["incomplete"] if found.gaps else OUTCOME_NAMES[found.outcome]


def _money_reason(found: Measurement) -> str:
    """Why the money block cannot be filled; empty where it can."""
    if found.gaps or found.outcome in {"incomplete", "definition-missing", "vacuous"}:
        return _reason(found)
    if found.approved is None and differ(found.measures, None):
        return f"{OUTCOME_NAMES['definition-missing']}：{'；'.join(one.title for one in found.measures)}"
    return ""
