"""What holds for every form under every law: bounds, sums, waivers; and no print, however odd, that scoring trips over."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from builders import case_of, form, fund, pack, row, scored, waiver
from jiheng.domain.evaluation import Evaluation, Indicator
from jiheng.domain.scorecard import TREATMENTS, Scorecard, Treatment
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import RulePack
from jiheng.scoring import all_treatments
from jiheng.scoring.levels import heading_name

LAWS = tuple(load_rulebook().pack(name) for name in load_rulebook().ids())
NUMBERS = ("≥10人", "≤10人", "=10人", ">92%", "<3天", "0人", "≥0人", "≤0人", "-1%", "≥-2%", "100%", "0.95", "95", "70万票", "1.5亿元")
TEXTS = ("2023年6月30日", "9月前", "是", "否", "基本达到", "达成年度指标", "部分达成", "提升", "待定", "**", "/", "")
CELLS = st.sampled_from((*NUMBERS, *TEXTS, None))
POINTS = st.none() | st.decimals(0, 20, places=2).map(str)
NAMES = st.sampled_from(("培训人数", "事故起数", "预算成本控制率", "资金支出率", "资金到位率", "支出进度", "监管有效性", "到位时效", None))
ROWS = st.builds(
    row,
    CELLS,
    CELLS,
    POINTS,
    POINTS,
    name=NAMES,
    level1=st.sampled_from(("产出指标", "效益指标（30分）", "决策", "投入", "管理", None)),
    level2=st.sampled_from(("数量指标", "成本指标", None)),
)
AMOUNTS = st.none() | st.sampled_from(("0", "0.1", "132.81", "4162.37", "7,00.0,77"))
FUNDS = st.lists(
    st.builds(fund, st.sampled_from(("年度资金总额", "其中：财政拨款", "市本级")), adjusted=AMOUNTS, allotted=AMOUNTS, spent=AMOUNTS, weight=POINTS),
    max_size=3,
)


@st.composite
def forms(draw: st.DrawFn) -> Evaluation:
    return form(*draw(st.lists(ROWS, max_size=6)), funds=tuple(draw(FUNDS)))


@given(forms(), st.sampled_from(LAWS))
def test_any_form_scores_within_its_bounds(evaluation: Evaluation, under: RulePack) -> None:
    card = scored(evaluation, under)
    for line in card.lines:
        assert line.trace
        assert line.cites
        assert (line.score is None) is (line.basis == "undetermined")
        if line.score is not None and line.weight is not None:
            assert 0 <= line.score <= line.weight
    if card.total is not None and card.total_range is not None and card.possible is not None:
        low, high = card.total_range
        assert low <= high <= card.possible
        assert 0 <= card.total <= card.possible
    assert card == scored(evaluation, under)


@st.composite
def weighted_rows(draw: st.DrawFn) -> tuple[Indicator, ...]:
    count = draw(st.integers(2, 9))
    weights = draw(st.lists(st.integers(1, 2000), min_size=count, max_size=count))
    actuals = draw(st.lists(st.integers(0, 120), min_size=count, max_size=count))
    levels = draw(st.lists(st.sampled_from(("产出指标", "效益指标")), min_size=count, max_size=count))
    return tuple(
        row("≥100人", f"{b}人", str(Decimal(cents) / 100), str(Decimal(cents) / 100), level1=level)
        for cents, b, level in zip(weights, actuals, levels, strict=True)
    )


def points_of(card: Scorecard, rows: tuple[Indicator, ...], level1: str) -> Decimal:
    shown = [
        line.weight for line, one in zip(card.lines, rows, strict=True) if one.level1 == level1 and not line.excluded and line.weight is not None
    ]
    return sum(shown, Decimal(0))


@given(weighted_rows(), st.sampled_from(TREATMENTS), st.data())
def test_waived_points_stay_in_their_block_or_in_the_form(rows: tuple[Indicator, ...], treatment: Treatment, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(rows) - 1))
    before, after = scored(form(*rows)), scored(form(*rows), waivers=(waiver(index, treatment),))
    level1 = rows[index].level1 or ""
    alone = sum(heading_name(one.level1) == heading_name(level1) for one in rows) == 1
    lost = rows[index].weight or Decimal(0)
    if treatment == "exclude-no-respread" or (treatment == "exclude-respread-block" and alone):
        assert after.possible == (before.possible or Decimal(0)) - lost
    else:
        assert after.possible == before.possible
    if treatment == "exclude-respread-block" and not alone:
        assert points_of(after, rows, level1) == points_of(before, rows, level1)
    assert after.total is not None
    assert 0 <= after.total <= (after.possible or 0)


@given(weighted_rows(), st.data())
def test_keeping_never_gives_less_than_the_formula_and_zero_never_more(rows: tuple[Indicator, ...], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(rows) - 1))
    evaluation = form(*rows)
    own = scored(evaluation)
    totals = {treatment: scored(evaluation, waivers=(waiver(index, treatment),)).total or Decimal(0) for treatment in TREATMENTS}
    assert own.total is not None
    assert totals["keep"] >= own.total >= totals["zero"] == totals["exclude-no-respread"]


@given(weighted_rows(), st.data())
def test_the_five_treatments_are_the_form_scored_under_each(rows: tuple[Indicator, ...], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(rows) - 1))
    evaluation = form(*rows)
    card = scored(evaluation, pack(), waivers=(waiver(index, "keep"),))
    expected = [(name, scored(evaluation, waivers=(waiver(index, name),)).total) for name in TREATMENTS]
    assert [(item.treatment, item.total) for item in card.treatments] == expected
    plain = case_of(evaluation)
    assert all_treatments(plain, f"/indicators/{index}") == card.treatments
    assert all_treatments(plain, f"/indicators/{index}", card=scored(evaluation)) == card.treatments
