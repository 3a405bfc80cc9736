"""What moved between two judgements, line by line: rows, the money line outside the table, and what a total changes by beyond its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.columns import Tables, starts_of
from jiheng.batch.numbers import UNDETERMINED
from jiheng.batch.replayed.causes import Change, Laws, cause_of_money, cause_of_rest, cause_of_row, line_of
from jiheng.batch.replayed.parted import cut
from jiheng.batch.replayed.seen import Seen, seen
from jiheng.batch.replayed.sides import Lines
from jiheng.batch.slots import NONE
from jiheng.batch.values import decimals, in_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.law import CompiledLaw
    from jiheng.batch.replayed.sides import Side

    Numbers = NDArray[np.int64]

POINT_PLACES: Final = 6
MONEY: Final = -1
REST: Final = -2
_BITS: Final = (17, 17, 2, 2, 5, 5, 2, 2, 1, 1)


class Pair(NamedTuple):
    """The law before and the law after, compiled."""

    old: CompiledLaw
    new: CompiledLaw

    @property
    def laws(self) -> Laws:
        """Both as packs."""
        return Laws(self.old.pack, self.new.pack)


class Moves(NamedTuple):
    """What moved, a line each: the form's place, the row's (``MONEY`` or ``REST`` else), what it adds to the total, the cause among ``causes``."""

    form: Numbers
    row: Numbers
    points: Numbers
    cause: Numbers
    causes: list[str]


def moves_of(tables: Tables, old: Side, new: Side, pair: Pair, *, form_of: Numbers) -> Moves:
    """Every line whose score changes, or what it carries into the total while it is undetermined.

    Args:
        tables: the forms.
        old: the judgement before.
        new: the judgement after.
        pair: both laws.
        form_of: the place of each row's form.
    """
    a, b = old.rows, new.rows
    carries = (a.basis == UNDETERMINED) & (b.basis == UNDETERMINED) & (a.weight != b.weight)
    at = np.flatnonzero((a.score != b.score) | carries | ((a.basis < 0) != (b.basis < 0)))
    stated, unfit = in_units(decimals(tables.indicators["stated_score"].take(pa.array(at))), POINT_PLACES)
    stated = np.where(unfit | (stated == NONE), 0, stated)
    row_points = _worth(_at(b, at), stated) - _worth(_at(a, at), stated)
    row_causes, words = _row_causes(_views(tables, at, form_of, pair), _at(a, at), _at(b, at), pair.laws)
    m, n = old.money, new.money
    purse = np.flatnonzero((m.score != n.score) | ((m.basis < 0) != (n.basis < 0)))
    unstated = np.zeros(len(purse), np.int64)
    money_points = _worth(_at(n, purse), unstated) - _worth(_at(m, purse), unstated)
    money_causes, money_words = _money_causes(_at(m, purse), _at(n, purse), pair.laws)
    causes = list(dict.fromkeys([*words, *money_words]))
    number = {cause: k for k, cause in enumerate(causes)}
    return Moves(
        np.concatenate([form_of[at], purse]),
        np.concatenate([at, np.full(len(purse), MONEY)]),
        np.concatenate([row_points, money_points]),
        np.concatenate([_renumbered(words, number)[row_causes], _renumbered(money_words, number)[money_causes]]),
        causes,
    )


def _renumbered(words: Sequence[str], number: Mapping[str, int]) -> Numbers:
    return np.array([number[word] for word in words], np.int64)


def _at(lines: Lines, places: Numbers) -> Lines:
    return Lines(*[column[places] for column in lines])


def _worth(lines: Lines, stated: Numbers) -> Numbers:
    """What lines add to the total: their score, else the stated one within their weight, else nothing."""
    most = np.where(lines.weight == NONE, 0, lines.weight)
    carried = np.where(lines.basis == UNDETERMINED, np.maximum(0, np.minimum(stated, most)), 0)
    return np.where(lines.score == NONE, carried, lines.score)


def _views(tables: Tables, at: Numbers, form_of: Numbers, pair: Pair) -> tuple[Seen, Seen]:
    """The rows at these places as either law sees them; only their forms are looked at again."""
    forms, own = np.unique(form_of[at], return_inverse=True)
    lengths = np.bincount(form_of, minlength=tables.forms.num_rows)
    rows = starts_of(lengths[forms])[own] + at - starts_of(lengths)[form_of[at]]
    touched = cut(tables, forms)
    return seen(touched, rows, pair.old), seen(touched, rows, pair.new)


def _row_causes(views: tuple[Seen, Seen], old: Lines, new: Lines, laws: Laws) -> tuple[Numbers, list[str]]:
    """The cause of each row as a number among words; asked once for each combination of plans and results."""
    first, second = views
    same_exact = (old.exact == new.exact) & (old.exact != NONE) & (old.weight == new.weight)
    columns = (
        first.plan,
        second.plan,
        first.target_sign + 1,
        first.actual_sign + 1,
        old.method + 1,
        new.method + 1,
        old.basis + 1,
        new.basis + 1,
        old.weight != new.weight,
        same_exact,
    )
    packed = _packed(len(old.score), columns, _BITS)
    _, place, number = np.unique(packed, return_index=True, return_inverse=True)
    causes = []
    for at in place.tolist():
        before, after = (line_of(side.method[at], side.basis[at], view.plans[view.plan[at]].tolist()) for side, view in ((old, first), (new, second)))
        weight_differs, signs = bool(old.weight[at] != new.weight[at]), (int(first.target_sign[at]), int(first.actual_sign[at]))
        causes.append(cause_of_row(Change(before, after, weight_differs, bool(same_exact[at]), *signs), laws))
    return number.astype(np.int64), causes


def _money_causes(old: Lines, new: Lines, laws: Laws) -> tuple[Numbers, list[str]]:
    """The cause of each money line as a number among words; asked once for each combination of results."""
    same_exact = (old.exact == new.exact) & (old.exact != NONE) & (old.weight == new.weight)
    packed = _packed(len(old.score), (old.basis + 1, new.basis + 1, old.weight != new.weight, same_exact), (2, 2, 1, 1))
    _, place, number = np.unique(packed, return_index=True, return_inverse=True)
    causes = []
    for at in place.tolist():
        before, after = (line_of(side.method[at], side.basis[at]) for side in (old, new))
        causes.append(cause_of_money(Change(before, after, bool(old.weight[at] != new.weight[at]), bool(same_exact[at])), laws))
    return number.astype(np.int64), causes


def _packed(many: int, columns: Sequence[NDArray[Any]], bits: Sequence[int]) -> Numbers:
    """Small numbers side by side in one."""
    packed = np.zeros(many, np.int64)
    for column, width in zip(columns, bits, strict=True):
        packed = (packed << width) | column.astype(np.int64)
    return packed


def with_rest(moves: Moves, difference: Numbers, both: NDArray[np.bool_], laws: Laws) -> Moves:
    """The moves with what a total changes by beyond its lines, so that the moves of a form add up to its difference."""
    rest = difference.copy()
    np.subtract.at(rest, moves.form, moves.points)
    at = np.flatnonzero(both & (rest != 0))
    if not len(at):
        return moves
    causes = list(dict.fromkeys([*moves.causes, cause_of_rest(laws)]))
    cause = np.full(len(at), causes.index(cause_of_rest(laws)))
    return Moves(
        np.concatenate([moves.form, at]),
        np.concatenate([moves.row, np.full(len(at), REST)]),
        np.concatenate([moves.points, rest[at]]),
        np.concatenate([moves.cause, cause]),
        causes,
    )
