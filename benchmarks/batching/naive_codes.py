"""The codes of the naive contestant: plain Python on the models, one form at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from batching import terms as t
from batching.naive_model import CENT, Form, FundLine, Judged, Row

Found = tuple[int, str]
RATE = re.compile(t.RATE)
STOPPED, DENIALS, PARTIAL, CONTROL, OWN_BASE, RATE_OPEN, PART_OF_WHOLE, FIXED_COST = (
    re.compile("|".join(map(re.escape, words)))
    for words in (t.STOPPED, t.DENIALS, t.PARTIAL, t.CONTROL, t.OWN_BASE, t.RATE_OPEN, t.PART_OF_WHOLE, t.FIXED_COST)
)
HUNDRED, NONE = Decimal(100), Decimal(0)
AMOUNTS = ("initial_budget_yuan", "adjusted_budget_yuan", "allotted_yuan", "disbursed_yuan")


def says_nothing(text: str | None) -> bool:
    return text is None or "".join(unicodedata.normalize("NFKC", text).split()) in t.NOTHING


def has(text: str, words: re.Pattern[str]) -> bool:
    return words.search(text) is not None


def rounded(number: Decimal, places: int = 2) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def findings_of(form: Form, judged: Judged) -> Iterator[Found]:
    columns = set(form.printed_columns.split(","))
    for index, row in enumerate(form.rows):
        for code in (*_target_codes(row), *_value_codes(row), *_score_codes(row, columns), *_formula_codes(row, form, judged)):
            yield index, code
    yield from _table_codes(form)
    yield from _total_codes(form, judged)
    if form.funds:
        yield from _money_codes(form, judged)
        yield from _line_codes(form, judged)
        yield from _spending_codes(form, judged)


def _target_codes(row: Row) -> Iterator[str]:
    target = row.target_value
    if target.kind == "placeholder":
        yield "target.placeholder"
    if target.kind == "absent" and (row.weight or row.stated_score is not None):
        yield "target.missing"
    if target.approximate:
        yield "target.approximate"
    if target.kind == "percent" and target.operator in {"≥", ">"} and target.number >= HUNDRED and has(row.name or "", PART_OF_WHOLE):
        yield "target.unreachable"


def _value_codes(row: Row) -> Iterator[str]:
    target, actual = row.target_value, row.actual_value
    if target.doubled or actual.doubled:
        yield "operator.doubled"
    if target.glyph or actual.glyph:
        yield "operator.glyph-repaired"
    if actual.operator and not actual.approximate and not actual.spoken:
        yield "actual.operator"
    if target.operator and target.text == actual.text and target.text not in t.NOTHING:
        yield "actual.copies-target"
    if actual.kind == "absent" and row.stated_score is not None and row.stated_score > 0:
        yield "actual.missing"
    if target.number is not None and actual.number is not None and row.unit is None and not target.times:
        yield "unit.missing"


def _score_codes(row: Row, columns: set[str]) -> Iterator[str]:
    weight, stated = row.weight, row.stated_score
    if stated is not None and stated < 0:
        yield "score.negative"
    if "evidence" in columns and (stated is not None or weight) and all(says_nothing(item) for item in row.proof):
        yield "evidence.missing"
    if weight is None:
        return
    if stated is not None and stated > weight:
        yield "score.exceeds-weight"
    if stated is None and weight > 0:
        yield "score.missing"
    low = row.score if row.basis == "formula" else None
    low = stated if low is None or (stated is not None and stated < low) else low
    if "reason" in columns and low is not None and low < weight and says_nothing(row.reason):
        yield "reason.missing"
    deducted = row.basis == "formula" and row.met is True and stated is not None and stated < weight <= row.score and says_nothing(row.reason)
    if deducted:
        yield "score.deducted-though-met"
    elif stated is not None and _differs(row, weight, stated):
        yield "score.differs-from-formula"


def _differs(row: Row, weight: Decimal, stated: Decimal) -> bool:
    if row.basis == "formula":
        return _far(stated, row.score)
    ceiling = row.a is not None and row.a > 0 and row.met is False and row.direction in {"≤", "<"}
    return ceiling and row.basis == "undetermined" and stated == weight


def _far(stated: Decimal, score: Decimal) -> bool:
    coarse = stated.as_tuple().exponent == -1 and rounded(score, 1) == stated
    return abs(stated - score) > CENT and not coarse


def _formula_codes(row: Row, form: Form, judged: Judged) -> Iterator[str]:
    if row.basis != "formula":
        return
    name, reason, number = row.name or "", row.reason, row.actual_value.number
    if row.a == 0 and row.b == 0 and reason is not None and has(reason, STOPPED):
        yield "actual.vacuous"
    outside = row.actual_value.unit == "%" and number is not None and not 0 <= number <= HUNDRED
    if outside and name.endswith(t.RATE_ENDINGS) and not has(name, RATE_OPEN):
        yield "rate.out-of-range"
    if row.met and reason is not None and has(reason, DENIALS) and not has(reason, PARTIAL):
        yield "reason.although-met"
    if row.unit == "%" and row.met and has(name, CONTROL) and not has(name + (row.criteria or ""), OWN_BASE) and _overspent(form, judged):
        yield "cost.contradicts-funds"
    if row.a is None or row.b is None:
        return
    more, less = (row.a, row.b) if row.direction in {"≤", "<"} else (row.b, row.a)
    if less > 0 and more >= Decimal("1.3") * less and says_nothing(reason):
        yield "over-achievement.unexplained"
    if row.a >= 10 and row.b > 0 and (row.b <= row.a / 5 or row.b >= 5 * row.a):
        yield "unit.magnitude-suspected"


def _overspent(form: Form, judged: Judged) -> bool:
    planned = form.funds[0].initial_budget_yuan if form.funds else None
    return bool(planned) and judged.spent is not None and judged.spent > planned


def _table_codes(form: Form) -> Iterator[Found]:
    rows = form.rows
    numeric = [row for row in rows if row.a is not None]
    if len(numeric) >= 3 and 5 * sum(row.a == row.b and not row.proof for row in numeric) >= 4 * len(numeric):
        yield t.FORM, "actual.copies-target"
    same = [
        i
        for i, row in enumerate(rows)
        if row.weight and row.target_value.unit in {None, "分"} and row.target_value.number == row.weight == row.actual_value.number
    ]
    if len(same) >= 2:
        yield same[0], "actual.equals-weight"
    if any(row.target_value.number is not None and row.target_value.operator is None for row in rows):
        yield t.FORM, "direction.undeclared"
    weighted = any(row.weight for row in rows)
    for index, row in enumerate(rows):
        if weighted and (row.weight == 0 or (row.weight is None and row.stated_score is not None)):
            yield index, "weights.zero"
        if row.weight is not None and row.weight > (30 if len(rows) >= 4 else 50):
            yield index, "weights.concentrated"


def _claims(form: Form, judged: Judged) -> list[tuple[Decimal | None, Decimal | None]]:
    """Weight and stated score of every row and of the money line."""
    money = [(judged.points, judged.claimed)] if judged.points is not None or judged.claimed is not None else []
    return [(row.weight, row.stated_score) for row in form.rows] + money


def _total_codes(form: Form, judged: Judged) -> Iterator[Found]:
    claims, total = _claims(form, judged), form.stated_score
    weights = [weight for weight, _ in claims]
    added = None if None in weights else sum(weights, NONE)
    outside = judged.points or NONE
    if added not in {None, HUNDRED} or form.stated_weight not in {None, HUNDRED, HUNDRED - outside}:
        yield t.FORM, "weights.sum"
    if total is None:
        yield t.FORM, "total.missing"
        return
    stated = [score for _, score in claims if score is not None]
    whole = sum(stated, NONE) if stated else None
    known = all(weight is not None and score is not None for weight, score in claims)
    twice = known and rounded(sum((weight * score for weight, score in claims), NONE) / 100) == rounded(total)
    if whole is not None and whole != total:
        yield t.FORM, "weights.applied-twice" if twice else "total.differs-from-sum"
    if form.stated_grade is not None:
        earned = next((name for name, low in t.GRADES if total >= low), t.GRADES[-1][0])
        if not form.stated_grade.startswith(earned):
            yield t.FORM, "grade.mismatch"
    if len(form.rows) >= 8 and total == HUNDRED and all(weight is not None and weight == score for weight, score in claims):
        yield t.FORM, "score.uniformly-full"


def _money_codes(form: Form, judged: Judged) -> Iterator[Found]:
    line, base, spent, points, claimed = form.funds[0], judged.base, judged.spent, judged.points, judged.claimed
    initial, adjusted = line.initial_budget_yuan, line.adjusted_budget_yuan
    if spent and initial == adjusted == spent and not has(form.project_name or "", FIXED_COST):
        yield t.FUNDS, "funds.all-equal"
    if not base:
        yield t.FUNDS, "funds.no-budget"
    elif spent == 0:
        yield t.FUNDS, "funds.nothing-spent"
    over = spent is not None and any(bound and spent > bound for bound in (initial, base))
    if over and not (adjusted is not None and spent <= adjusted):
        yield t.FUNDS, "funds.spent-over-budget"
    if points is not None and claimed is not None:
        yield from _claim_codes(points, claimed, judged)
    if points is not None and spent is not None:
        yield from _base_unclear(line, judged, points, spent)
    if claimed is not None and "rate" in form.printed_amounts.split(",") and says_nothing(line.stated_rate):
        yield t.FUND, "execution-rate.missing"


def _claim_codes(points: Decimal, claimed: Decimal, judged: Judged) -> Iterator[Found]:
    if claimed > points:
        yield t.FUNDS, "score.exceeds-weight"
    if claimed < 0:
        yield t.FUNDS, "score.negative"
    if _far(claimed, judged.money):
        yield t.FUNDS, "score.differs-from-formula"


def _base_unclear(line: FundLine, judged: Judged, points: Decimal, spent: Decimal) -> Iterator[Found]:
    scores: dict[str, Decimal] = {}
    for name in ("initial_budget", "adjusted_budget", "allotted"):
        amount: Decimal | None = getattr(line, f"{name}_yuan")
        if amount:
            scores[name] = rounded(points if spent >= amount else points * spent / amount)
    fitting = [name for name, score in scores.items() if score == judged.claimed]
    if len(set(scores.values())) > 1 and fitting != [judged.base_name]:
        yield t.FUNDS, "execution-rate.base-unclear"


def _line_codes(form: Form, judged: Judged) -> Iterator[Found]:
    whole, *tiers = form.funds
    slack = Decimal(100)
    for name in AMOUNTS:
        total: Decimal | None = getattr(whole, name)
        pieces = [amount for tier in tiers if (amount := getattr(tier, name)) is not None]
        if total is not None and pieces and not _closes(total, pieces, slack):
            yield t.FUNDS, "funds.parts-do-not-sum"
    for index, line in enumerate(form.funds):
        twice = index and whole.weight is not None and whole.stated_score is not None
        if twice and line.weight == whole.weight and line.stated_score == whole.stated_score:
            yield t.FUND - index, "funds.sub-row-counted"
        if line.stated_rate is not None and line.disbursed_yuan is not None and _rate_off(line, judged):
            yield t.FUND - index, "execution-rate.mismatch"


def _closes(total: Decimal, pieces: list[Decimal], slack: Decimal) -> bool:
    if total == 0:
        return abs(sum(pieces)) <= slack
    running, splits = NONE, 0
    for piece in pieces:
        running += piece
        if abs(running - total) <= slack:
            running, splits = NONE, splits + 1
    return splits > 0 and running == 0


def _rate_off(line: FundLine, judged: Judged) -> bool:
    names = ([judged.base_name] if judged.base_name else []) + ["adjusted_budget", "allotted", "initial_budget"]
    base: Decimal | None = next((amount for name in names if (amount := getattr(line, f"{name}_yuan")) is not None), None)
    match = RATE.match("".join((line.stated_rate or "").split()))
    if not base or match is None:
        return False
    whole, decimals, sign = match.groups()
    value, places = Decimal(f"{whole}.{decimals or 0}"), len(decimals or "")
    readings = [(value, places)]
    if not sign and value < 2:
        readings.append((value * 100, max(0, places - 2)))
    rate = line.disbursed_yuan * 100 / base
    return all(rounded(rate, shown) != reading for reading, shown in readings)


def _spending_codes(form: Form, judged: Judged) -> Iterator[Found]:
    got = judged.claimed if judged.claimed is not None else judged.money
    results = [(row.stated_score, row.weight) for row in form.rows if row.stated_score is not None and row.weight]
    if not judged.points or got is None or not results:
        return
    gained, most = sum(score for score, _ in results), sum(weight for _, weight in results)
    if not judged.base or judged.spent is None:
        if judged.spent is not None:
            yield t.FUNDS, "funds.results-exceed-spending"
        return
    if got * 5 < judged.points and gained * 5 > most * 4:
        yield t.FUNDS, "funds.unspent-with-full-output"
    elif (gained > 0 and gained / most - got / judged.points > gained / most / 20) or judged.base - judged.spent > judged.base / 5:
        yield t.FUNDS, "funds.results-exceed-spending"
