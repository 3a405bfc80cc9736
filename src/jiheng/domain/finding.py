"""A Finding says what is wrong, where, why, and on what authority. A Citation is that authority."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, NamedTuple, cast

from jiheng.domain.document import Anchor

Severity = Literal["error", "warning", "info"]
Stage = Literal["imp", "fill", "sub", "aud", "rev", "roll", "pub"]
Mark = Literal["seed", "seen", "calc", "unverified", "design"]

SEVERITY_NAMES: dict[Severity, str] = {"error": "错误", "warning": "提醒", "info": "提示"}
SEVERITY_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
STAGES: tuple[Stage, ...] = ("imp", "fill", "sub", "aud", "rev", "roll", "pub")


@dataclass(frozen=True, slots=True)
class Citation:
    """Document, article, quotation, effective date; unknown parts are None, never guessed. ``verified`` says whether the source was read."""

    document: str
    article: str | None
    quote: str | None
    effective: str | None
    mark: Mark
    verified: bool

    def sentence(self) -> str:
        """The authority in words a user may be shown: marks other than a verified text say what they are."""
        where = f"{self.document}{self.article or ''}"
        if self.mark == "design":
            return f"系统设定（{where}）"
        if not self.verified:
            return f"{where}（未经原文核对）"
        return where


class Finding(NamedTuple):
    """One problem. ``subject`` is a JSON pointer into the evaluation, ``""`` for the form as a whole or a place that is no field."""

    code: str
    severity: Severity
    message: str
    subject: str = ""
    anchor: Anchor | None = None
    cites: tuple[Citation, ...] = ()
    expected: str | None = None
    found: str | None = None
    difference: str | None = None
    suggestion: str | None = None


make_finding = cast("Callable[[tuple[object, ...]], Finding]", partial(cast("Callable[..., tuple[object, ...]]", tuple.__new__), Finding))
"""A Finding from a tuple of all its fields, in half the time."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Something import put right, with before and after. ``code`` names the finding it gives; None where it is only recorded."""

    code: str | None
    subject: str
    before: str
    after: str
    note: str = ""
    anchor: Anchor = field(default_factory=Anchor)
