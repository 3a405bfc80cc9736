"""Formats whose reading takes more than one reader, or a name besides the bytes; each is called in a sandbox worker like a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from jiheng.domain.document import Paragraph, Table
from jiheng.importers.port import Reader, Reading


def pdf_or_scan(source: bytes) -> Reading:
    """A PDF by its text; one whose pages are pictures by recognition; a page that is a picture among pages of text likewise.

    Raises:
        UnreadableFileError: as the readers raise it.
    """
    from jiheng.importers.readers import pdf  # noqa: PLC0415 - a worker loads the reader it needs

    reading = pdf.read(source)
    letters: Counter[int] = Counter()
    for page, text in (found for block in reading.blocks for found in _texts(block) if found[1]):
        letters[page] += len(text)
    if letters and min(letters.values()) >= pdf.FEWEST_CHARACTERS and len(letters) == max(letters):
        return reading
    pictures = frozenset(pdf.pages_without_text(source))
    if not pictures:
        return reading
    from jiheng.importers.readers import scan  # noqa: PLC0415 - heavy, and only for pictures

    recognised = scan.read(source)
    if not any(page not in pictures for page in letters):
        return recognised
    parts = [block for block in reading.blocks if _page(block) not in pictures]
    parts += [block for block in recognised.blocks if _page(block) in pictures]
    return Reading(tuple(sorted(parts, key=_page)), (*reading.notices, *recognised.notices))


def _texts(block: Paragraph | Table) -> Iterator[tuple[int, str]]:
    for item in block.cells if isinstance(block, Table) else (block,):
        yield item.anchor.page or 1, item.text


def _page(block: Paragraph | Table) -> int:
    return next((page for page, _ in _texts(block)), 1)


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
