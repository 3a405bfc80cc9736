"""The roll-up: sums exact, means weighted by money, forms that were not read counted and not added."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jiheng.domain.dossier import Dossier, Source
from jiheng.domain.evaluation import Evaluation, FundLine, StatedTotals
from jiheng.domain.finding import Finding
from jiheng.domain.moneytext import parse_money
from jiheng.domain.scorecard import PackId, Scorecard
from jiheng.exporters.layout.model import Cell, Grid, Layout, Paragraph
from jiheng.exporters.layout.rollup import percent, rollup, sum_of, wan, weighted

CARD = Scorecard(PackId("cn-2020", "d"), (), Decimal("95.5"), (Decimal("95.5"), Decimal("95.5")), Decimal(98), "优")


def filed(name: str, budget: str | None, spent: str | None, score: str | None) -> Dossier:
    money = FundLine("年度资金总额", adjusted_budget=parse_money(budget, unit="万元"), disbursed=parse_money(spent, unit="万元"))
    totals = StatedTotals(score=None if score is None else Decimal(score))
    evaluation = Evaluation(project_name=name, implementing_unit="示例市财政局", funds=(money,), stated_totals=totals)
    return Dossier(date(2023, 12, 31), Source(f"{name}.xlsx", "0", "xlsx"), evaluation, scorecard=CARD)


def parts(layout: Layout) -> tuple[dict[str | None, Cell], list[str]]:
    items = layout.sections[0].items
    grid = next(item for item in items if isinstance(item, Grid))
    return {cell.pointer: cell for cell in grid.cells}, [item.text for item in items if isinstance(item, Paragraph)]


def test_money_is_summed_and_scores_are_weighted_by_it() -> None:
    cells, notes = parts(rollup([filed("甲", "4149.88", "4000", "99.82"), filed("乙", "850.12", "850.12", "80.00")]))
    assert (cells["/total/budget"].text, cells["/total/budget"].formula) == ("5000.00", "SUM({/0/budget}:{/1/budget})")
    assert cells["/total/stated"].text == "96.45"
    assert cells["/total/rate"].text == "97.00%"
    assert cells["/0/rate"].formula == "ROUND({/0/spent}/{/0/budget},4)"
    assert notes[1] == "共 2 张表；等级：优 2。"


def test_a_form_without_amounts_is_a_row_and_no_part_of_the_means() -> None:
    cells, _ = parts(rollup([filed("甲", "100", "80", "90"), filed("乙", None, None, "10")]))
    assert (cells["/1/budget"].text, cells["/1/rate"].text, cells["/1/stated"].text) == ("", "", "10")
    assert (cells["/total/stated"].text, cells["/total/rate"].text) == ("90.00", "80.00%")


def test_unread_files_are_counted_and_findings_are_tallied() -> None:
    unread = Dossier(None, Source("坏.pdf", "0", "pdf"), findings=(Finding("file.damaged", "error", "坏。"),))
    found = replace(filed("甲", "1", "1", "1"), findings=(Finding("a", "error", "。"), Finding("b", "warning", "。"), Finding("c", "warning", "。")))
    cells, notes = parts(rollup([found, unread]))
    assert (cells["/0/errors"].text, cells["/0/warnings"].text, cells["/total/errors"].text) == ("1", "2", "1")
    assert notes[1] == "共 1 张表，另有 1 份文件未能读出；等级：优 1。"


def test_nothing_at_all_is_a_table_with_its_heads_and_no_sums() -> None:
    cells, notes = parts(rollup([]))
    assert (cells["/total/budget"].text, cells["/total/budget"].formula) == ("", None)
    assert notes[1] == "共 0 张表；等级：无。"


@pytest.mark.parametrize(
    ("yuan", "text"), [("41498800", "4149.88"), ("1", "0.0001"), ("0", "0.00"), ("123456.78", "12.345678"), ("1000000", "100.00")]
)
def test_yuan_is_printed_in_wan_exactly(yuan: str, text: str) -> None:
    assert wan(Decimal(yuan)) == text


def test_rates_are_weighted_by_money_not_averaged() -> None:
    rates = [(Decimal(80), Decimal(100)), (Decimal(90), Decimal(300))]
    assert weighted(rates) == Decimal("87.50")
    assert weighted([(None, Decimal(1)), (Decimal(1), None), (Decimal(1), Decimal(0))]) is None
    assert percent(Decimal(1), Decimal(0)) == percent(None, Decimal(1)) == ""
    assert sum_of([None]) is None
