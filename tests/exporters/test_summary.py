"""The summary of many forms: a line per form, the same in every format, safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from jiheng.domain.dossier import Dossier, Source
from jiheng.exporters.summary import COLUMNS, Read, lines, render
from jiheng.pipeline import appraise
from jiheng.rulebook import load_rulebook

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def files() -> list[Read]:
    source = (EXAMPLES / "口岸经贸.txt").read_bytes()
    (dossier,) = appraise(source, "口岸经贸.txt", rulebook=load_rulebook())
    assert dossier.evaluation is not None
    hostile = replace(dossier, evaluation=replace(dossier.evaluation, project_name='=HYPERLINK("http://x")', title="<script>x</script>"))
    unread = Dossier(on=date(2023, 12, 31), document=Source("坏.pdf", "0" * 64, "pdf"))
    return [Read("甲/口岸经贸.txt", (dossier, hostile)), Read("坏.pdf", (unread,)), Read("丢.doc", (), "丢.doc：无法读取。")]


def test_each_form_has_a_line_and_a_lost_file_its_reason(files: list[Read]) -> None:
    first, second, third, fourth = lines(files)
    by_name = dict(zip(COLUMNS, first, strict=True))
    assert (by_name["自评得分"], by_name["复算得分"], by_name["最低"]) == (Decimal("99.82"), Decimal("95.82"), Decimal("90.82"))
    assert (by_name["第几张"], by_name["指标数"], by_name["格式"], second[1]) == (1, 20, "txt", 2)
    assert third[0] == "坏.pdf"
    assert (fourth[0], fourth[-1]) == ("丢.doc", "丢.doc：无法读取。")


def test_a_spreadsheet_program_runs_nothing(files: list[Read]) -> None:
    rows = list(csv.reader(io.StringIO(render(files, "汇总.csv").decode("utf-8-sig"))))
    assert rows[0] == list(COLUMNS)
    assert rows[2][4] == '\'=HYPERLINK("http://x")'
    sheet = openpyxl.load_workbook(io.BytesIO(render(files, "汇总.xlsx"))).active
    assert (sheet.cell(3, 5).value, sheet.cell(3, 5).data_type) == ('=HYPERLINK("http://x")', "s")
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert Decimal(str(sheet.cell(2, 11).value)) == Decimal("95.82")


def test_the_page_escapes_and_loads_nothing(files: list[Read]) -> None:
    page = render(files, "汇总.html").decode()
    assert "&#34;http://x&#34;" in page
    assert "<script" not in page
    assert "src=" not in page
    assert "共 4 张表" in page


def test_another_ending_is_refused(files: list[Read]) -> None:
    with pytest.raises(ValueError, match="pdf"):
        render(files, "汇总.pdf")
