"""Where the parser looks at the digits of a number, a column does too: months, years, dates, a first 2, thousands, second numbers."""

from __future__ import annotations

import pyarrow as pa  # type: ignore[import-untyped]
import pytest

from batch.value_columns import OFTEN, assert_read
from jiheng.batch.digits import DATES, MONTHS, PERCENTS, YEARS
from jiheng.batch.proofs import is_plain, proved, wording
from jiheng.batch.values import Shapes
from jiheng.domain.valuetext import parse_value

ODD_PLAIN = "013 0012 99.5 100 365 1000 0.19 0.2 19.5 20.50"
ODD_YEARS = "2023.1 2023.4 2023.5 2023.12 2023.13 2023.05 1999.0 2,023 1,999 20235.12 120235.1"
ODD_PERCENTS = "2000 2050 2100 20000 2,050 250.5 200.01 29 2.5 25 020 0250 2100.0"
LONG = "123,456,789,012,345,678 123456789012345678 1234567890123456789 0.123456789012345678 1,234,56 1,2345 1234,567 1.2.3 5. 007,123"
NUMBERS = [
    *[*map(str, range(32)), *[f"{number:02}" for number in range(13)], *ODD_PLAIN.split()],
    *[*map(str, range(1895, 2105)), *ODD_YEARS.split(), *map(str, range(200, 301)), *ODD_PERCENTS.split(), *LONG.split()],
]
BEFORE = "≥ ≤约 不超过 第 于 截至 - 新增就业 （含 待（ 百分之 每亩 ¥ W 附件"
BEHIND = """
% ‰ 百分比 年 年度 年底前 万年 十年 百% 月 月前 月底前完成 季度 季度前 日前 底 内 . ． / - 月份 号文件 级 人次 万元 千米 ㎡ m2 M3， 元/m2
个百分点 分之一 ）后 (含)以上 ≤X ~ ： ² ① 万
"""


def read(texts: list[str], before: str = "", behind: str = "") -> None:
    """Read texts of one wording that was proved by other numbers before."""
    shapes = Shapes()
    shapes.read(pa.array([f"{before}{31 + number}{behind}" for number in range(OFTEN)]))
    assert_read(shapes, shapes.read(pa.array(texts)), texts)


@pytest.mark.parametrize("before", ["", *BEFORE.split()])
@pytest.mark.parametrize("behind", ["", *BEHIND.split()])
def test_every_number_in_every_wording(before: str, behind: str) -> None:
    read([f"{before}{number}{behind}" for number in NUMBERS], before, behind)


@pytest.mark.parametrize(
    ("before", "behind", "guards"),
    [
        ("", "人", 0),
        ("≥", "%", PERCENTS),
        ("", "‰", PERCENTS | DATES),
        ("", "年", YEARS | DATES),
        ("", "万年", YEARS),
        ("", "月", MONTHS | DATES),
        ("", "季度", MONTHS | DATES),
        ("", "内", 0),
        ("", ".", DATES),
    ],
)
def test_a_wording_knows_which_numbers_it_reads_in_another_way(before: str, behind: str, guards: int) -> None:
    found = wording(before, behind)
    assert found is not None
    assert found.guards == guards


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", "-20人"),  # a range
        ("", ":1"),  # a ratio
        ("≥5%且≤", "%"),  # two numbers
        ("第", "号"),  # no value
        ("", "≤X≤9"),
        ("待(", ")后"),  # a placeholder, unless the number is long
        ("面积m", "元"),  # m2 would be a unit
        ("面积ｍ", "元"),
        ("零投诉<a", ">"),  # the number goes with the tag
        ("(含", ")5人"),
        ("٣", "人"),  # a digit of another script
        ("", "⁄2"),
    ],
)
def test_a_wording_that_is_not_one_factor_is_refused(before: str, behind: str) -> None:
    assert wording(before, behind) is None
    read([f"{before}{number}{behind}" for number in NUMBERS], before, behind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2023年", "date"),
        ("1999年", "date"),
        ("2,023年", "text"),  # no date, but a year all the same
        ("0.2万年", "text"),
        ("195十年", "text"),
        ("3年", "quantity"),
        ("2100年", "quantity"),
        ("12月", "date"),
        ("13月", "quantity"),
        ("4季度", "date"),
        ("5季度", "quantity"),
        ("2023.4季度", "date"),
        ("2023.6季度", "quantity"),
        ("2023.5.", "date"),
    ],
)
def test_calendar_numbers_keep_their_kind(text: str, kind: str) -> None:
    assert parse_value(text).kind == kind
    number = text.rstrip("年月季度内万十.")
    read([text], "", text.removeprefix(number))


@pytest.mark.parametrize(
    ("text", "suspected"), [("290%", True), ("≥290%", False), ("29%", False), ("300%", False), ("2000‰", False), ("2050‰", True)]
)
def test_a_first_2_of_a_percent_is_suspected(text: str, suspected: bool) -> None:
    assert ([note.code for note in parse_value(text).notes] == ["ocr.suspected-operator"]) is suspected
    number = text.strip("≥%‰")
    before, behind = text.split(number)
    read([text], before, behind)


def test_notes_of_a_shape_name_no_print() -> None:
    shapes = Shapes()
    column = shapes.read(pa.array([f"≥≥{number}万" for number in range(OFTEN)]))
    (shape,) = set(column.shape.tolist())
    assert {(note.before, note.after) for note in shapes.prototypes[shape].notes} == {("", "")}
    assert [note.code for note in shapes.prototypes[shape].notes] == [note.code for note in parse_value("≥≥5万").notes]


def test_texts_longer_than_the_parser_takes() -> None:
    longest = "长" * 3990
    read([f"5人{longest}", f"5人{longest}长长长长长长长长长长长长", f"{longest}5人", "5人" + "长" * 600, "5人" + "长" * 700])


@pytest.mark.parametrize("before", ["", *BEFORE.split(), "不低于", "达到", "约", "≥约", "<=", "≥≤"])
def test_what_grammar_proves_the_probes_prove(before: str) -> None:
    plain = [
        (before, behind)
        for behind in ("", *BEHIND.split(), "％", "万票", "亿元", "人以上", "元/人", "家及以上", "场左右")
        if is_plain(before, behind)
    ]
    for around in plain:
        by_grammar, by_probes = wording(*around), proved(*around)
        assert (by_grammar is None) == (by_probes is None), around
        if by_grammar is not None and by_probes is not None:
            assert by_grammar[:3] == by_probes[:3], around
            assert by_probes.guards & ~DATES == by_grammar.guards, around  # a date is guarded there because it may also be a percent
    assert ("", "") not in plain
