"""Parquet files as typed tables, read a row group at a time; decimals stay exact."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from jiheng.errors import LedgerSourceError
from jiheng.evidence.typed_tables import TypedTable

try:
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]
except ImportError as error:
    raise LedgerSourceError("Parquet", "需要 pyarrow 才能读", "请安装：pip install 'jiheng[batch]'。") from error

_CHUNK = 20_000
_MOST_ROWS = 5_000_000


def parquet_table(content: bytes, name: str) -> TypedTable:
    """The table of a Parquet file.

    Raises:
        LedgerSourceError: the file is damaged, or has more rows than can be taken in.
    """
    damaged = LedgerSourceError(name, "不是完整的 Parquet 文件", "请重新导出后再试。")
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        rows = file.metadata.num_rows
        columns = tuple(str(column) for column in file.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged from error
    if rows > _MOST_ROWS:
        raise LedgerSourceError(name, f"有 {rows} 行，超过 {_MOST_ROWS} 行的上限", "请按年或按月拆成几份再试。")
    try:
        found = list(_rows(file))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged from error
    return TypedTable(name, hashlib.sha256(content).hexdigest(), columns, found)


def _rows(file: pq.ParquetFile) -> Iterator[Sequence[object]]:
    for batch in file.iter_batches(batch_size=_CHUNK):
        yield from zip(*[column.to_pylist() for column in batch.columns], strict=True)
