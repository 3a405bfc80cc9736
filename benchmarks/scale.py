"""How cost grows with rows and with workers, on this machine and on a Ray cluster: 10^5 to ``--rows`` indicator rows (up to 10^8 and beyond).

Every point is ``jiheng.batch.rescoring`` over a data set made on disk beforehand, in a process of its own, read and written a row group at a
time. ``cpu_seconds`` and ``peak_mb`` are those of the whole tree of processes, engine and starting up included: CPU as the system counts it,
memory as the sum of every process's own share (PSS); ``peak_process_mb`` is the largest process. ``cpu_per_million`` is what a million rows
more cost over the point with a tenth of the rows. Cost must grow linearly, memory must level off: a worker forgets when it has learnt too much.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from batching.data import PACK, generate

LEAST, SMALL = 100_000, 2000
BETWEEN_LOOKS = 0.2
TICKS = os.sysconf("SC_CLK_TCK")
COLUMNS = ("rows", "engine", "workers", "seconds", "cpu_seconds", "rows_per_second", "rows_per_cpu_second", "cpu_per_million", "peak_mb")


class Watched:
    """What a process and all below it take, looked at every so often."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.peak = self.largest = 0
        self._cpu: dict[tuple[int, int], int] = {}

    def look(self) -> None:
        alive = {int(entry.name): stat for entry in Path("/proc").iterdir() if entry.name.isdigit() and (stat := _stat(entry))}
        below, found = {self.root}, 0
        while len(below) > found:
            found = len(below)
            below |= {pid for pid, stat in alive.items() if stat[1] in below}
        shares = [_share(pid) for pid in below]
        self.peak, self.largest = max(self.peak, sum(shares)), max(self.largest, *shares)
        for pid in below & alive.keys():
            self._cpu[pid, alive[pid][19]] = alive[pid][11] + alive[pid][12]

    @property
    def cpu(self) -> float:
        return sum(self._cpu.values()) / TICKS


def _stat(entry: Path) -> list[int]:
    """The numbers of a process's ``stat`` from its state on, which is put as 0; nothing where it has ended."""
    with contextlib.suppress(OSError):
        return [0, *map(int, (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1:])]
    return []


def _share(pid: int) -> int:
    """The memory of a process in kB, what it shares divided by those who share it."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def point(data: Path, out: Path, engine: str, workers: int) -> dict[str, Any]:
    """One point of the curve."""
    command = [sys.executable, __file__, "--point", str(data), str(out), engine, str(workers)]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    watched = Watched(process.pid)
    while process.poll() is None:
        watched.look()
        time.sleep(BETWEEN_LOOKS)
    seconds = time.perf_counter() - begun
    if process.returncode or process.stdout is None:
        sys.exit("a point failed")
    told = json.loads(process.stdout.read())
    shutil.rmtree(out)
    return {
        "rows": told["rows"],
        "engine": engine,
        "workers": workers,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(watched.cpu, 2),
        "units_cpu_seconds": round(told["cpu"], 2),
        "rows_per_second": round(told["rows"] / seconds),
        "rows_per_cpu_second": round(told["rows"] / watched.cpu),
        "peak_mb": round(watched.peak / 1024),
        "peak_process_mb": round(watched.largest / 1024),
    }


def rescored(data: Path, out: Path, engine: str, workers: int) -> None:
    """The work of a point, in its own process."""
    from jiheng.batch.chosen import Asked  # noqa: PLC0415 - the process that only watches stays small
    from jiheng.batch.engines.choice import engine_named  # noqa: PLC0415 - as above
    from jiheng.batch.rescoring import Summary, rescore  # noqa: PLC0415 - as above

    chosen = engine_named("ray" if engine == "ray" else "local", workers)
    total = sum((summary for _, summary in rescore(data, out, Asked(PACK), engine=chosen)), Summary())
    print(json.dumps({"rows": total.rows, "cpu": total.cpu}))


def curve(folder: Path, most: int, engines: list[str], workers: list[int], *, quiet: bool) -> list[dict[str, Any]]:
    """Every point, each told on stderr as it is there."""
    generate(folder / "small", SMALL, truth=False)
    point(folder / "small" / "data", folder / "out", "local", 1)  # the kernels are compiled now, if they were not
    points: list[dict[str, Any]] = []
    rows = LEAST
    while rows <= most:
        generate(folder / "data", rows, truth=False)
        for engine in engines:
            for count in workers:
                points.append(after(points, point(folder / "data" / "data", folder / "out", engine, count)))
                if not quiet:
                    print("\t".join(str(points[-1].get(name, "")) for name in COLUMNS), flush=True)
        rows *= 10
    return points


def after(points: list[dict[str, Any]], one: dict[str, Any]) -> dict[str, Any]:
    """The point with what each further million of rows cost since the last point of its kind."""
    before = next((other for other in reversed(points) if (other["engine"], other["workers"]) == (one["engine"], one["workers"])), None)
    if before is None:
        return one
    return {**one, "cpu_per_million": round((one["cpu_seconds"] - before["cpu_seconds"]) / (one["rows"] - before["rows"]) * 1e6, 2)}


def main() -> None:
    if sys.argv[1:2] == ["--point"]:
        rescored(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="one JSON object at the end instead of a line for every point")
    parser.add_argument("--rows", type=int, default=1_000_000, help="the most rows, default 10^6; the least are 10^5")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--engines", nargs="+", choices=["local", "ray"], default=["local", "ray"])
    parser.add_argument("--folder", type=Path, help="where data and results are kept while it runs; the largest set takes 30 bytes a row")
    options = parser.parse_args()
    if not options.json:
        print("\t".join(COLUMNS), flush=True)
    with tempfile.TemporaryDirectory(prefix="jiheng-scale-", dir=options.folder) as folder:
        points = curve(Path(folder), options.rows, options.engines, options.workers, quiet=options.json)
    if options.json:
        print(json.dumps({"points": points}))


if __name__ == "__main__":
    main()
