"""URLs of sources: secrets come from the environment only, and none is ever shown."""

from __future__ import annotations

import os
import re
from urllib.parse import parse_qsl, quote, urlsplit

from jiheng.errors import LedgerSourceError

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SECRET = re.compile(r".*(?:pass(?:word|wd|phrase)?|pwd|secret|token|key|sign(?:ature)?)", re.IGNORECASE)


def shown(url: str) -> str:
    """A URL as it may be printed: without user, password and parameters."""
    try:
        parts = urlsplit(_NAME.sub("NAME", url))
    except ValueError:  # too odd to be taken apart
        return f"{url.partition('://')[0][:20]}://…"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def address(url: str) -> str:
    """The URL with each ``${NAME}`` taken from the environment.

    Raises:
        LedgerSourceError: a password or token is typed into the URL, or a variable is not set.
    """
    try:
        parts = urlsplit(url)
        typed = parts.password
    except ValueError as error:
        raise LedgerSourceError(shown(url), "不是合法的网址", "请核对写法，如 postgresql://用户:${变量名}@主机/库名。") from error
    secrets = [value for key, value in parse_qsl(parts.query) if _SECRET.fullmatch(key)]
    if any(secret and not _NAME.fullmatch(secret) for secret in (typed, *secrets)):
        todo = "口令不能写在文件里：请改成 ${变量名}，并在环境变量里给出。"
        raise LedgerSourceError(shown(url), "把口令写在了网址里", todo)
    return _NAME.sub(lambda match: quote(variable(match[1], shown(url)), safe=""), url)


def variable(name: str, source: str) -> str:
    """A variable of the environment.

    Raises:
        LedgerSourceError: it is not set, or empty.
    """
    value = os.environ.get(name, "")
    if not value:
        raise LedgerSourceError(source, f"要用的环境变量 {name} 没有设置", f"请先设置：export {name}=…，再运行。")
    return value
