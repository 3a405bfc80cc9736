"""Forms under two laws, held against each other by the batch and, form by form in plain decimals, by the interpreter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from dossiers import FORMS, dossiers_in
from jiheng import audit, scoring
from jiheng.batch.codes import CODES
from jiheng.batch.columns import Tables, readings, tables_of
from jiheng.batch.judge import CompiledLaw, judge
from jiheng.batch.replayed.changes import STEPS, Changes, Tally, bin_of
from jiheng.batch.replayed.compared import compare
from jiheng.batch.replayed.moves import Pair
from jiheng.domain.dossier import Dossier
from jiheng.domain.scorecard import Scorecard
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.model import RulePack

REAL = [path for path in FORMS if path.suffix in {".xlsx", ".docx", ".txt", ".html"}]


def real_dossiers() -> list[Dossier]:
    """Every form in files that are there: the project's own examples always."""
    return [one for path in REAL for one in dossiers_in(path) if one.evaluation is not None and one.on is not None]


@cache
def compiled(pack: str) -> CompiledLaw:
    return CompiledLaw(load_rulebook().pack(pack))


def compared(tables: Tables, old: CompiledLaw, new: CompiledLaw, keep: int = 5) -> Changes:
    return compare(tables, judge(*tables, old), judge(*tables, new), Pair(old, new), keep=keep)


def between(old: RulePack, new: RulePack, dossiers: Iterable[Dossier]) -> Changes:
    """What differs between two laws that no rulebook holds."""
    return compared(tables_of(dossiers), CompiledLaw(old), CompiledLaw(new))


@dataclass
class Naive:
    """The sums as somebody would work them out with paper and pencil, points in decimals."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[Decimal] = field(default_factory=list)
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)
    bases: Counter[tuple[str, str]] = field(default_factory=Counter)
    appeared: Counter[str] = field(default_factory=Counter)
    vanished: Counter[str] = field(default_factory=Counter)
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)


def by_hand(tables: Tables, old: RulePack, new: RulePack) -> Naive:
    """The changes of forms that are scored one by one under both laws."""
    found = Naive()
    for reading in readings(tables):
        _add(found, reading.dossier, *(_judged(reading.dossier, law) for law in (old, new)))
    return found


Judgement = tuple[Scorecard, Counter[tuple[str, str]]]


def _judged(dossier: Dossier, law: RulePack) -> Judgement:
    case = scoring.case_of(dossier, law)
    card = scoring.score(case)
    told = audit.check(case, card, dossier.repairs, stages=audit.DEFAULT_STAGES)
    return card, Counter((one.subject, one.code) for one in told if one.code in CODES)


def _add(found: Naive, dossier: Dossier, before: Judgement, after: Judgement) -> None:
    (old, told_before), (new, told_after) = before, after
    found.counts["forms"] += 1
    for subject in [f"/indicators/{at}" for at in range(len(dossier.evaluation.indicators if dossier.evaluation else ()))] + ["/funds"]:
        one, other = old.line(subject), new.line(subject)
        rows = "money_changed" if subject == "/funds" else "rows_changed"
        found.counts[rows] += (one.score if one else None) != (other.score if other else None)
        found.counts["rows"] += subject != "/funds"
        bases = (one.basis if one else "", other.basis if other else "")
        found.bases[bases] += bases[0] != bases[1]
    for card, when in ((old, "before"), (new, "after")):
        found.counts[f"undetermined_{when}"] += card.total_range is None or card.total_range[0] != card.total_range[1]
    grades = old.grade or "", new.grade or ""
    found.grades[grades] += 1
    found.counts["grades_changed"] += grades[0] != grades[1]
    found.counts["totals_lost"] += new.total is None and old.total is not None
    found.counts["totals_gained"] += old.total is None and new.total is not None
    found.appeared.update(code for (_, code), many in (told_after - told_before).items() for _ in range(many))
    found.vanished.update(code for (_, code), many in (told_before - told_after).items() for _ in range(many))
    if old.total is not None and new.total is not None:
        found.before += old.total
        found.after += new.total
        found.differences.append(new.total - old.total)


def check(tally: Tally, naive: Naive) -> None:
    """Every sum is the one worked out by hand, exactly."""
    differences = naive.differences
    counts = {
        **naive.counts,
        "compared": len(differences),
        "totals_changed": sum(one != 0 for one in differences),
        "up": sum(one > 0 for one in differences),
        "down": sum(one < 0 for one in differences),
    }
    for name, number in counts.items():
        assert tally.count(name) == number, name
    assert points(tally.count("sum_before")) == naive.before
    assert points(tally.count("sum_after")) == naive.after
    assert tally.least == (None if not differences else min(differences).scaleb(6))
    assert tally.most == (None if not differences else max(differences).scaleb(6))
    assert positive(tally.sums["bins"]) == Counter(_bin(one) for one in differences)
    assert {tuple(key.split("\t")): many for key, many in tally.sums["grades"].items()} == dict(naive.grades)
    assert {tuple(key.split("\t")): many for key, many in tally.sums["bases"].items()} == dict(+naive.bases)
    assert positive(tally.sums["appeared"]) == naive.appeared
    assert positive(tally.sums["vanished"]) == naive.vanished
    assert sum(tally.sums["grade_causes"].values()) == naive.counts["grades_changed"]
    assert points(sum(tally.sums["reason_points"].values())) == sum(differences, Decimal(0))


def _bin(difference: Decimal) -> str:
    """The bin by its bounds, without the function under test."""
    size = sum(abs(difference) * 10**6 > bound for bound in STEPS) + 1
    place = 8 + (size if difference > 0 else -size if difference < 0 else 0)
    assert bin_of(int(difference.scaleb(6))) == place
    return str(place)


def points(number: int) -> Decimal:
    return Decimal(number).scaleb(-6)


def positive(counts: Counter[str]) -> Counter[str]:
    return +counts


def causes(changes: Changes) -> dict[str, int]:
    """Rows by cause, whatever the law before."""
    return {key.partition("|")[2]: many for key, many in changes.whole().sums["reason_rows"].items()}


def merged(parts: Sequence[Changes], keep: int) -> Changes:
    total = Changes(keep)
    for part in parts:
        total.add(part)
    return total
