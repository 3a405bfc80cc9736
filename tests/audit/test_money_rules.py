"""Rules on the money table, the execution rate, and results against spending."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from inspections import VERIFIED, Fires, Silent, findings, form, fund, purse, row, wan
from jiheng.audit.rates import printed_shares
from jiheng.domain.document import Anchor
from jiheng.domain.evaluation import Split, SplitPart
from jiheng.rulebook.model import Formula, MoneyRule

TIER = fund("市本级", "2903.24", None, "4149.88", "4162.37")
CITY = purse(
    "4162.37", "4149.88", "2903.24", points="12", score="11.96", base_name="allotted", candidates={"allotted": "4162.37", "initial_budget": "2903.24"}
)
CONTROL = row(name="预算成本控制率", unit="%", level2="成本指标")
MONEY_ROW = {"role": "money", "name": "预算执行率", "a": None, "b": None, "unit": None}
LADDER = MoneyRule(("执行率",), Decimal(10), inside=False, bases=("allotted",), formula=Formula("STEP"))
MEAGRE = {"funds": (fund(adjusted="100", spent="10"),), "money": purse("100", "10", score="1"), "money_score": "1"}
HALF = {"funds": (fund(adjusted="100", spent="70"),), "money": purse("100", "70", score="7"), "money_score": "7"}


def split(amount: str | None, *parts: str | None) -> Split:
    named = tuple(SplitPart(f"分项{number}", wan(part)) for number, part in enumerate(parts, start=1))
    return Split("按支出性质分", wan(amount), named, Anchor(line=31))


YEAR = fund(initial="861.10", adjusted="2030.12", spent="2030.12")
FIRES = [
    Fires("funds.parts-do-not-sum", form(funds=(YEAR,), splits=(split("2030.12", "900.47", "1025.20"),)), "/funds", "error", ("1925.67 万元",)),
    Fires(
        "funds.parts-do-not-sum",
        form(funds=(YEAR,), splits=(split("1925.67", "900.47", "1025.20"),)),
        "/funds",
        "error",
        ("“按支出性质分”合计 1925.67 万元，应为 2030.12 万元，相差 104.45 万元",),
    ),
    Fires(
        "funds.parts-do-not-sum",
        form(funds=(fund(spent="2030.12"), fund("基本支出", spent="900.47"), fund("项目支出", spent="1025.20"))),
        "/funds",
        "error",
        ("“实际支出”总额 2030.12 万元，分项合计 1925.67 万元，相差 104.45 万元",),
    ),
    Fires("funds.parts-do-not-sum", form(funds=(fund(adjusted="0"), fund("其中：财政拨款", adjusted="90"))), "/funds", "error", ("总额 0 万元",)),
    Fires(
        "funds.parts-do-not-sum",
        form(funds=(fund("合计", allotted="170"), fund("省财政", allotted="170"), fund("其他", allotted="9.6"))),
        "/funds",
        "error",
        ("“实际分配下达”总额 170 万元，分项合计 179.6 万元",),
    ),
    Fires(
        "funds.parts-do-not-sum", form(funds=(fund(spent="5"), fund("财政", spent="0"), fund("其他", spent="0"))), "/funds", "error", ("相差 5 万元",)
    ),
    Fires(
        "funds.sub-row-counted",
        form(funds=(fund(adjusted="9", weight="10", score="10"), fund("其中：财政拨款", adjusted="9", weight="10", score="10"))),
        "/funds/1",
        "warning",
        ("资金分项“其中：财政拨款”与“年度资金总额”填有相同的分值 10",),
    ),
    Fires(
        "funds.sub-row-counted",
        form(funds=(fund("省级资金", weight="5", score="4"), fund("资金合计", weight="5", score="4"))),
        "/funds/0",
        "warning",
        ("重复计分",),
    ),
    Fires(
        "funds.no-budget",
        form(funds=(fund(adjusted="0", spent="207.4538"),), money=purse("0", "207.4538")),
        "/funds",
        "warning",
        ("基数为 0，支出 207.4538 万元",),
    ),
    Fires("funds.no-budget", form(funds=(fund(),), money=purse(None, None)), "/funds", "warning", ("基数空白，无法计算",)),
    Fires(
        "funds.spent-over-budget",
        form(funds=(TIER,), money=CITY, money_score="11.96"),
        "/funds",
        "warning",
        ("实际支出 4149.88 万元，为计划 2903.24 万元的 142.94%。", "下达较计划多 1259.13 万元（43.37%）。"),
    ),
    Fires(
        "funds.spent-over-budget",
        form(funds=(fund(initial="329.77", adjusted="329.77", spent="338.31"),)),
        "/funds",
        "warning",
        ("102.59%",),
    ),
    Fires(
        "funds.adjusted-without-reason",
        form(funds=(fund(initial="861.10", adjusted="2030.12", spent="2030.12"),)),
        "/funds",
        "warning",
        ("全年预算 2030.12 万元，年初预算 861.1 万元，年中调增 1169.02 万元，未说明原因",),
    ),
    Fires("funds.adjusted-without-reason", form(funds=(fund(initial="5", adjusted="4", spent="4"),)), "/funds", "warning", ("调减 1 万元",)),
    Fires(
        "funds.adjusted-without-reason", form(funds=(fund(initial="0", adjusted="3.36"),), performance="完成"), "/funds", "warning", ("调增 3.36",)
    ),
    Fires("funds.nothing-spent", form(funds=(fund(adjusted="132.81", spent="0"),)), "/funds", "warning", ("全年未支出：预算 132.81 万元",)),
    Fires("funds.nothing-spent", form(funds=(fund(initial="10", spent="0"),), money=purse("10", "0")), "/funds", "warning", ("请说明未支出的原因",)),
    Fires("funds.unspent-with-full-output", form(row(), **MEAGRE), "/funds", "error", ("资金得分只占其分值的 10.00%", "100.00%")),
    Fires(
        "funds.unspent-with-full-output",
        form(row(w="5", s="5"), row(w="10", s="1.9", **MONEY_ROW)),
        "/funds",
        "error",
        ("19.00%",),
    ),
    Fires("funds.results-exceed-spending", form(row(), **HALF), "/funds", "warning", ("红灯：指标得分率 100.00%，资金得分率 70.00%", "高出 30.00%")),
    Fires(
        "funds.results-exceed-spending",
        form(row(s="7"), **HALF),
        "/funds",
        "warning",
        ("黄灯：预算有 30.00% 未支出，指标得分率为 70.00%",),
    ),
    Fires(
        "funds.results-exceed-spending",
        form(row(), funds=(fund(spent="5"),), money=purse(None, "5", score=None), money_score="10"),
        "/funds",
        "warning",
        ("黄灯：没有预算基数",),
    ),
    Fires("funds.all-equal", form(funds=(fund(initial="130", adjusted="130", spent="130"),)), "/funds", "info", ("均为 130 万元",)),
    Fires("funds.all-equal", form(funds=(fund(initial="1", adjusted="1", spent="1"),), project="道路养护"), "/funds", "info", ("完全相同",)),
    Fires("funds.amount-unreadable", form(funds=(fund(spent="?7,00.0,77"),)), "/funds/0/disbursed", "error", ("填为“7,00.0,77”，金额无法识别",)),
    Fires("funds.amount-unreadable", form(amount=wan("?约三十万")), "/evaluated_amount", "error", ("评价金额填为“约三十万”",)),
    Fires(
        "execution-rate.mismatch",
        form(funds=(fund(adjusted="650", spent="94", rate="0.1"),)),
        "/funds/0/stated_rate",
        "error",
        ("“年度资金总额”执行率应为 14.46%（支出 94 万元 ÷ 预算 650 万元），填报 0.1",),
    ),
    Fires(
        "execution-rate.mismatch", form(funds=(fund(adjusted="4753.66", spent="3824.26", rate="100%"),)), "/funds/0/stated_rate", "error", ("80.45%",)
    ),
    Fires(
        "execution-rate.mismatch", form(funds=(fund(adjusted="25", spent="21.54576", rate="86.19%"),)), "/funds/0/stated_rate", "error", ("86.18%",)
    ),
    Fires(
        "execution-rate.mismatch",
        form(funds=(fund(initial="35550", adjusted="35550", spent="35550", rate="82.12%"),)),
        "/funds/0/stated_rate",
        "error",
        ("100.00%",),
    ),
    Fires(
        "execution-rate.mismatch",
        form(row(**{**MONEY_ROW, "a": "100", "b": "100", "unit": "%"}), funds=(fund(adjusted="4", spent="3"),)),
        "/indicators/0/actual",
        "error",
        ("第 1 行“预算执行率”执行率应为 75.00%",),
    ),
    Fires(
        "execution-rate.missing",
        form(funds=(fund(adjusted="4", spent="3"),), money=purse("4", "3"), amounts=("rate",)),
        "/funds/0/stated_rate",
        "warning",
        ("应为 75.00%",),
    ),
    Fires("execution-rate.missing", form(money=purse(None, None, rate="/", index=None), amounts=("rate",)), "/funds", "warning", ("但未填执行率。",)),
    Fires(
        "execution-rate.base-unclear",
        form(funds=(TIER,), money=CITY, money_score="11.96"),
        "/funds",
        "info",
        ("以实际分配下达 4162.37 万元为基数得 11.96 分（与填报一致）", "以年初预算（计划安排） 2903.24 万元为基数得 12.00 分"),
    ),
    Fires(
        "execution-rate.base-unclear",
        form(money=purse("10", "8", score="9", candidates={"adjusted_budget": "10", "initial_budget": "9"}), law={"money_cites": VERIFIED}),
        "/funds",
        "info",
        ("得 8.00 分", "得 8.89 分"),
    ),
    Fires(
        "cost.contradicts-funds",
        form(CONTROL, funds=(TIER,), money=CITY, money_score="11.96"),
        "/indicators/0",
        "warning",
        ("第 1 行“预算成本控制率”填报成本控制 100%", "142.94%，两者矛盾"),
    ),
    Fires(
        "cost.contradicts-funds",
        form(row(), row(name="项目支出控制率", a="100", b="98", op="≤", unit="%"), funds=(fund(initial="10", spent="12"),)),
        "/indicators/1",
        "warning",
        ("120.00%",),
    ),
]

SILENT = [
    Silent("funds.parts-do-not-sum", form(funds=(YEAR,), splits=(split("2030.12", "1000", "1030.12"), split(None))), "it closes; a blank one"),
    Silent("funds.parts-do-not-sum", form(funds=(YEAR,), splits=(split(None, "861.10", None),)), "the parts make the first budget"),
    Silent("funds.parts-do-not-sum", form(splits=(split("5"),)), "no money table to hold it against"),
    Silent("funds.parts-do-not-sum", form(funds=(fund(spent="811.54"), fund("中央", spent="730.4"), fund("地方", spent="81.14"))), "adds up"),
    Silent("funds.parts-do-not-sum", form(funds=(fund(spent="130"), fund("其中：财政拨款"))), "a blank part"),
    Silent(
        "funds.parts-do-not-sum",
        form(funds=(fund(spent="3.36"), fund("财政", spent="3.36"), fund("专户", spent="0.00"))),
        "zero parts after the whole",
    ),
    Silent(
        "funds.parts-do-not-sum",
        form(funds=(fund(spent="8"), fund("中央", spent="3"), fund("地方", spent="5"), fund("财政", spent="6"), fund("其他", spent="2"))),
        "two splits, each closed",
    ),
    Silent("funds.parts-do-not-sum", form(funds=(fund(spent="0"), fund("财政", spent="0"))), "nothing anywhere"),
    Silent("funds.parts-do-not-sum", form(funds=(TIER,)), "no total line"),
    Silent("funds.parts-do-not-sum", form(funds=(fund("年度资金总额"), fund("财政", spent="5"))), "a blank total"),
    Silent("funds.sub-row-counted", form(funds=(fund(weight="10", score="10"), fund("其中：财政拨款"))), "the part carries no points"),
    Silent(
        "funds.sub-row-counted", form(funds=(fund("专项一", weight="5", score="5"), fund("专项二", weight="5", score="5"))), "two independent lines"
    ),
    Silent("funds.no-budget", form(funds=(TIER,), money=CITY), "a base stands"),
    Silent("funds.no-budget", form(money=purse(None, None)), "no money table"),
    Silent("funds.no-budget", form(funds=(TIER,)), "money is not scored"),
    Silent("funds.no-budget", form(funds=(fund(initial="5", spent="5"),), money=purse(None, "5")), "another amount can be the base"),
    Silent("funds.spent-over-budget", form(funds=(fund(initial="10", adjusted="12", spent="12"),)), "the addition stands in the adjusted budget"),
    Silent(
        "funds.spent-over-budget",
        form(row(reason="年中追加，见粤财预〔2023〕5号", **MONEY_ROW), funds=(fund(initial="10", spent="12"),)),
        "a document is named",
    ),
    Silent("funds.spent-over-budget", form(funds=(fund(initial="10"),)), "nothing is known to be spent"),
    Silent("funds.spent-over-budget", form(funds=(fund(initial="10", spent="10"),)), "within the plan"),
    Silent("funds.adjusted-without-reason", form(funds=(fund(initial="5", adjusted="5"),)), "not adjusted"),
    Silent("funds.adjusted-without-reason", form(funds=(fund(adjusted="5"),)), "no initial budget printed"),
    Silent("funds.adjusted-without-reason", form(funds=(fund(initial="5", adjusted="6"),), performance="年中追加 1 万元"), "told in the report"),
    Silent(
        "funds.adjusted-without-reason", form(funds=(fund(initial="5", adjusted="6"),), goal_actual="按财预〔2023〕9号执行"), "a document is named"
    ),
    Silent("funds.adjusted-without-reason", form(row(reason="增加设备", **MONEY_ROW), funds=(fund(initial="5", adjusted="6"),)), "a reason stands"),
    Silent("funds.adjusted-without-reason", form(funds=(fund(initial="5", adjusted="6", spent="7"),)), "funds.spent-over-budget tells it"),
    Silent("funds.nothing-spent", form(funds=(fund(adjusted="5", spent="1"),)), "something was spent"),
    Silent("funds.nothing-spent", form(funds=(fund(adjusted="0", spent="0"),)), "there was nothing to spend"),
    Silent("funds.unspent-with-full-output", form(row(), **HALF), "a good part was spent"),
    Silent("funds.unspent-with-full-output", form(row(), row(w="10", s="1", reason="合同约定次年支付", **MONEY_ROW)), "paid next year"),
    Silent("funds.unspent-with-full-output", form(row()), "money is not scored"),
    Silent("funds.unspent-with-full-output", form(row(), funds=(fund(adjusted="0", spent="0"),), money=purse("0", "0", score="0")), "no base"),
    Silent("funds.results-exceed-spending", form(row(), funds=(fund(adjusted="10", spent="10"),), money=purse("10", "10")), "in step"),
    Silent("funds.results-exceed-spending", form(row(), row(w="10", s="7", reason="公开招标节约", **MONEY_ROW)), "savings"),
    Silent("funds.results-exceed-spending", form(row(), **MEAGRE), "funds.unspent-with-full-output tells it"),
    Silent("funds.results-exceed-spending", form(row(s="9.8"), money=purse(None, None, score="9.6")), "no money table"),
    Silent("funds.all-equal", form(funds=(fund(initial="130", adjusted="130", spent="129.99"),)), "not to the cent"),
    Silent("funds.all-equal", form(funds=(fund(initial="0", adjusted="0", spent="0"),)), "nothing at all"),
    Silent("funds.all-equal", form(funds=(fund(initial="1", adjusted="1", spent="1"),), project="困难群众救助补助资金"), "subsidies"),
    Silent("funds.amount-unreadable", form(funds=(fund(spent="700.77"),), amount=wan("5")), "readable"),
    Silent("funds.amount-unreadable", form(funds=(fund(spent="?/"),), amount=wan("?—")), "a sign of absence"),
    Silent("execution-rate.mismatch", form(funds=(fund(adjusted="808.1", spent="692.98", rate="86%"),)), "right at the printed precision"),
    Silent("execution-rate.mismatch", form(funds=(fund(adjusted="130", spent="130", rate="100"),)), "without the sign"),
    Silent("execution-rate.mismatch", form(funds=(fund(adjusted="7", spent="6", rate="0.86"), fund(allotted="3", spent="3", rate="1"))), "ratios"),
    Silent("execution-rate.mismatch", form(funds=(fund(adjusted="0", spent="0", rate="0"),)), "nothing to divide by"),
    Silent("execution-rate.mismatch", form(funds=(fund(adjusted="10", spent="5", rate="见附件"),)), "not a rate"),
    Silent("execution-rate.mismatch", form(funds=(fund(rate="100%"),)), "no amounts"),
    Silent("execution-rate.mismatch", form(row(**MONEY_ROW), row(), funds=(fund(adjusted="4", spent="3"),)), "no rate among the rows"),
    Silent(
        "execution-rate.mismatch",
        form(funds=(fund(initial="5", adjusted="10", spent="5", rate="100%"),), money=purse("5", "5", base_name="initial_budget")),
        "the law's base",
    ),
    Silent("execution-rate.missing", form(money=purse("4", "3", rate="75%"), amounts=("rate",)), "a rate stands"),
    Silent("execution-rate.missing", form(money=purse("4", "3")), "a layout without the cell"),
    Silent("execution-rate.missing", form(money=purse("4", "3", score=None), amounts=("rate",)), "no money score"),
    Silent(
        "execution-rate.base-unclear",
        form(money=purse("10", "10", candidates={"adjusted_budget": "10", "initial_budget": "9"})),
        "both give full points",
    ),
    Silent(
        "execution-rate.base-unclear",
        form(money=purse("10", "8", score="8", candidates={"adjusted_budget": "10", "initial_budget": "9"}), law={"money_cites": VERIFIED}),
        "a verified clause names the base that fits",
    ),
    Silent("execution-rate.base-unclear", form(money=CITY, law={"money": LADDER}), "a ladder"),
    Silent("execution-rate.base-unclear", form(funds=(TIER,)), "money is not scored"),
    Silent("cost.contradicts-funds", form(CONTROL, funds=(fund(initial="10", spent="9"),)), "within the plan"),
    Silent("cost.contradicts-funds", form(row(name="合同价控制", unit="%"), row(name="单位成本控制率", unit="%"), funds=(TIER,)), "another base"),
    Silent("cost.contradicts-funds", form(row(name="预算成本控制率", b="90", unit="%"), funds=(TIER,)), "the row admits it"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("86%", [("86", 0)]),
        ("99.70％", [("99.70", 2)]),
        ("79.27", [("79.27", 2)]),
        ("0.86", [("0.86", 2), ("86", 0)]),
        ("1", [("1", 0), ("100", 0)]),
        ("约九成", []),
    ],
)
def test_a_printed_rate_says_what_it_may_mean(text: str, meant: list[tuple[str, int]]) -> None:
    assert [(value, places) for value, places in printed_shares(text)] == [(Decimal(value), places) for value, places in meant]


def test_amounts_are_told_in_plain_decimals_of_wan() -> None:
    found = findings(form(funds=(TIER,), money=CITY, money_score="11.96"), "funds.spent-over-budget")
    assert [(f.expected, f.found, f.difference) for f in found] == [("2903.24", "4149.88", "1246.64")]
    assert Fraction(Decimal("4149.88")) - Fraction(Decimal("2903.24")) == Fraction(Decimal("1246.64"))
