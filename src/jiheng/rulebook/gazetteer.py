"""Place names as data: which province and city a text speaks of, and what a place belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jiheng.rulebook.decoding import Reading, compose, is_null


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Full place paths (广东省江门市) by every name they are found by."""

    paths: Mapping[str, str]
    parents: Mapping[str, str | None]

    @classmethod
    def load(cls, directory: Path) -> Gazetteer:
        """The gazetteer of a pack directory: province → short name, cities → counties.

        A name that two places share is found only with the place above beside it.

        Raises:
            PackInvalidError: the file breaks its form.
        """
        path = directory / "gazetteer.yaml"
        reading = Reading(path.name, {})
        paths: dict[str, str] = {}
        parents: dict[str, str | None] = {}
        below: list[tuple[str, str]] = []
        for province, node in reading.mapping(compose(path, path.name)).items():
            paths[province] = province
            parents[province] = None
            for name, value in reading.mapping(node).items():
                if name == "short":
                    paths[reading.decode(value, str)] = province
                    continue
                city = province + name
                below.append((name, city))
                paths[city] = city
                parents[city] = province
                for county in () if is_null(value) else reading.decode(value, tuple[str, ...]):
                    below.append((county, city + county))
                    paths[city + county] = paths[name + county] = city + county
                    parents[city + county] = city
        uses = Counter(name for name, _ in below)
        paths.update({name: place for name, place in below if uses[name] == 1})
        return cls(paths, parents)

    def places_in(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Every place the texts name, most specific first; what a place belongs to is not named again."""
        found: dict[str, None] = {}
        for text in texts:
            hits = sorted((name for name in self.paths if name in text), key=lambda name: (-len(self.paths[name]), -len(name)))
            found.update(dict.fromkeys(self.paths[name] for name in hits))
        inner = {upper for place in found for upper in self.upwards(place) if upper != place}
        return tuple(place for place in found if place not in inner)

    def find(self, texts: Iterable[str]) -> str | None:
        """The place the texts speak of: the first text that names one decides, and in it the most specific place."""
        return next((places[0] for text in texts if (places := self.places_in([text]))), None)

    def upwards(self, place: str) -> Iterator[str]:
        """The place and everything above it, most specific first; an unknown place stands alone."""
        name: str | None = self.paths.get(place, place)
        while name is not None:
            yield name
            name = self.parents.get(name)
