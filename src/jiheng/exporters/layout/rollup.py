"""The roll-up 汇总表: a row per form, sums of money exact, scores and rates weighted by money. Source: the process part of the field guide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation
from jiheng.exporters.layout.figures import figure
from jiheng.exporters.layout.model import Cell, CellRole, Grid, Layout, Paragraph, Section
from jiheng.scoring.rounding import to_places

ROLLUP = "rollup"
TITLE = "绩效自评汇总表"
_HEADS = ("序号", "项目名称", "实施单位", "预算数\n（万元）", "执行数\n（万元）", "执行率", "自评得分", "复算得分", "等级", "错误", "提醒")
_NAMES = ("number", "name", "unit", "budget", "spent", "rate", "stated", "score", "grade", "errors", "warnings")
_WIDTHS = (5, 24, 18, 11, 11, 8, 8, 8, 6, 5, 5)
_RATE = _NAMES.index("rate")
_WAN = Decimal(10000)


@dataclass(frozen=True, slots=True)
class Row:
    """One form in the roll-up; amounts in 元, None where the form does not say."""

    name: str
    unit: str
    budget: Decimal | None
    spent: Decimal | None
    stated: Decimal | None
    score: Decimal | None
    grade: str
    errors: int
    warnings: int


def rollup(dossiers: Sequence[Dossier]) -> Layout:
    """The forms on one sheet, with sums and money-weighted means below; forms that could not be read are counted, not added."""
    rows = [_row(dossier, dossier.evaluation) for dossier in dossiers if dossier.evaluation is not None]
    cells = [Cell(0, column, text, "label") for column, text in enumerate(_HEADS)]
    for index, row in enumerate(rows):
        cells += _cells(index, row)
    cells += _last(rows)
    grid = Grid(_WIDTHS, tuple(cells), len(rows) + 2, head_rows=1)
    lost = len(dossiers) - len(rows)
    notes = [
        Paragraph(f"共 {len(rows)} 张表" + (f"，另有 {lost} 份文件未能读出" if lost else "") + f"；等级：{_grades(rows)}。", "note"),
        Paragraph("金额先相加后计算；合计行的执行率为执行数合计除以预算数合计，得分为按预算数加权的平均分，只含两项都有的行。", "note"),
        Paragraph("预算数取全年预算数，没有的取评价金额或年初预算数。", "note"),
    ]
    return Layout(TITLE, (Section("汇总表", (Paragraph(TITLE, "title"), grid, *notes), "landscape"),))


def _row(dossier: Dossier, evaluation: Evaluation) -> Row:
    card = dossier.scorecard
    tally = Counter(finding.severity for finding in dossier.findings)
    first = evaluation.funds[0] if evaluation.funds else None
    budgets = [first.adjusted_budget, evaluation.evaluated_amount, first.initial_budget] if first else [evaluation.evaluated_amount]
    stated = evaluation.stated_totals.score
    return Row(
        name=evaluation.project_name or evaluation.title or dossier.document.name,
        unit=evaluation.implementing_unit or "",
        budget=next((money.yuan for money in budgets if money is not None and money.yuan is not None), None),
        spent=first.disbursed.yuan if first and first.disbursed else None,
        stated=stated if stated is not None else card.stated_total if card else None,
        score=card.total if card else None,
        grade=(card.grade if card else None) or evaluation.stated_totals.grade or "",
        errors=tally["error"],
        warnings=tally["warning"],
    )


def _cells(index: int, row: Row) -> list[Cell]:
    rate = percent(row.spent, row.budget)
    texts = (
        *(str(index + 1), row.name, row.unit, wan(row.budget), wan(row.spent), rate, plain(row.stated), plain(row.score)),
        *(row.grade, str(row.errors), str(row.warnings)),
    )
    roles: list[CellRole] = ["figure", "text", "text", *["figure"] * 5, "short", "figure", "figure"]  # type: ignore[list-item]
    formula = f"ROUND({{/{index}/spent}}/{{/{index}/budget}},4)" if rate else None
    return [
        _figured(Cell(index + 1, column, text, roles[column], pointer=f"/{index}/{_NAMES[column]}"), formula if column == _RATE else None)
        for column, text in enumerate(texts)
    ]


def _last(rows: Sequence[Row]) -> list[Cell]:
    """合计: sums, the rate of the sums, the money-weighted means."""
    at = len(rows) + 1
    cells = [Cell(at, 0, "合计", "label", column_span=3)]
    both = [(row.spent, row.budget) for row in rows if row.spent is not None and row.budget is not None]
    values = {
        "budget": wan(sum_of(row.budget for row in rows)),
        "spent": wan(sum_of(row.spent for row in rows)),
        "rate": percent(sum_of(spent for spent, _ in both), sum_of(budget for _, budget in both)),
        "stated": plain(weighted([(row.stated, row.budget) for row in rows])),
        "score": plain(weighted([(row.score, row.budget) for row in rows])),
        "errors": str(sum(row.errors for row in rows)),
        "warnings": str(sum(row.warnings for row in rows)),
    }
    for column, name in enumerate(_NAMES[3:], start=3):
        summed = name in {"budget", "spent", "errors", "warnings"} and bool(rows)
        formula = f"SUM({{/0/{name}}}:{{/{len(rows) - 1}/{name}}})" if summed else None
        cells.append(_figured(Cell(at, column, values.get(name, ""), "figure", pointer=f"/total/{name}"), formula))
    return cells


def _figured(cell: Cell, formula: str | None) -> Cell:
    """The cell with the number it prints, and how that is computed."""
    read = figure(cell.text) if cell.role == "figure" else None
    return cell if read is None else replace(cell, number=read.number, number_format=read.number_format, formula=formula)


def _grades(rows: Sequence[Row]) -> str:
    tally = Counter(row.grade or "未定" for row in rows)
    return "、".join(f"{grade} {count}" for grade, count in tally.most_common()) or "无"


def sum_of(values: object) -> Decimal | None:
    """The exact sum of what is known, None where nothing is."""
    known = [value for value in values if isinstance(value, Decimal)]  # type: ignore[attr-defined]
    return sum(known, Decimal(0)) if known else None


def weighted(pairs: Sequence[tuple[Decimal | None, Decimal | None]]) -> Decimal | None:
    """The mean weighted by money, to two places half up; only pairs where both are known count.

    >>> weighted([(Decimal("99.82"), Decimal("4149.88")), (Decimal("80.00"), Decimal("850.12"))])
    Decimal('96.45')
    """
    known = [(Fraction(value), Fraction(money)) for value, money in pairs if value is not None and money is not None and money > 0]
    money = sum((part for _, part in known), Fraction(0))
    return to_places(sum((value * part for value, part in known), Fraction(0)) / money, 2) if money else None


def percent(part: Decimal | None, whole: Decimal | None) -> str:
    """Part of whole in percent with two places, blank where either is missing or the whole is 0.

    >>> percent(Decimal(350), Decimal(400))
    '87.50%'
    """
    return f"{to_places(Fraction(part) / Fraction(whole) * 100, 2)}%" if part is not None and whole else ""


def wan(yuan: Decimal | None) -> str:
    """元 as 万元, exact, at least two places.

    >>> wan(Decimal("41498800"))
    '4149.88'
    """
    if yuan is None:
        return ""
    scaled = yuan / _WAN
    exponent = scaled.normalize().as_tuple().exponent
    return f"{scaled:.{max(2, -exponent if isinstance(exponent, int) else 2)}f}"


def plain(value: Decimal | None) -> str:
    """A score as printed, blank where there is none."""
    return "" if value is None else f"{value:f}"
