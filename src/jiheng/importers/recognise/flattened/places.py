"""Columns kept by blanks: where each heading begins, and how far each line below was moved when its leading blanks were lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from jiheng.importers.recognise.flattened.atoms import Atom
from jiheng.importers.recognise.flattened.items import Item

NEAR = 2


def columns_at(atoms: Sequence[Atom], roles: Mapping[str, Item]) -> dict[str, int]:
    """Role → place of its heading, for those that share a line: lines may have lost blanks of their own in front."""
    lines = Counter(atoms[item.start].line for item in roles.values())
    main = lines.most_common(1)[0][0]
    return {role: atoms[item.start].x for role, item in roles.items() if atoms[item.start].line == main}


def straightened(atoms: Sequence[Atom], places: Mapping[str, int]) -> list[Atom]:
    """The atoms with each line moved to where most of its cells stand below a heading; a line that could stand in two ways has no places."""
    found: list[Atom] = []
    for line in sorted({atom.line for atom in atoms}):
        own = [atom for atom in atoms if atom.line == line]
        shift = _shift([atom.x for atom in own], sorted(set(places.values())))
        found.extend(atom._replace(x=-1 if shift is None else atom.x + shift) for atom in own)
    return found


def _shift(cells: Sequence[int], headings: Sequence[int]) -> int | None:
    """The move that brings the most cells to a heading, the smaller one first; None where none brings half of them, or two do alike."""
    if len(cells) < 2 or not headings:
        return None
    moves = {heading - cell for heading in headings for cell in cells} | {0}
    counts = {move: sum(any(abs(cell + move - place) <= NEAR for place in headings) for cell in cells) for move in moves}
    most = max(counts.values())
    best = [move for move, count in counts.items() if count == most]
    if most * 2 < len(cells) or most < 2:
        return None
    groups = sorted(best)
    return groups[0] if groups[-1] - groups[0] <= NEAR else None
