"""The batch by ``jiheng.batch``: row groups to ``judge``, results in those columns of ``jiheng.batch.schema`` that every contestant writes.

Judges the codes that every contestant judges; ``--only`` keeps a few of them, ``--share 0/2`` judges every second row group.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from batching import terms as t

from jiheng.batch import schema
from jiheng.batch.jobs import CODED
from jiheng.batch.judge import FORM_COLUMNS, Judged, compile_law, judge
from jiheng.batch.store import groups
from jiheng.rulebook.model import RulePack

WRITTEN = {"scores": ["score"], "totals": ["form", "total", "money_score"], "findings": ["form", "subject", "code"]}


def law_of(codes: tuple[str, ...]) -> RulePack:
    """The law of the benchmark with these codes."""
    return replace(t.LAW, rules={code: entry if code in codes else replace(entry, active=False) for code, entry in t.LAW.rules.items()})


def judged(data: Path, law: RulePack, share: tuple[int, int] = (0, 1)) -> Iterator[Judged]:
    compiled = compile_law(law)
    for number, group in enumerate(groups(data / "data")):
        if number % share[1] == share[0]:
            read = group.read({"forms": FORM_COLUMNS}, dictionary=CODED, sparing=True)
            yield judge(*read, compiled, whole=group.read)


def writer(codes: tuple[str, ...], share: tuple[int, int]) -> Callable[[Path, Path], int]:
    """The contestant: judges a data set and writes what it found."""

    def run(data: Path, out: Path) -> int:
        out.mkdir(parents=True, exist_ok=True)
        kinds = {name: pa.schema([schema.RESULTS[name].field(column) for column in columns]) for name, columns in WRITTEN.items()}
        writers = {name: t.written(out / f"{name}.parquet", kind, store_decimal_as_integer=True) for name, kind in kinds.items()}
        rows = 0
        for result in judged(data, law_of(codes), share):
            for name, one in writers.items():
                one.write_table(getattr(result, name).select(WRITTEN[name]))
            rows += result.scores.num_rows
        for one in writers.values():
            one.close()
        return rows

    return run


if __name__ == "__main__":
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--only")
    own.add_argument("--share", default="0/1")
    chosen, rest = own.parse_known_args()
    first, _, of = chosen.share.partition("/")
    sys.argv[1:] = rest
    t.measured(writer(tuple(chosen.only.split(",")) if chosen.only else t.COMPARED, (int(first), int(of))))
