"""The eighteen ledgers of the field guide with records that add up to printed figures: each definition as it is shipped."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from jiheng.evidence.regions import lies_under
from jiheng.rulebook.ledgers import Condition, Service
from measured_ledgers import ledger, left, measured, records, stated, told

MONTHS = [f"2023-{month:02d}" for month in range(1, 13)]
LETTER = "示例函[2023]1号"


def test_payments_and_budget_give_the_execution_rate_and_the_claimed_score() -> None:
    lines = [("下达", "2023-01-10", "2903.24"), ("追加", "2023-06-20", "1259.13")]
    lines += [
        ("支付", day, n) for day, n in (("2023-03-30", "612.40"), ("2023-06-30", "1088.75"), ("2023-09-28", "940.33"), ("2023-12-29", "1508.40"))
    ]
    rows: list[dict[str, Any]] = [{"doc_no": f"z{i}", "kind": kind, "date": day, "amount": amount} for i, (kind, day, amount) in enumerate(lines)]
    rows += [
        {"doc_no": "z8", "kind": "支付", "date": "2023-05-04", "amount": "20.00", "state": "已退回"},
        {"doc_no": "z9", "kind": "支付", "date": "2024-01-08", "amount": "35.60"},
    ]
    found = measured(records(ledger("budget-payments"), rows), stated("11.96", "分", points=Decimal(12)), closed="决算批复")
    assert told(found, "shown outcome") == (Decimal("11.96"), "equal")
    assert found.measures[0].value == Fraction("414988") / Fraction("416237") * 100
    assert left(found) == {"out-of-year": 1, "reversed": 1}
    assert dict(found.measures[0].parts)["支付"] == Decimal("4149.88")


def paid(*lines: tuple[str, str]) -> Any:
    rows: list[dict[str, Any]] = [{"doc_no": f"z{i}", "kind": kind, "date": "2023-05-04", "amount": amount} for i, (kind, amount) in enumerate(lines)]
    return measured(records(ledger("budget-payments"), rows), stated("80", "%"), definition="execution-rate", closed="决算批复")


def test_the_plan_stands_in_for_what_was_allotted_and_is_never_added_to_it() -> None:
    for base in ([("下达", "100")], [("年初预算", "100")], [("年初预算", "100"), ("下达", "100")]):
        found = paid(*base, ("追加", "50"), ("支付", "120"))
        assert told(found, "shown outcome") == (Decimal(80), "equal"), base


def test_a_kind_that_is_no_flow_of_money_is_left_out_and_told() -> None:
    found = paid(("下达", "100"), ("预付款核销", "30"), ("支付", "80"))
    assert told(found, "shown outcome") == (Decimal(80), "equal")
    assert left(found) == {"out-of-kind": 1}


def checks(found: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "check_no": f"j{i}",
            "planned_on": "2023-04-01",
            "date": "2023-04-02",
            "object": "甲",
            "proof": "记录",
            "problems_found": "0",
            "problems_closed": "0",
        }
        for i in range(7)
    ]
    return [*rows, rows[0] | {"check_no": "j7", "problems_found": found, "problems_closed": found}]


def test_a_judgement_is_supported_by_rates_and_never_equal() -> None:
    found = measured(records(ledger("supervision-checks"), checks("3")), None, judgement=True)
    assert found.outcome == "judgement"
    assert [measure.value for measure in found.measures] == [100, 100]
    assert dict(found.measures[1].parts) == {"已检查": Decimal(8), "计划检查": Decimal(8)}


def test_without_problems_the_rate_of_closed_ones_is_undefined() -> None:
    found = measured(records(ledger("supervision-checks"), checks("0")), None, judgement=True)
    assert found.measures[0].value is None
    assert found.measures[0].undefined == "除数为 0"
    assert found.measures[1].value == 100


def activities() -> list[dict[str, Any]]:
    kinds = ["促消费"] * 8 + ["参展"] * 13 + ["培训"] * 4
    rows: list[dict[str, Any]] = [
        {"event_id": f"h{i}", "name": "活动", "kind": kind, "begins_on": "2023-05-10", "proof": "照片", "registered_on": "2023-05-11"}
        for i, kind in enumerate(kinds)
    ]
    return [
        *rows,
        {"event_id": "h90", "kind": "参展", "begins_on": "2022-12-28", "proof": "照片"},
        {**rows[3], "registered_on": "2023-05-12"},
        {"event_id": "h91", "kind": "参展", "begins_on": "2023-08-01", "proof": "照片", "state": "取消"},
    ]


def test_activities_are_counted_once_each() -> None:
    found = measured(records(ledger("activities"), activities()), stated("25", "场"), definition="events", approved_by=LETTER)
    assert told(found, "shown outcome rows_used") == (25, "equal", 25)
    assert left(found) == {"out-of-year": 1, "duplicate": 1, "cancelled": 1}
    assert [span.cells for span in found.spans] == ["A2:A26"]


def test_a_kind_narrows_the_activities_and_is_told() -> None:
    where = (Condition("kind", one_of=("促消费",)),)
    found = measured(records(ledger("activities"), activities()), stated("8", "场"), where=where)
    assert found.shown == 8
    assert left(found)["out-of-kind"] == 18


DECLARED = (58200, 45900, 60400, 59800, 61300, 60700, 62100, 63000, 63500, 62900, 64600, 65700)


def declared(*leave_out: int, **more: str) -> list[dict[str, Any]]:
    series = zip(MONTHS, DECLARED, strict=True)
    return [{"month": month, "port": "东港", "declarations": str(n), **more} for i, (month, n) in enumerate(series) if i not in leave_out]


def test_a_monthly_series_adds_up_in_the_forms_unit() -> None:
    found = measured(records(ledger("monthly-declarations"), declared()), stated("72.81", "万票"))
    assert told(found, "shown unit outcome gaps") == (Decimal("72.81"), "万票", "equal", ())
    assert found.measures[0].value == 728100


def test_a_missing_month_is_a_gap_with_its_name() -> None:
    found = measured(records(ledger("monthly-declarations"), declared(4)), stated("72.81", "万票"))
    assert told(found, "outcome gaps") == ("incomplete", ("东港 2023-05",))


def test_an_older_release_of_a_month_is_superseded() -> None:
    rows = [*declared(released_on="2024-01-10"), {"month": "2023-12", "port": "东港", "declarations": "60000", "released_on": "2024-01-05"}]
    found = measured(records(ledger("monthly-declarations"), rows), stated("72.81", "万票"))
    assert told(found, "outcome left") == ("equal", {"superseded": 1})


def test_enterprises_need_a_definition() -> None:
    base = {"name": "示例企业", "region": "990400", "registered_on": "2022-03-01"}
    rows = [{**base, "credit_code": f"C{i:03d}"} for i in range(60)]
    rows += [{**base, "credit_code": f"C{i:03d}", "registered_on": "2023-03-01"} for i in range(60, 66)]
    rows += [{**base, "credit_code": f"C{i:03d}"} for i in range(3)]
    rows += [{**base, "credit_code": "C900", "deregistered_on": "2023-09-30"}, {**base, "credit_code": "C901", "registered_on": "2024-01-05"}]
    source = records(ledger("enterprise-register"), rows, missing=("served_on",))
    open_ = measured(source, stated("66", "家"))
    assert told(open_, "outcome values") == ("definition-missing", [66, 6])
    closed = measured(source, stated("66", "家"), definition="stock", approved_by=LETTER)
    assert told(closed, "outcome left") == ("equal", {"duplicate": 3, "not-active": 2})


STOPPED = Service(active_to="2022-12-31", basis="示例函[2022]597号")


def test_a_service_that_had_ended_proves_nothing_by_its_zero() -> None:
    rows = [{"trip_no": "t1", "date": "2022-06-01", "persons": "12", "signature": "甲"}]
    found = measured(records(ledger("passenger-transfers"), rows), stated("0"), service=STOPPED)
    assert told(found, "outcome idle shown values") == ("vacuous", True, 0, [0])
    assert "示例函[2022]597号" in found.notes[-1]


def test_uploads_add_accepted_records_and_leave_out_a_batch_sent_twice() -> None:
    figures = (318420, 276905, 341188, 345730, 352614, 349077, 356240, 361855, 358902, 372416, 379650, 386522)
    rows = [{"month": month, "node_code": "N1", "accepted": str(n), "checksum": f"s{month}"} for month, n in zip(MONTHS, figures, strict=True)]
    rows.append({"month": "2023-12", "node_code": "N2", "accepted": "386522", "checksum": "s2023-12"})
    found = measured(records(ledger("data-uploads"), rows), stated("4199519", "条"))
    assert told(found, "outcome shown left") == ("equal", 4199519, {"duplicate": 1})


def test_a_firm_in_two_panels_is_one_firm() -> None:
    panels = [("服务贸易", range(30)), ("服务外包", range(28, 52)), ("家政", range(51, 69))]
    rows = [{"credit_code": f"C{i}", "panel": name, "months_reported": "12"} for name, firms in panels for i in firms]
    found = measured(records(ledger("monitored-enterprises"), rows), stated("69", "家"))
    assert told(found, "rows_used shown outcome") == (72, 69, "equal")


def outage(no: int, since: str, until: str, planned: str = "否") -> dict[str, Any]:
    return {"outage_no": f"g{no}", "began_at": since, "ended_at": until, "planned": planned}


def test_uptime_counts_planned_stops_out_and_overlaps_once() -> None:
    rows = [outage(1, "2023-03-04T00:00", "2023-03-04T12:00", "是")]
    found = measured(records(ledger("outages"), rows), stated("100", "%"), closed="运维年报")
    assert told(found, "shown outcome") == (100, "equal")
    assert dict(found.measures[0].parts) == {"应开机分钟": Decimal(525600), "计划停机分钟": Decimal(720), "故障分钟": Decimal(0)}
    rows += [
        outage(2, "2023-03-04T11:50", "2023-03-04T12:20"),
        outage(3, "2023-03-04T12:10", "2023-03-04T12:27"),
        outage(4, "2022-12-31T23:00", "2023-01-01T00:00"),
    ]
    fault = measured(records(ledger("outages"), rows), stated("100.00", "%"), closed="运维年报")
    assert dict(fault.measures[0].parts)["故障分钟"] == 27
    assert told(fault, "shown outcome") == (Decimal("99.99"), "differs")


def test_an_outage_over_new_year_is_cut_to_the_year() -> None:
    rows = [outage(1, "2022-12-31T23:00", "2023-01-01T00:26")]
    found = measured(records(ledger("outages"), rows), stated("100.00", "%"), closed="运维年报")
    assert dict(found.measures[0].parts)["故障分钟"] == 26
    assert found.shown == Decimal("100.00")


def test_errors_of_a_stopped_service_are_vacuous_as_a_count_and_as_a_rate() -> None:
    source = records(ledger("service-errors"), [])
    count = measured(source, stated("0", "人"), service=STOPPED)
    assert (count.outcome, [one.definition for one in count.measures]) == ("vacuous", ["errors"])
    rate = measured(source, stated("0", "%"), lend=lambda _: Fraction(0), definition="error-rate", closed="说明", approved_by=LETTER)
    assert (rate.outcome, rate.shown, rate.measures[0].undefined) == ("vacuous", None, "除数为 0")


def test_late_tasks_count_in_the_divisor_only() -> None:
    rows = [{"task_id": f"r{i}", "belongs_to": "2023-05", "due_on": "2023-06-10", "done_on": "2023-06-10"} for i in range(50)]
    rows.append({"task_id": "r50", "belongs_to": "2023-12", "due_on": "2024-01-10", "done_on": "2024-01-11"})
    found = measured(records(ledger("timeliness"), rows), stated("98.04", "%"), closed="督办通报")
    assert told(found, "shown outcome") == (Decimal("98.04"), "equal")


ITEMS = [
    ("展会", "1630.00", "1627.31"),
    ("运维", "986.50", "986.50"),
    ("促销", "742.87", "738.07"),
    ("追溯", "498.00", "493.00"),
    ("监测", "305.00", "305.00"),
]


def test_three_readings_of_budget_control_differ_until_one_is_approved() -> None:
    rows = [{"item": item, "allotted": allotted, "paid": paid} for item, allotted, paid in ITEMS]
    rows[0]["planned"] = "2903.24"
    found = measured(records(ledger("budget-items"), rows), stated("100", "%"), closed="决算")
    assert found.outcome == "definition-missing"
    assert [round(float(one.value or 0), 2) for one in found.measures] == [100, 99.70, 142.94]


SERIES = [
    ("2023-10", "1438.6", "初步", "2023-11-15"),
    ("2023-11", "1583.9", "初步", "2023-12-15"),
    ("2023-12", "1731.2", "初步", "2024-01-20"),
    ("2023-12", "1732.0", "修订", "2024-02-20"),
]


def published(*series: tuple[str, str, str, str], **more: str) -> list[dict[str, Any]]:
    names = ("period", "value_cumulative", "release", "released_on")
    return [{"series": "进出口总额", "region": "990400", **dict(zip(names, one, strict=True)), **more} for one in series]


def test_the_newest_release_not_later_than_the_filing_counts() -> None:
    rows = [*published(*SERIES), *published(SERIES[3], region="990000", series="进出口总额")]
    source = records(ledger("published-statistics"), rows)
    late = measured(source, stated("1732", "亿元"), filed_on="2024-03-15")
    assert told(late, "shown outcome left") == (1732, "equal", {"out-of-region": 1, "superseded": 1})
    early = measured(source, stated("1732", "亿元"), filed_on="2024-01-31")
    assert told(early, "shown outcome left") == (1731, "differs", {"out-of-region": 1, "draft": 1})
    assert [span.cells for span in late.spans] == ["E5"]


def test_growth_needs_the_year_before() -> None:
    source = records(ledger("published-statistics"), published(("2023-12", "299.43", "初步", "2024-01-20")))
    level = measured(source, stated("299.43", "亿元"), growth=True)
    assert told(level, "outcome shown") == ("undetermined", Decimal("299.43"))
    both = records(
        ledger("published-statistics"), published(("2023-12", "299.43", "初步", "2024-01-20"), ("2022-12", "270.00", "最终", "2023-03-01"))
    )
    grown = measured(both, stated("299.43", "亿元"), growth=True)
    assert grown.outcome == "equal"
    assert "增长 10.90%" in grown.notes[-1]


def test_one_row_of_the_year_before_proves_no_growth_and_a_fall_is_none() -> None:
    seven = [{"event_id": f"e{at}", "name": "促销", "begins_on": "2023-05-01", "proof": "照片"} for at in range(7)]
    stray = [*seven, {"event_id": "old", "name": "促销", "begins_on": "2022-12-30", "proof": "照片"}]
    assert measured(records(ledger("activities"), stray), stated("7", "场"), growth=True).outcome == "undetermined"
    rows = published(("2023-12", "270.00", "初步", "2024-01-20"), ("2022-12", "300.00", "最终", "2023-03-01"))
    fallen = measured(records(ledger("published-statistics"), rows), stated("270.00", "亿元"), growth=True)
    assert "下降 10.00%" in fallen.notes[-1]


@pytest.mark.parametrize(
    ("own", "asked", "under"),
    [
        ("990410001", "990410", True),
        ("990410001201", "990410001000", True),
        ("990410", "990400 云汀市", True),
        ("990000", "990400", False),
        ("990410001", "990410002", False),
        ("云汀市东港区", "990400 云汀市", True),
    ],
)
def test_a_region_lies_under_another_by_the_levels_of_its_code(own: str, asked: str, under: bool) -> None:
    assert lies_under(own, asked) is under


def test_months_that_do_not_add_up_to_the_cumulative_are_a_gap_with_both_figures() -> None:
    rows = published(*[(month, str(n * 10), "初步", "2024-01-20") for n, month in enumerate(MONTHS, start=1)], value_month="10")
    assert measured(records(ledger("published-statistics"), rows), stated("120", "亿元")).gaps == ()
    rows[3]["value_month"] = "11"
    found = measured(records(ledger("published-statistics"), rows), stated("120", "亿元"))
    assert told(found, "outcome gaps") == ("incomplete", ("进出口总额 990400 各月合计 121 与 2023-12 累计 120 不符",))


def test_trade_in_yuan_is_shown_in_hundred_millions() -> None:
    figures = [12400000, 9800000, 15300000, 16100000, 17250000, 18050000, 18400000, 19200000, 20100000, 21600000, 25300000, 23500000]
    rows = [
        {"month": month, "mode": "9610", "direction": "出", "amount": str(n), "currency": "人民币"} for month, n in zip(MONTHS, figures, strict=True)
    ]
    rows.append({"month": "2023-12", "mode": "9710", "direction": "出", "amount": "5", "currency": "美元"})
    found = measured(records(ledger("platform-trade"), rows), stated("2.17", "亿元"))
    assert told(found, "shown outcome left") == (Decimal("2.17"), "equal", {"unit-unknown": 1})


QUARTERS = [("2023Q1", 55300, 60000), ("2023Q2", 60900, 64500), ("2023Q3", 62400, 66800), ("2023Q4", 63200, 68700)]


def test_quarters_cover_their_months_and_boxes_are_no_standard_boxes() -> None:
    rows = [{"period": quarter, "port": "东港", "ft20": str(small), "ft40": str(large)} for quarter, small, large in QUARTERS]
    source = records(ledger("container-throughput"), rows)
    found = measured(source, stated("76.18", "万标箱"))
    assert told(found, "shown outcome gaps") == (Decimal("76.18"), "incomplete" if found.gaps else "equal", ())
    boxes = measured(source, stated("50.18", "万箱"))
    assert told(boxes, "shown outcome") == (Decimal("50.18"), "equal")


def weekly(*leave_out: int, upto: int = 52) -> list[dict[str, Any]]:
    numbers = [number for number in range(1, upto + 1) if number not in leave_out]
    return [{"week": f"2023-W{number:02d}", "region": "990400", "spread_cases": "0", "reported_on": "2023-01-09"} for number in numbers]


def test_fifty_two_zero_reports_prove_a_zero() -> None:
    found = measured(records(ledger("case-reports"), weekly()), stated("0", "人"))
    assert told(found, "outcome idle shown gaps") == ("equal", False, 0, ())


def test_a_missing_week_makes_the_zero_unprovable() -> None:
    found = measured(records(ledger("case-reports"), weekly(14)), stated("0", "人"))
    assert told(found, "outcome gaps") == ("incomplete", ("990400 2023 年第 14 周",))


def test_reports_that_stopped_with_the_service_prove_nothing() -> None:
    service = Service(active_to=(date(2023, 1, 1) + timedelta(weeks=8)).isoformat())
    found = measured(records(ledger("case-reports"), weekly(upto=8)), stated("0", "人"), service=service)
    assert told(found, "outcome idle") == ("vacuous", True)


def test_a_december_report_issued_in_january_counts() -> None:
    base = {"title": "统计分析报告", "state": "已印发"}
    rows = [
        {**base, "report_no": f"A{m}", "reference_period": month, "issued_on": "2023-12-20", "file_hash": f"a{m}"} for m, month in enumerate(MONTHS)
    ]
    rows += [
        {**base, "report_no": f"B{m}", "reference_period": month, "issued_on": "2024-01-10", "file_hash": f"b{m}"} for m, month in enumerate(MONTHS)
    ]
    rows += [{**base, "report_no": f"S{m}", "reference_period": "2023", "issued_on": "2023-11-01", "file_hash": f"s{m}"} for m in range(2)]
    rows += [{**base, "report_no": "D1", "reference_period": "2023-11", "issued_on": "2023-12-01", "state": "草稿"}]
    rows += [{**base, "report_no": "A12", "reference_period": "2024-01", "issued_on": "2024-02-10"}]
    found = measured(records(ledger("reports"), rows), stated("26", "份"))
    assert told(found, "shown outcome left") == (26, "equal", {"out-of-year": 1, "draft": 1})


def test_three_readings_of_satisfaction_agree_and_none_is_missing() -> None:
    scores = ["100"] * 389 + ["80"] * 11
    words = ["满意"] * 181 + ["一般"] + [None] * 218
    rows: list[dict[str, Any]] = [
        {"form_no": f"w{i}", "respondent_hash": f"x{i}", "date": "2023-11-02", "total_score": score, "weight": "1", "overall": word, "complete": "是"}
        for i, (score, word) in enumerate(zip(scores, words, strict=True))
    ]
    rows += [{**rows[0], "form_no": f"v{i}", "respondent_hash": f"y{i}", "complete": "否"} for i in range(11)]
    rows.append({**rows[5], "form_no": "v99"})
    found = measured(records(ledger("satisfaction-survey"), rows), stated("99.45", "%"))
    assert (found.shown, found.outcome, len(found.measures)) == (Decimal("99.45"), "equal", 3)
    assert left(found) == {"incomplete": 11, "duplicate": 1}
