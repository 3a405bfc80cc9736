"""How each point was come by, with its clause: the table of the score sheet and of the report's first attachment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiheng.domain.scorecard import ScoreLine
from jiheng.exporters.layout.merging import Drawn, grid
from jiheng.exporters.layout.model import Grid
from jiheng.exporters.layout.report_facts import ABSENT, MONEY_BLOCK, Facts, RowFacts, one_line, points, said
from jiheng.exporters.layout.report_tables import NONE, recomputed
from jiheng.exporters.rows import report_rows

HEAD = ("行", "指标", "分值", "预期值", "实现值", "自评", "复算", "得分由来", "依据")
TOTAL = "合计"
WIDTHS = (4, 20, 6, 12, 12, 7, 8, 54, 7)
REPEATED = 3
"""A step of derivation that stands in so many lines is told once below the table and named there by its sign."""
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_ROUNDED = re.compile(r"(-?\d+(?:\.\d+)?) → (-?\d+(?:\.\d+)?)（(.+)）")


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The table, the clauses by the numbers it names them with, the steps told once, and how points were rounded (empty where nothing was)."""

    grid: Grid
    clauses: tuple[str, ...]
    repeated: tuple[str, ...]
    rounding: tuple[str, ...]


def score_table(facts: Facts) -> ScoreTable | None:
    """One row per scored subject, in the order of the form, and the totals; None where the form has nothing to score."""
    lines = facts.card.lines if facts.card else ()
    clauses = tuple(dict.fromkeys(cite.sentence() for line in lines for cite in line.cites))
    repeated = repeated_steps(lines)
    rows = [[Drawn(label, "label") for label in HEAD]]
    money = facts.money_line
    if money is not None and money.subject == "/funds":
        rows.append(_money_row(facts, money, clauses, repeated))
    rows += [_row(facts, row, clauses, repeated) for row in facts.rows]
    if len(rows) == 1:
        return None
    rows.append(_totals(facts))
    steps = [match for line in lines for step in line.trace if (match := _ROUNDED.fullmatch(step))]
    return ScoreTable(grid(rows, WIDTHS, head_rows=1, joined=False), clauses, repeated, tuple(dict.fromkeys(match[3] for match in steps)))


def clause_lines(table: ScoreTable) -> tuple[str, ...]:
    """The notes below the table: the clauses by number, an unverified one marked, and the rounding."""
    told = "；".join(f"{_sign(number)}{clause}" for number, clause in enumerate(table.clauses, start=1))
    steps = "；".join(f"{sign}{step}" for sign, step in zip(_CIRCLED, table.repeated, strict=False))
    rounding = [f"得分{'；'.join(table.rounding)}；取舍没有改变得分的，不另写算式。"] if table.rounding else []
    return (*((f"得分由来：{steps}。",) if steps else ()), *((f"依据：{told}。",) if told else ()), *rounding)


def repeated_steps(lines: Iterable[ScoreLine]) -> tuple[str, ...]:
    """The steps that stand in many lines word for word, in the order of the lines."""
    counts = Counter(step for line in lines for step in dict.fromkeys(_told(line)))
    return tuple(step for step, count in counts.items() if count >= REPEATED)[: len(_CIRCLED)]


def derivation(line: ScoreLine, repeated: Sequence[str] = ()) -> str:
    """The trace in words; a rounding that changes nothing is not told again on each line, a ``repeated`` step is named by its sign."""
    steps = [_CIRCLED[repeated.index(step)] if step in repeated else step for step in _told(line)]
    return f"{'；'.join(steps)}。" if steps else ""


def _told(line: ScoreLine) -> list[str]:
    return [step.removesuffix("。") for step in line.trace if not _idle(step)]


def _idle(step: str) -> bool:
    match = _ROUNDED.fullmatch(step)
    return match is not None and Decimal(match[1]) == Decimal(match[2])


def _row(facts: Facts, row: RowFacts, clauses: tuple[str, ...], repeated: tuple[str, ...]) -> list[Drawn]:
    line, indicator = row.line, row.indicator
    weight = indicator.weight if line is None else None if line.excluded else line.weight
    return [
        Drawn(str(row.index + 1), "figure"),
        Drawn(row.name, "short"),
        Drawn(NONE if weight is None else f"{weight:f}", "figure"),
        Drawn(said(indicator.target), "short"),
        Drawn(said(indicator.actual), "short"),
        Drawn(points(indicator.stated_score), "figure"),
        Drawn(recomputed(line), "figure"),
        Drawn(derivation(line, repeated) if line else _why_no_line(facts), "text"),
        Drawn(_signs(line, clauses), "short"),
    ]


def _money_row(facts: Facts, line: ScoreLine, clauses: tuple[str, ...], repeated: tuple[str, ...]) -> list[Drawn]:
    base, spent = next(((row.target, row.actual) for row in report_rows(facts.dossier) if not row.place), ("", ""))
    return [
        Drawn(NONE, "figure"),
        Drawn(MONEY_BLOCK, "short"),
        Drawn(NONE if line.weight is None else f"{line.weight:f}", "figure"),
        Drawn(one_line(base) or ABSENT, "short"),
        Drawn(one_line(spent) or ABSENT, "short"),
        Drawn(points(facts.stated_money), "figure"),
        Drawn(recomputed(line), "figure"),
        Drawn(derivation(line, repeated), "text"),
        Drawn(_signs(line, clauses), "short"),
    ]


def _why_no_line(facts: Facts) -> str:
    if facts.card is None:
        return "没有生效的规则，未复算。"
    return "本行没有自己的分值，由上一级行计分。" if facts.card.lines else "本规则不计分。"


def _totals(facts: Facts) -> list[Drawn]:
    card = facts.card
    weights = [line.weight for line in card.lines if not line.excluded] if card else []
    known = [weight for weight in weights if weight is not None]
    whole = f"{sum(known, Decimal(0)):f}" if known and len(known) == len(weights) else NONE
    total = NONE if card is None or card.total is None else f"{card.total:f}"
    return [
        Drawn("", "label"),
        Drawn(TOTAL, "label"),
        Drawn(whole, "figure"),
        Drawn("", "short"),
        Drawn("", "short"),
        Drawn(points(facts.evaluation.stated_totals.score), "figure"),
        Drawn(total, "figure"),
        Drawn(_standing(facts), "text"),
        Drawn("", "short"),
    ]


def _standing(facts: Facts) -> str:
    """The range and the grade in words."""
    card = facts.card
    if card is None or card.total is None:
        return "没有复算合计。"
    low, high = card.total_range or (card.total, card.total)
    span = f"待定 {len(facts.undetermined)} 项，得分区间 {low:f}～{high:f}" if low != high else "没有待定项"
    return f"{span}；等级：{card.grade or '规则没有规定或未评'}。"


def _signs(line: ScoreLine | None, clauses: tuple[str, ...]) -> str:
    return "\n".join(_sign(clauses.index(clause) + 1) for clause in dict.fromkeys(cite.sentence() for cite in line.cites)) if line else NONE


def _sign(number: int) -> str:
    return f"〔{number}〕"
