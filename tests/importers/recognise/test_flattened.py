"""Forms that have lost their table, in all the ways they lose it: the same invented rows must be read, and nothing be guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from unicodedata import east_asian_width

import pytest

from jiheng import importers
from jiheng.domain.document import Document, Paragraph, Table
from jiheng.domain.evaluation import Evaluation
from jiheng.importers.recognise.flattened import rebuilt
from jiheng.rulebook import load_rulebook

Rows = Sequence[Sequence[str]]

NATIONAL: Rows = (
    ("示例县项目支出绩效自评表",),
    ("（2023年度）",),
    ("项目名称", "图书巡展项目"),
    ("主管部门", "示例县文化局", "实施单位", "示例县图书馆"),
    ("项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
    ("", "年度资金总额", "60", "60", "57", "10", "95%", "9.5"),
    ("", "其中：当年财政拨款", "40", "40", "38", "—", "95%", "—"),
    ("年度总体目标", "预期目标", "实际完成情况"),
    ("", "举办巡展并采购图书", "巡展如期举办，图书全部到馆"),
    ("绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
    ("", "产出指标（50分）", "数量指标", "巡展场次", "≥12场", "12场", "20", "20", ""),
    ("", "", "", "采购图书册数", "≥3000册", "2700册", "20", "18", "因书商供货延误，下一步提前采购。"),
    ("", "", "质量指标", "图书验收合格率", "100%", "100%", "10", "10", ""),
    ("", "效益指标（30分）", "社会效益指标", "巡展覆盖乡镇数", "≥8个", "8个", "30", "30", ""),
    ("", "满意度指标（10分）", "服务对象满意度指标", "读者满意度", "≥90%", "96%", "10", "10", ""),
    ("总分", "", "", "", "", "", "100", "97.5", ""),
)
TRANSFER: Rows = (
    ("转移支付区域绩效目标自评表",),
    ("（2022年度）",),
    ("转移支付（项目）名称", "渠道清淤补助"),
    ("地方主管部门", "示例省水利厅", "资金使用单位", "示例县水利局"),
    ("绩效指标", "一级指标", "二级指标", "三级指标", "指标值", "全年实际完成值", "未完成原因和改进措施"),
    ("", "产出指标", "数量指标", "清淤渠道长度", "15公里", "15公里", ""),
    ("", "", "", "整修涵闸数量", "6座", "5座", "一座涵闸因汛期停工，来年完工。"),
    ("", "", "时效指标", "完工时间", "2022年11月", "2022年10月", ""),
    ("", "效益指标", "生态效益指标", "水质达标率", "≥95%", "98%", ""),
)
WEIGHT_FIRST: Rows = (
    ("绩效目标自评表",),
    ("（2021年度）",),
    ("项目名称", "养蜂奖补项目", "项目负责人及电话", "某某0000000"),
    ("主管部门", "示例县农业局", "实施单位", "示例镇人民政府"),
    ("绩效指标", "一级指标", "二级指标", "三级指标", "分值", "年度指标值", "全年实际值", "得分", "未完成原因及拟采取的改进措施"),
    ("", "产出指标（50分）", "数量指标", "★补助蜂箱数量", "30", "240箱", "240箱", "30", ""),
    ("", "", "", "其中新蜂箱", "", "200箱", "200箱", "", ""),
    ("", "", "", "其中旧蜂箱", "", "40箱", "40箱", "", ""),
    ("", "", "质量指标", "蜂群成活率", "20", "95%", "97%", "20", ""),
    ("", "效益指标（30分）", "经济效益指标", "户均增收", "30", "≥2000元", "2150元", "30", ""),
)
THREE_CELLS: Rows = (
    ("2022年度项目支出绩效自评表",),
    ("项目名称", "校园饮水改造"),
    ("主管部门", "示例县教育局", "实施单位", "示例小学"),
    ("绩效指标", "一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分", "未完成原因分析"),
    ("", "产出指标", "数量指标", "改造饮水点数", "≥", "14", "个", "14", "40", "40", ""),
    ("", "", "质量指标", "水质检测合格率", "=", "100", "%", "100", "20", "20", ""),
    ("", "效益指标", "社会效益指标", "学生饮水条件改善", "定性", "好坏", "", "好", "20", "20", ""),
    ("", "满意度指标", "满意度指标", "家长满意度", "≥", "90", "%", "93", "10", "10", ""),
    ("合计", "", "", "", "", "", "", "", "100", "100", ""),
)
FORMS = {"national": NATIONAL, "transfer": TRANSFER, "weight first": WEIGHT_FIRST, "three cells": THREE_CELLS}


def width(text: str) -> int:
    return sum(2 if east_asian_width(mark) in "WF" else 1 for mark in text)


def cell_a_line(rows: Rows) -> str:
    return "\n".join(cell for row in rows for cell in row if cell)


def double_spaced(rows: Rows) -> str:
    return "\n\n".join(cell for row in rows for cell in row if cell)


def blank_lines_for_empty_cells(rows: Rows) -> str:
    """As a word processor prints a table as text: merged level cells are absent, other empty cells are empty lines."""
    lines: list[str] = []
    for row in rows:
        filled = next(index for index, cell in enumerate(row) if cell)
        lines.extend(row[filled:])
    return "\n".join(lines)


def row_a_line(rows: Rows) -> str:
    return "\n".join(" ".join(cell for cell in row if cell) for row in rows)


def all_in_one_line(rows: Rows) -> str:
    return " ".join(cell for row in rows for cell in row if cell)


def aligned_by_blanks(rows: Rows) -> str:
    widest = [max((width(row[c]) for row in rows if c < len(row) and len(row) > 5), default=0) + 2 for c in range(max(map(len, rows)))]
    lines: list[str] = []
    for row in rows:
        line = ""
        for column, cell in enumerate(row):
            if cell:
                line += " " * max(2 if line else 0, sum(widest[:column]) - width(line)) + cell
        lines.append(line)
    return "\n".join(lines)


def table(rows: Rows) -> str:
    return "\n".join("\t".join(row) for row in rows)


def run_together(rows: Rows) -> str:
    return "".join(cell for row in rows for cell in row if cell)


def read(text: str) -> Evaluation:
    labels = load_rulebook().labels
    (draft,) = importers.recognise(rebuilt(importers.read(text.encode(), "表.txt"), labels), labels)
    return importers.parse(draft).evaluation


def said(evaluation: Evaluation) -> list[tuple[str | None, ...]]:
    return [
        (row.level1, row.level2, row.name, row.target.raw, row.actual.raw, str(row.weight), str(row.stated_score), row.reason)
        for row in evaluation.indicators
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("flatten", [cell_a_line, double_spaced, blank_lines_for_empty_cells, row_a_line, all_in_one_line, aligned_by_blanks])
def test_a_flattened_form_reads_as_its_table(flatten: Callable[[Rows], str], form: str) -> None:
    straight, flat = read(table(FORMS[form])), read(flatten(FORMS[form]))
    assert said(flat) == said(straight)
    assert len(flat.indicators) >= 4
    for field in ("project_name", "supervising_department", "implementing_unit", "fiscal_year", "title", "funds", "goal"):
        assert getattr(flat, field) == getattr(straight, field), field
    assert flat.stated_totals.score == straight.stated_totals.score
    assert flat.stated_totals.weight == straight.stated_totals.weight


@pytest.mark.parametrize("form", FORMS)
def test_run_together_text_never_gives_a_wrong_figure(form: str) -> None:
    straight = {row.name: row for row in read(table(FORMS[form])).indicators}
    for row in read(run_together(FORMS[form])).indicators:
        assert row.name in straight
        true = straight[row.name]
        assert row.weight in {None, true.weight}
        assert row.stated_score in {None, true.stated_score}
        assert row.target.number in {None, true.target.number}
        assert row.actual.number in {None, true.actual.number}


TAIL = (
    "产出指标数量指标开放天数≥300天 {a} 时效指标开放准时率=100% {b} 效益指标社会效益指标投诉率≤2% {c} 合计100 "
    "评价结论运行平稳。存在问题暂无改进措施暂无"
)


def test_a_lone_figure_is_a_weight_where_the_weights_come_to_the_printed_total() -> None:
    evaluation = read(TAIL.format(a=50, b=25, c=15))
    assert [row.weight for row in evaluation.indicators] == [Decimal(50), Decimal(25), Decimal(15)]
    assert [row.target.raw for row in evaluation.indicators] == ["≥300天", "=100%", "≤2%"]
    assert evaluation.stated_totals.weight == Decimal(100)
    assert evaluation.narrative.problems == "暂无"


def test_lone_figures_that_come_to_nothing_printed_are_left_open_and_shown() -> None:
    labels = load_rulebook().labels
    text = TAIL.format(a=50, b=25, c=13)
    assert all(row.weight is None and row.stated_score is None for row in read(text).indicators)
    blocks = rebuilt(importers.read(text.encode(), "表.txt"), labels).blocks
    assert any("开放准时率=100% 25" in block.text for block in blocks if isinstance(block, Paragraph))


GLUED = """一级指标二级指标三级指标年度指标值实际完成值分值得分
产出指标（50分）数量指标培训人次≥120人次130人次{a}
质量指标培训合格率≥95%98%{b}
效益指标（40分）社会效益指标覆盖村数≥16个16个4040
总分10098"""


def test_glued_points_are_cut_where_their_block_adds_up() -> None:
    rows = read(GLUED.format(a="3030", b="2018")).indicators
    assert [(row.weight, row.stated_score) for row in rows] == [(Decimal(30), Decimal(30)), (Decimal(20), Decimal(18)), (Decimal(40), Decimal(40))]
    assert [row.actual.raw for row in rows] == ["130人次", "98%", "16个"]


def test_glued_points_stay_open_where_their_block_does_not_add_up() -> None:
    rows = read(GLUED.format(a="3030", b="1515")).indicators
    assert [(row.weight, row.stated_score) for row in rows[:2]] == [(None, None), (None, None)]
    assert [row.actual.raw for row in rows[:2]] == ["130人次", "98%"]


def test_target_and_actual_in_one_run_of_digits_stay_open() -> None:
    rows = read(GLUED.replace("≥120人次130人次{a}", "1201303030").format(b="2018")).indicators
    own = [row for row in rows if row.level2 == "数量指标"]
    assert all(row.target.number is None and row.actual.number is None for row in own)
    assert [row.target.raw for row in rows if row.level2 != "数量指标"] == ["≥95%", "≥16个"]


def test_wrapped_cells_and_labels_of_one_cell_a_line() -> None:
    text = cell_a_line(NATIONAL).replace("社会效益指标", "社会效益\n指标").replace("绩效指标\n一级", "绩\n效\n指\n标\n一级")
    assert [[cell and cell.replace(" ", "") for cell in row] for row in said(read(text))] == [list(row) for row in said(read(table(NATIONAL)))]


def test_columns_by_blanks_whose_indent_was_lost() -> None:
    text = "\n".join(line.strip() for line in aligned_by_blanks(NATIONAL).split("\n"))
    assert said(read(text)) == said(read(table(NATIONAL)))


def test_a_score_heading_in_the_head_of_the_form_serves_the_last_column() -> None:
    text = "绩效目标自评表\n专项名称\n示例补助\n自评得分\n主管部门\n示例局\n一级指标\n二级指标\n三级指标\n年度指标值\n实际完成值\n产出指标\n数量指标"
    evaluation = read(f"{text}\n检查次数\n12次\n12次\n6\n培训人数\n80人\n76人\n4")
    assert [row.stated_score for row in evaluation.indicators] == [Decimal(6), Decimal(4)]
    assert [row.weight for row in evaluation.indicators] == [None, None]


def test_goal_lines_row_by_row_and_one_after_the_other() -> None:
    head = "项目名称\n示例项目\n主管部门\n示例局\n预期目标\n实际完成情况\n"
    table_below = "\n一级指标\n二级指标\n三级指标\n指标值\n完成值\n产出指标\n数量指标\n检查次数\n12次\n12次"
    by_row = read(f"{head}目标1：修路。\n目标1：已修路。\n目标2：种树。\n目标2：已种树。{table_below}")
    by_text = read(f"{head}1.修路。\n2.种树。\n1.已修路。\n2.已种树。{table_below}")
    assert (by_row.goal.expected, by_row.goal.actual) == ("目标1：修路。 目标2：种树。", "目标1：已修路。 目标2：已种树。")
    assert (by_text.goal.expected, by_text.goal.actual) == ("1.修路。 2.种树。", "1.已修路。 2.已种树。")


def test_goal_lines_that_nothing_tells_apart_stay_open() -> None:
    evaluation = read("项目名称\n示例项目\n主管部门\n示例局\n预期目标\n实际完成情况\n修路\n种树\n已修\n一级指标\n二级指标\n三级指标\n指标值\n完成值")
    assert (evaluation.goal.expected, evaluation.goal.actual) == (None, None)


def test_a_money_row_with_too_few_figures_follows_the_total_or_stays_open() -> None:
    head = "项目名称\n示例项目\n主管部门\n示例局\n项目资金（万元）\n年初预算数\n全年预算数\n全年执行数\n分值\n执行率\n得分\n年度资金总额\n"
    follows = read(f"{head}0\n60\n57\n10\n95%\n9.5\n其中：当年财政拨款\n60\n57\n—\n—")
    assert [fund.disbursed.raw for fund in follows.funds if fund.disbursed] == ["57", "57"]
    open_ = read(f"{head}60\n60\n57\n10\n95%\n9.5\n其中：当年财政拨款\n40\n38\n—\n—")
    assert [fund.item for fund in open_.funds] == ["年度资金总额"]


PROSE = """2022年度示例项目绩效自评报告
一、项目概况
（一）项目资金情况。年初预算数60万元，全年执行数57万元，执行率95%。
二、绩效目标完成情况
1.产出指标完成情况。
（1）数量指标。举办培训12场，完成率100%。
（2）质量指标。验收合格率100%。
2.效益指标完成情况。社会效益明显。"""


@pytest.mark.parametrize(
    "text", [PROSE, "会议纪要\n一、参会人员\n二、议题", table(NATIONAL), "项目名称：示例项目\n主管部门：示例局\n存在的问题：无。"]
)
def test_other_documents_are_the_very_same(text: str) -> None:
    document = importers.read(text.encode(), "文.txt")
    assert rebuilt(document, load_rulebook().labels) is document


@pytest.mark.parametrize("flatten", [cell_a_line, all_in_one_line, aligned_by_blanks, run_together])
def test_every_cell_has_its_line_and_nothing_is_lost(flatten: Callable[[Rows], str]) -> None:
    text = flatten(NATIONAL)
    document = rebuilt(importers.read(text.encode(), "表.txt"), load_rulebook().labels)
    lines = text.split("\n")
    for block in document.blocks:
        for shown, anchor in [(c.text, c.anchor) for c in block.cells] if isinstance(block, Table) else [(block.text, block.anchor)]:
            assert anchor.line is not None
            assert shown.split(" ")[0] in lines[anchor.line - 1]
    assert sorted(_characters(document)) == sorted(text.replace(" ", "").replace("\n", ""))


def _characters(document: Document) -> str:
    texts = [text for block in document.blocks for text in ([c.text for c in block.cells] if isinstance(block, Table) else [block.text])]
    return "".join(texts).replace(" ", "")


def test_a_long_run_of_digits_is_given_up_and_kept_as_it_is_printed() -> None:
    text = GLUED.format(a="3030", b="2018").split("\n", 1)[0] + "产出指标数量指标" + "培训人次123456789012345" * 60
    document = importers.read(text.encode(), "表.txt")
    assert sorted(_characters(rebuilt(document, load_rulebook().labels))) == sorted(text.replace(" ", "").replace("\n", ""))
