"""Bytes to a Document: the format is told by content first, by name second; every limit gives a clear ``file.*`` finding.

Text is decoded and cut here; every other format is read by a worker process behind the sandbox.
"""

from __future__ import annotations

import hashlib

from jiheng.domain.document import Document, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.encoding import decode
from jiheng.importers.formats import format_of
from jiheng.importers.port import MAX_CELLS, Reading
from jiheng.importers.readers import text
from jiheng.importers.sandbox import Sandbox, default_sandbox

MAX_BYTES = 20 * 1024 * 1024
SCAN = "scan"
_PICTURED = frozenset({"pdf", "image"})
_HOUSE = "jiheng.importers"
READERS = {
    "xlsx": f"{_HOUSE}.readers.xlsx:read",
    "xls": f"{_HOUSE}.readers.xls:read",
    "et": f"{_HOUSE}.readers.xls:read",
    "ods": f"{_HOUSE}.readers.ods:read",
    "csv": f"{_HOUSE}.readers.csv:read",
    "docx": f"{_HOUSE}.readers.docx:read",
    "doc": f"{_HOUSE}.routes:doc",
    "wps": f"{_HOUSE}.routes:wps",
    "odt": f"{_HOUSE}.routes:odt",
    "rtf": f"{_HOUSE}.routes:rtf",
    "html": f"{_HOUSE}.routes:html",
    "pdf": f"{_HOUSE}.routes:pdf_or_scan",
    "image": f"{_HOUSE}.readers.scan:read",
}
_REFUSED = {
    "protected": ("file.protected", "文件“{name}”设有打开密码，读不出内容。请取消密码、另存后再试。"),
    "ofd": ("file.binary", "文件“{name}”是 OFD 版式文件，本版本还不能读。请用阅读器另存为 PDF 再试。"),
    "unknown-binary": ("file.binary", "文件“{name}”是二进制内容，不是认得的格式。请另存为 Excel、Word、PDF、网页或文本再试。"),
}


def read(source: bytes, name: str, *, sandbox: Sandbox | None = None) -> Document:
    """The Document of a file of any known format.

    Args:
        source: the file's bytes.
        name: its name, for messages and where the content leaves the format open.
        sandbox: where the readers run; by default the one of this process.

    Raises:
        UnreadableFileError: ``file.empty``, ``file.too-large``, ``file.binary``, ``file.protected``, ``file.damaged`` or ``file.limit``.
    """
    if not source.strip():
        raise UnreadableFileError("file.empty", f"文件“{name}”是空的，没有可读的内容。请核对是否选错了文件。")
    if len(source) > MAX_BYTES:
        size, most = len(source) // 1048576, MAX_BYTES // 1048576
        raise UnreadableFileError("file.too-large", f"文件“{name}”有 {size} MB，超过 {most} MB 的上限。请拆成几份再试。")
    form = format_of(source, name)
    if form in _REFUSED:
        code, message = _REFUSED[form]
        raise UnreadableFileError(code, message.format(name=name))
    reading = _text(source, name) if form == "txt" else (sandbox or default_sandbox()).read(source, name, reader=READERS[form])
    _bounded(reading, name)
    shown = SCAN if form in _PICTURED and _is_recognised(reading) else form
    return Document(name=name, format=shown, digest=hashlib.sha256(source).hexdigest(), blocks=reading.blocks, notices=reading.notices)


def warm(source: bytes, name: str) -> None:
    """Start the worker that will read this file, without waiting for it: the rulebook is loaded meanwhile."""
    reader = READERS.get(format_of(source, name))
    if reader is not None and len(source) <= MAX_BYTES:
        default_sandbox().warm(reader)


def _text(source: bytes, name: str) -> Reading:
    content = decode(source)
    if not content.strip():
        raise UnreadableFileError("file.empty", f"文件“{name}”里只有空白，没有可读的内容。请核对是否选错了文件。")
    return Reading(text.blocks(content))


def _bounded(reading: Reading, name: str) -> None:
    cells = sum(len(block.cells) for block in reading.blocks if isinstance(block, Table))
    if cells > MAX_CELLS:
        raise UnreadableFileError("file.limit", f"文件“{name}”有 {cells} 个单元格，超过 {MAX_CELLS} 个的上限。请只保留自评表再试。")


def _is_recognised(reading: Reading) -> bool:
    """Whether texts were recognised in a picture: such cells say how certain they are."""
    return any(cell.confidence != 1 for block in reading.blocks if isinstance(block, Table) for cell in block.cells)
