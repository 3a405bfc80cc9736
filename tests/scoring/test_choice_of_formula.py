"""Which formula a row gets: the pack's own for a fixed row, the law's where that one would divide by nothing, a person where the law names none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders import case_of, form, formula, fund, law, line_of, number, row, scored, waiver
from jiheng.domain.evaluation import Indicator, Printed
from jiheng.domain.value import MoneyUnit
from jiheng.errors import WaiverInvalidError
from jiheng.rulebook.model import Band, Block, FixedRow, FormulaId, RulePack

RATIOS: tuple[FormulaId, ...] = ("RATIO-CAP", "RATIO-RAW", "PASS-LINE", "EQ-SYM", "REV-LINEAR", "REV-RATIO", "COEFF")


def fixed(name: FormulaId, *, negative: bool = True) -> RulePack:
    """A law that knows 培训 rows by name and gives them this formula."""
    numbers = {"pass_line": Decimal("0.6")} if name == "PASS-LINE" else {}
    blocks = (Block(("产出",), rows=(FixedRow(("培训",), formula(name, **numbers)),)),)
    return law(blocks=blocks, negative_actual=formula("NEG") if negative else None)


@pytest.mark.parametrize("name", RATIOS)
@pytest.mark.parametrize("negative", [True, False])
@pytest.mark.parametrize(
    ("target", "actual", "method", "points"),
    [
        ("=0人", "3人", "ZERO", "0.00"),
        ("≤0人", "0人", "ZERO", "10.00"),
        ("≥0人", "3人", "ZERO-GE", "10.00"),
        ("≥-2人", "-4人", "NEG-A", None),
    ],
)
def test_a_fixed_ratio_beside_a_target_that_cannot_divide_takes_the_laws_rule(  # noqa: PLR0917 - the columns of its table
    name: FormulaId, negative: bool, target: str, actual: str, method: str, points: str | None
) -> None:
    line = line_of(row(target, actual), fixed(name, negative=negative))
    assert (line.method, line.score) == (method, number(points))


def test_a_fixed_row_keeps_its_formula_beside_an_ordinary_target() -> None:
    assert (line_of(row("≥100人", "50人"), fixed("PASS-LINE")).method, line_of(row("≥100人", "50人")).method) == ("PASS-LINE", "RATIO-CAP")


def test_a_fixed_ladder_needs_no_target_to_divide_by() -> None:
    bands = (Band(Decimal(0), Decimal("0.5")), Band(Decimal(90), Decimal(1)))
    under = law(blocks=(Block(("产出",), rows=(FixedRow(("培训",), formula("BAND", bands=bands)),)),))
    assert line_of(row("≥0人", "90人"), under).score == Decimal("10.00")


def test_a_law_that_leaves_numbers_to_a_person_adopts_what_is_stated() -> None:
    judged = line_of(row("≥5人", "4人", "10", "8"), law(at_least=formula("JUDGE")))
    assert (judged.method, judged.basis, judged.score) == ("JUDGE", "judgement", Decimal(8))


@pytest.mark.parametrize("one", [row("是", "否", "10", "8"), row("2023年6月30日", "2023年7月8日", "10", "8")], ids=["yes or no", "a date"])
def test_where_the_law_names_no_rule_a_person_decides(one: Indicator) -> None:
    line = line_of(one, law(binary=None, date_limit=None))
    assert (line.method, line.basis, line.score) == ("JUDGE", "judgement", Decimal(8))


@pytest.mark.parametrize(
    ("done", "points", "told"),
    [
        ("2023年6月29日", "10.00", "没有晚"),
        ("2023年7月1日", "9.00", "晚 1 天"),
        ("2023年7月8日", "8.00", "晚 8 天"),
        ("2023年12月31日", "0.00", "晚 184 天"),
    ],
)
def test_a_ladder_for_dates_counts_begun_steps_of_days(done: str, points: str, told: str) -> None:
    line = line_of(row("2023年6月30日", done), law(date_limit=formula("STEP", step=Decimal(4), per_step=Decimal(1))))
    assert (line.method, line.basis, line.score) == ("STEP", "formula", Decimal(points))
    assert told in line.trace[0]


def test_a_ladder_for_dates_needs_both_dates() -> None:
    line = line_of(row("9月前", "2023年7月1日"), law(date_limit=formula("STEP", step=Decimal(4), per_step=Decimal(1))))
    assert (line.method, line.basis) == ("DATE", "undetermined")


@pytest.mark.parametrize(
    ("columns", "basis"),
    [(frozenset({"name", "weight", "score"}), "judgement"), (frozenset({"name", "target", "actual", "weight"}), "undetermined")],
    ids=["a layout without value cells", "value cells left empty"],
)
def test_empty_values_are_judged_only_where_the_form_has_no_cell_for_them(columns: frozenset[str], basis: str) -> None:
    line, filled = scored(form(row(None, None, "10", "10"), row(), printed=Printed(columns=columns))).lines
    assert (line.basis, filled.basis) == (basis, "formula")


def test_a_row_with_two_waivers_is_refused() -> None:
    with pytest.raises(WaiverInvalidError, match="/indicators/0 有两个豁免"):
        scored(form(row(), row()), waivers=(waiver(0, "keep"), waiver(1, "zero"), waiver(0, "zero")))


@pytest.mark.parametrize(
    ("unit", "printed", "told"),
    [("万元", "万元", "0.4 万元 ÷ 0.5 万元"), ("元", "元", "4000 元 ÷ 5000 元"), ("万元", None, "4000 元 ÷ 5000 元")],
    ids=["form in 万元", "form in 元", "no unit printed"],
)
def test_amounts_are_told_in_the_forms_money_unit(unit: MoneyUnit, printed: MoneyUnit | None, told: str) -> None:
    spent, budget = ("0.4", "0.5") if unit == "万元" else ("4000", "5000")
    line = scored(form(funds=(fund(adjusted=budget, spent=spent, weight="10", unit=unit),), money_unit=printed)).lines[0]
    assert line.score == Decimal("8.00")
    assert told in line.trace[0]


@pytest.mark.parametrize(
    ("items", "index", "base"),
    [
        (("财政拨款", "年度资金总额"), 1, 200),
        (("项目资金", "其中：财政拨款"), 0, 100),
        (("市本级", "转移支付至下级"), None, 300),
    ],
    ids=["a total by its name", "a line whose parts follow", "tiers side by side"],
)
def test_the_line_that_counts(items: tuple[str, str], index: int | None, base: int) -> None:
    case = case_of(form(funds=(fund(items[0], adjusted="100"), fund(items[1], adjusted="200"))))
    assert case.money is not None
    assert (case.money.fund_index, case.money.base) == (index, Decimal(base) * 10000)


def test_tiers_with_an_unreadable_amount_have_no_sum() -> None:
    case = case_of(form(funds=(fund("市本级", adjusted="100"), fund("转移支付至下级", adjusted="7,00.0,77"))))
    assert case.money is not None
    assert case.money.base is None
