"""What is kept of each form while the data set is read once: numbers and keys for the joins, texts in a scratch file, no form whole.

Per form ``FORM.itemsize`` bytes of numbers, its id and its project's name stay in memory; records of rows and evidence lie in drawers,
texts in one file. No record depends on the order in which portions come, but for the running number of the form.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.across.directions import signs
from jiheng.batch.across.drawers import Drawers, runs
from jiheng.batch.across.evidence_names import EvidenceNames
from jiheng.batch.across.folding import NO_KEY, joined, keys_of
from jiheng.batch.across.numbers import chained, distinct_in_forms
from jiheng.batch.across.portions import Portion, View
from jiheng.batch.across.texts import FIRST_FREE, FREE, TEXT, TextStore
from jiheng.batch.across.values import ValueReader
from jiheng.batch.slots import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.rulebook.model import RulePack

FORM: Final = np.dtype(
    [("year", "i2"), ("rows", "i4"), ("place", "i4"), ("unit", "i8"), ("department", "i8"), ("project", "i8")]
    + [(name, "i8") for name in ("budget", "spent", "stated", "recomputed")]
)
ROW: Final = np.dtype(
    [
        *(("key", "i8"), ("form", "u4"), ("row", "i4"), ("year", "i2"), ("sign", "i1"), ("unit", "i8")),
        *(("target", "i8"), ("target_exponent", "i1"), ("actual", "i8"), ("actual_exponent", "i1")),
    ]
)
MARK: Final = np.dtype([("key", "i8"), ("form", "u4"), ("row", "i4")])
COUNTED: Final = np.dtype([("form", "u4"), ("row", "i4"), ("times", "i4"), ("of", "i4")])
WHOLE: Final = -1
"""The row of what belongs to the form as a whole."""
_MOST_COUNTED: Final = 16


class Sketches:
    """Everything the joins need, gathered portion by portion."""

    def __init__(self, folder: Path, law: RulePack) -> None:
        self.law = law
        self._values = ValueReader()
        self._evidence_names = EvidenceNames(law)
        self._forms: list[NDArray[Any]] = []
        self._ids: list[pa.Array] = []
        self._projects: list[pa.Array] = []
        self._same_evidence: list[NDArray[Any]] = []
        self._rows_alike: list[NDArray[Any]] = []
        self.count = 0
        self.places: dict[str | None, int] = {}
        self.unit_names: dict[int, str] = {}
        self.texts = TextStore(folder)
        self.documents, self.patterns = Drawers(folder, "documents", MARK), Drawers(folder, "patterns", MARK)
        self.evidence = Drawers(folder, "evidence", MARK)
        self.history, self.peers = Drawers(folder, "history", ROW), Drawers(folder, "peers", ROW)

    def take(self, portion: Portion) -> None:
        """Sketch one row group."""
        view = View(portion, self._values, self.count)
        if not view.forms:
            return
        self._forms.append(self._form_records(view))
        self._ids.append(view.form_column("form").cast(pa.large_string()))
        self._projects.append(view.form_column("project_name").cast(pa.large_string()))
        self.documents.put(_marks(view, keys_of(view.form_column("form"))[0]))
        if view.rows:
            self._take_rows(view)
            self._take_patterns(view)
            self._take_evidence(view)
        self._take_texts(view)
        self.count += view.forms

    @property
    def measures(self) -> dict[str, int]:
        """The keys of the unit families met."""
        return self._values.units

    def handed_over(self) -> tuple[NDArray[Any], pa.ChunkedArray, pa.ChunkedArray]:
        """Numbers (``FORM``), id and project name of each form; the sketches keep none, for nobody needs them twice."""
        forms, ids, projects = _concatenated(self._forms, FORM), self._ids, self._projects
        self._forms, self._ids, self._projects = [], [], []
        return forms, pa.chunked_array(ids, pa.large_string()), pa.chunked_array(projects, pa.large_string())

    @property
    def same_evidence(self) -> NDArray[Any]:
        """Forms in which one evidence is named by several rows, ``COUNTED``: how many of how many rows, the first such row."""
        return _concatenated(self._same_evidence, COUNTED)

    @property
    def rows_alike(self) -> NDArray[Any]:
        """Forms whose rows all print the same values, ``COUNTED``."""
        return _concatenated(self._rows_alike, COUNTED)

    def _form_records(self, view: View) -> NDArray[Any]:
        made = np.zeros(view.forms, FORM)
        made["year"] = view.year
        made["rows"] = np.diff(view.starts)
        made["place"] = self.places.setdefault(view.portion.place, len(self.places))
        made["unit"], made["project"] = view.unit, view.project
        departments = view.form_column("supervising_department")
        made["department"] = keys_of(departments)[0]
        self._remember(view.unit, view.unit_names)
        made["budget"], made["spent"] = view.money
        made["stated"], made["recomputed"] = view.stated, view.recomputed
        return made

    def _remember(self, keys: NDArray[np.int64], names: pa.Array) -> None:
        _, at = np.unique(keys, return_index=True)
        for place in at:
            key = int(keys[place])
            if key != NO_KEY:
                said = str(names[int(place)].as_py()).strip()
                known = self.unit_names.get(key)
                # of two spellings that fold alike the same one is kept whatever the order
                self.unit_names[key] = said if known is None else min(known, said)

    def _take_rows(self, view: View) -> None:
        targets, actuals = view.targets, view.actuals
        made = np.zeros(view.rows, ROW)
        made["form"] = view.first_form + view.form_of_row
        made["row"], made["year"] = view.row_in_form, view.year
        made["sign"] = signs(view, self.law)
        made["unit"] = targets.unit
        made["target"], made["target_exponent"] = targets.mantissa, targets.exponent
        made["actual"], made["actual_exponent"] = actuals.mantissa, actuals.exponent
        alike = (targets.unit == actuals.unit) | (actuals.mantissa == NONE)
        named = (view.names != NO_KEY) & (targets.mantissa != NONE) & alike
        historic = named & (view.project[view.form_of_row] != NO_KEY) & (view.year != 0)
        put = made[historic]
        put["key"] = joined(view.project[view.form_of_row][historic], view.names[historic], targets.unit[historic])
        self.history.put(put)
        put = made[named]
        put["key"] = joined(np.full(len(put), view.year, np.int64), view.names[named], targets.unit[named])
        self.peers.put(put)

    def _take_patterns(self, view: View) -> None:
        """The sequence of values of each form, where it has enough rows and different numbers enough to be its own."""
        entry = self.law.rules["pattern.same-values"]
        rows = joined(view.target_texts[0], view.actual_texts[0], view.score_texts)
        keys, distinct = np.empty(view.forms, np.int64), np.empty(view.forms, np.int32)
        chained(view.starts, rows, keys)
        telling = (view.actuals.mantissa != NONE) & (view.actuals.mantissa != 0) & (view.actuals.mantissa != 1)
        distinct_in_forms(view.starts, view.actual_texts[0], telling, _MOST_COUNTED, distinct)
        own = (np.diff(view.starts) >= int(entry.number("rows"))) & (distinct >= int(entry.number("distinct")))
        self.patterns.put(_marks(view, keys)[own])
        distinct_in_forms(view.starts, rows, np.ones(view.rows, np.bool_), 2, distinct)
        different = np.empty(view.forms, np.int32)
        distinct_in_forms(view.starts, view.names, view.names != NO_KEY, _MOST_COUNTED, different)
        least = min(int(self.law.rules["pattern.rows-alike"].number("rows")), _MOST_COUNTED)
        first = np.minimum(view.starts[:-1], view.rows - 1)
        whole = np.maximum.reduceat(np.append(telling, np.False_), np.append(view.starts[:-1], view.rows))[:-1] & (np.diff(view.starts) > 0)
        found = np.flatnonzero((distinct == 1) & (different >= least) & whole & (view.actuals.mantissa[first] != NONE))
        made = np.zeros(len(found), COUNTED)
        made["form"], made["row"] = view.first_form + found, WHOLE
        made["times"] = made["of"] = np.diff(view.starts)[found]
        self._rows_alike.append(made)

    def _take_evidence(self, view: View) -> None:
        """Specific names for the join over forms; names that several rows of a form share."""
        names = self._evidence_names.read(view.row_column("evidence"))
        forms, rows = view.form_of_row[names.row], view.row_in_form[names.row]
        made = np.zeros(len(forms), MARK)
        made["key"], made["form"], made["row"] = names.key, view.first_form + forms, rows
        self.evidence.put(made[names.specific])
        self._same_evidence.append(_repeated(made[~names.ledger], np.diff(view.starts), view.first_form))

    def _take_texts(self, view: View) -> None:
        """Texts of rows that are long enough, and the free texts; a text that a form repeats is taken once."""
        shortest = int(self.law.rules["fill.template-residue"].number("shortest"))
        parts: list[tuple[NDArray[Any], pa.Array]] = []
        for field, name in enumerate(("reason", "target", "actual")):
            column = view.row_column(name)
            keys, lengths = keys_of(column)
            at = np.flatnonzero(lengths >= shortest)
            parts.append((_text_records(view.first_form + view.form_of_row[at], view.row_in_form[at], field, keys[at]), column.take(pa.array(at))))
        for number in range(len(FREE)):
            column = pa.array([rest.texts[number] for rest in view.rests], pa.string())
            keys, lengths = keys_of(column)
            at = np.flatnonzero(lengths >= shortest)
            parts.append((_text_records(view.first_form + at, np.full(len(at), WHOLE), FIRST_FREE + number, keys[at]), column.take(pa.array(at))))
        records = np.concatenate([record for record, _ in parts])
        texts = pa.concat_arrays([text.cast(pa.large_string()) for _, text in parts])
        _, first = np.unique(joined(records["form"].astype(np.int64), records["key"]), return_index=True)
        first.sort()
        self.texts.add(records[first], texts.take(pa.array(first)))


def _marks(view: View, keys: NDArray[np.int64]) -> NDArray[Any]:
    made = np.zeros(view.forms, MARK)
    made["key"], made["form"], made["row"] = keys, view.first_form + np.arange(view.forms), WHOLE
    return made


def _repeated(marks: NDArray[Any], rows: NDArray[np.int64], first_form: int) -> NDArray[Any]:
    """Of each form the name that most rows share, where at least two do (of several equally frequent ones that of the first row)."""
    marks = marks[np.lexsort((marks["row"], marks["key"], marks["form"]))]
    starts, stops = runs(joined(marks["form"].astype(np.int64), marks["key"]))
    heads, times = marks[starts], stops - starts
    order = np.lexsort((heads["row"], -times, heads["form"]))
    heads, times = heads[order], times[order]
    firsts, _ = runs(heads["form"].astype(np.int64))
    firsts = firsts[times[firsts] > 1]
    made = np.zeros(len(firsts), COUNTED)
    made["form"], made["row"], made["times"] = heads["form"][firsts], heads["row"][firsts], times[firsts]
    made["of"] = rows[made["form"].astype(np.int64) - first_form]
    return made


def _text_records(forms: NDArray[np.int64], rows: NDArray[np.int64], field: int, keys: NDArray[np.int64]) -> NDArray[Any]:
    made = np.zeros(len(forms), TEXT)
    made["form"], made["row"], made["field"], made["key"] = forms, rows, field, keys
    return made


def _concatenated(parts: list[NDArray[Any]], kind: np.dtype[Any]) -> NDArray[Any]:
    if not parts:
        return np.zeros(0, kind)
    if len(parts) > 1:
        parts[:] = [np.concatenate(parts)]
    return parts[0]
