"""Rows judged from the columns that judging needs: the same results as from all of them, and a form for the interpreter still gets the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from batch.across_forms import dossier, filed, fund, row
from jiheng.batch.chosen import Choice, judged
from jiheng.batch.jobs import CODED
from jiheng.batch.judge import FORM_COLUMNS, compile_law, judge
from jiheng.batch.schema import AMOUNTS, RESULTS
from jiheng.batch.store import Group, groups, write
from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import FundLine
from jiheng.domain.value import Money
from jiheng.rulebook import load_rulebook

NATIONAL = "cn-2020"
ROWS = (row("≥100人", "50人", "40", "20"), row("逐步提高", "逐步提高", "50", "50", name="满意程度"))
UNREAD = Money("若干", None)


def money(number: int, *lines: FundLine) -> Dossier:
    """A form with money lines."""
    return dossier(filed(f"项目{number}", rows=ROWS, funds=lines or (fund(initial="90", adjusted="100", spent="80"),), total="70"))


def shared(number: int) -> Dossier:
    """A form with a score shared by two rows, which columns cannot express."""
    plain = money(number)
    evaluation = plain.evaluation
    assert evaluation is not None
    return replace(plain, evaluation=replace(evaluation, printed=replace(evaluation.printed, group_scores=((0, 1),))))


def group_of(folder: Path, *forms: Dossier) -> Group:
    """The forms as the only row group of a data set."""
    write(folder, forms)
    (group,) = groups(folder)
    return group


def spared(group: Group) -> set[str]:
    """The amounts whose prints are left out."""
    return set(AMOUNTS) - set(group.read(sparing=True).funds.column_names)


def test_prints_are_left_out_where_all_of_them_could_be_read(tmp_path: Path) -> None:
    assert spared(group_of(tmp_path / "read", money(1), money(2))) == set(AMOUNTS)
    unread = replace(fund(adjusted="100", spent="80"), allotted=UNREAD)
    assert spared(group_of(tmp_path / "unread", money(1), money(2, unread))) == set(AMOUNTS) - {"allotted"}


def test_prints_are_kept_where_the_file_tells_nothing_of_blanks(tmp_path: Path) -> None:
    group = group_of(tmp_path, money(1))
    path = group.part.file("funds")
    held = pq.ParquetFile(path)
    table, metadata = held.read(), held.schema_arrow.metadata
    pq.write_table(table.replace_schema_metadata(metadata), path, write_statistics=False)
    assert spared(groups(tmp_path)[0]) == set()


@pytest.mark.xdist_group("kernels")
@pytest.mark.parametrize("laws", [(NATIONAL,), (NATIONAL, "cn-gd-2022")])
def test_sparing_changes_no_result(tmp_path: Path, laws: tuple[str, ...]) -> None:
    unread = replace(fund(adjusted="100", spent="80"), initial_budget=UNREAD)
    group = group_of(tmp_path, money(1), money(2, unread), shared(3), money(4), shared(5))
    choices = [Choice(laws[at % len(laws)]) for at in range(5)]
    sparing = group.read(dictionary=CODED, sparing=True)
    found, due = judged(sparing, choices, group.read), judged(group.read(), choices)
    assert due.totals["interpreted"].to_pylist() == [False, False, True, False, True]
    for table in RESULTS:
        assert getattr(found, table).to_pylist() == getattr(due, table).to_pylist()


@pytest.mark.xdist_group("kernels")
def test_the_columns_of_forms_that_judging_names_are_enough(tmp_path: Path) -> None:
    group, law = group_of(tmp_path, money(1), shared(2)), compile_law(load_rulebook().pack(NATIONAL))
    few = group.read({"forms": FORM_COLUMNS}, sparing=True)
    assert few.forms.column_names == list(FORM_COLUMNS)
    for table in RESULTS:
        assert getattr(judge(*few, law, whole=group.read), table).to_pylist() == getattr(judge(*group.read(), law), table).to_pylist()
