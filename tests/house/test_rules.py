"""The catalogue of findings: every code stands in the national pack, every rule has its entry and its tables of failing and passing forms."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from inspections import rule_entries
from jiheng.audit import RULES
from jiheng.batch.across.problems import CODES as ACROSS

AUDIT_TESTS = Path(__file__).parents[1] / "audit"

CATALOGUE = tuple((Path(__file__).parent / "finding_codes.txt").read_text(encoding="utf-8").split())
"""Every finding code there is; a code is never renamed."""
LATER = frozenset(
    {
        "baseline.indicator-changed",
        "baseline.target-changed",
        "funds.unit-suspected",
        "review.deviation",
        "task.not-covered",
        "task.overdue",
    }
)
"""Codes that one form alone cannot decide: they wait for a baseline, a task list or a reviewer."""
OPEN = frozenset((Path(__file__).parent / "codes_without_tables.txt").read_text(encoding="utf-8").split())
"""Rules whose tables are still to be written; a ratchet, so a code leaves the list with its tables."""
TOLD_BY_THE_PIPELINE = frozenset({code for code in CATALOGUE if code.startswith(("file.", "pack.", "monitor."))})
"""Codes of what happens before there is a case to look at (reading the file and choosing the pack), or during the year (lamps of monitoring)."""


def _tables(name: str) -> Counter[str]:
    counted: Counter[str] = Counter()
    for path in sorted(AUDIT_TESTS.glob("test_*.py")):
        rows: tuple[Any, ...] = getattr(_module(path), name, ())
        counted.update(_code(row) for row in rows)
    return counted


def _code(row: Any) -> str:
    """A table's row names its code by attribute, or as its first value."""
    named = getattr(row, "code", None)
    return str(named if named is not None else getattr(row, "values", row)[0])


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tables_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_catalogue_names_each_code_once() -> None:
    assert [code for code, times in Counter(CATALOGUE).items() if times > 1] == []


def test_the_national_pack_holds_the_whole_catalogue_and_nothing_else() -> None:
    assert set(rule_entries()) == set(CATALOGUE)


def test_each_rule_has_its_entry() -> None:
    assert set(RULES) - set(rule_entries()) == set()


def test_each_entry_has_its_rule_or_is_left_for_later() -> None:
    assert set(rule_entries()) - set(RULES) - set(ACROSS) - TOLD_BY_THE_PIPELINE == LATER


def test_nothing_left_for_later_is_there_already() -> None:
    assert (set(RULES) | set(ACROSS)) & LATER == set()


def test_no_code_is_decided_both_by_one_form_and_by_many() -> None:
    assert set(RULES) & set(ACROSS) == set()


@pytest.mark.parametrize("table", ["FIRES", "SILENT"])
def test_each_rule_has_two_failing_and_two_passing_forms(table: str) -> None:
    counted = _tables(table)
    assert {code for code in RULES if counted[code] < 2} == OPEN


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_entry_says_what_it_is_and_on_what_authority(code: str) -> None:
    entry = rule_entries()[code]
    assert entry.title
    assert not entry.title.endswith("。")
    assert entry.cites
