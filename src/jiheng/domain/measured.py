"""What records say about an actual value: a Measurement is computed from the rows of a ledger, and points at the cells it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Aggregation = Literal["count", "count-distinct", "sum", "last", "ratio", "mean", "weighted-mean", "uptime"]
Outcome = Literal["equal", "differs", "incomplete", "vacuous", "definition-missing", "undetermined", "judgement", "unreadable"]
"""``undetermined``: the level agrees, but the target asks for growth and the ledger lacks the year before; ``unreadable``: nothing to compare."""
Exclusion = Literal[
    "out-of-year", "out-of-region", "out-of-kind", "duplicate", "cancelled", "draft", "reversed", "superseded", "no-proof", "incomplete",
    "unit-unknown", "negative", "not-a-number", "not-active", "other-subject", "subtotal", "key-missing", "date-unreadable",
]  # fmt: skip
"""Why a row of a ledger is kept but not counted."""
OUTCOME_NAMES: dict[Outcome, str] = {
    "equal": "一致",
    "differs": "不一致",
    "incomplete": "台账有缺口",
    "vacuous": "业务未发生",
    "definition-missing": "口径未定",
    "undetermined": "无法判定",
    "judgement": "由人评判",
    "unreadable": "无法比较",
}
EXCLUSION_NAMES: dict[Exclusion, str] = {
    "out-of-year": "不在年度内",
    "out-of-region": "不在本地区",
    "out-of-kind": "不属本类别",
    "duplicate": "重复",
    "cancelled": "已取消",
    "draft": "未定稿",
    "reversed": "已冲销",
    "superseded": "已被新版取代",
    "no-proof": "无佐证",
    "incomplete": "不完整",
    "unit-unknown": "单位不明",
    "negative": "负数",
    "not-a-number": "不是合理的数",
    "not-active": "不在册",
    "other-subject": "不属本指标",
    "subtotal": "合计行",
    "key-missing": "缺编号",
    "date-unreadable": "日期有误",
}
AGGREGATION_NAMES: dict[Aggregation, str] = {
    "count": "计数",
    "count-distinct": "去重计数",
    "sum": "求和",
    "last": "取最近一期",
    "ratio": "求比率",
    "mean": "求平均",
    "weighted-mean": "加权平均",
    "uptime": "求正常运行率",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Cells one above the other that were used: ``column`` is ``D`` in a sheet and ``c4`` in a text table; rows count from 1, both ends counted."""

    file: str
    digest: str
    sheet: str | None
    column: str
    first_row: int
    last_row: int

    @property
    def cells(self) -> str:
        """``D5:D32``, or ``D5`` where it is one cell; ``第 4 列第 5–32 行`` in a text table."""
        if self.column[:1] == "c" and self.column[1:].isdigit():
            rows = str(self.first_row) if self.first_row == self.last_row else f"{self.first_row}–{self.last_row}"
            return f"第 {self.column[1:]} 列第 {rows} 行"
        first, last = f"{self.column}{self.first_row}", f"{self.column}{self.last_row}"
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that were not counted for one reason: how many, and where they stand."""

    code: Exclusion
    rows: int
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """The result of one definition (口径): exact as ``numerator ÷ denominator``, in ``unit``; None where it is undefined.

    A count or a sum has the denominator 1; a rate is already times 100 where its unit is ``%``. ``parts`` are the figures behind it, label →
    exact number (支付, 下达; 应开机分钟, 故障分钟).
    """

    definition: str
    title: str
    aggregation: Aggregation
    unit: str
    numerator: Decimal | None
    denominator: Decimal | None = Decimal(1)
    parts: tuple[tuple[str, Decimal], ...] = ()
    undefined: str | None = None

    @property
    def value(self) -> Fraction | None:
        """The exact value; None where nothing was counted over nothing (never 0, never 100)."""
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator) / Fraction(self.denominator)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row of the form measured from its ledger.

    ``subject`` is ``/indicators/2`` or ``/funds``; ``measures`` are the approved definition alone, or every admissible one where none is approved;
    ``shown`` is the first measure in the unit and to the places of the form (half up), ``stated`` the form's own number in that unit;
    ``period`` is what the used rows cover, ``gaps`` names what is missing in it (``2023-05``, ``2023 年第 14 周``, ``台山港 2023-05``);
    ``idle`` says that the activity itself did not take place (its service had ended, or nothing happened): 0 of 0 proves nothing.
    """

    subject: str
    ledger: str
    title: str
    measures: tuple[Measure, ...]
    approved: str | None
    shown: Decimal | None
    stated: Decimal | None
    unit: str | None
    rows_used: int
    left_out: tuple[LeftOut, ...]
    spans: tuple[Span, ...]
    period: tuple[date, date] | None
    gaps: tuple[str, ...]
    idle: bool
    outcome: Outcome
    notes: tuple[str, ...] = ()
