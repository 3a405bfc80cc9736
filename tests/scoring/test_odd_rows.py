"""Rows that no formula settles, and the settings a pack may choose: each gives a line that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Waiver
from jiheng.domain.evaluation import Evaluation, FundLine, Heading, Indicator, Printed
from jiheng.domain.scorecard import ScoreLine
from jiheng.domain.value import Money
from jiheng.domain.valuetext import parse_value
from jiheng.errors import WaiverInvalidError
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import Formula, MoneyRule, OverStep, RulePack, Sourced
from jiheng.scoring import explain, interpret, parse_waiver, score

NATION = load_rulebook().pack("cn-2020")
TESTLAND = load_rulebook().pack("example-2020")
ON = date(2023, 12, 31)


def indicator(target: str | None, actual: str | None, **more: Any) -> Indicator:
    weight, stated = more.pop("w", "10"), more.pop("s", "9")
    return Indicator(
        more.pop("level1", "产出指标"),
        more.pop("level2", "数量指标"),
        more.pop("name", "示例指标"),
        parse_value(target, fiscal_year=2023),
        parse_value(actual, fiscal_year=2023),
        None if weight is None else Decimal(weight),
        None if stated is None else Decimal(stated),
    )


def scored(row: Indicator, law: RulePack = NATION, **form: Any) -> ScoreLine:
    return score(interpret(Evaluation(indicators=(row,), **form), law, on=ON)).lines[-1]


ROWS = [
    ("date in time", indicator("2023年6月30日", "2023年5月1日"), "10.00", "formula", "DATE"),
    ("date too late", indicator("2023年6月30日", "2023年7月1日"), None, "undetermined", "DATE"),
    ("date not known", indicator("9月前", "7月"), None, "undetermined", "DATE"),
    ("yes answered yes", indicator("是", "是"), "10.00", "formula", "BINARY"),
    ("yes answered no", indicator("是", "否"), "0.00", "formula", "BINARY"),
    ("no answered no", indicator("否", "否"), "10.00", "formula", "BINARY"),
    ("yes answered otherwise", indicator("是", "基本达到"), "9", "judgement", "BINARY"),
    ("tier named", indicator("提升质量", "部分达成年度指标", s="7"), "7", "judgement", "TIER"),
    ("tier outside its range", indicator("提升质量", "部分达成年度指标", s="9"), None, "undetermined", "TIER"),
    ("tier without a score", indicator("提升质量", "部分达成年度指标", s=None), None, "undetermined", "TIER"),
    ("no tier named", indicator("提升质量", "提升质量"), None, "undetermined", "TIER"),
    ("units that do not compare", indicator("30家", "30户"), None, "undetermined", "NONE"),
    ("actual that is a text", indicator("≥30家", "完成"), None, "undetermined", "NONE"),
    ("target in the other unit's place", indicator("30", "30家"), "10.00", "formula", "RATIO-CAP"),
    ("both absent in a layout with the column", indicator("/", "/"), None, "undetermined", "NONE"),
    ("both absent in a layout without", indicator(None, None), "9", "judgement", "JUDGE"),
    ("no weight", indicator("≥30家", "30家", w=None, s=None), None, "undetermined", "NONE"),
    ("a share beside a percentage", indicator("95%", "0.95"), None, "undetermined", "NONE"),
    ("a cost rate that differs", indicator("100%", "98%", level2="成本指标", name="成本控制率"), None, "undetermined", "NONE"),
    ("a cost rate that is met", indicator("100%", "100%", level2="成本指标", name="成本控制率"), "10.00", "formula", "EQUAL"),
    ("units of one dimension", indicator("2公里", "1500米"), "7.50", "formula", "RATIO-CAP"),
    ("the same unit twice", indicator("4公里", "3公里"), "7.50", "formula", "RATIO-CAP"),
    ("zero is wanted", indicator("0起", "1起", name="安全事故起数"), "0.00", "formula", "ZERO"),
    ("zero at least", indicator("≥0人", "3人"), "10.00", "formula", "ZERO-GE"),
]


@pytest.mark.parametrize(("row", "points", "basis", "method"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS])
def test_rows(row: Indicator, points: str | None, basis: str, method: str) -> None:
    line = scored(row)
    assert (line.score, line.basis, line.method) == (None if points is None else Decimal(points), basis, method)
    assert line.trace
    assert line.cites


def test_a_reverse_ladder_is_one_pack_entry() -> None:
    assert scored(indicator("<100元", "120元"), TESTLAND).score == Decimal("8.3")


def test_a_negative_actual_stays_negative_where_the_pack_says_so() -> None:
    assert scored(indicator("≥3%", "-1%"), TESTLAND).score == Decimal("0.0")


def test_over_achievement_is_cut_where_the_pack_cuts() -> None:
    cuts: tuple[OverStep, ...] = (
        OverStep(Decimal("1.5"), Decimal("0.9"), needs_reason=True),
        OverStep(Decimal(2), Decimal("0.5"), needs_reason=True),
    )
    steps = Sourced(cuts, NATION.scheme.cap_at_weight.cites)
    law = replace(NATION, scheme=replace(NATION.scheme, over_achievement=steps))
    assert scored(indicator("≥100人", "149人"), law).score == Decimal("10.00")
    assert scored(indicator("≥100人", "150人"), law).score == Decimal("9.00")
    line = scored(indicator("≥100人", "300人"), law)
    assert line.score == Decimal("5.00")
    assert any("0.5 倍" in step for step in line.trace)


def test_a_pack_that_scores_nothing_gives_no_lines() -> None:
    law = load_rulebook().pack("cn-transfer-2020")
    card = score(interpret(Evaluation(indicators=(indicator("≥1个", "1个"),)), law, on=ON))
    assert (card.lines, card.total, card.total_range, card.grade) == ((), None, None, None)


def test_a_unit_in_brackets_of_the_name_counts() -> None:
    row = indicator("20000", "10000", name="出口额(万美元)")
    case = interpret(Evaluation(indicators=(row,)), NATION, on=ON)
    assert (case.rows[0].a, case.rows[0].unit, case.rows[0].unit_source) == (Decimal(200000000), "美元", "name")
    assert any("指标名称" in step for step in score(case).lines[0].trace)


def test_a_remark_in_brackets_of_the_name_is_no_unit() -> None:
    case = interpret(Evaluation(indicators=(indicator("≥11.376万元", "12万元", name="受益农户收入（总收入）"),)), NATION, on=ON)
    assert (case.rows[0].comparable, case.rows[0].unit) == (True, "元")
    bare = interpret(Evaluation(indicators=(indicator("≥11", "12", name="受益农户收入（总收入）"),)), NATION, on=ON)
    assert bare.rows[0].unit is None


def test_a_unit_column_counts() -> None:
    case = interpret(Evaluation(indicators=(indicator("5", "6"),), printed=Printed(unit_column=((0, "个"),))), NATION, on=ON)
    assert (case.rows[0].unit, case.rows[0].unit_source) == ("个", "column")


def test_a_weight_rule_gives_the_weights_of_its_block() -> None:
    rows = tuple(indicator("≥1个", "1个", w=None, name=f"指标{i}") for i in range(9))
    heading = Heading(2, "数量指标", None, "各项指标权重=40/指标总数", tuple(range(9)), Anchor(), parent="产出指标")
    card = score(interpret(Evaluation(indicators=rows, printed=Printed(headings=(heading,))), NATION, on=ON))
    assert [str(line.weight) for line in card.lines] == ["4.45"] * 4 + ["4.44"] * 5
    assert card.total == Decimal(40)


@pytest.mark.parametrize(
    ("fund", "points", "score_"),
    [
        (
            FundLine("年度资金总额", adjusted_budget=Money("200", Decimal(2000000)), disbursed=Money("150", Decimal(1500000)), weight=Decimal(10)),
            Decimal(10),
            "7.50",
        ),
        (FundLine("年度资金总额", adjusted_budget=Money("0", Decimal(0)), disbursed=Money("0", Decimal(0)), weight=Decimal(10)), Decimal(10), "0.00"),
        (FundLine("年度资金总额", adjusted_budget=Money("100", Decimal(1000000)), weight=Decimal(10)), Decimal(10), "0.00"),
        (
            FundLine(
                "年度资金总额", adjusted_budget=Money("1000元", Decimal(1000)), disbursed=Money("990元", Decimal(990)), stated_score=Decimal("9.9")
            ),
            Decimal(10),
            "9.90",
        ),
    ],
    ids=["spent in part", "no budget", "nothing spent is printed", "the pack's points where the form has a score"],
)
def test_the_money_line(fund: FundLine, points: Decimal, score_: str) -> None:
    line = score(interpret(Evaluation(funds=(fund,)), NATION, on=ON)).lines[0]
    assert (line.subject, line.weight, line.score) == ("/funds", points, Decimal(score_))
    case = interpret(Evaluation(funds=(fund,)), NATION, on=ON)
    assert explain(case, score(case), "/funds")[0].startswith("预算执行")


def test_a_form_without_a_money_score_cell_has_no_money_line() -> None:
    fund = FundLine("年度资金总额", adjusted_budget=Money("200", Decimal(2000000)))
    assert score(interpret(Evaluation(funds=(fund,)), NATION, on=ON)).lines == ()


def test_explaining_a_row_that_is_not_there_names_those_that_are() -> None:
    case = interpret(Evaluation(indicators=(indicator("≥1个", "1个"),)), NATION, on=ON)
    (sentence,) = explain(case, score(case), "/indicators/7")
    assert "/indicators/0" in sentence
    undetermined = interpret(Evaluation(indicators=(indicator("待定", "1个"),)), NATION, on=ON)
    assert any("可能在 0 至 10 之间" in step for step in explain(undetermined, score(undetermined), "/indicators/0"))


@pytest.mark.parametrize("text", ["/indicators/5", "indicators/5=zero", "/indicators/x=zero", "/indicators/5=forget", "/funds=zero"])
def test_a_waiver_written_wrongly_is_refused(text: str) -> None:
    with pytest.raises(WaiverInvalidError, match="/indicators/5="):
        parse_waiver(text)


def test_a_treatment_the_pack_does_not_allow_is_refused() -> None:
    case = interpret(Evaluation(indicators=(indicator("≥1个", "1个"),)), TESTLAND, on=ON, waivers=(Waiver("/indicators/0", "exclude-no-respread"),))
    with pytest.raises(WaiverInvalidError, match="不允许"):
        score(case)


JIANGMEN = load_rulebook().pack("cn-gd-jiangmen-2023")


def changed(**leaves: Any) -> RulePack:
    """The national pack with some leaves of its scheme replaced."""
    cites = NATION.scheme.cap_at_weight.cites
    own: dict[str, Any] = {name: Sourced(value, cites) for name, value in leaves.items()}
    return replace(NATION, scheme=replace(NATION.scheme, **own))


def formulas(**leaves: Formula | None) -> RulePack:
    cites = NATION.scheme.cap_at_weight.cites
    own = replace(NATION.scheme.formulas, **{name: Sourced(value, cites) for name, value in leaves.items()})
    return replace(NATION, scheme=replace(NATION.scheme, formulas=own))


def test_a_place_that_judges_qualitative_rows_adopts_what_is_stated() -> None:
    line = scored(indicator("提升质量", "有所提升"), formulas(qualitative=None))
    assert (line.method, line.score) == ("JUDGE", Decimal(9))


def test_without_a_cap_the_raw_ratio_stands() -> None:
    law = formulas(at_least=Formula("RATIO-RAW"))
    assert scored(indicator("≥10人", "11人"), law).score == Decimal("10.00")
    open_ended = replace(law, scheme=replace(law.scheme, cap_at_weight=Sourced(False, law.scheme.cap_at_weight.cites)))
    assert scored(indicator("≥10人", "11人"), open_ended).score == Decimal("11.00")


def test_a_money_ladder() -> None:
    rule = MoneyRule(
        ("执行率",),
        Decimal(15),
        inside=False,
        bases=("adjusted_budget",),
        formula=Formula("STEP", step=Decimal(1), per_step=Decimal(1), full_from=Decimal(90)),
    )
    fund = FundLine("资金总额", adjusted_budget=Money("100", Decimal(100)), disbursed=Money("87", Decimal(87)), weight=Decimal(15))
    assert score(interpret(Evaluation(funds=(fund,)), changed(money=rule), on=ON)).lines[0].score == Decimal("12.00")


def test_tiers_of_money_side_by_side_are_added() -> None:
    funds = tuple(FundLine(name, allotted=Money("1", Decimal(10000)), disbursed=Money("1", Decimal(5000))) for name in ("市本级", "转移支付至下级"))
    case = interpret(Evaluation(funds=funds), JIANGMEN, on=ON)
    assert case.money is not None
    assert (case.money.base, case.money.spent) == (Decimal(20000), Decimal(10000))


def test_rows_of_a_block_without_weights_are_undetermined_beside_ones_that_have_them() -> None:
    rows = (
        indicator("/", "/", level1="决策", name="监管有效性", w=None),
        indicator("/", "/", level1="决策", name="资金支出率", w=None),
        indicator("/", "/", level1="决策", name="制度建设"),
    )
    card = score(interpret(Evaluation(indicators=rows), JIANGMEN, on=ON))
    assert [line.basis for line in card.lines[:2]] == ["undetermined", "undetermined"]
    assert card.total is None


def test_fixed_rows_bring_their_weights() -> None:
    rows = (
        indicator("/", "/", level1="决策", name="监管有效性", w=None, s="8"),
        *(indicator("≥1个", "1个", level1="产出", w=None) for _ in range(3)),
    )
    card = score(interpret(Evaluation(indicators=rows), JIANGMEN, on=ON))
    assert [str(line.weight) for line in card.lines] == ["8", "13.34", "13.33", "13.33"]


def test_a_weight_rule_on_a_heading_that_lists_no_rows() -> None:
    heading = Heading(1, "产出指标", None, "20/指标数", (), Anchor())
    rows = (indicator("≥1个", "1个", w=None), indicator("≥1个", "1个", w=None))
    card = score(interpret(Evaluation(indicators=rows, printed=Printed(headings=(heading,))), NATION, on=ON))
    assert card.total == Decimal(20)


def test_a_sum_rounded_at_the_end_takes_judged_rows_as_they_stand() -> None:
    rows = (indicator(None, None, s="6.5"), indicator("≥3个", "2个"), indicator("待定", "2个", s="4"))
    card = score(interpret(Evaluation(indicators=rows), TESTLAND, on=ON))
    assert card.total == Decimal("17.1")


def test_a_row_without_a_stated_score_takes_its_share_of_a_waived_row() -> None:
    rows = (indicator("≥1个", "1个", s=None), indicator("≥1个", "0个"))
    card = score(interpret(Evaluation(indicators=rows), NATION, on=ON, waivers=(Waiver("/indicators/1", "exclude-respread-block"),)))
    assert card.total == Decimal(20)
