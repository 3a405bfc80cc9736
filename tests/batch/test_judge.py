"""The kernels and the interpreter agree to the last digit and finding: on real forms under every law, and on forms drawn from odd cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers import FORMS, dossiers_in
from jiheng.batch import law as compiled_law
from jiheng.batch.columns import Tables, readings, tables_of
from jiheng.batch.interpreted import interpreted
from jiheng.batch.judge import CompiledLaw, Judged, compile_law, judge
from jiheng.batch.results import tables_of as results_of
from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Dossier, Source, Waiver
from jiheng.domain.evaluation import Evaluation, FundLine, Goal, Heading, Indicator, Narrative, Printed, PrintedTotal, StatedTotals
from jiheng.domain.value import Money, Value
from jiheng.domain.valuetext import parse_parts, parse_value
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import Band, Formula, RulePack

pytestmark = pytest.mark.xdist_group("kernels")  # compiled once
RULEBOOK = load_rulebook()
LAWS: dict[str, CompiledLaw] = {}
Told = dict[str, list[dict[str, object]]]

NAMES = [
    "培训人数",
    "验收合格率（%）",
    "群众满意度",
    "投诉起数",
    "设备购置成本",
    "预算支出控制率",
    "资金支出率",
    "成本节约率",
    "活动**场次",
    "建设面积（万平方米）",
]
LEVELS = [("产出", "数量指标"), ("产出", "成本指标"), ("效益", "社会效益"), ("满意度", "满意度指标"), (None, None), ("过程", "资金管理")]
TARGETS = [
    None,
    "≥100人",
    "100",
    "≥90%",
    "＝100%",
    "≤5起",
    "<3",
    "0",
    "≤0",
    ">-2",
    "约40万条",
    "≥1,387.59亿元",
    "≤90万元",
    "优",
    "是",
    "12月底前",
    "2023年11月30日前",
    "≥≥98%",
    "待定",
    "0.95",
]
ACTUALS = [
    *TARGETS,
    "/",
    "99.5",
    "达到95%",
    "33人",
    "1347.9亿元",
    "0.9",
    "否",
    "达成年度指标",
    "12月20日",
    "是/否",
    "未发生",
    "2023年12月20日",
    "100人",
    "增长5%",
    "7",
    "-3",
    "150%",
]
OWN = [
    parse_value("≥100人"),
    replace(parse_value("≥100人"), number=Decimal(95)),
    replace(parse_value("100"), operator="≥"),
    parse_value("0.95", number_format="0%"),
    parse_value("0.955", number_format="0.00%"),
    parse_parts("≥", "98", "%"),
    parse_parts("≤", "3", "万元"),
    replace(parse_value("99"), unit="人", printed_unit="人"),
    Value(raw="详见附件", kind="text"),
    Value(raw="9" * 30, kind="quantity", number=Decimal("9" * 30)),
]
POINTS = [None, "0", "4", "5", "5.0", "10", "3.335", "12.5", "0.01"]
SCORES = [None, "0", "4", "4.86", "5", "4.9", "10", "3.3", "-1", "12.50", "5.00001"]
REASONS = [None, "无", "因疫情取消活动", "未完成全部任务", "中标价节约", "已经完成"]
EVIDENCE = [(), ("验收报告",), ("无",), ("/", "—")]
AMOUNTS = [None, ("—", None), ("0", "0"), ("100", "1000000"), ("100.5", "1005000.00"), ("33.333333", "333333.33"), ("80", "800000")]
RATES = [None, "", "无", "80%", "0.8", "100.5%", "99.50", "一半"]

values = st.sampled_from(TARGETS).map(parse_value) | st.sampled_from(OWN)
reached = st.sampled_from(ACTUALS).map(parse_value) | st.sampled_from(OWN)
rows = st.builds(
    lambda name, levels, target, actual, weight, score, reason, evidence: Indicator(
        levels[0], levels[1], name, target, actual, number(weight), number(score), reason, None, evidence
    ),
    *[st.sampled_from(pool) for pool in (NAMES, LEVELS)],
    values,
    reached,
    *[st.sampled_from(pool) for pool in (POINTS, SCORES, REASONS, EVIDENCE)],
)
amounts = st.sampled_from(AMOUNTS).map(lambda cell: None if cell is None else Money(cell[0], number(cell[1])))
lines = st.builds(
    lambda item, one, two, three, four, weight, rate, score: FundLine(item, one, two, three, four, number(weight), rate, number(score)),
    st.sampled_from(["年度资金总额", "其中：财政拨款", "其他资金", "市本级", "合计"]),
    *[amounts] * 4,
    *[st.sampled_from(pool) for pool in (POINTS[:6], RATES, SCORES[:7])],
)
COLUMNS = [
    frozenset({"name", "target", "actual"}),
    frozenset({"name", "target", "actual", "weight", "score", "reason", "evidence"}),
    frozenset({"name"}),
]
headings = st.builds(
    lambda level, name, points, rows, parent, repeats, goal: Heading(level, name, number(points), None, tuple(rows), Anchor(), parent, repeats, goal),
    st.sampled_from([1, 2, 3]),
    st.sampled_from(["产出", "数量指标", "效益"]),
    st.sampled_from([None, "10", "5", "9.335", "40"]),
    st.lists(st.integers(0, 5), max_size=3, unique=True),
    st.sampled_from([None, "产出", "效益"]),
    st.booleans(),
    st.sampled_from([0, 0, 1]),
)


def within(heading: Heading, rows: int) -> Heading:
    return replace(heading, rows=tuple(row for row in heading.rows if row < rows))


told_why = st.sampled_from([None, "年中调整预算", "依据财预[2023]12号文件", "进展顺利"])
forms = st.builds(
    lambda made, funds, columns, rates, total, weight, grade, printed, heads, performance, goal: Evaluation(
        fiscal_year=2023,
        project_name="设备补助项目",
        indicators=tuple(made),
        funds=tuple(funds),
        stated_totals=StatedTotals(number(weight), number(total), grade, tuple(PrintedTotal("权重合计", Decimal(n)) for n in printed)),
        goal=Goal(actual=goal),
        narrative=Narrative(performance=performance),
        printed=Printed(columns=columns, amounts=frozenset(rates), unit_column=((0, "人"),), headings=tuple(within(one, len(made)) for one in heads)),
    ),
    st.lists(rows, max_size=7),
    st.lists(lines, max_size=3),
    st.sampled_from(COLUMNS),
    st.sampled_from([(), ("rate", "score")]),
    st.sampled_from([None, "100", "99.82", "20", "4.86"]),
    st.sampled_from([None, "100", "90", "112"]),
    st.sampled_from([None, "优", "良好", "差"]),
    st.sampled_from([(), ("100",), ("97", "100"), ("105",)]),
    st.lists(headings, max_size=4),
    told_why,
    told_why,
)

DRAWN_UNDER = ["cn-2020", "cn-gd-jiangmen-2023", "cn-hb-2020", "cn-module-2021", "cn-cq-2021", "cn-gx-2021", "example-2020"]
small = st.sampled_from(["0", "0.01", "0.5", "1", "2.5", "80", "100", "1000000"]).map(Decimal)
bands = st.lists(st.builds(Band, small, st.sampled_from(["0", "0.6", "0.85", "1", "1.2"]).map(Decimal)), max_size=3).map(tuple)
ladders = st.one_of(
    st.none(),
    st.builds(Formula, st.just("PASS-LINE"), pass_line=st.sampled_from(["0", "0.6", "0.75", "1"]).map(Decimal)),
    st.builds(
        Formula,
        st.just("STEP"),
        step=small,
        per_step=st.sampled_from(["0.1", "1", "3.335"]).map(Decimal),
        full_from=st.none() | small,
        round_up=st.booleans(),
    ),
    st.builds(Formula, st.just("BAND"), bands=bands),
)
late = st.builds(Formula, st.just("STEP"), step=st.sampled_from([Decimal(5), Decimal(30)]), per_step=st.sampled_from([Decimal("0.5"), Decimal(2)]))
formulas = st.fixed_dictionaries(
    dict.fromkeys(("at_least", "more_than", "equal", "at_most", "less_than"), ladders),
    optional={
        **{name: ladders.filter(lambda one: one is None or one.id != "PASS-LINE") for name in ("zero_target", "negative_target")},
        "date_limit": late,
    },
)


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def law_of(pack: str) -> CompiledLaw:
    return LAWS.setdefault(pack, compile_law(RULEBOOK.pack(pack)))


def told(judged: Judged) -> Told:
    """The results as plain rows; findings in one order, and without the mark of how a form was judged."""
    totals = [{name: value for name, value in row.items() if name != "interpreted"} for row in judged.totals.to_pylist()]
    findings = sorted(judged.findings.to_pylist(), key=lambda row: (row["form"], row["code"], row["subject"], row["severity"]))
    return {"totals": totals, "scores": judged.scores.to_pylist(), "findings": findings}


def by_the_interpreter(tables: Tables, pack: str, law: RulePack | None = None) -> Told:
    scored = [interpreted(reading.dossier, law or RULEBOOK.pack(pack)) for reading in readings(tables)]
    return told(results_of(tables.forms["form"].to_pylist(), pack, scored))


def dossiers_of(evaluations: Iterable[Evaluation]) -> list[Dossier]:
    return [Dossier(date(2023, 12, 31), Source("表.txt", f"{at:064x}", "txt"), one) for at, one in enumerate(evaluations)]


@pytest.fixture(scope="module")
def real() -> Tables:
    return tables_of([one for name in FORMS for one in dossiers_in(name) if one.evaluation is not None])


@pytest.mark.parametrize("pack", RULEBOOK.ids())
def test_real_forms_under_every_law(pack: str, real: Tables) -> None:
    assert told(judge(*real, law_of(pack))) == by_the_interpreter(real, pack)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(forms, min_size=1, max_size=4), st.sampled_from(DRAWN_UNDER))
def test_drawn_forms(evaluations: list[Evaluation], pack: str) -> None:
    tables = tables_of(dossiers_of(evaluations))
    assert told(judge(*tables, law_of(pack))) == by_the_interpreter(tables, pack)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(forms, min_size=1, max_size=4), formulas, st.sampled_from(["cn-2020", "cn-gx-2021", "example-2020"]))
def test_drawn_forms_under_drawn_formulas(evaluations: list[Evaluation], chosen: dict[str, Formula | None], pack: str) -> None:
    scheme = RULEBOOK.pack(pack).scheme
    changed = replace(scheme.formulas, **{name: replace(getattr(scheme.formulas, name), value=formula) for name, formula in chosen.items()})
    law = replace(RULEBOOK.pack(pack), scheme=replace(scheme, formulas=changed))
    tables, scored = tables_of(dossiers_of(evaluations)), compile_law(law)
    assert scored.numbers is not None
    assert told(judge(*tables, scored)) == by_the_interpreter(tables, pack, law)


@pytest.mark.parametrize("pack", ["cn-2020", "example-2020"])
def test_rows_without_weight_and_values_of_their_own_stay_in_the_columns(pack: str) -> None:
    bare = Indicator("产出", "数量指标", "培训人数", parse_value("≥100人"), OWN[0], None, Decimal(5))
    whole = Indicator("产出", "数量指标", "验收合格率", OWN[2], OWN[0], Decimal(5), Decimal(5))
    tables = tables_of(dossiers_of([Evaluation(fiscal_year=2023, indicators=(bare, whole), printed=Printed(columns=COLUMNS[1]))]))
    judged = judge(*tables, law_of(pack))
    assert judged.totals["interpreted"].to_pylist() == [False]
    assert told(judged) == by_the_interpreter(tables, pack)


def test_texts_without_room_lend_nothing_to_blank_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_law, "KEY_BITS", 2)
    row = Indicator("产出", "数量指标", "培训数", parse_value("≥100"), parse_value("100"), Decimal(5), Decimal(5))
    unit = tuple((at, f"单位{at}") for at in range(9))
    crowded = tuple(replace(row, level1=f"一级{at}", level2=f"二级{at}") for at in range(9))
    blank = Evaluation(fiscal_year=2023, indicators=(replace(row, level1=None, level2=None),), printed=Printed(columns=COLUMNS[1]))
    full = replace(blank, indicators=crowded, printed=Printed(columns=COLUMNS[1] | {"unit"}, unit_column=unit))
    tables, law = tables_of(dossiers_of([full, blank, full, blank])), compile_law(RULEBOOK.pack("cn-2020"))
    for _ in range(2):
        judged = judge(*tables, law)
        assert told(judged) == by_the_interpreter(tables, "cn-2020")
        assert judged.totals["interpreted"].to_pylist() == [True, False, True, False]


def test_most_forms_are_judged_from_their_columns() -> None:
    plain = Evaluation(
        fiscal_year=2023,
        indicators=tuple(
            Indicator("产出", "数量指标", f"培训{n}期人数", parse_value("≥100人"), parse_value(f"{n}人"), Decimal(5), Decimal(5))
            for n in range(95, 105)
        ),
        printed=Printed(columns=COLUMNS[1]),
    )
    tables = tables_of(dossiers_of([plain] * 3))
    judged = judge(*tables, law_of("cn-2020"))
    assert judged.totals["interpreted"].to_pylist() == [False] * 3
    assert [str(score) for score in judged.scores["score"].to_pylist()[:6]] == [
        "4.750000",
        "4.800000",
        "4.850000",
        "4.900000",
        "4.950000",
        "5.000000",
    ]


@pytest.mark.parametrize(("printed", "told_of"), [("105", "warning"), ("104", "error")])
def test_a_block_that_is_printed_twice_is_known_from_the_columns(printed: str, told_of: str) -> None:
    rows = tuple(Indicator("产出", "数量指标", f"培训{n}", parse_value("≥5人"), parse_value("5人"), Decimal(20), Decimal(20)) for n in range(5))
    heads = (Heading(1, "产出", Decimal(95), None, (0, 1, 2, 3, 4), Anchor()), Heading(1, "产出", Decimal(5), None, (4,), Anchor(), repeats=True))
    totals = StatedTotals(score=Decimal(100), printed=(PrintedTotal("权重合计", Decimal(printed)),))
    tables = tables_of(dossiers_of([Evaluation(indicators=rows, stated_totals=totals, printed=Printed(columns=COLUMNS[1], headings=heads))]))
    judged = judge(*tables, law_of("cn-2020"))
    found = {finding["code"]: finding["severity"] for finding in judged.findings.to_pylist()}
    assert judged.totals["interpreted"].to_pylist() == [False]
    assert (found["weights.sum"], found["weights.heading-mismatch"]) == (told_of, "error")
    assert told(judged) == by_the_interpreter(tables, "cn-2020")


def test_a_waived_row_is_left_to_the_interpreter(real: Tables) -> None:
    waived = [
        replace(one.dossier, waivers=(Waiver("/indicators/0", "zero"),))
        for one in readings(real)
        if one.dossier.evaluation and one.dossier.evaluation.indicators
    ]
    tables = tables_of(waived[:3])
    judged = judge(*tables, law_of("cn-2020"))
    assert all(judged.totals["interpreted"].to_pylist())
    assert told(judged) == by_the_interpreter(tables, "cn-2020")


def test_the_order_and_the_company_of_forms_change_nothing(real: Tables) -> None:
    dossiers = [one.dossier for one in readings(real)]
    together = told(judge(*real, law_of("cn-2020")))["totals"]
    alone = [row for one in reversed(dossiers) for row in told(judge(*tables_of([one]), law_of("cn-2020")))["totals"]]
    for row in (*alone, *together):
        row.pop("form")  # a form's number counts the forms of its file
    assert sorted(map(str, alone)) == sorted(map(str, together))
