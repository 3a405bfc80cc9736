"""Findings as the kernels write them down: form, code, place, index, severity; room is made by the caller, too little room is told."""

from __future__ import annotations

import numpy as np

from jiheng.batch import slots as s
from jiheng.batch.compiled import inlined, inner
from jiheng.batch.numbers import CODE
from jiheng.batch.slots import Table


def room_for(findings: int) -> Table:
    """An empty table for so many findings."""
    room = np.empty((findings + 1, s.TOLD_WIDTH), np.int64)
    room[0] = 0
    return room


@inner
def tell_as(told: Table, law: Table, code: int, at: tuple[int, int, int], severity: int) -> None:
    """Write down a finding at (form, place, index) with a severity of its own, unless the law does not ask for the code."""
    if not law[s.L_ACTIVE + code]:
        return
    n = told[0, s.USED] + 1
    if n >= len(told):
        told[0, s.LOST] = 1
        return
    told[n, s.TOLD_FORM], told[n, s.TOLD_PLACE], told[n, s.TOLD_INDEX] = at
    told[n, s.TOLD_CODE], told[n, s.TOLD_SEVERITY] = code, severity
    told[0, s.USED] = n


@inlined
def tell(told: Table, law: Table, code: int, at: tuple[int, int, int]) -> None:
    """Write down a finding at (form, place, index) with the severity of its rule."""
    tell_as(told, law, code, at, law[s.L_SEVERITY + code])


def code(name: str) -> int:
    """The number of a code, for the kernels' constants."""
    return CODE[name]
