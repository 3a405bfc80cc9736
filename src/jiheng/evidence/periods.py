"""Days, months, weeks, quarters and years as ledgers print them; what leaves two readings is not read."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from jiheng.domain.numerals import chinese_number
from jiheng.evidence.records import Period

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DAY = r"(?P<{0}m>1[0-2]|0?[1-9])[-/.月](?P<{0}d>3[01]|[12]\d|0?[1-9])[日号]?"
_TO = r"(?:至|到|~|—{1,2}|–|-{1,2})"
_FULL_DAY = re.compile(rf"{_YEAR}[-/.年]{_DAY.format('')}(?:\((?:星期|周)[一二三四五六日天]\))?")
_PACKED_DAY = re.compile(rf"{_YEAR}(?P<m>1[0-2]|0[1-9])(?P<d>3[01]|[12]\d|0[1-9])")
_SHORT_DAY = re.compile(r"(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12]\d|0?[1-9])[日号]")
_DAYS = re.compile(
    rf"(?:{_YEAR}[-/.年])?{_DAY.format('')}{_TO}(?:(?:(?P<next>(?:19|20)\d{{2}})[-/.年])?(?P<tm>1[0-2]|0?[1-9])[-/.月])?(?P<td>3[01]|[12]\d|0?[1-9])[日号]?"
)
_PACKED_DAYS = re.compile(rf"{_YEAR}(?P<m>1[0-2]|0[1-9])(?P<d>3[01]|[12]\d|0[1-9]){_TO}(?P<next>(?:19|20)\d{{2}})(?P<tm>1[0-2]|0[1-9])(?P<td>\d\d)")
_MONTH = re.compile(rf"{_YEAR}(?:[-/.](?P<m>1[0-2]|0?[1-9])|年(?P<m2>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|度)?)")
_PACKED_MONTH = re.compile(rf"{_YEAR}(?P<m>1[0-2]|0[1-9])(?:月份?)?")
_SHORT_MONTH = re.compile(r"(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|度)?")
_MONTHS = re.compile(rf"(?:{_YEAR}(?:[-/.]|年))?(?P<m>1[0-2]|0?[1-9])月?(?:份)?{_TO}(?P<tm>1[0-2]|0?[1-9])月(?:份)?")
_QUARTER = re.compile(rf"(?:{_YEAR}(?:年度?|[-/.])?)?(?:(?:第)?(?P<q>[一二三四1-4])季度?|Q(?P<q2>[1-4])(?:季度?)?)", re.IGNORECASE)
_HALF = re.compile(rf"(?:{_YEAR}年?度?)?(?P<half>[上下])半年")
_WHOLE_YEAR = re.compile(rf"{_YEAR}(?:年度?)?(?:全年)?")
_WEEK = re.compile(
    rf"(?:{_YEAR}(?:年度?|-)?)?(?:第(?P<w>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})周|W(?P<w2>\d{{1,2}})|(?P<w3>\d{{1,2}})周)", re.IGNORECASE
)
_BRACKETED = re.compile(r"(?P<before>[^()]+)\((?P<inside>[^()]+)\)")
_ORDER = re.compile(r"\d{1,2}([-/.])\d{1,2}\1(?:19|20)?\d{2}")
_NUMBERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4}

Found = tuple[Period, bool]
"""A period and whether its year was printed with it."""


@lru_cache(maxsize=65536)
def day_of(text: str, year: int | None) -> tuple[date, bool] | None:
    """The day a tight text prints, and whether it prints the year; None where it prints none, or leaves the order of day and month open."""
    match = _FULL_DAY.fullmatch(text) or _PACKED_DAY.fullmatch(text)
    if match is not None:
        day = _day(int(match["year"]), match["m"], match["d"])
        return None if day is None else (day, True)
    match = _SHORT_DAY.fullmatch(text)
    if match is None or year is None:
        return None
    day = _day(year, match["m"], match["d"])
    return None if day is None else (day, False)


def unclear_order(text: str) -> bool:
    """Whether a text looks like a date whose parts cannot be told apart: 5/1/2023, 23-05-01."""
    return _ORDER.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def period_of(text: str, kind: str, year: int | None) -> Found | None:
    """The period a tight text prints, as a column of type ``month``, ``week``, ``quarter`` or ``period`` has it.

    ``year`` completes a print without year. A month column may print several months (1-2月) or a day, of which the month counts; a week
    column a day, of which the week counts.
    """
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed is not None:  # 第14周(4月3日-4月9日): the days say it best; another number in brackets changes what is before them
        days = _first(bracketed["inside"], (_range_of_days,), year)
        return days or (None if any(map(str.isdecimal, bracketed["inside"])) else period_of(bracketed["before"], kind, year))
    found = _first(text, _READERS[kind], year)
    if found is not None:
        return found
    day = day_of(text, year)
    if day is not None:
        return _around(day[0], kind), day[1]
    if text.isdecimal() and len(text) < 3 and year is not None:
        return _numbered(int(text), kind, year)
    return None


def _first(text: str, readers: tuple[Callable[[str, int | None], Found | None], ...], year: int | None) -> Found | None:
    return next((found for reader in readers if (found := reader(text, year)) is not None), None)


def _around(day: date, kind: str) -> Period:
    if kind == "month":
        return months(day.year, day.month, day.month)
    if kind == "quarter":
        first = (day.month - 1) // 3 * 3 + 1
        return months(day.year, first, first + 2)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    return Period(day, day)


def _numbered(number: int, kind: str, year: int) -> Found | None:
    if kind == "month" and 1 <= number <= 12:
        return months(year, number, number), False
    if kind == "quarter" and 1 <= number <= 4:
        return months(year, 3 * number - 2, 3 * number), False
    week = _iso_week(year, number) if kind == "week" else None
    return None if week is None else (week, False)


def months(year: int, first: int, last: int) -> Period:
    """The period from the first day of one month to the last day of another of that year."""
    return Period(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def _day(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def _month_number(text: str) -> int:
    return int(text) if text.isdecimal() else int(chinese_number(text) or 0)


def _dated(match: re.Match[str] | None, year: int | None) -> tuple[int, bool] | None:
    """The year of a match, printed or given; None where neither."""
    if match is None:
        return None
    if match["year"]:
        return int(match["year"]), True
    return None if year is None else (year, False)


def _range_of_days(text: str, year: int | None) -> Found | None:
    match = None if unclear_order(text) else _DAYS.fullmatch(text) or _PACKED_DAYS.fullmatch(text)
    dated = _dated(match, year)
    if match is None or dated is None:
        return None
    first = _day(dated[0], match["m"], match["d"])
    last = _day(int(match["next"] or dated[0]), match["tm"] or match["m"], match["td"])
    if first is not None and last is not None and last < first and not match["next"] and match["tm"]:  # 12月26日-1月1日
        last = _day(last.year + 1, match["tm"], match["td"])
    return None if first is None or last is None or last < first else (Period(first, last), dated[1])


def _month(text: str, year: int | None) -> Found | None:
    match = _MONTH.fullmatch(text)
    if match is not None:
        number = _month_number(match["m"] or match["m2"])
        return months(int(match["year"]), number, number), True
    match = _PACKED_MONTH.fullmatch(text)
    if match is not None:
        return months(int(match["year"]), int(match["m"]), int(match["m"])), True
    match = _SHORT_MONTH.fullmatch(text)
    if match is None or year is None:
        return None
    number = _month_number(match["m"])
    return months(year, number, number), False


def _range_of_months(text: str, year: int | None) -> Found | None:
    match = _MONTHS.fullmatch(text)
    dated = _dated(match, year)
    if match is None or dated is None or int(match["tm"]) < int(match["m"]):
        return None
    return months(dated[0], int(match["m"]), int(match["tm"])), dated[1]


def _quarter(text: str, year: int | None) -> Found | None:
    match = _QUARTER.fullmatch(text)
    dated = _dated(match, year)
    if match is None or dated is None:
        return None
    printed = match["q"] or match["q2"]
    number = _NUMBERS.get(printed) or int(printed)
    return months(dated[0], 3 * number - 2, 3 * number), dated[1]


def _half(text: str, year: int | None) -> Found | None:
    match = _HALF.fullmatch(text)
    dated = _dated(match, year)
    if match is None or dated is None:
        return None
    first = 1 if match["half"] == "上" else 7
    return months(dated[0], first, first + 5), dated[1]


def _year(text: str, year: int | None) -> Found | None:
    match = _WHOLE_YEAR.fullmatch(text)
    if match is not None:
        return months(int(match["year"]), 1, 12), True
    return (months(year, 1, 12), False) if text in {"全年", "年度"} and year is not None else None


def _week(text: str, year: int | None) -> Found | None:
    match = _WEEK.fullmatch(text)
    dated = _dated(match, year)
    if match is None or dated is None:
        return None
    printed = match["w"] or match["w2"] or match["w3"]
    week = _iso_week(dated[0], _month_number(printed))
    return None if week is None else (week, dated[1])


def _iso_week(year: int, number: int) -> Period | None:
    try:
        monday = date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
    return Period(monday, monday + timedelta(days=6))


_READERS: Final[dict[str, tuple[Callable[[str, int | None], Found | None], ...]]] = {
    "month": (_month, _range_of_months),
    "quarter": (_quarter, _range_of_months),
    "week": (_week, _range_of_days),
    "period": (_month, _quarter, _week, _range_of_months, _range_of_days, _half, _year),
}

_TITLE_MONTH = re.compile(rf"(?:{_YEAR}年)?(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|度)?(?!\d|[-至到~—])")
_TITLE_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


def years_in(text: str) -> Iterator[int]:
    """The years a title names."""
    for found in _TITLE_YEAR.findall(text):
        yield int(found)


def month_in(title: str, year: int | None) -> Found | None:
    """The one month a title names (2023年5月口岸申报量统计表, 5月); None where it names none, or several."""
    found = {(match["year"], _month_number(match["m"])) for match in _TITLE_MONTH.finditer(title)}
    if len(found) != 1:
        return None
    printed, number = next(iter(found))
    own = int(printed) if printed else year
    return None if own is None else (months(own, number, number), bool(printed))
