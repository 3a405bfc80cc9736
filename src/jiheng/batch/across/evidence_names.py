"""What rows name as evidence: each name's key, whether it is specific enough to mean one document, whether it is a ledger with many sheets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.audit.texts import first_word, says_nothing, squeeze
from jiheng.batch.across.folding import keys_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.rulebook.model import RulePack


class Named(NamedTuple):
    """One entry per row and name: the row, the name's key, what kind of name it is."""

    row: NDArray[np.int64]
    key: NDArray[np.int64]
    specific: NDArray[np.bool_]
    ledger: NDArray[np.bool_]


class EvidenceNames:
    """Reads evidence cells; the lexicons are the law's."""

    def __init__(self, law: RulePack) -> None:
        shared = law.rules["evidence.shared-by-forms"]
        self._shortest = int(shared.number("shortest"))
        self._common, self._marks = shared.words("common_words"), shared.words("specific_marks")
        self._ledgers = law.rules["evidence.same-for-all"].words("ledger_words")

    def read(self, cells: pa.Array) -> Named:
        """Every name of every cell; a cell that names one thing twice names it once."""
        coded = cells.dictionary_encode()
        names = [_names(cell) for cell in coded.dictionary.to_pylist()]
        flat = [name for cell in names for name in cell]
        keys, _ = keys_of(pa.array(flat, pa.string()))
        specific = np.array([self._specific(name) for name in flat], np.bool_)
        ledger = np.array([first_word(name, self._ledgers) is not None for name in flat], np.bool_)
        counts = np.array([*(len(cell) for cell in names), 0], np.int64)
        starts = np.append(0, np.cumsum(counts))
        codes = coded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
        lengths = counts[codes]
        row = np.repeat(np.arange(len(codes)), lengths)
        at = np.repeat(starts[codes] - np.append(0, np.cumsum(lengths)[:-1]), lengths) + np.arange(len(row))
        return Named(row, keys[at], specific[at], ledger[at])

    def _specific(self, name: str) -> bool:
        return len(name) >= self._shortest and first_word(name, self._marks) is not None and first_word(name, self._common) is None


def _names(cell: str) -> list[str]:
    said: list[Any] = json.loads(cell)
    return list(dict.fromkeys(squeeze(str(name)) for name in said if not says_nothing(str(name))))
