"""Every engine gives the same, whatever becomes of its workers; nothing is done twice but what was lost."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import ray

from batch import engine_work as w
from jiheng.batch.engines.choice import engine_named
from jiheng.batch.engines.cluster import Cluster
from jiheng.batch.engines.local import Local
from jiheng.batch.engines.port import Engine
from jiheng.errors import DataSetError, EngineError, JihengError

COUNT, VICTIM = 8, 3
SQUARES = [b"%d" % number**2 for number in range(COUNT)]
RAY = pytest.param("ray", marks=pytest.mark.xdist_group("ray"))


@pytest.fixture(params=["local", RAY])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine of two workers in other processes."""
    if request.param == "ray":
        request.getfixturevalue("ray_cluster")
        return Cluster(2)
    return Local(2)


def done(engine: Engine, work: Callable[[w.Piece], bytes], folder: Path) -> list[bytes]:
    """The results in the order of the pieces."""
    results = sorted((piece.number, result) for piece, result in engine.carry_out(work, w.pieces(folder, COUNT)))
    assert [number for number, _ in results] == list(range(COUNT))
    return [result for _, result in results]


def begun(folder: Path) -> list[int]:
    return [piece.begun for piece in w.pieces(folder, COUNT)]


def test_the_work_is_done_once_in_this_process(tmp_path: Path) -> None:
    assert done(Local(1), w.squared, tmp_path) == SQUARES
    assert begun(tmp_path) == [1] * COUNT


def test_the_work_is_done_once_in_other_processes(engine: Engine, tmp_path: Path) -> None:
    assert done(engine, w.squared, tmp_path) == SQUARES
    assert begun(tmp_path) == [1] * COUNT


def test_what_a_killed_worker_held_is_done_again_and_nothing_else(engine: Engine, tmp_path: Path) -> None:
    assert done(engine, partial(w.killed_once, victim=VICTIM), tmp_path) == SQUARES
    assert begun(tmp_path)[VICTIM] == 2
    if isinstance(engine, Local):  # Ray may take an idle worker's end for the task's
        assert begun(tmp_path) == [2 if number == VICTIM else 1 for number in range(COUNT)]


def test_a_unit_that_ends_every_worker_is_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="单元 数3：处理它的进程接连 3 次意外终止") as told:
        done(engine, partial(w.ends_always, victim=VICTIM), tmp_path)
    assert told.value.code == "engine.lost"
    assert begun(tmp_path)[VICTIM] == 3


def test_an_error_of_the_work_comes_as_it_was_and_is_not_tried_again(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(DataSetError) as told:
        done(engine, w.fails, tmp_path)
    assert str(told.value) in {f"{piece.name}：已经损坏。" for piece in w.pieces(tmp_path, COUNT)}
    assert told.value.code == "columns.foreign"
    assert "engine_work.py" in told.value.__notes__[0]
    assert max(begun(tmp_path)) == 1


def test_an_error_that_cannot_be_handed_over_is_told_all_the_same(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="程序出错") as told:
        done(engine, w.fails_unspeakably, tmp_path)
    assert told.value.code == "engine.failed"


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_only_as_many_units_are_taken_as_there_are_processes(jobs: int, tmp_path: Path) -> None:
    taken: list[int] = []
    results = Local(jobs).carry_out(w.squared, w.endless(tmp_path, taken))
    ahead = [len(taken) - at for at, _ in zip(range(1, 13), results, strict=False)]
    results.close()
    assert max(ahead) <= jobs
    assert multiprocessing.active_children() == []


@pytest.mark.xdist_group("ray")
def test_only_two_units_for_each_worker_are_taken_by_a_cluster(ray_cluster: Any, tmp_path: Path) -> None:
    taken: list[int] = []
    results = Cluster(2).carry_out(w.squared, w.endless(tmp_path, taken))
    assert max(len(taken) - at for at, _ in zip(range(1, 13), results, strict=False)) <= 4
    results.close()
    assert ray_cluster.is_initialized()


@pytest.fixture
def second_machine(ray_cluster: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    """Another node of the cluster, by its number, and how to pull its plug."""
    before = {node["NodeID"] for node in ray_cluster.nodes()}
    address = ray_cluster.get_runtime_context().gcs_address
    command = [str(Path(sys.executable).with_name("ray")), "start", f"--address={address}", "--num-cpus=1", "--block"]
    process = subprocess.Popen([*command, "--object-store-memory=100000000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - Ray's own command
    try:
        until = time.monotonic() + w.PATIENCE
        while not (new := {node["NodeID"] for node in ray_cluster.nodes() if node["Alive"]} - before):
            assert time.monotonic() < until
            time.sleep(0.1)
        (number,) = new
        yield number, lambda: pull_plug(process.pid)
    finally:
        pull_plug(process.pid)
        process.wait()


def pull_plug(pid: int) -> None:
    """Kill a process and what it began, children first asked for while they still have a parent."""
    below = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and parent_of(entry) == pid]
    for one in below:
        pull_plug(one)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def parent_of(entry: Path) -> int | None:
    with contextlib.suppress(OSError):
        return int((entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    return None


@pytest.mark.xdist_group("ray")
def test_a_lost_machine_costs_only_time(second_machine: tuple[str, Callable[[], None]], tmp_path: Path) -> None:
    number, plug = second_machine
    mark = tmp_path / "mark"

    def watch() -> None:
        until = time.monotonic() + w.PATIENCE
        while not mark.exists() and time.monotonic() < until:
            time.sleep(0.05)
        plug()

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert done(Cluster(3), partial(w.waits_for_victim, node=number, mark=mark), tmp_path) == SQUARES
    watcher.join()
    assert mark.exists()


def test_an_engine_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ray" else object())
    with pytest.raises(EngineError, match="uv sync --extra batch --extra ray") as told:
        engine_named("ray", 2)
    assert told.value.code == "engine.not-installed"


def test_a_cluster_where_nobody_listens_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    with pytest.raises(EngineError, match=r"连不上 Ray 集群（127\.0\.0\.1:1）") as told:
        list(engine_named("ray", 2, "127.0.0.1:1").carry_out(w.squared, w.pieces(tmp_path, 1)))
    assert told.value.code == "engine.unreachable"


def errors_below(kind: type[JihengError]) -> list[type[JihengError]]:
    return [kind, *[one for below in kind.__subclasses__() for one in errors_below(below)]]


@pytest.mark.parametrize("kind", errors_below(JihengError), ids=lambda kind: kind.__name__)
def test_every_error_comes_whole_out_of_another_process(kind: type[JihengError]) -> None:
    wanted = [one for one in inspect.signature(kind.__init__).parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD and one.name != "self"]
    error = kind(*[3 if one.annotation == "int" else f"一句{one.name}" for one in wanted] or ["一句话"])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - its own bytes
    assert type(again) is kind
    assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))
