"""Rules on the indicator system and on values filled at random."""

from __future__ import annotations

from typing import Any

import pytest

from inspections import Fires, Form, Silent, findings, heading, row, sheet
from jiheng.domain.document import Anchor
from jiheng.domain.evaluation import Heading, Printed
from jiheng.rulebook.model import Block

BENEFIT = {"level1": "效益指标", "level2": "社会效益指标"}
PARTS = Printed(parents=((0, (1, 2)),))
BLOCKS = {"blocks": (Block(("产出指标",), level2=("数量指标", "质量指标")), Block(("满意度指标",), mandatory=True), Block(("成本指标",)))}


def printed(*headings: Any, **more: Any) -> Printed:
    return Printed(headings=headings, **more)


def fives(*units: str | None, name: str = "事项", number: str = "7") -> tuple[Any, ...]:
    return tuple(row(name=f"{name}{index}号", a=number, b=number, unit=unit) for index, unit in enumerate(units))


def blank(name: str, rows: tuple[int, ...] = (), line: int = 45, **more: Any) -> Any:
    return heading(name, None, rows, level=2, line=line, **more)


FIRES = [
    Fires("indicator.wrong-category", sheet(row(name="资金支付率", unit="%")), "/indicators/0", "warning", ("“支付”", "“数量指标”")),
    Fires("indicator.wrong-category", sheet(row(name="项目资金", unit=None)), "/indicators/0", "warning", ("“资金”",)),
    Fires("indicator.wrong-category", sheet(row(name="形成统计分析报告", unit="份", **BENEFIT)), "/indicators/0", "warning", ("“报告”、单位为“份”",)),
    Fires("indicator.wrong-category", sheet(row(name="群众满意度", unit="%")), "/indicators/0", "warning", ("应归入满意度类",)),
    Fires(
        "indicator.wrong-category",
        sheet(row(name="群众满意度", unit="%", **BENEFIT), row(name="企业满意度", unit="%", level1="满意度指标", level2="满意度指标")),
        "/indicators/0",
        "warning",
        ("应归入满意度类",),
    ),
    Fires(
        "indicator.wrong-category",
        sheet(row(name="安全事故", unit="起", level1="满意度", level2="满意度指标")),
        "/indicators/0",
        "warning",
        ("“事故”",),
    ),
    Fires(
        "indicator.wrong-category",
        sheet(row(name="带动就业", level1="产出指标", level2="社会效益")),
        "/indicators/0",
        "warning",
        ("属于效益类，上级却是“产出指标”",),
    ),
    Fires("indicator.repeated", sheet(row(name="培训 人数"), row(name="培训人数")), "/indicators/1", "warning", ("第 2 行", "名称相同")),
    Fires(
        "indicator.repeated",
        sheet(row(name="肉类蔬菜流通追溯平台运行稳定率"), row(name="发放补贴"), row(name="肉类蔬菜流通追溯平台运行稳定性")),
        "/indicators/2",
        "warning",
        ("名称相近", "第 1 行"),
    ),
    Fires("indicator.dimension-missing", sheet(row(level2="数量指标"), law=BLOCKS | {"blocks": BLOCKS["blocks"][:1]}), "", "error", ("“质量指标”",)),
    Fires("indicator.dimension-missing", sheet(row(level1="效益指标"), law=BLOCKS), "", "error", ("“满意度指标”",)),
    Fires("indicator.empty-dimension", sheet(row(), printed=printed(blank("可持续影响指标"))), "", "info", ("“可持续影响指标”",)),
    Fires(
        "indicator.empty-dimension",
        sheet(row(), printed=printed(blank("质量指标"), blank("时效指标", (0,), 46), placeholders=(Anchor(line=46),))),
        "",
        "info",
        ("“质量指标”",),
    ),
    Fires(
        "indicator.children-do-not-sum",
        sheet(row(name="培训", a="30", b="30"), row(name="其中甲班", a="10", b="10"), row(name="其中乙班", a="15", b="20"), printed=PARTS),
        "/indicators/0/target",
        "warning",
        ("目标为 30", "合计 25，差 5"),
    ),
    Fires(
        "indicator.children-do-not-sum",
        sheet(row(name="培训", a="25", b="29.5"), row(name="其中甲班", a="10", b="10"), row(name="其中乙班", a="15", b="20"), printed=PARTS),
        "/indicators/0/actual",
        "warning",
        ("完成值为 29.5", "差 -0.5"),
    ),
    Fires("attribution.macro", sheet(row(name="社会消费品零售总额")), "/indicators/0", "warning", ("“社会消费品零售总额”", "难以归因")),
    Fires("attribution.macro", sheet(row(), row(name="全市GDP增长率")), "/indicators/1", "warning", ("“GDP”",)),
    Fires("fill.nonsense", sheet(row(name="111")), "/indicators/0/name", "error", ("“111”",)),
    Fires("fill.nonsense", sheet(row(name="啊啊啊啊")), "/indicators/0/name", "error", ("没有含义",)),
    Fires("fill.nonsense", sheet(row(name="Asdfg")), "/indicators/0/name", "error", ("疑似随意填写",)),
    Fires("fill.nonsense", sheet(*fives("人", "场", "份", "人", "场")), "/indicators/0", "error", ("第 1、2、3、4、5 行", "都是 7")),
]

SILENT = [
    Silent("indicator.wrong-category", sheet(row(name="资金补助人数", unit="人")), "counts people"),
    Silent("indicator.wrong-category", sheet(row(name="群众满意度", unit="%", **BENEFIT)), "the form puts satisfaction inside benefit"),
    Silent("indicator.wrong-category", sheet(row(name="满意度调查次数", unit="次")), "counts surveys"),
    Silent("indicator.wrong-category", sheet(row(name="群众满意度", unit="%", level1=None, level2=None)), "no level is printed"),
    Silent("indicator.wrong-category", sheet(row(name="研究报告", unit="份")), "a report is an output"),
    Silent("indicator.wrong-category", sheet(row(level1="产出与社会效益", level2="数量指标")), "one heading for both"),
    Silent("indicator.repeated", sheet(row(name="第1期培训人数"), row(name="第2期培训人数")), "another number"),
    Silent("indicator.repeated", sheet(row(name="培训人数"), row(name="培训场次")), "other names"),
    Silent("indicator.repeated", sheet(row(name=None), row(name=None)), "no names"),
    Silent(
        "indicator.repeated",
        sheet(row(), row(), printed=printed(heading("产出", None, (0,), goal=1), heading("产出", None, (1,), goal=2))),
        "two goals with blocks of their own",
    ),
    Silent("indicator.repeated", sheet(row(), row(), row(name="甲班人数"), printed=PARTS), "a part under its whole"),
    Silent("indicator.repeated", sheet(row(name="发放农业保险补贴资金"), row(name="发放农业生产补贴资金")), "alike, but not enough"),
    Silent(
        "indicator.repeated",
        sheet(row(name="各镇街发放农业保险补贴资金的农户覆盖比例"), row(name="各镇街发放农业生产补贴资金的农户覆盖比例")),
        "alike by 0.9, but not by more",
    ),
    Silent(
        "indicator.dimension-missing",
        sheet(row(level1="产出", level2="数量"), row(level1="产出", level2="质量指标"), row(level1="满意度", level2="满意度"), law=BLOCKS),
        "all are there, whatever the ending",
    ),
    Silent("indicator.dimension-missing", sheet(law=BLOCKS), "no rows at all"),
    Silent("indicator.dimension-missing", sheet(row(level1="产出", level2=None), law={"blocks": BLOCKS["blocks"][:1]}), "no level-2 column"),
    Silent("indicator.dimension-missing", sheet(row(level1="效益"), printed=Printed(notes=("满意度指标不涉及。",)), law=BLOCKS), "a note excuses it"),
    Silent("indicator.empty-dimension", sheet(row(), printed=printed(blank("数量指标", (0,)))), "has a row"),
    Silent("indicator.empty-dimension", sheet(row(), printed=printed(heading("产出", None, ()))), "level 1"),
    Silent("indicator.empty-dimension", sheet(row(), printed=printed(blank("数量指标", (0,)), blank("数量指标"))), "printed again without rows"),
    Silent("indicator.empty-dimension", sheet(row(), printed=printed(blank("数量指标", repeats=True))), "repeated after a page break"),
    Silent(
        "indicator.empty-dimension", sheet(row(), printed=printed(blank("质量指标"), placeholders=(Anchor(line=45),))), "a filler row stands there"
    ),
    Silent(
        "indicator.empty-dimension",
        sheet(row(), printed=printed(Heading(2, "质量指标", None, None, (), Anchor()), placeholders=(Anchor(),))),
        "a filler row in a file without lines",
    ),
    Silent(
        "indicator.children-do-not-sum",
        sheet(row(name="培训", a="192", b="30"), row(name="其中甲班", a="100", b="10"), row(name="其中乙班", a="92", b="20"), printed=PARTS),
        "adds up",
    ),
    Silent(
        "indicator.children-do-not-sum",
        sheet(row(name="采购", unit="台"), row(name="其中甲"), row(name="其中乙", unit="场"), printed=PARTS),
        "parts of different units",
    ),
    Silent("indicator.children-do-not-sum", sheet(row(), row(name="甲", a=None), row(name="乙", b=None), printed=PARTS), "a part without number"),
    Silent("indicator.children-do-not-sum", sheet(row(), row(name="甲", a="1"), printed=Printed(parents=((0, (1,)),))), "one part is no sum"),
    Silent("attribution.macro", sheet(row(name="跨境电商进出口额")), "no item of the list"),
    Silent("attribution.macro", sheet(row(name="平台电子商务交易额")), "a series of the project's own platform"),
    Silent("fill.nonsense", sheet(row(name="PM2.5浓度"), row(name=None), row(name="COD")), "real names"),
    Silent("fill.nonsense", sheet(*fives("人", "人", "人", "人", "人")), "like rows"),
    Silent("fill.nonsense", sheet(*fives("人", "场", "份", "家", "次", number="1")), "one of each is usual"),
    Silent("fill.nonsense", sheet(*fives("人", "场", "份", "家")), "too few rows"),
    Silent("fill.nonsense", sheet(*fives(*["%"] * 6, number="100")), "rates of 100 %"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_an_empty_dimension_is_told_where_it_is_printed() -> None:
    made: Form = sheet(row(), printed=printed(blank("可持续影响指标")))
    (found,) = findings(made, "indicator.empty-dimension")
    assert found.anchor is not None
    assert found.anchor.line == 45


def test_three_rows_of_one_name_are_told_twice() -> None:
    found = findings(sheet(row(), row(), row()), "indicator.repeated")
    assert [f.subject for f in found] == ["/indicators/1", "/indicators/2"]
