"""What the packs of the places say: the scheme variants as rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jiheng.rulebook import load_rulebook
from jiheng.scoring.examples import run_example

BOOK = load_rulebook()
PLACE_PACKS = tuple(pack for pack in BOOK.ids() if not pack.startswith(("example-", "cn-gd-jiangmen-")) and pack != "cn-2020")
SCORED = tuple(pack for pack in PLACE_PACKS if BOOK.pack(pack).scheme.scored.value)


@pytest.mark.parametrize(("pack", "index"), [(pack, index) for pack in PLACE_PACKS for index in range(len(BOOK.pack(pack).examples))])
def test_example_is_scored_as_printed(pack: str, index: int) -> None:
    law = BOOK.pack(pack)
    example = law.examples[index]
    line = run_example(law, example)
    assert (line.score, line.basis) == (example.score, example.basis)
    assert example.method in {None, line.method}


@pytest.mark.parametrize("pack", SCORED)
def test_scored_pack_has_worked_examples(pack: str) -> None:
    assert len(BOOK.pack(pack).examples) >= 4


@pytest.mark.parametrize("pack", PLACE_PACKS)
def test_no_article_or_quotation_is_claimed_for_an_unread_source(pack: str) -> None:
    law = BOOK.pack(pack)
    for leaf in (law.scheme.blocks, law.scheme.money, law.scheme.tiers, law.scheme.grades, law.scheme.cap_at_weight):
        assert leaf.cites
        assert all(cite.quote is None or cite.verified for cite in leaf.cites)


@pytest.mark.parametrize(
    ("pack", "variant", "at_least", "at_most", "money"),
    [
        ("cn-central-2021", "N2", "RATIO-CAP", None, 10),
        ("cn-module-2021", "M1", "RATIO-CAP", "REV-LINEAR", 10),
        ("cn-hb-2020", "H1", "RATIO-CAP", "REV-RATIO", 20),
        ("cn-hb-goals-2020", "H2", "RATIO-CAP", "REV-RATIO", 20),
        ("cn-sc-2022", "S1", "RATIO-CAP", None, 10),
        ("cn-yn-2020", "Y1", "RATIO-CAP", None, 10),
        ("cn-ah-2022", "A1", "RATIO-CAP", None, 10),
        ("cn-cq-2021", "Q1", "COEFF", None, 10),
        ("cn-bj-2016", "X5", "RATIO-CAP", "REV-RATIO", 10),
        ("cn-he-2020", "X1", "RATIO-CAP", None, 10),
    ],
)
def test_formulas_and_money(pack: str, variant: str, at_least: str, at_most: str | None, money: int) -> None:
    law = BOOK.pack(pack)
    formulas, rule = law.scheme.formulas, law.scheme.money.value
    assert law.variant == variant
    assert formulas.at_least.value is not None
    assert formulas.at_least.value.id == at_least
    assert (formulas.at_most.value and formulas.at_most.value.id) == at_most
    assert rule is not None
    assert rule.points == money


@pytest.mark.parametrize(
    ("pack", "points"),
    [
        ("cn-central-2021", [20, 40, 20, 10]),
        ("cn-hb-2020", [40, 40]),
        ("cn-hb-goals-2020", [40, 40]),
        ("cn-gd-2022", [20, 20, 30, 30]),
        ("cn-ah-2022", [50, 30, 10]),
        ("cn-hi-2020", [20, 25, 55]),
        ("cn-nx-2022", [40, 40, 20]),
    ],
)
def test_block_points(pack: str, points: list[int]) -> None:
    assert [block.points for block in BOOK.pack(pack).scheme.blocks.value] == points


def test_module_asks_a_reason_from_120_percent() -> None:
    assert BOOK.pack("cn-module-2021").rules["over-achievement.unexplained"].number("ratio") == Decimal("1.2")
    assert BOOK.national.rules["over-achievement.unexplained"].number("ratio") == Decimal("1.3")


def test_double_weighting_stays_a_defect() -> None:
    assert BOOK.pack("cn-he-2020").rules["weights.applied-twice"].active


def test_transfer_forms_are_not_scored() -> None:
    assert not BOOK.pack("cn-transfer-2020").scheme.scored.value


@pytest.mark.parametrize(
    ("kind", "place", "on", "pack"),
    [
        ("project", "湖北省", date(2021, 12, 31), "cn-hb-2020"),
        ("fund", "广东省", date(2022, 12, 31), "cn-gd-2022"),
        ("project", "广东省", date(2022, 12, 31), "cn-2020"),
        ("department", "重庆市", date(2021, 12, 31), "cn-cq-2021"),
        ("project", "四川省", date(2024, 12, 31), "cn-2020"),
        ("transfer", None, date(2022, 12, 31), "cn-2020"),
        ("project", None, date(2022, 12, 31), "cn-2020"),
    ],
)
def test_pack_in_force(kind: str, place: str | None, on: date, pack: str) -> None:
    assert BOOK.in_force(kind, place, on).id == pack
