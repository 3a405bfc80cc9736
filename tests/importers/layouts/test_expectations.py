"""The table itself must be able to fail: each kind of wrong reading is told, in words that name the place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from importers.layouts.forms import Form

SMALL = Form(
    "small",
    """
项目支出绩效自评表（2023年度）
项目名称 | 桥梁检测 | <<
项目资金（万元） | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
年度资金总额 | 80 | 76 | 10 | 95% | 9.5 |
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分
产出指标 | 数量指标 | 检测桥梁 | ≥30座 | 32座 | 50 | 50
^ | 质量指标 | 报告合格率 | 100% | 100% | 40 | 40
""",
    """
产出指标 | 数量指标 | 检测桥梁 | ≥30座 ~ 30 座 | 32座 ~ 32 座 | 50 | 50
 | 质量指标 | 报告合格率 | 100% ~ 100 % | 100% ~ 100 % | 40 | 40
""",
    "年度资金总额 | | 800000 | | 760000 | 10 | 95% | 9.5",
    "project_name = 桥梁检测\nfiscal_year = 2023",
)
WRONG = [
    ("rows", "~ 30 座", "~ 31 座", "row '检测桥梁' target.number"),
    ("rows", "~ 32 座", "~ 32 孔", "row '检测桥梁' actual.unit"),
    ("rows", "| 40 | 40", "| 40 | 39", "row '报告合格率' score"),
    ("rows", "质量指标", "时效指标", "row '报告合格率' level2"),
    ("rows", " | 质量指标", "效益指标 | 质量指标", "row '报告合格率' level1"),
    ("rows", "报告合格率", "报告及时率", "row '报告及时率' name"),
    ("rows", " | 质量指标 | 报告合格率 | 100% ~ 100 % | 100% ~ 100 % | 40 | 40", "", "rows: expected 1, found 2"),
    ("rows", "| 40 | 40", "| 40 | 40 | 延期", "row '报告合格率' reason"),
    ("funds", "760000", "76", "funds '年度资金总额' disbursed"),
    ("funds", "95%", "96%", "funds '年度资金总额' rate"),
    ("fields", "2023", "2022", "fiscal_year"),
    ("fields", "project_name =", "printed/notes ∋", "printed/notes"),
]


@pytest.mark.parametrize("kind", ["html", "txt"])
def test_a_form_read_as_expected_has_no_differences(kind: str) -> None:
    assert SMALL.wrong(kind) == []


@pytest.mark.parametrize(("part", "right", "wrong", "told"), WRONG, ids=[told for *_, told in WRONG])
def test_a_wrong_reading_is_told_by_its_place(part: str, right: str, wrong: str, told: str) -> None:
    other = replace(SMALL, **{part: getattr(SMALL, part).replace(right, wrong, 1)})
    differences = other.wrong("html")
    assert any(text.startswith(told) for text in differences), differences


def test_merges_become_spans_in_html_and_blanks_in_text() -> None:
    form = Form("merges", "甲 | < | 乙\n^ | ^ | 丙⏎丁\n戊 | <<")
    assert form.as_html().decode() == (
        '<html><body><table><tr><td rowspan="2" colspan="2">甲</td><td rowspan="1" colspan="1">乙</td></tr>'
        '<tr><td rowspan="1" colspan="1">丙<br>丁</td></tr><tr><td rowspan="1" colspan="3">戊</td></tr></table></body></html>'
    )
    assert form.as_text().decode() == "甲\t\t乙\n\t\t丙 丁\n戊\t\t\n"
