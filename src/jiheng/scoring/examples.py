"""Worked examples of a rule pack, run through the engine as a form of one row."""

from __future__ import annotations

from jiheng.domain.evaluation import Evaluation, FundLine, Indicator
from jiheng.domain.scorecard import ScoreLine
from jiheng.domain.value import Money
from jiheng.domain.valuetext import parse_value
from jiheng.rulebook.model import Example, RulePack
from jiheng.scoring.interpret import interpret
from jiheng.scoring.lines import money_score
from jiheng.scoring.score import score


def run_example(pack: RulePack, example: Example) -> ScoreLine:
    """The score line the pack gives for its example; an example with a base or spending is a money line."""
    if example.base is not None or example.spent is not None:
        return _money(pack, example)
    words = frozenset(pack.scheme.grade_words.value)
    row = Indicator(
        level1=example.level1,
        level2=example.level2,
        name=example.indicator,
        target=parse_value(example.target, grade_words=words),
        actual=parse_value(example.actual, grade_words=words),
        weight=example.weight,
        stated_score=example.stated,
    )
    return score(interpret(Evaluation(indicators=(row,)), pack, on=pack.in_force_from)).lines[-1]


def _money(pack: RulePack, example: Example) -> ScoreLine:
    rule = pack.scheme.money.value
    base = rule.bases[0] if rule else "adjusted_budget"
    planned = None if example.base is None else Money(str(example.base), example.base)
    spent = None if example.spent is None else Money(str(example.spent), example.spent)
    line = FundLine(
        "年度资金总额",
        initial_budget=planned if base == "initial_budget" else None,
        adjusted_budget=planned if base == "adjusted_budget" else None,
        allotted=planned if base == "allotted" else None,
        disbursed=spent,
        weight=example.weight,
    )
    case = interpret(Evaluation(funds=(line,)), pack, on=pack.in_force_from)
    return money_score("/funds", example.weight, case.money, pack)
