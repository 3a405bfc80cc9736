"""Bytes to a Document: the format is told by content first, by name second; every limit gives a clear ``file.*`` finding."""

from __future__ import annotations

import hashlib
import re

from jiheng.domain.document import Document
from jiheng.errors import UnreadableFileError
from jiheng.importers.encoding import decode
from jiheng.importers.readers import html, text

MAX_BYTES = 20 * 1024 * 1024
MAX_CELLS = 200_000
_HTML = re.compile(r"<!doctype html|<html[\s>]|<table[\s>]|<body[\s>]", re.IGNORECASE)
_KNOWN = (
    (b"PK\x03\x04", "Word、Excel 或 WPS 新格式（docx、xlsx）"),
    (b"\xd0\xcf\x11\xe0", "Word、Excel 或 WPS 旧格式（doc、xls、wps、et）"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
)


def read(source: bytes, name: str) -> Document:
    """A Document of a text, TSV or HTML file.

    Raises:
        UnreadableFileError: ``file.empty``, ``file.too-large``, ``file.binary``, ``file.damaged`` or ``file.limit``.
    """
    if not source.strip():
        raise UnreadableFileError("file.empty", f"文件“{name}”是空的，没有可读的内容。请核对是否选错了文件。")
    if len(source) > MAX_BYTES:
        size, most = len(source) // 1048576, MAX_BYTES // 1048576
        raise UnreadableFileError("file.too-large", f"文件“{name}”有 {size} MB，超过 {most} MB 的上限。请拆成几份再试。")
    for mark, kind in _KNOWN:
        if source.startswith(mark):
            raise UnreadableFileError("file.binary", f"文件“{name}”是{kind}，本版本只能读文本与网页。请另存为网页或制表符分隔的文本再试。")
    content = decode(source)
    if not content.strip():
        raise UnreadableFileError("file.empty", f"文件“{name}”里只有空白，没有可读的内容。请核对是否选错了文件。")
    is_html = name.lower().endswith((".html", ".htm")) or _HTML.search(content[:20000]) is not None
    try:
        blocks = html.blocks(content) if is_html else text.blocks(content)
    except (RecursionError, MemoryError) as error:
        raise UnreadableFileError("file.limit", f"文件“{name}”嵌套过深或过大，超出处理上限。请拆成几份再试。") from error
    cells = sum(len(block.cells) for block in blocks if hasattr(block, "cells"))
    if cells > MAX_CELLS:
        raise UnreadableFileError("file.limit", f"文件“{name}”有 {cells} 个单元格，超过 {MAX_CELLS} 个的上限。请只保留自评表再试。")
    return Document(name=name, format="html" if is_html else "txt", digest=hashlib.sha256(source).hexdigest(), blocks=blocks)
