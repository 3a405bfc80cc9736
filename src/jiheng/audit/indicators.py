"""Rules on the indicator system: categories, repetition, missing and empty dimensions, sums of parts, macro figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import first_word, similarity, squeeze
from jiheng.audit.wording import plain
from jiheng.domain.document import Anchor
from jiheng.domain.evaluation import Heading
from jiheng.scoring.case import Row
from jiheng.scoring.levels import heading_name

_DIGITS = re.compile(r"\d+")
_NO_WORD = re.compile(r"[\W\d_]+")
_ONE_SIGN = re.compile(r"(.)\1{2,}")


def _levels(row: Row) -> str:
    return squeeze(f"{row.indicator.level1 or ''}/{row.indicator.level2 or ''}")


def _name(row: Row) -> str:
    return squeeze(row.indicator.name or "")


@dataclass(frozen=True, slots=True)
class _Categories:
    """The lexicons of categories, and whether the form has a satisfaction heading of its own."""

    wrong: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    satisfaction: tuple[str, ...]
    survey: tuple[str, ...]
    benefit: tuple[str, ...]
    benefit_level1: tuple[str, ...]
    output_level1: tuple[str, ...]
    own_place: bool


@rule("indicator.wrong-category")
def indicator_wrong_category(inspection: Inspection) -> Iterable[Problem]:
    """A row whose name or unit belongs under another level-2 heading."""
    categories = _categories(inspection)
    for row in inspection.case.rows:
        why = _misplaced(row, categories)
        if why is not None:
            place = row.indicator.level2 or row.indicator.level1 or ""
            what = f"{row.label}列在“{place}”之下，但{why}，指标归类不当。"
            yield Problem(row.subject, what, "请调整到相应的指标类别，或改为能反映该类绩效的指标。", found=place)


def _categories(inspection: Inspection) -> _Categories:
    entry = inspection.entry
    satisfaction = entry.words("satisfaction")
    return _Categories(
        wrong=tuple((place, tuple(words.split("|")), tuple(units.split("|"))) for place, words, units in entry.pairs("wrong")),
        satisfaction=satisfaction,
        survey=entry.words("survey_words"),
        benefit=entry.words("benefit_level2"),
        benefit_level1=entry.words("benefit_level1"),
        output_level1=entry.words("output_level1"),
        own_place=any(first_word(_levels(row), satisfaction) for row in inspection.case.rows),
    )


def _misplaced(row: Row, by: _Categories) -> str | None:
    levels, name = _levels(row), _name(row)
    if levels == "/":
        return None
    for place, words, units in by.wrong:
        if place in levels and (row.unit or "") in units and (word := first_word(name, words)) is not None:
            return f"名称含“{word}”" + (f"、单位为“{row.unit}”" if row.unit else "")
    word = first_word(name, by.satisfaction)
    if word is not None and not first_word(levels, by.satisfaction) and not first_word(name.partition(word)[2], by.survey):
        inside_benefit = first_word(levels, (*by.benefit_level1, *by.benefit)) is not None and not by.own_place
        return None if inside_benefit else f"名称含“{word}”，应归入{word}类"
    misplaced = first_word(squeeze(row.indicator.level2 or ""), by.benefit)
    if misplaced is not None and first_word(squeeze(row.indicator.level1 or ""), by.output_level1):
        return f"“{misplaced}”属于效益类，上级却是“{row.indicator.level1}”"
    return None


@rule("indicator.repeated")
def indicator_repeated(inspection: Inspection) -> Iterable[Problem]:
    """Two rows that measure the same by name; blocks of different goals may repeat each other, names with other numbers are other names."""
    similar, goals = inspection.entry.number("similar").as_integer_ratio(), _goals(inspection)
    family = {(parent, child) for parent, children in inspection.case.evaluation.printed.parents for child in children}
    named: dict[tuple[str, ...], list[tuple[Row, str]]] = {}
    for row in inspection.case.rows:
        if name := _name(row):
            named.setdefault(tuple(_DIGITS.findall(name)), []).append((row, name))
    pairs = [pair for rows in named.values() for pair in combinations(rows, 2) if _same_name(pair[0][1], pair[1][1], similar)]
    told: set[int] = set()
    for (first, one), (second, other) in sorted(pairs, key=lambda pair: (pair[0][0].index, pair[1][0].index)):
        same_goal = goals.get(first.index, 0) == goals.get(second.index, 0)
        if same_goal and second.index not in told and (first.index, second.index) not in family:
            told.add(second.index)
            what = f"{second.label}与{first.label}名称{'相同' if one == other else '相近'}，同一指标重复计分。"
            yield Problem(second.subject, what, "请合并为一项，或改写名称以区分所衡量的内容。", found=second.indicator.name)


def _goals(inspection: Inspection) -> dict[int, int]:
    return {row: heading.goal for heading in inspection.case.evaluation.printed.headings if heading.goal for row in heading.rows}


def _same_name(one: str, other: str, similar: tuple[int, int]) -> bool:
    """Equal, or more than so similar; lengths that rule it out are seen first."""
    if one == other:
        return True
    shorter, longer = (len(one), len(other)) if len(one) < len(other) else (len(other), len(one))
    if 2 * shorter * similar[1] <= similar[0] * (shorter + longer):
        return False
    return similarity(one, other) > Decimal(similar[0]) / similar[1]


@rule("indicator.dimension-missing")
def indicator_dimension_missing(inspection: Inspection) -> Iterable[Problem]:
    """A level-1 block or level-2 name that the pack makes mandatory and that has no row; a note below the table may excuse it."""
    rows, notes = inspection.case.rows, "".join(inspection.case.evaluation.printed.notes)
    if not rows:
        return
    for name in _due(inspection):
        plain_name = heading_name(name)
        excused = plain_name in notes and first_word(notes, inspection.entry.words("excuses")) is not None
        shown = {heading_name(level) for row in rows for level in (row.indicator.level1, row.indicator.level2)}
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
    items, own = inspection.entry.words("items"), inspection.entry.words("own_words")
    for row in inspection.case.rows:
        item = first_word(_name(row), items)
        if item is not None and not first_word(_name(row), own):
            what = f"{row.label}含宏观指标“{item}”，受多种因素影响，难以归因于本项目。"
            yield Problem(row.subject, what, "请改用能反映本项目直接作用的指标，或说明项目与该指标的因果关系。", found=item)


@rule("fill.nonsense")
def fill_nonsense(inspection: Inspection) -> Iterable[Problem]:
    """Names that are no words; one number printed as target and actual of many rows that have nothing in common."""
    words = inspection.entry.words("non_words")
    for row in inspection.case.rows:
        name = _name(row)
        if name and (_NO_WORD.fullmatch(name) or _ONE_SIGN.fullmatch(name) or first_word(name.lower(), words)):
            yield Problem(f"{row.subject}/name", f"{row.label}的指标名称“{name}”没有含义，疑似随意填写。", "请填写真实的指标名称。", found=name)
    for number, rows in _same_numbers(inspection).items():
        listed = "、".join(str(row.index + 1) for row in rows)
        what = f"第 {listed} 行指标各不相同，目标与完成值却都是 {plain(number)}，疑似随意填写。"
        yield Problem(rows[0].subject, what, "请逐项核对并填写真实数值。", found=plain(number))


def _same_numbers(inspection: Inspection) -> dict[Decimal, list[Row]]:
    entry, groups = inspection.entry, dict[Decimal, list[Row]]()
    usual = {Decimal(word) for word in entry.words("usual")}
    for row in inspection.case.rows:
        number = row.actual.number
        if number is not None and number == row.target.number and number not in usual and row.actual.kind == "quantity":
            groups.setdefault(number, []).append(row)
    least, kinds = entry.number("rows_from"), entry.number("kinds_from")
    return {n: rows for n, rows in groups.items() if len(rows) >= least and len({(r.indicator.level2, r.unit) for r in rows}) >= kinds}
