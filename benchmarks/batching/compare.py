"""Whether contestants found the same, and whether scores are those of big-integer arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from batching import terms as t
from batching.rows import CEILING, EQUAL, RATIO, UNCHECKED, ZERO, ZERO_AT_LEAST
from numpy.typing import NDArray

UNKNOWN = -(10**12)
Cents = NDArray[np.int64]


class Results(NamedTuple):
    """What a contestant wrote: scores and totals in hundredths (``UNKNOWN`` where none), findings as form, row and code."""

    scores: Cents
    totals: Cents
    money: Cents
    forms: pa.Array
    found: pa.Table


def results(out: Path) -> Results:
    """The results of a contestant, ours in the columns of ``schema`` or a peer's."""
    scores, totals, findings = (_table(out, name) for name in ("scores", "totals", "findings"))
    money = "money_score" if "money_score" in totals.column_names else "money"
    if "subject" in findings.column_names:
        findings = _own(findings)
    return Results(_cents(scores["score"]), _cents(totals["total"]), _cents(totals[money]), totals["form"].combine_chunks(), findings)


def _table(out: Path, name: str) -> pa.Table:
    single = out / f"{name}.parquet"
    files = [single] if single.exists() else sorted((out / name).glob("*.parquet"), key=lambda path: int(path.stem))
    return pa.concat_tables([pq.read_table(path) for path in files])


def _cents(column: pa.ChunkedArray) -> Cents:
    if not pa.types.is_decimal(column.type):
        return np.asarray(column.cast(pa.int64()).fill_null(UNKNOWN))
    whole = pa.concat_arrays([chunk.cast(pa.decimal64(18, 6)) for chunk in column.chunks])
    millionths = np.frombuffer(whole.buffers()[1], np.int64)[whole.offset : whole.offset + len(whole)]
    broken = np.where(millionths % 10_000 == 0, millionths // 10_000, UNKNOWN + 1)  # no score of these forms has more than two decimals
    return np.where(whole.is_null().to_numpy(zero_copy_only=False), UNKNOWN, broken)


def _own(findings: pa.Table) -> pa.Table:
    """Our findings with subjects as numbers, the codes compared only."""
    texts = findings.select(["form", "subject", "code"]).cast(pa.schema([(name, pa.string()) for name in ("form", "subject", "code")]))
    kept = texts.filter(pc.is_in(texts["code"], pa.array(t.COMPARED)))
    subjects = kept["subject"].combine_chunks().dictionary_encode()
    numbers = np.array([t.subject_number(text) for text in subjects.dictionary.to_pylist()] or [0], np.int32)
    rows = numbers[subjects.indices.to_numpy()] if kept.num_rows else np.zeros(0, np.int32)
    codes = pc.index_in(kept["code"], pa.array(t.COMPARED)).cast(pa.int8())
    return pa.table({"form": kept["form"], "row": rows, "code": codes})


def keys(found: pa.Table, forms: pa.Array) -> Cents:
    """Each finding as one number, without repetitions."""
    form = pc.index_in(found["form"].cast(pa.string()), forms.cast(pa.string())).to_numpy().astype(np.int64)
    row, code = (found[name].to_numpy().astype(np.int64) for name in ("row", "code"))
    return np.unique((form * 4096 + row + 64) * 64 + code)


def differences(ours: Results, peer: Results) -> dict[str, int]:
    """How many scores, totals, money scores and findings of a code differ; empty where all is the same."""
    counted = {
        name: int((mine != theirs).sum()) if len(mine) == len(theirs) else max(len(mine), len(theirs))
        for name, mine, theirs in (("scores", ours.scores, peer.scores), ("totals", ours.totals, peer.totals), ("money", ours.money, peer.money))
    }
    apart = np.setxor1d(keys(ours.found, ours.forms), keys(peer.found, ours.forms), assume_unique=True) % 64
    codes, counts = np.unique(apart, return_counts=True)
    counted |= {t.COMPARED[code]: int(count) for code, count in zip(codes, counts, strict=True)}
    return {name: count for name, count in counted.items() if count}


class Exactness(NamedTuple):
    """Rows held against big integers: how many, of which missed their target, of which are exact ties; ours wrong; wrong by binary floats."""

    checked: int
    missed: int
    ties: int
    wrong: int
    wrong_by_floats: int


def exactness(data: Path, scores: Cents) -> Exactness:
    """Scores against w·B ÷ A in Python integers: multiply first, divide once, round half up."""
    files = [pq.read_table(part / "truth.parquet") for part in sorted(path.parent for path in (data / "truth").rglob("truth.parquet"))]
    truth = pa.concat_tables(files)
    a, b, weight, how = (truth[name].to_numpy() for name in ("a", "b", "weight", "how"))
    due = np.select(
        [how == RATIO, how == CEILING, how == ZERO, how == ZERO_AT_LEAST, how == EQUAL],
        [weight, np.where(b <= a, weight, UNKNOWN), np.where(b <= 0, weight, 0), weight, np.where(a == b, weight, UNKNOWN)],
        UNKNOWN,
    )
    part = np.flatnonzero((how == RATIO) & (np.maximum(b, 0) < a))
    top, base = weight[part].astype(object) * np.maximum(b[part], 0).astype(object), a[part].astype(object)
    due[part] = ((2 * top + base) // (2 * base)).astype(np.int64)
    ties = int(((2 * top) % base == 0).sum() - (top % base == 0).sum())
    floats = np.rint(np.round(weight[part] / 100 * np.maximum(b[part], 0) / a[part], 2) * 100).astype(np.int64)
    checked = how != UNCHECKED
    wrong = int((due[checked] != scores[checked]).sum()) if len(scores) == len(due) else len(due)
    return Exactness(int(checked.sum()), len(part), ties, wrong, int((floats != due[part]).sum()))


def failures_apart(data: Path, ours: Results, peer: Path, codes: tuple[str, ...]) -> int:
    """How many failing rows of these codes only one of both found; a peer numbers rows over the whole data set."""
    counts = np.concatenate([pq.read_table(part / "forms.parquet", columns=["indicators"])["indicators"].to_numpy() for part in t.parts(data)])
    starts = np.cumsum(counts) - counts
    form = pc.index_in(ours.found["form"].cast(pa.string()), ours.forms.cast(pa.string())).to_numpy()
    row, code = (ours.found[name].to_numpy().astype(np.int64) for name in ("row", "code"))
    kept = np.isin(code, [t.CODE[name] for name in codes]) & (row >= 0)
    mine = np.unique((starts[form[kept]] + row[kept]) * 64 + code[kept])
    found = pq.read_table(peer / "failures.parquet")
    theirs = np.unique(found["row"].to_numpy() * 64 + found["code"].to_numpy().astype(np.int64))
    return len(np.setxor1d(mine, theirs, assume_unique=True))
