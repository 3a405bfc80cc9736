"""评分标准 printed twice: a copy that announces more tiers than it lists gives way to a fuller one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_ANNOUNCED = re.compile(r"([两二三四五2-5])档")
_LABEL = re.compile(r"[“\"]([^”\"]{4,30})[”\"]")


def adopt_fuller(texts: list[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """(row, truncated text, fuller text) for every text that a fuller one of the same kind can replace."""
    found = []
    for index, text in texts:
        if not truncated(text):
            continue
        fuller = next(
            (other for _, other in texts if not truncated(other) and _announced(other) == _announced(text) and _same_kind(text, other)), None
        )
        if fuller is not None:
            found.append((index, text, fuller))
    return found


@lru_cache(maxsize=1024)
def truncated(text: str) -> bool:
    """Whether a text announces n tiers and lists fewer labels."""
    announced = _announced(text)
    return announced is not None and len(labels(text)) < announced


def labels(text: str) -> tuple[str, ...]:
    """The quoted tier labels before the announcement."""
    match = _ANNOUNCED.search(text)
    return tuple(dict.fromkeys(_LABEL.findall(text[: match.end()]))) if match else ()


def _announced(text: str) -> int | None:
    match = _ANNOUNCED.search(text) if "档" in text else None
    if match is None:
        return None
    return _COUNTS.get(match.group(1)) or int(match.group(1))


def _same_kind(first: str, second: str) -> bool:
    own, other = _plain(first), _plain(second)
    start = own.find("定性指标")
    there = other.find("定性指标")
    return start >= 0 and there >= 0 and own[start : start + 12] == other[there : there + 12]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
