"""Rules on single scores and on the total, one failing and one passing form after the other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inspections import Fires, Silent, findings, form, fund, purse, row, value
from jiheng.rulebook.model import Formula, Grade, OverStep, Rounding, Tier

WHOLE = Rounding(2, "half-up", "rows-then-sum", accept_one_decimal=False, whole_points=True)
NO_DECIMALS = Rounding(2, "half-up", "rows-then-sum", accept_one_decimal=False, whole_points=False)
BANDS = tuple(Grade(name, Decimal(low)) for name, low in (("差", 0), ("优", 90), ("良", 80), ("中", 60)))
CEILING = {"op": "≤", "basis": "undetermined", "f": None, "reason": "物价上涨"}
TIERS = {
    "tiers": (
        Tier("达成年度指标", ("达成",), Decimal("0.8"), low_inclusive=True, high=Decimal(1), high_inclusive=True),
        Tier("部分达成年度指标", ("部分达成",), Decimal("0.6"), low_inclusive=True, high=Decimal("0.8"), high_inclusive=False),
    )
}
TIER = {"a": None, "b": None, "unit": None, "method": "TIER", "basis": "undetermined", "f": None}
LOW_TIER = {**TIER, "low": "6", "high": "8", "actual": value("部分达成", kind="grade"), "target": value("较好", kind="text")}
FULL = [row(name=f"指标{n}", w="10", s="10") for n in range(9)]

FIRES = [
    Fires("score.exceeds-weight", form(row(w="20", s="31.9", f="20")), "/indicators/0", "error", ("第 1 行“培训人数”得分 31.9 高于分值 20", "11.90")),
    Fires(
        "score.exceeds-weight",
        form(row(), money=purse("100", "100", score="10.5"), funds=(fund(adjusted="100", spent="100", weight="10"),), money_score="10"),
        "/funds",
        "error",
        ("资金执行情况得分 10.5 高于分值 10",),
    ),
    Fires(
        "score.exceeds-weight",
        form(row(w="3", s="7"), row(w="3", s=None), group_scores=((0, 1),)),
        "/indicators/0",
        "error",
        ("第 1 至 2 行（共用一个得分）得分 7 高于分值 6",),
    ),
    Fires("score.negative", form(row(s="-1")), "/indicators/0", "error", ("得分为负", "填报 -1 分")),
    Fires("score.negative", form(row(), row(s="-0.5")), "/indicators/1", "error", ("第 2 行", "-0.5")),
    Fires(
        "score.differs-from-formula",
        form(row(name="接转入境人员", a="15100", b="0", w="4", s="4", f="0.00", exact="0", unit="人次")),
        "/indicators/0",
        "error",
        ("第 1 行“接转入境人员”应得 0.00 分，填报 4 分，相差 4.00 分：0 ÷ 15100 × 4 = 0。", "请按公式更正得分，或报上级认定豁免。"),
    ),
    Fires(
        "score.differs-from-formula",
        form(row(a="98", b="98", w="20", s="19.6", f="20", unit="%")),
        "/indicators/0",
        "error",
        ("应得 20.00 分，填报 19.6 分", "把完成率直接当作得分比例"),
    ),
    Fires("score.differs-from-formula", form(row(a="8000", b="12767.36", w="20", s="31.9", f="20")), "/indicators/0", "error", ("未封顶",)),
    Fires(
        "score.differs-from-formula",
        form(row(a="5300", b="5830", s="9", f="9.09", exact="9.090909", op="≤", method="REV-RATIO")),
        "/indicators/0",
        "error",
        ("5300 ÷ 5830 × 10 = 9.090909", "按超出比例扣减"),
    ),
    Fires(
        "score.differs-from-formula",
        form(row(a="100", b="150", s="6.67", f="5", op="≤", method="REV-LINEAR")),
        "/indicators/0",
        "error",
        ("用了反比公式",),
    ),
    Fires(
        "score.differs-from-formula",
        form(row(a="11442", b="4164", w="20", s="7", f="7.28", exact="7.278448")),
        "/indicators/0",
        "error",
        ("直接舍去了小数（7.28 记为 7）",),
    ),
    Fires("score.differs-from-formula", form(row(w="25", s="6.25", f="25")), "/indicators/0", "error", ("权重重复相乘",)),
    Fires(
        "score.differs-from-formula",
        form(row(), money=purse("4162.37", "3000", score="8", candidates={"initial_budget": "3750"}), money_score="7.21"),
        "/funds",
        "error",
        ("以年初预算（计划安排）为执行率的基数",),
    ),
    Fires(
        "score.differs-from-formula",
        form(
            row(),
            money=purse("220", "110", score="11", candidates={"adjusted_budget": "220", "allotted": "100"}),
            funds=(fund(weight="10"),),
            money_score="5",
        ),
        "/funds",
        "error",
        ("以实际分配下达为执行率的基数且未封顶",),
    ),
    Fires(
        "score.differs-from-formula",
        form(row(), money=purse("329.77", "338.31", score="10.26"), funds=(fund(adjusted="329.77", weight="10"),), money_score="10"),
        "/funds",
        "error",
        ("执行率超过 100% 未封顶",),
    ),
    Fires(
        "score.differs-from-formula",
        form(row(), money=purse("0", "207.4538", candidates={"initial_budget": "0"}), money_score="0"),
        "/funds",
        "error",
        ("资金执行情况应得 0.00 分，填报 10 分，相差 10.00 分。请按公式",),
    ),
    Fires(
        "score.differs-from-formula",
        form(row(), money=purse(None, None, score="9"), money_score="0"),
        "/funds",
        "error",
        ("应得 0.00 分",),
    ),
    Fires(
        "score.differs-from-formula",
        form(row(role="money", a=None, b=None, name="资金支出率", f="7.5", exact="7.5"), money=purse("4", "3", subject="/indicators/0")),
        "/indicators/0",
        "error",
        ("第 1 行“资金支出率”应得 7.50 分",),
    ),
    Fires("score.differs-from-formula", form(row(a=None, b=None, method="BINARY", s="8")), "/indicators/0", "error", ("应得 10.00 分",)),
    Fires("score.differs-from-formula", form(row(a="100", b="90", op="≤", s="8")), "/indicators/0", "error", ("应得 10.00 分",)),
    Fires(
        "score.differs-from-formula",
        form(row(a="100", b="50", f="5", doubtful=True)),
        "/indicators/0",
        "warning",
        ("应得 5.00 分，填报 10 分", "请先确认计量单位"),
    ),
    Fires(
        "score.differs-from-formula",
        form(row(a="5300", b="5830", unit="元", **CEILING)),
        "/indicators/0",
        "error",
        ("未达标却填报满分 10 分", "按反比计为 9.09 分", "按超出比例扣减计为 9.00 分"),
    ),
    Fires("score.differs-from-formula", form(row(a="100", b="250", **{**CEILING, "op": "<"})), "/indicators/0", "error", ("4.00 分", "0.00 分")),
    Fires("score.differs-from-formula", form(row(a="4754", b="4604", w="5", s="5", f="4.84")), "/indicators/0", "error", ("0.16",)),
    Fires(
        "score.differs-from-formula",
        form(row(w="3", s="6", f="3"), row(w="3", s=None, f="1"), group_scores=((0, 1),)),
        "/indicators/0",
        "error",
        ("第 1 至 2 行（共用一个得分）应得 4.00 分，填报 6 分",),
    ),
    Fires(
        "score.deducted-though-met",
        form(row(s="7")),
        "/indicators/0",
        "warning",
        ("已达到目标，应得 10.00 分，填报 7 分，扣 3.00 分而未说明原因",),
    ),
    Fires("score.deducted-though-met", form(row(), row(a="50", b="60", s="9.5", reason="/")), "/indicators/1", "warning", ("扣 0.50 分",)),
    Fires(
        "score.outside-tier",
        form(row(s="9", **LOW_TIER), law=TIERS),
        "/indicators/0",
        "error",
        ("不在所选档次“部分达成年度指标”的区间 6.00 至 8.00 分内",),
    ),
    Fires("score.outside-tier", form(row(s="5.5", **LOW_TIER), law=TIERS), "/indicators/0", "error", ("得分 5.5",)),
    Fires(
        "score.outside-tier",
        form(row(s="9", actual=value("效果明显"), **TIER), law=TIERS),
        "/indicators/0",
        "error",
        ("“效果明显”没有写明所属档次", "“部分达成年度指标”"),
    ),
    Fires("score.missing", form(row(s=None), row()), "/indicators/0", "error", ("第 1 行“培训人数”分值 10 分，未填得分",)),
    Fires("score.missing", form(row(s=None), columns=("score",)), "/indicators/0", "error", ("请补填得分",)),
    Fires("score.uniformly-full", form(*FULL, row(w="10", s="10"), total="100"), "", "info", ("10 项指标全部满分，总分 100 分",)),
    Fires(
        "score.uniformly-full",
        form(*FULL, money=purse("1", "1"), money_score="10", total="100"),
        "",
        "info",
        ("9 项指标全部满分",),
    ),
    Fires(
        "score.uniformly-full",
        form(*FULL[:7], *[row(w="10", s="10", evidence=()) for _ in range(3)], total="100"),
        "",
        "warning",
        ("其中 3 项没有佐证",),
    ),
    Fires(
        "total.differs-from-sum",
        form(row(), row(s="9"), total="20"),
        "/stated_totals/score",
        "error",
        ("合计得分填报 20 分，逐项相加为 19 分，相差 1 分",),
    ),
    Fires(
        "total.differs-from-sum",
        form(row(), money=purse("1", "1", score="9.99"), money_score="9.99", total="20"),
        "/stated_totals/score",
        "error",
        ("逐项相加为 19.99 分", "相差 0.01 分"),
    ),
    Fires("total.missing", form(row()), "/stated_totals/score", "error", ("没有填写总分，逐项相加为 10 分",)),
    Fires("total.missing", form(row(s=None), columns=("score",)), "/stated_totals/score", "error", ("没有填写总分。",)),
    Fires("grade.mismatch", form(row(), total="85", grade="优", law={"grades": BANDS}), "/stated_totals/grade", "warning", ("“优”", "对应等级“良”")),
    Fires("grade.mismatch", form(row(), total="59.99", grade="合格", law={"grades": BANDS}), "/stated_totals/grade", "warning", ("对应等级“差”",)),
    Fires("grade.mismatch", form(row(), total="-1", grade="中", law={"grades": BANDS}), "/stated_totals/grade", "warning", ("“差”",)),
]

SILENT = [
    Silent("score.exceeds-weight", form(row(w="20", s="20")), "a full score"),
    Silent("score.exceeds-weight", form(row(w=None, s="31.9")), "no weight is known"),
    Silent("score.exceeds-weight", form(row(), money=purse("5", "5", score="20"), money_score="10"), "the form's money line has points of its own"),
    Silent("score.exceeds-weight", form(row(s="12"), law={"cap_at_weight": False}), "the pack has bonus points"),
    Silent("score.negative", form(row(s="0")), "zero is no negative score"),
    Silent("score.negative", form(row(s=None)), "nothing stated"),
    Silent("score.differs-from-formula", form(row(a="1387.59", b="1347.9", w="5", s="4.86", f="4.86")), "agrees"),
    Silent("score.differs-from-formula", form(row(s="4.85", f="4.86")), "within a cent"),
    Silent("score.differs-from-formula", form(row(w="20", s="7.3", f="7.28")), "one decimal, equal at one decimal"),
    Silent("score.differs-from-formula", form(row(s="8", f="7.6"), law={"rounding": WHOLE}), "whole points"),
    Silent("score.differs-from-formula", form(row(s=None)), "nothing stated"),
    Silent("score.differs-from-formula", form(row(w=None)), "no weight is known"),
    Silent("score.differs-from-formula", form(row(basis="judgement", s="3", f="3")), "a person judges"),
    Silent("score.differs-from-formula", form(row(a="90", b="89.974", **CEILING)), "a met ceiling"),
    Silent("score.differs-from-formula", form(row(a="0", b="3", **CEILING)), "no ratio over a zero target"),
    Silent("score.differs-from-formula", form(row(a="5300", b="5830", formula=Formula("BAND"), **CEILING)), "the row has a formula of its own"),
    Silent("score.differs-from-formula", form(row(w="3", s="6", f="3"), row(w="3", s=None, f="3"), group_scores=((0, 1),)), "a group adds up"),
    Silent("score.deducted-though-met", form(row(s="7", reason="抽查两场资料不全，主动扣分")), "a reason stands"),
    Silent("score.deducted-though-met", form(row(b="90", s="7", f="9")), "not met"),
    Silent("score.deducted-though-met", form(row(s=None)), "nothing stated"),
    Silent("score.deducted-though-met", form(row()), "nothing deducted"),
    Silent(
        "score.deducted-though-met",
        form(row(b="300", s="8", f="8"), law={"over_achievement": (OverStep(Decimal(2), Decimal("0.8"), needs_reason=True),)}),
        "the pack cuts over-achievement",
    ),
    Silent("score.outside-tier", form(row(s="7", **LOW_TIER), law=TIERS), "inside the tier"),
    Silent("score.outside-tier", form(row(s="9", a=None, b=None, method="JUDGE", basis="judgement", f="9"), law=TIERS), "judged by its own criteria"),
    Silent("score.outside-tier", form(row(s="9", **TIER, actual=value("/", kind="absent")), law=TIERS), "actual.missing tells it"),
    Silent("score.outside-tier", form(row(s="9", **LOW_TIER)), "the pack has no tiers"),
    Silent("score.missing", form(row()), "a score stands"),
    Silent("score.missing", form(row(s=None)), "a layout without scores"),
    Silent("score.missing", form(row(w="3", s="6"), row(w="3", s=None), group_scores=((0, 1),)), "a group score"),
    Silent("score.missing", form(row(s="10"), row(w="0", s=None)), "nothing to earn"),
    Silent("score.missing", form(row(), row(w=None, s=None), parents=((0, (1,)),)), "a child without points"),
    Silent("score.uniformly-full", form(*FULL[:5], total="100"), "a small project"),
    Silent("score.uniformly-full", form(*FULL, row(s="9"), total="99"), "not every row is full"),
    Silent("score.uniformly-full", form(*FULL, row(s="9"), total="100"), "one row is not full"),
    Silent("total.differs-from-sum", form(row(), row(s="9"), total="19.0"), "adds up"),
    Silent("total.differs-from-sum", form(row(w="3", s="6"), row(w="3", s=None), group_scores=((0, 1),), total="6"), "a group counts once"),
    Silent("total.differs-from-sum", form(row(s=None), total="90"), "nothing is scored"),
    Silent("total.differs-from-sum", form(row(w="25", s="25"), row(w="75", s="75"), total="62.5"), "weights.applied-twice tells it"),
    Silent("total.missing", form(row(), total="10"), "a total stands"),
    Silent("total.missing", form(row(s=None)), "a layout without scores"),
    Silent("grade.mismatch", form(row(), total="96", grade="优秀", law={"grades": BANDS}), "another wording of the band"),
    Silent("grade.mismatch", form(row(), total="85", grade="优"), "the pack has no bands"),
    Silent("grade.mismatch", form(row(), total="85", law={"grades": BANDS}), "no grade printed"),
    Silent("grade.mismatch", form(row(), grade="优", law={"grades": BANDS}), "no total printed"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_a_difference_is_told_in_plain_decimals() -> None:
    found = findings(form(row(a="15100", b="0", w="4", s="4", f="0.00", exact="0")), "score.differs-from-formula")
    assert [(f.expected, f.found, f.difference) for f in found] == [("0.00", "4", "4")]


def test_a_place_may_refuse_scores_with_one_decimal() -> None:
    made = form(row(w="20", s="7.3", f="7.28"), law={"rounding": NO_DECIMALS})
    assert [f.code for f in findings(made, "score.differs-from-formula")] == ["score.differs-from-formula"]
