"""A job: one function over every row group of a data set, on any engine; what is done is kept, so that a killed job goes on where it was.

A job's folder holds ``job.json``, which says whose it is, and a file for each unit that is done. Two jobs never share one.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import IO, Final

from jiheng import __version__
from jiheng.batch import schema
from jiheng.batch.columns import Tables
from jiheng.batch.engines.port import Engine
from jiheng.batch.partitions import Part, parts_of
from jiheng.batch.store import Group, groups
from jiheng.errors import EngineError

CODED: Final = frozenset(
    {
        *("stated_weight", "stated_score", "stated_grade", "printed_totals", "printed_columns", "printed_amounts", "project_name"),
        *("level1", "level2", "name", "target", "actual", "unit_column", "weight", "reason", "criteria", "evidence"),
        *("item", "stated_rate"),
    }
)
"""Columns that are read as codes of their distinct texts, since a text stands in many rows; amounts mostly stand in one."""
"""Columns handed to the kernels as codes of their distinct texts, as they are stored."""
_MANIFEST, _UNITS, _LOCK = "job.json", "units", ".lock"
_SEAL: Final = 16


@dataclass(frozen=True, slots=True)
class Unit:
    """One row group of a data set as a piece of work; it can be handed to any process that sees the same files."""

    data: Path
    part: Part
    index: int
    forms: int
    indicators: int
    fund_lines: int

    @property
    def name(self) -> str:
        """Its partition's folder, then its part and row group, such as ``fiscal_year=2023/place=广东省/0001-0003``; fit for a path."""
        return f"{self.folder.as_posix()}/{self.stem}"

    @property
    def folder(self) -> Path:
        """Its partition's folder inside the data set."""
        return self.part.folder.relative_to(self.data)

    @property
    def stem(self) -> str:
        """Its part and row group, such as ``0001-0003``."""
        return f"{self.part.number:04}-{self.index:04}"


def units_of(data: Path) -> tuple[Unit, ...]:
    """The units of a data set, by year, place, part and row group; only the files' summaries are read.

    Raises:
        DataSetError: no such data set, or a file is missing, damaged, foreign or newer, or files of one part do not fit together.
    """
    return tuple(Unit(data, one.part, one.index, one.forms, one.indicators, one.fund_lines) for one in groups(data))


def tables_of(unit: Unit, columns: Mapping[str, Sequence[str]] | None = None, *, sparing: bool = False) -> Tables:
    """A unit's tables, ready for ``judge``: the texts of ``CODED`` columns as codes of their distinct texts.

    Args:
        unit: the unit.
        columns: the columns wanted of each table, by table; all of a table that is not named.
        sparing: leave out printed amounts where they are not needed to judge.

    Raises:
        DataSetError: a file is missing, damaged, foreign or newer, or the tables do not fit together.
    """
    return Group(unit.part, unit.index, unit.forms, unit.indicators, unit.fund_lines).read(columns, dictionary=CODED, sparing=sparing)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, in units and indicator rows; ``seconds`` are those of this run, ``resumed`` units were done by an earlier one."""

    done: int
    total: int
    rows_done: int
    rows_total: int
    seconds: float
    resumed: int = 0
    rows_resumed: int = 0

    @property
    def eta(self) -> float | None:
        """Seconds still to go at the speed of this run; None before it has done anything."""
        done = self.rows_done - self.rows_resumed
        if self.done == self.total:
            return 0.0
        return self.seconds * (self.rows_total - self.rows_done) / done if done else None


def job_key(*parts: object) -> str:
    """What a job is, in 32 digits: this program and everything named, each by what it prints as."""
    text = json.dumps([_program(), *map(str, parts)], ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@cache
def _program() -> str:
    """This program by its sources: results of one version of the code are never mixed with another's."""
    home = Path(__file__).resolve().parents[1]
    told = hashlib.blake2b(digest_size=16)
    for path in sorted(home.rglob("*.py")):
        told.update(path.relative_to(home).as_posix().encode() + path.read_bytes())
    return told.hexdigest()


def data_identity(data: Path) -> str:
    """What a data set is, in 32 digits: the names, sizes and summaries of its files. The summary of a file changes with every write of it.

    Raises:
        DataSetError: there is no such data set.
    """
    told = hashlib.blake2b(digest_size=16)
    for part in parts_of(data):
        for table in schema.PARTS:
            path = part.file(table)
            size, summary = _summary(path)
            told.update(repr((path.relative_to(data).as_posix(), size)).encode("utf-8", "surrogatepass") + summary)
    return told.hexdigest()


def _summary(path: Path) -> tuple[int, bytes]:
    """The size of a Parquet file and the digest of its summary; nothing where it is missing, which whoever reads it will tell."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 8, 0))
            length = int.from_bytes(file.read(4), "little")
            file.seek(max(size - 8 - length, 0))
            return size, hashlib.blake2b(file.read(length), digest_size=16).digest()
    except OSError:
        return 0, b""


def carry_through(  # noqa: PLR0913 - what a job is made of, each named
    work: Callable[[Unit], bytes],
    units: Sequence[Unit],
    *,
    engine: Engine,
    state: Path,
    key: str,
    progress: Callable[[Progress], None] = lambda _: None,
    stands: Callable[[Unit, bytes], bool] = lambda _unit, _result: True,
) -> Generator[tuple[Unit, bytes], None, None]:
    """Every unit with what the work made of it, in the order of ``units`` whatever the engine's; each is kept in ``state`` once it is done.

    A second call with the same ``key`` takes what is kept and does the rest, also after the process was killed. Results wait on disk for
    their turn, so memory stays bounded.

    Args:
        work: the function; see the engine's port.
        units: the units.
        engine: who does it.
        state: the job's folder; made where it is not there.
        key: what the job is; see ``job_key``.
        progress: told before the first unit and after each one that is done.
        stands: asked of a kept result whether it may be taken, for work that also writes elsewhere.

    Raises:
        EngineError: ``state`` is another job's, is in use or cannot be written, or the engine gave up.
        Exception: what the work raised.
    """
    with _held(state, key) as kept:
        done = {unit.name for unit in units if (result := kept.read(unit)) is not None and stands(unit, result)}
        rows = sum(unit.indicators for unit in units if unit.name in done)
        begun = time.monotonic()
        at = Progress(len(done), len(units), rows, sum(unit.indicators for unit in units), 0.0, len(done), rows)
        progress(at)
        waiting = deque(units)
        with closing(engine.carry_out(work, [unit for unit in units if unit.name not in done])) as results:
            while True:
                while waiting and waiting[0].name in done:
                    unit = waiting.popleft()
                    yield unit, kept.take(unit)
                if not waiting:
                    return
                unit, result = next(results)
                kept.write(unit, result)
                done.add(unit.name)
                at = replace(at, done=at.done + 1, rows_done=at.rows_done + unit.indicators, seconds=time.monotonic() - begun)
                progress(at)


class _Kept:
    """What a job has done so far, a file for each unit: the digest of a result, and the result."""

    def __init__(self, state: Path) -> None:
        self._folder = state / _UNITS

    def read(self, unit: Unit) -> bytes | None:
        """A result, whole; None where it is not there or a crash of the machine has spoilt it."""
        try:
            content = self._path(unit).read_bytes()
        except OSError:
            return None
        result = content[_SEAL:]
        return result if content[:_SEAL] == _seal(result) else None

    def take(self, unit: Unit) -> bytes:
        """A result that was there a moment ago.

        Raises:
            EngineError: it is not there any more.
        """
        result = self.read(unit)
        if result is None:
            raise EngineError("engine.unwritable", f"{self._path(unit)}：刚写入的结果读不出来。请检查磁盘，再以同样的参数运行。")
        return result

    def write(self, unit: Unit, result: bytes) -> None:
        """Keep a result: whole under its name, or not at all."""
        path = self._path(unit)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.part")
            draft.write_bytes(_seal(result) + result)
            draft.replace(path)
        except OSError as error:
            raise _unwritable(path, error) from error

    def _path(self, unit: Unit) -> Path:
        return self._folder / f"{unit.name}.done"


def _seal(result: bytes) -> bytes:
    return hashlib.blake2b(result, digest_size=_SEAL).digest()


@contextmanager
def _held(state: Path, key: str) -> Iterator[_Kept]:
    """The job's folder, for us alone.

    Raises:
        EngineError: it is another job's, is in use or cannot be written.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = (state / _LOCK).open("ab")
    except OSError as error:
        raise _unwritable(state, error) from error
    with lock:
        _lock(state, lock)
        _claim(state, key)
        yield _Kept(state)


def _claim(state: Path, key: str) -> None:
    """Say whose the folder is, where nothing in it says so yet."""
    manifest, draft = state / _MANIFEST, state / f".{_MANIFEST}.part"
    try:
        if {entry.name for entry in state.iterdir()} <= {_LOCK, draft.name}:
            draft.write_text(json.dumps({"key": key, "version": __version__}), encoding="utf-8")
            draft.replace(manifest)
        known = json.loads(manifest.read_bytes()) if manifest.is_file() else None
    except OSError as error:
        raise _unwritable(state, error) from error
    except ValueError:
        known = None
    if not isinstance(known, dict) or known.get("key") != key:
        told = f"{state}：这个目录已有别的内容，或属于另一项任务（数据、规则包、选项或程序版本不同），不能接着做。请换一个目录，或删去它再运行。"
        raise EngineError("engine.foreign", told)


def _lock(state: Path, lock: IO[bytes]) -> None:
    import fcntl  # noqa: PLC0415 - reading works on systems that have no such locks

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise EngineError("engine.busy", f"{state}：另一个程序正在做这项任务。请等它结束后再运行。") from None


def _unwritable(path: Path, error: OSError) -> EngineError:
    return EngineError("engine.unwritable", f"{path}：无法写入（{error.strerror or error}）。请检查磁盘空间与权限，或换一个目录；已做完的仍然有效。")
