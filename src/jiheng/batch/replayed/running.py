"""A replay from beginning to end: every unit of a data set on an engine, what each gave added up; a killed one goes on where it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jiheng.batch.chosen import Asked, checked
from jiheng.batch.jobs import Progress, carry_through, data_identity, job_key, units_of
from jiheng.batch.replayed.changes import Changes
from jiheng.batch.replayed.work import replay_unit
from jiheng.errors import DataSetError, NoPackInForceError
from jiheng.rulebook import load_rulebook

if TYPE_CHECKING:
    from jiheng.batch.engines.port import Engine
    from jiheng.batch.replayed.orders import Order
    from jiheng.rulebook.model import RulePack

STATE: Final = ".state"


def replayed(data: Path, order: Order, *, engine: Engine, folder: Path, progress: Callable[[Progress], None] = lambda _: None) -> Changes:
    """What differs over a whole data set. What is done is kept below ``folder`` until all of it is.

    Raises:
        DataSetError: the data set cannot be read, or holds no form.
        NoPackInForceError: a law that is named is not in force on the day that is asked for.
        EngineError: the folder cannot be written or is in use, or the engine gave up.
    """
    for law in (order.new, order.against):
        if law is not None:
            _must_cover(law, order)
    data = data.resolve()
    units = units_of(data)
    if not units:
        raise DataSetError("columns.missing", f"{data}：数据集里没有表。请先用 jiheng columns write 写入。")
    laws = [None if law is None else (law.id, law.digest) for law in (order.new, order.against)]
    key = job_key("replay", data_identity(data), laws, checked(Asked()), order.on, order.keep)
    state, total = folder / STATE / key, Changes(order.keep)
    for _, result in carry_through(partial(replay_unit, order=order), units, engine=engine, state=state, key=key, progress=progress):
        total.add(Changes.from_bytes(result))
    shutil.rmtree(state, ignore_errors=True)
    with suppress(OSError):
        state.parent.rmdir()  # other jobs that were interrupted may keep theirs beside it
    return total


def laws_before(changes: Changes, order: Order) -> Mapping[str, RulePack]:
    """The laws that judged the forms before, by id, the one that judged most first."""
    if order.against is not None:
        return {order.against.id: order.against}
    book = load_rulebook()
    return {pack: book.pack(pack) for pack in sorted(changes.packs, key=lambda pack: (-changes.packs[pack], pack))}


def _must_cover(law: RulePack, order: Order) -> None:
    on, until = order.on, law.in_force_until
    if on is not None and not law.in_force_from <= on <= (until or on):
        told = f"规则包 {law.id}“{law.title}”在 {on.isoformat()} 没有生效（{law.in_force_from} 至 {until or '今'}）"
        raise NoPackInForceError(f"{told}。请换一个 --on，或不给 --on 照样试算。")
