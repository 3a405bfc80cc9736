"""What an engine is: it does one function over many units, in other processes or on other machines, and knows nothing of what they are about."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Final, Protocol, TypeVar

from jiheng.errors import EngineError

ATTEMPTS: Final = 3
"""How often a unit is begun before the engine gives up on it."""


class Named(Protocol):
    """A piece of work with a name that people can be told."""

    @property
    def name(self) -> str:
        """What the piece is called."""


Item = TypeVar("Item", bound=Named)


class Engine(Protocol):
    """Carries work out. What it gives is a generator; its workers end when it is used up or closed."""

    def carry_out(self, work: Callable[[Item], bytes], units: Iterable[Item]) -> Generator[tuple[Item, bytes], None, None]:
        """Each unit with what the work made of it, in the order of completion.

        ``work`` is a function of a module or a ``functools.partial`` of one; it and the units are handed to other processes, so all must be
        picklable. It must give the same for the same unit, wherever and however often it is done. Only so many units are taken from ``units``
        at once as there are workers, or a few more: memory does not grow with their number.

        Raises:
            EngineError: workers died ``ATTEMPTS`` times over the same unit, or the engine is not there.
            Exception: what the work itself raised, as it raised it; it is not tried again.
        """


def given_up(unit: Named, why: str) -> EngineError:
    """What to say of a unit that took its worker down time and again; ``why`` says how the last one ended."""
    advice = "其余单元的结果已保留；请查看内存是否够用、减少同时进行的进程（--jobs），再以同样的参数运行，会从断处接着做。"
    return EngineError("engine.lost", f"单元 {unit.name}：处理它的进程接连 {ATTEMPTS} 次意外终止（{why}），没有完成。{advice}")
