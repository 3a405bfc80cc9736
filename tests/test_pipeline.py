"""The whole line from bytes to dossiers: bad input gives a finding, never a traceback; the same input gives the same dossier."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.domain.codec import digest
from jiheng.domain.dossier import Dossier, Waiver
from jiheng.errors import PackUnknownError, WaiverInvalidError
from jiheng.pipeline import appraise, recheck
from jiheng.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[1]
DRIFTED = (ROOT / "examples" / "口岸经贸.txt").read_bytes()
NATIONAL = (ROOT / "examples" / "示范项目.html").read_bytes()


def one(source: bytes, name: str = "表.txt", **asked: object) -> Dossier:
    (dossier,) = appraise(source, name, rulebook=load_rulebook(), **asked)  # type: ignore[arg-type]
    return dossier


def codes(dossier: Dossier) -> list[str]:
    return [finding.code for finding in dossier.findings]


@pytest.mark.parametrize(("source", "code"), [(b"", "file.empty"), (b"\x00\x01", "file.binary"), (b"PK\x03\x04", "file.binary")])
def test_an_unreadable_file_gives_a_dossier_with_its_finding(source: bytes, code: str) -> None:
    dossier = one(source)
    assert (dossier.evaluation, dossier.scorecard, codes(dossier)) == (None, None, [code])


def test_a_text_without_indicators_says_so() -> None:
    assert "form.no-indicators" in codes(one("今天天气很好。".encode()))


def test_a_date_with_no_pack_in_force_is_a_finding_and_has_no_fallback() -> None:
    dossier = one(NATIONAL, "表.html", on=date(1999, 12, 31))
    assert codes(dossier) == ["pack.none-in-force"]
    assert dossier.scorecard is None
    assert "--on" in dossier.findings[0].message


def test_the_template_names_its_pack_and_its_years() -> None:
    dossier = one(DRIFTED, on=date(2031, 12, 31))
    assert dossier.scorecard is None
    assert codes(dossier)[0] == "pack.none-in-force"


@pytest.mark.parametrize(("source", "name", "reference"), [(DRIFTED, "表.txt", "cn-gd-jiangmen-2023"), (NATIONAL, "表.html", "cn-2020")])
def test_without_a_law_the_form_is_audited_by_the_nearest_rules_as_a_reference_and_checked_again_the_same(
    source: bytes, name: str, reference: str
) -> None:
    rulebook = load_rulebook()
    dossier = one(source, name, on=date(1999, 12, 31))
    assert dossier.scorecard is None
    assert rulebook.pack(reference).title in dossier.findings[0].message
    assert recheck(dossier, rulebook) == dossier


def test_a_form_of_no_place_is_scored_by_the_national_pack_and_says_so() -> None:
    dossier = one(NATIONAL, "表.html")
    assert dossier.scorecard is not None
    assert dossier.scorecard.rulepack.id == "cn-2020"
    assert codes(dossier) == ["pack.default"]
    assert str(dossier.scorecard.total) == "98.50"
    assert dossier.scorecard.grade == "优"


def test_a_named_place_chooses_its_pack() -> None:
    dossier = one(NATIONAL, "表.html", place="湖北省")
    assert dossier.scorecard is not None
    assert dossier.scorecard.rulepack.id == "cn-hb-2020"
    assert dossier.evaluation is not None
    assert dossier.evaluation.place == "湖北省"


def test_an_unknown_pack_names_near_ones() -> None:
    with pytest.raises(PackUnknownError, match="cn-2020"):
        one(NATIONAL, "表.html", pack="cn-2002")


def test_a_waiver_for_a_row_that_is_not_there_is_refused() -> None:
    with pytest.raises(WaiverInvalidError, match="共有 5 行"):
        one(NATIONAL, "表.html", waivers=(Waiver("/indicators/9", "zero"),))


def test_a_waived_row_is_told_as_information() -> None:
    dossier = one(DRIFTED, waivers=(Waiver("/indicators/5", "exclude-respread-block"),))
    assert dossier.scorecard is not None
    assert str(dossier.scorecard.total) == "99.82"
    decided = [f for f in dossier.findings if f.subject.startswith("/indicators/5") and f.code.startswith(("score.", "reason.", "waiver."))]
    assert {f.severity for f in decided} <= {"info"}
    assert len(dossier.scorecard.treatments) == 5


def test_a_narrower_stage_gives_fewer_findings_and_is_remembered() -> None:
    whole, part = one(DRIFTED), one(DRIFTED, stages=("imp",))
    assert 0 < len(part.findings) < len(whole.findings)
    assert recheck(part, load_rulebook()) == part


@pytest.mark.parametrize("source", [DRIFTED, NATIONAL, b""])
def test_the_same_bytes_give_the_same_digest(source: bytes) -> None:
    name = "表.html" if source == NATIONAL else "表.txt"
    assert digest(one(source, name)) == digest(one(source, name))


@given(st.integers(min_value=0, max_value=len(DRIFTED) - 1), st.binary(max_size=6), st.integers(min_value=0, max_value=40))
def test_a_damaged_real_form_never_raises(where: int, put: bytes, cut: int) -> None:
    for dossier in appraise(DRIFTED[:where] + put + DRIFTED[where + cut :], "坏.txt", rulebook=load_rulebook()):
        assert dossier.findings
