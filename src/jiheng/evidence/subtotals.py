"""Lines that sum up other lines of the same table: told by their words, or by their numbers. They are never counted beside what they sum up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from jiheng.domain.numerals import WIDE
from jiheng.domain.quantity import plain
from jiheng.evidence.cells import tight
from jiheng.evidence.records import Period, Record
from jiheng.rulebook.ledgers import Ledger

_SPAN = (
    r"(?:本?(?:页|月|季度?|年度?|周|期|日)|全(?:年度?|市|县|区|省|部)|\d{1,2}月份?|第?[一二三四1-4]季度?|[上下]半年"
    r"|\d{1,2}[-~至]\d{1,2}月|(?:19|20)\d{2}年度?)"
)
_TOTAL = re.compile(rf"{_SPAN}?(?:小计|合计|总计|共计|累计|总和|汇总|合计数|总计数)(?:[(:].*)?|{_SPAN}?(?:sub)?total:?", re.IGNORECASE)
_OF_WHICH = re.compile(r"其中[:,]?.*")
_ENDS_SO = re.compile(r".{1,12}(?:小计|合计|总计|共计)")
_SUSPECT = re.compile(r"[计和总汇中]|total", re.IGNORECASE)
_PLAIN: Final = frozenset({"小计", "合计", "总计", "共计", "总和", "合计数", "总计数", "total", "subtotal"})
_MANY: Final = 5000


def sums_up(texts: Sequence[str], keys: Sequence[str], *, named: bool) -> str | None:
    """The word by which a line says that it sums up others, or parts of the line above; None where it says nothing of the kind.

    ``texts`` are all its cells from left to right, ``keys`` those of columns that name the record. Where all of these are there (``named``),
    only they are asked: a record may well have 累计 among its remarks.
    """
    if _SUSPECT.search(" ".join(texts)) is None:
        return None
    asked = [tight(text) for text in (keys if named else (*texts, *keys)) if text]
    first = asked[:1] if not named else asked
    for text in first:
        if _OF_WHICH.fullmatch(text) is not None:
            return text
    for text in asked:
        if _TOTAL.fullmatch(text) is not None:
            return text
    return next((text for text in (*first, *map(tight, keys)) if _ENDS_SO.fullmatch(text) is not None), None)


def is_plain(word: str) -> bool:
    """Whether the word announces the sum of all lines above, and not of one port, one month, or so far."""
    return word.strip(":：").lower() in _PLAIN


class Summing(NamedTuple):
    """The sums of one table so far, by column: since its beginning, and since the last line that summed up."""

    whole: dict[str, Decimal]
    part: dict[str, Decimal]

    def add(self, numbers: Mapping[str, Decimal]) -> None:
        """Add a line's numbers."""
        for sums in (self.whole, self.part):
            for name, number in numbers.items():
                sums[name] = WIDE.add(sums[name], number)

    def matches(self, numbers: Mapping[str, Decimal]) -> bool:
        """Whether a line's numbers are the sums; a line of zeros tells nothing."""
        if not any(numbers.values()):
            return False
        return any(all(sums.get(name) == number for name, number in numbers.items()) for sums in (self.whole, self.part))

    def differing(self, numbers: Mapping[str, Decimal]) -> tuple[str, Decimal, Decimal] | None:
        """A column whose total is printed and is neither sum: its id, the number printed, the sum."""
        for name, number in numbers.items():
            if name in self.whole and number not in {self.whole[name], self.part.get(name)}:
                return name, number, self.whole[name]
        return None


def new_sums() -> Summing:
    """Sums of nothing."""
    return Summing(defaultdict(Decimal), defaultdict(Decimal))


def spanning(ledger: Ledger, records: Sequence[Record], numeric: Sequence[int]) -> dict[int, str]:
    """Records whose period holds the periods of other records and whose numbers are their sums (全年 below four quarters): place → reason."""
    names = list(ledger.columns)
    if ledger.period is None or len(records) > _MANY or not numeric:
        return {}
    at = names.index(ledger.period)
    others = [names.index(name) for name in ledger.key if name != ledger.period]
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        if isinstance(record.facts[at], Period) and record.exclusion is None:
            groups[tuple(record.facts[other] for other in others)].append(place)
    found: dict[int, str] = {}
    for group in groups.values():
        lengths = {_days(records[place], at) for place in group}
        if max(lengths) < 2 * min(lengths):
            continue
        for place in group:
            if _holds_sum(records, place, group, at, numeric):
                found[place] = "期间包含了另列的各期，数值等于各期之和"
    return found


def _days(record: Record, at: int) -> int:
    period = record.facts[at]
    return (period.last - period.first).days + 1 if isinstance(period, Period) else 0


def _holds_sum(records: Sequence[Record], place: int, group: Sequence[int], at: int, numeric: Sequence[int]) -> bool:
    own = records[place].facts
    period = own[at]
    if not isinstance(period, Period):
        return False
    inside = [
        records[other].facts
        for other in group
        if isinstance(part := records[other].facts[at], Period) and part != period and period.first <= part.first and part.last <= period.last
    ]
    shown = [column for column in numeric if isinstance(own[column], Decimal)]
    if len(inside) < 2 or not shown or not any(own[column] for column in shown):
        return False
    return all(sum((number for part in inside if isinstance(number := part[column], Decimal)), Decimal(0)) == own[column] for column in shown)


def total_differs(title: str, row: int, word: str, printed: Decimal, summed: Decimal) -> str:
    """The sentence for a total that is not the sum of its lines."""
    return f"第 {row} 行“{word[:12]}”的“{title}”写的是 {plain(printed)}，上面各行相加是 {plain(summed)}，两者不符。请核对有没有漏行、隐藏行或改动。"
