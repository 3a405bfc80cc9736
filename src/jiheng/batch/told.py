"""Findings as the kernels write them down: form, code, place, index, severity; room is made by the caller, too little room is told."""

from __future__ import annotations

from typing import Final

import numpy as np

from jiheng.batch.compiled import inner
from jiheng.batch.numbers import CODE
from jiheng.batch.slots import (
    L_ACTIVE,
    L_SEVERITY,
    LOST,
    TOLD_CODE,
    TOLD_FORM,
    TOLD_INDEX,
    TOLD_PLACE,
    TOLD_SEVERITY,
    TOLD_WIDTH,
    USED,
    Table,
)

TO_VERIFY: Final = 100


def room_for(findings: int) -> Table:
    """An empty table for so many findings."""
    return np.zeros((findings + 1, TOLD_WIDTH), np.int64)


@inner
def tell_as(told: Table, law: Table, code: int, at: tuple[int, int, int], severity: int) -> None:
    """Write down a finding at (form, place, index) with a severity of its own, unless the law does not ask for the code."""
    if not law[L_ACTIVE + code]:
        return
    n = told[0, USED] + 1
    if n >= len(told):
        told[0, LOST] = 1
        return
    told[n, TOLD_FORM], told[n, TOLD_PLACE], told[n, TOLD_INDEX] = at
    told[n, TOLD_CODE], told[n, TOLD_SEVERITY] = code, severity
    told[0, USED] = n


@inner
def tell(told: Table, law: Table, code: int, at: tuple[int, int, int]) -> None:
    """Write down a finding at (form, place, index) with the severity of its rule."""
    tell_as(told, law, code, at, law[L_SEVERITY + code])


def code(name: str) -> int:
    """The number of a code, for the kernels' constants."""
    return CODE[name]
