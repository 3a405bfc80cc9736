"""Attached files: which numbers they state, and which row each of them proves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders import case_of, form, row
from jiheng import importers
from jiheng.domain.document import Document
from jiheng.domain.evaluation import Indicator
from jiheng.domain.proof import Proof
from jiheng.evidence.attachments import held_against
from jiheng.evidence.attachments.statements import statements_of

YEAR = 2023


def text(content: str, name: str = "总结.txt") -> Document:
    return importers.read(content.encode(), name)


def table(*lines: str) -> Document:
    return importers.read("\n".join(lines).encode(), "统计表.csv")


def held(rows: list[Indicator], *files: Document) -> list[Proof]:
    return list(held_against(case_of(form(*rows, fiscal_year=YEAR)), files))


def only(name: str, actual: str, *files: Document) -> Proof:
    (proof,) = held([row(actual, actual, name=name)], *files)
    return proof


@pytest.mark.parametrize(
    ("line", "number", "unit", "near"),
    [
        ("全年举办培训12期，培训学员1,200人次。", "1200", "人次", "培训学员1,200人次。"),
        ("新增用户3.5万户，同比增长8%。", "35000", "户", "新增用户3.5万户"),
        ("投诉处理率达到９８．５％。", "98.5", "%", "投诉处理率达到98.5%。"),
    ],
)
def test_a_sentence_states_its_numbers_with_the_clause_they_stand_in(line: str, number: str, unit: str, near: str) -> None:
    found = [one for one in statements_of(text(line)) if one.number == Decimal(number)]
    assert [(one.unit, one.near) for one in found] == [(unit, near)]


def test_a_cell_has_its_number_under_the_headings_over_and_beside_it_and_the_unit_of_either() -> None:
    document = table("指标,计量单位,2022年,2023年", "集装箱吞吐量,万标箱,70.1,76.18", "进出口额（亿元）,,90,100")
    found = {(one.text, one.number, one.unit) for one in statements_of(document)}
    assert ("集装箱吞吐量 万标箱 2023年 76.18", Decimal(761800), "标箱") in found
    assert ("进出口额(亿元) 2022年 90", Decimal(9_000_000_000), "元") in found
    assert not any(one.unit == "年" for one in statements_of(document))


@pytest.mark.parametrize(
    ("name", "actual", "said", "verdict"),
    [
        ("培训学员人次", "1200人次", "全年培训学员1,200人次。", "agrees"),
        ("培训学员人次", "1200人次", "全年培训学员1,180人次。", "differs"),
        ("培训学员人次", "1200人次", "全年培训学员1,200人次，其中线上300人次。", "agrees"),
        ("培训学员人次", "0.12万人次", "全年培训学员1,200人次。", "agrees"),
        ("进出口总额", "1732亿元", "进出口总额1731.96亿元。", "agrees"),
        ("进出口总额", "1731.96亿元", "进出口总额1732.0亿元。", "agrees"),
        ("进出口总额", "1731.96亿元", "进出口总额1731.9亿元。", "differs"),
        ("进出口总额", "1732亿元", "进出口总额增长5%。", "not-found"),
        ("进出口总额", "1732亿元", "社会消费品零售额1732亿元。", "not-found"),
        ("进出口总额", "1732亿元", "进出口总额1732万人。", "not-found"),
        ("服务对象满意度", "95%", "经问卷调查，服务对象满意度为95%。", "agrees"),
        ("信息系统正常运行率", "100%", "信息系统正常运行率99.2%，未发生安全事件。", "differs"),
    ],
)
def test_what_a_sentence_proves(name: str, actual: str, said: str, verdict: str) -> None:
    assert only(name, actual, text(said)).verdict == verdict


@pytest.mark.parametrize(
    "said",
    ["集装箱吞吐量目标为70万标箱。", "上年集装箱吞吐量70万标箱。", "计划完成集装箱吞吐量70万标箱。"],
)
def test_a_number_of_another_kind_proves_nothing(said: str) -> None:
    assert only("集装箱吞吐量", "76.18万标箱", text(said)).verdict == "not-found"


def test_columns_of_other_kinds_are_passed_over_and_a_sign_before_a_number_is_none() -> None:
    document = table("指标,权重(%),年度目标值,实际完成值,得分", "服务对象满意度,5,90%,≥99.45%,5")
    proof = only("服务对象满意度", "99.45%", document)
    assert (proof.verdict, proof.said, proof.anchor and proof.anchor.cell) == ("agrees", Decimal("99.45"), "c4")


def test_a_word_of_another_kind_in_the_rows_own_name_is_meant() -> None:
    assert only("进出口总额增长率", "5%", text("进出口总额增长率为5%。")).verdict == "agrees"


def test_what_is_not_surely_about_the_row_never_contradicts_it() -> None:
    assert only("重点企业技术改造项目数", "12个", text("支持企业项目15个。")).verdict == "not-found"


def test_a_number_of_another_year_or_of_some_months_only_is_no_contradiction() -> None:
    for said in ("2022年，集装箱吞吐量70.1万标箱。", "1-11月，集装箱吞吐量70.1万标箱。", "上半年集装箱吞吐量35万标箱。"):
        assert only("集装箱吞吐量", "76.18万标箱", text(said)).verdict == "not-found"
    proof = only("集装箱吞吐量", "76.18万标箱", text("1-11月，集装箱吞吐量70.1万标箱。2023年，集装箱吞吐量76.18万标箱。"))
    assert (proof.verdict, proof.period) == ("agrees", "2023 年")


def test_the_same_number_for_some_months_only_agrees_with_half_the_confidence_and_names_the_period() -> None:
    proof = only("集装箱吞吐量", "76.18万标箱", text("1-11月，集装箱吞吐量76.18万标箱。"))
    assert (proof.verdict, proof.period, proof.confidence) == ("agrees", "1-11月", Decimal("0.50"))


def test_a_place_proves_one_row_and_names_the_other_it_would_prove() -> None:
    rows = [row("25场", "25场", name="举办活动场次"), row("25场", "25场", name="全年举办活动场次")]
    second, first = held(rows, text("全年举办活动25场。"))
    assert (first.verdict, first.rivals) == ("agrees", ("/indicators/0",))
    assert (second.verdict, second.rivals) == ("shared", ("/indicators/1",))


def test_two_places_prove_two_rows() -> None:
    rows = [row("25场", "25场", name="举办活动场次"), row("25场", "25场", name="全年举办活动场次")]
    assert [one.verdict for one in held(rows, text("全年举办活动25场。"), table("举办活动场次,25场"))] == ["agrees", "agrees"]


def test_a_table_beats_a_sentence_that_is_less_about_the_row_and_points_at_its_cell() -> None:
    proof = only("数据报送条数", "4199519条", text("报送各类信息300条。"), table("指标,单位,2023年", "数据报送条数,条,4199519"))
    assert (proof.verdict, proof.file, proof.anchor and proof.anchor.cell) == ("agrees", "统计表.csv", "c3")


def test_a_label_within_the_rows_name_is_enough_to_agree() -> None:
    proof = only("向省级平台报送数据数量", "4199519条", table("项目,单位,数量", "报送数据数量,条,4199519"))
    assert (proof.verdict, proof.confidence) == ("agrees", Decimal("0.75"))
    assert only("向省级平台报送数据数量", "4199519条", table("项目,单位,数量", "——,条,4199520")).verdict == "not-found"


def test_rows_without_a_number_or_a_unit_are_not_asked_for() -> None:
    assert held([row("优", "优", name="管理水平"), row("/", "/", name="监管有效性")], text("管理水平95%。")) == []


@pytest.mark.parametrize("content", ["", "。。。", "12,,,", "1\n2\n3", "合计,5\n,\n"])
def test_files_that_say_nothing_prove_nothing(content: str) -> None:
    document = Document("空.txt", "txt", "0" * 64, ()) if not content else table(content)
    assert only("培训学员人次", "1200人次", document).verdict == "not-found"
