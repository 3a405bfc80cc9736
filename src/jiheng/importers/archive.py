"""Zip packages (xlsx, docx, ods) and their XML, opened with every limit kept: nothing unpacks further than allowed, no entity expands."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import IO

from lxml import etree

from jiheng.errors import UnreadableFileError
from jiheng.importers.port import MAX_UNPACKED

_MAX_RATIO = 1000  # deflate cannot go beyond 1032; sheets of repeated cells reach a few hundred
_FREE = 16 * 1024 * 1024  # below this size a part may be as regular as it likes
_CHUNK = 1024 * 1024
_MAX_NAMES = 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PROTECTED = "文件设了打开密码，读不出内容。请在原来的程序里取消密码、另存后再试。"
_DAMAGED = "文件的压缩包不完整或已损坏。请用原来的程序打开、另存后再试。"
_TOO_LARGE = f"文件解开后超过 {MAX_UNPACKED // 1048576} MB，或压缩得异常紧密，超出处理上限。请只保留自评表、另存后再试。"
_ENTITIES = "文件的 XML 含实体定义（DOCTYPE 或 ENTITY），为安全起见不予处理。请用原来的程序打开、另存后再试。"
_BROKEN = "文件里的 XML 不完整或有错误。请用原来的程序打开、另存后再试。"
_DEEP = "文件里的 XML 嵌套过深或单段文字过长，超出处理上限。请只保留自评表、另存后再试。"
_MAX_XML = 64 * 1024 * 1024  # a parsed tree takes several times its text
_PROLOG = 4096
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)")


class Archive:
    """A zip package; ``names`` are its parts. What is read is counted, over all parts and reads, against MAX_UNPACKED."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in package.infolist()}
        self._spelled = {name.lower(): name for name in self._infos}  # part names are alike in any case
        self._unpacked = 0
        self.names: frozenset[str] = frozenset(self._infos)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._spelled

    def read(self, name: str) -> bytes:
        """The bytes of one part, unpacked.

        Raises:
            UnreadableFileError: ``file.damaged`` where the part is missing or broken, ``file.limit`` where it unpacks to too much,
                ``file.protected`` where it is encrypted.
        """
        info = self._infos.get(self._spelled.get(name.lower(), name))
        if info is None:
            raise UnreadableFileError("file.damaged", f"文件里缺少部件“{name}”，内容不完整。请用原来的程序打开、另存后再试。")
        if info.flag_bits & 1:
            raise UnreadableFileError("file.protected", _PROTECTED)
        most = MAX_UNPACKED - self._unpacked
        if info.file_size > most:
            raise UnreadableFileError("file.limit", _TOO_LARGE)
        try:
            with self._package.open(info) as part:
                content = _bounded(part, most, info.compress_size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise UnreadableFileError("file.damaged", _DAMAGED) from error
        except RuntimeError as error:  # what zipfile raises for a password
            raise UnreadableFileError("file.protected", _PROTECTED) from error
        self._unpacked += len(content)
        return content


def _bounded(part: IO[bytes], most: int, packed: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := part.read(_CHUNK):
        size += len(piece)
        if size > most or (size > _FREE and size > packed * _MAX_RATIO):
            raise UnreadableFileError("file.limit", _TOO_LARGE)
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def open_archive(source: bytes) -> Archive:
    """The package in these bytes; declared sizes are checked here, actual sizes at each read.

    Raises:
        UnreadableFileError: ``file.damaged`` where this is no whole zip, ``file.limit`` where its parts declare too much,
            ``file.protected`` where it is an encrypted Office file.
    """
    if source.startswith(_OLE) and _ENCRYPTED in source:
        raise UnreadableFileError("file.protected", _PROTECTED)
    try:
        package = zipfile.ZipFile(io.BytesIO(source))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise UnreadableFileError("file.damaged", _DAMAGED) from error
    infos = package.infolist()
    if len(infos) > _MAX_NAMES or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise UnreadableFileError("file.limit", _TOO_LARGE)
    return Archive(package)


def parse_xml(data: bytes) -> etree._Element:
    """The root of one XML part, without comments and processing instructions.

    Raises:
        UnreadableFileError: ``file.limit`` where it declares a DOCTYPE or entities, is nested too deep or too large;
            ``file.damaged`` where it is not well-formed.
    """
    if len(data) > _MAX_XML:
        raise UnreadableFileError("file.limit", _TOO_LARGE)
    if _DECLARATION.search(data, 0, _PROLOG) is not None:
        raise UnreadableFileError("file.limit", _ENTITIES)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if vars(error).get("code") == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise UnreadableFileError("file.limit", _ENTITIES if _DECLARATION.search(data) else _DEEP) from error
        raise UnreadableFileError("file.damaged", _BROKEN) from error
    except ValueError as error:
        raise UnreadableFileError("file.damaged", _BROKEN) from error
    if root.getroottree().docinfo.internalDTD is not None:  # declared in UTF-16, or behind a long comment
        raise UnreadableFileError("file.limit", _ENTITIES)
    return root
