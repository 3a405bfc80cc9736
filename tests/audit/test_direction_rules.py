"""Rules on directions and operators."""

from __future__ import annotations

import pytest

from inspections import Fires, Silent, fund
from readings import line, reading

COST = {"level2": "成本指标"}
BARE = {"actual": "好", "target": "优"}

FIRES = [
    Fires(
        "direction.cost-at-least",
        reading(line(name="运维费用", target="≥17.4万元", actual="17.4万元", **COST)),
        "/indicators/0/target",
        "error",
        ("成本指标", "“≤”"),
    ),
    Fires(
        "direction.cost-at-least",
        reading(line(name="人均成本", target=">300元/人", actual="300元/人")),
        "/indicators/0/target",
        "error",
        (">300元/人",),
    ),
    Fires("direction.suspicious", reading(line(name="安全事故起数", target="≥1起", actual="1起")), "/indicators/0/target", "warning", ("反向含义",)),
    Fires("direction.suspicious", reading(line(name="培训人数", target="≤100人", actual="90人")), "/indicators/0/target", "warning", ("越多越好",)),
    Fires(
        "direction.undeclared",
        reading(line(target="24场"), line(name="事故起数", target="0起", actual="0起")),
        "",
        "info",
        ("第 1、2 行", "第 2 行按“≤”"),
    ),
    Fires("direction.undeclared", reading(line(target="24场")), "", "info", ("按“≥”计",)),
    Fires("operator.doubled", reading(line(target="≥≥98%", actual="98%")), "/indicators/0/target", "warning", ("两个运算符",)),
    Fires("operator.doubled", reading(line(target="≥98%", actual=">=>=98%")), "/indicators/0/actual", "warning", ("删去一个",)),
    Fires("operator.doubled", reading(line(target="≥5%以下", actual="5%")), "/indicators/0/target", "warning", ("前后运算符不一致",)),
    Fires("operator.glyph-repaired", reading(line(target="═100%", actual="100%")), "/indicators/0/target", "info", ("形近字",)),
    Fires("operator.glyph-repaired", reading(line(parts=("≧", "735", "人次"), actual="735")), "/indicators/0/target", "info", ("“≥”",)),
    Fires("ocr.suspected-operator", reading(line(target="290%", actual="95%")), "/indicators/0/target", "warning", ("≥90%", "对照原表")),
    Fires("ocr.suspected-operator", reading(line(target="工5%", actual="5%")), "/indicators/0/target", "warning", ("≥5%",)),
    Fires("ocr.suspected-operator", reading(line(target="2280次", actual="285次")), "/indicators/0/target", "warning", ("≥280次",)),
    Fires("ocr.digits-lost", reading(*(line(target="人", actual="人") for _ in range(3))), "", "error", ("没有一个数字",)),
    Fires("ocr.digits-lost", reading(line(), funds=(fund(adjusted="?.32.06.5"),)), "/funds", "error", ("小数点开头",)),
]
SILENT = [
    Silent("direction.cost-at-least", reading(line(name="运维费用", target="≤17.4万元", actual="17万元", **COST)), "a cost with ≤"),
    Silent("direction.cost-at-least", reading(line(name="成本节约率", target="≥5%", actual="6%", **COST)), "a savings rate"),
    Silent("direction.cost-at-least", reading(line()), "no cost"),
    Silent("direction.suspicious", reading(line(name="安全事故起数", target="≤1起", actual="0起")), "less is better"),
    Silent("direction.suspicious", reading(line(name="事故下降率", target="≥5%", actual="6%")), "the sense is reversed"),
    Silent("direction.suspicious", reading(line(name="事故起数", target="0起", actual="0起")), "no operator printed"),
    Silent("direction.undeclared", reading(line()), "printed"),
    Silent("direction.undeclared", reading(line(target="显著提升", actual="显著")), "no number"),
    Silent("operator.doubled", reading(line(target="≥98%", actual="98%")), "one operator"),
    Silent("operator.doubled", reading(line(target="98%以上", actual="98%")), "a word behind"),
    Silent("operator.glyph-repaired", reading(line(target="≥98%", actual="98%")), "the usual glyph"),
    Silent("operator.glyph-repaired", reading(line(target="=98%", actual="98%")), "a plain equals sign"),
    Silent("ocr.suspected-operator", reading(line(target="290%", actual="95%"), source_format="xlsx"), "a native spreadsheet"),
    Silent("ocr.suspected-operator", reading(line(target="200%", actual="196%")), "a plausible target"),
    Silent("ocr.suspected-operator", reading(line(target="2280次", actual="2300次")), "near as printed"),
    Silent("ocr.suspected-operator", reading(line(target="≥280次", actual="285次")), "an operator stands there"),
    Silent("ocr.digits-lost", reading(*(line(**BARE) for _ in range(3))), "grades need no digit"),
    Silent("ocr.digits-lost", reading(line(), line(), line(), funds=(fund(adjusted="10", spent="9"),)), "there are digits"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_is_silent(case: Silent) -> None:
    case.verify()
