"""Scoring and auditing many forms, against the ways people do it today: naive pydantic, DuckDB, tuned Polars; pandera, great_expectations.

Every contestant runs in its own process, reads the same Parquet texts, writes every score and the findings of the same named codes to Parquet;
what they found is compared, and every score is held against big integers. Prints one JSON object; rates are indicator rows per CPU-second
(user and system of the process, after start and a warm-up on a hundred forms); ``ratio_x`` is ours divided by x.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from batching.checks import CHECKED, PEERS
from batching.compare import Results, differences, exactness, failures_apart, results
from batching.data import generate
from batching.terms import COMPARED

HERE = Path(__file__).resolve().parent
FOLDERS = {"naive": 60_000, "sample": 1_000_000, "peers": 2_000_000}
RUNS = (
    ("naive", "naive", "naive"),
    ("polars", "polars", "peers"),
    ("duckdb", "duckdb", "peers"),
)


def contest(folder: Path, script: str, data: str, name: str, *options: str) -> dict[str, float]:
    """One run of a contestant in a process of its own; what it took."""
    out = folder / "out" / name
    command = [sys.executable, "-m", f"batching.{script}", *options, str(folder / "small"), str(folder / data), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def made(folder: Path, rows: int) -> dict[str, int]:
    """The data sets: the full one, a small one to warm up, and smaller ones for those that would take too long."""
    sizes = {"full": rows, "small": 2000} | {name: size for name, size in FOLDERS.items() if size < rows}
    return {name: generate(folder / name, size, truth=name == "full").rows for name, size in sizes.items()}


def rounds(folder: Path, sizes: dict[str, int]) -> dict[str, dict[str, float]]:
    """Every contestant once, one after the other; ours first and last, its two runs taken together, since the machine's speed drifts."""
    first = contest(folder, "ours", "full", "ours")
    taken = {name: contest(folder, script, place(data, sizes), name) for name, script, data in RUNS}
    last = contest(folder, "ours", "full", "ours")
    ours = {key: (first[key] + last[key]) / 2 for key in first}
    ours["rows_per_cpu_second"] = ours["rows"] / ours["cpu"]
    return {"ours": ours, **taken}


def place(data: str, sizes: dict[str, int]) -> str:
    return data if data in sizes else "full"


def agreement(folder: Path, sizes: dict[str, int], full: Results) -> dict[str, Any]:
    """How many results of each peer are not ours, and of which kind."""
    known, found = {"full": full}, {}
    for name, _, data in RUNS:
        where = place(data, sizes)
        if where not in known:
            contest(folder, "ours", where, f"ours_{where}")
            known[where] = results(folder / "out" / f"ours_{where}")
        apart = differences(known[where], results(folder / "out" / name))
        found[f"differs_{name}"] = sum(apart.values())
        if apart:
            found[f"differs_{name}_by"] = apart
    return found


def rules(folder: Path, sizes: dict[str, int]) -> dict[str, Any]:
    """Rules with the failing rows as evidence: the codes that both peers can express; ours scores the rows besides."""
    data = place("sample", sizes)
    ours = contest(folder, "ours", data, "ours_rules", "--only", ",".join(CHECKED))
    known, found = results(folder / "out" / "ours_rules"), {}
    for name in PEERS:
        taken = contest(folder, "checks", data, name, name)
        found[f"ratio_{name}"] = round(ours["rows_per_cpu_second"] / taken["rows_per_cpu_second"], 2)
        found[f"rows_per_cpu_second_{name}"] = round(taken["rows_per_cpu_second"])
        found[f"differs_{name}"] = failures_apart(folder / data, known, folder / "out" / name, CHECKED)
    return {**found, "rows_per_cpu_second_rules": round(ours["rows_per_cpu_second"]), "rules_compared": list(CHECKED)}


def bench(folder: Path, rows: int) -> dict[str, Any]:
    begun = time.perf_counter()
    sizes = made(folder, rows)
    taken = rounds(folder, sizes)
    full = results(folder / "out" / "ours")
    exact = exactness(folder / "full", full.scores)
    ours = taken["ours"]
    return {
        "rows": int(ours["rows"]),
        **{f"ratio_{name}": round(ours["rows_per_cpu_second"] / taken[name]["rows_per_cpu_second"], 2) for name, *_ in RUNS},
        "wrong_rows": exact.wrong,
        "checked_rows": exact.checked,
        "missed_rows": exact.missed,
        "tie_rows": exact.ties,
        "rows_wrong_by_binary_floats": exact.wrong_by_floats,
        "peak_mb": round(ours["peak_mb"]),
        "seconds": round(ours["seconds"], 2),
        "rows_per_cpu_second": round(ours["rows_per_cpu_second"]),
        **{f"rows_per_cpu_second_{name}": round(taken[name]["rows_per_cpu_second"]) for name, *_ in RUNS},
        **{f"peak_mb_{name}": round(taken[name]["peak_mb"]) for name, *_ in RUNS},
        **{f"rows_{name}": int(taken[name]["rows"]) for name, *_ in RUNS},
        **agreement(folder, sizes, full),
        **rules(folder, sizes),
        "codes_compared": len(COMPARED),
        "codes": list(COMPARED),
        "seconds_in_all": round(time.perf_counter() - begun, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="one line")
    parser.add_argument("--rows", type=int, default=2_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jiheng-batch-") as folder:
        result = bench(Path(folder), options.rows)
    print(json.dumps(result, ensure_ascii=False, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
