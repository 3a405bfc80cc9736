"""What a leaf of the law says and on whose authority, in the words of the trade: what a reader is told of a cause."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from jiheng.batch.replayed.causes import OTHER, SHARED, value_at
from jiheng.domain.quantity import plain
from jiheng.rulebook.describe import AMOUNTS, FORMULA_NAMES, SPREADS, WORDS
from jiheng.rulebook.model import Block, Direction, Formula, Grade, MoneyRule, OverStep, Rounding, RulePack, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable

_LABELS: Final = {
    "scored": "是否计分",
    "blocks": "一级指标的分值、指定的行",
    "money": "资金执行率的计分",
    "money.inside": "资金执行率在指标表内还是表外",
    "money.names": "哪一行是资金执行率",
    "money.points": "资金执行率的分值",
    "money.bases": "资金执行率的基数",
    "money.formula": "资金执行率的算法",
    "direction": "没有印方向的指标按哪个方向",
    "over_achievement": "超额完成的处理",
    "cap_at_weight": "得分以分值为限",
    "tiers": "定性指标的档次",
    "grade_words": "作为等级的用词",
    "yes_words": "肯定用词",
    "no_words": "否定用词",
    "rounding": "得分的舍入",
    "grades": "等级界限",
    SHARED: "几行合计一个得分的分摊",
    OTHER: "其他",
}
_CASES: Final = {
    "negative_actual": "完成值为负时的算法",
    "qualitative": "定性指标的算法",
    "binary": "是否类指标的算法",
    "date_limit": "时限类指标的算法",
}
_FORMULAS: Final = {
    "RATIO-CAP": "完成值 ÷ 目标值 × 分值，以分值为限",
    "RATIO-RAW": "完成值 ÷ 目标值 × 分值",
    "REV-RATIO": "不超得满分，超过的按目标值 ÷ 完成值 × 分值",
    "REV-LINEAR": "不超得满分，超过几成扣几成，超一倍得 0",
    "EQ-AS-GE": "同“≥”：完成值 ÷ 目标值 × 分值，以分值为限",
    "EQ-REVIEW": "相等得满分，不等由人评定",
    "EQ-SYM": "相等得满分，偏离几成扣几成",
    "ZERO": "完成值不大于 0 得满分，否则得 0",
    "ZERO-GE": "完成值不小于 0 得满分，否则得 0",
    "NEG": "按 0 计",
    "NEG-A": "由人评定",
    "TIER": "按所选档次，采用档内的自评分",
    "BINARY": "答对得满分，答错得 0",
    "PASS-LINE": "低于合格线得 0，其余按完成值 ÷ 目标值 × 分值",
    "STEP": "按差距逐档扣分",
    "BAND": "按所在档给分",
    "DATE": "按时得满分，逾期由人评定",
    "COEFF": "分值 × 完成系数，以 100% 为限",
    "FUND-RATE": "实际支出 ÷ 基数 × 分值，以分值为限",
    "JUDGE": "由评审人评定，采用自评分",
}
METHODS: Final = {**_FORMULAS, "NONE": "没有规定算法", "MET": "达到目标得满分", "EQUAL": "等于目标得满分", "WAIVER": "豁免"}
"""What a score line says of how it was scored, by the id of its method."""
_UNSAID: Final = "没有规定：达到的得满分，没有达到的待定"


def label_of(leaf: str) -> str:
    """What a leaf is about: 目标为“≤”的指标的算法."""
    head, _, case = leaf.partition(".")
    if head == "formulas":
        return _CASES.get(case) or f"“{FORMULA_NAMES[case]}”的指标的算法"
    return _LABELS.get(leaf) or _LABELS[head]


def saying(law: RulePack, leaf: str) -> str:
    """What the law says at a leaf; the empty text for what is no leaf of it."""
    return "" if leaf in {SHARED, OTHER} else _say(value_at(law.scheme, leaf), leaf)


def authority(law: RulePack, leaf: str) -> str:
    """On whose authority: documents and articles, with what they say; the empty text where the law names none."""
    head, _, case = leaf.partition(".")
    if leaf in {SHARED, OTHER}:
        return ""
    entry = getattr(law.scheme.formulas, case) if head == "formulas" else getattr(law.scheme, head)
    return "；".join(dict.fromkeys(cite.sentence() + (f"“{cite.quote}”" if cite.quote else "") for cite in entry.cites))


def _say(value: object, leaf: str) -> str:  # noqa: PLR0911 - one sentence for each kind of value
    match value:
        case None:
            return _UNSAID if leaf.startswith("formulas.") else "没有规定"
        case bool():
            return ("表内" if value else "表外") if leaf == "money.inside" else "是" if value else "否"
        case Decimal():
            return f"{plain(value)} 分"
        case Formula():
            return _formula(value)
        case MoneyRule():
            points = "以表上所印为准" if value.points is None else f"{plain(value.points)} 分"
            return f"{'表内' if value.inside else '表外'}，{points}，基数依次为{_list(AMOUNTS[name] for name in value.bases)}"
        case Rounding():
            return f"{value.places} 位小数，{WORDS[value.mode]}，{WORDS[value.order]}"
        case Direction():
            return f"按“{value.default}”，成本类按“{value.cost}”，反向含义按“{value.negative}”"
        case tuple():
            return _tuple(value, leaf)
    return str(value)


def _tuple(value: tuple[object, ...], leaf: str) -> str:
    if leaf == "money.bases":
        return "、".join(AMOUNTS[name] for name in value if isinstance(name, str))
    nothing = {"grades": "不设等级", "over_achievement": "不另作处理"}.get(leaf, "没有规定")
    wide = any(isinstance(part, Tier | Block) for part in value)
    return ("；" if wide else "、").join(_part(part) for part in value) or nothing


def _part(part: object) -> str:
    match part:
        case Grade():
            return f"{part.name} {plain(part.low)} 分起"
        case Tier():
            opening, closing = "[" if part.low_inclusive else "(", "]" if part.high_inclusive else ")"
            return f"{part.label} {opening}{plain(part.low * 100)}%, {plain(part.high * 100)}%{closing}"
        case OverStep():
            return f"达到目标 {plain(part.ratio_from)} 倍起计 {plain(part.factor * 100)}%{'，须说明原因' if part.needs_reason else ''}"
        case Block():
            points = "不定分" if part.points is None else f"{plain(part.points)} 分"
            own = "".join(f"，{_list(row.names)}：{_formula(row.formula)}" for row in part.rows)
            return f"{part.names[0]} {points}{SPREADS[part.spread]}{own}"
    return str(part)


def _formula(formula: Formula) -> str:
    numbers = [
        f"合格线 {plain(formula.pass_line * 100)}%" if formula.pass_line is not None else "",
        f"满分起点 {plain(formula.full_from)}" if formula.full_from is not None else "",
        f"每差 {plain(formula.step)} 扣 {plain(formula.per_step or Decimal(1))} 分" if formula.step is not None else "",
        *(f"{plain(band.low)} 起得 {plain(band.factor * 100)}%" for band in formula.bands),
    ]
    told = "，".join(number for number in numbers if number)
    return f"{_FORMULAS[formula.id]}{f'（{told}）' if told else ''}"


def _list(names: Iterable[str]) -> str:
    return "、".join(names)
