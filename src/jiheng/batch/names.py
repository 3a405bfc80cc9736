"""What names say to a law's lexicons, asked of many names at once by Arrow; names with brackets, blanks or odd signs are squeezed one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from re import compile as pattern
from re import escape
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from jiheng.audit.actuals import bare_name
from jiheng.audit.targets import has_slot
from jiheng.audit.texts import squeeze
from jiheng.audit.units import counter_of, ends_as_rate, family_of
from jiheng.scoring.interpret import outside_unit
from jiheng.scoring.lexicon import has_word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.rulebook.model import RulePack

# such a name is its own squeezed form, has no bracketed remark and no slot to be filled in
_SIMPLE: Final = pattern("[\u4e00-\u9fff0-9a-zA-WYZ]*")
_SQUEEZED: Final = 5


class Said(NamedTuple):
    """What a name says to a law.

    ``unit`` is the one in brackets at its end, ``family`` the family of its counter (-1 for none), ``fixed`` the row of each block that knows its
    rows by name (-1 for none); ``ended`` are the words of cost that the name may end (which word, after how many letters).
    """

    negative: bool
    rate: bool
    money: bool
    of_whole: bool
    proof_exempt: bool
    costly: bool
    cost_exempt: bool
    counted_good: bool
    within: bool
    control: bool
    ends_as_rate: bool
    counter: bool
    slot: bool
    unit: str | None
    family: int
    fixed: tuple[int, ...]
    ended: frozenset[tuple[int, int]]


class Lexicons:
    """The words of a law that names are asked for."""

    def __init__(self, law: RulePack, rows: Sequence[tuple[tuple[str, ...], ...]]) -> None:
        def words(code: str, name: str) -> tuple[str, ...]:
            entry = law.rules.get(code)
            return entry.words(name) if entry is not None else ()

        direction, money = law.scheme.direction.value, law.scheme.money.value
        unusual = law.rules.get("unit.unusual")
        self.negative = direction.negative_words
        self.excusing = (*direction.reversing_words, *direction.positive_words)
        self.money = money.names if money is not None and money.inside else ()
        self.within = words("rate.out-of-range", "endings")
        self.open = words("rate.out-of-range", "open_words")
        self.of_whole = words("target.unreachable", "part_of_whole")
        self.control = words("cost.contradicts-funds", "control_words")
        self.proof_exempt = words("evidence.missing", "exempt_names")
        self.costs = words("direction.cost-at-least", "level2")
        self.cost_exempt = words("direction.cost-at-least", "exempt")
        self.counted_good = words("direction.suspicious", "positive_counts")
        self.no_rates = words("unit.not-a-rate", "exempt")
        self.counters = words("unit.not-a-rate", "counters")
        self.families = tuple(units[0] for units in unusual.pairs("families")) if unusual is not None else ()
        self.rows = rows


def names_say(names: Sequence[str], lexicons: Lexicons) -> list[Said]:
    """What each name says."""
    if not names:
        return []
    texts, odd = pa.array(names, pa.string()), [at for at, name in enumerate(names) if not _SIMPLE.fullmatch(name)]
    flags = [column.tolist() for column in _flags(texts, lexicons)]
    families = _families(texts, lexicons)
    units: list[str | None] = [None] * len(names)
    for at in odd:
        units[at], _ = outside_unit(names[at], None)
        for column, flag in zip(flags[-_SQUEEZED:], _squeezed_flags(names[at], lexicons), strict=True):
            column[at] = flag
        own = family_of(names[at], [(word, str(place)) for place, word in enumerate(lexicons.families)])
        families[at] = int(own[1]) if own is not None else -1
    return [Said._make(row) for row in zip(*flags, units, families, _fixed(texts, lexicons), _ended(texts, lexicons), strict=True)]


def _flags(texts: pa.Array, words: Lexicons) -> list[NDArray[np.bool_]]:
    """The flags of ``Said`` in their order, as they are for names that are their own squeezed form."""
    none = np.zeros(len(texts), np.bool_)
    return [
        _says(texts, words.negative) & ~_says(texts, words.excusing),
        _says(texts, ("率",)),
        _says(texts, words.money),
        _says(texts, words.of_whole),
        _says(texts, words.proof_exempt),
        _says(texts, words.costs),
        _says(texts, words.cost_exempt),
        _says(texts, words.counted_good),
        _ends(texts, words.within) & ~_says(texts, words.open),
        _says(texts, words.control),
        _ends(texts, ("率",)) & ~_says(texts, words.no_rates),
        _ends(texts, words.counters),
        none,
    ]


def _squeezed_flags(name: str, words: Lexicons) -> tuple[bool, ...]:
    """The last flags of ``Said`` for a name with brackets, blanks or odd signs."""
    bare = bare_name(name)
    return (
        bare.endswith(words.within) and not has_word(bare, words.open),
        has_word(squeeze(name), words.control),
        ends_as_rate(name, words.no_rates),
        counter_of(name, words.counters) is not None,
        has_slot(name),
    )


def _families(texts: pa.Array, words: Lexicons) -> list[int]:
    """The family with the longest counter that a name ends in; the first of several."""
    found = np.full(len(texts), -1, np.int64)
    for at in sorted(range(len(words.families)), key=lambda at: (len(words.families[at]), -at)):
        found[_ends(texts, (words.families[at],))] = at
    held: list[int] = found.tolist()
    return held


def _fixed(texts: pa.Array, words: Lexicons) -> list[tuple[int, ...]]:
    columns = []
    for rows in words.rows:
        found = np.full(len(texts), -1, np.int64)
        for at in range(len(rows) - 1, -1, -1):
            found[_says(texts, rows[at])] = at
        columns.append(found.tolist())
    return list(zip(*columns, strict=True)) if columns else [()] * len(texts)


def _ended(texts: pa.Array, words: Lexicons) -> list[frozenset[tuple[int, int]]]:
    """Which words of cost a name may end that its level name has begun."""
    found: list[frozenset[tuple[int, int]]] = [frozenset()] * len(texts)
    for at, word in enumerate(words.costs):
        for cut in range(1, len(word)):
            begins = pc.starts_with(texts, word[cut:]).to_numpy(zero_copy_only=False)
            for place in np.flatnonzero(begins).tolist():
                found[place] |= {(at, cut)}
    return found


def _says(texts: pa.Array, words: Iterable[str]) -> NDArray[np.bool_]:
    return _matches(texts, "|".join(map(escape, words)))


def _ends(texts: pa.Array, words: Iterable[str]) -> NDArray[np.bool_]:
    listed = "|".join(map(escape, words))
    return _matches(texts, f"(?:{listed})$" if listed else "")


def _matches(texts: pa.Array, expression: str) -> NDArray[np.bool_]:
    """Which texts match; no expression matches none."""
    if not expression:
        return np.zeros(len(texts), np.bool_)
    found: NDArray[np.bool_] = pc.match_substring_regex(texts, expression).to_numpy(zero_copy_only=False)
    return found
