"""The scoring vectors of the field guide under four laws, the reverse formulas, the money line, rounding, tiers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.domain.evaluation import Evaluation, FundLine, Indicator
from jiheng.domain.scorecard import ScoreLine
from jiheng.domain.value import Money
from jiheng.domain.valuetext import parse_value
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import Formula, Rounding
from jiheng.scoring import interpret, score
from jiheng.scoring.formulas import ARITHMETIC, equals, exceeds
from jiheng.scoring.rounding import largest_remainder, rounded, six_places, to_places
from jiheng.scoring.score import grade_of
from jiheng.scoring.tiers import tier_bounds, tier_of

N, M, H, J = (load_rulebook().pack(name) for name in ("cn-2020", "cn-module-2021", "cn-hb-2020", "cn-gd-jiangmen-2023"))
LAWS = {"N": N, "M": M, "H": H, "J": J}
VECTORS = """v01|≥1387.59|1347.9|5|4.86 4.86 4.86 4.86
v02|≥24|25|4|4.00 4.00 4.00 4.00
v03|≥30|66|4|4.00 4.00 4.00 4.00
v04|≥53|69|4|4.00 4.00 4.00 4.00
v05|≥400000|4199519|4|4.00 4.00 4.00 4.00
v06|≥15100|0|4|0.00 0.00 0.00 0.00
v07|≤160|386|15|null 0.00 6.22 null
v08|≤90|89.974|8|8.00 8.00 8.00 8.00
v09|≤0|0|4|4.00 4.00 4.00 4.00
v10|=0|3|5|0.00 0.00 0.00 0.00
v11|≥98%|98%|20|20.00 20.00 20.00 20.00
v12|≤5300|5830|10|null 9.00 9.09 null
v13|≥4754|4604|5|4.84 4.84 4.84 4.84
v14|≥8000|12767.36|20|20.00 20.00 20.00 20.00
v15|≥15|6|20|8.00 8.00 8.00 8.00
v16|≥11442|4164|20|7.28 7.28 7.28 7.28
v17|≥1100|1093|6|5.96 5.96 5.96 5.96
v18|≥2.6亿|2.45亿|6|5.65 5.65 5.65 5.65
v19|=100|98|10|9.80 9.80 9.80 9.80
v20|=8|10|10|10.00 10.00 10.00 10.00
v21|≤100|199.99|10|null 0.00 5.00 null
v22|≤0.9|0|10|10.00 10.00 10.00 10.00
v23|＞92|92|10|10.00 10.00 10.00 10.00
v24|≥3%|-1%|5|0.00 0.00 0.00 0.00
v25|≥-2%|-1%|5|null null null null
v26|≥3807|3224|2|1.69 1.69 1.69 1.69
v27|≥212|209|2|1.97 1.97 1.97 1.97
v28|≥100%|72.74%|2|1.45 1.45 1.45 1.45"""
CASES = [
    pytest.param(law, target, actual, weight, points, id=f"{name} {law}")
    for name, target, actual, weight, row in (line.split("|") for line in VECTORS.splitlines())
    for law, points in zip("NMHJ", row.split(), strict=True)
]


def line(law: str, target: str, actual: str, weight: str) -> ScoreLine:
    row = Indicator("产出", "数量指标", "示例指标", parse_value(target), parse_value(actual), Decimal(weight), Decimal(weight))
    return score(interpret(Evaluation(indicators=(row,)), LAWS[law], on=date(2023, 12, 31))).lines[0]


@pytest.mark.parametrize(("law", "target", "actual", "weight", "points"), CASES)
def test_a_vector_under_its_law(law: str, target: str, actual: str, weight: str, points: str) -> None:
    found = line(law, target, actual, weight)
    assert found.score == (None if points == "null" else Decimal(points)), found.trace
    assert found.basis == ("undetermined" if points == "null" else "formula")


def test_the_hubei_form_adds_up() -> None:
    scores = [line("H", *row).score for row in (("≥8000", "12767.36", "20"), ("≥15", "6", "20"), ("≥11442", "4164", "20"))]
    tens = [line("H", *row).score for row in (("≥1980", "2074", "10"), ("≥90", "100", "10"))]
    money = fund_line("H", "650", "94", "20")
    assert sum(part or 0 for part in (*scores, *tens, money.score)) == Decimal("58.17")


B = ("100", "110", "120", "150", "199.99", "200", "250", "1000")
REVERSE = {
    "REV-RATIO": "10.00 9.09 8.33 6.67 5.00 5.00 4.00 1.00",
    "REV-LINEAR": "10.00 9.00 8.00 5.00 0.00 0.00 0.00 0.00",
}


@pytest.mark.parametrize(("name", "b", "points"), [(name, b, p) for name, row in REVERSE.items() for b, p in zip(B, row.split(), strict=True)])
def test_the_reverse_formulas_side_by_side(name: str, b: str, points: str) -> None:
    exact = computed(name, "100", b, "10")
    assert exact is not None
    assert to_places(exact, 2) == Decimal(points)


def computed(name: str, a: str, b: str, w: str, **numbers: Decimal | bool) -> Decimal | Fraction | None:
    formula = Formula(name, **numbers)  # type: ignore[arg-type] # names of the catalogue
    return ARITHMETIC[name](formula, Fraction(a), Fraction(b), Fraction(w))


@pytest.mark.parametrize(
    ("name", "a", "b", "w", "points"),
    [
        ("RATIO-RAW", "8000", "12767.36", "20", "31.9184"),
        ("EQ-REVIEW", "8", "10", "10", None),
        ("EQ-REVIEW", "8", "8", "10", "10"),
        ("EQ-SYM", "8", "10", "10", "7.5"),
        ("EQ-SYM", "8", "20", "10", "0"),
        ("ZERO-GE", "0", "0", "5", "5"),
        ("ZERO-GE", "0", "-1", "5", "0"),
        ("ZERO", "0", "-1", "5", "5"),
        ("NEG-A", "-2", "-1", "5", None),
        ("COEFF", "100", "79", "10", "7.9"),
        ("RATIO-CAP", "3", "-1", "5", "0"),
    ],
)
def test_a_formula_of_the_catalogue(name: str, a: str, b: str, w: str, points: str | None) -> None:
    assert computed(name, a, b, w) == (None if points is None else Fraction(points))


@pytest.mark.parametrize(("b", "points"), [("59.9", "0"), ("60", "6"), ("100", "10")])
def test_a_pass_line_is_inclusive(b: str, points: str) -> None:
    assert computed("PASS-LINE", "100", b, "10", pass_line=Decimal("0.6")) == Fraction(points)


@pytest.mark.parametrize(
    ("b", "w", "step", "full", "up", "points"),
    [
        ("95", "5", 10, 100, True, 4),
        ("87", "15", 1, 90, True, 12),
        ("90", "15", 1, 90, True, 15),
        ("95", "5", 10, 100, False, 5),
        ("40", "5", 10, 100, True, 0),
    ],
)
def test_a_ladder_counts_begun_steps(  # noqa: PLR0917 - the columns of its table
    b: str, w: str, step: int, full: int, up: bool, points: int
) -> None:
    numbers: dict[str, Decimal | bool] = {"step": Decimal(step), "per_step": Decimal(1), "full_from": Decimal(full), "round_up": up}
    assert computed("STEP", "100", b, w, **numbers) == points


FUNDS = """f1|J|4162.37|4149.88|12|11.96
f2|J|2903.24|4149.88|12|12.00
f3|N|132.81|0.1|10|0.01
f4|N|0|0|10|0.00
f5|H|650|94|20|2.89
f6|N|4753.66|3824.26|10|8.04
f7|N|25|21.54576|10|8.62
f8|N|329.77|338.31|10|10.00
f9|N|2|0.9034|10|4.52
f10|N|310.2|154.74|10|4.99
f11|N|100|82.12|10|8.21
f12|N|100|79.27|10|7.93"""


def fund_line(law: str, base: str, spent: str, points: str) -> ScoreLine:
    budget, paid = (Money(text, Decimal(text) * 10000) for text in (base, spent))
    if law == "J":
        row = Indicator("决策", "预算执行", "资金支出率", weight=Decimal(points))
        form = Evaluation(indicators=(row,), funds=(FundLine("市本级", allotted=budget, disbursed=paid),))
    else:
        form = Evaluation(funds=(FundLine("年度资金总额", adjusted_budget=budget, disbursed=paid, weight=Decimal(points)),))
    return score(interpret(form, LAWS[law], on=date(2023, 12, 31))).lines[0]


@pytest.mark.parametrize("vector", FUNDS.splitlines(), ids=lambda vector: vector.split("|")[0])
def test_a_money_line(vector: str) -> None:
    _, law, base, spent, points, expected = vector.split("|")
    found = fund_line(law, base, spent, points)
    assert (found.method, found.basis, found.score) == ("FUND-RATE", "formula", Decimal(expected))


@pytest.mark.parametrize(("name", "rate", "weight", "points"), [("资金到位率", "95%", "5", "4.00"), ("资金支出进度", "87%", "15", "12.00")])
def test_the_guangxi_ladders(name: str, rate: str, weight: str, points: str) -> None:
    row = Indicator("投入", None, name, parse_value("≥100%"), parse_value(rate), Decimal(weight))
    found = score(interpret(Evaluation(indicators=(row,)), load_rulebook().pack("cn-gx-2021"), on=date(2021, 12, 31))).lines[0]
    assert (found.method, found.score) == ("STEP", Decimal(points))


@pytest.mark.parametrize(
    ("text", "points"), [("2.675", "2.68"), ("1.005", "1.01"), ("0.125", "0.13"), ("4.856982", "4.86"), ("3.335", "3.34"), ("-0.125", "-0.13")]
)
def test_half_up(text: str, points: str) -> None:
    assert str(to_places(Fraction(text), 2)) == points


@pytest.mark.parametrize(
    ("text", "mode", "points"),
    [("0.125", "half-even", "0.12"), ("0.135", "half-even", "0.14"), ("4.856982", "down", "4.85"), ("-0.001", "down", "0.00")],
)
def test_the_other_modes(text: str, mode: str, points: str) -> None:
    assert str(to_places(Fraction(text), 2, mode)) == points


def test_rows_are_rounded_before_they_are_added() -> None:
    rounding = Rounding(2, "half-up", "rows-then-sum", accept_one_decimal=True, whole_points=False)
    assert rounded(Fraction("3.335"), rounding) * 2 == Decimal("6.68")
    assert six_places(Fraction(2, 3)) == "0.666667"


SPREADS = [
    (40, 9, ["4.45"] * 4 + ["4.44"] * 5),
    (40, 7, ["5.72"] * 3 + ["5.71"] * 4),
    (40, 6, ["6.67"] * 4 + ["6.66"] * 2),
]


@pytest.mark.parametrize(("points", "rows", "weights"), SPREADS)
def test_the_largest_remainder(points: int, rows: int, weights: list[str]) -> None:
    assert [str(part) for part in largest_remainder(Decimal(points), [Decimal(1)] * rows)] == weights


def test_whole_points_and_nothing_to_share() -> None:
    assert largest_remainder(Decimal(15), [Decimal(1)] * 2, 0) == (Decimal(8), Decimal(7))
    assert largest_remainder(Decimal(15), []) == ()
    assert largest_remainder(Decimal(15), [Decimal(0)]) == (Decimal(0),)


@given(st.integers(0, 10**6), st.lists(st.integers(1, 1000), min_size=1, max_size=25))
def test_the_parts_add_up_and_stay_within_a_cent(cents: int, shares: list[int]) -> None:
    parts = largest_remainder(Decimal(cents) / 100, [Decimal(share) for share in shares])
    assert sum(parts) * 100 == cents
    assert all(abs(Fraction(part) * 100 - Fraction(cents * share, sum(shares))) < 1 for part, share in zip(parts, shares, strict=True))


AMOUNTS = st.decimals(min_value=Decimal("0.0001"), max_value=Decimal(10) ** 12, places=4)
WEIGHTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(100), places=2)


@given(AMOUNTS, st.decimals(min_value=0, max_value=Decimal(10) ** 12, places=4), WEIGHTS)
def test_a_score_is_the_integer_formula(a: Decimal, b: Decimal, w: Decimal) -> None:
    found = line("N", f"≥{a}", f"{b}", f"{w}").score
    n, d, cents = int(b * 10**4), int(a * 10**4), int(w * 100)
    expected = cents if n >= d else (2 * n * cents + d) // (2 * d)
    assert found is not None
    assert 0 <= found <= w
    assert found * 100 == expected


@given(AMOUNTS, AMOUNTS, AMOUNTS, WEIGHTS)
def test_more_done_never_scores_less(a: Decimal, b: Decimal, more: Decimal, w: Decimal) -> None:
    before, after = line("M", f"≥{a}", f"{b}", f"{w}").score, line("M", f"≥{a}", f"{b + more}", f"{w}").score
    over, under = line("M", f"≤{a}", f"{b + more}", f"{w}").score, line("M", f"≤{a}", f"{b}", f"{w}").score
    assert None not in {before, after, over, under}
    assert (before or 0) <= (after or 0)
    assert (over or 0) <= (under or 0)


TIERS = [
    (N, "达成年度指标", "8.00", "10.00"),
    (N, "部分达成年度指标并具有一定效果", "6.00", "7.99"),
    (N, "未达成年度指标且效果较差", "0.00", "5.99"),
    (H, "部分达成", "5.00", "7.99"),
    (H, "未达成", "0.00", "4.99"),
    (J, "全部或基本达成预期指标", "8.00", "10.00"),
    (J, "部分达成预期指标并具有一定效果", "6.00", "7.99"),
    (J, "未达成预期指标且效果较差", "0.00", "5.99"),
]


@pytest.mark.parametrize(("law", "label", "low", "high"), TIERS)
def test_the_range_of_a_tier(law: object, label: str, low: str, high: str) -> None:
    scheme = next(pack for pack in LAWS.values() if pack is law).scheme
    tier = tier_of(label, scheme.tiers.value)
    assert tier is not None
    assert tier_bounds(tier, Decimal(10), scheme.rounding.value) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("total", "word"),
    [("96", "优"), ("90", "优"), ("89.99", "良"), ("88.64", "良"), ("80", "良"), ("60", "中"), ("59.99", "差"), ("0", "差"), (None, None)],
)
def test_the_grade_of_a_total(total: str | None, word: str | None) -> None:
    assert grade_of(None if total is None else Decimal(total), N.scheme.grades.value) == word
    assert grade_of(Decimal(96), J.scheme.grades.value) is None


NUMBERS = st.one_of(st.decimals(-1000, 1000, places=2), st.fractions(-1000, 1000, max_denominator=50))


@given(NUMBERS, NUMBERS)
def test_decimals_and_fractions_compare_as_exact_numbers(first: Decimal | Fraction, second: Decimal | Fraction) -> None:
    assert exceeds(first, second) is (Fraction(first) > Fraction(second))
    assert equals(first, second) is (Fraction(first) == Fraction(second))
    assert equals(first, Fraction(first))
