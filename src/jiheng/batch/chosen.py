"""Which law each form of a row group is judged under, and one row group judged under several laws as if it were under one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch import schema
from jiheng.batch.columns import Tables
from jiheng.batch.judge import CompiledLaw, Judged, compile_law, judge
from jiheng.errors import NoPackInForceError
from jiheng.rulebook import Rulebook, load_rulebook

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.rulebook.model import RulePack

    Places = NDArray[np.int64]

NO_LAW: Final = ""
"""What ``totals`` name as the pack of a form that no pack was in force for."""
_LAWS_HELD: Final = 8
_HELD: Final[dict[tuple[str, str], CompiledLaw]] = {}
_ASKED_OF_A_FORM: Final = ("kind", "template", "pack", "on")
_KEPT_WITHOUT_LAW: Final = frozenset({"form", "stated", "indicators", "interpreted"})


class Asked(NamedTuple):
    """Under which law: a named pack for every form, or each form's own; ``on`` puts another day in the place of the forms' own."""

    pack: str | None = None
    on: date | None = None


class Choice(NamedTuple):
    """A pack by id; ``reference`` where none is in force, and this one only serves to find what is wrong with the form itself."""

    pack: str
    reference: bool = False


def checked(asked: Asked) -> str:
    """What the laws that were asked for hold, in so many digits: it changes when a pack does.

    Raises:
        PackUnknownError: no pack has the id.
        NoPackInForceError: the named pack is not in force on the day asked for.
    """
    book = load_rulebook()
    if asked.pack is None:
        told = hashlib.blake2b(digest_size=16)
        for path in sorted(book.directory.rglob("*.yaml")):
            told.update(repr(path.relative_to(book.directory).as_posix()).encode() + path.read_bytes())
        return told.hexdigest()
    law = book.pack(asked.pack)
    if asked.on is not None:
        book.choose(kind=law.kinds[0], template=None, place_texts=(), place=None, pack=asked.pack, on=asked.on)
    return law.digest


def choices_of(tables: Tables, asked: Asked, *, year: int | None, place: str | None) -> list[Choice]:
    """The law of each form: the one asked for, else the pack the form names, else the one in force for its kind, layout, place and day.

    A day that is asked for settles the choice anew, whatever the form names.
    """
    if asked.pack is not None:
        return [Choice(asked.pack)] * tables.forms.num_rows
    book = load_rulebook()
    columns = [tables.forms[name].to_pylist() for name in _ASKED_OF_A_FORM]
    settled: dict[tuple[str | None, ...], Choice] = {}
    made = []
    for form in zip(*columns, strict=True):
        if form not in settled:
            settled[form] = _choice(book, form, asked.on, year, place)
        made.append(settled[form])
    return made


def _choice(book: Rulebook, form: tuple[str, str | None, str | None, str | None], on: date | None, year: int | None, place: str | None) -> Choice:
    kind, template, pack, stored = form
    if on is None and pack in book.headers and pack is not None:
        return Choice(pack)
    own = date.fromisoformat(stored) if stored else date(year, 12, 31) if year and 1 <= year <= date.max.year else book.horizon
    try:
        return Choice(book.choose(kind=kind, template=template, place_texts=(), place=place, pack=None, on=on or own).pack.id)
    except NoPackInForceError:
        return Choice(book.nearest(template, on or own).id, reference=True)


def law_named(pack: str) -> CompiledLaw:
    """The law of a pack as this process knows it.

    Raises:
        PackUnknownError: no pack has the id.
    """
    return held(load_rulebook().pack(pack))


def held(law: RulePack) -> CompiledLaw:
    """The law compiled, once in this process, and what it learns is kept; of many laws those used last."""
    key = law.id, law.digest
    known = _HELD.pop(key) if key in _HELD else compile_law(law)
    while len(_HELD) >= _LAWS_HELD:
        del _HELD[next(iter(_HELD))]
    _HELD[key] = known
    return known


def dated(tables: Tables, on: date | None) -> Tables:
    """The tables with another day in the place of the forms' own, where one is asked for."""
    if on is None:
        return tables
    days = pa.array([on.isoformat()] * tables.forms.num_rows, pa.string())
    return tables._replace(forms=tables.forms.set_column(tables.forms.schema.get_field_index("on"), schema.FORMS.field("on"), days))


def judged(tables: Tables, choices: Sequence[Choice], whole: Callable[[], Tables] | None = None) -> Judged:
    """The results of a row group, each form under its own law; aligned as ``judge`` aligns them, and ``whole`` is as there.

    Raises:
        DossierInvalidError: a column of a form that goes to the interpreter does not hold what it should.
    """
    distinct = list(dict.fromkeys(choices))
    if len(distinct) == 1:
        return _under(tables, distinct[0], whole)
    number = {choice: at for at, choice in enumerate(distinct)}
    law = np.array([number[choice] for choice in choices], np.int64)
    counts = [tables.forms[name].to_numpy() for name in ("indicators", "fund_lines")]
    forms, rows, lines = ([np.flatnonzero(of == at) for at in range(len(distinct))] for of in (law, *(np.repeat(law, count) for count in counts)))
    apart = []
    for choice, *places in zip(distinct, forms, rows, lines, strict=True):
        apart.append(_under(_some(tables, places), choice, None if whole is None else partial(_some_of, whole, places)))
    return _together(apart, tables.forms["form"], forms, rows)


def _some(tables: Tables, places: Sequence[Places]) -> Tables:
    return Tables(*[table.take(at) for table, at in zip(tables, places, strict=True)])


def _some_of(whole: Callable[[], Tables], places: Sequence[Places]) -> Tables:
    return _some(whole(), places)


def _under(tables: Tables, choice: Choice, whole: Callable[[], Tables] | None) -> Judged:
    found = judge(*tables, law_named(choice.pack), whole=whole)
    return _unruled(found) if choice.reference else found


def _unruled(found: Judged) -> Judged:
    """Without a law nothing is scored; what was found stands as a reference."""
    count = found.totals.num_rows
    nothing = {name: pa.nulls(count, kind) for name, kind in zip(schema.TOTALS.names, schema.TOTALS.types, strict=True)}
    pack = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([NO_LAW]))
    kept = {name: found.totals[name] for name in _KEPT_WITHOUT_LAW}
    totals = pa.Table.from_arrays(list({**nothing, **kept, "pack": pack}.values()), schema=schema.TOTALS)
    scores = pa.Table.from_arrays([pa.nulls(found.scores.num_rows, kind) for kind in schema.SCORES.types], schema=schema.SCORES)
    return Judged(totals, scores, found.findings)


def _together(apart: Sequence[Judged], ids: pa.ChunkedArray, forms: Sequence[Places], rows: Sequence[Places]) -> Judged:
    """The results of some forms each, in the order of all forms."""
    form = np.concatenate([places[_codes(found)] for found, places in zip(apart, forms, strict=True)])
    order = np.argsort(form, kind="stable")
    findings = _ordered([found.findings for found in apart], order)
    named = pa.DictionaryArray.from_arrays(pa.array(form[order].astype(np.int32)), ids.combine_chunks())
    return Judged(
        _ordered([found.totals for found in apart], np.argsort(np.concatenate(forms))),
        _ordered([found.scores for found in apart], np.argsort(np.concatenate(rows))),
        findings.set_column(0, schema.FINDINGS.field("form"), named),
    )


def _codes(found: Judged) -> Places:
    """Which of its forms each finding is about."""
    codes: Places = found.findings["form"].combine_chunks().indices.to_numpy().astype(np.int64)
    return codes


def _ordered(tables: Sequence[pa.Table], order: Places) -> pa.Table:
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks().take(pa.array(order))
