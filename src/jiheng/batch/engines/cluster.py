"""Ray: a cluster that is there already, or a local one that lives as long as the work. The only place that knows Ray.

Workers run this program as it is installed on their machines, and see the data under the same paths.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from jiheng.batch.engines.port import ATTEMPTS, Item, given_up
from jiheng.errors import EngineError

_QUIET: Final = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
_STORE: Final = 128 << 20
_AHEAD: Final = 2
_PATIENCE: Final = 10.0


class Cluster:
    """A Ray cluster: the one at ``address``, else one of ``jobs`` workers on this machine."""

    def __init__(self, jobs: int, address: str | None = None) -> None:
        """Nothing is begun before there is work.

        Raises:
            EngineError: Ray is not installed.
        """
        if importlib.util.find_spec("ray") is None:
            raise EngineError("engine.not-installed", "这个引擎要用 Ray，现在没有安装。请先运行：uv sync --extra batch --extra ray")
        self.jobs, self.address = jobs, address

    def carry_out(self, work: Callable[[Item], bytes], units: Iterable[Item]) -> Generator[tuple[Item, bytes], None, None]:
        """As the port says; no more than two units for each worker are taken at once.

        Raises:
            EngineError: the cluster cannot be reached, or workers were lost over and over at the same unit.
        """
        with connected(self.jobs, self.address) as ray:
            workers = self.jobs if self.address is None else max(int(ray.cluster_resources().get("CPU", self.jobs)), 1)
            crew = _Crew(ray, work, iter(units), workers * _AHEAD)
            try:
                yield from crew.results()
            finally:
                crew.dismiss()


class _Crew:
    """Units on their way through the cluster, and how often each was lost."""

    def __init__(self, ray: Any, work: Callable[[Any], bytes], units: Iterator[Any], most: int) -> None:  # noqa: ANN401 - the module, when it is there
        self._ray, self._work, self._units, self._most = ray, work, units, most
        self._task = ray.remote(num_cpus=1, max_retries=0)(_done)  # counted here, so that every way of losing a worker counts
        known = ray.exceptions
        self._gone = (known.WorkerCrashedError, known.NodeDiedError, known.OutOfMemoryError, known.ObjectLostError)
        self._flying: dict[Any, Any] = {}
        self._lost: Counter[str] = Counter()

    def results(self) -> Iterator[tuple[Any, bytes]]:
        self._fill()
        while self._flying:
            ready, _ = self._ray.wait(list(self._flying), num_returns=1)
            unit = self._flying.pop(ready[0])
            try:
                result: bytes = self._ray.get(ready[0])
            except self._gone as error:
                self._again(unit, error)
                continue
            except self._ray.exceptions.RayError as error:
                raise _own(error) from None
            self._fill()
            yield unit, result

    def dismiss(self) -> None:
        """Leave nothing running on a cluster that goes on without us."""
        for task in self._flying:
            with contextlib.suppress(self._ray.exceptions.RayError, ValueError):
                self._ray.cancel(task, force=True)
        self._flying.clear()

    def _fill(self) -> None:
        while len(self._flying) < self._most and (unit := next(self._units, None)) is not None:
            self._send(unit)

    def _send(self, unit: Any) -> None:  # noqa: ANN401 - a unit of any kind
        self._flying[self._task.remote(self._work, unit)] = unit

    def _again(self, unit: Any, error: Exception) -> None:  # noqa: ANN401 - as above
        self._lost[unit.name] += 1
        if self._lost[unit.name] >= ATTEMPTS:
            raise given_up(unit, type(error).__name__) from error
        self._send(unit)


def _done(work: Callable[[Any], bytes], unit: Any) -> bytes:  # noqa: ANN401 - as above
    """What runs on a worker."""
    return work(unit)


def _own(error: Exception) -> Exception:
    """What the work raised, with where it happened; Ray puts an error of its own around it."""
    cause = getattr(error, "cause", None)
    if not isinstance(cause, Exception):
        return EngineError("engine.failed", f"程序出错（{str(error).splitlines()[-1][:200]}）。请把输出交给维护者。")
    cause.add_note(str(error))
    return cause


@contextmanager
def connected(jobs: int, address: str | None) -> Iterator[Any]:
    """Ray, connected: to the cluster at the address, or to one of our own, which ends with us and leaves no files."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    import ray  # noqa: PLC0415 - heavy, and comes with an extra

    if ray.is_initialized():
        yield ray
        return
    folder = None if address is not None else tempfile.mkdtemp(prefix="jiheng-ray-")
    try:
        _connect(ray, jobs, address, folder)
        yield ray
    finally:
        ray.shutdown()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _connect(ray: Any, jobs: int, address: str | None, folder: str | None) -> None:  # noqa: ANN401 - the module
    """Reach the cluster, or begin one; a busy machine that does not get Ray up in its half minute is given a second one.

    Raises:
        EngineError: neither was possible.
    """
    quiet = {"logging_level": logging.ERROR, "log_to_driver": False}
    own = {"num_cpus": jobs, "include_dashboard": False, "object_store_memory": _STORE, "_temp_dir": folder}
    for last in (False, True):
        try:
            _knock(address)
            ray.init(**({"address": "local", **own} if address is None else {"address": address}), **quiet)
        except Exception as error:  # Ray raises plain ones where its own processes do not come up in time
            ray.shutdown()
            if last or address is not None:
                raise _unreachable(address, error) from error
        else:
            return


def _unreachable(address: str | None, error: Exception) -> EngineError:
    why = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    if address is None:
        return EngineError("engine.unreachable", f"本机的 Ray 没有起来：{why}。机器可能太忙或内存不足，请稍后再试，或改用 --engine local。")
    return EngineError("engine.unreachable", f"连不上 Ray 集群（{address}）：{why}。请检查地址与网络，或去掉 --address 在本机运行。")


def _knock(address: str | None) -> None:
    """Fail at once where nobody listens; Ray itself would go on trying for minutes.

    Raises:
        OSError: nobody listens there.
    """
    host, _, port = (address or "").rpartition("//")[2].rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
