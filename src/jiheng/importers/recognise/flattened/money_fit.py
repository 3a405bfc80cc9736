"""How well a text fits a column of a money block: items, amounts, and the points for the rate of execution."""

from __future__ import annotations

import re
from decimal import Decimal

from jiheng.domain.valuetext import tidy
from jiheng.domain.valuewords import ABSENT_TOKENS
from jiheng.importers.recognise.flattened.atoms import Atom
from jiheng.importers.recognise.flattened.engine import IMPOSSIBLE
from jiheng.importers.recognise.flattened.fits import mark_misfit, number_of
from jiheng.importers.recognise.flattened.vocabulary import Vocabulary

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_USUAL_POINTS = frozenset(map(Decimal, (5, 10, 15, 20, 25, 30)))


class MoneyFit:
    """Rows of a money block: an item and its amounts."""

    def __init__(self, roles: tuple[str, ...], words: Vocabulary, *, places: dict[str, int] | None = None) -> None:
        self.roles = roles
        self.words = words
        self.places = places or {}

    def expects(self, role: str) -> bool:  # noqa: ARG002 - rows of money differ
        """Any amount may be printed."""
        return False

    def longest(self, role: str) -> int:
        """Numbers may come digit by digit."""
        return 6 if role == "item" else 14

    def proves(self, said: dict[str, str]) -> bool:
        """A printed rate that is the quotient of the amounts beside it, and a score that is that share of its weight."""
        rate, weight, score = said.get("rate", ""), number_of(said.get("weight", "")), number_of(said.get("score", ""))
        exact = self._rate(rate, said) < 0 and number_of(tidy(rate).removesuffix("%")) not in {None, Decimal(0)}
        return exact and (weight is None or score is None or score <= weight)

    def place(self, role: str, atom: Atom, placed: dict[str, str]) -> float:  # noqa: ARG002 - the place alone counts
        """A figure that stands below another heading is dear."""
        if atom.x < 0 or role not in self.places:
            return 0.0
        nearest = min(self.places, key=lambda name: abs(self.places[name] - atom.x))
        return 0.0 if nearest == role else min(12.0, abs(self.places[role] - atom.x) / 2)

    def alone(self, text: str) -> bool:
        """Items and dashes are cells of their own."""
        return self.words.meaning(text).item or text in ABSENT_TOKENS

    def absent(self, role: str, placed: dict[str, str]) -> float:  # noqa: ARG002 - the same for every row
        """Amounts may be empty; points and rates rather so."""
        if role == "item":
            return 60.0
        return 5.0 if role in {"initial_budget", "adjusted_budget", "allotted", "disbursed"} else 3.0

    def pair(self, role: str, text: str, placed: dict[str, str]) -> float:
        """A rate that is what it should be, a score that is no more than its weight."""
        if role == "score" and (weight := number_of(placed.get("weight", ""))) is not None and (score := number_of(text)) is not None:
            return 40.0 if score > weight else -1.0
        if role == "rate":
            return self._rate(text, placed)
        return 0.0

    def _rate(self, text: str, placed: dict[str, str]) -> float:
        spent = number_of(placed.get("disbursed", "").replace(",", ""))
        base = "adjusted_budget" if "adjusted_budget" in self.roles else "initial_budget"
        planned = number_of(placed.get(base, "").replace(",", ""))
        plain = tidy(text)
        rate = number_of(plain.removesuffix("%"))
        if rate is None:
            return 0.0
        if spent is None or planned is None:
            return 4.0
        if not planned:
            return 0.0
        exact = spent / planned * (100 if plain.endswith("%") else 1)
        half = Decimal(1).scaleb(-len(plain.removesuffix("%").partition(".")[2])) / 2
        hundred = plain.endswith("%") is False and abs(rate - exact * 100) <= half
        return -4.0 if abs(rate - exact) <= half or hundred else 3.0

    def misfit(self, role: str, text: str) -> float:  # noqa: PLR0911 - one return per kind of column
        """How badly the text fits the column."""
        if not text:
            return 30.0 if role == "item" else 0.0
        plain = tidy(text)
        if role == "item":
            return 0.0 if self.words.meaning(text).item and not self.words.meaning(text).amount else IMPOSSIBLE
        if role == "reason":
            return IMPOSSIBLE if number_of(plain) is not None else 10.0
        if plain in ABSENT_TOKENS:
            return 1.0 if role in {"weight", "score", "rate"} else 4.0
        if role == "rate":
            return 0.0 if re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d+)?%", plain) else 4.0 if number_of(plain) is not None else IMPOSSIBLE
        if role in {"weight", "score"}:
            return mark_misfit(role, plain) + (4.0 if role == "weight" and number_of(plain) not in _USUAL_POINTS else 0.0)
        bare = plain.replace(",", "").removesuffix("万元").removesuffix("元").removesuffix("万")
        return 0.0 if _NUMBER.fullmatch(bare) else IMPOSSIBLE
