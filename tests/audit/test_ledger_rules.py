"""Rules on measured values: the form against its ledgers, gaps in them, readings nobody settled, and what a ledger says about zeros."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from inspections import Fires, Silent, findings, form, row, value
from jiheng.domain.document import Anchor
from jiheng.domain.measured import LeftOut, Measure, Measurement
from jiheng.domain.proof import Proof, Verdict

STOP = "按示例函[2022]597号，业务于2023年1月1日起停止。"
ZERO = {"a": "0", "b": "0", "op": "≤", "method": "ZERO", "name": "传播例数", "unit": "例"}


def result(number: str | None, title: str = "活动场次", unit: str = "场", undefined: str | None = None) -> Measure:
    return Measure("only", title, "count", unit, None if number is None else Decimal(number), undefined=undefined)


def ledger(said: str | None, own: str | None, **changes: Any) -> Measurement:
    """A measurement of the first row: the form says ``said``, the ledger ``own``."""
    plain: dict[str, Any] = {
        "subject": "/indicators/0",
        "ledger": "activities",
        "title": "活动台账",
        "measures": (result(own),),
        "approved": None,
        "shown": None if own is None else Decimal(own),
        "stated": None if said is None else Decimal(said),
        "unit": "场",
        "rows_used": 14,
        "left_out": (LeftOut("duplicate", 1), LeftOut("cancelled", 1)),
        "spans": (),
        "period": (date(2023, 1, 1), date(2023, 12, 31)),
        "gaps": (),
        "idle": False,
        "outcome": "equal",
    }
    return Measurement(**(plain | changes))


def held(*rows: Any, **changes: Any) -> Any:
    """A form of such rows whose first one is measured."""
    said, own = changes.pop("said", "16"), changes.pop("own", "14")
    return form(*(rows or (row(b="16", unit="场"),)), measured=(ledger(said, own, **changes),))


TWO = (result("66", "期末在册", "家"), result("6", "本年新注册", "家"))
RATES = (
    result("100", "未超支事项占比", "%"),
    Measure("b", "支出÷下达", "ratio", "%", Decimal(414988), Decimal(4162)),
    result(None, "支出÷计划", "%", "除数为 0"),
)


def proof(verdict: Verdict, number: str, **changes: Any) -> Any:
    """A form whose first row says 16场 and whose attached file says so many."""
    made = Proof("/indicators/0", verdict, Decimal(16), "场", Decimal(number), "总结.docx", "0" * 64, Anchor(page=2), f"举办活动{number}场")
    return form(row(b="16", unit="场"), row(b="3", unit="场"), proofs=(replace(made, **changes),))


FIRES = [
    Fires("evidence.value-differs", proof("differs", "14"), "/indicators/0/actual", "warning", ("填报 16场", "14场", "总结.docx", "相差 2场")),
    Fires("evidence.value-differs", proof("shared", "16", rivals=("/indicators/1",)), "/indicators/0/evidence", "info", ("第 2 行",)),
    Fires(
        "ledger.value-differs",
        held(outcome="differs"),
        "/indicators/0/actual",
        "error",
        ("填报 16场，“活动台账”为 14场（活动场次），相差 2场", "台账 16 行，采用 14 行，未计 2 行（12.50%：重复 1、已取消 1）", "更正台账"),
    ),
    Fires(
        "ledger.value-differs",
        held(said="99.99", own="100", left_out=(), outcome="differs", unit="%"),
        "/indicators/0/actual",
        "error",
        ("相差 -0.01%", "台账 14 行全部采用"),
    ),
    Fires(
        "ledger.gap",
        held(gaps=("东港 2023-05", "东港 2023-06"), outcome="incomplete"),
        "/indicators/0/actual",
        "warning",
        ("缺少 东港 2023-05、东港 2023-06，不能证明填报数（现有记录得 14场）",),
    ),
    Fires(
        "ledger.gap",
        held(own=None, gaps=("各月合计 121 与 2023-12 累计 120 不符",), outcome="incomplete"),
        "/indicators/0/actual",
        "warning",
        ("有缺口：各月合计 121 与 2023-12 累计 120 不符，不能证明填报数。",),
    ),
    Fires(
        "ledger.definition-missing",
        held(said="66", own="66", unit="家", measures=TWO, outcome="definition-missing"),
        "/indicators/0/actual",
        "warning",
        ("按不同口径得数不同（期末在册 66家；本年新注册 6家），填报 66家", "认定文件"),
    ),
    Fires(
        "ledger.definition-missing",
        held(said=None, own="100", unit="%", measures=RATES, outcome="definition-missing"),
        "/indicators/0/actual",
        "warning",
        ("支出÷计划 除数为 0", "填报 —"),
    ),
    Fires(
        "actual.vacuous",
        held(row(**ZERO), said="0", own="0", outcome="vacuous", idle=True, notes=("业务已于 2022-12-31 停止。",)),
        "/indicators/0",
        "warning",
        ("“活动台账”显示业务未发生，填报的“0例”不能证明绩效。业务已于 2022-12-31 停止。",),
    ),
    Fires(
        "actual.vacuous",
        held(row(a="95", b="100", unit="%"), said="100", own=None, outcome="vacuous"),
        "/indicators/0",
        "warning",
        ("填报的“100%”不能证明绩效",),
    ),
    Fires("actual.vacuous", held(row(reason=STOP, **ZERO), outcome="incomplete", gaps=("2023-05",)), "/indicators/0", "warning", ("业务已“停止”",)),
]

SILENT = [
    Silent("evidence.value-differs", proof("agrees", "16"), "the file says the same"),
    Silent("evidence.value-differs", proof("not-found", "0", said=None), "no file speaks of the row"),
    Silent("ledger.value-differs", form(row()), "no ledger is attached"),
    Silent("ledger.value-differs", held(said="14", outcome="equal"), "the numbers agree"),
    Silent("ledger.value-differs", held(outcome="definition-missing", measures=TWO), "the reading is not settled"),
    Silent("ledger.value-differs", held(outcome="incomplete", gaps=("2023-05",)), "the gap may explain it"),
    Silent("ledger.gap", held(outcome="equal"), "nothing is missing"),
    Silent("ledger.gap", held(outcome="vacuous", gaps=("2023-05",), idle=True), "the activity had ended"),
    Silent("ledger.definition-missing", held(outcome="equal", measures=TWO), "the results agree at the printed places, or one is approved"),
    Silent("ledger.definition-missing", held(outcome="differs"), "one reading"),
    Silent("actual.vacuous", held(row(reason=STOP, **ZERO), said="0", own="0", outcome="equal"), "52 weekly zero reports prove the 0"),
    Silent("actual.vacuous", held(row(**ZERO), outcome="incomplete"), "nobody knows, and nothing had stopped"),
]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.code)
def test_the_rule_fires(case: Fires) -> None:
    case.verify()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.code}: {case.why}")
def test_the_rule_is_silent(case: Silent) -> None:
    case.verify()


def test_many_gaps_are_counted_and_the_first_are_named() -> None:
    gaps = tuple(f"2023 年第 {week} 周" for week in range(1, 53))
    (found,) = findings(held(gaps=gaps, outcome="incomplete"), "ledger.gap")
    assert "第 12 周 等 52 处" in found.message
    assert "第 13 周" not in found.message


def test_what_is_measured_of_the_money_block_is_told_of_it() -> None:
    made = form(row(actual=value("/", kind="absent")), measured=(ledger("98.00", "99.70", subject="/funds", unit="%", outcome="differs"),))
    (found,) = findings(made, "ledger.value-differs")
    assert found.subject == "/funds"
    assert found.message.startswith("资金填报 98%，")
