"""Rules on the scoring criteria the form prints: tiers announced and not listed, a formula that cannot be meant as printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import squeeze
from jiheng.audit.wording import half_up, plain
from jiheng.scoring.case import Row

_COUNTS = {"两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_ANNOUNCED = re.compile(r"(?<!第)(?<!每)([两三四五六2-6])个?档")
_QUOTED = re.compile(r"[“\"]([^”\"]{1,30})[”\"]")
_LISTED = re.compile(r"分[为成]([^,。;:(]+)$")
_FORMULA = re.compile(
    r"(?:(?P<spent>支付额|支出额|支出数|执行数|实际支出)[/÷](?:全年|年初|调整)?预算(?:额度|数|安排数)?"
    r"|(?P<done>实现值|完成值|实际值)[/÷](?:评价)?(?:年度|年初)?(?:预期值|目标值|指标值))"
    r"(?P<factors>(?:[*×](?:100%|100|指标权重|权重|指标分值|分值))+)"
)


@rule("criteria.truncated")
def criteria_truncated(inspection: Inspection) -> Iterable[Problem]:
    """A criteria text that announces n tiers and lists fewer; where import adopted a fuller copy, the message names it."""
    for repair in inspection.repairs:
        if repair.code == "criteria.truncated":
            where = f"第 {repair.anchor.line} 行" if repair.anchor.line is not None else "表中一处"
            what = f"{where}的评分标准文字不全，已采用表中更全的一处（{_shown(repair.after)}）。"
            yield Problem(repair.subject, what, "请在表中改正评分标准的文字。", expected=repair.after, found=repair.before, anchor=repair.anchor)
    told: set[str] = set()
    for row in inspection.case.rows:
        if not row.indicator.criteria:
            continue
        text = squeeze(row.indicator.criteria)
        counts = _tiers(text)
        if counts is not None and text not in told:
            told.add(text)
            what = f"{row.label}的评分标准说有 {counts[0]} 档，只列出 {counts[1]} 档，文字不全。"
            yield Problem(f"{row.subject}/criteria", what, "请补全评分标准。", expected=str(counts[0]), found=str(counts[1]))


@lru_cache(maxsize=1024)
def _tiers(text: str) -> tuple[int, int] | None:
    """Tiers announced and tiers listed, where fewer are listed than announced; None where the text lists none at all."""
    match = _ANNOUNCED.search(text)
    if match is None:
        return None
    announced = _COUNTS.get(match.group(1)) or int(match.group(1))
    before = text[: match.start()]
    plain_list = _LISTED.search(before)
    names = set(_QUOTED.findall(before)) or set(filter(None, plain_list.group(1).split("、")) if plain_list is not None else ())
    return (announced, len(names)) if 0 < len(names) < announced else None


def _shown(text: str) -> str:
    """The list of tiers as the fuller copy prints it; the text's beginning where it announces none."""
    plain_text = squeeze(text)
    match = _ANNOUNCED.search(plain_text)
    if match is None:
        return plain_text[:30]
    start = _QUOTED.search(plain_text)
    return plain_text[start.start() if start is not None else max(0, match.start() - 30) : match.end()]


@dataclass(frozen=True, slots=True)
class _Printed:
    """A formula as a criteria cell prints it: for money or for rows, and the constant it puts beside ratio × points."""

    row: Row
    text: str
    of_money: bool
    constant: Fraction


@rule("criteria.formula-suspicious")
def criteria_formula_suspicious(inspection: Inspection) -> Iterable[Problem]:
    """A printed formula that, applied literally, gives the money line and every short row the same multiple of its stated score."""
    printed = tuple(_formulas(inspection))
    constants = {formula.constant for formula in printed}
    if len(constants) != 1 or constants == {Fraction(1)}:
        return
    seen = [pair for formula in _one_of_each(printed) for pair in _observed(inspection, formula)]
    if seen and all(half_up(exact, max(0, -int(stated.as_tuple().exponent))) == stated for exact, stated in seen):
        first, constant = printed[0], constants.pop()
        factor = plain(Decimal(constant.numerator) / Decimal(constant.denominator))
        what = f"{first.row.label}的评分标准印有公式“{first.text}”，按字面计算会是填报得分的 {factor} 倍，疑有笔误。"
        yield Problem(f"{first.row.subject}/criteria", what, "请核对公式里的“*100”与权重的单位。", expected="1", found=factor)


def _formulas(inspection: Inspection) -> Iterator[_Printed]:
    weight_unit = inspection.case.evaluation.printed.weight_unit
    if weight_unit is None:
        return
    for row in inspection.case.rows:
        for text, of_money, hundreds in _formulas_in(row.indicator.criteria) if row.indicator.criteria else ():
            yield _Printed(row, text, of_money, _constant(weight_unit, hundreds))


@lru_cache(maxsize=16)
def _constant(weight_unit: str, hundreds: int) -> Fraction:
    return Fraction(100**hundreds, 100 if weight_unit == "%" else 1)


@lru_cache(maxsize=1024)
def _formulas_in(criteria: str) -> tuple[tuple[str, bool, int], ...]:
    """Each formula of a criteria text that names the points once: its print, whether it is for money, how often it multiplies by 100."""
    found = []
    for match in _FORMULA.finditer(squeeze(criteria)):
        factors = re.split(r"[*×]", match.group("factors"))[1:]
        if sum(factor not in {"100", "100%"} for factor in factors) == 1:
            found.append((match.group(), match.group("spent") is not None, factors.count("100")))
    return tuple(found)


def _one_of_each(printed: tuple[_Printed, ...]) -> tuple[_Printed, ...]:
    return tuple({formula.of_money: formula for formula in printed}.values())


def _observed(inspection: Inspection, formula: _Printed) -> Iterator[tuple[Fraction, Decimal]]:
    """Ratio × points, exact, beside the stated score, of what the formula is for, where the ratio lies between 0 and 1."""
    for claim in inspection.claims:
        row, weight, stated = claim.row, claim.weight, claim.stated
        if claim.is_money != formula.of_money:
            continue
        ratio = inspection.purse.rate if claim.is_money else row.reach if row is not None and claim.basis == "formula" else None
        if ratio is not None and 0 < ratio < 1 and weight is not None and stated is not None:
            yield ratio * Fraction(weight), stated
