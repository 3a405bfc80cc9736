"""Numbers of ledgers: exact in the unit of their column, or left out with a reason; one row per way of printing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.evidence.amounts import Scale, read_amount
from jiheng.evidence.cells import Entry

MONEY = Scale("元")
SIGNED = Scale("元", signed=True)
SHIPS = Scale("艘", whole=True)
RATE = Scale("%")


def _stored(text: str, stored: str, number_format: str) -> Entry:
    return Entry(text, stored, number_format)


READ = [
    ("1234.5", MONEY, "1234.5"),
    ("1,234,567.89", MONEY, "1234567.89"),
    ("１，２３４．５０", MONEY, "1234.5"),
    (" 1 234.5 ", MONEY, "1234.5"),
    ("￥1,200", MONEY, "1200"),
    ("人民币1200元", MONEY, "1200"),
    ("12.5万元", MONEY, "125000"),
    ("0.3亿", MONEY, "30000000"),
    ("1.2e3", MONEY, "1200"),
    ("①5", MONEY, "5"),
    ("100㎡", Scale("平方米"), "100"),
    ("100m2", Scale("平方米"), "100"),
    ("\N{MINUS SIGN}5", SIGNED, "-5"),
    ("3个", Scale(None), "3"),
    ("三十五", SHIPS, "35"),
    ("三十五艘", SHIPS, "35"),
    ("12艘", SHIPS, "12"),
    ("0", SHIPS, "0"),
    ("(1,234)", SIGNED, "-1234"),
    ("－5", SIGNED, "-5"),
    ("99.45%", RATE, "99.45"),
    ("９９％", RATE, "99"),
    ("5‰", RATE, "0.5"),
    ("99.45", RATE, "99.45"),
    ("72.81", Scale("票", "万票"), "728100"),
    ("3亿", Scale("元", "万元"), "300000000"),
    ("12000元", Scale("元", "万元"), "12000"),
    ("5万", Scale("元", "万元"), "50000"),
    ("2公里", Scale("米"), "2000"),
    ("12.3万元", Scale("万元"), "12.3"),
    ("1234.56", Scale("万元", "元"), "0.123456"),
]
STORED = [
    (_stored("12.30", "12.300000000000001", "0.00"), MONEY, "12.3"),
    (_stored("12.30", "12.3041", "0.00"), MONEY, "12.3041"),
    (_stored("99.45%", "0.994512", "0.00%"), RATE, "99.4512"),
    (_stored("12.35万元", "12.3456", '0.00"万元"'), MONEY, "123456"),
    (_stored("12.35万", "123456", '0!.00,"万"'), MONEY, "123456"),
    (_stored("12", "12345", "#,##0,"), MONEY, "12345"),
    (_stored("-", "0", '_ * "-"??_ '), MONEY, "0"),
    (Entry("1,234.50", "1234.5"), MONEY, "1234.5"),
    (Entry("99.45%", "0.9945"), RATE, "99.45"),
    (Entry("", value=7), MONEY, "7"),
    (Entry("", value=Decimal("7.10")), MONEY, "7.10"),
    (Entry("", value=0.1), MONEY, "0.1"),
    (Entry("7.5万", value="7.5万"), MONEY, "75000"),
]
LEFT_OUT = [
    ("约100", MONEY, "not-a-number", "不是确数"),
    ("100余元", MONEY, "not-a-number", "不是确数"),
    ("≥100", MONEY, "not-a-number", "不是确数"),
    ("10 20", MONEY, "not-a-number", "不是数"),
    ("1,23", MONEY, "not-a-number", "不是数"),
    ("1.234,5", MONEY, "not-a-number", "不是数"),
    ("见附件", MONEY, "not-a-number", "不是数"),
    ("一般", Scale(None), "not-a-number", "不是数"),
    ("3些", Scale(None), "not-a-number", "不是数"),
    ("5²", MONEY, "not-a-number", "不是数"),
    ("2023-01", MONEY, "not-a-number", "不是数"),
    ("#DIV/0!", MONEY, "not-a-number", "错误值"),
    ("1e999", MONEY, "not-a-number", "不是数"),
    ("3.5", SHIPS, "not-a-number", "不是整数"),
    ("100美元", MONEY, "unit-unknown", "美元"),
    ("$100", MONEY, "unit-unknown", "美元"),
    ("100户", MONEY, "unit-unknown", "户"),
    ("95%", MONEY, "unit-unknown", "百分数"),
    ("95%", Scale(None), "unit-unknown", "百分数"),
    ("5", Scale("元", "美元"), "unit-unknown", "美元"),
    ("-5", MONEY, "negative", "小于 0"),
    ("(5)", MONEY, "negative", "小于 0"),
]


@pytest.mark.parametrize(("text", "scale", "number"), READ)
def test_a_print_is_read_exactly(text: str, scale: Scale, number: str) -> None:
    typed = read_amount(Entry(text), scale)
    assert (typed.fact, typed.exclusion) == (Decimal(number), None)


@pytest.mark.parametrize(("entry", "scale", "number"), STORED)
def test_the_stored_value_counts(entry: Entry, scale: Scale, number: str) -> None:
    typed = read_amount(entry, scale)
    assert (typed.fact, typed.exclusion) == (Decimal(number), None)


@pytest.mark.parametrize(("text", "scale", "code", "because"), LEFT_OUT)
def test_what_is_no_number_of_the_column_says_why(text: str, scale: Scale, code: str, because: str) -> None:
    typed = read_amount(Entry(text), scale)
    assert typed.exclusion == code
    assert because in typed.because


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), Decimal("NaN"), 10**80, b"7"])
def test_a_typed_value_that_is_no_number_is_none(value: object) -> None:
    assert read_amount(Entry("", value=value), MONEY).exclusion == "not-a-number"


@pytest.mark.parametrize("text", ["", "-", "—", "/", "……", "NULL"])
def test_a_mark_for_nothing_is_no_number_and_no_fault(text: str) -> None:
    typed = read_amount(Entry(text), MONEY)
    assert (typed.fact, typed.exclusion) == (None, None)


def test_a_formula_without_a_stored_value_counts_for_nothing() -> None:
    typed = read_amount(Entry("", unworked=True), MONEY)
    assert typed.exclusion == "not-a-number"
    assert "公式" in typed.because


def test_a_float_says_that_it_is_one() -> None:
    assert "浮点数" in read_amount(Entry("", value=0.1), MONEY).remark


def test_a_print_that_contradicts_what_is_stored_is_told() -> None:
    typed = read_amount(_stored("99万元", "5", '"99万元"'), MONEY)
    assert typed.fact == Decimal(990000)
    assert "对不上" in typed.remark


@given(st.decimals(0, 10**12, places=4))
def test_thousands_separators_and_width_change_nothing(number: Decimal) -> None:
    plain = read_amount(Entry(f"{number:f}"), MONEY)
    wide = f"{number:,f}".translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    assert read_amount(Entry(wide), MONEY) == plain
    assert plain.fact == number


@given(st.decimals(0, 10**9, places=6), st.sampled_from([("元", 1), ("千元", 10**3), ("万元", 10**4), ("亿元", 10**8)]))
def test_a_unit_in_the_cell_or_over_it_is_the_same_amount(number: Decimal, unit: tuple[str, int]) -> None:
    name, factor = unit
    inside = read_amount(Entry(f"{number:f}{name}"), MONEY)
    above = read_amount(Entry(f"{number:f}"), Scale("元", name))
    assert inside.fact == above.fact == number * factor


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    typed = read_amount(Entry(text), MONEY)
    assert typed.fact is None or isinstance(typed.fact, Decimal)
