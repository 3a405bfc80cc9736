"""Layout traps met in published forms, each as small as it can be: what must be read, and what must not be invented."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiheng import importers
from jiheng.domain.evaluation import Evaluation
from jiheng.rulebook import load_rulebook

THREE_CELL_TARGETS = """2022年度项目支出绩效自评表 ||||||||||
部门：示例市某县示例中学 ||||||||||
项目名称 | 示例营养改善项目 |||||||||
主管部门 | 示例县教育局 | 实施单位 | 示例中学 |||||||
项目资金（元） |  | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |||
年度资金总额 |  | 5000.5 | 5000.5 | 10 | 100% | 10 |||
其中：当年财政拨款 |  | 5000.5 | 5000.5 | — |  | — |||
绩效指标 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施 ||||||
一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 |
产出指标 | 数量指标 | 受助学生人数 | ≧ | 735 | 人次 | 735 | 40 | 40 |  |
成本指标 | 补助标准达标率 | ═ | 100 | % | 100% | 20 | 20 |  |
效益指标 | 经济效益指标 | 减轻家庭负担 |  | 有效 |  | 有效 | 30 | 28 |  |
其他需要说明事项 | 无 |||||||||
总分 | 100 | 98 | 优 |||||||
"""
PAGE = """<html><body><h1>示例中学2022年度项目支出绩效自评表</h1><table>
<tr><td colspan="{span}">项目支出绩效自评表</td></tr><tr><td>项目名称</td><td>示例项目</td></tr></table></body></html>"""


def read(text: str, name: str) -> Evaluation:
    (draft,) = importers.recognise(importers.read(text.encode(), name), load_rulebook().labels)
    return importers.parse(draft).evaluation


@pytest.fixture(scope="module")
def yunnan() -> Evaluation:
    return read(THREE_CELL_TARGETS, "表.txt")


def test_a_blank_sign_and_unit_do_not_pull_the_next_cells_forward(yunnan: Evaluation) -> None:
    row = yunnan.indicators[2]
    assert (row.name, row.target.raw, row.actual.raw, row.weight, row.stated_score) == ("减轻家庭负担", "有效", "有效", Decimal(30), Decimal(28))


def test_a_name_of_both_levels_is_the_second_below_a_first(yunnan: Evaluation) -> None:
    assert [(row.level1, row.level2) for row in yunnan.indicators] == [
        ("产出指标", "数量指标"),
        ("产出指标", "成本指标"),
        ("效益指标", "经济效益指标"),
    ]


def test_a_remark_above_the_total_is_neither_row_nor_report(yunnan: Evaluation) -> None:
    assert len(yunnan.indicators) == 3
    assert yunnan.narrative.performance is None
    assert (yunnan.stated_totals.weight, yunnan.stated_totals.score, yunnan.stated_totals.grade) == (Decimal(100), Decimal(98), "优")


def test_money_rows_without_a_rate_follow_the_lag_of_the_row_that_has_one(yunnan: Evaluation) -> None:
    for fund in yunnan.funds:
        assert fund.initial_budget is None
        assert fund.adjusted_budget is not None
        assert fund.disbursed is not None
        assert fund.adjusted_budget.yuan == fund.disbursed.yuan == Decimal("5000.5")
    assert len(yunnan.funds) == 2


def test_the_unit_in_its_own_cell_goes_before_the_one_of_a_heading_line(yunnan: Evaluation) -> None:
    assert yunnan.implementing_unit == "示例中学"


@pytest.mark.parametrize("span", ["2", "①", "²", "٣", "999999999999", "-4", ""])
def test_an_odd_span_is_read_and_the_title_in_the_table_goes_before_the_headline(span: str) -> None:
    assert read(PAGE.format(span=span), "页.html").title == "项目支出绩效自评表"


PARENTS = """绩效目标自评表||||||||
2023年示例村补贴项目||||||||
项目名称|2023年示例村补贴项目|||||||
一级指标|二级指标|三级指标|分值|年度指标值|全年实际值|得分|未完成原因|
产出指标|数量指标|★补助瓜果面积|20|29.5亩|29.5亩|20||
||其中桃树||1.5亩|1.5亩||||
||苹果树||28亩|28亩||||
||★补助养殖数量|10|||10||
||羊||180只|180只||||
||培训次数|10|2次|2次|10||
||补助鱼塘面积|10|3亩|3亩|10||
"""


def test_rows_that_break_a_parent_down_are_its_children_and_no_shared_score() -> None:
    form = read(PARENTS, "表.txt")
    assert [row.name for row in form.indicators] == ["补助瓜果面积", "其中桃树", "苹果树", "补助养殖数量", "羊", "培训次数", "补助鱼塘面积"]
    assert form.printed.parents == ((0, (1, 2)), (3, (4,)))
    assert form.printed.group_scores == ()


def test_the_one_year_that_title_and_project_name_print_is_the_fiscal_year() -> None:
    assert read(PARENTS, "表.txt").fiscal_year == 2023


SIDE_BY_SIDE = """财政支出项目绩效评价自评报告
项目名称：示例公路养护
计划安排资金（万元）|700|实际到位资金（万元）|7,00.0,77|实际支出（万元）|690.5
其中：中央财政||其中：中央财政||其中：中央财政|
省财政||省财政||市财政|
县财政|700|县财政|650|县财政|690.5
"""


def test_amounts_beside_their_own_labels_are_one_line_per_part_and_a_doubtful_one_asks() -> None:
    total, county, *rest = [fund for fund in read(SIDE_BY_SIDE, "表.txt").funds if fund.disbursed]
    assert not rest
    assert (total.item, county.item) == ("合计", "县财政")
    assert total.allotted is not None
    assert (total.allotted.raw, total.allotted.yuan) == ("7,00.0,77", None)
    assert county.allotted is not None
    assert county.disbursed is not None
    assert (county.allotted.yuan, county.disbursed.yuan) == (Decimal(6500000), Decimal(6905000))
