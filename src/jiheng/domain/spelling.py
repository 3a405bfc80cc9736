"""The working copy of a print: one spelling per glyph, spelled-out numbers as digits. What was printed is never changed."""

from __future__ import annotations

import re
import unicodedata

from jiheng.domain.numerals import CHINESE_DIGITS, DIGITS, chinese_number
from jiheng.domain.units import KNOWN
from jiheng.domain.valuewords import OPERATOR_MARKS

_COUNTERS, _HIGH_AND_LOW = "①-⒇❶-❿⓵-⓾㊀-㊉", "⁰¹²³⁴-⁹₀-₉¼-¾⅐-⅞"
_ODD = re.compile(f"[㎡㎥{_COUNTERS}{_HIGH_AND_LOW}]")  # few texts hold anything that the next four patterns look for
_AREA = re.compile(r"㎡|m²|M²")
_VOLUME = re.compile(r"㎥|m³|M³")
_LIST_MARK = re.compile(f"[{_COUNTERS}]")
_RAISED = re.compile(f"[{_HIGH_AND_LOW}]")
_ASCII_POWER = re.compile(r"(?<=[\d万亿/])[mM]([23])(?![\dA-Za-z])")
_INCLUSIVE = re.compile(rf"\(含(?:本数|{DIGITS}[%A-Za-z\u4e00-\u9fff]{{0,3}})?\)")
_REVERSED = re.compile(rf"({DIGITS}[^\d≤≥<>=]{{0,6}})([≤≥<>])(?:[XxA]|实际值|完成值)")
_MIRROR = {"≤": "≥", "≥": "≤", "<": ">", ">": "<"}
_OPERATOR = "|".join(re.escape(mark) for mark in sorted(OPERATOR_MARKS, key=len, reverse=True))
_FRONT = rf"(?P<front>(?:{_OPERATOR}|约|近){{0,3}})"
_PERCENT = re.compile(rf"{_FRONT}百分之(?P<n>[{CHINESE_DIGITS}点]{{1,9}}|{DIGITS})(?P<rest>.*)")
_TENTHS = re.compile(rf"{_FRONT}(?P<n>[一二三四五六七八九十])成(?P<half>半?)(?P<rest>左右|以上|及以上|以下|以内)?")
_COUNT = re.compile(rf"{_FRONT}(?P<n>[{CHINESE_DIGITS}]{{1,9}})(?P<rest>[万亿]?[余多]?(?P<unit>[\u4e00-\u9fff]{{1,3}}?)(?:左右|及?以[上内下])?)")
# behind a Chinese numeral these name or place a thing and do not count it: 四月, 三区, 一期, 一点
_NOT_COUNTED = frozenset({"月", "日", "周", "度", "点", "分", "站", "区", "市", "县", "期", "方", "届", "位"})
_BREAK = re.compile(r"<(?:br ?/?|/p|/div|/li)>", re.IGNORECASE)
_BLANK_BETWEEN = re.compile(r"(?<=\d)\s+(?=\d)")
_SPACED_THOUSANDS = re.compile(r"\D*\d{1,3}(?:\s\d{3})+(?:\.\d+)?\D*")


def folded(text: str) -> str:
    """Full-width folded; ㎡ and ㎥ as words; circled list marks and raised figures never as digits (①5个 is 5, not 15)."""
    if not text.isascii():
        if _ODD.search(text):
            text = _VOLUME.sub("立方米", _AREA.sub("平方米", text))
            text = _RAISED.sub("^", _LIST_MARK.sub("", text))
        text = unicodedata.normalize("NFKC", text).replace("−", "-").replace("°C", "℃")
    if "m" in text or "M" in text:
        text = _ASCII_POWER.sub(lambda match: "平方米" if match.group(1) == "2" else "立方米", text)
    return text


def two_numbers(raw: str) -> bool:
    """Whether blanks part digits from digits, so that dropping them would glue two numbers: 10 20.

    A line break inside one number with a decimal point (2903.↵24) and thousands set apart by blanks (1 234.5) are one number.
    """
    if "<" in raw:
        raw = _BREAK.sub("\n", raw)
    blank = _BLANK_BETWEEN.search(raw)
    if blank is None or _SPACED_THOUSANDS.fullmatch(raw):
        return False
    return not ("\n" in blank.group() and raw.count(".") == 1)


def in_digits(text: str) -> str | None:
    """A tidy text with its spelled-out number, inclusive bracket or mirrored sign in the usual print; None where there is none.

    百分之九十五 → 95%, 九成以上 → 90%以上, 至少两次 → 至少2次, 90%(含90%)以上 → 90%以上, 90%≤X → ≥90%, ¥500 → 500元.
    """
    if "(含" in text and (plain := _INCLUSIVE.sub("", text)) != text:
        return plain
    if text.startswith("¥"):
        return text[1:] if text.endswith("元") else f"{text[1:]}元"
    if match := _REVERSED.fullmatch(text):
        return f"{_MIRROR[match.group(2)]}{match.group(1)}"
    return _percent_in_digits(text) or _count_in_digits(text)


def _percent_in_digits(text: str) -> str | None:
    match = _PERCENT.fullmatch(text)
    if match is not None:
        number = match["n"] if match["n"][-1].isdigit() else chinese_number(match["n"])
        return None if number is None else f"{match['front']}{number}%{match['rest']}"
    match = _TENTHS.fullmatch(text)
    if match is None:
        return None
    tenths = chinese_number(match["n"]) or 0
    return f"{match['front']}{tenths * 10 + (5 if match['half'] else 0)}%{match['rest'] or ''}"


def _count_in_digits(text: str) -> str | None:
    match = _COUNT.fullmatch(text)
    if match is None or match["unit"] in _NOT_COUNTED or match["unit"] not in KNOWN:
        return None
    number = chinese_number(match["n"])
    return None if number is None else f"{match['front']}{number}{match['rest']}"
