"""The first real form, row by row, and under every treatment of its stopped rows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from jiheng.domain.dossier import Waiver
from jiheng.domain.scorecard import TREATMENTS, Treatment
from jiheng.errors import WaiverInvalidError
from jiheng.rulebook.model import WaiverRule
from jiheng.scoring import all_treatments, explain, interpret, parse_waiver, score
from seed_case import LAW, seed, treated

BLOCK: Treatment = "exclude-respread-block"
OVER: Treatment = "exclude-respread-form"
NONE: Treatment = "exclude-no-respread"
FULL = dict.fromkeys((2, 3, 4, 6, 7, 8, 10), ("RATIO-CAP", "4.00")) | dict.fromkeys((12, 14, 16, 18, 19), ("RATIO-CAP", "5.00"))
EXPECTED = FULL | {
    0: ("FUND-RATE", "11.96"),
    1: ("JUDGE", "8"),
    5: ("RATIO-CAP", "0.00"),
    9: ("ZERO", "4.00"),
    11: ("EQUAL", "4.00"),
    13: ("RATIO-CAP", "4.86"),
    15: ("NONE", None),
    17: ("ZERO", "5.00"),
}


@pytest.mark.parametrize("row", range(20))
def test_each_row_of_the_seed(row: int) -> None:
    line = score(seed()).lines[row]
    method, points = EXPECTED[row]
    assert (line.subject, line.method) == (f"/indicators/{row}", method)
    assert line.score == (None if points is None else Decimal(points))
    assert line.basis == {1: "judgement", 15: "undetermined"}.get(row, "formula")


@pytest.mark.parametrize(("row", "exact"), [(0, "11.963992"), (5, "0.000000"), (13, "4.856982")])
def test_the_exact_value_has_six_places(row: int, exact: str) -> None:
    assert score(seed()).lines[row].exact == exact


def test_the_totals_of_the_seed() -> None:
    card = score(seed())
    assert (card.total, card.total_range, card.stated_total) == (Decimal("95.82"), (Decimal("90.82"), Decimal("95.82")), Decimal("99.82"))
    assert sum(line.score or 0 for line in card.lines if line.basis == "formula") == Decimal("82.82")
    assert (card.grade, card.possible, card.treatments) == (None, Decimal(100), ())


TABLE = [
    ({5: "keep"}, "99.82"),
    ({5: "zero"}, "95.82"),
    ({5: "zero", 9: "zero", 17: "zero"}, "86.82"),
    ({5: BLOCK}, "99.82"),
    ({5: OVER}, "99.81"),
    ({5: NONE}, "95.82"),
    ({5: BLOCK, 9: BLOCK, 17: BLOCK}, "99.80"),
    ({5: OVER, 9: OVER, 17: OVER}, "99.80"),
    ({5: BLOCK, 15: BLOCK}, "99.80"),
    ({5: BLOCK, 9: BLOCK, 15: BLOCK, 17: BLOCK}, "99.77"),
    ({5: BLOCK, 15: "zero"}, "94.82"),
    ({5: BLOCK, 9: BLOCK, 17: BLOCK, 15: "zero"}, "94.09"),
    ({5: OVER, 15: "zero"}, "94.60"),
    ({5: "zero", 15: BLOCK}, "95.80"),
]


@pytest.mark.parametrize(("treatments", "total"), TABLE, ids=[str(row) for row, _ in TABLE])
def test_the_waiver_table(treatments: dict[int, str], total: str) -> None:
    card = treated(treatments)
    assert card.total == Decimal(total)
    assert card.possible == (96 if NONE in treatments.values() else 100)


@pytest.mark.parametrize(("rows", "points"), [((5, 9, 17), "5.56"), ((5, 9, 15, 17), "6.48")])
def test_row_13_grows_with_its_weight(rows: tuple[int, ...], points: str) -> None:
    assert treated(dict.fromkeys(rows, BLOCK)).lines[13].score == Decimal(points)


def test_weights_re_spread_add_up_to_their_block() -> None:
    lines = treated({5: BLOCK}).lines
    weights = [line.weight for line in lines[2:12] if not line.excluded]
    assert sum(weight for weight in weights if weight is not None) == 40
    assert [str(weight) for weight in weights] == ["4.45"] * 4 + ["4.44"] * 5
    assert (lines[5].excluded, lines[5].weight, lines[5].score) == (True, Decimal(4), Decimal(0))


def test_the_judged_row_keeps_its_share() -> None:
    line = treated({5: OVER}).lines[1]
    assert (line.basis, line.score) == ("judgement", line.weight)


def test_keep_grows_with_the_re_spread_weight() -> None:
    line = treated({5: BLOCK, 9: "keep"}).lines[9]
    assert (line.score, line.weight) == (line.weight, Decimal("4.44"))


@pytest.mark.parametrize("row", range(20))
def test_the_five_treatments_agree_with_the_whole_form_scored_anew(row: int) -> None:
    subject, case = f"/indicators/{row}", seed()
    expected = [(name, card.total, card.possible) for name in TREATMENTS for card in [score(seed(Waiver(subject, name)))]]
    assert [(item.treatment, item.total, item.possible) for item in all_treatments(case, subject)] == expected
    assert all_treatments(case, subject, card=score(case)) == all_treatments(case, subject)


def test_an_applied_waiver_brings_its_five_treatments() -> None:
    card = treated({5: BLOCK})
    assert [str(item.total) for item in card.treatments] == ["99.82", "95.82", "99.82", "99.81", "95.82"]
    assert card.treatments == all_treatments(seed(Waiver("/indicators/5", BLOCK)), "/indicators/5", card=card)


@pytest.mark.parametrize("text", ["", "/indicators/5", "/funds=zero", "/indicators/x=zero", "/indicators/5=half"])
def test_a_waiver_written_wrongly_says_how(text: str) -> None:
    with pytest.raises(WaiverInvalidError, match="请写成 /indicators/5=处理"):
        parse_waiver(text)


def test_a_waiver_is_read() -> None:
    assert parse_waiver("/indicators/5=zero") == Waiver("/indicators/5", "zero")


def test_a_waiver_for_no_row_is_refused() -> None:
    with pytest.raises(WaiverInvalidError, match="/indicators/20 不存在，表中共有 20 行"):
        treated({20: "zero"})


def test_a_treatment_the_law_does_not_know_is_refused() -> None:
    law = replace(LAW, scheme=replace(LAW.scheme, waivers=replace(LAW.scheme.waivers, value=WaiverRule(("zero",), "上级"))))
    case = interpret(seed().evaluation, law, on=seed().on, waivers=(Waiver("/indicators/5", "keep"),))
    with pytest.raises(WaiverInvalidError, match="可用的处理"):
        score(case)


def test_the_derivation_of_the_money_line_in_words() -> None:
    case = seed()
    told = "".join(explain(case, score(case), "/indicators/0"))
    assert "4149.88 万元 ÷ 4162.37 万元 × 12 = 11.963992" in told
    assert "11.963992 → 11.96（四舍五入，保留 2 位）" in told
    assert "依据：" in told
    assert "没有复算行" in explain(case, score(case), "/indicators/99")[0]
    assert "可能在 0 至 5 之间" in "".join(explain(case, score(case), "/indicators/15"))
