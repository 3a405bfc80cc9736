"""Official forms as data: the paper drawn as a grid of labels and places to fill, one YAML file per form.

The drawing: a line is a row, ``|`` stands between cells, ``^`` continues the cell above, ``<`` the cell at left, a last ``<<`` the rest of the
row, ``⏎`` breaks a line inside a cell, a leading ``!`` marks heading rows that are printed again on every page. ``{…}`` is a place to fill:
``{/project_name}`` a field by JSON pointer (also ``{/particulars/项目类别}``);
``{funds.item}`` a cell of a money row (the row is printed once per money row),
``{funds[市本级].allotted}`` of one money row; ``{row.name}`` a cell of an indicator (the row is printed once per indicator); ``{total.score}``;
``{goal.number}`` (its block is printed once per goal); ``{management[下达及时性].situation}``. After a colon stands what a blank money cell prints
below the first row: ``{funds.weight:—}``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jiheng.domain.evaluation import PARTICULARS
from jiheng.domain.finding import Mark
from jiheng.errors import PackInvalidError
from jiheng.rulebook.decoding import Node, Reading, compose

PLACE = re.compile(r"\{([^{}:]+)(?::([^{}]*))?\}")
Repeats = Literal["funds", "row"]
_KEYED = re.compile(r"(funds|management)\[([^\[\]]+)\]\.(\w+)")
FUND_PLACES = frozenset({"item", "initial_budget", "adjusted_budget", "allotted", "disbursed", "weight", "rate", "score"})
ROW_PLACES = frozenset(
    {
        *("number", "level1", "level1_weight", "level2", "level2_weight", "name", "operator", "target", "value", "unit", "actual", "weight"),
        *("score", "reason", "criteria", "evidence", "reviewed_actual", "reviewed_score", "deviation", "remark"),
    }
)
"""``target`` is the whole target; ``operator``, ``value`` and ``unit`` are its three parts where the form prints them apart."""
TOTAL_PLACES = frozenset({"level1_weight", "level2_weight", "weight", "score", "grade", "reviewed_score", "deviation"})
MANAGEMENT_PLACES = frozenset({"situation", "problems"})
FIELD_PLACES = frozenset(
    {
        *("/title", "/fiscal_year", "/project_name", "/project_level", "/basis_document", "/evaluated_amount", "/money_unit"),
        *("/supervising_department", "/implementing_unit", "/contact/name", "/contact/phone", "/contact/mailbox"),
        *("/goal/expected", "/goal/actual", "/goal/achieved"),
        *("/narrative/performance", "/narrative/problems", "/narrative/improvements", "/narrative/expiring_funds"),
    }
)


@dataclass(frozen=True, slots=True)
class FormCell:
    """One drawn cell: its text with places to fill, or what it continues (``^`` above, ``<`` at left)."""

    text: str
    continues: Literal["", "^", "<"] = ""

    @property
    def places(self) -> tuple[str, ...]:
        """The places to fill, in order."""
        return tuple(match.group(1) for match in PLACE.finditer(self.text))


@dataclass(frozen=True, slots=True)
class FormRow:
    """One drawn row, a cell per column. ``head`` rows are printed again on every page; ``repeats`` says once per what it is printed."""

    cells: tuple[FormCell, ...]
    head: bool
    repeats: Repeats | None

    @property
    def begins_goal(self) -> bool:
        """Whether the block of a goal begins here."""
        return any("goal.number" in cell.places for cell in self.cells)


@dataclass(frozen=True, slots=True)
class FormPart:
    """A table (relative ``widths`` and ``rows``) or a paragraph (``role`` and ``text``, ``right`` at the right end of the line)."""

    widths: tuple[int, ...] = ()
    rows: tuple[FormRow, ...] = ()
    role: str = ""
    text: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """An official form. ``serves`` are the recognised templates that are written back in this form; ``fund_lines`` its printed money rows."""

    id: str
    title: str
    kind: str
    orientation: Literal["portrait", "landscape"]
    serves: tuple[str, ...]
    fund_lines: tuple[str, ...]
    source: str
    mark: Mark
    parts: tuple[FormPart, ...]

    @property
    def places(self) -> frozenset[str]:
        """Every place the form has: what it can print of an evaluation."""
        texts = [text for part in self.parts for text in (part.text, part.right)]
        texts += [cell.text for part in self.parts for row in part.rows for cell in row.cells]
        return frozenset(match.group(1) for text in texts for match in PLACE.finditer(text))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One entry under ``paper:``; exactly one kind of key is set."""

    mark: str | None = None
    title: str | None = None
    subtitle: str | None = None
    line: str | None = None
    caption: str | None = None
    note: str | None = None
    right: str = ""
    widths: tuple[int, ...] = ()
    rows: str | None = None


@dataclass(frozen=True, slots=True)
class _File:
    title: str
    kind: str
    orientation: Literal["portrait", "landscape"]
    serves: tuple[str, ...]
    fund_lines: tuple[str, ...]
    source: str
    mark: Mark
    paper: tuple[_Drawn, ...]


def load_forms(directory: Path) -> dict[str, Form]:
    """Every form of a directory by id, in the order of the ids.

    Raises:
        PackInvalidError: a file breaks the schema, a drawing is no grid, or names a place that does not exist.
    """
    forms = {path.stem: _form(path) for path in sorted(directory.glob("*.yaml"))}
    served: dict[str, str] = {}
    for form in forms.values():
        for template in form.serves:
            if template in served:
                raise PackInvalidError(f"{form.id}.yaml", 1, f"版式“{template}”已由“{served[template]}”写出，一种版式只能有一张表。")
            served[template] = form.id
    return forms


def _form(path: Path) -> Form:
    reading = Reading(path.name, {})
    root = compose(path, path.name)
    file: _File = reading.decode(root, _File)
    drawn = zip(file.paper, reading.items(reading.mapping(root)["paper"]), strict=True)
    return Form(
        id=path.stem,
        title=file.title,
        kind=file.kind,
        orientation=file.orientation,
        serves=file.serves,
        fund_lines=file.fund_lines,
        source=file.source,
        mark=file.mark,
        parts=tuple(_part(reading, node, entry) for entry, node in drawn),
    )


def _part(reading: Reading, node: Node, drawn: _Drawn) -> FormPart:
    said = [role for role in ("mark", "title", "subtitle", "line", "caption", "note") if getattr(drawn, role) is not None]
    if drawn.rows is not None:
        if said or not drawn.widths:
            raise reading.refuse(node, "表格要有 widths 与 rows，不能再有文字。")
        lines = [line for line in drawn.rows.splitlines() if line.strip()]
        return FormPart(widths=drawn.widths, rows=tuple(_row(reading, node, line, len(drawn.widths)) for line in lines))
    if len(said) != 1 or drawn.widths:
        raise reading.refuse(node, "每一段只能是 mark、title、subtitle、line、caption、note 之一，或一张表（widths、rows）。")
    part = FormPart(role=said[0], text=getattr(drawn, said[0]), right=drawn.right)
    _check_places(reading, node, part.text + part.right)
    return part


def _row(reading: Reading, node: Node, line: str, columns: int) -> FormRow:
    head = line.lstrip().startswith("!")
    tokens = [token.strip() for token in line.strip().removeprefix("!").split("|")]
    if tokens[-1] == "<<":
        tokens[-1:] = ["<"] * (columns - len(tokens) + 1)
    if len(tokens) != columns:
        raise reading.refuse(node, f"“{line.strip()[:30]}”有 {len(tokens)} 格，应有 {columns} 格。")
    cells = tuple(FormCell("", token) if token in {"^", "<"} else FormCell(token.replace("⏎", "\n")) for token in tokens)  # type: ignore[arg-type]
    for cell in cells:
        _check_places(reading, node, cell.text)
    kinds = {place.split(".")[0] for cell in cells for place in cell.places if place.startswith(("funds.", "row."))}
    if len(kinds) > 1:
        raise reading.refuse(node, f"“{line.strip()[:30]}”同时写了资金与指标，一行只能重复一种。")
    return FormRow(cells, head, kinds.pop() if kinds else None)  # type: ignore[arg-type]


def _check_places(reading: Reading, node: Node, text: str) -> None:
    for match in PLACE.finditer(text):
        if not _known(match.group(1)):
            raise reading.refuse(node, f"不认识的填写处“{{{match.group(1)}}}”。")


def _known(place: str) -> bool:
    keyed = _KEYED.fullmatch(place)
    if keyed:
        return keyed.group(3) in (FUND_PLACES if keyed.group(1) == "funds" else MANAGEMENT_PLACES)
    group, _, name = place.partition(".")
    known = {"funds": FUND_PLACES, "row": ROW_PLACES, "total": TOTAL_PLACES, "goal": {"number", "points"}}.get(group)
    if known is None:
        return place in FIELD_PLACES or (place.startswith(PARTICULARS) and place != PARTICULARS)
    return name in known


def keyed_place(place: str) -> tuple[str, str, str] | None:
    """``funds[市本级].allotted`` → (funds, 市本级, allotted); None for places without a key."""
    match = _KEYED.fullmatch(place)
    return (match.group(1), match.group(2), match.group(3)) if match else None
