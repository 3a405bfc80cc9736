"""Databases as typed tables: one SELECT, read-only. SQLite by the standard library, PostgreSQL by psycopg (extra ``database``)."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from jiheng.errors import LedgerSourceError
from jiheng.evidence.addresses import address, shown
from jiheng.evidence.typed_tables import TypedTable
from jiheng.rulebook.ledgers import Feed

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL)
_MOST_ROWS: Final = 2_000_000
_SECONDS: Final = 120
_CHUNK: Final = 5000
_ALLOWED: Final = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_FORBIDDEN_FUNCTIONS: Final = {"load_extension", "writefile", "edit", "readfile"}


def database_table(feed: Feed, folder: Path) -> TypedTable:
    """The rows of a feed's query.

    Args:
        feed: its ``url`` is ``sqlite:///path`` (relative to the folder; ``sqlite:////path`` is absolute) or ``postgresql://…``.
        folder: where a relative path begins.

    Raises:
        LedgerSourceError: no single SELECT, a writing statement, a database that cannot be opened, a query that fails or takes too long.
    """
    name = shown(feed.url)
    query = _select(feed.query, name)
    url = address(feed.url)
    columns, rows = _sqlite(url, query, folder, name) if urlsplit(url).scheme == "sqlite" else _postgresql(url, query, name)
    return TypedTable(name, _digest(columns, rows), columns, rows)


def _select(query: str | None, name: str) -> str:
    """The query without its closing semicolon, if it is one SELECT."""
    text = (query or "").strip().rstrip(";").strip()
    plain = _QUOTED.sub(" ", text).strip()
    if not plain:
        raise LedgerSourceError(name, "没有写 query", "请写一条 SELECT 查询，列名用台账的列名。")
    if ";" in plain:
        raise LedgerSourceError(name, "的 query 有不止一条语句", "只接受一条 SELECT 查询。")
    if plain.split(None, 1)[0].lower() not in {"select", "with"}:
        raise LedgerSourceError(name, "的 query 不是 SELECT 查询", "这里只读数据，不执行其他语句。请改成一条 SELECT。")
    return text


def _bounded(rows: Iterable[Sequence[object]], name: str) -> list[Sequence[object]]:
    found: list[Sequence[object]] = []
    for row in rows:
        found.append(row)
        if len(found) > _MOST_ROWS:
            raise LedgerSourceError(name, f"的查询结果超过 {_MOST_ROWS} 行", "请在 query 里限定年度，或先汇总。")
    return found


def _digest(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """SHA-256 of column names and rows, so that a later reading can be told from this one."""
    told = hashlib.sha256(repr(tuple(columns)).encode())
    for row in rows:
        told.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return told.hexdigest()


def _sqlite(url: str, query: str, folder: Path, name: str) -> tuple[tuple[str, ...], list[Sequence[object]]]:
    parts = urlsplit(url)
    path = folder / unquote(parts.path.removeprefix("/"))
    if parts.netloc or not path.is_file():
        raise LedgerSourceError(name, "找不到数据库文件", "请核对路径：相对路径写 sqlite:///文件名，从台账文件夹起算。")
    waiting = any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-journal"))
    target = f"file:{quote(str(path.resolve()))}?mode=ro{'' if waiting else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(target, uri=True)) as connection:
            connection.set_authorizer(_authorised)
            limit = time.monotonic() + _SECONDS
            connection.set_progress_handler(lambda: time.monotonic() > limit, 100_000)
            cursor = connection.execute(query)
            columns = tuple(str(column[0]) for column in cursor.description or ())
            return columns, _bounded(cursor, name)
    except sqlite3.Error as error:
        raise _sqlite_refusal(error, name) from error


def _authorised(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (second or first or "").lower() in _FORBIDDEN_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _sqlite_refusal(error: sqlite3.Error, name: str) -> LedgerSourceError:
    said = str(error)
    if "not authorized" in said or "readonly" in said or "prohibited" in said:
        return LedgerSourceError(name, "的 query 会改动数据或超出只读范围", "这里只读数据。请改成一条 SELECT。")
    if "interrupted" in said:
        return LedgerSourceError(name, f"的查询超过 {_SECONDS} 秒", "请限定年度，或在数据库里建索引。")
    if isinstance(error, sqlite3.DatabaseError) and "not a database" in said:
        return LedgerSourceError(name, "不是 SQLite 数据库", "请核对文件。")
    return LedgerSourceError(name, f"的查询执行不了（{said[:80]}）", "请核对 query 里的表名和列名。")


def _postgresql(url: str, query: str, name: str) -> tuple[tuple[str, ...], list[Sequence[object]]]:
    try:
        import psycopg  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise LedgerSourceError(name, "需要 psycopg 才能读", "请安装：pip install 'jiheng[database]'。") from error
    options = f"-c default_transaction_read_only=on -c statement_timeout={_SECONDS * 1000}"
    try:
        connection = psycopg.connect(url, connect_timeout=10, options=options)
    except psycopg.Error as error:
        raise LedgerSourceError(name, "连不上数据库", "请核对主机、库名、用户和口令的环境变量。") from error
    try:
        with closing(connection):
            connection.read_only = True
            with connection.cursor(name="records") as cursor:
                cursor.itersize = _CHUNK
                cursor.execute(query.encode())
                columns = tuple(column.name for column in cursor.description or ())
                return columns, _bounded(_plain(cursor), name)
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise LedgerSourceError(name, "的 query 会改动数据", "查询在只读事务里执行，没有改动任何数据。请改成一条 SELECT。") from error
    except psycopg.errors.QueryCanceled as error:
        raise LedgerSourceError(name, f"的查询超过 {_SECONDS} 秒", "请限定年度，或在数据库里建索引。") from error
    except psycopg.Error as error:
        said = (error.diag.message_primary or "连接中断")[:80]
        raise LedgerSourceError(name, f"的查询执行不了（{said}）", "请核对 query 里的表名、列名和权限。") from error


def _plain(rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    """Rows with plain values: what a ledger has no type for (lists, JSON, intervals) as text."""
    from datetime import date  # noqa: PLC0415 - beside its only use
    from decimal import Decimal  # noqa: PLC0415 - as above

    for row in rows:
        yield tuple([value if value is None or isinstance(value, str | int | float | Decimal | date) else str(value) for value in row])
