"""Each difference between two laws is named as the cause of the rows it changes, and of no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from batch.replays import between, causes
from builders import JIANGMEN, NATIONAL, YEAR_END, form, formula, fund, law, pack, row
from jiheng.batch.replayed.laws import authority, label_of, saying
from jiheng.domain.dossier import Dossier, Source
from jiheng.domain.evaluation import Evaluation, Indicator
from jiheng.rulebook.model import OverStep, Rounding, RulePack

pytestmark = pytest.mark.xdist_group("kernels")  # compiled once
SCHEME = pack(NATIONAL).scheme
DIRECTION, ROUNDING = SCHEME.direction.value, SCHEME.rounding.value
CUT = OverStep(Decimal("1.5"), Decimal("0.5"), needs_reason=True)


def dossier(evaluation: Evaluation) -> Dossier:
    return Dossier(YEAR_END, Source("表.xlsx", "ab" * 32, "xlsx"), evaluation)


def money(**parts: Any) -> RulePack:
    rule = SCHEME.money.value
    assert rule is not None
    return law(money=replace(rule, **parts))


@dataclass(frozen=True)
class Case:
    """A form with one row or purse that a law changes, the law, and the cause."""

    name: str
    law: RulePack
    cause: str
    rows: tuple[Indicator, ...] = ()
    funds: tuple[Any, ...] = ()
    points: str = "0"


PURSE = (fund(initial="100", adjusted="50", spent="40", weight="10", stated="8"),)
CASES = (
    Case("a formula for ≤", law(at_most=formula("REV-RATIO")), "formulas.at_most", (row("≤5起", "10起", stated="8"),), points="-3"),
    Case("a formula for ≥", law(at_least=formula("PASS-LINE", pass_line=Decimal("0.6"))), "formulas.at_least", (row("≥100人", "50人"),), points="-5"),
    Case("a formula for =", law(equal=formula("EQ-SYM")), "formulas.equal", (row("=100人", "150人"),), points="-5"),
    Case("a target of 0", law(zero_target=formula("JUDGE")), "formulas.zero_target", (row("≤0起", "1起", stated="7"),), points="7"),
    Case("a negative target", law(negative_target=formula("JUDGE")), "formulas.negative_target", (row("≥-2", "-3", stated="7"),)),
    Case("words judged", law(qualitative=formula("JUDGE")), "formulas.qualitative", (row("显著", "达成", stated="5"),)),
    Case("tiers", law(tiers=SCHEME.tiers.value[1:]), "tiers", (row("显著", "达成年度指标", stated="9"),)),
    Case(
        "the direction of cost",
        law(direction=replace(DIRECTION, cost="≥")),
        "direction:≤≥",
        (row("10万元", "5万元", level2="成本指标", name="设备采购支出"),),
        points="-5",
    ),
    Case("a cut", law(over_achievement=(CUT,)), "over_achievement", (row("≥100人", "200人"),), points="-5"),
    Case("fewer places", law(rounding=Rounding(0, "down", "rows-then-sum", True, False)), "rounding", (row("≥100人", "55人"),), points="-0.5"),
    Case("no score", law(scored=False), "scored", (row("≥100人", "55人"),)),
    Case("the base of money", money(bases=("initial_budget",)), "money.bases", funds=PURSE, points="-4"),
    Case("the points of money", money(points=Decimal(20)), "money.points", funds=(fund(adjusted="50", spent="40", stated="8"),), points="8"),
    Case("no money line", law(money=None), "money", funds=PURSE, points="-8"),
    Case("the formula of money", money(formula=formula("STEP", step=Decimal(1), per_step=Decimal(1))), "money.formula", funds=PURSE),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_cause_is_the_leaf_that_differs(case: Case) -> None:
    still = row("≥100人", "100人", stated="10", name="培训场次")
    changes = between(pack(NATIONAL), case.law, [dossier(form(*case.rows, still, funds=case.funds))])
    found = causes(changes)
    expected = 2 if case.cause == "scored" else 1
    assert found == {case.cause: expected}
    assert sum(changes.whole().sums["reason_points"].values()) == Decimal(case.points).scaleb(6) or case.points == "0"


def test_two_causes_in_one_form_are_told_apart() -> None:
    rows = (row("≤5起", "10起", stated="8"), row("=100人", "150人", name="培训人次"), row("≥100人", "100人", name="培训场次"))
    changes = between(pack(NATIONAL), law(at_most=formula("REV-RATIO"), equal=formula("EQ-SYM")), [dossier(form(*rows))])
    assert causes(changes) == {"formulas.at_most": 1, "formulas.equal": 1}
    (told,) = changes.affected
    assert [(line["subject"], line["cause"], line["points"]) for line in told["lines"]] == [
        ("/indicators/1", "formulas.equal", -5_000_000),
        ("/indicators/0", "formulas.at_most", -3_000_000),
    ]
    assert (told["old"], told["new"], told["difference"]) == (28_000_000, 20_000_000, -8_000_000)


def test_rows_that_the_law_knows_by_name() -> None:
    judged = row("≥100人", "50人", "8", "8", name="监管有效性", level1="决策")
    changes = between(pack(JIANGMEN), law(JIANGMEN, blocks=pack(NATIONAL).scheme.blocks.value), [dossier(form(judged))])
    assert causes(changes) == {"blocks": 1}


def test_weights_that_follow_from_the_law() -> None:
    blocks = pack(JIANGMEN).scheme.blocks.value
    halved = tuple(replace(block, points=block.points and block.points / 2) for block in blocks)
    rows = tuple(row("≥100人", "50人", None, name=f"第{at}期人数", level1="产出") for at in range(4))
    changes = between(pack(JIANGMEN), law(JIANGMEN, blocks=halved), [dossier(form(*rows))])
    assert causes(changes) == {"blocks": 4}
    assert changes.whole().sums["counts"]["sum_after"] == 10_000_000


def test_a_sum_that_is_rounded_once_is_a_cause_of_its_own() -> None:
    rows: Sequence[Indicator] = [row("≥3人", "1人", "1", name=f"第{at}期人数") for at in range(3)]
    once = law(rounding=replace(ROUNDING, order="sum-then-round"))
    changes = between(pack(NATIONAL), once, [dossier(form(*rows))])
    assert changes.whole().sums["reason_points"] == {f"{NATIONAL}|rounding": 10_000}
    assert [(line["subject"], line["points"]) for line in changes.affected[0]["lines"]] == [("", 10_000)]


def test_every_leaf_of_every_law_can_be_told() -> None:
    leaves = [f"formulas.{name}" for name in SCHEME.formulas.__dataclass_fields__]
    leaves += [*(f"money.{part}" for part in ("inside", "names", "points", "bases", "formula")), *SCHEME.__dataclass_fields__]
    for leaf in (one for one in leaves if one not in {"formulas", "base_points", "waivers", "vetoes", "mandatory_fields"}):
        assert label_of(leaf)
        assert saying(pack(NATIONAL), leaf)
        assert "(" not in label_of(leaf)
        assert authority(pack(JIANGMEN), leaf)
