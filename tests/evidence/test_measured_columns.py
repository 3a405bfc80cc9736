"""The columnar path gives the very measurement of the plain path, or leaves the table to it."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import case_of, form, row
from jiheng.domain.measured import Measurement
from jiheng.evidence.big_tables import FEWEST, big_table
from jiheng.evidence.column_sifting import ColumnSource
from jiheng.evidence.measuring import Wanted, measure
from jiheng.evidence.project import opened
from jiheng.evidence.sources import TableFile, read_records
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.ledgers import (
    Binding,
    Column,
    Completeness,
    Condition,
    Cumulative,
    Definition,
    Invalidity,
    Ledger,
    Release,
    Service,
    Term,
    Uptime,
)
from measured_ledgers import YEAR, small, stated

COLUMNS = {
    "month": Column("月份", "month"),
    "port": Column("口岸", "text", required=False),
    "region": Column("区划代码", "code", required=False),
    "amount": Column("金额", "decimal", unit="万元", signed=True),
    "weight": Column("权数", "decimal", required=False),
    "total": Column("累计", "decimal", unit="万元", required=False, signed=True),
    "state": Column("状态", "text", required=False),
    "seen": Column("登记日期", "date", required=False),
    "due": Column("应办日期", "date", required=False),
    "word": Column("版次", "text", required=False),
    "flag": Column("是否计划内", "flag", required=False),
    "began": Column("开始时间", "moment", required=False),
    "ended": Column("恢复时间", "moment", required=False),
}
AMOUNT = Term("金额", {"amount": Decimal("1.5"), "weight": Decimal(-1)})
DONE = Term("已办", {"amount": Decimal(1)}, (Condition("state", one_of=("已办",)), Condition("seen", until="due")))
DEFINITIONS: dict[str, Definition] = {
    "sum": Definition("合计", "万元", "sum", "相加。", (AMOUNT,)),
    "count": Definition("件数", "件", "count", "计数。", (Term("未超", where=(Condition("weight", not_above="amount"),)),)),
    "distinct": Definition("口岸", "个", "count-distinct", "去重。", distinct=("port", "state"), where=(Condition("amount", least=Decimal(0)),)),
    "last": Definition("末期", "万元", "last", "末期。", (Term("金额", {"amount": Decimal(1)}),)),
    "ratio": Definition("比率", "%", "ratio", "相除。", (DONE,), (Term("全部", {"amount": Decimal(1)}),)),
    "mean": Definition("平均", "万元", "mean", "平均。", (DONE,)),
    "weighted": Definition("加权", "万元", "weighted-mean", "加权。", (Term("金额", {"amount": Decimal(1)}),), (Term("权", {"weight": Decimal(2)}),)),
    "uptime": Definition("运行", "%", "uptime", "运行。", uptime=Uptime("began", "ended", "flag")),
}


def ledger_of(name: str, **changes: Any) -> Ledger:
    plain: dict[str, Any] = {
        "period": "month",
        "region": "region",
        "kind": "port",
        "validity": (Invalidity("cancelled", (Condition("state", one_of=("取消",)),)), Invalidity("not-active", (Condition("due", after="end"),))),
        "completeness": Completeness("month", ("port",)),
    }
    return small(DEFINITIONS[name], COLUMNS, **(plain | changes))


SHAPES: list[dict[str, Any]] = [
    {},
    {"first": "seen"},
    {"key": ("month", "port"), "first": "seen", "unique": (("state", "word"),)},
    {"key": ("month", "port"), "release": Release("seen")},
    {"key": ("month", "port", "word"), "release": Release("seen", "word", ("初步", "修订")), "cumulative": Cumulative("amount", "total")},
    {"key": ("month", "region"), "completeness": Completeness("last"), "unique": (("no",),)},
    {"period": None, "completeness": Completeness("open"), "key": ("no", "state")},
]
DAYS = st.dates(date(2022, 12, 1), date(2024, 2, 1))
MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2025, 1, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001 - local time
ROW = st.fixed_dictionaries(
    {
        "编号": st.integers(10, 18).map(lambda n: f"n{n}"),
        "月份": st.sampled_from([f"{year}-{month:02d}" for year in (2022, 2023) for month in (1, 5, 6, 12)]),
        "口岸": st.sampled_from(["东港", "西港", "East-1", None, "—"]),
        "区划代码": st.sampled_from(["990400", "990410", "990000", None]),
        "金额": st.none() | st.decimals(-9999, 9999, places=2),
        "权数": st.none() | st.decimals(0, 99, places=1),
        "累计": st.none() | st.decimals(-9999, 9999, places=2),
        "状态": st.sampled_from(["已办", "取消", "在办", None, ""]),
        "登记日期": st.none() | DAYS,
        "应办日期": st.none() | DAYS,
        "版次": st.sampled_from(["初步", "修订", "别的", None]),
        "是否计划内": st.none() | st.booleans(),
        "开始时间": st.none() | MOMENTS,
        "恢复时间": st.none() | MOMENTS,
    }
)
SCHEMA = pa.schema(
    [
        ("编号", pa.string()),
        ("月份", pa.string()),
        ("口岸", pa.string()),
        ("区划代码", pa.string()),
        ("金额", pa.decimal128(12, 2)),
        ("权数", pa.decimal128(5, 1)),
        ("累计", pa.decimal128(20, 2)),
        ("状态", pa.string()),
        ("登记日期", pa.date32()),
        ("应办日期", pa.date32()),
        ("版次", pa.string()),
        ("是否计划内", pa.bool_()),
        ("开始时间", pa.timestamp("s")),
        ("恢复时间", pa.timestamp("s")),
    ]
)
BINDINGS = st.sampled_from(
    [
        {},
        {"where": (Condition("port", none_of=("西港",)), Condition("state", empty=False))},
        {"definition": "only", "approved_by": "示例函", "closed": "说明", "region": "990410"},
        {"service": Service(active_to="2023-06-30")},
    ]
)


def parquet(rows: list[dict[str, Any]], schema: pa.Schema = SCHEMA) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), out)
    return out.getvalue()


def by_columns(ledger: Ledger, content: bytes, binding: Binding, wanted: Wanted) -> Measurement | None:
    columns = big_table(ledger, content, "大表.parquet", year=2023, fewest=0)
    return None if columns is None else measure(ColumnSource(columns), binding, wanted)


def by_rows(ledger: Ledger, content: bytes, binding: Binding, wanted: Wanted) -> Measurement:
    return measure(read_records(ledger, [TableFile("大表.parquet", content)], year=2023), binding, wanted)


@given(st.sampled_from(sorted(DEFINITIONS)), st.sampled_from(SHAPES), st.lists(ROW, min_size=1, max_size=14), BINDINGS, st.booleans())
@settings(max_examples=250, deadline=None)
def test_both_paths_give_the_same_measurement(
    name: str, shape: dict[str, Any], rows: list[dict[str, Any]], bound: dict[str, Any], filed: bool
) -> None:
    ledger, content = ledger_of(name, **shape), parquet(rows)
    binding = Binding("/indicators/0", "small", **bound)
    wanted = Wanted("/indicators/0", *YEAR, "990400", date(2023, 8, 1) if filed else None, stated("1.00", DEFINITIONS[name].unit))
    found = by_columns(ledger, content, binding, wanted)
    assert found is not None
    assert found == by_rows(ledger, content, binding, wanted)


HUGE = [{"编号": f"n{n}", "月份": "2023-05", "金额": Decimal("9999999999.99"), "权数": Decimal("9999.9")} for n in range(10, 40)]


@pytest.mark.parametrize("name", ["sum", "weighted"])
def test_figures_beyond_64_bits_stay_exact(name: str) -> None:
    schema = pa.schema([("编号", pa.string()), ("月份", pa.string()), ("金额", pa.decimal128(38, 8)), ("权数", pa.decimal128(38, 9))])
    ledger, content = ledger_of(name), parquet(HUGE, schema)
    binding, wanted = Binding("/indicators/0", "small"), Wanted("/indicators/0", *YEAR)
    found = by_columns(ledger, content, binding, wanted)
    assert found is not None
    assert found == by_rows(ledger, content, binding, wanted)


PLAIN = {"编号": "n1", "月份": "2023-05", "口岸": "东港", "金额": Decimal(1)}


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({"口岸": "合计"}, id="a line that sums up others"),
        pytest.param({"编号": None}, id="a line without a key"),
        pytest.param({"月份": "不详"}, id="a month that cannot be read"),
        pytest.param({"权数": Decimal(-1)}, id="a number below zero"),
        pytest.param({"月份": "5月"}, id="a month without its year"),
    ],
)
def test_what_the_plain_path_would_remark_on_is_left_to_it(odd: dict[str, Any]) -> None:
    assert big_table(ledger_of("sum"), parquet([PLAIN, PLAIN | odd]), "大表.parquet", year=2023, fewest=0) is None
    assert big_table(ledger_of("sum"), parquet([PLAIN]), "大表.parquet", year=2023, fewest=0) is not None


def test_a_small_table_and_a_damaged_one_are_read_row_by_row() -> None:
    assert big_table(ledger_of("sum"), parquet([PLAIN]), "大表.parquet", year=2023) is None
    assert big_table(ledger_of("sum"), b"PAR1", "大表.parquet", year=2023, fewest=0) is None


def test_floats_are_never_added_up() -> None:
    schema = pa.schema([("编号", pa.string()), ("月份", pa.string()), ("金额", pa.float64())])
    rows = [{"编号": "n1", "月份": "2023-05", "金额": 0.1}]
    assert big_table(ledger_of("sum"), parquet(rows, schema), "大表.parquet", year=2023, fewest=0) is None


def test_every_command_takes_a_big_table_as_columns_and_reads_it_once(tmp_path: Path) -> None:
    rows = pa.table(
        {"编号": [f"e{n}" for n in range(FEWEST)], "活动名称": ["促销"] * FEWEST, "开始日期": ["2023-05-01"] * FEWEST, "佐证": ["照片"] * FEWEST}
    )
    pq.write_table(rows, tmp_path / "活动.parquet")
    (tmp_path / "台账.yaml").write_text(
        "project: 试\nyear: 2023\nbindings: [{subject: 场次, ledger: activities, files: [活动.parquet]}]\n", encoding="utf-8"
    )
    ledgers = load_rulebook().ledgers
    bindings, read = opened(case_of(form(row(name="场次"), fiscal_year=2023)), tmp_path, ledgers)
    source = read(ledgers["activities"], bindings.bindings[0])
    assert isinstance(source, ColumnSource)
    assert read(ledgers["activities"], bindings.bindings[0]) is source
