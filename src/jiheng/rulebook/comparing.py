"""What sets two packs apart, leaf by leaf: the content of ``jiheng packs diff``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from jiheng.domain.finding import Citation
from jiheng.rulebook.model import RulePack, Sourced

_IDENTITY = frozenset({"digest"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One leaf that differs: its path (``scheme.money.points``), the old and the new text; None where the leaf does not exist."""

    path: str
    old: str | None
    new: str | None


def difference(old: RulePack, new: RulePack) -> tuple[Difference, ...]:
    """Every leaf in which two resolved packs differ, in the order of the model; the digest, which sums up the rest, is left out."""
    before, after = dict(_flat("", old)), dict(_flat("", new))
    paths = [*before, *(path for path in after if path not in before)]
    return tuple(Difference(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path))


def _flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Sourced):
        yield from _flat(path, value.value)
        yield from _flat(f"{path}.cites", value.cites)
    elif isinstance(value, Citation):
        yield path, value.sentence() + (f"“{value.quote}”" if value.quote else "")
    elif is_dataclass(value):
        parts = [(field.name, getattr(value, field.name)) for field in fields(value) if field.name not in _IDENTITY]
        for name, part in parts:
            yield from _flat(f"{path}.{name}" if path else name, part)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(f"{path}.{name}", part)
    elif isinstance(value, tuple) and any(not isinstance(part, str) for part in value):
        for index, part in enumerate(value):
            yield from _flat(f"{path}.{index}", part)
    else:
        yield path, _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(str(part) for part in value) or "（空）"
    return "（无）" if value is None else str(value)
