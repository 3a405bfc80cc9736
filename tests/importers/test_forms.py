"""Recognition and parsing on the project's own forms and on small layouts of each kind."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from jiheng import importers
from jiheng.importers import Parsed
from jiheng.importers.parse.criteria import adopt_fuller
from jiheng.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
DRIFTED = ROOT / "examples" / "口岸经贸.txt"
NATIONAL = ROOT / "examples" / "示范项目.html"


def parsed(source: bytes, name: str = "表.txt") -> Parsed:
    (draft,) = importers.recognise(importers.read(source, name), load_rulebook().labels)
    return importers.parse(draft)


def rows(text: str) -> Parsed:
    return parsed(text.strip("\n").encode())


def test_the_drifted_form_is_put_straight_and_says_so() -> None:
    read = parsed(DRIFTED.read_bytes(), DRIFTED.name)
    evaluation = read.evaluation
    assert (evaluation.template, evaluation.fiscal_year, evaluation.money_unit) == ("jiangmen-2023", 2023, "万元")
    assert len(evaluation.indicators) == 20
    assert sum((row.weight or Decimal(0) for row in evaluation.indicators), Decimal(0)) == 100
    assert sum((row.stated_score or Decimal(0) for row in evaluation.indicators), Decimal(0)) == evaluation.stated_totals.score == Decimal("99.82")
    assert [(total.label, total.value) for total in evaluation.stated_totals.printed] == [
        ("一级权重合计", Decimal(140)),
        ("二级权重合计", Decimal(100)),
        ("三级权重合计", Decimal(100)),
    ]
    assert [index for index, row in enumerate(evaluation.indicators) if not row.evidence] == [1, 8, 10, 11]
    shifted = sorted((repair.subject or f"line {repair.anchor.line}") for repair in read.repairs if repair.code == "layout.columns-shifted")
    assert shifted == sorted(["/goal/expected", *(f"/indicators/{i}" for i in (4, 5, 6, 12, 17, 18, 19)), "line 32", "line 47"])
    assert all(repair.before and repair.after and repair.note for repair in read.repairs)


def test_every_read_field_has_its_place() -> None:
    read = parsed(DRIFTED.read_bytes(), DRIFTED.name)
    reading = read.fields["/indicators/13/actual"]
    assert (reading.anchor.line, reading.anchor.cell, reading.anchor.text) == (39, "c8", "1347.9亿元")
    for index in range(20):
        for key in ("name", "target", "actual", "weight", "stated_score"):
            assert f"/indicators/{index}/{key}" in read.fields


def test_the_block_repeated_over_the_page_break_is_one_block() -> None:
    read = parsed(DRIFTED.read_bytes(), DRIFTED.name)
    copies = [heading for heading in read.evaluation.printed.headings if heading.level == 1 and heading.name == "产出"]
    assert [heading.repeats for heading in copies] == [False, True]
    assert copies[0].rows == copies[1].rows == tuple(range(2, 12))
    assert [heading.name for heading in read.evaluation.printed.headings if heading.level == 2 and not heading.rows] == ["可持续影响指标"]


def test_the_national_form_on_a_web_page() -> None:
    evaluation = parsed(NATIONAL.read_bytes(), NATIONAL.name).evaluation
    assert evaluation.title == "2023年度项目支出绩效自评表"
    assert (evaluation.implementing_unit, evaluation.supervising_department) == ("示例市公共交通服务中心", "示例市交通运输局")
    total, state, _ = evaluation.funds
    assert (total.item, total.stated_rate, total.weight, total.stated_score) == ("年度资金总额", "95.00%", Decimal(10), Decimal("9.5"))
    assert total.adjusted_budget is not None
    assert total.adjusted_budget.yuan == Decimal(3200000)
    assert state.weight is None
    assert [row.level1 for row in evaluation.indicators] == ["产出指标(50分)"] * 3 + ["效益指标(30分)", "满意度指标(10分)"]
    assert evaluation.goal.expected is not None
    assert evaluation.goal.expected.startswith("维护站点120个")
    assert (evaluation.stated_totals.weight, evaluation.stated_totals.score) == (Decimal(100), Decimal("98.5"))


PACKED = """
2022年度项目支出绩效自评表
项目名称 | 学校供餐 |||||
项目资金 （元） |  | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
年度资金总额 |  | 2000 | 2000 | 10 | 100% | 10
绩效指标 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 |
产出指标 | 数量指标 | 供餐人数 | ≧ | 735 | 人次 | 735 | 10 | 10 |
质量指标 | 供餐达标率 | ═ | 100 | % | 100% | 10 | 9 | 设备检修
满意度指标 | 服务对象满意度指标 | 学生满意度 | ≧ | 95 | % | 96% | 70 | 70 |
总分 | 90 | 89 | 良
"""


def test_rows_that_lost_their_grid_are_read_by_order_and_type() -> None:
    evaluation = rows(PACKED).evaluation
    assert [(row.level1, row.level2, row.name) for row in evaluation.indicators] == [
        ("产出指标", "数量指标", "供餐人数"),
        ("产出指标", "质量指标", "供餐达标率"),
        ("满意度指标", "服务对象满意度指标", "学生满意度"),
    ]
    first = evaluation.indicators[0]
    assert (first.target.raw, first.target.operator, first.target.number, first.target.unit) == ("≧735人次", "≥", Decimal(735), "人次")
    assert evaluation.indicators[1].reason == "设备检修"
    (fund,) = evaluation.funds
    assert (fund.adjusted_budget and fund.adjusted_budget.raw, fund.disbursed and fund.disbursed.raw, fund.stated_rate) == ("2000", "2000", "100%")
    assert evaluation.stated_totals.grade == "良"


def test_columns_in_another_order_and_weights_before_targets() -> None:
    read = rows(
        """
一级指标\t二级指标\t三级指标\t分值\t年度指标值\t全年实际值\t得分\t未完成原因及拟采取的改进措施
产出指标\t数量指标\t★指标1：新建步道\t20\t≥15公里\t15公里\t20\t
\t\t……\t\t\t\t\t
\t质量指标\t验收合格率\t30\t=100%\t100%\t30\t
"""
    )
    assert [(row.name, row.weight) for row in read.evaluation.indicators] == [("新建步道", Decimal(20)), ("验收合格率", Decimal(30))]
    assert len(read.evaluation.printed.placeholders) == 1
    assert read.repairs == ()


def test_a_file_with_two_forms_gives_two_drafts() -> None:
    one = "项目支出绩效自评表\n项目名称\t{}\n三级指标\t年度指标值\t实际完成值\n里程\t5公里\t5公里\n"
    drafts = importers.recognise(importers.read((one.format("甲") + one.format("乙")).encode(), "两张.txt"), load_rulebook().labels)
    read = [importers.parse(draft).evaluation for draft in drafts]
    assert [evaluation.project_name for evaluation in read] == ["甲", "乙"]
    assert {evaluation.printed.forms_in_file for evaluation in read} == {2}


@pytest.mark.parametrize(("mark", "achieved"), [("是", True), ("否", False), ("", None)])
def test_the_tick_is_read_only_where_it_is_positive(mark: str, achieved: bool | None) -> None:
    assert rows(f"项目名称\t甲\n是否如期实现\t{mark}\n").evaluation.goal.achieved is achieved


def test_a_criteria_text_without_a_fuller_copy_stays() -> None:
    short = "2.定性指标：分为“全部达成目标”、“部分达成目标”三档。"
    full = "2.定性指标：分为“全部达成目标”、“部分达成目标”、“未能达成目标”三档。"
    assert adopt_fuller([(0, short)]) == []
    assert adopt_fuller([(0, short), (3, full)]) == [(0, short, full)]


def test_what_fits_under_no_heading_is_kept_as_a_note() -> None:
    read = rows(
        """
三级指标\t年度指标值\t实际完成值\t分值\t得分
里程\t≥5公里\t5公里\t100\t100\t300\t其他说明
二、存在的问题：无。\t\t\t\t\t限200字
"""
    )
    assert read.evaluation.narrative.problems == "无。"
    assert {"300", "其他说明", "限200字"} <= set(read.evaluation.printed.notes)


def test_a_packed_row_with_two_blank_cells_in_a_row_keeps_its_columns() -> None:
    read = rows(PACKED.replace("═ | 100 | % | 100% | 10 | 9 | 设备检修", "═ | 100 | % |  |  | 9 | 设备检修"))
    row = read.evaluation.indicators[1]
    assert (row.actual.kind, row.weight, row.stated_score, row.reason) == ("absent", None, Decimal(9), "设备检修")
