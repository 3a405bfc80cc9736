"""The batch as a competent engineer writes it first: pydantic models, Decimal, one form after the other."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from batching import terms as t
from batching.naive_codes import findings_of
from batching.naive_model import CENT, Form, FundLine, Judged, Row, Value

NUMBER, DATE, PLACEHOLDER = re.compile(t.NUMBER), re.compile(t.DATE), re.compile(t.PLACEHOLDER)
MARK, GLYPHS = re.compile(t.MARK), re.compile(t.GLYPHS)
NEGATIVE, EXCUSED, COST = (re.compile("|".join(words)) for words in (t.DIRECTION.negative_words, t.EXCUSING, t.DIRECTION.cost_level2))
COLUMNS = {
    "forms": [name for name in Form.model_fields if name not in {"rows", "funds"}] + ["indicators", "fund_lines"],
    "indicators": ["level1", "level2", "name", "target", "actual", "unit_column", "weight", "stated_score", "reason", "criteria", "evidence"],
    "funds": list(FundLine.__dataclass_fields__),
}


def tidy(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def value_of(raw: str | None) -> Value:
    text = tidy(raw)
    if not text or text in t.ABSENT:
        return Value(text=text, kind="absent")
    if PLACEHOLDER.search(text):
        return Value(text=text, kind="placeholder")
    if date := DATE.match(text):
        return Value(text=text, kind="date", date=_date(date))
    match = NUMBER.match(text)
    if match is None:
        return Value(text=text, kind="grade" if text in t.GRADE_WORDS else "text")
    first, about, second, whole, decimals, times, unit, suffix = (part or "" for part in match.groups())
    marks = MARK.findall(first + second)
    signs = [mark for mark in marks if mark in {"≥", "≤", ">", "<", "=", ">=", "<=", "≧", "≦", "═"}]
    strong = [mark for mark in marks if mark != "达到"] or marks
    operator = t.MARKS[strong[0]] if strong else t.SUFFIXES.get(suffix)
    return Value(
        text=text,
        kind="percent" if unit == "%" else "quantity",
        operator=operator,
        spoken=marks == ["达到"] and not suffix,
        doubled=len(signs) > 1,
        glyph=GLYPHS.search(raw or "") is not None,
        approximate=bool(about),
        number=Decimal(f"{whole.replace(',', '')}.{decimals or 0}").scaleb(t.TIMES[times]),
        unit=unit or None,
        times=times,
    )


def _date(match: re.Match[str]) -> int | None:
    year, month, day, end, _ = match.groups()
    if year is None or (day is None and end is None):
        return None
    return int(year) * 10_000 + int(month) * 100 + (int(day) if day else t.MONTH_END[int(month) - 1])


def forms(data: Path) -> Iterator[list[Form]]:
    """The forms of each row group as models."""
    for part in t.parts(data):
        files = {name: pq.ParquetFile(part / f"{name}.parquet") for name in ("forms", "indicators", "funds")}
        for index in range(files["forms"].num_row_groups):
            tables = {name: file.read_row_group(index, COLUMNS[name]).to_pylist() for name, file in files.items()}
            rows, funds = iter(tables["indicators"]), iter(tables["funds"])
            yield [
                Form.model_validate(
                    form | {"rows": [next(rows) for _ in range(form["indicators"])], "funds": [next(funds) for _ in range(form["fund_lines"])]}
                )
                for form in tables["forms"]
            ]


def half_up(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)


def settled(row: Row) -> None:
    """Read the values and bring both numbers into one unit."""
    row.target_value, row.actual_value = value_of(row.target), value_of(row.actual)
    target, actual, column = row.target_value, row.actual_value, row.unit_column or ""
    row.proof = json.loads(row.evidence) if row.evidence else []
    outside = (t.TIMES[column[0]], column[1:]) if column[:1] in {"万", "亿"} else (0, column)
    row.unit = target.unit or actual.unit or outside[1] or None
    row.comparable = not (target.unit and actual.unit) or target.unit == actual.unit
    name, level2 = row.name or "", row.level2 or ""
    negative = NEGATIVE.search(name) is not None and EXCUSED.search(name) is None
    cost = COST.search(level2) is not None
    row.direction = target.operator or ("≤" if negative or cost else "≥")
    row.cost_rate = target.operator is None and not negative and cost and "率" in name and row.unit == "%"
    if target.number is None or actual.number is None or not row.comparable:
        return
    a, b = _in_unit(target, actual, outside[0]), _in_unit(actual, target, outside[0])
    if (target.unit or actual.unit) == "%" and (target.unit is None) != (actual.unit is None):
        bare, percent = (actual.number, target.number) if target.unit else (target.number, actual.number)
        if 0 < bare <= 1 < percent:
            return
    row.a, row.b = a, b
    row.met = b >= a if row.direction in {"≥", ">", "="} else b <= a


def _in_unit(value: Value, other: Value, outside: int) -> Decimal:
    number = value.number or Decimal(0)
    if value.unit or value.times:
        return number
    return number.scaleb(t.TIMES[other.times] if other.unit else outside)


def score(row: Row) -> None:
    """Points and basis of a row."""
    row.basis, row.score = "undetermined", None
    if row.weight is None:
        return
    if row.a is None or row.b is None:
        _worded(row, row.weight)
        return
    a, b, weight = row.a, max(row.b, Decimal(0)), row.weight
    if row.cost_rate:
        points = weight if row.a == row.b else None
    elif a == 0:
        points = weight if b <= 0 or row.direction in {"≥", ">"} else Decimal(0)
    elif row.direction in {"≤", "<"}:
        points = weight if b <= a else None
    else:
        points = weight if b >= a else weight * b / a
    if points is not None:
        row.basis, row.score = "formula", half_up(points)


def _worded(row: Row, weight: Decimal) -> None:
    target, actual, stated = row.target_value, row.actual_value, row.stated_score
    if not row.comparable or target.kind == "placeholder":
        return
    if target.kind == "date" and actual.kind == "date":
        if target.date and actual.date and actual.date <= target.date:
            row.basis, row.score = "formula", half_up(weight)
    elif target.kind == "grade" and target.text in (*t.YES, *t.NO):
        if actual.text in (*t.YES, *t.NO):
            row.basis, row.score = "formula", half_up(weight if (actual.text in t.YES) == (target.text in t.YES) else Decimal(0))
        elif stated is not None and 0 <= stated <= weight:
            row.basis, row.score = "judgement", stated
    elif target.kind in {"text", "grade"} and actual.kind in {"text", "grade", "absent"}:
        _tiered(row, weight)


def _tiered(row: Row, weight: Decimal) -> None:
    stated = row.stated_score
    for labels, low, high, inclusive in t.TIERS:
        if row.actual_value.text in labels:
            least, most = half_up(weight * low / 10), half_up(weight * high / 10)
            most = most if inclusive else max(least, most - CENT)
            if stated is not None and least <= stated <= most:
                row.basis, row.score = "judgement", stated
            return


def money(form: Form, judged: Judged) -> None:
    """The money line: base, spending, points."""
    if not form.funds:
        return
    line = form.funds[0]
    judged.points = next((fund.weight for fund in form.funds if fund.weight is not None), None)
    judged.claimed = next((fund.stated_score for fund in form.funds if fund.stated_score is not None), None)
    judged.base_name = next((name for name in ("adjusted_budget", "allotted", "initial_budget") if _yuan(line, name) is not None), None)
    judged.base = _yuan(line, judged.base_name) if judged.base_name else None
    judged.spent = line.disbursed_yuan
    if judged.points is None:
        return
    if not judged.base or judged.spent is None:
        judged.money = Decimal(0)
    else:
        judged.money = judged.points if judged.spent >= judged.base else half_up(judged.points * judged.spent / judged.base)


def _yuan(line: FundLine, name: str) -> Decimal | None:
    number: Decimal | None = getattr(line, f"{name}_yuan")
    return number


def judge(form: Form) -> Judged:
    judged, total, whole = Judged(), Decimal(0), True
    for row in form.rows:
        settled(row)
        score(row)
        if row.weight is None:
            whole = False
        elif row.score is not None:
            total += row.score
        else:
            total += max(Decimal(0), min(row.stated_score or Decimal(0), row.weight))
    money(form, judged)
    judged.total = total + (judged.money or Decimal(0)) if whole else None
    judged.found = list(findings_of(form, judged))
    return judged


def cents(number: Decimal | None) -> int | None:
    return None if number is None else int(number * 100)


def run(data: Path, out: Path) -> int:
    results, rows = t.Results(out), 0
    for batch in forms(data):
        judged = [judge(form) for form in batch]
        scores = [cents(row.score) for form in batch for row in form.rows]
        rows += len(scores)
        totals = {
            "form": [form.form for form in batch],
            "total": [cents(one.total) for one in judged],
            "money": [cents(one.money) for one in judged],
        }
        found = sorted({(form.form, place, t.CODE[code]) for form, one in zip(batch, judged, strict=True) for place, code in one.found})
        findings = {name: [entry[at] for entry in found] for at, name in enumerate(t.FINDINGS.names)}
        results.add(pa.table({"score": scores}, t.SCORES), pa.table(totals, t.TOTALS), pa.table(findings, t.FINDINGS))
    results.close()
    return rows


if __name__ == "__main__":
    t.measured(run)
