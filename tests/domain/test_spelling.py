"""Prints that say a number in another way than digits, sign and unit; and prints that only look like numbers."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from jiheng.domain.mentions import find_quantities
from jiheng.domain.moneytext import parse_money
from jiheng.domain.value import MoneyUnit
from jiheng.domain.valuetext import format_value, parse_parts, parse_value

READINGS: list[tuple[str, str | None, str, str | None]] = [
    ("不得超过100万元", "≤", "1000000", "元"),
    ("不得低于80", "≥", "80", None),
    ("未超过5次", "≤", "5", "次"),
    ("达到≤5%", "≤", "5", "%"),
    ("90%（含90%）以上", "≥", "90", "%"),
    ("90%≤X", "≥", "90", "%"),
    ("5%>X", "<", "5", "%"),
    ("①5个", None, "5", "个"),
    ("5M³", None, "5", "立方米"),
    ("100m2", None, "100", "平方米"),
    ("100m3", None, "100", "立方米"),
    ("5千米", None, "5", "公里"),
    ("5万千瓦时", None, "50000", "千瓦时"),
    ("5℃", None, "5", "℃"),
    ("￥500", None, "500", "元"),
    ("¥500元", None, "500", "元"),
    ("百分之九十八点五以上", "≥", "98.5", "%"),
    ("不低于百分之95", "≥", "95", "%"),
    ("九成以上", "≥", "90", "%"),
    ("八成半", None, "85", "%"),
    ("一百二十场", None, "120", "场"),
    ("至少两次", "≥", "2", "次"),
    ("三次以上", "≥", "3", "次"),
    ("人均500元", None, "500", "元/人"),
    ("每亩补助300元", None, "300", "元/亩"),
    ("每月2次以上", "≥", "2", "次/月"),
    ("每公里5万元", None, "50000", "元/公里"),
    ("零", None, "0", None),
    ("零重大安全事故发生", None, "0", None),
    ("0投诉", None, "0", None),
    ("100.5\n0%", None, "100.5", "%"),
    ("1 234 567元", None, "1234567", "元"),
    ("1234567890123456789012345678901.25万元", None, "12345678901234567890123456789012500", "元"),
]


@pytest.mark.parametrize(("raw", "operator", "number", "name"), READINGS, ids=[row[0] for row in READINGS])
def test_what_a_print_says(raw: str, operator: str | None, number: str, name: str | None) -> None:
    value = parse_value(raw)
    assert (value.raw, value.operator, f"{value.number:f}", value.unit) == (raw, operator, number, name)
    again = parse_value(format_value(value))
    assert (again.operator, again.number, again.unit) == (value.operator, value.number, value.unit)


@pytest.mark.parametrize("raw", ["约三十人", "近千人", "百余人", "十多家"])
def test_an_approximate_count_in_words(raw: str) -> None:
    value = parse_value(raw)
    assert value.approximate
    assert value.number is not None


@pytest.mark.parametrize(
    "raw",
    [
        "10 20",
        "24\n25",
        "24<br>25",
        "5×10²",
        "2023年全年",
        "零距离服务",
        "三区",
        "一期",
        "一点",
        "百分之几",
        "九五折",
        "十百次",
        "每月3次4次",
        "每人3!",
    ],
)
def test_what_is_no_number(raw: str) -> None:
    value = parse_value(raw)
    assert (value.raw, value.kind, value.number) == (raw, "text", None)


@pytest.mark.parametrize(
    ("raw", "column", "yuan"),
    [
        ("100.5(万元)", "元", "1005000"),
        ("100万元整", "万元", "1000000"),
        ("100(含上级资金)", "元", "100"),
        ("¥50", "元", "50"),
        ("1 234.5", "元", "1234.5"),
        ("10 20", "元", None),
        ("100(50)", "元", None),
        ("100元/人", "元", None),
        ("1234567890123456789012345678901.2345", "万元", "12345678901234567890123456789012345"),
    ],
)
def test_amounts_with_company(raw: str, column: MoneyUnit, yuan: str | None) -> None:
    money = parse_money(raw, unit=column)
    assert money is not None
    assert money.yuan == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("补助3000元/人、20元/人次、530元/人·月", [("3000", "元/人"), ("20", "元/人次"), ("530", "元/人·月")]),
        ("线路5千米，电量3万千瓦时", [("5", "公里"), ("30000", "千瓦时")]),
        ("培训5—10个，比例20%-30%", []),
        ("依据粤府办〔2021〕3号，第12届，2022年3月", []),
        ("提高2个百分点，约40万条", [("2", "个百分点"), ("400000", "条")]),
    ],
)
def test_mentions(text: str, found: list[tuple[str, str]]) -> None:
    assert [(f"{mention.number:f}", mention.unit) for mention in find_quantities(text)] == found


@pytest.mark.parametrize("piece", ["9", "1,", "(含", "每", "<a", "5 ", "\n", "元/", "5—", "[2022", "不超过", "百", "①"])
def test_a_huge_text_reads_fast(piece: str) -> None:
    start = time.perf_counter()
    text = piece * (100_000 // len(piece))
    assert parse_value(text).number is None
    find_quantities(text)
    parse_money(text, unit="万元")
    assert parse_value(text[:4000]).unit is None
    assert time.perf_counter() - start < 5


def test_three_cells_take_the_number_format_and_the_year() -> None:
    whole = parse_parts("≥", "0.95", "", number_format="0%")
    assert (whole.raw, whole.operator, whole.number, whole.unit) == ("≥0.95", "≥", Decimal(95), "%")
    assert parse_parts("≥", "0.95", "%", number_format="0%").number == Decimal(95)
    assert parse_parts("≤", "12月底", "", fiscal_year=2023).date == "2023-12-31"
    assert parse_parts("=", "28.8万元", "%").notes[0].code == "unit.conflict"
    assert parse_parts("定性", "", None).kind == "absent"
    assert parse_parts("定性", "好坏", None).kind == "text"
    assert parse_parts(None, " ", None).kind == "absent"
