"""Rules on the reason column and on undecided exceptions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inspections import Fires, Silent, findings, form, fund, row
from jiheng.domain.dossier import Waiver
from jiheng.domain.scorecard import TREATMENTS, TreatmentTotal

STOP = "根据防控工作通知（示例函[2022]597号），业务于2023年1月1日起停止。"
STOPPED = {"a": "15100", "b": "0", "w": "4", "s": "4", "f": "0", "exact": "0"}
SHORT = {"b": "80", "s": "8", "f": "8"}
MONEY_ROW = {"role": "money", "name": "资金支出率", "a": None, "b": None, "unit": None}

FIRES = [
    Fires(
        "reason.missing",
        form(row(**SHORT), columns=("reason",)),
        "/indicators/0/reason",
        "error",
        ("得分 8，低于分值 10，扣 2 分", "请说明未达标原因"),
    ),
    Fires("reason.missing", form(row(b="80", f="8", reason="—")), "/indicators/0/reason", "error", ("原因栏为空",)),
    Fires("reason.missing", form(row(basis="judgement", s="9", f="9"), columns=("reason",)), "/indicators/0/reason", "error", ("得分 9",)),
    Fires("reason.missing", form(row(basis="undetermined", s="7", f=None), columns=("reason",)), "/indicators/0/reason", "error", ("得分 7",)),
    Fires(
        "reason.missing",
        form(row(s="7", f="7", **MONEY_ROW), funds=(fund(adjusted="10", spent="7"),), columns=("reason",)),
        "/indicators/0/reason",
        "error",
        ("资金支出率",),
    ),
    Fires("reason.empty-phrase", form(row(reason="受疫情影响", **SHORT)), "/indicators/0/reason", "warning", ("“受疫情影响”是套话",)),
    Fires("reason.empty-phrase", form(row(reason="客观原因。", **SHORT)), "/indicators/0/reason", "warning", ("请写明具体事由",)),
    Fires("reason.empty-phrase", form(row(reason="有偏差", **SHORT)), "/indicators/0/reason", "warning", ("不足 6 个字",)),
    Fires("reason.empty-phrase", form(row(reason="河道清淤工程已招标", **SHORT)), "/indicators/0/reason", "warning", ("与该指标无关",)),
    Fires(
        "reason.measures-only",
        form(row(reason="下一步加强培训管理，进一步完善制度。", **SHORT)),
        "/indicators/0/reason",
        "warning",
        ("只写了改进措施",),
    ),
    Fires("reason.measures-only", form(row(reason="将督促落实", **SHORT)), "/indicators/0/reason", "warning", ("请补写未达标的原因",)),
    Fires(
        "reason.although-met",
        form(row(b="105", reason="培训任务未完成")),
        "/indicators/0/reason",
        "warning",
        ("完成值 105人 已达到目标 100人", "“未完成”"),
    ),
    Fires("reason.although-met", form(row(a="5", b="4", op="≤", reason="未达到预期")), "/indicators/0/reason", "warning", ("“未达到”",)),
    Fires(
        "waiver.undecided",
        form(row(name="接转入境人员", reason=STOP, **STOPPED)),
        "/indicators/0",
        "warning",
        ("按公式应得 0.00 分，填报 4 分", "“停止”", "保留自评分", "计零", "分值在同一级指标内重分", "剔除，分值在全表重分", "剔除，分值不重分"),
    ),
    Fires(
        "waiver.undecided",
        form(row(), row(reason="活动取消", evidence=("关于取消活动的通知",), **STOPPED)),
        "/indicators/1",
        "warning",
        ("“取消”", "请报上级认定保留、计零或剔除"),
    ),
]

SILENT = [
    Silent("reason.missing", form(row(reason="讲师生病，两场顺延", **SHORT)), "a reason stands"),
    Silent("reason.missing", form(row(), columns=("reason",)), "full points"),
    Silent("reason.missing", form(row(**SHORT)), "a layout without a reason column"),
    Silent(
        "reason.missing",
        form(row(w="12", s="11.96", f="11.96", **MONEY_ROW), funds=(fund(adjusted="4162.37", spent="4149.88"),), columns=("reason",)),
        "nine tenths were spent",
    ),
    Silent("reason.missing", form(row(w=None), columns=("reason",)), "no weight is known"),
    Silent(
        "reason.missing", form(row(w="3", s="4", f="3"), row(w="3", s=None, f="1"), group_scores=((0, 1),), columns=("reason",)), "a shared score"
    ),
    Silent("reason.missing", form(row(s=None, f=None, basis="undetermined"), columns=("reason",)), "no score at all"),
    Silent("reason.empty-phrase", form(row(reason="按示例函[2022]597号停止", **SHORT)), "a document is named"),
    Silent("reason.empty-phrase", form(row(reason="见《整改报告》", **SHORT)), "a document is named"),
    Silent("reason.empty-phrase", form(row(reason="两场培训顺延到次年一月", **SHORT)), "speaks of the training"),
    Silent("reason.empty-phrase", form(row(reason="由于河道施工，道路封闭三个月", **SHORT)), "tells a cause"),
    Silent("reason.empty-phrase", form(row(reason="无", **SHORT)), "reason.missing tells it"),
    Silent("reason.empty-phrase", form(row(reason="按实际")), "nothing lost, nothing to explain"),
    Silent("reason.measures-only", form(row(reason="讲师不足，下一步加强培训管理", **SHORT)), "tells a cause"),
    Silent("reason.measures-only", form(row(reason="两场培训顺延，下一步加强管理", **SHORT)), "one clause is no measure"),
    Silent("reason.measures-only", form(row(reason="/", **SHORT)), "no reason at all"),
    Silent("reason.although-met", form(row(b="90", s="9", f="9", reason="培训任务未完成")), "not met"),
    Silent("reason.although-met", form(row(reason="其中一场未完成")), "a part is open"),
    Silent("reason.although-met", form(row(reason="按计划完成")), "no denial"),
    Silent("reason.although-met", form(row()), "no reason"),
    Silent("waiver.undecided", form(row(reason=STOP, **{**STOPPED, "s": "0"})), "the unit claims no more than the formula gives"),
    Silent("waiver.undecided", form(row(reason=STOP, **STOPPED), waivers=(Waiver("/indicators/0", "keep"),)), "decided"),
    Silent("waiver.undecided", form(row(reason="业务停止", **STOPPED)), "no document and no notice"),
    Silent("waiver.undecided", form(row(reason="人员不足，见示例函[2022]5号", **STOPPED)), "no stop is told"),
    Silent("waiver.undecided", form(row(**STOPPED)), "no reason"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_the_five_treatments_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    totals = ("99.82", "95.82", "99.82", None, "95.82")
    listed = tuple(
        TreatmentTotal("/indicators/0", name, None if total is None else Decimal(total), Decimal(96 if name == "exclude-no-respread" else 100))
        for name, total in zip(TREATMENTS, totals, strict=True)
    )
    monkeypatch.setattr("jiheng.audit.waivers.all_treatments", lambda _case, _subject, **_: listed)
    (found,) = findings(form(row(reason=STOP, **STOPPED)), "waiver.undecided")
    assert (
        "保留自评分 99.82 分；计零 95.82 分；剔除，分值在同一级指标内重分 99.82 分；"
        "剔除，分值在全表重分 无法计算；剔除，分值不重分 95.82 分（可得 96 分）。" in found.message
    )
