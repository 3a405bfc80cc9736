"""Small forms for the tests of audit rules: rows, money and law as the rules see them, without reading or scoring anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jiheng.audit import check
from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Waiver
from jiheng.domain.evaluation import Evaluation, FundLine, Goal, Heading, Indicator, Narrative, Printed, PrintedTotal, StatedTotals
from jiheng.domain.finding import STAGES, Citation, Finding, Repair, Severity
from jiheng.domain.measured import Measurement
from jiheng.domain.proof import Proof
from jiheng.domain.scorecard import Basis, PackId, Scorecard, ScoreLine
from jiheng.domain.value import Kind, Money, Operator, Value
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import (
    AmountName,
    Direction,
    Formula,
    Formulas,
    MoneyRule,
    Rounding,
    RuleEntry,
    RulePack,
    Scheme,
    Sourced,
    WaiverRule,
)
from jiheng.scoring.case import Case, MoneyLine, Role, Row

CITES = (Citation("示例办法", None, None, None, "design", verified=False),)
VERIFIED = (Citation("示例办法", "第一条", None, None, "seen", verified=True),)


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@lru_cache
def rule_entries() -> Mapping[str, RuleEntry]:
    """Every rule entry of the national pack."""
    return load_rulebook().national.rules


def _sourced(value: Any, cites: tuple[Citation, ...] = CITES) -> Sourced[Any]:
    return Sourced(value, cites)


def scheme(**changes: Any) -> Scheme:
    ratio = _sourced(Formula("RATIO-CAP"))
    none = _sourced(None)
    formulas = Formulas(
        at_least=ratio,
        more_than=ratio,
        equal=ratio,
        at_most=none,
        less_than=none,
        zero_target=_sourced(Formula("ZERO")),
        zero_target_at_least=_sourced(Formula("ZERO-GE")),
        negative_target=none,
        negative_actual=none,
        qualitative=none,
        binary=none,
        date_limit=none,
    )
    money = MoneyRule(("执行率",), Decimal(10), inside=False, bases=("adjusted_budget",), formula=Formula("FUND-RATE"))
    leaves: dict[str, Any] = {
        "base_points": Decimal(100),
        "blocks": (),
        "money": money,
        "direction": Direction("≥", "≤", "≤", (), (), (), ()),
        "over_achievement": (),
        "tiers": (),
        "grades": (),
        "grade_words": (),
        "yes_words": (),
        "no_words": (),
        "rounding": Rounding(2, "half-up", "rows-then-sum", accept_one_decimal=True, whole_points=False),
        "cap_at_weight": True,
        "scored": True,
        "waivers": WaiverRule(("keep", "zero", "exclude-respread-block", "exclude-respread-form", "exclude-no-respread"), "上级主管部门"),
        "vetoes": (),
        "mandatory_fields": (),
    }
    cites = changes.pop("money_cites", CITES)
    merged = {name: _sourced(changes.get(name, value), cites if name == "money" else CITES) for name, value in leaves.items()}
    return Scheme(formulas=changes.get("formulas", formulas), **merged)


def law(codes: Iterable[str], **changes: Any) -> RulePack:
    return RulePack(
        id="cn-示例",
        title="示例规则包",
        variant="N1",
        place=None,
        kinds=("project",),
        templates=(),
        in_force_from=date(2020, 1, 1),
        in_force_until=None,
        extends=None,
        scheme=scheme(**changes),
        rules={code: rule_entries()[code] for code in codes},
        examples=(),
        digest="0" * 64,
    )


def value(raw: str | None, number: str | None = None, unit: str | None = None, *, kind: Kind | None = None, **more: Any) -> Value:
    if kind is None:
        kind = "absent" if raw is None else "text" if number is None else "percent" if unit == "%" else "quantity"
    return Value(raw=raw, kind=kind, number=decimal(number), unit=unit, **more)


@dataclass(frozen=True)
class Spec:
    """One row as a test writes it; numbers are texts, ``f`` is the recomputed score."""

    name: str | None = "培训人数"
    a: str | None = "100"
    b: str | None = "100"
    w: str | None = "10"
    s: str | None = "10"
    f: str | None = "10"
    exact: str | None = None
    low: str | None = None
    high: str | None = None
    op: Operator = "≥"
    unit: str | None = "人"
    basis: Basis = "formula"
    method: str = "RATIO-CAP"
    role: Role = "indicator"
    target: Value | None = None
    actual: Value | None = None
    reason: str | None = None
    evidence: tuple[str, ...] = ("签到表",)
    level1: str | None = "产出"
    level2: str | None = "数量指标"
    criteria: str | None = None
    doubtful: bool = False
    formula: Formula | None = None

    def built(self, index: int) -> tuple[Row, ScoreLine]:
        subject = f"/indicators/{index}"
        tail = self.unit or ""
        target = self.target or value(None if self.a is None else f"{self.a}{tail}", self.a, self.unit)
        actual = self.actual or value(None if self.b is None else f"{self.b}{tail}", self.b, self.unit)
        indicator = Indicator(
            self.level1, self.level2, self.name, target, actual, decimal(self.w), decimal(self.s), self.reason, self.criteria, self.evidence
        )
        row = Row(
            index=index,
            subject=subject,
            indicator=indicator,
            role=self.role,
            weight=decimal(self.w),
            target=target,
            actual=actual,
            a=decimal(self.a),
            b=decimal(self.b),
            unit=self.unit,
            unit_source="cell",
            unit_doubtful=self.doubtful,
            comparable=True,
            operator=self.op,
            direction_source="printed",
            negative_sense=False,
            formula=self.formula,
        )
        line = ScoreLine(
            subject,
            self.method,
            self.basis,
            decimal(self.w),
            decimal(self.f),
            (),
            CITES,
            exact=self.exact or self.f,
            low=decimal(self.low),
            high=decimal(self.high),
        )
        return row, line


def row(**changes: Any) -> Spec:
    return Spec(**changes)


def wan(text: str | None) -> Money | None:
    """An amount printed in 万元; ``?`` before a text that cannot be read."""
    if text is None:
        return None
    return Money(text[1:], None) if text.startswith("?") else Money(text, Decimal(text) * 10000)


def fund(
    item: str = "年度资金总额",
    initial: str | None = None,
    adjusted: str | None = None,
    spent: str | None = None,
    allotted: str | None = None,
    *,
    rate: str | None = None,
    weight: str | None = None,
    score: str | None = None,
) -> FundLine:
    return FundLine(item, wan(initial), wan(adjusted), wan(allotted), wan(spent), decimal(weight), rate, decimal(score))


def purse(
    base: str | None,
    spent: str | None,
    planned: str | None = None,
    *,
    points: str | None = "10",
    score: str | None = "10",
    rate: str | None = None,
    base_name: AmountName | None = "adjusted_budget",
    candidates: Mapping[AmountName, str] | None = None,
    index: int | None = 0,
    subject: str = "/funds",
) -> MoneyLine:
    def amount(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text) * 10000

    others = tuple((name, Decimal(text) * 10000) for name, text in (candidates or {}).items())
    return MoneyLine(subject, decimal(points), base_name, amount(base), amount(spent), amount(planned), decimal(score), rate, others, index)


@dataclass(frozen=True)
class Form:
    """One form with its law's changes; ``money_score`` is the recomputed score of a money line outside the table."""

    rows: tuple[Spec, ...] = ()
    funds: tuple[FundLine, ...] = ()
    money: MoneyLine | None = None
    money_score: str | None = None
    evaluation: Evaluation = field(default_factory=Evaluation)
    repairs: tuple[Repair, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    law: Mapping[str, Any] = field(default_factory=dict)
    source_name: str = ""
    measured: tuple[Measurement, ...] = ()
    proofs: tuple[Proof, ...] = ()

    def case(self, codes: Iterable[str]) -> tuple[Case, Scorecard]:
        built = [spec.built(index) for index, spec in enumerate(self.rows)]
        rows, lines = tuple(row for row, _ in built), [line for _, line in built]
        if self.money is not None and self.money.subject == "/funds":
            score = decimal(self.money_score)
            lines.append(ScoreLine("/funds", "FUND-RATE", "formula", self.money.points, score, (), CITES, exact=self.money_score))
        evaluation = replace(self.evaluation, indicators=tuple(row.indicator for row in rows), funds=self.funds)
        pack = law(codes, **self.law)
        measured = {one.subject: one for one in self.measured}
        proofs = {one.subject: one for one in self.proofs}
        on = date(2023, 12, 31)
        case = Case(evaluation, pack, rows, self.money, on, waivers=self.waivers, source_name=self.source_name, measurements=measured, proofs=proofs)
        return case, Scorecard(PackId(pack.id, pack.digest), tuple(lines), None, None, evaluation.stated_totals.score, None)


def form(*rows: Spec, **changes: Any) -> Form:
    """A form of such rows; ``total``, ``weight_total``, ``grade``, ``printed_totals`` and fields of Printed are taken by name."""
    totals = StatedTotals(
        weight=decimal(changes.pop("weight_total", None)),
        score=decimal(changes.pop("total", None)),
        grade=changes.pop("grade", None),
        printed=tuple(PrintedTotal(label, Decimal(text)) for label, text in changes.pop("printed_totals", ())),
    )
    printed = Printed(**{name: changes.pop(name) for name in ("headings", "group_scores", "parents", "notes", "splits") if name in changes})
    shown = replace(printed, columns=frozenset(changes.pop("columns", ())), amounts=frozenset(changes.pop("amounts", ())))
    evaluation = Evaluation(
        project_name=changes.pop("project", None),
        evaluated_amount=changes.pop("amount", None),
        goal=Goal(actual=changes.pop("goal_actual", None)),
        narrative=Narrative(performance=changes.pop("performance", None)),
        stated_totals=totals,
        printed=shown,
    )
    return Form(rows=rows, evaluation=evaluation, **changes)


def sheet(
    *rows: Spec, repairs: Iterable[Repair] = (), law: Mapping[str, Any] | None = None, funds: Iterable[FundLine] = (), name: str = "", **fields: Any
) -> Form:
    """A form of such rows with fields of the evaluation by name; ``name`` is the file's."""
    return Form(rows=rows, funds=tuple(funds), evaluation=Evaluation(**fields), repairs=tuple(repairs), law=law or {}, source_name=name)


def heading(name: str, points: str | None, rows: Iterable[int], *, level: int = 1, line: int = 1, **more: Any) -> Heading:
    return Heading(level, name, decimal(points), more.pop("rule", None), tuple(rows), Anchor(line=line), **more)


def findings(made: Form, *codes: str) -> tuple[Finding, ...]:
    """The findings of these rules alone, at any stage."""
    case, scorecard = made.case(codes)
    return check(case, scorecard, made.repairs, stages=STAGES)


@dataclass(frozen=True)
class Fires:
    """A failing row of a rule's table: the form, where the finding stands, how severe it is, what its message must say."""

    code: str
    form: Form
    subject: str
    severity: Severity
    fragments: tuple[str, ...]

    def verify(self) -> None:
        found = [f for f in findings(self.form, *self.needs()) if f.code == self.code]
        assert [f.subject for f in found] == [self.subject]
        assert found[0].severity == self.severity
        for fragment in self.fragments:
            assert fragment in found[0].message
        assert found[0].message.endswith("。")

    def needs(self) -> tuple[str, ...]:
        return needed(self.code)


@dataclass(frozen=True)
class Silent:
    """A passing row of a rule's table; ``why`` says which guard or fact keeps the rule silent."""

    code: str
    form: Form
    why: str

    def verify(self) -> None:
        assert [f.message for f in findings(self.form, *needed(self.code)) if f.code == self.code] == [], self.why


def needed(code: str) -> tuple[str, ...]:
    """The rule itself with the entries whose parameters its family shares."""
    return tuple(dict.fromkeys((code, "funds.parts-do-not-sum", "reason.missing", "funds.unspent-with-full-output")))
