"""Findings on what happens before there is a case: a file that cannot be read, no rule pack in force."""

from __future__ import annotations

from jiheng.domain.document import Anchor
from jiheng.domain.finding import Finding
from jiheng.rulebook.model import RuleEntry


def plain_finding(entry: RuleEntry, what: str, todo: str, anchor: Anchor | None = None) -> Finding:
    """A finding on the file or form as a whole, worded like every other: what, what to do, on what authority."""
    return Finding(entry.code, entry.severity, f"{what}{todo}依据：{entry.authority}。", anchor=anchor, cites=entry.cites, suggestion=todo or None)
