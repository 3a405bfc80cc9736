"""The roll-up of regions: exact against fractions, in every order, for the places above and the whole."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.across_forms import dossier, filed, fund, portions, row, survey_of
from jiheng.batch.across.notes import Notes
from jiheng.batch.across.rollup import ROLLUP, WHOLE_BATCH, IndicatorSum, Region, indicators, mean_by_money, regions, table, total, total_of_products
from jiheng.batch.slots import NONE
from jiheng.domain.evaluation import Evaluation
from jiheng.exporters.layout.rollup import rollup, weighted
from jiheng.rulebook import load_rulebook
from jiheng.scoring.rounding import to_places

BIG = st.integers(-(10**17), 10**17)
AMOUNTS = st.none() | st.decimals(0, 10**7, places=4, allow_nan=False, allow_infinity=False).map(lambda number: f"{number:f}")
SCORES = st.none() | st.decimals(0, 100, places=2, allow_nan=False, allow_infinity=False).map(lambda number: f"{number:f}")
PLACES = ("广东省江门市", "广东省", "云南省保山市", None)
UPWARDS = load_rulebook().gazetteer.upwards


def funded(budget: str | None, spent: str | None, score: str | None, place: str | None = "广东省江门市", *, project: str = "项目") -> Evaluation:
    return filed(project, "甲局", 2023, total=score, place=place, funds=(fund(adjusted=budget, spent=spent),))


def summed(forms: Sequence[Evaluation]) -> dict[str, Region]:
    with closing(survey_of(portions(dossier(one, f"文件{at}") for at, one in enumerate(forms)))) as survey:
        return {region.place: region for region in regions(survey.sealed, UPWARDS, Notes())}


def summed_indicators(forms: Sequence[Evaluation], place: str = WHOLE_BATCH) -> list[IndicatorSum]:
    with closing(survey_of(portions(dossier(one, f"文件{at}") for at, one in enumerate(forms)))) as survey:
        return list(indicators(survey.sketches, survey.sealed, UPWARDS, place))


def test_the_examples_of_the_field_guide() -> None:
    whole = summed([funded("100", "80", None), funded("300", "270", None)])[WHOLE_BATCH]
    assert whole.rate == Fraction(875, 1000)
    whole = summed([funded("4149.88", "1", "99.82"), funded("850.12", "1", "80.00")])[WHOLE_BATCH]
    assert whole.stated is not None
    assert to_places(whole.stated, 2) == Decimal("96.45")


@given(st.lists(st.builds(funded, AMOUNTS, AMOUNTS, SCORES, st.sampled_from(PLACES)), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_sums_are_exact_in_any_order(forms: list[Evaluation], draw: object) -> None:
    found = summed(forms)
    draw.shuffle(forms)  # type: ignore[attr-defined]
    assert summed(forms) == found
    for place, region in found.items():
        inside = [one for one in forms if place == WHOLE_BATCH or (one.place or "").startswith(place)]
        amounts = [
            (line.adjusted_budget.yuan if line.adjusted_budget else None, line.disbursed.yuan if line.disbursed else None, one.stated_totals.score)
            for one in inside
            for line in one.funds
        ]
        both = [(Fraction(budget), Fraction(spent)) for budget, spent, _ in amounts if budget is not None and spent is not None]
        planned = sum((budget for budget, _ in both), Fraction(0))
        scored = [(Fraction(score), Fraction(budget)) for budget, _, score in amounts if budget and score is not None]
        money = sum((budget for _, budget in scored), Fraction(0))
        assert region.forms == len(inside)
        assert region.budget == (sum((b for b, _, _ in amounts if b is not None), Decimal(0)) if any(b is not None for b, _, _ in amounts) else None)
        assert region.rate == (sum((spent for _, spent in both), Fraction(0)) / planned if planned else None)
        assert region.stated == (sum((score * budget for score, budget in scored), Fraction(0)) / money if money else None)
        assert (None if region.stated is None else to_places(region.stated, 2)) == weighted([(score, budget) for budget, _, score in amounts])


def test_the_columns_agree_with_the_roll_up_sheet() -> None:
    forms = [funded("120.5", "100", "88.5"), funded("333.33", None, "91"), funded(None, "20", "70"), funded("0", "0", "60")]
    whole = summed(forms)[WHOLE_BATCH]
    (section,) = rollup([dossier(one, f"文件{at}") for at, one in enumerate(forms)]).sections
    cells = {cell.pointer: cell.text for item in section.items for cell in getattr(item, "cells", ())}
    assert whole.rate is not None
    assert whole.stated is not None
    assert whole.budget == Decimal(cells["/total/budget"]) * 10000
    assert whole.spent == Decimal(cells["/total/spent"]) * 10000
    assert f"{to_places(whole.rate * 100, 2)}%" == cells["/total/rate"]
    assert f"{to_places(whole.stated, 2)}" == cells["/total/stated"]


def test_places_count_for_the_places_above() -> None:
    found = summed([funded("1", "1", "90", place) for place in PLACES])
    assert {place: region.forms for place, region in found.items()} == {
        WHOLE_BATCH: 4,
        "广东省": 2,
        "广东省江门市": 1,
        "云南省": 1,
        "云南省保山市": 1,
    }
    made = table(found.values())
    assert made.schema == ROLLUP
    assert made["budget"].to_pylist()[0] == Decimal(40000)


def test_forms_without_a_budget_are_counted_in_the_open() -> None:
    notes = Notes()
    forms = [funded(None, "1", "90"), funded("1", "1", "90"), funded("?", "1", "90")]
    with closing(survey_of(portions(dossier(one, f"文件{at}") for at, one in enumerate(forms)))) as survey:
        (region, *_) = regions(survey.sealed, UPWARDS, notes)
    assert (region.forms, region.with_budget) == (3, 1)
    assert notes.sentences() == ("2 张表没有可加的预算数，不计入金额合计与加权。",)


@given(st.lists(BIG, max_size=40))
def test_a_sum_of_large_numbers_is_exact(values: list[int]) -> None:
    assert total(np.array(values, np.int64)) == sum(values)


@given(st.lists(st.tuples(st.integers(0, 10**17), st.integers(-(10**9), 10**9)), max_size=40))
def test_a_sum_of_products_is_exact(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    assert total_of_products(one, other) == sum(a * b for a, b in pairs)


def test_blocks_of_the_sum_never_pass_64_bits() -> None:
    money, points = np.full(200_000, 9 * 10**17 - 1, np.int64), np.full(200_000, 10**8, np.int64)
    assert total_of_products(money, points) == (9 * 10**17 - 1) * 10**8 * 200_000
    assert mean_by_money(points, money, 6) == 100
    assert mean_by_money(np.append(points, NONE), np.append(money, 1), 6) == 100


def test_absolutes_add_and_ratios_are_weighted_by_money() -> None:
    def trained(people: str, rate: str, budget: str) -> Evaluation:
        rows = [row("≥1人", people, name="培训人数"), row("≥95%", rate, name="合格率", level2="质量指标")]
        return filed("培训", rows=rows, funds=(fund(adjusted=budget, spent="1"),))

    found = summed_indicators([trained("1.2万人", "80%", "100"), trained("350.5人", "90%", "300")])
    assert {(one.adds, one.target, one.actual, one.rows) for one in found} == {
        (True, Fraction(2), Fraction(24701, 2), 2),
        (False, Fraction(95), Fraction(175, 2), 2),
    }


@pytest.mark.parametrize(("place", "people"), [("广东省", 30), ("广东省江门市", 10), ("云南省", 5), (WHOLE_BATCH, 35)])
def test_indicators_of_a_region(place: str, people: int) -> None:
    forms = [
        filed("培训", rows=[row("≥1人", f"{many}人")], place=where) for many, where in ((10, "广东省江门市"), (20, "广东省"), (5, "云南省保山市"))
    ]
    assert [one.actual for one in summed_indicators(forms, place)] == [people]


def test_unlike_units_are_never_added() -> None:
    forms = [filed("培训", rows=[row("≥1人", "10人")]), filed("培训", rows=[row("≥1场", "20场")])]
    assert sorted(one.actual for one in summed_indicators(forms) if one.actual is not None) == [10, 20]
