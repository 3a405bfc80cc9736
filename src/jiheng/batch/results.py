"""Results as Arrow tables: what the kernels give, what the interpreter gives for single forms, and both in the order of the forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch import plans as p
from jiheng.batch import schema, slots
from jiheng.batch.codes import CODES
from jiheng.batch.interpreted import FormScore, RowScore
from jiheng.batch.laid import POINTS, WORDS, Columns
from jiheng.batch.numbers import BASES, FORMULA, METHODS, SEVERITIES
from jiheng.batch.slots import Gathered, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.rulebook.model import RulePack

_LISTED: Final = {"method": METHODS, "basis": BASES}
_ROWS: Final = ("method", "basis", "weight", "score", "exact", "low", "high")
_TOTAL_SLOTS: Final = {
    "total": slots.T_TOTAL,
    "low": slots.T_LOW,
    "high": slots.T_HIGH,
    "money_weight": slots.T_MONEY,
    "money_score": slots.T_MONEY_SCORE,
    "money_exact": slots.T_MONEY_EXACT,
}
_MANY: Final = 16
_SUBJECTS: Final = {
    p.ROW: "/indicators/{}",
    p.ROW_TARGET: "/indicators/{}/target",
    p.ROW_ACTUAL: "/indicators/{}/actual",
    p.ROW_REASON: "/indicators/{}/reason",
    p.FORM: "",
    p.TOTAL_WEIGHT: "/stated_totals/weight",
    p.TOTAL_SCORE: "/stated_totals/score",
    p.TOTAL_GRADE: "/stated_totals/grade",
    p.FUNDS: "/funds",
    p.FUND: "/funds/{}",
    p.FUND_RATE: "/funds/{}/stated_rate",
}


class Judged(NamedTuple):
    """One row group judged: a row per form, a row per indicator (aligned with the input), a row per finding in the order of the forms."""

    totals: pa.Table
    scores: pa.Table
    findings: pa.Table


class Outcome(NamedTuple):
    """What the kernels give, as ``slots`` lays it out; ``told`` are the findings, once those that were only suspected are settled."""

    scores: Columns
    totals: Table
    told: Table


class Found(NamedTuple):
    """Findings as numbers: form, code, severity, and the subject among ``subjects``."""

    form: NDArray[np.int64]
    code: NDArray[np.int64]
    severity: NDArray[np.int64]
    subject: NDArray[np.int64]
    subjects: list[str]


def tables_of(ids: Sequence[str], pack: str, scored: Sequence[FormScore]) -> Judged:
    """The results of single forms as tables; ``ids`` are the forms' numbers."""
    totals: dict[str, list[object]] = {
        "form": list(ids),
        "pack": [pack] * len(scored),
        "total": [form.total for form in scored],
        "low": [form.low for form in scored],
        "high": [form.high for form in scored],
        "grade": [form.grade for form in scored],
        "stated": [form.stated for form in scored],
        **{f"money_{name}": [getattr(form.money, name) for form in scored] for name in ("method", "basis", "weight", "score", "exact")},
        "indicators": [len(form.rows) for form in scored],
        "interpreted": [True] * len(scored),
    }
    rows = [row for form in scored for row in form.rows]
    scores: dict[str, list[object]] = {name: [getattr(row, name) for row in rows] for name in _ROWS}
    return Judged(_table(totals, schema.TOTALS), _table(scores, schema.SCORES), _findings(ids, _by_hand(dict(enumerate(scored)))))


def merged(ids: pa.Array, law: RulePack, made: Gathered, outcome: Outcome, by_hand: Mapping[int, FormScore]) -> Judged:
    """The kernels' results with those of the interpreter put in their places."""
    found = _together(_by_kernel(outcome.told), _by_hand(by_hand))
    return Judged(_totals(ids, law, made, outcome.totals, by_hand), _scores(made, outcome.scores, by_hand), _findings(ids, found))


def _scores(made: Gathered, columns: Columns, by_hand: Mapping[int, FormScore]) -> pa.Table:
    for form, result in by_hand.items():
        for at, row in enumerate(result.rows, start=int(made.forms[form, slots.F_ROW])):
            _set(columns, at, _numbers(row))
    return pa.Table.from_arrays([_column(columns, name) for name in schema.SCORES.names], schema=schema.SCORES)


def _set(columns: Columns, at: int, numbers: dict[str, int]) -> None:
    """Put the results of a single row into the columns, which hold nothing of it yet."""
    for line, name in enumerate(POINTS):
        columns.points[line, at] = numbers[name]
        columns.there[line, at >> 3] |= (numbers[name] != slots.NONE) << (at & 7)
    for line, name in enumerate(WORDS):
        columns.words[line, at] = max(numbers[name], 0)
        columns.there[len(POINTS) + line, at >> 3] |= (numbers[name] >= 0) << (at & 7)


def _column(columns: Columns, name: str) -> pa.Array:
    size, there = columns.points.shape[1], pa.py_buffer(columns.there[(*POINTS, *WORDS).index(name)])
    if name in POINTS:
        return pa.Array.from_buffers(schema.POINTS, size, [there, pa.py_buffer(columns.points[POINTS.index(name)])])
    indices = pa.Array.from_buffers(pa.int32(), size, [there, pa.py_buffer(columns.words[WORDS.index(name)])])
    return pa.DictionaryArray.from_arrays(indices, pa.array(_LISTED[name], pa.string()))


def _numbers(row: RowScore) -> dict[str, int]:
    method = -1 if row.method is None else METHODS.index(row.method)
    basis = -1 if row.basis is None else BASES.index(row.basis)
    return {"method": method, "basis": basis, **{name: _millionths(getattr(row, name)) for name in _ROWS[2:]}}


def _millionths(number: Decimal | None) -> int:
    return slots.NONE if number is None else int(number.scaleb(6))


def _totals(ids: pa.Array, law: RulePack, made: Gathered, totals: Table, by_hand: Mapping[int, FormScore]) -> pa.Table:
    grades, money = tuple(grade.name for grade in law.scheme.grades.value), law.scheme.money.value
    columns = {name: totals[:, at].copy() for name, at in _TOTAL_SLOTS.items()}
    columns["stated"] = made.forms[:-1, slots.F_STATED].copy()
    outside = totals[:, slots.T_MONEY] != slots.NONE
    words = {"grade": totals[:, slots.T_GRADE].copy(), "money_basis": np.where(outside, FORMULA, -1)}
    words["money_method"] = np.where(outside, METHODS.index(money.formula.id) if money else -1, -1)
    for form, result in by_hand.items():
        own = _numbers(result.money)
        for name in ("total", "low", "high", "stated"):
            columns[name][form] = _millionths(getattr(result, name))
        for name in ("weight", "score", "exact"):
            columns[f"money_{name}"][form] = own[name]
        words["grade"][form] = -1 if result.grade is None else grades.index(result.grade)
        words["money_method"][form], words["money_basis"][form] = own["method"], own["basis"]
    arrays = {
        "form": ids,
        "pack": _words(np.zeros(len(ids), np.int64), (law.id,)),
        "grade": _words(words["grade"], grades),
        "money_method": _words(words["money_method"], METHODS),
        "money_basis": _words(words["money_basis"], BASES),
        "indicators": pa.array(np.diff(made.forms[:, slots.F_ROW]).astype(np.int32)),
        "interpreted": pa.array(totals[:, slots.T_ODD] != 0),
        **{name: _points(column) for name, column in columns.items()},
    }
    return pa.Table.from_arrays([arrays[name] for name in schema.TOTALS.names], schema=schema.TOTALS)


def _by_kernel(told: Table) -> Found:
    keys = told[:, slots.TOLD_INDEX] * _MANY + told[:, slots.TOLD_PLACE]
    seen = np.zeros(int(keys.max()) + 1 if len(keys) else 0, np.bool_)
    seen[keys] = True
    distinct = np.flatnonzero(seen)
    numbers = np.empty(len(seen), np.int64)
    numbers[distinct] = np.arange(len(distinct))
    subjects = [_SUBJECTS[int(key) % _MANY].format(int(key) // _MANY) for key in distinct]
    return Found(told[:, slots.TOLD_FORM], told[:, slots.TOLD_CODE], told[:, slots.TOLD_SEVERITY], numbers[keys], subjects)


def _by_hand(scored: Mapping[int, FormScore]) -> Found:
    told = [(form, *finding) for form, result in scored.items() for finding in result.findings]
    subjects = list(dict.fromkeys(subject for _, subject, _, _ in told))
    number = {subject: at for at, subject in enumerate(subjects)}
    return Found(
        np.array([form for form, _, _, _ in told], np.int64),
        np.array([CODES.index(code) for _, _, code, _ in told], np.int64),
        np.array([SEVERITIES.index(severity) for _, _, _, severity in told], np.int64),
        np.array([number[subject] for _, subject, _, _ in told], np.int64),
        subjects,
    )


def _together(first: Found, second: Found) -> Found:
    return Found(
        np.concatenate([first.form, second.form]),
        np.concatenate([first.code, second.code]),
        np.concatenate([first.severity, second.severity]),
        np.concatenate([first.subject, second.subject + len(first.subjects)]),
        [*first.subjects, *second.subjects],
    )


def _findings(ids: pa.Array | Sequence[str], found: Found) -> pa.Table:
    """Findings sorted by form, code and subject."""
    subjects = sorted(set(found.subjects))
    rank = {subject: at for at, subject in enumerate(subjects)}
    subject = np.array([rank[name] for name in found.subjects], np.int64)[found.subject] if found.subjects else np.empty(0, np.int64)
    order = np.argsort((found.form * len(CODES) + found.code) * max(1, len(subjects)) + subject, kind="stable")
    arrays = [
        pa.DictionaryArray.from_arrays(
            pa.array(found.form[order].astype(np.int32)), ids if isinstance(ids, pa.Array) else pa.array(ids, pa.string())
        ),
        _words(subject[order], tuple(subjects)),
        _words(found.code[order], CODES),
        _words(found.severity[order], SEVERITIES),
    ]
    return pa.Table.from_arrays(arrays, schema=schema.FINDINGS)


def _words(numbers: NDArray[np.generic], words: Sequence[str]) -> pa.DictionaryArray:
    """Words by their numbers; a negative number stands for none."""
    indices = numbers.astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=indices < 0), pa.array(words, pa.string()))


def _points(numbers: NDArray[np.int64]) -> pa.Array:
    return pa.array(numbers, pa.int64(), mask=numbers == slots.NONE).view(schema.POINTS)


def _table(columns: dict[str, list[object]], kind: pa.Schema) -> pa.Table:
    return pa.Table.from_arrays([_array(columns[field.name], field.type) for field in kind], schema=kind)


def _array(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind):
        return pa.array(values, pa.string()).dictionary_encode().cast(kind)
    return pa.array(values, kind)
