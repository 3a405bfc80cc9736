"""The forms most affected: what they are, their totals and grades under both laws, and the lines that make the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from jiheng.batch.columns import PLACE_KEY, YEAR_KEY, starts_of
from jiheng.batch.numbers import BASES, METHODS
from jiheng.batch.replayed.changes import Place, worst_first
from jiheng.batch.replayed.moves import MONEY, REST, Moves
from jiheng.batch.slots import NONE

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]
    from numpy.typing import NDArray

    from jiheng.batch.columns import Tables
    from jiheng.batch.replayed.sides import Lines, Side

    Numbers = NDArray[np.int64]

MOST_LINES: Final = 3
_FORM: Final = ("form", "document", "project_name", "implementing_unit")


def affected_forms(  # noqa: PLR0913 - what is known of the forms, each named
    tables: Tables, sides: tuple[Side, Side], difference: Numbers, moves: Moves, *, pack: str, keep: int
) -> list[dict[str, Any]]:
    """The ``keep`` forms whose total or grade changes most: by the size of the difference, then by number.

    Each with its lines that make the most difference, at most ``MOST_LINES``; points are in millionths.
    """
    old, new = sides
    grades = [np.array(side.grade, object)[side.grade_at] for side in sides]
    touched = np.flatnonzero((old.total != new.total) | (grades[0] != grades[1]))
    if not keep or not len(touched):
        return []
    size = np.abs(difference[touched])
    if len(touched) > keep:
        touched = touched[size >= np.partition(size, -keep)[-keep]]
    numbers = tables.forms["form"].take(touched).to_pylist()
    chosen = sorted(zip(touched.tolist(), numbers, strict=True), key=lambda one: (-abs(int(difference[one[0]])), one[1]))[:keep]
    order = np.argsort(moves.form, kind="stable")
    forms, place = moves.form[order], place_of(tables.forms)
    starts = starts_of(tables.forms["indicators"].to_numpy())
    made = []
    for at, _ in chosen:
        own = order[np.searchsorted(forms, at, "left") : np.searchsorted(forms, at, "right")]
        totals = [_number(side.total[at]) for side in sides]
        form = tables.forms.select(_FORM).slice(at, 1).to_pylist()[0]
        told = {"year": place.year, "place": place.place, "pack": pack, "old": totals[0], "new": totals[1]}
        told |= {"difference": None if None in totals else int(difference[at]), "old_grade": grades[0][at], "new_grade": grades[1][at]}
        made.append({**form, **told, "lines": [_line(tables.indicators, sides, moves, int(k), int(starts[at])) for k in _heaviest(moves, own)]})
    return worst_first(made, keep)


def place_of(forms: pa.Table) -> Place:
    """The partition that forms are of."""
    known = forms.schema.metadata or {}
    return Place(int(known.get(YEAR_KEY, b"0")), known.get(PLACE_KEY, b"").decode("utf-8", "replace"))


def _heaviest(moves: Moves, own: Numbers) -> list[int]:
    """The lines of a form that change its total most, in the order of the form where they change it alike; all lines where none changes it."""
    own = own[moves.points[own] != 0] if np.any(moves.points[own]) else own
    places = np.where(moves.row[own] >= 0, moves.row[own], np.iinfo(np.int64).max + moves.row[own])
    chosen: list[int] = own[np.lexsort((places, -np.abs(moves.points[own])))][:MOST_LINES].tolist()
    return chosen


def _line(indicators: pa.Table, sides: tuple[Side, Side], moves: Moves, at: int, start: int) -> dict[str, Any]:
    """One line of a form whose rows begin at ``start``."""
    row, form = int(moves.row[at]), int(moves.form[at])
    subject = f"/indicators/{row - start}" if row >= 0 else "/funds" if row == MONEY else ""
    name = indicators["name"][row].as_py() if row >= 0 else None
    told: dict[str, Any] = {"subject": subject, "name": name, "points": int(moves.points[at]), "cause": moves.causes[moves.cause[at]]}
    if row == REST:
        return told
    for prefix, side in zip(("old", "new"), sides, strict=True):
        lines, place = (side.rows, row) if row >= 0 else (side.money, form)
        told |= {f"{prefix}_{key}": value for key, value in _result(lines, place).items()}
    return told


def _result(lines: Lines, at: int) -> dict[str, Any]:
    method, basis = int(lines.method[at]), int(lines.basis[at])
    return {
        "score": _number(lines.score[at]),
        "method": METHODS[method] if method >= 0 else "",
        "basis": BASES[basis] if basis >= 0 else "",
    }


def _number(points: np.int64) -> int | None:
    return None if points == NONE else int(points)
