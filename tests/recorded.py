"""Ledgers for the tests of reading records, and the shortest ways to files that hold them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook  # type: ignore[import-untyped]

from jiheng.domain.measured import Exclusion
from jiheng.evidence.records import Fact, Records
from jiheng.evidence.sources import TableFile, read_records
from jiheng.rulebook.ledgers import Column, Completeness, Ledger

CALLS = Ledger(
    id="port-calls",
    number="L90",
    title="靠泊台账",
    owner="云汀港务",
    grain="一个港口一个月",
    key=("month", "port"),
    columns={
        "month": Column("月份", "month", aliases=("统计月份",)),
        "port": Column("港口", "text", aliases=("口岸",)),
        "code": Column("港口编码", "code", required=False),
        "amount": Column("收费", "decimal", aliases=("收费金额",), unit="元"),
        "ships": Column("艘次", "integer", aliases=("靠泊艘次",), unit="艘", required=False),
        "change": Column("增减", "decimal", required=False, signed=True),
        "rate": Column("准点率", "decimal", unit="%", required=False),
        "closed": Column("是否办结", "flag", required=False),
        "on": Column("登记日期", "date", required=False),
    },
    definitions={},
    completeness=Completeness("month"),
    cites=(),
    period="month",
)
MONTH, PORT, CODE, AMOUNT, SHIPS, CHANGE, RATE, CLOSED, ON = range(len(CALLS.columns))


def table(*lines: str, name: str = "靠泊.csv") -> TableFile:
    """A file of separated values, a line each."""
    return TableFile(name, "\n".join(lines).encode())


def book(*rows: Sequence[object], title: str = "台账") -> Workbook:
    """A workbook of one sheet with these rows."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return made


def saved(made: Workbook, name: str = "靠泊.xlsx") -> TableFile:
    """The workbook as a file."""
    out = io.BytesIO()
    made.save(out)
    return TableFile(name, out.getvalue())


def read(*sources: TableFile, year: int | None = 2023) -> Records:
    """The records of the sources, as rows of the ledger of port calls."""
    return read_records(CALLS, sources, year=year)


def column(records: Records, place: int) -> list[Fact]:
    """The facts of one column, row by row."""
    return [record.facts[place] for record in records.records]


def exclusions(records: Records) -> list[Exclusion | None]:
    """Why each row cannot count."""
    return [record.exclusion for record in records.records]


def counted(records: Records) -> Decimal:
    """What the fees of the rows that count add up to."""
    return sum((fact for record in records.records if record.exclusion is None and isinstance(fact := record.facts[AMOUNT], Decimal)), Decimal(0))


def said(records: Records) -> str:
    """Everything odd, and everything unread."""
    return "\n".join([*(oddity.message for oddity in records.oddities), *records.unread])


def facts(records: Records) -> list[tuple[tuple[Fact, ...], Exclusion | None]]:
    """The records without the places they come from."""
    return [(record.facts, record.exclusion) for record in records.records]


def month(number: int, year: int = 2023) -> str:
    """A month as ledgers print it."""
    return f"{year}-{number:02d}"


def first_days(found: Iterable[Fact]) -> list[date | None]:
    """The first days of periods."""
    return [fact[0] if isinstance(fact, tuple) else None for fact in found]
