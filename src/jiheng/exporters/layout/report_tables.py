"""The tables and the chart of a report: money, blocks, indicators, findings. A cell that was left blank says 未填, never 0."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jiheng.audit.wording import percent, quotient
from jiheng.domain.scorecard import ScoreLine
from jiheng.exporters.layout.merging import Drawn, grid
from jiheng.exporters.layout.model import Bars, CellRole, Grid
from jiheng.exporters.layout.report_facts import ABSENT, Block, Facts, RowFacts, amount, amounts_of, one_line, points, said
from jiheng.exporters.paper import Note

NONE = "—"
"""Where a table has no value to show that anybody could have filled in."""
_FULL = Decimal(100)


def funds_table(facts: Facts) -> Grid:
    """The money by line: every amount the form has, the rate as filled in and as it comes out."""
    columns = amounts_of(facts.evaluation)
    stated = any(line.stated_rate for line in facts.evaluation.funds) or "rate" in facts.evaluation.printed.amounts
    rows = [_head("资金来源", *(label for _, label in columns), *(("执行率（填报）",) if stated else ()), "执行率（复算）")]
    for line in facts.evaluation.funds:
        rate = facts.rate(line)
        rows.append(
            [
                _cell(one_line(line.item), "short"),
                *(_cell(cell.raw if (cell := amount(line, name)) else ABSENT, "figure") for name, _ in columns),
                *((_cell(one_line(line.stated_rate) or ABSENT, "figure"),) if stated else ()),
                _cell(NONE if rate is None else percent(rate), "figure"),
            ]
        )
    return grid(rows, (24, *(16 for _ in rows[0][1:])), head_rows=1, joined=False)


def blocks_table(facts: Facts) -> Grid:
    """Points by block: what can be earned, what was claimed, what the rules give."""
    scored = facts.card is not None
    rows = [_head("一级指标", "项数", "分值", "自评得分", *(("复算得分",) if scored else ()))]
    for block in facts.blocks:
        cells = [_cell(str(len(block.rows)) if block.rows else NONE, "figure"), _figure(block.weight), _figure(block.stated)]
        rows.append([_cell(block.name, "short"), *cells, *((_cell(_span(block), "figure"),) if scored else ())])
    totals = facts.evaluation.stated_totals
    last = [_cell(str(len(facts.rows)), "figure"), _cell(_whole(facts), "figure"), _figure(totals.score)]
    card = facts.card
    found = NONE if card is None or card.total is None else f"{card.total:f}"
    rows.append([_cell("合计", "label"), *last, *((_cell(found, "figure"),) if scored else ())])
    return grid(rows, (26, 12, 16, 22, *((24,) if scored else ())), head_rows=1, joined=False)


def block_bars(facts: Facts) -> Bars | None:
    """Claimed beside recomputed points of each block as a share of its points; None where no block has points."""
    rows = []
    for block in facts.blocks:
        if block.weight:
            shares = tuple(None if got is None else quotient(got * _FULL, block.weight) for got in (block.stated, block.low))
            rows.append((f"{block.name}（复算按最低）" if block.open else block.name, shares if facts.card else shares[:1]))
    if not rows or not any(share is not None for _, shares in rows for share in shares):
        return None
    full = max(_FULL, *(share for _, shares in rows for share in shares if share is not None))
    return Bars("各一级指标得分率", ("自评", "复算") if facts.card else ("自评",), tuple(rows), full, "%")


def indicators_table(facts: Facts, block: Block) -> Grid:
    """The indicators of a block, level 2 merged downwards; columns of points only where the form has points."""
    pointed = any(row.indicator.weight is not None or row.indicator.stated_score is not None or row.line for row in facts.rows)
    scored = pointed and facts.card is not None
    rows = [_head("二级指标", "三级指标", "预期值", "实现值", *(("分值", "自评") if pointed else ()), *(("复算",) if scored else ()))]
    for name, members in block.parts():
        for number, row in enumerate(members):
            first = Drawn(name or NONE, "short") if number == 0 else Drawn(continues="^")
            cells = [_cell(row.name, "short"), _cell(said(row.indicator.target), "short"), _cell(said(row.indicator.actual), "short")]
            if pointed:
                cells += [_cell(_weight(row), "figure"), _figure(row.indicator.stated_score)]
            rows.append([first, *cells, *((_cell(recomputed(row.line), "figure"),) if scored else ())])
    return grid(rows, (16, 30, 20, 20, *((9, 10) if pointed else ()), *((12,) if scored else ())), head_rows=1, joined=False)


def findings_table(notes: Sequence[Note]) -> Grid:
    """The findings, worst first: what, what to do, on what authority."""
    rows = [_head("序号", "级别", "事项", "处理建议", "依据")]
    rows += [
        [
            _cell(str(note.number), "figure"),
            _cell(note.label, "short"),
            _cell(note.what, "text"),
            _cell(note.todo or NONE, "text"),
            _cell(note.authority, "text"),
        ]
        for note in notes
    ]
    return grid(rows, (6, 7, 50, 34, 26), head_rows=1, joined=False)


def recomputed(line: ScoreLine | None) -> str:
    """What the rules give for a line: the points, or between which points it lies."""
    if line is None:
        return NONE
    if line.excluded:
        return "剔除"
    if line.score is not None:
        return f"{line.score:f}"
    return "待定" if line.low is None or line.high is None else f"{line.low:f}～{line.high:f}"


def _head(*labels: str) -> list[Drawn]:
    return [Drawn(label, "label") for label in labels]


def _cell(text: str, role: CellRole) -> Drawn:
    return Drawn(text, role)


def _figure(number: Decimal | None) -> Drawn:
    return Drawn(points(number), "figure")


def _weight(row: RowFacts) -> str:
    if row.line is not None:
        return NONE if row.line.excluded or row.line.weight is None else f"{row.line.weight:f}"
    return NONE if row.indicator.weight is None else f"{row.indicator.weight:f}"


def _span(block: Block) -> str:
    if block.low is None or block.high is None:
        return NONE
    return f"{block.low:f}" if block.low == block.high else f"{block.low:f}～{block.high:f}"


def _whole(facts: Facts) -> str:
    weights = [block.weight for block in facts.blocks]
    known = [weight for weight in weights if weight is not None]
    return f"{sum(known, Decimal(0)):f}" if known and len(known) == len(weights) else NONE
