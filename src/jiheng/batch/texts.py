"""What texts say for the kernels, settled once for each distinct text: reasons, evidence, money items, rates, grades, printed totals."""

from __future__ import annotations

import json
from decimal import Decimal
from re import compile as pattern
from typing import TYPE_CHECKING, Final

from jiheng.audit.rates import printed_shares
from jiheng.audit.texts import first_word, says_nothing, squeeze
from jiheng.audit.totals import band_named
from jiheng.batch.fractions import millionths
from jiheng.scoring.purse import PART_WORD, TOTAL_WORDS

if TYPE_CHECKING:
    from jiheng.rulebook.model import RuleEntry, RulePack

NOTHING_SAID, STOPPED, DENIED, SAVED, FREE, FILLED = 1, 2, 4, 8, 16, 32
TOTAL, PART, AUDIT_TOTAL = 1, 2, 4
NO_EVIDENCE, NAMES_NOTHING = 1, 2
NO_GRADE: Final = -2
UNNAMED_GRADE: Final = -1
COLUMNS: Final = ("score", "target", "actual", "reason", "evidence")
SCORES, TARGETS, ACTUALS, REASONS, PROOFS = (1 << at for at in range(5))
MONEY_COLUMNS: Final = ("rate", "score")
MONEY_RATE, MONEY_SCORE = 1, 2
RATIO_BELOW: Final = 2
_PLAIN_RATE: Final = pattern(r"(\d+)(?:\.(\d+))?(%?)")


class Words:
    """The lexicons of a law that kernels need, and what they find in a text."""

    def __init__(self, law: RulePack) -> None:
        rules = law.rules
        self._stop = _words(rules.get("actual.vacuous"), "stop_words")
        self._denials = _words(rules.get("reason.although-met"), "denials")
        self._partial = _words(rules.get("reason.although-met"), "partial_words")
        self._savings = _words(rules.get("funds.results-exceed-spending"), "savings_words")
        self._free = _words(rules.get("funds.unspent-with-full-output"), "free_words")
        self._totals = _words(rules.get("funds.parts-do-not-sum"), "total_words")
        self._weights = _words(rules.get("weights.sum"), "weight_words")
        self._fixed = _words(rules.get("funds.all-equal"), "fixed_words")
        self._grades = tuple(band.name for band in law.scheme.grades.value)

    def reason(self, text: str | None) -> int:
        """Flags of a reason cell."""
        if text is None:
            return NOTHING_SAID
        plain = squeeze(text)
        flags = FILLED | (NOTHING_SAID if says_nothing(text) else 0)
        flags |= STOPPED if first_word(text, self._stop) else 0
        flags |= DENIED if not first_word(text, self._partial) and first_word(plain, self._denials) else 0
        flags |= SAVED if first_word(plain, self._savings) else 0
        return flags | (FREE if first_word(plain, self._free) else 0)

    def item(self, text: str) -> int:
        """Flags of a money line's name."""
        flags = TOTAL if any(word in text for word in TOTAL_WORDS) else 0
        flags |= PART if text.startswith(PART_WORD) else 0
        return flags | (AUDIT_TOTAL if first_word(text, self._totals) else 0)

    def grade(self, text: str | None) -> int:
        """The band a printed grade names; ``NO_GRADE`` for an empty cell, ``UNNAMED_GRADE`` where it names none."""
        if text is None:
            return NO_GRADE
        named = band_named(text, self._grades)
        return UNNAMED_GRADE if named is None else self._grades.index(named)

    def printed_weights(self, text: str | None) -> tuple[int, ...]:
        """The printed totals of weights in millionths of points.

        Raises:
            ValueError: one does not fit.
        """
        found = json.loads(text) if text else []
        return tuple(millionths(Decimal(value)) for label, value in found if first_word(label, self._weights))

    def fixed_cost(self, project: str | None) -> bool:
        """Whether a project pays fixed amounts (wages, subsidies), whose three amounts may well be equal."""
        return first_word(project or "", self._fixed) is not None


def evidence(text: str | None) -> int:
    """Flags of an evidence cell (a JSON list)."""
    names = json.loads(text) if text else []
    flags = NO_EVIDENCE if not names else 0
    return flags | (NAMES_NOTHING if all(says_nothing(name) for name in names) else 0)


def printed_rate(text: str | None) -> tuple[int, int, int, int, int]:
    """What a printed rate may mean: how many readings (at most 2; -1 none printed or -2 nothing said), then (value at its places, places) twice."""
    if text is None:
        return (-2, 0, 0, 0, 0)
    if text.isascii() and (match := _PLAIN_RATE.fullmatch(text)):
        return _plain_rate(*match.groups(""))
    readings = [(int(value.scaleb(places)), places) for value, places in printed_shares(text)]
    flat = [part for reading in readings for part in reading]
    return (-2 if says_nothing(text) else len(readings), *[*flat, 0, 0, 0, 0][:4])  # type: ignore[return-value]


def _plain_rate(whole: str, decimals: str, sign: str) -> tuple[int, int, int, int, int]:
    """The same for a rate in plain figures: without a percent sign, one below 2 may be a ratio."""
    number, places = int(whole + decimals), len(decimals)
    if sign or int(whole) >= RATIO_BELOW:
        return (1, number, places, 0, 0)
    return (2, number, places, number if places > 1 else number * 10 ** (2 - places), max(0, places - 2))


def columns(text: str, names: tuple[str, ...]) -> int:
    """Which of the named columns a printed list holds, as bits in their order."""
    printed = text.split(",")
    return sum(1 << at for at, name in enumerate(names) if name in printed)


def _words(entry: RuleEntry | None, name: str) -> tuple[str, ...]:
    return entry.words(name) if entry is not None else ()
