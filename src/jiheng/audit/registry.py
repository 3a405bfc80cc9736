"""Rules in one place: a rule is a small function under a code; severity, thresholds, lexicons and authority come from the pack.

``check`` runs every rule whose pack entry is active, silences the later codes of a precedence chain on the same row, applies approved
waivers, and words each problem as a finding. Source: the finding catalogue of the field guide, general guards (a) to (d).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from jiheng.audit.claims import Claim, claims, converted_sum, fallen_short, score_shares, stated_sum
from jiheng.audit.figures import Figure, Measured, amounts, by_unit, figures_of
from jiheng.audit.purse import Purse, purse
from jiheng.audit.texts import squeeze
from jiheng.domain.document import Anchor
from jiheng.domain.dossier import FieldReading
from jiheng.domain.finding import SEVERITY_ORDER, Finding, Repair, Stage, make_finding
from jiheng.domain.scorecard import Scorecard, ScoreLine
from jiheng.domain.value import ValueNote
from jiheng.rulebook.model import RuleEntry
from jiheng.scoring.case import Case, Row
from jiheng.scoring.lexicon import words_in

T = TypeVar("T")
PRECEDENCE: tuple[tuple[str, ...], ...] = (
    ("target.placeholder", "target.missing", "target.vague"),
    ("actual.missing", "actual.not-measurable", "score.differs-from-formula"),
    ("unit.conflict", "over-achievement.unexplained"),
    ("score.deducted-though-met", "score.differs-from-formula"),
)
_CHAINED = frozenset(code for chain in PRECEDENCE for code in chain)
_EARLIER = {
    code: tuple(earlier for chain in PRECEDENCE if code in chain for earlier in chain[: chain.index(code)])
    for code in (later for chain in PRECEDENCE for later in chain[1:])
}
DEFAULT_STAGES: tuple[Stage, ...] = ("imp", "fill", "sub", "aud", "pub")
VALUE_FIELDS = frozenset({"target", "actual", "weight", "stated_score"})
WAIVED_FAMILIES = ("score.", "reason.", "waiver.")


class Problem(NamedTuple):
    """What a rule function yields. ``what`` and ``todo`` are whole Chinese sentences with their full stop.

    ``variant`` names a severity of the pack entry's ``variants``; ``anchor`` is given where the subject is no field.
    """

    subject: str
    what: str
    todo: str = ""
    expected: str | None = None
    found: str | None = None
    difference: str | None = None
    anchor: Anchor | None = None
    variant: str | None = None


class Lazy(Generic[T]):
    """An attribute worked out when it is first asked for: a ``cached_property`` without its lock, of which each form would take thirty."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self.work = work

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, inspection: Any, owner: type) -> T:  # noqa: ANN401 - whatever it is an attribute of
        found = inspection.__dict__[self.name] = self.work(inspection)
        return found


class Inspection:
    """What a rule function looks at: the case, its scorecard, the repairs of import; ``entry`` is the pack's entry of the running rule."""

    entry: RuleEntry

    def __init__(self, case: Case, scorecard: Scorecard, repairs: tuple[Repair, ...]) -> None:
        self.case = case
        self.scorecard = scorecard
        self.repairs = repairs

    @Lazy
    def lines(self) -> dict[str, ScoreLine]:
        """Score lines by subject."""
        return {line.subject: line for line in self.scorecard.lines}

    @Lazy
    def formula_rows(self) -> tuple[tuple[Row, ScoreLine], ...]:
        """Rows whose basis is a formula, with their line (general guard a)."""
        pairs = ((row, self.lines.get(row.subject)) for row in self.case.rows)
        return tuple((row, line) for row, line in pairs if line is not None and line.basis == "formula" and row.role == "indicator")

    @Lazy
    def indicator_rows(self) -> tuple[Row, ...]:
        """The rows that are indicators: neither the money row nor judged by a person."""
        return tuple([row for row in self.case.rows if row.role == "indicator"])

    @Lazy
    def claims(self) -> tuple[Claim, ...]:
        """Each stated score beside its weight and recomputed score: rows, group scores once, the money line outside the table."""
        return claims(self.case, self.lines)

    @Lazy
    def stated_sum(self) -> Decimal | None:
        """Σ stated scores, None where nothing is scored."""
        return stated_sum(self.claims)

    @Lazy
    def converted_sum(self) -> Decimal | None:
        """Σ stated score × weight ÷ 100, None where one is missing."""
        return converted_sum(self.claims)

    @Lazy
    def fallen_short(self) -> tuple[tuple[Row, Decimal, Decimal], ...]:
        """Rows that lost points as stated or as recomputed, with the lower score and the weight."""
        return fallen_short(self.claims)

    @Lazy
    def short_rows(self) -> tuple[tuple[Row, Decimal, Decimal], ...]:
        """The rows that lost points, a money row excused that was spent as well as ``reason.missing`` asks."""
        short, entry = self.fallen_short, self.case.law.rules.get("reason.missing")
        if entry is None or not any(row.role == "money" for row, _, _ in short):
            return short
        rate = self.purse.rate
        excused = rate is not None and rate >= entry.fraction("rate_from")
        return tuple([found for found in short if found[0].role != "money"]) if excused else short

    @Lazy
    def shares(self) -> tuple[Fraction, Fraction] | None:
        """Money score ÷ its points and indicator score ÷ its points."""
        return score_shares(self.claims)

    @Lazy
    def purse(self) -> Purse:
        """The form's money as the money rules read it; which line is the total is a lexicon of ``funds.parts-do-not-sum``."""
        entry = self.case.law.rules.get("funds.parts-do-not-sum")
        return purse(self.case, entry.words("total_words") if entry is not None else ())

    @Lazy
    def reasoned_rows(self) -> tuple[Row, ...]:
        """The rows whose reason cell says anything at all."""
        return tuple([row for row in self.case.rows if row.indicator.reason])

    @Lazy
    def names(self) -> tuple[str, ...]:
        """The rows' names, squeezed, in the order of the rows."""
        return tuple([squeeze(row.indicator.name or "") for row in self.case.rows])

    @Lazy
    def targets(self) -> tuple[str, ...]:
        """The rows' targets as printed, squeezed, in the order of the rows; empty where there is none."""
        return tuple([squeeze(row.target.raw) if row.target.raw else "" for row in self.case.rows])

    @Lazy
    def actuals(self) -> tuple[str, ...]:
        """The rows' actual values as printed, squeezed, in the order of the rows; empty where there is none."""
        return tuple([squeeze(row.actual.raw) if row.actual.raw else "" for row in self.case.rows])

    def words_in_names(self, words: Iterable[str]) -> tuple[str, ...]:
        """Those words of a lexicon that stand in any row's name, as printed or squeezed: most stand in none."""
        return words_in(self._all_names, words)

    @Lazy
    def _all_names(self) -> str:
        return "\n".join(dict.fromkeys([*self.names, *[row.indicator.name or "" for row in self.case.rows]]))

    @Lazy
    def notes(self) -> tuple[tuple[Row, str, ValueNote], ...]:
        """The parser's remarks on the values, with their row and ``target`` or ``actual``."""
        cells = ((row, side, value) for row in self.case.rows for side, value in (("target", row.target), ("actual", row.actual)) if value.notes)
        return tuple([(row, side, note) for row, side, value in cells for note in value.notes])

    @Lazy
    def evidence(self) -> tuple[str, ...]:
        """What each row names as evidence, joined and squeezed, in the order of the rows."""
        return tuple([squeeze("；".join(row.indicator.evidence)) for row in self.case.rows])

    @Lazy
    def remarks(self) -> tuple[str, ...]:
        """What each row says beside its name and target, its reason, actual value and evidence, squeezed, in the order of the rows."""
        cells = [(row.indicator.reason, row.indicator.actual.raw, *row.indicator.evidence) for row in self.case.rows]
        return tuple([squeeze("，".join([text for text in texts if text])) for texts in cells])

    @Lazy
    def target_figures(self) -> tuple[Figure, ...]:
        """The numbers of the targets."""
        return figures_of((row.target, row) for row in self.case.rows)

    @Lazy
    def planned(self) -> Measured:
        """The numbers of the targets by unit."""
        return by_unit(self.target_figures)

    @Lazy
    def actual_figures(self) -> tuple[Figure, ...]:
        """The numbers of the actual values."""
        return figures_of((row.actual, row) for row in self.case.rows)

    @Lazy
    def amounts(self) -> tuple[Figure, ...]:
        """The amounts of the form in 元."""
        return amounts(self.case)

    @Lazy
    def value_repairs(self) -> dict[str, tuple[Repair, ...]]:
        """Repairs of single values, under the value's subject and under its row's."""
        found: dict[str, tuple[Repair, ...]] = {}
        for repair in self.repairs:
            row, _, name = repair.subject.rpartition("/")
            if row.startswith("/indicators/") and name in VALUE_FIELDS and repair.before != repair.after:
                for subject in (repair.subject, row):
                    found[subject] = (*found.get(subject, ()), repair)
        return found

    def anchor(self, subject: str) -> Anchor | None:
        """The anchor of a field, or of the nearest field below (its name first) or above it."""
        fields, path = self.case.fields, subject
        while path:
            reading = fields.get(path) or fields.get(f"{path}/name") or self._first_below(f"{path}/")
            if reading is not None:
                return reading[0]
            path = path.rpartition("/")[0]
        return None

    def _first_below(self, path: str) -> FieldReading | None:
        at = bisect_left(self._pointers, path)
        below = self._pointers[at] if at < len(self._pointers) else ""
        return self.case.fields[below] if below.startswith(path) else None

    @Lazy
    def _pointers(self) -> list[str]:
        return sorted(self.case.fields)

    def has_column(self, name: str) -> bool:
        """Whether the layout has such a column; a column nobody recorded but somebody filled counts as printed."""
        return name in self._columns

    @Lazy
    def _columns(self) -> frozenset[str]:
        rows = self.case.evaluation.indicators
        filled = {
            "weight": any(row.weight is not None for row in rows),
            "score": any(row.stated_score is not None for row in rows),
            "actual": any(row.actual.kind != "absent" for row in rows),
            "reason": any(row.reason is not None for row in rows),
            "evidence": any(row.evidence for row in rows),
        }
        return self.case.evaluation.printed.columns | {name for name, yes in filled.items() if yes}


RuleFunction = Callable[[Inspection], Iterable[Problem]]
RULES: dict[str, RuleFunction] = {}


def rule(code: str) -> Callable[[RuleFunction], RuleFunction]:
    """Register a rule function under its finding code; a code has one function."""

    def register(function: RuleFunction) -> RuleFunction:
        if code in RULES:
            raise ValueError(f"two functions for {code}")
        RULES[code] = function
        return function

    return register


def check(case: Case, scorecard: Scorecard, repairs: tuple[Repair, ...], *, stages: tuple[Stage, ...] = DEFAULT_STAGES) -> tuple[Finding, ...]:
    """Every finding of the case at the given stages, worst first, then in reading order."""
    inspection = Inspection(case, scorecard, repairs)
    found: list[Finding] = []
    for entry in case.law.rules_at(stages):
        function = RULES.get(entry.code)
        if function is None:
            continue
        inspection.entry = entry
        for problem in function(inspection):
            found.append(_worded(problem, entry, inspection))  # noqa: PERF401 - most rules find nothing: a list for each would cost more than it saves
    return worst_first(_with_waivers(_without_silenced(found), case))


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of every list: errors, warnings, infos; within these, form first, then row by row."""
    return tuple(sorted(findings, key=_reading_order))


def _worded(problem: Problem, entry: RuleEntry, inspection: Inspection) -> Finding:
    subject, what, todo, expected, found, difference, anchor, variant = problem
    repairs = inspection.value_repairs.get(subject)
    repaired = _repaired(repairs) if repairs else ""
    return make_finding(
        (
            entry.code,
            entry.variants[variant] if variant else entry.severity,
            f"{what}{repaired}{todo}依据：{entry.authority}。",
            subject,
            anchor or inspection.anchor(subject),
            entry.cites,
            expected,
            found,
            difference,
            todo or None,
        )
    )


def _repaired(repairs: Iterable[Repair]) -> str:
    """What import changed in the value a finding is about (general guard d)."""
    return "".join(f"（导入时已把“{repair.before}”修复为“{repair.after}”。）" for repair in repairs)


@lru_cache(maxsize=4096)
def _row_of(subject: str) -> str:
    return "/".join(subject.split("/", 3)[:3])


def _without_silenced(found: list[Finding]) -> list[Finding]:
    chained = [finding for finding in found if finding[0] in _CHAINED]
    if len(chained) < 2:
        return found
    fired = {(finding.code, _row_of(finding.subject)) for finding in chained}
    silenced = {id(finding) for finding in chained for earlier in _EARLIER.get(finding.code, ()) if (earlier, _row_of(finding.subject)) in fired}
    return [finding for finding in found if id(finding) not in silenced] if silenced else found


def _with_waivers(found: list[Finding], case: Case) -> list[Finding]:
    waived = {waiver.subject for waiver in case.waivers}
    if not waived:
        return found
    return [f._replace(severity="info") if _row_of(f.subject) in waived and f.code.startswith(WAIVED_FAMILIES) else f for f in found]


def _reading_order(finding: Finding) -> tuple[int, int, int, str]:
    anchor = finding.anchor
    return SEVERITY_ORDER[finding.severity], _row_number(finding.subject), (anchor.line or 0) if anchor is not None else 0, finding.code


@lru_cache(maxsize=4096)
def _row_number(subject: str) -> int:
    """The number in ``/indicators/3/actual``; -1 where there is none."""
    parts = subject.split("/", 3)
    return int(parts[2]) if len(parts) > 2 and parts[2].isdigit() else -1
