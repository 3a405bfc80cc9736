"""Figures run together in one cell: cut in the one way that fits, else left blank; never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiheng.importers.parse.glued import cuts, is_glued
from jiheng.pipeline import appraise
from jiheng.rulebook import load_rulebook

ORDER = ("weight", "target", "actual", "score")
FORM = """项目支出绩效自评表
项目名称\t示例项目
一级指标\t二级指标\t三级指标\t分值\t年度指标值\t全年实际值\t得分
产出指标\t数量指标\t培训期数\t{}\t\t\t
效益指标\t社会效益指标\t受益人数\t50\t300人\t310人\t50
"""


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("1530个30个15", ORDER, [["15", "30个", "30个", "15"]]),
        ("20≥95%98%20", ORDER, [["20", "≥95%", "98%", "20"]]),
        ("≥6次12次1212", ("target", "actual", "weight", "score"), [["≥6次", "12次", "12", "12"]]),
        ("10100户50户5", ORDER, [["10", "100户", "50户", "5"]]),
        ("1530个30户15", ORDER, []),
        ("5010个10个", ("weight", "target", "actual"), [["50", "10个", "10个"]]),
        ("121个1个1", ORDER, [["1", "21个", "1个", "1"], ["12", "1个", "1个", "1"]]),
    ],
)
def test_the_cuts_that_fit(text: str, order: tuple[str, ...], expected: list[list[str]]) -> None:
    assert [list(cut.values()) for cut in cuts(text, order)] == expected


@pytest.mark.parametrize("text", ["15个", "2023年12月", "≥95%", "1200万元", "3-5个", "30", "第1期至第3期", "全年12期", "1、2"])
def test_a_value_is_not_glued(text: str) -> None:
    assert not is_glued(text)


@pytest.mark.parametrize(
    ("cell", "expected", "severity"),
    [("1530个30个15", (Decimal(15), "30个", "30个", Decimal(15)), "info"), ("121个1个1", (None, None, None, None), "warning")],
)
def test_a_row_with_glued_figures_is_told_and_read_or_left_blank(
    cell: str, expected: tuple[Decimal | None, str | None, str | None, Decimal | None], severity: str
) -> None:
    (dossier,) = appraise(FORM.format(cell).encode(), "表.txt", rulebook=load_rulebook())
    assert dossier.evaluation is not None
    row, other = dossier.evaluation.indicators
    assert (row.weight, row.target.raw, row.actual.raw, row.stated_score) == expected
    assert other.weight == Decimal(50)
    (finding,) = [finding for finding in dossier.findings if finding.code == "layout.glued-cells"]
    assert finding.severity == severity
    assert cell in finding.message
