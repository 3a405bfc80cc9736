"""What matters in the values of a row beside their numbers: pairs of values by the thousand come down to some hundreds of kinds.

Rows whose names are heard alike and whose values are of one kind have one plan. Everything that ``plans.plans_of`` takes from a value is here,
and a test holds plans of values against those of their kind.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from jiheng.audit.texts import first_word, says_nothing, squeeze
from jiheng.domain.units import comparable, read_unit, scale
from jiheng.domain.valuetext import number_in_unit_of, regrade, tidy
from jiheng.scoring.tiers import tier_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from jiheng.domain.value import Value
    from jiheng.rulebook.model import RulePack

MEASURED, IN_WORDS, IN_WORDS_OF_NOTHING = range(3)
_NOTES: Final = frozenset({"operator.conflicting", "operator.doubled", "operator.glyph-repaired", "unit.conflict"})
_ONE: Final = Decimal(1)
_SOME_PRINT: Final = "#"


class Side(NamedTuple):
    """One value under a law; ``probe`` is the same with some number, ``answer`` yes, no or nothing, ``worded`` whether it is words for a number."""

    value: Value
    probe: Value
    kind: str
    has_number: bool
    blank: bool
    codes: tuple[str, ...]
    answer: str
    tier: int
    worded: int
    optional: bool
    text: str


class Kinds:
    """The kinds of pairs of values under a law."""

    def __init__(self, law: RulePack) -> None:
        self._scheme = law.scheme
        self._grade_words = frozenset(law.scheme.grade_words.value)
        alike, copies, unmeasured = (law.rules.get(code) for code in ("actual.equals-weight", "actual.copies-target", "actual.not-measurable"))
        self._points = alike.words("point_units") if alike is not None else None
        self._copied_options = copies.words("option_lists") if copies is not None else ()
        self._options = unmeasured.words("option_lists") if unmeasured is not None else ()
        self._nothing = unmeasured.words("zero_wordings") if unmeasured is not None else ()
        unusual = law.rules.get("unit.unusual")
        self._homes: dict[str, tuple[int, ...]] = {}
        for at, (_, *units) in enumerate(unusual.pairs("families") if unusual is not None else ()):
            self._homes.update({unit: (*self._homes.get(unit, ()), at) for unit in units})
        self._dated = law.scheme.formulas.date_limit.value is not None and law.scheme.formulas.date_limit.value.id == "STEP"

    def side(self, value: Value) -> Side:
        """A value under the law."""
        value = regrade(value, self._grade_words)
        raw, scheme = value.raw or "", self._scheme
        plain = tidy(raw) if value.number is None else ""
        tiers = scheme.tiers.value
        tier = tier_of(raw, tiers) if value.number is None else None
        said = value.number is None and value.raw is not None and not says_nothing(value.raw)
        unread = said and value.kind in {"text", "grade", "placeholder"} and value.range is None
        text = squeeze(raw) if value.number is None else ""
        return Side(
            value,
            value if value.number is None else replace(value, raw=_SOME_PRINT, number=_ONE),
            value.kind,
            value.number is not None,
            value.number is None and value.raw is None,
            tuple([note.code for note in value.notes if note.code in _NOTES]),
            "yes" if plain in scheme.yes_words.value else "no" if plain in scheme.no_words.value else "",
            tiers.index(tier) if tier is not None else -1,
            (IN_WORDS_OF_NOTHING if first_word(text, self._nothing) else IN_WORDS) if unread else MEASURED,
            said and text in self._options,
            text,
        )

    def kind(self, target: Side, actual: Side) -> tuple[Hashable, ...]:
        """The kind of a pair, whatever its units are as long as they stand alike to each other."""
        first, second = target.value, actual.value
        numbers = target.has_number and actual.has_number
        binary = target.kind == "grade" and target.answer != ""
        return (
            (target.kind, first.operator, target.has_number, first.approximate, target.blank, target.codes, target.answer if binary else ""),
            (actual.kind, actual.has_number, actual.blank, actual.codes, actual.answer if binary else "", actual.tier),
            (second.operator is not None and not second.approximate, second.operator == first.operator, numbers and first == second),
            (actual.worded, actual.optional, copied(target, actual, self._copied_options)),
            self._dates(target, actual),
            _relation(first.unit, first.printed_unit, second.unit, second.printed_unit) if numbers else _standing(first.unit, second.unit),
            numbers and self._points is not None and (first.unit or "") in self._points,
        )

    def units(self, target: Side, actual: Side) -> tuple[tuple[Hashable, ...], tuple[Hashable, ...]]:
        """What some rows look at beside the kind of a pair: the families its unit belongs to; its units as they are."""
        first, second = target.value, actual.value
        homes = self._homes.get(first.unit or second.unit or "", ())
        return homes, (first.unit, first.printed_unit, second.unit, second.printed_unit)

    def _dates(self, target: Side, actual: Side) -> Hashable:
        limit, done = target.value.date, actual.value.date
        if not (limit and done):
            return None
        return (date.fromisoformat(done) - date.fromisoformat(limit)).days if self._dated else done <= limit


def copied(target: Side, actual: Side, options: tuple[str, ...]) -> bool:
    """Whether an actual value without a number is the target's print over again, its sign or list of options included."""
    if target.has_number or actual.has_number or target.value.raw is None or actual.value.raw is None:
        return False
    if says_nothing(target.value.raw) or target.text != actual.text:
        return False
    return target.value.operator is not None or target.text in options


@lru_cache(maxsize=8192)
def _relation(target: str | None, target_print: str | None, actual: str | None, actual_print: str | None) -> tuple[Hashable, ...]:
    """How the units of two numbers stand to each other and to percent: all that is asked of them where nothing else is printed about units."""
    if target is not None and actual is not None:
        return (*_standing(target, actual), _ONE if target == actual else scale(actual) / scale(target))
    if target is None and actual is None:
        return None, target_print is None, actual_print is None
    printed, bare = (target_print, actual_print) if target else (actual_print, target_print)
    read = read_unit(printed or "")
    there = (target is None, bare is None, number_in_unit_of(_ONE, printed), printed == "%")
    return (*_standing(target, actual), *there, (read[0], read[1] == "%") if read is not None else None)


@lru_cache(maxsize=8192)
def _standing(target: str | None, actual: str | None) -> tuple[Hashable, ...]:
    """The same where one of them is no number."""
    own = target or actual
    return target is None, target == "%", actual == "%", own is None, own in {"%", "‰"}, own is not None and "/" in own, comparable(own, actual)
