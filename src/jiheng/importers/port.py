"""The port every reader stands behind: bytes in, blocks and notices out; and the limits they all keep."""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol

from jiheng.domain.document import Notice, Paragraph, Table

_BLANKS = re.compile(r"[ \t\r\n\v\f\u3000\xa0]+")
MAX_CELLS = 200_000
MAX_PAGES = 60
MAX_UNPACKED = 200 * 1024 * 1024


class Reading(NamedTuple):
    """What a reader found: paragraphs and tables in reading order, and what is odd about the file itself."""

    blocks: tuple[Paragraph | Table, ...]
    notices: tuple[Notice, ...] = ()


class Reader(Protocol):
    """One format. Raises UnreadableFileError with a ``file.*`` code where nothing can be read; knows no forms."""

    def __call__(self, source: bytes) -> Reading:
        """The file's blocks in reading order."""


def fold(text: str) -> str:
    """Runs of blanks and line breaks become one space, none at the ends: how every reader cleans a text."""
    if text.isprintable():  # the space is the only blank that is
        return " ".join(text.split())
    return _BLANKS.sub(" ", text).strip()
