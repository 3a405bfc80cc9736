"""How messages print numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.audit.wording import figure, half_up, percent, plain, points, wan


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("2.675", 2, "2.68"),
        ("1.005", 2, "1.01"),
        ("0.125", 2, "0.13"),
        ("4.856982", 2, "4.86"),
        ("-0.125", 2, "-0.13"),
        ("86.5", 0, "87"),
        ("7.278448", 1, "7.3"),
    ],
)
def test_half_up(value: str, places: int, rounded: str) -> None:
    assert half_up(Decimal(value), places) == Decimal(rounded)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6), st.integers(min_value=0, max_value=4))
def test_half_up_rounds_as_decimals_do(value: Decimal, places: int) -> None:
    assert half_up(Fraction(value), places) == value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@given(st.decimals(min_value=-(10**32), max_value=10**32, places=6))
def test_points_are_printed_as_the_rounded_decimal(value: Decimal) -> None:
    assert points(value) == f"{half_up(value):f}"
    assert figure(value) == f"{half_up(value, 4).scaleb(2):f}"


@pytest.mark.parametrize(
    ("number", "text"), [("4.00", "4"), ("0.00", "0"), ("1E+4", "10000"), ("419951.90", "419951.9"), ("100", "100"), ("-0.50", "-0.5")]
)
def test_plain(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_points_percentages_and_amounts() -> None:
    assert points(Decimal(4)) == "4.00"
    assert (points(Decimal("-0.001")), points(Decimal("-0.5")), figure(Decimal(0))) == ("0.00", "-0.50", "0.00")
    assert percent(Fraction(414988, 290324)) == "142.94%"
    assert figure(Fraction(69, 53)) == "130.19"
    assert wan(Decimal(41498800)) == "4149.88 万元"
