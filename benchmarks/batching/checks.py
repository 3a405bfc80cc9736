"""Rules with row-level evidence by pandera and great_expectations: the codes both can express on single rows, each with its failing rows.

``python -m batching.checks pandera SMALL DATA OUT``; writes row number and code of every failure.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from batching import terms as t

CHECKED: Final = (
    "actual.missing", "actual.operator", "operator.doubled", "operator.glyph-repaired", "score.exceeds-weight", "score.missing", "score.negative",
    "target.approximate", "target.missing", "target.placeholder", "weights.concentrated", "weights.zero",
)  # fmt: skip
_PLAIN_MARKS: Final = "|".join(mark for mark in sorted(t.MARKS, key=len, reverse=True) if mark != "达到")
PATTERNS: Final = {
    "target.placeholder": ("target", t.PLACEHOLDER),
    "target.approximate": ("target", "约"),
    "operator.doubled": ("both", "[≥≤≧≦]{2}"),
    "operator.glyph-repaired": ("both", t.GLYPHS),
    "actual.operator": ("actual", rf"^(?!.*约)(?:(?:{_PLAIN_MARKS})|.*(?:{t.SUFFIX})$)"),
}
LEAST: Final = {"score.negative": "stated", "score.exceeds-weight": "spare"}
PRESENT: Final = {"score.missing": "due", "target.missing": "target_due", "actual.missing": "actual_due"}
MOST_POINTS: Final = 30


def frames(data: Path) -> Iterator[pd.DataFrame]:
    """The rows of each partition with the columns that the checks look at; a check on some rows only sees a harmless value in the others."""
    before = 0
    for part in t.parts(data):
        rows = pd.read_parquet(part / "indicators.parquet", columns=["target", "actual", "weight", "stated_score"], partitioning=None)
        weight, stated = pd.to_numeric(rows["weight"]), pd.to_numeric(rows["stated_score"])
        said = {side: rows[side].mask(rows[side].isin(t.ABSENT)) for side in ("target", "actual")}
        counted = (weight.fillna(0) != 0) | stated.notna()
        frame = pd.DataFrame(
            {
                "row": range(before, before + len(rows)),
                "target": rows["target"].fillna(""),
                "actual": rows["actual"].fillna(""),
                "both": rows["target"].fillna("") + "|" + rows["actual"].fillna(""),
                "stated": stated.fillna(0),
                "spare": (weight - stated).fillna(0),
                "due": stated.mask(stated.isna() & ~(weight > 0), 0),
                "target_due": said["target"].mask(~counted, "-"),
                "actual_due": said["actual"].mask(~(stated > 0), "-"),
                "counts": weight.where(weight.notna(), stated.isna().astype(float)),
                "weight": weight.fillna(1),
            }
        )
        before += len(rows)
        yield frame


def with_pandera() -> Callable[[pd.DataFrame], dict[str, list[int]]]:
    import pandera.pandas as pandera  # noqa: PLC0415 - one library a process

    def lacks(pattern: str) -> Callable[[Any], Any]:
        return lambda column: ~column.str.contains(pattern, regex=True)

    checks: dict[str, list[Any]] = {"counts": [pandera.Check.ne(0, error="weights.zero")]}
    checks["weight"] = [pandera.Check.le(MOST_POINTS, error="weights.concentrated")]
    for code, (column, pattern) in PATTERNS.items():
        checks.setdefault(column, []).append(pandera.Check(lacks(pattern), error=code))
    for code, column in LEAST.items():
        checks.setdefault(column, []).append(pandera.Check.ge(0, error=code))
    columns = {name: pandera.Column(checks=own) for name, own in checks.items()}
    schema = pandera.DataFrameSchema(columns | {name: pandera.Column(nullable=False) for name in PRESENT.values()})
    missing = {name: code for code, name in PRESENT.items()}

    def failures(frame: pd.DataFrame) -> dict[str, list[int]]:
        try:
            schema.validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as errors:
            cases = errors.failure_cases
            codes = cases["check"].where(cases["check"] != "not_nullable", cases["column"].map(missing))
            return {code: list(frame["row"].to_numpy()[some.astype(int)]) for code, some in cases["index"].groupby(codes)}
        return {}

    return failures


def with_great_expectations() -> Callable[[pd.DataFrame], dict[str, list[int]]]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    whole = context.data_sources.add_pandas("rows").add_dataframe_asset("rows").add_batch_definition_whole_dataframe("rows")
    kinds = gx.expectations
    rules: dict[str, Any] = {
        code: kinds.ExpectColumnValuesToNotMatchRegex(column=column, regex=pattern) for code, (column, pattern) in PATTERNS.items()
    }
    rules |= {code: kinds.ExpectColumnValuesToBeBetween(column=column, min_value=0) for code, column in LEAST.items()}
    rules |= {code: kinds.ExpectColumnValuesToNotBeNull(column=column) for code, column in PRESENT.items()}
    rules["weights.zero"] = kinds.ExpectColumnValuesToNotBeInSet(column="counts", value_set=[0])
    rules["weights.concentrated"] = kinds.ExpectColumnValuesToBeBetween(column="weight", max_value=MOST_POINTS)
    for code, one in rules.items():
        one.meta = {"code": code}
    suite = gx.ExpectationSuite(name="rows", expectations=list(rules.values()))

    def failures(frame: pd.DataFrame) -> dict[str, list[int]]:
        batch = whole.get_batch(batch_parameters={"dataframe": frame})
        found = batch.validate(suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]})
        return {one.expectation_config.meta["code"]: [case["row"] for case in one.result.get("unexpected_index_list") or []] for one in found.results}

    return failures


PEERS: Final = {"pandera": with_pandera, "great_expectations": with_great_expectations}


def writer(name: str) -> Callable[[Path, Path], int]:
    failures = PEERS[name]()

    def run(data: Path, out: Path) -> int:
        out.mkdir(parents=True, exist_ok=True)
        rows, found = 0, []
        for frame in frames(data):
            found += [(row, t.CODE[code]) for code, some in failures(frame).items() for row in some]
            rows += len(frame)
        columns = {"row": [row for row, _ in found], "code": [code for _, code in found]}
        pq.write_table(pa.table(columns, pa.schema([("row", pa.int64()), ("code", pa.int8())])), out / "failures.parquet")
        return rows

    return run


if __name__ == "__main__":
    chosen = sys.argv.pop(1)
    t.measured(writer(chosen))
