"""What a ledger definition can say: columns, key, validity, definitions of the result (口径), completeness. The loader fills these from YAML."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from jiheng.domain.finding import Citation
from jiheng.domain.measured import Aggregation, Exclusion

ColumnType = Literal["text", "date", "moment", "month", "week", "quarter", "period", "integer", "decimal", "code", "flag"]
DAYS = frozenset({"start", "end", "reference", "filed"})
"""Names of days that a condition may use beside columns: first and last day of the period, reference day, day of filing."""
Cover = Literal["month", "quarter", "week", "last", "closing", "service", "open"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its printed ``title`` and other headings it goes by, its type, its unit; ``signed`` allows values below 0.

    ``period`` reads a day, month, quarter, week or year, whichever is printed; ``moment`` a date with the time of day, to the minute. A column
    that is not ``required`` may be missing from a table; a definition that needs it is then not admissible. ``unit_from`` names the column that
    prints, row by row, the unit of this one.
    """

    title: str
    type: ColumnType
    aliases: tuple[str, ...] = ()
    unit: str | None = None
    unit_from: str | None = None
    required: bool = True
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one column; every part that is given must hold.

    ``before`` and ``after`` (strictly), ``since`` and ``until`` (with that day) name a column or one of start, end, reference, filed: first and
    last day of the period measured, the reference date (its last day unless the binding says otherwise), the day of filing. ``not_above`` names
    the column whose number this one must not exceed. A flag reads 是 or 否. An empty cell, here or in the column named, meets ``empty: true``
    and no other part.
    """

    column: str
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    empty: bool | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    before: str | None = None
    after: str | None = None
    since: str | None = None
    until: str | None = None
    not_above: str | None = None


@dataclass(frozen=True, slots=True)
class Invalidity:
    """Rows that meet all conditions are kept, marked with the code, and not counted."""

    code: Exclusion
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """Σ over the rows that meet ``where`` of factor × column for each of ``columns``; without columns, their number.

    ``label`` names it in print; ``unless`` is the label of another term beside it: where that one has rows, this one does not count (the plan
    stands in for what was allotted, and is not added to it).
    """

    label: str
    columns: dict[str, Decimal] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    factor: Decimal = Decimal(1)
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Borrowed:
    """The value of another ledger's definition, as the divisor of a rate (错漏人数 ÷ 接转人次)."""

    ledger: str
    definition: str


@dataclass(frozen=True, slots=True)
class Uptime:
    """Columns of an outage log: start, end, the flag of planned stops; minutes scheduled are those of the period. Overlaps count once."""

    start: str
    end: str
    planned: str


@dataclass(frozen=True, slots=True)
class Definition:
    """One way to compute the result (口径). ``terms`` are added: the sum, the numerator, or what is averaged; ``over`` the divisor or the weights.

    ``distinct`` are the columns of count-distinct; ``where`` restricts the rows beforehand (with the result printed);
    ``unit`` is that of the result. ``reading`` says in one sentence what is counted. ``cites`` stand beside those of the ledger.
    """

    title: str
    unit: str
    aggregation: Aggregation
    reading: str
    terms: tuple[Term, ...] = ()
    over: tuple[Term, ...] = ()
    over_ledger: Borrowed | None = None
    distinct: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    uptime: Uptime | None = None
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """How the year is known to be covered.

    Every month, quarter or week present (for each value of the columns ``every``; a row of a longer period covers those within it), the last
    month of the year present (``last``: a cumulative series), a closing statement, the dates of a service (inside them a closing statement), or
    open (a register: nothing can be missing by its dates alone).
    """

    by: Cover
    every: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """Which of several rows of one period holds: the newest release not later than the filing date, by the column ``on``.

    Rows are of one period where they agree in the key apart from the columns ``on`` and ``word``.

    ``order`` ranks the words of the column ``word`` (初步, 修订, 最终) where dates are missing or equal.
    """

    on: str
    word: str | None = None
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cumulative:
    """A column that adds up month by month beside the month's own: Σ months must equal the last cumulative."""

    month: str
    total: str


@dataclass(frozen=True, slots=True)
class Flows:
    """How a ledger of money tells its movements apart: the columns of kind, amount, tier and document, and the words of each kind.

    ``plan`` is the budget as first approved; ``add`` and ``cut`` change it by a document; ``allot`` is money sent down; ``pay`` leaves the
    account and ``refund`` comes back. A word of ``plan`` may stand among those of a definition's base too.
    """

    kind: str
    amount: str
    allot: tuple[str, ...]
    pay: tuple[str, ...]
    plan: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    refund: tuple[str, ...] = ()
    tier: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """One ledger (台账).

    ``period``, ``region`` and ``kind`` name the columns of the filters; ``first`` the column whose smallest value keeps its row among
    duplicates; ``unique`` are further sets of columns that no two rows may share (rows with an empty cell there are left alone);
    ``flows`` tells the movements of money apart where the ledger holds them;
    ``known_by`` are words of table titles and file names; ``definitions`` are in order of preference.
    """

    id: str
    number: str
    title: str
    owner: str
    grain: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    definitions: dict[str, Definition]
    completeness: Completeness
    cites: tuple[Citation, ...]
    period: str | None = None
    region: str | None = None
    kind: str | None = None
    first: str | None = None
    unique: tuple[tuple[str, ...], ...] = ()
    known_by: tuple[str, ...] = ()
    validity: tuple[Invalidity, ...] = ()
    release: Release | None = None
    cumulative: Cumulative | None = None
    flows: Flows | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """The time a service was offered; outside it nothing can happen, and nothing happening proves nothing."""

    active_from: str | None = None
    active_to: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Records by URL: a database (``sqlite:///…``, ``postgresql://…``) with its ``query``, one SELECT; or a JSON interface (``https://…``).

    ``${NAME}`` in the URL is taken from the environment, and so is the ``token`` (the variable's name), sent as Bearer token. ``rows`` is the
    field of the answer that holds the list (``data.items``); further pages by the field ``next`` that holds their link, or by the URL
    parameter ``page`` that counts from 1 until a page is empty.
    """

    url: str
    query: str | None = None
    token: str | None = None
    rows: str | None = None
    next: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """Which ledger measures which row of a form.

    ``subject`` is an indicator's printed name or a JSON pointer; ``files`` are the ledger's tables, relative to the bindings file, ``feeds``
    its sources by URL; ``definition`` is the approved 口径 and ``approved_by`` the document that says so; None where none is approved. Rows that miss
    ``where`` are of another subject (of another kind, where the column is the ledger's kind). ``reference`` is the reference date, the last day
    of the period where it is None. ``closed`` is the closing statement that says the record is complete.
    """

    subject: str
    ledger: str
    files: tuple[str, ...] = ()
    feeds: tuple[Feed, ...] = ()
    definition: str | None = None
    approved_by: str | None = None
    where: tuple[Condition, ...] = ()
    region: str | None = None
    reference: str | None = None
    service: Service | None = None
    closed: str | None = None
    judgement: bool = False


@dataclass(frozen=True, slots=True)
class Bindings:
    """The ledgers of one project (``台账.yaml`` in the ledgers' folder): the year and region measured, the day of filing, and a binding per row."""

    project: str
    year: int
    bindings: tuple[Binding, ...]
    region: str | None = None
    filed_on: str | None = None
