"""From the rows of a ledger to one measurement of one row of a form. Read this file first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from jiheng.domain.measured import Measurement, Span
from jiheng.evidence.aggregates import VOID, Asked, Lender, Result, result_of
from jiheng.evidence.comparing import Situation, Stated, fits, outcome_of, shown
from jiheng.evidence.completeness import Cover, cover_of
from jiheng.evidence.conditions import Days
from jiheng.evidence.proof import spans_of
from jiheng.evidence.records import Origin, Records
from jiheng.evidence.sifting import RowSource
from jiheng.evidence.tally import Question, Sifted, Source
from jiheng.evidence.year_parts import year_before
from jiheng.rulebook.ledgers import DAYS, Binding, Condition, Definition, Ledger, Term
from jiheng.scoring.rounding import to_places


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured: the row of the form, the days, the region, the day of filing, the form's own number.

    ``growth`` says that the row's target asks for growth on the year before, so the level alone does not decide it.
    """

    subject: str
    first: date
    last: date
    region: str | None = None
    filed_on: date | None = None
    stated: Stated | None = None
    growth: bool = False


class _Try(NamedTuple):
    """One definition tried on the rows."""

    result: Result
    sifted: Sifted
    cover: Cover


def measure(records: Records | Source, binding: Binding, wanted: Wanted, *, lend: Lender | None = None) -> Measurement:
    """The measurement of one row: every admissible definition where none is approved; the first one decides.

    ``lend`` gives the value of another ledger's definition, for rates that divide by it.
    """
    source = RowSource(records) if isinstance(records, Records) else records
    ledger = source.ledger
    if not source.origins and source.unread:
        return _without(source, binding, wanted, source.unread)
    names = _admissible(ledger, binding, wanted.stated, source.origins)
    tries = [_try(source, name, binding, wanted, lend) for name in names]
    measures = tuple([one.result.measure for one in tries])
    if not tries:
        return _without(source, binding, wanted, ("没有可用的口径：所需的列不在台账里。",))
    first = tries[0]
    idle = first.cover.idle or (first.cover.ended and not first.result.measure.value)
    gaps = () if idle else first.cover.gaps
    situation = Situation(
        judgement=binding.judgement,
        unread=bool(source.unread),
        idle=idle,
        void=measures[0].undefined in VOID,
        gaps=bool(gaps),
        agreed=binding.definition is not None,
    )
    found = Measurement(
        subject=wanted.subject,
        ledger=ledger.id,
        title=ledger.title,
        measures=measures,
        approved=binding.definition,
        shown=shown(measures[0], wanted.stated),
        stated=wanted.stated.number if wanted.stated is not None else None,
        unit=(wanted.stated.unit if wanted.stated is not None else None) or measures[0].unit,
        rows_used=first.sifted.tally.rows,
        left_out=first.sifted.left_out,
        spans=_proof(first.result, ledger.definitions[names[0]], ledger, source.origins),
        period=(wanted.first, wanted.last) if ledger.period is not None else None,
        gaps=gaps,
        idle=idle,
        outcome=outcome_of(measures, wanted.stated, situation),
        notes=(*source.unread, *_notes(first, wanted, binding), *source.remarks),
    )
    return _grown(found, source, names[0], binding, wanted) if wanted.growth and found.outcome == "equal" else found


def value_of(records: Records | Source, binding: Binding, name: str, wanted: Wanted) -> Fraction | None:
    """The exact value of one definition: what another ledger's rate divides by. None where it is undefined."""
    source = RowSource(records) if isinstance(records, Records) else records
    return _try(source, name, binding, wanted, None).result.measure.value


def _try(source: Source, name: str, binding: Binding, wanted: Wanted, lend: Lender | None) -> _Try:
    ledger = source.ledger
    definition = ledger.definitions[name]
    reference = date.fromisoformat(binding.reference) if binding.reference else wanted.last
    days = Days(wanted.first, wanted.last, reference, wanted.filed_on)
    sifted = source.sift(Question(definition, binding, days, binding.region or wanted.region))
    cover = cover_of(ledger, binding, sifted.tally, wanted.first, wanted.last)
    asked = Asked(days, cover.shown, ledger.completeness, lend)
    return _Try(result_of(name, definition, sifted.tally, asked), sifted, cover)


def _admissible(ledger: Ledger, binding: Binding, stated: Stated | None, origins: Sequence[Origin]) -> list[str]:
    """The approved definition, or all whose columns are there and whose unit fits the form; where no unit fits, all whose columns are there."""
    if binding.definition is not None:
        return [binding.definition]
    there = [name for name, definition in ledger.definitions.items() if not _lacking(ledger, definition, origins)]
    return [name for name in there if fits(ledger.definitions[name].unit, stated)] or there


def _lacking(ledger: Ledger, definition: Definition, origins: Sequence[Origin]) -> list[str]:
    """The columns a definition needs that some table does not have."""
    return [name for name in needed(definition) if any(name not in origin.columns for origin in origins) and not ledger.columns[name].required]


def needed(definition: Definition) -> tuple[str, ...]:
    """Every column that a definition looks at."""
    terms = (*definition.terms, *definition.over)
    uptime = definition.uptime
    names = [
        *_of_terms(terms),
        *definition.distinct,
        *(name for term in terms for name in _of_conditions(term.where)),
        *_of_conditions(definition.where),
        *((uptime.start, uptime.end, uptime.planned) if uptime is not None else ()),
    ]
    return tuple(dict.fromkeys(names))


def _of_terms(terms: Iterable[Term]) -> list[str]:
    return [name for term in terms for name in term.columns]


def _of_conditions(conditions: Iterable[Condition]) -> list[str]:
    named = [name for one in conditions for name in (one.column, one.before, one.after, one.since, one.until, one.not_above)]
    return [name for name in named if name is not None and name not in DAYS]


def _proof(result: Result, definition: Definition, ledger: Ledger, origins: Sequence[Origin]) -> tuple[Span, ...]:
    """The cells the value is made of: figures, what is told apart, times; where rows alone are counted, their key."""
    uptime = definition.uptime
    figures = [*_of_terms((*definition.terms, *definition.over)), *definition.distinct]
    if uptime is not None:
        figures += [uptime.start, uptime.end]
    return spans_of(result.proof.runs(), origins, figures or ledger.key[:1])


def _notes(first: _Try, wanted: Wanted, binding: Binding) -> Iterable[str]:
    """What a reader of the figure should know, in whole sentences."""
    measured = first.result.measure
    if measured.undefined is not None:
        yield f"“{measured.title}”没有结果：{measured.undefined}。"
    if first.result.last is not None and measured.value is not None:
        yield f"取截至 {first.result.last.last.isoformat()} 的一期。"
    if first.sifted.conflicts:
        yield f"有 {first.sifted.conflicts} 行与先确认的行主键相同而数值不同，只计先确认的一行，请核对。"
    if first.cover.ended and binding.service is not None:
        basis = f"（{binding.service.basis}）" if binding.service.basis else ""
        yield f"业务已于 {binding.service.active_to} 停止{basis}。"
    stated = wanted.stated
    if stated is None and not binding.judgement:
        yield "表中没有可以比较的数。"
    elif stated is not None and not fits(measured.unit, stated):
        yield f"台账以“{measured.unit}”计，表中以“{stated.unit}”计，不能比较。"
    elif stated is not None and stated.points is not None and measured.value is not None:
        yield f"台账比率 {to_places(measured.value, 2)}%，乘以分值 {stated.points:f} 后与自评得分比较。"


def _without(source: Source, binding: Binding, wanted: Wanted, notes: tuple[str, ...]) -> Measurement:
    """A measurement without any result."""
    stated = wanted.stated
    return Measurement(
        subject=wanted.subject,
        ledger=source.ledger.id,
        title=source.ledger.title,
        measures=(),
        approved=binding.definition,
        shown=None,
        stated=stated.number if stated is not None else None,
        unit=stated.unit if stated is not None else None,
        rows_used=0,
        left_out=(),
        spans=(),
        period=None,
        gaps=(),
        idle=False,
        outcome="judgement" if binding.judgement else "unreadable",
        notes=notes,
    )


def _grown(found: Measurement, source: Source, name: str, binding: Binding, wanted: Wanted) -> Measurement:
    """A level that agrees under a target of growth: proved only if the same ledger is shown to hold the whole year before too."""
    earlier = replace(wanted, first=year_before(wanted.first), last=year_before(wanted.last))
    before = _try(source, name, of_the_year_before(binding), earlier, None)
    own, base = found.measures[0].value, before.result.measure.value
    if own is None or not base or not before.cover.shown:
        note = f"水平可证，增长不可证：台账缺 {earlier.last.year} 年同口径的数。"
        return replace(found, outcome="undetermined", notes=(*found.notes, note))
    rate = to_places((own / base - 1) * 100, 2)
    changed = f"增长 {rate}%" if rate > 0 else f"下降 {-rate}%" if rate < 0 else "持平"
    return replace(found, notes=(*found.notes, f"比 {earlier.last.year} 年{changed}。"))


def of_the_year_before(binding: Binding) -> Binding:
    """The binding for the year before: its reference day and its closing statement are this year's."""
    return replace(binding, reference=None, closed=None)
