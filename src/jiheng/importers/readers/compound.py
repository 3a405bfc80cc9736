"""OLE compound files, the packages of old Office and WPS files (doc, xls, wps): streams by path, no more."""

from __future__ import annotations

import struct
from typing import NamedTuple

from jiheng.errors import UnreadableFileError

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # higher numbers are marks, such as the end of a chain
_NONE = 0xFFFFFFFF
_ENTRY = 128
_HEADER_LISTED = 109
_DAMAGED = "文件的内部结构（OLE）不完整或已损坏。请用原来的程序打开、另存后再试。"


class _Stream(NamedTuple):
    start: int
    size: int


class Compound:
    """The streams of a compound file; ``names`` are their paths, ``WordDocument`` or ``Macros/VBA/dir``."""

    def __init__(self, source: bytes) -> None:
        """Reads the directory.

        Raises:
            UnreadableFileError: ``file.damaged`` where the structure does not hold together.
        """
        self._source = source
        try:
            self._open()
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise UnreadableFileError("file.damaged", _DAMAGED) from error
        self.names = frozenset(self._streams)

    def read(self, name: str) -> bytes:
        """The bytes of one stream, empty where there is none.

        Raises:
            UnreadableFileError: ``file.damaged`` where its sectors do not hold together.
        """
        stream = self._streams.get(name)
        if stream is None:
            return b""
        try:
            if stream.size < self._cutoff:
                return b"".join(self._small(sector) for sector in _chain(stream.start, self._small_fat))[: stream.size]
            return b"".join(self._sector(sector) for sector in _chain(stream.start, self._fat))[: stream.size]
        except IndexError as error:
            raise UnreadableFileError("file.damaged", _DAMAGED) from error

    def _open(self) -> None:
        source = self._source
        if not source.startswith(OLE_MARK):
            raise UnreadableFileError("file.damaged", _DAMAGED)
        power, small_power = struct.unpack_from("<HH", source, 30)
        if power not in {9, 12} or small_power > power:
            raise UnreadableFileError("file.damaged", _DAMAGED)
        self._size, self._small_size = 1 << power, 1 << small_power
        directory, _, self._cutoff, small_fat, _, listed, _ = struct.unpack_from("<7I", source, 48)
        sectors = list(struct.unpack_from(f"<{_HEADER_LISTED}I", source, 76))
        most = len(source) // self._size + 1
        while listed < _LAST_SECTOR and len(sectors) <= most + _HEADER_LISTED:
            more = self._numbers(listed)
            sectors.extend(more[:-1])
            listed = more[-1]
        self._fat = [number for sector in sectors[: most + 1] if sector < _LAST_SECTOR for number in self._numbers(sector)]
        self._small_fat = [number for sector in _chain(small_fat, self._fat) for number in self._numbers(sector)]
        entries = b"".join(self._sector(sector) for sector in _chain(directory, self._fat))
        self._streams: dict[str, _Stream] = {}
        self._walk(entries)

    def _walk(self, entries: bytes) -> None:
        root = struct.unpack_from("<I", entries, 76)[0]
        start, size = struct.unpack_from("<II", entries, 116)
        self._ministream = b"".join(self._sector(sector) for sector in _chain(start, self._fat))[:size]
        waiting, seen = [(root, "")], set[int]()
        while waiting:
            index, folder = waiting.pop()
            if index == _NONE or index in seen:
                continue
            seen.add(index)
            at = index * _ENTRY
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            left, right, child = struct.unpack_from("<3I", entries, at + 68)
            name = folder + entries[at : at + max(length - 2, 0)].decode("utf-16-le")
            waiting.extend(((left, folder), (right, folder)))
            if kind == 1:
                waiting.append((child, f"{name}/"))
            else:
                self._streams[name] = _Stream(*struct.unpack_from("<II", entries, at + 116))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        if at >= len(self._source):
            raise IndexError(number)
        return self._source[at : at + self._size]

    def _small(self, number: int) -> bytes:
        return self._ministream[number * self._small_size : (number + 1) * self._small_size]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        return struct.unpack(f"<{self._size // 4}I", self._sector(sector).ljust(self._size, b"\xff"))


def _chain(start: int, fat: list[int]) -> list[int]:
    """The sectors of a stream in order; a chain that bites its tail is damage."""
    out: list[int] = []
    while start < _LAST_SECTOR:
        if len(out) > len(fat):
            raise IndexError(start)
        out.append(start)
        start = fat[start]
    return out
