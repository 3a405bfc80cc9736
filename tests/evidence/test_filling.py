"""A form filled from its ledgers: what they prove is filled as the form would print it, everything else stays blank and says why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import case_of, form, fund, row
from jiheng import importers, pipeline
from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation, Indicator, Narrative, Printed
from jiheng.domain.gaps import is_mark, mark
from jiheng.domain.value import ABSENT
from jiheng.domain.valuetext import parse_value
from jiheng.evidence.filling import Asked, Filling, fill
from jiheng.evidence.money import project_money
from jiheng.evidence.project import measure_bound, opened
from jiheng.evidence.records import Records
from jiheng.exporters.layout.form import form_layout
from jiheng.exporters.layout.gaps import with_gaps
from jiheng.exporters.writers import docx, txt, xlsx
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.ledgers import Binding, Bindings, Ledger, Service
from measured_ledgers import records

BOOK = load_rulebook()
PROJECT = Path(__file__).resolve().parents[2] / "examples" / "云汀市" / "口岸与商贸发展项目"
COLUMNS = frozenset({"name", "target", "actual", "weight", "score", "reason"})
PRINTED = Printed(
    columns=COLUMNS, fields=frozenset({"/goal/actual", "/goal/achieved", "/narrative/problems"}), amounts=frozenset({"allotted", "disbursed"})
)
Rows = Sequence[Mapping[str, Any]]


def declared(*numbers: str) -> list[dict[str, str]]:
    return [{"month": f"2023-{at:02d}", "port": "甲港", "declarations": number} for at, number in enumerate(numbers, start=1)]


def bound(*rows: Indicator, sheets: Mapping[str, tuple[str, Rows]], overwrite: bool = False, items: Iterable[str] = (), **more: Any) -> Any:
    """A form filled; ``sheets`` gives each row's ledger and records by the row's name, ``more`` fields of the form and the binding ``extra``."""
    extra = more.pop("extra", {})
    bindings = Bindings("示例项目", 2023, tuple(Binding(name, ledger, **extra.get(name, {})) for name, (ledger, _) in sheets.items()))

    def read(ledger: Ledger, one: Binding) -> Records:
        return records(ledger, sheets[one.subject][1])

    fields: dict[str, Any] = {"fiscal_year": 2023, "printed": PRINTED, **more}
    case = case_of(form(*rows, **fields))

    def measured(asked: Any) -> Any:
        return measure_bound(asked, bindings, BOOK.ledgers, read)

    money = project_money(case, bindings, BOOK.ledgers, read, date(2023, 12, 31))
    return fill(case, measured, Asked(overwrite, money, tuple(items)))


def filled_one(target: str, numbers: Sequence[str], actual: str | None = None, stated: str | None = None, **more: Any) -> Any:
    return bound(row(target, actual, stated=stated, name="申报量"), sheets={"申报量": ("monthly-declarations", declared(*numbers))}, **more)


EVEN = ["60675"] * 12


@pytest.mark.parametrize(
    ("target", "numbers", "printed"),
    [
        ("70万票", EVEN, "72.81万票"),
        ("700000票", EVEN, "728100票"),
        ("70万票", ["60675"] * 11 + ["60676"], "728101票"),
        ("0.1234亿票", ["1"] * 12, "12票"),
        ("≥70", EVEN, "728100票"),
    ],
)
def test_a_value_is_printed_in_the_unit_of_the_target_or_whole(target: str, numbers: Sequence[str], printed: str) -> None:
    found = filled_one(target, numbers)
    assert found.evaluation.indicators[0].actual.raw == printed
    assert found.filled[0][:4] == ("/indicators/0/actual", "申报量", None, printed)


@pytest.mark.parametrize(("amount", "printed"), [("217000000", "2.17亿元"), ("209250000", "2.09亿元")])
def test_money_is_rounded_to_the_places_of_a_form(amount: str, printed: str) -> None:
    rows = [
        {"month": f"2023-{month:02d}", "mode": "9610", "direction": "出", "orders": "1", "amount": amount if month == 1 else "0"}
        for month in range(1, 13)
    ]
    found = bound(row("1亿元", None, name="交易额"), sheets={"交易额": ("platform-trade", rows)})
    assert found.evaluation.indicators[0].actual.raw == printed


def test_the_score_is_what_the_rules_give() -> None:
    found = filled_one("80万票", EVEN)
    assert found.evaluation.indicators[0].stated_score == Decimal("9.10")
    assert found.evaluation.stated_totals.score == Decimal("9.10")


def test_a_row_below_its_target_asks_for_a_reason() -> None:
    found = filled_one("80万票", EVEN)
    assert found.evaluation.indicators[0].reason == mark("未达标原因")
    assert ("/indicators/0/reason", "申报量", "没有达到目标，由人说明原因") in found.gaps


REGISTER = [{"credit_code": "1", "name": "甲", "registered_on": "2022-01-01"}, {"credit_code": "2", "name": "乙", "registered_on": "2023-02-01"}]


@pytest.mark.parametrize(
    ("ledger", "rows", "extra", "why"),
    [
        ("monthly-declarations", declared(*["1"] * 11), {}, "台账有缺口：甲港 2023-12"),
        ("monthly-declarations", [], {}, "台账有缺口"),
        ("enterprise-register", REGISTER, {}, "口径未定"),
        ("passenger-transfers", [], {"service": Service(active_to="2022-12-31")}, "业务未发生"),
        ("monthly-declarations", declared(*EVEN), {"judgement": True}, "由人评判"),
    ],
)
def test_what_is_not_proved_stays_blank_and_says_why(ledger: str, rows: Rows, extra: dict[str, Any], why: str) -> None:
    found = bound(row("100", None, name="甲"), sheets={"甲": (ledger, rows)}, extra={"甲": extra})
    cell = found.evaluation.indicators[0].actual
    assert cell.number is None
    assert is_mark(cell.raw or "")
    assert not any(char.isdigit() for char in cell.raw or "")
    assert found.evaluation.indicators[0].stated_score is None
    assert why in next(gap.why for gap in found.gaps if gap.subject == "/indicators/0/actual")
    assert not found.filled


def test_a_unit_that_cannot_be_compared_is_never_filled() -> None:
    found = bound(row("100人", None, name="甲"), sheets={"甲": ("monthly-declarations", declared(*EVEN))})
    assert found.evaluation.indicators[0].actual.number is None
    assert not found.filled


def test_a_row_without_a_ledger_is_left_to_its_author() -> None:
    found = bound(row("100人", None, name="甲"), row("70万票", None, name="申报量"), sheets={"申报量": ("monthly-declarations", declared(*EVEN))})
    assert ("/indicators/0/actual", "甲", "没有绑定台账") in found.gaps
    assert found.evaluation.stated_totals.score is None


def test_a_typed_value_that_differs_is_kept_and_listed_with_that_of_the_ledger() -> None:
    found = filled_one("80万票", EVEN, actual="81.00万票", stated="10")
    assert (found.evaluation.indicators[0].actual.raw, found.evaluation.indicators[0].stated_score) == ("81.00万票", 10)
    assert [one[:4] for one in found.kept] == [("/indicators/0/actual", "申报量", "81.00万票", "72.81万票")]
    assert [one.subject for one in found.filled] == ["/stated_totals/score"]


def test_a_typed_value_gives_way_when_asked_and_so_does_its_score() -> None:
    found = filled_one("80万票", EVEN, actual="81.00万票", stated="10", overwrite=True)
    assert [one[:4] for one in found.filled][:2] == [
        ("/indicators/0/actual", "申报量", "81.00万票", "72.81万票"),
        ("/indicators/0/stated_score", "申报量", "10", "9.10"),
    ]
    assert found.kept == ()


@pytest.mark.parametrize("actual", ["72.81万票", "73万票", "728100票"])
def test_a_typed_value_that_agrees_at_its_places_is_no_event(actual: str) -> None:
    found = filled_one("70万票", EVEN, actual=actual, stated="10", overwrite=True)
    assert [one.subject for one in found.filled] == ["/stated_totals/score"]
    assert found.kept == ()


def test_filling_twice_changes_nothing() -> None:
    once = filled_one("80万票", EVEN)
    first = once.evaluation.indicators[0]
    again = bound(
        first, sheets={"申报量": ("monthly-declarations", declared(*EVEN))}, stated_totals=once.evaluation.stated_totals, goal=once.evaluation.goal
    )
    assert again.evaluation.indicators == once.evaluation.indicators
    assert (again.filled, again.kept) == ((), ())


def test_marks_of_an_earlier_filling_are_blanks() -> None:
    found = filled_one("70万票", EVEN, actual=mark("实际完成值（台账有缺口）"))
    assert found.evaluation.indicators[0].actual.raw == "72.81万票"
    assert found.filled[0].before is None


def test_goals_and_texts_are_marked() -> None:
    found = filled_one("70万票", EVEN, narrative=Narrative())
    assert found.evaluation.goal.actual == mark("年度总体目标实际完成情况")
    assert found.evaluation.narrative.problems == mark("存在的问题")
    assert "/goal/achieved" in {gap.subject for gap in found.gaps}


PAYMENTS = [
    {"doc_no": "1", "kind": "下达", "date": "2023-02-01", "amount": "1000.00", "tier": "市本级"},
    {"doc_no": "2", "kind": "支付", "date": "2023-05-01", "amount": "945.50", "tier": "市本级"},
]
CLOSED = {"/funds": {"closed": "决算批复"}}


def test_the_money_block_takes_the_amounts_of_its_ledger() -> None:
    found = bound(funds=(fund("年度资金总额", initial="1000.00"),), sheets={"/funds": ("budget-payments", PAYMENTS)}, extra=CLOSED)
    (line,) = found.evaluation.funds
    assert (line.allotted and line.allotted.yuan, line.disbursed and line.disbursed.raw) == (Decimal(10_000_000), "945.50")


def test_a_tier_of_the_form_takes_its_own_amounts() -> None:
    rows = [*PAYMENTS, {"doc_no": "3", "kind": "下达", "date": "2023-02-01", "amount": "50", "tier": "转移支付至下级"}]
    found = bound(
        funds=(fund("合计", initial="1000.00"),),
        sheets={"/funds": ("budget-payments", rows)},
        extra=CLOSED,
        items=("市本级", "转移支付至下级"),
    )
    assert [(line.item, line.allotted and line.allotted.raw) for line in found.evaluation.funds] == [
        ("市本级", "1000.00"),
        ("转移支付至下级", "50.00"),
    ]


def test_an_amount_in_yuan_stays_in_the_unit_of_the_form() -> None:
    found = bound(funds=(fund("合计"),), sheets={"/funds": ("budget-payments", PAYMENTS)}, extra=CLOSED, money_unit="元")
    assert found.evaluation.funds[0].disbursed is not None
    assert (found.evaluation.funds[0].disbursed.raw, found.evaluation.funds[0].disbursed.yuan) == ("9455000.00", Decimal(9_455_000))


def test_a_money_ledger_that_nobody_closed_fills_nothing() -> None:
    found = bound(funds=(fund("合计", initial="1000.00"),), sheets={"/funds": ("budget-payments", PAYMENTS)})
    assert found.evaluation.funds[0].disbursed is None
    assert any(gap.subject == "/funds" and "结账" in gap.why for gap in found.gaps)


@pytest.mark.parametrize(
    ("typed", "overwrite", "left", "kept"),
    [("90%", True, "94.55%", []), ("90%", False, "90%", ["94.55%"]), ("94.6%", True, "94.6%", []), ("95%", True, "95%", [])],
)
def test_a_typed_execution_rate_is_held_against_the_money_at_its_own_places(typed: str, overwrite: bool, left: str, kept: list[str]) -> None:
    printed = replace(PRINTED, amounts=PRINTED.amounts | {"rate"})
    line = replace(fund("合计", allotted="1000.00", spent="945.50"), adjusted_budget=fund("合计", allotted="1000.00").allotted, stated_rate=typed)
    found = bound(funds=(line,), printed=printed, sheets={"/funds": ("budget-payments", PAYMENTS)}, extra=CLOSED, overwrite=overwrite)
    assert found.evaluation.funds[0].stated_rate == left
    assert [one.other for one in found.kept if one.subject.endswith("stated_rate")] == kept


def test_a_typed_amount_is_kept_and_listed() -> None:
    found = bound(funds=(fund("合计", allotted="1000.00", spent="999.00"),), sheets={"/funds": ("budget-payments", PAYMENTS)}, extra=CLOSED)
    assert [(one.typed, one.other) for one in found.kept] == [("999.00", "945.50")]


@given(st.lists(st.integers(0, 10**6), min_size=12, max_size=12), st.sampled_from(["1票", "70万票", "3千票", "0.5亿票"]))
def test_what_is_filled_is_what_the_ledger_says_when_asked_again(numbers: list[int], target: str) -> None:
    found = filled_one(target, [str(number) for number in numbers])
    assert found.measurements[0].outcome == "equal"
    assert found.evaluation.indicators[0].actual.number == sum(numbers)


@cache
def city() -> tuple[Dossier, Evaluation]:
    """The form of the worked city as printed, and the same form blank."""
    (dossier,) = pipeline.appraise((PROJECT / "自评表.txt").read_bytes(), "自评表.txt", rulebook=BOOK)
    printed = dossier.evaluation
    assert printed is not None
    rows = tuple(
        replace(one, actual=parse_value("/") if one.actual.raw == "/" else ABSENT, stated_score=None, reason=None) for one in printed.indicators
    )
    funds = tuple(replace(line, allotted=None, disbursed=None) for line in printed.funds)
    blank = replace(printed, indicators=rows, funds=funds, stated_totals=replace(printed.stated_totals, score=None), narrative=Narrative())
    return dossier, replace(blank, goal=replace(printed.goal, achieved=None))


@cache
def city_filled() -> Filling:
    dossier, blank = city()
    case = pipeline.case_of(replace(dossier, evaluation=blank), BOOK)
    assert case is not None
    bindings, read = opened(case, PROJECT / "台账", BOOK.ledgers)
    money = project_money(case, bindings, BOOK.ledgers, read, date(2023, 12, 31))
    return fill(case, lambda asked: measure_bound(asked, bindings, BOOK.ledgers, read), Asked(money=money, items=("市本级", "转移支付至下级")))


UNPROVED = {5, 9, 11}
BY_PEOPLE = {1, 15}


def test_the_blank_form_of_the_city_gets_back_the_figures_it_printed() -> None:
    printed, found = city()[0].evaluation, city_filled().evaluation
    assert printed is not None
    rows = [at for at in range(20) if at not in UNPROVED]
    values = {at: (printed.indicators[at].actual.raw or "").lstrip("≥") for at in rows}
    assert {at: found.indicators[at].actual.raw for at in rows} == values
    assert [(line.item, line.allotted, line.disbursed) for line in found.funds] == [
        (line.item, line.allotted, line.disbursed) for line in printed.funds
    ]
    scores = {at: printed.indicators[at].stated_score for at in rows if at not in BY_PEOPLE}
    assert {at: found.indicators[at].stated_score for at in scores} == scores


def test_what_the_city_cannot_prove_waits_for_a_person() -> None:
    found = city_filled()
    assert {int(gap.subject.split("/")[2]) for gap in found.gaps if gap.subject.endswith("/actual") and "indicators" in gap.subject} == UNPROVED
    assert {int(gap.subject.split("/")[2]) for gap in found.gaps if gap.subject.endswith("stated_score")} == UNPROVED | BY_PEOPLE
    assert found.evaluation.stated_totals.score is None
    assert found.kept == ()


@pytest.mark.parametrize(("writer", "ending"), [(txt, "txt"), (docx, "docx"), (xlsx, "xlsx")])
def test_the_filled_form_read_back_is_clean_where_the_ledgers_are_complete(writer: Any, ending: str) -> None:
    filling = city_filled()
    paper = with_gaps(form_layout(BOOK.forms["jiangmen-2023"], filling.evaluation), [gap.subject for gap in filling.gaps])
    (read,) = pipeline.appraise(writer.write(paper), f"自评表.{ending}", rulebook=BOOK)
    dossier = pipeline.measured(read, PROJECT / "台账", BOOK)
    assert dossier.evaluation is not None
    assert [one.actual.raw for one in dossier.evaluation.indicators] == [one.actual.raw for one in filling.evaluation.indicators]
    assert [one.stated_score for one in dossier.evaluation.indicators] == [one.stated_score for one in filling.evaluation.indicators]
    waiting = {gap.subject.rpartition("/")[0] for gap in filling.gaps}
    wrong = [one for one in dossier.findings if one.code.startswith(("ledger.", "score.", "actual."))]
    assert {f"/indicators/{one.subject.split('/')[2]}" for one in wrong} <= waiting
    assert dossier.scorecard is not None
    assert dossier.scorecard.total_range == (Decimal("74.82"), Decimal("99.82"))


def test_the_mark_of_a_gap_is_read_back_as_a_blank_score() -> None:
    (one,) = importers.recognise(importers.read(txt.write(_marked_paper()), "表.txt"), BOOK.labels)
    found = importers.parse(one).evaluation
    assert [row.stated_score for row in found.indicators][4:6] == [Decimal("4.00"), None]
    assert found.printed.group_scores == ()


def _marked_paper() -> Any:
    filling = city_filled()
    return with_gaps(form_layout(BOOK.forms["jiangmen-2023"], filling.evaluation), [gap.subject for gap in filling.gaps])
