"""The registry: registration, stages, inactive entries, precedence, waivers, repairs, order, anchors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inspections import findings, form, heading, row, value
from jiheng.audit import RULES, check
from jiheng.audit.registry import PRECEDENCE, Inspection, Problem, rule
from jiheng.domain.document import Anchor
from jiheng.domain.dossier import FieldReading, Waiver
from jiheng.domain.finding import STAGES, Finding, Repair, Stage

MISSED = row(a="15100", b="0", w="4", s="4", f="0", exact="0", unit="人次")


def test_a_code_has_one_function() -> None:
    with pytest.raises(ValueError, match=r"two functions for weights\.sum"):
        rule("weights.sum")(lambda _: ())


@pytest.mark.parametrize(("stages", "found"), [(("fill",), 1), (("imp", "sub"), 0), (STAGES, 1)])
def test_a_rule_runs_at_its_stage(stages: tuple[Stage, ...], found: int) -> None:
    case, scorecard = form(MISSED).case(("score.differs-from-formula",))
    assert len(check(case, scorecard, (), stages=stages)) == found


def test_an_inactive_entry_is_silent() -> None:
    case, scorecard = form(MISSED).case(("score.differs-from-formula",))
    entries = {code: replace(entry, active=False) for code, entry in case.law.rules.items()}
    assert check(replace(case, law=replace(case.law, rules=entries)), scorecard, ()) == ()


def test_a_pack_without_rules_finds_nothing() -> None:
    case, scorecard = form(MISSED).case(())
    assert check(case, scorecard, ()) == ()


def test_a_met_row_that_lost_points_is_told_once() -> None:
    found = findings(form(row(s="7")), "score.differs-from-formula", "score.deducted-though-met")
    assert [f.code for f in found] == ["score.deducted-though-met"]


def test_one_row_does_not_silence_another() -> None:
    found = findings(form(row(s="7"), MISSED), "score.differs-from-formula", "score.deducted-though-met")
    assert [(f.code, f.subject) for f in found] == [
        ("score.differs-from-formula", "/indicators/1"),
        ("score.deducted-though-met", "/indicators/0"),
    ]


@pytest.mark.parametrize("chain", PRECEDENCE, ids=lambda chain: chain[0])
def test_the_earlier_code_of_a_chain_silences_the_later(chain: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    case, scorecard = form(row()).case(("score.negative",))
    entry = case.law.rules["score.negative"]
    for code in chain:
        monkeypatch.setitem(RULES, code, lambda _: (Problem("/indicators/0/target", "有问题。"),))
    pack = replace(case.law, rules={code: replace(entry, code=code) for code in chain})
    found = check(replace(case, law=pack), scorecard, ())
    assert [(f.code, f.subject) for f in found] == [(chain[0], "/indicators/0/target")]


def test_a_magnitude_does_not_stand_in_any_chain() -> None:
    assert all("unit.magnitude-suspected" not in chain for chain in PRECEDENCE)


def test_an_approved_waiver_turns_score_findings_of_its_row_into_information() -> None:
    made = form(MISSED, MISSED, waivers=(Waiver("/indicators/0", "keep", "文件停止"),), columns=("reason",))
    found = findings(made, "score.differs-from-formula", "reason.missing", "over-achievement.unexplained")
    assert {(f.code, f.subject): f.severity for f in found} == {
        ("score.differs-from-formula", "/indicators/0"): "info",
        ("reason.missing", "/indicators/0/reason"): "info",
        ("score.differs-from-formula", "/indicators/1"): "error",
        ("reason.missing", "/indicators/1/reason"): "error",
    }


def test_findings_come_worst_first_then_in_reading_order() -> None:
    made = form(row(a="30", b="66"), MISSED, MISSED, headings=(heading("产出", "40", (0,), line=34, repeats=True),))
    found = findings(made, "duplicate.block", "over-achievement.unexplained", "score.differs-from-formula")
    assert [(f.severity, f.subject) for f in found] == [
        ("error", "/indicators/1"),
        ("error", "/indicators/2"),
        ("warning", "/indicators/0"),
        ("info", ""),
    ]


def test_a_repaired_value_carries_its_repair_into_the_message() -> None:
    repairs = (
        Repair(None, "/indicators/0/actual", "O人次", "0人次"),
        Repair("layout.columns-shifted", "/indicators/0", "一行", "另一行"),
        Repair(None, "/indicators/0/evidence", "甲", "乙"),
        Repair(None, "/indicators/0/target", "同", "同"),
    )
    (found,) = findings(replace(form(MISSED), repairs=repairs), "score.differs-from-formula")
    assert "（导入时已把“O人次”修复为“0人次”。）" in found.message
    assert "另一行" not in found.message
    assert "乙" not in found.message


def test_a_message_ends_with_its_authority_and_offers_what_to_do() -> None:
    (found,) = findings(form(MISSED), "score.differs-from-formula")
    assert found.message.endswith("依据：在用的绩效自评审核做法。")
    assert found.suggestion == "请按公式更正得分，或报上级认定豁免。"
    assert found.cites


def _anchored(pointers: dict[str, int], subject: str) -> int | None:
    case, scorecard = form(MISSED).case(())
    fields = {pointer: FieldReading(Anchor(line=line)) for pointer, line in pointers.items()}
    anchor = Inspection(replace(case, fields=fields), scorecard, ()).anchor(subject)
    return None if anchor is None else anchor.line


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("/indicators/0/actual", 4),
        ("/indicators/0", 3),
        ("/indicators/0/reason", 3),
        ("/indicators/1", 5),
        ("/funds", 9),
        ("/contact/phone", None),
        ("", None),
    ],
)
def test_a_finding_stands_at_its_field_or_the_nearest_below_or_above(subject: str, line: int | None) -> None:
    pointers = {"/indicators/0": 3, "/indicators/0/actual": 4, "/indicators/1/name": 5, "/indicators/1/actual": 6, "/funds/0/disbursed": 9}
    assert _anchored(pointers, subject) == line


def test_a_filled_column_counts_as_printed() -> None:
    case, scorecard = form(row(reason="有", evidence=())).case(())
    inspection = Inspection(case, scorecard, ())
    assert [inspection.has_column(name) for name in ("weight", "score", "actual", "reason", "evidence", "unit")] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]


def test_rows_that_are_no_formula_rows_are_left_out() -> None:
    case, scorecard = form(row(), row(basis="judgement"), row(role="money"), row(actual=value("完成"))).case(())
    inspection = Inspection(case, replace(scorecard, lines=scorecard.lines[:3]), ())
    assert [pair[0].index for pair in inspection.formula_rows] == [0]


def test_nothing_is_found_on_a_clean_form() -> None:
    clean = form(
        row(w="50", s="50", f="50"), row(name="合格率", w="50", s="49", f="49", b="98", reason="由于两人缺考，考核合格率未达到", unit="%"), total="99"
    )
    found: tuple[Finding, ...] = findings(clean, *(code for code in RULES if code.startswith(("score.", "total.", "reason.", "actual."))))
    assert found == ()
