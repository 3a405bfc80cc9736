"""Rows of one kind, as a law hears their texts, have the same plans: no rule listens to anything in a name that is not heard."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from jiheng.batch.heard import Ear, Heard
from jiheng.batch.plans import RowKey, plan_of
from jiheng.domain.evaluation import Indicator
from jiheng.domain.valuetext import parse_value
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import RuleEntry, RulePack

RULEBOOK = load_rulebook()
LAWS = ("cn-2020", "cn-gd-jiangmen-2023", "cn-module-2021", "cn-gx-2021", "cn-hb-2020")
VALUES = [parse_value(text) for text in (None, "≥100人", "90%", "＝3次", "≤50万元", "优", "是", "12月底前", "待定", "≥≥98%", "0.95", "7")]


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
    ear, kinds = Ear(law), dict[Heard, RowKey]()
    target, actual = data.draw(st.sampled_from(VALUES)), data.draw(st.sampled_from(VALUES))
    for key in data.draw(st.lists(keys(pack), min_size=8, max_size=24)):
        heard = ear.hears(Indicator(key.level1, key.level2, key.name), key.unit_column)
        first = kinds.setdefault(heard, key)
        assert plan_of(key, heard, target, actual, law) == plan_of(first, heard, target, actual, law)


def test_plain_names_are_of_one_kind() -> None:
    ear = Ear(RULEBOOK.pack("cn-2020"))
    made = {ear.hears(Indicator("产出", "数量指标", name), None) for name in ("建设内容", "采购物资", "日常运行")}
    assert len(made) == 1
