"""Rules on targets."""

from __future__ import annotations

import pytest

from inspections import Fires, Silent, findings
from readings import line, reading

STOPPED = "根据通知（示例函[2022]597号），2023年1月1日起停止。"

FIRES = [
    Fires("target.placeholder", reading(line(target="增长(待工作任务出台后修正)")), "/indicators/0/target", "error", ("尚未确定", "补填目标值")),
    Fires("target.placeholder", reading(line(target="待定")), "/indicators/0/target", "error", ("“待定”",)),
    Fires("target.placeholder", reading(line(name="培训**人", target="≥100人")), "/indicators/0/target", "warning", ("留着空位",)),
    Fires("target.placeholder", reading(line(name="培训**人", target=None)), "/indicators/0/target", "error", ("留着空位",)),
    Fires("target.missing", reading(line(target=None)), "/indicators/0/target", "error", ("没有目标值", "补填")),
    Fires("target.missing", reading(line(target="/", w=None)), "/indicators/0/target", "error", ("没有目标值",)),
    Fires("target.vague", reading(line(target="显著提升", actual="显著提升")), "/indicators/0/target", "warning", ("空泛", "“显著”")),
    Fires("target.vague", reading(line(target="有效改善", actual="改善")), "/indicators/0/target", "warning", ("可以考核",)),
    Fires(
        "target.undefined-rate",
        reading(line(name="正常运行率", target="100%", actual="100%", level2="质量指标", evidence=())),
        "/indicators/0",
        "warning",
        ("分子分母",),
    ),
    Fires(
        "target.undefined-rate",
        reading(line(name="及时率", target="≥95%", actual="96%", level2="时效指标", evidence=())),
        "/indicators/0",
        "warning",
        ("没有佐证",),
    ),
    Fires("target.approximate", reading(line(target="约40万条", actual="41万条")), "/indicators/0/target", "info", ("约数",)),
    Fires("target.approximate", reading(line(target="100人左右")), "/indicators/0/target", "info", ("100人左右",)),
    Fires("target.in-name", reading(line(name="100万", target="100万", actual="100万")), "/indicators/0/target", "info", ("与名称相同",)),
    Fires("target.in-name", reading(line(name="新建步道15公里", target=None)), "/indicators/0/target", "info", ("只写在名称里",)),
    Fires("target.already-done", reading(line(target="已完成", actual="已完成")), "/indicators/0/target", "warning", ("写成了结果",)),
    Fires("target.already-done", reading(line(target="道路已建成", actual="是")), "/indicators/0/target", "warning", ("道路已建成",)),
    Fires(
        "target.unreachable", reading(line(name="设备合格率", target="≥100%", actual="100%")), "/indicators/0/target", "warning", ("不可能超过 100%",)
    ),
    Fires("target.unreachable", reading(line(name="群众满意度", target=">100%", actual="100%")), "/indicators/0/target", "warning", ("=100%",)),
    Fires(
        "target.not-adjusted",
        reading(line(target="15100人次", actual="0", reason=STOPPED)),
        "/indicators/0/target",
        "warning",
        ("停止", "[2022]597号", "15100人次"),
    ),
    Fires(
        "target.not-adjusted",
        reading(line(target="20场", actual="0场", reason="业务于2023年1月1日取消")),
        "/indicators/0/target",
        "warning",
        ("2023年1月1日",),
    ),
]
FIRES.append(Fires("target.not-adjusted", reading(line(reason="2022年12月1日起不再办理")), "/indicators/0/target", "warning", ("2022年12月1日",)))
SILENT = [
    Silent("target.placeholder", reading(line(target="≥100人")), "a settled target"),
    Silent("target.placeholder", reading(line(target="100人(待年底核定)")), "a measured number stands outside the brackets"),
    Silent("target.missing", reading(line()), "there is a target"),
    Silent("target.missing", reading(line(target=None, w=None, s=None)), "the row is not scored"),
    Silent("target.missing", reading(line(target=None), columns=("name",)), "the layout has no target column"),
    Silent("target.missing", reading(line(target=None), line(), parents=((0, (1,)),)), "a parent with children"),
    Silent("target.vague", reading(line(target="提升5%")), "a number"),
    Silent("target.vague", reading(line(target="有效达到国家标准")), "a standard"),
    Silent("target.vague", reading(line(target="显著提升", criteria="有群众来信表扬得满分")), "criteria define it"),
    Silent("target.vague", reading(line(target="严格执行制度")), "a standard is named"),
    Silent("target.vague", reading(line(target="按序推进")), "no stock word"),
    Silent("target.undefined-rate", reading(line(name="运行率", target="100%", actual="100%", level2="质量指标")), "there is evidence"),
    Silent("target.undefined-rate", reading(line(name="覆盖率", target="≥90%", actual="95%", evidence=())), "counted, not rated"),
    Silent("target.undefined-rate", reading(line(name="满意率", target="≥90%", actual="95%", level2="效益指标", evidence=())), "satisfaction"),
    Silent(
        "target.undefined-rate",
        reading(line(name="完好率（完好数/总数）", target="≥90%", actual="95%", level2="质量指标", evidence=())),
        "defined in the name",
    ),
    Silent(
        "target.undefined-rate", reading(line(target="100%", actual="100%", level2="质量指标", evidence=()), columns=("name",)), "no evidence column"
    ),
    Silent("target.approximate", reading(line()), "exact"),
    Silent("target.approximate", reading(line(actual="约100人")), "the actual is approximate, not the target"),
    Silent("target.in-name", reading(line()), "the target has its own cell"),
    Silent("target.in-name", reading(line(name="新建步道15公里", target=None), columns=("name",)), "no target column"),
    Silent("target.already-done", reading(line(target="年底前完成")), "a time limit"),
    Silent("target.already-done", reading(line(target="100%", actual="已完成")), "only the actual says so"),
    Silent("target.unreachable", reading(line(name="设备合格率", target="=100%", actual="100%")), "a duty written ="),
    Silent("target.unreachable", reading(line(name="收入增长率", target="≥110%", actual="120%")), "growth may exceed 100 %"),
    Silent("target.unreachable", reading(line(name="设备合格率", target="100%", actual="100%")), "no operator printed"),
    Silent("target.not-adjusted", reading(line(reason="业务于2023年1月2日停止")), "stopped within the year"),
    Silent("target.not-adjusted", reading(line(reason="疫情影响，下半年停止。")), "stopped within the year"),
    Silent("target.not-adjusted", reading(line(target="0人", actual="0人", reason=STOPPED)), "the target is 0"),
    Silent("target.not-adjusted", reading(line(reason="根据示例函[2022]1号执行")), "nothing stopped"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_is_silent(case: Silent) -> None:
    case.verify()


def test_three_benefit_rows_that_share_one_rate_are_told_though_they_have_evidence() -> None:
    rows = [line(name=f"效益{i}", target="≥95%", actual="96%", level1="效益指标", level2="社会效益指标") for i in range(3)]
    assert [f.subject for f in findings(reading(*rows), "target.undefined-rate")] == [f"/indicators/{i}" for i in range(3)]


def test_a_shared_rate_is_told_too_where_the_layout_has_no_evidence_column() -> None:
    names = ("群众受益率", "企业带动率", "设施利用率")
    rows = [line(name=name, target="≥95%", actual="96%", level1="效益指标", level2="社会效益指标", evidence=()) for name in names]
    found = findings(reading(*rows, columns=("name", "target", "actual", "weight", "score")), "target.undefined-rate")
    assert [f.subject for f in found] == [f"/indicators/{i}" for i in range(3)]


def test_only_the_rows_of_a_rate_shared_three_times_are_told() -> None:
    benefit = {"level1": "效益指标", "level2": "社会效益指标"}
    rows = [line(name=f"效益{i}", target="≥95%", actual="96%", **benefit) for i in range(3)]
    other = line(name="另一效益", target="≥80%", actual="96%", **benefit)
    assert [f.subject for f in findings(reading(*rows, other), "target.undefined-rate")] == [f"/indicators/{i}" for i in range(3)]
    assert findings(reading(*rows[:2], other), "target.undefined-rate") == ()
