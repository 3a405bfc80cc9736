"""Which column of a table is which column of the ledger: headings against titles and aliases, units in their brackets, heads over heads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from jiheng.domain.units import MULTIPLIERS
from jiheng.evidence.amounts import factor_between, is_unit
from jiheng.evidence.cells import plain_text
from jiheng.rulebook.ledgers import Column, Ledger

_BRACKETS = re.compile(r"[(\[{<【《〔]([^()\[\]{}<>【】《》〔〕]*)[)\]}>】》〕]")
_TRAILING = re.compile(r"[/:、,，：]\s*(?:单位[:：]?)?\s*(?P<unit>[^/:、,，：]{1,8})$")
_PIECES = re.compile(r"[,，;；、]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_UNIT_SAID = re.compile(r"单位[:：]?\s*(?P<unit>[A-Za-z%\u4e00-\u9fff/]{1,6})")
_PRONOUNCED: Final = ("计量单位", "金额单位", "货币单位", "单位")
DEEPEST: Final = 3
_LOWEST, _TURNED = 5, 10  # ranks from which the lowest head alone, the heads the other way round name a column
_REMEMBERED: Final = 20_000
_LONGEST: Final = 40


def bare(text: str) -> str:
    """A heading without blanks, punctuation and case, brackets' content kept."""
    return _NOT_LETTERS.sub("", plain_text(text)).lower()


def outside(text: str) -> str:
    """A heading likewise, without what stands in brackets."""
    return bare(_BRACKETS.sub("", plain_text(text)))


def remarks_in(heading: str) -> list[str]:
    """What a heading prints in brackets, piece by piece: 金额（含税，万元） → 含税, 万元."""
    return [piece.strip() for inside in _BRACKETS.findall(plain_text(heading)) for piece in _PIECES.split(inside) if piece.strip()]


@lru_cache(maxsize=4096)
def unit_in(heading: str) -> str | None:
    """The unit a heading prints in brackets or behind a stroke: 金额（万元）, 申报量/票; None where it prints none that is known."""
    text = plain_text(heading)
    inside = [*remarks_in(text), *(match["unit"] for match in (_TRAILING.search(text),) if match)]
    for found in reversed(inside):
        word = str(found).strip()
        for name in _PRONOUNCED:
            word = word.removeprefix(name).lstrip(":： ")
        if word in MULTIPLIERS or is_unit(word):
            return word
    return None


def unit_said(titles: Iterable[str]) -> str | None:
    """The unit a line above the table gives for all of it (单位：万元); None where there is none, or several."""
    found = {match["unit"] for title in titles for match in _UNIT_SAID.finditer(plain_text(title))}
    known = {unit for unit in found if is_unit(unit)}
    return next(iter(known)) if len(known) == 1 else None


@dataclass(frozen=True, slots=True)
class Match:
    """A ledger's columns found in a heading row.

    ``places`` column id → place in the grid, ``units`` the units printed over them, ``depth`` how many rows the heading has, ``unknown``
    headings that are no column of the ledger, ``doubled`` those a second place claimed; ``founded`` whether its first row named a column,
    ``heads`` what is printed over each column.
    """

    places: dict[str, int]
    units: dict[str, str]
    depth: int = 1
    unknown: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    founded: bool = True
    heads: dict[str, str] = field(default_factory=dict)

    def missing(self, ledger: Ledger) -> tuple[str, ...]:
        """The ids of required columns that were not found."""
        return tuple(name for name, column in ledger.columns.items() if column.required and name not in self.places)


class Vocabulary:
    """The headings a ledger's columns go by. ``ranked(texts)`` tells which column a heading names and how surely (0 best)."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        exact: dict[str, str] = {}
        loose: dict[str, str] = {}
        for name, column in ledger.columns.items():
            for title in (column.title, *column.aliases, name):
                exact.setdefault(bare(title), name)
                loose.setdefault(outside(title), name)
        self._exact, self._loose = exact, loose

        self._seen: dict[str, tuple[str, int] | None] = {}

    def begins(self, text: str) -> bool:
        """Whether a text is by itself a heading of the ledger."""
        return len(text) <= _LONGEST and self.column(text) is not None

    def column(self, heading: str) -> tuple[str, int] | None:
        """The id of the column a heading names, and a rank; None where it names none."""
        if heading not in self._seen:
            if len(self._seen) > _REMEMBERED:
                self._seen.clear()
            self._seen[heading] = self._column(heading)
        return self._seen[heading]

    def _column(self, heading: str) -> tuple[str, int] | None:
        whole, part = bare(heading), outside(heading)
        if whole in self._exact:
            return self._exact[whole], 0
        if part and part in self._exact:
            return self._exact[part], 1
        if whole and whole in self._loose:
            return self._loose[whole], 2
        if part and part in self._loose:
            return self._loose[part], 3
        return self._without_unit(heading)

    def _without_unit(self, heading: str) -> tuple[str, int] | None:
        unit = unit_in(heading)
        if unit is None:
            return None
        name = self._exact.get(bare(heading).removesuffix(bare(unit)))
        return None if name is None else (name, 4)

    def match(self, heads: Mapping[int, Sequence[str]], depth: int = 1, first: frozenset[int] = frozenset()) -> Match:
        """The columns that the headings of a table name; each place has its heads from top to bottom, those in ``first`` from the first row on."""
        claims: dict[str, list[tuple[int, int, str]]] = {}
        unknown: list[str] = []
        for place, texts in heads.items():
            found = self._of_heads(texts)
            if found is None:
                unknown += ["".join(texts)] if any(texts) else []
                continue
            claims.setdefault(found[0], []).append((found[1], place, " ".join(texts)))
        places: dict[str, int] = {}
        units: dict[str, str] = {}
        doubled: list[str] = []
        for name, claimed in claims.items():
            claimed.sort(key=lambda claim: (claim[0], not _fits(self.ledger.columns[name], claim[2]), claim[1]))
            places[name] = claimed[0][1]
            unit = unit_in(claimed[0][2])
            if unit is not None:
                units[name] = unit
            doubled += [plain_text(text) for _, _, text in claimed[1:]]
        founded = depth == 1 or any(place in first and not _LOWEST <= rank < _TURNED for claimed in claims.values() for rank, place, _ in claimed)
        heads_of = {name: claimed[0][2] for name, claimed in claims.items()}
        return Match(places, units, depth, tuple(unknown), tuple(doubled), founded, heads_of)

    def _of_heads(self, texts: Sequence[str]) -> tuple[str, int] | None:
        """Heads over heads: joined they name a column best, then the lowest alone, then the joined ones the other way round."""
        if not any(texts):
            return None
        joined = self.column("".join(texts))
        if joined is not None or len(texts) == 1:
            return joined
        for weight, candidate in ((_LOWEST, texts[-1]), (_TURNED, "".join(reversed(texts)))):
            found = self.column(candidate)
            if found is not None:
                return found[0], found[1] + weight
        return None


def _fits(column: Column, heading: str) -> bool:
    """Whether the unit over a column, if any, is one its numbers convert to."""
    unit = unit_in(heading)
    return unit is None or factor_between(unit, column.unit) is not None


def find_heading(vocabulary: Vocabulary, rows: Sequence[Mapping[int, tuple[str, int]]]) -> Match | None:
    """The heading that begins at the first of some rows, if one does.

    ``rows`` give place → (text, how many rows the cell goes down) with merged cells repeated over the columns they cover. A second and third
    row belong to the heading where they name more columns, or where cells of the first go down to them.
    """
    best: Match | None = None
    for depth in range(1, min(DEEPEST, len(rows)) + 1):
        heads: dict[int, list[str]] = {}
        for row in rows[:depth]:
            for place, (text, _) in row.items():
                own = heads.setdefault(place, [])
                if text and (not own or own[-1] != text):
                    own.append(text)
        match = vocabulary.match(heads, depth, frozenset(place for place, (text, _) in rows[0].items() if text))
        if match.founded and (best is None or len(match.places) > len(best.places)):
            best = match
    if best is None or not _enough(best, vocabulary.ledger):
        return None
    first = rows[0]
    down = max((first[place][1] for place in best.places.values() if place in first), default=1)
    if best.depth < down <= DEEPEST:
        return replace(best, depth=down)
    return best


def _enough(match: Match, ledger: Ledger) -> bool:
    """Whether so many columns are named that the row is a heading of this ledger, if perhaps an incomplete one."""
    required = sum(column.required for column in ledger.columns.values())
    return len(match.places) >= min(len(ledger.columns), max(2, (required + 1) // 2))
