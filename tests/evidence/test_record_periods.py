"""Days, months, weeks and quarters of ledgers, one row per way of printing; what leaves two readings is not read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.evidence.calendar_cells import Frame, read_date, read_period
from jiheng.evidence.cells import Entry

IN_2023 = Frame(2023, "台账年度")
MAY_1 = date(2023, 5, 1)

DAYS = [
    "2023-05-01", "2023/5/1", "2023.5.1", "2023年5月1日", "2023年05月01日", "20230501", "５月１日", "5月1日", "5月1号", "2023-05-01 08:30",
    "2023年5月1日（星期一）",
    "2023-05-01T00:00:00", "2023-05-01 24:00", "45047",
]  # fmt: skip
UNREADABLE_DAYS = [
    *("5/1/2023", "13/5/2023", "23-05-01", "2023-02-30", "2023-13-01", "2023年5月", "长期", "上旬", "#REF!", "0", "123456"),
    *("2023-05-01 14:00-16:00", "2023-05-01 14:00-24:00", "2023-05-01 08:00+99:00"),
]
PERIODS = [
    ("month", "2023-05", "2023-05-01", "2023-05-31"),
    ("month", "2023年5月", "2023-05-01", "2023-05-31"),
    ("month", "2023年5月份", "2023-05-01", "2023-05-31"),
    ("month", "202305", "2023-05-01", "2023-05-31"),
    ("month", "2023/5", "2023-05-01", "2023-05-31"),
    ("month", "5月", "2023-05-01", "2023-05-31"),
    ("month", "五月", "2023-05-01", "2023-05-31"),
    ("month", "十二月份", "2023-12-01", "2023-12-31"),
    ("month", "5", "2023-05-01", "2023-05-31"),
    ("month", "2023-05-31", "2023-05-01", "2023-05-31"),
    ("month", "1-2月", "2023-01-01", "2023-02-28"),
    ("month", "2022年1-11月", "2022-01-01", "2022-11-30"),
    ("week", "2023-W14", "2023-04-03", "2023-04-09"),
    ("week", "第14周", "2023-04-03", "2023-04-09"),
    ("week", "2023年第十四周", "2023-04-03", "2023-04-09"),
    ("week", "14", "2023-04-03", "2023-04-09"),
    ("week", "2023-04-03至2023-04-09", "2023-04-03", "2023-04-09"),
    ("week", "4月3日-4月9日", "2023-04-03", "2023-04-09"),
    ("week", "2023.4.3—4.9", "2023-04-03", "2023-04-09"),
    ("week", "20230403-20230409", "2023-04-03", "2023-04-09"),
    ("week", "第15周（4月3日－4月9日）", "2023-04-03", "2023-04-09"),
    ("week", "12月26日-1月1日", "2023-12-26", "2024-01-01"),
    ("week", "2023-04-05", "2023-04-03", "2023-04-09"),
    ("quarter", "2023年第一季度", "2023-01-01", "2023-03-31"),
    ("quarter", "一季度", "2023-01-01", "2023-03-31"),
    ("quarter", "Q2", "2023-04-01", "2023-06-30"),
    ("quarter", "2023Q3", "2023-07-01", "2023-09-30"),
    ("quarter", "10-12月", "2023-10-01", "2023-12-31"),
    ("quarter", "4", "2023-10-01", "2023-12-31"),
    ("period", "2023年5月", "2023-05-01", "2023-05-31"),
    ("period", "二季度", "2023-04-01", "2023-06-30"),
    ("period", "上半年", "2023-01-01", "2023-06-30"),
    ("period", "2023年度", "2023-01-01", "2023-12-31"),
    ("period", "全年", "2023-01-01", "2023-12-31"),
    ("period", "第14周", "2023-04-03", "2023-04-09"),
    ("period", "2023-05-01", "2023-05-01", "2023-05-01"),
]
UNREADABLE_PERIODS = [
    ("month", "2023"), ("month", "Q1"), ("month", "13"), ("month", "全年"), ("month", "2023-13"), ("week", "第60周"), ("week", "第53周"),
    ("week", "每周"),
    ("quarter", "5"), ("quarter", "五季度"), ("period", "近期"), ("month", "#N/A"),
    ("month", "5月(2022年)"), ("month", "1-3月(2022年)"), ("month", "5月(1-15日)"), ("week", "12-05-11"), ("period", "05/06/07"),
]  # fmt: skip


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_read(text: str) -> None:
    assert read_date(Entry(text), IN_2023).fact == MAY_1


@pytest.mark.parametrize("text", UNREADABLE_DAYS)
def test_a_day_that_cannot_be_told_is_left_out(text: str) -> None:
    typed = read_date(Entry(text), IN_2023)
    assert (typed.fact, typed.exclusion) == (None, "date-unreadable")
    assert typed.because


@pytest.mark.parametrize(("kind", "text", "first", "last"), PERIODS)
def test_a_period_is_read(kind: str, text: str, first: str, last: str) -> None:
    assert read_period(Entry(text), kind, IN_2023).fact == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(("kind", "text"), UNREADABLE_PERIODS)
def test_a_period_that_cannot_be_told_is_left_out(kind: str, text: str) -> None:
    typed = read_period(Entry(text), kind, IN_2023)
    assert (typed.fact, typed.exclusion) == (None, "date-unreadable")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-05-01 08:30", "2023-05-01T08:30:00"),
        ("2023-05-01 8:30:15", "2023-05-01T08:30:15"),
        ("2023年5月1日 下午3时20分", "2023-05-01T15:20:00"),
        ("2023-05-01 24:00", "2023-05-02T00:00:00"),
        ("2023-05-01", "2023-05-01T00:00:00"),
        ("2023-04-30T20:00:00Z", "2023-05-01T04:00:00"),
        ("2023-05-01T04:00:00+08:00", "2023-05-01T04:00:00"),
    ],
)
def test_a_moment_keeps_its_time(text: str, moment: str) -> None:
    assert read_date(Entry(text), IN_2023, timed=True).fact == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "entry",
    [
        Entry("5月1日", "45047", 'm"月"d"日"'),
        Entry("May-23", "45047", "mmm-yy"),
        Entry("2023/5/1", "43585", "yyyy/m/d"),  # a workbook that counts from 1904
        Entry("1.5.23", "2023-05-01"),  # as OpenDocument stores it
        Entry("", value=MAY_1),
        Entry("", value=datetime.fromisoformat("2023-05-01T09:00:00")),
        Entry("", value=datetime(2023, 4, 30, 20, tzinfo=UTC)),
    ],
)
def test_a_stored_day_counts_whatever_its_format_shows(entry: Entry) -> None:
    assert read_date(entry, Frame()).fact == MAY_1


@pytest.mark.parametrize(
    ("entry", "remark"),
    [(Entry("5月1日"), "台账年度"), (Entry("45047"), "日期序号"), (Entry("2023-05-01"), "")],
)
def test_what_was_completed_is_told(entry: Entry, remark: str) -> None:
    told = read_date(entry, IN_2023).remark
    assert remark in told
    assert bool(told) == bool(remark)


def test_without_a_year_nothing_is_guessed() -> None:
    assert read_date(Entry("5月1日"), Frame()).exclusion == "date-unreadable"
    assert read_period(Entry("5月"), "month", Frame()).exclusion == "date-unreadable"


def test_october_stored_as_a_number_is_not_read_as_january() -> None:
    for entry in (Entry("2023.1", "2023.1", "General"), Entry("2023.1", value=Decimal("2023.1")), Entry("2023.1", value=2023.1)):
        assert read_period(entry, "month", IN_2023).exclusion == "date-unreadable"


def test_a_formula_without_a_stored_value_is_no_date() -> None:
    assert read_date(Entry("", unworked=True), IN_2023).exclusion == "date-unreadable"
    assert read_period(Entry("", unworked=True), "month", IN_2023).exclusion == "date-unreadable"


@given(st.dates(date(2000, 1, 1), date(2048, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d"]))
def test_every_print_of_a_day_is_that_day(day: date, print_as: str) -> None:
    assert read_date(Entry(day.strftime(print_as)), Frame()).fact == day


@given(st.text(max_size=20), st.sampled_from(["month", "week", "quarter", "period"]))
def test_no_text_breaks_the_reading(text: str, kind: str) -> None:
    assert read_period(Entry(text), kind, IN_2023) is not None
    assert read_date(Entry(text), IN_2023) is not None
