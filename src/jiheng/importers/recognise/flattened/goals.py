"""Two goal texts that stand one after the other, told apart: expected first, then what was reached."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jiheng.importers.recognise.flattened.atoms import Atom, Border, joined

_NUMBERING = re.compile(r"^(?:目标\s*\d+|[(（]?\d{1,2}[)）.、．]|[(（]?[一二三四五六七八九十]{1,2}[)）、.])")
_FIRST = re.compile(r"(?:目标\s*1|(?<![\d.])1[.、．])[:：]?(?!\d)")
_SENTENCE_END = "。；;！"
_SAME_START = 6
_SHORTEST_TWICE = 8

Pair = tuple[list[Atom], list[Atom]]


def two_texts(atoms: Sequence[Atom]) -> Pair | None:
    """The atoms of the first and of the second text; None where nothing tells where one ends."""
    filled = [atom for atom in atoms if atom.text]
    if len(filled) == 2:
        return [filled[0]], [filled[1]]
    for divide in (_by_place, _by_numbering, _by_repetition, _by_restart, _by_blank):
        found = divide(filled)
        if found is not None:
            return found
    return None


def _by_place(atoms: Sequence[Atom]) -> Pair | None:
    """Columns kept by blanks: two places where texts begin."""
    places = sorted({atom.x for atom in atoms if atom.x >= 0})
    if len(places) != 2 or any(atom.x < 0 for atom in atoms):
        return None
    return [atom for atom in atoms if atom.x == places[0]], [atom for atom in atoms if atom.x == places[1]]


def _by_numbering(atoms: Sequence[Atom]) -> Pair | None:
    """Lines numbered alike: row by row (1 1 2 2 3 3), or one text after the other (1 2 3 1 2 3)."""
    if len(atoms) < 4 or len(atoms) % 2 or any(atom.border is not Border.LINE for atom in atoms):
        return None
    marks = [match.group() if (match := _NUMBERING.match(atom.text)) else "" for atom in atoms]
    half = len(atoms) // 2
    if not all(marks):
        return None
    if marks[0::2] == marks[1::2] and len(set(marks)) == half:
        return list(atoms[0::2]), list(atoms[1::2])
    if marks[:half] == marks[half:] and len(set(marks)) == half:
        return list(atoms[:half]), list(atoms[half:])
    return None


def _by_repetition(atoms: Sequence[Atom]) -> Pair | None:
    """The same text printed twice."""
    whole = _bare(atoms)
    half = len(whole) // 2
    if len(whole) < _SHORTEST_TWICE or len(whole) % 2 or whole[:half] != whole[half:]:
        return None
    length = 0
    for index, atom in enumerate(atoms):
        length += len("".join(atom.text.split()))
        if length == half:
            return list(atoms[: index + 1]), list(atoms[index + 1 :])
    return _halves(atoms[0], len(atoms[0].text) // 2) if len(atoms) == 1 else None


def _by_restart(atoms: Sequence[Atom]) -> Pair | None:
    """Numbering, or the opening words, that begin again exactly once."""
    text = joined(atoms)
    starts = [match.start() for match in _FIRST.finditer(text)]
    if len(starts) == 2 and starts[0] == 0:
        return _cut(atoms, starts[1])
    opening = text[:_SAME_START]
    again = [m.start() for m in re.finditer(re.escape(opening), text)] if len(opening) == _SAME_START else []
    if len(again) == 2 and text[again[1] - 1] in f"{_SENTENCE_END} ":
        return _cut(atoms, again[1])
    return None


def _by_blank(atoms: Sequence[Atom]) -> Pair | None:
    """One blank in all, or one blank behind a sentence's end."""
    blanks = [i for i, atom in enumerate(atoms) if i and atom.border is Border.BLANK]
    if not blanks or any(atom.border is Border.LINE for atom in atoms[1:]):
        return None
    ends = [i for i in blanks if atoms[i - 1].text[-1:] in _SENTENCE_END]
    at = blanks[0] if len(blanks) == 1 else ends[0] if len(ends) == 1 else None
    return None if at is None else (list(atoms[:at]), list(atoms[at:]))


def _bare(atoms: Sequence[Atom]) -> str:
    return "".join("".join(atom.text.split()) for atom in atoms)


def _halves(atom: Atom, at: int) -> Pair:
    texts = (atom.text[:at].strip(), atom.text[at:].strip())
    first, second = (atom._replace(text=text, anchor=atom.anchor._replace(text=text)) for text in texts)
    return [first], [second]


def _cut(atoms: Sequence[Atom], at: int) -> Pair | None:
    """The atoms before and from a place in their joined text, through an atom if need be."""
    length = 0
    for index, atom in enumerate(atoms):
        begin = length + (len(atom.joint) if index else 0)
        length = begin + len(atom.text)
        if at <= begin:
            return list(atoms[:index]), list(atoms[index:])
        if at < length:
            first, second = _halves(atom, at - begin)
            return [*atoms[:index], *first], [*second, *atoms[index + 1 :]]
    return None
