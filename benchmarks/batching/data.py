"""Made-up evaluations as a data set of ``jiheng.batch.schema``: seeded, rich in exact rounding ties, wrong in the ways of the field.

``python -m batching.data FOLDER --rows 2000000`` writes one; row group g depends on the seed and g alone, so pieces can be made apart.
Beside the data set, ``truth/`` holds the integers each row was printed from, for a check that no reader of texts has a part in.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from batching import words as w
from batching.purse import Purses, fund_columns, purses
from batching.rows import Kinds, Layout, Rows, claimed, row_columns, rows_of
from batching.texts import Whole, joined, points, sums, taken
from numpy.random import Generator

from jiheng.batch.schema import FORMS, FORMS_PER_GROUP, FUNDS, INDICATORS
from jiheng.rulebook import load_rulebook

PACK = "cn-2020"
ROWS_PER_FORM = 20
TRUTH = pa.schema([("a", pa.int64()), ("b", pa.int64()), ("weight", pa.int64()), ("how", pa.int8())])
COLUMNS = "actual,{}level1,level2,name,{}score,target,{}weight"


class Group(NamedTuple):
    """The forms of one row group, and what their rows were printed from."""

    forms: pa.Table
    indicators: pa.Table
    funds: pa.Table
    truth: pa.Table


class Made(NamedTuple):
    """What was written."""

    forms: int
    rows: int
    seconds: float


def generate(folder: Path, rows: int, *, seed: int = 20, truth: bool = True) -> Made:
    """Write a data set of about so many rows (20 to a form) into an empty or new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    begun, total, written = time.perf_counter(), max(1, rows // ROWS_PER_FORM), 0
    groups = -(-total // FORMS_PER_GROUP)
    for index, (year, place) in enumerate(w.PARTITIONS):
        members = [g for g in range(groups) if g * len(w.PARTITIONS) // groups == index]
        if members:
            pieces = (group(seed, g, min(FORMS_PER_GROUP, total - g * FORMS_PER_GROUP), year) for g in members)
            written += _write(folder, f"fiscal_year={year}/place={place}", pieces, truth=truth)
    return Made(total, written, time.perf_counter() - begun)


def _write(folder: Path, part: str, pieces: Iterator[Group], *, truth: bool) -> int:
    (folder / "data" / part).mkdir(parents=True)
    (folder / "truth" / part).mkdir(parents=True)
    places = {"forms": FORMS, "indicators": INDICATORS, "funds": FUNDS}
    writers = {name: pq.ParquetWriter(folder / "data" / part / f"{name}.parquet", schema) for name, schema in places.items()}
    known = pq.ParquetWriter(folder / "truth" / part / "truth.parquet", TRUTH)
    written = 0
    for piece in pieces:
        for name, writer in writers.items():
            table: pa.Table = getattr(piece, name)
            writer.write_table(table, row_group_size=max(1, table.num_rows))
        if truth:
            known.write_table(piece.truth, row_group_size=piece.truth.num_rows)
        written += piece.indicators.num_rows
    for writer in (*writers.values(), known):
        writer.close()
    return written


_KINDS: list[Kinds] = []


def _kinds() -> Kinds:
    if not _KINDS:
        _KINDS.append(Kinds(load_rulebook().pack(PACK)))
    return _KINDS[0]


def group(seed: int, index: int, forms: int, year: int) -> Group:
    """Row group ``index`` of a data set."""
    rng, kinds = np.random.default_rng([seed, index]), _kinds()
    layout, lines, scored = _layout(rng, forms, year)
    rows = claimed(rng, rows_of(rng, layout, kinds), layout, kinds)
    purse = purses(rng, forms, layout.perfect, scored, lines)
    columns, how = row_columns(rng, rows, layout, kinds)
    truth = {"a": rows.a, "b": rows.b, "weight": rows.weight, "how": how.astype(np.int8)}
    return Group(
        pa.table(_form_columns(rng, index, layout, rows, purse), schema=FORMS),
        pa.table(columns, schema=INDICATORS),
        pa.table(fund_columns(rng, purse), schema=FUNDS),
        pa.table(truth, schema=TRUTH),
    )


def _layout(rng: Generator, forms: int, year: int) -> tuple[Layout, Whole, Any]:
    """Twenty rows to a form on the average: pairs of forms have as many rows more and less."""
    more = np.repeat(rng.integers(0, 7, -(-forms // 2)), 2)[:forms]
    count = ROWS_PER_FORM + np.where(np.arange(forms) % 2, -more, more)
    if forms % 2:
        count[-1] = ROWS_PER_FORM
    odds = rng.random((5, forms))
    lines = np.select([odds[0] < 0.04, odds[0] < 0.19], [0, 1], 3)
    scored = (odds[1] < 0.9) & (lines > 0)
    layout = Layout(
        rows=count,
        starts=np.cumsum(count) - count,
        form=np.repeat(np.arange(forms), count),
        perfect=odds[2] < 0.06,
        evidence=odds[3] < 0.75,
        reason=odds[4] < 0.92,
        unit_column=rng.random(forms) < 0.05,
        money=scored,
        year=year,
    )
    return layout, lines, scored


def _form_columns(rng: Generator, index: int, layout: Layout, rows: Rows, purse: Purses) -> dict[str, pa.Array | list[Any]]:
    n, odds = len(layout.rows), rng.random((6, len(layout.rows)))
    digest = [f"{index:04x}{number:012x}" for number in rng.integers(0, 1 << 48, n)]
    total, blank = _totals(rng, layout, rows, purse)
    grade = np.select([total >= 9000, total >= 8000, total >= 6000], [0, 1, 2], 3)
    grade = np.where(odds[0] < 0.015, (grade + 1) % 4, grade)
    pack = load_rulebook().pack(PACK).identity
    stated_weight = np.where(odds[1] < 0.006, 9900, 10_000)
    shown = layout.evidence + 2 * layout.reason + 4 * layout.unit_column
    columns = [COLUMNS.format("evidence," * (k & 1), "reason," * (k >> 1 & 1), "unit," * (k >> 2)) for k in range(8)]
    printed = ["", "adjusted_budget,disbursed,initial_budget", "adjusted_budget,allotted,disbursed,initial_budget,rate,score"]
    projects = [f"{thing}{end}" for thing in w.PLACES_OF_WORK for end in w.PROJECTS]
    none = np.zeros(n, bool)
    return {
        "form": [f"{text}-0" for text in digest],
        "document": joined(taken(projects, rng.integers(0, len(projects), n)), "自评表.xlsx"),
        "on": [f"{layout.year}-12-31"] * n,
        "kind": ["project"] * n,
        "template": pa.nulls(n, pa.string()),
        "pack": [pack.id] * n,
        "pack_digest": [pack.digest] * n,
        "project_name": taken(projects, rng.integers(0, len(projects), n)),
        "supervising_department": taken(w.DEPARTMENTS, rng.integers(0, len(w.DEPARTMENTS), n)),
        "implementing_unit": taken(w.DEPARTMENTS, rng.integers(0, len(w.DEPARTMENTS), n)),
        "indicators": pa.array(layout.rows, pa.int32()),
        "fund_lines": pa.array(purse.lines, pa.int32()),
        "stated_weight": points(stated_weight, blank=odds[2] < 0.4),
        "stated_score": points(total, blank=blank),
        "stated_grade": taken(w.GRADES, grade, blank=(odds[3] < 0.6) | blank),
        "printed_totals": pa.nulls(n, pa.string()),
        "printed_columns": taken(columns, shown.astype(np.int64)),
        "printed_amounts": taken(printed, np.where(purse.lines == 0, 0, np.where(purse.scored, 2, 1))),
        "flat": pa.array(~none),
        "rest": ["{}"] * n,
    }


def _totals(rng: Generator, layout: Layout, rows: Rows, purse: Purses) -> tuple[Whole, Any]:
    """Stated totals: the sum of what is claimed in most forms; a little off, twice weighted or blank in others."""
    n = len(layout.rows)
    claims = np.where(rows.unstated, 0, rows.stated)
    right = sums(claims, layout.starts) + np.where(purse.scored, purse.stated, 0)
    twice = sums(claims * np.maximum(rows.weight, 0), layout.starts) + np.where(purse.scored, purse.stated * 1000, 0)
    odds = rng.random(n)
    total = np.select([odds < 0.02, odds < 0.03, odds < 0.034], [right + rng.integers(1, 60, n), right - 100, (twice + 5000) // 10_000], right)
    return np.where(layout.perfect & (odds < 0.9), right, total), (odds > 0.98) & ~layout.perfect


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    print(json.dumps(generate(options.folder, options.rows, seed=options.seed)._asdict()))


if __name__ == "__main__":
    main()
