"""The work of one unit: its forms judged under the law they are under and under the new one, and what differs, as bytes. Runs on any engine."""

from __future__ import annotations

from collections import Counter

import numpy as np

from jiheng.batch.chosen import Asked, choices_of, dated, held, law_named
from jiheng.batch.columns import Tables
from jiheng.batch.jobs import Unit, tables_of
from jiheng.batch.judge import judge
from jiheng.batch.replayed.affected import place_of
from jiheng.batch.replayed.changes import Changes
from jiheng.batch.replayed.compared import compare
from jiheng.batch.replayed.moves import Pair
from jiheng.batch.replayed.orders import DAMAGED, DECIDING, NO_PACK, WAIVER, Order, beyond
from jiheng.batch.replayed.parted import cut
from jiheng.errors import DossierInvalidError, WaiverInvalidError


def replay_unit(unit: Unit, order: Order) -> bytes:
    """What differs in one unit of a job, as ``Changes.to_bytes`` writes it.

    Raises:
        DataSetError: a file is missing, damaged, foreign or newer.
    """
    return replay(tables_of(unit), order).to_bytes()


def replay(tables: Tables, order: Order) -> Changes:
    """What differs between the law that forms of one partition are under and the new one."""
    changes, place = Changes(order.keep), place_of(tables.forms)
    for texts, number in Counter(zip(*(tables.forms[name].to_pylist() for name in DECIDING), strict=True)).items():
        for why in beyond(dict(zip(DECIDING, texts, strict=True)), place, order):
            changes.beyond[why] += number
    under: dict[str | None, list[int]] = {}
    for at, pack in enumerate(_packs(tables, order)):
        under.setdefault(pack, []).append(at)
    for form in tables.forms["form"].take(under.pop(None, [])).to_pylist() if None in under else ():
        changes.leave_out(NO_PACK, form)
    for pack, members in under.items():
        old = law_named(pack) if order.against is None and pack is not None else held(order.against or order.new)
        _compare(cut(dated(tables, order.on), np.array(members, np.int64)), Pair(old, held(order.new)), changes)
    return changes


def _packs(tables: Tables, order: Order) -> list[str | None]:
    """The pack that each form is under; None where none is in force."""
    if order.against is not None:
        return [order.against.id] * tables.forms.num_rows
    place = place_of(tables.forms)
    choices = choices_of(tables, Asked(on=order.on), year=place.year or None, place=place.place or None)
    return [None if choice.reference else choice.pack for choice in choices]


def _compare(tables: Tables, pair: Pair, changes: Changes) -> None:
    """Add what differs; forms that a law refuses are found by halves and left out."""
    try:
        before, after = judge(*tables, pair.old), judge(*tables, pair.new)
    except (WaiverInvalidError, DossierInvalidError) as error:
        many = tables.forms.num_rows
        if many == 1:
            changes.leave_out(WAIVER if isinstance(error, WaiverInvalidError) else DAMAGED, tables.forms["form"][0].as_py())
            return
        for half in (np.arange(many // 2), np.arange(many // 2, many)):
            _compare(cut(tables, half), pair, changes)
        return
    changes.add(compare(tables, before, after, pair, keep=changes.keep))
