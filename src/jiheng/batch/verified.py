"""Findings that a kernel could only suspect, because they hang on how a text is worded, held against the texts themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.audit.texts import document_numbers, first_word, says_nothing, squeeze
from jiheng.batch.codes import CODES
from jiheng.batch.distinct import codes_of
from jiheng.batch.numbers import SEVERITIES, TO_VERIFY
from jiheng.batch.slots import TOLD_CODE, TOLD_FORM, TOLD_INDEX, TOLD_SEVERITY, USED, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from jiheng.batch.columns import Tables
    from jiheng.batch.law import CompiledLaw
    from jiheng.rulebook.model import RuleEntry

Wording = tuple[str | None, ...]
_ADJUSTED: Final = "funds.adjusted-without-reason"


def verified(told: Table, first_row: NDArray[np.int64], tables: Tables, law: CompiledLaw) -> Table:
    """The findings that stand, each with the severity of its rule where it was only suspected."""
    found = told[1 : 1 + int(told[0, USED])]
    suspected = np.flatnonzero(found[:, TOLD_SEVERITY] >= TO_VERIFY)
    if len(suspected) == 0:
        return found
    stands, codes, indicators = np.ones(len(found), np.bool_), found[suspected, TOLD_CODE], tables.indicators
    places = suspected[codes == CODES.index(_ADJUSTED)]
    if len(places):
        entry, part = law.pack.rules[_ADJUSTED], _part(tables.forms["rest"], found[places, TOLD_FORM])
        which, back = np.unique(part.at, return_inverse=True)
        stands[places] = np.array([not _explained(entry, rest) for rest in part.texts.take(pa.array(which)).to_pylist()], np.bool_)[back]
        found[places, TOLD_SEVERITY] = SEVERITIES.index(entry.severity)
    for code, (names, holds) in _CHECKS.items():
        places = suspected[codes == CODES.index(code)]
        if len(places) == 0:
            continue
        entry, rows = law.pack.rules[code], first_row[found[places, TOLD_FORM]] + found[places, TOLD_INDEX]
        at, wordings = _wordings([indicators[name] for name in names], rows)
        memory = law.settled.setdefault(code, {})
        for wording in wordings:
            if wording not in memory:
                memory[wording] = holds(entry, *wording)
        stands[places] = np.array([memory[wording] for wording in wordings], np.bool_)[at]
        found[places, TOLD_SEVERITY] = SEVERITIES.index(entry.severity)
    return found[stands]


def _wordings(columns: list[pa.ChunkedArray], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[Wording]]:
    """The combinations of texts that stand in some rows, each once, and which of them stands in each row."""
    parts = [_part(column, rows) for column in columns]
    together = np.zeros(len(rows), np.int64)
    for part in parts:
        together = together * len(part.texts) + part.at
    encoded = pa.array(together).dictionary_encode()
    distinct, texts = encoded.dictionary.to_numpy(), []
    for part in reversed(parts):
        distinct, which = np.divmod(distinct, len(part.texts))
        texts.append(part.texts.take(pa.array(which)).to_pylist())
    return encoded.indices.to_numpy().astype(np.int64), list(zip(*reversed(texts), strict=True))


class _Part(NamedTuple):
    """Rows of a column as places in its distinct texts, the last of which is null."""

    at: NDArray[np.int64]
    texts: pa.Array


def _part(column: pa.ChunkedArray, rows: NDArray[np.int64]) -> _Part:
    if column.null_count == len(column):
        return _Part(np.zeros(len(rows), np.int64), pa.nulls(1, pa.string()))
    array = column.combine_chunks()
    array = array.take(pa.array(rows))
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    codes = codes_of(array).astype(np.int64)
    return _Part(codes, pa.concat_arrays([array.dictionary, pa.nulls(1, array.dictionary.type)]))


def _explained(entry: RuleEntry, rest: str | None) -> bool:
    """funds.adjusted-without-reason: whether the form tells elsewhere why its budget changed."""
    evaluation = json.loads(rest or "{}").get("evaluation") or {}
    narrative, goal = evaluation.get("narrative") or {}, evaluation.get("goal") or {}
    texts = (*[narrative.get(name) for name in ("performance", "problems", "improvements")], goal.get("actual"))
    words = entry.words("change_words")
    return any(text is not None and (first_word(text, words) is not None or bool(document_numbers(text))) for text in texts)


def _signed(entry: RuleEntry, actual: str | None) -> bool:
    """actual.operator: a sign, not the plain speech of 达到."""
    text = squeeze(actual or "")
    return not (first_word(text, entry.words("spoken_words")) and not first_word(text, entry.words("signs")))


def _copied(_: RuleEntry, target: str | None, actual: str | None) -> bool:
    """actual.copies-target: the same print; the plan has seen that both values have a number and the same sign."""
    return target is not None and actual is not None and not says_nothing(target) and squeeze(target) == squeeze(actual)


def _controlled(entry: RuleEntry, name: str | None, criteria: str | None) -> bool:
    """cost.contradicts-funds: a row with a base of its own is excused."""
    return not first_word(squeeze(f"{name or ''}{criteria or ''}"), entry.words("own_base_words"))


def _counted_in_percent(entry: RuleEntry, target: str | None) -> bool:
    """unit.not-a-rate: a count in percent, unless the target tells of growth."""
    return not first_word(target or "", entry.words("growth"))


_CHECKS: Final[dict[str, tuple[tuple[str, ...], Callable[..., bool]]]] = {
    "actual.operator": (("actual",), _signed),
    "actual.copies-target": (("target", "actual"), _copied),
    "cost.contradicts-funds": (("name", "criteria"), _controlled),
    "unit.not-a-rate": (("target",), _counted_in_percent),
}
