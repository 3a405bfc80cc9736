"""What a page can show of a text: controls made harmless, and runs too long for their line made breakable."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

GETA = "〓"
"""Printers' sign for a character that no font at hand has."""

Words = str | list[str | list[str]]
"""A text, or its pieces in order: a list among them may be broken between any two of its members."""

_ODD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\ud800-\uf8ff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Between two of these a line may always be broken; a mark, a figure or a foreign word may hang on to its neighbours.
_IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_HANGING = f"(?:[^{_IDEOGRAPH} \n\u3000]|[ \u3000](?=[^\\w\\s])|(?<=[^\\w\\s])[ \u3000])"
_OPENING = "（《〈「『【〔(\\[{"
_HOLDING = "“‘”’\"'￥$¥€£+±−№\\\\"
# Addresses are cut at their joints first: after a stroke, before a point.
_JOINTS = re.compile("(?<=[/?&=_@-])(?![/?&=_@-])|(?=[.][^0-9])")
_EM_AT_MOST = 1.16
_FIGURE, _LOWER, _UPPER, _BROADER = 0.58, 0.67, 0.86, 0.98
# Between Chinese and Latin the typesetter keeps a quarter of a character.
_APART = re.compile(f"(?<=[{_IDEOGRAPH}])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[{_IDEOGRAPH}])")
_GAP = 0.25
_FIGURES = frozenset("0123456789.,:;+-=<>/()[] ")
_BROAD = frozenset("mwM@%&")


def printable(text: str) -> str:
    r"""The text as a page can show it: line breaks as ``\n``, tabs as a blank, marks without a shape left out, broken characters as 〓.

    >>> printable("甲\t乙\r\n丙\u200b丁\x07")
    '甲 乙\n丙丁〓'
    """
    if not _ODD.search(text):
        return text
    return _ODD.sub(_harmless, _BREAKS.sub("\n", text))


def broken(text: str) -> list[str]:
    """The characters that ``printable`` replaces by 〓: controls, halves of pairs, and private ones, which mean something in one font only."""
    return [character for character in _ODD.findall(_BREAKS.sub("\n", text)) if _harmless_one(character) == GETA]


def _harmless(found: re.Match[str]) -> str:
    return _harmless_one(found[0])


def _harmless_one(character: str) -> str:
    if character == "\t":
        return " "
    return "" if unicodedata.category(character) in {"Cf", "Mn"} else GETA


def ems(text: str) -> float:
    """About how wide one line of the text is, in widths of a Chinese character."""
    wide = (len(text.encode("utf-8", "replace")) - len(text)) / 2
    return min(wide, len(text)) + max(0.0, len(text) - wide) * 0.56


def line_count(text: str, width: float) -> int:
    """About how many lines the text takes where ``width`` Chinese characters go on one; half a character stays free at the end of most."""
    filled = max(1.0, width - 0.5)
    return sum(max(1, math.ceil(ems(line) / filled)) for line in text.split("\n"))


def words(text: str, width: float) -> Words:
    """The text with every run breakable that might be wider than a line of ``width`` Chinese characters."""
    fewest = max(1, math.ceil((width - 2) / _EM_AT_MOST))
    if len(text) < fewest:
        return text
    found: list[str | list[str]] = []
    end = 0
    for run in _runs(fewest).finditer(text):
        if sum(map(_widest, run[0])) > width:
            parts = _cut(run[0], width)
            if run.start() == end and found:
                parts = [*found.pop(), *parts]
            found += [text[end : run.start()], parts]
            end = run.end()
    return [piece for piece in (*found, text[end:]) if piece] if found else text


@cache
def _runs(fewest: int) -> re.Pattern[str]:
    before, after = f"(?:[{_IDEOGRAPH}](?=[^\\w\\s{_OPENING}]))?", f"(?:(?<=[{_OPENING}{_HOLDING}])[{_IDEOGRAPH}])?"
    return re.compile(f"{before}{_HANGING}{{{fewest},}}{after}")


def _widest(character: str) -> float:
    if character in _FIGURES:
        return _FIGURE
    if character in _BROAD:
        return _BROADER
    if not character.isascii() or character == "W":
        return _EM_AT_MOST
    return _UPPER if character.isupper() else _LOWER


def widest(text: str) -> float:
    """No line of the text is wider than so many Chinese characters, whichever face it is printed in."""
    return max((_widest_line(line) for line in text.split("\n")), default=0.0)


def _widest_line(text: str) -> float:
    return sum(map(_widest, text)) + _GAP * len(_APART.findall(text))


def fits(text: str, width: float) -> bool:
    """Whether the text surely goes on one line of ``width`` Chinese characters."""
    if "\n" in text or len(text) * _FIGURE > width:
        return False
    return len(text) * _EM_AT_MOST <= width or _widest_line(text) <= width


def _cut(run: str, width: float) -> list[str]:
    """The parts of a run between which it may be broken: those of an address, or single characters where a part is too long itself."""
    parts: list[str] = []
    for part in _JOINTS.split(run):
        parts += _clusters(part) if sum(map(_widest, part)) > width else [part]
    return [part for part in parts if part]


def _clusters(text: str) -> list[str]:
    """The characters, each with the marks that stand on it."""
    starts = [index for index, character in enumerate(text) if index == 0 or not unicodedata.category(character).startswith("M")]
    return [text[low:high] for low, high in zip(starts, [*starts[1:], len(text)], strict=True)]


def code_points(clusters: Iterable[str]) -> list[str]:
    r"""Characters by their numbers, for a reader whose fonts lack them too.

    >>> code_points(["\U0001f600", "a\u0301"])
    ['U+1F600', 'U+0061+0301']
    """
    return ["U+" + "+".join(f"{ord(character):04X}" for character in cluster) for cluster in clusters]
