"""The checks of ``sifting`` on columns, in the same order and with the same reasons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jiheng.domain.measured import Exclusion
from jiheng.evidence.column_tally import ColumnTally, runs_in
from jiheng.evidence.columns import Columns, Figures, Mask, grouped, instants, ordinals, passes
from jiheng.evidence.conditions import folded
from jiheng.evidence.screens import figures_of, screens
from jiheng.evidence.sifting import ORDER, day_of, left_out, moment_of, word_rank
from jiheng.evidence.tally import Question, Sifted
from jiheng.rulebook.ledgers import Definition, Release


class ColumnSource:
    """A big ledger as a source."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.ledger = columns.ledger
        self.origins = (columns.origin,)
        self.unread: tuple[str, ...] = ()
        self.remarks = columns.remarks

    def sift(self, question: Question) -> Sifted:
        """Part the rows that count from those that do not."""
        columns, ledger = self._columns, self.ledger
        left: dict[Exclusion, list[Mask]] = {}
        kept: Mask = np.ones(columns.rows, np.bool_)
        for screen in screens(ledger, question):
            held: Mask = np.ones(columns.rows, np.bool_)
            for test in screen.tests:
                held &= passes(test, columns)
            kept = _without(kept, ~held if screen.passing else held, screen.code, left)
        if ledger.release is not None:
            kept = _newest(kept, columns, ledger.release, question, left)
        conflicts = 0
        for number, names in enumerate((ledger.key, *ledger.unique)):
            again, differing = _repeated(kept, columns, names, question.definition, blanks_count=number == 0)
            kept = _without(kept, again, "duplicate", left)
            conflicts += differing
        gone = [(code, np.logical_or.reduce(left[code])) for code in ORDER if code in left]
        found = tuple([left_out(code, int(mask.sum()), runs_in(mask, columns.first_row), self) for code, mask in gone])
        return Sifted(ColumnTally(columns, kept, question.days), found, conflicts)


def _without(kept: Mask, out: Mask, code: Exclusion, left: dict[Exclusion, list[Mask]]) -> Mask:
    gone = kept & out
    if gone.any():
        left.setdefault(code, []).append(gone)
        return kept & ~out
    return kept


def _newest(kept: Mask, columns: Columns, release: Release, question: Question, left: dict[Exclusion, list[Mask]]) -> Mask:
    """Of the releases of one period the newest one, or several of the same day and word."""
    issued = columns.columns[release.on]
    days = ordinals(issued.facts, day_of)[issued.codes]
    filed = question.days.filed
    if filed is not None:
        kept = _without(kept, days > filed.toordinal(), "draft", left)
    apart = [name for name in columns.ledger.key if name not in {release.on, release.word}]
    if not apart or not kept.any():
        groups = np.zeros(int(kept.sum()), np.int64)
    else:
        groups, _ = grouped(columns.of(apart), kept)
    ranks = _ranks(columns, release, days, kept, groups)
    best = np.full(int(groups.max()) + 1 if groups.size else 0, np.iinfo(np.int64).min)
    np.maximum.at(best, groups, ranks)
    old = np.zeros(columns.rows, np.bool_)
    old[np.flatnonzero(kept)] = ranks < best[groups]
    return _without(kept, old, "superseded", left)


def _ranks(columns: Columns, release: Release, days: NDArray[np.int64], kept: Mask, groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """How new each kept row's release is: by its day, then its word; by the word alone where a row of its group has no day."""
    order = [folded(word) for word in release.order]
    own = np.maximum(days[kept], 0)
    if not order or release.word is None:
        return own
    undated = np.zeros(int(groups.max()) + 1 if groups.size else 0, np.bool_)
    undated[groups[days[kept] < 0]] = True
    words = columns.columns[release.word]
    ranks = np.array([word_rank(fact, order) for fact in words.facts], np.int64)[words.codes[kept]]
    found: NDArray[np.int64] = np.where(undated[groups], 0, own) * (len(order) + 1) + ranks + 1
    return found


def _repeated(kept: Mask, columns: Columns, names: tuple[str, ...], definition: Definition, *, blanks_count: bool) -> tuple[Mask, int]:
    """Which rows repeat the key of a row confirmed before them, and how many of them print other figures."""
    asked = columns.of(names)
    looked = kept if blanks_count else kept & ~np.logical_or.reduce([one.empty for one in asked])
    again = np.zeros(columns.rows, np.bool_)
    rows = np.flatnonzero(looked)
    if len(asked) == 1 and asked[0].many > rows.size and not (np.bincount(asked[0].codes[looked], minlength=1) > 1).any():
        return again, 0
    groups, firsts = grouped(asked, looked)
    if len(firsts) == rows.size:
        return again, 0
    first = columns.ledger.first
    if first is None:
        keeper = firsts
    else:
        seen = columns.columns[first]
        when = instants(seen.facts, moment_of)[seen.codes[looked]]
        order = np.lexsort((when, groups))  # the sort is stable: of the same moment the earlier row comes first
        keeper = order[np.concatenate(([True], np.diff(groups[order]) > 0))]
    repeats = np.ones(rows.size, np.bool_)
    repeats[keeper] = False
    again[rows[repeats]] = True
    return again, _conflicts(columns, definition, rows[repeats], rows[keeper[groups[repeats]]])


def _conflicts(columns: Columns, definition: Definition, rows: NDArray[np.intp], keepers: NDArray[np.intp]) -> int:
    differing = np.zeros(rows.size, np.bool_)
    for name in figures_of(definition):
        column = columns.columns[name]
        if isinstance(column, Figures):
            differing |= (column.scaled[rows] != column.scaled[keepers]) | (column.valid[rows] != column.valid[keepers])
    return int(differing.sum())
