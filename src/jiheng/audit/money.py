"""Rules on the money table and on what spending says about the claimed results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from jiheng.audit.purse import AMOUNT_LABELS, AMOUNTS, Purse, yuan
from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import document_numbers, first_word, says_nothing
from jiheng.audit.wording import YUAN_PER_WAN, percent, plain, wan
from jiheng.domain.evaluation import Split
from jiheng.domain.value import Money

FUNDS = "/funds"


@rule("funds.parts-do-not-sum")
def funds_parts_do_not_sum(inspection: Inspection) -> Iterable[Problem]:
    """A total line that is not the sum of its parts in an amount column; a blank part closes nothing, two splits are tested apart."""
    funds, total = inspection.case.evaluation.funds, inspection.purse.total
    slack = inspection.entry.number("tolerance_wan") * YUAN_PER_WAN
    yield from _splits_that_miss(inspection, slack)
    if total is None:
        return
    for name in AMOUNTS:
        whole = yuan(funds[total], name)
        parts = [amount for index, line in enumerate(funds) if index != total and (amount := yuan(line, name)) is not None]
        if whole is None or not parts or _closes(whole, parts, slack):
            continue
        added = sum(parts, Decimal(0))
        yield Problem(
            FUNDS,
            f"资金表“{AMOUNT_LABELS[name]}”总额 {wan(whole)}，分项合计 {wan(added)}，相差 {wan(abs(whole - added))}。",
            "请核对总额与各分项。",
            expected=plain(added / YUAN_PER_WAN),
            found=plain(whole / YUAN_PER_WAN),
            difference=plain((whole - added) / YUAN_PER_WAN),
        )


def _splits_that_miss(inspection: Inspection, slack: Decimal) -> Iterator[Problem]:
    """Splits by kind of income or expense: parts that miss the amount printed above them, an amount that is neither the budget nor the spending."""
    purse = inspection.purse
    known = [amount for amount in (purse.adjusted, purse.spent, purse.initial) if amount]
    for split in inspection.case.evaluation.printed.splits:
        said = split.amount.yuan if split.amount is not None else None
        added = sum((part.amount.yuan for part in split.parts if part.amount is not None and part.amount.yuan is not None), Decimal(0))
        if said and added and abs(added - said) > slack:
            yield _split_problem(split, added, said, "分项合计")
            continue
        whole = said or added
        if whole and known and all(abs(whole - amount) > slack for amount in known):
            yield _split_problem(split, whole, known[0], "合计")


def _split_problem(split: Split, found: Decimal, expected: Decimal, word: str) -> Problem:
    return Problem(
        FUNDS,
        f"“{split.item}”{word} {wan(found)}，应为 {wan(expected)}，相差 {wan(abs(found - expected))}。",
        "请核对总额与各分项。",
        expected=plain(expected / YUAN_PER_WAN),
        found=plain(found / YUAN_PER_WAN),
        difference=plain((found - expected) / YUAN_PER_WAN),
        anchor=split.anchor,
    )


def _closes(whole: Decimal, parts: Sequence[Decimal], slack: Decimal) -> bool:
    """Whether the parts make the whole, as one split or as several splits printed one after the other."""
    if not whole:
        return abs(sum(parts, Decimal(0))) <= slack
    running, splits = Decimal(0), 0
    for part in parts:
        running += part
        if abs(running - whole) <= slack:
            running, splits = Decimal(0), splits + 1
    return splits > 0 and running == 0


@rule("funds.sub-row-counted")
def funds_sub_row_counted(inspection: Inspection) -> Iterable[Problem]:
    """A part of the money that carries the same points and score as its total."""
    funds, total = inspection.case.evaluation.funds, inspection.purse.total
    if total is None or funds[total].weight is None or funds[total].stated_score is None:
        return
    whole = funds[total]
    for index, line in enumerate(funds):
        if index != total and line.weight == whole.weight and line.stated_score == whole.stated_score:
            what = f"资金分项“{line.item}”与“{whole.item}”填有相同的分值 {plain(whole.weight or Decimal(0))} 和得分，属重复计分。"
            yield Problem(f"{FUNDS}/{index}", what, "请只在总额行计分，分项行不计。", found=plain(whole.stated_score or Decimal(0)))


@rule("funds.no-budget")
def funds_no_budget(inspection: Inspection) -> Iterable[Problem]:
    """A money line without a budget to measure spending against."""
    money, purse = inspection.case.money, inspection.purse
    if money is None or purse.base or not (inspection.case.evaluation.funds or money.spent):
        return
    spent = f"，支出 {wan(purse.spent)}" if purse.spent is not None else ""
    what = f"资金执行率没有预算基数：基数{'为 0' if purse.base is not None else '空白'}{spent}，无法计算执行率。"
    yield Problem(FUNDS, what, "请补填预算数，或说明没有预算的原因。", found=plain(purse.base) if purse.base is not None else None)


@rule("funds.spent-over-budget")
def funds_spent_over_budget(inspection: Inspection) -> Iterable[Problem]:
    """More spent than the base or the plan, with no carry-over or approved addition shown."""
    purse = inspection.purse
    plan, spent = _over(purse), purse.spent
    if plan is None or spent is None or _addition_shown(purse):
        return
    extra = ""
    if purse.planned and purse.allotted is not None and purse.allotted > purse.planned:
        more = purse.allotted - purse.planned
        extra = f"下达较计划多 {wan(more)}（{percent(more, purse.planned)}）。"
    yield Problem(
        FUNDS,
        f"实际支出 {wan(spent)}，为计划 {wan(plan)}的 {percent(spent, plan)}。{extra}",
        "请补充结转或追加预算的批复文件。",
        expected=plain(plan / YUAN_PER_WAN),
        found=plain(spent / YUAN_PER_WAN),
        difference=plain((spent - plan) / YUAN_PER_WAN),
    )


def _over(purse: Purse) -> Decimal | None:
    """The plan or base that was overspent, None where spending stayed within both."""
    if purse.spent is None:
        return None
    spent = purse.spent
    return next((bound for bound in (purse.planned, purse.base) if bound and spent > bound), None)


def _addition_shown(purse: Purse) -> bool:
    adjusted = purse.adjusted is not None and purse.spent is not None and purse.spent <= purse.adjusted
    return adjusted or purse.reason is not None


@rule("funds.adjusted-without-reason")
def funds_adjusted_without_reason(inspection: Inspection) -> Iterable[Problem]:
    """A budget changed in the year without a word on why; overspending is told by its own rule."""
    purse = inspection.purse
    initial, adjusted = purse.initial, purse.adjusted
    if initial is None or adjusted is None or initial == adjusted or (_over(purse) is not None and not _addition_shown(purse)):
        return
    if purse.reason is not None or _explained(inspection, inspection.entry.words("change_words")):
        return
    gap = adjusted - initial
    yield Problem(
        FUNDS,
        f"全年预算 {wan(adjusted)}，年初预算 {wan(initial)}，年中{'调增' if gap > 0 else '调减'} {wan(abs(gap))}，未说明原因。",
        "请说明调整原因并附批复文件。",
        expected=plain(initial / YUAN_PER_WAN),
        found=plain(adjusted / YUAN_PER_WAN),
        difference=plain(gap / YUAN_PER_WAN),
    )


def _explained(inspection: Inspection, words: Sequence[str]) -> bool:
    form = inspection.case.evaluation
    texts = (form.narrative.performance, form.narrative.problems, form.narrative.improvements, form.goal.actual)
    return any(text is not None and (first_word(text, words) or document_numbers(text)) for text in texts)


@rule("funds.nothing-spent")
def funds_nothing_spent(inspection: Inspection) -> Iterable[Problem]:
    """A budget of which nothing was spent."""
    purse = inspection.purse
    if purse.base and purse.spent == 0:
        yield Problem(FUNDS, f"全年未支出：预算 {wan(purse.base)}，支出 0 元。", "请说明未支出的原因及结余去向。", expected=None, found="0")


@rule("funds.all-equal")
def funds_all_equal(inspection: Inspection) -> Iterable[Problem]:
    """Initial budget, adjusted budget and spending equal to the cent, outside salaries and subsidies."""
    purse, form = inspection.purse, inspection.case.evaluation
    if not purse.spent or not purse.initial == purse.adjusted == purse.spent:
        return
    if not first_word(form.project_name or "", inspection.entry.words("fixed_words")):
        yield Problem(
            FUNDS,
            f"年初预算、全年预算、实际支出完全相同，均为 {wan(purse.spent)}。",
            "请核对支出数是否为国库实际支付数。",
            found=plain(purse.spent / YUAN_PER_WAN),
        )


@rule("funds.amount-unreadable")
def funds_amount_unreadable(inspection: Inspection) -> Iterable[Problem]:
    """An amount cell that is neither a number nor a sign of absence."""
    form = inspection.case.evaluation
    for index, line in enumerate(form.funds):
        for name in AMOUNTS:
            money: Money | None = getattr(line, name)
            if money is not None and money.yuan is None and not says_nothing(money.raw):
                what = f"资金表“{line.item}”的“{AMOUNT_LABELS[name]}”填为“{money.raw}”，金额无法识别。"
                yield Problem(f"{FUNDS}/{index}/{name}", what, "请填写规范的数字金额。", found=money.raw)
    amount = form.evaluated_amount
    if amount is not None and amount.yuan is None and not says_nothing(amount.raw):
        yield Problem("/evaluated_amount", f"评价金额填为“{amount.raw}”，金额无法识别。", "请填写规范的数字金额。", found=amount.raw)
