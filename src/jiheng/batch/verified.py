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


def verified(told: Table, first_row: NDArray[np.int64], indicators: pa.Table, law: RulePack) -> Table:
    """The findings that stand, each with the severity of its rule where it was only suspected."""
    found = told[1 : 1 + int(told[0, USED])]
    suspected = found[:, TOLD_SEVERITY] >= TO_VERIFY
    stands = np.ones(len(found), np.bool_)
    for code, (names, holds) in _CHECKS.items():
        places = np.flatnonzero(suspected & (found[:, TOLD_CODE] == CODES.index(code)))
        if len(places) == 0:
            continue
        entry, rows = law.rules[code], pa.array(first_row[found[places, TOLD_FORM]] + found[places, TOLD_INDEX])
        cells = list(zip(*[indicators[name].take(rows).to_pylist() for name in names], strict=True))
        settled = {texts: holds(entry, *texts) for texts in dict.fromkeys(cells)}  # the same few wordings stand in many rows
        stands[places] = [settled[texts] for texts in cells]
        found[places, TOLD_SEVERITY] = SEVERITIES.index(entry.severity)
    return found[stands]


def _signed(entry: RuleEntry, actual: str | None) -> bool:
    """actual.operator: a sign, not the plain speech of 达到."""
    text = squeeze(actual or "")
    return not (first_word(text, entry.words("spoken_words")) and not first_word(text, entry.words("signs")))


def _copied(entry: RuleEntry, target: str | None, actual: str | None) -> bool:
    """actual.copies-target: the same print, with the target's sign or as the list of options."""
    if target is None or actual is None or says_nothing(target) or squeeze(target) != squeeze(actual):
        return False
    return parse_value(target).operator is not None or squeeze(target) in entry.words("option_lists")


def _controlled(entry: RuleEntry, name: str | None, criteria: str | None) -> bool:
    """cost.contradicts-funds: a row with a base of its own is excused."""
    return not first_word(squeeze(f"{name or ''}{criteria or ''}"), entry.words("own_base_words"))


def _counted_in_percent(entry: RuleEntry, target: str | None, actual: str | None) -> bool:
    """unit.not-a-rate: a count in percent, unless the target tells of growth."""
    unit = parse_value(target).unit or parse_value(actual).unit
    return unit != "%" or not first_word(target or "", entry.words("growth"))


_CHECKS: Final[dict[str, tuple[tuple[str, ...], Callable[..., bool]]]] = {
    "actual.operator": (("actual",), _signed),
    "actual.copies-target": (("target", "actual"), _copied),
    "cost.contradicts-funds": (("name", "criteria"), _controlled),
    "unit.not-a-rate": (("target", "actual"), _counted_in_percent),
}
