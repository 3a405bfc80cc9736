"""The batch in Polars, tuned: chunks of a million rows, whole numbers of hundredths, each distinct text read once, one lazy query a step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from batching import terms as t
from batching.polars_codes import form_codes, row_codes
from batching.polars_money import purses
from batching.polars_texts import ABSENT, DATE, GRADE, OPERATORS, PLACEHOLDER, TEXT, cents, coded, names_of, reasons_of, units_of, values_of

CHUNK = 1_000_000
WIDEST = 2**62
COLUMNS = {
    "forms": [
        "form",
        "project_name",
        "indicators",
        "fund_lines",
        "stated_weight",
        "stated_score",
        "stated_grade",
        "printed_columns",
        "printed_amounts",
    ],
    "indicators": ["level2", "name", "target", "actual", "unit_column", "weight", "stated_score", "reason", "criteria", "evidence"],
    "funds": ["initial_budget_yuan", "adjusted_budget_yuan", "allotted_yuan", "disbursed_yuan", "weight", "stated_rate", "stated_score"],
}


def chunks(data: Path) -> Iterator[dict[str, pl.DataFrame]]:
    """Forms, indicators and funds, about a million rows at a time, whole row groups over the partitions."""
    pieces: dict[Path, dict[str, tuple[int, int]]] = {}
    rows = 0
    for part in t.parts(data):
        metas = {name: pq.ParquetFile(part / f"{name}.parquet").metadata for name in COLUMNS}
        starts = dict.fromkeys(COLUMNS, 0)
        for group in range(metas["forms"].num_row_groups):
            sizes = {name: meta.row_group(group).num_rows for name, meta in metas.items()}
            if rows and rows + sizes["indicators"] > CHUNK:
                yield _read(pieces)
                pieces, rows = {}, 0
            known = pieces.setdefault(part, {name: (starts[name], 0) for name in COLUMNS})
            pieces[part] = {name: (first, count + sizes[name]) for name, (first, count) in known.items()}
            starts = {name: starts[name] + sizes[name] for name in COLUMNS}
            rows += sizes["indicators"]
    if rows:
        yield _read(pieces)


def _read(pieces: dict[Path, dict[str, tuple[int, int]]]) -> dict[str, pl.DataFrame]:
    def scan(name: str) -> list[pl.LazyFrame]:
        scans = {part: pl.scan_parquet(part / f"{name}.parquet", hive_partitioning=False).select(COLUMNS[name]) for part in pieces}
        return [frame.slice(*pieces[part][name]) for part, frame in scans.items()]

    return {name: pl.concat(scan(name)).collect().rechunk() for name in COLUMNS}


def read_rows(rows: pl.DataFrame, form: np.ndarray) -> tuple[pl.DataFrame, int]:
    """Rows with what their texts say, and the number of the unit ``%``."""
    (target, actual), texts = coded(rows["target"], rows["actual"])
    (name,), names = coded(rows["name"])
    (column,), columns = coded(rows["unit_column"])
    (reason,), reasons = coded(rows["reason"])
    values, outside, percent = units_of(values_of(texts), columns)
    values = values.with_columns(text=coded(values["text"])[0][0])
    numbers = rows.select(
        "criteria",
        w=cents("weight"),
        s=cents("stated_score"),
        coarse=pl.col("stated_score").str.slice(-2, 1) == ".",
        cost=pl.col("level2").str.contains("成本", literal=True),
        bare=pl.col("evidence").is_null(),
        unproved=pl.col("evidence").is_null() | pl.col("evidence").is_in(['["无"]', '["/"]']),
    )
    frames = [
        numbers,
        values.drop("signed", "tier")[target].select(pl.all().name.prefix("t_")),
        values.drop("op", "about")[actual].select(pl.all().name.prefix("a_")),
        outside[column].select(pl.all().name.prefix("o_")),
        names_of(names)[name],
        reasons_of(reasons)[reason],
    ]
    return pl.concat(frames, how="horizontal").with_columns(f=pl.Series(form)), percent


def united(rows: pl.DataFrame, percent: int) -> pl.LazyFrame:
    """Both numbers in one unit, the direction, whether the target is met."""
    number = {
        side: pl.col(f"{side}_number")
        * pl.when(pl.col(f"{side}_unit").is_not_null() | (pl.col(f"{side}_times") > 1))
        .then(1)
        .when(pl.col(f"{other}_unit").is_not_null())
        .then(pl.col(f"{other}_times"))
        .otherwise(pl.col("o_times").fill_null(1))
        for side, other in (("t", "a"), ("a", "t"))
    }
    bare = {side: (pl.col(f"{side}_number") > 0) & (pl.col(f"{side}_number") <= 100) & pl.col(f"{side}_unit").is_null() for side in "ta"}
    odd = ((pl.col("t_unit") == percent) & bare["a"] & (pl.col("t_number") > 100)) | (
        (pl.col("a_unit") == percent) & bare["t"] & (pl.col("a_number") > 100)
    )
    fits = pl.col("t_unit").is_null() | pl.col("a_unit").is_null() | (pl.col("t_unit") == pl.col("a_unit"))
    numeric = pl.col("t_number").is_not_null() & pl.col("a_number").is_not_null() & fits & ~odd.fill_null(value=False)
    least = pl.when(pl.col("negative") | pl.col("cost")).then(OPERATORS["≤"]).otherwise(OPERATORS["≥"])
    return (
        rows.lazy()
        .with_columns(
            fits=fits,
            numeric=numeric,
            unit=pl.coalesce("t_unit", "a_unit", "o_unit"),
            op=pl.coalesce("t_op", least),
            t_kind=pl.col("t_kind").fill_null(ABSENT),
            a_kind=pl.col("a_kind").fill_null(ABSENT),
        )
        .with_columns(a=pl.when("numeric").then(number["t"]), b=pl.when("numeric").then(number["a"]), ceiling=pl.col("op") >= OPERATORS["<"])
        .with_columns(met=pl.when("ceiling").then(pl.col("b") <= pl.col("a")).otherwise(pl.col("b") >= pl.col("a")))
    )


def scored(rows: pl.DataFrame, percent: int) -> pl.DataFrame:
    """Points and basis of each row; products in 64 bits where they fit, else in 128."""
    frame = united(rows, percent).collect()
    wide = 2 * (frame["w"].max() or 0) * (frame["b"].max() or 0) + (frame["a"].max() or 0) >= WIDEST
    kind = pl.Int128 if wide else pl.Int64
    w, s, a, b = (pl.col(name) for name in "wsab")
    positive = b.clip(lower_bound=0)
    part = ((2 * w.cast(kind) * positive.cast(kind) + a.cast(kind)) // (2 * a.cast(kind))).cast(pl.Int64)
    cost_rate = pl.col("t_op").is_null() & ~pl.col("negative") & pl.col("cost") & pl.col("rate") & (pl.col("unit") == percent)
    answered = (pl.col("t_kind") == GRADE) & pl.col("t_answer").is_not_null()
    earned = (
        pl.when(~pl.col("numeric")).then(
            pl.when(~pl.col("fits") | (pl.col("t_kind") == PLACEHOLDER)).then(None)
            .when((pl.col("t_kind") == DATE) & (pl.col("a_kind") == DATE)).then(pl.when(pl.col("a_day") <= pl.col("t_day")).then(w))
            .when(answered).then(pl.when(pl.col("a_answer") == pl.col("t_answer")).then(w).when(pl.col("a_answer").is_not_null()).then(0))
        )
        .when(cost_rate).then(pl.when(a == b).then(w))
        .when(a == 0).then(pl.when((pl.col("op") <= OPERATORS[">"]) | (b <= 0)).then(w).otherwise(0))
        .when(pl.col("ceiling")).then(pl.when(positive <= a).then(w))
        .when(b >= a).then(w)
        .otherwise(part)
    )  # fmt: skip
    bounds = _tier_bounds(w)
    worded = pl.col("t_kind").is_in([TEXT, GRADE]) & pl.col("a_kind").is_in([TEXT, GRADE, ABSENT]) & s.is_between(*bounds)
    held = pl.when(~pl.col("numeric") & pl.col("fits") & pl.col("earned").is_null()).then(
        pl.when(answered).then(pl.when(s.is_between(0, w)).then(s)).when(worded).then(s)
    )
    return (
        frame.lazy()
        .with_columns(earned=pl.when(w.is_not_null()).then(earned))
        .with_columns(score=pl.coalesce("earned", pl.when(w.is_not_null()).then(held)), formula=pl.col("earned").is_not_null())
        .with_columns(carried=pl.coalesce("score", pl.min_horizontal(s.fill_null(0), w).clip(lower_bound=0)))
        .collect()
    )


def _tier_bounds(w: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    tier = pl.col("a_tier")
    low = pl.coalesce([pl.when(tier == at).then((w * low + 5) // 10) for at, (_, low, _, _) in enumerate(t.TIERS)])
    high = pl.coalesce(
        [pl.when(tier == at).then((w * high + 5) // 10 - (0 if inclusive else 1)) for at, (_, _, high, inclusive) in enumerate(t.TIERS)]
    )
    return low, pl.when(tier == 0).then(high).otherwise(pl.max_horizontal(low, high))


def judged(chunk: dict[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    forms = chunk["forms"]
    counts = forms["indicators"].to_numpy()
    starts = np.cumsum(counts) - counts
    form = np.repeat(np.arange(len(forms), dtype=np.int32), counts)
    read, percent = read_rows(chunk["indicators"], form)
    rows = scored(read.with_columns(k=pl.Series(np.arange(len(form)) - starts[form], dtype=pl.Int32)), percent)
    money = purses(chunk["funds"], forms)
    totals, found = form_codes(rows, forms, money)
    found += row_codes(rows, totals, percent)
    findings = _named(found, forms)
    return rows.select("score"), totals.select("form", "total", "money"), findings


def _named(found: list[pl.DataFrame], forms: pl.DataFrame) -> pl.DataFrame:
    whole = pl.concat(found)
    return whole.select(form=forms["form"].gather(whole["f"]), row="row", code="code")


def run(data: Path, out: Path) -> int:
    rows = 0
    for index, chunk in enumerate(chunks(data)):
        for name, table in zip(("scores", "totals", "findings"), judged(chunk), strict=True):
            (out / name).mkdir(parents=True, exist_ok=True)
            table.write_parquet(out / name / f"{index}.parquet")
        rows += len(chunk["indicators"])
    return rows


if __name__ == "__main__":
    t.measured(run)
