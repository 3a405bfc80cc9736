"""The stream read as labels and plain atoms, and the runs of labels that were header rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from jiheng.importers.recognise.flattened.atoms import Atom, Border, Shape
from jiheng.importers.recognise.flattened.vocabulary import LONGEST_LABEL, NOTHING, Meaning, Vocabulary
from jiheng.importers.recognise.lines import label_key

AMOUNTS = frozenset({"initial_budget", "adjusted_budget", "allotted", "disbursed"})
LEVELS = ("level1", "level2", "name")
LEVEL_WEIGHTS = ("level1_weight", "level2_weight", "weight")
_MOST_ATOMS = 8
_BRACKETED = re.compile(r"[(（]")


class Item(NamedTuple):
    """A label (of one atom or several), or one plain atom."""

    start: int
    end: int
    text: str
    meaning: Meaning

    @property
    def plain(self) -> bool:
        """Whether it is no label."""
        return self.meaning == NOTHING


def items_of(atoms: Sequence[Atom], words: Vocabulary, shape: Shape) -> list[Item]:
    """Labels, the longest first, and the atoms between them."""
    found: list[Item] = []
    at = 0
    while at < len(atoms):
        item = _label(atoms, at, words, shape) or Item(at, at + 1, atoms[at].text, NOTHING)
        found.append(item)
        at = item.end
    return found


def _label(atoms: Sequence[Atom], at: int, words: Vocabulary, shape: Shape) -> Item | None:
    found = None
    text, length = "", 0
    for end in range(at + 1, min(at + _MOST_ATOMS, len(atoms)) + 1):
        atom = atoms[end - 1]
        length += len(atom.text)
        crosses = end > at + 1 and (atom.border is Border.WIDE or (atom.border is Border.LINE and shape is Shape.FIELDS))
        if not atom.text or crosses:
            break
        if end > at + 1 and (length > LONGEST_LABEL or _BRACKETED.match(atoms[at].text) or (found is not None and not _ends_label(atom.text))):
            break
        text = f"{text}{atom.joint}{atom.text}" if text else atom.text
        meaning = words.meaning(text)
        if meaning.known and (end == at + 1 or not (meaning.total or (meaning.item and atom.border is Border.LINE))):
            found = Item(at, end, text, meaning)
    return found


def _ends_label(text: str) -> bool:
    """What may follow a label as part of it: 指标, a remark in brackets, one more character."""
    return text in {"指标", "目标", "完成值", "改进措施"} or _BRACKETED.match(text) is not None or (len(text) == 1 and not text.isdigit())


def merged(atoms: Sequence[Atom], items: Sequence[Item]) -> list[Atom]:
    """The atoms with each label of several put into one."""
    found: list[Atom] = []
    for item in items:
        own = atoms[item.start : item.end]
        whole = own[0] if len(own) == 1 else own[0]._replace(text=item.text, anchor=own[0].anchor._replace(text=item.text))
        found.append(whole)
    return found


class Heading(NamedTuple):
    """A header row that was: role → label item, in the order of the columns, and where the rows begin."""

    roles: dict[str, Item]
    end: int
    frames: list[Item]
    names: dict[str, Item]
    rest: tuple[Item, ...] = ()


def indicator_heading(items: Sequence[Item], at: int) -> Heading | None:
    """A run of labels of an indicator table that begins here."""
    run: list[Item] = []
    frames: list[Item] = []
    end = at
    while end < len(items) and (items[end].meaning.column or _part(items[end]) or _group(items[end])):
        if items[end].meaning.frame and not items[end].meaning.column:
            frames.append(items[end])
        else:
            run.append(items[end])
        end += 1
    roles = [item for item in run if item.meaning.column]
    kinds = {item.meaning.column for item in roles}
    if len(kinds) < 3 or not kinds & set(LEVELS) or not kinds & {"target", "actual", "score", "weight"}:
        return None
    named = [item for item in run if label_key(item.text) == "名称"]
    names = dict(zip(LEVELS, named, strict=False)) if len(named) >= 2 else {}
    ordered = _ordered(run)
    used = [*ordered.values(), *names.values()]
    return Heading(ordered, end, frames, names, tuple(item for item in run if item not in used))


def _group(item: Item) -> bool:
    return item.meaning.frame and not item.meaning.pointer and not item.meaning.tail and not item.meaning.item


def _part(item: Item) -> bool:
    return label_key(item.text) in {"名称", "权重%"}


def _ordered(run: list[Item]) -> dict[str, Item]:
    """Roles in column order: what stands before the first level name was a header of its own above, right of the level names."""
    first = next((i for i, item in enumerate(run) if item.meaning.column in LEVELS), 0)
    turned = [*run[first:], *run[:first]]
    found: dict[str, Item] = {}
    pairs = [item for item in turned if _part(item) or (item.meaning.column == "weight" and any(_part(other) for other in turned))]
    if sum(label_key(item.text) == "名称" for item in pairs) >= 2:
        weights = [item for item in pairs if item.meaning.column == "weight"]
        levels = {item.meaning.column: item for item in turned if item.meaning.column in LEVELS}
        for level, weight, item in zip(LEVELS, LEVEL_WEIGHTS, weights, strict=False):
            found[level] = levels.get(level, item)
            found[weight] = item
        turned = [item for item in turned if item not in pairs]
    for item in turned:
        if item.meaning.column:
            found.setdefault(item.meaning.column, item)
    return found


def money_heading(items: Sequence[Item], at: int) -> Heading | None:
    """A run of labels of a money block that begins here."""
    end = at
    frames: list[Item] = []
    roles: dict[str, Item] = {}
    while end < len(items) and (items[end].meaning.amount or _group(items[end]) or not items[end].text):
        if items[end].meaning.amount:
            if (group := roles.pop(items[end].meaning.amount, None)) is not None:
                frames.append(group)
            roles[items[end].meaning.amount] = items[end]
        elif items[end].meaning.frame:
            frames.append(items[end])
        end += 1
    if len(roles) < 2 or not AMOUNTS & set(roles):
        return None
    return Heading(roles, end, frames, {})
