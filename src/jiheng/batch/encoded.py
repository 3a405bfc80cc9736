"""A dossier taken apart for the columns: what kernels compute with in columns, everything else as JSON in ``rest``.

``rest`` is the dossier's own JSON with the parts that stand in columns emptied, so a field added to a domain type is in it by itself. A form
that the columns cannot give back exactly (half a character in a text, unit cells out of order) stands in ``rest`` whole, marked ``"whole":true``.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from jiheng.batch import schema
from jiheng.domain.codec import dumps, evaluation_to_json
from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation, FundLine, Indicator, PrintedTotal
from jiheng.domain.value import Value
from jiheng.domain.valuetext import parse_value

AMOUNTS: Final = ("initial_budget", "adjusted_budget", "allotted", "disbursed")
FORM_COLUMNS: Final = ("kind", "template", "project_name", "supervising_department", "implementing_unit")
ROW_COLUMNS: Final = ("level1", "level2", "name", "target", "actual", "weight", "stated_score", "reason", "criteria", "evidence")
LINE_COLUMNS: Final = ("item", *AMOUNTS, "weight", "stated_rate", "stated_score")
EMPTY_ROW: Final = Indicator(None, None, None)
EMPTY_LINE: Final = FundLine("")
_DEFAULT_CHOICE: Final = "pack.default"
_FORMS: Final = tuple(schema.FORMS.names)
_REST: Final = _FORMS.index("rest")


class Encoded(NamedTuple):
    """One form ready for the columns: its partition, its line of ``forms``, its lines of the other two tables, in the order of the schemas."""

    year: int | None
    place: str | None
    form: tuple[Any, ...]
    indicators: tuple[tuple[str | None, ...], ...]
    funds: tuple[tuple[str | None, ...], ...]

    @property
    def number(self) -> str:
        """The form's number."""
        return str(self.form[0])

    @property
    def size(self) -> int:
        """About how many characters it holds."""
        return len(self.form[_REST]) + sum(len(text) for rows in (self.indicators, self.funds) for row in rows for text in row if text)


def encoded(dossiers: Iterable[Dossier]) -> Iterator[Encoded]:
    """The forms ready for the columns. Forms of one file follow one another; each is numbered by its place there."""
    before, place = "", 0
    for dossier in dossiers:
        source = dossier.document.digest
        forms = dossier.evaluation.printed.forms_in_file if dossier.evaluation else 1
        place = place % max(forms, 1) + 1 if source == before else 1
        before = source
        yield _encoded(dossier, f"{source[:16]}-{place}")


def _encoded(dossier: Dossier, form: str) -> Encoded:
    evaluation = dossier.evaluation
    read = replace(dossier, scorecard=None, findings=())
    units = dict(evaluation.printed.unit_column) if evaluation else {}
    rows = tuple([_row_texts(row, units.get(at)) for at, row in enumerate(evaluation.indicators)]) if evaluation else ()
    lines = tuple([_line_texts(line) for line in evaluation.funds]) if evaluation else ()
    mark = '"by_default":true,' if any(finding.code == _DEFAULT_CHOICE for finding in dossier.findings) else ""
    fields = _form_fields(dossier, form, len(rows), len(lines))
    whole = evaluation is not None and not _regular(evaluation)
    text = dumps(read if whole else _emptied(read))
    rest = f"{{{mark}{text[text.index(',') + 1 :]}"  # the digest is the first key, and would be that of another dossier
    try:
        "".join([rest, *map(str, fields.values()), *[text or "" for row in (*rows, *lines) for text in row]]).encode()
    except UnicodeEncodeError:
        whole, rest = True, _escaped(mark, read)
        fields, rows, lines = {name: _clean(value) for name, value in fields.items()}, _clean_rows(rows), _clean_rows(lines)
    if whole:
        rest, fields["flat"] = f'{{"whole":true,{rest[1:]}', False
    year, place = (evaluation.fiscal_year, evaluation.place) if evaluation else (None, None)
    return Encoded(year, place, (*[fields[name] for name in _FORMS[:-1]], rest), rows, lines)


def _escaped(mark: str, read: Dossier) -> str:
    text = json.dumps(json.loads(dumps(read)))  # Arrow refuses half a character; JSON can spell it
    return f"{{{mark}{text[1:]}"


def _clean(value: Any) -> Any:  # noqa: ANN401 - a column's value of any type
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _clean_rows(rows: tuple[tuple[str | None, ...], ...]) -> tuple[tuple[str | None, ...], ...]:
    return tuple(tuple(map(_clean, row)) for row in rows)


def _form_fields(dossier: Dossier, form: str, rows: int, lines: int) -> dict[str, Any]:
    """The columns of ``forms`` but for ``rest``."""
    evaluation = dossier.evaluation or Evaluation(kind="")
    totals, printed = evaluation.stated_totals, evaluation.printed
    pack = dossier.scorecard.rulepack if dossier.scorecard else None
    return {
        "form": form,
        "document": dossier.document.name,
        "on": dossier.on.isoformat() if dossier.on else None,
        "pack": pack.id if pack else None,
        "pack_digest": pack.digest if pack else None,
        **{name: getattr(evaluation, name) for name in FORM_COLUMNS},
        "indicators": rows,
        "fund_lines": lines,
        "stated_weight": _text(totals.weight),
        "stated_score": _text(totals.score),
        "stated_grade": totals.grade,
        "printed_totals": _printed_totals(totals.printed),
        "printed_columns": ",".join(sorted(printed.columns)),
        "printed_amounts": ",".join(sorted(printed.amounts)),
        "flat": dossier.on is not None and dossier.evaluation is not None and not _with_more(dossier) and _flat(evaluation),
    }


def _with_more(dossier: Dossier) -> bool:
    """Whether something beside the form bears on its judgement."""
    return bool(dossier.waivers or dossier.measurements or dossier.proofs)


def _flat(evaluation: Evaluation) -> bool:
    """Whether nothing hangs on the table's shape: shared scores, rows below rows, money split again, weights from a heading."""
    printed = evaluation.printed
    if printed.group_scores or printed.parents or printed.splits:
        return False
    unweighted = any(row.weight is None for row in evaluation.indicators)
    return not (unweighted and any(heading.rule or heading.points is not None for heading in printed.headings))


def _regular(evaluation: Evaluation) -> bool:
    """Whether unit cells and printed columns come back from their columns as they are."""
    at, printed = [index for index, _ in evaluation.printed.unit_column], evaluation.printed
    in_order = at == sorted(set(at)) and all(0 <= index < len(evaluation.indicators) for index in at)
    return in_order and not any(not name or "," in name for names in (printed.columns, printed.amounts) for name in names)


def _emptied(dossier: Dossier) -> Dossier:
    """The dossier without what stands in columns."""
    document, evaluation = replace(dossier.document, name=""), dossier.evaluation
    if evaluation is None:
        return replace(dossier, on=None, document=document)
    kept = replace(
        evaluation,
        **{name: _default(Evaluation, name) for name in FORM_COLUMNS},
        indicators=_kept(evaluation.indicators, EMPTY_ROW, ROW_COLUMNS),
        funds=_kept(evaluation.funds, EMPTY_LINE, LINE_COLUMNS),
        stated_totals=replace(evaluation.stated_totals, weight=None, score=None, grade=None),
        printed=replace(evaluation.printed, columns=frozenset(), amounts=frozenset(), unit_column=()),
    )
    return replace(dossier, on=None, document=document, evaluation=kept)


def _kept(rows: tuple[Any, ...], empty: Any, columns: tuple[str, ...]) -> tuple[Any, ...]:  # noqa: ANN401 - indicators or money rows
    """The rows with only the fields that have no column; none at all where every field has one."""
    if {field.name for field in dataclasses.fields(empty)} <= set(columns):
        return ()
    known = {name: getattr(empty, name) for name in columns}
    return tuple(replace(row, **known) for row in rows)


@cache
def _default(kind: type, name: str) -> Any:  # noqa: ANN401 - the default of any field
    return next(field.default for field in dataclasses.fields(kind) if field.name == name)


def _row_texts(row: Indicator, unit: str | None) -> tuple[str | None, ...]:
    return (
        row.level1,
        row.level2,
        row.name,
        row.target.raw,
        _meaning(row.target),
        row.actual.raw,
        _meaning(row.actual),
        unit,
        _text(row.weight),
        _text(row.stated_score),
        row.reason,
        row.criteria,
        _list_text(row.evidence) if row.evidence else None,
    )


def _line_texts(line: FundLine) -> tuple[str | None, ...]:
    amounts: list[str | None] = []
    for name in AMOUNTS:
        money = getattr(line, name)
        amounts += (None, None) if money is None else (money.raw, _text(money.yuan))
    return (line.item, *amounts, _text(line.weight), line.stated_rate, _text(line.stated_score))


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _list_text(parts: Iterable[object]) -> str:
    return json.dumps(list(parts), ensure_ascii=False, separators=(",", ":"))


def _printed_totals(totals: tuple[PrintedTotal, ...]) -> str | None:
    return _list_text([total.label, _text(total.value)] for total in totals) if totals else None


def _meaning(value: Value) -> str | None:
    """The value's JSON; None where its print alone says the same, to the last zero."""
    parsed = parse_value(value.raw)
    if parsed == value and _digits(parsed) == _digits(value):
        return None
    data: Any = evaluation_to_json(Evaluation(indicators=(replace(EMPTY_ROW, target=value),)))
    return json.dumps(data["indicators"][0]["target"], ensure_ascii=False, separators=(",", ":"))


def _digits(value: Value) -> tuple[str | None, ...]:
    return (_text(value.number), *map(_text, value.range or ()))
