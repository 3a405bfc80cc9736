"""Figures of several columns run together in one cell (1530个30个15): cut where exactly one cut passes the checks, else left blank to be asked.

The checks are the form's own arithmetic: points at most 100, a score at most its points, target and actual in one unit, and, where that
leaves several cuts, the score that the two numbers earn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from jiheng.domain.valuetext import parse_value, tidy

VALUE_ROLES = ("target", "actual", "weight", "score")
_POINTS = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.\d{1,2})?")
_FIGURE = re.compile(r"[≥≤=<>]?(?:0|[1-9]\d*)(?:\.\d+)?(?:%|[^\d≥≤=<>.%\s]{1,6})?")
_GLUED = re.compile(r"(?:[≥≤=<>]?\d[\d.]*(?:%|[^\d≥≤=<>.%\s\-~—–至到]{0,6}))+")
_LONGEST = 40
_HUNDRED = Decimal(100)


def is_glued(text: str) -> bool:
    """Whether a text is figures with units in a row that make no one value."""
    plain = tidy(text)
    if not (4 <= len(plain) <= _LONGEST) or len(re.findall(r"\d+", plain)) < 2:
        return False
    return _GLUED.fullmatch(plain) is not None and parse_value(plain).kind == "text"


def cuts(text: str, roles: Sequence[str]) -> list[dict[str, str]]:
    """The ways to cut a text into the columns that pass the checks; ideally one."""
    passing = [cut for cut in _all_cuts(tidy(text), tuple(roles)) if _holds(cut)]
    earned = [cut for cut in passing if _is_earned(cut)]
    return earned if len(passing) > 1 and earned else passing


def _all_cuts(text: str, roles: tuple[str, ...]) -> Iterator[dict[str, str]]:
    if not roles:
        if not text:
            yield {}
        return
    shape = _POINTS if roles[0] in {"weight", "score"} else _FIGURE
    for end in range(1, len(text) + 1):
        if shape.fullmatch(text, 0, end):
            for rest in _all_cuts(text[end:], roles[1:]):
                yield {roles[0]: text[:end], **rest}


def _holds(cut: dict[str, str]) -> bool:
    weight, score = (Decimal(cut[role]) if role in cut else None for role in ("weight", "score"))
    if (weight is not None and weight > _HUNDRED) or (score is not None and score > (weight if weight is not None else _HUNDRED)):
        return False
    if "target" not in cut or "actual" not in cut:
        return True
    target, actual = parse_value(cut["target"]), parse_value(cut["actual"])
    return target.number is not None and actual.number is not None and target.unit == actual.unit


def _is_earned(cut: dict[str, str]) -> bool:
    """Whether the score is what reaching the target earns, to the half point that clerks round to."""
    if not {"target", "actual", "weight", "score"} <= cut.keys():
        return False
    target, actual = parse_value(cut["target"]).number, parse_value(cut["actual"]).number
    if not target or actual is None:
        return False
    weight, score = Decimal(cut["weight"]), Decimal(cut["score"])
    return abs(score - min(weight, weight * actual / target)) <= Decimal("0.5")
