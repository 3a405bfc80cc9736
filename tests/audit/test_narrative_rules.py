"""Rules that hold the free text and the dates against the table."""

from __future__ import annotations

from typing import Any

import pytest

from inspections import Fires, Silent, findings, fund, row, sheet, value
from jiheng.domain.document import Anchor
from jiheng.domain.evaluation import Goal, Narrative, Printed

SHORT = row(name="培训人数", b="80", s="8", f="8")
NOTHING = Narrative(problems="无。", improvements="有整改安排")
BOXES = Printed(fields=frozenset({"/narrative/improvements"}))
MONEY_ROW = row(role="money", name="资金支出率", a=None, b=None, unit=None, w="12", s="11.96", f="11.96")
SPENT = (fund(adjusted="100", spent="80"),)


def told(text: str | None, *rows: Any, **more: Any) -> Any:
    return sheet(*(rows or (SHORT,)), narrative=Narrative(performance=text), **more)


def dated(actual: str | None = None, target: str | None = None, **more: Any) -> Any:
    """A row whose cells are dates, given as ISO."""
    cells = {"target": target, "actual": actual}
    return row(**{name: value(text or "/", kind="date" if text else "absent", date=text) for name, text in cells.items()}, a=None, b=None, **more)


def year(*rows: Any, **more: Any) -> Any:
    return sheet(*rows, **{"fiscal_year": 2023, **more})


def noted(*notes: str, **more: Any) -> Any:
    return year(row(), printed=Printed(notes=notes), **more)


FIRES = [
    Fires("narrative.contradiction", sheet(SHORT, narrative=NOTHING), "/narrative/problems", "warning", ("填“无”，但有 1 项", "“培训人数”")),
    Fires(
        "narrative.contradiction",
        sheet(*[SHORT] * 5, narrative=Narrative(problems="人员不足"), printed=BOXES),
        "/narrative/improvements",
        "warning",
        ("“改进意见”空白，但有 5 项", "等。"),
    ),
    Fires(
        "narrative.contradiction",
        sheet(row(name=None, b="80", s="8", f="8", reason="讲师生病"), narrative=NOTHING),
        "/narrative/problems",
        "warning",
        ("（无名称）",),
    ),
    Fires("narrative.contradiction", told("各项任务全部完成。"), "/narrative/performance", "warning", ("称“全部完成”", "1 项没有达到目标值")),
    Fires("narrative.contradiction", sheet(SHORT, goal=Goal(actual="圆满完成任务")), "/goal/actual", "warning", ("总体目标完成情况称“圆满完成”",)),
    Fires("narrative.contradiction", told("资金已全部拨付", row(), funds=SPENT), "/narrative/performance", "warning", ("80.00%",)),
    Fires(
        "narrative.contradiction",
        told("资金及时下达", dated("2023-11-30", "2023-06-30", name="补贴发放时间")),
        "/narrative/performance",
        "warning",
        ("2023-11-30 晚于目标 2023-06-30",),
    ),
    Fires("narrative.unfinished-yet-full", sheet(row(reason="工程尚未验收")), "/indicators/0", "warning", ("“未验收”，却得满分 10 分",)),
    Fires(
        "narrative.unfinished-yet-full",
        sheet(row(level2="质量指标", actual=value("在建"), w="20.5", s="20.5")),
        "/indicators/0",
        "warning",
        ("“在建”，却得满分 20.5 分",),
    ),
    Fires(
        "fill.instruction-left", sheet(row(), goal=Goal(expected="（200字以内）改善灌溉")), "/goal/expected", "warning", ("“(200字以内)改善灌溉”",)
    ),
    Fires("fill.instruction-left", sheet(row(reason="未完成的应单独说明原因")), "/indicators/0/reason", "warning", ("应单独说明",)),
    Fires(
        "fill.instruction-left", sheet(row(), printed=Printed(instructions=(Anchor(line=9, text="限300字以内"),))), "", "warning", ("“限300字以内”",)
    ),
    Fires(
        "fill.instruction-left",
        told("限300字以内", printed=Printed(instructions=(Anchor(line=9, text="限300字以内"),))),
        "/narrative/performance",
        "warning",
        ("“报告”里留有填表说明",),
    ),
    Fires("date.contradiction", year(dated("2024-03-31")), "/indicators/0/actual", "error", ("晚于评价年度 2023 年末",)),
    Fires("date.contradiction", year(row(actual=value("2024年2月完成"), b=None)), "/indicators/0/actual", "error", ("2024年2月完成",)),
    Fires("date.contradiction", year(dated(target="2022-12-31")), "/indicators/0/target", "error", ("不在评价年度 2023 年内",)),
    Fires(
        "date.contradiction",
        year(row(target=value("2024年9月前", kind="date"), a=None)),
        "/indicators/0/target",
        "error",
        ("“2024年9月前”",),
    ),
    Fires(
        "date.contradiction",
        year(dated("2023-10-31", name="工程验收时间", evidence=("开工令2023年12月1日", "工程验收单20231205", "验收纪要2023年12月9日"))),
        "/indicators/0/actual",
        "error",
        ("填报 2023-10-31 验收", "2023-12-05"),
    ),
    Fires("date.filed-early", noted("填报人：甲  填报日期：2023年11月5日"), "", "warning", ("2023 年 11 月早于评价年度 2023 年末",)),
    Fires("date.filed-early", year(row(), printed=Printed(year_texts=("填表时间：2022.12.30",))), "", "warning", ("2022 年 12 月",)),
]

SILENT = [
    Silent("narrative.contradiction", sheet(row(), narrative=NOTHING), "nothing fell short"),
    Silent("narrative.contradiction", sheet(SHORT, narrative=Narrative(problems="人员不足", improvements="加强培训")), "told"),
    Silent("narrative.contradiction", sheet(SHORT, narrative=Narrative()), "the layout has no such box"),
    Silent(
        "narrative.contradiction",
        sheet(row(b="80", s="8", f="8", reason="讲师生病，下一步提前安排"), narrative=NOTHING),
        "cause and measure stand in the row",
    ),
    Silent(
        "narrative.contradiction",
        sheet(MONEY_ROW, funds=(fund(adjusted="100", spent="99.7"),), narrative=NOTHING),
        "the well-spent money row is excused",
    ),
    Silent("narrative.contradiction", told("任务未全部完成，未能圆满完成"), "says the opposite"),
    Silent("narrative.contradiction", told("任务全部完成", row()), "all is done"),
    Silent("narrative.contradiction", told("资金已全部拨付", row(), funds=(fund(adjusted="100", spent="100"),)), "all is paid"),
    Silent("narrative.contradiction", told("资金已全部拨付", row()), "no rate is known"),
    Silent("narrative.contradiction", told("资金及时下达", dated("2023-06-01", "2023-06-30", name="补贴发放时间")), "in time"),
    Silent("narrative.contradiction", told("资金及时下达", dated("2023-11-30", "2023-06-30", name="开工时间")), "another act"),
    Silent("narrative.unfinished-yet-full", sheet(row(reason="工程尚未验收", s="8")), "points were taken"),
    Silent("narrative.unfinished-yet-full", sheet(row(reason="按阶段目标，工程实施中")), "a stage of several years"),
    Silent("narrative.unfinished-yet-full", sheet(row(reason="工程尚未验收", level2="社会效益指标")), "no output"),
    Silent("narrative.unfinished-yet-full", sheet(row(reason="工程尚未验收", level2=None)), "no level 2"),
    Silent("narrative.unfinished-yet-full", sheet(row()), "no remark"),
    Silent("fill.instruction-left", sheet(row(reason="讲师生病"), goal=Goal(expected="改善灌溉")), "answers only"),
    Silent("fill.instruction-left", sheet(row(criteria="未完成的应单独说明")), "a note in its own column"),
    Silent("date.contradiction", year(dated("2023-12-31", "2023-12-31")), "within the year"),
    Silent("date.contradiction", year(dated("2024-03-31", reason="跨年项目")), "a project of several years"),
    Silent("date.contradiction", year(dated("2024-03-31"), project_name="河道整治（三年）"), "a project of several years"),
    Silent("date.contradiction", year(dated("2024-03-31"), fiscal_year=None), "no year is known"),
    Silent("date.contradiction", year(row(actual=value("纳入2024年预算"), b=None)), "nothing was completed"),
    Silent("date.contradiction", year(row(target=value("12月底前", kind="date"), a=None)), "the year is not printed"),
    Silent(
        "date.contradiction",
        year(dated("2023-12-31", name="工程验收时间", evidence=("验收单2023年12月9日", "验收办法〔2024〕5号"))),
        "accepted before",
    ),
    Silent("date.contradiction", year(dated("2023-10-31", name="开工时间", evidence=("验收单2023年12月9日",))), "another act"),
    Silent("date.filed-early", noted("填报日期：2024年2月5日"), "after the year"),
    Silent("date.filed-early", noted("填报日期：2023年11月5日", "项目已提前结束"), "closed early"),
    Silent("date.filed-early", noted("填报日期：    ", "审核日期：2023年11月5日"), "blank"),
    Silent("date.filed-early", noted("填报日期：2023年11月5日", fiscal_year=None), "no year is known"),
    Silent("date.filed-early", year(row(actual=value(None), b=None), printed=Printed(notes=("填报日期：2023年11月5日",))), "nothing is filled"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_problems_and_improvements_are_two_findings() -> None:
    found = findings(sheet(SHORT, SHORT, narrative=Narrative(problems="无", improvements="暂无。")), "narrative.contradiction", "reason.missing")
    assert [f.subject for f in found if f.code == "narrative.contradiction"] == ["/narrative/problems", "/narrative/improvements"]
