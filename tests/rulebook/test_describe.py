"""The page of a pack says every value with its authority."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from jiheng.rulebook import load_rulebook
from jiheng.rulebook.describe import _plain_record, describe_pack
from jiheng.rulebook.model import Rounding

BOOK = load_rulebook()


@pytest.mark.parametrize("pack", BOOK.ids())
def test_page_names_pack_authority_and_every_rule(pack: str) -> None:
    law = BOOK.pack(pack)
    page = describe_pack(law)
    assert page.startswith(f"# {law.title}\n")
    assert law.digest in page
    assert all(f"| `{code}` |" in page for code in law.rules)
    assert all(f"| {example.name} |" in page for example in law.examples)
    assert all(cite.sentence() in page for cite in law.scheme.blocks.cites)


@pytest.mark.parametrize("pack", BOOK.ids())
def test_tables_are_rectangular(pack: str) -> None:
    width = None
    for line in describe_pack(BOOK.pack(pack)).splitlines():
        if not line.startswith("|"):
            width = None
            continue
        cells = line.replace("\\|", "").count("|")
        assert width in {None, cells}, line
        width = cells


@pytest.mark.parametrize(
    ("pack", "text"),
    [
        ("cn-2020", "| ≤ 目标 | 没有规定 | 财预〔2020〕10号《项目支出绩效评价管理办法》（未经原文核对） | 未核对 |"),
        ("cn-2020", "| 地方 | 全国 |"),
        ("cn-2020", "| 承自 | 无 |"),
        ("cn-module-2021", "| ≤ 目标 | REV-LINEAR | 在用于预算管理一体化绩效模块的计分规则 | 在用所见 |"),
        ("cn-gx-2021", "到位率：公式 STEP，每差 10，扣分 1，满分起点 100，不足一档按一档 是"),
        ("cn-hb-2020", "部分达成预期指标并具有一定效果 [0.5, 0.8)"),
        ("cn-hb-2020", "| `weights.not-the-set-frame` | 一级指标分值与表注不一致 | 停用 |"),
        ("cn-gd-2022", "分值以表上所印为准，在指标表内"),
        ("cn-transfer-2020", "| 计分 | 否 |"),
        ("cn-sc-2022", "| 生效 | 2022-01-01 至 2023-12-31 |"),
    ],
)
def test_values_in_words(pack: str, text: str) -> None:
    assert text in describe_pack(BOOK.pack(pack))


def test_page_without_examples_has_no_table_of_them() -> None:
    law = BOOK.pack("cn-2020")
    assert "## 算例" in describe_pack(law)
    assert "## 算例" not in describe_pack(replace(law, examples=()))


def test_a_bar_in_a_text_does_not_split_the_cell() -> None:
    law = BOOK.pack("cn-2020")
    odd = replace(law.examples[0], name="甲|乙", base=Decimal(3), spent=None)
    assert "| 甲\\|乙 | 3 | 没有规定 |" in describe_pack(replace(law, examples=(odd,)))


def test_record_of_plain_numbers() -> None:
    assert _plain_record(Rounding(places=2, mode="down", order="sum-then-round", accept_one_decimal=False, whole_points=True)) == (
        "小数位 2，方式 舍去，次序 先相加再舍入，接受一位小数 否，整分 是"
    )
    with pytest.raises(TypeError, match="int"):
        _plain_record(3)
