"""A ledger definition as a page to read: its columns, which rows do not count, and what each definition (口径) computes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from jiheng.domain.measured import AGGREGATION_NAMES, EXCLUSION_NAMES
from jiheng.rulebook.describe import MARK_NAMES
from jiheng.rulebook.ledgers import Column, ColumnType, Completeness, Condition, Definition, Flows, Ledger, Term

TYPE_NAMES: dict[ColumnType, str] = {
    "text": "文字",
    "code": "代码",
    "date": "日期",
    "moment": "日期与时刻",
    "month": "月份",
    "quarter": "季度",
    "week": "周",
    "period": "日期、月份、季度、周或年度",
    "integer": "整数",
    "decimal": "小数",
    "flag": "是或否",
}
DAY_NAMES = {"start": "期初", "end": "期末", "reference": "基准日", "filed": "填报日"}
COVER_NAMES = {
    "month": "每个月都有",
    "quarter": "每个季度都有",
    "week": "每一周都有",
    "last": "有年度最后一个月的累计数",
    "closing": "有封账（完结）说明",
    "service": "服务起止日期说明；服务期间要有封账（完结）说明",
    "open": "登记簿，不按期间判断",
}


def describe_ledger(ledger: Ledger) -> str:
    """The ledger as Markdown: grain and key, columns, rows that do not count, definitions in order of preference, completeness, authority."""
    return "\n".join([*_heading(ledger), *_columns(ledger), *_validity(ledger), *_definitions(ledger), *_authority(ledger)]) + "\n"


def _heading(ledger: Ledger) -> Iterator[str]:
    name = ledger.columns
    yield from (f"# {ledger.number} {ledger.title}", "")
    yield f"- 编号：`{ledger.id}`；由{ledger.owner}登记；一行是{ledger.grain}"
    yield f"- 不得重复：{_titles(ledger.key, name)}" + "".join(f"；另外不得重复：{_titles(unique, name)}" for unique in ledger.unique)
    if ledger.first:
        yield f"- 重复时保留“{name[ledger.first].title}”最早的一行"
    filters = (("期间", ledger.period), ("地区", ledger.region), ("类别", ledger.kind))
    yield f"- 筛选：{'；'.join(f'{what}看“{name[column].title}”' for what, column in filters if column) or '无'}"
    if ledger.release:
        words = f"，依次为 {'、'.join(ledger.release.order)}" if ledger.release.order else ""
        yield f"- 同一期有几版时，取填报日之前“{name[ledger.release.on].title}”最新的一版{words}"
    if ledger.cumulative:
        yield f"- “{name[ledger.cumulative.month].title}”相加应等于“{name[ledger.cumulative.total].title}”"
    if ledger.flows:
        yield from _flows(ledger.flows)
    yield f"- 齐全的标准：{_covered(ledger.completeness, name)}"
    yield from (f"- 表名或文件名常含：{'、'.join(ledger.known_by) or '无'}", "")


def _flows(flows: Flows) -> Iterator[str]:
    words = (("计划", flows.plan), ("下达", flows.allot), ("追加", flows.add), ("调减", flows.cut), ("支付", flows.pay), ("退回", flows.refund))
    yield f"- 资金去向按用词分：{'；'.join(name + '＝' + '、'.join(group) for name, group in words if group)}"


def _covered(completeness: Completeness, columns: dict[str, Column]) -> str:
    each = "".join(f"每个“{columns[name].title}”" for name in completeness.every)
    return each + COVER_NAMES[completeness.by]


def _columns(ledger: Ledger) -> Iterator[str]:
    yield from ("## 列", "", "| 列 | 表头 | 也可写作 | 类型 | 单位 | 必有 |", "| --- | --- | --- | --- | --- | --- |")
    for name, column in ledger.columns.items():
        unit = column.unit or ""
        if column.unit_from:
            unit += f"（逐行看“{ledger.columns[column.unit_from].title}”）"
        kind = TYPE_NAMES[column.type] + ("，可为负" if column.signed else "")
        cells = (f"`{name}`", column.title, "、".join(column.aliases), kind, unit, "是" if column.required else "否")
        yield "| " + " | ".join(cells) + " |"
    yield ""


def _validity(ledger: Ledger) -> Iterator[str]:
    yield from ("## 不计的行", "", "不计的行仍保留，并写明原因。", "")
    for rule in ledger.validity:
        yield f"- {EXCLUSION_NAMES[rule.code]}（`{rule.code}`）：{_conditions(rule.when, ledger.columns)}"
    yield from ("- 年度、地区、类别以外的行，重复的行，合计行，数字或日期读不出的行，除另有规定外的负数", "")


def _definitions(ledger: Ledger) -> Iterator[str]:
    yield from ("## 口径", "")
    if len(ledger.definitions) > 1:
        yield from ("没有文件认定用哪一个、算出的结果又不同时，提示口径未定。", "")
    for name, definition in ledger.definitions.items():
        how = AGGREGATION_NAMES[definition.aggregation]
        yield f"- `{name}` {definition.title}（{definition.unit}，{how}）：{definition.reading}"
        yield from (f"    - {line}" for line in _parts(definition, ledger.columns))
    yield ""


def _parts(definition: Definition, columns: dict[str, Column]) -> Iterator[str]:
    if definition.where:
        yield f"只看：{_conditions(definition.where, columns)}"
    if definition.distinct:
        yield f"去重：{_titles(definition.distinct, columns)}"
    averaged = definition.aggregation in {"mean", "weighted-mean"}
    upper = "平均的数" if averaged else "分子" if definition.over or definition.over_ledger else "相加"
    yield from (f"{upper}：{_term(term, columns)}" for term in definition.terms)
    yield from (f"{'权数' if averaged else '分母'}：{_term(term, columns)}" for term in definition.over)
    if definition.over_ledger:
        yield f"分母：台账 `{definition.over_ledger.ledger}` 的 `{definition.over_ledger.definition}`"
    if definition.uptime:
        spell = definition.uptime
        yield f"停机：“{columns[spell.start].title}”至“{columns[spell.end].title}”；“{columns[spell.planned].title}”为是的从应运行时间中扣除"
    for cite in definition.cites:
        yield f"依据：{cite.sentence()}"


def _term(term: Term, columns: dict[str, Column]) -> str:
    what = " ＋ ".join(_times(factor, columns[name].title) for name, factor in term.columns.items()) or "行数"
    if term.factor != 1:
        what = f"{term.factor:f} ×（{what}）"
    where = f"，只看{_conditions(term.where, columns)}" if term.where else ""
    instead = f"；有“{term.unless}”的行时不计" if term.unless else ""
    return f"{term.label} ＝ {what}{where}{instead}"


def _times(factor: Decimal, title: str) -> str:
    return f"“{title}”" if factor == 1 else f"{factor:f} × “{title}”"


def _authority(ledger: Ledger) -> Iterator[str]:
    yield from ("## 依据", "")
    for cite in ledger.cites:
        mark = "" if cite.mark == "design" else f"（{MARK_NAMES[cite.mark]}）"
        yield f"- {cite.sentence()}{f'“{cite.quote}”' if cite.quote else ''}{mark}"


def _titles(names: Iterable[str], columns: dict[str, Column]) -> str:
    return " ＋ ".join(f"“{columns[name].title}”" for name in names)


def _conditions(conditions: Sequence[Condition], columns: dict[str, Column]) -> str:
    return "，且".join(describe_condition(condition, columns) for condition in conditions)


def describe_condition(condition: Condition, columns: dict[str, Column]) -> str:
    """A condition in words: “状态”是 取消、延期 之一."""
    return f"“{columns[condition.column].title}”" + "，".join(_tests(condition, columns))


def _tests(condition: Condition, columns: dict[str, Column]) -> Iterator[str]:
    def other(name: str) -> str:
        return DAY_NAMES[name] if name in DAY_NAMES else f"“{columns[name].title}”"

    if condition.one_of:
        yield f"是 {'、'.join(condition.one_of)} 之一" if len(condition.one_of) > 1 else f"为“{condition.one_of[0]}”"
    if condition.none_of:
        yield f"有值而不是 {'、'.join(condition.none_of)}"
    if condition.empty is not None:
        yield "为空" if condition.empty else "不为空"
    if condition.least is not None:
        yield f"不小于 {condition.least:f}"
    if condition.most is not None:
        yield f"不大于 {condition.most:f}"
    for part, word in (("before", "早于"), ("after", "晚于"), ("since", "不早于"), ("until", "不晚于"), ("not_above", "不大于")):
        name = getattr(condition, part)
        if name is not None:
            yield f"{word}{other(name)}"
