"""Rules on the direction of a target and on operators that import found doubled, odd or lost."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from jiheng.audit.registry import Inspection, Problem, rule
from jiheng.audit.texts import first_word
from jiheng.domain.value import ValueNote
from jiheng.domain.valuetext import parse_value
from jiheng.scoring.case import Row


@rule("direction.cost-at-least")
def cost_at_least(inspection: Inspection) -> Iterable[Problem]:
    """A cost amount or unit cost with ≥ or >."""
    costs, exempt = inspection.entry.words("level2"), inspection.entry.words("exempt")
    for row in inspection.case.rows:
        if row.target.operator not in {"≥", ">"} or row.target.unit == "%":
            continue
        name = row.indicator.name or ""
        if first_word((row.indicator.level2 or "") + name, costs) and not first_word(name, exempt):
            yield Problem(
                f"{row.subject}/target",
                f"{row.label}是成本指标，目标却写“{row.target.raw}”，越多越好。",
                "请改为“≤”。",
                expected="≤",
                found=row.target.operator,
            )


@rule("direction.suspicious")
def suspicious(inspection: Inspection) -> Iterable[Problem]:
    """A negative-sense name with ≥, or a plain count of good with ≤, as printed."""
    for row in inspection.case.rows:
        name, operator = row.indicator.name or "", row.target.operator
        if row.negative_sense and operator in {"≥", ">"}:
            yield Problem(
                f"{row.subject}/target",
                f"{row.label}名称是反向含义，目标却写“{row.target.raw}”。",
                "请核对方向，一般应为“≤”。",
                expected="≤",
                found=operator,
            )
        elif operator in {"≤", "<"} and first_word(name, inspection.entry.words("positive_counts")):
            yield Problem(
                f"{row.subject}/target",
                f"{row.label}是越多越好的数量，目标却写“{row.target.raw}”。",
                "请核对方向，一般应为“≥”。",
                expected="≥",
                found=operator,
            )


@rule("direction.undeclared")
def undeclared(inspection: Inspection) -> Iterable[Problem]:
    """No operator on numeric targets; one finding per form, listing the rows and what was assumed."""
    rows = [row for row in inspection.case.rows if row.target.number is not None and row.direction_source != "printed"]
    if not rows:
        return
    at_most = [row for row in rows if row.operator in {"≤", "<"}]
    listed = "、".join(str(row.index + 1) for row in rows)
    shown = f"，其中第 {'、'.join(str(row.index + 1) for row in at_most)} 行按“≤”" if at_most else ""
    yield Problem("", f"第 {listed} 行的目标没有写方向，按“≥”计{shown}。", "请在目标值前写明“≥”“≤”或“=”。", found=str(len(rows)))


def _noted(inspection: Inspection, code: str) -> list[tuple[Row, str, ValueNote]]:
    return [(row, side, note) for row, side, note in inspection.notes if note.code == code]


@rule("operator.doubled")
def doubled(inspection: Inspection) -> Iterable[Problem]:
    """Two operators in one cell."""
    for row, side, note in _noted(inspection, "operator.conflicting"):
        yield Problem(f"{row.subject}/{side}", f"{row.label}的“{note.before}”前后运算符不一致，无法读数。", "请只保留一个运算符。", found=note.before)
    for row, side, note in _noted(inspection, "operator.doubled"):
        yield Problem(
            f"{row.subject}/{side}",
            f"{row.label}的“{note.before}”写了两个运算符，按“{note.after}”读。",
            "请删去一个。",
            expected=note.after,
            found=note.before,
        )


@rule("operator.glyph-repaired")
def glyph_repaired(inspection: Inspection) -> Iterable[Problem]:
    """A look-alike glyph read as an operator."""
    for row, side, note in _noted(inspection, "operator.glyph-repaired"):
        yield Problem(
            f"{row.subject}/{side}",
            f"{row.label}的“{note.before}”用了形近字，按“{note.after}”读。",
            "无需更正；打印时请用规范的运算符。",
            expected=note.after,
            found=note.before,
        )


@rule("ocr.suspected-operator")
def suspected_operator(inspection: Inspection) -> Iterable[Problem]:
    """A leading 2, W, 工 or ^ that was once ≥ or ≤: the rest is a plausible target."""
    if inspection.case.source_format in inspection.entry.words("native"):
        return
    noted, near = _noted(inspection, "ocr.suspected-operator"), inspection.entry.number("near")
    told = {(row.subject, side) for row, side, _ in noted}
    for row, side, note in noted:
        yield _suspected(row, side, note.before, note.after)
    for row in inspection.case.rows:
        if _near_without_two(row, near) and (row.subject, "target") not in told:
            yield _suspected(row, "target", row.target.raw or "", f"≥{(row.target.raw or '')[1:]}")


def _suspected(row: Row, side: str, before: str, after: str) -> Problem:
    return Problem(
        f"{row.subject}/{side}", f"{row.label}的“{before}”疑似“{after}”的识别错误，未作改动。", "请对照原表核对。", expected=after, found=before
    )


def _near_without_two(row: Row, near: Decimal) -> bool:
    """The print begins with 2, and without it is close to the actual, while as printed it is far from it."""
    raw = row.target.raw or ""
    if not raw.startswith("2") or row.target.operator is not None or row.actual.number is None or row.target.number is None:
        return False
    rest = parse_value(raw[1:]) if raw[1:2].isdigit() and raw[1:2] != "0" else None
    if rest is None or rest.number is None or rest.number <= 0:
        return False
    close = abs(row.actual.number - rest.number) <= near * rest.number
    return close and abs(row.actual.number - row.target.number) > near * row.target.number


@rule("ocr.digits-lost")
def digits_lost(inspection: Inspection) -> Iterable[Problem]:
    """Many value cells and not one digit, or amounts that begin with a point."""
    values = [value for row in inspection.case.rows for value in (row.target, row.actual) if value.raw]
    blank = len(values) >= inspection.entry.number("cells_from") and not any(char.isdigit() for value in values for char in value.raw or "")
    amounts = [
        money.raw
        for line in inspection.case.evaluation.funds
        for money in (line.initial_budget, line.adjusted_budget, line.allotted, line.disbursed)
        if money is not None
    ]
    if blank and not any(value.kind == "grade" for value in values):
        yield Problem("", f"{len(values)} 个目标值与完成值里没有一个数字，数字可能已丢失，不能计分。", "请换用数字完整的文件。")
    elif any(raw.startswith(".") for raw in amounts):
        yield Problem(
            "/funds",
            "金额以小数点开头，整数部分可能已丢失，不能计分。",
            "请换用数字完整的文件。",
            found=next(raw for raw in amounts if raw.startswith(".")),
        )
