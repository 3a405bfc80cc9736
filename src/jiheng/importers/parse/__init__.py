"""Draft to Evaluation: typed, exact, with units, every value anchored, every repair recorded. Never raises for odd data."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from jiheng.domain.document import Cell
from jiheng.domain.dossier import FieldReading, make_reading
from jiheng.domain.evaluation import PARTICULARS, Contact, Evaluation, Goal, Narrative, Printed, StatedTotals
from jiheng.domain.finding import Repair
from jiheng.domain.moneytext import parse_money
from jiheng.domain.value import Money, MoneyUnit
from jiheng.importers.parse import rows
from jiheng.importers.parse.sheet import Sheet
from jiheng.importers.parse.splits import Splits
from jiheng.importers.parse.walking import Walk
from jiheng.importers.parse.years import fiscal_year_of
from jiheng.importers.recognise import Draft

_HOW_READ = itemgetter(*map(Cell._fields.index, FieldReading._fields))
"""The fields of a cell that make a FieldReading."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read: the evaluation, where each field stands, what was put right, and the texts that may name the place."""

    evaluation: Evaluation
    fields: dict[str, FieldReading]
    repairs: tuple[Repair, ...]
    place_texts: tuple[str, ...]


def parse(draft: Draft) -> Parsed:
    """The typed form of a draft."""
    sheet = Sheet(draft)
    for line in draft.front:
        sheet.keep(line.filled)
    walk = Walk(sheet)
    walk.read()
    evaluation = _evaluation(draft, sheet, walk)
    readings = dict(zip(sheet.cells, map(make_reading, map(_HOW_READ, sheet.cells.values())), strict=True))
    return Parsed(evaluation, readings, tuple(sheet.repairs), tuple(_place_texts(sheet, evaluation)))


def _evaluation(draft: Draft, sheet: Sheet, walk: Walk) -> Evaluation:
    funds = walk.purse.lines()  # they may settle the money unit
    text, unit = sheet.values.get, sheet.money_unit
    return Evaluation(
        template=draft.template.id,
        kind=draft.template.kind,
        title=text("/title"),
        fiscal_year=fiscal_year_of(text("/fiscal_year"), sheet.year_texts, (text("/title"), text("/project_name"))),
        project_name=text("/project_name"),
        project_level=text("/project_level"),
        basis_document=text("/basis_document"),
        evaluated_amount=_money(text("/evaluated_amount"), unit),
        supervising_department=text("/supervising_department"),
        implementing_unit=text("/implementing_unit"),
        contact=Contact(text("/contact/name"), text("/contact/phone"), text("/contact/mailbox")),
        money_unit=unit,
        funds=funds,
        goal=Goal(text("/goal/expected"), text("/goal/actual"), sheet.achieved),
        indicators=tuple(sheet.indicators),
        stated_totals=StatedTotals(sheet.total_weight, sheet.total_score, sheet.grade, tuple(sheet.printed_totals)),
        narrative=Narrative(**{key: text(f"/narrative/{key}") for key in ("performance", "problems", "improvements", "expiring_funds")}),
        management=tuple(walk.management.items),
        particulars={pointer.removeprefix(PARTICULARS): value for pointer, value in sheet.values.items() if pointer.startswith(PARTICULARS)},
        printed=_printed(draft, sheet, walk.purse.splits),
    )


def _printed(draft: Draft, sheet: Sheet, splits: Splits) -> Printed:
    parents = tuple(rows.families(sheet))
    return Printed(
        columns=frozenset(sheet.columns),
        fields=frozenset(sheet.labelled),
        amounts=frozenset(sheet.amount_columns),
        headings=tuple(rows.headings(sheet.blocks)),
        group_scores=tuple(rows.group_scores(sheet, parents)),
        parents=parents,
        placeholders=tuple(sheet.placeholders),
        instructions=tuple(sheet.instructions),
        unit_column=tuple(sheet.unit_column),
        weight_unit=sheet.weight_unit,
        notes=tuple(sheet.notes),
        year_texts=tuple(sheet.year_texts),
        forms_in_file=draft.forms_in_file,
        splits=splits.splits(sheet.money_unit),
    )


def _money(raw: str | None, unit: MoneyUnit | None) -> Money | None:
    return parse_money(raw, unit=unit)


def _place_texts(sheet: Sheet, evaluation: Evaluation) -> list[str]:
    named = [evaluation.implementing_unit, evaluation.supervising_department, evaluation.title, evaluation.project_name]
    return [text for text in (*named, *sheet.outside) if text]
