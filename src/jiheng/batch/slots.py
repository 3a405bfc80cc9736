"""Where each number stands in the kernels' arrays: one array a table, one row a thing, so that a call hands over few arrays.

Points are in millionths, amounts in units of 10**-4 元; ``NONE`` stands for blank.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Table: TypeAlias = NDArray[np.int64]


class Numbers(NamedTuple):
    """A column of numbers by its distinct texts: mantissa and exponent (or number and printed places) of each, and which stands in each row."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    at: NDArray[np.int32]


class Flags(NamedTuple):
    """A column of texts by what its distinct texts say, and which stands in each row."""

    numbers: NDArray[np.int64]
    at: NDArray[np.int32]


class Rows(NamedTuple):
    """The rows of all forms by columns; ``rate`` is what an actual value may mean as a rate, ``odd`` whether only the interpreter can score it."""

    target: Numbers
    actual: Numbers
    weight: Numbers
    stated: Numbers
    plan: Flags
    reason: Flags
    proof: Flags
    rate: NDArray[np.int32]
    odd: NDArray[np.bool_]


class Gathered(NamedTuple):
    """What the kernels read; ``rates`` are printed rates, ``weights`` printed totals of weights, ``below`` the rows below headings."""

    forms: Table
    rows: Rows
    funds: Table
    rates: Table
    weights: Table
    headings: Table
    below: Table
    plans: Table
    fixed: Table


NONE: Final = int(np.iinfo(np.int64).min)

# rows of one form: plan, numbers of target and actual (mantissa, exponent), weight, stated score with its printed places, flags of reason and
# evidence, what the actual value may mean as a rate (money rows inside the table), whether only the interpreter can score the row
R_PLAN, R_TARGET, R_TARGET_EXPONENT, R_ACTUAL, R_ACTUAL_EXPONENT, R_WEIGHT, R_STATED, R_PLACES, R_REASON, R_EVIDENCE, R_RATE, R_ODD = range(12)
R_WIDTH: Final = 12

# scores of one form: method, basis, points, and both numbers at the exponent E; MET is 1, 0 or -1
S_METHOD, S_BASIS, S_SCORE, S_EXACT, S_LOW, S_HIGH, S_MET, S_A, S_B, S_E, S_ODD = range(11)
S_WIDTH: Final = 11

# plans: factors are mantissa and exponent of a and b; formulas for a positive, zero, negative target, and where in the law their ladders stand;
# tier is low, inclusive, high, inclusive, or points that a late date costs; block is the heading whose weights the law may give;
# the plan's own findings are the entries FIRST to LAST of (code, place, severity)
P_HOW, P_METHOD, P_FLAGS, P_OPERATOR, P_FIRST, P_LAST = range(6)
P_FACTORS, P_FORMULAS, P_TIER, P_LADDERS, P_BLOCK = 6, 10, 13, 17, 20
P_WIDTH: Final = 21

# money lines: four amounts, whether each is filled, flags of the name, points, printed places of the score, printed rate
M_AMOUNTS, M_FILLED = 0, 4
M_ITEM, M_WEIGHT, M_STATED, M_PLACES, M_RATE, M_ODD = range(8, 14)
M_WIDTH: Final = 14

# forms: where rows, money lines, printed totals of weights and headings begin (the next form's begin is the end), what is stated and printed,
# points of blocks that are printed twice
F_ROW, F_FUND, F_WEIGHTS, F_STATED, F_STATED_WEIGHT, F_GRADE, F_COLUMNS, F_AMOUNTS, F_FIXED_COST, F_ODD, F_HEADINGS, F_SURPLUS = range(12)
F_WIDTH: Final = 12

# headings with points: the code that checks them, points, the sum printed below (NONE: of its rows), where its rows begin and end
H_CODE, H_POINTS, H_LISTED, H_FIRST, H_LAST = range(5)
HEAD_WIDTH: Final = 5

# totals: results of a form; money stands for the line outside the table
T_TOTAL, T_LOW, T_HIGH, T_GRADE, T_MONEY, T_MONEY_SCORE, T_MONEY_EXACT, T_ODD = range(8)
T_WIDTH: Final = 8

# a law: single numbers, then lists; a list that may be shorter has its length before it; the ladders of its formulas come last
L_SCORED: Final = 0
L_BASE: Final = 1
L_PLACES: Final = 2
L_MODE: Final = 3
L_ACCEPT_ONE_DECIMAL: Final = 4
L_WHOLE_POINTS: Final = 5
L_CAP: Final = 6
L_NEGATIVE_ACTUAL_IS_ZERO: Final = 7
L_OPEN_AT_MOST: Final = 8
L_OPEN_LESS_THAN: Final = 9
L_HAS_MONEY: Final = 10
L_MONEY_INSIDE: Final = 11
L_MONEY_POINTS: Final = 12
L_MONEY_METHOD: Final = 13
L_MONEY_VERIFIED: Final = 14
L_TOLERANCE: Final = 15
L_FULL_ROWS: Final = 16
L_BARE_ROWS: Final = 17
L_ALIKE_ROWS: Final = 18
L_SLACK: Final = 19
L_CONCENTRATED: Final = 20
L_COPIED: Final = 23
L_BEATEN: Final = 26
L_MAGNITUDE: Final = 30
L_EXCUSED_RATE: Final = 35
L_UNSPENT_FULL: Final = 37
L_AHEAD: Final = 41
L_CUT_COUNT: Final = 45
L_CUTS: Final = 46
L_BASE_COUNT: Final = 70
L_MONEY_BASES: Final = 71
L_GRADE_COUNT: Final = 75
L_GRADE_LOWS: Final = 76
L_ACTIVE: Final = 92
L_SEVERITY: Final = 156
L_VARIANT: Final = 220
L_SUM_FIRST: Final = 284
L_LADDERS: Final = 285
MOST_CUTS, MOST_GRADES, MOST_CODES = 8, 16, 64

# findings: form, code, place, index, severity; row 0 holds how many there are and whether one was lost for want of room
TOLD_FORM, TOLD_CODE, TOLD_PLACE, TOLD_INDEX, TOLD_SEVERITY = range(5)
TOLD_WIDTH: Final = 5
USED, LOST = 0, 1
