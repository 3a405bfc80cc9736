"""The levels of an indicator table: heading names without their points, the block a pack knows by them, weights that follow from a rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from jiheng.domain.evaluation import Evaluation, Heading, Indicator
from jiheng.rulebook.model import Block, FixedRow, RulePack
from jiheng.scoring.rounding import largest_remainder

_POINTS = re.compile(r"[（(]\d+(?:\.\d+)?分?[)）]|\d+(?:\.\d+)?分")
_WEIGHT_RULE = re.compile(r"(\d+(?:\.\d+)?)\s*[/÷]\s*(?:指标总数|指标数|指标个数)")


@lru_cache(maxsize=4096)
def heading_name(name: str | None) -> str:
    """A level name without blanks, points and the ending 指标.

    >>> heading_name("产出指标（50分）"), heading_name("效益 指标"), heading_name(None)
    ('产出', '效益', '')
    """
    return _POINTS.sub("", "".join((name or "").split())).removesuffix("指标")


def blocks_by_name(law: RulePack) -> dict[str, Block]:
    """The pack's blocks under each of their heading names; the first block of a name has it."""
    found: dict[str, Block] = {}
    for block in law.scheme.blocks.value:
        for name in block.names:
            found.setdefault(heading_name(name), block)
    found.pop("", None)
    return found


def fixed_row(indicator: Indicator, blocks: Mapping[str, Block]) -> FixedRow | None:
    """The row the pack knows by a part of its name, inside the block it stands in."""
    block = blocks.get(heading_name(indicator.level1))
    if block is None or not block.rows:
        return None
    name = indicator.name or ""
    return next((row for row in block.rows if any(part in name for part in row.names)), None)


def weights_of(evaluation: Evaluation, blocks: Mapping[str, Block]) -> list[Decimal | None]:
    """Printed weights, which always stand; else the share a printed weight rule or an equally spread block gives."""
    weights = [row.weight for row in evaluation.indicators]
    for heading in evaluation.printed.headings:
        rule = _WEIGHT_RULE.search(heading.rule) if heading.rule else None
        if rule:
            _spread(weights, _below(heading, evaluation), Decimal(rule.group(1)), places=2)
    if any(weight is None for weight in weights):  # not ``None in``: a decimal takes long to see that it is not None
        for name in dict.fromkeys(heading_name(row.level1) for row in evaluation.indicators):
            block = blocks.get(name)
            if block is not None:
                _fill_block(weights, evaluation, block, name)
    return weights


def _fill_block(weights: list[Decimal | None], evaluation: Evaluation, block: Block, name: str) -> None:
    members = [i for i, row in enumerate(evaluation.indicators) if heading_name(row.level1) == name]
    if any(weights[i] is not None for i in members):
        return
    known = {part: row.weight for row in block.rows if row.weight is not None for part in row.names}
    for i in members:
        weights[i] = next((weight for part, weight in known.items() if part in (evaluation.indicators[i].name or "")), None)
    points = next(
        (h.points for h in evaluation.printed.headings if h.level == 1 and h.points is not None and heading_name(h.name) == name), block.points
    )
    if points is not None and block.spread != "free":
        left = points - sum((weights[i] or Decimal(0) for i in members), Decimal(0))
        _spread(weights, [i for i in members if weights[i] is None], left, places=0 if block.spread == "whole" else 2)


def _below(heading: Heading, evaluation: Evaluation) -> list[int]:
    if heading.rows:
        return [i for i in heading.rows if i < len(evaluation.indicators)]
    names = {heading_name(heading.name), heading_name(heading.parent)} - {""}
    return [i for i, row in enumerate(evaluation.indicators) if heading_name(row.level1) in names]


def _spread(weights: list[Decimal | None], members: Sequence[int], points: Decimal, *, places: int) -> None:
    if all(weights[i] is None for i in members):
        for i, share in zip(members, largest_remainder(points, [Decimal(1)] * len(members), places), strict=True):
            weights[i] = share
