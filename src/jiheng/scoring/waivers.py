"""Approved exceptions: keep, zero, exclude with or without re-spreading the points; all five side by side before anybody decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from jiheng.domain.dossier import Waiver
from jiheng.domain.scorecard import TREATMENT_NAMES, TREATMENTS, ScoreLine
from jiheng.errors import WaiverInvalidError
from jiheng.scoring.case import Case, Row
from jiheng.scoring.interpret import heading_name
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
    """Every waiver names a row of the form and a treatment the pack allows.

    Raises:
        WaiverInvalidError: one does not.
    """
    subjects = {row.subject for row in case.rows}
    allowed = case.law.scheme.waivers.value.treatments
    for waiver in case.waivers:
        if waiver.subject not in subjects:
            raise WaiverInvalidError(f"豁免指向的 {waiver.subject} 不存在，表中共有 {len(case.rows)} 行指标，从 /indicators/0 数起。")
        if waiver.treatment not in allowed:
            names = "、".join(f"{TREATMENT_NAMES[item]}（{item}）" for item in allowed)
            raise WaiverInvalidError(f"规则包 {case.law.id} 不允许“{TREATMENT_NAMES[waiver.treatment]}”。可用的处理：{names}。")


def respread(case: Case) -> dict[str, Decimal]:
    """New weights by subject where waived-out rows leave their points to others; empty where none do.

    Points go to the rows of the same level-1 block or of the whole form in proportion to their weights, to the cent, by largest remainder.
    """
    out = {waiver.subject: waiver.treatment for waiver in case.waivers if waiver.treatment.startswith("exclude")}
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
    """A line under its own waiver."""
    name = TREATMENT_NAMES[waiver.treatment]
    trace = (*line.trace, f"豁免：{name}。")
    if waiver.treatment == "keep":
        stated = min(row.indicator.stated_score or Decimal(0), row.weight or Decimal(0))
        return replace(line, method="WAIVER", basis="judgement", score=stated, trace=trace, low=None, high=None, exact=None)
    zero = Decimal(0)
    if waiver.treatment == "zero":
        return replace(line, method="WAIVER", basis="judgement", score=zero, trace=trace, low=None, high=None, exact=None)
    return replace(line, method="WAIVER", basis="judgement", score=zero, trace=trace, low=None, high=None, exact=None, excluded=True)


def scaled(line: ScoreLine, stated: Decimal | None, printed: Decimal, case: Case) -> ScoreLine:
    """A judged or undetermined line whose weight was re-spread: its stated score grows with its weight."""
    if line.basis == "judgement" and stated is not None and line.weight is not None:
        grown = rounded(Fraction(stated) * Fraction(line.weight) / Fraction(printed), case.law.scheme.rounding.value)
        return replace(line, score=grown, trace=(*line.trace, f"分值由 {printed} 变为 {line.weight}，自评分按比例为 {grown}。"))
    return line


def carried(line: ScoreLine, stated: Decimal | None, printed: Decimal | None, case: Case) -> Decimal:
    """What an undetermined line carries into the total: its stated score, capped at the weight, scaled where the weight was re-spread."""
    if stated is None or line.weight is None or not printed:
        return Decimal(0)
    kept = max(Decimal(0), min(stated, printed))
    return rounded(Fraction(kept) * Fraction(line.weight) / Fraction(printed), case.law.scheme.rounding.value)
