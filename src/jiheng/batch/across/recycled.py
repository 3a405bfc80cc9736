"""Texts that several forms share: equal ones by key, nearly equal ones by bands of least shingle hashes, confirmed by their real similarity.

Sentences that very many forms print are left out before anything is compared. A bucket of candidates is never compared pair by pair beyond a
fixed window, and what that leaves out is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rapidfuzz import fuzz

from jiheng.audit.texts import similarity, squeeze
from jiheng.batch.across.drawers import Drawers, runs
from jiheng.batch.across.folding import BANDS, NO_KEY, joined, own_text, sign_texts
from jiheng.batch.across.problems import VARIANT, name_others, problems
from jiheng.batch.across.sealed import Relations, relations
from jiheng.batch.across.texts import SUBJECTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.across.notes import Notes
    from jiheng.batch.across.sealed import Sealed
    from jiheng.batch.across.sketch import Sketches
    from jiheng.rulebook.model import RuleEntry, RulePack

SIGNED: Final = np.dtype(
    [("key", "i8"), ("form", "u4"), ("row", "i4"), ("field", "i1"), ("offset", "i8"), ("length", "i4"), ("bands", "i4", (BANDS,))]
)
BAND: Final = np.dtype([("key", "i8"), ("text", "i8"), ("offset", "i8"), ("length", "i4")])
PAIR: Final = np.dtype([("key", "i8"), ("one", "i8"), ("other", "i8"), ("offsets", "i8", (2,)), ("lengths", "i4", (2,))])
MEMBER: Final = np.dtype([("key", "i8"), ("text", "i8"), ("form", "u4"), ("row", "i4"), ("field", "i1"), ("offset", "i8"), ("length", "i4")])
_REMEMBERED: Final = 1 << 12
"""Texts kept between comparisons."""
_RECURRING: Final = [SUBJECTS.index("/goal/expected"), SUBJECTS.index("/target")]
"""What may well be the same every year."""


class Recycling:
    """The search, step by step: sign, find equal texts, find candidates, confirm, gather."""

    def __init__(self, sketches: Sketches, sealed: Sealed, law: RulePack, folder: Path, notes: Notes) -> None:
        self._texts, self._sealed, self._folder, self._notes = sketches.texts, sealed, folder, notes
        self._entry: RuleEntry = law.rules["fill.template-residue"]
        share = self._entry.number("common_share") * len(sealed.forms)
        self._common = max(int(self._entry.number("common_forms")), int(share))
        self._near = self._entry.number("near")
        self._bound = float(self._near) * 100 - 0.01
        self._read: dict[int, str] = {}
        self._root: dict[int, int] = {}

    def run(self) -> Iterator[NDArray[Any]]:
        """The problems of every group of forms that share a text."""
        signed = self._signed()
        self._confirm(self._pairs(self._bands(signed)))
        for records, starts, stops in self._sealed.drawers(self._members(signed), "form", "field", "row"):
            for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
                if stop - start > 1:
                    yield from self._told(records[start:stop])

    def _signed(self) -> Drawers:
        """Every text with its key and band keys."""
        made = Drawers(self._folder, "signed", SIGNED)
        shortest = int(self._entry.number("shortest"))
        for records, data, offsets in self._texts.chunks():
            keys, bands = np.empty(len(records), np.int64), np.empty((len(records), BANDS), np.int32)
            sign_texts(data, offsets, self._texts.counts, self._common, shortest, keys, bands)
            own = keys != NO_KEY
            self._notes.count("common", int((~own).sum()))
            kept = np.zeros(int(own.sum()), SIGNED)
            for name in ("form", "row", "field", "offset", "length"):
                kept[name] = records[name][own]
            kept["key"], kept["bands"] = keys[own], bands[own]
            made.put(kept)
        return made

    def _bands(self, signed: Drawers) -> Drawers:
        """One representative of each different text under each of its band keys."""
        made = Drawers(self._folder, "bands", BAND)
        for records, starts, _ in self._sealed.drawers(signed, "form", "field", "row"):
            heads = records[starts]
            for band in range(BANDS):
                put = np.zeros(len(heads), BAND)
                put["key"] = heads["bands"][:, band].astype(np.int64) * BANDS + band
                put["text"], put["offset"], put["length"] = heads["key"], heads["offset"], heads["length"]
                made.put(put)
        return made

    def _pairs(self, bands: Drawers) -> Drawers:
        """Candidates: texts that share a band key, each with at most ``bucket`` neighbours in the order of their keys."""
        made = Drawers(self._folder, "pairs", PAIR)
        bucket = int(self._entry.number("bucket"))
        for drawer in bands.each():
            records = drawer[np.lexsort((drawer["text"], drawer["key"]))]
            starts, stops = runs(records["key"])
            sizes = stops - starts
            for step in range(1, min(bucket, int(sizes.max(initial=1)) - 1) + 1):
                one, other = records[:-step], records[step:]
                at = np.flatnonzero(one["key"] == other["key"])
                put = np.zeros(len(at), PAIR)
                put["one"], put["other"] = one["text"][at], other["text"][at]
                put["key"] = joined(put["one"], put["other"])
                for side, records_of in enumerate((one, other)):
                    put["offsets"][:, side], put["lengths"][:, side] = records_of["offset"][at], records_of["length"][at]
                made.put(put)
            left = sizes[sizes > bucket + 1].astype(np.int64) - 1 - bucket
            self._notes.count("bucket", int((left * (left + 1) // 2).sum()))
        return made

    def _confirm(self, pairs: Drawers) -> None:
        """Join texts that really are as similar as the law says."""
        for drawer in pairs.each():
            _, first = np.unique(drawer["key"], return_index=True)
            for pair in drawer[first][np.argsort(drawer["one"][first], kind="stable")]:
                one, other = self._own(pair, 0), self._own(pair, 1)
                # most candidates are not alike, and a bound tells so faster than the exact measure
                if fuzz.ratio(one, other, score_cutoff=self._bound) and similarity(one, other) >= self._near:
                    self._join(int(pair["one"]), int(pair["other"]))

    def _own(self, pair: Any, side: int) -> str:  # noqa: ANN401 - a record of numpy
        offset = int(pair["offsets"][side])
        if offset not in self._read:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            text = self._texts.read(offset, int(pair["lengths"][side]))
            self._read[offset] = squeeze(own_text(text, self._texts.counts, self._common))
        return self._read[offset]

    def _top(self, text: int) -> int:
        while (above := self._root.get(text, text)) != text:
            self._root[text] = self._root.get(above, above)
            text = above
        return text

    def _join(self, one: int, other: int) -> None:
        low, high = sorted((self._top(one), self._top(other)))
        self._root.setdefault(low, low)
        self._root[high] = low

    def _members(self, signed: Drawers) -> Drawers:
        """The texts that others equal or resemble, under the least key of their kin."""
        made = Drawers(self._folder, "members", MEMBER)
        kin = np.array(sorted(self._root), np.int64)
        tops = np.array([self._top(int(key)) for key in kin], np.int64)
        for drawer in signed.each():
            records = drawer[np.argsort(drawer["key"], kind="stable")]
            starts, stops = runs(records["key"])
            at = np.searchsorted(kin, records["key"])
            related = np.zeros(len(records), np.bool_)
            if len(kin):
                at = np.minimum(at, len(kin) - 1)
                related = kin[at] == records["key"]
            wanted = related | np.repeat(stops - starts > 1, stops - starts)
            put = np.zeros(int(wanted.sum()), MEMBER)
            for name in ("form", "row", "field", "offset", "length"):
                put[name] = records[name][wanted]
            put["text"] = records["key"][wanted]
            put["key"] = np.where(related, tops[at] if len(kin) else records["key"], records["key"])[wanted]
            made.put(put)
        return made

    def _told(self, members: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """The problems of one group: each form once, at the first place where it prints the text.

        What may well recur (goals, targets) is held against other projects only, not against the own last year.
        """
        for head, relation, text_of in self._related(members):
            if relation.others:
                yield _problem("fill.template-residue", head, relation.others, relation.many, text_of)
        for head, relation, text_of in self._related(members[~np.isin(members["field"], _RECURRING)]):
            if relation.before is not None:
                yield _problem("report.copies-last-year", head, [relation.before], 1, text_of)

    def _related(self, members: NDArray[Any]) -> Iterator[tuple[Any, Relations, dict[int, int]]]:
        """Each form's first place, what it has to do with the others, and which text each form prints."""
        first, _ = runs(members["form"].astype(np.int64))
        heads = members[first]
        if len(heads) < 2:
            return
        group = heads["form"].astype(np.int64)
        text_of = dict(zip(group.tolist(), heads["text"].tolist(), strict=True))
        for head, relation in zip(heads, relations(self._sealed.forms, group), strict=True):
            yield head, relation, text_of


def _problem(code: str, head: Any, others: list[int], many: int, text_of: dict[int, int]) -> NDArray[Any]:  # noqa: ANN401 - a record of numpy
    made = problems(code, 1)
    for name in ("form", "row", "field", "offset", "length"):
        made[name] = head[name]
    made["variant"] = VARIANT["" if text_of[others[0]] == head["text"] else "near"]
    name_others(made, 0, others, many)
    return made
