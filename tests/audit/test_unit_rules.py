"""Rules on units."""

from __future__ import annotations

import pytest

from inspections import Fires, Silent
from readings import line, reading

FIRES = [
    Fires("unit.conflict", reading(line(target="30家", actual="30户")), "/indicators/0", "error", ("“家”与“户”", "统一")),
    Fires("unit.conflict", reading(line(target="37个基层医疗机构", actual="100%")), "/indicators/0", "error", ("“个”与“%”",)),
    Fires("unit.conflict", reading(line(name="出口额(万美元)", target="2亿元", actual="2亿元")), "/indicators/0", "error", ("元", "美元")),
    Fires(
        "unit.conflict",
        reading(line(parts=("≥", "28.8万元", "%"), actual="28.8万元"), unit_column=((0, "%"),)),
        "/indicators/0",
        "error",
        ("万元", "%"),
    ),
    Fires(
        "unit.conflict", reading(line(parts=(None, "应保尽保", "%"), actual="应保尽保"), unit_column=((0, "%"),)), "/indicators/0", "error", ("%",)
    ),
    Fires("unit.missing", reading(line(target="≥100", actual="100")), "/indicators/0", "warning", ("都没有计量单位",)),
    Fires("unit.missing", reading(line(name="建设数量", target="5", actual="5")), "/indicators/0", "warning", ("补填计量单位",)),
    Fires("unit.not-a-rate", reading(line(name="接转错漏率", target="0人", actual="0人")), "/indicators/0", "warning", ("名称是“率”", "“人”")),
    Fires("unit.not-a-rate", reading(line(name="培训人数", target="100%", actual="100%")), "/indicators/0", "warning", ("名称计“人数”",)),
    Fires(
        "unit.not-a-rate", reading(line(name="合作社实现产值（%）", target="8000", actual="12767.36")), "/indicators/0", "warning", ("名称计“产值”",)
    ),
    Fires(
        "unit.mixed-scale",
        reading(line(target="500万元", actual="510万元"), line(target="1亿元", actual="1亿元")),
        "",
        "warning",
        ("“万元”与“亿元”",),
    ),
    Fires(
        "unit.mixed-scale", reading(line(target="300亩", actual="300亩"), line(target="1.2万亩", actual="1.2万亩")), "", "warning", ("“亩”与“万亩”",)
    ),
    Fires("unit.unusual", reading(line(name="传播扩散例数", target="0人", actual="0人")), "/indicators/0", "info", ("“例数”", "“人”")),
    Fires("unit.unusual", reading(line(name="走访户数", target="30家", actual="30家")), "/indicators/0", "info", ("“户数”",)),
]
FIRES += [
    Fires("unit.not-a-rate", reading(line(name="合格率（%）", target="95人", actual="95人")), "/indicators/0", "warning", ("名称是“率”",)),
    Fires("unit.not-a-rate", reading(line(name="培训人数（人）", target="95%", actual="96%")), "/indicators/0", "warning", ("名称计“人数”",)),
]
SILENT = [
    Silent("unit.conflict", reading(line(target="100名", actual="100人")), "名 and 人 are one unit"),
    Silent("unit.conflict", reading(line(target="15100人次", actual="0")), "the actual inherits its unit"),
    Silent("unit.conflict", reading(line(target="≤90万元", actual="899740元")), "money with money"),
    Silent("unit.conflict", reading(line(name="出口额(万美元)", target="20000", actual="20000")), "the unit of the name"),
    Silent("unit.missing", reading(line(target="≥100人", actual="100")), "inherited"),
    Silent("unit.missing", reading(line(name="出口额(万美元)", target="2", actual="2")), "in the name"),
    Silent("unit.missing", reading(line(target="≥5", actual="6"), unit_column=((0, "个"),)), "in the unit column"),
    Silent("unit.not-a-rate", reading(line(name="检查频率", target="2次/年", actual="2次/年")), "a frequency"),
    Silent("unit.not-a-rate", reading(line(name="合格率", target="95%", actual="96%")), "a rate in percent"),
    Silent("unit.not-a-rate", reading(line(name="合格率", target="95", actual="96")), "no unit printed"),
    Silent("unit.not-a-rate", reading(line(name="产业总额", target="增长5%", actual="增长6%")), "growth of a total"),
    Silent("unit.unusual", reading(line(name="活动场次数", target="5场", actual="5场")), "the longest counter decides"),
    Silent("unit.mixed-scale", reading(line(target="1亿元", actual="1亿元"), line(target="2亿元", actual="2亿元")), "one scale"),
    Silent("unit.mixed-scale", reading(line(target="100元", actual="100元"), line(target="2亿元", actual="2亿元")), "亿元 is not 元"),
    Silent("unit.unusual", reading(line(name="培训人数", target="100人", actual="100人")), "its own family"),
    Silent("unit.unusual", reading(line(name="播种面积", target="300亩", actual="300亩")), "an area"),
    Silent("unit.unusual", reading(line(name="培训人数", target="100%", actual="100%")), "left to unit.not-a-rate"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_is_silent(case: Silent) -> None:
    case.verify()
