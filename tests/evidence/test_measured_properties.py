"""What never changes a value: the order of rows, a file split in two, invalid rows, duplicates; and what an added month changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiheng.domain.measured import Measurement
from jiheng.evidence.records import Records
from jiheng.rulebook.ledgers import Column, Completeness, Condition, Definition, Invalidity, Ledger, Release, Term
from measured_ledgers import joined, left, measured, records, small, stated

COLUMNS = {
    "month": Column("月份", "month"),
    "kind": Column("类别", "text"),
    "amount": Column("金额", "decimal", unit="万元", signed=True),
    "weight": Column("权数", "decimal"),
    "state": Column("状态", "text", required=False),
    "seen": Column("登记日期", "date"),
}
AMOUNT = Term("金额", {"amount": Decimal(1)})
FIRST = Term("甲类", {"amount": Decimal(1)}, (Condition("kind", one_of=("甲",)),))
WEIGHT = Term("权数", {"weight": Decimal(1)})
Rows = list[dict[str, Any]]


def definition(aggregation: Any, unit: str = "万元", **more: Any) -> Definition:
    return Definition("示例口径", unit, aggregation, "示例。", **more)


DEFINITIONS: dict[str, tuple[Definition, Callable[[Rows], Fraction | None]]] = {
    "count": (definition("count", "件"), lambda rows: Fraction(len(rows))),
    "count-distinct": (definition("count-distinct", "类", distinct=("kind",)), lambda rows: Fraction(len({row["kind"] for row in rows}))),
    "sum": (definition("sum", terms=(AMOUNT,)), lambda rows: total(rows, "amount")),
    "expression": (
        definition("sum", terms=(Term("折算", {"amount": Decimal(2), "weight": Decimal("2.25")}, factor=Decimal(-1)),)),
        lambda rows: -2 * total(rows, "amount") - Fraction(9, 4) * total(rows, "weight"),
    ),
    "ratio": (
        definition("ratio", "%", terms=(FIRST,), over=(AMOUNT,)),
        lambda rows: quotient(100 * total(firsts(rows), "amount"), total(rows, "amount")),
    ),
    "mean": (definition("mean", terms=(AMOUNT,)), lambda rows: quotient(total(rows, "amount"), Fraction(len(rows)))),
    "weighted-mean": (
        definition("weighted-mean", terms=(AMOUNT,), over=(WEIGHT,)),
        lambda rows: quotient(sum((Fraction(row["amount"]) * Fraction(row["weight"]) for row in rows), Fraction(0)), total(rows, "weight")),
    ),
}


def total(rows: Rows, name: str) -> Fraction:
    return sum((Fraction(row[name]) for row in rows), Fraction(0))


def firsts(rows: Rows) -> Rows:
    return [row for row in rows if row["kind"] == "甲"]


def quotient(above: Fraction, below: Fraction) -> Fraction | None:
    return above / below if below else None


def ledger_of(name: str, **changes: Any) -> Ledger:
    plain: dict[str, Any] = {
        "period": "month",
        "first": "seen",
        "validity": (Invalidity("cancelled", (Condition("state", one_of=("取消",)),)),),
        "completeness": Completeness("open"),
    }
    return small(DEFINITIONS[name][0], COLUMNS, **(plain | changes))


NUMBERS = st.decimals(-1_000_000, 1_000_000, places=3, allow_nan=False).map(str)
WEIGHTS = st.decimals(0, 100, places=1, allow_nan=False).map(str)
ROW = st.fixed_dictionaries(
    {
        "month": st.integers(1, 12).map(lambda month: f"2023-{month:02d}"),
        "kind": st.sampled_from("甲乙丙"),
        "amount": NUMBERS,
        "weight": WEIGHTS,
        "state": st.sampled_from(["已办", None]),
        "seen": st.integers(1, 28).map(lambda day: f"2023-02-{day:02d}"),
    }
)
VALID = st.lists(ROW, min_size=1, max_size=12).map(lambda rows: [row | {"no": f"n{at}"} for at, row in enumerate(rows)])
SPOIL: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"month": "2022-12"},
        {"month": "2024-01"},
        {"month": None},
        {"no": None},
        {"state": "取消"},
        {"amount": None, "weight": None, "kind": None},
        {"exclusion": "subtotal"},
        {"exclusion": "not-a-number"},
    ]
)
INVALID = st.lists(st.tuples(ROW, SPOIL), max_size=5).map(lambda rows: [row | {"no": f"x{at}"} | spoilt for at, (row, spoilt) in enumerate(rows)])
NAMES = st.sampled_from(sorted(DEFINITIONS))


def later(rows: Rows) -> Rows:
    """The same records once more, confirmed a year later."""
    return [row | {"seen": "2024-02-01"} for row in rows]


def result(name: str, rows: Sequence[dict[str, Any]]) -> Measurement:
    return measured(records(ledger_of(name), rows))


@given(NAMES, VALID)
def test_a_value_is_the_naive_fraction(name: str, rows: Rows) -> None:
    assert result(name, rows).measures[0].value == DEFINITIONS[name][1](rows)


@given(NAMES, VALID, INVALID, st.data())
@settings(max_examples=60)
def test_order_invalid_rows_and_duplicates_change_no_value(name: str, rows: Rows, invalid: Rows, data: st.DataObject) -> None:
    invalid = [row for row in invalid if name not in {"count", "count-distinct"} or row["kind"] is not None]
    plain = result(name, rows)
    again = data.draw(st.lists(st.sampled_from(rows), max_size=4))
    mixed = data.draw(st.permutations([*rows, *invalid, *later(again)]))
    found = result(name, mixed)
    assert found.measures == plain.measures
    assert found.rows_used == plain.rows_used
    assert found.rows_used + sum(left(found).values()) == len(mixed)


@given(NAMES, VALID, st.integers(0, 12))
def test_a_file_split_in_two_gives_the_same_measurement_but_for_its_proof(name: str, rows: Rows, at: int) -> None:
    ledger = ledger_of(name)
    whole = records(ledger, rows)
    halves = joined(records(ledger, rows[:at], file="上.csv"), records(ledger, rows[at:], file="下.csv"))
    one, two = measured(whole), measured(halves)
    assert replace(one, spans=()) == replace(two, spans=())
    assert sum(span.last_row - span.first_row + 1 for span in one.spans) == sum(span.last_row - span.first_row + 1 for span in two.spans)


@given(VALID, ROW)
def test_a_month_added_adds_its_own_amount_and_takes_away_its_gap(rows: Rows, more: dict[str, Any]) -> None:
    ledger = ledger_of("sum", completeness=Completeness("month"))
    new = more | {"no": "new"}

    def of(some: Rows) -> Measurement:
        return measured(records(ledger, some), stated("0", "万元"))

    before, after = of(rows), of([*rows, new])
    values = before.measures[0].value, after.measures[0].value
    assert values[0] is not None
    assert values[1] == values[0] + Fraction(new["amount"])
    assert set(before.gaps) - set(after.gaps) <= {new["month"]}
    assert new["month"] not in after.gaps
    assert after.rows_used == before.rows_used + 1
    assert after.left_out == before.left_out


@given(VALID, st.permutations(range(6)))
def test_the_newest_release_holds_whatever_the_order(rows: Rows, order: list[int]) -> None:

    ledger = ledger_of("sum", release=Release("seen"), key=("month",), first=None)
    releases: Rows = [rows[0] | {"no": f"r{n}", "month": "2023-05", "seen": f"2023-0{n + 1}-15", "amount": str(n)} for n in range(6)]
    found = measured(records(ledger, [releases[n] for n in order]), filed_on="2023-04-30")
    assert found.measures[0].value == 3
    assert left(found) == {"superseded": 3, "draft": 2}


@pytest.mark.parametrize("name", ["count", "sum"])
def test_nothing_counted_is_zero_only_where_it_is_shown_that_nothing_is_missing(name: str) -> None:
    empty: Records = records(ledger_of(name), [])
    open_, closed = measured(empty, stated("0")), measured(empty, stated("0"), closed="结账说明")
    assert (open_.outcome, open_.measures[0].value) == ("incomplete", None)
    assert closed.outcome == "equal"
    assert closed.measures[0].value == 0


@pytest.mark.parametrize("name", ["ratio", "mean", "weighted-mean"])
def test_a_quotient_over_nothing_is_neither_zero_nor_a_hundred(name: str) -> None:
    found = measured(records(ledger_of(name), []), stated("100", "%" if name == "ratio" else None), closed="结账说明")
    assert (found.outcome, found.shown, found.measures[0].value) == ("vacuous", None, None)
