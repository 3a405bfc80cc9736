"""What audit rules ask of running text: sameness, clauses, document numbers, absence. Pure functions; lexicons stay in the pack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz

ABSENT_WORDS = frozenset({"", "无", "暂无", "没有", "-", "--", "—", "——", "–", "―", "一", "/", "//", "\\", "、", "。", "无。", "n/a", "N/A", "NA"})
_ABSENT_STARTS = frozenset(word[:1] for word in ABSENT_WORDS)

_BLANK = re.compile(r"[\s\u200b\ufeff]+")
_CLAUSE_END = re.compile(r"[,;。!?:、\n\r]+|(?<!\d)\.(?!\d)")
_YEAR_FIRST = re.compile(r"[\[(〔【{]((?:19|20)\d{2})[\])〕】}]第?(\d{1,5})号")
_YEAR_WORD = re.compile(r"((?:19|20)\d{2})年第(\d{1,5})号")


@lru_cache(maxsize=4096)
def squeeze(text: str) -> str:
    """The text after NFKC, without any white space."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


def similarity(a: str, b: str) -> Decimal:
    """How alike two texts are, 0 to 1, after NFKC without white space (indel ratio, four decimal places)."""
    left, right = squeeze(a), squeeze(b)
    if left == right:
        return Decimal(1)
    return Decimal(f"{fuzz.ratio(left, right):.2f}") / 100


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[str, ...]:
    """The text cut at punctuation and line ends, squeezed, empty pieces left out; a decimal point and a thousands comma do not cut."""
    normal = unicodedata.normalize("NFKC", text)
    joined = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", normal)
    return tuple(piece for piece in (squeeze(part) for part in _CLAUSE_END.split(joined)) if piece)


@lru_cache(maxsize=4096)
def document_numbers(text: str) -> tuple[str, ...]:
    """Official document numbers in the text as ``[2022]597号``, without the issuer's short name, each once in reading order."""
    plain = squeeze(text)
    found = [*_YEAR_FIRST.findall(plain), *_YEAR_WORD.findall(plain)]
    return tuple(dict.fromkeys(f"[{year}]{number}号" for year, number in found))


@lru_cache(maxsize=4096)
def document_years(text: str) -> tuple[int, ...]:
    """The years of the official document numbers in the text."""
    return tuple(dict.fromkeys(int(number[1:5]) for number in document_numbers(text)))


def says_nothing(text: str | None) -> bool:
    """Whether a cell is blank or holds only a sign of absence (无, —, /)."""
    if text is None:
        return True
    first = text[:1]
    return (first < "\u4e00" or first > "\u9fff" or first in _ABSENT_STARTS) and squeeze(text) in ABSENT_WORDS  # Han stays Han in NFKC


def first_word(text: str, words: Iterable[str]) -> str | None:
    """The first word of a lexicon that the text contains, None where it has none."""
    for word in words:  # a plain loop: this runs for most rules on most rows
        if word in text:
            return word
    return None
