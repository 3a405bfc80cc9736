"""What every contestant of the batch benchmark must know: the codes compared, the law's words, the grammar of values, subjects as numbers.

The peers read value texts by the patterns given here, which cover the made-up data and not the whole field.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from jiheng.rulebook import load_rulebook

COMPARED: Final = (
    "actual.copies-target", "actual.equals-weight", "actual.missing", "actual.operator", "actual.vacuous", "cost.contradicts-funds",
    "direction.undeclared", "evidence.missing", "execution-rate.base-unclear", "execution-rate.mismatch", "execution-rate.missing",
    "funds.all-equal", "funds.no-budget", "funds.nothing-spent", "funds.parts-do-not-sum", "funds.results-exceed-spending",
    "funds.spent-over-budget", "funds.sub-row-counted", "funds.unspent-with-full-output", "grade.mismatch", "operator.doubled",
    "operator.glyph-repaired", "over-achievement.unexplained", "rate.out-of-range", "reason.although-met", "reason.missing",
    "score.deducted-though-met", "score.differs-from-formula", "score.exceeds-weight", "score.missing", "score.negative",
    "score.uniformly-full", "target.approximate", "target.missing", "target.placeholder", "target.unreachable",
    "total.differs-from-sum", "total.missing", "unit.magnitude-suspected", "unit.missing", "weights.applied-twice",
    "weights.concentrated", "weights.sum", "weights.zero",
)  # fmt: skip
CODE: Final = {code: at for at, code in enumerate(COMPARED)}
LAW: Final = load_rulebook().pack("cn-2020")
DIRECTION: Final = LAW.scheme.direction.value
EXCUSING: Final = (*DIRECTION.reversing_words, *DIRECTION.positive_words)
GRADE_WORDS: Final = LAW.scheme.grade_words.value
YES: Final = LAW.scheme.yes_words.value
NO: Final = LAW.scheme.no_words.value
TIERS: Final = tuple(((tier.label, *tier.aliases), int(tier.low * 10), int(tier.high * 10), tier.high_inclusive) for tier in LAW.scheme.tiers.value)
GRADES: Final = tuple((grade.name, int(grade.low)) for grade in LAW.scheme.grades.value)

ABSENT: Final = ("/", "//", "—", "——", "–", "-", "--", "无", "空", "*")
NOTHING: Final = ("", "无", "暂无", "没有", "-", "--", "—", "——", "–", "―", "一", "/", "//", "\\", "、", "。", "无。", "n/a", "N/A", "NA")
AT_LEAST: Final = ("≥", ">=", "≧", "⩾", "大于等于", "至少", "达到", "不低于", "不少于")
AT_MOST: Final = ("≤", "<=", "≦", "⩽", "小于等于", "控制在", "不超过", "不高于")
MARKS: Final = {**dict.fromkeys(AT_LEAST, "≥"), **dict.fromkeys(AT_MOST, "≤"), ">": ">", "<": "<", "=": "=", "═": "="}
SUFFIXES: Final = {"及以上": "≥", "以上": "≥", "及以下": "≤", "以下": "≤", "以内": "≤"}
MARK: Final = "|".join(sorted(MARKS, key=len, reverse=True))
SUFFIX: Final = "|".join(sorted(SUFFIXES, key=len, reverse=True))
NUMBER: Final = rf"^((?:{MARK})*)(约|近)?((?:{MARK})*)(-?[0-9][0-9,]*)(?:\.([0-9]+))?(万|亿)?([^0-9]*?)({SUFFIX})?$"
GLYPHS: Final = "≧|≦|⩾|⩽|═|﹦|⩵"
PLACEHOLDER: Final = "待定|另行|暂定|待.{0,20}后"
DATE: Final = r"^(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日|(底))?(前)?(?:完成)?$"
MONTH_END: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
RATE: Final = r"^(\d+)(?:\.(\d+))?(%?)$"
TIMES: Final = {"": 0, "万": 4, "亿": 8}
FORM, FUNDS, FUND = -1, -2, -10


def words(code: str, name: str) -> tuple[str, ...]:
    return LAW.rules[code].words(name)


STOPPED: Final = words("actual.vacuous", "stop_words")
DENIALS: Final = words("reason.although-met", "denials")
PARTIAL: Final = words("reason.although-met", "partial_words")
CONTROL: Final = words("cost.contradicts-funds", "control_words")
OWN_BASE: Final = words("cost.contradicts-funds", "own_base_words")
RATE_ENDINGS: Final = words("rate.out-of-range", "endings")
RATE_OPEN: Final = words("rate.out-of-range", "open_words")
PART_OF_WHOLE: Final = words("target.unreachable", "part_of_whole")
FIXED_COST: Final = words("funds.all-equal", "fixed_words")

SCORES = pa.schema([("score", pa.int64())])
TOTALS = pa.schema([("form", pa.string()), ("total", pa.int64()), ("money", pa.int64())])
FINDINGS = pa.schema([("form", pa.string()), ("row", pa.int32()), ("code", pa.int8())])


def parts(data: Path) -> list[Path]:
    """The partitions of a data set, in order."""
    return sorted(path.parent for path in (data / "data").rglob("forms.parquet"))


def subject_number(subject: str) -> int:
    """A finding's subject as a number: rows from 0, the money line, single money lines from -10 down, the form."""
    steps = subject.split("/")
    if steps[1:2] == ["indicators"]:
        return int(steps[2])
    if steps[1:2] == ["funds"]:
        return FUND - int(steps[2]) if len(steps) > 2 else FUNDS
    return FORM


def written(path: Path, kind: pa.Schema, **options: bool) -> pq.ParquetWriter:
    """A file of results, written by every contestant in the same way, which is the cheapest: words as codes, numbers as they are."""
    words = [field.name for field in kind if pa.types.is_string(field.type) or pa.types.is_dictionary(field.type)]
    return pq.ParquetWriter(path, kind, use_dictionary=words, write_statistics=False, compression="none", **options)


class Results:
    """Where a contestant writes what it found, in hundredths of points."""

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        kinds = {"scores": SCORES, "totals": TOTALS, "findings": FINDINGS}
        self._writers = {name: written(out / f"{name}.parquet", kind) for name, kind in kinds.items()}

    def add(self, scores: pa.Table, totals: pa.Table, findings: pa.Table) -> None:
        for name, table in (("scores", scores), ("totals", totals), ("findings", findings)):
            self._writers[name].write_table(table)

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()


def measured(run: Callable[[Path, Path], int]) -> None:
    """The command line of a contestant: warm up on a small data set, run on the real one, print what it took as JSON."""
    parser = argparse.ArgumentParser()
    for name in ("small", "data", "out"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    run(options.small, options.out / "small")
    gc.collect()
    gc.freeze()  # what is loaded by now is not searched for garbage while the clock runs
    cpu, wall = _cpu(), time.perf_counter()
    rows = run(options.data, options.out)
    cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "cpu": cpu, "seconds": wall, "peak_mb": peak, "rows_per_cpu_second": rows / cpu}))


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)
