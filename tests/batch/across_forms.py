"""Small data sets for the cross-form audit: forms as a test writes them, put into columns by the real writer, audited under the national pack."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa  # type: ignore[import-untyped]

from builders import form, fund, pack, row
from jiheng.batch.across.portions import Portion
from jiheng.batch.across.survey import Survey
from jiheng.batch.columns import tables_of
from jiheng.domain.dossier import Dossier, Source
from jiheng.domain.evaluation import Evaluation, Goal, Indicator, Narrative
from jiheng.rulebook.model import RulePack


class Found(NamedTuple):
    """A finding as tests compare it: project and unit of the form, where, what, how severe, how many other forms, in which words."""

    form: str
    subject: str
    code: str
    severity: str
    others: tuple[str, ...]
    other_count: int
    message: str


def filed(  # noqa: PLR0917 - a form in one line
    project: str,
    unit: str = "甲局",
    year: int = 2023,
    rows: Sequence[Indicator] = (),
    total: str | None = None,
    place: str | None = "广东省江门市",
    *,
    goal: str | None = None,
    report: str | None = None,
    department: str | None = "主管局",
    **fields: Any,
) -> Evaluation:
    """A filed form."""
    return form(
        *rows,
        total=total,
        project_name=project,
        implementing_unit=unit,
        supervising_department=department,
        fiscal_year=year,
        place=place,
        goal=Goal(expected=goal),
        narrative=Narrative(performance=report),
        **fields,
    )


def dossier(evaluation: Evaluation, name: str | None = None) -> Dossier:
    """The form in a file of its own; the digest follows from project, unit and year, or from the name given."""
    key = name or f"{evaluation.project_name}|{evaluation.implementing_unit}|{evaluation.fiscal_year}"
    source = Source(f"{key}.xlsx", hashlib.sha256(key.encode()).hexdigest(), "xlsx")
    return Dossier(date(evaluation.fiscal_year or 2023, 12, 31), source, evaluation)


def form_id(evaluation: Evaluation, name: str | None = None) -> str:
    """The id the columns give it."""
    return f"{dossier(evaluation, name).document.digest[:16]}-1"


def portions(dossiers: Iterable[Dossier], size: int = 1000) -> tuple[Portion, ...]:
    """The forms in row groups of at most so many, by year and place."""
    parts: dict[tuple[int | None, str | None], list[Dossier]] = {}
    for one in dossiers:
        found = one.evaluation
        assert found is not None
        parts.setdefault((found.fiscal_year, found.place), []).append(one)
    return tuple(Portion(year, place, *tables_of(held[at : at + size])) for (year, place), held in parts.items() for at in range(0, len(held), size))


def survey_of(source: Sequence[Portion], *, law: RulePack | None = None, year: int | None = None) -> Survey:
    """The audit of some row groups."""
    return Survey(lambda: source, law or pack(), year=year)


def found_in(source: Sequence[Portion], *codes: str, law: RulePack | None = None, year: int | None = None) -> list[Found]:
    """The findings of these codes (all without one), in the order of form ids."""
    with closing(survey_of(source, law=law, year=year)) as survey:
        tables = [line for table in survey.details() for line in table.to_pylist()]
        assert sorted(_key(line) for line in tables) == sorted(_key(line) for line in survey.findings.to_pylist())
    lines = [line for line in tables if not codes or line["code"] in codes]
    return sorted(
        Found(line["form"], line["subject"], line["code"], line["severity"], tuple(line["others"]), line["other_count"], line["message"])
        for line in lines
    )


def _key(line: dict[str, Any]) -> tuple[str, ...]:
    return (line["form"], line["subject"], line["code"], line["severity"])


def found(evaluations: Iterable[Evaluation], *codes: str) -> list[Found]:
    """The findings over some forms, each in a file of its own."""
    return found_in(portions(dossier(one) for one in evaluations), *codes)


def with_cells(one: Indicator, **cells: Any) -> Indicator:
    """A row with reason, evidence or criteria."""
    return replace(one, **cells)


def totals(scores: Sequence[str]) -> pa.Table:
    """Recomputed totals as a re-scoring gives them (only the column the audit reads)."""
    return pa.table({"total": pa.array(scores, pa.string()).cast(pa.decimal64(18, 6))})


__all__ = ["Found", "dossier", "filed", "form_id", "found", "found_in", "fund", "portions", "row", "survey_of", "totals", "with_cells"]
