"""A column of plain decimals: every printed place kept, nothing guessed."""

from __future__ import annotations

import re
from decimal import Decimal

import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.batch.digits import NULL, NUMBER, OTHER
from jiheng.batch.values import DecimalColumn, decimals


def rows(column: DecimalColumn) -> list[tuple[int, int, int]]:
    return list(zip(*[field.tolist() for field in column], strict=True))


printed = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(1 - 10**18, 10**18 - 1), st.integers(0, 18))


@given(st.lists(st.none() | printed))
def test_decimals_keep_their_printed_places(numbers: list[Decimal | None]) -> None:
    column = decimals(pa.array([None if number is None else f"{number:f}" for number in numbers], pa.string()))
    for number, (mantissa, exponent, state) in zip(numbers, rows(column), strict=True):
        assert state == (NULL if number is None else NUMBER)
        if number is not None:
            assert (Decimal(mantissa).scaleb(exponent), exponent) == (number, number.as_tuple().exponent)


@pytest.mark.parametrize(
    ("text", "mantissa", "exponent"),
    [
        ("5.0", 50, -1),
        ("5", 5, 0),
        ("-0.50", -50, -2),
        ("+12", 12, 0),
        ("007", 7, 0),
        ("0.000000000000000000", 0, -18),
        ("0000000000000000000000.5", 5, -1),
        ("999999999999999999", 999999999999999999, 0),
    ],
)
def test_a_plain_decimal(text: str, mantissa: int, exponent: int) -> None:
    assert rows(decimals(pa.array([text]))) == [(mantissa, exponent, NUMBER)]


@pytest.mark.parametrize(
    "text",
    ["", "-", "+", ".", "5.", ".5", "1,000", "1e3", "1.2.3", "--5", "5 ", " 5", "５", "5分", "NaN", "1000000000000000000", "0.0000000000000000001"],
)
def test_another_text_is_no_plain_decimal(text: str) -> None:
    assert rows(decimals(pa.array(["1", text]))) == [(1, 0, NUMBER), (0, 0, OTHER)]


@given(st.text("0123456789.+-, e٣", max_size=8))
def test_what_is_read_as_a_decimal_is_one(text: str) -> None:
    ((mantissa, exponent, state),) = rows(decimals(pa.array([text])))
    assert (state == NUMBER) is bool(re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text))
    assert Decimal(text if state == NUMBER else 0) == Decimal(mantissa).scaleb(exponent)


def test_slices_chunks_and_dictionaries() -> None:
    texts = pa.array(["5.0", None, "-1.25", "x", "100"] * 9)
    expected = rows(decimals(texts))
    assert rows(decimals(texts.slice(3, 20))) == expected[3:23]
    assert rows(decimals(texts.cast(pa.large_string()).slice(11))) == expected[11:]
    assert rows(decimals(pa.chunked_array([texts.slice(1, 4), texts.slice(7)]))) == expected[1:5] + expected[7:]
    assert rows(decimals(texts.dictionary_encode())) == expected
    assert rows(decimals(pa.array([], pa.string()))) == rows(decimals(pa.chunked_array([], pa.string()))) == []
    assert rows(decimals(pa.nulls(2))) == [(0, 0, NULL)] * 2
