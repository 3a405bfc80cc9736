"""Many forms in one table: a line per form with its scores, its findings and the worst of them; as xlsx, csv or a web page."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath

from jiheng.domain.dossier import Dossier
from jiheng.domain.finding import SEVERITY_NAMES, SEVERITY_ORDER, Severity
from jiheng.exporters.html import page

COLUMNS = (
    "文件", "第几张", "格式", "版式", "项目名称", "实施单位", "年度", "规则包", "指标数",
    "自评得分", "复算得分", "最低", "最高", "等级", "错误", "提醒", "提示", "待核对", "首要意见",
)  # fmt: skip
_WIDTHS = (28, 7, 7, 18, 30, 24, 7, 22, 7, 9, 9, 8, 8, 7, 6, 6, 6, 7, 70)
DOUBTFUL = Decimal("0.9")
"""Fields read with less confidence than this are counted as to be checked."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Entry = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Read:
    """One file's part of a summary: its path as the user knows it, its dossiers, and the sentence that says why there are none."""

    path: str
    dossiers: tuple[Dossier, ...]
    message: str | None = None


def lines(files: Sequence[Read]) -> tuple[tuple[Entry, ...], ...]:
    """One line per form, files in the given order; a file that gave nothing has a line with its reason."""
    found: list[tuple[Entry, ...]] = []
    for file in files:
        for number, dossier in enumerate(file.dossiers, start=1):
            found.append(_line(file.path, number, dossier))
        if not file.dossiers:
            found.append((file.path, *([None] * (len(COLUMNS) - 2)), file.message))
    return tuple(found)


def totals(files: Sequence[Read]) -> dict[Severity, int]:
    """How many findings of each severity all forms have together."""
    counts: dict[Severity, int] = dict.fromkeys(SEVERITY_ORDER, 0)
    for file in files:
        for dossier in file.dossiers:
            for finding in dossier.findings:
                counts[finding.severity] += 1
    return counts


def render(files: Sequence[Read], name: str) -> bytes:
    """The table in the format that the file's name asks for: .xlsx, .csv or .html.

    Raises:
        ValueError: another ending.
    """
    kind = PurePath(name).suffix.lower()
    if kind == ".csv":
        return _csv(files)
    if kind == ".xlsx":
        return _xlsx(files)
    if kind in {".html", ".htm"}:
        return page("summary.html", columns=COLUMNS, lines=lines(files), counts=totals(files), names=SEVERITY_NAMES).encode()
    raise ValueError(kind)


def _line(path: str, number: int, dossier: Dossier) -> tuple[Entry, ...]:
    form, card = dossier.evaluation, dossier.scorecard
    counts = [sum(finding.severity == severity for finding in dossier.findings) for severity in SEVERITY_ORDER]
    low, high = card.total_range if card is not None and card.total_range is not None else (None, None)
    return (
        path,
        number,
        dossier.document.format,
        form.template if form else None,
        form.project_name if form else None,
        form.implementing_unit if form else None,
        form.fiscal_year if form else None,
        card.rulepack.id if card else None,
        len(form.indicators) if form else None,
        form.stated_totals.score if form else None,
        card.total if card else None,
        low,
        high,
        card.grade if card else None,
        *counts,
        sum(reading.confidence < DOUBTFUL for reading in dossier.fields.values()),
        dossier.findings[0].message if dossier.findings else None,
    )


def _csv(files: Sequence[Read]) -> bytes:
    """With a mark so that Excel reads it as UTF-8; a text that Excel would run as a formula is kept from it by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_plain(entry) for entry in line] for line in lines(files))
    return out.getvalue().encode("utf-8-sig")


def _plain(entry: Entry) -> str:
    if entry is None:
        return ""
    if isinstance(entry, Decimal):
        return format(entry, "f")
    return f"'{entry}" if isinstance(entry, str) and entry.startswith(_FORMULA_STARTS) else str(entry)


def _xlsx(files: Sequence[Read]) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - only where a workbook is asked for

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("汇总")
        head = book.add_format({"bold": True, "bg_color": "#eef2f7", "border": 1, "text_wrap": True, "valign": "vcenter"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        score = book.add_format({"num_format": "0.00", "valign": "top"})
        sheet.write_row(0, 0, COLUMNS, head)
        sheet.freeze_panes(1, 1)
        for row, line in enumerate(lines(files), start=1):
            for column, entry in enumerate(line):
                if isinstance(entry, Decimal):
                    sheet.write_number(row, column, entry, score)
                elif isinstance(entry, int):
                    sheet.write_number(row, column, entry, text)
                elif entry is not None:
                    sheet.write_string(row, column, entry, text)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.autofilter(0, 0, max(1, len(lines(files))), len(COLUMNS) - 1)
    return out.getvalue()
