"""Numbers and live formulas for the cells of a laid-out form. A formula is written only where its exact result is what the form states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

from jiheng.domain.evaluation import Evaluation, FundLine
from jiheng.domain.scorecard import Scorecard
from jiheng.exporters.layout.figures import figure
from jiheng.exporters.layout.model import Cell, Grid, Item

_FIGURED = ("initial_budget", "adjusted_budget", "allotted", "disbursed", "weight", "stated_score", "stated_rate", "target", "actual", "value")
_NAMES = frozenset((*_FIGURED, "score"))
Exact = Callable[[Fraction, Fraction, Fraction], Fraction]
_SCORES: dict[str, tuple[str, Exact]] = {
    "RATIO-CAP": ("MIN({w},{w}*{b}/{a})", lambda a, b, w: min(w, w * b / a)),
    "REV-RATIO": ("MIN({w},{w}*{a}/{b})", lambda a, b, w: min(w, w * a / b)),
    "REV-LINEAR": ("MAX(0,MIN({w},{w}*(2*{a}-{b})/{a}))", lambda a, b, w: max(Fraction(0), min(w, w * (2 * a - b) / a))),
}
"""Formulas of the vocabulary as a spreadsheet computes them: a target, b actual, w weight; multiply first, divide, round once."""
_NEAR_A_TIE = Fraction(1, 10**6)


@dataclass(frozen=True, slots=True)
class _Form:
    """What formulas are made from: the fields, how each row was scored, and the cells that print a field."""

    evaluation: Evaluation
    methods: dict[str, str]
    shown: dict[str, Cell]


def with_numbers(items: Sequence[Item], evaluation: Evaluation, scorecard: Scorecard | None = None) -> Iterator[Item]:
    """The items with the numbers behind their figures and the formulas of scores, rates and totals."""
    shown = {cell.pointer: cell for item in items if isinstance(item, Grid) for cell in item.cells if cell.pointer and cell.text}
    methods = {line.subject: line.method for line in (scorecard.lines if scorecard else ())}
    form = _Form(evaluation, methods, shown)
    for item in items:
        if isinstance(item, Grid):
            yield replace(item, cells=tuple(_with_number(cell, form) for cell in item.cells))
        else:
            yield item


def _with_number(cell: Cell, form: _Form) -> Cell:
    pointer = cell.pointer
    if pointer is None or pointer.rpartition("/")[2] not in _NAMES:
        return cell
    read = figure(cell.text)
    if read is None:
        return cell
    return replace(cell, number=read.number, number_format=read.number_format, formula=_formula(pointer, read.number, form))


def _formula(pointer: str, stated: Decimal, form: _Form) -> str | None:
    group, _, name = pointer.strip("/").partition("/")
    if group == "stated_totals":
        return _total({"score": "stated_score"}.get(name, name), stated, form)
    if group == "funds" and name.endswith("/stated_rate"):
        return _rate(int(name.split("/")[0]), stated, form.evaluation, form.shown)
    if group == "indicators" and name.endswith("/stated_score"):
        return _score(pointer.removesuffix("/stated_score"), stated, form)
    return None


def _score(row: str, stated: Decimal, form: _Form) -> str | None:
    """The row's own formula, where target, actual and weight stand in cells as numbers of the same unit."""
    known = _SCORES.get(form.methods.get(row, ""))
    target = f"{row}/target" if f"{row}/target" in form.shown else f"{row}/value"
    places = {"a": target, "b": f"{row}/actual", "w": f"{row}/weight"}
    read = {name: figure(form.shown[pointer].text) if pointer in form.shown else None for name, pointer in places.items()}
    values = {name: Fraction(one.number) for name, one in read.items() if one is not None}
    if known is None or len(values) < len(places) or min(values["a"], values["b"]) <= 0:
        return None
    shape, exact = known
    cents = exact(values["a"], values["b"], values["w"]) * 100
    tie = abs(cents - floor(cents) - Fraction(1, 2))
    if tie < _NEAR_A_TIE or Decimal(floor(cents + Fraction(1, 2))).scaleb(-2) != stated:
        return None
    cells = {name: f"{{{pointer}}}" for name, pointer in places.items()}
    return f"ROUND({shape.format(**cells)},2)"


def _total(name: str, stated: Decimal, form: _Form) -> str | None:
    """The sum of the indicator rows, with the first money row where the total counts it."""
    rows = [f"/indicators/{index}/{name}" for index in range(len(form.evaluation.indicators))]
    own = [pointer for pointer in rows if pointer in form.shown]
    values = [figure(form.shown[pointer].text) for pointer in own]
    if not own or any(value is None for value in values):
        return None
    total = sum((value.number for value in values if value is not None), Decimal(0))
    spread = f"{{{own[0]}}}:{{{own[-1]}}}" if len(own) > 1 else f"{{{own[0]}}}"
    if total == stated:
        return f"SUM({spread})"
    money = form.shown.get(f"/funds/0/{name}")
    counted = figure(money.text) if money else None
    if counted is not None and counted.number + total == stated:
        return f"SUM({spread})+{{/funds/0/{name}}}"
    return None


def _rate(index: int, stated: Decimal, evaluation: Evaluation, shown: dict[str, Cell]) -> str | None:
    """Spent ÷ budget (the adjusted one, else the initial), rounded as stated."""
    line: FundLine = evaluation.funds[index]
    base = "adjusted_budget" if line.adjusted_budget else "initial_budget"
    spent, budget = (shown.get(f"/funds/{index}/{name}") for name in ("disbursed", base))
    parts = [figure(cell.text) if cell else None for cell in (spent, budget)]
    if parts[0] is None or parts[1] is None or not parts[1].number or _unlike(parts[0].number_format, parts[1].number_format):
        return None
    places = max(0, -int(stated.as_tuple().exponent))
    exact = (parts[0].number / parts[1].number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"ROUND({{/funds/{index}/disbursed}}/{{/funds/{index}/{base}}},{places})" if exact == stated else None


def _unlike(first: str, second: str) -> bool:
    """Whether two amounts print different words (5万 beside 50000): their bare numbers must not be divided."""
    return first.split('"')[1::2] != second.split('"')[1::2]
