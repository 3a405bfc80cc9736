"""A data set of columns on disk: writing any number of dossiers into it, and reading it a row group at a time.

Memory is bounded both ways: a writer holds a bounded amount of text, a reader one row group.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from jiheng.batch import schema
from jiheng.batch.columns import PLACE_KEY, YEAR_KEY, Tables
from jiheng.batch.encoded import Encoded, encoded
from jiheng.batch.partitions import PART_KEY, Part, damaged, opened, parts_of, refuse_other_folders
from jiheng.batch.pool import keep_memory
from jiheng.batch.writer import Outcome, Writer, Written
from jiheng.domain.dossier import Dossier
from jiheng.errors import DataSetError

__all__ = ["Group", "Outcome", "Written", "groups", "write", "write_encoded"]
_COUNTS: Final = {"indicators": "indicators", "funds": "fund_lines"}
_NAMES: Final = {"indicators": "指标", "funds": "资金"}


@dataclass(frozen=True, slots=True)
class Group:
    """One row group: its partition, its number in the part, how many forms, indicator rows and money rows it holds."""

    part: Part
    index: int
    forms: int
    indicators: int
    fund_lines: int

    @property
    def year(self) -> int | None:
        """The fiscal year of its forms; None where they print none."""
        return self.part.year

    @property
    def place(self) -> str | None:
        """The place of its forms; None where no place is known."""
        return self.part.place

    def read(self, columns: Mapping[str, Sequence[str]] | None = None, *, dictionary: Collection[str] = (), sparing: bool = False) -> Tables:
        """The tables of this row group; memory is bounded by it.

        Args:
            columns: the columns wanted of each table, by table; all of a table that is not named.
            dictionary: columns to hand over as codes of their distinct texts, as they are stored.
            sparing: leave out printed amounts where the file tells that each of them could be read as 元.

        Raises:
            DataSetError: a file is missing, damaged, foreign or newer, or the tables do not fit together.
        """
        keep_memory()
        read = {table: self._table(table, (columns or {}).get(table), dictionary, sparing=sparing) for table in schema.PARTS}
        for table, count in _COUNTS.items():
            self._agree(table, int(pc.sum(read["forms"][count]).as_py() or 0), read[table].num_rows)
        wanted = (columns or {}).get("forms")
        forms = read["forms"] if wanted is None else read["forms"].select(list(wanted))
        known = {YEAR_KEY: self.year and str(self.year).encode(), PLACE_KEY: self.place and self.place.encode("utf-8", "surrogatepass")}
        partition = {key: value for key, value in known.items() if value}
        return Tables(forms.replace_schema_metadata(partition), read["indicators"], read["funds"])

    def _table(self, table: str, wanted: Sequence[str] | None, dictionary: Collection[str], *, sparing: bool) -> pa.Table:
        names = schema.TABLES[table].names if wanted is None else list(dict.fromkeys(wanted))
        if table == "forms":
            names = list(dict.fromkeys([*names, *_COUNTS.values()]))
        coded = tuple(name for name in names if name in dictionary)
        with opened(self.part, table, dictionary=coded) as file:
            try:
                names = _without_prints(names, file.metadata.row_group(self.index)) if sparing and table == "funds" else names
                read = file.read_row_group(self.index, columns=names, use_threads=False).select(names)  # workers are processes
            except (pa.ArrowException, OSError, IndexError) as error:
                raise damaged(self.part.file(table), error) from None
        return _typed(read, self.part.file(table), table, coded)

    def _agree(self, table: str, told: int, held: int) -> None:
        if told != held:
            where = f"{self.part.file(table)} 第 {self.index + 1} 个行组"
            advice = "三个文件不是同一次写成的，请从备份恢复或重新写入。"
            raise DataSetError("columns.misaligned", f"{where}：有 {held} 行{_NAMES[table]}，而 forms 中记的是 {told} 行。{advice}")


def _without_prints(names: Sequence[str], held: pq.RowGroupMetaData) -> list[str]:
    """The columns but for printed amounts that are as often blank as the same in 元: then what is not blank has been read."""
    told = {one.path_in_schema: one.statistics for one in (held.column(at) for at in range(held.num_columns))}
    blanks = {name: one.null_count for name, one in told.items() if one is not None and one.has_null_count}
    spared = {name for name in schema.AMOUNTS if name in blanks and blanks[name] == blanks.get(f"{name}_yuan")}
    return [name for name in names if name not in spared]


def groups(path: Path) -> tuple[Group, ...]:
    """The row groups of a data set, by year, place, part and number; only the files' summaries are read.

    Raises:
        DataSetError: no such data set, or a file is missing, damaged, foreign or newer, or files of one part do not fit together.
    """
    parts = parts_of(path)
    if not parts:
        refuse_other_folders(path)
    return tuple(group for part in parts for group in _groups_of(part))


def _groups_of(part: Part) -> list[Group]:
    counts: dict[str, list[int]] = {}
    tokens = set()
    for table in schema.PARTS:
        with opened(part, table) as file:
            counts[table] = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
            tokens.add((file.metadata.metadata or {}).get(PART_KEY))
    sizes = {table: len(rows) for table, rows in counts.items()}
    if len(set(sizes.values())) > 1 or len(tokens) > 1:
        told = "、".join(f"{part.file(table).name} {size} 个行组" for table, size in sizes.items())
        raise DataSetError("columns.misaligned", f"{part.folder}：三个文件不是同一次写成的（{told}）。请从备份恢复或重新写入。")
    rows = zip(counts["forms"], counts["indicators"], counts["funds"], strict=True)
    return [Group(part, at, *numbers) for at, numbers in enumerate(rows)]


def _typed(table: pa.Table, path: Path, name: str, coded: Collection[str]) -> pa.Table:
    """The table with the types of ``schema``: other writers have longer texts and wider whole numbers of the same meaning."""
    fields = [schema.TABLES[name].field(column) for column in table.column_names]
    held = [field.with_type(pa.dictionary(pa.int32(), pa.string())) if field.name in coded else field for field in fields]
    wanted = pa.schema(held, metadata=table.schema.metadata)
    if table.schema.equals(wanted):
        return table
    try:
        return table.cast(wanted)
    except (pa.ArrowException, ValueError) as error:
        told = f"{path}：列的类型不合（{str(error).splitlines()[0][:100]}）。请按 jiheng columns show 给出的列写成。"
        raise DataSetError("columns.foreign", told) from None


def write(path: Path, dossiers: Iterable[Dossier], *, told: Callable[[Outcome], None] = lambda _: None) -> Written:
    """Add the dossiers to the data set at ``path``, making it where there is none; a form that is in it already is not added again.

    What was taken before an error in ``dossiers`` is kept. ``told`` hears of each form whether it was added.

    Raises:
        DataSetError: the place cannot be written, or somebody else is writing there.
    """
    return write_encoded(path, encoded(dossiers), told=told)


def write_encoded(path: Path, forms: Iterable[Encoded], *, told: Callable[[Outcome], None] = lambda _: None) -> Written:
    """As ``write``, for forms that were taken apart elsewhere, in another process for one.

    Raises:
        DataSetError: the place cannot be written, or somebody else is writing there.
    """
    with Writer(path) as writer:
        try:
            for one in forms:
                told(writer.add(one))
        finally:
            writer.commit()
        return writer.written
