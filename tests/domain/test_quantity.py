"""Quantities know their unit: exact conversion inside a dimension, refusal across dimensions."""

from __future__ import annotations

import operator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.domain.dates import date_of
from jiheng.domain.quantity import Quantity, plain, thousands
from jiheng.domain.units import LONGEST_FIRST, comparable, read_unit
from jiheng.errors import DimensionMismatchError

NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("number", "unit", "to", "expected"),
    [
        ("1", "万元", "元", "10000"),
        ("138759", "万元", "亿元", "13.8759"),
        ("3", "公里", "米", "3000"),
        ("2.5", "吨", "公斤", "2500"),
        ("7", "名", "人", "7"),
        ("70", "万票", "票", "700000"),
    ],
)
def test_conversion_is_exact(number: str, unit: str, to: str, expected: str) -> None:
    assert Quantity(Decimal(number), unit).to(to) == Quantity(Decimal(expected), to)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("万元", "户"),
        ("家", "户"),
        ("个", "%"),
        ("人", "人次"),
        ("元", "%"),
        ("只", "头"),
        ("元", "美元"),
        ("亩", "平方米"),
        ("元/人", "元/户"),
        ("米", "1"),
    ],
)
def test_dimensions_do_not_mix(first: str, second: str) -> None:
    a, b = Quantity(Decimal(1), first), Quantity(Decimal(1), second)
    for act in (operator.add, operator.sub, operator.lt, operator.le, Quantity.same_amount):
        with pytest.raises(DimensionMismatchError, match="不是同一种量"):
            act(a, b)


def test_sums_and_order_look_through_the_unit() -> None:
    wan, yuan = Quantity(Decimal("1.5"), "万元"), Quantity(Decimal(5000), "元")
    assert wan + yuan == Quantity(Decimal(2), "万元")
    assert wan - yuan == Quantity(Decimal(1), "万元")
    assert yuan < wan
    assert yuan <= wan
    assert wan.same_amount(Quantity(Decimal(15000), "元"))


@given(NUMBERS, st.sampled_from(["元", "万元", "亿元", "千元"]), st.sampled_from(["元", "万元", "亿元", "千元"]))
def test_there_and_back_again(number: Decimal, first: str, second: str) -> None:
    assert Quantity(number, first).to(second).to(first).number == number


@given(NUMBERS)
def test_a_plain_number_has_no_exponent_and_is_the_same_number(number: Decimal) -> None:
    text = plain(number.normalize())
    assert "E" not in text
    assert Decimal(text) == number
    assert Decimal(thousands(number).replace(",", "")) == number


@pytest.mark.parametrize(("number", "text"), [("4E+5", "400000"), ("4.860", "4.86"), ("-0.00", "0"), ("100", "100"), ("0.10", "0.1")])
def test_plain(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


@pytest.mark.parametrize(
    ("print_", "factor", "unit"),
    [
        ("万票", 10000, "票"),
        ("亿元", 10**8, "元"),
        ("㎡", 1, "平方米"),
        ("元/人*月", 1, "元/人·月"),
        ("元/人、天", 1, "元/人·天"),
        ("千瓦时", 1, "千瓦时"),
        ("TEU", 1, "标箱"),
        ("百分比", 1, "%"),
        ("人次", 1, "人次"),
        ("摊位", 1, "摊位"),
        ("万摊位", 10000, "摊位"),
    ],
)
def test_printed_units(print_: str, factor: int, unit: str) -> None:
    assert read_unit(print_) == (Decimal(factor), unit)


@pytest.mark.parametrize("print_", ["", " ", "12", "一二三四五六七", "？"])
def test_what_is_no_unit(print_: str) -> None:
    assert read_unit(print_) is None


def test_every_unit_compares_with_itself_and_a_missing_one_with_any() -> None:
    for unit in LONGEST_FIRST:
        assert comparable(unit, unit)
        assert comparable(None, unit)
        assert comparable(unit, None)
    assert comparable("名", "人")
    assert not comparable("平方米", "亩")
    assert not comparable("摊位", "标箱")


def test_a_multiplier_before_no_unit_is_no_unit() -> None:
    assert read_unit("万12") is None


def test_a_text_that_is_no_date_has_no_date() -> None:
    assert date_of("按月安排", 2023) is None
