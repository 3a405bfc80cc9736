"""Records: the rows of a ledger's tables, typed, each with the place it stands and, where it cannot count, the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from jiheng.domain.document import Anchor
from jiheng.domain.measured import Exclusion
from jiheng.rulebook.ledgers import Ledger


class Period(NamedTuple):
    """A month, quarter, week, day or year: its first and last day."""

    first: date
    last: date


Fact = str | Decimal | date | Period | bool | None
"""A typed cell; None where it is empty or cannot be read (then the record says why).

A ``date`` column holds plain days, a ``moment`` column datetimes (a ``datetime`` is a ``date``), at midnight where no time is printed.
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """One table that records came from: its file, digest, sheet, and the letters of its columns (``D``, ``c4``) by the ledger's column id."""

    file: str
    digest: str
    sheet: str | None
    columns: dict[str, str]


class Record(NamedTuple):
    """One row: ``origin`` is an index into ``Records.origins``, ``row`` counts from 1 in its file; ``facts`` follow the ledger's columns.

    ``exclusion`` is set where the row itself cannot count (a cell that is no number, a subtotal line …), with ``because`` in words.
    """

    origin: int
    row: int
    facts: tuple[Fact, ...]
    exclusion: Exclusion | None = None
    because: str = ""


class Oddity(NamedTuple):
    """Something about a table that its owner should know (formula without a value, hidden rows, two units in one column …), in whole sentences."""

    message: str
    origin: int | None = None
    anchor: Anchor | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """All rows of one ledger, in file order.

    ``unread`` says, a sentence each, which files or tables could not be used (damaged, a required column missing, a server away): where there
    is one, rows are missing that nobody has seen, and no result holds.
    """

    ledger: Ledger
    origins: tuple[Origin, ...]
    records: tuple[Record, ...]
    oddities: tuple[Oddity, ...] = ()
    unread: tuple[str, ...] = ()
