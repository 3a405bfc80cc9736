"""Read after write is the identity on the fields a form prints: every form in every format, and every real form in the form it was read from."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiheng.domain.evaluation import Evaluation
from jiheng.exporters.layout.coverage import field_values, prints
from jiheng.exporters.layout.form import form_layout
from jiheng.importers import parse, read, recognise
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.forms import Form
from strategies import evaluations

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "forms" / "docs"
"""Real forms, where they are beside the repository; else the project's own examples."""
DOCUMENTS = sorted((CORPUS if CORPUS.exists() else ROOT / "examples").glob("*.*"))
RULEBOOK = load_rulebook()
FORMATS = ("xlsx", "docx", "pdf")
NIGHTLY = os.environ.get("JIHENG_NIGHTLY") == "1"
settings.register_profile("round-trip", max_examples=200 if NIGHTLY else 20, deadline=None, derandomize=not NIGHTLY, database=None)


def written(form: Form, evaluation: Evaluation, kind: str) -> bytes:
    content = importlib.import_module(f"jiheng.exporters.writers.{kind}").write(form_layout(form, evaluation))
    assert isinstance(content, bytes)
    return content


def differences(form: Form, evaluation: Evaluation, kind: str) -> list[tuple[str, object, object]]:
    """Every printed field that is not read back as it was written: place, written, read."""
    found = [parse(draft).evaluation for draft in recognise(read(written(form, evaluation, kind), f"表.{kind}"), RULEBOOK.labels)]
    if len(found) != 1:
        return [("forms", 1, len(found))]
    there, back = (
        {pointer: folded(value, kind) for pointer, value in field_values(one) if prints(form, one, pointer)} for one in (evaluation, found[0])
    )
    if evaluation.title is None:
        back.pop("/title", None)  # the form prints its own where the file had none
    return [(pointer, there.get(pointer), back.get(pointer)) for pointer in sorted(there | back) if there.get(pointer) != back.get(pointer)]


def folded(value: object, kind: str) -> object:
    """Texts without blanks where the format wraps lines of its own accord: a PDF does not say whether a line end was a blank."""
    if isinstance(value, tuple):
        return tuple(folded(part, kind) for part in value)
    return "".join(value.split()) if isinstance(value, str) and kind == "pdf" else " ".join(value.split()) if isinstance(value, str) else value


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", RULEBOOK.forms)
@settings(settings.get_profile("round-trip"), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_is_read_back(name: str, kind: str, data: st.DataObject) -> None:
    form = RULEBOOK.forms[name]
    assert differences(form, data.draw(evaluations(form)), kind) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_real_form_comes_back_from_the_form_it_was_read_from(path: Path) -> None:
    for draft in recognise(read(path.read_bytes(), path.name), RULEBOOK.labels):
        evaluation = parse(draft).evaluation
        form = next(form for form in RULEBOOK.forms.values() if evaluation.template in form.serves)
        assert {kind: found for kind in FORMATS if (found := differences(form, evaluation, kind))} == {}
