"""A table of wordings, compiled: what stands around a number, or a whole text, and what ``parse_value`` was found to read there.

The table's keys are the bytes themselves, so two wordings never pass for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from jiheng.batch.compiled import compiled, inlined, inner
from jiheng.batch.digits import MOST_EXPONENT, Texts, bytes_of, guarded, only_number
from jiheng.batch.memory import byte_at, long_at, padded, signed, word_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

HASH, PLACE, LENGTH, HEAD, STATE, SHAPE, MANTISSA, EXPONENT = range(8)
FIELDS: Final = 8
NEW, RARE, REFUSED, LINEAR, KNOWN_TEXT, MISSING, NO_ROOM = range(7)
WHOLE_TEXT: Final = -1
WIDE_NUMBER: Final = 127
ENTRIES, BYTES = 0, 1
# keys wrap around, which the compiler allows for unsigned numbers only
_SEED: Final = np.uint64(0xCBF29CE484222325)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_HALF: Final = np.uint64(32)


class Span(NamedTuple):
    """A text at addresses ``low`` to ``high`` with a number from ``begin`` to ``stop``; ``head`` is the length before it or ``WHOLE_TEXT``."""

    low: int
    begin: int
    stop: int
    high: int
    head: int


class Wordings(NamedTuple):
    """Open addressing from bytes to entries. ``slots`` hold entry numbers or -1; ``counts`` how many entries and bytes are in use.

    The arena holds what stands before the number and what stands behind it, each filled up with zeros to eight bytes.

    An entry is a row of ``HASH`` … ``EXPONENT``: ``HEAD`` is the length before the number (``WHOLE_TEXT`` for a whole text); of a linear
    wording ``MANTISSA`` is the sign and ``EXPONENT`` the power of ten of its factor, of a rare one ``MANTISSA`` counts; of a whole text
    both are its number. ``STATE`` holds the guards (``MONTHS`` …) from bit 8 on.
    """

    slots: NDArray[np.int64]
    entries: NDArray[np.int64]
    arena: NDArray[np.uint8]
    counts: NDArray[np.int64]


class Places(NamedTuple):
    """The addresses that every text needs: the texts' data and its end, the table's arrays; ``mask`` is one less than the slots."""

    data: int
    limit: int
    slots: int
    mask: int
    entries: int
    arena: int


class Read(NamedTuple):
    """What texts say, one entry each; ``later`` takes rows whose wording Python has to settle first, ``waits`` the entries they wait for."""

    shape: NDArray[np.int32]
    mantissa: NDArray[np.int64]
    exponent: NDArray[np.int8]
    wide: NDArray[np.bool_]
    later: NDArray[np.int64]
    waits: NDArray[np.int64]


class Said(NamedTuple):
    """What one text says: the state of its entry, and for a settled one shape, mantissa and exponent (``WIDE_NUMBER`` where it does not fit)."""

    state: int
    entry: int
    shape: int
    mantissa: int
    exponent: int
    span: Span


@inlined
def _hashed(key: np.uint64, low: int, high: int, limit: int) -> np.uint64:
    # range with a step would divide
    while low < high:
        key = (key ^ bytes_of(low, high, limit)) * _MIX
        key ^= key >> _HALF
        low += 8
    return key


@inlined
def _key(span: Span, limit: int) -> int:
    key = _hashed(_SEED ^ np.uint64(span.head), span.low, span.begin, limit)
    return signed(_hashed(key, span.stop, span.high, limit) * _MIX)


@inlined
def _equal(place: int, low: int, high: int, limit: int) -> bool:
    while low < high:
        if word_at(place) != bytes_of(low, high, limit):
            return False
        low, place = low + 8, place + 8
    return True


@inlined
def _first_slot(key: int, mask: int) -> int:
    """Where the search for a key begins."""
    return signed(np.uint64(key) >> _HALF) & mask


@inlined
def _entry(places: Places, span: Span) -> int:
    """The entry of a wording; -1 where there is none yet."""
    before = span.begin - span.low
    length = before + span.high - span.stop
    key = _key(span, places.limit)
    slot = _first_slot(key, places.mask)
    while True:
        entry = long_at(places.slots + 8 * slot)
        if entry < 0:
            return -1
        row = places.entries + 8 * FIELDS * entry
        if long_at(row + 8 * HASH) == key and long_at(row + 8 * LENGTH) == length and long_at(row + 8 * HEAD) == span.head:
            place = places.arena + long_at(row + 8 * PLACE)
            behind = place + padded(before)
            if _equal(place, span.low, span.begin, places.limit) and _equal(behind, span.stop, span.high, places.limit):
                return entry
        slot = (slot + 1) & places.mask


@inner
def _added(table: Wordings, places: Places, span: Span) -> int:
    """A new entry for a wording that has none; -1 where the table has no room."""
    known, used = table.counts[ENTRIES], table.counts[BYTES]
    before, behind = span.begin - span.low, span.high - span.stop
    room = padded(before) + padded(behind)
    if known >= len(table.entries) or 2 * known >= len(table.slots) or used + room > len(table.arena):
        return -1
    key = _key(span, places.limit)
    slot = _first_slot(key, places.mask)
    while table.slots[slot] >= 0:
        slot = (slot + 1) & places.mask
    table.slots[slot] = known
    row = table.entries[known]
    row[:] = 0
    row[HASH], row[PLACE], row[LENGTH], row[HEAD] = key, used, before + behind, span.head
    for k in range(before):
        table.arena[used + k] = byte_at(span.low + k)
    for k in range(behind):
        table.arena[used + padded(before) + k] = byte_at(span.stop + k)
    table.counts[ENTRIES], table.counts[BYTES] = known + 1, used + room
    return int(known)


@inlined
def _in_wording(places: Places, low: int, high: int) -> Said:
    """Read a text as a number in a wording; ``REFUSED`` where only the whole text tells."""
    number = only_number(low, high, places.limit)
    span = Span(low, number.begin, number.stop, high, number.begin - low)
    if number.stop == number.begin:
        return Said(REFUSED, -1, 0, 0, 0, span)
    entry = _entry(places, span)
    if entry < 0:
        return Said(MISSING, entry, 0, 0, 0, span)
    row = places.entries + 8 * FIELDS * entry
    state, power = long_at(row + 8 * STATE), long_at(row + 8 * EXPONENT)
    if state & 0xFF != LINEAR or guarded(state >> 8, number, power):
        return Said(REFUSED if state & 0xFF == LINEAR else state, entry, 0, 0, 0, span)
    shape, sign, power = long_at(row + 8 * SHAPE), long_at(row + 8 * MANTISSA), power - number.places
    if number.mantissa == 0:
        power = 0
    elif abs(power) > MOST_EXPONENT:
        power = WIDE_NUMBER
    return Said(LINEAR, entry, shape, number.mantissa * sign, power, span)


@inlined
def _as_whole(places: Places, low: int, high: int) -> Said:
    """Read a text that is known as a whole."""
    span = Span(low, high, high, high, WHOLE_TEXT)
    entry = _entry(places, span)
    if entry < 0:
        return Said(MISSING, entry, 0, 0, 0, span)
    row = places.entries + 8 * FIELDS * entry
    shape, mantissa, power = long_at(row + 8 * SHAPE), long_at(row + 8 * MANTISSA), long_at(row + 8 * EXPONENT)
    return Said(long_at(row + 8 * STATE), entry, shape, mantissa, power, span)


@inner
def _noticed(table: Wordings, places: Places, said: Said, most_rare: int) -> tuple[int, int]:
    """Make an entry for a wording without one, or count the use of one that is not proved; its state now and the entry."""
    entry = said.entry
    if said.state == MISSING:
        entry = _added(table, places, said.span)
        if entry < 0:
            return NO_ROOM, entry
    row = table.entries[entry]
    if said.span.head == WHOLE_TEXT:
        return NEW, entry
    row[MANTISSA] += 1
    if row[STATE] == RARE and row[MANTISSA] > most_rare:
        row[STATE] = NEW
    return (NEW if row[STATE] == NEW else REFUSED), entry


@compiled
def read_texts(  # noqa: PLR0913, PLR0917 - one call for a block of rows
    texts: Texts, rows: NDArray[np.int64], start: int, most_rare: int, table: Wordings, places: Places, out: Read, waiting: int
) -> tuple[int, int]:
    """Read rows from ``start`` on until the table has no room: how far it came, and how many rows wait for entries to be settled.

    ``out`` is all zeros at first; a wording in ``RARE`` use becomes ``NEW`` once more than ``most_rare`` rows had it.
    """
    offsets, valid, first = texts.offsets, texts.valid, texts.first
    shape, mantissa, exponent, wide, later, waits = out.shape, out.mantissa, out.exponent, out.wide, out.later, out.waits
    for k in range(start, len(rows)):
        i = rows[k]
        if len(valid) and not valid[(first + i) >> 3] >> ((first + i) & 7) & 1:
            continue
        low, high = places.data + offsets[i], places.data + offsets[i + 1]
        said = _in_wording(places, low, high)
        state, entry = said.state, said.entry
        if state == MISSING or state < REFUSED:
            state, entry = _noticed(table, places, said, most_rare)
        if state == REFUSED:
            said = _as_whole(places, low, high)
            state, entry = said.state, said.entry
            if state == MISSING:
                state, entry = _noticed(table, places, said, most_rare)
        if state == NO_ROOM:
            return k, waiting
        if state == NEW:
            later[waiting], waits[waiting] = i, entry
            waiting += 1
            continue
        shape[i] = said.shape
        if said.exponent == WIDE_NUMBER:
            wide[i] = True
        else:
            mantissa[i], exponent[i] = said.mantissa, said.exponent
    return len(rows), waiting


@compiled
def rehashed(entries: NDArray[np.int64], known: int, slots: NDArray[np.int64]) -> None:
    """Put the first ``known`` entries into empty slots."""
    mask = len(slots) - 1
    for entry in range(known):
        slot = _first_slot(entries[entry, HASH], mask)
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = entry
