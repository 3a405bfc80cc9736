"""An Evaluation is one filled self-evaluation form, typed. A cell that is not there is None, never 0 or an empty string."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from jiheng.domain.document import Anchor
from jiheng.domain.value import ABSENT, Money, MoneyUnit, Value

PARTICULARS = "/particulars/"
"""The JSON pointer of a particular is this and its label: ``/particulars/项目类别``."""


@dataclass(frozen=True, slots=True)
class Contact:
    """联系人、联系电话、联系邮箱."""

    name: str | None = None
    phone: str | None = None
    mailbox: str | None = None


@dataclass(frozen=True, slots=True)
class FundLine:
    """One printed money row or tier (市本级, 年度资金总额, 其他资金 …); a tier without any value is no line."""

    item: str
    initial_budget: Money | None = None
    adjusted_budget: Money | None = None
    allotted: Money | None = None
    disbursed: Money | None = None
    weight: Decimal | None = None
    stated_rate: str | None = None
    stated_score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """年度总体目标: expected and actual text; ``achieved`` is 是否如期实现, None where not ticked."""

    expected: str | None = None
    actual: str | None = None
    achieved: bool | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One level-3 row in reading order."""

    level1: str | None
    level2: str | None
    name: str | None
    target: Value = ABSENT
    actual: Value = ABSENT
    weight: Decimal | None = None
    stated_score: Decimal | None = None
    reason: str | None = None
    criteria: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedTotal:
    """A total as printed: ``label`` says which (``一级权重合计``, ``总分`` …), ``value`` the exact figure."""

    label: str
    value: Decimal
    anchor: Anchor = field(default_factory=Anchor)


@dataclass(frozen=True, slots=True)
class StatedTotals:
    """合计: total of the level-3 weights, of the scores, the grade word, and every other printed total."""

    weight: Decimal | None = None
    score: Decimal | None = None
    grade: str | None = None
    printed: tuple[PrintedTotal, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrative:
    """The short report: 绩效、问题、改进、到期资金."""

    performance: str | None = None
    problems: str | None = None
    improvements: str | None = None
    expiring_funds: str | None = None


@dataclass(frozen=True, slots=True)
class ManagementItem:
    """One row of 资金管理情况 in a transfer form: what was done, and the problems with their remedies."""

    item: str
    situation: str | None = None
    problems: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A level-1 or level-2 heading as printed: points in its column or brackets, or a weight rule such as ``40/指标总数``.

    ``rows`` are the indexes of the indicators below it; ``repeats`` is True where the heading was printed again after a page break
    (its rows then stand under the first copy too); ``goal`` numbers the goal block it belongs to (0 where the form has one).
    """

    level: int
    name: str
    points: Decimal | None
    rule: str | None
    rows: tuple[int, ...]
    anchor: Anchor
    parent: str | None = None
    repeats: bool = False
    goal: int = 0


@dataclass(frozen=True, slots=True)
class SplitPart:
    """One part of a split; ``amount`` is None where the cell is blank."""

    item: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Split:
    """The form's money split once more beside its own table (按收入性质分, 按支出性质分): what it says it splits, and into what."""

    item: str
    amount: Money | None
    parts: tuple[SplitPart, ...]
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Printed:
    """What the layout itself shows, for audit rules that must know whether a cell was there to be filled.

    ``columns`` ⊆ {level1, level2, name, target, actual, weight, score, reason, criteria, evidence, unit};
    ``fields`` are JSON pointers whose label is printed; ``amounts`` ⊆ {initial_budget, adjusted_budget, allotted, disbursed, rate, score};
    ``group_scores`` holds (first row, last row) of scores shared by several rows; ``parents`` (parent row, child rows);
    ``placeholders`` are filler rows kept aside; ``instructions`` printed filling instructions found in answer cells;
    ``unit_column`` the printed 度量单位 per row index; ``notes`` the lines printed below the table; ``year_texts`` every text that names the year;
    ``weight_unit`` is ``%`` or ``分`` where the heading of the weights prints it (权重(%), 分值);
    ``splits`` the money split again by kind of income or expense.
    """

    columns: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    amounts: frozenset[str] = frozenset()
    headings: tuple[Heading, ...] = ()
    group_scores: tuple[tuple[int, int], ...] = ()
    parents: tuple[tuple[int, tuple[int, ...]], ...] = ()
    placeholders: tuple[Anchor, ...] = ()
    instructions: tuple[Anchor, ...] = ()
    unit_column: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
    year_texts: tuple[str, ...] = ()
    forms_in_file: int = 1
    weight_unit: str | None = None
    splits: tuple[Split, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The filled form. ``template`` is the recognised layout, ``kind`` project | department | transfer | fund, ``place`` where its pack is from.

    ``particulars`` are what some forms ask of a project beside the fields that all know (中央主管部门, 项目类别, 项目实施内容):
    label → text as printed.
    """

    template: str | None = None
    kind: str = "project"
    place: str | None = None
    title: str | None = None
    fiscal_year: int | None = None
    project_name: str | None = None
    project_level: str | None = None
    basis_document: str | None = None
    evaluated_amount: Money | None = None
    supervising_department: str | None = None
    implementing_unit: str | None = None
    contact: Contact = field(default_factory=Contact)
    money_unit: MoneyUnit | None = None
    funds: tuple[FundLine, ...] = ()
    goal: Goal = field(default_factory=Goal)
    indicators: tuple[Indicator, ...] = ()
    stated_totals: StatedTotals = field(default_factory=StatedTotals)
    narrative: Narrative = field(default_factory=Narrative)
    management: tuple[ManagementItem, ...] = ()
    particulars: dict[str, str] = field(default_factory=dict)
    printed: Printed = field(default_factory=Printed)
