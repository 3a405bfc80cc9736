"""The writer of a data set: forms in, row groups out, parts named when they are whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Literal, NamedTuple, Self

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from jiheng.batch import schema
from jiheng.batch.columns import tables_from
from jiheng.batch.encoded import Encoded
from jiheng.batch.known import CONTENT, Known
from jiheng.batch.partitions import PART_KEY, VERSION, VERSION_KEY, Part, next_part, parts_of, sweep
from jiheng.errors import DataSetError

GROUPS_PER_PART: Final = 8
OPEN_PARTS: Final = 32
HELD_TEXT: Final = 96 << 20
_LOCK: Final = ".writing"
_STORED: Final = {**schema.TABLES, "forms": schema.FORMS.append(CONTENT)}
_PLAIN: Final = frozenset({"form", "document", "rest", "reason", "criteria", "printed_totals"})
Status = Literal["added", "same", "other"]
Key = tuple[int | None, str | None]


class Outcome(NamedTuple):
    """What became of a form: ``added``; ``same``, it was there already; ``other``, one of its number but of other content is there."""

    form: str
    document: str
    status: Status

    def sentence(self) -> str:
        """What to tell of a form that was not added because another of its number is there."""
        why = "内容不同或无从比较（原件名称、规则包或读入结果变了），没有写入"
        return f"表 {self.form}（{self.document}）：数据集中已有这个编号，{why}。如要以新的为准，请把全部档案写入一个新的目录。"


@dataclass(frozen=True, slots=True)
class Written:
    """How many forms and indicator rows were added, how many forms were there already, and how many of other content were left out."""

    forms: int = 0
    indicators: int = 0
    same: int = 0
    other: int = 0


@dataclass(slots=True)
class _Held:
    forms: list[tuple[Encoded, int]] = field(default_factory=list)
    size: int = 0


class Writer:
    """Adds forms to a data set. One writer at a time; what is not committed leaves no trace."""

    def __init__(self, path: Path) -> None:
        self.written = Written()
        self._path = path
        self._held: dict[Key, _Held] = {}
        self._size = 0
        self._open: OrderedDict[Key, _Draft] = OrderedDict()

    def __enter__(self) -> Self:
        """Take the data set and learn what is in it.

        Raises:
            DataSetError: the place cannot be written, or somebody else is writing there.
        """
        self._lock = _locked(self._path)
        try:
            sweep(self._path)
            self._known = Known.of(parts_of(self._path))
        except BaseException:
            self._lock.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Drop what was not committed, and let others write."""
        for draft in self._open.values():
            draft.drop()
        self._lock.close()

    def add(self, one: Encoded) -> Outcome:
        """Take a form, unless its number is in the data set."""
        content = _content(one)
        known = self._known.content(one.number)
        if known is None:
            self._hold(one, content)
            status: Status = "added"
            self.written = replace(self.written, forms=self.written.forms + 1, indicators=self.written.indicators + len(one.indicators))
        elif known == content:
            status = "same"
            self.written = replace(self.written, same=self.written.same + 1)
        else:
            status = "other"
            self.written = replace(self.written, other=self.written.other + 1)
        return Outcome(one.number, str(one.form[1]), status)

    def commit(self) -> None:
        """Write everything held, and give every part its name."""
        for key in list(self._held):
            self._flush(key)
        while self._open:
            self._close(next(iter(self._open)))

    def _hold(self, one: Encoded, content: int) -> None:
        key = one.year or None, one.place
        self._known.add(one.number, content)
        held = self._held.setdefault(key, _Held())
        held.forms.append((one, content))
        held.size += one.size
        self._size += one.size
        if len(held.forms) >= schema.FORMS_PER_GROUP:
            self._flush(key)
        elif self._size > HELD_TEXT:
            self._flush(max(self._held, key=lambda other: self._held[other].size))

    def _flush(self, key: Key) -> None:
        """Write what is held of a partition as one row group."""
        held = self._held.pop(key)
        self._size -= held.size
        if key not in self._open:
            if len(self._open) >= OPEN_PARTS:
                self._close(next(iter(self._open)))
            with self._writing():
                self._open[key] = _Draft(next_part(self._path, *key))
        self._open.move_to_end(key)
        draft = self._open[key]
        try:
            with self._writing():
                draft.write([one for one, _ in held.forms], [content for _, content in held.forms])
        except BaseException:
            self._open.pop(key).drop()  # half a row group must not be named
            raise
        if draft.groups >= GROUPS_PER_PART:
            self._close(key)

    def _close(self, key: Key) -> None:
        with self._writing():
            self._open[key].settle()
        del self._open[key]

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            raise _unwritable(self._path, error) from error


class _Draft:
    """A part being written under the names of drafts."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.groups = 0
        part.folder.mkdir(parents=True, exist_ok=True)
        about = {VERSION_KEY: str(VERSION).encode(), PART_KEY: uuid.uuid4().hex.encode()}
        self._writers = {table: _writer(part.draft(table), kind.with_metadata(about)) for table, kind in _STORED.items()}

    def write(self, forms: list[Encoded], contents: list[int]) -> None:
        tables = tables_from(forms)._asdict()
        tables["forms"] = tables["forms"].append_column(CONTENT, pa.array(contents, CONTENT.type))
        for table, writer in self._writers.items():
            columns = tables[table].cast(writer.schema)
            writer.write_table(columns, row_group_size=max(columns.num_rows, 1))
        self.groups += 1

    def settle(self) -> None:
        """Close the files and name them, forms last: that is the mark that the part counts."""
        for table, writer in self._writers.items():
            writer.close()
            with self.part.draft(table).open("rb") as file:
                os.fsync(file.fileno())
        for table in reversed(schema.PARTS):
            self.part.draft(table).replace(self.part.file(table))

    def drop(self) -> None:
        """Leave nothing of the part."""
        for table, writer in self._writers.items():
            with contextlib.suppress(OSError, pa.ArrowException):
                writer.close()
            self.part.draft(table).unlink(missing_ok=True)


def _writer(path: Path, kind: pa.Schema) -> pq.ParquetWriter:
    coded = [name for name in kind.names if name not in _PLAIN and pa.types.is_string(kind.field(name).type)]
    counted = [name for name in kind.names if name.removesuffix("_yuan") in schema.AMOUNTS]  # so that readers can spare themselves the prints
    return pq.ParquetWriter(
        path, kind, compression="zstd", compression_level=3, use_dictionary=coded, write_statistics=counted, write_page_checksum=True
    )


def _content(one: Encoded) -> int:
    """Eight bytes that stand for everything stored of a form."""
    text = repr((one.form, one.indicators, one.funds))
    return int.from_bytes(hashlib.blake2b(text.encode("ascii", "backslashreplace"), digest_size=8).digest(), "big", signed=True)


def _unwritable(root: Path, error: Exception) -> DataSetError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0][:100]
    return DataSetError("columns.unwritable", f"{root}：无法写入（{why}）。请检查磁盘空间与权限，或换一个目录；已写完的部分仍然有效。")


def _locked(root: Path) -> IO[bytes]:
    """The data set's lock, free again when the file is closed or its process ends.

    Raises:
        DataSetError: the place cannot be written, or somebody else is writing there.
    """
    import fcntl  # noqa: PLC0415 - reading works on systems that have no such locks

    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / _LOCK).open("ab")
    except OSError as error:
        raise _unwritable(root, error) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise DataSetError("columns.busy", f"{root}：另一个程序正在写入这个数据集。请等它结束后再写。") from None
    return lock
