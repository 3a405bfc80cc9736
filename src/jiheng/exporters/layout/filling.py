"""What an evaluation prints at each place of a form. A place without a value stays blank, as on paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from jiheng.domain.evaluation import PARTICULARS, Evaluation, FundLine, Indicator
from jiheng.domain.value import Money, Value
from jiheng.exporters.layout.model import CellRole
from jiheng.rulebook.forms import PLACE, Form, keyed_place

LONG = frozenset({"/goal/expected", "/goal/actual", "reason", "criteria", "evidence", "situation", "problems", "remark"})
LONGEST_SHORT = 40
FIGURES = frozenset({"weight", "score", "rate", "level1_weight", "level2_weight", "initial_budget", "adjusted_budget", "allotted", "disbursed"})
FIGURES_TOO = frozenset({"reviewed_score", "deviation", "/evaluated_amount"})
_SIGN = re.compile(r"(?P<sign>定性|[≥≧>≤≦<=＝﹦═＞＜]|不少于|不低于|不超过)?(?P<value>.*)", re.DOTALL)
_EMPTY_BRACKETS = re.compile(r"\s*(?:（）|\(\))")


@dataclass(frozen=True, slots=True)
class At:
    """Where the drawing stands: which money row, which indicator, which goal (None where not inside one)."""

    fund: FundLine | None = None
    first_fund: bool = True
    row: int | None = None
    goal: int | None = None
    goal_points: Decimal | None = None


def filled(text: str, evaluation: Evaluation, form: Form, at: At) -> str:
    """A drawn text with every place filled; brackets that stay empty go, a year that is not known leaves room to write it."""
    out = PLACE.sub(lambda match: _shown(match.group(1), match.group(2), evaluation, form, at), text)
    return _EMPTY_BRACKETS.sub("", out) if out != text else out


def role_of(places: tuple[str, ...], text: str, shown: str = "") -> CellRole:
    """How a drawn cell is set: printed words, a figure, running text, or a short value; what a header field shows in sentences is running text."""
    if not places:
        return "label"
    last = places[0].rpartition(".")[2]
    if last in LONG or last.startswith("/narrative/"):
        return "text"
    if last in FIGURES or last in FIGURES_TOO:
        return "figure"
    if places[0].startswith("/") and len(shown) > LONGEST_SHORT:
        return "text"
    return "short" if PLACE.fullmatch(text) else "label"


def pointer_of(places: tuple[str, ...], at: At, fund: int | None) -> str | None:
    """The JSON pointer of the field a cell shows, None where it shows no single field."""
    if len(places) != 1:
        return None
    group, _, name = places[0].rpartition(".")
    if group == "row" and at.row is not None:
        return f"/indicators/{at.row}/{_FIELD_NAMES.get(name, name)}"
    if group == "funds" and fund is not None:
        return f"/funds/{fund}/{_FIELD_NAMES.get(name, name)}"
    if group == "total":
        return f"/stated_totals/{name}"
    return places[0] if places[0].startswith("/") else None


_FIELD_NAMES = {"score": "stated_score", "rate": "stated_rate"}


def _shown(place: str, otherwise: str | None, evaluation: Evaluation, form: Form, at: At) -> str:
    if place.startswith("/"):
        return _field(place, evaluation, form)
    keyed = keyed_place(place)
    if keyed is not None:
        return _of_item(evaluation, *keyed)
    group, _, name = place.partition(".")
    if group == "funds":
        shown = fund_value(at.fund, name) if at.fund else ""
        return shown or (otherwise or "" if not at.first_fund else "")
    if group == "row":
        return "" if at.row is None else indicator_value(evaluation, at.row, name)
    if group == "goal":
        points = f"（{at.goal_points:f}分）" if at.goal_points is not None else ""
        return points if name == "points" else str(at.goal or "")
    return _total(evaluation, name)


def _of_item(evaluation: Evaluation, group: str, item: str, name: str) -> str:
    """A cell of the money row or the management row with that name."""
    if group == "funds":
        return next((fund_value(line, name) for line in evaluation.funds if line.item == item), "")
    return next((getattr(row, name) or "" for row in evaluation.management if row.item == item), "")


def _field(place: str, evaluation: Evaluation, form: Form) -> str:
    if place == "/title":
        own = evaluation.title if evaluation.template in form.serves else None
        return own or form.title
    if place == "/fiscal_year":
        return str(evaluation.fiscal_year) if evaluation.fiscal_year else "　　　　"
    if place.startswith(PARTICULARS):
        return evaluation.particulars.get(place.removeprefix(PARTICULARS), "")
    if place == "/goal/achieved":
        return {True: "是", False: "否", None: ""}[evaluation.goal.achieved]
    value: object = evaluation
    for name in place.strip("/").split("/"):
        value = getattr(value, name)
    return value.raw if isinstance(value, Money) else str(value) if value is not None else ""


def fund_value(line: FundLine, name: str) -> str:
    """A cell of a money row as printed."""
    value = getattr(line, _FIELD_NAMES.get(name, name))
    return value.raw if isinstance(value, Money) else _plain(value)


def indicator_value(evaluation: Evaluation, row: int, name: str) -> str:
    """A cell of an indicator as printed; what the reviewer fills is blank."""
    indicator = evaluation.indicators[row]
    if name in {"operator", "value", "unit"}:
        return parts_of(indicator, dict(evaluation.printed.unit_column).get(row))[name]
    if name in {"level1_weight", "level2_weight"}:
        return _heading_points(evaluation, row, int(name[5]))
    if name == "evidence":
        return "；\n".join(indicator.evidence)
    if name == "number":
        return str(row + 1)
    value = getattr(indicator, _FIELD_NAMES.get(name, name), None)
    return (value.raw or "") if isinstance(value, Value) else _plain(value)


def parts_of(indicator: Indicator, unit: str | None) -> dict[str, str]:
    """A target in three cells; the parts joined again are the target as printed."""
    raw = indicator.target.raw or ""
    match = _SIGN.fullmatch(raw)
    sign = match["sign"] or "" if match else ""
    rest = raw[len(sign) :]
    end = unit or indicator.target.printed_unit or ""
    if end and rest.endswith(end) and re.fullmatch(r"-?[\d.,]+", rest.removesuffix(end)):
        return {"operator": sign, "value": rest.removesuffix(end), "unit": end}
    return {"operator": sign, "value": rest, "unit": ""}


def _heading_points(evaluation: Evaluation, row: int, level: int) -> str:
    headings = [h for h in evaluation.printed.headings if h.level == level and row in h.rows and not h.repeats]
    if not headings:
        return ""
    return headings[0].rule or _plain(headings[0].points)


def _total(evaluation: Evaluation, name: str) -> str:
    totals = evaluation.stated_totals
    if name in {"level1_weight", "level2_weight"}:
        label = {"level1_weight": "一级权重合计", "level2_weight": "二级权重合计"}[name]
        return next((_plain(total.value) for total in totals.printed if total.label == label), "")
    return _plain(getattr(totals, name, None))


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else "" if value is None else str(value)
