"""Which of several readings of a row holds: told by sums and limits where exactly one passes, otherwise left open."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jiheng.importers.recognise.flattened.atoms import Border
from jiheng.importers.recognise.flattened.engine import Engine, Row
from jiheng.importers.recognise.flattened.fits import number_of

MARGIN = 3.5
_POINTS = re.compile(r"[(（]\s*(\d+(?:\.\d+)?)\s*分?\s*[)）]")
_THREE_CELLS = {"operator", "target", "unit"}
LONGEST_VALUE = 12
MOST_COMBINATIONS = 20_000
HUNDRED = Decimal(100)
AMOUNT_ROLES = ("initial_budget", "adjusted_budget", "allotted", "disbursed")


@dataclass(frozen=True, slots=True)
class Witness:
    """What the form prints beside the rows: the weights' sums that would do, the scores' sums that would do; empty where nothing is printed."""

    weights: frozenset[Decimal] = frozenset()
    scores: frozenset[Decimal] = frozenset()


@dataclass(slots=True)
class Settled:
    """A row as it will stand: its reading, and the roles that stay empty since more than one reading holds."""

    start: int
    row: Row
    open: set[str] = field(default_factory=set)


def settle(engine: Engine, reading: Sequence[tuple[int, Row | None]], witness: Witness) -> list[Settled]:
    """The rows of a reading, with doubt resolved by arithmetic or marked."""
    rows = [Settled(start, row) for start, row in reading if row is not None]
    options = [_options(engine, settled) for settled in rows]
    doubtful = [index for index, choice in enumerate(options) if len(choice) > 1]
    chosen = _by_sums(engine, [row.row for row in rows], options, doubtful, witness)
    for index in doubtful:
        kept = options[index]
        if chosen is not None:
            rows[index].row = chosen[index]
            kept = [row for row in kept if all(_number(engine, row, role) == _number(engine, chosen[index], role) for role in ("weight", "score"))]
        rows[index].open = _differing(engine, kept)
    if sum((_number(engine, settled.row, "weight") for settled in rows), Decimal(0)) > HUNDRED:
        for settled in rows:
            said = texts(engine, settled.row)
            if said.get("weight") and not (said.get("target") or said.get("actual")):
                settled.open |= {"weight", "score"}
    proven = _sums_prove(engine, rows, witness)
    for index, settled in enumerate(rows):
        if not engine.fit.proves(texts(engine, settled.row)):
            settled.open |= _unproven(engine, settled.row, proven=index in proven)
        settled.open |= _glued(engine, settled.row) | _long_and_glued(engine, settled.row)
        settled.open |= _THREE_CELLS if settled.open & _THREE_CELLS else set()
    return rows


def habits(engine: Engine, reading: Sequence[tuple[int, Row | None]]) -> tuple[list[dict[str, str]], dict[str, float]]:
    """What the named rows of a first reading say for certain, and how often each role is filled where that is certain."""
    said: list[dict[str, str]] = []
    counts: dict[str, list[int]] = {role: [] for role in engine.fit.roles}
    for start, row in reading:
        if row is None or "name" not in (own := texts(engine, row)):
            continue
        unsure = _differing(engine, _options(engine, Settled(start, row)))
        said.append({role: text for role, text in own.items() if role not in unsure})
        for role in engine.fit.roles:
            if role not in unsure:
                counts[role].append(int(bool(own.get(role))))
    return said, {role: sum(found) / len(found) if found else 0.5 for role, found in counts.items()}


def _glued(engine: Engine, row: Row) -> set[str]:
    """Words run together with the next cell's: where a value of the row seems to lack, it may be in them, so they are left open."""
    said = {engine.fit.roles[span.role] for span in row.spans}
    if "name" not in engine.fit.roles or not {"target", "actual", "weight", "score"} & set(engine.fit.roles) - said:
        return set()
    lacks = {"target", "actual"} & set(engine.fit.roles) - said
    found: set[str] = set()
    for first, second in itertools.pairwise(row.spans):
        role = engine.fit.roles[first.role]
        glued = engine.atoms[second.start].border >= Border.EDGE
        words = not any(mark.isdigit() for atom in engine.atoms[first.start : first.end] for mark in atom.text)
        if lacks and glued and words and role in {"name", "target", "actual"}:
            found.add(role)
    lacking = any(engine.fit.expects(role) for role in {"target", "actual", "weight", "score"} & set(engine.fit.roles) - said)
    runs = {engine.fit.roles[span.role] for span in row.spans if lacking and _run_of_digits(engine, span.start, span.end)}
    return runs | (found if found - {"name"} or _may_hold_a_value(engine, row) else set())


def _long_and_glued(engine: Engine, row: Row) -> set[str]:
    """Long values put together from words and figures that no blank joins: they may hold the next cells, or the next row."""
    found: set[str] = set()
    for span in row.spans:
        inner = engine.atoms[span.start + 1 : span.end]
        length = sum(len(atom.text) for atom in engine.atoms[span.start : span.end])
        if engine.fit.roles[span.role] in {"target", "actual"} and length > LONGEST_VALUE and any(atom.border >= Border.EDGE for atom in inner):
            found.add(engine.fit.roles[span.role])
    return found


def _run_of_digits(engine: Engine, start: int, end: int) -> bool:
    """A number without unit that was read digit by digit: it may hold the figure that the row lacks."""
    return end - start > 1 and all(mark.isdigit() or mark in ".," for atom in engine.atoms[start:end] for mark in atom.text)


def _may_hold_a_value(engine: Engine, row: Row) -> bool:
    """Whether the glued name is followed by figures that are no value, so that its value would have to be words inside it."""
    roles = [engine.fit.roles[span.role] for span in row.spans]
    if "name" not in roles or not {"target", "actual"} & set(engine.fit.roles) - set(roles):
        return False
    after = roles[roles.index("name") + 1 :]
    return bool(after) and after[0] not in {"target", "operator"}


def texts(engine: Engine, row: Row) -> dict[str, str]:
    """Role → text of a reading."""
    return {engine.fit.roles[span.role]: engine.text(span.start, span.end) for span in row.spans}


def _options(engine: Engine, settled: Settled) -> list[Row]:
    """Readings of the same stretch that are nearly as good, without those that differ in nothing that is printed."""
    found: list[Row] = []
    seen: list[dict[str, str]] = []
    for row in [settled.row, *engine.parses(settled.start).get(settled.row.end, [])]:
        said = {role: text for role, text in texts(engine, row).items() if text}
        if row.cost <= settled.row.cost + MARGIN and said not in seen:
            seen.append(said)
            found.append(row)
    return found


def _differing(engine: Engine, options: Sequence[Row]) -> set[str]:
    said = [texts(engine, row) for row in options]
    return {role for role in engine.fit.roles if len({one.get(role, "") for one in said}) > 1}


def _by_sums(engine: Engine, rows: list[Row], options: list[list[Row]], doubtful: list[int], witness: Witness) -> dict[int, Row] | None:
    """The one choice for all doubtful rows whose sums agree with what is printed; None where none or several do."""
    count = 1
    for index in doubtful:
        count *= len(options[index])
    if not doubtful or count > MOST_COMBINATIONS or not (witness.weights or witness.scores):
        return None
    sums = {role: sum((_number(engine, row, role) for i, row in enumerate(rows) if i not in doubtful), Decimal(0)) for role in ("weight", "score")}
    passed: dict[tuple[Decimal, ...], dict[int, Row]] = {}
    for combination in itertools.product(*(options[index] for index in doubtful)):
        figures = tuple(_number(engine, row, role) for row in combination for role in ("weight", "score"))
        weights = sums["weight"] + sum(figures[0::2], Decimal(0))
        scores = sums["score"] + sum(figures[1::2], Decimal(0))
        if (not witness.weights or weights in witness.weights) and (not witness.scores or scores in witness.scores):
            passed.setdefault(figures, dict(zip(doubtful, combination, strict=True)))
            if len(passed) > 1:
                return None
    return next(iter(passed.values()), None)


def _number(engine: Engine, row: Row, role: str) -> Decimal:
    return number_of(texts(engine, row).get(role, "")) or Decimal(0)


def _sums_prove(engine: Engine, rows: Sequence[Settled], witness: Witness) -> set[int]:
    """The rows whose cuts inside digits are borne out: the weights come to what is printed for the table or for their level-1 block."""
    proven: set[int] = set()
    block: list[int] = []
    points: Decimal | None = None
    for index, settled in enumerate([*rows, None]):
        level1 = texts(engine, settled.row).get("level1") if settled is not None else ""
        if settled is None or level1:
            if points is not None and sum((_number(engine, rows[i].row, "weight") for i in block), Decimal(0)) == points:
                proven.update(block)
            match = _POINTS.search(level1 or "")
            block, points = [], Decimal(match.group(1)) if match else None
        block.append(index)
    weights = sum((_number(engine, settled.row, "weight") for settled in rows), Decimal(0))
    scores = sum((_number(engine, settled.row, "score") for settled in rows), Decimal(0))
    if weights in witness.weights and (not witness.scores or scores in witness.scores):
        proven.update(range(len(rows)))
    return proven


def _unproven(engine: Engine, row: Row, *, proven: bool) -> set[str]:
    """The roles of cells that share a run of digits: none can be told from the text alone, and those of target and actual not even by sums."""
    found: set[str] = set()
    for first, second in itertools.pairwise(row.spans):
        if first.end == second.start and engine.atoms[second.start].border is Border.DIGIT:
            roles = {engine.fit.roles[first.role], engine.fit.roles[second.role]}
            if not proven or not (roles <= {"actual", "weight", "score"} or roles == {"weight", "target"}):
                found |= roles
    return found


def within(engine: Engine, rows: Sequence[Settled]) -> None:
    """Money rows: an amount of a part is no more than the total's in the same column; the reading that keeps this holds if it is the only one."""
    if not rows or rows[0].open:
        return
    whole = texts(engine, rows[0].row)
    for settled in rows[1:]:
        if not settled.open:
            continue
        kept = [row for row in _options(engine, settled) if _part_of(whole, texts(engine, row))]
        said = [{role: text for role, text in texts(engine, row).items() if role in AMOUNT_ROLES} for row in kept]
        if not kept:
            continue
        settled.row = kept[0]
        settled.open = {role for role in engine.fit.roles if len({one.get(role, "") for one in said}) > 1}
        settled.open |= _unproven(engine, settled.row, proven=False)


def _part_of(whole: dict[str, str], share: dict[str, str]) -> bool:
    for role in AMOUNT_ROLES:
        amount = number_of(share.get(role, "").replace(",", ""))
        limit = number_of(whole.get(role, "").replace(",", ""))
        if amount is not None and (limit is None or amount > limit):
            return False
    return True
