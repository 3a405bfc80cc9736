"""The score line of one subject: which formula, why, what it gives, in words, with its clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from jiheng.domain.finding import Citation
from jiheng.domain.quantity import plain
from jiheng.domain.scorecard import ScoreLine, make_line
from jiheng.domain.units import read_unit
from jiheng.domain.value import MoneyUnit, Operator
from jiheng.domain.valuetext import tidy
from jiheng.rulebook.model import Formula, RulePack, Sourced
from jiheng.scoring.case import MoneyLine, Row, changed
from jiheng.scoring.formulas import ARITHMETIC, NOTHING, Exact, equals, exceeds, fund_rate, ratio, step, times_ratio, undecided
from jiheng.scoring.purse import AMOUNT_NAMES
from jiheng.scoring.rounding import MODE_NAMES, rounded, six_places, to_places
from jiheng.scoring.tiers import tier_bounds, tier_of

TEN_THOUSAND = Decimal(10) ** 4
ONE, HUNDRED = Decimal(1), Decimal(100)
LADDERS = frozenset({"STEP", "BAND"})
_BY_OPERATOR: dict[Operator, str] = {"≥": "at_least", ">": "more_than", "=": "equal", "≤": "at_most", "<": "less_than"}
_DIRECTION_WORDS = {"cost": "成本类", "negative-sense": "名称为反向含义", "default": "没有印方向"}
_UNIT_PLACES = {"target": "目标值", "actual": "完成值", "name": "指标名称", "column": "度量单位栏"}
_SHAPES = {
    "RATIO-CAP": "{b} ÷ {a} × {w}",
    "EQ-AS-GE": "{b} ÷ {a} × {w}",
    "COEFF": "{b} ÷ {a} × {w}",
    "PASS-LINE": "{b} ÷ {a} × {w}（低于合格线得 0）",
    "REV-RATIO": "{a} ÷ {b} × {w}",
    "REV-LINEAR": "（1 − （{b} − {a}） ÷ {a}） × {w}",
    "EQ-SYM": "（1 − |{b} − {a}| ÷ {a}） × {w}",
}
Found = tuple[Formula | None, tuple[Citation, ...]]


def row_line(row: Row, law: RulePack, money: MoneyLine | None) -> ScoreLine:
    """The line of an indicator row, before waivers."""
    if row.role == "money":
        return money_score(row.subject, row.weight, money, law)
    if row.role == "judgement" or (row.formula is not None and row.formula.id == "JUDGE"):
        return judged(row, law.scheme.blocks.cites, "JUDGE", ("由评审人按评分标准判断，采用自评分。",))
    if row.weight is None:
        return undetermined(row, "NONE", ("没有印出分值，无法复算。",), law.scheme.blocks.cites)
    if row.a is not None and row.b is not None:
        return _computed(row, law)
    return _uncomputed(row, law)


def money_score(subject: str, points: Decimal | None, money: MoneyLine | None, law: RulePack) -> ScoreLine:
    """FUND-RATE (or the pack's ladder) on the named base."""
    rule, cites = law.scheme.money.value, law.scheme.money.cites
    method = rule.formula.id if rule else "FUND-RATE"
    if points is None:
        return ScoreLine(subject, method, "undetermined", None, None, ("没有印出分值，无法复算。",), cites)
    base, spent = (money.base, money.spent) if money else (None, None)
    score, shown, step_told = _settled(_money_points(points, money, law), law)
    trace: tuple[str, ...]
    if not base or spent is None or money is None or money.base_name is None:
        missing = "没有预算基数" if not base else "没有支出数"
        trace = (f"{missing}，得 {score:f} 分（0 ÷ 0 不是 0%）。",)
    else:
        name = AMOUNT_NAMES[money.base_name]
        uncapped = six_places(times_ratio(points, spent, base))
        steps = f"{_yuan(spent, money.unit)} ÷ {_yuan(base, money.unit)} × {plain(points)} = {uncapped}"
        trace = (f"实际支出 ÷ {name}：{steps}", *_capped(base, spent), step_told)
    return ScoreLine(subject, method, "formula", points, score, trace, cites, exact=shown)


def _money_points(points: Decimal, money: MoneyLine | None, law: RulePack) -> Exact:
    rule = law.scheme.money.value
    base, spent = (money.base, money.spent) if money else (None, None)
    if rule is not None and rule.formula.id == "STEP" and base and spent is not None:
        return step(rule.formula, HUNDRED, times_ratio(HUNDRED, spent, base), points)
    return fund_rate(base, spent, points)


def judged(row: Row, cites: tuple[Citation, ...], method: str, trace: tuple[str, ...]) -> ScoreLine:
    """A row a person judges: the stated score stands inside 0…w, else nothing is decided."""
    stated, weight = row.indicator.stated_score, row.weight
    if weight is None:
        return undetermined(row, method, ("没有印出分值，无法复算。",), cites)
    if stated is None or not 0 <= stated <= weight:
        shown = "没有填自评分" if stated is None else f"自评分 {plain(stated)} 不在 0 至 {plain(weight)} 之间"
        return undetermined(row, method, (*trace, f"{shown}，待定。"), cites)
    return ScoreLine(row.subject, method, "judgement", weight, stated, (*trace, f"采用自评分 {plain(stated)}。"), cites)


def undetermined(
    row: Row, method: str, trace: tuple[str, ...], cites: tuple[Citation, ...], bounds: tuple[Decimal, Decimal] | None = None
) -> ScoreLine:
    """A row that nobody can score from the form; its range is 0…w or the given bounds."""
    low, high = bounds if bounds is not None else (Decimal(0), row.weight)
    return ScoreLine(row.subject, method, "undetermined", row.weight, None, trace, cites, low=low, high=high)


def _computed(row: Row, law: RulePack) -> ScoreLine:
    method, exact, steps, cites, formula = _decided(row, row.weight or NOTHING, law)
    trace = [*_opening(row), *steps]
    if exact is None:
        return judged(row, cites, method, tuple(trace)) if method == "JUDGE" else undetermined(row, method, tuple(trace), cites)
    if formula is not None:
        trace.append(_sentence(row, formula, exact, row.weight or NOTHING))
    return _formula_line(row, law, method, exact, trace, cites)


_Decision = tuple[str, Exact | None, tuple[str, ...], tuple[Citation, ...], Formula | None]
"""Method, exact points (None where a person decides), what was settled first in words, authority, the formula that tells its own numbers."""


def _decided(row: Row, w: Decimal, law: RulePack) -> _Decision:  # noqa: PLR0911 - one return per way a number is judged
    """What a row with both numbers earns at a weight, before it is capped and rounded."""
    a, b = row.a or NOTHING, row.b or NOTHING
    cites: tuple[Citation, ...]
    formula, cites = formula_of(row, law)
    if row.direction_source == "cost" and "率" in (row.indicator.name or "") and row.unit == "%":
        if a != b:
            return formula.id if formula else "NONE", None, ("成本类的比率没有印方向，完成值又不等于目标值，方向待定。",), cites, None
        return "EQUAL", w, ("完成值等于目标值，无论哪个方向都得满分。",), cites, None
    steps: tuple[str, ...] = ()
    if b < 0 and law.scheme.formulas.negative_actual.value is not None:
        b, steps = NOTHING, ("完成值为负，按 0 计。",)
        cites = (*cites, *law.scheme.formulas.negative_actual.cites)
    if formula is None:
        met = b <= a if row.operator in {"≤", "<"} else b >= a
        if not met:
            return "NONE", None, (*steps, "规则没有规定这个方向未达标时的算法，待定。"), cites, None
        return "MET", w, (*steps, "达到目标，得满分。"), cites, None
    if formula.id == "JUDGE":
        return "JUDGE", None, (*steps, "由评审人按评分标准判断。"), cites, None
    exact = ARITHMETIC.get(formula.id, undecided)(formula, a, b, w)
    if exact is None:
        return formula.id, None, (*steps, "按规则须由人评定，待定。"), cites, None
    cut = _cut(row, law, a, b) if exact is w or not exceeds(w, exact) else None
    if cut is not None:
        exact, steps = Fraction(w) * cut, (*steps, f"超额较多，按规则计 {plain(law_factor(cut))} 倍。")
    return formula.id, exact, steps, cites, formula


def formula_points(row: Row, weight: Decimal, law: RulePack, money: MoneyLine | None) -> Decimal | None:
    """The score that ``row_line`` gives at a weight, without its derivation; None where no formula decides."""
    exact: Exact | None
    if row.role == "money":
        exact = _money_points(weight, money, law)
    elif row.role == "indicator" and row.a is not None and row.b is not None:
        exact = _decided(row, weight, law)[1]
        exact = None if exact is None else _within(exact, weight, law)
    else:
        return row_line(changed(row, weight=weight), law, money).score
    return None if exact is None else rounded(exact, law.scheme.rounding.value)


def law_factor(factor: Fraction) -> Decimal:
    """A factor of the pack as a decimal again."""
    return Decimal(factor.numerator) / Decimal(factor.denominator)


def _formula_line(  # noqa: PLR0913, PLR0917 - what a line consists of
    row: Row, law: RulePack, method: str, exact: Exact, trace: Iterable[str], cites: tuple[Citation, ...]
) -> ScoreLine:
    score, shown, told = _settled(exact if row.weight is None else _within(exact, row.weight, law), law)
    return make_line((row.subject, method, "formula", row.weight, score, (*trace, told), cites, shown, None, None, False))


def _within(exact: Exact, weight: Decimal, law: RulePack) -> Exact:
    """The points, at most the weight where the law says so."""
    return weight if exact is not weight and law.scheme.cap_at_weight.value and exceeds(exact, weight) else exact


def formula_of(row: Row, law: RulePack) -> Found:
    """The formula that applies: the row's own, unless it divides by a target that is 0 or negative; else the law's for the case."""
    formulas = law.scheme.formulas
    if row.formula is not None and (row.formula.id in LADDERS or (row.a is not None and row.a > 0)):
        return row.formula, law.scheme.blocks.cites
    entry: Sourced[Formula | None]
    if row.a is not None and row.a < 0:
        entry = formulas.negative_target
    elif row.a == 0:
        entry = formulas.zero_target_at_least if row.operator in {"≥", ">"} else formulas.zero_target
    else:
        entry = getattr(formulas, _BY_OPERATOR[row.operator])
    return entry.value, entry.cites


def _cut(row: Row, law: RulePack, a: Decimal, b: Decimal) -> Fraction | None:
    """The factor an over-achievement is cut to; None where the pack cuts nothing here."""
    cuts = [entry for entry in law.scheme.over_achievement.value if entry.factor != 1]
    if not cuts or a <= 0 or b <= 0:
        return None
    reach = ratio(a, b) if row.operator in {"≤", "<"} else ratio(b, a)
    steps = [entry for entry in cuts if reach >= entry.ratio_from]
    return Fraction(max(steps, key=lambda entry: entry.ratio_from).factor) if steps else None


def _uncomputed(row: Row, law: RulePack) -> ScoreLine:  # noqa: PLR0911 - one return per kind of row
    formulas, target, actual = law.scheme.formulas, row.target, row.actual
    if not row.comparable:
        return undetermined(row, "NONE", (f"目标单位“{target.unit}”与完成值单位“{actual.unit}”不能相比，待定。",), formulas.at_least.cites)
    if target.kind == "placeholder":
        return undetermined(row, "NONE", (f"目标值“{tidy(target.raw or '')}”尚未确定，待定。",), formulas.at_least.cites)
    if target.kind == "date" and actual.kind == "date":
        return _dated(row, law)
    plain_yes = law.scheme.yes_words.value
    if target.kind == "grade" and tidy(target.raw or "") in (*plain_yes, *law.scheme.no_words.value):
        return _binary(row, law)
    if target.kind in {"text", "grade"} and target.number is None and actual.kind in {"text", "grade", "absent"}:
        if formulas.qualitative.value is None or formulas.qualitative.value.id == "JUDGE":
            return judged(row, formulas.qualitative.cites, "JUDGE", ("定性指标，由评审人判断。",))
        return _tiered(row, law)
    if target.raw is None and actual.raw is None and not row.blank:
        return judged(row, law.scheme.blocks.cites, "JUDGE", ("表中没有目标值，由评审人判断。",))
    missing = "目标值" if row.target.number is None else "完成值"
    return undetermined(row, "NONE", (f"{missing}不是可以计算的数，待定。",), formulas.at_least.cites)


def _dated(row: Row, law: RulePack) -> ScoreLine:
    entry = law.scheme.formulas.date_limit
    if entry.value is None:
        return judged(row, entry.cites, "JUDGE", ("规则没有规定时限怎样计分，由评审人判断。",))
    if row.target.date and row.actual.date and entry.value.id == "STEP":
        return _late_by_days(row, law, entry.value)
    if row.target.date and row.actual.date and row.actual.date <= row.target.date:
        trace = (f"{row.actual.date} 完成，不晚于 {row.target.date}，得满分。",)
        return _formula_line(row, law, "DATE", row.weight or NOTHING, trace, entry.cites)
    return undetermined(row, "DATE", ("完成日期晚于时限，或日期不全，待定。",), entry.cites)


def _late_by_days(row: Row, law: RulePack, ladder: Formula) -> ScoreLine:
    """A ladder for dates: each begun step of days after the limit costs its points."""
    late = date.fromisoformat(row.actual.date or "") - date.fromisoformat(row.target.date or "")
    exact = step(replace(ladder, full_from=NOTHING), NOTHING, Decimal(-late.days), row.weight or NOTHING)
    told = f"{row.actual.date} 完成，时限 {row.target.date}，{f'晚 {late.days} 天' if late.days > 0 else '没有晚'}，得 {six_places(exact)} 分。"
    return _formula_line(row, law, "STEP", exact, (told,), law.scheme.formulas.date_limit.cites)


def _binary(row: Row, law: RulePack) -> ScoreLine:
    entry, answer = law.scheme.formulas.binary, tidy(row.actual.raw or "")
    wanted = tidy(row.target.raw or "") in law.scheme.yes_words.value
    if entry.value is None:
        return judged(row, entry.cites, "JUDGE", ("规则没有规定是否类指标怎样计分，由评审人判断。",))
    if answer in law.scheme.yes_words.value or answer in law.scheme.no_words.value:
        met = (answer in law.scheme.yes_words.value) == wanted
        return _formula_line(
            row, law, "BINARY", (row.weight or NOTHING) if met else NOTHING, (f"应“{row.target.raw}”，答“{row.actual.raw}”。",), entry.cites
        )
    return judged(row, entry.cites, "BINARY", (f"答“{row.actual.raw or ''}”不是是或否，由评审人判断。",))


def _tiered(row: Row, law: RulePack) -> ScoreLine:
    scheme, weight, stated = law.scheme, row.weight or Decimal(0), row.indicator.stated_score
    tier = tier_of(row.actual.raw, scheme.tiers.value)
    if tier is None:
        return undetermined(row, "TIER", ("定性指标没有选定档次，待定。",), scheme.formulas.qualitative.cites)
    low, high = tier_bounds(tier, weight, scheme.rounding.value)
    opening = f"所选档次“{tier.label}”为 {low:f} 至 {high:f} 分。"
    if stated is None or not low <= stated <= high:
        shown = "没有填自评分" if stated is None else f"自评分 {plain(stated)} 不在其中"
        return undetermined(row, "TIER", (opening, f"{shown}，待定。"), scheme.tiers.cites, (low, high))
    return ScoreLine(row.subject, "TIER", "judgement", weight, stated, (opening, f"采用自评分 {plain(stated)}。"), scheme.tiers.cites)


def _opening(row: Row) -> list[str]:
    steps = []
    if row.direction_source != "printed":
        steps.append(f"{_DIRECTION_WORDS[row.direction_source]}，按“{row.operator}”计。")
    if row.unit and row.unit_source in _UNIT_PLACES:
        steps.append(f"缺单位的一格取{_UNIT_PLACES[row.unit_source]}的“{row.unit}”。")
    return steps


def _sentence(row: Row, formula: Formula, exact: Exact, w: Decimal) -> str:
    factor, unit = _print_unit(row)
    a, b, weight = _shown(row.a or NOTHING, factor, unit), _shown(row.b or NOTHING, factor, unit), plain(w)
    if equals(exact, w) and formula.id not in LADDERS:
        return f"完成值 {b}，目标 {row.operator}{a}，达到目标，得满分 {weight}。"
    shape = _SHAPES.get(formula.id, "目标 {a}，完成 {b}，分值 {w}").format(a=a, b=b, w=weight)
    return f"{shape} = {six_places(exact)}"


def _print_unit(row: Row) -> tuple[Decimal, str]:
    """The target's printed unit, as the form shows numbers, and how many of the row's own unit it is."""
    printed = row.target.printed_unit or row.actual.printed_unit
    read = read_unit(printed) if printed else None
    if printed is None or read is None or read[0] == 1 or read[1] != row.unit:
        return ONE, row.unit or ""
    return read[0], printed


def _shown(number: Decimal, factor: Decimal, unit: str) -> str:
    return f"{plain(number if factor is ONE else number / factor)}{unit}"


def _capped(base: Decimal, spent: Decimal) -> tuple[str, ...]:
    return ("支出超过基数，以分值为限。",) if (spent > base if base > 0 else spent < base) else ()


def _settled(exact: Exact, law: RulePack) -> tuple[Decimal, str, str]:
    """The score that exact points give, the points as recorded, and the step from these to that in words."""
    rounding = law.scheme.rounding.value
    return _rounding_step(*exact.as_integer_ratio(), rounding.places, rounding.mode)


@lru_cache(maxsize=4096)
def _rounding_step(upper: int, lower: int, places: int, mode: str) -> tuple[Decimal, str, str]:
    exact = Fraction(upper, lower)
    score, shown = to_places(exact, places, mode), six_places(exact)
    return score, shown, f"{shown} → {score:f}（{MODE_NAMES[mode]}，保留 {places} 位）"


def _yuan(amount: Decimal, unit: MoneyUnit | None) -> str:
    """An amount in the form's money unit; by its size where the form prints none."""
    if unit == "万元" or (unit is None and amount >= TEN_THOUSAND):
        return f"{plain(amount / TEN_THOUSAND)} 万元"
    return f"{plain(amount)} 元"
