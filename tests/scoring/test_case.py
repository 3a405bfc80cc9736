"""What a case says about its rows and where its fields stand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from builders import case_of, form, row


@pytest.mark.parametrize(
    ("target", "actual", "met", "reach"),
    [
        ("≥10人", "10人", True, Fraction(1)),
        ("≥10人", "9人", False, Fraction(9, 10)),
        ("≤10人", "11人", False, Fraction(11, 10)),
        ("≤10人", "9人", True, Fraction(9, 10)),
        ("≤0人", "0人", True, None),
        ("提升", "提升", None, None),
    ],
)
def test_whether_a_row_is_met(target: str, actual: str, met: bool | None, reach: Fraction | None) -> None:
    (found,) = case_of(form(row(target, actual))).rows
    assert (found.met, found.reach, found.numeric) == (met, reach, met is not None)


def test_a_row_is_named_by_its_place_and_name() -> None:
    rows = case_of(form(row(name="办班"), row(name=None))).rows
    assert [each.label for each in rows] == ["第 1 行“办班”", "第 2 行“（无名称）”"]
