"""An evaluation on the paper of an official form: spans, filled places, blank rows, numbers and live formulas, notes in the margin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import YEAR_END, form, fund, law, row, scored
from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Dossier, Source
from jiheng.domain.evaluation import Evaluation, Heading, PrintedTotal, StatedTotals
from jiheng.domain.finding import Finding, Severity
from jiheng.exporters.layout.coverage import left_out
from jiheng.exporters.layout.form import form_layout, printed_funds
from jiheng.exporters.layout.merging import Drawn, merged
from jiheng.exporters.layout.model import Cell, Grid, Layout, Paragraph
from jiheng.exporters.layout.notes import with_notes
from jiheng.exporters.layout.recomputed import with_recomputed_scores
from jiheng.rulebook import load_rulebook
from strategies import evaluations

FORMS = load_rulebook().forms
NATIONAL = FORMS["national-project"]


def cells(layout: Layout) -> dict[str, Cell]:
    """The cells that show a field, by its pointer."""
    return {cell.pointer: cell for grid in grids(layout) for cell in grid.cells if cell.pointer}


def grids(layout: Layout) -> list[Grid]:
    return [item for section in layout.sections for item in section.items if isinstance(item, Grid)]


def texts(layout: Layout) -> list[str]:
    return [item.text for section in layout.sections for item in section.items if isinstance(item, Paragraph)]


def uncovered(grid: Grid) -> set[tuple[int, int]]:
    places = [
        (r, c) for cell in grid.cells for r in range(cell.row, cell.row + cell.row_span) for c in range(cell.column, cell.column + cell.column_span)
    ]
    assert len(places) == len(set(places)), "cells overlap"
    return {(r, c) for r in range(grid.rows) for c in range(len(grid.widths))} ^ set(places)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=15)
@given(data=st.data())
def test_the_cells_of_every_form_cover_its_grids_without_overlap(name: str, data: st.DataObject) -> None:
    for grid in grids(form_layout(FORMS[name], data.draw(evaluations(FORMS[name])))):
        assert uncovered(grid) == set()
        assert list(grid.cells) == sorted(grid.cells, key=lambda cell: (cell.row, cell.column))


def test_an_empty_form_has_its_paper_and_one_blank_row() -> None:
    layout = form_layout(NATIONAL, Evaluation())
    assert texts(layout) == ["项目支出绩效自评表", "（　　　　年度）"]
    assert [grid.rows for grid in grids(layout)] == [9, 3]
    assert uncovered(grids(layout)[1]) == set()


def test_levels_are_merged_while_they_stay_the_same() -> None:
    rows = (row(name="甲"), row(name="乙"), row(name="丙", level2="质量指标"), row(name="丁", level1="效益指标"))
    shown = cells(form_layout(NATIONAL, form(*rows)))
    assert shown["/indicators/0/level1"].row_span == 3
    assert (shown["/indicators/0/level2"].row_span, shown["/indicators/2/level2"].row_span) == (2, 1)
    assert (shown["/indicators/3/level1"].text, shown["/indicators/3/level2"].text) == ("效益指标", "数量指标")


def test_a_score_of_several_rows_is_one_cell() -> None:
    evaluation = form(row(name="甲", stated="9"), row(name="乙"), row(name="丙", stated="8"))
    shared = replace(evaluation, printed=replace(evaluation.printed, group_scores=((0, 1),)))
    shown = cells(form_layout(NATIONAL, shared))
    assert shown["/indicators/0/stated_score"].row_span == 2
    assert shown["/indicators/2/stated_score"].text == "8"


def test_money_rows_stand_in_the_printed_ones_and_the_others_stay_blank() -> None:
    known = printed_funds(NATIONAL, form(funds=(fund("年度资金总额：", spent="5"), fund("其他资金", spent="1"))))
    assert [(index, line.item) for index, line in known] == [
        (0, "年度资金总额："),
        (None, "其中：当年财政拨款"),
        (None, "上年结转资金"),
        (1, "其他资金"),
    ]
    strange = printed_funds(NATIONAL, form(funds=(fund("统筹整合资金", spent="5"),)))
    assert [line.item for _, line in strange] == ["统筹整合资金"]


def test_a_goal_block_is_drawn_once_per_goal() -> None:
    evaluation = form(row(name="甲"), row(name="乙"))
    headings = (
        Heading(1, "产出指标", Decimal(40), None, (0,), Anchor(), goal=1),
        Heading(1, "产出指标", Decimal(40), None, (1,), Anchor(), goal=2),
    )
    two = replace(evaluation, printed=replace(evaluation.printed, headings=headings))
    labels = [cell.text for grid in grids(form_layout(FORMS["hubei-project"], two)) for cell in grid.cells if "年度绩效目标" in cell.text]
    assert labels == ["年度绩效目标1（40分）", "年度绩效目标2（40分）"]
    alone = [cell.text for grid in grids(form_layout(FORMS["hubei-project"], evaluation)) for cell in grid.cells if "年度绩效目标" in cell.text]
    assert alone == ["年度绩效目标1（80分）"]


def test_a_target_in_three_cells_is_parted_by_its_unit() -> None:
    rows = (row("≥735人次"), row("定性好坏"), row("≤5元/天"), row("持续"))
    whole = form(*rows)
    unit = replace(whole, printed=replace(whole.printed, unit_column=((0, "人次"), (2, "元/天"))))
    shown = cells(form_layout(FORMS["yunnan-project"], unit))
    parts = [tuple(shown[f"/indicators/{index}/{name}"].text for name in ("operator", "value", "unit")) for index in range(4)]
    assert parts == [("≥", "735", "人次"), ("定性", "好坏", ""), ("≤", "5", "元/天"), ("", "持续", "")]


def test_level_weights_are_printed_from_the_headings() -> None:
    headings = (Heading(1, "产出", Decimal(40), None, (0,), Anchor()), Heading(2, "数量指标", None, "40/指标总数", (0,), Anchor()))
    evaluation = form(row(level1="产出"))
    printed = replace(evaluation.printed, headings=headings)
    totals = StatedTotals(printed=(PrintedTotal("一级权重合计", Decimal(140)),))
    shown = cells(form_layout(FORMS["jiangmen-2023"], replace(evaluation, printed=printed, stated_totals=totals)))
    assert (shown["/indicators/0/level1_weight"].text, shown["/indicators/0/level2_weight"].text) == ("40", "40/指标总数")
    assert shown["/stated_totals/level1_weight"].text == "140"


def test_money_of_a_tier_stands_at_the_place_of_the_tier() -> None:
    evaluation = form(funds=(fund("市本级", initial="2903.24", allotted="4162.37", spent="4149.88"), fund("县本级", spent="1")))
    shown = [cell.text for grid in grids(form_layout(FORMS["jiangmen-2023"], evaluation)) for cell in grid.cells]
    assert {"2903.24", "4162.37", "4149.88"} <= set(shown)
    assert "资金名目" in left_out(FORMS["jiangmen-2023"], evaluation)


def test_what_a_form_has_no_place_for_is_named() -> None:
    evaluation = form(row(reason="雨"), project_level="一级", goal=replace(Evaluation().goal, expected="修路"))
    assert left_out(FORMS["hubei-project"], evaluation) == ("项目级次", "预期目标", "分值", "原因")
    assert left_out(NATIONAL, evaluation) == ("项目级次",)


FORMULAS = [
    ("≥100人", "90人", "10", "9.00", "ROUND(MIN({w},{w}*{b}/{a}),2)"),
    ("≥100人", "90人", "10", "8.00", None),
    ("≥100人", "0人", "10", "0", None),
    ("≥1万人", "9000人", "10", "9.00", None),
    ("≥90%", "99.45%", "5", "5", "ROUND(MIN({w},{w}*{b}/{a}),2)"),
    ("合格", "合格", "5", "5", None),
]


@pytest.mark.parametrize(("target", "actual", "weight", "stated", "formula"), FORMULAS)
def test_a_score_is_a_live_formula_only_where_it_gives_what_is_stated(
    target: str, actual: str, weight: str, stated: str, formula: str | None
) -> None:
    evaluation = form(row(target, actual, weight, stated))
    shown = cells(form_layout(NATIONAL, evaluation, scored(evaluation, law())))["/indicators/0/stated_score"]
    places = {"a": "{/indicators/0/target}", "b": "{/indicators/0/actual}", "w": "{/indicators/0/weight}"}
    assert shown.formula == (formula and formula.format(**places))
    assert shown.number == Decimal(stated)


def test_an_exact_tie_is_left_to_decimals() -> None:
    evaluation = form(row("≥200人", "1人", "1", "0.01"))
    assert cells(form_layout(NATIONAL, evaluation, scored(evaluation, law())))["/indicators/0/stated_score"].formula is None


TOTALS = [
    ("19", "SUM({/indicators/0/stated_score}:{/indicators/1/stated_score})"),
    ("29", "SUM({/indicators/0/stated_score}:{/indicators/1/stated_score})+{/funds/0/stated_score}"),
    ("30", None),
]


@pytest.mark.parametrize(("total", "formula"), TOTALS)
def test_a_total_is_a_live_sum_only_where_it_adds_up(total: str, formula: str | None) -> None:
    money = fund(adjusted="100", spent="100", weight="10", stated="10")
    evaluation = form(row(stated="10"), row(stated="9"), total=total, funds=(money,))
    assert cells(form_layout(NATIONAL, evaluation))["/stated_totals/score"].formula == formula


@pytest.mark.parametrize(
    ("adjusted", "spent", "rate", "live"),
    [("400", "350", "87.50%", True), ("400", "350", "88%", True), ("400", "350", "87%", False), ("0", "0", "100%", False)],
)
def test_a_rate_is_live_where_it_is_the_quotient(adjusted: str, spent: str, rate: str, live: bool) -> None:
    money = replace(fund(adjusted=adjusted, spent=spent), stated_rate=rate)
    assert (cells(form_layout(NATIONAL, form(funds=(money,))))["/funds/0/stated_rate"].formula is not None) is live


def found(subject: str, severity: Severity = "warning") -> Finding:
    return Finding("x", severity, f"关于{subject or '全表'}。", subject=subject)


def dossier(evaluation: Evaluation, findings: Iterable[Finding]) -> Dossier:
    return Dossier(YEAR_END, Source("表.txt", "0", "txt"), evaluation, findings=tuple(findings), scorecard=scored(evaluation))


def test_notes_stand_at_their_cell_row_or_group_worst_first() -> None:
    evaluation = form(row(name="甲", stated="9"), funds=(fund(spent="1"),), project_name="桥")
    subjects = ["/indicators/0/actual", "/indicators/0", "/indicators/0/evidence", "/funds/0/disbursed", "/contact/mailbox", ""]
    findings = [*(found(subject) for subject in subjects), found("/project_name", "error")]
    noted = with_notes(form_layout(NATIONAL, evaluation), dossier(evaluation, findings))
    marks = {cell.pointer: cell.marks for grid in grids(noted) for cell in grid.cells if cell.marks}
    assert marks == {
        None: (6, 7),
        "/project_name": (1,),
        "/funds/0/disbursed": (5,),
        "/indicators/0/level1": (3, 4),
        "/indicators/0/actual": (2,),
    }
    assert [row for row, _ in grids(noted)[1].beside] == [1]
    listed = noted.sections[1]
    assert listed.name == "审核意见"
    told = [cell.text for cell in grids(noted)[-1].cells if cell.column == 2]
    assert told == ["事项", *(f"关于{subject or '全表'}。" for subject in ("/project_name", *subjects))]


def test_a_form_without_findings_says_so() -> None:
    noted = with_notes(form_layout(NATIONAL, form()), dossier(form(row()), []))
    assert texts(noted)[-1] == "没有意见。"


def test_recomputed_scores_take_the_place_of_the_stated_ones() -> None:
    evaluation = form(row("≥100人", "90人", "10", "10"), row(target="合格", actual="一般", weight="5", stated="5"), total="15")
    whole = with_recomputed_scores(dossier(evaluation, []))
    assert whole is not None
    assert whole.indicators[0].stated_score == Decimal("9.00")
    assert whole.stated_totals.score == scored(evaluation).total
    unscored = replace(dossier(evaluation, []), scorecard=None)
    assert with_recomputed_scores(unscored) is evaluation


def test_what_is_no_rectangle_stays_apart() -> None:
    drawn = [[Drawn("甲"), Drawn(continues="<")], [Drawn(continues="^"), Drawn("乙")]]
    assert [(cell.row, cell.column, cell.text) for cell in merged(drawn)] == [(0, 0, "甲"), (0, 1, ""), (1, 0, ""), (1, 1, "乙")]


def test_a_particular_stands_where_the_form_asks_for_it_and_is_named_where_none_does() -> None:
    evaluation = replace(form(row()), particulars={"项目类别": "1、部门预算项目☑ 2、市直专项□", "项目实施内容": "采购设备并验收。" * 6})
    shown = cells(form_layout(FORMS["hubei-project"], evaluation))
    assert shown["/particulars/项目类别"].text == "1、部门预算项目☑ 2、市直专项□"
    assert "项目实施内容" in left_out(FORMS["hubei-project"], evaluation)
    assert {"项目类别", "项目实施内容"} <= set(left_out(NATIONAL, evaluation))


def test_a_header_field_of_sentences_is_set_as_running_text() -> None:
    evaluation = replace(form(row()), particulars={"项目实施内容": "采购设备并验收。" * 6})
    assert cells(form_layout(FORMS["sichuan-project"], evaluation))["/particulars/项目实施内容"].role == "text"
    brief = replace(evaluation, particulars={"项目实施内容": "采购设备。"})
    assert cells(form_layout(FORMS["sichuan-project"], brief))["/particulars/项目实施内容"].role == "short"
