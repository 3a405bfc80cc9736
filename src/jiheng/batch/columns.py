"""Dossiers as columns and back, exactly: what was read and settled by people; scores and findings are computed, so they are not stored.

``jiheng.batch.encoded`` takes a dossier apart; this puts it together again, one form or all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch import schema
from jiheng.batch.encoded import AMOUNTS, EMPTY_LINE, EMPTY_ROW, FORM_COLUMNS, Encoded, encoded
from jiheng.batch.rebuilt import dossier_of
from jiheng.domain.codec import evaluation_from_json
from jiheng.domain.dossier import VERSION, Dossier
from jiheng.domain.value import Money, Value
from jiheng.domain.valuetext import parse_value
from jiheng.errors import DossierInvalidError

if TYPE_CHECKING:
    from numpy.typing import NDArray

YEAR_KEY, PLACE_KEY = b"fiscal_year", b"place"
_SLICE: Final = 256
_UNIT: Final = schema.INDICATORS.names.index("unit_column")


class Tables(NamedTuple):
    """Forms, their indicator rows and their money rows, each in the order of the forms; columns as in ``schema``."""

    forms: pa.Table
    indicators: pa.Table
    funds: pa.Table


class Reading(NamedTuple):
    """One form out of the columns: the dossier without scores and findings, and the pack it was scored under, named or taken by default."""

    form: str
    dossier: Dossier
    pack: str | None
    pack_digest: str | None
    by_default: bool


def tables_of(dossiers: Iterable[Dossier]) -> Tables:
    """The tables of some dossiers; scores and findings are left out, the pack is kept by name and digest."""
    return tables_from(tuple(encoded(dossiers)))


def dossiers_of(tables: Tables) -> Iterator[Dossier]:
    """The dossiers, one at a time, equal to those stored but for their scores and findings.

    Raises:
        DossierInvalidError: a column does not hold what it should; the message names the form.
    """
    return (reading.dossier for reading in readings(tables))


def evaluation_at(tables: Tables, index: int) -> Dossier:
    """The dossier of one form, by its position, without looking into the others.

    Raises:
        DossierInvalidError: a column does not hold what it should; the message names the form.
    """
    return reading_at(tables, index).dossier


def reading_at(tables: Tables, index: int) -> Reading:
    """The dossier of one form with the pack it names, by its position, without looking into the others.

    Raises:
        DossierInvalidError: a column does not hold what it should; the message names the form.
    """
    (reading,) = _sliced(tables, _starts(tables.forms, "indicators"), _starts(tables.forms, "fund_lines"), index, index + 1)
    return reading


def readings(tables: Tables) -> Iterator[Reading]:
    """The dossiers with the packs they name, one at a time.

    Raises:
        DossierInvalidError: a column does not hold what it should; the message names the form.
    """
    rows, lines = _starts(tables.forms, "indicators"), _starts(tables.forms, "fund_lines")
    for first in range(0, tables.forms.num_rows, _SLICE):
        yield from _sliced(tables, rows, lines, first, min(first + _SLICE, tables.forms.num_rows))


def tables_from(forms: Iterable[Encoded]) -> Tables:
    """The tables of encoded forms."""
    held = tuple(forms)
    return Tables(
        _table([one.form for one in held], schema.FORMS),
        _table([row for one in held for row in one.indicators], schema.INDICATORS),
        _table([row for one in held for row in one.funds], schema.FUNDS),
    )


def _table(rows: list[tuple[Any, ...]], kind: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(kind)
    return pa.Table.from_arrays([pa.array(values, field.type) for values, field in zip(columns, kind, strict=True)], schema=kind)


def _value(raw: str | None, meaning: str | None) -> Value:
    return parse_value(raw) if meaning is None else value_of(meaning)


@lru_cache(maxsize=4096)
def value_of(meaning: str) -> Value:
    """The value that the JSON of a column ``target_value`` or ``actual_value`` describes.

    Raises:
        DossierInvalidError, ValueError: it describes none.
    """
    row = {"level1": None, "level2": None, "name": None, "target": json.loads(meaning)}
    return evaluation_from_json({"indicators": [row]}).indicators[0].target


def _starts(forms: pa.Table, column: str) -> NDArray[np.int64]:
    return starts_of(forms[column].to_numpy())


def starts_of(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each form's rows begin, and where the last one's end."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _sliced(tables: Tables, rows: NDArray[np.int64], lines: NDArray[np.int64], first: int, last: int) -> Iterator[Reading]:
    forms = tables.forms.slice(first, last - first).to_pylist()
    metadata = tables.forms.schema.metadata or {}
    below = _texts(tables.indicators, rows, first, last)
    funds = _texts(tables.funds, lines, first, last)
    for at, form in enumerate(forms, first):
        own = below[rows[at] - rows[first] : rows[at + 1] - rows[first]]
        money = funds[lines[at] - lines[first] : lines[at + 1] - lines[first]]
        try:
            yield _reading(form, own, money, metadata)
        except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError) as error:
            told = f"表 {form['form']}：列中的内容不合格式（{type(error).__name__}：{error}）。请重新写入这份档案。"
            raise DossierInvalidError(told) from None


def _texts(table: pa.Table, starts: NDArray[np.int64], first: int, last: int) -> list[tuple[Any, ...]]:
    cut = table.slice(int(starts[first]), int(starts[last] - starts[first]))
    return list(zip(*[column.to_pylist() for column in cut.columns], strict=True))


def _reading(form: dict[str, Any], rows: list[tuple[Any, ...]], lines: list[tuple[Any, ...]], metadata: Mapping[bytes, bytes]) -> Reading:
    rest: dict[str, Any] = json.loads(form["rest"])
    named = (form["pack"], form["pack_digest"], rest.get("by_default") is True)
    dossier = dossier_of(_completed(rest, form["form"], metadata))
    if rest.get("whole") is not True:
        dossier = _filled(dossier, form, rows, lines)
    return Reading(form["form"], dossier, *named)


def _completed(rest: dict[str, Any], form: str, metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    """``rest`` with what a data set of another source need not say: file and place are then those of the form's number and partition."""
    known = {"version": VERSION, "on": None, "document": {"name": "", "digest": form.rpartition("-")[0], "format": ""}, "evaluation": {}}
    data = {**known, **rest}
    if data["evaluation"] is not None:
        year, place = metadata.get(YEAR_KEY), metadata.get(PLACE_KEY)
        partition = {"fiscal_year": int(year) if year else None, "place": place.decode() if place else None}
        data["evaluation"] = {**partition, **data["evaluation"]}
    return data


def _filled(dossier: Dossier, form: dict[str, Any], rows: list[tuple[Any, ...]], lines: list[tuple[Any, ...]]) -> Dossier:
    """The dossier with what stands in columns put back."""
    on = date.fromisoformat(form["on"]) if form["on"] else None
    document, evaluation = replace(dossier.document, name=form["document"]), dossier.evaluation
    if evaluation is None:
        return replace(dossier, on=on, document=document)
    printed = replace(
        evaluation.printed,
        columns=_set(form["printed_columns"]),
        amounts=_set(form["printed_amounts"]),
        unit_column=tuple([(at, row[_UNIT]) for at, row in enumerate(rows) if row[_UNIT] is not None]),
    )
    weight, score = _number(form["stated_weight"]), _number(form["stated_score"])
    filled = replace(
        evaluation,
        **{name: form[name] for name in FORM_COLUMNS},
        indicators=_rejoined(evaluation.indicators, EMPTY_ROW, [_row(row) for row in rows]),
        funds=_rejoined(evaluation.funds, EMPTY_LINE, [_line(line) for line in lines]),
        stated_totals=replace(evaluation.stated_totals, weight=weight, score=score, grade=form["stated_grade"]),
        printed=printed,
    )
    return replace(dossier, on=on, document=document, evaluation=filled)


def _rejoined(kept: tuple[Any, ...], empty: Any, rows: list[dict[str, Any]]) -> tuple[Any, ...]:  # noqa: ANN401 - indicators or money rows
    if not kept:
        return tuple([type(empty)(**row) for row in rows])
    return tuple([replace(one, **row) for one, row in zip(kept, rows, strict=True)])


def _row(texts: tuple[Any, ...]) -> dict[str, Any]:
    level1, level2, name, target, target_value, actual, actual_value, _, weight, score, reason, criteria, evidence = texts
    return {
        "level1": level1,
        "level2": level2,
        "name": name,
        "target": _value(target, target_value),
        "actual": _value(actual, actual_value),
        "weight": _number(weight),
        "stated_score": _number(score),
        "reason": reason,
        "criteria": criteria,
        "evidence": tuple(json.loads(evidence)) if evidence else (),
    }


def _line(texts: tuple[Any, ...]) -> dict[str, Any]:
    item, *amounts, weight, rate, score = texts
    pairs = zip(AMOUNTS, amounts[::2], amounts[1::2], strict=True)
    money = {name: None if raw is None else Money(raw, _number(yuan)) for name, raw, yuan in pairs}
    return {"item": item, **money, "weight": _number(weight), "stated_rate": rate, "stated_score": _number(score)}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()
