"""A zip package given back with some parts changed or added: every other part keeps its packed bytes, its name, date and place."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import NamedTuple

from jiheng.errors import NotAnnotatableError

MOST_UNPACKED = 200 * 1024 * 1024
MOST_IN_A_PART = 64 * 1024 * 1024
MOST_PARTS = 20_000
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sBBHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_ENCRYPTED, _SIZES_BEHIND, _UTF_8 = 0x1, 0x8, 0x800
_WIDE_FIELD = 1
_FIRST_DAY = 0x0021  # 1 January 1980: new parts are the same on every day
_DAMAGED = "文件的压缩包不完整或已损坏，不能加批注。请用原来的程序打开、另存后再试。"
_PROTECTED = "文件设了打开密码，不能加批注。请取消密码、另存后再试。"
_TOO_LARGE = f"文件解开后超过 {MOST_UNPACKED // 1048576} MB，超出处理上限，不能加批注。请只保留自评表、另存后再试。"


class _Entry(NamedTuple):
    """One part as it is packed: its own header's name and further fields, its packed bytes, and what the zip's directory says of it."""

    info: zipfile.ZipInfo
    name: bytes
    local_extra: bytes
    packed: bytes


class Package:
    """A zip package; part names are alike in any case, with either slash."""

    def __init__(self, source: bytes) -> None:
        """Open the bytes of a package.

        Raises:
            NotAnnotatableError: this is no whole zip, its parts declare too much, or some are encrypted.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source))
            infos = self._zip.infolist()
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
                raise NotAnnotatableError(_TOO_LARGE)
            self._entries = [_entry(source, info) for info in infos]
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, struct.error) as error:
            raise NotAnnotatableError(_DAMAGED) from error
        self._at = {_key(entry.info.filename): index for index, entry in enumerate(self._entries)}
        self.names: tuple[str, ...] = tuple(entry.info.filename.replace("\\", "/").lstrip("/") for entry in self._entries)

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._at

    def read(self, name: str) -> bytes:
        """The bytes of a part, unpacked.

        Raises:
            NotAnnotatableError: the part is missing, broken or too large.
        """
        index = self._at.get(_key(name))
        if index is None:
            raise NotAnnotatableError(f"文件里缺少部件“{name}”，内容不完整，不能加批注。请用原来的程序打开、另存后再试。")
        info = self._entries[index].info
        if info.file_size > MOST_IN_A_PART:
            raise NotAnnotatableError(_TOO_LARGE)
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise NotAnnotatableError(_DAMAGED)
        try:
            with self._zip.open(info) as part:
                return part.read(info.file_size)  # a part that says too little of itself never unpacks further
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
            raise NotAnnotatableError(_DAMAGED) from error

    def written(self, parts: dict[str, bytes]) -> bytes:
        """The package with these parts: one that is there already takes its place, a new one comes last. All others are copied as packed."""
        changed = {self._at[key]: content for name, content in parts.items() if (key := _key(name)) in self._at}
        out = io.BytesIO()
        directory = [_put(out, entry, changed.get(index)) for index, entry in enumerate(self._entries)]
        directory += [_put(out, _new(name), content) for name, content in parts.items() if _key(name) not in self._at]
        start = out.tell()
        out.write(b"".join(directory))
        comment, count = self._zip.comment, len(directory)
        out.write(_END.pack(b"PK\5\6", 0, 0, count, count, out.tell() - start, start, len(comment)) + comment)
        return out.getvalue()


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _entry(source: bytes, info: zipfile.ZipInfo) -> _Entry:
    if info.flag_bits & _ENCRYPTED:
        raise NotAnnotatableError(_PROTECTED)
    signature, *_, name_length, extra_length = _LOCAL.unpack_from(source, info.header_offset)
    start = info.header_offset + _LOCAL.size
    packed = source[start + name_length + extra_length :][: info.compress_size]
    if signature != b"PK\3\4" or len(packed) != info.compress_size:
        raise NotAnnotatableError(_DAMAGED)
    return _Entry(info, source[start : start + name_length], source[start + name_length :][:extra_length], packed)


def _new(name: str) -> _Entry:
    info = zipfile.ZipInfo(name)
    info.flag_bits = 0 if name.isascii() else _UTF_8
    info.compress_type = zipfile.ZIP_DEFLATED
    info.CRC = 0
    info.create_system = 0
    info.external_attr = 0
    return _Entry(info, name.encode(), b"", b"")


def _put(out: io.BytesIO, entry: _Entry, content: bytes | None) -> bytes:
    """Write a part, as it was packed or with new content, and give its line of the zip's directory. Sizes stand before the part, in 32 bits."""
    info, name = entry.info, entry.name
    method, crc, size, packed = info.compress_type, info.CRC, info.file_size, entry.packed
    if content is not None:
        method, crc, size, packed = zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content), _deflated(content)
    needs, flags, (day, time) = min(info.extract_version, 63), info.flag_bits & ~_SIZES_BEHIND, _stamp(info)
    if content is not None:
        needs, flags = 20, flags & _UTF_8
    extra, more = _narrow(entry.local_extra), _narrow(info.extra)
    offset = out.tell()
    out.write(_LOCAL.pack(b"PK\3\4", needs, flags, method, time, day, crc, len(packed), size, len(name), len(extra)) + name + extra + packed)
    facts = (b"PK\1\2", info.create_version, info.create_system, needs, flags, method, time, day, crc, len(packed), size)
    lengths = (len(name), len(more), len(info.comment), 0, info.internal_attr, info.external_attr, offset)
    return _CENTRAL.pack(*facts, *lengths) + name + more + info.comment


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def _stamp(info: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = info.date_time
    if info.date_time == (1980, 1, 1, 0, 0, 0):
        return _FIRST_DAY, 0
    return (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | second // 2


def _narrow(extra: bytes) -> bytes:
    """The further fields without the one for 64-bit sizes: packages read here are far below that."""
    out, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind != _WIDE_FIELD:
            out += extra[at : at + 4 + length]
        at += 4 + length
    return out + extra[at:]
