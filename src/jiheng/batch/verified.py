"""Findings that a kernel could only suspect, because they hang on how a text is worded, held against the texts themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from jiheng.audit.texts import first_word, says_nothing, squeeze
from jiheng.batch.codes import CODES
from jiheng.batch.numbers import SEVERITIES
from jiheng.batch.slots import TOLD_CODE, TOLD_FORM, TOLD_INDEX, TOLD_SEVERITY, USED, Table
from jiheng.batch.told import TO_VERIFY
from jiheng.domain.valuetext import parse_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from jiheng.rulebook.model import RuleEntry, RulePack

Texts = dict[str, str | None]
_NEEDED: Final = ("name", "target", "actual", "criteria")


def verified(told: Table, first_row: NDArray[np.int64], indicators: pa.Table, law: RulePack) -> Table:
    """The findings that stand, each with the severity of its rule where it was only suspected."""
    found = told[1 : 1 + int(told[0, USED])]
    suspected = np.flatnonzero(found[:, TOLD_SEVERITY] >= TO_VERIFY)
    stands = np.ones(len(found), np.bool_)
    rows = first_row[found[suspected, TOLD_FORM]] + found[suspected, TOLD_INDEX]
    texts = [indicators[name].take(pa.array(rows)).to_pylist() for name in _NEEDED]
    codes = [CODES[code] for code in found[suspected, TOLD_CODE]]
    stands[suspected] = [_CHECKS[code](dict(zip(_NEEDED, cells, strict=True)), law.rules[code]) for code, *cells in zip(codes, *texts, strict=True)]
    found[suspected, TOLD_SEVERITY] = [SEVERITIES.index(law.rules[code].severity) for code in codes]
    return found[stands]


def _signed(row: Texts, entry: RuleEntry) -> bool:
    """actual.operator: a sign, not the plain speech of 达到."""
    text = squeeze(row["actual"] or "")
    return not (first_word(text, entry.words("spoken_words")) and not first_word(text, entry.words("signs")))


def _copied(row: Texts, entry: RuleEntry) -> bool:
    """actual.copies-target: the same print, with the target's sign or as the list of options."""
    target, actual = row["target"], row["actual"]
    if target is None or actual is None or says_nothing(target) or squeeze(target) != squeeze(actual):
        return False
    return parse_value(target).operator is not None or squeeze(target) in entry.words("option_lists")


def _controlled(row: Texts, entry: RuleEntry) -> bool:
    """cost.contradicts-funds: a row with a base of its own is excused."""
    return not first_word(squeeze(f"{row['name'] or ''}{row['criteria'] or ''}"), entry.words("own_base_words"))


def _counted_in_percent(row: Texts, entry: RuleEntry) -> bool:
    """unit.not-a-rate: a count in percent, unless the target tells of growth."""
    unit = parse_value(row["target"]).unit or parse_value(row["actual"]).unit
    return unit != "%" or not first_word(row["target"] or "", entry.words("growth"))


_CHECKS: Final[dict[str, Callable[[Texts, RuleEntry], bool]]] = {
    "actual.operator": _signed,
    "actual.copies-target": _copied,
    "cost.contradicts-funds": _controlled,
    "unit.not-a-rate": _counted_in_percent,
}
