"""Text tools of the audit rules."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.audit.texts import clauses, document_numbers, document_years, first_word, says_nothing, similarity, squeeze


@pytest.mark.parametrize(
    ("text", "plain"),
    [("　举办 活动\n８场 ", "举办活动8场"), ("≥９０％", "≥90%"), ("", ""), ("甲\u200b乙\ufeff", "甲乙")],
)
def test_squeeze_folds_widths_and_drops_blanks(text: str, plain: str) -> None:
    assert squeeze(text) == plain


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("跨境电商公共服务平台", "跨境 电商公共服务平台", "1"),
        ("９８％", "98%", "1"),
        ("甲乙", "丙丁", "0"),
        ("甲乙丙丁", "甲乙丙", "0.8571"),
        ("", "", "1"),
    ],
)
def test_similarity(a: str, b: str, alike: str) -> None:
    assert similarity(a, b) == Decimal(alike)


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_symmetric_and_within_bounds(a: str, b: str) -> None:
    assert Decimal(0) <= similarity(a, b) == similarity(b, a) <= Decimal(1)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("完成贸易总额1,732.5万元，其中：出口8场；", ("完成贸易总额1732.5万元", "其中", "出口8场")),
        ("一、做好运维。二、加强 沟通", ("一", "做好运维", "二", "加强沟通")),
        ("1.举办活动", ("1.举办活动",)),
        ("End.Next", ("End", "Next")),
        ("。，", ()),
    ],
)
def test_clauses(text: str, parts: tuple[str, ...]) -> None:
    assert clauses(text) == parts


@pytest.mark.parametrize(
    ("text", "numbers", "years"),
    [
        ("（示例函[2022]597号）统一安排", ("[2022]597号",), (2022,)),
        ("财预〔2020〕 10 号、财预（2021）6号", ("[2020]10号", "[2021]6号"), (2020, 2021)),
        ("公告2022年第26号和[2022]26号", ("[2022]26号",), (2022,)),
        ("2023年1-11月，附件4，12315", (), ()),
    ],
)
def test_document_numbers(text: str, numbers: tuple[str, ...], years: tuple[int, ...]) -> None:
    assert document_numbers(text) == numbers
    assert document_years(text) == years


@pytest.mark.parametrize("text", [None, "", " ", "无", "无。", "/", "／", "—", "——", "-", "暂无"])
def test_signs_of_absence_say_nothing(text: str | None) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["0", "无偏差", "停止", "见附件"])
def test_words_say_something(text: str) -> None:
    assert not says_nothing(text)


def test_the_first_word_is_the_lexicons_first() -> None:
    assert first_word("业务取消并停止", ("停止", "取消")) == "停止"
    assert first_word("业务照常", ("停止", "取消")) is None
