"""Approved exceptions: keep, zero, exclude with or without re-spreading the points; all five side by side before anybody decides."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from jiheng.domain.dossier import Waiver
from jiheng.domain.scorecard import TREATMENT_NAMES, TREATMENTS, ScoreLine, Treatment
from jiheng.errors import WaiverInvalidError
from jiheng.rulebook.model import RulePack
from jiheng.scoring.case import Case, Row, changed
from jiheng.scoring.formulas import NOTHING, times_ratio
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
    if not case.waivers:
        return
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
    freed = [heading_name(row.indicator.level1) for row in case.rows if row.subject in out and out[row.subject] == "exclude-respread-block"]
    for block in dict.fromkeys(freed):
        rows = [row for row in case.rows if heading_name(row.indicator.level1) == block]
        weights.update(_spread(rows, out, weights, {"exclude-respread-block"}))
    if "exclude-respread-form" in out.values():
        weights.update(_spread(list(case.rows), out, weights, {"exclude-respread-form"}))
    return weights


def _spread(rows: list[Row], out: Mapping[str, str], weights: Mapping[str, Decimal], freeing: set[str]) -> dict[str, Decimal]:
    staying = [row for row in rows if row.subject not in out]
    shares = [weights.get(row.subject, row.weight or NOTHING) for row in staying]
    freed = sum([row.weight or NOTHING for row in rows if row.subject in out and out[row.subject] in freeing], NOTHING)
    parts = largest_remainder(sum(shares, NOTHING) + freed, shares)
    return {row.subject: part for row, part in zip(staying, parts, strict=True)}


def treated(line: ScoreLine, row: Row, waiver: Waiver) -> ScoreLine:
    """A line under its own waiver; ``row`` carries the weight and the stated score as re-spread."""
    trace = (*line.trace, f"豁免：{TREATMENT_NAMES[waiver.treatment]}。")
    score, excluded = points_under(waiver.treatment, row), excludes(waiver.treatment)
    return line._replace(method="WAIVER", basis="judgement", score=score, trace=trace, low=None, high=None, exact=None, excluded=excluded)


def points_under(treatment: Treatment, row: Row) -> Decimal:
    """What a treated row adds to the total."""
    return carried(row.indicator.stated_score, row.weight) if treatment == "keep" else NOTHING


def excludes(treatment: Treatment) -> bool:
    """Whether the row's own points can no longer be earned."""
    return treatment not in {"keep", "zero"}


def reweighted(row: Row, weight: Decimal, law: RulePack) -> Row:
    """The row with its re-spread weight, and its stated score as that leaves it."""
    if weight == row.weight or not row.weight:
        return row
    stated = stated_at(weight, row, law)
    return changed(row, weight=weight, indicator=row.indicator if stated is None else changed(row.indicator, stated_score=stated))


def stated_at(weight: Decimal, row: Row, law: RulePack) -> Decimal | None:
    """The stated score at a re-spread weight: it grows with the weight, for a judged row keeps its share of the points."""
    printed, stated = row.weight, row.indicator.stated_score
    if stated is None or not printed:
        return stated
    grown = rounded(times_ratio(stated, weight, printed), law.scheme.rounding.value)
    return min(grown, weight) if stated <= printed else grown


def carried(stated: Decimal | None, weight: Decimal | None) -> Decimal:
    """What an undetermined row carries into the total: its stated score, capped at the weight; 0 where none is stated."""
    return max(NOTHING, min(stated or NOTHING, weight or NOTHING))
