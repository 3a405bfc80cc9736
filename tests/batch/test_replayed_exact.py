"""What a replay adds up is what the interpreter says form by form, to the last digit; and it adds up alike in any order and any portions."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batch.replays import between, by_hand, check, compared, compiled, merged, real_dossiers
from batch.test_judge import dossiers_of, forms
from builders import JIANGMEN, NATIONAL, formula, law, pack
from jiheng.batch.columns import Tables, tables_of
from jiheng.batch.judge import CompiledLaw
from jiheng.batch.replayed.changes import Changes
from jiheng.batch.replayed.parted import cut
from jiheng.domain.evaluation import Evaluation
from jiheng.rulebook import load_rulebook

pytestmark = pytest.mark.xdist_group("kernels")  # compiled once
PACKS = load_rulebook().ids()
PAIRS = [(NATIONAL, "cn-hb-2020"), (NATIONAL, "example-2020"), (JIANGMEN, "cn-module-2021"), ("cn-cq-2021", JIANGMEN), ("example-2020", NATIONAL)]


@pytest.fixture(scope="module")
def real() -> Tables:
    return tables_of(real_dossiers())


@pytest.mark.parametrize("new", PACKS)
def test_real_forms_under_every_law(new: str, real: Tables) -> None:
    check(compared(real, compiled(NATIONAL), compiled(new)).whole(), by_hand(real, pack(NATIONAL), pack(new)))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(st.lists(forms, min_size=1, max_size=4), st.sampled_from(PAIRS))
def test_drawn_forms(evaluations: list[Evaluation], pair: tuple[str, str]) -> None:
    tables, (old, new) = tables_of(dossiers_of(evaluations)), pair
    check(compared(tables, compiled(old), compiled(new)).whole(), by_hand(tables, pack(old), pack(new)))


def test_a_draft_that_columns_cannot_express_is_replayed_by_the_interpreter(real: Tables) -> None:
    draft = law(NATIONAL, at_least=formula("PASS-LINE", pass_line=Decimal("0.855")))
    assert CompiledLaw(draft).numbers is None
    check(compared(real, compiled(NATIONAL), CompiledLaw(draft)).whole(), by_hand(real, pack(NATIONAL), draft))


@pytest.mark.parametrize("name", [NATIONAL, JIANGMEN, "example-2020"])
def test_a_law_against_itself_changes_nothing(name: str, real: Tables) -> None:
    changes = compared(real, compiled(name), compiled(name))
    tally = changes.whole()
    assert tally.count("forms") == real.forms.num_rows > 0
    assert (tally.least, tally.most) in {(0, 0), (None, None)}
    assert not any(tally.count(kind) for kind in ("rows_changed", "money_changed", "totals_changed", "up", "down", "grades_changed", "totals_lost"))
    assert not any(tally.sums[family] for family in ("grade_causes", "bases", "appeared", "vanished", "severities", "reason_rows", "reason_points"))
    assert changes.affected == []


@pytest.fixture(scope="module")
def parts(real: Tables) -> tuple[Changes, list[Changes]]:
    """The changes of all forms together, and of each of them alone."""
    old, new = compiled(NATIONAL), compiled("example-2020")
    alone = [compared(cut(real, np.array([at])), old, new) for at in range(min(real.forms.num_rows, 12))]
    return compared(cut(real, np.arange(len(alone))), old, new), alone


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_portions_add_up_to_the_same_bytes(parts: tuple[Changes, list[Changes]], data: st.DataObject) -> None:
    together, alone = parts
    order = data.draw(st.permutations(range(len(alone))))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(len(alone) - 1, 1)))) - {len(alone)})
    groups = [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(alone)], strict=True)]
    carried = [Changes.from_bytes(merged([alone[at] for at in group], 5).to_bytes()) for group in groups]
    assert merged(carried, 5).to_bytes() == together.to_bytes()


def test_a_grade_moves_by_its_total_or_by_the_boundaries(real: Tables) -> None:
    grades = pack(NATIONAL).scheme.grades.value
    raised = tuple(type(grade)(grade.name, grade.low + 9) if grade.low else grade for grade in grades)
    tally = between(pack(NATIONAL), law(grades=raised), real_dossiers()).whole()
    assert tally.count("totals_changed") == 0
    assert set(tally.sums["grade_causes"]) == {"boundary"}
    assert tally.sums["grade_causes"]["boundary"] == tally.count("grades_changed") > 0
    down = compared(real, compiled(NATIONAL), compiled("example-2020")).whole()
    assert set(down.sums["grade_causes"]) <= {"total"}  # both have the same grades
