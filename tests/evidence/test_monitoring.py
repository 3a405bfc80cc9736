"""Monitoring during the year: value to date, what the time gone by asks for, lamps, forecasts; a new month changes only what it should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import case_of, form, fund, row
from jiheng.domain.monitored import METHOD_NAMES
from jiheng.evidence.forecasts import Known, forecast_of, whole_months
from jiheng.evidence.monitoring import monitor
from jiheng.evidence.records import Records
from jiheng.exporters.monitored import as_data, monitored_text
from jiheng.exporters.monitored_page import render
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.ledgers import Binding, Bindings, Condition, Ledger
from measured_ledgers import records

LEDGERS = load_rulebook().ledgers
Rows = Sequence[Mapping[str, Any]]
EVEN = ["100"] * 12
JULY = date(2023, 7, 31)


def declared(numbers: Sequence[str], year: int = 2023) -> list[dict[str, str]]:
    """A month each, from January on; an empty text leaves the month out."""
    return [{"month": f"{year}-{at:02d}", "port": "甲港", "declarations": number} for at, number in enumerate(numbers, start=1) if number]


def watched(rows: Rows, target: str = "1200票", on: date = JULY, *, ledger: str = "monthly-declarations", money: Rows = (), **binding: Any) -> Any:
    bound = [Binding("完成量", ledger, **binding)]
    bound += [Binding("/funds", "budget-payments", closed="决算批复")] if money else []
    given_rows = {ledger: rows, "budget-payments": money}

    def read(asked: Ledger, one: Binding) -> Records:
        return records(asked, given_rows[one.ledger])

    case = case_of(form(row(target, None, name="完成量"), row("10个", None, name="没有台账"), funds=(fund(initial="1000.00"),), fiscal_year=2023))
    return monitor(case, Bindings("示例项目", 2023, tuple(bound)), LEDGERS, read, on)


def tracked(*arguments: Any, **more: Any) -> Any:
    return watched(*arguments, **more).rows[0]


def test_the_time_gone_by_asks_for_its_share_of_the_target() -> None:
    found = tracked(declared(EVEN))
    assert (found.value, found.expected, found.lamp) == (700, 700, "green")
    assert found.share == Fraction(7, 12)
    assert [point.value for point in found.points] == [100, 200, 300, 400, 500, 600, 700]


@pytest.mark.parametrize(("monthly", "lamp"), [("100", "green"), ("80", "green"), ("79", "yellow"), ("60", "yellow"), ("59", "red"), ("0", "red")])
def test_the_lamp_turns_at_the_limits_of_the_pack(monthly: str, lamp: str) -> None:
    assert tracked(declared([monthly] * 12)).lamp == lamp


@pytest.mark.parametrize(("monthly", "lamp"), [("100", "green"), ("101", "yellow"), ("171", "yellow"), ("172", "red")])
def test_a_target_not_to_be_exceeded_is_watched_from_the_other_side(monthly: str, lamp: str) -> None:
    found = tracked(declared([monthly] * 12), "≤1200票")
    assert (found.lamp, found.limit) == (lamp, True)


def test_a_month_that_is_not_over_does_not_count_yet() -> None:
    assert [whole_months(date(2023, *day)) for day in ((1, 30), (1, 31), (2, 28), (7, 30), (12, 31))] == [0, 1, 2, 6, 12]
    found = watched(declared(EVEN), on=date(2023, 7, 30))
    assert found.months == 6
    assert "7 月未完" in found.notes[0]


def test_before_the_first_month_is_over_there_is_no_lamp() -> None:
    found = tracked(declared(EVEN), on=date(2023, 1, 15))
    assert (found.lamp, found.forecast) == (None, None)


def test_a_month_that_is_missing_at_the_end_is_waited_for() -> None:
    found = tracked(declared(EVEN[:6]))
    assert (found.value, found.expected, found.lamp) == (600, 600, "green")
    assert found.gaps == ("甲港 2023-07",)
    assert any("只到 2023-06" in note for note in found.notes)


def test_a_hole_is_judged_by_what_lies_before_it() -> None:
    found = tracked(declared(["100", "100", "", *EVEN[3:]]))
    assert (found.value, found.expected) == (200, 200)
    assert found.gaps == ("甲港 2023-03",)


def test_nothing_recorded_gives_neither_lamp_nor_forecast() -> None:
    found = tracked([])
    assert (found.value, found.lamp, found.forecast, found.why) == (None, None, None, "还没有记录")


def test_at_an_even_pace_the_year_ends_at_its_pace() -> None:
    found = tracked(declared(["110"] * 12))
    assert found.forecast is not None
    assert (found.forecast.value, METHOD_NAMES[found.forecast.method]) == (1320, "按至今的平均进度推算")


def test_the_year_before_tells_the_season() -> None:
    last = declared(["10"] * 6 + ["40"] + ["150"] * 5, year=2022)
    found = tracked([*declared(["11"] * 6 + ["44"] + ["165"] * 5), *last], "900票")
    assert found.forecast is not None
    assert (found.value, found.forecast.value, found.forecast.method) == (110, 935, "season")


def test_half_a_year_before_tells_no_season() -> None:
    found = tracked([*declared(EVEN), *declared(EVEN[:7], year=2022)])
    assert found.forecast is not None
    assert found.forecast.method == "pace"


def test_two_months_are_too_few_to_forecast() -> None:
    found = tracked(declared(EVEN), on=date(2023, 2, 28))
    assert (found.forecast, found.method_note) == (None, "不足 3 个月，不推算全年")


def statistics(values: Sequence[str]) -> list[dict[str, str]]:
    rows = [{"series": "贸易额", "region": "990400", "period": f"2023-{at:02d}", "value_cumulative": one} for at, one in enumerate(values, 1)]
    return [{**one, "released_on": f"{one['period']}-28"} for one in rows]


def test_a_running_total_is_taken_from_its_last_month_and_never_added() -> None:
    found = tracked(statistics([str(90 * month) for month in range(1, 13)]), "1200亿元", ledger="published-statistics")
    assert (found.nature, found.value, found.lamp) == ("cumulative", 630, "green")
    assert found.forecast is not None
    assert (found.forecast.value, METHOD_NAMES[found.forecast.method]) == (1080, "累计数除以时间进度")


def joined_on(*days: str) -> list[dict[str, Any]]:
    return [{"credit_code": f"9199040{at}", "name": "甲", "registered_on": day} for at, day in enumerate(days)]


def test_a_stock_is_held_against_the_whole_target() -> None:
    rows = joined_on("2022-01-01", "2023-03-01", "2023-10-01")
    found = tracked(rows, "3家", ledger="enterprise-register", definition="stock", approved_by="甲函")
    assert (found.nature, found.value, found.expected, found.lamp) == ("level", 2, 3, "yellow")
    assert found.forecast is not None
    assert (found.forecast.value, found.forecast.method) == (2, "current")


def test_what_joins_within_the_year_flows() -> None:
    rows = joined_on("2022-01-01", "2023-03-01", "2023-06-01", "2023-10-01")
    found = tracked(rows, "3家", ledger="enterprise-register", definition="new", approved_by="甲函")
    assert (found.nature, found.value, found.expected) == ("flow", 2, Decimal("1.75"))


def test_readings_that_differ_give_no_lamp() -> None:
    found = tracked(joined_on("2022-01-01", "2023-03-01"), "3家", ledger="enterprise-register")
    assert (found.lamp, found.why) == (None, "口径未定")


def test_a_judgement_is_left_to_people() -> None:
    found = tracked(declared(EVEN), judgement=True)
    assert (found.lamp, found.why, found.forecast) == (None, "由人评判", None)


def test_a_target_in_words_gives_no_lamp_but_a_value() -> None:
    found = tracked(declared(EVEN), "持续增长")
    assert (found.value, found.expected, found.lamp, found.why) == (700, None, None, "目标不是数")


def test_rows_of_another_kind_are_left_out() -> None:
    rows = [*declared(EVEN), *({**one, "port": "乙港"} for one in declared(EVEN))]
    found = tracked(rows, where=(Condition("port", one_of=("甲港",)),))
    assert (found.value, found.left_out) == (700, 17)


def paid(by_july: str) -> list[dict[str, str]]:
    first = {"doc_no": "1", "kind": "下达", "date": "2023-02-01", "amount": "1200.00"}
    return [first, {"doc_no": "2", "kind": "支付", "date": "2023-07-31", "amount": by_july}]


@pytest.mark.parametrize(("by_july", "lamp"), [("560.00", "green"), ("559.99", "yellow"), ("420.00", "yellow"), ("419.99", "red")])
def test_the_money_has_its_own_lamp(by_july: str, lamp: str) -> None:
    found = watched(declared(EVEN), money=paid(by_july))
    assert found.money_lamp == lamp
    assert found.money is not None
    assert (found.money.planned, found.money.unexplained) == (1000, 200)


def test_without_a_money_ledger_that_is_said() -> None:
    assert any("没有绑定资金台账" in note for note in watched(declared(EVEN)).notes)


months = st.lists(st.integers(0, 500), min_size=1, max_size=12)


@given(months, st.integers(0, 500), st.integers(1, 12))
def test_a_new_month_changes_only_what_it_should(known: list[int], new: int, at: int) -> None:
    on = date(2023, at, 28)
    before = watched(declared([str(one) for one in known]), on=on, money=paid("300"))
    after = watched(declared([*(str(one) for one in known), str(new)][:12]), on=on, money=paid("300"))
    assert after.money == before.money
    assert after.unbound == before.unbound
    old, fresh = before.rows[0], after.rows[0]
    shared = [point for point in old.points if point.month <= len(known)]
    assert [point for point in fresh.points if point.month <= len(known)] == shared
    if len(known) >= at:
        assert (fresh.value, fresh.lamp, fresh.forecast, fresh.gaps) == (old.value, old.lamp, old.forecast, old.gaps)


@given(st.integers(0, 10**6), st.integers(3, 11), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_forecast_is_the_value_at_the_pace_or_season_it_names(value: int, month: int, to_date: int, rest: int) -> None:
    known = Known("flow", Fraction(value), Fraction(month, 12), 3)
    pace, _ = forecast_of(known)
    season, _ = forecast_of(known._replace(before=(Fraction(to_date), Fraction(to_date + rest))))
    assert pace is not None
    assert season is not None
    assert abs(pace.value * month - value * 12) <= Decimal(month) / 200
    assert season.value >= value
    assert (pace.method, season.method) == ("pace", "season")


def test_the_report_names_money_lamps_methods_and_what_has_no_ledger() -> None:
    found = watched(declared(EVEN[:6]), money=paid("560"))
    text = monitored_text(found)
    for part in (
        "执行率 46.67%；除以时间进度 7/12 为 80.00%，绿灯",
        "没有文件说明 200.00",
        "平均进度",
        "缺口：甲港 2023-07",
        "没有绑定台账：没有台账",
    ):
        assert part in text
    data: Any = as_data(found)
    assert (data["money"]["paid"], data["money"]["pace"], data["rows"][0]["elapsed"]) == ("560", "80.00%", "6/12")


def test_the_page_stands_alone_and_draws_every_row() -> None:
    page = render(watched(declared(EVEN), money=paid("560")))
    assert page.count('<svg viewBox="0 0 320 110"') == 2
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "<script" not in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
