"""The report says what the form says, counts what can be counted, and leaves the rest open in so many words."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import form, fund, number, row, waiver
from dossiers import FORMS, dossier_of, dossiers_in, items, tables, texts, title_of, uncovered
from filled_forms import filled
from jiheng.domain.codec import dumps
from jiheng.domain.dossier import Dossier, Source
from jiheng.domain.evaluation import Evaluation, Goal, Indicator, Narrative, Printed, StatedTotals
from jiheng.domain.finding import Finding
from jiheng.exporters.layout.model import Bars, Grid, Layout
from jiheng.exporters.layout.report import CHAPTERS, report
from jiheng.rulebook import load_rulebook

GAP = re.compile(r"【请填写：.+】")
FIGURE = re.compile(r"\d+(?:\.\d+)?")
GENERATED = ("body", "gap", "title", "subtitle", "line", "note")


def layout(evaluation: Evaluation, *, law: str | None = "cn-2020") -> Layout:
    dossier = dossier_of(evaluation, law=law)
    return report(dossier, title_of(dossier))


def of(*rows: Indicator, **fields: Any) -> Layout:
    return layout(form(*rows, **fields))


COUNTS: list[tuple[str, tuple[Indicator, ...], str]] = [
    ("met and missed", (row(), row("≥10人", "9人"), row("≥5人", "5人")), "数量指标 3 项，达到预期值 2 项，未达到预期值 1 项。"),
    ("beaten", (row("≥10人", "12人"), row("≥10人", "10人")), "数量指标 2 项，达到预期值 2 项，其中超额完成 1 项。"),
    ("below a limit", (row("≤10天", "8天", name="办结时限"),), "数量指标 1 项，达到预期值 1 项，其中低于上限 1 项。"),
    ("all missed", (row("≥10人", "9人"),), "数量指标 1 项，未达到预期值 1 项。"),
    ("not filled in", (row("≥10人", None), row()), "数量指标 2 项，达到预期值 1 项，实现值未填 1 项。"),
    ("words", (row("有所提升", "有所提升"),), "数量指标 1 项，待定。"),
    ("a date kept", (row("2023年11月30日", "2023年10月1日", name="完工日期"),), "数量指标 1 项，达到预期值 1 项。"),
    ("units that differ", (row("≥10人", "9公里"),), "数量指标 1 项，待定。"),
    ("a target still open", (row("待定", "9人"),), "数量指标 1 项，待定。"),
    ("the same in another unit", (row("≥1万元", "10000元", name="补贴金额"),), "数量指标 1 项，达到预期值 1 项。"),
]


@pytest.mark.parametrize(("_name", "rows", "sentence"), COUNTS, ids=[case[0] for case in COUNTS])
def test_a_level_2_is_counted(_name: str, rows: tuple[Indicator, ...], sentence: str) -> None:
    assert sentence in texts(of(*rows), "body")


@pytest.mark.parametrize(
    ("target", "actual", "sentence"),
    [
        ("≥10人", "12人", "超额完成的有：“培训人数”（预期值 ≥10人，实现值 12人）。"),
        ("≤10天", "8天", "低于上限的有：“培训人数”（预期值 ≤10天，实现值 8天）。"),
        ("15100人次", "0", "未达到预期值的有：“培训人数”（预期值 15100人次，实现值 0）。"),
        ("≥10人", None, "实现值未填的有：“培训人数”（预期值 ≥10人，实现值 未填）。"),
    ],
)
def test_what_was_beaten_or_missed_is_named_with_both_values(target: str, actual: str | None, sentence: str) -> None:
    assert sentence in texts(of(row(target, actual)), "body")


def test_without_a_law_a_direction_that_is_not_printed_decides_nothing() -> None:
    said = texts(layout(form(row("100人", "90人"), row("≥100人", "90人"), row("8场", "8场")), law=None), "body")
    assert "数量指标 3 项，达到预期值 1 项，未达到预期值 1 项，由评审人评定 1 项。" in said


GAPS: list[tuple[str, Evaluation, str]] = [
    ("no unit", form(row()), "填报单位"),
    ("no year", form(row()), "评价年度"),
    ("no name", form(row()), "项目名称、主管部门、实施单位、项目实施依据的文件"),
    ("no money", form(row()), "资金来源、预算数、下达数和支出数；自评表中没有读到资金情况"),
    ("no goal", form(row()), "项目年度绩效目标"),
    ("no result", form(row(), goal=Goal(expected="培训农民")), "总体目标的实际完成情况"),
    ("no total", form(row()), "自评得分"),
    ("no practice", form(row()), "项目实施的主要做法与成效"),
    ("no reason", form(row("≥10人", "9人")), "“培训人数”未达标或扣分的原因和拟采取的措施"),
    ("an empty reason", form(row("≥10人", "9人", reason="无")), "“培训人数”未达标或扣分的原因和拟采取的措施"),
    ("points not claimed", form(row(stated="8")), "“培训人数”未达标或扣分的原因和拟采取的措施"),
    ("no problems", form(row()), "存在的问题"),
    ("no improvements", form(row()), "改进措施"),
    ("no indicators", form(), "绩效指标及其完成情况；自评表中没有读到绩效指标"),
    ("money left", form(row(), funds=(fund(adjusted="10", spent="9"),)), "预算没有全部执行的原因，结转结余资金的处理情况"),
    ("too much spent", form(row(), funds=(fund(adjusted="10", spent="12"),)), "实际支出超过预算的原因和批准文件"),
    ("a broken amount", form(row(), funds=(fund(adjusted="7,0.0", spent="9"),)), "“年度资金总额”的全年预算“7,0.0”的正确金额；表中所填不能读作金额"),
    ("expiring money", form(row(), printed=Printed(fields=frozenset({"/narrative/expiring_funds"}))), "到期资金情况"),
    ("who signs", form(row()), "成文单位（盖章）"),
    ("when", form(row()), "成文日期"),
]


@pytest.mark.parametrize(("_name", "evaluation", "what"), GAPS, ids=[case[0] for case in GAPS])
def test_what_is_missing_is_a_gap(_name: str, evaluation: Evaluation, what: str) -> None:
    assert f"【请填写：{what}】" in texts(layout(evaluation), "gap")


FILLED: list[tuple[str, dict[str, Any], str]] = [
    ("unit", {"implementing_unit": "示例市教育局"}, "填报单位"),
    ("year", {"fiscal_year": 2023}, "评价年度"),
    ("goal", {"goal": Goal(expected="培训农民", actual="培训了")}, "项目年度绩效目标"),
    ("result", {"goal": Goal(expected="培训农民", actual="培训了")}, "总体目标的实际完成情况"),
    ("total", {"stated_totals": StatedTotals(score=Decimal(90))}, "自评得分"),
    ("problems", {"narrative": Narrative(problems="人手不足。")}, "存在的问题"),
    ("practice", {"narrative": Narrative(performance="逐村开班。")}, "项目实施的主要做法与成效"),
]


@pytest.mark.parametrize(("_name", "fields", "what"), FILLED, ids=[case[0] for case in FILLED])
def test_what_is_there_is_no_gap(_name: str, fields: dict[str, Any], what: str) -> None:
    assert f"【请填写：{what}】" not in texts(layout(replace(form(row()), **fields)), "gap")


def test_what_the_unit_wrote_is_quoted_line_by_line() -> None:
    said = texts(of(row("≥10人", "9人", reason="疫情停课。"), narrative=Narrative(problems="一是人手不足。\n\n二是场地不够。")), "body")
    assert "原因（填报单位填写）：疫情停课。" in said
    assert said.index("二是场地不够。") == said.index("一是人手不足。") + 1


@pytest.mark.parametrize(
    ("written", "paragraphs"),
    [
        ("1、办班。 2、宣传8场。", ["1、办班。", "2、宣传8场。"]),
        ("（一）支出: 1. 支出10万元。 2. 结余0元。", ["（一）支出:", "1. 支出10万元。", "2. 结余0元。"]),
        ("人均补助。 1.5万元已发放。", ["人均补助。 1.5万元已发放。"]),
        ("甲\r\n\r\n乙", ["甲", "乙"]),
    ],
)
def test_clauses_that_were_run_together_stand_apart_again(written: str, paragraphs: list[str]) -> None:
    said = texts(of(row(), goal=Goal(expected=written)), "body")
    at = said.index(paragraphs[0])
    assert said[at : at + len(paragraphs)] == paragraphs


def test_a_blank_cell_says_so_and_is_never_nought() -> None:
    evaluation = form(row("≥10人", None, stated=None), funds=(fund(initial="0", adjusted=None, spent="9"), fund("其他资金", adjusted="5")))
    money, _, indicators, *_ = tables(layout(evaluation))
    assert money[1] == ["年度资金总额", "0", "未填", "9", "—"]
    assert indicators[1] == ["数量指标", "培训人数", "≥10人", "未填", "10", "未填", "0～10"]


def test_columns_that_the_form_does_not_have_are_left_out() -> None:
    bare = replace(row(), weight=None, stated_score=None)
    money, _, indicators, *_ = tables(layout(form(bare, funds=(fund(adjusted="10", spent="10"),)), law=None))
    assert money[0] == ["资金来源", "全年预算", "实际支出", "执行率（复算）"]
    assert indicators[0] == ["二级指标", "三级指标", "预期值", "实现值"]


def test_stated_and_recomputed_stand_side_by_side() -> None:
    evaluation = form(row("≥10人", "9人", stated="10"), row("有效", "有效", stated="8", level1="效益指标", level2="社会效益"), total="18")
    shown = layout(evaluation)
    blocks = next(rows for rows in tables(shown) if rows[0][0] == "一级指标")
    assert blocks[1:] == [["产出", "1", "10", "10", "9.00"], ["效益", "1", "10", "8", "0～10"], ["合计", "2", "20", "18", "17.00"]]
    (bars,) = (item for item in items(shown) if isinstance(item, Bars))
    assert bars.rows == (("产出", (number("100.00"), number("90.00"))), ("效益（复算按最低）", (number("80.00"), number("0.00"))))
    assert "其中 1 项待定" in "".join(texts(shown, "body"))


@pytest.mark.parametrize("law", [None, "cn-2020"])
def test_a_form_that_is_not_scored_gives_a_whole_report(law: str | None) -> None:
    evaluation = form(replace(row(stated=None), weight=None), funds=(fund(adjusted="10", spent="9"),))
    shown = layout(evaluation, law=law)
    assert [text.split("、")[1] for text in texts(shown, "heading1")] == [name for name, _ in CHAPTERS]
    assert any("没有复算得分" in text or "不能合计复算得分" in text for text in texts(shown, "body"))
    assert not any(isinstance(item, Bars) for item in items(shown))


def test_a_file_that_could_not_be_read_says_so() -> None:
    shown = report(Dossier(None, Source("坏.xlsx", "0", "xlsx"), findings=(Finding("file.damaged", "error", "文件已损坏。"),)), "")
    assert "文件已损坏。" in texts(shown, "body")
    assert texts(shown, "gap")


def test_findings_stand_in_an_attachment_worst_first_with_their_authority() -> None:
    dossier = dossier_of(form(row("≥10人", "9人", stated="10"), total="10"))
    shown = report(dossier, title_of(dossier))
    attached = shown.sections[-1]
    assert [section.name for section in shown.sections] == ["报告", "附件1 评分明细", "附件2 待核实事项"]
    (grid,) = (item for item in attached.items if isinstance(item, Grid))
    rows = [[cell.text for cell in grid.cells if cell.row == index] for index in range(1, grid.rows)]
    order = ["错误", "提醒", "提示"]
    assert [line[1] for line in rows] == sorted((line[1] for line in rows), key=order.index)
    assert len(rows) == len(dossier.findings)
    assert all(line[2] and line[4] for line in rows)


def test_an_exception_is_told() -> None:
    dossier = dossier_of(form(row("≥10人", "9人", stated="10")), waiver(0, "keep"))
    assert "“培训人数”经认定为例外，保留自评分。" in texts(report(dossier, ""), "body")


@pytest.mark.parametrize(
    ("kind", "name", "title"),
    [
        ("project", "乡村道路", "乡村道路项目支出绩效自评报告"),
        ("project", "乡村道路项目", "乡村道路项目支出绩效自评报告"),
        ("department", "示例市教育局", "示例市教育局部门整体支出绩效自评报告"),
        ("transfer", "教育补助资金", "教育补助资金转移支付绩效自评报告"),
        ("project", None, "项目支出绩效自评报告"),
    ],
)
def test_the_title_is_that_of_the_kind_of_form(kind: str, name: str | None, title: str) -> None:
    assert layout(form(row(), kind=kind, project_name=name)).title == title


def strange_figures(dossier: Dossier, shown: Layout) -> list[tuple[str, str]]:
    """Figures of generated paragraphs that stand nowhere in the dossier and are neither counted nor a rate or a sum told as such."""
    known = set(FIGURE.findall(dumps(dossier))) | set(FIGURE.findall(" ".join(title_of(dossier).split())))
    form_ = dossier.evaluation
    assert form_ is not None
    counts = {str(count) for count in range(max(len(form_.indicators), len(dossier.findings)) + 1)}
    sums = {f"{sum((row.stated_score or Decimal(0) for row in form_.indicators), Decimal(0)) + funds:f}" for funds in fund_scores(dossier)}
    found = []
    for text in texts(shown, *GENERATED):
        plain = re.sub(r"附件\d|^(?:附件：|　　　)\d+\. |保留 2 位", "", text)
        plain = re.sub(r" = \d+\.\d\d%", "", plain)
        for match in FIGURE.finditer(plain):
            counted = plain[match.end() :].startswith(" 项") and match.group() in counts
            summed = plain[: match.start()].endswith("相加为 ") and match.group() in sums
            if match.group() not in known and not counted and not summed:
                found.append((match.group(), text))
    return found


def fund_scores(dossier: Dossier) -> tuple[Decimal, ...]:
    form_ = dossier.evaluation
    scores = [fund_.stated_score for fund_ in form_.funds if fund_.stated_score is not None] if form_ else []
    return (Decimal(0), *scores)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_every_real_form_gives_a_report_whose_figures_are_its_own(path: Path) -> None:
    for dossier in dossiers_in(path):
        shown = report(dossier, title_of(dossier))
        assert strange_figures(dossier, shown) == []
        assert [uncovered(item) for item in items(shown) if isinstance(item, Grid) and uncovered(item)] == []
        assert all(GAP.fullmatch(text) for text in texts(shown, "gap"))
        assert shown == report(dossier, title_of(dossier))


@given(st.data())
def test_every_figure_of_any_filled_form_is_its_own(data: st.DataObject) -> None:
    paper = data.draw(st.sampled_from(sorted(load_rulebook().forms.values(), key=lambda one: one.id)))
    evaluation = data.draw(filled(paper))
    dossier = dossier_of(evaluation, law=data.draw(st.sampled_from([None, "cn-2020"])))
    shown = report(dossier, title_of(dossier))
    assert strange_figures(dossier, shown) == []
    assert [item for item in items(shown) if isinstance(item, Grid) and uncovered(item)] == []


def test_the_rate_is_spent_over_the_base_of_the_law() -> None:
    said = texts(of(row(), funds=(fund(adjusted="320", spent="304", weight="10", stated="9.5"),)), "body")
    assert "年度资金总额：全年预算 320 万元，实际支出 304 万元，实际支出 ÷ 全年预算 = 95.00%。" in said
    assert any(text.startswith("预算执行分值 10，自评 9.5，复算 9.50。") for text in said)
