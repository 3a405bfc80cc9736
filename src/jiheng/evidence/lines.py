"""Lines of a table to records: each cell typed by its column, each line that cannot count with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from jiheng.domain.measured import Exclusion
from jiheng.domain.units import MULTIPLIERS, read_unit
from jiheng.evidence.amounts import Scale, read_amount
from jiheng.evidence.calendar_cells import UNDATED, Frame, read_date, read_period
from jiheng.evidence.cells import EMPTY, Entry, Typed, plain_text, says_nothing
from jiheng.evidence.doubts import Doubts
from jiheng.evidence.records import Fact, Record
from jiheng.evidence.subtotals import Summing, is_plain, new_sums, spanning, sums_up, total_differs
from jiheng.evidence.words import read_code, read_flag, read_text
from jiheng.rulebook.ledgers import Column, Ledger

NUMERIC = frozenset({"integer", "decimal"})
_Reader = Callable[[Entry], Typed]


class Line(NamedTuple):
    """One line of a table below its heading: its row in the file, its cells by place, and the texts of all of them from left to right."""

    row: int
    entries: Mapping[int, Entry]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of one table are to be read: the places of the ledger's columns, units printed over them, what completes its dates.

    ``given`` are facts that the title of the table states for all its lines (the month of a sheet).
    """

    origin: int
    places: Mapping[str, int]
    units: Mapping[str, str] = field(default_factory=dict)
    frame: Frame = UNDATED
    given: Mapping[str, Fact] = field(default_factory=dict)


class _Columns:
    """The readers of a table's columns; what a cell says is worked out once for all cells alike."""

    def __init__(self, ledger: Ledger, layout: Layout) -> None:
        self._layout = layout
        self._known: dict[tuple[str, str | None, Entry], Typed] = {}
        self._readers = {name: reader_of(column, layout.frame) for name, column in ledger.columns.items() if column.type not in NUMERIC}
        self._scales = {
            name: Scale(column.unit, layout.units.get(name), whole=column.type == "integer", signed=column.signed)
            for name, column in ledger.columns.items()
            if column.type in NUMERIC
        }
        self._unit_columns = {name: column.unit_from for name, column in ledger.columns.items() if column.unit_from in layout.places}

    def typed(self, name: str, line: Line) -> Typed:
        """What the cell of a column says in a line."""
        place = self._layout.places.get(name)
        if place is None:
            return Typed(self._layout.given[name]) if name in self._layout.given else EMPTY
        entry = line.entries.get(place)
        if entry is None or entry.blank:
            return EMPTY
        unit = self._unit(name, line)
        key = (name, unit, entry)
        try:
            known = self._known.get(key)
        except TypeError:  # a list or an object of a JSON answer
            return self._read(name, unit, entry._replace(value=str(entry.value)))
        if known is None:
            known = self._known[key] = self._read(name, unit, entry)
        return known

    def _read(self, name: str, unit: str | None, entry: Entry) -> Typed:
        scale = self._scales.get(name)
        if scale is None:
            return self._readers[name](entry)
        if unit and scale.printed and read_unit(unit) != read_unit(scale.printed):
            return Typed(None, "unit-unknown", f"的表头写“{scale.printed}”，单位列写“{unit}”，两者不一")
        return read_amount(entry, scale if unit is None else scale._replace(printed=unit))

    def _unit(self, name: str, line: Line) -> str | None:
        """The unit that another column prints for this one in this line."""
        other = self._unit_columns.get(name)
        entry = None if other is None else line.entries.get(self._layout.places[other])
        text = "" if entry is None else plain_text(entry.text if entry.value is None else str(entry.value))
        return None if says_nothing(text) else text


def reader_of(column: Column, frame: Frame) -> _Reader:
    """What types the cells of a column that is no number."""
    kind = column.type
    if kind == "code":
        return read_code
    if kind == "flag":
        return lambda entry: read_flag(entry, column)
    if kind in {"date", "moment"}:
        return lambda entry: read_date(entry, frame, timed=kind == "moment")
    if kind == "text":
        return read_text
    return lambda entry: read_period(entry, kind, frame)


class Typing:
    """Types the lines of one table; knows what its lines add up to so far."""

    def __init__(self, ledger: Ledger, layout: Layout, doubts: Doubts) -> None:
        self._ledger, self._layout, self._doubts = ledger, layout, doubts
        self._columns = _Columns(ledger, layout)
        self._empty: dict[str, Typed] = dict.fromkeys(ledger.columns, EMPTY)
        self._present = [name for name in ledger.columns if name in layout.places or name in layout.given]
        self._sums: Summing = new_sums()
        self._units: dict[str, Counter[str]] = {}
        self._added = [name for name, column in ledger.columns.items() if column.type in NUMERIC and column.unit != "%" and name in layout.places]
        self._numeric_places = [layout.places[name] for name in self._added]
        self._spelled: dict[str, dict[str, set[str]]] = {}

    def records(self, lines: Iterable[Line]) -> list[Record]:
        """The records of the lines, in order."""
        found = [self._record(line) for line in lines]
        names = list(self._ledger.columns)
        for place, why in spanning(self._ledger, found, [names.index(name) for name in self._added]).items():
            found[place] = found[place]._replace(exclusion="subtotal", because=why)
        self._tell_units()
        self._tell_spellings()
        return found

    def _record(self, line: Line) -> Record:
        typed = dict(self._empty)
        for name in self._present:
            typed[name] = self._columns.typed(name, line)
        exclusion, because = self._judged(typed, line)
        if exclusion != "subtotal":
            self._note(typed, line.row)
        return Record(self._layout.origin, line.row, tuple([cell.fact for cell in typed.values()]), exclusion, because)

    def _judged(self, typed: Mapping[str, Typed], line: Line) -> tuple[Exclusion | None, str]:
        numbers = {
            name: fact for name in self._added if isinstance(fact := typed[name].fact, Decimal) and typed[name].exclusion in {None, "negative"}
        }
        keyless = self._keyless(typed)
        word = sums_up(line.texts, self._key_texts(line), named=keyless is None)
        if word is not None:
            self._compare(word, numbers, line.row)
            return self._subtotal(f"是“{word[:16]}”行")
        if any(line.entries[place].sums_above for place in self._numeric_places if place in line.entries):
            return self._subtotal("数值是对上面各行求和的公式")
        if keyless is not None and self._sums.matches(numbers):
            return self._subtotal("没有关键列的内容，数值等于上面各行之和")
        if numbers:
            self._sums.add(numbers)
        if keyless is not None:
            return keyless
        for name in self._present:
            cell = typed[name]
            if cell.exclusion is not None:
                return cell.exclusion, f"“{self._ledger.columns[name].title}”{cell.because}"
        return None, ""

    def _subtotal(self, because: str) -> tuple[Exclusion, str]:
        self._sums.part.clear()
        return "subtotal", because

    def _compare(self, word: str, numbers: Mapping[str, Decimal], row: int) -> None:
        differing = self._sums.differing(numbers) if is_plain(word) else None
        if differing is not None:
            name, printed, summed = differing
            self._doubts.say(total_differs(self._ledger.columns[name].title, row, word, printed, summed), self._layout.origin)

    def _key_texts(self, line: Line) -> list[str]:
        """The texts of the columns that name a record; the column of kinds may well name a total that is a kind of its own."""
        places = [self._layout.places[name] for name in self._ledger.key if name in self._layout.places and name != self._ledger.kind]
        return [line.entries[place].text for place in places if place in line.entries]

    def _keyless(self, typed: Mapping[str, Typed]) -> tuple[Exclusion, str] | None:
        """Why a line has no key; None where it has one."""
        columns = self._ledger.columns
        lacking = [name for name in self._ledger.key if typed[name].fact is None]
        if not any(columns[name].required for name in lacking) and len(lacking) < len(self._ledger.key):
            return None
        for name in lacking:
            if typed[name].exclusion is not None:
                return typed[name].exclusion or "key-missing", f"“{columns[name].title}”{typed[name].because}"
        named = [name for name in lacking if columns[name].required] or lacking
        lost = next((typed[name].because for name in named if typed[name].because), "")
        return "key-missing", f"“{'”“'.join(columns[name].title for name in named)}”{lost or '是空的'}"

    def _note(self, typed: Mapping[str, Typed], row: int) -> None:
        for name in self._present:
            cell, column = typed[name], self._ledger.columns[name]
            if cell.remark:
                self._doubts.remark(self._layout.origin, column.title, cell.remark, row)
            if column.type in NUMERIC and cell.fact is not None:
                self._units.setdefault(name, Counter())[self._effective(name, cell.unit)] += 1
            elif column.type == "code" and isinstance(cell.fact, str):
                self._spelled.setdefault(name, {}).setdefault(cell.fact.upper(), set()).add(cell.fact)

    def _effective(self, name: str, printed: str | None) -> str:
        """The unit a number is printed in: its own, the one over its column, or the column's."""
        over = self._layout.units.get(name) or self._ledger.columns[name].unit or ""
        if printed in MULTIPLIERS:
            read = read_unit(over)
            return f"{printed}{over if read is None else read[1]}"
        return printed or over

    def _tell_units(self) -> None:
        for name, counted in self._units.items():
            if self._ledger.columns[name].unit and len({read_unit(unit) for unit in counted}) > 1:
                listed = "、".join(f"“{unit or '没有单位'}”{count} 行" for unit, count in counted.most_common())
                title = self._ledger.columns[name].title
                self._doubts.say(
                    f"“{title}”一列的单位不一致：{listed}；已逐格换算成“{self._ledger.columns[name].unit}”。请核对。", self._layout.origin
                )

    def _tell_spellings(self) -> None:
        for name, spelled in self._spelled.items():
            for codes in spelled.values():
                if len(codes) > 1:
                    listed = "”“".join(sorted(codes))
                    self._doubts.say(f"“{self._ledger.columns[name].title}”里“{listed}”只差大小写，按不同的编码计。请核对。", self._layout.origin)


def entries_of(values: Sequence[object]) -> dict[int, Entry]:
    """The cells of a line whose source has types, by place."""
    return {place: Entry("" if value is None else str(value), value=value) for place, value in enumerate(values)}
