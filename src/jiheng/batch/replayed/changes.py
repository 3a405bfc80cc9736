"""``Changes``: what differs between two judgements of many forms, as whole numbers that add up in any order to the same bytes.

Points are in millionths throughout.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

MILLION: Final = 10**6
STEPS: Final = (100_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000)
"""Bounds of the differences that are counted together: up to 0.1, 0.5, 1, 2, 5, 10, 20 points, and more."""
NOTHING_CHANGED: Final = len(STEPS) + 1
BINS: Final = 2 * NOTHING_CHANGED + 1
FAMILIES: Final = (
    "counts",
    "bins",
    "grades",
    "grade_causes",
    "bases",
    "appeared",
    "vanished",
    "severities",
    "reason_rows",
    "reason_forms",
    "reason_points",
)
COUNTS: Final = (
    "forms",
    "compared",
    "rows",
    "rows_changed",
    "money_changed",
    "totals_changed",
    "up",
    "down",
    "grades_changed",
    "undetermined_before",
    "undetermined_after",
    "totals_lost",
    "totals_gained",
    "sum_before",
    "sum_after",
)
_EXAMPLES: Final = 3


class Place(NamedTuple):
    """Where forms belong: fiscal year and place, 0 and the empty text where unknown."""

    year: int
    place: str


@dataclass
class Tally:
    """The sums of one place and year, by family; ``least`` and ``most`` are the extreme differences of totals, None where none was compared."""

    sums: dict[str, Counter[str]] = field(default_factory=lambda: {family: Counter() for family in FAMILIES})
    least: int | None = None
    most: int | None = None

    def add(self, other: Tally) -> None:
        """Take in the sums of other forms."""
        for family, counter in other.sums.items():
            own = self.sums[family]
            for key, number in counter.items():
                own[key] += number
        self.least = min((one for one in (self.least, other.least) if one is not None), default=None)
        self.most = max((one for one in (self.most, other.most) if one is not None), default=None)

    def count(self, name: str) -> int:
        """One of ``COUNTS``."""
        return self.sums["counts"][name]


@dataclass
class Changes:
    """What two judgements differ in: sums by place, the ``keep`` forms most affected, which packs judged before, which forms were left out."""

    keep: int
    tallies: dict[Place, Tally] = field(default_factory=dict)
    affected: list[dict[str, Any]] = field(default_factory=list)
    packs: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    beyond: Counter[str] = field(default_factory=Counter)

    def add(self, other: Changes) -> None:
        """Take in the changes of other forms."""
        for place, tally in other.tallies.items():
            self.tallies.setdefault(place, Tally()).add(tally)
        self.affected = worst_first((*self.affected, *other.affected), self.keep)
        for own, more in ((self.packs, other.packs), (self.left_out, other.left_out), (self.beyond, other.beyond)):
            for key, number in more.items():
                own[key] += number
        for why, forms in other.examples.items():
            self.examples[why] = sorted((*self.examples.get(why, ()), *forms))[:_EXAMPLES]

    def leave_out(self, why: str, form: str) -> None:
        """Count a form that cannot be compared."""
        self.left_out[why] += 1
        self.examples[why] = sorted((*self.examples.get(why, ()), form))[:_EXAMPLES]

    def whole(self) -> Tally:
        """The sums over all places."""
        return summed(self.tallies.values())

    def to_bytes(self) -> bytes:
        """The changes as text that is the same for the same changes."""
        data = {
            "keep": self.keep,
            "tallies": [_tally_data(place, tally) for place, tally in sorted(self.tallies.items())],
            "affected": self.affected,
            "packs": self.packs,
            "left_out": self.left_out,
            "examples": self.examples,
            "beyond": self.beyond,
        }
        return _text(data).encode("ascii")

    @classmethod
    def from_bytes(cls, content: bytes) -> Changes:
        """The changes that ``to_bytes`` wrote."""
        data = json.loads(content)
        return cls(
            data["keep"],
            {Place(one["year"], one["place"]): _tally_of(one) for one in data["tallies"]},
            data["affected"],
            Counter(data["packs"]),
            Counter(data["left_out"]),
            data["examples"],
            Counter(data["beyond"]),
        )


def summed(tallies: Iterable[Tally]) -> Tally:
    """The sums of several."""
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def worst_first(forms: Iterable[dict[str, Any]], keep: int) -> list[dict[str, Any]]:
    """The forms most affected: by the size of the difference, then by number; no two orders of arrival give two answers."""
    return sorted(forms, key=lambda one: (-abs(one["difference"] or 0), one["form"], _text(one)))[:keep]


def bin_of(difference: int) -> int:
    """Which bin a difference of totals falls into: ``NOTHING_CHANGED`` in the middle, the largest losses first."""
    steps = sum(abs(difference) > bound for bound in STEPS) + 1
    return NOTHING_CHANGED if difference == 0 else NOTHING_CHANGED + (steps if difference > 0 else -steps)


def _tally_data(place: Place, tally: Tally) -> dict[str, Any]:
    return {"year": place.year, "place": place.place, "least": tally.least, "most": tally.most, "sums": tally.sums}


def _tally_of(data: Mapping[str, Any]) -> Tally:
    return Tally({family: Counter(data["sums"][family]) for family in FAMILIES}, data["least"], data["most"])


def _text(data: object) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"))
