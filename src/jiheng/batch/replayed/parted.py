"""Some of the forms of a row group, with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.columns import Tables, starts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def cut(tables: Tables, members: NDArray[np.int64]) -> Tables:
    """The forms at these places, with their rows; the tables themselves where that is all of them in order."""
    if len(members) == tables.forms.num_rows and np.array_equal(members, np.arange(len(members))):
        return tables
    parts = [tables.forms.take(pa.array(members))]
    for table, column in ((tables.indicators, "indicators"), (tables.funds, "fund_lines")):
        lengths = tables.forms[column].to_numpy().astype(np.int64)
        parts.append(table.take(pa.array(spread(starts_of(lengths)[members], lengths[members]))))
    return Tables(*parts)


def spread(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places that runs of so many rows from these starts on cover, one run after the other."""
    before = np.cumsum(lengths) - lengths
    places: NDArray[np.int64] = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
    return places
