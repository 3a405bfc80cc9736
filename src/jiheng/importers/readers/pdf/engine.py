"""The one door to pdfium: opening a file safely, one at a time, and closing it again."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from jiheng.errors import UnreadableFileError
from jiheng.importers.port import MAX_PAGES

__all__ = ["address_of", "by_address", "opened", "pdfium", "pypdfium2"]

# pdfium keeps state for the whole process and must not be entered by two threads.
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def opened(source: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The document, closed when done. Raises UnreadableFileError ``file.protected``, ``file.damaged`` or ``file.limit``."""
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(source)
        except pypdfium2.PdfiumError as error:
            if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
                raise UnreadableFileError("file.protected", "PDF 设有打开密码，无法读取。请去掉密码另存后再试。") from error
            raise UnreadableFileError("file.damaged", "PDF 已损坏或不完整，无法打开。请重新下载，或由原文件重新导出后再试。") from error
        try:
            count = len(document)
            if count > MAX_PAGES:
                raise UnreadableFileError("file.limit", f"PDF 有 {count} 页，超过 {MAX_PAGES} 页的上限。请只保留自评表所在的页再试。")
            if count < 1:
                raise UnreadableFileError("file.damaged", "PDF 里没有一页，可能不完整。请重新下载，或由原文件重新导出后再试。")
            yield document
        finally:
            document.close()


def by_address(function: Any, result: Any, *kinds: Any) -> Callable[..., Any]:  # noqa: ANN401 - a function of a library without types
    """A function of pdfium that takes and gives addresses as numbers: half the price of a call, for what is asked of each character."""
    kind = ctypes.CFUNCTYPE(result, *kinds)
    return kind(address_of(function))


def address_of(thing: Any) -> int:  # noqa: ANN401 - a pointer of a library without types
    """Where pdfium keeps an object: what it is recognised by."""
    return ctypes.cast(thing, ctypes.c_void_p).value or 0
