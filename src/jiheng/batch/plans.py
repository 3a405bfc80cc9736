"""Plans: how a row is scored, settled once for each distinct name, levels and shapes of values, by the interpreter's own functions.

A plan holds everything about a row but its numbers: factors to one unit, direction, formula per sign of the target, flags for the codes, and
those findings that do not depend on the numbers. The kernels add the numbers.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from jiheng import scoring
from jiheng.audit.registry import RULES, Inspection
from jiheng.batch.codes import CODES
from jiheng.batch.numbers import BASES, METHOD, SEVERITIES
from jiheng.domain.evaluation import Evaluation, Indicator, Printed
from jiheng.domain.scorecard import Scorecard
from jiheng.domain.value import Value
from jiheng.scoring.case import Case, Row, changed
from jiheng.scoring.formulas import ARITHMETIC
from jiheng.scoring.lines import formula_of, row_line
from jiheng.scoring.tiers import tier_of

if TYPE_CHECKING:
    from jiheng.batch.heard import Heard
    from jiheng.rulebook.model import Formula, RulePack

INTERPRET, COMPUTE, JUDGE, OPEN, FULL, NOTHING, TIER, MONEY = range(8)
OPERATORS: Final = ("≥", ">", "=", "<", "≤")
AT_LEAST, ABOVE, EQUAL, BELOW, AT_MOST = range(5)
NO_FORMULA: Final = -1
(
    COST_RATE,
    BARE_TARGET,
    BARE_ACTUAL,
    DOUBTFUL,
    INDICATOR,
    OWN_FORMULA,
    TARGET_NUMBER,
    ACTUAL_NUMBER,
    PRINTED_DIRECTION,
    RATE_WITHIN,
    PART_OF_WHOLE,
    COST_CONTROL,
    TARGET_ABSENT,
    ACTUAL_ABSENT,
    APPROXIMATE,
    IN_POINTS,
    SIGNED_ACTUAL,
    MAY_COPY,
    EVIDENCE_EXEMPT,
    CONFLICT,
    PLACEHOLDER,
    COMPARABLE,
    ACTUAL_PERCENT,
) = (1 << bit for bit in range(23))
ROW, ROW_TARGET, ROW_ACTUAL, ROW_REASON, FORM, TOTAL_WEIGHT, TOTAL_SCORE, TOTAL_GRADE, FUNDS, FUND, FUND_RATE = range(11)
_SIDES: Final = {"": ROW, "/target": ROW_TARGET, "/actual": ROW_ACTUAL}
FIXED_CODES: Final = (
    "direction.cost-at-least",
    "direction.suspicious",
    "operator.doubled",
    "operator.glyph-repaired",
    "target.approximate",
    "target.placeholder",
    "unit.conflict",
    "unit.missing",
    "unit.not-a-rate",
    "unit.unusual",
)
SUPPORTED: Final = frozenset(ARITHMETIC) - {"RATIO-RAW", "PASS-LINE", "STEP", "BAND"}
_PROBE: Final = Decimal(10)
_LARGEST_FACTOR: Final = 10**6


class RowKey(NamedTuple):
    """The texts of a row that decide how it is scored."""

    level1: str | None
    level2: str | None
    name: str | None
    unit_column: str | None


class Plan(NamedTuple):
    """How rows of one kind are scored. ``a`` and ``b`` are the factors (mantissa, exponent) from the cells' numbers to one unit."""

    how: int
    method: int = NO_FORMULA
    flags: int = 0
    a: tuple[int, int] = (1, 0)
    b: tuple[int, int] = (1, 0)
    operator: int = 0
    positive: int = NO_FORMULA
    zero: int = NO_FORMULA
    negative: int = NO_FORMULA
    tier: tuple[int, bool, int, bool] = (0, True, 0, True)
    findings: tuple[tuple[int, int, int], ...] = ()


def plan_of(key: RowKey, heard: Heard, target: Value, actual: Value, law: RulePack) -> Plan:
    """The plan of a row with such texts, of the kind that is heard in them, and such values; numbers in the values do not matter."""
    case = _case(key, _probe(target), _probe(actual), law)
    row = case.rows[0]
    findings = _fixed_findings(case, law)
    told = {CODES[code] for code, _, _ in findings}
    flags = _flags(row, heard, law) | (CONFLICT if "unit.conflict" in told else 0) | (PLACEHOLDER if "target.placeholder" in told else 0)
    plan = Plan(INTERPRET, flags=flags, operator=OPERATORS.index(row.operator), findings=findings)
    if row.role == "money":
        return plan._replace(how=MONEY)
    if row.role == "judgement" or (row.formula is not None and row.formula.id == "JUDGE"):
        return plan._replace(how=JUDGE, method=METHOD["JUDGE"])
    if row.a is None or row.b is None:
        return _uncomputed(plan, row, law)
    return _computed(plan, row, law)


def _probe(value: Value) -> Value:
    return value if value.number is None else replace(value, number=Decimal(1))


def _case(key: RowKey, target: Value, actual: Value, law: RulePack) -> Case:
    """A form of this one row, for which 10 of 10 points are claimed."""
    indicator = Indicator(key.level1, key.level2, key.name, target, actual, _PROBE, _PROBE)
    columns = frozenset({"target", "actual", "weight", "score", "name"})
    printed = Printed(columns=columns, unit_column=((0, key.unit_column),) if key.unit_column else ())
    return scoring.interpret(Evaluation(indicators=(indicator,), printed=printed), law, on=law.in_force_from)


def _computed(plan: Plan, row: Row, law: RulePack) -> Plan:
    a, b = _factor(row.a), _factor(row.b)
    formulas = [formula_of(changed(row, a=Decimal(sign)), law)[0] for sign in (1, 0, -1)]
    methods = [_method(formula) for formula in formulas]
    if a is None or b is None or None in methods:
        return plan
    positive, zero, negative = (NO_FORMULA if method is None else method for method in methods)
    return plan._replace(how=COMPUTE, a=a, b=b, positive=positive, zero=zero, negative=negative)


def _method(formula: Formula | None) -> int | None:
    """The method's number, ``NO_FORMULA`` for no formula, None where only the interpreter knows it."""
    if formula is None:
        return NO_FORMULA
    known = formula.id in SUPPORTED or formula.id not in ARITHMETIC
    return METHOD[formula.id] if known else None


def _factor(number: Decimal | None) -> tuple[int, int] | None:
    """A conversion factor as mantissa and exponent; None where it is not small and exact."""
    if number is None or number <= 0:
        return None
    _, digits, exponent = number.normalize().as_tuple()
    mantissa = int("".join(map(str, digits)))
    return (mantissa, int(exponent)) if mantissa < _LARGEST_FACTOR and isinstance(exponent, int) else None


def _uncomputed(plan: Plan, row: Row, law: RulePack) -> Plan:
    """Dates, yes and no, tiers, judgement: what the interpreter says of the row when 10 of 10 points are claimed."""
    line = row_line(row, law, None)
    method, basis = METHOD[line.method], BASES.index(line.basis)
    if line.method == "STEP":
        return plan
    tier = tier_of(row.actual.raw, law.scheme.tiers.value) if line.method == "TIER" else None
    if tier is not None:
        low, high = (int(bound.scaleb(6)) for bound in (tier.low, tier.high))
        if Decimal(low).scaleb(-6) != tier.low or Decimal(high).scaleb(-6) != tier.high:
            return plan
        return plan._replace(how=TIER, method=method, tier=(low, tier.low_inclusive, high, tier.high_inclusive))
    if basis == BASES.index("formula"):
        return plan._replace(how=FULL if line.score == _PROBE else NOTHING, method=method)
    return plan._replace(how=JUDGE if basis == BASES.index("judgement") else OPEN, method=method)


def _flags(row: Row, heard: Heard, law: RulePack) -> int:
    target, actual, alike = row.target, row.actual, law.rules.get("actual.equals-weight")
    percents = row.unit == "%" and target.number is not None and actual.number is not None
    signed = target.operator is not None and target.operator == actual.operator
    chosen = {
        COST_RATE: row.direction_source == "cost" and heard.rate and row.unit == "%",
        BARE_TARGET: percents and target.unit is None and actual.unit == "%",
        BARE_ACTUAL: percents and actual.unit is None and target.unit == "%",
        DOUBTFUL: row.unit_doubtful,
        INDICATOR: row.role == "indicator",
        OWN_FORMULA: row.formula is not None,
        TARGET_NUMBER: target.number is not None,
        ACTUAL_NUMBER: actual.number is not None,
        PRINTED_DIRECTION: row.direction_source == "printed",
        RATE_WITHIN: actual.unit == "%" and heard.within,
        PART_OF_WHOLE: heard.of_whole and target.kind == "percent" and target.operator in {"≥", ">"},
        COST_CONTROL: heard.control and row.unit == "%",
        TARGET_ABSENT: target.kind == "absent",
        ACTUAL_ABSENT: actual.kind == "absent",
        APPROXIMATE: target.approximate,
        IN_POINTS: alike is not None and (target.unit or "") in alike.words("point_units"),
        SIGNED_ACTUAL: actual.operator is not None and not actual.approximate,
        MAY_COPY: signed or (target.number is None and actual.number is None and target.kind == actual.kind != "absent"),
        EVIDENCE_EXEMPT: heard.proof_exempt,
        COMPARABLE: row.comparable,
        ACTUAL_PERCENT: actual.unit == "%",
    }
    return sum(flag for flag, yes in chosen.items() if yes)


def _fixed_findings(case: Case, law: RulePack) -> tuple[tuple[int, int, int], ...]:
    """The findings of the row that do not depend on its numbers: code, place (row, target, actual), severity."""
    unscored = Scorecard(law.identity, (), None, None, None, None)  # these rules look at no score
    subject, inspection = case.rows[0].subject, Inspection(case, unscored, ())
    found: list[tuple[int, int, int]] = []
    for code in FIXED_CODES:
        entry = law.rules.get(code)
        if entry is None:
            continue
        inspection.entry = entry
        for problem in RULES[code](inspection):
            severity = entry.variants[problem.variant] if problem.variant else entry.severity
            found.append((CODES.index(code), _SIDES[problem.subject.removeprefix(subject)], SEVERITIES.index(severity)))
    return tuple(found)
