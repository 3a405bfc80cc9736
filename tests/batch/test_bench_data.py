"""The batch benchmark: its made-up forms are valid data, its contestants find the same, and its comparison notices when they do not."""

from __future__ import annotations

import importlib
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from jiheng import scoring
from jiheng.batch import schema
from jiheng.batch.columns import readings
from jiheng.batch.store import groups
from jiheng.rulebook import load_rulebook

pytestmark = pytest.mark.xdist_group("kernels")  # compiled once
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
FORMS, ROWS = 200, 4000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    benchmark("data").generate(folder / "forms", ROWS)
    benchmark("data").generate(folder / "small", 40)
    return folder


def benchmark(name: str) -> ModuleType:
    sys.path.append(str(BENCHMARKS))
    try:
        return importlib.import_module(f"batching.{name}")
    finally:
        sys.path.remove(str(BENCHMARKS))  # a script there has the name of a folder of tests, which new processes would find instead


def contest(bench: Path, script: str, *options: str, name: str | None = None) -> Path:
    out = bench / "out" / (name or script)
    command = [sys.executable, "-m", f"batching.{script}", *options, str(bench / "small"), str(bench / "forms"), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=BENCHMARKS)  # noqa: S603 - the benchmark's own scripts
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def ours(bench: Path) -> Path:
    return contest(bench, "ours")


def test_forms_come_back_as_dossiers_and_score_as_they_were_made(bench: Path) -> None:
    rows, law = benchmark("rows"), load_rulebook().pack("cn-2020")
    truth = [row for path in sorted((bench / "forms" / "truth").rglob("*.parquet")) for row in pq.read_table(path).to_pylist()]
    at, forms, checked = 0, 0, 0
    for group in groups(bench / "forms" / "data"):
        for reading in readings(group.read()):
            assert reading.dossier.evaluation is not None
            assert reading.dossier.on is not None
            card = scoring.score(scoring.interpret(reading.dossier.evaluation, law, on=reading.dossier.on))
            lines = {line.subject: line for line in card.lines}
            for index in range(len(reading.dossier.evaluation.indicators)):
                made, line = truth[at + index], lines[f"/indicators/{index}"]
                if made["how"] != rows.UNCHECKED:
                    assert line.score == expected(made, rows), (reading.form, index)
                    checked += 1
            at, forms = at + len(reading.dossier.evaluation.indicators), forms + 1
    assert (forms, at) == (FORMS, len(truth)) == (FORMS, ROWS)
    assert checked > ROWS * 3 // 4


def expected(made: dict[str, int], rows: ModuleType) -> Decimal | None:
    a, b, weight, how = made["a"], made["b"], made["weight"], made["how"]
    if how == rows.RATIO and max(b, 0) < a:
        return Decimal((2 * weight * max(b, 0) + a) // (2 * a)) / 100
    full = {rows.RATIO: True, rows.CEILING: b <= a, rows.ZERO: b <= 0, rows.ZERO_AT_LEAST: True, rows.EQUAL: a == b}[how]
    return Decimal(weight if full else 0) / 100 if full or how == rows.ZERO else None


def test_the_same_seed_gives_the_same_forms_and_another_gives_others() -> None:
    group = benchmark("data").group
    first, again, other = group(1, 0, 50, 2023), group(1, 0, 50, 2023), group(2, 0, 50, 2023)
    assert first.indicators.equals(again.indicators)
    assert first.forms.equals(again.forms)
    assert not first.forms["form"].equals(other.forms["form"])
    assert first.indicators.schema.equals(schema.INDICATORS)
    assert first.funds.schema.equals(schema.FUNDS)


def test_missed_rows_are_rich_in_exact_ties() -> None:
    truth = benchmark("data").group(3, 0, 4000, 2023).truth.to_pylist()
    missed = [row for row in truth if row["how"] == benchmark("rows").RATIO and 0 <= row["b"] < row["a"]]
    tops = [(2 * row["weight"] * row["b"], row["weight"] * row["b"], row["a"]) for row in missed]
    ties = sum(double % a == 0 and single % a != 0 for double, single, a in tops)
    assert 0.07 < ties / len(missed) < 0.10
    assert 0.10 < len(missed) / len(truth) < 0.20


def test_our_scores_are_those_of_big_integers(bench: Path, ours: Path) -> None:
    compare = benchmark("compare")
    exact = compare.exactness(bench / "forms", compare.results(ours).scores)
    assert exact.wrong == 0
    assert exact.checked > ROWS * 3 // 4
    assert exact.wrong_by_floats > 0


@pytest.mark.parametrize("peer", ["naive", "duckdb", "polars"])
def test_contestants_find_the_same(bench: Path, ours: Path, peer: str) -> None:
    compare = benchmark("compare")
    assert compare.differences(compare.results(ours), compare.results(contest(bench, peer))) == {}


def test_a_difference_is_counted_by_its_code(ours: Path) -> None:
    compare, terms = benchmark("compare"), benchmark("terms")
    mine = compare.results(ours)
    changed = mine.scores.copy()
    changed[:3] += 1
    one = mine.found["code"].to_pylist()[0]
    fewer = mine._replace(found=mine.found.slice(1), scores=changed)
    assert compare.differences(mine, fewer) == {"scores": 3, terms.COMPARED[one]: 1}


def test_enough_codes_are_compared_and_found(ours: Path) -> None:
    compare, terms = benchmark("compare"), benchmark("terms")
    codes = importlib.import_module("jiheng.batch.codes").CODES
    assert len(set(terms.COMPARED)) == len(terms.COMPARED) >= 36
    assert set(terms.COMPARED) <= set(codes)
    found = {terms.COMPARED[code] for code in compare.results(ours).found["code"].unique().to_pylist()}
    assert len(found) >= 30


@pytest.mark.parametrize("peer", ["pandera", "great_expectations"])
def test_row_rules_of_peers_name_the_same_rows(bench: Path, peer: str) -> None:
    compare, checks = benchmark("compare"), benchmark("checks")
    ours = compare.results(contest(bench, "ours", "--only", ",".join(checks.CHECKED), name="ours_rules"))
    out = contest(bench, "checks", peer, name=peer)
    assert pq.read_table(out / "failures.parquet").num_rows > 0
    assert compare.failures_apart(bench / "forms", ours, out, checks.CHECKED) == 0
    missing = pa.table({"row": pa.array([], pa.int64()), "code": pa.array([], pa.int8())})
    pq.write_table(missing, out / "failures.parquet")
    assert compare.failures_apart(bench / "forms", ours, out, checks.CHECKED) > 0
