"""One piece of work per file, over several processes, with a progress bar; a killed process costs its file only a second try."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from jiheng.errors import JihengError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Item = TypeVar("Item")
Result = TypeVar("Result")
FEWEST_WITH_A_BAR = 3
KILLED = "处理进程意外终止，没有写出。请单独重新运行它。"


@dataclass(frozen=True, slots=True)
class Errand:
    """A file, and where what is made of it goes."""

    path: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Ending:
    """How one file ended: the sentence to say, empty where nothing is, and the exit code."""

    message: str
    exit_code: int = 0


def carry_out(errands: Sequence[Errand], work: Callable[[Errand], Ending], jobs: int, label: str) -> list[Ending]:
    """The ending of every errand, in their order; none stops the others, whatever happens to it.

    ``work`` is handed to other processes and its endings come back from them: both must be picklable, and small.
    """
    return list(watched(each(errands, partial(_attempt, work=work), jobs, lost=_killed), len(errands), label))


def tell(endings: Iterable[Ending]) -> int:
    """Say what each file came to, a line each, what failed on stderr; the highest exit code."""
    worst = 0
    for one in endings:
        if one.message:
            click.echo(one.message, err=one.exit_code > 0)
        worst = max(worst, one.exit_code)
    return worst


def _attempt(errand: Errand, *, work: Callable[[Errand], Ending]) -> Ending:
    try:
        return work(errand)
    except JihengError as error:
        return Ending(f"{errand.path}：{error}", 2)
    except click.UsageError as error:
        return Ending(f"{errand.path}：{error.message}", 2)
    except Exception as error:
        if os.environ.get("JIHENG_DEBUG") == "1":
            raise
        return Ending(f"{errand.path}：程序出错（{type(error).__name__}），没有写出。请设 JIHENG_DEBUG=1 单独重新运行它。", 3)


def _killed(errand: Errand) -> Ending:
    return Ending(f"{errand.path}：{KILLED}", 3)


def each(items: Sequence[Item], work: Callable[[Item], Result], jobs: int, *, lost: Callable[[Item], Result]) -> Iterator[Result]:
    """The work's results in the order of the items; those whose process was killed are tried again, each alone; ``lost`` answers for the rest.

    Items, ``work`` and its results are handed between processes, so all must be picklable.
    """
    if jobs == 1 or len(items) == 1:
        yield from (work(item) for item in items)
        return
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - start-up time of the usual single file

    with _processes(min(jobs, len(items), os.cpu_count() or 1)) as pool:
        futures: list[tuple[Item, Future[Result] | None]] = []
        for item in items:
            try:
                futures.append((item, pool.submit(work, item)))
            except BrokenProcessPool:
                futures.append((item, None))
        for item, future in futures:
            try:
                result = future.result() if future is not None else _alone(item, work, lost)
            except BrokenProcessPool:
                result = _alone(item, work, lost)
            yield result


def _processes(count: int) -> ProcessPoolExecutor:
    """So many processes, each begun afresh: one forked from a process that has drawn a PDF waits for ever for threads it does not have."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - start-up time of the usual single file
    from multiprocessing import get_context  # noqa: PLC0415 - as above

    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


def _alone(item: Item, work: Callable[[Item], Result], lost: Callable[[Item], Result]) -> Result:
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - only after a worker died

    with _processes(1) as pool:
        try:
            return pool.submit(work, item).result()
        except BrokenProcessPool:
            return lost(item)


def watched(results: Iterator[Result], count: int, label: str) -> Iterator[Result]:
    """The results, with a progress bar on stderr where a person watches and there are many."""
    if count < FEWEST_WITH_A_BAR or not sys.stderr.isatty():
        yield from results
        return
    with click.progressbar(length=count, label=label, file=sys.stderr) as bar:
        for result in results:
            bar.update(1)
            yield result
