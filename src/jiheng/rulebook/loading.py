"""One pack file into a RulePack: header, sources, scheme and rules merged over the pack it extends."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jiheng.domain.finding import Severity, Stage
from jiheng.rulebook.decoding import Node, Reading, SourceEntry, compose, leaves, read_sources
from jiheng.rulebook.model import Example, Formulas, Parameter, RuleEntry, RulePack, Scheme

DIVIDING = frozenset({"RATIO-CAP", "RATIO-RAW", "REV-LINEAR", "EQ-AS-GE", "EQ-SYM", "PASS-LINE", "COEFF"})
"""Formulas that divide by the target; REV-RATIO divides by the actual, and a target of 0 makes it 0."""
ZERO_TARGETS = frozenset({"zero_target", "zero_target_at_least"})
HEADER_KEYS = ("title", "variant", "place", "kinds", "templates", "from", "until", "extends")
BODY_KEYS = ("include", "sources", "scheme", "rules", "examples")
_BODY = re.compile(rb"^(?:%s):" % "|".join(BODY_KEYS).encode(), re.MULTILINE)
RULE_KEYS: dict[str, Any] = {
    "title": str,
    "severity": Severity,
    "stage": Stage,
    "active": bool,
    "variants": dict[str, Severity],
    "parameters": dict[str, Parameter],
}


@dataclass(frozen=True, slots=True)
class Header:
    """What the choice of a pack needs, without decoding the rest."""

    id: str
    path: Path
    title: str
    variant: str
    place: str | None
    kinds: tuple[str, ...]
    templates: tuple[str, ...]
    in_force_from: date
    in_force_until: date | None
    extends: str | None

    def covers(self, on: date) -> bool:
        """Whether the pack is in force on the day."""
        return self.in_force_from <= on and (self.in_force_until is None or on <= self.in_force_until)

    def distance(self, on: date) -> int:
        """How many days lie between the day and the pack's years; 0 within them."""
        return max(0, (self.in_force_from - on).days, (on - (self.in_force_until or on)).days)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A pack with everything it inherits, ready to be inherited from."""

    pack: RulePack
    sources: Mapping[str, SourceEntry]
    scheme: Mapping[str, Any]
    rules: Mapping[str, Mapping[str, Any]]


def read_header(path: Path, pack_id: str) -> Header:
    """The header of a pack file. What stands below the first key of the body is not read: twenty packs open in milliseconds.

    Raises:
        PackInvalidError: a header key is missing, unknown or malformed, or stands below the body.
    """
    reading = Reading(path.name, {})
    root = compose(path, path.name, _BODY)
    entries = _known_keys(reading, root)
    missing = [key for key in HEADER_KEYS if key not in entries]
    if missing:
        raise reading.refuse(root, f"缺少“{'”“'.join(missing)}”；它们要写在 {'、'.join(BODY_KEYS)} 之前。")
    return Header(
        id=pack_id,
        path=path,
        title=reading.decode(entries["title"], str),
        variant=reading.decode(entries["variant"], str),
        place=reading.decode(entries["place"], str | None),
        kinds=reading.decode(entries["kinds"], tuple[str, ...]),
        templates=reading.decode(entries["templates"], tuple[str, ...]),
        in_force_from=reading.decode(entries["from"], date),
        in_force_until=reading.decode(entries["until"], date | None),
        extends=reading.decode(entries["extends"], str | None),
    )


def _known_keys(reading: Reading, root: Node) -> dict[str, Node]:
    entries = reading.mapping(root)
    for key, node in entries.items():
        if key not in HEADER_KEYS + BODY_KEYS:
            raise reading.refuse(node, f"不认识的键“{key}”；可用：{'、'.join(HEADER_KEYS + BODY_KEYS)}。")
    return entries


def resolve(header: Header, parent_of: Callable[[str], Resolved]) -> Resolved:
    """The whole pack; ``parent_of`` gives the resolved pack of an id.

    Raises:
        PackInvalidError: anything in the file breaks the schema.
    """
    parent = parent_of(header.extends) if header.extends else None
    reading = Reading(header.path.name, parent.sources if parent else {})
    root = compose(header.path, header.path.name)
    entries = _known_keys(reading, root)
    if "sources" in entries:
        read_sources(reading, entries["sources"])
    rules: dict[str, dict[str, Any]] = {code: dict(entry) for code, entry in parent.rules.items()} if parent else {}
    if "include" in entries:
        for part in reading.decode(entries["include"], tuple[str, ...]):
            _include(header.path.parent / part, reading, rules)
    if "rules" in entries:
        _merge_rules(reading, entries["rules"], rules, fresh=False)
    scheme = dict(parent.scheme) if parent else {}
    if "scheme" in entries:
        _merge_scheme(reading, entries["scheme"], scheme)
    examples = reading.decode(entries["examples"], tuple[Example, ...]) if "examples" in entries else ()
    entries_of_rules = {code: RuleEntry(code=code, **entry) for code, entry in rules.items()}
    pack = _assemble(header, _scheme(reading, root, scheme), entries_of_rules, examples)
    return Resolved(pack, reading.sources, scheme, rules)


def _include(path: Path, reading: Reading, rules: dict[str, dict[str, Any]]) -> None:
    part = Reading(path.name, reading.sources)
    entries = part.mapping(compose(path, path.name))
    for key, node in entries.items():
        if key not in {"sources", "rules"}:
            raise part.refuse(node, f"不认识的键“{key}”；分文件里只有 sources 与 rules。")
    if "sources" in entries:
        read_sources(part, entries["sources"])
    if "rules" in entries:
        _merge_rules(part, entries["rules"], rules, fresh=True)


def _merge_rules(reading: Reading, node: Node, rules: dict[str, dict[str, Any]], *, fresh: bool) -> None:
    for code, entry in reading.mapping(node).items():
        if fresh and code in rules:
            raise reading.refuse(entry, f"规则“{code}”已经有了，请合并成一条。")
        known = rules.setdefault(code, {})
        for key, value in reading.mapping(entry).items():
            if key == "cites":
                known[key] = reading.cites(value)
            elif key in RULE_KEYS:
                decoded = reading.decode(value, RULE_KEYS[key])
                known[key] = {**known.get(key, {}), **decoded} if isinstance(decoded, dict) else decoded
            else:
                raise reading.refuse(value, f"不认识的键“{key}”；规则条目可用：{'、'.join(RULE_KEYS)}、cites。")
        missing = [key for key in ("title", "severity", "stage", "cites") if key not in known]
        if missing:
            raise reading.refuse(entry, f"规则“{code}”缺少“{'”“'.join(missing)}”。")


def _merge_scheme(reading: Reading, node: Node, scheme: dict[str, Any]) -> None:
    kinds = dict(leaves(Scheme))
    formulas = dict(leaves(Formulas))
    for key, value in reading.mapping(node).items():
        if key not in kinds:
            raise reading.refuse(value, f"不认识的键“{key}”；scheme 可用：{'、'.join(kinds)}。")
        if key != "formulas":
            scheme[key] = reading.decode(value, kinds[key])
            continue
        own = dict(scheme.get(key, {}))
        for condition, formula in reading.mapping(value).items():
            if condition not in formulas:
                raise reading.refuse(formula, f"不认识的键“{condition}”；formulas 可用：{'、'.join(formulas)}。")
            own[condition] = decoded = reading.decode(formula, formulas[condition])
            if condition in ZERO_TARGETS and decoded.value is not None and decoded.value.id in DIVIDING:
                raise reading.refuse(formula, f"目标为 0 时不能用要除以目标的公式“{decoded.value.id}”；可用 ZERO、ZERO-GE、JUDGE 等。")
        scheme[key] = own


def _scheme(reading: Reading, root: Node, merged: Mapping[str, Any]) -> Scheme:
    missing = [name for name, _ in leaves(Scheme) if name not in merged]
    missing += [f"formulas.{name}" for name, _ in leaves(Formulas) if name not in merged.get("formulas", {})]
    if missing:
        raise reading.refuse(root, f"scheme 缺少“{'”“'.join(missing)}”，也没有可以继承的。")
    return Scheme(**{**merged, "formulas": Formulas(**merged["formulas"])})


def _assemble(header: Header, scheme: Scheme, rules: dict[str, RuleEntry], examples: tuple[Example, ...]) -> RulePack:
    values: dict[str, Any] = {
        "id": header.id,
        "title": header.title,
        "variant": header.variant,
        "place": header.place,
        "kinds": header.kinds,
        "templates": header.templates,
        "in_force_from": header.in_force_from,
        "in_force_until": header.in_force_until,
        "extends": header.extends,
        "scheme": scheme,
        "rules": rules,
        "examples": examples,
    }
    canonical = json.dumps(values, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return RulePack(**values, digest=hashlib.sha256(canonical.encode()).hexdigest())


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON
    if is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    return str(value)  # a number or a date: nothing else is left
