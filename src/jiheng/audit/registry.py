"""Rules in one place: a rule is a small function under a code; severity, thresholds, lexicons and authority come from the pack.

``check`` runs every rule whose pack entry is active, silences the later codes of a precedence chain on the same row, applies approved
waivers, and words each problem as a finding. Source: the finding catalogue of the field guide, general guards (a) to (d).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from jiheng.audit.claims import Claim, claims, fallen_short, score_shares
from jiheng.audit.purse import Purse, purse
from jiheng.domain.document import Anchor
from jiheng.domain.finding import SEVERITY_ORDER, Finding, Repair, Severity, Stage
from jiheng.domain.scorecard import Scorecard, ScoreLine
from jiheng.rulebook.model import RuleEntry
from jiheng.scoring.case import Case, Row

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


@dataclass(frozen=True, slots=True)
class Problem:
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


class Inspection:
    """What a rule function looks at: the case, its scorecard, the repairs of import; ``entry`` is the pack's entry of the running rule."""

    entry: RuleEntry

    def __init__(self, case: Case, scorecard: Scorecard, repairs: tuple[Repair, ...]) -> None:
        self.case = case
        self.scorecard = scorecard
        self.repairs = repairs

    @cached_property
    def lines(self) -> dict[str, ScoreLine]:
        """Score lines by subject."""
        return {line.subject: line for line in self.scorecard.lines}

    @cached_property
    def formula_rows(self) -> tuple[tuple[Row, ScoreLine], ...]:
        """Rows whose basis is a formula, with their line (general guard a)."""
        pairs = ((row, self.lines.get(row.subject)) for row in self.case.rows)
        return tuple((row, line) for row, line in pairs if line is not None and line.basis == "formula" and row.role == "indicator")

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Each stated score beside its weight and recomputed score: rows, group scores once, the money line outside the table."""
        return claims(self.case, self.lines)

    @cached_property
    def fallen_short(self) -> tuple[tuple[Row, Decimal, Decimal], ...]:
        """Rows that lost points as stated or as recomputed, with the lower score and the weight."""
        return fallen_short(self.claims)

    @cached_property
    def shares(self) -> tuple[Fraction, Fraction] | None:
        """Money score ÷ its points and indicator score ÷ its points."""
        return score_shares(self.claims)

    @cached_property
    def purse(self) -> Purse:
        """The form's money as the money rules read it; which line is the total is a lexicon of ``funds.parts-do-not-sum``."""
        entry = self.case.law.rules.get("funds.parts-do-not-sum")
        return purse(self.case, entry.words("total_words") if entry is not None else ())

    @cached_property
    def value_repairs(self) -> dict[str, tuple[Repair, ...]]:
        """Repairs of single values, under the value's subject and under its row's."""
        found: dict[str, tuple[Repair, ...]] = {}
        for repair in self.repairs:
            row, _, name = repair.subject.rpartition("/")
            if row.startswith("/indicators/") and name in VALUE_FIELDS and repair.before != repair.after:
                for subject in (repair.subject, row):
                    found[subject] = (*found.get(subject, ()), repair)
        return found

    @cached_property
    def _anchors(self) -> dict[str, Anchor]:
        """Each pointer that was read and each pointer above one: its own anchor, else its name's, else the first one below it."""
        fields = self.case.fields
        found: dict[str, Anchor] = {}
        for pointer in sorted(fields):
            path = pointer.rpartition("/")[0]
            while path and path not in found:
                found[path] = (fields.get(f"{path}/name") or fields[pointer]).anchor
                path = path.rpartition("/")[0]
        found.update((pointer, reading.anchor) for pointer, reading in fields.items())
        return found

    def anchor(self, subject: str) -> Anchor | None:
        """The anchor of a field, or of the nearest field below or above it."""
        path = subject
        while path and path not in self._anchors:
            path = path.rpartition("/")[0]
        return self._anchors.get(path)

    def has_column(self, name: str) -> bool:
        """Whether the layout has such a column; a column nobody recorded but somebody filled counts as printed."""
        return name in self._columns

    @cached_property
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
    for code, function in RULES.items():
        entry = case.law.rules.get(code)
        if entry is None or not entry.active or entry.stage not in stages:
            continue
        inspection.entry = entry
        problems = tuple(function(inspection))
        if problems:
            authority = "；".join(dict.fromkeys(cite.sentence() for cite in entry.cites))
            found.extend(_worded(problem, inspection, authority) for problem in problems)
    return worst_first(_with_waivers(_without_silenced(found), case))


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of every list: errors, warnings, infos; within these, form first, then row by row."""
    return tuple(sorted(findings, key=lambda f: (SEVERITY_ORDER[f.severity], _reading_order(f))))


def _worded(problem: Problem, inspection: Inspection, authority: str) -> Finding:
    entry = inspection.entry
    severity: Severity = entry.variants[problem.variant] if problem.variant else entry.severity
    return Finding(
        code=entry.code,
        severity=severity,
        message=f"{problem.what}{_repaired(problem.subject, inspection)}{problem.todo}依据：{authority}。",
        subject=problem.subject,
        anchor=problem.anchor or inspection.anchor(problem.subject),
        cites=entry.cites,
        expected=problem.expected,
        found=problem.found,
        difference=problem.difference,
        suggestion=problem.todo or None,
    )


def _repaired(subject: str, inspection: Inspection) -> str:
    """What import changed in the value a finding is about (general guard d)."""
    told = inspection.value_repairs.get(subject, ())
    return "".join(f"（导入时已把“{repair.before}”修复为“{repair.after}”。）" for repair in told)


def _row_of(subject: str) -> str:
    return "/".join(subject.split("/", 3)[:3])


def _without_silenced(found: list[Finding]) -> list[Finding]:
    fired = {(f.code, _row_of(f.subject)) for f in found if f.code in _CHAINED}

    def silenced(finding: Finding) -> bool:
        row = _row_of(finding.subject)
        return any((earlier, row) in fired for earlier in _EARLIER[finding.code])

    return [f for f in found if f.code not in _EARLIER or not silenced(f)]


def _with_waivers(found: list[Finding], case: Case) -> list[Finding]:
    waived = {waiver.subject for waiver in case.waivers}
    if not waived:
        return found
    return [replace(f, severity="info") if _row_of(f.subject) in waived and f.code.startswith(WAIVED_FAMILIES) else f for f in found]


def _reading_order(finding: Finding) -> tuple[int, int, str]:
    parts = finding.subject.split("/")
    row = int(parts[2]) if len(parts) > 2 and parts[2].isdigit() else -1
    line = finding.anchor.line if finding.anchor is not None and finding.anchor.line is not None else 0
    return (row, line, finding.code)
