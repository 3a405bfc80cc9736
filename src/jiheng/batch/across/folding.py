"""Texts as the kernels see them: folded code points (no blanks, no full-width forms), 63-bit keys, clauses counted, signatures of what is left.

A clause that very many forms print is the form's own wording; it is left out before texts are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

BANDS: Final = 16
BAND_ROWS: Final = 4
SHINGLE: Final = 4
"""Scattered changes of one character in twenty leave two thirds of the shingles: a band is then shared with 97 % likelihood."""
WIDTH: Final = 1 << 22
"""Counters of one row of the clause count; two rows, the smaller count is believed."""
NO_KEY: Final = 0
_SALTS: NDArray[np.int64] = np.array([(2 * at + 1) * 0x5851F42D4C957F2D % 2**62 * 2 + 1 for at in range(1, BANDS * BAND_ROWS + 1)], np.int64)
_BLANK: NDArray[np.bool_] = np.zeros(0x3001, np.bool_)
_BLANK[[9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200C)]] = True
_ENDS: NDArray[np.bool_] = np.zeros(0x3003, np.bool_)
_ENDS[[ord(mark) for mark in ",;!?:、。\n\r"]] = True
_MASK: Final = 0x7FFFFFFFFFFFFFFF
_SEED: Final = -3750763034362895579


@compiled
def mixed(key: int) -> int:
    """A 63-bit number with every bit of the key spread over it; never ``NO_KEY``."""
    key ^= (key >> 32) & 0xFFFFFFFF
    key *= 0x2545F4914F6CDD1D
    key ^= (key >> 29) & 0x7FFFFFFFF
    key *= 0x5851F42D4C957F2D
    key = (key ^ ((key >> 32) & 0xFFFFFFFF)) & _MASK
    return key or 1


@compiled
def _byte(data: NDArray[np.uint8], at: int) -> int:
    return int(np.int64(data[at]))


@compiled
def _read(data: NDArray[np.uint8], at: int) -> tuple[int, int]:
    """The code point at a byte and where the next one begins."""
    first = _byte(data, at)
    if first < 0x80:
        return first, at + 1
    if first < 0xE0:
        return (first & 0x1F) << 6 | (_byte(data, at + 1) & 0x3F), at + 2
    second = (_byte(data, at + 1) & 0x3F) << 6 | (_byte(data, at + 2) & 0x3F)
    if first < 0xF0:
        return (first & 0x0F) << 12 | second, at + 3
    return (first & 0x07) << 18 | second << 6 | (_byte(data, at + 3) & 0x3F), at + 4


@compiled
def _plain(point: int) -> int:
    """Full-width forms as ASCII; everything else as it is."""
    return point - 0xFEE0 if 0xFF01 <= point <= 0xFF5E else point


@compiled
def text_keys(data: NDArray[np.uint8], offsets: NDArray[np.int64], keys: NDArray[np.int64], lengths: NDArray[np.int32]) -> None:
    """The key of each text without blanks and full-width forms, and its length in characters; ``NO_KEY`` for an empty one."""
    for i in range(len(offsets) - 1):
        at, key, count = offsets[i], _SEED, 0
        while at < offsets[i + 1]:
            point, at = _read(data, at)
            point = _plain(point)
            if point > 0x3000 or not _BLANK[point]:
                key = (key ^ point) * 1099511628211
                count += 1
        keys[i] = mixed(key) if count else NO_KEY
        lengths[i] = count


@compiled
def _rows_of(key: int) -> tuple[int, int]:
    """The counters of a clause."""
    return key % WIDTH, (key >> 24) % WIDTH


@compiled
def count_clauses(data: NDArray[np.uint8], offsets: NDArray[np.int64], counts: NDArray[np.int32]) -> None:
    """Count every clause of every text; ``counts`` has two rows of ``WIDTH``."""
    for i in range(len(offsets) - 1):
        at, key, count = offsets[i], 0, 0
        while at < offsets[i + 1]:
            point, at = _read(data, at)
            point = _plain(point)
            if point <= 0x3002 and _ENDS[point]:
                if count:
                    one, two = _rows_of(mixed(key))
                    counts[0, one] += 1
                    counts[1, two] += 1
                key, count = 0, 0
            elif point > 0x3000 or not _BLANK[point]:
                key = (key ^ point) * 1099511628211
                count += 1
        if count:
            one, two = _rows_of(mixed(key))
            counts[0, one] += 1
            counts[1, two] += 1


@compiled
def own_points(  # noqa: PLR0913, PLR0917 - buffers of a kernel
    data: NDArray[np.uint8], start: int, stop: int, counts: NDArray[np.int32], limit: int, out: NDArray[np.int32]
) -> int:
    """The folded characters of a text's own clauses, into ``out``; how many. Clauses counted more than ``limit`` times are left out."""
    at, key, begin, size = start, 0, 0, 0
    while at <= stop:
        point = 10
        if at < stop:
            point, at = _read(data, at)
            point = _plain(point)
        else:
            at += 1
        if point <= 0x3002 and _ENDS[point]:
            if size > begin:
                one, two = _rows_of(mixed(key))
                if min(counts[0, one], counts[1, two]) > limit:
                    size = begin
            begin, key = size, 0
        elif point > 0x3000 or not _BLANK[point]:
            key = (key ^ point) * 1099511628211
            out[size] = point
            size += 1
    return size


@compiled
def _sign(points: NDArray[np.int32], size: int, least: NDArray[np.int64], bands: NDArray[np.int32]) -> int:
    """The key of the characters, and the band keys of their shingles' least hashes."""
    key = _SEED
    least[:] = _MASK
    for j in range(size):
        key = (key ^ int(points[j])) * 1099511628211
        if j >= SHINGLE - 1:
            shingle = 0
            for k in range(SHINGLE):
                shingle = (shingle ^ int(points[j - k])) * 1099511628211
            shingle = mixed(shingle)
            for k in range(len(least)):
                value = shingle * int(_SALTS[k])
                value = (value ^ ((value >> 31) & 0x1FFFFFFFF)) & _MASK
                least[k] = min(least[k], value)
    for band in range(BANDS):
        linked = band
        for k in range(BAND_ROWS):
            linked = mixed(linked ^ int(least[band * BAND_ROWS + k]))
        bands[band] = linked & 0x7FFFFFFF
    return mixed(key)


def sign_texts(  # noqa: PLR0913, PLR0917 - buffers of a kernel
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    counts: NDArray[np.int32],
    limit: int,
    shortest: int,
    keys: NDArray[np.int64],
    bands: NDArray[np.int32],
) -> None:
    """Key and band keys of each text's own clauses; ``NO_KEY`` where fewer than ``shortest`` characters are its own."""
    widest = int(np.diff(offsets).max(initial=0))
    room = np.empty(widest + 1, np.int32), np.empty(BANDS * BAND_ROWS, np.int64)
    _sign_texts(data, offsets, counts, (limit, shortest), room, keys, bands)


@compiled
def _sign_texts(  # noqa: PLR0913, PLR0917 - buffers of a kernel
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    counts: NDArray[np.int32],
    bounds: tuple[int, int],
    room: tuple[NDArray[np.int32], NDArray[np.int64]],
    keys: NDArray[np.int64],
    bands: NDArray[np.int32],
) -> None:
    limit, shortest = bounds
    points, least = room
    for i in range(len(offsets) - 1):
        size = own_points(data, offsets[i], offsets[i + 1], counts, limit, points)
        keys[i] = _sign(points, size, least, bands[i]) if size >= shortest else NO_KEY


def buffers(texts: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of a text column and where each text begins; a null text is empty."""
    column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    if column.type != pa.large_string():
        column = column.cast(pa.large_string())
    if column.null_count:
        column = column.fill_null("")
    _, starts, held = column.buffers()
    offsets = np.frombuffer(starts, np.int64)[column.offset : column.offset + len(column) + 1] if len(column) else np.zeros(1, np.int64)
    return (np.frombuffer(held, np.uint8) if held is not None and held.size else np.zeros(1, np.uint8)), offsets


def keys_of(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Key and length of each text; ``NO_KEY`` and 0 for a blank one."""
    data, offsets = buffers(texts)
    keys, lengths = np.empty(len(offsets) - 1, np.int64), np.empty(len(offsets) - 1, np.int32)
    text_keys(data, offsets, keys, lengths)
    return keys, lengths


@compiled
def _joined(first: NDArray[np.int64], second: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    for i in range(len(first)):
        out[i] = mixed(int(first[i]) * 31 + int(second[i]))


def joined(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """One key for several, row by row."""
    out = columns[0].astype(np.int64)
    for column in columns[1:]:
        made = np.empty_like(out)
        _joined(out, column.astype(np.int64), made)
        out = made
    return out


def own_text(text: bytes, counts: NDArray[np.int32], limit: int) -> str:
    """A text without blanks and without the clauses that many forms print."""
    points = np.empty(len(text) + 1, np.int32)
    size = own_points(np.frombuffer(text or b" ", np.uint8), 0, len(text), counts, limit, points)
    return points[:size].tobytes().decode("utf-32-le")
