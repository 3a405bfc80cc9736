"""Dates as forms print them: 2021年底, 12月底之前完成, 9月前, 第四季度前, 2025年8月7日."""

from __future__ import annotations

import calendar
import re

DATE_BEFORE = re.compile(r"前|之前|以前")
_DATE = re.compile(
    r"^(?:(?:预计|于|在|截至|截止|不晚于)?)(?:(?P<year>(?:19|20)\d{2})(?:年(?:度)?|[./-]))?"
    r"(?:(?:第)?(?P<quarter>[一二三四1-4])季度|(?P<month>1[0-2]|0?[1-9])(?:月|[./-])(?:(?P<day>3[01]|[12]\d|0?[1-9])(?:日|号)?)?)?"
    r"(?P<end>年?底|年?末|年终|(?:上|中|下)旬|内)?(?:之?前|以前)?(?:前?(?:完成|完工|验收|实施|到位|竣工|发放)?)$"
)
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}


def is_date_text(text: str) -> bool:
    """Whether the whole text is one date or date limit (years and months, never a duration such as 5年)."""
    match = _DATE.match(text)
    if match is None:
        return False
    named = match["month"] and ("月" in text or match["year"])
    return bool(match["quarter"] or named or (match["year"] and ("年" in text or match["end"])) or text.startswith(("年底", "年末")))


def date_of(text: str, fiscal_year: int | None) -> str | None:
    """The ISO date the text means; None where the month or the year is not known, or the wording leaves two readings (9月前)."""
    match = _DATE.match(text)
    if match is None:
        return None
    year = int(match["year"]) if match["year"] else fiscal_year
    end = match["end"] or ""
    if year is None:
        return None
    if match["month"]:
        month = int(match["month"])
        last = calendar.monthrange(year, month)[1]
        if match["day"]:
            return f"{year:04d}-{month:02d}-{int(match['day']):02d}" if int(match["day"]) <= last else None
        return f"{year:04d}-{month:02d}-{last:02d}" if end.endswith(("底", "末")) else None
    if match["quarter"]:
        return None
    return f"{year:04d}-12-31" if end.endswith(("底", "末", "终")) else None
