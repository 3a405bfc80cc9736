"""The mark of a place that only a person can fill: 【请填写：得分】. Who reads a form back knows it for a blank."""

from __future__ import annotations

_OPENS, _CLOSES = "【请填写", "】"


def mark(what: str) -> str:
    """The mark of a gap; ``what`` says what belongs there, in words that hold no number."""
    return f"{_OPENS}：{what}{_CLOSES}"


def is_mark(text: str) -> bool:
    """Whether a cell holds nothing but such a mark.

    >>> is_mark(mark("得分")), is_mark("25场")
    (True, False)
    """
    bare = text.strip()
    return bare.startswith(_OPENS) and bare.endswith(_CLOSES) and bare.count(_CLOSES) == 1
