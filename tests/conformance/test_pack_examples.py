"""The worked examples that packs carry, run by the scoring they describe."""

from __future__ import annotations

import pytest

from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import Example, RulePack
from jiheng.scoring.examples import run_example

PACKS = [load_rulebook().pack(name) for name in load_rulebook().ids()]
CASES = [pytest.param(law, example, id=f"{law.id} {example.name}") for law in PACKS for example in law.examples]


@pytest.mark.parametrize(("law", "example"), CASES)
def test_a_worked_example_scores_as_the_pack_says(law: RulePack, example: Example) -> None:
    line = run_example(law, example)
    assert (line.score, line.basis) == (example.score, example.basis), "\n".join(line.trace)
    if example.method is not None:
        assert line.method == example.method


@pytest.mark.parametrize("law", PACKS, ids=lambda law: law.id)
def test_every_pack_that_scores_carries_examples_with_unlike_names(law: RulePack) -> None:
    names = [example.name for example in law.examples]
    assert bool(names) is law.scheme.scored.value
    assert len(names) == len(set(names))
