"""A column of value texts says what the parser says of each text, whatever the texts and however the column is built."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.value_columns import OFTEN, assert_column_is_the_parser, assert_read, tail
from conformance.test_corpus import SHARED
from domain.test_spelling import READINGS
from domain.test_valuetext import CASES
from jiheng.batch.values import Shapes
from jiheng.domain.units import KNOWN, MULTIPLIERS
from jiheng.domain.valuewords import ABSENT_TOKENS, DEFAULT_GRADE_WORDS, OPERATOR_MARKS, SUFFIX_MARKS

FULL_WIDTH = str.maketrans("0123456789.,%()<>=-/", "０１２３４５６７８９．，％（）＜＞＝－／")
PRINTED = sorted({text for case in CASES for text in (case[1], case[3][1])} | {row[0] for row in READINGS} | DEFAULT_GRADE_WORDS | ABSENT_TOKENS)


def cells(data: Any) -> Iterator[str]:
    """The targets and actuals anywhere in a form's truth."""
    if isinstance(data, list):
        for part in data:
            yield from cells(part)
    elif isinstance(data, dict):
        for name, part in data.items():
            if name in {"target", "actual"} and isinstance(part, dict) and isinstance(part.get("raw"), str):
                yield part["raw"]
            yield from cells(part)


REAL = sorted({text for path in (SHARED.parent / "truth").glob("*.json") for text in cells(json.loads(path.read_text(encoding="utf-8")))})

numbers = st.one_of(
    st.integers(0, 10**6).map(str),
    st.integers(0, 40).map(str),
    st.integers(1890, 2110).map(str),
    st.integers(0, 99).map(lambda number: f"{number:03}"),
    st.integers(0, 10**12).map(lambda number: f"{number:,}"),
    st.decimals(0, 10**5, places=2).map(str),
    st.decimals(0, 3000, places=1).map(str),
    st.integers(0, 10**25).map(str),
    st.sampled_from(["2023.12", "1999.5", "20235.12", "1,23", "1,2345", "12,345.60", "5.", ".5", "1.2.3", "0.0", "10 000", "1 0"]),
)
befores = st.one_of(
    st.sampled_from(["", "", *OPERATOR_MARKS]),
    st.sampled_from(
        [
            "约",
            "近",
            "不少于",
            "≥≥",
            "工",
            "W",
            "5=",
            "-",
            "－",
            "每亩",
            "人均",
            "百分之",
            "¥",
            "￥",
            "①",
            "第",
            "(",
            "待",
            "<p>",
            "年底",
            "于",
            "元/m",
        ]
    ),
    st.tuples(st.sampled_from(list(OPERATOR_MARKS)), st.sampled_from(["约", "达到", " ", ""])).map("".join),
    st.sampled_from(["完成培训", "全年投诉不", "新增就业", "附件", "截至", "<p>", "年底", "于", "元/m"]),
)
behinds = st.one_of(
    st.just(""),
    st.sampled_from(sorted(KNOWN)),
    st.tuples(st.sampled_from(["", *MULTIPLIERS]), st.sampled_from(sorted(KNOWN)), st.sampled_from(["", "左右", "余", *SUFFIX_MARKS])).map("".join),
    st.sampled_from(
        [
            "%",
            "‰",
            "％",
            "月",
            "年",
            "年底前",
            "季度前",
            "月底前完成",
            "日",
            ".",
            "。",
            "底",
            "内",
            "/m2",
            "m2",
            "M³",
            "㎡",
            "²",
            "≤X",
            "分之一",
            "(含)以上",
        ]
    ),
    st.sampled_from(
        [
            "场次并取得良好效果",
            "个百分点",
            "百分比",
            "元/人·月",
            "~20天",
            "-5",
            "：1",
            "</p>",
            "*以上",
            "后)",
            " 人",
            "①",
            "万",
            "亿元",
            "㎡",
            "²",
            "≤X",
            "分之一",
            "(含)以上",
        ]
    ),
)
expressions = st.builds(lambda *parts: "".join(parts), befores, numbers, behinds)
texts = st.one_of(
    expressions,
    expressions.map(lambda text: text.translate(FULL_WIDTH)),
    st.tuples(expressions, st.sampled_from(["", " ", "\n", "\u3000", "至", "，"]), expressions).map("".join),
    st.text(st.sampled_from("0123456789.,，．０２９-~年月日%％万元人次≥≤<>m2²³约前内至待后*( )（）第季度 \n①一二十百分之"), max_size=12),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(PRINTED),
    st.none(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, max_size=12))
def test_a_column_says_what_the_parser_says(column: list[str | None]) -> None:
    assert_column_is_the_parser(column)


@settings(max_examples=150, deadline=None)
@given(befores, behinds, st.lists(numbers, min_size=1, max_size=12))
def test_one_wording_is_right_for_every_number(before: str, behind: str, found: list[str]) -> None:
    shapes = Shapes()
    shapes.read(pa.array([f"{before}{13 + number}{behind}" for number in range(OFTEN)]))
    column = [f"{before}{number}{behind}" for number in found]
    assert_read(shapes, shapes.read(pa.array(column)), column)


def test_what_the_tables_and_the_forms_print() -> None:
    assert_column_is_the_parser(PRINTED + REAL)


def test_a_worker_knows_a_shape_again_in_its_next_column() -> None:
    shapes = Shapes()
    first = shapes.read(pa.array(["≥90%", "优", None, "≥ 85%"] * OFTEN))
    second = shapes.read(pa.array(["≥12.5%", None, "优", "良"]))
    assert first.shape[0] == first.shape[3] == second.shape[0]
    assert (first.shape[1], first.shape[2]) == (second.shape[2], second.shape[1])
    assert second.shape[3] == len(shapes.prototypes) - 1


def test_the_same_number_is_printed_in_many_ways() -> None:
    shapes = Shapes()
    column = shapes.read(pa.array(["1250.0元", "1,250元", "１２５０元", "1２50.元", "0.125万元", "1250.00 元"] * OFTEN))
    assert {int(m) * 10 ** int(e) for m, e in zip(column.mantissa[:6], column.exponent[:6], strict=True)} == {1250}


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("123456789012345678人", False),
        ("4611686018427387903人", False),
        ("4611686018427387904人", True),
        ("12345678901234567890人", False),
        ("12345678901234567891人", True),
        ("10000000000000000000人", True),
        ("1000000000000000000万人", True),
        ("100000000000000人", False),
        ("0.0000000000000000001人", True),
        ("0.000000000000000001%", False),
        ("900000万亿元", False),
        ("0.00000000000000000000人", False),
    ],
)
def test_a_number_that_does_not_fit_is_wide(text: str, wide: bool) -> None:
    shapes = Shapes()
    column = shapes.read(pa.array([text] * OFTEN))
    assert_read(shapes, column, [text] * OFTEN)
    assert column.wide.tolist() == [wide] * OFTEN


COLUMN = ["≥90%", None, "12万元", "", "优", "2023年", "5-20天", " 7 个 ", None, "１２．５％"] * OFTEN


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())], ids=str)
@pytest.mark.parametrize(("start", "length"), [(0, None), (1, 7), (9, 133), (8, 0), (199, None), (200, None)])
def test_slices_of_every_kind_of_array(kind: pa.DataType, start: int, length: int | None) -> None:
    texts = pa.array(COLUMN, pa.string())
    array = (texts.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else texts.cast(kind)).slice(start, length)
    shapes = Shapes()
    assert_read(shapes, shapes.read(array), array.to_pylist())


def test_chunks_are_read_as_one_column() -> None:
    texts = pa.array(COLUMN, pa.string())
    shapes = Shapes()
    assert_read(shapes, shapes.read(pa.chunked_array([texts.slice(3, 50), texts.slice(0, 0), texts.slice(60)])), COLUMN[3:53] + COLUMN[60:])
    assert len(shapes.read(pa.chunked_array([], pa.string())).shape) == 0


def test_a_dictionary_may_hold_nulls_and_unused_values() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([2, None, 0, 1, 2], pa.int32()), pa.array(["7个", None, "≥3%", "不用"]))
    shapes = Shapes()
    assert_read(shapes, shapes.read(array), ["≥3%", None, "7个", None, "≥3%"])
    assert_read(shapes, shapes.read(pa.array([None, None], pa.dictionary(pa.int8(), pa.string()))), [None, None])


def test_a_column_of_nulls_is_absent() -> None:
    shapes = Shapes()
    assert_read(shapes, shapes.read(pa.nulls(3)), [None] * 3)


def test_only_texts_are_read() -> None:
    with pytest.raises(TypeError, match=re.escape("列的类型是 int64，不是文字，不能读数。")):
        Shapes().read(pa.array([1, 2]))


def test_more_texts_than_a_fresh_table_holds() -> None:
    column = [f"第{number}号文件规定的事项{'很长' * (number % 40)}" for number in range(9000)] + [f"{number}个" for number in range(70_000)]
    shapes = Shapes()
    read = shapes.read(pa.array(column))
    assert_read(shapes, tail(read, 100), column[-100:])
    again = column[:9000:100]
    assert_read(shapes, shapes.read(pa.array(again)), again)
    assert (read.mantissa[9000:].tolist(), set(read.exponent[9000:].tolist()), len(set(read.shape[9000:].tolist()))) == (list(range(70_000)), {0}, 1)
