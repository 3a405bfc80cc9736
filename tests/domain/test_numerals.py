"""Printed numbers and Chinese numerals read exactly or not at all."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.domain.numerals import DIGITS, chinese_number, number_of, scaled, written

SIGNS = "零一二三四五六七八九"


def spell(number: int) -> str:
    parts: list[str] = []
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            parts.append(SIGNS[digit] + sign)
        elif parts and parts[-1] != "零" and number % place:
            parts.append("零")
    return "".join(parts) or "零"


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_as_the_format_writes_it(number: Decimal) -> None:
    assert written(number) == f"{number:f}"


@given(st.integers(0, 9999))
def test_every_spelled_number_below_ten_thousand_reads_back(number: int) -> None:
    assert chinese_number(spell(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("两", "2"),
        ("十", "10"),
        ("十二", "12"),
        ("百", "100"),
        ("两千", "2000"),
        ("一千零五", "1005"),
        ("〇", "0"),
        ("九十八点五", "98.5"),
        ("零点二五", "0.25"),
    ],
)
def test_chinese_numerals(text: str, number: str) -> None:
    assert chinese_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "一二", "二三十", "十百", "百千", "零十", "九五", "万", "九点", "点五", "3", "一个"])
def test_what_is_no_chinese_numeral(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize(("digits", "number"), [("1,234.50", "1234.5"), ("100.00", "100"), ("-3.20", "-3.2"), ("000", "0"), ("400", "400")])
def test_digit_runs(digits: str, number: str) -> None:
    assert re.fullmatch(DIGITS, digits)
    assert f"{number_of(digits):f}" == number


@pytest.mark.parametrize("digits", ["7,00.0,77", ".32", "1,23", "12,34,56", "1,2345"])
def test_a_broken_separator_is_no_digit_run(digits: str) -> None:
    assert re.fullmatch(DIGITS, digits) is None


@given(st.integers(-(10**40), 10**40), st.integers(0, 40), st.integers(0, 12))
def test_a_product_is_exact_and_plain(digits: int, places: int, power: int) -> None:
    product = scaled(Decimal(f"{digits}E-{places}"), Decimal(10) ** power)
    assert Fraction(product) == Fraction(digits) * Fraction(10) ** (power - places)
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", f"{product:f}")
