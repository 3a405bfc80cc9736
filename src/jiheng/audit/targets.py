"""Rules on targets: placeholders, vague words, rates without definition, targets that cannot be beaten or were never adjusted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import document_numbers, document_years, first_word, squeeze
from jiheng.rulebook.model import RuleEntry
from jiheng.scoring.case import Row

_SLOT = re.compile(r"\*\*|＊＊|×{2,}|X{2,}|_{2,}")
_NUMBER_AND_UNIT = re.compile(r"\d+(?:\.\d+)?[\u4e00-\u9fff%]")
_EFFECTIVE = re.compile(r"((?:19|20)\d\d)年(1[0-2]|0?[1-9])月(3[01]|[12]\d|0?[1-9])日")


def has_slot(name: str) -> bool:
    """Whether a name still holds a slot to be filled in (**, XX, __)."""
    return _SLOT.search(name) is not None


@rule("target.placeholder")
def placeholder(inspection: Inspection) -> Iterable[Problem]:
    """A target still to be settled, or slots left in a name."""
    slots = _SLOT.search("\n".join([row.indicator.name or "" for row in inspection.indicator_rows])) is not None
    for row in inspection.indicator_rows:
        if row.target.kind == "placeholder":
            text = squeeze(row.target.raw or "")
            yield Problem(f"{row.subject}/target", f"{row.label}的目标值仍写“{text}”，尚未确定，本项无法计分。", "请按批复补填目标值。", found=text)
        elif slots and _SLOT.search(row.indicator.name or ""):
            variant = None if row.target.kind == "absent" else "named"
            yield Problem(
                f"{row.subject}/target", f"{row.label}的名称里还留着空位。", "请填全名称，并核对目标值。", found=row.indicator.name, variant=variant
            )


@rule("target.missing")
def missing(inspection: Inspection) -> Iterable[Problem]:
    """A scored row without a target, in a layout that has the column."""
    parents = {parent for parent, _ in inspection.case.evaluation.printed.parents}
    for row in inspection.indicator_rows if "target" in inspection.case.evaluation.printed.columns else ():
        counted = bool(row.weight) or row.indicator.stated_score is not None
        if row.target.kind == "absent" and counted and row.index not in parents:
            yield Problem(f"{row.subject}/target", f"{row.label}没有目标值，却设了分值。", "请补填目标值。")


@rule("target.vague")
def vague(inspection: Inspection) -> Iterable[Problem]:
    """A qualitative target of stock words, without number, date, standard or criteria of its own."""
    words, standards = inspection.entry.words("words"), inspection.entry.words("standards")
    for row in inspection.indicator_rows:
        if row.target.kind != "text" or row.indicator.criteria:
            continue
        text = squeeze(row.target.raw or "")
        if any(char.isdigit() for char in text) or first_word(text, standards):
            continue
        word = first_word(text, words)
        if word is not None:
            yield Problem(
                f"{row.subject}/target",
                f"{row.label}的目标“{text}”空泛，只有“{word}”这样的词，没有数量、时限或标准。",
                "请写成可以考核的数量、时限或标准。",
                found=text,
            )


@rule("target.undefined-rate")
def undefined_rate(inspection: Inspection) -> Iterable[Problem]:
    """A rate target that nobody defined and nothing proves; one finding per row."""
    rates = [row for row in inspection.indicator_rows if row.target.kind == "percent"]
    for row in rates if "evidence" in inspection.case.evaluation.printed.columns else ():
        if row.indicator.evidence or _is_defined(row, inspection.entry):
            continue
        yield Problem(
            row.subject,
            f"{row.label}以比率“{row.target.raw}”为目标，没有说明分子分母，也没有佐证。",
            "请写明比率怎样计算，并附计算依据。",
            found=row.target.raw,
        )
    yield from _shared_rates(rates, inspection)


def _is_defined(row: Row, entry: RuleEntry) -> bool:
    """Whether the row is of no kind that needs a definition, or its name and criteria give one that is not merely how it is scored."""
    if not first_word(row.indicator.level2 or "", entry.words("level2")):
        return True
    told = squeeze((row.indicator.name or "") + (row.indicator.criteria or ""))
    if first_word(told, entry.words("exempt")):
        return True
    return first_word(told, entry.words("defining")) is not None and not first_word(told, entry.words("scoring"))


def _shared_rates(rates: list[Row], inspection: Inspection) -> Iterable[Problem]:
    exempt, benefit_level1 = inspection.entry.words("exempt"), inspection.entry.words("benefit_level1")
    benefits = [row for row in rates if first_word(row.indicator.level1 or "", benefit_level1) and not first_word(row.indicator.name or "", exempt)]
    shared = Counter(row.target.number for row in benefits)
    told_alone = "evidence" in inspection.case.evaluation.printed.columns
    for number, times in shared.items():
        if times >= inspection.entry.number("shared_from"):
            for row in benefits:
                if row.target.number == number and (row.indicator.evidence or not told_alone):
                    yield Problem(
                        row.subject,
                        f"{row.label}与其他 {times - 1} 项效益指标都写“{row.target.raw}”，比率没有定义。",
                        "请逐项写明比率怎样计算。",
                        found=row.target.raw,
                    )


@rule("target.approximate")
def approximate(inspection: Inspection) -> Iterable[Problem]:
    """A target printed as about so much."""
    for row in inspection.indicator_rows:
        if row.target.approximate:
            yield Problem(f"{row.subject}/target", f"{row.label}的目标“{row.target.raw}”是约数。", "请写成确定的数。", found=row.target.raw)


@rule("target.in-name")
def in_name(inspection: Inspection) -> Iterable[Problem]:
    """The target stands only in the name, or the value is the name over again."""
    printed = "target" in inspection.case.evaluation.printed.columns
    for row, name, target in zip(inspection.case.rows, inspection.names, inspection.targets, strict=True):
        if row.role != "indicator" or not name:
            continue
        if name == target:
            yield Problem(f"{row.subject}/target", f"{row.label}的目标值与名称相同。", "请在名称写指标，在目标值写数量。", found=name)
        elif printed and row.target.kind == "absent" and _NUMBER_AND_UNIT.search(name):
            yield Problem(f"{row.subject}/target", f"{row.label}的目标只写在名称里。", "请把数量移到目标值栏。", found=name)


@rule("target.already-done")
def already_done(inspection: Inspection) -> Iterable[Problem]:
    """A target that says the work is done."""
    for row in inspection.indicator_rows:
        text = squeeze(row.target.raw or "") if row.target.kind == "text" else ""
        if text and first_word(text, inspection.entry.words("words")):
            yield Problem(f"{row.subject}/target", f"{row.label}的目标“{text}”写成了结果。", "请写成年初应当达到的数量、时限或标准。", found=text)


@rule("target.unreachable")
def unreachable(inspection: Inspection) -> Iterable[Problem]:
    """A part-of-whole rate with a printed ≥ or > at 100 % or more."""
    for row in inspection.indicator_rows:
        if (
            row.target.kind == "percent"
            and row.target.operator in {"≥", ">"}
            and row.target.number is not None
            and row.target.number >= 100
            and first_word(row.indicator.name or "", inspection.entry.words("part_of_whole"))
        ):
            yield Problem(
                f"{row.subject}/target",
                f"{row.label}是占全体的比率，目标写“{row.target.raw}”，不可能超过 100%。",
                "请改为“=100%”或低于 100% 的目标。",
                expected="=100%",
                found=row.target.raw,
            )


@rule("target.not-adjusted")
def not_adjusted(inspection: Inspection) -> Iterable[Problem]:
    """The work had stopped before the year began, yet the target stayed."""
    year, stop_words = inspection.case.evaluation.fiscal_year, inspection.entry.words("stop_words")
    for row in inspection.reasoned_rows:
        reason = squeeze(row.indicator.reason or "")
        word = first_word(reason, stop_words)
        if year is None or word is None or row.role != "indicator" or row.target.number is None or row.target.number <= 0:
            continue
        earlier = [number for number in document_years(reason) if number < year]
        effective = [match.group() for match in _EFFECTIVE.finditer(reason) if tuple(map(int, match.groups())) <= (year, 1, 1)]
        if earlier or effective:
            shown = document_numbers(reason)[0] if earlier else effective[0]
            yield Problem(
                f"{row.subject}/target",
                f"{row.label}的原因写明“{word}”（{shown}），在 {year} 年度之前或年初已经停止，目标 {row.target.raw} 却没有调整。",
                "请补办目标调整手续，或报上级认定。",
                found=row.target.raw,
            )
