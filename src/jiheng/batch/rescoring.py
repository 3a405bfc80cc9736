"""A data set scored and audited again, row group by row group: results as Parquet files in the data set's own partitions.

Each unit is written by whoever judges it, as ``totals``, ``scores`` and ``findings`` of its part and row group; the driver hears a summary.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Final, Self

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from jiheng.batch.chosen import NO_LAW, Asked, checked, choices_of, dated, judged
from jiheng.batch.engines.port import Engine
from jiheng.batch.jobs import Progress, Unit, carry_through, data_identity, job_key, tables_of, units_of
from jiheng.batch.judge import Judged
from jiheng.errors import EngineError

STATE: Final = ".job"
_COUNTS: Final = ("forms", "rows", "differing", "open", "unruled", "interpreted")


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of some forms. ``differing`` forms state another total than was computed, ``open`` ones have a range, ``unruled`` no law."""

    forms: int = 0
    rows: int = 0
    differing: int = 0
    open: int = 0
    unruled: int = 0
    interpreted: int = 0
    severities: Mapping[str, int] = field(default_factory=dict)
    cpu: float = 0.0

    def __add__(self, other: Self) -> Self:
        """Both together."""
        severities = Counter(self.severities) + Counter(other.severities)
        counts = {name: getattr(self, name) + getattr(other, name) for name in _COUNTS}
        return type(self)(**counts, severities=dict(sorted(severities.items())), cpu=self.cpu + other.cpu)


def rescore(
    data: Path, out: Path, asked: Asked, *, engine: Engine, progress: Callable[[Progress], None] = lambda _: None
) -> Iterator[tuple[Unit, Summary]]:
    """Every row group of a data set judged, its results in ``out``, in the order of the data set; goes on where a killed run was.

    Raises:
        DataSetError: the data set cannot be read.
        EngineError: ``out`` is in the data set, holds something else, is in use or cannot be written, or the engine gave up.
        PackUnknownError: no pack has the id.
        NoPackInForceError: the pack is not in force on the day asked for.
    """
    data, out = data.resolve(), out.resolve()
    key = job_key("rescore", data_identity(data), checked(asked), asked.pack, asked.on)
    units = units_of(data)
    _claimable(data, out)
    work = partial(rescored, out=out, asked=asked)
    results = carry_through(work, units, engine=engine, state=out / STATE, key=key, progress=progress, stands=partial(_stands, out=out))
    for unit, result in results:
        yield unit, Summary(**json.loads(result)["summary"])
    for left in out.rglob(".*.part"):
        left.unlink(missing_ok=True)  # drafts of workers that were killed; everything has its name by now


def rescored(unit: Unit, *, out: Path, asked: Asked) -> bytes:
    """Judge a unit and write its results; the sizes of what was written and the summary, as JSON.

    Raises:
        DataSetError: its files are missing, damaged or foreign.
        DossierInvalidError: a column of a form that goes to the interpreter does not hold what it should.
        EngineError: the results cannot be written.
    """
    begun = time.process_time()
    tables = dated(tables_of(unit, sparing=True), asked.on)
    whole = cache(lambda: dated(tables_of(unit), asked.on))
    found = judged(tables, choices_of(tables, asked, year=unit.part.year, place=unit.part.place), whole)
    try:
        files = {name: _write(table, _place(out, unit, name)) for name, table in found._asdict().items()}
    except (OSError, pa.ArrowException) as error:
        why = str(error).splitlines()[0][:100]
        raise EngineError("engine.unwritable", f"{out}：无法写入（{why}）。请检查磁盘空间与权限；已做完的仍然有效。") from None
    summary = _summary(found, time.process_time() - begun)
    return json.dumps({"files": files, "summary": asdict(summary)}).encode()


def _summary(found: Judged, cpu: float) -> Summary:
    totals = found.totals
    told = pc.value_counts(found.findings["severity"].cast(pa.string())).to_pylist()
    return Summary(
        forms=totals.num_rows,
        rows=found.scores.num_rows,
        differing=_many(pc.not_equal(totals["total"], totals["stated"])),
        open=_many(pc.and_(pc.is_null(totals["total"]), pc.is_valid(totals["low"]))),
        unruled=_many(pc.equal(totals["pack"].cast(pa.string()), NO_LAW)),
        interpreted=_many(totals["interpreted"]),
        severities={one["values"]: one["counts"] for one in sorted(told, key=lambda one: str(one["values"]))},
        cpu=cpu,
    )


def _many(true: pa.ChunkedArray) -> int:
    return int(pc.sum(true).as_py() or 0)


def _place(out: Path, unit: Unit, table: str) -> Path:
    return out / unit.folder / f"{table}-{unit.stem}.parquet"


def _write(table: pa.Table, path: Path) -> int:
    """Write a file: whole under its name, or not at all; its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")  # a lost worker may still be writing the same results
    pq.write_table(table, draft, compression="zstd", compression_level=3, write_statistics=False, write_page_checksum=True)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    draft.replace(path)
    return size


def _stands(unit: Unit, result: bytes, *, out: Path) -> bool:
    """Whether the files of a unit that was done are there."""
    sizes: dict[str, int] = json.loads(result)["files"]
    paths = {_place(out, unit, name): size for name, size in sizes.items()}
    return all(path.is_file() and path.stat().st_size == size for path, size in paths.items())


def _claimable(data: Path, out: Path) -> None:
    """Results are not mixed with anything else.

    Raises:
        EngineError: the folder is in the data set, or holds something else.
    """
    if out == data or data in out.parents:
        raise EngineError("engine.foreign", f"{out}：结果不能写在数据集的目录里。请换一个目录。")
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / STATE).is_dir())):
        raise EngineError("engine.foreign", f"{out}：已有别的内容。请换一个空的或还没有的目录。")
