"""The audit over many forms: one pass over the row groups for sketches, then a join for each kind of problem, then words for those wanted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.batch.across.drawers import runs
from jiheng.batch.across.history import against_history
from jiheng.batch.across.notes import Notes
from jiheng.batch.across.peers import against_peers
from jiheng.batch.across.portions import Portion
from jiheng.batch.across.problems import CODES, gathered
from jiheng.batch.across.recycled import Recycling
from jiheng.batch.across.repeats import filed_twice, rows_alike, same_for_all, same_values, shared_evidence
from jiheng.batch.across.sealed import Sealed
from jiheng.batch.across.sketch import Sketches
from jiheng.batch.across.units import inflated, misplaced
from jiheng.batch.across.wording import Wording, findings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.rulebook.model import RulePack

Source = Callable[[], Iterable[Portion]]
"""Row groups, to be gone through as often as asked and in the same order each time."""


class Survey:
    """What many forms show together. A context: its scratch folder goes with it.

    ``problems`` are records (see ``problems.PROBLEM``), ``findings`` the table ``schema.FINDINGS``, ``details`` the same in words.
    """

    def __init__(self, source: Source, law: RulePack, *, year: int | None = None, scratch: Path | None = None) -> None:
        self._source, self._law = source, law
        self._folder = tempfile.TemporaryDirectory(prefix="jiheng-across-", dir=scratch)
        folder = Path(self._folder.name)
        self._notes = Notes()
        self.sketches = Sketches(folder, law)
        for portion in source():
            self.sketches.take(portion)
        self.sealed = Sealed(self.sketches)
        found = gathered(self._problems(folder))
        wanted = np.isin(found["code"], [at for at, code in enumerate(CODES) if law.rules[code].active])
        if year is not None:
            wanted &= self.sealed.forms["year"][found["form"]] == year
        self.problems: NDArray[Any] = found[wanted]

    def _problems(self, folder: Path) -> Iterator[NDArray[Any]]:
        sketches, sealed, law, notes = self.sketches, self.sealed, self._law, self._notes
        yield from filed_twice(sketches, sealed)
        yield from same_values(sketches, sealed)
        yield from rows_alike(sketches, sealed)
        yield from same_for_all(sketches, sealed, law)
        yield from shared_evidence(sketches, sealed, law, notes)
        yield from against_history(sketches, sealed, law, notes)
        yield from against_peers(sketches, sealed, law, notes)
        yield from inflated(sealed, law)
        yield from misplaced(sealed, law)
        yield from Recycling(sketches, sealed, law, folder, notes).run()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, one sentence a kind."""
        return self._notes.sentences()

    @property
    def findings(self) -> pa.Table:
        """All findings, ``schema.FINDINGS``, in the order of form ids."""
        return findings_of(self.problems, self.sealed, self._law)

    def worst(self, many: int) -> NDArray[Any]:
        """Of each code so many problems: those with the most other forms, then by form id."""
        found = self.problems
        order = np.lexsort((np.arange(len(found)), -found["count"].astype(np.int64), found["code"]))
        starts, stops = runs(found["code"][order].astype(np.int64))
        chosen = [order[start : min(stop, start + many)] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
        worst: NDArray[Any] = found[np.sort(np.concatenate([np.zeros(0, np.int64), *chosen]))]
        return worst

    def details(self, problems: NDArray[Any] | None = None) -> Iterator[pa.Table]:
        """Findings in words (``wording.ACROSS``), a table per row group; all of them, or the problems given."""
        wording = Wording(self.sketches, self.sealed, self._law)
        return wording.tables(self._source(), self.problems if problems is None else problems)

    def close(self) -> None:
        """Let the scratch files go."""
        self.sketches.texts.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
