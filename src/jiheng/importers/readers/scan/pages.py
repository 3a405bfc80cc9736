"""Files to page pictures: PDF pages drawn by pdfium, image files decoded by Pillow, both within limits that are checked before decoding."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image, ImageOps

from jiheng.domain.document import Anchor, Notice
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import MAX_PAGES
from jiheng.importers.readers.scan.geometry import Pixels

_DPI = 200
MAX_PIXELS = 40_000_000
MAX_SIDE = 4_500
_NEEDS_PASSWORD = 4  # FPDF_ERR_PASSWORD


class Page(NamedTuple):
    """One page picture (height × width × RGB); ``unit`` is page units (points of a PDF, pixels of an image) to one of its pixels."""

    number: int
    picture: Pixels
    unit: Decimal
    notices: tuple[Notice, ...] = ()


def pages(source: bytes) -> Iterator[Page]:
    """The pages in order, drawn one at a time.

    Raises:
        UnreadableFileError: file.empty, file.protected, file.damaged, file.limit or file.binary.
    """
    if not source:
        raise UnreadableFileError("file.empty", "文件是空的（0 字节），没有可读的内容。请检查上传的文件。")
    if b"%PDF-" in source[:1024]:
        yield from _from_pdf(source)
    else:
        yield from _from_image(source)


def _from_pdf(source: bytes) -> Iterator[Page]:
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _NEEDS_PASSWORD or "password" in str(error).lower():
            raise UnreadableFileError("file.protected", "PDF 文件设有打开密码，无法读取。请去除密码后重新上传。") from error
        raise UnreadableFileError("file.damaged", "PDF 文件已损坏，无法打开。请重新扫描或重新导出后上传。") from error
    try:
        count = len(document)
        if count == 0:
            raise UnreadableFileError("file.damaged", "PDF 文件中没有可读的页。请重新扫描或重新导出后上传。")
        _check_count(count)
        for index in range(count):
            yield _drawn(document, index)
    finally:
        document.close()


def _drawn(document: pdfium.PdfDocument, index: int) -> Page:
    number = index + 1
    try:
        page = document[index]
        _check_inner_pictures(page, number)
        width, height = page.get_size()
        scale = min(_DPI / 72, MAX_SIDE / max(width, height, 1.0))
        picture = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()
    except pdfium.PdfiumError as error:
        raise UnreadableFileError("file.damaged", f"PDF 第 {number} 页已损坏，无法显示。请重新扫描该页后上传。") from error
    notices = (_shrunk(number, round(max(width, height) / 72 * _DPI)),) if scale < _DPI / 72 else ()
    return Page(number, _rgb(picture), Decimal(repr(1 / scale)), notices)


def _check_inner_pictures(page: pdfium.PdfPage, number: int) -> None:
    for item in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        width, height = item.get_px_size()
        _check_area(width, height, f"PDF 第 {number} 页中的图片")


def _from_image(source: bytes) -> Iterator[Page]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        warnings.filterwarnings("ignore", category=UserWarning, module="PIL")  # odd metadata tags are no concern of the reader's
        try:
            image = Image.open(io.BytesIO(source))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise UnreadableFileError("file.limit", _too_large("图片")) from error
        except (OSError, SyntaxError, ValueError) as error:
            message = "图片文件已损坏，或不是支持的图片格式。请上传 PNG、JPG、TIFF、BMP 图片或 PDF 扫描件。"
            raise UnreadableFileError("file.damaged", message) from error
        count = int(getattr(image, "n_frames", 1))
        _check_count(count)
        for index in range(count):
            yield _decoded(image, index)


def _decoded(image: Image.Image, index: int) -> Page:
    number = index + 1
    try:
        image.seek(index)
        _check_area(image.width, image.height, f"第 {number} 页图片")
        image.load()
        upright = ImageOps.exif_transpose(image)
        shown = _on_white(upright)
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, Image.DecompressionBombWarning) as error:
        raise UnreadableFileError("file.damaged", f"图片第 {number} 页不完整或已损坏，无法解码。请重新扫描或重新传输后上传。") from error
    longest = max(shown.size)
    if longest <= MAX_SIDE:
        return Page(number, np.asarray(shown, dtype=np.uint8), Decimal(1))
    size = (max(1, round(shown.width * MAX_SIDE / longest)), max(1, round(shown.height * MAX_SIDE / longest)))
    small = shown.resize(size, Image.Resampling.BOX)
    return Page(number, np.asarray(small, dtype=np.uint8), Decimal(longest) / MAX_SIDE, (_shrunk(number, longest),))


def _on_white(image: Image.Image) -> Image.Image:
    """RGB as a reader sees it: transparent parts white, 16-bit greys brought down to 8."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        top = 65535 if values.max(initial=0) > 255 else 255
        return Image.fromarray((values * 255 / top).clip(0, 255).astype(np.uint8)).convert("RGB")
    if image.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        paper.alpha_composite(layer)
        return paper.convert("RGB")
    return image.convert("RGB")


def _rgb(picture: Pixels) -> Pixels:
    if picture.ndim == 2 or picture.shape[2] == 1:
        return np.repeat(picture.reshape(*picture.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(picture[:, :, :3])


def _check_count(count: int) -> None:
    if count > MAX_PAGES:
        raise UnreadableFileError("file.limit", f"文件共 {count} 页，超过 {MAX_PAGES} 页的上限。请只保留自评表所在的页后上传。")


def _check_area(width: int, height: int, what: str) -> None:
    if width * height > MAX_PIXELS:
        raise UnreadableFileError("file.limit", _too_large(f"{what}（{width}×{height} 像素）"))


def _too_large(what: str) -> str:
    return f"{what}超过 {MAX_PIXELS // 10_000} 万像素的上限，为避免占满内存没有解码。请以 200 至 300 dpi 重新扫描后上传。"


def _shrunk(number: int, longest: int) -> Notice:
    message = f"第 {number} 页长边约 {longest} 像素，已缩小到 {MAX_SIDE} 像素后识别，小字可能读不准。建议以 200 至 300 dpi 重新扫描。"
    return Notice("file.limit", message, Anchor(page=number))
