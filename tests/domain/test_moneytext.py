"""Amount cells: the column's unit, repeated units, what is absent and what cannot be read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.domain.mentions import find_quantities
from jiheng.domain.moneytext import parse_money
from jiheng.domain.value import MoneyUnit

ROWS: list[tuple[str | None, MoneyUnit | None, str | None]] = [
    ("2903.24", "万元", "29032400"),
    ("89.974", "万元", "899740"),
    ("387664.62", "元", "387664.62"),
    ("215,457.6", "元", "215457.6"),
    ("52.800000", "万元", "528000"),
    ("7177.373442", "万元", "71773734.42"),
    ("5.8万", "万元", "58000"),
    ("10万", "万元", "100000"),
    ("3824.26万元", "万元", "38242600"),
    ("2.38 万元", "万元", "23800"),
    ("6923.3552万元(其中:上级财政资金:6923.3552万元;本级财政:0万元)", None, "69233552"),
    ("471.23元", None, "471.23"),
    ("50,000.00", "元", "50000"),
    ("0.00", "万元", "0"),
    ("0", "万元", "0"),
    ("7,00.0,77", "万元", None),
    (".32.06.5", "万元", None),
    ("2456.182456.182456.1810100%10", "万元", None),
]


@pytest.mark.parametrize(("raw", "unit", "yuan"), ROWS, ids=[str(row[0]) for row in ROWS])
def test_amounts(raw: str, unit: MoneyUnit | None, yuan: str | None) -> None:
    money = parse_money(raw, unit=unit)
    assert money is not None
    assert money.raw == raw
    assert money.yuan == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize("raw", [None, "", " ", "-", "—", "/"])
def test_an_absent_amount_is_none_and_not_zero(raw: str | None) -> None:
    assert parse_money(raw, unit="万元") is None


@given(st.text(max_size=80))
def test_any_text_reads_without_an_error(text: str) -> None:
    money = parse_money(text, unit="万元")
    assert money is None or money.raw == text.strip()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("举办促消费活动8场，服务企业30家。", [("8", "场"), ("30", "家")]),
        ("完成1700亿元", [("170000000000", "元")]),
        ("1、组织活动；2、做好服务", []),
        ("根据〔2022〕597号文件，2023年1月1日起", []),
        ("附件4，第2期", []),
        ("接转15100人次", [("15100", "人次")]),
    ],
)
def test_quantities_in_running_text(text: str, found: list[tuple[str, str]]) -> None:
    assert [(f"{mention.number:f}", mention.unit) for mention in find_quantities(text)] == found


@given(st.text(max_size=200))
def test_mentions_point_into_the_text(text: str) -> None:
    for mention in find_quantities(text):
        assert text[mention.start : mention.end] == mention.text
