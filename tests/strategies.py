"""Hypothesis strategies of the domain: whole dossiers, derived from the dataclasses."""

from __future__ import annotations

import types
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, cast, get_args, get_origin

from hypothesis import strategies as st

from filled_forms import filled
from jiheng.domain.codec import hints, is_record
from jiheng.domain.dossier import VERSION, Dossier
from jiheng.domain.evaluation import Evaluation
from jiheng.rulebook.forms import Form

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
DECIMALS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**14), 10**14),
    st.integers(-4, 6),
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bool: st.booleans(),
    int: st.integers(0, 3000),
    Decimal: DECIMALS,
    date: st.dates(),
}


@cache
def instances(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a domain dataclass, every field drawn."""
    return st.builds(kind, **{name: drawn(hint) for name, hint in hints(kind).items() if name != "version"})


def drawn(hint: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one answer per kind of type
    """Any value of an annotated type."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return st.none() | drawn(next(part for part in parts if part is not type(None)))
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is frozenset:
        return st.frozensets(drawn(parts[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(TEXTS, drawn(parts[1]), max_size=2)
    if origin is tuple and parts[-1] is Ellipsis:
        return st.lists(drawn(parts[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(drawn, parts))
    return instances(cast("type", hint)) if is_record(hint) else PLAIN[hint]


def dossiers() -> st.SearchStrategy[Dossier]:
    """Whole dossiers of the current version."""
    return instances(Dossier).filter(lambda dossier: dossier.version == VERSION)


def evaluations(form: Form | None = None) -> st.SearchStrategy[Evaluation]:
    """Whole evaluations, every field drawn; with a form, what a person could have filled into it."""
    return instances(Evaluation) if form is None else filled(form)
