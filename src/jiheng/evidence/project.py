"""A whole form measured: the bindings of its ledgers' folder matched to its rows, each ledger read once, each row measured."""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from jiheng.domain.measured import Measurement
from jiheng.domain.valuetext import parse_value
from jiheng.errors import LedgerUnboundError
from jiheng.evidence.comparing import Stated, stated_score, stated_value
from jiheng.evidence.measuring import Wanted, measure, value_of
from jiheng.evidence.records import Records
from jiheng.evidence.sifting import RowSource
from jiheng.evidence.sources import TableFile, read_records, sources_of
from jiheng.evidence.tally import Source
from jiheng.rulebook.ledger_loading import BINDINGS_FILE, load_bindings
from jiheng.rulebook.ledgers import Binding, Bindings, Borrowed, Ledger
from jiheng.scoring.case import Case, Row

Reader = Callable[[Ledger, Binding], Records | Source]
"""Gives the records of the ledger that a binding names."""
GROWTH = "unit.not-a-rate"
"""The rule whose lexicon ``growth`` holds the words of targets that ask for growth."""
_QUOTES = dict.fromkeys(map(ord, "“”‘’\"'《》「」"))


def measure_form(case: Case, folder: Path, ledgers: Mapping[str, Ledger], *, until: date | None = None) -> tuple[Measurement, ...]:
    """Every bound row of the form measured from the ledgers' folder, in the order of the rows.

    ``until`` ends the time measured before the end of the year (monitoring during the year).

    Raises:
        PackInvalidError: the bindings file breaks its schema.
        LedgerUnboundError: a binding names no row of the form, or several.
    """
    bindings, read = opened(case, folder, ledgers)
    return measure_bound(case, bindings, ledgers, read, until=until)


def opened(case: Case, folder: Path, ledgers: Mapping[str, Ledger]) -> tuple[Bindings, Reader]:
    """The bindings of a ledgers' folder for a form, and a reader that reads each source once, however often it is asked.

    Raises:
        PackInvalidError: the bindings file breaks its schema.
        LedgerUnboundError: the ledgers are of another year than the form.
    """
    bindings = load_bindings(folder / BINDINGS_FILE, ledgers)
    _same_year(case, bindings)
    known: dict[tuple[object, ...], Records | Source] = {}

    def read(ledger: Ledger, binding: Binding) -> Records | Source:
        key = (binding.ledger, binding.files, binding.feeds)
        if key not in known:
            as_columns = _as_columns(ledger, binding, folder, bindings.year)
            known[key] = as_columns or _read(ledger, binding, folder=folder, year=bindings.year)
        return known[key]

    return bindings, read


def _same_year(case: Case, bindings: Bindings) -> None:
    year = case.evaluation.fiscal_year
    if year is not None and year != bindings.year:
        raise LedgerUnboundError(
            str(bindings.year), f"{BINDINGS_FILE}：台账是 {bindings.year} 年度的，自评表是 {year} 年度的。请核对是不是放错了目录。"
        )


def measure_bound(
    case: Case, bindings: Bindings, ledgers: Mapping[str, Ledger], read: Reader, *, until: date | None = None
) -> tuple[Measurement, ...]:
    """Every bound row measured from records that ``read`` gives; each source is read once.

    Raises:
        LedgerUnboundError: a binding names no row of the form, or several.
    """
    shelf = _Shelf(ledgers, bindings, read, until or date(bindings.year, 12, 31))
    return tuple([shelf.measurement(subject, binding, case) for subject, binding in matched(case, bindings.bindings).items()])


def matched(case: Case, bindings: Sequence[Binding]) -> dict[str, Binding]:
    """The bindings by the subjects they measure, in the order of the rows; names are compared without blanks and quotation marks.

    Raises:
        LedgerUnboundError: a binding names no row of the form, or several, or a row another binding has.
    """
    rows: dict[str, list[Row]] = {}
    for row in case.rows:
        rows.setdefault(_folded(row.indicator.name or ""), []).append(row)
    subjects = {row.subject: row.index for row in case.rows} | {f"/funds/{n}": -1 for n in range(len(case.evaluation.funds))}
    if case.evaluation.funds:
        subjects["/funds"] = -2
    found: dict[str, Binding] = {}
    for binding in bindings:
        subject = binding.subject if binding.subject in subjects else _by_name(binding, rows)
        if subject in found:
            raise LedgerUnboundError(binding.subject, f"{BINDINGS_FILE}：“{binding.subject}”与“{found[subject].subject}”指同一行，请留一处。")
        found[subject] = binding
    return dict(sorted(found.items(), key=lambda item: subjects[item[0]]))


def _by_name(binding: Binding, rows: Mapping[str, list[Row]]) -> str:
    fitting = rows.get(_folded(binding.subject), [])
    if len(fitting) > 1:
        places = "、".join(f"第 {row.index + 1} 行（{row.subject}）" for row in fitting)
        raise LedgerUnboundError(binding.subject, f"{BINDINGS_FILE}：“{binding.subject}”在表中有多行：{places}。请改写成括号里的位置。")
    if not fitting:
        raise LedgerUnboundError(binding.subject, f"{BINDINGS_FILE}：表中没有“{binding.subject}”这一行。请写成表上印的指标名称。")
    return fitting[0].subject


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name.translate(_QUOTES)).translate(_QUOTES).split())


def _read(ledger: Ledger, binding: Binding, *, folder: Path, year: int) -> Records:
    sources, failed = sources_of(binding, folder)
    records = read_records(ledger, sources, year=year, folder=folder)
    return _also_unread(records, failed) if failed else records


def _as_columns(ledger: Ledger, binding: Binding, folder: Path, year: int) -> Source | None:
    """A big Parquet file that can be taken in as columns; None where it has to be read row by row, or what that needs is not installed."""
    if [name.rpartition(".")[2].lower() for name in binding.files] != ["parquet"] or binding.feeds:
        return None
    (file,), _ = sources_of(binding, folder) if (folder / binding.files[0]).is_file() else ((None,), ())
    if not isinstance(file, TableFile) or any(importlib.util.find_spec(name) is None for name in ("numpy", "pyarrow")):
        return None
    from jiheng.evidence.big_tables import big_table  # noqa: PLC0415 - needs the columns' library, which may be missing
    from jiheng.evidence.column_sifting import ColumnSource  # noqa: PLC0415 - as above

    columns = big_table(ledger, file.content, file.name, year=year)
    return None if columns is None else ColumnSource(columns)


def _also_unread(records: Records, failed: Iterable[str]) -> Records:
    return Records(records.ledger, records.origins, records.records, records.oddities, (*failed, *records.unread))


class _Shelf:
    """The ledgers of one project, each read when it is first wanted."""

    def __init__(self, ledgers: Mapping[str, Ledger], bindings: Bindings, read: Reader, last: date) -> None:
        self._ledgers = ledgers
        self._bindings = bindings
        self._read = read
        self._days = date(bindings.year, 1, 1), last
        self._known: dict[tuple[object, ...], Source] = {}

    def measurement(self, subject: str, binding: Binding, case: Case) -> Measurement:
        """The measurement of one row."""
        row = next((row for row in case.rows if row.subject == subject), None)
        stated = _funds_stated(case, subject) if row is None else _stated(row)
        wanted = self._wanted(subject, stated, growth=row is not None and asks_for_growth(row, case))
        return measure(self._records(binding), binding, wanted, lend=self._lend)

    def _wanted(self, subject: str, stated: Stated | None, *, growth: bool = False) -> Wanted:
        filed = date.fromisoformat(self._bindings.filed_on) if self._bindings.filed_on else None
        return Wanted(subject, *self._days, self._bindings.region, filed, stated, growth=growth)

    def _records(self, binding: Binding) -> Source:
        key = (binding.ledger, binding.files, binding.feeds)
        if key not in self._known:
            found = self._read(self._ledgers[binding.ledger], binding)
            self._known[key] = RowSource(found) if isinstance(found, Records) else found
        return self._known[key]

    def _lend(self, borrowed: Borrowed) -> Fraction | None:
        """The value of another ledger's definition: by the first binding of that ledger; None where none is bound or it cannot be read."""
        binding = next((one for one in self._bindings.bindings if one.ledger == borrowed.ledger), None)
        if binding is None:
            return None
        records = self._records(binding)
        return None if records.unread else value_of(records, binding, borrowed.definition, self._wanted("", None))


def _stated(row: Row) -> Stated | None:
    """What the form says in a row: its actual value, in the target's unit where it prints none; the score of a money row that prints none."""
    if row.role == "money" and row.actual.number is None:
        return stated_score(row.indicator.stated_score, row.weight)
    return stated_value(row.actual, row.target.printed_unit or row.unit)


def _funds_stated(case: Case, subject: str) -> Stated | None:
    """The execution rate printed in the money block, or the score claimed for it."""
    lines = case.evaluation.funds
    if subject != "/funds":
        lines = lines[int(subject.rpartition("/")[2]) :][:1]
    printed = next((line.stated_rate for line in lines if line.stated_rate), None)
    if printed is not None:
        return stated_value(parse_value(printed), "%")
    return stated_score(case.money.stated_score, case.money.points) if case.money is not None else None


def asks_for_growth(row: Row, case: Case) -> bool:
    """Whether the target is a word of growth without a number (增长), so that the level alone decides nothing."""
    entry = case.law.rules.get(GROWTH)
    if entry is None or row.target.number is not None or row.actual.unit == "%":
        return False
    return any(word in (row.target.raw or "") for word in entry.words("growth"))
