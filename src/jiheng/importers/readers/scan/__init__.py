"""Scanned pages (PDF, PNG, JPG, TIFF, BMP) to blocks: pages → straighten → grid → pieces → figures → assemble; ocr is the door to the models."""

from __future__ import annotations

from jiheng.domain.document import Notice, Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import Reading


def read(source: bytes) -> Reading:
    """Tables and paragraphs of every page, each cell with the confidence of its recognition.

    Raises:
        UnreadableFileError: file.empty, file.protected, file.damaged, file.limit, or file.binary where the recognition parts are missing.
    """
    try:
        from jiheng.importers.readers.scan import assemble, pages  # noqa: PLC0415 - heavy, and only in the extra "scan"
    except ImportError as error:
        raise UnreadableFileError("file.binary", _MISSING) from error
    blocks: list[Paragraph | Table] = []
    notices: list[Notice] = []
    for page in pages.pages(source):
        notices.extend(page.notices)
        blocks.extend(assemble.blocks(page))
    return Reading(tuple(blocks), tuple(notices))


_MISSING = (
    "识别扫描件需要 OCR 组件（pypdfium2、opencv、onnxruntime、rapidocr），当前环境没有安装。"
    "请运行 uv sync --extra scan 后重试，或上传可编辑的文件（xlsx、docx、带文字的 PDF）。"
)
