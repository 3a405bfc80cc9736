"""Rules on the indicator system: categories, repetition, missing and empty dimensions, sums of parts, macro figures."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import first_word, similarity, squeeze
from jiheng.audit.wording import plain
from jiheng.domain.document import Anchor
from jiheng.domain.evaluation import Heading
from jiheng.scoring.case import Row
from jiheng.scoring.levels import heading_name
from jiheng.scoring.lexicon import has_word, words_in

_DIGITS = re.compile(r"\d+")
_NO_WORD = re.compile(r"[\W\d_]+|(.)\1{2,}")  # no letter, or one sign again and again


@lru_cache(maxsize=4096)
def _levels(level1: str | None, level2: str | None) -> str:
    return squeeze(f"{level1 or ''}/{level2 or ''}")


class _Categories:
    """The lexicons of categories, as far as their words stand in the form, and whether it has a satisfaction heading of its own."""

    def __init__(self, inspection: Inspection) -> None:
        entry = inspection.entry
        self.levels = tuple([_levels(row.indicator.level1, row.indicator.level2) for row in inspection.case.rows])
        places = "\n".join(dict.fromkeys(self.levels))
        wrong = [
            (place, inspection.words_in_names(words.split("|")), units.split("|")) for place, words, units in entry.pairs("wrong") if place in places
        ]
        self.wrong = [entry for entry in wrong if entry[1]]
        self.named_satisfaction = inspection.words_in_names(entry.words("satisfaction"))
        self.survey = entry.words("survey_words")
        self.benefit_level1 = entry.words("benefit_level1")
        self.benefit = words_in(places, entry.words("benefit_level2"))
        self.output_level1 = words_in(places, entry.words("output_level1"))
        self.satisfaction = words_in(places, entry.words("satisfaction"))


@rule("indicator.wrong-category")
def indicator_wrong_category(inspection: Inspection) -> Iterable[Problem]:
    """A row whose name or unit belongs under another level-2 heading."""
    by = _Categories(inspection)
    for row, levels, name in zip(inspection.case.rows, by.levels, inspection.names, strict=True):
        why = _misplaced(row, levels, name, by)
        if why is not None:
            place = row.indicator.level2 or row.indicator.level1 or ""
            what = f"{row.label}列在“{place}”之下，但{why}，指标归类不当。"
            yield Problem(row.subject, what, "请调整到相应的指标类别，或改为能反映该类绩效的指标。", found=place)


def _misplaced(row: Row, levels: str, name: str, by: _Categories) -> str | None:
    if levels == "/":
        return None
    for place, words, units in by.wrong:
        if place in levels and (row.unit or "") in units and (word := first_word(name, words)) is not None:
            return f"名称含“{word}”" + (f"、单位为“{row.unit}”" if row.unit else "")
    word = first_word(name, by.named_satisfaction)
    if word is not None and not first_word(levels, by.satisfaction) and not first_word(name.partition(word)[2], by.survey):
        inside_benefit = first_word(levels, (*by.benefit_level1, *by.benefit)) is not None and not by.satisfaction
        return None if inside_benefit else f"名称含“{word}”，应归入{word}类"
    if has_word(levels, by.output_level1) and has_word(levels, by.benefit):
        return _benefit_as_output(row, by)
    return None


def _benefit_as_output(row: Row, by: _Categories) -> str | None:
    misplaced = first_word(squeeze(row.indicator.level2 or ""), by.benefit)
    if misplaced is not None and first_word(squeeze(row.indicator.level1 or ""), by.output_level1):
        return f"“{misplaced}”属于效益类，上级却是“{row.indicator.level1}”"
    return None


@rule("indicator.repeated")
def indicator_repeated(inspection: Inspection) -> Iterable[Problem]:
    """Two rows that measure the same by name; blocks of different goals may repeat each other, names with other numbers are other names."""
    rows, names, goals = inspection.case.rows, inspection.names, _goals(inspection)
    family = {(parent, child) for parent, children in inspection.case.evaluation.printed.parents for child in children}
    told: set[int] = set()
    for i, j in sorted(_same_names(names, inspection.entry.number("similar"))):
        first, second = rows[i], rows[j]
        same_goal = goals.get(first.index, 0) == goals.get(second.index, 0)
        if same_goal and second.index not in told and (first.index, second.index) not in family:
            told.add(second.index)
            what = f"{second.label}与{first.label}名称{'相同' if names[i] == names[j] else '相近'}，同一指标重复计分。"
            yield Problem(second.subject, what, "请合并为一项，或改写名称以区分所衡量的内容。", found=second.indicator.name)


def _goals(inspection: Inspection) -> dict[int, int]:
    return {row: heading.goal for heading in inspection.case.evaluation.printed.headings if heading.goal for row in heading.rows}


def _same_names(names: Sequence[str], similar: Decimal) -> Iterator[tuple[int, int]]:
    """The pairs of rows whose names hold the same numbers and are equal or more than so similar; lengths that rule it out are seen first."""
    numbered: dict[tuple[str, ...], list[int]] = {}
    any_number = _DIGITS.search("\n".join(names)) is not None
    for i, name in enumerate(names):
        if name:
            numbered.setdefault(tuple(_DIGITS.findall(name)) if any_number else (), []).append(i)
    nearly = int(similar * 100) - 1
    for members in numbered.values():
        members.sort(key=lambda i: len(names[i]))
        lengths, ordered = [len(names[i]) for i in members], [names[i] for i in members]
        for at, name in enumerate(ordered, start=1):
            longest = len(name) * (200 - nearly) // nearly
            for place in range(at, bisect_right(lengths, longest)):
                other = ordered[place]
                if fuzz.ratio(name, other, score_cutoff=nearly) and (similarity(name, other) > similar or name == other):
                    first, second = sorted((members[at - 1], members[place]))
                    yield first, second


@rule("indicator.dimension-missing")
def indicator_dimension_missing(inspection: Inspection) -> Iterable[Problem]:
    """A level-1 block or level-2 name that the pack makes mandatory and that has no row; a note below the table may excuse it."""
    rows, notes = inspection.case.rows, "".join(inspection.case.evaluation.printed.notes)
    if not rows:
        return
    shown = {heading_name(level) for row in rows for level in (row.indicator.level1, row.indicator.level2)}
    for name in _due(inspection):
        plain_name = heading_name(name)
        excused = plain_name in notes and first_word(notes, inspection.entry.words("excuses")) is not None
        if plain_name not in shown and not excused:
            yield Problem("", f"本表没有“{name}”类的指标，缺少必设维度。", "请补设该类指标，或在表下注明不设的原因。", expected=name)


def _due(inspection: Inspection) -> Iterator[str]:
    level2_printed = any(row.indicator.level2 for row in inspection.case.rows)
    present = {heading_name(row.indicator.level1) for row in inspection.case.rows}
    for block in inspection.case.law.scheme.blocks.value:
        here = bool(present & {heading_name(name) for name in block.names})
        if block.mandatory and not here:
            yield block.names[0]
        if here and level2_printed:
            yield from block.level2


@rule("indicator.empty-dimension")
def indicator_empty_dimension(inspection: Inspection) -> Iterable[Problem]:
    """A level-2 name that is printed without any row below it; rows of mere filler are told by their own rule."""
    printed = inspection.case.evaluation.printed
    filled = {(h.parent, squeeze(h.name)) for h in printed.headings if h.level == 2 and h.rows}
    lines = sorted(h.anchor.line for h in printed.headings if h.anchor.line is not None)
    for heading in printed.headings:
        if heading.level != 2 or heading.rows or heading.repeats or (heading.parent, squeeze(heading.name)) in filled:
            continue
        if not _holds(heading, lines, printed.placeholders):
            name = squeeze(heading.name)
            yield Problem("", f"“{name}”之下没有三级指标。", "如不涉及，请注明；否则请补设指标。", found=name, anchor=heading.anchor)


def _holds(heading: Heading, lines: list[int], fillers: tuple[Anchor, ...]) -> bool:
    """Whether a filler row stands on the heading's line or before the next heading."""
    start = heading.anchor.line
    if start is None:
        return bool(fillers)
    end = next((line for line in lines if line > start), None)
    return any(filler.line is not None and start <= filler.line and (end is None or filler.line < end) for filler in fillers)


@rule("indicator.children-do-not-sum")
def indicator_children_do_not_sum(inspection: Inspection) -> Iterable[Problem]:
    """A parent row whose target or actual is not the sum of its parts in the same unit."""
    rows = inspection.case.rows
    sides: tuple[tuple[str, str, Callable[[Row], Decimal | None]], ...] = (("target", "目标", lambda r: r.a), ("actual", "完成值", lambda r: r.b))
    for parent, children in inspection.case.evaluation.printed.parents:
        parts = [rows[child] for child in children]
        if len(parts) < 2 or any(part.unit != rows[parent].unit for part in parts):
            continue
        for field, word, number in sides:
            whole, values = number(rows[parent]), [value for part in parts if (value := number(part)) is not None]
            total = sum(values, Decimal(0))
            if whole is not None and len(values) == len(parts) and total != whole:
                yield Problem(
                    f"{rows[parent].subject}/{field}",
                    f"{rows[parent].label}的{word}为 {plain(whole)}，其下 {len(parts)} 个分项合计 {plain(total)}，差 {plain(whole - total)}。",
                    "请核对总项与分项。",
                    expected=plain(total),
                    found=plain(whole),
                    difference=plain(whole - total),
                )


@rule("attribution.macro")
def attribution_macro(inspection: Inspection) -> Iterable[Problem]:
    """A figure of a whole city or trade credited to one project; series of an own platform are the project's."""
    items, own = inspection.words_in_names(inspection.entry.words("items")), inspection.entry.words("own_words")
    for row, name in zip(inspection.case.rows, inspection.names, strict=True) if items else ():
        item = first_word(name, items)
        if item is not None and not first_word(name, own):
            what = f"{row.label}含宏观指标“{item}”，受多种因素影响，难以归因于本项目。"
            yield Problem(row.subject, what, "请改用能反映本项目直接作用的指标，或说明项目与该指标的因果关系。", found=item)


@rule("fill.nonsense")
def fill_nonsense(inspection: Inspection) -> Iterable[Problem]:
    """Names that are no words; one number printed as target and actual of many rows that have nothing in common."""
    words = words_in("\n".join(inspection.names).lower(), inspection.entry.words("non_words"))
    for row, name in zip(inspection.case.rows, inspection.names, strict=True):
        if name and (_NO_WORD.fullmatch(name) or (words and first_word(name.lower(), words))):
            yield Problem(f"{row.subject}/name", f"{row.label}的指标名称“{name}”没有含义，疑似随意填写。", "请填写真实的指标名称。", found=name)
    for number, rows in _same_numbers(inspection).items():
        listed = "、".join(str(row.index + 1) for row in rows)
        what = f"第 {listed} 行指标各不相同，目标与完成值却都是 {plain(number)}，疑似随意填写。"
        yield Problem(rows[0].subject, what, "请逐项核对并填写真实数值。", found=plain(number))


def _same_numbers(inspection: Inspection) -> dict[Decimal, list[Row]]:
    entry, groups = inspection.entry, dict[Decimal, list[Row]]()
    for row in inspection.case.rows:
        number = row.actual.number
        if number is not None and number == row.target.number and row.actual.kind == "quantity":
            groups.setdefault(number, []).append(row)
    least, kinds = entry.number("rows_from"), entry.number("kinds_from")
    usual = {Decimal(word) for word in entry.words("usual")} if groups else ()
    return {
        number: rows
        for number, rows in groups.items()
        if len(rows) >= least and number not in usual and len({(row.indicator.level2, row.unit) for row in rows}) >= kinds
    }
