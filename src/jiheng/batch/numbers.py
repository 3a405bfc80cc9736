"""A law's numbers as the kernels read them: thresholds as whole fractions, points in millionths, which codes are active and how severe."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, get_args

import numpy as np

from jiheng import audit
from jiheng.batch import ladders, slots
from jiheng.batch.arithmetic import DOWN, HALF_EVEN, HALF_UP
from jiheng.batch.codes import CODES
from jiheng.batch.fractions import millionths, small_fraction
from jiheng.batch.schema import AMOUNTS
from jiheng.batch.slots import Table
from jiheng.domain.finding import Severity
from jiheng.rulebook.model import FormulaId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jiheng.rulebook.model import RuleEntry, RulePack

METHODS: Final[tuple[str, ...]] = (*get_args(FormulaId), "NONE", "MET", "EQUAL", "WAIVER")
METHOD: Final = {name: at for at, name in enumerate(METHODS)}
BASES: Final = ("formula", "judgement", "undetermined")
FORMULA, JUDGEMENT, UNDETERMINED, UNSCORED = 0, 1, 2, -1
SEVERITIES: Final[tuple[str, ...]] = get_args(Severity)
MODES: Final = {"half-up": HALF_UP, "half-even": HALF_EVEN, "down": DOWN}
MOST_PLACES: Final = 6
TO_VERIFY: Final = 100
"""Added to the severity of a finding that is only suspected until its text is looked at."""
CODE: Final = {code: at for at, code in enumerate(CODES)}


def numbers_of(law: RulePack) -> Table | None:
    """The law's numbers; None where the kernels cannot express them, so that its forms go to the interpreter."""
    scheme = law.scheme
    rounding, money = scheme.rounding.value, scheme.money.value
    if rounding.places > MOST_PLACES or (money is not None and money.formula.id != "FUND-RATE"):
        return None
    try:
        return _numbers(law)
    except ValueError:
        return None


def _numbers(law: RulePack) -> Table:
    scheme = law.scheme
    rounding, money, formulas = scheme.rounding.value, scheme.money.value, scheme.formulas
    base = scheme.base_points.value
    rules = {code: _Threshold(law.rules.get(code)) for code in CODES}
    at = rules["weights.concentrated"]
    grades = scheme.grades.value
    cuts = sorted((step for step in scheme.over_achievement.value if step.factor != 1), key=lambda step: -step.ratio_from)
    if len(cuts) > slots.MOST_CUTS or len(grades) > slots.MOST_GRADES or len(CODES) > slots.MOST_CODES:
        raise ValueError("longer lists than the kernels have room for")
    full, copies, far = rules["score.uniformly-full"], rules["actual.copies-target"], rules["unit.magnitude-suspected"]
    entries: dict[int, Sequence[int]] = {
        slots.L_SCORED: [scheme.scored.value],
        slots.L_BASE: [millionths(base)],
        slots.L_PLACES: [rounding.places],
        slots.L_MODE: [MODES[rounding.mode]],
        slots.L_ACCEPT_ONE_DECIMAL: [rounding.accept_one_decimal],
        slots.L_WHOLE_POINTS: [rounding.whole_points],
        slots.L_CAP: [scheme.cap_at_weight.value],
        slots.L_NEGATIVE_ACTUAL_IS_ZERO: [formulas.negative_actual.value is not None],
        slots.L_OPEN_AT_MOST: [formulas.at_most.value is None],
        slots.L_OPEN_LESS_THAN: [formulas.less_than.value is None],
        slots.L_HAS_MONEY: [money is not None],
        slots.L_MONEY_INSIDE: [money is not None and money.inside],
        slots.L_MONEY_POINTS: [-1 if money is None or money.points is None else millionths(money.points)],
        slots.L_MONEY_METHOD: [METHOD[money.formula.id] if money else 0],
        slots.L_MONEY_VERIFIED: [all(cite.verified for cite in scheme.money.cites)],
        slots.L_TOLERANCE: [millionths(rules["score.differs-from-formula"].number("tolerance"))],
        slots.L_FULL_ROWS: [full.whole("rows")],
        slots.L_BARE_ROWS: [full.whole("bare_rows")],
        slots.L_ALIKE_ROWS: [rules["actual.equals-weight"].whole("rows")],
        slots.L_SLACK: [int(rules["funds.parts-do-not-sum"].number("tolerance_wan").scaleb(8))],
        slots.L_CONCENTRATED: [millionths(at.number("share") * base), at.whole("few_rows"), millionths(at.number("few_share") * base)],
        slots.L_COPIED: [copies.whole("least_rows"), *copies.fractions("share")],
        slots.L_BEATEN: rules["over-achievement.unexplained"].fractions("ratio", "approximate_below"),
        slots.L_MAGNITUDE: [*far.fractions("low", "high"), far.whole("least_target")],
        slots.L_EXCUSED_RATE: rules["reason.missing"].fractions("rate_from"),
        slots.L_UNSPENT_FULL: rules["funds.unspent-with-full-output"].fractions("spending_below", "output_above"),
        slots.L_AHEAD: rules["funds.results-exceed-spending"].fractions("gap", "unspent"),
        slots.L_CUT_COUNT: [len(cuts)],
        slots.L_CUTS: [term for step in cuts for term in (*small_fraction(step.ratio_from), millionths(step.factor))],
        slots.L_BASE_COUNT: [len(money.bases) if money else 0],
        slots.L_MONEY_BASES: [AMOUNTS.index(name) for name in money.bases] if money else [],
        slots.L_GRADE_COUNT: [len(grades)],
        slots.L_GRADE_LOWS: [millionths(grade.low) for grade in grades],
        slots.L_ACTIVE: [rules[code].active for code in CODES],
        slots.L_SEVERITY: [rules[code].severity for code in CODES],
        slots.L_VARIANT: [rules[code].variant for code in CODES],
        slots.L_SUM_FIRST: [rounding.order == "sum-then-round"],
        slots.L_LADDERS: [number for formula in ladders.ladders_of(law) for number in ladders.numbers_of(formula)],
    }
    vector = np.zeros(slots.L_LADDERS + len(entries[slots.L_LADDERS]), np.int64)
    for place, values in entries.items():
        vector[place : place + len(values)] = values
    return vector


class _Threshold:
    """The numbers of one rule entry; harmless ones where the law has no such rule."""

    def __init__(self, entry: RuleEntry | None) -> None:
        self._entry = entry
        self.active = entry is not None and entry.active and entry.stage in audit.DEFAULT_STAGES
        self.severity = SEVERITIES.index(entry.severity) if entry else 0
        special = next(iter(entry.variants.values()), entry.severity) if entry else SEVERITIES[0]
        self.variant = SEVERITIES.index(special)

    def number(self, name: str) -> Decimal:
        return self._entry.number(name) if self._entry else Decimal(0)

    def whole(self, name: str) -> int:
        number = self.number(name)
        if number != number.to_integral_value():
            raise ValueError(f"{name} is no whole number")
        return int(number)

    def fractions(self, *names: str) -> list[int]:
        return [term for name in names for term in small_fraction(self.number(name))]
