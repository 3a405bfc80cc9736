"""Plans: how a row is scored, settled once for each kind of name, levels and values, by the interpreter's own functions.

A plan holds everything about a row but its numbers: factors to one unit, direction, formula per sign of the target, flags for the codes, and
those findings that do not depend on the numbers. The kernels add the numbers.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from jiheng import scoring
from jiheng.audit.registry import RULES, Inspection
from jiheng.batch.codes import CODES
from jiheng.batch.ladders import places_of
from jiheng.batch.numbers import BASES, METHOD, SEVERITIES, TO_VERIFY
from jiheng.batch.pairs import IN_WORDS, IN_WORDS_OF_NOTHING, MEASURED, copied
from jiheng.domain.evaluation import Evaluation, Indicator, Printed
from jiheng.domain.scorecard import Scorecard
from jiheng.scoring.case import Case, Row, changed
from jiheng.scoring.formulas import ARITHMETIC
from jiheng.scoring.lines import formula_of, row_line
from jiheng.scoring.tiers import tier_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jiheng.batch.heard import Heard, RowKey
    from jiheng.batch.pairs import Side
    from jiheng.domain.value import Operator
    from jiheng.rulebook.model import Formula, RulePack

INTERPRET, COMPUTE, JUDGE, OPEN, FULL, NOTHING, TIER, MONEY, LATE = range(9)
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
    JUDGED,
    COPIED,
    UNMEASURED,
    UNMEASURED_BUT_ZERO,
) = (1 << bit for bit in range(27))
ROW, ROW_TARGET, ROW_ACTUAL, ROW_REASON, FORM, TOTAL_WEIGHT, TOTAL_SCORE, TOTAL_GRADE, FUNDS, FUND, FUND_RATE = range(11)
_SIDES: Final = {"": ROW, "target": ROW_TARGET, "actual": ROW_ACTUAL}
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
SUPPORTED: Final = frozenset(ARITHMETIC) - {"RATIO-RAW"}
_PROBE: Final = Decimal(10)
_PLENTY: Final = Decimal(10**6)
LARGEST_FACTOR: Final = 10**6
Triple = tuple[int, int, int]


class Plan(NamedTuple):
    """How rows of one kind are scored. ``a`` and ``b`` are the factors (mantissa, exponent) from the cells' numbers to one unit."""

    how: int
    method: int = NO_FORMULA
    flags: int = 0
    a: tuple[int, int] = (1, 0)
    b: tuple[int, int] = (1, 0)
    operator: int = 0
    formulas: tuple[int, int, int] = (NO_FORMULA, NO_FORMULA, NO_FORMULA)
    tier: tuple[int, bool, int, bool] = (0, True, 0, True)
    ladders: tuple[int, int, int] = (0, 0, 0)
    block: int = 0
    findings: tuple[tuple[int, int, int], ...] = ()


class Request(NamedTuple):
    """What a plan is asked for: a row with such texts, of the kind that is heard in them, and such values; their numbers do not matter."""

    key: RowKey
    heard: Heard
    target: Side
    actual: Side


def plans_of(requests: Sequence[Request], law: RulePack) -> list[Plan]:
    """The plans of many rows. They are laid before the interpreter as the rows of one form; but one form has one money row only."""
    together: dict[bool, list[int]] = {True: [], False: []}
    found: dict[int, Plan] = {}
    for at, request in enumerate(requests):
        if request.heard.money:
            (found[at],) = _plans_of([request], law)
        else:
            together[request.key.cells].append(at)
    for places in together.values():
        found.update(zip(places, _plans_of([requests[at] for at in places], law), strict=True))
    return [found[at] for at in range(len(requests))]


def _plans_of(requests: list[Request], law: RulePack) -> list[Plan]:
    if not requests:
        return []
    case, formulas = _case(requests, law), _Formulas(law)
    findings = _fixed_findings(case, law)
    return [_plan_of(request, row, findings.get(row.index, ()), formulas) for request, row in zip(requests, case.rows, strict=True)]


class _Formulas:
    """The methods of rows by the sign of their target, and where their ladders stand; asked of the interpreter once for each direction."""

    def __init__(self, law: RulePack) -> None:
        self.law = law
        alike, copies = law.rules.get("actual.equals-weight"), law.rules.get("actual.copies-target")
        self.point_units = alike.words("point_units") if alike is not None else ()
        self.option_lists = copies.words("option_lists") if copies is not None else ()
        self._places = places_of(law)
        self._known: dict[tuple[Operator, Formula | None], tuple[Triple | None, Triple]] = {}

    def of(self, row: Row) -> tuple[Triple | None, Triple]:
        """Methods and places for a positive, zero, negative target; no methods where only the interpreter knows them."""
        key = row.operator, row.formula
        if key not in self._known:
            chosen = [formula_of(changed(row, a=Decimal(sign)), self.law)[0] for sign in (1, 0, -1)]
            first, second, third = (_method(formula) for formula in chosen)
            places = [self._places.get(formula, 0) if formula is not None else 0 for formula in chosen]
            methods = None if first is None or second is None or third is None else (first, second, third)
            self._known[key] = methods, (places[0], places[1], places[2])
        return self._known[key]


def _plan_of(request: Request, row: Row, findings: tuple[tuple[int, int, int], ...], formulas: _Formulas) -> Plan:
    law = formulas.law
    told = {CODES[code] for code, _, _ in findings}
    flags = _flags(row, request, formulas) | (CONFLICT if "unit.conflict" in told else 0) | (PLACEHOLDER if "target.placeholder" in told else 0)
    plan = Plan(INTERPRET, flags=flags, operator=OPERATORS.index(row.operator), findings=findings, block=request.heard.block)
    if row.role == "money":
        return plan._replace(how=MONEY)
    if flags & JUDGED:
        return plan._replace(how=JUDGE, method=METHOD["JUDGE"])
    if row.a is None or row.b is None:
        return _uncomputed(plan, row, law)
    return _computed(plan, row, formulas)


def _case(requests: list[Request], law: RulePack) -> Case:
    """A form of these rows, for each of which 10 of 10 points are claimed."""
    rows = []
    for (level1, level2, name, _, _), _, target, actual in requests:
        rows.append(Indicator(level1, level2, name, target.probe, actual.probe, _PROBE, _PROBE))
    columns = frozenset({"target", "actual", "weight", "score", "name"} if requests[0].key.cells else {"weight", "score", "name"})
    units = tuple([(at, request.key.unit_column) for at, request in enumerate(requests) if request.key.unit_column])
    return scoring.interpret(Evaluation(indicators=tuple(rows), printed=Printed(columns=columns, unit_column=units)), law, on=law.in_force_from)


def _computed(plan: Plan, row: Row, formulas: _Formulas) -> Plan:
    a, b = _factor(row.a), _factor(row.b)
    methods, places = formulas.of(row)
    if a is None or b is None or methods is None:
        return plan
    return plan._replace(how=COMPUTE, a=a, b=b, formulas=methods, ladders=places)


def _method(formula: Formula | None) -> int | None:
    """The method's number, ``NO_FORMULA`` for no formula, None where only the interpreter knows it."""
    if formula is None:
        return NO_FORMULA
    known = formula.id in SUPPORTED or formula.id not in ARITHMETIC
    return METHOD[formula.id] if known else None


@lru_cache(maxsize=1024)
def _factor(number: Decimal | None) -> tuple[int, int] | None:
    """A conversion factor as mantissa and exponent; None where it is not small and exact."""
    if number is None or number <= 0:
        return None
    _, digits, exponent = number.normalize().as_tuple()
    mantissa = int("".join(map(str, digits)))
    return (mantissa, int(exponent)) if mantissa < LARGEST_FACTOR and isinstance(exponent, int) else None


def _uncomputed(plan: Plan, row: Row, law: RulePack) -> Plan:
    """Dates, yes and no, tiers, judgement: what the interpreter says of the row when 10 of 10 points are claimed."""
    line = row_line(row, law, None)
    method, basis = METHOD[line.method], BASES.index(line.basis)
    if line.method == "STEP":
        left = row_line(changed(row, weight=_PLENTY), law, None).exact
        return plan._replace(how=LATE, method=method, tier=(int((_PLENTY - Decimal(left or 0)).scaleb(6)), True, 0, True))
    tier = tier_of(row.actual.raw, law.scheme.tiers.value) if line.method == "TIER" else None
    if tier is not None:
        low, high = (int(bound.scaleb(6)) for bound in (tier.low, tier.high))
        if Decimal(low).scaleb(-6) != tier.low or Decimal(high).scaleb(-6) != tier.high:
            return plan
        return plan._replace(how=TIER, method=method, tier=(low, tier.low_inclusive, high, tier.high_inclusive))
    if basis == BASES.index("formula"):
        return plan._replace(how=FULL if line.score == _PROBE else NOTHING, method=method)
    return plan._replace(how=JUDGE if basis == BASES.index("judgement") else OPEN, method=method)


def _flags(row: Row, request: Request, formulas: _Formulas) -> int:
    heard, target, actual = request.heard, row.target, row.actual
    has_target, has_actual = target.number is not None, actual.number is not None
    numbers, in_percent = has_target and has_actual, row.unit == "%"
    signed = target.operator is not None and target.operator == actual.operator
    worded = request.actual.worded if has_target else MEASURED
    flags = TARGET_NUMBER * has_target | ACTUAL_NUMBER * has_actual
    flags |= COST_RATE * (row.direction_source == "cost" and heard.rate and in_percent)
    flags |= BARE_TARGET * (numbers and in_percent and target.unit is None and actual.unit == "%")
    flags |= BARE_ACTUAL * (numbers and in_percent and actual.unit is None and target.unit == "%")
    flags |= DOUBTFUL * row.unit_doubtful | INDICATOR * (row.role == "indicator") | OWN_FORMULA * (row.formula is not None)
    flags |= PRINTED_DIRECTION * (row.direction_source == "printed")
    flags |= RATE_WITHIN * (actual.unit == "%" and heard.within)
    flags |= PART_OF_WHOLE * (heard.of_whole and target.kind == "percent" and target.operator in {"≥", ">"})
    flags |= COST_CONTROL * (heard.control and in_percent)
    flags |= TARGET_ABSENT * (target.kind == "absent") | ACTUAL_ABSENT * (actual.kind == "absent") | APPROXIMATE * target.approximate
    flags |= IN_POINTS * (numbers and (target.unit or "") in formulas.point_units)
    flags |= SIGNED_ACTUAL * (actual.operator is not None and not actual.approximate)
    flags |= MAY_COPY * (signed and numbers and request.target.value == request.actual.value)
    flags |= COPIED * copied(request.target, request.actual, formulas.option_lists)
    flags |= UNMEASURED * (request.actual.optional or worded == IN_WORDS) | UNMEASURED_BUT_ZERO * (worded == IN_WORDS_OF_NOTHING)
    flags |= EVIDENCE_EXEMPT * heard.proof_exempt | COMPARABLE * row.comparable | ACTUAL_PERCENT * (actual.unit == "%")
    return flags | JUDGED * (row.role == "judgement" or (row.formula is not None and row.formula.id == "JUDGE"))


def _fixed_findings(case: Case, law: RulePack) -> dict[int, tuple[tuple[int, int, int], ...]]:
    """The findings of each row that do not depend on its numbers: code, place (row, target, actual), severity."""
    unscored = Scorecard(law.identity, (), None, None, None, None)  # these rules look at no score
    inspection = Inspection(case, unscored, ())
    found: dict[int, list[tuple[int, int, int]]] = {}
    for code in FIXED_CODES:
        entry = law.rules.get(code)
        if entry is None:
            continue
        inspection.entry = entry
        for problem in RULES[code](inspection):
            _, _, index, *side = problem.subject.split("/")
            row = case.rows[int(index)]
            severity = SEVERITIES.index(entry.variants[problem.variant] if problem.variant else entry.severity)
            own = row.target.unit or row.actual.unit or (row.unit if row.unit_source == "name" else None)
            open_ = code == "unit.not-a-rate" and own == "%"  # a word of growth in the target may excuse it
            found.setdefault(row.index, []).append((CODES.index(code), _SIDES["".join(side)], severity + TO_VERIFY * open_))
    return {index: tuple(some) for index, some in found.items()}
