"""This machine: so many processes, each begun afresh and holding one unit at a time, so that a killed one takes nothing else with it."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Final, Generic

from jiheng.batch.engines.port import ATTEMPTS, Item, given_up
from jiheng.errors import EngineError

_PATIENCE: Final = 5.0


class Local:
    """``jobs`` processes on this machine; a single one is this process itself."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def carry_out(self, work: Callable[[Item], bytes], units: Iterable[Item]) -> Generator[tuple[Item, bytes], None, None]:
        """As the port says; no more units are taken than there are processes.

        Raises:
            EngineError: processes died over and over at the same unit.
        """
        if self.jobs == 1:
            yield from ((unit, work(unit)) for unit in units)
            return
        crew: _Crew[Item] = _Crew(work, iter(units), self.jobs)
        try:
            yield from crew.results()
        finally:
            crew.dismiss()


@dataclass(eq=False, slots=True)
class _Worker(Generic[Item]):
    process: SpawnProcess
    line: Connection
    unit: Item


class _Crew(Generic[Item]):
    """The processes at work, each with the unit it holds."""

    def __init__(self, work: Callable[[Item], bytes], units: Iterator[Item], jobs: int) -> None:
        self._work, self._units, self._jobs = work, units, jobs
        self._busy: dict[Connection, _Worker[Item]] = {}
        self._leaving: list[SpawnProcess] = []
        self._lost: Counter[str] = Counter()

    def results(self) -> Iterator[tuple[Item, bytes]]:
        while len(self._busy) < self._jobs and (unit := self._next()) is not None:
            self._begin(unit)
        while self._busy:
            for line in wait(list(self._busy)):
                worker = self._busy[line]  # type: ignore[index]  # only lines were asked about
                try:
                    result, error = worker.line.recv()
                except (EOFError, OSError):
                    self._replace(worker)
                    continue
                if error is not None:
                    raise error
                done = worker.unit
                self._go_on(worker)
                yield done, result

    def dismiss(self) -> None:
        """End every process, whatever it does."""
        for worker in self._busy.values():
            worker.line.close()
            worker.process.terminate()
            self._leaving.append(worker.process)
        self._busy.clear()
        for process in self._leaving:
            _ended(process)

    def _next(self) -> Item | None:
        return next(self._units, None)

    def _begin(self, unit: Item) -> None:
        context = multiprocessing.get_context("spawn")  # a forked process inherits locks of threads it does not have
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._work), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours, unit)
        self._busy[ours] = worker
        self._hand(worker, unit)

    def _hand(self, worker: _Worker[Item], unit: Item) -> None:
        worker.unit = unit
        try:
            worker.line.send(unit)
        except (BrokenPipeError, ConnectionError):
            return  # it has died; reading its line will tell

    def _go_on(self, worker: _Worker[Item]) -> None:
        unit = self._next()
        if unit is not None:
            self._hand(worker, unit)
            return
        del self._busy[worker.line]
        worker.line.close()  # it ends by itself when nobody is there to give it more
        self._leaving.append(worker.process)

    def _replace(self, worker: _Worker[Item]) -> None:
        """A fresh process for the unit whose process died.

        Raises:
            EngineError: it was not the first one.
        """
        del self._busy[worker.line]
        worker.line.close()
        _ended(worker.process)
        self._lost[worker.unit.name] += 1
        if self._lost[worker.unit.name] >= ATTEMPTS:
            raise given_up(worker.unit, _ending(worker.process.exitcode))
        self._begin(worker.unit)


def _ended(process: SpawnProcess) -> None:
    process.join(_PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"被信号 {signal.Signals(-code).name} 终止"
    return f"退出码 {code}"


def _serve(line: Connection, work: Callable[[Any], bytes]) -> None:
    """A worker's life: a unit in, its result out, until the line is closed at the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the job is heard by the process that leads it
    while True:
        try:
            unit = line.recv()
        except EOFError:
            return
        try:
            answer: tuple[bytes | None, BaseException | None] = (work(unit), None)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the job is led
            answer = (None, _portable(error))
        try:
            line.send(answer)
        except (BrokenPipeError, ConnectionError):
            return


def _portable(error: Exception) -> Exception:
    """The error with where it happened, or one that says the same where it cannot be handed over."""
    where = traceback.format_exc()
    error.add_note(where)
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - its own bytes, only to see that they can be read
    except Exception:  # noqa: BLE001 - errors fail to be read in as many ways as they are written
        return EngineError("engine.failed", f"程序出错（{type(error).__name__}：{error}）。请把输出交给维护者。")
    return error
