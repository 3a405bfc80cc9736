"""JSON interfaces as typed tables: pages of objects over https, within limits, never from another host than the one named."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from http.client import HTTPException
from typing import IO, Any, Final, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from jiheng.errors import LedgerSourceError
from jiheng.evidence.addresses import address, shown, variable
from jiheng.evidence.typed_tables import TypedTable
from jiheng.rulebook.ledgers import Feed

_MOST_PAGES: Final = 2000
_MOST_BYTES: Final = 256 * 1024 * 1024
_SECONDS: Final = 300
_PATIENCE: Final = 30
_CHUNK: Final = 65536
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_INTEGER: Final = 60


def interface_table(feed: Feed) -> TypedTable:
    """The objects of all pages of a feed, a row each.

    Raises:
        LedgerSourceError: no https (http is for this machine only), a token that is not set, an answer that is no list of objects, a page
            twice, another host, or more pages, bytes or seconds than allowed.
    """
    fetched = _Pages(feed)
    objects = list(fetched.objects())
    columns = tuple(dict.fromkeys(key for item in objects for key in item))
    rows = [tuple([_plain(item.get(column)) for column in columns]) for item in objects]
    return TypedTable(fetched.name, fetched.digest, columns, rows)


def _plain(value: object) -> object:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else value


class _SameHost(HTTPRedirectHandler):
    """Follows redirects within the host that was named; a token must reach nobody else."""

    def redirect_request(self, req: Request, *about: Any, **named: Any) -> Request | None:  # noqa: ANN401 - as the library hands them over
        """The request to follow; ``about`` are answer, status, phrase, headers and the new URL.

        Raises:
            LedgerSourceError: the new URL leads to another host.
        """
        following = str(named.get("newurl") or about[-1])
        if _origin(following) != _origin(req.full_url):
            host = urlsplit(following).netloc
            raise LedgerSourceError(shown(req.full_url), f"要转到另一台主机（{host}）", "为防数据被引到别处，没有跟随。请核对网址。")
        return super().redirect_request(req, *about, **named)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


class _Pages:
    """Fetches the pages of a feed; counts what it has taken."""

    def __init__(self, feed: Feed) -> None:
        self.name = shown(feed.url)
        self._feed = feed
        self._url = address(feed.url)
        host = urlsplit(self._url).hostname
        scheme = urlsplit(self._url).scheme
        if scheme != "https" and not (scheme == "http" and host in _LOCAL):
            raise self._refusal("不是 https 网址", "接口只接受 https（本机可用 http）。请核对网址。")
        self._token = variable(feed.token, self.name) if feed.token else None
        self._opener: OpenerDirector = build_opener(_SameHost, *([ProxyHandler({})] if host in _LOCAL else []))
        self._told = hashlib.sha256()
        self._limit = time.monotonic() + _SECONDS
        self._bytes = 0

    @property
    def digest(self) -> str:
        """SHA-256 of all answers, in order."""
        return self._told.hexdigest()

    def objects(self) -> Iterator[Mapping[str, object]]:
        """The objects of all pages, in order."""
        url: str | None = self._numbered(1)
        seen: set[str] = set()
        answers: set[bytes] = set()
        page = 0
        while url is not None:
            page += 1
            if url in seen:
                raise self._refusal("的下一页又指回已读过的页", "重复的页会重复计数，没有采用。请核对接口的翻页。")
            if page > _MOST_PAGES:
                raise self._refusal(f"超过 {_MOST_PAGES} 页", "请在网址里限定年度，或调大每页的条数。")
            seen.add(url)
            content = self._fetch(url)
            answer = self._parsed(content)
            items = self._items(answer)
            own = hashlib.sha256(content).digest()
            if items and own in answers:
                raise self._refusal(f"第 {page} 页与前面的页完全相同", "翻页参数可能不起作用，重复的页会重复计数，没有采用。请核对。")
            answers.add(own)
            yield from items
            url = self._after(url, page, answer, items)

    def _numbered(self, page: int) -> str:
        if self._feed.page is None:
            return self._url
        return f"{self._url}{'&' if urlsplit(self._url).query else '?'}{urlencode({self._feed.page: page})}"

    def _after(self, url: str, page: int, answer: object, items: list[Mapping[str, object]]) -> str | None:
        if self._feed.page is not None:
            return self._numbered(page + 1) if items else None
        link = _inside(answer, self._feed.next) if self._feed.next else None
        if link is None or link == "":
            return None
        if not isinstance(link, str):
            raise self._refusal(f"的“{self._feed.next}”不是网址", "请核对翻页的字段名。")
        try:
            following = urljoin(url, link)
            elsewhere = _origin(following) != _origin(self._url)
        except ValueError as error:
            raise self._refusal(f"的“{self._feed.next}”不是网址", "请核对翻页的字段名。") from error
        if elsewhere:
            raise self._refusal(f"的下一页在另一台主机（{urlsplit(following).netloc}）", "没有跟随。请核对接口。")
        return following

    def _fetch(self, url: str) -> bytes:
        headers = {"Accept": "application/json", "User-Agent": "jiheng"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            with self._opener.open(Request(url, headers=headers), timeout=_PATIENCE) as answer:  # noqa: S310 - https, or this machine
                content = b"".join(self._chunks(cast("IO[bytes]", answer)))
        except HTTPError as error:
            error.close()
            raise self._answered(error.code) from error
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise self._refusal("连不上或中途断开", "请核对网址和网络后再试。") from error
        self._told.update(content)
        return content

    def _chunks(self, answer: IO[bytes]) -> Iterator[bytes]:
        while chunk := answer.read(_CHUNK):
            self._bytes += len(chunk)
            if self._bytes > _MOST_BYTES:
                raise self._refusal(f"的数据超过 {_MOST_BYTES // 1048576} MB", "请在网址里限定年度。")
            if time.monotonic() > self._limit:
                raise self._refusal(f"超过 {_SECONDS} 秒还没有读完", "请在网址里限定年度，或改用导出的文件。")
            yield chunk

    def _answered(self, status: int) -> LedgerSourceError:
        if status in {401, 403}:
            return self._refusal(f"拒绝访问（{status}）", "请核对 token 所指的环境变量和账号权限。")
        return self._refusal(f"返回错误（{status}）", "请核对网址，或稍后再试。")

    def _parsed(self, content: bytes) -> object:
        try:
            return json.loads(content, parse_float=Decimal, parse_int=_integer, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise self._refusal("返回的不是合法的 JSON", "请核对网址是不是数据接口。") from error

    def _items(self, answer: object) -> list[Mapping[str, object]]:
        found = _inside(answer, self._feed.rows) if self._feed.rows else answer
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            where = f"“{self._feed.rows}”里" if self._feed.rows else "最外层"
            raise self._refusal(f"返回的{where}不是对象的列表", "请用 rows 写明列表所在的字段，如 data.items。")
        return found

    def _refusal(self, what: str, todo: str) -> LedgerSourceError:
        return LedgerSourceError(self.name, what, todo)


def _inside(answer: object, path: str) -> object:
    for key in path.split("."):
        answer = answer.get(key) if isinstance(answer, dict) else None
    return answer


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise ValueError("an integer beyond all figures")
    return int(text)


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is no number")
