"""Rules on evidence and on judged rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from inspections import Fires, Silent, findings
from readings import line, reading

NOTICE = "【停止通知】关于优化陆{}口岸工作的通知(示例函[2022]597号)"
JUDGED: dict[str, Any] = {"name": "监管有效性", "level1": "决策", "target": "/", "actual": "/", "w": "8", "s": "8"}


def judged(**more: Any) -> Any:
    return reading(line(**{**JUDGED, "evidence": (), **more}), pack="cn-gd-jiangmen-2023")


FIRES = [
    Fires("evidence.missing", reading(line(evidence=())), "/indicators/0", "warning", ("没有佐证材料", "完成值")),
    Fires("evidence.missing", reading(line(evidence=("无",))), "/indicators/0", "warning", ("没有佐证材料",)),
    Fires("evidence.name-only", reading(line(name="集装箱", evidence=("集装箱数",))), "/indicators/0", "info", ("只写了指标名",)),
    Fires("evidence.name-only", reading(line(evidence=("培训人数",))), "/indicators/0", "info", ("“培训人数”",)),
    Fires("evidence.outside-year", reading(line(evidence=("2021年培训签到表",))), "/indicators/0/evidence", "warning", ("2021", "2023")),
    Fires("evidence.outside-year", reading(line(evidence=("2020年度统计报告", "2019年台账"))), "/indicators/0/evidence", "warning", ("2019、2020",)),
    Fires("evidence.period-short", reading(line(evidence=("2023年1-11月监测汇报",))), "/indicators/0", "warning", ("1—11 月", "缺 12 月")),
    Fires("evidence.period-short", reading(line(evidence=("上半年1月至6月月报",))), "/indicators/0", "warning", ("1—6 月",)),
    Fires(
        "evidence.period-short",
        reading(line(evidence=("2023年1-11月监测汇报", "报送材料的通知(2023年12月10日印发)"))),
        "/indicators/0",
        "warning",
        ("缺 12 月",),
    ),
    Fires("evidence.outside-year", reading(line(evidence=("2024年5月通报",))), "/indicators/0/evidence", "warning", ("2024",)),
    Fires(
        "evidence.other-measure",
        reading(line(name="我市电子商务交易额", evidence=("网络零售数据监测报告",))),
        "/indicators/0/evidence",
        "warning",
        ("网络零售",),
    ),
    Fires(
        "evidence.other-measure",
        reading(line(name="固定资产投资", evidence=("房地产开发投资简报",))),
        "/indicators/0/evidence",
        "warning",
        ("不能证明",),
    ),
    Fires(
        "evidence.title-differs",
        reading(line(evidence=(NOTICE.format("路"),)), line(evidence=(NOTICE.format("空"),))),
        "/indicators/0/evidence",
        "info",
        ("不一致",),
    ),
    Fires(
        "evidence.title-differs",
        reading(
            line(evidence=("示例市跨境电商电子商务公共服务平台运行简报(2023年12月)",)),
            line(evidence=("示例市跨境电子商务公共服务平台运行简报(2023年12月)",)),
        ),
        "/indicators/0/evidence",
        "info",
        ("写成一致",),
    ),
    Fires("evidence.survey-missing", reading(line(name="群众满意度", evidence=("工作总结",))), "/indicators/0", "warning", ("不是满意度调查",)),
    Fires("evidence.survey-missing", reading(line(name="服务对象满意度", evidence=("全年无投诉说明",))), "/indicators/0", "warning", ("无投诉",)),
    Fires("judgement.undescribed", judged(), "/indicators/0", "warning", ("满分 8 分", "没有说明")),
    Fires("judgement.undescribed", judged(reason="无"), "/indicators/0", "warning", ("附材料",)),
]
SURVEY = {"name": "受益群众认可程度", "level2": "服务对象满意度指标"}
FIRES += [
    Fires("evidence.period-short", reading(line(evidence=("截至2023年9月统计表",))), "/indicators/0", "warning", ("1—9 月",)),
    Fires("evidence.period-short", reading(line(evidence=("上半年统计表",))), "/indicators/0", "warning", ("缺 7、8",)),
    Fires("evidence.survey-missing", reading(line(evidence=("总结",), **SURVEY)), "/indicators/0", "warning", ("不是满意度调查",)),
]
SILENT = [
    Silent("evidence.period-short", reading(line(evidence=("1-11月监测汇报", "运行简报(2023年12月)"))), "a December bulletin beside it"),
    Silent("evidence.period-short", reading(line(evidence=("1-11月监测汇报", "2023年度总结"))), "the whole year beside it"),
    Silent("evidence.outside-year", reading(line(evidence=("2021-2024年规划",))), "a span that holds the year"),
    Silent("evidence.outside-year", reading(line(evidence=("2024年1月印发的通报",))), "issued early next year"),
    Silent(
        "evidence.title-differs", reading(line(evidence=("运行简报(2023年11月)",)), line(evidence=("运行简报(2023年12月)",))), "two monthly issues"
    ),
    Silent("evidence.missing", reading(line()), "evidence is named"),
    Silent("evidence.missing", reading(line(evidence=()), columns=("name", "target")), "no evidence column"),
    Silent("evidence.missing", reading(line(evidence=(), w=None, s=None), line()), "the row is not scored"),
    Silent("evidence.name-only", reading(line(evidence=("培训签到表",))), "a title of its own"),
    Silent("evidence.name-only", reading(line(evidence=())), "no evidence at all"),
    Silent("evidence.outside-year", reading(line(evidence=("2023年签到表",))), "the fiscal year"),
    Silent("evidence.outside-year", reading(line(evidence=("示例函[2022]597号通知",))), "a document number"),
    Silent("evidence.outside-year", reading(line(evidence=("统计分析报告-20240110",))), "issued early next year"),
    Silent("evidence.outside-year", reading(line(evidence=("签到表",))), "no year"),
    Silent("evidence.period-short", reading(line(evidence=("2023年1-12月报告",))), "the whole year"),
    Silent("evidence.period-short", reading(line(evidence=("1-6月月报", "7-12月月报"))), "another covers the rest"),
    Silent("evidence.period-short", reading(line(evidence=("运行简报(2023年12月)",))), "a December bulletin"),
    Silent("evidence.other-measure", reading(line(name="我市电子商务交易额", evidence=("电子商务交易额与网络零售报告",))), "both are named"),
    Silent("evidence.other-measure", reading(line(evidence=("网络零售报告",))), "the name claims something else"),
    Silent("evidence.title-differs", reading(line(evidence=("签到表",)), line(evidence=("签到表",))), "equal titles"),
    Silent("evidence.title-differs", reading(line(evidence=("签到表",)), line(evidence=("年度工作总结",))), "different documents"),
    Silent("evidence.survey-missing", reading(line(name="群众满意度", evidence=("满意度调查表",))), "a survey"),
    Silent("evidence.survey-missing", reading(line(name="群众满意度", evidence=())), "left to evidence.missing"),
    Silent("evidence.survey-missing", reading(line(evidence=("工作总结",))), "no satisfaction row"),
    Silent("evidence.survey-missing", reading(line(name="群众满意度", evidence=()), columns=("name",)), "no evidence column"),
    Silent("judgement.undescribed", judged(evidence=("检查记录",)), "evidence"),
    Silent("judgement.undescribed", judged(s="6"), "not full marks"),
    Silent("judgement.undescribed", reading(line(evidence=())), "a formula row"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_is_silent(case: Silent) -> None:
    case.verify()


def test_without_a_fiscal_year_no_evidence_lies_outside_it() -> None:
    made = reading(line(evidence=("2021年培训签到表",)))
    assert findings(replace(made, evaluation=replace(made.evaluation, fiscal_year=None)), "evidence.outside-year") == ()


def test_one_document_under_three_titles_is_told_once_at_its_first_row() -> None:
    made = reading(*(line(evidence=(NOTICE.format(word),)) for word in ("路", "空", "空")))
    assert [f.subject for f in findings(made, "evidence.title-differs")] == ["/indicators/0/evidence"]
