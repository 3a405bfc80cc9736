"""Records from a JSON interface: pages, token, limits, and no other host than the one named; with a real server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jiheng.evidence import interfaces
from jiheng.evidence.records import Records
from jiheng.evidence.sources import read_records
from jiheng.rulebook.ledgers import Feed
from recorded import CALLS, column, counted, exclusions, said

Answer = tuple[int, dict[str, str], bytes]
CALLED = [{"month": f"2023-{number:02d}", "port": "东湾港", "amount": number} for number in range(1, 7)]


def _json(content: Any, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(content, ensure_ascii=False).encode()


def _raw(content: str) -> Answer:
    return 200, {}, content.encode()


def _page(query: dict[str, list[str]]) -> int:
    return int(query.get("page", ["1"])[0])


def _two(query: dict[str, list[str]]) -> list[dict[str, Any]]:
    return CALLED[2 * _page(query) - 2 : 2 * _page(query)]


EXACT = """[{"month": "2023-01", "port": "甲", "amount": 0.10},
 {"month": "2023-02", "port": "甲", "amount": 12345678901234567.89}]"""
ROUTES: dict[str, Callable[[dict[str, list[str]], str], Answer]] = {
    "/plain": lambda _, __: _json(CALLED),
    "/inside": lambda _, __: _json({"data": {"items": CALLED}, "total": 6}),
    "/linked": lambda query, _: _json({"rows": _two(query), "next": f"/linked?page={_page(query) + 1}" if _page(query) < 3 else None}),
    "/numbered": lambda query, _: _json(_two(query)),
    "/itself": lambda _, __: _json({"rows": CALLED, "next": "/itself"}),
    "/stuck": lambda _, __: _json(CALLED),
    "/circle": lambda query, _: _json({"rows": CALLED[_page(query) : _page(query) + 1], "next": f"/circle?page={3 - _page(query)}"}),
    "/endless": lambda query, _: _json({"rows": [{**CALLED[0], "amount": _page(query)}], "next": f"/endless?page={_page(query) + 1}"}),
    "/elsewhere": lambda _, __: _json({"rows": CALLED, "next": "https://example.org/calls"}),
    "/nowhere": lambda _, __: _json({"rows": CALLED, "next": "http://[bad"}),
    "/moved": lambda _, __: (302, {"Location": "/plain"}, b""),
    "/away": lambda _, __: (302, {"Location": "http://127.0.0.2:9/plain"}, b""),
    "/guarded": lambda _, sent: _json(CALLED) if sent == "Bearer Yunting-9" else _json({"error": "no"}, 401),
    "/broken": lambda _, __: _json({"error": "down"}, 500),
    "/page": lambda _, __: _raw("<html>登录</html>"),
    "/exact": lambda _, __: _raw(EXACT),
    "/nan": lambda _, __: _raw('[{"month": "2023-01", "port": "甲", "amount": NaN}]'),
    "/huge": lambda _, __: _raw('[{"month": "2023-01", "port": "甲", "amount": ' + "9" * 5000 + "}]"),
    "/deep": lambda _, __: _raw("[" * 100_000),
    "/words": lambda _, __: _json(["甲", "乙"]),
    "/object": lambda _, __: _json({"month": "2023-01"}),
    "/nested": lambda _, __: _json([{"month": "2023-01", "port": ["甲"], "amount": {"value": 1}}]),
    "/empty": lambda _, __: _json([]),
    "/uneven": lambda _, __: _json([{"port": "甲", "month": "2023-01"}, {"month": "2023-02", "port": "甲", "amount": "2", "note": None}]),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        status, headers, content = ROUTES[parts.path](parse_qs(parts.query), self.headers.get("Authorization") or "")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetched(url: str, **named: str) -> Records:
    return read_records(CALLS, [Feed(url, **named)], year=2023)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/plain", {}),
        ("/inside", {"rows": "data.items"}),
        ("/linked", {"rows": "rows", "next": "next"}),
        ("/numbered", {"page": "page"}),
        ("/numbered?size=2", {"page": "page"}),
        ("/moved", {}),
    ],
)
def test_all_pages_are_read_once(host: str, path: str, named: dict[str, str]) -> None:
    records = fetched(host + path, **named)
    assert records.unread == ()
    assert counted(records) == 21
    assert [record.row for record in records.records] == [1, 2, 3, 4, 5, 6]
    assert records.origins[0].columns == {"month": "c1", "port": "c2", "amount": "c3"}


def test_numbers_are_exact(host: str) -> None:
    records = fetched(f"{host}/exact")
    assert counted(records) == Decimal("12345678901234567.99")
    assert said(records) == ""


@pytest.mark.parametrize(
    ("path", "named", "message"),
    [
        ("/stuck", {"page": "page"}, "第 2 页与前面的页完全相同"),
        ("/circle", {"rows": "rows", "next": "next"}, "重复计数"),
        ("/itself", {"rows": "rows", "next": "next"}, "指回已读过的页"),
        ("/endless", {"rows": "rows", "next": "next"}, "超过 5 页"),
        ("/elsewhere", {"rows": "rows", "next": "next"}, "另一台主机（example.org）"),
        ("/nowhere", {"rows": "rows", "next": "next"}, "不是网址"),
        ("/away", {}, "要转到另一台主机"),
        ("/guarded", {}, "拒绝访问（401）"),
        ("/broken", {}, "返回错误（500）"),
        ("/page", {}, "不是合法的 JSON"),
        ("/nan", {}, "不是合法的 JSON"),
        ("/huge", {}, "不是合法的 JSON"),
        ("/deep", {}, "不是合法的 JSON"),
        ("/words", {}, "不是对象的列表"),
        ("/object", {}, "不是对象的列表"),
        ("/inside", {"rows": "data.nothing"}, "“data.nothing”里不是对象的列表"),
        ("/inside", {"rows": "total"}, "不是对象的列表"),
        ("/empty", {}, "缺少“月份”“港口”“收费”列"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_counts(
    host: str, path: str, named: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interfaces, "_MOST_PAGES", 5)
    records = fetched(host + path, **named)
    assert records.records == ()
    assert message in records.unread[0]


def test_a_token_comes_from_the_environment(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUNTING_TOKEN", "Yunting-9")
    named = {"token": "YUNTING_TOKEN"}
    records = fetched(f"{host}/guarded", **named)
    assert counted(records) == 21
    assert "Yunting-9" not in repr(records)
    monkeypatch.delenv("YUNTING_TOKEN")
    assert "环境变量 YUNTING_TOKEN 没有设置" in fetched(f"{host}/guarded", **named).unread[0]


def test_too_many_bytes_are_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interfaces, "_MOST_BYTES", 100)
    assert "的数据超过" in fetched(f"{host}/plain").unread[0]


def test_too_long_an_answer_is_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interfaces, "_SECONDS", -1)
    assert "还没有读完" in fetched(f"{host}/plain").unread[0]


@pytest.mark.parametrize("url", ["http://example.org/calls", "ftp://example.org/calls", "file:///etc/hosts", "calls", "https://[broken"])
def test_only_https_leaves_this_machine(url: str) -> None:
    records = fetched(url)
    assert records.records == ()
    assert records.unread


def test_a_server_that_is_away_is_told() -> None:
    assert "连不上或中途断开" in fetched("http://127.0.0.1:9/calls").unread[0]


def test_nested_values_are_no_numbers(host: str) -> None:
    assert exclusions(fetched(f"{host}/nested")) == ["not-a-number"]


def test_objects_need_not_have_all_fields(host: str) -> None:
    records = fetched(f"{host}/uneven")
    assert column(records, 3) == [None, Decimal(2)]
