"""How cost grows with rows and with workers: 10^5 to ``--max-rows`` indicator rows, one and two worker processes.

Prints one JSON object: rows, seconds, CPU seconds, rows a second and peak memory of a worker for every point.
Cost must grow linearly, memory not at all.
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

from batching.data import generate

HERE = Path(__file__).resolve().parent
SMALL = 2000


def point(folder: Path, rows: int, workers: int) -> dict[str, Any]:
    """One point: the row groups dealt out to so many processes, each of which reads, judges and writes its own."""
    command = [sys.executable, "-m", "batching.ours"]
    places = [(f"{at}/{workers}", folder / "out" / f"{rows}-{at}-{workers}") for at in range(workers)]
    begun = time.perf_counter()
    running = [
        subprocess.Popen(
            [*command, "--share", share, str(folder / "small"), str(folder / str(rows)), str(out)], stdout=subprocess.PIPE, text=True, cwd=HERE
        )
        for share, out in places
    ]
    told = [process.communicate()[0] for process in running]
    wall = time.perf_counter() - begun
    if any(process.returncode for process in running):
        sys.exit("a worker failed")
    taken = [json.loads(text.strip().splitlines()[-1]) for text in told]
    done, cpu, seconds = (sum(one["rows"] for one in taken), sum(one["cpu"] for one in taken), max(one["seconds"] for one in taken))
    return {
        "rows": done,
        "workers": workers,
        "seconds": round(seconds, 2),
        "seconds_with_start": round(wall, 2),
        "cpu_seconds": round(cpu, 2),
        "rows_per_second": round(done / seconds),
        "rows_per_cpu_second": round(done / cpu),
        "peak_mb": round(max(one["peak_mb"] for one in taken)),
    }


def curve(folder: Path, most: int, workers: tuple[int, ...]) -> list[dict[str, Any]]:
    generate(folder / "small", SMALL, truth=False)
    points, rows = [], 100_000
    while rows <= most:
        generate(folder / str(rows), rows, truth=False)
        points += [point(folder, rows, count) for count in workers]
        rows *= 10
    return points


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="one line")
    parser.add_argument("--max-rows", type=int, default=10_000_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--folder", type=Path, help="where data and results are kept while it runs; the largest set takes 20 bytes a row")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jiheng-scale-", dir=options.folder) as folder:
        points = curve(Path(folder), options.max_rows, tuple(options.workers))
    print(json.dumps({"points": points}, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
