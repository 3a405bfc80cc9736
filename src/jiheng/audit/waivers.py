"""The rule on exceptions that nobody has decided: a policy stop is told in the reason, and the score stands as if it had not happened."""

from __future__ import annotations

from collections.abc import Iterable

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import document_numbers, first_word
from jiheng.audit.wording import plain, points
from jiheng.domain.scorecard import TREATMENT_NAMES, TreatmentTotal
from jiheng.scoring import all_treatments


@rule("waiver.undecided")
def waiver_undecided(inspection: Inspection) -> Iterable[Problem]:
    """A score above the formula whose reason tells of a stop by a document, with no decision of the level above."""
    stop_words, notices = inspection.entry.words("stop_words"), inspection.entry.words("notice_words")
    decided = {waiver.subject for waiver in inspection.case.waivers}
    for row, line in inspection.formula_rows:
        stated, reason = row.indicator.stated_score, row.indicator.reason
        if reason is None or stated is None or line.score is None or line.score >= stated or row.subject in decided:
            continue
        word = first_word(reason, stop_words)
        attached = any(first_word(name, notices) for name in row.indicator.evidence)
        if word is None or not (document_numbers(reason) or attached):
            continue
        totals = all_treatments(inspection.case, row.subject, card=inspection.scorecard)
        yield Problem(
            row.subject,
            f"{row.label}按公式应得 {points(line.score)} 分，填报 {plain(stated)} 分；原因栏写明“{word}”并有文件，属政策变化，尚无上级认定。"
            f"五种处理下全表总分：{_listed(totals)}。",
            "请报上级认定保留、计零或剔除，并附文件。",
            expected=points(line.score),
            found=plain(stated),
            difference=plain(stated - line.score),
        )


def _listed(totals: Iterable[TreatmentTotal]) -> str:
    return "；".join(f"{TREATMENT_NAMES[item.treatment]} {_figure(item)}" for item in totals)


def _figure(item: TreatmentTotal) -> str:
    if item.total is None:
        return "无法计算"
    possible = f"（可得 {plain(item.possible)} 分）" if item.possible is not None and item.treatment == "exclude-no-respread" else ""
    return f"{points(item.total)} 分{possible}"
