"""Rules on units: units that cannot be compared, rates counted in persons, names that count one thing and units another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import first_word
from jiheng.domain.units import comparable
from jiheng.scoring.case import Row
from jiheng.scoring.interpret import outside_unit

_REMARK = re.compile(r"[（(][^（()）]*[)）]\s*$")


def ends_as_rate(name: str, exempt: tuple[str, ...]) -> bool:
    """Whether a name ends in 率, but for a bracketed remark, and is none of the exempt ones."""
    return "率" in name and _bare(name).endswith("率") and not first_word(name, exempt)


@lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    """The name without a bracketed remark at its end: 合格率（%） → 合格率."""
    return _REMARK.sub("", name)


def counter_of(name: str, counters: Iterable[str]) -> str | None:
    """The word at the end of a name that counts something (人数, 次数), None where there is none."""
    bare = _bare(name)
    return next((word for word in counters if bare.endswith(word)), None)


@rule("unit.conflict")
def conflict(inspection: Inspection) -> Iterable[Problem]:
    """Target, actual, bracketed unit of the name and unit column that cannot be compared."""
    columns = dict(inspection.case.evaluation.printed.unit_column)
    for row in inspection.case.rows:
        target, actual = row.target.unit, row.actual.unit
        noted = next((note for note in row.target.notes if note.code == "unit.conflict"), None) if row.target.notes else None
        if noted is not None:
            yield _clash(row, noted.before, noted.after)
        elif target and actual and not comparable(target, actual):
            yield _clash(row, target, actual)
        else:
            outside, source = outside_unit(row.indicator.name, columns.get(row.index))
            own = target or actual
            if own and outside and source == "name" and own not in {"%", outside} and not comparable(own, outside):
                yield _clash(row, own, outside)
            elif row.target.kind == "text" and columns.get(row.index) == "%":
                yield _clash(row, row.target.raw or "", "%")


def _clash(row: Row, first: str, second: str) -> Problem:
    return Problem(
        row.subject,
        f"{row.label}的计量单位冲突：“{first}”与“{second}”不能相比，本项无法复算。",
        "请统一目标值、完成值与度量单位。",
        expected=first,
        found=second,
    )


@rule("unit.missing")
def missing(inspection: Inspection) -> Iterable[Problem]:
    """A numeric pair whose unit stands nowhere."""
    for row in inspection.case.rows:
        if row.target.number is not None and row.actual.number is not None and row.unit is None and row.target.printed_unit is None:
            yield Problem(row.subject, f"{row.label}的目标值与完成值都没有计量单位。", "请补填计量单位。", found=row.target.raw)


@rule("unit.not-a-rate")
def not_a_rate(inspection: Inspection) -> Iterable[Problem]:
    """A name ending in 率 with a count, or a name that counts with a percentage."""
    exempt, growth = inspection.entry.words("exempt"), inspection.entry.words("growth")
    counters = inspection.words_in_names(inspection.entry.words("counters"))
    for row in inspection.case.rows:
        name, unit = row.indicator.name or "", row.target.unit or row.actual.unit or (row.unit if row.unit_source == "name" else None)
        if unit is None:
            continue
        if unit not in {"%", "‰"} and "/" not in unit and ends_as_rate(name, exempt):
            yield Problem(row.subject, f"{row.label}名称是“率”，单位却是“{unit}”。", "请改填百分比，或改换名称。", expected="%", found=unit)
        elif unit == "%" and not first_word(row.target.raw or "", growth) and (word := counter_of(name, counters)):
            yield Problem(row.subject, f"{row.label}名称计“{word}”，单位却是“%”。", "请改填数量，或改换名称。", found=unit)


@rule("unit.mixed-scale")
def mixed_scale(inspection: Inspection) -> Iterable[Problem]:
    """元 beside 万元, 万元 beside 亿元 inside the indicator table; one finding per pair."""
    printed: dict[str, list[Row]] = {}
    for row in inspection.case.rows:
        for value in (row.target, row.actual):
            if value.unit is not None and value.printed_unit is not None:
                printed.setdefault(value.printed_unit, []).append(row)
    for small, large in inspection.entry.pairs("scales"):
        if small in printed and large in printed:
            first = printed[small][0]
            yield Problem(
                "",
                f"指标表里“{small}”与“{large}”混用（如{first.label}用“{small}”，{printed[large][0].label}用“{large}”）。",
                "请统一单位。",
                found=f"{small}、{large}",
            )


def family_of(name: str, families: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
    """The family (counter, units that go with it) of the longest counter a name ends in, None where it ends in none."""
    bare = _bare(name)
    return max([units for units in families if bare.endswith(units[0])], key=lambda units: len(units[0]), default=None)


@rule("unit.unusual")
def unusual(inspection: Inspection) -> Iterable[Problem]:
    """The counter at the end of the name is of another family than the unit."""
    families = inspection.entry.pairs("families")
    counters = inspection.words_in_names(units[0] for units in families)
    families = tuple([units for units in families if units[0] in counters])
    for row in inspection.case.rows if counters else ():
        name, unit = row.indicator.name or "", row.target.unit or row.actual.unit
        if unit is None or unit == "%" or not _bare(name).endswith(counters):
            continue
        family = family_of(name, families)
        if family is not None and unit not in family[1:]:
            yield Problem(
                row.subject, f"{row.label}名称计“{family[0]}”，单位为“{unit}”。", "请核对名称与单位。", expected="、".join(family[1:]), found=unit
            )
