from __future__ import annotations

import dataclasses
from decimal import Decimal

from jiheng.rulebook import Difference, Rulebook, difference
from jiheng.rulebook.model import Sourced


def test_a_pack_does_not_differ_from_itself(rulebook: Rulebook) -> None:
    law = rulebook.pack("cn-2020")
    assert difference(law, law) == ()
    assert difference(law, dataclasses.replace(law, digest="0")) == ()


def test_one_leaf_changed_is_one_difference(rulebook: Rulebook) -> None:
    law = rulebook.pack("cn-2020")
    scheme = dataclasses.replace(law.scheme, base_points=Sourced(Decimal("8.10"), law.scheme.base_points.cites))
    assert difference(law, dataclasses.replace(law, scheme=scheme)) == (Difference("scheme.base_points", "100", "8.10"),)


def test_what_only_one_pack_has_stands_against_nothing(rulebook: Rulebook) -> None:
    nation, city = rulebook.pack("cn-2020"), rulebook.pack("cn-gd-jiangmen-2023")
    found = {entry.path: (entry.old, entry.new) for entry in difference(nation, city)}
    assert found["place"] == ("（无）", "广东省江门市")
    assert found["templates"] == ("（空）", "jiangmen-2023")
    assert found["scheme.money.points"] == ("10", "12")
    assert found["scheme.grades.0.name"] == ("优", None)
    assert found["scheme.blocks.0.rows.0.formula.id"] == (None, "JUDGE")
    assert "支付额/预算额度*100*指标权重" in str(found["scheme.money.cites.0"][1])
