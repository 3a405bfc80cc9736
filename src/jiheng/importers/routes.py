"""Formats whose reading takes more than one reader, or a name besides the bytes; each is called in a sandbox worker like a reader."""

from __future__ import annotations

from functools import partial

from jiheng.importers.port import Reader, Reading


def pdf_or_scan(source: bytes) -> Reading:
    """A PDF by its text; one whose pages are pictures by recognition; a page that is a picture among pages of text likewise.

    Raises:
        UnreadableFileError: as the readers raise it.
    """
    from jiheng.importers.readers import pdf  # noqa: PLC0415 - a worker loads the reader it needs

    if not pdf.has_text_layer(source):
        from jiheng.importers.readers import scan  # noqa: PLC0415 - heavy, and only for pictures

        return scan.read(source)
    return pdf.read(source)


def html(source: bytes) -> Reading:
    """A web page, also one saved with its pictures as a single file (MHTML).

    Raises:
        UnreadableFileError: as the reader raises it.
    """
    from jiheng.importers.formats import web_page  # noqa: PLC0415 - a worker loads the reader it needs
    from jiheng.importers.readers import html as reader  # noqa: PLC0415 - as above

    return reader.read(web_page(source))


def _converted(kind: str, source: bytes) -> Reading:
    from jiheng.importers.readers import office  # noqa: PLC0415 - a worker loads the reader it needs

    return office.read_converted(source, f"file.{kind}")


doc: Reader = partial(_converted, "doc")
wps: Reader = partial(_converted, "wps")
odt: Reader = partial(_converted, "odt")
rtf: Reader = partial(_converted, "rtf")
