"""The sentences of a report, made from facts alone: every figure in them stands in the form, in its scorecard, or is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from jiheng.audit.wording import percent
from jiheng.domain.evaluation import FundLine
from jiheng.domain.finding import SEVERITY_NAMES
from jiheng.domain.scorecard import TREATMENT_NAMES, ScoreLine
from jiheng.domain.value import Money
from jiheng.exporters.layout.report_facts import Facts, Outcome, RowFacts, amount, amounts_of, one_line, points, said
from jiheng.exporters.layout.report_tables import recomputed
from jiheng.scoring.purse import AMOUNT_NAMES

NO_PACK = "pack.none-in-force"


def overview(facts: Facts) -> str:
    """Who did what, on what authority, in one paragraph; what is not filled in is left out here and asked for by :func:`unfilled`."""
    form = facts.evaluation
    money = None if form.evaluated_amount is None else with_unit(form.evaluated_amount, facts)
    parts = (
        ("项目名称为", form.project_name and quoted(one_line(form.project_name))),
        ("评价年度为 ", form.fiscal_year and f"{form.fiscal_year} 年"),
        ("主管部门为", one_line(form.supervising_department)),
        ("实施单位为", one_line(form.implementing_unit)),
        ("项目级次为", one_line(form.project_level)),
        ("评价金额 ", money),
        ("实施文件依据为", one_line(form.basis_document)),
    )
    told = "，".join(f"{label}{value}" for label, value in parts if value)
    return f"{told}。" if told else ""


def unfilled(facts: Facts) -> tuple[str, ...]:
    """Names of the facts about the project that the form leaves open and a report needs."""
    form = facts.evaluation
    wanted = (
        ("项目名称", form.project_name),
        ("主管部门", form.supervising_department),
        ("实施单位", form.implementing_unit),
        ("项目实施依据的文件", form.basis_document),
    )
    return tuple(name for name, value in wanted if not value)


def stated_sentence(facts: Facts) -> str | None:
    """What the form claims: the total and the grade; None where it states no total."""
    totals = facts.evaluation.stated_totals
    if totals.score is None:
        return None
    grade = f"，自评等级为“{one_line(totals.grade)}”" if totals.grade else ""
    return f"自评表所填自评得分为 {totals.score:f} 分{grade}。"


def summed_sentence(facts: Facts) -> str:
    """What the stated points add up to where the form states no total; empty where it states no points."""
    stated = [block.stated for block in facts.blocks if block.stated is not None]
    return f"自评表没有填写自评得分，所填各项自评分相加为 {sum(stated, Decimal(0)):f} 分。" if stated else ""


def recomputed_sentence(facts: Facts, law_title: str) -> str:
    """What the rules give, under which law and day, with the range where something stays open; or why there is no such total."""
    card, dossier = facts.card, facts.dossier
    if card is None:
        told = next((finding for finding in dossier.findings if finding.code == NO_PACK), None)
        return f"本表没有复算得分：{told.message.partition('。')[0]}。" if told else "本表没有复算得分。"
    law = f"“{law_title}”（规则包 {card.rulepack.id}，适用日期 {dossier.on or '未填'}）"
    if not card.lines:
        return f"规则{law}不对本表计分，本表没有复算得分。"
    if card.total is None:
        count = sum(line.weight is None and not line.excluded for line in card.lines)
        return f"按{law}复算，有 {count} 项没有印出分值，不能合计复算得分。"
    grade = f"，等级为“{card.grade}”" if card.grade else ""
    opened = ""
    if facts.undetermined and card.total_range is not None:
        low, high = card.total_range
        opened = f"其中 {len(facts.undetermined)} 项待定，暂按不超过分值的自评分计入，全部确定后在 {low:f} 至 {high:f} 分之间。"
    return f"按{law}复算，得分为 {card.total:f} 分{grade}。{opened}"


def open_sentences(facts: Facts) -> tuple[str, ...]:
    """Each undetermined line with the reason."""
    return tuple(f"{quoted(facts.subject_name(line.subject))}（{_bounds(line)}）：{steps_of(line)}" for line in facts.undetermined)


def _bounds(line: ScoreLine) -> str:
    return "没有分值" if line.weight is None else f"{recomputed(line)} 分"


_OTHERWISE: tuple[tuple[str, Outcome], ...] = (
    ("实现值未填", "unfilled"),
    ("待定", "open"),
    ("按预算执行情况计分", "money"),
    ("由评审人评定", "judged"),
)


def counted(name: str, rows: Sequence[RowFacts]) -> str:
    """数量指标 3 项，达到预期值 2 项，其中超额完成 1 项；未达到预期值 1 项."""

    def count(*outcomes: Outcome) -> int:
        return sum(row.outcome in outcomes for row in rows)

    reached, missed = count("reached", "over", "under"), count("missed")
    told = [f"{name} {len(rows)} 项", *((f"达到预期值 {reached} 项",) if reached else ())]
    better = [f"{label} {number} 项" for label, number in (("超额完成", count("over")), ("低于上限", count("under"))) if number]
    if better:
        told.append(f"其中{'、'.join(better)}")
    if missed:
        told.append(f"未达到预期值 {missed} 项")
    for label, outcome in _OTHERWISE:
        number = count(outcome)
        if number:
            told.append(label if number == len(rows) else f"{label} {number} 项")
    return f"{'，'.join(told)}。"


def named(rows: Iterable[RowFacts], opening: str) -> str:
    """Rows with both of their values: 未达到预期值的有：“甲”（预期值 3，实现值 2）。; empty without rows."""
    told = "；".join(f"{quoted(row.name)}（预期值 {said(row.indicator.target)}，实现值 {said(row.indicator.actual)}）" for row in rows)
    return f"{opening}{told}。" if told else ""


def quoted(name: str) -> str:
    """A name in quotation marks; those inside it become single ones.

    >>> quoted("“单一窗口”申报量")
    '“‘单一窗口’申报量”'
    """
    return f"“{name.translate(_INNER)}”"


_INNER = str.maketrans("“”", "‘’")


def shortfall(row: RowFacts) -> str:
    """What one indicator that needs a reason aimed at, reached and got."""
    told = [f"预期值 {said(row.indicator.target)}", f"实现值 {said(row.indicator.actual)}"]
    weight = row.line.weight if row.line else row.indicator.weight
    if weight is not None:
        told.append(f"分值 {weight:f}")
    told.append(f"自评 {points(row.indicator.stated_score)}")
    if row.line is not None:
        told.append(f"复算 {recomputed(row.line)}")
    return f"{'，'.join(told)}。"


def money_sentences(facts: Facts) -> Iterator[str]:
    """The amounts of each money line and its rate, then the points of the money."""
    total = facts.total_fund
    for line in (total,) if total is not None and facts.rate(total) is not None else facts.evaluation.funds:
        yield _money_line(line, facts)
    scored = facts.money_line
    if scored is not None:
        weight = "没有印出分值" if scored.weight is None else f"分值 {scored.weight:f}"
        yield f"预算执行{weight}，自评 {points(facts.stated_money)}，复算 {recomputed(scored)}。{steps_of(scored)}"


def steps_of(line: ScoreLine) -> str:
    """The trace as one sentence."""
    return f"{'；'.join(step.removesuffix('。') for step in line.trace)}。"


def _money_line(line: FundLine, facts: Facts) -> str:
    told = [f"{label} {with_unit(cell, facts)}" for name, label in amounts_of(facts.evaluation) if (cell := amount(line, name))]
    missing = [label for name, label in amounts_of(facts.evaluation) if amount(line, name) is None]
    rate, base = facts.rate(line), facts.base_name
    if rate is not None and base is not None:
        told.append(f"实际支出 ÷ {AMOUNT_NAMES[base]} = {percent(rate)}")
    if line.stated_rate:
        told.append(f"填报的执行率为 {one_line(line.stated_rate)}")
    told.extend(f"{label}未填" for label in missing)
    return f"{one_line(line.item)}：{'，'.join(told)}。"


def with_unit(cell: Money, facts: Facts) -> str:
    """An amount as printed, with the form's money unit where the cell has none of its own."""
    raw, unit = one_line(cell.raw), facts.evaluation.money_unit
    return f"{raw} {unit}" if unit and not raw.endswith(("元", "万", "亿")) else raw


def unreadable(facts: Facts) -> tuple[str, ...]:
    """Amounts that are no number as printed."""
    cells = [(line, name) for line in facts.evaluation.funds for name, _ in amounts_of(facts.evaluation)]
    return tuple(
        f"“{one_line(line.item)}”的{AMOUNT_NAMES[name]}“{one_line(cell.raw)}”"
        for line, name in cells
        if (cell := amount(line, name)) is not None and cell.yuan is None
    )


def findings_sentence(facts: Facts) -> str:
    """How many findings of each severity the review has, and where they are listed."""
    counts = {name: sum(finding.severity == severity for finding in facts.dossier.findings) for severity, name in SEVERITY_NAMES.items()}
    if not any(counts.values()):
        return "经审核，没有发现需要核实的事项。"
    return (
        f"经审核，有待核实事项 {len(facts.dossier.findings)} 项：{'，'.join(f'{name} {count} 项' for name, count in counts.items())}。逐项列于附件2。"
    )


def waivers(facts: Facts) -> tuple[str, ...]:
    """Approved exceptions and how the rows are treated."""
    return tuple(
        f"{quoted(facts.subject_name(waiver.subject))}经认定为例外，{TREATMENT_NAMES[waiver.treatment]}。"
        + (f"理由：{one_line(waiver.reason)}" if waiver.reason else "")
        for waiver in facts.dossier.waivers
    )
