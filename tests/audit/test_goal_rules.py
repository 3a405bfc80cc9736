"""Rules on the goal text and on the written report."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections import Fires, Silent, findings, fund, row, sheet, value
from jiheng.audit import RULES
from jiheng.audit.figures import by_unit, differing, figures_of, listed
from jiheng.domain.evaluation import Goal, Narrative
from jiheng.domain.mentions import find_quantities
from jiheng.domain.value import Money

GOALS = "1、举办稻种展示会，邀请种植大户参加观摩。2、建设高标准农田灌溉水渠，改善灌溉条件。3、开展技术指导下乡入户服务活动。"
HALLS = row(name="举办活动", a="24", b="25", unit="场")
SECTION = "(一)支出情况：已支付。(二)完成目标情况："


def planned(text: str | None, *rows: Any, **more: Any) -> Any:
    return sheet(*(rows or (HALLS,)), goal=Goal(expected=text), **more)


def reported(text: str | None, *rows: Any, expected: str | None = None, **more: Any) -> Any:
    return sheet(*(rows or (HALLS,)), goal=Goal(expected=expected), narrative=Narrative(performance=text), **more)


def done(expected: str | None, actual: str | None) -> Any:
    return sheet(HALLS, goal=Goal(expected=expected, actual=actual))


FIRES = [
    Fires("goal.number-differs", planned("全年举办促消费活动8场。"), "/goal/expected", "warning", ("写 8场", "为 24场")),
    Fires(
        "goal.number-differs",
        planned("外贸总额1700亿元，培训500人", row(a="1600", unit="人"), row(a="170000000000", unit="元")),
        "/goal/expected",
        "warning",
        ("500人", "1600人"),
    ),
    Fires("goal.number-differs", planned("修路3公里", row(name="修路", a="2000", unit="米")), "/goal/expected", "warning", ("3公里", "2000米")),
    Fires("goal.actual-copies-expected", done("举办活动，促进消费。", "举办 活动,促进消费。"), "/goal/actual", "warning", ("相似度 100.00%",)),
    Fires("goal.actual-copies-expected", done(GOALS, GOALS + "完"), "/goal/actual", "warning", ("几乎相同",)),
    Fires("goal.is-the-name", planned("农田水利建设。", project_name="农田水利建设"), "/goal/expected", "info", ("“农田水利建设”",)),
    Fires("goal.is-the-name", planned("河道 清淤", project_name="河道清淤"), "/goal/expected", "info", ("只写了项目名称",)),
    Fires("report.number-differs", reported("举办促消费活动8场。"), "/narrative/performance", "warning", ("写 8场", "25场")),
    Fires(
        "report.number-differs",
        reported("支出资金5000万元。", funds=(fund(spent="4149.88"),)),
        "/narrative/performance",
        "warning",
        ("5000万元", "41498800元"),
    ),
    Fires("report.number-differs", reported("经费占60%，设备占45%。"), "/narrative/performance", "warning", ("60%、45% 合计 105%",)),
    Fires(
        "report.copies-goal",
        reported(SECTION + "举办稻种展示会，邀请种植大户参加观摩。建设高标准农田灌溉水渠，改善灌溉条件。另修路。", expected=GOALS),
        "/narrative/performance",
        "warning",
        ("5 句中 4 句照抄", "80.00%"),
    ),
    Fires(
        "report.copies-goal",
        reported("（一）年度目标完成情况:举办稻种展示会,邀请种植大户参加观摩;改善灌溉条件（二）效果：好。", expected=GOALS),
        "/narrative/performance",
        "warning",
        ("“年度目标完成情况”", "3 句中 3 句"),
    ),
    Fires("report.goal-omitted", reported("邀请种植大户参加观摩。", expected=GOALS), "/narrative/performance", "warning", ("第 2、3 项",)),
    Fires(
        "report.goal-omitted",
        reported(
            "邀请种植大户参加观摩，开展技术指导下乡入户服务活动",
            expected=GOALS.replace("1、", "（1）").replace("2、", "（2）").replace("3、", "（3）"),
        ),
        "/narrative/performance",
        "warning",
        ("第 2 项",),
    ),
]

SILENT = [
    Silent("goal.number-differs", planned("举办活动24场，发放补贴30户"), "24 is the target, 户 stands in no target"),
    Silent("goal.number-differs", planned(None), "no goal text"),
    Silent("goal.number-differs", planned("2023年12月前完成四季活动"), "years and months"),
    Silent("goal.number-differs", planned("共60人", row(a="25"), row(a="35")), "the sum of the targets"),
    Silent("goal.number-differs", planned("扶持5人", row(name="扶持5人创业率", a="5"), row(a="9")), "stands in a name"),
    Silent(
        "goal.number-differs",
        planned("投入90万元", row(name="补贴", a="500000", unit="元"), funds=(fund(initial="90"),)),
        "the budget",
    ),
    Silent(
        "goal.number-differs",
        planned("投入90万元", row(name="补贴", a="500000", unit="元"), evaluated_amount=Money("90", Decimal(900000))),
        "the evaluated amount",
    ),
    Silent("goal.number-differs", planned("外贸总额1348亿元", row(a="134790000000", unit="元")), "rounded"),
    Silent("goal.number-differs", planned("培训100名", row(a="100", unit="人")), "名 is 人"),
    Silent("goal.actual-copies-expected", done("举办活动，促进消费。", "举办三场，参加者九百。"), "tells what was done"),
    Silent("goal.actual-copies-expected", done("举办活动", None), "the form has no actual cell"),
    Silent("goal.actual-copies-expected", done(" ", " "), "both blank"),
    Silent("goal.is-the-name", planned("改善农田水利", project_name="农田水利"), "says more"),
    Silent("goal.is-the-name", planned("", project_name=""), "blank"),
    Silent("report.number-differs", reported("举办活动25场，到场30户。"), "the actual"),
    Silent("report.number-differs", reported("对照24场的目标，实际举办25场。"), "speaks of the plan"),
    Silent("report.number-differs", reported("支出4149.9万元。", funds=(fund(spent="4149.88"),)), "rounded to fewer digits"),
    Silent("report.number-differs", reported(None), "no report"),
    Silent("report.number-differs", reported("举办活动2\n25场"), "a line end ends a number"),
    Silent("report.number-differs", reported("经费占60%，设备占40%；另有三成占30%。"), "whole, and a lonely share"),
    Silent("report.copies-goal", reported(SECTION + "举办两场。到场九百人。邀请种植大户参加观摩。", expected=GOALS), "own words"),
    Silent("report.copies-goal", reported("(一)效果：举办稻种展示会，邀请种植大户参加观摩，改善灌溉条件。", expected=GOALS), "another section"),
    Silent("report.copies-goal", reported(SECTION + "举办稻种展示会。", expected=GOALS), "one clause is no copy"),
    Silent("report.copies-goal", reported(SECTION + "完成。", expected=None), "no goal"),
    Silent("report.copies-goal", reported("举办稻种展示会，邀请种植大户参加观摩，改善灌溉条件。", expected=GOALS), "no section is marked"),
    Silent("report.copies-goal", reported(None, expected=GOALS), "no report"),
    Silent(
        "report.goal-omitted",
        reported("邀请种植大户参加观摩，建设高标准农田灌溉水渠，开展技术指导下乡入户服务活动", expected=GOALS),
        "every goal is told",
    ),
    Silent("report.goal-omitted", reported("好", expected="举办稻种展示会，邀请种植大户参加观摩。"), "no numbered goals"),
    Silent("report.goal-omitted", reported("好", expected="1、修路。2、架桥。"), "no clause long enough to look for"),
    Silent("report.goal-omitted", reported(None, expected=GOALS), "no report"),
    Silent("report.goal-omitted", reported("好", expected=None), "no goal"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_goals_are_counted_from_one() -> None:
    (found,) = findings(
        reported("无", expected="完成第三批 5、稻种。1、建设高标准农田灌溉水渠。2、开展技术指导下乡入户服务活动。"), "report.goal-omitted"
    )
    assert found.found == "1、2"


def test_each_number_is_told_once_in_reading_order() -> None:
    (found,) = findings(planned("先8场，再9场，又8场"), "goal.number-differs")
    assert found.found == "8场、9场"


@pytest.mark.parametrize(
    ("text", "known", "odd"),
    [
        ("1348亿元", "134790000000", ""),
        ("1347.9亿元", "134790000000", ""),
        ("1347.8亿元", "134790000000", "1347.8亿元"),
        ("134790000000元", "134790000000", ""),
        ("134790000001元", "134790000000", "134790000001元"),
        ("4.5元", "4.46", ""),
        ("4.4元", "4.46", "4.4元"),
    ],
)
def test_a_text_may_round_to_the_places_it_prints(text: str, known: str, odd: str) -> None:
    (built, _) = row(a=known, unit="元").built(0)
    assert listed(differing(text, by_unit(figures_of([(built.target, built)])))) == odd


def test_a_number_without_unit_has_the_unit_of_its_row() -> None:
    (built, _) = row(target=value("24", "24"), unit="场").built(0)
    assert [(known.unit, known.text) for known in figures_of([(built.target, built)])] == [("场", "24")]
    (bare, _) = row(target=value("24", "24"), unit=None).built(0)
    assert figures_of([(bare.target, bare)]) == ()
    assert find_quantities("24场")[0].unit == "场"


PIECES = st.sampled_from(
    ["1、", "（2）", "(一)目标情况:", "举办活动24场", "8场", "占60%", "。", "，", "\n", "全部完成", "2023年", "无", " ", "改善灌溉条件并且下乡"]
)
TEXT = st.none() | st.lists(PIECES, max_size=12).map("".join)


@given(expected=TEXT, actual=TEXT, performance=TEXT, problems=TEXT)
def test_whatever_the_texts_say_the_answer_is_findings(
    expected: str | None, actual: str | None, performance: str | None, problems: str | None
) -> None:
    made = sheet(
        HALLS,
        row(b="80", s="8", f="8"),
        goal=Goal(expected=expected, actual=actual),
        narrative=Narrative(performance=performance, problems=problems),
        fiscal_year=2023,
    )
    for found in findings(made, *RULES):
        assert found.message.endswith("。")
