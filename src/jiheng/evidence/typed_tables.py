"""Tables whose source has names and types for its columns: Parquet, query results, JSON answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jiheng.evidence.calendar_cells import Frame
from jiheng.evidence.doubts import Doubts
from jiheng.evidence.headings import Match, Vocabulary
from jiheng.evidence.lines import Layout, Line, Typing, entries_of
from jiheng.evidence.records import Origin, Record
from jiheng.rulebook.ledgers import Ledger


@dataclass(frozen=True, slots=True)
class TypedTable:
    """``name`` of the source without secrets, ``digest`` of its content, the ``columns``' names, and the rows in their order, from row 1."""

    name: str
    digest: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[object]]


def read_typed(ledger: Ledger, table: TypedTable, doubts: Doubts, *, year: int | None, origin: int) -> tuple[Origin, list[Record]] | str:
    """Origin and records of a table; or a sentence that says which required columns it lacks."""
    match = placed(Vocabulary(ledger), table.columns, table.name, doubts, origin)
    if isinstance(match, str):
        return match
    layout = Layout(origin, match.places, match.units, Frame(year, "台账年度"))
    records = Typing(ledger, layout, doubts).records(_lines(table.rows))
    places = {name: f"c{match.places[name] + 1}" for name in ledger.columns if name in match.places}
    return Origin(table.name, table.digest, None, places), records


def placed(vocabulary: Vocabulary, columns: Sequence[str], name: str, doubts: Doubts, origin: int) -> Match | str:
    """Which column of a source is which of the ledger, what is odd about them said; or a sentence that says which required ones it lacks."""
    ledger = vocabulary.ledger
    match = vocabulary.match({place: [heading] for place, heading in enumerate(columns)})
    missing = match.missing(ledger)
    if missing:
        listed = "”“".join(ledger.columns[own].title for own in missing)
        return f"“{name}”缺少“{listed}”列，没有采用。请补上该列，或核对列名。"
    if match.unknown:
        doubts.say(f"“{name}”有不认识的列“{'”“'.join(match.unknown)}”，没有采用。", origin)
    if match.doubled:
        doubts.say(f"“{name}”里“{'”“'.join(match.doubled)}”与另一列指同一项，只采用了前一列。请核对。", origin)
    return match


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[Line]:
    for number, values in enumerate(rows, start=1):
        if any(value not in {None, ""} if isinstance(value, str | None) else True for value in values):
            yield Line(number, entries_of(values), tuple([value for value in values if isinstance(value, str)]))
