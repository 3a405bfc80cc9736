"""Rules on the goal text: its numbers against the targets, its sameness with the project's name or with the report of what was done."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jiheng.audit.figures import Measured, by_unit, differing, listed
from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import similarity, squeeze
from jiheng.audit.wording import figure
from jiheng.domain.mentions import find_quantities

_DIGIT = re.compile(r"\d")
_MARKS = "，。；：、,.;:!！ \t\n"


@rule("goal.number-differs")
def goal_number_differs(inspection: Inspection) -> Iterable[Problem]:
    """A number in the goal text whose unit stands among the targets and that no target has; budgets named in the text are no goals."""
    text = inspection.case.evaluation.goal.expected
    if text is None:
        return
    targets = inspection.target_figures
    odd = differing(text, inspection.planned, lambda: _named_or_paid(inspection))
    if odd:
        units = {known.unit for known in targets}
        said, shown = listed(odd), listed(tuple(known for known in targets if known.unit in {m.unit for m in odd} & units) or targets)
        what = f"总体目标写 {said}，同单位的指标目标值为 {shown}，数字不一致。"
        yield Problem("/goal/expected", what, "请核对；如口径不同（如只是其中一部分），请写明。", expected=shown, found=said)


def _named_or_paid(inspection: Inspection) -> Measured:
    """The numbers in the names of the rows, and the amounts of the form."""
    names = [row.indicator.name for row in inspection.case.rows if row.indicator.name and _DIGIT.search(row.indicator.name)]
    return by_unit((*[mention for name in names for mention in find_quantities(name)], *inspection.amounts))


@rule("goal.actual-copies-expected")
def goal_actual_copies_expected(inspection: Inspection) -> Iterable[Problem]:
    """What was done is told in the words of what was planned."""
    goal = inspection.case.evaluation.goal
    if goal.expected is None or goal.actual is None or not squeeze(goal.actual):
        return
    alike = similarity(goal.expected, goal.actual)
    if alike >= inspection.entry.number("near"):
        what = f"总体目标的完成情况与预期目标文字相同或几乎相同（相似度 {figure(alike)}%）。"
        yield Problem("/goal/actual", what, "请写明实际做了什么、完成了多少、与目标差在哪里。")


@rule("goal.is-the-name")
def goal_is_the_name(inspection: Inspection) -> Iterable[Problem]:
    """A goal that only repeats the project's name."""
    form = inspection.case.evaluation
    expected, name = squeeze(form.goal.expected or "").strip(_MARKS), squeeze(form.project_name or "").strip(_MARKS)
    if expected and expected == name:
        yield Problem("/goal/expected", f"总体目标只写了项目名称“{form.project_name}”。", "请写明项目要达到的产出和效果。", found=form.goal.expected)
