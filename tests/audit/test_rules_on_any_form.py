"""Whatever a form says, the rules answer with findings, never with an exception."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from inspections import Form, findings, form, fund, purse, row, value
from jiheng.audit import RULES
from jiheng.audit.registry import worst_first

NUMBERS = (
    st.none()
    | st.sampled_from(["0", "-1", "0.01", "1", "4.86", "10", "100", "15100", "1E+9"])
    | st.decimals(min_value=-1000, max_value=1000, places=2).map(str)
)
POINTS = st.none() | st.sampled_from(["0", "4", "4.86", "5", "10", "-1"])
AMOUNTS = st.none() | st.sampled_from(["0", "?约三十", "0.01", "90", "4149.88"])
TEXTS = st.none() | st.sampled_from(["", "无", "按实际", "下一步加强管理", "示例函[2022]5号通知停止", "未完成，其中一场取消"])
NAMES = st.none() | st.sampled_from(["培训人数", "群众满意度（%）", "预算成本控制率", "好坏"])


@st.composite
def specs(draw: st.DrawFn) -> Any:
    basis = draw(st.sampled_from(["formula", "judgement", "undetermined"]))
    numbers: dict[str, Any] = {name: draw(NUMBERS) for name in ("a", "b")}
    points: dict[str, Any] = {name: draw(POINTS) for name in ("w", "s", "f", "low", "high")}
    role = draw(st.sampled_from(["indicator", "indicator", "money", "judgement"]))
    actual = draw(st.none() | st.sampled_from(["/", "优", "完成", "≥98%"]).map(value))
    return row(
        **numbers,
        **points,
        basis=basis,
        role=role,
        actual=actual,
        name=draw(NAMES),
        reason=draw(TEXTS),
        unit=draw(st.sampled_from([None, "%", "人"])),
        op=draw(st.sampled_from(["≥", ">", "=", "<", "≤"])),
        method=draw(st.sampled_from(["RATIO-CAP", "REV-RATIO", "TIER", "JUDGE", "FUND-RATE"])),
        evidence=draw(st.sampled_from([(), ("签到表",)])),
    )


@st.composite
def forms(draw: st.DrawFn) -> Form:
    rows = draw(st.lists(specs(), max_size=4))
    lines = draw(st.lists(st.builds(fund, st.sampled_from(["合计", "财政", "其他"]), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, rate=TEXTS), max_size=3))
    amounts = [None if text is None or text.startswith("?") else text for text in draw(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS))]
    base, spent, planned = amounts
    money = purse(base, spent, planned, score=draw(POINTS), candidates={"allotted": "90", "initial_budget": "0"})
    return form(
        *rows,
        funds=tuple(lines),
        money=draw(st.sampled_from([None, money])),
        total=draw(POINTS),
        weight_total=draw(POINTS),
        columns=draw(st.sampled_from([(), ("score", "reason", "actual", "evidence")])),
        amounts=draw(st.sampled_from([(), ("rate",)])),
    )


@given(forms())
def test_any_form_gets_its_findings_in_order(made: Form) -> None:
    own = [
        code
        for code in RULES
        if code.startswith(("score.", "total.", "weights.", "funds.", "execution-rate.", "reason.", "actual.", "rate.", "unit.m", "over-"))
    ]
    found = findings(made, *own)
    assert all(f.message.endswith("。") and "None" not in f.message for f in found)
    assert found == worst_first(found)
