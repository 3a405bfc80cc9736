"""``judge``: one row group under one law, to scores, totals and findings. Pure: the same columns give the same results on any engine.

Forms that columns express are judged by the kernels; the others, one by one, by the interpreter. Both ways give the same results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from jiheng.batch import results, slots
from jiheng.batch.columns import Tables, evaluation_at
from jiheng.batch.forms import judge_forms
from jiheng.batch.gathered import gathered
from jiheng.batch.interpreted import FormScore, interpreted
from jiheng.batch.laid import columns_for
from jiheng.batch.law import CompiledLaw, compile_law
from jiheng.batch.results import Judged, Outcome
from jiheng.batch.slots import Gathered, Table
from jiheng.batch.told import room_for
from jiheng.batch.verified import verified

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa  # type: ignore[import-untyped]

__all__ = ["CompiledLaw", "Judged", "compile_law", "judge"]

ROOM_PER_ROW, ROOM_PER_FORM = 3, 12
FORM_COLUMNS: Final = (
    *("form", "on", "indicators", "fund_lines", "stated_weight", "stated_score", "stated_grade", "printed_totals", "printed_columns"),
    *("printed_amounts", "project_name", "flat", "rest"),
)
"""The columns of forms that judging looks at, but for forms that go to the interpreter."""


def judge(forms: pa.Table, indicators: pa.Table, funds: pa.Table, law: CompiledLaw, *, whole: Callable[[], Tables] | None = None) -> Judged:
    """The results of a row group under a law, aligned with it: ``scores`` with the indicators, ``totals`` with the forms, findings sorted by form.

    Forms for the interpreter need all columns: ``whole`` gives them where the tables lack any beyond ``FORM_COLUMNS`` or were read sparingly.

    Raises:
        DossierInvalidError: a column of a form that goes to the interpreter does not hold what it should.
    """
    tables = Tables(forms, indicators, funds)
    if law.numbers is None or forms.num_rows == 0:
        return results.tables_of(forms["form"].to_pylist(), law.pack.id, _interpreted(tables, list(range(forms.num_rows)), law, whole))
    made = gathered(forms, indicators, funds, law)
    outcome = _run(made, law.numbers)
    alone = np.flatnonzero(outcome.totals[:, slots.T_ODD])
    by_hand = dict(zip(alone.tolist(), _interpreted(tables, alone.tolist(), law, whole), strict=True))
    standing = verified(outcome.told, made.forms[:, slots.F_ROW], tables, law)
    return results.merged(forms["form"].combine_chunks(), law.pack, made, outcome._replace(told=standing), by_hand)


def _interpreted(tables: Tables, places: list[int], law: CompiledLaw, whole: Callable[[], Tables] | None) -> list[FormScore]:
    held = whole() if places and whole is not None else tables
    return [interpreted(evaluation_at(held, place), law.pack) for place in places]


def _run(made: Gathered, law: Table) -> Outcome:
    """The kernels over a row group; again with more room where the findings did not fit."""
    rows, forms, most = len(made.rows.odd), len(made.forms) - 1, int(np.diff(made.forms[:, slots.F_ROW]).max())
    at_work = np.empty((most, slots.R_WIDTH), np.int64), np.empty((most, slots.S_WIDTH), np.int64)
    totals, room = np.empty((forms, slots.T_WIDTH), np.int64), ROOM_PER_ROW * rows + ROOM_PER_FORM * forms
    while True:
        columns, told = columns_for(rows), room_for(room)
        judge_forms(made, law, at_work, columns, totals, told)
        if not told[0, slots.LOST]:
            return Outcome(columns, totals, told)
        room *= 4
