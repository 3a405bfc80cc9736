"""Bounds, ranges and shares to the cent: what a slip of a sign or of an inclusive bound would change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from jiheng.domain.dossier import Waiver
from jiheng.domain.evaluation import Evaluation, FundLine, Indicator
from jiheng.domain.scorecard import TREATMENTS
from jiheng.domain.value import Money
from jiheng.domain.valuetext import parse_value
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import Band, Formula
from jiheng.scoring import all_treatments, interpret, score
from jiheng.scoring.formulas import ARITHMETIC, fund_rate
from jiheng.scoring.rounding import largest_remainder, to_places

NATION = load_rulebook().pack("cn-2020")
ON = date(2023, 12, 31)


def row(target: str | None, actual: str | None, stated: str | None, weight: str = "10", level1: str = "产出指标") -> Indicator:
    return Indicator(
        level1, "数量指标", "示例指标", parse_value(target), parse_value(actual), Decimal(weight), None if stated is None else Decimal(stated)
    )


def test_the_range_opens_each_undetermined_row_and_no_other() -> None:
    rows = (row("≥1个", "1个", "10"), row("待定", "1个", "4"), row("提升质量", "部分达成年度指标", "9"))
    card = score(interpret(Evaluation(indicators=rows), NATION, on=ON))
    assert (card.total, card.total_range, card.possible) == (Decimal(23), (Decimal(16), Decimal("27.99")), Decimal(30))


def test_a_stated_score_is_carried_no_further_than_its_weight() -> None:
    card = score(interpret(Evaluation(indicators=(row("待定", "1个", "14"), row("待定", "1个", "-3"), row("待定", "1个", None))), NATION, on=ON))
    assert (card.total, card.total_range) == (Decimal(10), (Decimal(0), Decimal(30)))


def test_the_five_treatments_and_the_points_that_can_be_earned() -> None:
    rows = (row("≥10个", "0个", "4", "4"), row("≥10个", "5个", "3", "6"), row("≥1个", "1个", "90", "90", "效益指标"))
    case = interpret(Evaluation(indicators=rows), NATION, on=ON)
    card = score(case)
    expected = [("97.00", "100"), ("93.00", "100"), ("95.00", "100"), ("96.88", "100"), ("93.00", "96")]
    for given in (None, card):
        found = all_treatments(case, "/indicators/0", card=given)
        assert [item.treatment for item in found] == list(TREATMENTS)
        assert [(item.total, item.possible) for item in found] == [(Decimal(total), Decimal(possible)) for total, possible in expected]


@pytest.mark.parametrize("late", [("是", "否"), ("2023年6月30日", "2023年6月30日")], ids=["answered no", "in time"])
def test_a_row_without_numbers_is_weighed_like_any_other(late: tuple[str, str]) -> None:
    case = interpret(Evaluation(indicators=(row("≥10个", "5个", "5"), row(*late, "7"), row("≥3个", "1个", "3"))), NATION, on=ON)
    assert all_treatments(case, "/indicators/0", card=score(case)) == all_treatments(case, "/indicators/0")


def test_a_second_waiver_is_weighed_beside_the_first() -> None:
    rows = (row("≥10个", "0个", "4", "4"), row("≥10个", "0个", "6", "6"), row("≥1个", "1个", "90", "90", "效益指标"))
    case = interpret(Evaluation(indicators=rows), NATION, on=ON, waivers=(Waiver("/indicators/1", "keep"),))
    assert [item.total for item in all_treatments(case, "/indicators/0", card=score(case))][:2] == [Decimal("100.00"), Decimal("96.00")]


def test_a_judged_row_grows_with_its_weight() -> None:
    rows = (row(None, None, "4", "10"), row("≥1个", "0个", "0", "10"))
    case = interpret(Evaluation(indicators=rows), NATION, on=ON, waivers=(Waiver("/indicators/1", "exclude-respread-block"),))
    assert [line.score for line in score(case).lines] == [Decimal("8.00"), Decimal(0)]


def test_only_the_block_of_the_waived_row_is_spread_again() -> None:
    rows = (row("≥1个", "1个", "10"), row("≥1个", "0个", "0"), row("≥2个", "1个", "5", level1="效益指标"))
    case = interpret(Evaluation(indicators=rows), NATION, on=ON, waivers=(Waiver("/indicators/1", "exclude-respread-block"),))
    assert [line.weight for line in score(case).lines] == [Decimal("20.00"), Decimal(10), Decimal(10)]


BANDS = Formula("BAND", bands=(Band(Decimal(90), Decimal(1)), Band(Decimal(80), Decimal("0.5"))))
LADDER = Formula("STEP", step=Decimal(4), per_step=Decimal(2), full_from=Decimal(90))
FLOOR = Formula("STEP", step=Decimal(4), per_step=Decimal(2), full_from=Decimal(90), round_up=False)
PLAIN = Formula("STEP")
PASS = Formula("PASS-LINE", pass_line=Decimal("0.6"))


@pytest.mark.parametrize(
    ("formula", "a", "b", "points"),
    [
        (BANDS, 95, 90, 10),
        (BANDS, 95, 89, 5),
        (BANDS, 95, 80, 5),
        (BANDS, 95, 79, 0),
        (LADDER, 95, 90, 10),
        (LADDER, 95, 89, 8),
        (LADDER, 95, 85, 6),
        (LADDER, 95, 1, 0),
        (FLOOR, 95, 87, 10),
        (FLOOR, 95, 86, 8),
        (PLAIN, 95, 93, 8),
        (PASS, 100, 60, 6),
        (PASS, 100, 59, 0),
        (Formula("REV-RATIO"), 100, 100, 10),
        (Formula("ZERO"), 0, 0, 10),
        (Formula("ZERO-GE"), 0, -1, 0),
        (Formula("EQ-SYM"), 8, 17, 0),
    ],
)
def test_formulas_at_their_bounds(formula: Formula, a: int, b: int, points: int) -> None:
    assert ARITHMETIC[formula.id](formula, Fraction(a), Fraction(b), Fraction(10)) == points


@pytest.mark.parametrize(("base", "spent", "points"), [("1", "1", 10), ("1", "-1", 0), ("-1", "1", 0), ("0", "1", 0), ("4", "1", Fraction(5, 2))])
def test_the_fund_rate_at_its_bounds(base: str, spent: str, points: Fraction) -> None:
    assert fund_rate(Decimal(base), Decimal(spent), Decimal(10)) == points


@pytest.mark.parametrize(
    ("exact", "places", "text"), [("-2.675", 2, "-2.68"), ("-0.001", 2, "0.00"), ("0", 2, "0.00"), ("7.5", 0, "8"), ("-7.5", 0, "-8")]
)
def test_rounding_below_zero_and_without_places(exact: str, places: int, text: str) -> None:
    assert f"{to_places(Fraction(exact), places):f}" == text


def test_a_total_finer_than_a_cent_is_spread_at_its_own_places() -> None:
    assert largest_remainder(Decimal("1.005"), [Decimal(1), Decimal("2.5")]) == (Decimal("0.287"), Decimal("0.718"))
    assert largest_remainder(Decimal(1), []) == ()
    assert largest_remainder(Decimal(1), [Decimal(0)]) == (Decimal(0),)


def test_the_money_of_a_total_row_with_its_parts() -> None:
    funds = (
        FundLine("市级安排", adjusted_budget=Money("100", Decimal(100)), disbursed=Money("80", Decimal(80)), stated_rate="80%", weight=Decimal(10)),
        FundLine("其中：本级", adjusted_budget=Money("60", Decimal(60)), disbursed=Money("60", Decimal(60)), stated_score=Decimal(8)),
    )
    case = interpret(Evaluation(funds=funds), NATION, on=ON)
    assert case.money is not None
    assert (case.money.fund_index, case.money.base, case.money.stated_rate, case.money.stated_score) == (0, Decimal(100), "80%", Decimal(8))
    named = interpret(Evaluation(funds=(funds[1], FundLine("资金总额", disbursed=Money("80", Decimal(80))))), NATION, on=ON)
    assert named.money is not None
    assert (named.money.fund_index, named.money.base, named.money.candidates) == (1, None, ())


def test_a_sum_that_is_rounded_at_the_end_is_added_anew_for_each_treatment() -> None:
    law = load_rulebook().pack("example-2020")
    case = interpret(Evaluation(indicators=(row("≥3个", "2个", "6"), row("≥3个", "2个", "6"))), law, on=ON)
    card = score(case)
    assert card.total == Decimal("13.3")
    assert [item.total for item in all_treatments(case, "/indicators/0", card=card)][:2] == [Decimal("12.6"), Decimal("6.6")]
    assert all_treatments(case, "/indicators/0", card=card) == all_treatments(case, "/indicators/0")
