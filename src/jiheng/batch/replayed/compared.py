"""Two judgements of the same forms held against each other, exactly: points are whole millionths, and every sum adds up."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from jiheng.batch.codes import CODES
from jiheng.batch.columns import Tables
from jiheng.batch.numbers import BASES
from jiheng.batch.replayed.affected import affected_forms, place_of
from jiheng.batch.replayed.changes import BINS, NOTHING_CHANGED, STEPS, Changes, Tally
from jiheng.batch.replayed.moves import POINT_PLACES, REST, Moves, Pair, moves_of, with_rest
from jiheng.batch.replayed.sides import Side, Told, side_of, told_of
from jiheng.batch.slots import NONE
from jiheng.scoring.score import grade_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.replayed.causes import Laws
    from jiheng.batch.results import Judged
    from jiheng.rulebook.model import RulePack

    Numbers = NDArray[np.int64]


def compare(tables: Tables, before: Judged, after: Judged, pair: Pair, *, keep: int) -> Changes:
    """What differs between two judgements of the same forms, all of one place and year, and why; with the ``keep`` forms most affected."""
    old, new = side_of(before), side_of(after)
    changes, tally = Changes(keep), Tally()
    if tables.forms.num_rows == 0:
        return changes
    rows = before.totals["indicators"].to_numpy().astype(np.int64)
    form_of = np.repeat(np.arange(len(rows)), rows)
    both = (old.total != NONE) & (new.total != NONE)
    difference = np.where(both, new.total - np.where(both, old.total, 0), 0)
    moves = with_rest(moves_of(tables, old, new, pair, form_of=form_of), difference, both, pair.laws)
    _count(tally, old, new, both, difference)
    _count_grades(tally, old, new, pair.laws)
    _count_moves(tally, moves, both, f"{pair.old.pack.id}|")
    _count_findings(tally, told_of(before), told_of(after))
    tally.sums["bases"].update(_transitions(old.rows.basis, new.rows.basis, old.money.basis, new.money.basis))
    changes.tallies[place_of(tables.forms)] = tally
    changes.packs[pair.old.pack.id] = len(rows)
    changes.affected = affected_forms(tables, (old, new), difference, moves, pack=pair.old.pack.id, keep=keep)
    return changes


def _count(tally: Tally, old: Side, new: Side, both: NDArray[np.bool_], difference: Numbers) -> None:
    changed = difference[both]
    tally.sums["counts"].update(
        {
            "forms": len(both),
            "compared": int(both.sum()),
            "rows": len(old.rows.score),
            "rows_changed": int((old.rows.score != new.rows.score).sum()),
            "money_changed": int((old.money.score != new.money.score).sum()),
            "totals_changed": int((changed != 0).sum()),
            "up": int((changed > 0).sum()),
            "down": int((changed < 0).sum()),
            "undetermined_before": int(_undetermined(old).sum()),
            "undetermined_after": int(_undetermined(new).sum()),
            "totals_lost": int(((old.total != NONE) & (new.total == NONE)).sum()),
            "totals_gained": int(((old.total == NONE) & (new.total != NONE)).sum()),
            "sum_before": int(old.total[both].sum()),
            "sum_after": int(new.total[both].sum()),
        }
    )
    if len(changed):
        tally.least, tally.most = int(changed.min()), int(changed.max())
    steps = 1 + np.searchsorted(STEPS, np.abs(changed), side="left")
    bins = np.bincount(NOTHING_CHANGED + np.sign(changed) * steps, minlength=BINS)
    tally.sums["bins"].update({str(k): int(number) for k, number in enumerate(bins) if number})


def _undetermined(side: Side) -> NDArray[np.bool_]:
    """Which forms have a total that is not settled, or none at all."""
    open_ones: NDArray[np.bool_] = (side.total == NONE) | (side.low != side.high)
    return open_ones


def _count_grades(tally: Tally, old: Side, new: Side, laws: Laws) -> None:
    """Grades before and after, and whether totals or boundaries moved a form from one to another."""
    many = len(new.grade)
    keys, place, numbers = np.unique(old.grade_at * many + new.grade_at, return_index=True, return_counts=True)
    moved = 0
    for key, at, number in zip(keys.tolist(), place.tolist(), numbers.tolist(), strict=True):
        before, after = old.grade[key // many], new.grade[key % many]
        tally.sums["grades"][f"{before}\t{after}"] += number
        if before != after:
            moved += number
            members = np.flatnonzero((old.grade_at == old.grade_at[at]) & (new.grade_at == new.grade_at[at]))
            tally.sums["grade_causes"].update(_grade_causes(old.total[members], new.total[members], (before, after), laws))
    tally.sums["counts"]["grades_changed"] += moved


def _grade_causes(old: Numbers, new: Numbers, grades: tuple[str, str], laws: Laws) -> Counter[str]:
    """What moved forms from one grade to another: ``total``, ``boundary``, or ``both`` where neither or each of them does."""
    found: Counter[str] = Counter()
    keys = np.stack([old, new], axis=1)
    for (before, after), number in zip(*(part.tolist() for part in np.unique(keys, axis=0, return_counts=True)), strict=True):
        by_total, by_boundary = _grade(after, laws.old) == grades[1], _grade(before, laws.new) == grades[1]
        found["both" if by_total == by_boundary else "total" if by_total else "boundary"] += number
    return found


def _grade(total: int, law: RulePack) -> str:
    return grade_of(None if total == NONE else Decimal(total).scaleb(-POINT_PLACES), law.scheme.grades.value) or ""


def _transitions(*bases: Numbers) -> Counter[str]:
    """How lines are decided before and after, where that differs: formula, judgement, undetermined, or not at all."""
    before, after = np.concatenate(bases[::2]), np.concatenate(bases[1::2])
    differ = before != after
    keys, numbers = np.unique((before[differ] + 1) * 8 + after[differ] + 1, return_counts=True)
    words = ("", *BASES)
    return Counter({f"{words[key // 8]}\t{words[key % 8]}": number for key, number in zip(keys.tolist(), numbers.tolist(), strict=True)})


def _count_moves(tally: Tally, moves: Moves, both: NDArray[np.bool_], prefix: str) -> None:
    """Rows, forms and points by cause; points only of forms that have a total on either side, so that they add up to the differences."""
    many, lines = len(moves.causes), moves.row != REST
    rows = np.bincount(moves.cause[lines], minlength=many)
    forms = np.bincount(np.unique(moves.form * max(many, 1) + moves.cause) % max(many, 1), minlength=many)
    points = np.zeros(many, np.int64)
    np.add.at(points, moves.cause, np.where(both[moves.form], moves.points, 0))
    for k, cause in enumerate(moves.causes):
        if forms[k]:
            for family, numbers in (("reason_rows", rows), ("reason_forms", forms), ("reason_points", points)):
                tally.sums[family][prefix + cause] += int(numbers[k])


def _count_findings(tally: Tally, before: Told, after: Told) -> None:
    """Findings that appear and vanish by code, and those whose severity differs."""
    subjects = {text: k for k, text in enumerate(dict.fromkeys([*before.subjects, *after.subjects]))}
    old, new = (_finding_keys(told, subjects) for told in (before, after))
    keys = np.union1d(old, new)
    counts = [np.bincount(np.searchsorted(keys, side), minlength=len(keys)) for side in (old, new)]
    surplus, code = counts[1] - counts[0], keys % len(CODES)
    for family, numbers in (("appeared", np.maximum(surplus, 0)), ("vanished", np.maximum(-surplus, 0))):
        sums = np.zeros(len(CODES), np.int64)
        np.add.at(sums, code, numbers)
        tally.sums[family].update({CODES[k]: int(number) for k, number in enumerate(sums) if number})
    _, first, second = np.intersect1d(old, new, return_indices=True)
    other = before.severity[first] != after.severity[second]
    again = np.bincount(before.code[first][other], minlength=len(CODES))
    tally.sums["severities"].update({CODES[k]: int(number) for k, number in enumerate(again) if number})


def _finding_keys(told: Told, subjects: dict[str, int]) -> Numbers:
    subject = np.array([subjects[text] for text in told.subjects], np.int64)[told.subject]
    keys: Numbers = (told.form * max(len(subjects), 1) + subject) * len(CODES) + told.code
    return keys
