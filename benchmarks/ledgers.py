"""A ledger of a million records measured as columns, against pandas doing the same with its exact decimals (object columns), in one run.

Records are invented: payments of one project over two years with kinds, states, regions and dates; some repeated, returned, of another year
or of another region. Each contender runs in a process of its own and reads the same Parquet file; ``equal`` says that the exact value, the
rows used and the rows left out by reason are the same as the row-by-row path finds on the first records, and as pandas finds on all of them.
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

ROWS, SMALL, SEED, TIMES = 1_000_000, 30_000, 20230614, 3
KINDS = ("下达", "追加", "支付", "支付", "支付", "支付", "退回", "其他")
STATES = ("已支付", "已支付", "已支付", "已退回", "预付", "草稿")
FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)


def made(path: Path, rows: int) -> None:
    """Write the ledger; a hundredth of the records stands in it twice."""
    import pyarrow as pa  # noqa: PLC0415 - each contender loads its own library
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    rng = random.Random(SEED)
    keys = [f"ZF-{n:08d}" for n in range(rows)]
    for n in range(rows // 100):
        keys[rng.randrange(rows // 2, rows)] = f"ZF-{n * 7:08d}"
    cents = pa.array([Decimal(rng.randrange(100, 90_000_000)).scaleb(-2) for _ in range(rows)], pa.decimal128(14, 2))
    days = [date(2022, 11, 1) + timedelta(days=rng.randrange(460)) for _ in range(rows)]
    table = pa.table(
        {
            "凭证号": keys,
            "类别": [KINDS[rng.randrange(len(KINDS))] for _ in range(rows)],
            "日期": pa.array(days, pa.date32()),
            "级次": [("市本级", "下级")[rng.randrange(2)] for _ in range(rows)],
            "金额": cents,
            "状态": [STATES[rng.randrange(len(STATES))] for _ in range(rows)],
        }
    )
    pq.write_table(table, path)


def by_jiheng(path: Path, *, rowwise: bool) -> dict[str, Any]:
    from jiheng.evidence.big_tables import big_table  # noqa: PLC0415 - as above
    from jiheng.evidence.column_sifting import ColumnSource  # noqa: PLC0415 - as above
    from jiheng.evidence.comparing import Stated  # noqa: PLC0415 - as above
    from jiheng.evidence.measuring import Wanted, measure  # noqa: PLC0415 - as above
    from jiheng.evidence.sources import TableFile, read_records  # noqa: PLC0415 - as above
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - as above
    from jiheng.rulebook.ledgers import Binding  # noqa: PLC0415 - as above

    ledger = load_rulebook().ledgers["budget-payments"]
    begun, spent = time.perf_counter(), time.process_time()
    content = path.read_bytes()
    if rowwise:
        source: Any = read_records(ledger, [TableFile(path.name, content)], year=2023)
    else:
        columns = big_table(ledger, content, path.name, year=2023)
        if columns is None:
            raise SystemExit("the ledger was left to the plain path")
        source = ColumnSource(columns)
    binding = Binding("/indicators/0", ledger.id, definition="execution-rate", approved_by="示例", closed="决算")
    found = measure(source, binding, Wanted("/indicators/0", FIRST, LAST, stated=Stated(Decimal("99.70"), "%", 2)))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
    left = {one.code: one.rows for one in found.left_out}
    spans = [(one.cells, one.file) for one in found.spans]
    return {
        "seconds": seconds,
        "cpu": cpu,
        "value": str(found.measures[0].value),
        "used": found.rows_used,
        "left": left,
        "whole": repr((found, spans)),
    }


def by_pandas(path: Path) -> dict[str, Any]:
    """The same rules as a careful analyst would write them: exact decimals, reasons kept, cells not."""
    import pandas as pd  # noqa: PLC0415 - as above

    begun, spent = time.perf_counter(), time.process_time()
    frame = pd.read_parquet(path)
    reason = pd.Series("", index=frame.index)
    reason[(frame["日期"] < FIRST) | (frame["日期"] > LAST)] = "out-of-year"
    state = frame["状态"].str.strip()
    reason[(reason == "") & state.isin(["已冲销", "冲销", "已退回", "退票", "已作废", "作废", "已撤销"])] = "reversed"
    reason[(reason == "") & state.isin(["草稿", "未送审", "审核中", "待支付", "在途"])] = "draft"
    open_ = frame[reason == ""]
    again = open_["凭证号"].duplicated(keep="first")
    reason[again[again].index] = "duplicate"
    used = frame[reason == ""]
    sums = used.groupby("类别")["金额"].sum()

    def of(*kinds: str) -> Decimal:
        return sum((sums.get(kind, Decimal(0)) for kind in kinds), Decimal(0))

    paid = of("支付", "直接支付", "授权支付", "支出", "集中支付") - of("退回", "退款", "支付退回", "收回")
    allotted = of("下达", "年初下达", "指标下达", "年初预算") + of("追加", "指标追加", "调增", "追加下达") - of("调减", "指标调减", "指标收回")
    seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
    left = {str(name): int(count) for name, count in reason[reason != ""].value_counts().items()}
    return {"seconds": seconds, "cpu": cpu, "value": str(Fraction(paid) * 100 / Fraction(allotted)), "used": len(used), "left": left, "whole": ""}


def child(name: str, path: Path) -> dict[str, Any]:
    """One contender in a process of its own, with the memory it took."""
    done = subprocess.run([sys.executable, __file__, "--only", name, "--file", str(path)], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def best(name: str, path: Path) -> dict[str, Any]:
    return min((child(name, path) for _ in range(TIMES)), key=lambda found: found["seconds"])


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (one["value"], one["used"], one["left"]) == (other["value"], other["used"], other["left"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the output is JSON either way")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--only", choices=["columns", "rows", "pandas"], help="one contender, on the file named")
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    if asked.only is not None:
        found = by_pandas(asked.file) if asked.only == "pandas" else by_jiheng(asked.file, rowwise=asked.only == "rows")
        print(json.dumps(found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return
    with tempfile.TemporaryDirectory() as folder:
        big, small = Path(folder) / "支付台账.parquet", Path(folder) / "支付台账-小.parquet"
        made(big, asked.rows)
        made(small, min(SMALL, asked.rows))
        mine, other = best("columns", big), best("pandas", big)
        few, plain = child("columns", small), child("rows", small)
    result = {
        "rows": asked.rows,
        "rows_used": mine["used"],
        "left_out": mine["left"],
        "seconds": round(mine["seconds"], 3),
        "rows_per_second": round(asked.rows / mine["seconds"]),
        "cpu_seconds": round(mine["cpu"], 3),
        "peak_mb": round(mine["peak_mb"]),
        "pandas_seconds": round(other["seconds"], 3),
        "pandas_cpu_seconds": round(other["cpu"], 3),
        "pandas_peak_mb": round(other["peak_mb"]),
        "ratio_to_pandas": round(other["seconds"] / mine["seconds"], 2),
        "plain_path_seconds_per_million": round(plain["seconds"] / min(SMALL, asked.rows) * 1_000_000, 1),
        "equal": same(mine, other) and few["whole"] == plain["whole"],
    }
    print(json.dumps(result, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
