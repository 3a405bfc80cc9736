"""What a replay is asked to do, and for which forms the new law is not made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from jiheng.rulebook import load_rulebook

if TYPE_CHECKING:
    from jiheng.batch.replayed.changes import Place
    from jiheng.rulebook.model import RulePack

NO_PACK, DAMAGED, WAIVER = "no-pack", "damaged", "waiver"
OTHER_KIND, OTHER_PLACE, OTHER_PACK = "kind", "place", "pack"


@dataclass(frozen=True)
class Order:
    """What is asked: the law after; the law before, None for each form's own; the day whose laws hold, None for each form's own; how many forms."""

    new: RulePack
    against: RulePack | None = None
    on: date | None = None
    keep: int = 20


def beyond(form: Mapping[str, Any], place: Place, order: Order) -> tuple[str, ...]:
    """Why the new law would not reach a form by itself, being of another kind or place, or why the old one is not the one the form names."""
    law, book = order.new, load_rulebook()
    upwards = tuple(book.gazetteer.upwards(place.place)) if place.place else ()
    found = {
        OTHER_KIND: form["kind"] not in law.kinds,
        OTHER_PLACE: law.place is not None and law.place not in upwards,
        OTHER_PACK: order.against is None and order.on is None and form["pack"] is not None and form["pack"] not in book.headers,
    }
    return tuple(why for why, yes in found.items() if yes)


DECIDING: Final = ("kind", "pack")
"""The columns of ``forms`` that ``beyond`` looks at."""
