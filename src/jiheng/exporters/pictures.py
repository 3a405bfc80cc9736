"""Pages as pictures for the annotated copy: PDF pages rendered, scans as they are. The only door to pdfium and Pillow among the exporters."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

_DPI = 110
_POINTS = 72
_LONGEST = 2_400
_MOST_PAGES = 60


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page: its number from 1, its size in the unit of the anchors' boxes (points, or pixels of an image), and the picture as a data URI."""

    number: int
    width: float
    height: float
    uri: str


def pictures_of(source: bytes, form: str) -> tuple[PagePicture, ...]:
    """The pages of a PDF or an image, in order; none for formats without pages, or where the parts that draw them are not installed."""
    try:
        return tuple(_pdf(source)) if source[:1024].lstrip().startswith(b"%PDF") else tuple(_image(source)) if form in {"image", "scan"} else ()
    except ImportError:
        return ()
    except Exception:  # noqa: BLE001 - a page that cannot be drawn: the tables are shown instead
        return ()


def _pdf(source: bytes) -> list[PagePicture]:
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 - only where pages are drawn

    pages = []
    document = pypdfium2.PdfDocument(source)
    try:
        for number in range(min(len(document), _MOST_PAGES)):
            page = document[number]
            width, height = page.get_size()
            scale = min(_DPI / _POINTS, _LONGEST / max(width, height, 1))
            pages.append(PagePicture(number + 1, width, height, _uri(page.render(scale=scale).to_pil())))
    finally:
        document.close()
    return pages


def _image(source: bytes) -> list[PagePicture]:
    from PIL import Image, ImageOps, ImageSequence  # noqa: PLC0415 - comes with the extra that reads images

    pages = []
    with Image.open(io.BytesIO(source)) as file:
        for number, frame in enumerate(ImageSequence.Iterator(file), start=1):
            picture = ImageOps.exif_transpose(frame.convert("RGB"))
            width, height = picture.size
            picture.thumbnail((_LONGEST, _LONGEST))
            pages.append(PagePicture(number, width, height, _uri(picture)))
            if number == _MOST_PAGES:
                break
    return pages


def _uri(picture: object) -> str:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=82)  # type: ignore[attr-defined]
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
