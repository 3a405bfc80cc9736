"""Rows of one kind, as a law hears their texts, have the same plans: no rule listens to anything in a name that is not heard."""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.batch import names
from jiheng.batch.heard import Ear, Heard, RowKey
from jiheng.batch.pairs import Kinds, Side
from jiheng.batch.plans import Plan, Request, plans_of
from jiheng.domain.valuetext import parse_parts, parse_value
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import RuleEntry, RulePack

RULEBOOK = load_rulebook()
LAWS = ("cn-2020", "cn-gd-jiangmen-2023", "cn-module-2021", "cn-gx-2021", "cn-hb-2020")
VALUES = [parse_value(text) for text in (None, "≥100人", "90%", "＝3次", "≤50万元", "优", "是", "12月底前", "待定", "≥≥98%", "0.95", "7")]


UNITS = ["", "人", "名", "个", "万人", "万", "%", "‰", "元", "万元", "亿元", "元/人", "平方米", "公里", "米", "分", "天", "日", "箱", "km", "㎡"]
WORDS = [
    *["优", "良", "中", "是", "否", "好坏", "有效保障", "达成预期指标", "已完成", "零投诉", "无", "/", "—", "**", "另行通知"],
    "2023年12月31日前",
    "2023年11月30日",
    "12月",
]
values = st.one_of(
    st.sampled_from(VALUES),
    st.builds(
        lambda sign, number, unit: parse_value(f"{sign}{number}{unit}"),
        st.sampled_from(["", "≥", "≤", "=", ">", "约", "不低于", "≧", "≥≥", "≥≤"]),
        st.sampled_from(["5", "90", "0.9"]),
        st.sampled_from(UNITS),
    ),
    st.sampled_from(WORDS).map(parse_value),
    st.sampled_from([parse_value("0.95", number_format="0%"), parse_parts("≥", "98万元", "元"), parse_parts("≥", "3", "人")]),
)


def plan_of(key: RowKey, heard: Heard, target: Side, actual: Side, law: RulePack) -> Plan:
    (plan,) = plans_of([Request(key, heard, target, actual)], law)
    return plan


@cache
def words_of(pack: str) -> tuple[str, ...]:
    """Every word of every lexicon of the law, and of its directions and blocks."""
    law = RULEBOOK.pack(pack)
    found = [word for entry in law.rules.values() for word in _listed(entry)]
    direction, money = law.scheme.direction.value, law.scheme.money.value
    found += [
        *direction.cost_level2,
        *direction.negative_words,
        *direction.reversing_words,
        *direction.positive_words,
        *(money.names if money else ()),
    ]
    found += [part for block in law.scheme.blocks.value for row in block.rows for part in row.names]
    return tuple(dict.fromkeys(found))


def _listed(entry: RuleEntry) -> list[str]:
    lists = [value for value in entry.parameters.values() if isinstance(value, tuple)]
    return [word for value in lists for part in value for word in ((part,) if isinstance(part, str) else part)]


@st.composite
def keys(draw: st.DrawFn, pack: str) -> RowKey:
    words = words_of(pack)
    parts = draw(st.lists(st.sampled_from(words) | st.sampled_from(["新建", "项目", "（人）", "（%）", "**", "率"]), min_size=1, max_size=3))
    level1 = draw(st.sampled_from([None, "产出指标", "效益", "过程", "投入"]))
    level2 = draw(st.sampled_from([None, "数量指标", "成本指标", *words[:40]]))
    return RowKey(level1, level2, "".join(parts), draw(st.sampled_from([None, "人", "%", "万元"])))


@given(st.data(), st.sampled_from(LAWS))
def test_rows_heard_alike_have_the_same_plans(data: st.DataObject, pack: str) -> None:
    law: RulePack = RULEBOOK.pack(pack)
    ear, kinds, sides = Ear(law), dict[Heard, RowKey](), Kinds(law)
    target, actual = (sides.side(data.draw(st.sampled_from(VALUES))) for _ in range(2))
    for key in data.draw(st.lists(keys(pack), min_size=8, max_size=24)):
        heard = ear.hears(key)
        first = kinds.setdefault(heard, key)
        assert plan_of(key, heard, target, actual, law) == plan_of(first, heard, target, actual, law)


@given(st.data(), st.sampled_from(LAWS))
def test_values_of_one_kind_have_the_same_plans(data: st.DataObject, pack: str) -> None:
    law: RulePack = RULEBOOK.pack(pack)
    ear, sides, known = Ear(law), Kinds(law), dict[Hashable, tuple[Side, Side]]()
    key = data.draw(keys(pack))
    heard = ear.hears(key)
    for _ in range(30):
        target, actual = (sides.side(data.draw(values)) for _ in range(2))
        looked_at = ((), *sides.units(target, actual))[heard.weighs]
        first = known.setdefault((sides.kind(target, actual), looked_at), (target, actual))
        assert plan_of(key, heard, target, actual, law) == plan_of(key, heard, *first, law), (target.value, actual.value, first)


@given(st.data(), st.sampled_from(LAWS))
def test_plans_made_together_are_those_made_one_by_one(data: st.DataObject, pack: str) -> None:
    law: RulePack = RULEBOOK.pack(pack)
    ear, sides = Ear(law), Kinds(law)
    requests = [
        Request(key, ear.hears(key), sides.side(data.draw(values)), sides.side(data.draw(values)))
        for key in data.draw(st.lists(keys(pack), min_size=2, max_size=8))
    ]
    assert plans_of(requests, law) == [plans_of([request], law)[0] for request in requests]


@given(st.lists(st.text(st.sampled_from("率数次（）()％% *X_成本人万元投诉　\n"), max_size=8), min_size=1, max_size=6), st.sampled_from(LAWS))
def test_names_say_together_what_each_says_alone(names: list[str], pack: str) -> None:
    ear = Ear(RULEBOOK.pack(pack))
    assert ear.names(names) == [ear.names([name])[0] for name in names]


@given(st.data(), st.sampled_from(LAWS))
def test_plain_names_say_what_they_say_one_by_one(data: st.DataObject, pack: str) -> None:
    ear = Ear(RULEBOOK.pack(pack))
    parts = st.sampled_from((*words_of(pack), "率", "x", "某", "人"))
    made = data.draw(st.lists(st.lists(parts, max_size=3).map("".join), min_size=1, max_size=20))
    said = ear.names(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "_SIMPLE", re.compile(r"(?!)"))
        assert ear.names(made) == said


def test_plain_names_are_of_one_kind() -> None:
    ear = Ear(RULEBOOK.pack("cn-2020"))
    made = {ear.hears(RowKey("产出", "数量指标", name, None)) for name in ("建设内容", "采购物资", "日常运行")}
    assert len(made) == 1
