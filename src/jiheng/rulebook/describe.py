"""A rule pack as a page to read: what it says, and on whose authority. Used by ``jiheng packs show`` and the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal

from jiheng.domain.finding import SEVERITY_NAMES, Citation, Mark
from jiheng.domain.scorecard import TREATMENT_NAMES
from jiheng.rulebook.model import (
    Block,
    Direction,
    Example,
    Formula,
    Formulas,
    MandatoryField,
    MoneyRule,
    RuleEntry,
    RulePack,
    Scheme,
    Sourced,
    Tier,
    WaiverRule,
)

MARK_NAMES: dict[Mark, str] = {"seed": "原表所见", "seen": "在用所见", "calc": "推算", "unverified": "未核对", "design": "系统设定"}
KIND_NAMES = {"project": "项目", "department": "部门整体", "transfer": "转移支付", "fund": "专项资金"}
BASIS_NAMES = {"formula": "公式", "judgement": "判断", "undetermined": "待定"}
AMOUNTS = {"initial_budget": "年初预算", "adjusted_budget": "全年预算", "allotted": "实际下达", "disbursed": "实际支出"}
SPREADS = {"free": "", "equal": "，块内各项均分", "whole": "，块内均分取整"}
SCHEME_NAMES = {
    "base_points": "总分",
    "blocks": "一级指标分值",
    "money": "资金执行",
    "direction": "没有印方向时",
    "over_achievement": "超额完成",
    "tiers": "定性档次",
    "grades": "等级",
    "grade_words": "等级用词",
    "yes_words": "肯定用词",
    "no_words": "否定用词",
    "rounding": "舍入",
    "cap_at_weight": "得分不超过分值",
    "scored": "计分",
    "waivers": "豁免",
    "vetoes": "一票否决",
    "mandatory_fields": "必填栏",
}
FORMULA_NAMES = {
    "at_least": "≥ 目标",
    "more_than": "＞ 目标",
    "equal": "= 目标",
    "at_most": "≤ 目标",
    "less_than": "＜ 目标",
    "zero_target": "目标为 0",
    "zero_target_at_least": "目标 ≥ 0",
    "negative_target": "目标为负",
    "negative_actual": "完成值为负",
    "qualitative": "定性",
    "binary": "是或否",
    "date_limit": "时限",
}
FIELD_NAMES = {
    "id": "公式",
    "pass_line": "合格线",
    "step": "每差",
    "per_step": "扣分",
    "full_from": "满分起点",
    "round_up": "不足一档按一档",
    "bands": "档",
    "low": "下限",
    "factor": "分值倍数",
    "ratio_from": "达到倍数",
    "needs_reason": "须说明原因",
    "name": "名称",
    "places": "小数位",
    "mode": "方式",
    "order": "次序",
    "accept_one_decimal": "接受一位小数",
    "whole_points": "整分",
    "condition": "条件",
    "effect": "后果",
    "active": "启用",
}
WORDS = {"half-up": "四舍五入", "half-even": "四舍六入五取偶", "down": "舍去", "rows-then-sum": "先逐项舍入再相加", "sum-then-round": "先相加再舍入"}


def describe_pack(pack: RulePack) -> str:
    """The pack as Markdown: its reach, each value with its authority and mark, the audit rules, the worked examples."""
    return "\n".join([*_heading(pack), *_scheme(pack.scheme), *_rules(pack.rules.values()), *_examples(pack.examples)]) + "\n"


def _heading(pack: RulePack) -> Iterator[str]:
    until = pack.in_force_until.isoformat() if pack.in_force_until else "今"
    yield from (f"# {pack.title}", "")
    rows = [
        ("编号", f"`{pack.id}`"),
        ("方案", pack.variant),
        ("地方", pack.place or "全国"),
        ("表的种类", _list(KIND_NAMES.get(kind, kind) for kind in pack.kinds)),
        ("表式", _list(pack.templates)),
        ("生效", f"{pack.in_force_from.isoformat()} 至 {until}"),
        ("承自", f"`{pack.extends}`" if pack.extends else "无"),
        ("摘要", f"`{pack.digest}`"),
    ]
    yield from _table(("项", "内容"), rows)


def _scheme(scheme: Scheme) -> Iterator[str]:
    yield from ("## 计分方案", "")
    rows = [_sourced(name, getattr(scheme, key)) for key, name in SCHEME_NAMES.items()]
    yield from _table(("项", "规定", "依据", "标记"), rows)
    yield from ("## 公式", "", "没有规定的方向：达到目标得满分，没有达到的待定。", "")
    formulas: Formulas = scheme.formulas
    yield from _table(("情形", "规定", "依据", "标记"), [_sourced(name, getattr(formulas, key)) for key, name in FORMULA_NAMES.items()])


def _rules(rules: Iterable[RuleEntry]) -> Iterator[str]:
    yield from ("## 审核规则", "")
    rows = [
        (f"`{rule.code}`", rule.title, SEVERITY_NAMES[rule.severity] if rule.active else "停用", _parameters(rule), *_authority(rule.cites))
        for rule in sorted(rules, key=lambda rule: rule.code)
    ]
    yield from _table(("编码", "名称", "级别", "参数", "依据", "标记"), rows)


def _examples(examples: tuple[Example, ...]) -> Iterator[str]:
    if not examples:
        return
    yield from ("## 算例", "")
    yield from _table(("算例", "目标或基数", "完成或支出", "分值", "得分", "得分依据"), [_example(example) for example in examples])


def _example(example: Example) -> tuple[str, ...]:
    is_money = example.base is not None or example.spent is not None
    target, actual = (example.base, example.spent) if is_money else (example.target, example.actual)
    return (example.name, _say(target), _say(actual), _say(example.weight), _say(example.score), BASIS_NAMES[example.basis])


def _sourced(name: str, leaf: Sourced[object]) -> tuple[str, ...]:
    return (name, _say(leaf.value), *_authority(leaf.cites))


def _authority(cites: tuple[Citation, ...]) -> tuple[str, str]:
    sentences = (cite.sentence() + (f"“{cite.quote}”" if cite.quote else "") for cite in cites)
    return "；".join(dict.fromkeys(sentences)), _list(dict.fromkeys(MARK_NAMES[cite.mark] for cite in cites))


def _parameters(rule: RuleEntry) -> str:
    return "；".join(f"{name}：{_say(value)}" for name, value in rule.parameters.items()) or "无"


def _say(value: object) -> str:
    if value is None:
        return "没有规定"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        wide = any(is_dataclass(part) or isinstance(part, tuple) for part in value)
        return ("；" if wide else "、").join(_say(part) for part in value) or "无"
    return _record(value) if is_dataclass(value) else WORDS.get(str(value), str(value))


def _record(value: object) -> str:
    match value:
        case Block():
            points = "不定分" if value.points is None else f"{_say(value.points)} 分"
            named = "".join(f"，{_list(row.names)}：{_say(row.formula)}" for row in value.rows)
            return f"{_list(value.names)}：{points}{SPREADS[value.spread]}{named}"
        case MoneyRule():
            points = "分值以表上所印为准" if value.points is None else f"{_say(value.points)} 分"
            where = "在指标表内" if value.inside else "在指标表外"
            return f"{_list(value.names)}：{points}，{where}，基数依次取 {_list(AMOUNTS[name] for name in value.bases)}，{_say(value.formula)}"
        case Formula(pass_line=None, step=None, per_step=None, full_from=None, bands=()):
            return value.id
        case Tier():
            opening, closing = "[" if value.low_inclusive else "(", "]" if value.high_inclusive else ")"
            return f"{value.label} {opening}{_say(value.low)}, {_say(value.high)}{closing}"
    return _record_of_words(value)


def _record_of_words(value: object) -> str:
    match value:
        case Direction():
            words = f"反向用词 {_list(value.negative_words)}，转向用词 {_list(value.reversing_words)}，例外用词 {_list(value.positive_words)}"
            return f"按 {value.default}；{_list(value.cost_level2)}类按 {value.cost}；反向含义按 {value.negative}；{words}"
        case WaiverRule():
            return f"{_list(TREATMENT_NAMES[name] for name in value.treatments)}；由{value.decided_by}决定"
        case MandatoryField():
            return f"{value.label}（{SEVERITY_NAMES[value.severity]}）"
    return _plain_record(value)


def _plain_record(value: object) -> str:
    if not is_dataclass(value):
        raise TypeError(type(value).__name__)
    parts = ((field.name, getattr(value, field.name)) for field in fields(value))
    return "，".join(f"{FIELD_NAMES[name]} {_say(part)}" for name, part in parts if part is not None and part != ())


def _list(names: Iterable[str]) -> str:
    return "、".join(names) or "无"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _line(head)
    yield _line(("---",) * len(head))
    for row in rows:
        yield _line(row)
    yield ""


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
