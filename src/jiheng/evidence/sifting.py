"""Which rows of a ledger count, and why the others do not. The order of the checks is fixed, so a row has one reason.

1. what reading said of the row (no number, subtotal, key missing …); a key or period cell that is empty;
2. filters: year, region, the binding's own conditions (other-subject; out-of-kind where they ask the ledger's kind), the definition's (out-of-kind);
3. the ledger's rules of validity, in their order; then the figures the definition needs (empty: not-a-number; below 0: negative);
4. releases: of one period the newest not later than the day of filing counts; those not yet issued on that day are drafts, older ones superseded;
5. duplicates: of one key the row confirmed first counts, by the column ``first``, else the earlier in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, get_args

from jiheng.domain.measured import Exclusion, LeftOut
from jiheng.evidence.conditions import edges, folded
from jiheng.evidence.proof import Run, runs_of, spans_of
from jiheng.evidence.records import Fact, Record, Records
from jiheng.evidence.screens import as_check, figures_of, screens
from jiheng.evidence.tally import Question, RowTally, Sifted, Source, places_of
from jiheng.evidence.year_parts import period_of
from jiheng.rulebook.ledgers import Ledger

ORDER: tuple[Exclusion, ...] = get_args(Exclusion)
Rank = tuple[date, int]


class RowSource:
    """Records as a source (the plain path)."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.ledger = records.ledger
        self.origins = records.origins
        self.unread = records.unread
        self.remarks = tuple(oddity.message for oddity in records.oddities)

    def sift(self, question: Question) -> Sifted:
        """Part the rows that count from those that do not."""
        left: dict[Exclusion, list[Record]] = {}
        kept: list[Record] = []
        places = places_of(self.ledger)
        checks = [as_check(screen, places) for screen in screens(self.ledger, question)]
        for record in self._records.records:
            reason = record.exclusion or next((code for check in checks if (code := check(record.facts)) is not None), None)
            (kept if reason is None else left.setdefault(reason, [])).append(record)
        kept = _newest(kept, self.ledger, question, places, left)
        conflicts = 0
        figures = [places[name] for name in figures_of(question.definition)]
        for number, columns in enumerate((self.ledger.key, *self.ledger.unique)):
            same = _Same([places[name] for name in columns], figures, blanks_count=number == 0)
            kept, differing = _first_of_each(kept, self.ledger, same, left)
            conflicts += differing
        return Sifted(RowTally(self.ledger, kept, question.days), self._told(left), conflicts)

    def _told(self, left: dict[Exclusion, list[Record]]) -> tuple[LeftOut, ...]:
        counted = ((code, left[code]) for code in ORDER if left.get(code))
        return tuple([left_out(code, len(rows), runs_of((record.origin, record.row) for record in rows), self) for code, rows in counted])


def left_out(code: Exclusion, rows: int, runs: Sequence[Run], source: Source) -> LeftOut:
    """Rows left out for one reason, told by the cells of their key."""
    return LeftOut(code, rows, spans_of(runs, source.origins, source.ledger.key[:1]))


def _newest(rows: list[Record], ledger: Ledger, question: Question, places: dict[str, int], left: dict[Exclusion, list[Record]]) -> list[Record]:
    """Of the releases of one period the newest one, or several of the same day and word."""
    release, filed = ledger.release, question.days.filed
    if release is None:
        return rows
    at = places[release.on]
    issued: list[Record] = []
    for record in rows:
        day = day_of(record.facts[at])
        (issued if filed is None or day is None or day <= filed else left.setdefault("draft", [])).append(record)
    apart = [places[name] for name in ledger.key if name not in {release.on, release.word}]
    groups: dict[tuple[Fact, ...], list[Record]] = {}
    for record in issued:
        groups.setdefault(tuple(record.facts[place] for place in apart), []).append(record)
    ranks: dict[int, Rank] = {}
    best: dict[int, Rank] = {}
    word, order = places[release.word] if release.word else None, [folded(name) for name in release.order]
    for group in groups.values():
        found = ranks_of([(day_of(one.facts[at]), one.facts[word] if word is not None else None) for one in group], order)
        for one, rank in zip(group, found, strict=True):
            ranks[id(one)], best[id(one)] = rank, max(found)
    old = [record for record in issued if ranks[id(record)] != best[id(record)]]
    if old:
        left["superseded"] = [*left.get("superseded", ()), *old]
    return [record for record in issued if ranks[id(record)] == best[id(record)]]


def ranks_of(releases: Sequence[tuple[date | None, Fact]], order: Sequence[str]) -> list[Rank]:
    """How new each release of one period is: by its day, then its word; by the word alone where a day is missing."""
    undated = bool(order) and any(day is None for day, _ in releases)
    return [(date.min if undated or day is None else day, word_rank(word, order)) for day, word in releases]


def word_rank(word: Fact, order: Sequence[str]) -> int:
    """How late a release is by its word; -1 for a word that the ledger does not know."""
    return order.index(text) if isinstance(word, str) and (text := folded(word)) in order else -1


def day_of(fact: Fact) -> date | None:
    """The day of a fact, the last one of a period."""
    period = period_of(fact)
    return None if period is None else period.last


class _Same(NamedTuple):
    """Columns that two rows must not share; whether empty cells are a value there (in a key); the figures a duplicate should agree in."""

    columns: Sequence[int]
    figures: Sequence[int]
    blanks_count: bool


def _first_of_each(rows: list[Record], ledger: Ledger, same: _Same, left: dict[Exclusion, list[Record]]) -> tuple[list[Record], int]:
    """The first row of each key, and how many of the others print other figures."""
    first = places_of(ledger)[ledger.first] if ledger.first is not None else None
    known: dict[tuple[Fact, ...], Record] = {}
    for record in rows if first is None else sorted(rows, key=lambda one: moment_of(one.facts[first])):
        key = tuple(record.facts[at] for at in same.columns)
        if same.blanks_count or None not in key:
            known.setdefault(key, record)
    kept: list[Record] = []
    conflicts = 0
    for record in rows:
        keeper = known.get(tuple(record.facts[at] for at in same.columns), record)
        if keeper is record:
            kept.append(record)
        else:
            left.setdefault("duplicate", []).append(record)
            conflicts += any(record.facts[at] != keeper.facts[at] for at in same.figures)
    return kept, conflicts


def moment_of(fact: Fact) -> datetime:
    """When a row was confirmed, for sorting; rows that do not say come last."""
    found = edges(fact)
    return datetime.max if found is None else found[0]  # noqa: DTZ901 - ledgers print local time
