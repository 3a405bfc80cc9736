"""What the parts of a ledger definition ask of each other: every name names a column of a fitting type, each aggregation has its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jiheng.domain.units import read_unit
from jiheng.rulebook.decoding import Node, Reading
from jiheng.rulebook.ledgers import DAYS, Column, Condition, Definition, Ledger, Term

NUMBERS = frozenset({"integer", "decimal"})
PERIODS = frozenset({"date", "moment", "month", "week", "quarter", "period"})
WORDS = frozenset({"text", "code"})
"""What a condition on a date may name beside columns."""
ORDERED = ("before", "after", "since", "until")
MEASURED = ("least", "most", "not_above")
NAMED = ("one_of", "none_of")
TYPE_NAMES = {NUMBERS: "数（integer、decimal）", PERIODS: "日期或期间（date、moment、month、week、quarter、period）", WORDS: "文字（text、code）"}
PARTS = ("terms", "over", "over_ledger", "distinct", "uptime")
NEEDS: Mapping[str, tuple[frozenset[str], ...]] = {
    "count": (frozenset(),),
    "count-distinct": (frozenset({"distinct"}),),
    "sum": (frozenset({"terms"}),),
    "last": (frozenset({"terms"}),),
    "ratio": (frozenset({"terms", "over"}), frozenset({"terms", "over_ledger"})),
    "mean": (frozenset({"terms"}),),
    "weighted-mean": (frozenset({"terms", "over"}),),
    "uptime": (frozenset({"uptime"}),),
}
"""The parts of each aggregation; none other may be given."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Checker:
    """One definition file being checked: where its nodes stand, and its columns."""

    reading: Reading
    columns: Mapping[str, Column]

    def named(self, node: Node, types: frozenset[str] | None = None) -> None:
        """The column that the node names.

        Raises:
            PackInvalidError: there is none, or it is of no fitting type.
        """
        name = self.reading.decode(node, str)
        if name not in self.columns:
            raise self.reading.refuse(node, f"没有列“{name}”；可用的列：{'、'.join(self.columns)}。")
        if types is not None and self.columns[name].type not in types:
            raise self.reading.refuse(node, f"列“{name}”的类型是 {self.columns[name].type}，这里要用{TYPE_NAMES[types]}的列。")

    def all_named(self, node: Node, types: frozenset[str] | None = None) -> None:
        """The columns that a list names; an empty list names none, and is refused."""
        items = self.reading.items(node)
        if not items:
            raise self.reading.refuse(node, "至少要写一列。")
        for item in items:
            self.named(item, types)

    def unit(self, node: Node) -> None:
        """The unit at the node.

        Raises:
            PackInvalidError: it cannot be read as a unit.
        """
        text = self.reading.decode(node, str)
        if read_unit(text) is None:
            raise self.reading.refuse(node, f"“{text}”读不成单位；请写成 万元、人次、% 这样的单位。")

    def conditions(self, node: Node, conditions: tuple[Condition, ...]) -> None:
        """Every condition of a list."""
        for item, condition in zip(self.reading.items(node), conditions, strict=True):
            self.condition(item, condition)

    def condition(self, node: Node, condition: Condition) -> None:
        """One condition: its column, and only parts that fit the column's type.

        Raises:
            PackInvalidError: a part does not fit, or none is given.
        """
        entries = self.reading.mapping(node)
        self.named(entries["column"])
        kind = self.columns[condition.column].type
        given = [part for part in entries if part != "column"]
        if not given:
            raise self.reading.refuse(node, f"条件没有写检验什么；可用：{'、'.join((*NAMED, 'empty', *MEASURED, *ORDERED))}。")
        if condition.empty and len(given) > 1:
            raise self.reading.refuse(node, "写了 empty: true 就不能再写别的：空的单元格不会满足其他检验。")
        for part in given:
            self._fits(entries[part], part, kind)
        for part in (part for part in ORDERED if part in entries):
            if self.reading.decode(entries[part], str) not in DAYS:
                self._other(entries[part], PERIODS)
        if "not_above" in entries:
            self.named(entries["not_above"], NUMBERS)

    def _fits(self, node: Node, part: str, kind: str) -> None:
        if part in MEASURED and kind not in NUMBERS:
            raise self.reading.refuse(node, f"{part} 只能用于{TYPE_NAMES[NUMBERS]}的列，这一列的类型是 {kind}。")
        if part in ORDERED and kind not in PERIODS:
            raise self.reading.refuse(node, f"{part} 只能用于{TYPE_NAMES[PERIODS]}的列，这一列的类型是 {kind}。")
        if part in NAMED:
            words = self.reading.decode(node, tuple[str, ...])
            if kind not in WORDS | {"flag"}:
                raise self.reading.refuse(node, f"{part} 只能用于{TYPE_NAMES[WORDS]}或是否（flag）的列，这一列的类型是 {kind}。")
            if not words or (kind == "flag" and not set(words) <= {"是", "否"}):
                raise self.reading.refuse(node, f"{part} 至少要写一个词；是否（flag）的列只能写 是、否。")

    def _other(self, node: Node, types: frozenset[str]) -> None:
        name = self.reading.decode(node, str)
        if name not in self.columns:
            raise self.reading.refuse(node, f"没有列“{name}”；可写 {'、'.join(sorted(DAYS))}，或日期的列：{'、'.join(self._of(types)) or '（无）'}。")
        self.named(node, types)

    def _of(self, types: frozenset[str]) -> Iterator[str]:
        return (name for name, column in self.columns.items() if column.type in types)


def check_ledger(reading: Reading, entries: Mapping[str, Node], ledger: Ledger) -> None:
    """Everything a definition must hold beyond its keys; ``entries`` are the file's nodes by key.

    Raises:
        PackInvalidError: something does not hold.
    """
    checker = Checker(reading, ledger.columns)
    _columns(checker, entries["columns"])
    checker.all_named(entries["key"])
    for key, types in (("period", PERIODS), ("region", WORDS), ("kind", WORDS), ("first", PERIODS | NUMBERS | WORDS)):
        if key in entries and getattr(ledger, key) is not None:
            checker.named(entries[key], types if key != "first" else None)
    for item in reading.items(entries["unique"]) if "unique" in entries else ():
        checker.all_named(item)
    for item, rule in zip(reading.items(entries["validity"]) if "validity" in entries else (), ledger.validity, strict=True):
        when = reading.mapping(item)["when"]
        if not rule.when:
            raise reading.refuse(when, "when 至少要写一个条件，否则所有的行都不算数。")
        checker.conditions(when, rule.when)
    _covered(checker, entries["completeness"], ledger)
    _releases(checker, entries, ledger)
    if ledger.flows is not None:
        _money(checker, entries["flows"], ledger)
    _definitions(checker, entries["definitions"], ledger)


def _columns(checker: Checker, node: Node) -> None:
    reading, columns = checker.reading, checker.columns
    headings: dict[str, str] = {}
    for name, entry in reading.mapping(node).items():
        column, parts = columns[name], reading.mapping(entry)
        if not _NAME.fullmatch(name) or name in DAYS:
            raise reading.refuse(entry, f"列名“{name}”要用小写英文字母、数字、下划线，且不能是 {'、'.join(sorted(DAYS))}。")
        for heading in dict.fromkeys((column.title, *column.aliases)):
            if headings.setdefault(heading, name) != name:
                raise reading.refuse(entry, f"表头“{heading}”已是列“{headings[heading]}”的，一个表头只能指一列。")
        if column.type not in NUMBERS and (column.unit or column.unit_from or column.signed):
            raise reading.refuse(entry, f"列“{name}”的类型是 {column.type}，只有数（integer、decimal）才有 unit、unit_from、signed。")
        if column.unit is not None:
            checker.unit(parts["unit"])
        if column.unit_from is not None:
            checker.named(parts["unit_from"], WORDS)
            if column.unit is None:
                raise reading.refuse(entry, f"列“{name}”写了 unit_from，还要写 unit：逐行的单位换算成它。")
    if not columns:
        raise reading.refuse(node, "至少要有一列。")


def _covered(checker: Checker, node: Node, ledger: Ledger) -> None:
    parts = checker.reading.mapping(node)
    by = ledger.completeness.by
    if by in {"month", "quarter", "week", "last"} and ledger.period is None:
        raise checker.reading.refuse(parts["by"], f"按 {by} 看是否齐全，要先用 period 指明期间是哪一列。")
    if ledger.completeness.every:
        if by not in {"month", "quarter", "week", "last"}:
            raise checker.reading.refuse(parts["every"], "every 只用于按 month、quarter、week、last 看是否齐全。")
        checker.all_named(parts["every"], WORDS)


def _releases(checker: Checker, entries: Mapping[str, Node], ledger: Ledger) -> None:
    reading = checker.reading
    if ledger.release is not None:
        parts = reading.mapping(entries["release"])
        checker.named(parts["on"], PERIODS)
        if (ledger.release.word is None) != (not ledger.release.order):
            raise reading.refuse(entries["release"], "word 与 order 要一起写：order 是 word 那一列的用词，由旧到新。")
        if ledger.release.word is not None:
            checker.named(parts["word"], WORDS)
    if ledger.cumulative is not None:
        parts = reading.mapping(entries["cumulative"])
        checker.named(parts["month"], NUMBERS)
        checker.named(parts["total"], NUMBERS)
        if ledger.columns[ledger.cumulative.month].unit != ledger.columns[ledger.cumulative.total].unit:
            raise reading.refuse(entries["cumulative"], "month 与 total 两列的单位要相同。")


def _money(checker: Checker, node: Node, ledger: Ledger) -> None:
    """The columns exist, and no word means two movements."""
    parts = checker.reading.mapping(node)
    if ledger.period is None:
        raise checker.reading.refuse(node, "写了 flows（资金去向），要先用 period 指明日期是哪一列。")
    for part, types in (("kind", WORDS), ("amount", NUMBERS), ("tier", WORDS), ("document", WORDS)):
        if part in parts:
            checker.named(parts[part], types)
    meaning: dict[str, str] = {}
    for part in ("plan", "allot", "add", "cut", "pay", "refund"):
        for word in checker.reading.decode(parts[part], tuple[str, ...]) if part in parts else ():
            if meaning.setdefault(word, part) != part:
                raise checker.reading.refuse(parts[part], f"“{word}”已写在 {meaning[word]} 里，一个词只能指一种资金去向。")


def _definitions(checker: Checker, node: Node, ledger: Ledger) -> None:
    entries = checker.reading.mapping(node)
    if not entries:
        raise checker.reading.refuse(node, "definitions 至少要有一个口径。")
    for name, entry in entries.items():
        _definition(checker, entry, ledger.definitions[name])
        if ledger.definitions[name].aggregation == "last" and ledger.period is None:
            raise checker.reading.refuse(entry, "取最近一期（last）要先用 period 指明期间是哪一列。")


def _definition(checker: Checker, node: Node, definition: Definition) -> None:
    reading, entries = checker.reading, checker.reading.mapping(node)
    checker.unit(entries["unit"])
    given = frozenset(part for part in PARTS if getattr(definition, part))
    allowed = NEEDS[definition.aggregation]
    if given not in allowed:
        ways = " 或 ".join("、".join(part for part in PARTS if part in way) or "无" for way in allowed)
        raise reading.refuse(node, f"{definition.aggregation} 要写的部分：{ways}；这里写了：{'、'.join(p for p in PARTS if p in given) or '无'}。")
    for part in ("terms", "over"):
        for item, term in zip(reading.items(entries[part]) if part in entries else (), getattr(definition, part), strict=True):
            _term(checker, reading.mapping(item), term)
            _stand_in(checker, reading.mapping(item), definition, part)
    if "distinct" in entries:
        checker.all_named(entries["distinct"])
    if "where" in entries:
        checker.conditions(entries["where"], definition.where)
    if definition.uptime is not None:
        _outages(checker, reading.mapping(entries["uptime"]))


def _term(checker: Checker, parts: Mapping[str, Node], term: Term) -> None:
    for key, factor in checker.reading.mapping(parts["columns"]).items() if "columns" in parts else ():
        if key not in checker.columns:
            raise checker.reading.refuse(factor, f"没有列“{key}”；可用的列：{'、'.join(checker.columns)}。")
        if checker.columns[key].type not in NUMBERS:
            raise checker.reading.refuse(factor, f"列“{key}”的类型是 {checker.columns[key].type}，不能相加；要用{TYPE_NAMES[NUMBERS]}的列。")
    if "where" in parts:
        checker.conditions(parts["where"], term.where)


def _stand_in(checker: Checker, parts: Mapping[str, Node], definition: Definition, part: str) -> None:
    if "unless" not in parts:
        return
    if definition.aggregation not in {"sum", "ratio"}:
        raise checker.reading.refuse(parts["unless"], f"unless 只用于 sum 和 ratio，这里是 {definition.aggregation}。")
    wanted = checker.reading.decode(parts["unless"], str)
    others = [term.label for term in getattr(definition, part) if term.label != checker.reading.decode(parts["label"], str) and term.unless is None]
    if wanted not in others:
        raise checker.reading.refuse(parts["unless"], f"旁边没有叫“{wanted}”的一项；可用：{'、'.join(others) or '无'}。")


def _outages(checker: Checker, parts: Mapping[str, Node]) -> None:
    for part in ("start", "end"):
        checker.named(parts[part])
        name = checker.reading.decode(parts[part], str)
        if checker.columns[name].type != "moment":
            raise checker.reading.refuse(parts[part], f"列“{name}”的类型是 {checker.columns[name].type}，起止时刻要用 moment。")
    checker.named(parts["planned"])
    name = checker.reading.decode(parts["planned"], str)
    if checker.columns[name].type != "flag":
        raise checker.reading.refuse(parts["planned"], f"列“{name}”的类型是 {checker.columns[name].type}，是否计划内要用 flag。")
