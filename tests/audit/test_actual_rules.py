"""Rules on actual values: absent, unmeasurable, copied, out of range, far from the target."""

from __future__ import annotations

import pytest

from inspections import Fires, Silent, findings, form, row, value

NO_ACTUAL = {"b": None, "actual": value(None)}
TEXT = {"b": None, "f": None, "basis": "undetermined"}
RATE = {"name": "群众满意度", "unit": "%", "a": "90"}
TYPED = {"w": "5", "s": "5", "a": "5", "b": "5", "unit": None}
ZERO = {"a": "0", "b": "0", "op": "≤", "method": "ZERO", "name": "接转错漏人数"}
STOP = "按示例函[2022]597号，业务于2023年1月1日起停止。"
COPIES = [row(a=str(n), b=str(n), evidence=()) for n in (11, 12, 13, 14)]
TIER_TEXT = value("好坏", kind="text")

FIRES = [
    Fires("actual.missing", form(row(**NO_ACTUAL), row()), "/indicators/0/actual", "error", ("第 1 行“培训人数”没有实际完成值，却填报得分 10 分",)),
    Fires("actual.missing", form(row(actual=value("/", kind="absent"), b=None), columns=("actual",)), "/indicators/0/actual", "error", ("请补填",)),
    Fires(
        "actual.not-measurable",
        form(row(actual=value("完成"), a="30", unit="万元", **TEXT)),
        "/indicators/0/actual",
        "error",
        ("目标为 30万元，完成值填“完成”",),
    ),
    Fires(
        "actual.not-measurable", form(row(a=None, target=TIER_TEXT, actual=TIER_TEXT, **TEXT)), "/indicators/0/actual", "error", ("“好坏”，不可衡量",)
    ),
    Fires("actual.not-measurable", form(row(actual=value("优", kind="grade"), **TEXT)), "/indicators/0/actual", "error", ("“优”",)),
    Fires(
        "actual.copies-target",
        form(row(target=value("≥360天", "360", "天", operator="≥"), actual=value("≥ 360天", "360", "天", operator="≥"))),
        "/indicators/0/actual",
        "warning",
        ("完成值“≥ 360天”照抄目标值",),
    ),
    Fires("actual.copies-target", form(row(a=None, target=TIER_TEXT, actual=TIER_TEXT, **TEXT)), "/indicators/0/actual", "warning", ("照抄",)),
    Fires(
        "actual.copies-target",
        form(*COPIES, row(a="10", b="11")),
        "",
        "warning",
        ("5 个定量指标中有 4 个完成值与目标值完全相同且没有佐证（第 1、2、3、4 行）",),
    ),
    Fires(
        "actual.operator", form(row(actual=value("≥99.45%", "99.45", "%", operator="≥"))), "/indicators/0/actual", "warning", ("“≥99.45%”带有“≥”",)
    ),
    Fires(
        "actual.operator", form(row(), row(actual=value("98%以上", "98", "%", operator="≥"))), "/indicators/1/actual", "warning", ("请去掉比较符号",)
    ),
    Fires(
        "actual.equals-weight", form(row(**TYPED), row(), row(**TYPED)), "/indicators/0/target", "warning", ("第 1、3 行", "疑似把分值填入了目标栏")
    ),
    Fires("actual.equals-weight", form(row(), row(**{**TYPED, "unit": "分"}), row(**TYPED)), "/indicators/1/target", "warning", ("均为 5",)),
    Fires("actual.vacuous", form(row(reason=STOP, **ZERO)), "/indicators/0", "warning", ("业务已“停止”（[2022]597号）", "0 不能证明绩效")),
    Fires("actual.vacuous", form(row(reason="活动取消", **ZERO)), "/indicators/0", "warning", ("业务已“取消”：",)),
    Fires("rate.out-of-range", form(row(b="102", **RATE)), "/indicators/0/actual", "warning", ("第 1 行“群众满意度”完成值 102% 超出比率的范围",)),
    Fires("rate.out-of-range", form(row(b="-1", **{**RATE, "name": "道路完好率（%）"})), "/indicators/0/actual", "warning", ("-1%",)),
    Fires("over-achievement.unexplained", form(row(a="30", b="66", unit="家")), "/indicators/0", "warning", ("目标 30家，实际 66家，完成 220.00%",)),
    Fires("over-achievement.unexplained", form(row(a="53", b="69", reason="无")), "/indicators/0", "warning", ("130.19%",)),
    Fires("over-achievement.unexplained", form(row(a="202.6", b="132.9", op="≤")), "/indicators/0", "warning", ("152.45%",)),
    Fires(
        "over-achievement.unexplained",
        form(row(target=value("约100人", "100", "人", approximate=True), b="149")),
        "/indicators/0",
        "info",
        ("149.00%",),
    ),
    Fires(
        "unit.magnitude-suspected",
        form(row(a="400000", b="4199519", unit="条")),
        "/indicators/0",
        "warning",
        ("1049.88%", "约差 1 位，完成值 ÷ 10 = 419951.9，为目标的 104.99%"),
    ),
    Fires(
        "unit.magnitude-suspected",
        form(row(a="90", b="0.9", unit="%", s="0.1", f="0.1")),
        "/indicators/0",
        "warning",
        ("约差 2 位，完成值 × 100 = 90",),
    ),
    Fires("unit.magnitude-suspected", form(row(a="20", b="120")), "/indicators/0", "warning", ("完成比例 600.00%，数量级可疑。",)),
]

SILENT = [
    Silent("actual.missing", form(row(s="0", **NO_ACTUAL), row()), "no points claimed"),
    Silent("actual.missing", form(row(role="judgement", **NO_ACTUAL), row(role="money", **NO_ACTUAL), row()), "judgement and money rows"),
    Silent("actual.missing", form(row(**NO_ACTUAL)), "a layout without actual values"),
    Silent("actual.missing", form(row(**NO_ACTUAL), row(w=None, s=None), parents=((0, (1,)),)), "the children hold the values"),
    Silent("actual.not-measurable", form(row()), "a number"),
    Silent("actual.not-measurable", form(row(**NO_ACTUAL)), "actual.missing tells it"),
    Silent("actual.not-measurable", form(row(a="0", actual=value("全年未发生事故"), **TEXT)), "a zero in words"),
    Silent("actual.not-measurable", form(row(a=None, target=value("效果明显"), actual=value("明显"), **TEXT)), "a qualitative row"),
    Silent("actual.not-measurable", form(row(role="judgement", actual=value("完成"), **TEXT)), "a person judges"),
    Silent("actual.copies-target", form(*COPIES[:2]), "too few rows to tell"),
    Silent("actual.copies-target", form(*COPIES[:2], row(b="101"), row(b="102")), "below the share"),
    Silent("actual.copies-target", form(*[row(a=str(n), b=str(n)) for n in (11, 12, 13, 14)]), "evidence stands"),
    Silent("actual.copies-target", form(row(target=value("≥90%", "90", "%", operator="≥"), actual=value("95%", "95", "%"))), "another value"),
    Silent("actual.operator", form(row()), "a bare number"),
    Silent("actual.operator", form(row(actual=value("达到98%", "98", "%", operator="≥"))), "plain speech"),
    Silent("actual.operator", form(row(actual=value("约98人以上", "98", "人", operator="≥", approximate=True))), "an approximate value"),
    Silent("actual.equals-weight", form(row(**TYPED), row()), "a coincidence in one row"),
    Silent("actual.equals-weight", form(row(**{**TYPED, "unit": "场"}), row(**{**TYPED, "unit": "场"})), "units stand beside the numbers"),
    Silent("actual.vacuous", form(row(**ZERO)), "a running activity"),
    Silent("actual.vacuous", form(row(reason=STOP, **{**ZERO, "b": "1"})), "something happened"),
    Silent("actual.vacuous", form(row(reason="全年无差错", **ZERO)), "nothing had stopped"),
    Silent("rate.out-of-range", form(row(b="100", **RATE)), "all of the whole"),
    Silent("rate.out-of-range", form(row(b="120", **{**RATE, "name": "产值增长率"})), "a growth rate"),
    Silent("rate.out-of-range", form(row(b="120", **{**RATE, "name": "任务完成率"})), "a completion rate"),
    Silent("rate.out-of-range", form(row(b="120", **{**RATE, "name": "产值"})), "no rate"),
    Silent("rate.out-of-range", form(row(b="120", **{**RATE, "unit": "分"})), "points"),
    Silent("over-achievement.unexplained", form(row(b="129")), "below the ratio"),
    Silent("over-achievement.unexplained", form(row(b="300", reason="新增两期培训")), "explained"),
    Silent("over-achievement.unexplained", form(row(a="0.9", b="0", op="≤")), "no ratio over zero"),
    Silent("over-achievement.unexplained", form(row(a="0", b="5")), "a zero target"),
    Silent("over-achievement.unexplained", form(row(b="300", basis="judgement")), "a person judges"),
    Silent("unit.magnitude-suspected", form(row(b="220")), "within the bounds"),
    Silent("unit.magnitude-suspected", form(row(a="15100", b="0")), "nothing at all is no mistaken unit"),
    Silent("unit.magnitude-suspected", form(row(a="2", b="20")), "a small count"),
    Silent("unit.magnitude-suspected", form(row(a="0", b="20")), "a zero target"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_a_suspected_unit_does_not_silence_the_over_achievement() -> None:
    made = form(row(a="400000", b="4199519", unit="条"))
    found = findings(made, "over-achievement.unexplained", "unit.magnitude-suspected")
    assert {f.code for f in found} == {"over-achievement.unexplained", "unit.magnitude-suspected"}
