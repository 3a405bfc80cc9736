"""The forms of a data set in the order of their ids, so that no result depends on the order in which they came; groups of forms that share a key."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from jiheng.batch.across.drawers import Drawers, runs
from jiheng.batch.across.folding import NO_KEY
from jiheng.batch.across.portions import NO_YEAR
from jiheng.batch.across.problems import NAMED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.across.sketch import Sketches


class Sealed:
    """``forms``, ``ids`` and ``projects`` in the order of the ids; ``rank`` leads from the order of reading to it, ``order`` back."""

    def __init__(self, sketches: Sketches) -> None:
        forms, ids, projects = sketches.handed_over()
        places = [place or "" for place in sketches.places]
        place_order = np.argsort(np.argsort(np.array(places, dtype=np.str_))) if places else np.zeros(0, np.int64)
        table = pa.table(
            {
                "id": ids,
                "year": forms["year"],
                "place": place_order[forms["place"]],
                "project": projects,
                **{name: forms[name] for name in ("unit", "budget", "spent", "stated")},
            }
        )
        keys = [(name, "ascending") for name in table.column_names]
        self.order: NDArray[np.int64] = pc.sort_indices(table, sort_keys=keys).to_numpy().astype(np.int64)
        del table
        self.rank: NDArray[np.uint32] = np.empty(len(forms), np.uint32)
        self.rank[self.order] = np.arange(len(forms), dtype=np.uint32)
        self.forms: NDArray[Any] = forms[self.order]
        del forms
        self.ids = ids.take(self.order)
        del ids
        self.projects = projects.take(self.order)
        self.places = list(sketches.places)
        self.unit_names = sketches.unit_names

    def drawers(self, cabinet: Drawers, *then: str) -> Iterator[tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64]]]:
        """Each drawer with its forms renumbered, in the order of keys, then the named fields, forms and rows; with the runs of equal keys."""
        for drawer in cabinet.each():
            records = drawer.copy()
            records["form"] = self.rank[records["form"]]
            fields = [name for name in ("row", "form") if name not in then]
            records = records[np.lexsort([records[name] for name in (*fields, *reversed(then), "key")])]
            yield records, *runs(records["key"])


class Relations(NamedTuple):
    """What a member of a group of forms has to do with the others: who they are by project, how many, whether of other units; who came before."""

    others: list[int]
    many: int
    other_unit: bool
    before: int | None


def relations(forms: NDArray[Any], group: NDArray[np.int64]) -> list[Relations]:
    """For each form of a group (numbers in order, each once) its relations to the rest, in time linear in the group.

    Other forms are those of another project; a form without a named project is a project of its own. ``before`` is the form of the same project
    in the latest earlier year.
    """
    project = [int(key) if key != NO_KEY else -1 - int(form) for key, form in zip(forms["project"][group], group, strict=True)]
    year = forms["year"][group].tolist()
    members: dict[int, dict[int, int]] = {}
    sizes = Counter(project)
    for at, key in enumerate(project):
        members.setdefault(key, {}).setdefault(year[at], int(group[at]))
    first = [(key, next(iter(by_year.values()))) for key, by_year in islice(members.items(), NAMED + 1)]
    several_units = len(set(forms["unit"][group].tolist())) > 1
    years = {key: sorted(by_year) for key, by_year in members.items()}
    found = []
    for at, key in enumerate(project):
        others = [form for other, form in first if other != key]
        place = bisect_left(years[key], year[at])
        earlier = years[key][place - 1] if place else NO_YEAR
        before = members[key][earlier] if earlier != NO_YEAR else None
        found.append(Relations(others, len(group) - sizes[key], bool(others) and several_units, before))
    return found
