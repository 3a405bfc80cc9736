"""Records for tests of measuring, written as texts; and ledgers small enough to be read beside the test."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from jiheng.domain.finding import Citation
from jiheng.domain.measured import Exclusion, Measurement
from jiheng.evidence.comparing import Stated
from jiheng.evidence.measuring import Wanted, measure
from jiheng.evidence.records import Fact, Origin, Period, Record, Records
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.ledgers import Binding, Column, Completeness, Definition, Ledger, Term

CITES = (Citation("示例办法", None, None, None, "design", verified=False),)
YEAR = (date(2023, 1, 1), date(2023, 12, 31))


def ledger(name: str) -> Ledger:
    return load_rulebook().ledgers[name]


def small(definition: Definition, columns: Mapping[str, Column], **changes: Any) -> Ledger:
    """A ledger of one definition; ``no`` is its key unless ``key`` says otherwise."""
    plain: dict[str, Any] = {
        "id": "small",
        "number": "L0",
        "title": "示例台账",
        "owner": "示例单位",
        "grain": "一行",
        "key": ("no",),
        "columns": {"no": Column("编号", "text"), **columns},
        "definitions": {"only": definition},
        "completeness": Completeness("open"),
        "cites": CITES,
    }
    return Ledger(**(plain | changes))


def summing(column: str = "amount", **changes: Any) -> Definition:
    return Definition("合计", "万元", "sum", "相加。", terms=(Term("金额", {column: Decimal(1)}),), **changes)


def fact(text: Any, column: Column) -> Fact:
    """A text of a test as the reader would give it; what is no text stays as it is."""
    if text is None or not isinstance(text, str):
        return text if text is None or isinstance(text, (Decimal, date, Period, bool)) else Decimal(str(text))
    if column.type in {"integer", "decimal"}:
        return Decimal(text)
    if column.type == "flag":
        return text == "是"
    if column.type == "date":
        return date.fromisoformat(text)
    if column.type == "moment":
        return datetime.fromisoformat(text)
    return period(text) if column.type in {"month", "quarter", "week", "period"} else text


def period(text: str) -> Period:
    """``2023-05``, ``2023Q2``, ``2023-W14``, ``2023-05-01`` or ``2023``."""
    if "W" in text:
        monday = date.fromisocalendar(int(text[:4]), int(text[6:]), 1)
        return Period(monday, monday + timedelta(days=6))
    if "Q" in text:
        year, last = int(text[:4]), int(text[5:]) * 3
        return Period(date(year, last - 2, 1), date(year, last, calendar.monthrange(year, last)[1]))
    if len(text) == 4:
        return Period(date(int(text), 1, 1), date(int(text), 12, 31))
    if len(text) == 7:
        year, month = map(int, text.split("-"))
        return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return Period(date.fromisoformat(text), date.fromisoformat(text))


def records(of: Ledger, rows: Iterable[Mapping[str, Any]], *, file: str = "台账.xlsx", missing: Iterable[str] = ()) -> Records:
    """Rows as dictionaries of column → text, under a header in row 1; ``exclusion`` marks what reading would have refused."""
    letters = {name: chr(ord("A") + at) for at, name in enumerate(of.columns) if name not in set(missing)}
    found = tuple(
        Record(0, number, tuple(fact(row.get(name), column) for name, column in of.columns.items()), row.get("exclusion"))
        for number, row in enumerate(rows, start=2)
    )
    return Records(of, (Origin(file, "0" * 64, "Sheet1", letters),), found)


def joined(first: Records, second: Records) -> Records:
    """The rows of two files of one ledger."""
    shift = len(first.origins)
    moved = tuple(record._replace(origin=record.origin + shift) for record in second.records)
    return replace(first, origins=(*first.origins, *second.origins), records=(*first.records, *moved))


def stated(text: str, unit: str | None = None, **more: Any) -> Stated:
    return Stated(Decimal(text), unit, len(text.partition(".")[2]), **more)


def measured(rows: Records, said: Stated | None = None, *, growth: bool = False, lend: Any = None, **binding: Any) -> Measurement:
    """The measurement of the year 2023 in region 990400; ``filed_on`` and the binding's fields by name."""
    filed = binding.pop("filed_on", None)
    bound = Binding(binding.pop("subject", "/indicators/0"), rows.ledger.id, **binding)
    wanted = Wanted("/indicators/0", *YEAR, "990400", date.fromisoformat(filed) if filed else None, said, growth=growth)
    return measure(rows, bound, wanted, lend=lend)


def left(measurement: Measurement) -> dict[Exclusion, int]:
    return {one.code: one.rows for one in measurement.left_out}


def told(measurement: Measurement, fields: str) -> tuple[Any, ...]:
    """Some fields of a measurement by name; ``left`` are the rows left out by reason, ``values`` the exact results."""
    more = {"left": left(measurement), "values": [one.value for one in measurement.measures]}
    return tuple(more[name] if name in more else getattr(measurement, name) for name in fields.split())
