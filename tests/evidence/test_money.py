"""The money ledger as a history: what was planned, changed by documents, allotted and paid, to the cent on any day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.domain.monitored import Paid
from jiheng.evidence.money import money_history
from jiheng.exporters.monitored import money_lines
from jiheng.rulebook.ledgers import Binding
from measured_ledgers import ledger, records

PLAN = Decimal("2903.24")
BINDING = Binding("/funds", "budget-payments", closed="决算批复")
Line = tuple[str, str, str, dict[str, Any]]


def line(kind: str, day: str, amount: str, **more: Any) -> Line:
    return kind, day, amount, more


ALLOTTED = (
    line("下达", "2023-02-10", "2903.24", document="甲财〔2023〕1号"),
    line("追加", "2023-06-20", "758.00", document="甲财〔2023〕2号"),
    line("追加", "2023-09-25", "501.13", document="甲财〔2023〕3号"),
)
PAID = (
    line("支付", "2023-03-30", "612.40"),
    line("支付", "2023-06-30", "1088.75"),
    line("支付", "2023-09-28", "940.33"),
    line("支付", "2023-12-29", "1508.40"),
)
LEFT_OUT = (
    line("支付", "2023-05-08", "20.00", state="已冲销"),
    line("退回", "2023-05-19", "20.00", state="已冲销"),
    line("支付", "2024-01-08", "35.60"),
)


def history(*lines: Line, on: str = "2023-12-31", planned: Decimal | None = PLAN) -> Any:
    rows = [{"doc_no": f"z{at:03d}", "kind": kind, "date": day, "amount": amount, **more} for at, (kind, day, amount, more) in enumerate(lines)]
    return money_history(records(ledger("budget-payments"), rows), date.fromisoformat(on), binding=BINDING, planned=planned)


def test_the_year_adds_up_to_the_printed_figures() -> None:
    found = history(*ALLOTTED, *PAID, *LEFT_OUT)
    assert (found.allotted, found.paid) == (Decimal("4162.37"), Decimal("4149.88"))
    assert found.rate == Fraction(414988, 416237) * 100
    assert (found.explained, found.unexplained) == (Decimal("1259.13"), 0)
    assert {one.code: one.rows for one in found.left_out} == {"out-of-year": 1, "reversed": 2}
    assert found.rows_used == 7


@pytest.mark.parametrize(
    ("on", "allotted", "paid"),
    [
        ("2023-02-09", "0", "0"),
        ("2023-03-31", "2903.24", "612.40"),
        ("2023-06-29", "3661.24", "612.40"),
        ("2023-06-30", "3661.24", "1701.15"),
        ("2023-09-28", "4162.37", "2641.48"),
    ],
)
def test_any_day_has_its_own_state(on: str, allotted: str, paid: str) -> None:
    found = history(*ALLOTTED, *PAID, on=on)
    assert (found.allotted, found.paid) == (Decimal(allotted), Decimal(paid))


def test_without_any_allotment_there_is_no_rate() -> None:
    assert history(*PAID).rate is None


def test_an_addition_without_a_document_is_named_to_the_cent() -> None:
    found = history(*ALLOTTED[:2], line("追加", "2023-09-25", "501.13", document="—"))
    assert (found.explained, found.unexplained) == (Decimal("758.00"), Decimal("501.13"))
    told = "\n".join(money_lines(found))
    assert "比年初预算多 1259.13，其中有文件说明 758.00，没有文件说明 501.13" in told
    assert "追加 501.13  2023-09-25  z002  没有文号" in told


def test_an_allotment_above_the_plan_is_unexplained_too() -> None:
    found = history(line("下达", "2023-02-10", "2903.25"))
    assert found.unexplained == Decimal("0.01")


def test_a_cut_lowers_the_allotment_and_explains_itself() -> None:
    found = history(ALLOTTED[0], line("调减", "2023-10-10", "103.24", document="甲财〔2023〕4号"))
    assert (found.allotted, found.explained, found.unexplained) == (Decimal("2800.00"), Decimal("-103.24"), 0)
    assert "比年初预算少 103.24，全部有文件说明" in "\n".join(money_lines(found))


def test_a_plan_in_the_ledger_comes_before_that_of_the_form() -> None:
    found = history(line("年初预算", "2023-01-05", "2900"), line("追加", "2023-05-05", "100", document="甲"))
    assert (found.planned, found.planned_by, found.allotted) == (2900, "ledger", 3000)


def test_a_ledger_of_budget_and_allotment_counts_neither_twice() -> None:
    budget = (line("年初预算", "2023-01-05", "100"), line("追加", "2023-05-05", "20", document="甲"))
    found = history(*budget, line("下达", "2023-02-01", "60"), line("下达", "2023-06-01", "60"))
    assert (found.planned, found.allotted, found.unexplained, found.apart) == (100, 120, 0, True)
    assert any("只计下达" in note for note in found.notes)


def test_nobody_knows_a_plan_that_stands_nowhere() -> None:
    found = history(*ALLOTTED, planned=None)
    assert (found.planned, found.unexplained) == (None, None)
    assert "台账和自评表都没有" in "\n".join(money_lines(found))


def test_tiers_are_told_apart_and_returns_are_taken_off() -> None:
    lines = (
        line("下达", "2023-01-10", "100", tier="市本级"),
        line("下达", "2023-01-10", "50", tier="下级"),
        line("支付", "2023-03-01", "30", tier="市本级"),
        line("支付", "2023-03-15", "20", tier="下级"),
        line("退回", "2023-03-20", "5", tier="下级"),
    )
    found = history(*lines)
    assert found.tiers == ("市本级", "下级")
    assert [found.of_tier(tier) for tier in found.tiers] == [(100, 30), (50, 15)]
    assert found.payments == (Paid("下级", "2023-03", Decimal(15)), Paid("市本级", "2023-03", Decimal(30)))
    assert "下级：下达 50.00，支付 15.00" in "\n".join(money_lines(found))


def test_a_kind_that_nobody_knows_is_told_and_not_counted() -> None:
    found = history(*ALLOTTED, line("垫支", "2023-05-05", "7"))
    assert found.allotted == Decimal("4162.37")
    assert any("垫支" in note for note in found.notes)


def test_a_ledger_without_money_has_no_history() -> None:
    with pytest.raises(ValueError, match="no flows"):
        money_history(records(ledger("activities"), []), date(2023, 12, 31), binding=Binding("/funds", "activities"))


cents = st.integers(1, 10**9).map(lambda number: Decimal(number) / 100)
movements = st.lists(st.tuples(st.sampled_from(["下达", "追加", "调减", "支付", "退回"]), st.integers(1, 12), cents, st.booleans()), max_size=25)


def drawn(rows: list[tuple[str, int, Decimal, bool]]) -> list[Line]:
    return [line(kind, f"2023-{month:02d}-15", str(amount), document="甲" if document else None) for kind, month, amount, document in rows]


@given(movements)
def test_the_parts_add_up_exactly(rows: list[tuple[str, int, Decimal, bool]]) -> None:
    found = history(*drawn(rows))
    assert found.allotted == PLAN + found.explained + (found.unexplained or 0)
    assert found.paid == sum((one.amount for one in found.payments), Decimal(0))
    assert [sum(both) for both in zip(*(found.of_tier(tier) for tier in found.tiers), strict=True)] in ([found.allotted, found.paid], [])


@given(movements, st.integers(1, 11))
def test_later_months_change_nothing_before_them(rows: list[tuple[str, int, Decimal, bool]], month: int) -> None:
    until = f"2023-{month:02d}-28"
    before = [row for row in rows if row[1] <= month]
    whole, early = history(*drawn(rows), on=until), history(*drawn(before), on=until)
    assert (whole.allotted, whole.paid, whole.unexplained) == (early.allotted, early.paid, early.unexplained)
    assert {(one.month, one.amount) for one in whole.payments} == {(one.month, one.amount) for one in early.payments}
