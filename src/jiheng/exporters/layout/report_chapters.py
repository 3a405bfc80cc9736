"""The chapters of a report. What the unit wrote is quoted as it stands; what only a person can say is a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from jiheng.audit.texts import says_nothing
from jiheng.exporters.layout import report_wording as wording
from jiheng.exporters.layout.model import Item, Paragraph
from jiheng.exporters.layout.report_facts import Facts, one_line
from jiheng.exporters.layout.report_tables import block_bars, blocks_table, funds_table, indicators_table
from jiheng.scoring.purse import AMOUNT_NAMES

_NUMERALS = "一二三四五六七八九十"
_CLAUSES = re.compile(r"(?<=[。；;！:：])\s+(?=\d{1,2}[、.．](?!\d)|[（(][\d一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)")


def gap(what: str) -> Paragraph:
    """A place that the author must fill."""
    return Paragraph(f"【请填写：{what}】", "gap")


def basics(facts: Facts, law_title: str) -> Iterator[Item]:
    """一、项目基本情况: what the project is, its money, its goal."""
    del law_title
    form = facts.evaluation
    yield _second(1, "项目概况")
    if told := wording.overview(facts):
        yield Paragraph(told, "body")
    if missing := wording.unfilled(facts):
        yield gap("、".join(missing))
    yield gap("项目背景、主要内容和实施情况")
    yield _second(2, "资金情况")
    yield from _money_table(facts)
    yield _second(3, "绩效目标")
    yield from _quoted(form.goal.expected, "项目年度绩效目标")
    if form.goal.achieved is not None:
        yield Paragraph(f"填报单位对是否如期实现总体目标的回答为“{'是' if form.goal.achieved else '否'}”。", "body")


def conclusion(facts: Facts, law_title: str) -> Iterator[Item]:
    """二、自评结论: what was claimed beside what the rules give, by block."""
    stated = wording.stated_sentence(facts)
    if summed := stated or wording.summed_sentence(facts):
        yield Paragraph(summed, "body")
    if stated is None:
        yield gap("自评得分")
    yield Paragraph(wording.recomputed_sentence(facts, law_title), "body")
    yield from (Paragraph(text, "body") for text in wording.open_sentences(facts))
    if facts.blocks:
        yield Paragraph("各一级指标得分情况", "caption")
        yield blocks_table(facts)
        if any(block.open for block in facts.blocks):
            yield Paragraph("注：复算得分为区间的，是其中有待定的项；合计按待定项的自评分计入。", "note")
        bars = block_bars(facts)
        if bars is not None:
            yield bars
    yield gap("自评结论的总体评价")


def achievement(facts: Facts, law_title: str) -> Iterator[Item]:
    """三、绩效目标完成情况: the goal, then the indicators by level 1 and level 2."""
    del law_title
    yield _second(1, "总体目标完成情况")
    yield from _quoted(facts.evaluation.goal.actual, "总体目标的实际完成情况")
    if facts.rows:
        yield Paragraph(wording.counted("全部三级指标", facts.rows), "body")
    else:
        yield gap("绩效指标及其完成情况；自评表中没有读到绩效指标")
    blocks = [block for block in facts.blocks if block.rows]
    for number, block in enumerate(blocks, start=2):
        yield _second(number, f"{block.name}指标完成情况")
        for name, rows in block.parts():
            yield Paragraph(wording.counted(name or "未分类指标", rows), "body")
        told = (
            wording.named((row for row in block.rows if row.outcome == "over"), "超额完成的有："),
            wording.named((row for row in block.rows if row.outcome == "under"), "低于上限的有："),
            wording.named((row for row in block.rows if row.outcome == "missed"), "未达到预期值的有："),
            wording.named((row for row in block.rows if row.outcome == "unfilled"), "实现值未填的有："),
        )
        yield from (Paragraph(text, "body") for text in told if text)
        yield Paragraph(f"{block.name}指标完成情况表", "caption")
        yield indicators_table(facts, block)
    yield _second(len(blocks) + 2, "主要做法与成效")
    yield from _quoted(facts.evaluation.narrative.performance, "项目实施的主要做法与成效")


def execution(facts: Facts, law_title: str) -> Iterator[Item]:
    """四、预算执行情况: amounts, rate and points of the money."""
    del law_title
    if not facts.evaluation.funds:
        yield gap("预算数、实际支出和执行率；自评表中没有读到资金情况")
        return
    yield from (Paragraph(text, "body") for text in wording.money_sentences(facts))
    yield from (gap(f"{text}的正确金额；表中所填不能读作金额") for text in wording.unreadable(facts))
    rates = [rate for line in facts.evaluation.funds if (rate := facts.rate(line)) is not None]
    if any(rate < 1 for rate in rates):
        yield gap("预算没有全部执行的原因，结转结余资金的处理情况")
    if any(rate > Fraction(1) for rate in rates):
        yield gap("实际支出超过预算的原因和批准文件")


def shortfalls(facts: Facts, law_title: str) -> Iterator[Item]:
    """五、未达标指标及原因: each indicator that missed its target or lost points, with the reason as the unit wrote it."""
    del law_title
    rows = [row for row in facts.rows if row.short]
    if not rows:
        open_rows = facts.count("judged", "open", "unfilled")
        rest = f"；另有 {open_rows} 项不能以预期值与实现值直接比较" if open_rows else ""
        yield Paragraph(f"按表中所填，没有未达到预期值或扣分的三级指标{rest}。", "body")
        return
    yield Paragraph(f"未达到预期值、或者自评、复算得分低于分值的三级指标有 {len(rows)} 项。", "body")
    for number, row in enumerate(rows, start=1):
        yield Paragraph(f"{number}. {row.name}", "heading3")
        yield Paragraph(wording.shortfall(row), "body")
        reason = row.indicator.reason
        if says_nothing(reason):
            yield gap(f"{wording.quoted(row.name)}未达标或扣分的原因和拟采取的措施")
        else:
            yield Paragraph(f"原因（填报单位填写）：{one_line(reason)}", "body")


def problems(facts: Facts, law_title: str) -> Iterator[Item]:
    """六、存在的问题和改进措施: as the unit wrote them; the findings of the review stand in an attachment."""
    del law_title
    narrative = facts.evaluation.narrative
    yield _second(1, "存在的问题")
    yield from _quoted(narrative.problems, "存在的问题")
    yield _second(2, "改进措施")
    yield from _quoted(narrative.improvements, "改进措施")
    yield _second(3, "审核情况")
    yield Paragraph(wording.findings_sentence(facts), "body")


def other(facts: Facts, law_title: str) -> Iterator[Item]:
    """七、其他需要说明的问题: expiring money, exceptions, and room for the author."""
    del law_title
    narrative = facts.evaluation.narrative
    told = [*wording.waivers(facts), *(notice.message for notice in facts.dossier.document.notices)]
    yield from (Paragraph(text, "body") for text in told)
    if narrative.expiring_funds:
        yield Paragraph("到期资金情况（填报单位填写）：", "body")
        yield from _paragraphs(narrative.expiring_funds)
    elif "/narrative/expiring_funds" in facts.evaluation.printed.fields:
        yield gap("到期资金情况")
    yield gap("其他需要说明的问题；没有的写“无”")


def _second(number: int, name: str) -> Paragraph:
    numeral = _NUMERALS[number - 1] if number <= len(_NUMERALS) else str(number)
    return Paragraph(f"（{numeral}）{name}", "heading2")


def _money_table(facts: Facts) -> Iterator[Item]:
    form = facts.evaluation
    if not form.funds:
        yield gap("资金来源、预算数、下达数和支出数；自评表中没有读到资金情况")
        return
    yield Paragraph(f"资金情况表{f'（单位：{form.money_unit}）' if form.money_unit else ''}", "caption")
    yield funds_table(facts)
    if facts.base_name is not None:
        yield Paragraph(f"注：复算的执行率为实际支出 ÷ {AMOUNT_NAMES[facts.base_name]}，四舍五入，保留 2 位；金额照录自评表。", "note")


def _quoted(text: str | None, what: str) -> Iterator[Item]:
    """What the unit wrote, as it stands; a gap where it wrote nothing."""
    if text is None or not text.strip():
        yield gap(what)
    else:
        yield from _paragraphs(text)


def _paragraphs(text: str) -> Iterator[Item]:
    """A paragraph for each line, and for each numbered clause that a reader of the file has put on one line with the clause before it."""
    return (Paragraph(part.strip(), "body") for line in text.splitlines() for part in _CLAUSES.split(line) if part.strip())
