"""A printed figure is handed to a spreadsheet as a number only where the spreadsheet prints it back letter by letter."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.exporters.layout.figures import figure
from jiheng.importers.numberformat import render


@pytest.mark.parametrize(
    ("text", "number", "number_format"),
    [
        ("4149.88", "4149.88", "0.00"),
        ("387,664.62", "387664.62", "#,##0.00"),
        ("0", "0", "0"),
        ("-3.5", "-3.5", "0.0"),
        ("98%", "0.98", "0%"),
        ("99.45%", "0.9945", "0.00%"),
        ("≥90%", "0.9", '"≥"0%'),
        ("15100人次", "15100", '0"人次"'),
        ("约40万条", "40", '"约"0"万条"'),
        ("60元/吨", "60", '0"元/吨"'),
        ("999999999999999", "999999999999999", "0"),
    ],
)
def test_a_figure_has_a_number_and_a_format(text: str, number: str, number_format: str) -> None:
    found = figure(text)
    assert found is not None
    assert (found.number, found.number_format) == (Decimal(number), number_format)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "—",
        "及时",
        "007",
        "1,00",
        "12,34.5",
        "1234567890123456",
        "9月前",
        "2023年12月",
        "≥6个，≤12个",
        "-0",
        "1e5",
        '5"',
        "100 000",
        "5%以上"[::-1],
    ],
)
def test_what_would_not_print_back_stays_a_text(text: str | None) -> None:
    assert figure(text) is None


@given(st.sampled_from(["", "≥", "≤", "约"]), st.decimals(0, 10**9, places=2), st.sampled_from(["", "%", "人次", "万元", "元/吨", "㎡"]))
def test_number_and_format_print_the_same_text(before: str, number: Decimal, after: str) -> None:
    text = f"{before}{number:f}{after}"
    found = figure(text)
    assert found is not None
    assert render(found.number, found.number_format) == text
