"""Automatic numbering of Word paragraphs: numbers are printed but not stored; they are counted here from ``numbering.xml``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from lxml.etree import _Element

from jiheng.importers.readers.docx_text import W

_VALUE = W + "val"
_LEVELS = 9
_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans(_DIGITS + "十", "零壹贰叁肆伍陆柒捌玖拾")
_PLACEHOLDER = re.compile(r"%([1-9])")
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class _Level(NamedTuple):
    start: int
    form: str
    text: str
    blank: str


class _List(NamedTuple):
    """A ``w:num``: the abstract list it counts in, its levels, and the levels it starts anew."""

    counted_in: str
    levels: dict[int, _Level]
    restarts: dict[int, int]


class Numbering:
    """Counts paragraphs as Word does; ``label`` must be asked once for every paragraph, in order."""

    def __init__(self, numbering: _Element, styles: _Element | None) -> None:
        abstracts = {item.get(W + "abstractNumId") or "": item for item in numbering.findall(W + "abstractNum")}
        self._lists = {item.get(W + "numId") or "": _list(item, abstracts) for item in numbering.findall(W + "num")}
        self._styles = {} if styles is None else _numbered_styles(styles)
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()

    def label(self, properties: _Element) -> str:
        """The printed number of a paragraph and its blank; empty where it has none or a mere bullet."""
        number, level = self._membership(properties)
        chosen = self._lists.get(number)
        if chosen is None or level not in chosen.levels:
            return ""
        counts = self._counts.setdefault(chosen.counted_in, [None] * _LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for index, start in chosen.restarts.items():
                counts[index] = start - 1
        before = counts[level]
        counts[level] = chosen.levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        return _printed(chosen, level, counts)

    def _membership(self, properties: _Element) -> tuple[str, int]:
        own = properties.find(W + "numPr")
        style = properties.find(W + "pStyle")
        number, level = self._styles.get(style.get(_VALUE) or "", ("0", 0)) if style is not None else ("0", 0)
        if own is None:
            return number, level
        return _attribute(own, "numId") or number, _whole(_attribute(own, "ilvl"), level)


def _printed(chosen: _List, level: int, counts: list[int | None]) -> str:
    shown = chosen.levels[level]
    if shown.form == "bullet":
        return ""

    def one(match: re.Match[str]) -> str:
        index = int(match.group(1)) - 1
        at = chosen.levels.get(index)
        count = counts[index]
        if at is None:
            return ""
        return _numeral(at.start if count is None else count, at.form)

    text = _PLACEHOLDER.sub(one, shown.text)
    return text + shown.blank if text else ""


def _list(item: _Element, abstracts: dict[str, _Element]) -> _List:
    counted_in = _attribute(item, "abstractNumId") or ""
    abstract = abstracts.get(counted_in)
    levels = {} if abstract is None else {_whole(level.get(W + "ilvl"), 0): _level(level) for level in abstract.findall(W + "lvl")}
    restarts: dict[int, int] = {}
    for override in item.findall(W + "lvlOverride"):
        index = _whole(override.get(W + "ilvl"), 0)
        own = override.find(W + "lvl")
        if own is not None:
            levels[index] = _level(own)
        start = _attribute(override, "startOverride")
        if start is not None and index < _LEVELS:
            restarts[index] = _whole(start, 1)
    return _List(counted_in, {index: level for index, level in levels.items() if index < _LEVELS}, restarts)


def _level(item: _Element) -> _Level:
    blank = "" if _attribute(item, "suff") == "nothing" else " "
    return _Level(_whole(_attribute(item, "start"), 0), _attribute(item, "numFmt") or "decimal", _attribute(item, "lvlText") or "", blank)


def _numbered_styles(styles: _Element) -> dict[str, tuple[str, int]]:
    """Paragraph styles that number their paragraphs, by their own word or by that of the style they build on."""
    own: dict[str, tuple[str, int]] = {}
    parents: dict[str, str] = {}
    for style in styles.findall(W + "style"):
        name = style.get(W + "styleId") or ""
        parents[name] = _attribute(style, "basedOn") or ""
        number = style.find(f"{W}pPr/{W}numPr")
        if number is not None:
            own[name] = (_attribute(number, "numId") or "0", _whole(_attribute(number, "ilvl"), 0))
    found: dict[str, tuple[str, int]] = {}
    for name in parents:
        at, seen = name, set[str]()
        while at not in own and at in parents and at not in seen:
            seen.add(at)
            at = parents[at]
        if at in own:
            found[name] = own[at]
    return found


def _attribute(item: _Element, name: str) -> str | None:
    child = item.find(W + name)
    return None if child is None else child.get(_VALUE)


def _whole(printed: str | None, otherwise: int) -> int:
    return int(printed) if printed and printed.isdecimal() and len(printed) < 6 else otherwise


def _numeral(count: int, form: str) -> str:
    """A count as a list prints it; forms not known here are printed as digits."""
    return _FORMS.get(form, str)(count)


def _enclosed(count: int) -> str:
    return chr(0x2460 + count - 1) if 1 <= count <= 20 else str(count)


def _letters(count: int) -> str:
    return chr(ord("A") + (count - 1) % 26) * ((count - 1) // 26 + 1) if count else "0"


def _one_by_one(count: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(count))


def _chinese(count: int) -> str:
    if not 0 < count < 100:
        return _one_by_one(count)
    tens, ones = divmod(count, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _roman(count: int) -> str:
    out = ""
    for value, letters in _ROMAN:
        while count >= value:
            out += letters
            count -= value
    return out


_FORMS: dict[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "decimalZero": lambda count: f"{count:02}",
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,  # what Chinese Word writes for 一、二、三
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "chineseLegalSimplified": lambda count: _chinese(count).translate(_LEGAL),
    "ideographDigital": _one_by_one,
    "japaneseDigitalTenThousand": _one_by_one,
    "decimalEnclosedCircle": _enclosed,
    "decimalEnclosedCircleChinese": _enclosed,
    "upperLetter": _letters,
    "lowerLetter": lambda count: _letters(count).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda count: _roman(count).lower(),
}
