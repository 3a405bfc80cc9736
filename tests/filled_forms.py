"""Hypothesis strategy of filled forms: what a person could have filled into an official form, and nothing that the form has no place for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from jiheng.domain.evaluation import (
    PARTICULARS,
    Contact,
    Evaluation,
    FundLine,
    Goal,
    Indicator,
    ManagementItem,
    Narrative,
    Printed,
    StatedTotals,
)
from jiheng.domain.moneytext import parse_money
from jiheng.domain.value import ABSENT, Value
from jiheng.domain.valuetext import parse_value
from jiheng.exporters.layout.coverage import FIELDS, FUND_FIELDS, ROW_FIELDS, prints
from jiheng.rulebook.forms import Form, keyed_place

STEMS = (
    "道路养护",
    "冷链物流",
    "古树名木保护",
    "营养改善",
    "㎡级网格巡查",
    "二〇二三专项",
    "𠮷祥社区服务",
    "职业技能培训",
    "河道清淤",
    "防疫物资储备",
)
ENDS = ("里程", "完成率", "覆盖率", "场次", "受益人数", "合格率", "及时率", "满意度", "成本控制率", "公示次数")
LEVELS = (
    ("产出指标", ("数量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)
UNITS = ("人次", "家", "公里", "万元", "份", "%", "㎡", "场")
WORDS = ("合格", "完成", "有所提升", "效果明显", "及时")
SENTENCES = (
    "按计划推进",
    "受天气影响工期顺延",
    "建成3个示范点，惠及1200人",
    "完成率达到98.5%",
    "加强与街道、社区的协调",
    "“一站式”窗口服务覆盖全部乡镇（街道）",
    "㎡与〇等字样也要原样保留",
)
TICKED = ("1、部门预算项目☑ 2、市直专项□ 3、对下转移支付□", "1、常年性项目 □ 2、延续性项目 □ 3、一次性项目 √", "持续性")
UNITS_OF_WORK = ("示例市交通运输局", "示例县教育局", "示例区㳇河街道办事处", "示例市𠮷田镇人民政府")


def amounts(places: int = 2) -> st.SearchStrategy[str]:
    return st.integers(0, 10**8).map(lambda cents: f"{Decimal(cents).scaleb(-places):f}")


def sentences(most: int = 6) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=most).map(lambda parts: "；".join(parts) + "。")


def target_parts() -> st.SearchStrategy[tuple[str, str, str]]:
    numbered = st.tuples(st.sampled_from(["≥", "≤", "=", ""]), st.integers(1, 99999).map(str), st.sampled_from(UNITS))
    return numbered | st.tuples(st.just(""), st.sampled_from(WORDS), st.just(""))


@st.composite
def rows(draw: st.DrawFn, *, most: int, with_weights: bool) -> tuple[tuple[Indicator, ...], tuple[tuple[int, str], ...]]:
    found: list[Indicator] = []
    units: list[tuple[int, str]] = []
    for level1, names in LEVELS:
        for level2 in names:
            for _ in range(draw(st.integers(0, most))):
                indicator, unit = draw(one_row(level1, level2, len(found), with_weights=with_weights))
                if unit:
                    units.append((len(found), unit))
                found.append(indicator)
    if not found:
        indicator, unit = draw(one_row("产出指标", "数量指标", 0, with_weights=with_weights))
        found, units = [indicator], [(0, unit)] if unit else []
    return tuple(found), tuple(units)


@st.composite
def one_row(draw: st.DrawFn, level1: str, level2: str, number: int, *, with_weights: bool) -> tuple[Indicator, str]:
    sign, number_text, unit = draw(target_parts())
    actual = draw(st.sampled_from([number_text + unit, "0" + unit if unit else number_text]) | amounts(1).map(lambda text: text + unit))
    weight = Decimal(draw(st.integers(1, 300))).scaleb(-1)
    score = draw(st.none() | st.integers(0, int(weight * 100)).map(lambda cents: Decimal(cents).scaleb(-2)))
    indicator = Indicator(
        level1=level1,
        level2=level2,
        name=draw(st.sampled_from(STEMS)) + draw(st.sampled_from(ENDS)) + "甲乙丙丁戊己庚辛壬癸"[number % 10] * (1 + number // 10),
        target=value(sign + number_text + unit),
        actual=value(actual) if draw(st.integers(0, 9)) else ABSENT,
        weight=weight if with_weights else None,
        stated_score=score,
        reason=draw(st.none() | sentences(3)),
        criteria=draw(st.none() | st.just("1.定量指标：自评分数=实现值/预期值*权重，满分为止。")),
        evidence=tuple(draw(st.lists(st.sampled_from(["《台账汇总表》", "验收报告（2023年）", "满意度调查表"]), max_size=2, unique=True))),
    )
    return indicator, unit


def value(text: str) -> Value:
    return parse_value(text)


@st.composite
def filled(draw: st.DrawFn, form: Form, *, most: int = 2) -> Evaluation:
    """A filled form: every field the form prints may be filled, no other is."""
    year = draw(st.integers(2018, 2026))
    unit: Any = draw(st.sampled_from(["万元", "元"]))
    with_weights = "row.weight" in form.places
    indicators, units = draw(rows(most=most, with_weights=with_weights))
    scores = [row.stated_score for row in indicators]
    total = sum((score for score in scores if score is not None), Decimal(0)) if draw(st.booleans()) and "row.score" in form.places else None
    whole = Evaluation(
        template=form.serves[0] if form.serves else None,
        kind=form.kind,
        title=draw(st.sampled_from([form.title, f"{year}年度{form.title}"])) if form.serves else form.title,
        fiscal_year=year,
        project_name=draw(st.sampled_from(STEMS)) + draw(st.sampled_from(["", "（二期）", "项目", "（2023—2025年）"])),
        project_level=draw(st.none() | st.sampled_from(["一级", "二级"])),
        basis_document=draw(st.none() | st.just("示例市人民政府办公室关于印发实施方案的通知（示府办〔2023〕8号）")),
        evaluated_amount=parse_money(draw(st.none() | amounts()), unit=unit),
        supervising_department=draw(st.none() | st.sampled_from(UNITS_OF_WORK)),
        implementing_unit=draw(st.none() | st.sampled_from(UNITS_OF_WORK)),
        contact=Contact(name=draw(st.none() | st.just("某某")), phone=draw(st.none() | st.just("0000000"))),
        money_unit=unit,
        funds=draw(funds(form, unit)),
        goal=Goal(draw(st.none() | sentences()), draw(st.none() | sentences()), draw(st.sampled_from([True, False, None]))),
        indicators=indicators,
        stated_totals=StatedTotals(
            weight=sum((row.weight or Decimal(0) for row in indicators), Decimal(0)) if with_weights else None,
            score=total,
            grade=draw(st.none() | st.sampled_from(["优", "良"])),
        ),
        narrative=Narrative(*(draw(st.none() | sentences()) for _ in range(4))),
        management=draw(management(form)),
        particulars=draw(particulars(form)),
        printed=Printed(unit_column=units if "row.unit" in form.places else ()),
    )
    return only_printed(form, whole)


@st.composite
def funds(draw: st.DrawFn, form: Form, unit: Any) -> tuple[FundLine, ...]:
    lines = []
    for number, item in enumerate(form.fund_lines or ("市本级", "转移支付至下级")):
        if number and draw(st.booleans()):
            continue
        money = {name: parse_money(draw(amounts()), unit=unit) for name in ("initial_budget", "adjusted_budget", "allotted", "disbursed")}
        weight, score = (Decimal(10), Decimal(draw(st.integers(0, 1000))).scaleb(-2)) if number == 0 else (None, None)
        rate = draw(st.sampled_from(["100%", "96.37%"]))
        lines.append(FundLine(item, **money, weight=weight, stated_rate=rate, stated_score=score))
    return tuple(lines)


@st.composite
def management(draw: st.DrawFn, form: Form) -> tuple[ManagementItem, ...]:
    items = dict.fromkeys(key[1] for place in sorted(form.places) if (key := keyed_place(place)) and key[0] == "management")
    rows = [ManagementItem(item, draw(st.none() | sentences(2)), draw(st.none() | sentences(2))) for item in items]
    return tuple(row for row in rows if row.situation or row.problems)


@st.composite
def particulars(draw: st.DrawFn, form: Form) -> dict[str, str]:
    labels = [place.removeprefix(PARTICULARS) for place in sorted(form.places) if place.startswith(PARTICULARS)]
    drawn = {label: draw(st.none() | st.sampled_from(TICKED) | st.sampled_from(UNITS_OF_WORK) | sentences(3)) for label in labels}
    return {label: text for label, text in drawn.items() if text is not None}


def only_printed(form: Form, whole: Evaluation) -> Evaluation:
    """The evaluation without what the form has no place for."""

    def kept(record: Any, names: tuple[str, ...], prefix: str, blank: Any) -> Any:
        gone = {name: getattr(blank, name) for name in names if not prints(form, whole, f"{prefix}/{name}") and hasattr(blank, name)}
        return replace(record, **gone)

    rows = tuple(kept(row, ROW_FIELDS, f"/indicators/{i}", Indicator(None, None, None)) for i, row in enumerate(whole.indicators))
    lines = tuple(kept(line, FUND_FIELDS[1:], f"/funds/{i}", FundLine("")) for i, line in enumerate(whole.funds))
    nested = {
        name: kept(getattr(whole, name), tuple(p.split("/")[2] for p in FIELDS if p.startswith(f"/{name}/")), f"/{name}", getattr(Evaluation(), name))
        for name in ("contact", "goal", "stated_totals", "narrative")
    }
    plain = kept(whole, tuple(p.strip("/") for p in FIELDS if p.count("/") == 1 and p != "/title"), "", Evaluation())
    printed = tuple(line for line in lines if replace(line, item="") != FundLine(""))
    whole_form: Evaluation = replace(plain, funds=printed, indicators=rows, **nested)
    return whole_form
