"""Points printed once for several rows: a group's score, a parent that answers for its children, two rows that look like the money row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders import JIANGMEN, case_of, form, pack, row, scored, waiver
from jiheng.domain.evaluation import Printed
from jiheng.domain.scorecard import TREATMENTS
from jiheng.scoring import all_treatments

OPEN = ("提升质量", "有所提升")
GROUP = Printed(group_scores=((0, 2),))


def test_a_score_shared_by_three_undetermined_rows_counts_once_and_whole() -> None:
    card = scored(form(row(*OPEN, "10", "25"), row(*OPEN), row(*OPEN), printed=GROUP))
    assert [line.score for line in card.lines] == [None, None, None]
    assert (card.total, card.total_range) == (Decimal(25), (Decimal(0), Decimal(30)))


def test_without_the_group_the_same_score_is_capped_at_its_own_row() -> None:
    assert scored(form(row(*OPEN, "10", "25"), row(*OPEN), row(*OPEN))).total == Decimal(10)


@pytest.mark.parametrize(
    ("stated", "total"),
    [("25", "25.00"), ("35", "30.00"), ("8", "10.00"), (None, "10.00")],
    ids=["what the other rows earned is part of it", "at most the open rows' points", "never below what is earned", "nothing stated"],
)
def test_a_group_with_a_computed_row(stated: str | None, total: str) -> None:
    card = scored(form(row(*OPEN, "10", stated), row("≥5人", "5人"), row(*OPEN), printed=GROUP))
    assert card.total == Decimal(total)


def test_a_group_without_an_open_row_adds_nothing() -> None:
    card = scored(form(row("≥5人", "5人", "10", "30"), row("≥5人", "5人"), row("≥5人", "5人"), printed=GROUP))
    assert card.total == Decimal("30.00")


def test_a_waived_row_of_a_group_carries_nothing() -> None:
    waivers = (waiver(1, "exclude-no-respread"),)
    card = scored(form(row(*OPEN, "10", "25"), row(*OPEN), row(*OPEN), printed=GROUP), waivers=waivers)
    assert (card.total, card.possible) == (Decimal(20), Decimal(20))


def test_the_treatments_of_a_row_in_a_group_know_the_group() -> None:
    evaluation = form(row(*OPEN, "10", "25"), row(*OPEN), row(*OPEN), printed=GROUP)
    card = scored(evaluation)
    for treatment in TREATMENTS:
        anew = scored(evaluation, waivers=(waiver(1, treatment),)).total
        (found,) = [item.total for item in all_treatments(case_of(evaluation), "/indicators/1", card=card) if item.treatment == treatment]
        assert found == anew


def test_a_score_rounded_up_to_the_weight_is_not_full_at_a_greater_weight() -> None:
    evaluation = form(row("≥1000人", "999人", "4"), row("≥1000人", "1000人", "36"))
    assert scored(evaluation).lines[0].score == Decimal("4.00")
    totals = {item.treatment: item.total for item in all_treatments(case_of(evaluation), "/indicators/1", card=scored(evaluation))}
    assert totals["exclude-respread-block"] == Decimal("39.96")


def test_a_parent_with_points_answers_for_its_bare_children() -> None:
    rows = (row("≥10人", "10人", "20", "20"), row("≥5人", "4人", None), row("≥5人", "5人", None))
    card = scored(form(*rows, printed=Printed(parents=((0, (1, 2)),))))
    assert [line.subject for line in card.lines] == ["/indicators/0"]
    assert (card.total, card.possible) == (Decimal("20.00"), Decimal(20))


@pytest.mark.parametrize(
    ("parent", "child", "subjects"),
    [(None, None, [0, 1]), ("20", "5", [0, 1])],
    ids=["a parent without points answers for nobody", "a child with points of its own is scored"],
)
def test_children_that_keep_their_line(parent: str | None, child: str | None, subjects: list[int]) -> None:
    rows = (row("≥10人", "10人", parent), row("≥5人", "5人", child))
    card = scored(form(*rows, printed=Printed(parents=((0, (1,)),))))
    assert [line.subject for line in card.lines] == [f"/indicators/{index}" for index in subjects]


def test_a_child_with_a_score_but_no_points_leaves_the_total_open() -> None:
    card = scored(form(row("≥10人", "10人", "20"), row("≥5人", "5人", None, "3"), printed=Printed(parents=((0, (1,)),))))
    assert (len(card.lines), card.total, card.total_range) == (2, None, None)


def test_only_the_first_row_named_like_the_money_row_is_the_money_line() -> None:
    rows = (row("/", "/", "12", "11", name="资金支出率", level1="决策"), row("≥90%", "45%", "4", "4", name="二季度资金支出率"))
    case = case_of(form(*rows), pack(JIANGMEN))
    assert [each.role for each in case.rows] == ["money", "indicator"]
    assert scored(form(*rows), pack(JIANGMEN)).lines[1].score == Decimal("2.00")
