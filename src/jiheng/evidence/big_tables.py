"""Big Parquet tables as columns. Anything that the plain path would remark on, exclude or convert sends the table there: both give the same result.

Comes with the extra ``batch``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from numpy.typing import NDArray

from jiheng.evidence.calendar_cells import Frame
from jiheng.evidence.cells import Entry, Typed
from jiheng.evidence.columns import Column, Columns, Figures, Words
from jiheng.evidence.doubts import Doubts
from jiheng.evidence.headings import Vocabulary
from jiheng.evidence.lines import NUMERIC, reader_of
from jiheng.evidence.records import Fact, Origin, Period
from jiheng.evidence.subtotals import sums_up
from jiheng.evidence.typed_tables import placed
from jiheng.rulebook.ledgers import Column as Described
from jiheng.rulebook.ledgers import Ledger

FEWEST = 20_000
"""Smaller tables are read row by row: they may hold lines that sum up others."""
_PLAIN = r"^[0-9A-Za-z][0-9A-Za-z_\-]*[0-9A-Za-z]$"
_POWER = r"^[0-9]+[Ee][0-9]{1,2}$"
_SAID = re.compile(r"(?i)^(null|none|nan)$")
_SUSPECT = "[计和总汇中]|(?i:total)"
_MOST_PLACES = 9
_FEW_BYTES = 3


def big_table(ledger: Ledger, content: bytes, name: str, *, year: int | None, fewest: int = FEWEST) -> Columns | None:
    """The table of a Parquet file as columns; None where it has fewer rows than ``fewest`` or has to be read row by row."""
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        if file.metadata.num_rows < fewest:
            return None
        table = pq.ParquetFile(pa.BufferReader(content), read_dictionary=_repetitive(file)).read().unify_dictionaries()
    except (pa.ArrowException, OSError, ValueError):
        return None
    return columns_of(ledger, table, name, hashlib.sha256(content).hexdigest(), year=year)


def _repetitive(file: pq.ParquetFile) -> list[str]:
    """The columns of texts that are stored as numbers of few wordings: they are read as such."""
    found: list[str] = []
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    for at, field in enumerate(file.schema_arrow):
        parts = [group.column(at) for group in groups] if len(file.schema_arrow) == file.metadata.num_columns else []
        if pa.types.is_string(field.type) and parts and all(part.total_uncompressed_size < _FEW_BYTES * part.num_values for part in parts):
            found.append(field.name)
    return found


def columns_of(ledger: Ledger, table: pa.Table, name: str, digest: str, *, year: int | None) -> Columns | None:
    """An Arrow table as columns; None where it has to be read row by row."""
    doubts = Doubts()
    match = placed(Vocabulary(ledger), tuple(map(str, table.column_names)), name, doubts, 0)
    if isinstance(match, str) or len(set(table.column_names)) != table.num_columns:
        return None
    if any(column.unit_from in match.places for column in ledger.columns.values()):
        return None
    columns: dict[str, Column] = {}
    for own, described in ledger.columns.items():
        if own not in match.places:
            columns[own] = _blank(described, table.num_rows)
            continue
        found = _read(described, table.column(match.places[own]), match.units.get(own), Frame(year, "台账年度"))
        if found is None:
            return None
        columns[own] = found
    if any(_sums_up(table.column(at)) for at in range(table.num_columns)) or _keyless(ledger, columns) or _spans(ledger, columns, table.num_rows):
        return None
    letters = {own: f"c{match.places[own] + 1}" for own in ledger.columns if own in match.places}
    told = tuple(oddity.message for oddity in doubts.told())
    return Columns(ledger, Origin(name, digest, None, letters), columns, table.num_rows, 1, told)


def _blank(described: Described, rows: int) -> Column:
    if described.type in NUMERIC:
        return Figures(np.zeros(rows, np.int64), np.zeros(rows, np.bool_), 0)
    return Words(np.zeros(rows, np.int64), [None])


def _read(described: Described, cells: pa.ChunkedArray, unit: str | None, frame: Frame) -> Column | None:
    if described.type in NUMERIC:
        return None if unit is not None and unit != described.unit else _figures(described, cells)
    return _words(described, cells, frame)


def _figures(described: Described, cells: pa.ChunkedArray) -> Figures | None:
    """Numbers that are whole or exact decimals, of the sign and kind their column asks for."""
    kind = cells.type
    array = pa.concat_arrays(cells.chunks) if cells.num_chunks != 1 else cells.chunk(0)
    valid = _valid(array)
    if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
        places, scaled = 0, np.where(valid, _numbers(array), 0)
    elif pa.types.is_decimal128(kind) and 0 <= kind.scale <= _MOST_PLACES:
        words = np.frombuffer(array.buffers()[1], np.int64)[2 * array.offset : 2 * (array.offset + len(array))].reshape(-1, 2)
        if bool(((words[:, 0] >> 63) != words[:, 1])[valid].any()):  # wider than 64 bits: the second word is more than the sign
            return None
        places, scaled = kind.scale, np.where(valid, words[:, 0], 0)
    else:
        return None
    if not described.signed and bool((scaled < 0).any()):
        return None
    if described.type == "integer" and places and bool((scaled % 10**places != 0).any()):
        return None
    return Figures(scaled, valid, places)


def _numbers(array: pa.Array) -> NDArray[np.int64]:
    """The integers of an array; anything where it is null. (Arrow's own ways to numpy load pandas where it is installed, which takes seconds.)"""
    return np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())[array.offset : array.offset + len(array)].astype(np.int64)


def _valid(array: pa.Array) -> NDArray[np.bool_]:
    """Which cells of an array are not null."""
    bits = array.buffers()[0]
    if bits is None or not array.null_count:
        return np.ones(len(array), np.bool_)
    return np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")[array.offset : array.offset + len(array)].astype(np.bool_)


def _words(described: Described, cells: pa.ChunkedArray, frame: Frame) -> Words | None:
    """Cells typed once per wording; None where a wording is remarked on or cannot be read."""
    if pa.types.is_floating(cells.type) or pa.types.is_large_string(cells.type) or pa.types.is_nested(cells.type) or pa.types.is_binary(cells.type):
        return None
    coded = (cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()).combine_chunks()
    values = coded.dictionary
    codes = np.where(_valid(coded.indices), _numbers(coded.indices), -1)
    if described.type in {"text", "code"} and _all_plain(values):
        folds = described.type == "code" and len(pc.unique(pc.ascii_upper(values))) < len(values)
        return None if folds else Words(np.where(codes < 0, len(values), codes), Printed(values))
    facts = _facts(described, values, frame)
    return None if facts is None else _renumbered(codes, facts)


class Printed(Sequence[Fact]):
    """Texts as facts, with None behind them; made into texts of their own when they are asked for: most keys never are."""

    def __init__(self, values: pa.Array) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values) + 1

    @cached_property
    def _facts(self) -> list[Fact]:
        return [*self._values.to_pylist(), None]

    @overload
    def __getitem__(self, at: int) -> Fact: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Fact]: ...
    def __getitem__(self, at: int | slice) -> Fact | Sequence[Fact]:
        return self._facts[at]

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts)


def _facts(described: Described, values: pa.Array, frame: Frame) -> list[Fact] | None:
    found: list[Fact] = []
    read = reader_of(described, frame)
    for value in values.to_pylist():
        typed = read(Entry(str(value), value=value)) if value != "" else Typed(None)
        if typed.exclusion is not None or typed.remark:
            return None
        found.append(typed.fact)
    spelled = {fact for fact in found if isinstance(fact, str)}
    if described.type == "code" and len({text.upper() for text in spelled}) < len(spelled):
        return None
    return found


def _all_plain(values: pa.Array) -> bool:
    """Whether every text is letters, digits and dashes alone, which the readers take as they are."""
    if not pa.types.is_string(values.type) or not len(values):
        return False
    odd = pc.or_(pc.invert(pc.match_substring_regex(values, _PLAIN)), pc.match_substring_regex(values, _POWER))
    return not pc.any(pc.or_(odd, pc.match_substring_regex(values, _SAID.pattern))).as_py()


def _renumbered(codes: np.ndarray[Any, np.dtype[np.int64]], facts: Sequence[Fact]) -> Words:
    """Wordings that say the same under one number, empty cells under the last."""
    numbers = {fact: at for at, fact in enumerate(dict.fromkeys(fact for fact in facts if fact is not None))}
    if len(numbers) == len(facts):
        return Words(np.where(codes < 0, len(facts), codes), [*facts, None])
    lookup = np.array([len(numbers) if fact is None else numbers[fact] for fact in facts] + [len(numbers)], np.int64)
    return Words(lookup[codes], [*numbers, None])


def _sums_up(cells: pa.ChunkedArray) -> bool:
    """Whether a cell may say that its line sums up others; such tables are read row by row."""
    values = pc.unique(cells) if not pa.types.is_dictionary(cells.type) else cells.combine_chunks().dictionary
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return False
    suspect = values.filter(pc.match_substring_regex(values, _SUSPECT)).to_pylist()
    return any(sums_up([text], [text], named=False) is not None for text in suspect)


def _keyless(ledger: Ledger, columns: dict[str, Column]) -> bool:
    """Whether a line lacks a part of its key that it must have, or all of it."""
    needed = [columns[name] for name in ledger.key if ledger.columns[name].required]
    there = needed or [columns[name] for name in ledger.key]
    missing = np.logical_or.reduce([one.empty for one in there]) if needed else np.logical_and.reduce([one.empty for one in there])
    return bool(missing.any())


def _spans(ledger: Ledger, columns: dict[str, Column], rows: int) -> bool:
    """Whether a short table has periods within periods, which may be sums."""
    if ledger.period is None or rows >= FEWEST:
        return False
    lengths = {(fact.last - fact.first).days + 1 for fact in columns[ledger.period].facts if isinstance(fact, Period)}
    return bool(lengths) and max(lengths) >= 2 * min(lengths)
