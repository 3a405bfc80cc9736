"""Cells of date and period columns, typed: text dates, packed dates, and the serial days of spreadsheets."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final, NamedTuple

from jiheng.evidence.cells import EMPTY, Entry, Typed, is_error, plain_text, says_nothing, stored_number
from jiheng.evidence.periods import day_of, period_of, unclear_order
from jiheng.importers.dateformat import moment
from jiheng.importers.numberformat import is_date, render
from jiheng.importers.port import fold

_CLOCK = re.compile(
    r"(?P<day>.*?[\d日号)])[T ]*(?P<half>上午|下午)? ?(?P<h>[01]?\d|2[0-4])[:时点](?P<m>[0-5]?\d)(?:[:分](?P<s>[0-5]?\d)?(?:\.\d+)?秒?)?"
    r"(?P<zone>Z|(?:\+|(?<=:\d\d:\d\d)-)(?:0\d|1[0-4])(?::?[0-5]\d)?)?"  # 14:00-16:00 is a range of time and no zone
)
_BARE_SERIAL = re.compile(r"[34]\d{4}(?:\.\d+)?|5[0-4]\d{3}(?:\.\d+)?")
_SERIALS: Final = (Decimal(36526), Decimal(54789))  # 2000 to 2049
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?")
_NOON: Final = 12
_BEIJING: Final = timezone(timedelta(hours=8))
_CUT_MONTH = re.compile(r"(?:19|20)\d{2}\.1")


class Frame(NamedTuple):
    """What completes the dates of a table: the ``year`` where one is known, and ``named``, where it is known from (for the remark)."""

    year: int | None = None
    named: str = ""


UNDATED: Final = Frame()
_UNWORKED: Final = Typed(None, "date-unreadable", "单元格里是公式，但没有存下计算结果")
_NAMES: Final = {"month": "月份", "week": "周次", "quarter": "季度"}
_AS_SERIAL: Final = "日期存成了天数，按表格软件的日期序号读出"


def read_date(entry: Entry, frame: Frame, *, timed: bool = False) -> Typed:
    """The day of a cell; with ``timed`` its datetime, at midnight where no time is printed."""
    if entry.unworked:
        return _UNWORKED
    stored = _stored_moment(entry)
    if stored is not None:
        return _told(stored, timed=timed)
    text = plain_text(entry.text if entry.value is None else str(entry.value))
    if says_nothing(text):
        return EMPTY
    found = _moment(text, frame, timed=timed)
    if found is not None:
        return _told(found[0], timed=timed, remark="" if found[1] else _completed(frame))
    serial = _bare_serial(text)
    return _unreadable(text, "日期") if serial is None else _told(serial, timed=timed, remark=_AS_SERIAL)


def _stored_moment(entry: Entry) -> datetime | None:
    """The moment of a cell whose source has dates of its own; None where it shows text."""
    if isinstance(entry.value, datetime):
        return _local(entry.value)
    if isinstance(entry.value, date):
        return datetime.combine(entry.value, time())
    return _stored_day(entry)


def _bare_serial(text: str) -> datetime | None:
    """The moment of a number that can only be a spreadsheet's day."""
    return _from_serial(Decimal(text), epoch_1904=False) if _BARE_SERIAL.fullmatch(text) else None


def read_period(entry: Entry, kind: str, frame: Frame) -> Typed:
    """The period of a cell of a ``month``, ``week``, ``quarter`` or ``period`` column."""
    if entry.unworked:
        return _UNWORKED
    stored = _stored_moment(entry)
    text = _period_text(entry) if stored is None else f"{stored:%Y-%m-%d}"
    if says_nothing(text):
        return EMPTY
    if _CUT_MONTH.fullmatch(text) and (stored_number(entry) is not None or isinstance(entry.value, int | float | Decimal)):
        return Typed(None, "date-unreadable", f"“{text}”是数值，分不清是 1 月还是 10 月")
    found = period_of(text, kind, frame.year)
    if found is None:
        serial = _bare_serial(text)
        around = None if serial is None else period_of(f"{serial:%Y-%m-%d}", kind, None)
        return _unreadable(text, _NAMES.get(kind, "期间")) if around is None else Typed(around[0], remark=_AS_SERIAL)
    period, printed = found
    if kind == "month" and (period.first.year, period.first.month) != (period.last.year, period.last.month):
        return Typed(period, remark=f"一格写了几个月（{text}），按所写的起止计")
    return Typed(period, remark="" if printed else _completed(frame))


def _period_text(entry: Entry) -> str:
    text = plain_text(entry.text if entry.value is None else str(entry.value))
    return text.removesuffix("T00:00:00").removesuffix(" 00:00:00").replace(" ", "")


def _completed(frame: Frame) -> str:
    return f"没有写年份，按{frame.named}补为 {frame.year} 年"


def _told(found: datetime, *, timed: bool, remark: str = "") -> Typed:
    return Typed(found if timed else found.date(), remark=remark)


def _unreadable(text: str, what: str) -> Typed:
    if is_error(text):
        return Typed(None, "date-unreadable", f"单元格是错误值“{text}”")
    why = "，日、月、年的先后不明" if unclear_order(text) else ""
    return Typed(None, "date-unreadable", f"“{text[:30]}”读不出{what}{why}")


def _moment(text: str, frame: Frame, *, timed: bool) -> tuple[datetime, bool] | None:
    """The day and time of a text, and whether its year is printed. 24:00 is the next day's midnight; where only the day counts, it is that day."""
    clock = _CLOCK.fullmatch(text)
    found = day_of(text.replace(" ", ""), frame.year)
    if found is not None:
        return datetime.combine(found[0], time()), found[1]
    if clock is None:
        return None
    found = day_of(clock["day"].strip().replace(" ", ""), frame.year)
    if found is None:
        return None
    hour, minute, second = int(clock["h"]), int(clock["m"]), int(clock["s"] or 0)
    if clock["half"] and hour > _NOON:
        return None
    if clock["half"]:
        hour = hour % _NOON + (_NOON if clock["half"] == "下午" else 0)
    if hour == 24 and (minute or second):
        return None
    if hour == 24 and not timed:
        hour = 0
    at = datetime.combine(found[0], time()) + timedelta(hours=hour, minutes=minute, seconds=second)
    if clock["zone"]:
        written = clock["zone"].replace("Z", "+00:00")
        at = _local(datetime.fromisoformat(f"{at:%Y-%m-%dT%H:%M:%S}{written}"))
    return at, found[1]


def _local(at: datetime) -> datetime:
    """A moment as the clocks in China showed it."""
    return at if at.tzinfo is None else at.astimezone(_BEIJING).replace(tzinfo=None)


def _stored_day(entry: Entry) -> datetime | None:
    """The day a spreadsheet stores behind a cell, whatever its format shows of it; None where it stores none."""
    stored = entry.stored.strip()
    if entry.number_format is None:
        return datetime.fromisoformat(stored).replace(tzinfo=None) if _ISO.fullmatch(stored) and _valid(stored) else None
    if not is_date(entry.number_format):
        return None
    serial = stored_number(entry)
    if serial is None:
        return None
    for epoch_1904 in (False, True):  # the file does not say here which; its own print does
        if fold(render(serial, entry.number_format, epoch_1904=epoch_1904)) == entry.text:
            return _from_serial(serial, epoch_1904=epoch_1904)
    return None


def _valid(stored: str) -> bool:
    try:
        datetime.fromisoformat(stored)
    except ValueError:
        return False
    return True


def _from_serial(serial: Decimal, *, epoch_1904: bool) -> datetime | None:
    found = moment(serial, 0, epoch_1904=epoch_1904)
    shifted = serial + (1462 if epoch_1904 else 0)
    if found is None or not _SERIALS[0] <= shifted < _SERIALS[1]:
        return None
    return datetime(found.year, found.month, found.day) + timedelta(seconds=found.seconds)  # noqa: DTZ001 - ledgers know no time zone
