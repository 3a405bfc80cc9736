"""Texts, codes and flags of a ledger."""

from __future__ import annotations

import re
from typing import Final

from jiheng.evidence.cells import EMPTY, Entry, Typed, is_error, plain_text, says_nothing, stored_number, tight
from jiheng.rulebook.ledgers import Column

_YES: Final = frozenset({"是", "有", "√", "✓", "✔", "☑", "■", "1", "y", "yes", "t", "true", "对", "已"})
_NO: Final = frozenset({"否", "无", "×", "✗", "✘", "x", "☐", "□", "0", "n", "no", "f", "false", "不是", "没有", "错", "未"})
_ASKED = re.compile(r"^(?:是否|有无|有没有|是不是)")
_DENIALS: Final = "非未不无没"
_POWER = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}")
_KEPT_DIGITS: Final = 15
_GONE: Final = "编码按数值存放，超过 15 位的数字已经丢失"
_LOST: Final = Typed(None, because=_GONE, remark=f"{_GONE}，认不出是哪一个，按空白处理")


def read_text(entry: Entry) -> Typed:
    """The text as printed, blanks folded; a mark for nothing is empty."""
    if entry.unworked:
        return Typed(None, remark="单元格里是公式，但没有存下结果，按空白处理")
    text = " ".join((entry.text if entry.value is None else _printed(entry.value)).split())
    if is_error(text):
        return Typed(None, remark=f"单元格是错误值“{text}”，按空白处理")
    if says_nothing(text):
        return EMPTY
    return _LOST if _digits_lost(entry, text) else Typed(text)


def _digits_lost(entry: Entry, text: str) -> bool:
    """Whether a number too long for a spreadsheet stands where a code should: its digits behind the fifteenth are gone."""
    if isinstance(entry.value, float):
        return abs(entry.value) >= 10**_KEPT_DIGITS
    number = stored_number(entry)
    stored_so = number is not None and abs(number) >= 10**_KEPT_DIGITS and "E" in entry.stored.upper()
    return stored_so or _POWER.fullmatch(text) is not None


def read_code(entry: Entry) -> Typed:
    """A code: half-width, without blanks, leading zeros kept; None with a remark where a spreadsheet has lost its digits."""
    if entry.unworked:
        return Typed(None, remark="单元格里是公式，但没有存下结果，按空白处理")
    text = tight(entry.text if entry.value is None else _printed(entry.value)).lstrip("'`‘")
    if says_nothing(text):
        return EMPTY
    if is_error(text):
        return Typed(None, remark=f"单元格是错误值“{text}”，按空白处理")
    if _digits_lost(entry, text):
        return _LOST
    number = stored_number(entry)
    if number is not None and text.replace(",", "") == entry.stored.strip() != text:
        text = text.replace(",", "")
    return Typed(text)


def _printed(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_flag(entry: Entry, column: Column) -> Typed:
    """Yes or no: 是/否, √/×, 有/无, Y/N, 1/0, or the column's own word and its denial (计划, 非计划)."""
    if isinstance(entry.value, bool):
        return Typed(entry.value)
    text = tight(plain_text(entry.text if entry.value is None else _printed(entry.value))).strip("。.")
    if says_nothing(text):
        return EMPTY
    word = text.lower()
    if word in _YES or word in _NO:
        return Typed(word in _YES)
    names = [_ASKED.sub("", name) for name in (column.title, *column.aliases)]
    if len(text) > 1 and any(re.search(rf"(?<![{_DENIALS}]){re.escape(text)}", name) for name in names):
        return Typed(True)
    if len(text) > 2 and text[0] in _DENIALS and any(text[1:] in name for name in names):
        return Typed(False)
    return Typed(None, remark=f"“{text[:12]}”不是是或否，按空白处理")
