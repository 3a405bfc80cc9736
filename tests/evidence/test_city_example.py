"""The invented city of the examples: made anew it is the same, its ledgers prove the printed figures, and every planted mistake is found."""

from __future__ import annotations

import importlib
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from jiheng import pipeline
from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.measured import Measurement
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.ledger_loading import check_bindings

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CITY = EXAMPLES / "云汀市"
RIGHT, WRONG = CITY / "口岸与商贸发展项目", CITY / "市场监测与通关便利项目"
ZIPPED = {".xlsx", ".docx"}


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return importlib.import_module("make_records")


def files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def content(path: Path) -> Any:
    """The bytes of a file; of a packed one those of its parts, as packers differ."""
    if path.suffix not in ZIPPED:
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return {part.filename: (part.date_time, package.read(part)) for part in package.infolist()}


def test_the_committed_files_are_those_the_script_makes(maker: ModuleType, tmp_path: Path) -> None:
    maker.make(tmp_path)
    made, kept = files(tmp_path / CITY.name), files(CITY)
    exported = {name for name in kept if name.endswith("自评表.docx")}
    assert set(made) == set(kept) - exported
    assert [name for name in made if content(made[name]) != content(kept[name])] == []


def test_the_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in files(CITY).values()) < 400_000


@pytest.mark.parametrize("project", [RIGHT, WRONG], ids=lambda path: path.name)
def test_the_bindings_name_what_exists(project: Path) -> None:
    check_bindings(project / "台账" / "台账.yaml", load_rulebook().ledgers)


def test_every_ledger_is_used_by_the_first_project() -> None:
    bound = {binding.ledger for binding in check_bindings(RIGHT / "台账" / "台账.yaml", load_rulebook().ledgers).bindings}
    assert bound == set(load_rulebook().ledgers)


def read(path: Path) -> Dossier:
    (dossier,) = pipeline.appraise(path.read_bytes(), path.name, rulebook=load_rulebook())
    return dossier


def rows(evaluation: Evaluation | None) -> Iterator[tuple[object, ...]]:
    assert evaluation is not None
    for row in evaluation.indicators:
        yield row.name, row.target.raw, row.actual.raw, row.weight, row.stated_score, row.reason, row.evidence


@pytest.mark.parametrize("project", [RIGHT, WRONG], ids=lambda path: path.name)
def test_the_form_says_the_same_as_text_and_as_document(project: Path) -> None:
    assert list(rows(read(project / "自评表.docx").evaluation)) == list(rows(read(project / "自评表.txt").evaluation))


@pytest.fixture(scope="module")
def right() -> Dossier:
    return pipeline.measured(read(RIGHT / "自评表.txt"), RIGHT / "台账", load_rulebook())


@pytest.fixture(scope="module")
def wrong() -> Dossier:
    return pipeline.measured(read(WRONG / "自评表.txt"), WRONG / "台账", load_rulebook())


def by_row(dossier: Dossier) -> dict[int, Measurement]:
    return {int(found.subject.rpartition("/")[2]): found for found in dossier.measurements}


VALUES = {0: "11.96", 2: "25", 3: "72.81", 4: "66", 6: "4199519", 7: "69", 8: "100", 10: "100", 11: "100", 12: "1732", 13: "1347.9"} | {
    14: "2.17",
    15: "299.43",
    16: "76.18",
    17: "0",
    18: "26",
    19: "99.45",
}
OUTCOMES = {1: "judgement", 5: "vacuous", 9: "vacuous", 11: "definition-missing", 15: "undetermined"}


def test_each_of_the_twenty_rows_is_measured_as_printed(right: Dossier) -> None:
    found = by_row(right)
    assert sorted(found) == list(range(20))
    assert {row: found[row].shown for row in VALUES} == {row: Decimal(value) for row, value in VALUES.items()}
    assert {row: one.outcome for row, one in found.items()} == {row: OUTCOMES.get(row, "equal") for row in range(20)}


def left(found: Measurement) -> dict[str, int]:
    return {part.code: part.rows for part in found.left_out}


def test_the_rows_that_do_not_count_say_why(right: Dossier) -> None:
    found = by_row(right)
    assert left(found[0]) == {"reversed": 2, "out-of-year": 1}
    assert (found[2].rows_used, left(found[2])) == (25, {"out-of-year": 1, "duplicate": 1, "cancelled": 1})
    assert (found[4].rows_used, left(found[4])) == (66, {"duplicate": 3, "not-active": 2})
    assert (found[5].rows_used, left(found[5])) == (0, {"out-of-year": 6})
    assert left(found[6]) == {"duplicate": 1}
    assert found[7].rows_used == 72
    assert found[7].measures[0].value == 69
    assert left(found[12])["superseded"] == 1
    assert left(found[16]) == {"other-subject": 1, "subtotal": 1}
    assert found[17].rows_used == 52
    assert (found[18].rows_used, left(found[18])) == (26, {"draft": 1, "out-of-year": 1})
    assert (found[19].rows_used, left(found[19])) == (400, {"incomplete": 8, "duplicate": 2, "out-of-year": 1, "other-subject": 1})


def test_the_three_definitions_of_satisfaction_agree(right: Dossier) -> None:
    measures = by_row(right)[19].measures
    assert [measure.value for measure in measures[:2]] == [Decimal("99.45"), Decimal("99.45")]
    assert measures[2].numerator == 18100
    assert measures[2].denominator == 182


def test_the_three_definitions_of_cost_control_differ(right: Dossier) -> None:
    values = [measure.value for measure in by_row(right)[11].measures]
    assert [value and f"{value.numerator / Decimal(value.denominator):.2f}" for value in values] == ["100.00", "99.70", "142.94"]


def test_what_the_ledgers_say_about_the_first_project(right: Dossier) -> None:
    told = {(found.code, found.subject.removesuffix("/actual")) for found in right.findings if found.code.startswith(("ledger.", "actual.vacuous"))}
    vacuous = {("actual.vacuous", f"/indicators/{row}") for row in (5, 9)}
    assert told == {("ledger.definition-missing", "/indicators/11"), *vacuous}


def planted() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = yaml.safe_load((WRONG / "应查出.yaml").read_text(encoding="utf-8"))
    return entries


def test_each_planted_mistake_is_found_and_nothing_else(wrong: Dossier) -> None:
    told = {(found.code, found.subject.removesuffix("/actual")) for found in wrong.findings if found.code.startswith("ledger.")}
    assert told == {(entry["code"], entry["subject"]) for entry in planted()}
    assert len(told) == 8


@pytest.mark.parametrize("entry", planted(), ids=lambda entry: entry["name"])
def test_both_numbers_of_a_planted_mistake_are_told(wrong: Dossier, entry: dict[str, str]) -> None:
    found = by_row(wrong)[int(entry["subject"].rpartition("/")[2])]
    assert (found.stated, found.shown) == (Decimal(entry["stated"]), Decimal(entry["ledger"]))


def test_units_mixed_in_a_column_are_converted_and_told(wrong: Dossier) -> None:
    found = by_row(wrong)[7]
    assert found.measures[0].value == 209_250_000
    assert any("单位不一致" in note for note in found.notes)
