"""Every expression of the value table reads as the table says; parse ∘ format is the identity."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.domain.quantity import plain
from jiheng.domain.units import LONGEST_FIRST
from jiheng.domain.value import Value
from jiheng.domain.valuetext import format_value, number_in_unit_of, parse_parts, parse_value, regrade

TABLE = Path(__file__).with_name("value_expressions.tsv").read_text(encoding="utf-8").splitlines()
ROWS = [line.split("\t") for line in TABLE if line and not line.startswith("#")]


def prints(raw: str, cell: str) -> list[str]:
    raw = re.sub(r" \((?:unit column|name|weight|target|in every|cell format|no format).*\)$", "", raw)
    if "T ×3" in cell:
        return [raw]
    return [part.strip() for part in re.split(r" ; | / (?=\S)| , ", raw)] if len(raw) > 1 else [raw]


CASES = [(row[0], part, i, row) for row in ROWS for i, part in enumerate(prints(row[1], row[2]))]


def read(number: str, part: str, cell: str) -> Value:
    if number == "159":
        return parse_value("0.95", number_format="0%")
    if "T ×3" in cell:
        operator, value, unit = (piece.strip() for piece in part.split("·"))
        return parse_parts(operator, value, "" if "blank" in unit else unit)
    return parse_value(part, fiscal_year=2021)


@pytest.mark.parametrize(("number", "part", "which", "row"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_each_expression_of_the_table(number: str, part: str, which: int, row: list[str]) -> None:
    _, _, cell, kind, operator, figure, unit, remark = row
    value = read(number, part, cell)
    figures = [item.strip() for item in figure.split(",")]
    expected = figures[which] if which < len(figures) else figures[0]
    assert (value.kind, value.operator or "", plain(value.number) if value.number is not None else "", value.unit or "") == (
        kind,
        operator,
        expected,
        unit,
    )
    assert value.approximate is ("≈" in remark)
    if kind != "absent" and "T ×3" not in cell and number != "159":
        assert value.raw == part


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021年底", "2021-12-31"),
        ("2021年12月31日", "2021-12-31"),
        ("12月底之前完成", "2021-12-31"),
        ("2025年8月7日完成", "2025-08-07"),
        ("2023年12月底前", "2023-12-31"),
        ("9月前", None),
        ("第四季度前", None),
        ("2月30日", None),
    ],
)
def test_dates_stand_beside_a_null_number(text: str, date: str | None) -> None:
    value = parse_value(text, fiscal_year=2021)
    assert (value.kind, value.number, value.date) == ("date", None, date)


@pytest.mark.parametrize(
    ("text", "code", "after"),
    [
        ("≥≥98%", "operator.doubled", "≥98%"),
        ("═100%", "operator.glyph-repaired", "="),
        ("290%", "ocr.suspected-operator", "≥90%"),
        ("工5%", "ocr.suspected-operator", "≥5%"),
        ("5=50%", "ocr.suspected-operator", "≥50%"),
        ("5万", "unit.half-written", "元"),
        ("每亩300", "unit.half-written", "元/亩"),
        ("3-5个", "value.split", ""),
        ("≥5%以下", "operator.conflicting", ""),
    ],
)
def test_what_the_parser_remarks(text: str, code: str, after: str) -> None:
    assert [(note.code, note.after) for note in parse_value(text).notes] == [(code, after)]


def test_a_range_keeps_its_bounds() -> None:
    assert parse_value("18—54周岁").range == (Decimal(18), Decimal(54))


def test_a_bare_number_takes_the_other_cells_printed_unit() -> None:
    assert number_in_unit_of(Decimal(90), "万元") == Decimal(900000)
    assert number_in_unit_of(Decimal(5), "万") == Decimal(50000)
    assert number_in_unit_of(Decimal(5), None) == Decimal(5)
    assert number_in_unit_of(Decimal(5), "1!") == Decimal(5)


def test_grades_belong_to_a_dictionary() -> None:
    good = parse_value("良好")
    assert good.kind == "text"
    assert regrade(good, {"良好"}).kind == "grade"
    assert regrade(parse_value("优"), set()).kind == "text"
    assert regrade(parse_value("5个"), {"5个"}).kind == "quantity"


@given(
    number=st.decimals(min_value=0, max_value=Decimal(10) ** 9, places=4, allow_nan=False, allow_infinity=False),
    operator=st.sampled_from(["", "≥", "≤", ">", "<", "="]),
    unit=st.sampled_from(
        [
            "",
            "%",
            "个百分点",
            *(unit for unit in LONGEST_FIRST if not unit[0].isascii() and unit not in {"百分比", "％", "个月", "个工作日", "个小时"}),
        ]
    ),
    times=st.sampled_from(["", "万", "亿"]),
    approximate=st.booleans(),
)
def test_parse_after_format_is_the_identity(number: Decimal, operator: str, unit: str, times: str, *, approximate: bool) -> None:
    scaled = "" if unit in {"%", "个百分点", "千米", "千克", "百分比"} else times
    value = parse_value(f"{operator}{'约' if approximate else ''}{plain(number)}{scaled}{unit}")
    again = parse_value(format_value(value))
    assert (again.kind, again.operator, again.number, again.unit, again.approximate) == (
        value.kind,
        value.operator,
        value.number,
        value.unit,
        value.approximate,
    )
    assert value.number is not None


@given(st.text(max_size=300))
def test_any_text_reads_without_an_error(text: str) -> None:
    value = parse_value(text)
    assert (value.kind in {"quantity", "percent"}) == (value.number is not None)


@pytest.mark.parametrize("text", ["9" * 100_000, "1," * 50_000, "(" * 100_000, "每" * 99_999 + "3", "<a" * 50_000])
def test_a_huge_cell_reads_fast(text: str) -> None:
    assert parse_value(text).raw == text


@pytest.mark.parametrize(("print_", "again"), [("5万", "5万"), ("良好", "良好"), ("每亩5张", "5张/亩"), ("约40万条", "约40万条"), ("≥98%", "≥98%")])
def test_the_standard_print(print_: str, again: str) -> None:
    assert format_value(parse_value(print_)) == again


def test_a_unit_that_is_not_the_printed_one_is_printed_by_its_own_name() -> None:
    assert format_value(Value(raw="5", kind="quantity", number=Decimal(5), unit="个", printed_unit="箱")) == "5个"
    assert format_value(Value(raw="5", kind="quantity", number=Decimal(5), printed_unit="箱")) == "5"


@pytest.mark.parametrize("text", ["详见附件4", "见表3个", "数量≥5个以下", "未收到12315投诉"])
def test_a_number_in_a_sentence_that_is_no_value(text: str) -> None:
    assert parse_value(text).number is None
