"""Jobs over a data set: in order on any engine, kept as they go, never mixed, and going on where they were killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable
from functools import partial
from pathlib import Path

import pytest

from batch import engine_work as w
from batch.across_forms import dossier, filed, row
from jiheng.batch import schema, writer
from jiheng.batch.engines.cluster import Cluster
from jiheng.batch.engines.local import Local
from jiheng.batch.engines.port import Item
from jiheng.batch.jobs import Progress, carry_through, data_identity, job_key, tables_of, units_of
from jiheng.batch.store import groups, write
from jiheng.errors import DataSetError, EngineError

UNITS = 6
ROWS = 3


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six row groups in two partitions: of 2023 four in two parts, of 2024 two in one."""
    monkeypatch.setattr(schema, "FORMS_PER_GROUP", 2)
    monkeypatch.setattr(writer, "GROUPS_PER_PART", 2)
    rows = [row(f"≥{number}人", "9人", "10", "10") for number in range(ROWS)]
    forms = [filed(f"项目{number}", year=2023 + number // 8, rows=rows) for number in range(12)]
    write(tmp_path / "data", [dossier(one) for one in forms])
    return tmp_path / "data"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where work leaves its lines."""
    (tmp_path / "log").mkdir()
    return tmp_path / "log"


def carried(data: Path, log: Path, engine: Local | Cluster, *, key: str = "甲", told: Callable[[Progress], None] = lambda _: None) -> list[bytes]:
    """What a job over the whole data set gives."""
    units = units_of(data)
    work = partial(w.counted, folder=log)
    results = list(carry_through(work, units, engine=engine, state=data.parent / "state", key=key, progress=told))
    assert [unit for unit, _ in results] == list(units)
    return [result for _, result in results]


class Backwards:
    """An engine that ends with what it was given first."""

    def carry_out(self, work: Callable[[Item], bytes], units: Iterable[Item]) -> Generator[tuple[Item, bytes], None, None]:
        """All of it, the last one first."""
        for unit in reversed(list(units)):
            yield unit, work(unit)


def test_the_units_are_the_row_groups_in_their_order(data: Path) -> None:
    place = "place=广东省江门市"
    assert [unit.name for unit in units_of(data)] == [
        f"fiscal_year=2023/{place}/0001-0000",
        f"fiscal_year=2023/{place}/0001-0001",
        f"fiscal_year=2023/{place}/0002-0000",
        f"fiscal_year=2023/{place}/0002-0001",
        f"fiscal_year=2024/{place}/0001-0000",
        f"fiscal_year=2024/{place}/0001-0001",
    ]
    assert [(unit.forms, unit.indicators, unit.fund_lines) for unit in units_of(data)] == [(2, 2 * ROWS, 0)] * UNITS


def test_a_unit_gives_the_tables_of_its_row_group(data: Path) -> None:
    for unit, group in zip(units_of(data), groups(data), strict=True):
        for ours, theirs in zip(tables_of(unit), group.read(), strict=True):
            assert ours.to_pylist() == theirs.to_pylist()
            assert ours.schema.metadata == theirs.schema.metadata
    assert tables_of(units_of(data)[0], {"forms": ["form"]}).forms.column_names == ["form"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_second_call_takes_what_was_kept(data: Path, log: Path, jobs: int) -> None:
    first = carried(data, log, Local(jobs))
    assert first == [f"{unit.name}：2".encode() for unit in units_of(data)]
    assert carried(data, log, Local(1)) == first
    assert w.lines_in(log) == UNITS


@pytest.mark.xdist_group("ray")
@pytest.mark.usefixtures("ray_cluster")
def test_a_cluster_gives_the_same(data: Path, log: Path) -> None:
    assert carried(data, log, Cluster(2)) == [f"{unit.name}：2".encode() for unit in units_of(data)]
    assert w.lines_in(log) == UNITS


def test_results_come_in_the_order_of_the_units_whatever_the_engine_does(data: Path, log: Path) -> None:
    state = data.parent / "state"
    results = list(carry_through(partial(w.counted, folder=log), units_of(data), engine=Backwards(), state=state, key="甲"))
    assert [unit for unit, _ in results] == list(units_of(data))
    assert [result for _, result in results] == carried(data, log, Local(1))


def test_what_was_done_is_given_before_anything_is_begun(data: Path, log: Path) -> None:
    carried(data, log, Local(1))
    (log.parent / "state" / "units" / f"{units_of(data)[2].name}.done").unlink()
    work = partial(w.counted, folder=log)
    results = carry_through(work, units_of(data), engine=Local(1), state=log.parent / "state", key="甲")
    assert [next(results)[0] for _ in range(2)] == list(units_of(data)[:2])
    assert w.lines_in(log) == UNITS
    assert [unit for unit, _ in results] == list(units_of(data)[2:])
    assert w.lines_in(log) == UNITS + 1


SCRIPT = """
import os, signal, sys
from functools import partial
from pathlib import Path
from batch import engine_work as w
from jiheng.batch import jobs
from jiheng.batch.engines.local import Local

data, log, count, done = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), []
keep = jobs._Kept.write

def kept(self, unit, result):
    keep(self, unit, result)
    done.append(unit)
    if len(done) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    jobs._Kept.write = kept
    work = partial(w.counted, folder=log)
    list(jobs.carry_through(work, jobs.units_of(data), engine=Local(count), state=data.parent / "state", key="甲"))
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_killed_job_goes_on_where_it_was(data: Path, log: Path, jobs: int) -> None:
    script = log.parent / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    killed = subprocess.run([sys.executable, str(script), str(data), str(log), str(jobs)], check=False, env=environment)  # noqa: S603 - our own
    assert killed.returncode == -signal.SIGKILL
    kept = {unit for unit in units_of(data) if (data.parent / "state" / "units" / f"{unit.name}.done").exists()}
    assert len(kept) == 3
    before = {unit: w.times_done(unit, log) for unit in units_of(data)}
    heard: list[Progress] = []
    assert carried(data, log, Local(1), told=heard.append) == [f"{unit.name}：2".encode() for unit in units_of(data)]
    # an orphan of the killed run may still end what it had begun, but nobody does again what was kept
    assert {unit for unit in before if w.times_done(unit, log) == before[unit]} == kept
    assert (heard[0].done, heard[0].resumed, heard[0].rows_resumed) == (3, 3, 3 * 2 * ROWS)


def test_progress_counts_units_and_rows_and_guesses_from_this_run_alone(data: Path, log: Path) -> None:
    heard: list[Progress] = []
    carried(data, log, Local(1), told=heard.append)
    assert [(one.done, one.total, one.rows_done, one.rows_total) for one in heard] == [(at, UNITS, at * 6, 36) for at in range(UNITS + 1)]
    assert heard[0].eta is None
    assert heard[-1].eta == 0
    assert Progress(50, 100, 500, 1000, 20.0, resumed=40, rows_resumed=400).eta == 100
    assert Progress(40, 100, 400, 1000, 0.0, resumed=40, rows_resumed=400).eta is None


def test_a_result_spoilt_by_a_crash_is_made_again(data: Path, log: Path) -> None:
    first = carried(data, log, Local(1))
    kept = sorted((data.parent / "state" / "units").rglob("*.done"))
    kept[0].write_bytes(b"")
    kept[1].write_bytes(kept[1].read_bytes()[:-1])
    assert carried(data, log, Local(1)) == first
    assert w.lines_in(log) == UNITS + 2


def test_results_that_no_longer_stand_are_made_again(data: Path, log: Path) -> None:
    carried(data, log, Local(1))
    work, state, first = partial(w.counted, folder=log), data.parent / "state", units_of(data)[0]
    list(carry_through(work, units_of(data), engine=Local(1), state=state, key="甲", stands=lambda unit, _: unit != first))
    assert w.lines_in(log) == UNITS + 1


def test_the_folder_of_another_job_is_refused(data: Path, log: Path) -> None:
    carried(data, log, Local(1))
    with pytest.raises(EngineError, match=r"属于另一项任务.*请换一个目录，或删去它再运行") as told:
        carried(data, log, Local(1), key="乙")
    assert told.value.code == "engine.foreign"
    assert w.lines_in(log) == UNITS


def test_a_folder_with_other_things_in_it_is_refused(data: Path, log: Path) -> None:
    (data.parent / "state").mkdir()
    (data.parent / "state" / "信.txt").write_text("甲", encoding="utf-8")
    with pytest.raises(EngineError, match="已有别的内容"):
        carried(data, log, Local(1))


def test_a_folder_that_was_only_just_made_is_taken(data: Path, log: Path) -> None:
    (data.parent / "state").mkdir()
    (data.parent / "state" / ".lock").touch()
    (data.parent / "state" / ".job.json.part").write_text("{", encoding="utf-8")
    assert len(carried(data, log, Local(1))) == UNITS


def test_two_of_the_same_job_at_once_are_refused(data: Path, log: Path) -> None:
    first = carry_through(partial(w.counted, folder=log), units_of(data), engine=Local(1), state=data.parent / "state", key="甲")
    next(first)
    with pytest.raises(EngineError, match="另一个程序正在做这项任务") as told:
        carried(data, log, Local(1))
    assert told.value.code == "engine.busy"
    first.close()
    assert len(carried(data, log, Local(1))) == UNITS


def test_a_folder_that_cannot_be_written_is_told(data: Path, log: Path) -> None:
    (data.parent / "state").write_text("甲", encoding="utf-8")
    with pytest.raises(EngineError, match="无法写入") as told:
        carried(data, log, Local(1))
    assert told.value.code == "engine.unwritable"


def test_an_error_of_the_disk_in_the_work_is_not_taken_for_one_of_the_folder(data: Path) -> None:
    with pytest.raises(FileNotFoundError):
        carried(data, data.parent / "没有", Local(1))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_damaged_row_group_is_named_and_the_others_are_kept(data: Path, jobs: int) -> None:
    victim = units_of(data)[-2]
    file = victim.part.file("indicators")
    content = bytearray(file.read_bytes())
    content[60] ^= 255
    file.write_bytes(bytes(content))
    state = data.parent / "state"
    with pytest.raises(DataSetError, match=f"{file.name}：不是 Parquet 文件，或者已经损坏") as told:
        list(carry_through(w.read, units_of(data), engine=Local(jobs), state=state, key="甲"))
    assert told.value.code == "columns.foreign"
    assert len(list((state / "units").rglob("*.done"))) >= UNITS - 3  # the damaged one, the one after it and one that was being done


def test_the_identity_of_a_data_set_is_its_content_and_not_its_place(data: Path, tmp_path: Path) -> None:
    before = data_identity(data)
    shutil.copytree(data, tmp_path / "copy")
    assert data_identity(tmp_path / "copy") == before
    again = tmp_path / "again"
    write(again, [dossier(filed("项目0", rows=[row("≥1人", "9人", "10", "10")]))])
    first = data_identity(again)
    shutil.rmtree(again)
    write(again, [dossier(filed("项目0", rows=[row("≥2人", "9人", "10", "10")]))])
    assert data_identity(again) != first
    write(data, [dossier(filed("项目99"))])
    assert data_identity(data) != before


def test_a_key_tells_its_parts_apart() -> None:
    keys = [job_key("a", "bc"), job_key("ab", "c"), job_key("a", "bc", None), job_key("a", None, "bc"), job_key()]
    assert len(set(keys)) == len(keys)
    assert job_key("a", 1) == job_key("a", 1)
