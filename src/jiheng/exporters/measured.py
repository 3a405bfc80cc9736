"""Measured values for reading: a line per row of the form, the cells that prove it, readings side by side; as text and as JSON data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiheng.domain.codec import record_to_json
from jiheng.domain.dossier import Dossier
from jiheng.domain.measured import EXCLUSION_NAMES, OUTCOME_NAMES, Measure, Measurement, Span
from jiheng.domain.numerals import WIDE
from jiheng.domain.quantity import plain
from jiheng.scoring.rounding import to_places

UNBOUND = "未绑定"
HEADINGS = ("行", "指标", "填报", "台账", "差额", "采用", "未计", "结果")
TOLD_SPANS = 4


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """One row of the form and what its ledger says; ``measurement`` is None where no ledger is bound to it."""

    subject: str
    place: str
    name: str
    printed: str
    measurement: Measurement | None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as the table prints it, under ``HEADINGS``."""
        found = self.measurement
        if found is None:
            return (self.place, self.name, self.printed, "—", "—", "—", "—", UNBOUND)
        stated = _with_unit(found.stated, found.unit) if found.stated is not None else self.printed
        shown = _with_unit(found.shown, found.unit)
        out = sum(one.rows for one in found.left_out)
        return (self.place, self.name, stated, shown, _difference(found), str(found.rows_used), str(out), OUTCOME_NAMES[found.outcome])


def measured_rows(dossier: Dossier) -> tuple[MeasuredRow, ...]:
    """Every row of the form in its order, then what was measured outside the table."""
    found = {one.subject: one for one in dossier.measurements}
    form = dossier.evaluation
    if form is None:
        return ()
    rows = [
        MeasuredRow(f"/indicators/{at}", str(at + 1), row.name or "（无名称）", row.actual.raw or "—", found.pop(f"/indicators/{at}", None))
        for at, row in enumerate(form.indicators)
    ]
    return (*rows, *(MeasuredRow(subject, "资金", "资金执行率", "—", one) for subject, one in found.items()))


def details(row: MeasuredRow) -> Iterator[str]:
    """What stands behind a measured row, a line each: proof, rows left out, gaps, readings, remarks."""
    found = row.measurement
    if found is None:
        return
    yield f"台账：{found.title}{_settled(found)}"
    if found.spans:
        yield f"证据：{_spans_told(found.spans)}"
    for one in found.left_out:
        where = f"（{_spans_told(one.spans)}）" if one.spans else ""
        yield f"未计：{EXCLUSION_NAMES[one.code]} {one.rows} 行{where}"
    if found.gaps:
        yield f"缺口：{'、'.join(found.gaps)}"
    if len(found.measures) > 1:
        yield from (f"口径：{one.title} = {_result(one)}" for one in found.measures)
    for measure in found.measures[:1] if found.outcome != "judgement" else found.measures:
        if measure.parts:
            yield f"其中：{'，'.join(f'{label} {plain(number)}' for label, number in measure.parts)}"
    yield from (f"说明：{note}" for note in found.notes)


def _settled(found: Measurement) -> str:
    """By which reading the value is taken, and whether anybody approved it; nothing to say where there is one reading only."""
    if not found.measures or (found.approved is None and len(found.measures) == 1):
        return f"；口径：{found.measures[0].title}" if found.measures else ""
    return f"；口径：{found.measures[0].title}（{'已认定' if found.approved else '未认定'}）"


def counts_told(rows: Sequence[MeasuredRow]) -> str:
    """How many rows have each outcome: 一致 15，业务未发生 2."""
    names = [OUTCOME_NAMES[row.measurement.outcome] if row.measurement else UNBOUND for row in rows]
    return "，".join(f"{name} {names.count(name)}" for name in dict.fromkeys((*OUTCOME_NAMES.values(), UNBOUND)) if name in names)


def as_data(dossier: Dossier) -> dict[str, object]:
    """The rows of one form as JSON data; each measurement as it stands in the dossier."""
    rows = [
        {
            "subject": row.subject,
            "name": row.name,
            "printed": row.printed,
            "outcome": OUTCOME_NAMES[row.measurement.outcome] if row.measurement else UNBOUND,
            "difference": _plain(_apart(row.measurement)) if row.measurement else None,
            "measurement": record_to_json(row.measurement) if row.measurement else None,
        }
        for row in measured_rows(dossier)
    ]
    form = dossier.evaluation
    return {"file": dossier.document.name, "project": form.project_name if form else None, "rows": rows}


def _apart(found: Measurement) -> Decimal | None:
    """The form's number less the ledger's, in the form's unit."""
    return None if found.stated is None or found.shown is None else WIDE.subtract(found.stated, found.shown)


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _difference(found: Measurement) -> str:
    apart = _apart(found)
    return "—" if apart is None else "0" if not apart else plain(apart)


def _with_unit(number: Decimal | None, unit: str | None) -> str:
    return "—" if number is None else f"{plain(number)}{unit or ''}"


def _result(one: Measure) -> str:
    value = one.value
    return one.undefined or "没有结果" if value is None else f"{plain(to_places(value, 4))}{one.unit}"


def _spans_told(spans: Iterable[Span]) -> str:
    """The first spans, file and sheet said once for those that share them."""
    told: list[str] = []
    last: tuple[str, str | None] | None = None
    listed = tuple(spans)
    for one in listed[:TOLD_SPANS]:
        place = (one.file, one.sheet)
        told.append(one.cells if place == last else f"{one.file}{f'“{one.sheet}”' if one.sheet else ''} {one.cells}")
        last = place
    return "、".join(told) + (f" 等 {len(listed)} 处" if len(listed) > TOLD_SPANS else "")
