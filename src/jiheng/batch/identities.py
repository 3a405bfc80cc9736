"""Numbers for keys: the same 64-bit key has the same number over all batches of a worker, new keys are told so that their meaning is settled once."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jiheng.batch.compiled import compiled

EMPTY: Final = -1
_FIRST_SIZE: Final = 1 << 14


@compiled
def _place(key: int, slots: NDArray[np.int64]) -> int:
    """The slot of a key, or the empty slot where it belongs."""
    mask = len(slots) - 1
    mixed = key ^ (key >> 29)
    mixed = (mixed * 0x9E3779B97F4A7C1) & 0x7FFFFFFFFFFFFFFF
    at = (mixed ^ (mixed >> 32)) & mask
    while slots[at] != EMPTY and slots[at] != key:
        at = (at + 1) & mask
    return at


@compiled
def _number(
    keys: NDArray[np.int64],
    start: int,
    known: int,
    slots: NDArray[np.int64],
    ids: NDArray[np.int32],
    out: NDArray[np.int32],
    first: NDArray[np.int64],
) -> tuple[int, int]:
    """Number keys from ``start`` on until the table is half full; how far it came and how many keys are known now."""
    for i in range(start, len(keys)):
        at = _place(keys[i], slots)
        if slots[at] == EMPTY:
            if 2 * known >= len(slots):
                return i, known
            slots[at] = keys[i]
            ids[at] = known
            first[known] = i
            known += 1
        out[i] = ids[at]
    return len(keys), known


@compiled
def _rehash(old: NDArray[np.int64], old_ids: NDArray[np.int32], slots: NDArray[np.int64], ids: NDArray[np.int32]) -> None:
    for i in range(len(old)):
        if old[i] != EMPTY:
            at = _place(old[i], slots)
            slots[at] = old[i]
            ids[at] = old_ids[i]


class Listed(NamedTuple):
    """A column as the numbers of its distinct texts and which of them stands in each row."""

    numbers: NDArray[np.int64]
    at: NDArray[np.int32]


@compiled
def _pair(first: Listed, second: Listed, bits: int, out: NDArray[np.int64]) -> None:
    for i in range(len(out)):
        out[i] = first.numbers[first.at[i]] << bits | second.numbers[second.at[i]]


@compiled
def _group(first: Listed, second: Listed, third: Listed, flags: NDArray[np.bool_], bits: int, out: NDArray[np.int64]) -> None:
    for i in range(len(out)):
        key = first.numbers[first.at[i]] << bits | second.numbers[second.at[i]]
        out[i] = (key << bits | third.numbers[third.at[i]]) << 1 | flags[i]


def paired(first: Listed, second: Listed, bits: int) -> NDArray[np.int64]:
    """Keys of two columns row by row."""
    out = np.empty(len(first.at), np.int64)
    _pair(first, second, bits, out)
    return out


def grouped(first: Listed, second: Listed, third: Listed, flags: NDArray[np.bool_], bits: int) -> NDArray[np.int64]:
    """Keys of three columns and a flag row by row."""
    out = np.empty(len(first.at), np.int64)
    _group(first, second, third, flags, bits, out)
    return out


@compiled
def _choose(kinds: Listed, weighs: NDArray[np.int64], pairs: NDArray[np.int64], at: NDArray[np.int32], bits: int, out: NDArray[np.int64]) -> None:
    for i in range(len(out)):
        kind = kinds.numbers[kinds.at[i]]
        out[i] = kind << bits | pairs[weighs[kind], at[i]]


def chosen(kinds: Listed, weighs: NDArray[np.int64], pairs: NDArray[np.int64], at: NDArray[np.int32], bits: int) -> NDArray[np.int64]:
    """Keys of a column of kinds beside that line of the numbers of pairs which each kind looks at; ``at`` is the pair in each row."""
    out = np.empty(len(at), np.int64)
    _choose(kinds, weighs, pairs, at, bits, out)
    return out


class Identities:
    """A growing table of keys (64-bit, not negative) and their numbers, counted from 0 in the order of their first appearance."""

    def __init__(self) -> None:
        self._slots = np.full(_FIRST_SIZE, EMPTY, np.int64)
        self._ids = np.zeros(_FIRST_SIZE, np.int32)
        self.known = 0

    def numbers(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int32], list[int]]:
        """The number of each key, and the positions where new keys appear first, in the order of their numbers."""
        out, first = np.empty(len(keys), np.int32), np.empty(self.known + len(keys), np.int64)
        before, at = self.known, 0
        while True:
            at, self.known = _number(keys, at, self.known, self._slots, self._ids, out, first)
            if at == len(keys):
                return out, [int(place) for place in first[before : self.known]]
            self._grow()

    def _grow(self) -> None:
        slots, ids = np.full(4 * len(self._slots), EMPTY, np.int64), np.zeros(4 * len(self._slots), np.int32)
        _rehash(self._slots, self._ids, slots, ids)
        self._slots, self._ids = slots, ids
