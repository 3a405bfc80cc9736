"""Rules on weights."""

from __future__ import annotations

import pytest

from inspections import Fires, Silent, findings, form, heading, purse, row
from jiheng.domain.document import Anchor
from jiheng.domain.finding import Repair

HUNDRED = [row(w="40", s="40"), row(w="40", s="40"), row(w="20", s="20")]
BLOCKS = [row(w="20", s="20"), row(w="20", s="20"), row(w="20", s="20"), row(w="40", s="40")]
REPEATED = (
    heading("决策", "20", (2,)),
    heading("产出", "40", (0, 1)),
    heading("产出", "40", (1,), line=34, repeats=True),
    heading("效益", "40", (3,)),
)
NOTE = ("注：一级指标权重统一设置为：产出指标50分、效益指标30分、满意度指标10分。",)
FREE_NOTE = ("注：一级指标权重原则上设置为：产出指标50%、效益指标30%，可适当调整。",)
MANY = [row(w="10", s="10") for _ in range(6)]

FIRES = [
    Fires("weights.sum", form(row(w="40"), row(w="50")), "/stated_totals/weight", "error", ("权重合计应为 100", "逐项相加为 90", "相差 10")),
    Fires("weights.sum", form(*HUNDRED, weight_total="95"), "/stated_totals/weight", "error", ("“三级权重合计”印为 95", "逐项相加为 100")),
    Fires("weights.sum", form(row(w="95"), money=purse("1", "1")), "/stated_totals/weight", "error", ("逐项相加为 105",)),
    Fires("weights.sum", form(row(w=None), weight_total="90"), "/stated_totals/weight", "error", ("“三级权重合计”印为 90，相差 10",)),
    Fires(
        "weights.sum",
        form(*BLOCKS, weight_total="100", printed_totals=(("一级权重合计", "140"), ("总分", "99")), headings=REPEATED),
        "/stated_totals/weight",
        "warning",
        ("“一级权重合计”印为 140", "逐项相加为 100", "差额正是换页重复的“产出”40 分"),
    ),
    Fires(
        "weights.heading-mismatch",
        form(row(w="20"), row(w="60"), row(w="40"), headings=(heading("产出", "80", (0, 1, 2), line=7),)),
        "",
        "error",
        ("“产出”标明 80 分，下列各项 20+60+40 合计 120 分，相差 40 分",),
    ),
    Fires(
        "weights.heading-mismatch",
        form(
            row(w="20"),
            headings=(
                heading("产出", "50", (0,)),
                heading("数量指标", "20", (0,), level=2, parent="产出"),
                heading("质量指标", "20", (), level=2, parent="产出"),
            ),
        ),
        "",
        "error",
        ("下列各项 20+20 合计 40 分",),
    ),
    Fires(
        "weights.levels-disagree",
        form(row(w="20"), row(w="10"), headings=(heading("数量指标", "25", (0, 1), level=2, line=9),)),
        "",
        "error",
        ("“数量指标”标明 25 分，下列各项 20+10 合计 30 分",),
    ),
    Fires("weights.levels-disagree", form(row(w="7"), headings=(heading("时效指标", "8", (0,), level=2),)), "", "error", ("相差 1 分",)),
    Fires(
        "weights.not-the-set-frame",
        form(row(), headings=(heading("产出指标", "60", (0,), line=5),), notes=NOTE),
        "",
        "warning",
        ("一级指标“产出指标”填为 60 分，表注固定为 50 分，相差 10 分",),
    ),
    Fires("weights.not-the-set-frame", form(row(), headings=(heading("满意度", "20", (0,)),), notes=NOTE), "", "warning", ("表注固定为 10 分",)),
    Fires("weights.zero", form(row(w="0", s="0"), row()), "/indicators/0", "warning", ("第 1 行“培训人数”分值为零或空白。",)),
    Fires("weights.zero", form(row(), row(w=None, s="5")), "/indicators/1", "warning", ("却填报得分 5 分",)),
    Fires("weights.concentrated", form(*MANY, row(w="40", s="40")), "/indicators/6", "warning", ("占全表 100 分的 40.00%", "单项上限 30.00%")),
    Fires("weights.concentrated", form(row(w="90")), "/indicators/0", "warning", ("占全表 100 分的 90.00%", "单项上限 50.00%")),
    Fires(
        "weights.applied-twice",
        form(row(w="25", s="25"), row(w="75", s="70"), total="58.75"),
        "/stated_totals/score",
        "error",
        ("权重重复计算：这样满分也只有 62.50 分", "相加为 95 分"),
    ),
    Fires("weights.applied-twice", form(*[row(w="25", s="25")] * 4, total="25"), "/stated_totals/score", "error", ("满分也只有 25.00 分",)),
    Fires("duplicate.block", form(*BLOCKS, headings=REPEATED), "", "info", ("“产出” 40 分因换页重复印出",)),
    Fires(
        "duplicate.block",
        form(*BLOCKS, headings=REPEATED, repairs=(Repair("duplicate.block", "", "产出 40", "产出", "换页", Anchor(line=34)),)),
        "",
        "info",
        ("“产出”因换页重复印出，已合并计算",),
    ),
    Fires(  # a heading over a row that is not there, as only data from elsewhere has it
        "duplicate.block",
        form(row(w="40"), headings=(heading("产出", "40", (0,)), heading("产出", "40", (7,), repeats=True))),
        "",
        "info",
        ("“产出” 40 分因换页",),
    ),
    Fires("duplicate.block", form(row(), headings=(heading("效益", None, (0,), repeats=True),)), "", "info", ("“效益”因换页",)),
]

SILENT = [
    Silent("weights.sum", form(*HUNDRED, weight_total="100"), "all is 100"),
    Silent("weights.sum", form(row(w="90"), money=purse("1", "1"), weight_total="90"), "the printed total leaves the money line out"),
    Silent("weights.sum", form(row(w=None), row(w="5")), "a weight is missing"),
    Silent("weights.sum", form(*HUNDRED, money=purse("1", "1", points=None, score=None)), "money is not scored"),
    Silent("weights.sum", form(row(w="33.3"), row(w="33.3"), row(w="33.4")), "fractions add up exactly"),
    Silent("weights.heading-mismatch", form(*HUNDRED, headings=(heading("产出", "80", (0, 1)), heading("效益", "20", (2,)))), "adds up"),
    Silent("weights.heading-mismatch", form(*BLOCKS, headings=REPEATED), "both parts of a repeated block are merged"),
    Silent("weights.heading-mismatch", form(row(w=None), headings=(heading("产出", "80", (0,)), heading("效益", None, (0,)))), "a weight is missing"),
    Silent(
        "weights.heading-mismatch",
        form(
            *HUNDRED,
            headings=(
                heading("产出", "50", (0, 1)),
                heading("目标一", "40", (0,), level=2, parent="产出", goal=1),
                heading("目标二", "40", (1,), level=2, parent="产出", goal=2),
            ),
        ),
        "the heading covers several goals",
    ),
    Silent("weights.levels-disagree", form(*HUNDRED, headings=(heading("数量指标", "80", (0, 1), level=2),)), "adds up"),
    Silent("weights.levels-disagree", form(*HUNDRED, headings=(heading("数量指标", None, (0, 1), level=2, rule="40/指标总数"),)), "a rule text"),
    Silent("weights.not-the-set-frame", form(row(), headings=(heading("产出指标", "50", (0,)),), notes=NOTE), "as the note says"),
    Silent("weights.not-the-set-frame", form(row(), headings=(heading("产出指标", "60", (0,)),), notes=FREE_NOTE), "the note allows adjustment"),
    Silent("weights.not-the-set-frame", form(row(), headings=(heading("过程", "60", (0,)), heading("产出", None, ())), notes=NOTE), "no such name"),
    Silent("weights.zero", form(row(), row()), "all have points"),
    Silent("weights.zero", form(row(), row(w=None, s=None)), "neither points nor a score"),
    Silent("weights.zero", form(row(w=None), row(w=None)), "a layout without weights"),
    Silent("weights.concentrated", form(*MANY, row(w="30")), "at the bound"),
    Silent("weights.concentrated", form(row(w="40"), row(w="30"), row(w="30")), "few indicators, none above half"),
    Silent("weights.concentrated", form(*MANY, row(w="40", role="money")), "the money row"),
    Silent("weights.applied-twice", form(*[row(w="25", s="25")] * 4, total="100"), "adds up"),
    Silent("weights.applied-twice", form(row(w="100", s="90"), total="90"), "one row of 100 points"),
    Silent("weights.applied-twice", form(row(w="25", s=None), row(w="25", s="25"), total="6.25"), "a score is missing"),
    Silent("duplicate.block", form(*BLOCKS, headings=REPEATED[:2]), "nothing is printed twice"),
    Silent(
        "duplicate.block",
        form(
            row(w="40"),
            row(w="40"),
            headings=(heading("产出", "40", (0, 1)), heading("产出", "40", (1,), repeats=True)),
        ),
        "two real blocks",
    ),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_a_block_printed_twice_is_shown_where_it_stands() -> None:
    made = form(*BLOCKS, headings=REPEATED)
    assert [f.anchor.line for f in findings(made, "duplicate.block") if f.anchor is not None] == [34]
