"""One row group as arrays: forms, their rows, what the cells say. Every array of rows is aligned with the table ``indicators``."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from jiheng.batch.across.folding import NO_KEY, joined, keys_of
from jiheng.batch.across.numbers import MONEY_PLACES, POINT_PLACES, first_known, scaled
from jiheng.batch.across.texts import Rest, rest_of
from jiheng.batch.across.values import ValueReader, Values, in_one_unit
from jiheng.batch.columns import starts_of
from jiheng.batch.slots import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_YEAR: Final = 0


class Portion(NamedTuple):
    """One row group: its partition, its three tables, and the totals of a re-scoring where there is one (row by row beside ``forms``)."""

    year: int | None
    place: str | None
    forms: pa.Table
    indicators: pa.Table
    funds: pa.Table
    totals: pa.Table | None = None


class View:
    """A portion's columns as numbers and keys, each made when first asked for."""

    def __init__(self, portion: Portion, reader: ValueReader, first_form: int) -> None:
        self.portion = portion
        self.forms = portion.forms.num_rows
        self.rows = portion.indicators.num_rows
        self.year = portion.year or NO_YEAR
        self.first_form = first_form
        self._reader = reader

    def form_column(self, name: str) -> pa.Array:
        """A column of the forms in one piece."""
        return _whole(self.portion.forms[name])

    def row_column(self, name: str) -> pa.Array:
        """A column of the indicators in one piece."""
        return _whole(self.portion.indicators[name])

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the rows of each form begin, and the end."""
        return starts_of(self.form_column("indicators").to_numpy())

    @cached_property
    def form_of_row(self) -> NDArray[np.int64]:
        """The form of each row, counted within the portion."""
        return np.repeat(np.arange(self.forms), np.diff(self.starts))

    @cached_property
    def row_in_form(self) -> NDArray[np.int64]:
        """The number of each row within its form."""
        return np.arange(self.rows) - self.starts[:-1][self.form_of_row]

    @cached_property
    def place_key(self) -> NDArray[np.int64]:
        """The key of the portion's place, once per form."""
        keys, _ = keys_of(pa.array([self.portion.place or ""]))
        return np.repeat(keys, self.forms)

    @cached_property
    def unit_names(self) -> pa.Array:
        """Who filed each form: the implementing unit, else the department."""
        return pc.coalesce(self.form_column("implementing_unit"), self.form_column("supervising_department"))

    @cached_property
    def unit(self) -> NDArray[np.int64]:
        """The key of the unit at its place; ``NO_KEY`` where no one is named."""
        names, _ = keys_of(self.unit_names)
        return np.where(names == NO_KEY, NO_KEY, joined(self.place_key, names))

    @cached_property
    def project(self) -> NDArray[np.int64]:
        """The key of the unit's project; ``NO_KEY`` where no project is named. Where no unit is, projects of one name at one place are one."""
        names, _ = keys_of(self.form_column("project_name"))
        return np.where(names == NO_KEY, NO_KEY, joined(self.place_key, self.unit, names))

    @cached_property
    def names(self) -> NDArray[np.int64]:
        """The key of each indicator's name."""
        return keys_of(self.row_column("name"))[0]

    @cached_property
    def target_texts(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Key and length of each target's text."""
        return keys_of(self.row_column("target"))

    @cached_property
    def actual_texts(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Key and length of each actual value's text."""
        return keys_of(self.row_column("actual"))

    @cached_property
    def score_texts(self) -> NDArray[np.int64]:
        """The key of each stated score's text."""
        return keys_of(self.row_column("stated_score"))[0]

    @cached_property
    def _read(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        target = self._reader.column(self.row_column("target"), self.row_column("target_value"))
        actual = self._reader.column(self.row_column("actual"), self.row_column("actual_value"))
        return target, actual, self._reader.outside(self.row_column("name"), self.row_column("unit_column"))

    @cached_property
    def targets(self) -> Values:
        """The targets as numbers in a unit family."""
        target, actual, outside = self._read
        return in_one_unit(target, actual, outside)

    @cached_property
    def actuals(self) -> Values:
        """The actual values as numbers in a unit family."""
        target, actual, outside = self._read
        return in_one_unit(actual, target, outside)

    @cached_property
    def printed_signs(self) -> NDArray[np.int64]:
        """The direction each target prints."""
        return self._read[0][:, 4]

    @cached_property
    def rests(self) -> list[Rest]:
        """What each form says outside the columns."""
        return [rest_of(text) for text in self.form_column("rest").to_pylist()]

    @cached_property
    def money(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Budget (adjusted, else evaluated, else initial) and spending of each form's first money line, in units of 10**-4 元."""
        lines = self.form_column("fund_lines").to_numpy()
        first = starts_of(lines)[:-1]
        at = pa.array(np.where(lines > 0, first, 0), mask=lines == 0)
        funds = self.portion.funds
        adjusted, initial, spent = (
            scaled(_whole(funds[name]).take(at), MONEY_PLACES) for name in ("adjusted_budget_yuan", "initial_budget_yuan", "disbursed_yuan")
        )
        evaluated = scaled(pa.array([rest.amount for rest in self.rests], pa.string()), MONEY_PLACES)
        return first_known(adjusted, evaluated, initial), spent

    @cached_property
    def stated(self) -> NDArray[np.int64]:
        """The stated total of each form in millionths of points."""
        return scaled(self.form_column("stated_score"), POINT_PLACES)

    @cached_property
    def recomputed(self) -> NDArray[np.int64]:
        """The recomputed total of each form in millionths of points, where the portion brings one."""
        totals = self.portion.totals
        if totals is None:
            return np.full(self.forms, NONE, np.int64)
        return scaled(_whole(totals["total"]).cast(pa.string()), POINT_PLACES)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column as one array."""
    made = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(made, pa.ChunkedArray):
        made = pa.concat_arrays(made.chunks) if made.num_chunks else pa.array([], made.type)
    return made.dictionary_decode() if pa.types.is_dictionary(made.type) else made
