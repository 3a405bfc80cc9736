"""What is the same in several forms: the document, the sequence of values, the evidence; and what is the same in all rows of one form."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from jiheng.batch.across.drawers import runs
from jiheng.batch.across.problems import VARIANT, name_others, problems
from jiheng.batch.across.sealed import Sealed, relations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.across.notes import Notes
    from jiheng.batch.across.sketch import Sketches
    from jiheng.rulebook.model import RulePack


def filed_twice(sketches: Sketches, sealed: Sealed) -> Iterator[NDArray[Any]]:
    """The same form of the same document more than once."""
    for records, starts, stops in sealed.drawers(sketches.documents):
        for start, stop in _several(starts, stops):
            group = records["form"][start:stop]
            made = problems("form.filed-twice", len(group))
            made["form"] = group
            for at, form in enumerate(group.tolist()):
                name_others(made, at, [int(other) for other in group[:4] if other != form], len(group) - 1)
            yield made


def same_values(sketches: Sketches, sealed: Sealed) -> Iterator[NDArray[Any]]:
    """Forms of different projects, or of one project in different years, that print one sequence of targets, actual values and scores."""
    documents = _document_of(sketches, sealed)
    for records, starts, stops in sealed.drawers(sketches.patterns):
        for start, stop in _several(starts, stops):
            group = records["form"][start:stop].astype(np.int64)
            group = group[np.sort(np.unique(documents[group], return_index=True)[1])]
            yield _related("pattern.same-values", group, sealed)


def _document_of(sketches: Sketches, sealed: Sealed) -> NDArray[np.int64]:
    """The key of each form's id: a document filed twice is told as such, not as a sequence of values."""
    found = np.zeros(len(sealed.forms), np.int64)
    for records, _, _ in sealed.drawers(sketches.documents):
        found[records["form"]] = records["key"]
    return found


def _related(code: str, group: NDArray[np.int64], sealed: Sealed) -> NDArray[Any]:
    """A problem for each form that shares with another project, or with its own last year."""
    told = [(int(form), relation) for form, relation in zip(group, relations(sealed.forms, group), strict=True)]
    told = [(form, relation) for form, relation in told if relation.others or relation.before is not None]
    made = problems(code, len(told))
    for at, (form, relation) in enumerate(told):
        made["form"][at] = form
        if relation.before is not None:
            name_others(made, at, [relation.before, *relation.others], relation.many + 1)
            made["variant"][at] = VARIANT["year"]
        else:
            name_others(made, at, relation.others, relation.many)
            made["variant"][at] = VARIANT["units"] if relation.other_unit else 0
    return made


def shared_evidence(sketches: Sketches, sealed: Sealed, law: RulePack, notes: Notes) -> Iterator[NDArray[Any]]:
    """One specific evidence named in forms of different projects; what very many units name is a common document."""
    most = int(law.rules["evidence.shared-by-forms"].number("most_units"))
    for records, starts, stops in sealed.drawers(sketches.evidence, "form", "row"):
        for start, stop in _several(starts, stops):
            first, _ = runs(records["form"][start:stop].astype(np.int64))
            group = records["form"][start:stop][first].astype(np.int64)
            if len(group) < 2:
                continue
            if len(np.unique(sealed.forms["unit"][group])) > most:
                notes.count("evidence", len(group))
                continue
            made = _related("evidence.shared-by-forms", group, sealed)
            rows = dict(zip(group.tolist(), records["row"][start:stop][first].tolist(), strict=True))
            made["row"] = [rows[form] for form in made["form"].tolist()]
            yield made


def same_for_all(sketches: Sketches, sealed: Sealed, law: RulePack) -> Iterator[NDArray[Any]]:
    """One evidence for more than the share of a form's rows; ledgers with many sheets are exempt."""
    entry = law.rules["evidence.same-for-all"]
    share, least = Fraction(entry.number("share")), int(entry.number("least_rows"))
    found = sketches.same_evidence
    above = found["times"].astype(np.int64) * share.denominator > found["of"].astype(np.int64) * share.numerator
    yield _counted("evidence.same-for-all", found[above & (found["of"] >= least)], sealed)


def rows_alike(sketches: Sketches, sealed: Sealed) -> Iterator[NDArray[Any]]:
    """Forms whose rows, of different names, all print the same target, actual value and score."""
    yield _counted("pattern.rows-alike", sketches.rows_alike, sealed)


def _counted(code: str, found: NDArray[Any], sealed: Sealed) -> NDArray[Any]:
    made = problems(code, len(found))
    made["form"], made["row"] = sealed.rank[found["form"]], found["row"]
    made["a"], made["b"] = found["of"], found["times"]
    return made


def _several(starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """The runs with more than one record."""
    at = np.flatnonzero(stops - starts > 1)
    return zip(starts[at].tolist(), stops[at].tolist(), strict=True)
