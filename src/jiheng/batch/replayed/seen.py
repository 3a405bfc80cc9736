"""How a law sees rows: the plan by which each is scored, as the kernels have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jiheng.batch.gathered import gathered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jiheng.batch.columns import Tables
    from jiheng.batch.law import CompiledLaw


class Seen(NamedTuple):
    """Rows under a law: the number of each row's plan, the plans as ``slots`` lays them out, and the signs of target and actual."""

    plan: NDArray[np.int64]
    plans: NDArray[np.int64]
    target_sign: NDArray[np.int64]
    actual_sign: NDArray[np.int64]


def seen(tables: Tables, rows: NDArray[np.int64], law: CompiledLaw) -> Seen:
    """Some of the rows as the law sees them."""
    made = gathered(*tables, law)
    target, actual, plan = made.rows.target, made.rows.actual, made.rows.plan
    return Seen(plan.numbers[plan.at[rows]], made.plans, np.sign(target.first[target.at[rows]]), np.sign(actual.first[actual.at[rows]]))
