"""One piece of work per file, over several processes, with a progress bar; a killed process costs its file only a second try."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from concurrent.futures import Future

Result = TypeVar("Result")
FEWEST_WITH_A_BAR = 3


def each(paths: tuple[Path, ...], work: Callable[[Path], Result], jobs: int, *, lost: Callable[[Path], Result]) -> Iterator[Result]:
    """The work's results in the order of the files; files whose process was killed are tried again, each alone; ``lost`` answers for the rest.

    ``work`` and its results are handed between processes, so both must be picklable.
    """
    if jobs == 1 or len(paths) == 1:
        yield from (work(path) for path in paths)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - start-up time of the usual single file
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - as above

    with ProcessPoolExecutor(min(jobs, len(paths), os.cpu_count() or 1)) as pool:
        futures: list[tuple[Path, Future[Result] | None]] = []
        for path in paths:
            try:
                futures.append((path, pool.submit(work, path)))
            except BrokenProcessPool:
                futures.append((path, None))
        for path, future in futures:
            try:
                result = future.result() if future is not None else _alone(path, work, lost)
            except BrokenProcessPool:
                result = _alone(path, work, lost)
            yield result


def _alone(path: Path, work: Callable[[Path], Result], lost: Callable[[Path], Result]) -> Result:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - only after a worker died
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - as above

    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(work, path).result()
        except BrokenProcessPool:
            return lost(path)


def watched(results: Iterator[Result], count: int, label: str) -> Iterator[Result]:
    """The results, with a progress bar on stderr where a person watches and there are many."""
    if count < FEWEST_WITH_A_BAR or not sys.stderr.isatty():
        yield from results
        return
    with click.progressbar(length=count, label=label, file=sys.stderr) as bar:
        for result in results:
            bar.update(1)
            yield result
