"""The rule packs, loaded on demand. ``load_rulebook()`` is the door; which pack applies is settled by ``Rulebook.choose``."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from jiheng.errors import NoPackInForceError, PackInvalidError, PackUnknownError
from jiheng.rulebook.comparing import Difference, difference
from jiheng.rulebook.forms import Form, load_forms
from jiheng.rulebook.gazetteer import Gazetteer
from jiheng.rulebook.labels import Labels
from jiheng.rulebook.ledger_loading import load_ledgers
from jiheng.rulebook.ledgers import Ledger
from jiheng.rulebook.loading import Header, Resolved, read_header, resolve
from jiheng.rulebook.model import RulePack

__all__ = ["PACKS", "Choice", "Difference", "Rulebook", "difference", "load_rulebook", "pack_id"]

PACKS = Path(__file__).resolve().parent.parent / "rulepacks"
ROOT_PLACE = "cn"
FORMS = "forms"
LEDGERS = "ledgers"


@dataclass(frozen=True, slots=True)
class Choice:
    """The pack that applies, the place it was chosen by, and how it was found."""

    pack: RulePack
    place: str | None
    by: Literal["named", "template", "place", "default", "reference"]


class Rulebook:
    """All packs of a directory; headers are read at once, bodies when asked for."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._resolved: dict[str, Resolved] = {}
        self._loading: list[str] = []

    @cached_property
    def headers(self) -> dict[str, Header]:
        """Every pack's header by id."""
        paths = sorted(path for path in self.directory.glob("*/*.yaml") if not path.name.startswith("_") and path.parent.name not in {FORMS, LEDGERS})
        return {pack_id(path): read_header(path, pack_id(path)) for path in paths}

    @cached_property
    def labels(self) -> Labels:
        """The label and template lexicon of import."""
        return Labels.load(self.directory)

    @cached_property
    def forms(self) -> dict[str, Form]:
        """The official forms that are written back, by id."""
        return load_forms(self.directory / FORMS)

    @cached_property
    def ledgers(self) -> dict[str, Ledger]:
        """The ledger definitions that actual values are measured by, by id."""
        return load_ledgers(self.directory / LEDGERS)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Place names and what they belong to."""
        return Gazetteer.load(self.directory)

    @cached_property
    def national(self) -> RulePack:
        """The newest national pack: the defaults of every rule."""
        newest = max((h for h in self.headers.values() if h.path.parent.name == ROOT_PLACE), key=lambda h: h.in_force_from)
        return self.pack(newest.id)

    @cached_property
    def horizon(self) -> date:
        """31 December of the newest pack's first year: the date for a form that prints no year."""
        return date(max(h.in_force_from for h in self.headers.values()).year, 12, 31)

    def ids(self) -> tuple[str, ...]:
        """Every pack id, sorted."""
        return tuple(sorted(self.headers))

    def pack(self, pack: str) -> RulePack:
        """A pack by id.

        Raises:
            PackUnknownError: no pack has the id; the message names near ones.
            PackInvalidError: its file, or one it extends, breaks the schema.
        """
        return self._resolve(pack).pack

    def load_file(self, path: Path) -> RulePack:
        """A pack file from anywhere, checked in full; it may extend packs of this rulebook.

        Raises:
            PackInvalidError: the file breaks the schema.
        """
        return resolve(read_header(path, pack_id(path)), self._resolve).pack

    def places_in(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Every place the texts name, most specific first."""
        return self.gazetteer.places_in(texts)

    def in_force(self, kind: str, place: str | None, on: date) -> RulePack:
        """The pack for a kind of form at a place (or the nation, for None) on a day.

        Raises:
            NoPackInForceError: neither the place nor anything above it has one; there is no fallback to another date.
        """
        for name in [*(self.gazetteer.upwards(place) if place else ()), None]:
            header = self._candidate(kind, name, on)
            if header is not None:
                return self.pack(header.id)
        raise NoPackInForceError(f"{on.isoformat()} 没有生效的规则包（{place or '全国'}，{kind}）。")

    def choose(  # noqa: PLR0913 - the questions that settle the choice, each named
        self,
        *,
        kind: str,
        template: str | None,
        place_texts: Sequence[str],
        place: str | None,
        pack: str | None,
        on: date,
    ) -> Choice:
        """Which law applies: the named pack, the template's, the place's most specific, the nation's; no fallback on the date.

        A place whose own packs cover other years leaves the form to the pack above it.

        Raises:
            PackUnknownError: ``pack`` names no pack.
            NoPackInForceError: the named pack, the template's packs or the national one are not in force on the day.
        """
        if pack is not None:
            law = self.pack(pack)
            self._must_cover([self.headers[pack]], on)
            return Choice(law, law.place, "named")
        own = [header for header in self.headers.values() if template is not None and template in header.templates]
        if own:
            header = self._must_cover(own, on)
            return Choice(self.pack(header.id), header.place, "template")
        here = place or self.gazetteer.find(place_texts)
        for name in self.gazetteer.upwards(here) if here else ():
            found = self._candidate(kind, name, on)
            if found is not None:
                return Choice(self.pack(found.id), name, "place")
        national = self._candidate(kind, None, on)
        if national is None:
            raise NoPackInForceError(f"{on.isoformat()} 没有生效的规则包（全国，{kind}）。")
        return Choice(self.pack(national.id), here, "default")

    def nearest(self, template: str | None, on: date) -> RulePack:
        """The pack to be named as a reference where none is in force: the layout's own of the nearest years, else the national one."""
        own = [header for header in self.headers.values() if template is not None and template in header.templates]
        if not own:
            return self.national
        return self.pack(min(own, key=lambda header: (header.distance(on), header.id)).id)

    def _must_cover(self, headers: list[Header], on: date) -> Header:
        covering = [header for header in headers if header.covers(on)]
        if not covering:
            names = "、".join(f"“{h.title}”（{h.in_force_from} 至 {h.in_force_until or '今'}）" for h in headers)
            raise NoPackInForceError(f"{on.isoformat()} 没有生效的规则包：{names}。")
        return max(covering, key=lambda header: header.in_force_from)

    def _candidate(self, kind: str, place: str | None, on: date) -> Header | None:
        fitting = [h for h in self.headers.values() if h.place == place and kind in h.kinds and h.covers(on) and (place or not h.templates)]
        return max(fitting, key=lambda header: (header.in_force_from, -len(header.kinds)), default=None)  # a pack for this kind alone goes first

    def _resolve(self, pack: str) -> Resolved:
        if pack in self._resolved:
            return self._resolved[pack]
        header = self.headers.get(pack)
        if header is None:
            near = difflib.get_close_matches(pack, self.headers, n=3, cutoff=0)
            raise PackUnknownError(f"没有规则包“{pack}”。相近的有：{'、'.join(near)}；全部见 jiheng packs list。")
        if pack in self._loading:
            raise PackInvalidError(header.path.name, 1, f"extends 成环：{' → '.join([*self._loading, pack])}。")
        self._loading.append(pack)
        try:
            self._resolved[pack] = resolve(header, self._resolve)
        finally:
            self._loading.pop()
        return self._resolved[pack]


def pack_id(path: Path) -> str:
    """``cn-gd-jiangmen/2023.yaml`` → ``cn-gd-jiangmen-2023``."""
    return f"{path.parent.name}-{path.stem}"


@lru_cache(maxsize=4)
def load_rulebook(directory: Path | None = None) -> Rulebook:
    """The rulebook of a directory; by default the packs that ship with Jiheng."""
    return Rulebook(directory or PACKS)
