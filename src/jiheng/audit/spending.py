"""Rules that hold claimed results against spending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from jiheng.audit.money import FUNDS
from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import first_word, squeeze
from jiheng.audit.wording import YUAN_PER_WAN, figure, percent, plain, wan


def _explains(reason: str | None, words: Sequence[str]) -> bool:
    return reason is not None and first_word(squeeze(reason), words) is not None


def _unspent_with_full_output(inspection: Inspection) -> tuple[Fraction, Fraction] | None:
    entry = inspection.case.law.rules.get("funds.unspent-with-full-output")
    shares = inspection.shares
    if entry is None or shares is None or _baseless(inspection) or _explains(inspection.purse.reason, entry.words("free_words")):
        return None
    low, high = entry.fraction("spending_below"), entry.fraction("output_above")
    return shares if shares[0] < low and shares[1] > high else None


def _baseless(inspection: Inspection) -> bool:
    """A money table without a base: there is no progress of spending to hold results against."""
    return bool(inspection.case.evaluation.funds) and inspection.purse.rate is None


@rule("funds.unspent-with-full-output")
def funds_unspent_with_full_output(inspection: Inspection) -> Iterable[Problem]:
    """Hardly anything spent, nearly everything delivered."""
    shares = _unspent_with_full_output(inspection)
    if shares is not None:
        what = f"资金得分只占其分值的 {percent(shares[0])}，指标得分却占其分值的 {percent(shares[1])}，支出极低而产出近满分。"
        yield Problem(FUNDS, what, "请说明资金来源或核实产出。", expected=figure(shares[0]), found=figure(shares[1]))


@rule("funds.results-exceed-spending")
def funds_results_exceed_spending(inspection: Inspection) -> Iterable[Problem]:
    """Results clearly ahead of spending (red), or no base or much unspent (yellow); the extreme case is told by its own rule."""
    shares, purse = inspection.shares, inspection.purse
    if shares is None or _unspent_with_full_output(inspection) is not None or _explains(purse.reason, inspection.entry.words("savings_words")):
        return
    spending, output = shares
    if _baseless(inspection):
        if purse.spent is not None:
            yield Problem(FUNDS, "黄灯：没有预算基数，无法对照支出进度与产出。", "请补填预算数。")
    elif output > 0 and (output - spending) / output > inspection.entry.fraction("gap"):
        gap = (output - spending) / output
        what = f"红灯：指标得分率 {percent(output)}，资金得分率 {percent(spending)}，产出较支出进度高出 {percent(gap)}。"
        yield Problem(FUNDS, what, "请核实产出，或说明节约等原因。", expected=figure(spending), found=figure(output), difference=figure(gap))
    elif purse.rate is not None and 1 - purse.rate > inspection.entry.fraction("unspent"):
        unspent = 1 - purse.rate
        what = f"黄灯：预算有 {percent(unspent)} 未支出，指标得分率为 {percent(output)}。"
        yield Problem(FUNDS, what, "请说明未支出原因，或核实产出。", found=figure(unspent))


@rule("cost.contradicts-funds")
def cost_contradicts_funds(inspection: Inspection) -> Iterable[Problem]:
    """A cost-control row that claims success while more was spent than planned; a row with a base of its own is excused."""
    purse = inspection.purse
    if not purse.planned or purse.spent is None or purse.spent <= purse.planned:
        return
    names, own_base = inspection.entry.words("control_words"), inspection.entry.words("own_base_words")
    share = percent(purse.spent, purse.planned)
    for row, _ in inspection.formula_rows:
        if row.unit != "%" or row.met is not True or not first_word(squeeze(row.indicator.name or ""), names):
            continue
        if first_word(squeeze(f"{row.indicator.name or ''}{row.indicator.criteria or ''}"), own_base):
            continue
        yield Problem(
            row.subject,
            f"{row.label}填报成本控制 {row.actual.raw}，而实际支出 {wan(purse.spent)}为计划 {wan(purse.planned)}的 {share}，两者矛盾。",
            "请按实际支出更正完成值，或说明控制的基数。",
            expected=plain(purse.planned / YUAN_PER_WAN),
            found=plain(purse.spent / YUAN_PER_WAN),
            difference=plain((purse.spent - purse.planned) / YUAN_PER_WAN),
        )
