"""One judgement as whole numbers, a number per form or row, ready to be held against another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch import schema
from jiheng.batch.codes import CODES
from jiheng.batch.distinct import coded
from jiheng.batch.numbers import BASES, METHODS, SEVERITIES
from jiheng.batch.slots import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.results import Judged

    Numbers = NDArray[np.int64]


class Lines(NamedTuple):
    """Score lines: method, basis (-1 where there is no line), and points in millionths, ``NONE`` where there are none."""

    method: Numbers
    basis: Numbers
    weight: Numbers
    score: Numbers
    exact: Numbers


class Side(NamedTuple):
    """One judgement: a line per indicator row, the money line outside the table, totals, ranges and grades per form."""

    rows: Lines
    money: Lines
    total: Numbers
    low: Numbers
    high: Numbers
    grade: list[str]
    grade_at: Numbers


class Told(NamedTuple):
    """Findings: the form's place, the subject among ``subjects``, code and severity."""

    form: Numbers
    subject: Numbers
    code: Numbers
    severity: Numbers
    subjects: list[str]


_LINE: Final = ("method", "basis", "weight", "score", "exact")


def side_of(judged: Judged) -> Side:
    """A judgement as numbers."""
    totals = judged.totals
    grades = coded(totals["grade"])
    return Side(
        rows=_lines(judged.scores, ""),
        money=_lines(totals, "money_"),
        total=points(totals["total"]),
        low=points(totals["low"]),
        high=points(totals["high"]),
        grade=[text or "" for text in grades.texts],
        grade_at=grades.at.astype(np.int64),
    )


def told_of(judged: Judged) -> Told:
    """The findings of a judgement as numbers; a form is known by its place, which the dictionary of its column keeps."""
    findings = judged.findings
    subject = coded(findings["subject"])
    form = findings["form"].combine_chunks().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    texts = [text or "" for text in subject.texts]
    return Told(form, subject.at.astype(np.int64), _numbered(findings["code"], CODES), _numbered(findings["severity"], SEVERITIES), texts)


def points(column: pa.ChunkedArray) -> Numbers:
    """A column of points in millionths, ``NONE`` where it is blank."""
    array = column.combine_chunks()
    if array.type != schema.POINTS:
        array = array.cast(schema.POINTS)
    numbers: Numbers = array.view(pa.int64()).fill_null(NONE).to_numpy(zero_copy_only=False)
    return numbers


def _lines(table: pa.Table, prefix: str) -> Lines:
    method, basis, *numbers = (table[f"{prefix}{name}"] for name in _LINE)
    return Lines(_numbered(method, METHODS), _numbered(basis, BASES), *[points(column) for column in numbers])


def _numbered(column: pa.ChunkedArray, words: Sequence[str]) -> Numbers:
    """Words by their place among those known; -1 for none."""
    at, texts = coded(column)
    known = {word: number for number, word in enumerate(words)}
    numbers: Numbers = np.array([-1 if text is None else known[text] for text in texts], np.int64)[at]
    return numbers
