"""A filled form on paper: the drawing of an official form and an evaluation into a Layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from jiheng.domain.evaluation import Evaluation, FundLine, Indicator
from jiheng.domain.scorecard import Scorecard
from jiheng.exporters.layout.filling import At, filled, pointer_of, role_of
from jiheng.exporters.layout.merging import Drawn, grid
from jiheng.exporters.layout.model import Grid, Item, Layout, Paragraph, ParagraphRole, Section
from jiheng.exporters.layout.sums import with_numbers
from jiheng.rulebook.forms import Form, FormCell, FormPart, FormRow

_SHARED = {"level1": ("level1",), "level1_weight": ("level1",), "level2": ("level1", "level2"), "level2_weight": ("level1", "level2")}
"""Cells of an indicator that are merged downwards while these fields stay the same."""


@dataclass(frozen=True, slots=True)
class _Block:
    """The indicators of one goal, by index."""

    goal: int | None
    points: Decimal | None
    rows: tuple[int, ...]


def form_layout(form: Form, evaluation: Evaluation, scorecard: Scorecard | None = None) -> Layout:
    """The evaluation on the paper of the form; a sheet per form, its tables in the order of the drawing.

    With a scorecard, the score of a row is a live formula where the pack's own formula gives what is stated.
    """
    items: list[Item] = []
    for part in form.parts:
        if part.widths:
            joined = bool(items) and isinstance(items[-1], Grid)
            items.append(_table(part, form, evaluation, joined=joined))
        else:
            items.append(_paragraph(part, form, evaluation))
    title = next((item.text for item in items if isinstance(item, Paragraph) and item.role == "title"), form.title)
    name = evaluation.project_name or title
    return Layout(name, (Section(form.title, tuple(with_numbers(items, evaluation, scorecard)), form.orientation),))


def _paragraph(part: FormPart, form: Form, evaluation: Evaluation) -> Paragraph:
    def shown(text: str) -> str:
        return filled(text, evaluation, form, At())

    return Paragraph(shown(part.text), cast("ParagraphRole", part.role), shown(part.right))


def _table(part: FormPart, form: Form, evaluation: Evaluation, *, joined: bool) -> Grid:
    blocks = _blocks(part.rows, evaluation)
    rows: list[list[Drawn]] = []
    for row, at, first in _instances(part.rows, form, evaluation, blocks):
        rows.append([_drawn(cell, form, evaluation, at, first) for cell in row.cells])
    return grid(rows, part.widths, head_rows=_heads(part.rows) if len(blocks) == 1 else 0, joined=joined)


def _heads(rows: Sequence[FormRow]) -> int:
    return next((index for index, row in enumerate(rows) if not row.head), len(rows))


@dataclass(frozen=True, slots=True)
class _First:
    """What begins with this row: the money row's place among the form's, and the fields of the indicator that changed.

    ``continues`` are cells that go on from the row above: a score shared by several rows, criteria written once for a block.
    """

    fund: int | None = None
    changed: frozenset[str] = frozenset(_SHARED)
    continues: frozenset[str] = frozenset()


def _instances(rows: Sequence[FormRow], form: Form, evaluation: Evaluation, blocks: Sequence[_Block]) -> Iterator[tuple[FormRow, At, _First]]:
    """Every row of the paper in order: drawn rows once, money rows per money row, indicator rows per indicator, goal blocks per goal."""
    position = 0
    while position < len(rows):
        end = position + 1
        if rows[position].begins_goal:
            while end < len(rows) and rows[end - 1].repeats != "row":
                end += 1
            for block in blocks:
                for row in rows[position:end]:
                    yield from _repeated(row, form, evaluation, block)
        else:
            yield from _repeated(rows[position], form, evaluation, blocks[0])
        position = end


def _repeated(row: FormRow, form: Form, evaluation: Evaluation, block: _Block) -> Iterator[tuple[FormRow, At, _First]]:
    at = At(goal=block.goal, goal_points=block.points)
    if row.repeats == "funds":
        for order, (index, line) in enumerate(printed_funds(form, evaluation)):
            yield row, replace(at, fund=line, first_fund=order == 0), _First(fund=index)
    elif row.repeats == "row" and block.rows:
        above: Indicator | None = None
        for index in block.rows:
            indicator = evaluation.indicators[index]
            changed = _changed(above, indicator)
            grouped = indicator.stated_score is None and any(first < index <= last for first, last in evaluation.printed.group_scores)
            told = "level1" not in changed and indicator.criteria is None and above is not None
            continues = frozenset(name for name, holds in (("score", grouped and above is not None), ("criteria", told)) if holds)
            yield row, replace(at, row=index), _First(changed=changed, continues=continues)
            above = indicator
    else:
        yield row, at, _First()


def _changed(above: Indicator | None, indicator: Indicator) -> frozenset[str]:
    if above is None:
        return frozenset(_SHARED)

    def same(fields: tuple[str, ...]) -> bool:
        return all(getattr(above, name) == getattr(indicator, name) for name in fields)

    return frozenset(place for place, fields in _SHARED.items() if not same(fields))


def _drawn(cell: FormCell, form: Form, evaluation: Evaluation, at: At, first: _First) -> Drawn:
    places = cell.places
    name = places[0].rpartition(".")[2] if places and places[0].startswith("row.") else ""
    if cell.continues:
        return Drawn(continues=cell.continues)
    if name in _SHARED and name not in first.changed:
        return Drawn(continues="^", role=role_of(places, cell.text))
    if name in first.continues:
        return Drawn(continues="^", role=role_of(places, cell.text))
    shown = filled(cell.text, evaluation, form, at)
    return Drawn(shown, role_of(places, cell.text, shown), pointer=pointer_of(places, at, first.fund))


def printed_funds(form: Form, evaluation: Evaluation) -> list[tuple[int | None, FundLine]]:
    """The money rows in print: the form's own rows with the evaluation's amounts in them where they fit in order, else the evaluation's rows."""
    lines = list(enumerate(evaluation.funds))
    slots: list[tuple[int | None, FundLine]] = []
    rest = lines.copy()
    for item in form.fund_lines:
        if rest and bare(rest[0][1].item) == bare(item):
            slots.append(rest.pop(0))
        else:
            slots.append((None, FundLine(item)))
    if rest:
        return [*lines] if lines else slots
    return slots


def bare(item: str) -> str:
    """A money row's name without what stands around it: blanks, 其中, colons."""
    return "".join(item.split()).removeprefix("其中").strip(":：")


def _blocks(rows: Sequence[FormRow], evaluation: Evaluation) -> list[_Block]:
    """One block for all indicators, or one per goal where the form has a place for the goal."""
    every = tuple(range(len(evaluation.indicators)))
    if not any(row.begins_goal for row in rows):
        return [_Block(None, None, every)]
    goal_of: dict[int, int] = {}
    points: dict[int, list[Decimal | None]] = {}
    for heading in evaluation.printed.headings:
        if heading.level == 1 and not heading.repeats:
            points.setdefault(heading.goal, []).append(heading.points)
            goal_of.update(dict.fromkeys(heading.rows, heading.goal))
    goals = sorted(set(goal_of.values())) or [0]
    if len(goals) == 1:
        return [_Block(1, Decimal(80), every)]
    return [_Block(goal, _sum(points[goal]), tuple(row for row in every if goal_of.get(row, goals[0]) == goal)) for goal in goals]


def _sum(points: list[Decimal | None]) -> Decimal | None:
    known = [value for value in points if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(points) else None
