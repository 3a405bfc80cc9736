"""Records from Parquet: columns by id, title or alias, decimals exact."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from jiheng.evidence.sources import TableFile
from recorded import AMOUNT, CODE, MONTH, PORT, column, counted, exclusions, facts, first_days, read, said, table


def _parquet(**columns: object) -> TableFile:
    return _file(pa.table(columns))


def _file(made: pa.Table) -> TableFile:
    out = io.BytesIO()
    pq.write_table(made, out, row_group_size=2)
    return TableFile("靠泊.parquet", out.getvalue())


@pytest.mark.parametrize("names", [("month", "port", "amount"), ("月份", "港口", "收费"), ("统计月份", "口岸", "收费金额（元）")])
def test_columns_go_by_id_title_or_alias(names: tuple[str, str, str]) -> None:
    made = _file(pa.table(dict(zip(names, (["2023-01", "2023-02", "2023-03"], ["东湾港"] * 3, [1, 2, 4]), strict=True))))
    records = read(made)
    assert counted(records) == 7
    assert records.origins[0].columns == {"month": "c1", "port": "c2", "amount": "c3"}
    assert [record.row for record in records.records] == [1, 2, 3]
    assert said(records) == ""


def test_types_of_the_file_are_kept() -> None:
    amounts = pa.array([Decimal("0.10"), Decimal("12345678901234567.89")], pa.decimal128(38, 2))
    records = read(_parquet(month=pa.array([date(2023, 1, 1), date(2023, 2, 1)]), port=["甲", "甲"], code=pa.array([7, 10**17]), amount=amounts))
    assert first_days(column(records, MONTH)) == [date(2023, 1, 1), date(2023, 2, 1)]
    assert column(records, AMOUNT) == [Decimal("0.10"), Decimal("12345678901234567.89")]
    assert column(records, CODE) == ["7", "1" + "0" * 17]


def test_floats_are_read_by_their_shortest_print_and_told() -> None:
    records = read(_parquet(month=["2023-01", "2023-02"], port=["甲", "甲"], amount=[0.1, 0.2]))
    assert counted(records) == Decimal("0.3")
    assert "以浮点数存放" in said(records)


def test_text_numbers_units_and_defects_are_judged_as_in_a_sheet() -> None:
    months, ports, fees = ["2023-01", "2023-02", None, "2023-04"], ["甲"] * 4, ["1.5万元", "约5", "7", None]
    records = read(_parquet(month=months, port=ports, amount=fees))
    assert exclusions(records) == [None, "not-a-number", "key-missing", None]
    lines = [",".join(value or "" for value in row) for row in zip(months, ports, fees, strict=True)]
    assert facts(read(table("月份,港口,收费", *lines))) == facts(records)


def test_a_missing_column_is_named() -> None:
    records = read(_parquet(month=["2023-01"], port=["甲"]))
    assert records.unread == ("“靠泊.parquet”缺少“收费”列，没有采用。请补上该列，或核对列名。",)


def test_an_unknown_column_is_named() -> None:
    assert "“天气”" in said(read(_parquet(month=["2023-01"], port=["甲"], amount=[1], 天气=["晴"])))


@pytest.mark.parametrize("cut", [8, 100, -8])
def test_a_damaged_file_is_told(cut: int) -> None:
    whole = _parquet(month=["2023-01"], port=["甲"], amount=[1]).content
    records = read(TableFile("靠泊.parquet", whole[:cut]))
    assert records.records == ()
    assert "不是完整的 Parquet 文件" in records.unread[0]


def test_lists_and_objects_are_no_numbers() -> None:
    records = read(_parquet(month=["2023-01"], port=["甲"], amount=[[1, 2]]))
    assert exclusions(records) == ["not-a-number"]


def test_empty_rows_are_no_records() -> None:
    records = read(_parquet(month=["2023-01", None], port=["甲", None], amount=[1, None]))
    assert column(records, PORT) == ["甲"]
