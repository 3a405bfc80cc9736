"""What a cell brings and what it says: the shape between the sources and the typing of their cells."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from jiheng.domain.measured import Exclusion
from jiheng.evidence.records import Fact

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_NOTHING: Final = frozenset({"-", "--", "---", "—", "——", "–", "/", "//", "\\", "_", "...", "......", "空", "null", "none", "nan", "n/a", "#n/a n/a"})
_ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!)")
_STORED = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?")


class Entry(NamedTuple):
    """One cell of a source.

    ``text`` as shown; ``stored`` what a spreadsheet keeps behind it; ``number_format`` its format code; ``unworked`` a formula without a
    stored value; ``value`` the typed value where the source has types (Parquet, database, JSON), None elsewhere; ``sums_above`` a formula that
    sums cells above it in its own column.
    """

    text: str
    stored: str = ""
    number_format: str | None = None
    unworked: bool = False
    value: object = None
    sums_above: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it, not even a formula to be worked out."""
        return not self.text and not self.unworked and self.value is None


class Typed(NamedTuple):
    """What a cell says: the fact; where it cannot count, ``exclusion`` and ``because``; ``remark``, something its owner should know.

    ``unit`` is the unit printed in the cell itself, None where it prints none.
    """

    fact: Fact
    exclusion: Exclusion | None = None
    because: str = ""
    remark: str = ""
    unit: str | None = None


EMPTY: Final = Typed(None)


@lru_cache(maxsize=32768)
def plain_text(text: str) -> str:
    """A text without invisible characters, full-width characters as half-width, runs of blanks as one."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


@lru_cache(maxsize=32768)
def tight(text: str) -> str:
    """As ``plain_text``, without any blank."""
    return plain_text(text).replace(" ", "")


def says_nothing(text: str) -> bool:
    """Whether a cell is empty or holds one of the field's marks for nothing (a dash, a slash)."""
    return not text or text.lower() in _NOTHING


def is_error(text: str) -> bool:
    """Whether the text is an error value of a spreadsheet, such as ``#DIV/0!``."""
    return _ERROR.fullmatch(text) is not None


def stored_number(entry: Entry) -> Decimal | None:
    """The number a spreadsheet stores behind a cell; None where the source has no such thing, or stores no number."""
    stored = entry.stored.strip()
    if not stored or (entry.number_format is None and stored == entry.text) or not _STORED.fullmatch(stored):
        return None
    return Decimal(stored)
