"""The derivation of one subject in words, top to bottom, ending with its authority."""

from __future__ import annotations

from jiheng.domain.quantity import plain
from jiheng.domain.scorecard import Scorecard
from jiheng.scoring.case import Case

BASIS_WORDS = {"formula": "按公式计算", "judgement": "由人判断，采用自评分", "undetermined": "待定，不给复算分"}


def explain(case: Case, scorecard: Scorecard, subject: str) -> tuple[str, ...]:
    """Sentences that derive the subject's score; one sentence saying so where it has no line."""
    line = scorecard.line(subject)
    if line is None:
        known = "、".join(item.subject for item in scorecard.lines)
        return (f"{subject} 没有复算行。可以查看的有：{known or '（本表不计分）'}。",)
    row = next((row for row in case.rows if row.subject == subject), None)
    title = row.label if row else "预算执行"
    weight = "无分值" if line.weight is None else f"分值 {plain(line.weight)}"
    stated = row.indicator.stated_score if row else case.money.stated_score if case.money else None
    opened = f"，可能在 {line.low:f} 至 {line.high:f} 之间" if line.low is not None and line.high is not None else ""
    result = f"复算 {line.score:f} 分" if line.score is not None else f"复算待定{opened}"
    authority = "；".join(dict.fromkeys(cite.sentence() for cite in line.cites))
    quotes = tuple(f"原文：“{cite.quote}”" for cite in line.cites if cite.quote)
    return (
        f"{title}，{weight}，自评 {plain(stated) if stated is not None else '未填'}。",
        f"方法 {line.method}：{BASIS_WORDS[line.basis]}。",
        *line.trace,
        f"{result}。",
        f"依据：{authority}。",
        *quotes,
    )
