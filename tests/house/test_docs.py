"""Docs are complete by test: each command, finding code and pack field is documented, or this is red."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from jiheng.audit import RULES
from jiheng.cli.reference import command_names, commands_page
from jiheng.rulebook import forms, load_rulebook, model

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMAT = (ROOT / "docs" / "reference" / "pack-format.md").read_text(encoding="utf-8")
FORMS_PAGE = (ROOT / "docs" / "howto" / "add-a-form.md").read_text(encoding="utf-8")
MODELS = [
    model.Band,
    model.Formula,
    model.FixedRow,
    model.Block,
    model.MoneyRule,
    model.Formulas,
    model.Direction,
    model.OverStep,
    model.Tier,
    model.Grade,
    model.Rounding,
    model.WaiverRule,
    model.Veto,
    model.MandatoryField,
    model.Scheme,
    model.Example,
]
FIELDS = sorted({field.name for kind in MODELS for field in dataclasses.fields(kind)})


@pytest.mark.parametrize("name", FIELDS)
def test_each_pack_field_stands_in_the_format_page(name: str) -> None:
    assert f"`{name}`" in FORMAT or f"{name}:" in FORMAT


@pytest.mark.parametrize("place", sorted(forms.FIELD_PLACES | forms.FUND_PLACES | forms.ROW_PLACES | forms.TOTAL_PLACES | forms.MANAGEMENT_PLACES))
def test_each_place_of_a_form_stands_in_its_page(place: str) -> None:
    assert f"`{place}`" in FORMS_PAGE


@pytest.mark.parametrize("name", command_names())
def test_each_command_is_in_the_readme_and_the_reference(name: str) -> None:
    assert f"./run {name}" in README
    assert f"## `jiheng {name}" in commands_page()


@pytest.mark.parametrize("code", sorted(RULES))
def test_each_rule_says_what_it_looks_for(code: str) -> None:
    entry = load_rulebook().national.rules[code]
    assert (RULES[code].__doc__ or "").strip()
    assert entry.title
    assert entry.cites


def test_each_page_of_the_docs_stands_in_the_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))]
    assert [page for page in pages if page not in menu and not page.startswith("decisions/0")] == []
