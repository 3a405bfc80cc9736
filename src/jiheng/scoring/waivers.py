"""Approved exceptions: keep, zero, exclude with or without re-spreading the points; all five side by side before anybody decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from jiheng.domain.dossier import Waiver
from jiheng.domain.scorecard import TREATMENT_NAMES, TREATMENTS, ScoreLine
from jiheng.errors import WaiverInvalidError
from jiheng.rulebook.model import RulePack
from jiheng.scoring.case import Case, Row
from jiheng.scoring.levels import heading_name
from jiheng.scoring.rounding import largest_remainder, rounded


def parse_waiver(text: str) -> Waiver:
    """``/indicators/5=exclude-respread-block`` as a waiver.

    Raises:
        WaiverInvalidError: no subject, or no such treatment.
    """
    subject, equals, treatment = text.partition("=")
    name = next((known for known in TREATMENTS if known == treatment), None)
    if not equals or not subject.startswith("/indicators/") or not subject.rpartition("/")[2].isdigit() or name is None:
        raise WaiverInvalidError(f"豁免“{text}”写法不对。请写成 /indicators/5=处理，处理可以是：{'、'.join(TREATMENTS)}。")
    return Waiver(subject, name)


def validate(case: Case) -> None:
    """Every waiver names a row of the form and a treatment the pack allows, and no row has two.

    Raises:
        WaiverInvalidError: one does not, or a row has two.
    """
    subjects = {row.subject for row in case.rows}
    allowed = case.law.scheme.waivers.value.treatments
    twice = next((one.subject for i, one in enumerate(case.waivers) if any(one.subject == other.subject for other in case.waivers[:i])), None)
    if twice is not None:
        raise WaiverInvalidError(f"{twice} 有两个豁免，一行只能有一种处理。请只保留上级认定的那一个。")
    for waiver in case.waivers:
        if waiver.subject not in subjects:
            raise WaiverInvalidError(f"豁免指向的 {waiver.subject} 不存在，表中共有 {len(case.rows)} 行指标，从 /indicators/0 数起。")
        if waiver.treatment not in allowed:
            names = "、".join(f"{TREATMENT_NAMES[item]}（{item}）" for item in allowed)
            raise WaiverInvalidError(f"规则包 {case.law.id} 不允许“{TREATMENT_NAMES[waiver.treatment]}”。可用的处理：{names}。")


def respread(case: Case, waivers: tuple[Waiver, ...]) -> dict[str, Decimal]:
    """New weights by subject where waived-out rows leave their points to others; empty where none do.

    Points go to the rows of the same level-1 block or of the whole form in proportion to their weights, to the cent, by largest remainder.
    """
    out = {waiver.subject: waiver.treatment for waiver in waivers if waiver.treatment.startswith("exclude")}
    if not out:
        return {}
    weights: dict[str, Decimal] = {}
    by_block: dict[str, list[Row]] = {}
    for row in case.rows:
        by_block.setdefault(heading_name(row.indicator.level1), []).append(row)
    for rows in by_block.values():
        if any(out.get(row.subject) == "exclude-respread-block" for row in rows):
            weights.update(_spread(rows, out, weights, {"exclude-respread-block"}))
    if "exclude-respread-form" in out.values():
        weights.update(_spread(list(case.rows), out, weights, {"exclude-respread-form"}))
    return weights


def _spread(rows: list[Row], out: Mapping[str, str], weights: Mapping[str, Decimal], freeing: set[str]) -> dict[str, Decimal]:
    staying = [row for row in rows if row.subject not in out]
    shares = [weights.get(row.subject, row.weight or Decimal(0)) for row in staying]
    freed = sum((row.weight or Decimal(0) for row in rows if out.get(row.subject) in freeing), Decimal(0))
    parts = largest_remainder(sum(shares, Decimal(0)) + freed, shares)
    return {row.subject: part for row, part in zip(staying, parts, strict=True)}


def treated(line: ScoreLine, row: Row, waiver: Waiver) -> ScoreLine:
    """A line under its own waiver; ``row`` carries the weight and the stated score as re-spread."""
    trace = (*line.trace, f"豁免：{TREATMENT_NAMES[waiver.treatment]}。")
    score = _within(row) if waiver.treatment == "keep" else Decimal(0)
    excluded = waiver.treatment not in {"keep", "zero"}
    return replace(line, method="WAIVER", basis="judgement", score=score, trace=trace, low=None, high=None, exact=None, excluded=excluded)


def reweighted(row: Row, weight: Decimal | None, law: RulePack) -> Row:
    """The row with its re-spread weight; its stated score grows with it, for a judged row keeps its share of the points."""
    printed, stated = row.weight, row.indicator.stated_score
    if weight is None or weight == printed or not printed:
        return row
    if stated is None:
        return replace(row, weight=weight)
    grown = rounded(Fraction(stated) * Fraction(weight) / Fraction(printed), law.scheme.rounding.value)
    return replace(row, weight=weight, indicator=replace(row.indicator, stated_score=min(grown, weight) if stated <= printed else grown))


def carried(row: Row) -> Decimal:
    """What an undetermined row carries into the total: its stated score, capped at the weight; 0 where none is stated."""
    return _within(row)


def _within(row: Row) -> Decimal:
    return max(Decimal(0), min(row.indicator.stated_score or Decimal(0), row.weight or Decimal(0)))
