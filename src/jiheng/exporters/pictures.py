"""Pages as pictures for the annotated copy: PDF pages drawn, pictures as they are. The only door to pdfium and Pillow among the exporters."""

from __future__ import annotations

import base64
import io
import struct
import threading
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

_DPI = 110
_POINTS = 72
_LONGEST = 2_400
_LARGE = 400_000
"""A page drawn larger than this (bytes) is a photograph rather than print, and a lossy picture of it is as good."""
_KEPT = 2_000_000
"""A picture file up to this size (bytes) is shown as it is."""
_ALWAYS = 12
"""So many first pages are shown in any case; later ones where something was read on them."""
_AS_THEY_ARE = {"JPEG": "image/jpeg", "PNG": "image/png"}
_ORIENTATION = 0x0112
# pdfium keeps state for the whole process and must not be entered by two threads.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page: its number from 1, its size in the unit of the anchors' boxes (points, or pixels of an image), and the picture as a data URI."""

    number: int
    width: float
    height: float
    uri: str


def pictures_of(source: bytes, form: str, wanted: Collection[int] = ()) -> tuple[PagePicture, ...]:
    """The pages of a PDF or an image, in order; none for formats without pages, or where a page cannot be drawn.

    Args:
        source: the file's bytes, accepted by a reader before.
        form: its format, as in ``Document.format``.
        wanted: the pages that must be there; beyond the first few the others are left out.
    """
    if form not in {"pdf", "scan", "image"}:
        return ()
    try:
        return tuple(_pdf(source, wanted) if b"%PDF-" in source[:1024] else _image(source, wanted))
    except Exception:  # noqa: BLE001 - parts not installed, or a page that cannot be drawn: the tables are shown instead
        return ()


def _shown(count: int, wanted: Collection[int]) -> Iterator[int]:
    return (number for number in range(1, count + 1) if number <= _ALWAYS or number in wanted)


def _pdf(source: bytes, wanted: Collection[int]) -> Iterator[PagePicture]:
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 - only where pages are drawn

    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(source) as document:
        document.init_forms()  # what was typed into the fields of a form is shown, too
        for number in _shown(len(document), wanted):
            page = document[number - 1]
            width, height = page.get_size()
            bitmap = page.render(scale=min(_DPI / _POINTS, _LONGEST / max(width, height, 1)), rev_byteorder=True, prefer_bgrx=False)
            yield PagePicture(number, width, height, _drawn(bitmap))
            bitmap.close()
            page.close()


def _drawn(bitmap: Any) -> str:  # noqa: ANN401 - a bitmap of a library without types
    """Print is exact and small as PNG; a scanned page is a tenth of it as JPEG, where Pillow is at hand."""
    exact = _png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
    if len(exact) > _LARGE:
        try:
            return _jpeg(bitmap.to_pil())
        except ImportError:
            pass
    return _uri(exact, "image/png")


def _png(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """Rows of red, green, blue as a PNG file."""
    rows = b"".join(b"\0" + pixels[start : start + 3 * width] for start in range(0, height * stride, stride))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    body = b"".join(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + body


def _image(source: bytes, wanted: Collection[int]) -> Iterator[PagePicture]:
    from PIL import Image, ImageOps  # noqa: PLC0415 - comes with the extra that reads images

    with Image.open(io.BytesIO(source)) as file:
        count = getattr(file, "n_frames", 1)
        upright = file.getexif().get(_ORIENTATION, 1) == 1
        if count == 1 and upright and file.format in _AS_THEY_ARE and len(source) <= _KEPT:
            yield PagePicture(1, file.width, file.height, _uri(source, _AS_THEY_ARE[file.format]))
            return
        for number in _shown(count, wanted):
            file.seek(number - 1)
            picture = ImageOps.exif_transpose(file)
            width, height = picture.size
            picture.thumbnail((_LONGEST, _LONGEST))
            yield PagePicture(number, width, height, _jpeg(picture))


def _jpeg(picture: Any) -> str:  # noqa: ANN401 - a picture of a library that is there only with an extra
    """As JPEG: transparent parts white, 16-bit greys brought down to 8, as the reader sees them."""
    from PIL import Image  # noqa: PLC0415 - comes with the extra that reads images

    if picture.mode.startswith("I") or picture.mode == "F":
        grey = picture.convert("F")
        scale = 255 / 65_535 if grey.getextrema()[1] > 255 else 1
        picture = grey.point(lambda value: value * scale + 0).convert("L")
    elif picture.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        picture = Image.new("RGBA", layer.size, "white")
        picture.alpha_composite(layer)
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=82)
    return _uri(out.getvalue(), "image/jpeg")


def _uri(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
