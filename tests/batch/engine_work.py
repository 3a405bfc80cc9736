"""Work for engines to carry out in their tests; workers import it by its name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jiheng.errors import DataSetError

if TYPE_CHECKING:
    from jiheng.batch.jobs import Unit

PATIENCE: Final = 90.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A number to be squared, and a folder where whoever begins leaves a line."""

    number: int
    folder: Path

    @property
    def name(self) -> str:
        """What it is called."""
        return f"数{self.number}"

    @property
    def log(self) -> Path:
        """One line for every time it was begun."""
        return self.folder / f"{self.number}.log"

    @property
    def begun(self) -> int:
        """How often it was begun."""
        return len(self.log.read_text(encoding="utf-8").splitlines()) if self.log.exists() else 0


class UnspeakableError(Exception):
    """An error that cannot be taken out of its process."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} 与 {two}")


def pieces(folder: Path, count: int) -> list[Piece]:
    """So many pieces."""
    return [Piece(number, folder) for number in range(count)]


def squared(piece: Piece) -> bytes:
    """The work, done."""
    _begin(piece)
    return b"%d" % piece.number**2


def killed_once(piece: Piece, *, victim: int) -> bytes:
    """The work; the first process to meet the victim is killed, as by a system out of memory."""
    if piece.number == victim and not piece.begun:
        _begin(piece)
        os.kill(os.getpid(), signal.SIGKILL)
    return squared(piece)


def ends_always(piece: Piece, *, victim: int) -> bytes:
    """The work; every process that meets the victim ends there and then."""
    _begin(piece)
    if piece.number == victim:
        os._exit(7)
    return b""


def fails(piece: Piece) -> bytes:
    """Work that cannot be done."""
    _begin(piece)
    raise DataSetError("columns.foreign", f"{piece.name}：已经损坏。")


def fails_unspeakably(piece: Piece) -> bytes:
    """Work whose error cannot be handed over."""
    raise UnspeakableError(piece.number, 2)


def waits_for_victim(piece: Piece, *, node: str, mark: Path) -> bytes:
    """The work; on one node it only says that it is there and never ends, elsewhere it waits until that was said."""
    import ray  # noqa: PLC0415 - only workers of a cluster need it

    _begin(piece)
    if ray.get_runtime_context().get_node_id() == node:
        mark.touch()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and (not mark.exists() or ray.get_runtime_context().get_node_id() == node):
        time.sleep(0.05)
    return b"%d" % piece.number**2


def counted(unit: Unit, *, folder: Path) -> bytes:
    """What a unit of a data set holds; leaves a line each time it is done."""
    with _log_of(unit, folder).open("a", encoding="utf-8") as file:
        file.write("x\n")
    return f"{unit.name}：{unit.forms}".encode()


def _log_of(unit: Unit, folder: Path) -> Path:
    return folder / f"{unit.stem}-{unit.part.year}.log"


def times_done(unit: Unit, folder: Path) -> int:
    """How often a unit was done."""
    log = _log_of(unit, folder)
    return len(log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0


def lines_in(folder: Path) -> int:
    """How often work left a line in a folder."""
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("*.log"))


def endless(folder: Path, taken: list[int]) -> Iterator[Piece]:
    """Pieces without end; how many were taken is noted."""
    number = 0
    while True:
        taken.append(number)
        yield Piece(number, folder)
        number += 1


def _begin(piece: Piece) -> None:
    with piece.log.open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")


def read(unit: Unit) -> bytes:
    """The rows of a unit, counted by reading them."""
    from jiheng.batch.jobs import tables_of  # noqa: PLC0415 - the other work needs no Arrow

    return str(tables_of(unit).indicators.num_rows).encode()
