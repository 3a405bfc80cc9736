"""Word files of other kinds to blocks: doc and wps by their own reader where it understands them, the rest (odt, rtf) by way of LibreOffice.

LibreOffice is optional; it makes a docx, which is then read.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from jiheng.domain.document import Notice
from jiheng.errors import UnreadableFileError
from jiheng.importers.archive import open_archive
from jiheng.importers.port import MAX_UNPACKED, Reading
from jiheng.importers.readers import doc, docx
from jiheng.importers.readers.compound import OLE_MARK, Compound

MOST_AT_ONCE = 50
_SECONDS = 60
_SECONDS_MORE = 3  # for each further file of a batch
_ZIP = b"PK\x03\x04"
_RTF = b"{\\rtf"
_WORD_XML = b'progid="Word.Document"'
_ODT = b"application/vnd.oasis.opendocument.text"
_ENCRYPTED = 0x0100
_MISSING = (
    "读这个文件（odt、rtf，或带自动编号、文本框、嵌套表的 doc、wps）需要 LibreOffice，本机没有装。请安装（Debian、Ubuntu："
    "apt-get install -y libreoffice-writer-nogui libreoffice-calc-nogui），或用 Word、WPS 打开后另存为 docx 再试。"
)
_PROTECTED = "文件设了打开密码，读不出内容。请在 Word 或 WPS 里取消密码、另存后再试。"
_FAILED = "LibreOffice 读不出这个文件，它可能已损坏，或不是文字文件。请用 Word 或 WPS 打开、另存为 docx 后再试。"
_TOO_LONG = f"LibreOffice 转换这个文件超过 {_SECONDS} 秒，已中止。请用 Word 或 WPS 打开、只保留自评表、另存为 docx 后再试。"
_TOO_LARGE = f"文件转换后超过 {MAX_UNPACKED // 1048576} MB，超出处理上限。请只保留自评表、另存为 docx 后再试。"
_MACROS = "文件带有宏。本程序从不运行宏，只读文件里的文字；如不清楚宏的来历，请另存为 docx 再用。"

# No macro runs, no link is followed: the highest level of security, macros off, links blocked, and a proxy that is not there.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}
</oor:items>
"""
_SETTING = '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_CHOSEN = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


class _Profile:
    """LibreOffice's own settings and scratch space, one for each process of ours; one conversion at a time uses it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._owner = 0

    def folder(self) -> Path:
        """Made at first need, and again in a forked process or after ``drop``."""
        if self._folder is None or self._owner != os.getpid():
            self._folder = tempfile.TemporaryDirectory(prefix="jiheng-office-", ignore_cleanup_errors=True)
            self._owner = os.getpid()
            user = Path(self._folder.name, "user")
            user.mkdir()
            items = "\n".join(_SETTING.format(path=path, name=name, value=value) for path, name, value in _CHOSEN)
            (user / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items), encoding="utf-8")
        return Path(self._folder.name)

    def drop(self) -> None:
        """After a killed conversion nothing of its state is trusted."""
        if self._folder is not None and self._owner == os.getpid():
            self._folder.cleanup()
        self._folder = None


_PROFILE = _Profile()


def read_converted(source: bytes, name: str) -> Reading:
    """The paragraphs and tables of a doc, wps, odt or rtf file, where need be by way of LibreOffice; ``name`` is for the messages.

    Raises:
        UnreadableFileError: ``file.protected``; ``file.binary`` where LibreOffice is needed and not installed; ``file.limit`` where it takes
            too long or makes too much; ``file.damaged`` where it makes nothing of the file.
    """
    kind = _kind(source)
    if kind is None:
        raise UnreadableFileError("file.damaged", f"文件“{name}”不是完整的 Word、WPS 文字文件，或已损坏。请用 Word 或 WPS 打开、另存为 docx 后再试。")
    if kind == "docx":
        return docx.read(source)  # newer WPS saves docx under its own ending
    if is_protected(source):
        raise UnreadableFileError("file.protected", _PROTECTED)
    reading = doc.read(source) if kind == "doc" else None
    if reading is None:
        reading = docx.read(_converted(source, kind))
    return reading._replace(notices=(Notice("file.macro", _MACROS),)) if has_macros(source) else reading


def _converted(source: bytes, kind: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="jiheng-convert-", ignore_cleanup_errors=True) as folder:
        made = _convert([(source, kind)], Path(folder))
        if made.late:
            raise UnreadableFileError("file.limit", _TOO_LONG)
        converted = _content(made.files[0])
    if converted is None:
        raise UnreadableFileError("file.damaged", _FAILED)
    return converted


def convert_many(files: Sequence[tuple[str, bytes]]) -> list[bytes | None]:
    """Up to 50 files (name, content) to docx in one call of LibreOffice; None where a file gave nothing.

    Where the call breaks down or takes too long, the files it left are tried one by one, until one of them takes too long again.

    Raises:
        UnreadableFileError: ``file.binary`` where LibreOffice is not installed, ``file.limit`` for more than 50 files.
    """
    if len(files) > MOST_AT_ONCE:
        raise UnreadableFileError("file.limit", f"一次转换 {len(files)} 个文件，超过 {MOST_AT_ONCE} 个的上限。请分几批再试。")
    out: list[bytes | None] = [None] * len(files)
    waiting = []
    for index, (_, source) in enumerate(files):
        kind = _convertible(source)
        if kind == "docx":
            out[index] = source
        elif kind is not None:
            waiting.append((index, source, kind))
    if _fill(out, waiting).broken and len(waiting) > 1:
        for item in waiting:
            if out[item[0]] is None and _fill(out, [item]).late:
                break
    return out


def _convertible(source: bytes) -> str | None:
    try:
        return None if is_protected(source) else _kind(source)
    except UnreadableFileError:
        return None


class _Made(NamedTuple):
    """What one call of LibreOffice left: the files it should have made, whether it had to be stopped, whether it broke down."""

    files: list[Path]
    late: bool
    broken: bool


def _fill(out: list[bytes | None], items: list[tuple[int, bytes, str]]) -> _Made:
    with tempfile.TemporaryDirectory(prefix="jiheng-convert-", ignore_cleanup_errors=True) as folder:
        made = _convert([(source, kind) for _, source, kind in items], Path(folder))
        for (index, _, _), file in zip(items, made.files, strict=True):
            with contextlib.suppress(UnreadableFileError):
                out[index] = _content(file)
    return made


def _convert(items: list[tuple[bytes, str]], folder: Path) -> _Made:
    """One call; LibreOffice leaves with 0 also where it failed, so what counts is the file."""
    if not items:
        return _Made([], late=False, broken=False)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UnreadableFileError("file.binary", _MISSING)
    results = folder / "out"
    results.mkdir()
    sources = []
    for number, (source, kind) in enumerate(items):
        path = folder / f"{number}.{kind}"
        path.write_bytes(source)
        sources.append(str(path))
    with _PROFILE.lock:
        profile = _PROFILE.folder()
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck", "--nodefault"]
        command += ["--nofirststartwizard", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(results), *sources]
        status = _run(command, profile, _SECONDS + _SECONDS_MORE * (len(items) - 1))
        if status != 0:
            _PROFILE.drop()
    return _Made([results / f"{number}.docx" for number in range(len(items))], late=status is None, broken=status != 0)


def _run(command: list[str], home: Path, seconds: int) -> int | None:
    """The exit status, or None where time ran out; nothing of the call outlives it."""
    surroundings = {**os.environ, "HOME": str(home)}
    with subprocess.Popen(  # noqa: S603 - the program is LibreOffice, the arguments are our own file names
        command, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _content(file: Path) -> bytes | None:
    if not file.is_file():
        return None
    if file.stat().st_size > MAX_UNPACKED:
        raise UnreadableFileError("file.limit", _TOO_LARGE)
    return file.read_bytes()


def _kind(source: bytes) -> str | None:
    """The ending under which LibreOffice is to see these bytes; None for what is no text file, which it would read as rubbish."""
    head = source[:4096]
    if head.lstrip().startswith(_RTF):
        return "rtf"
    if head.startswith((b"<?xml", b"\xef\xbb\xbf<?xml")):
        return "xml" if _WORD_XML in head and b"<!DOCTYPE" not in source and b"<!ENTITY" not in source else None
    if head.startswith(OLE_MARK):
        names = Compound(source).names
        return "doc" if "WordDocument" in names else "wps" if "CONTENTS" in names or "EncryptedPackage" in names else None
    if not head.startswith(_ZIP):
        return None
    archive = open_archive(source)
    if "word/document.xml" in archive.names:
        return "docx"
    return "odt" if {"mimetype", "content.xml"} <= archive.names and archive.read("mimetype").startswith(_ODT) else None


def is_protected(source: bytes) -> bool:
    """Whether the file opens only with a password: doc and wps by the flag in their head, odt by its list of parts, docx by its wrapping."""
    if source.startswith(OLE_MARK):
        if is_protected_ooxml(source):
            return True
        head = Compound(source).read("WordDocument")[:12]
        return len(head) == 12 and bool(int.from_bytes(head[10:12], "little") & _ENCRYPTED)
    if source.startswith(_ZIP):
        archive = open_archive(source)
        return "META-INF/manifest.xml" in archive.names and b"encryption-data" in archive.read("META-INF/manifest.xml")
    return False


def is_protected_ooxml(source: bytes) -> bool:
    """Whether this is a docx or xlsx with a password: an OLE container around the encrypted package."""
    return source.startswith(OLE_MARK) and "EncryptedPackage" in Compound(source).names


def has_macros(source: bytes) -> bool:
    """Whether a doc, wps or odt file brings macros."""
    if source.startswith(OLE_MARK):
        return any("_VBA_PROJECT" in name for name in Compound(source).names)
    return source.startswith(_ZIP) and any(name.startswith("Basic/") and name.endswith(".xml") for name in open_archive(source).names)
