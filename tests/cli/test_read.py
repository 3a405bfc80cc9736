"""``jiheng read``: the list on the screen and as JSON, the annotated copy, and what happens with a file that cannot be read."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from jiheng import cli

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "口岸经贸.txt"
FORM: list[list[str | int]] = [
    ["项目支出绩效自评表（2023年度）"],
    ["项目名称", "道路养护", "实施单位", "示例县公路站"],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    ["产出指标", "数量指标", "养护里程", "≥50公里", "已完成", 60, 60],
    ["效益指标", "社会效益指标", "群众满意度", "≥90%", "95%", 30, 30],
]


def workbook(path: Path, forms: int = 1) -> Path:
    book = openpyxl.Workbook()
    sheets = [book.worksheets[0], *(book.create_sheet() for _ in range(forms - 1))]
    for number, sheet in enumerate(sheets, start=1):
        for row in FORM:
            sheet.append([f"{text}{number}期" if text == "道路养护" else text for text in row])
    book.save(path)
    return path


def test_the_fields_are_listed_and_the_copy_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "对照.html"
    assert cli.run(["read", str(EXAMPLE), "--annotate", str(target)]) == 0
    out, err = capsys.readouterr()
    assert "版式 jiangmen-2023" in out
    assert str(target) in err
    assert "data-mark" in target.read_text(encoding="utf-8")


def test_json_gives_the_least_certain_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["read", str(EXAMPLE), "--format", "json"]) == 0
    records = json.loads(capsys.readouterr().out)
    confidences = [Decimal(record["confidence"]) for record in records]
    assert confidences == sorted(confidences)
    assert {"form", "pointer", "label", "printed", "read", "alternatives", "anchor", "doubtful", "notes"} <= set(records[0])


def test_only_the_doubtful_ones_where_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = workbook(tmp_path / "表.xlsx")
    assert cli.run(["read", str(path), "--format", "json", "--only-doubtful"]) == 0
    (record,) = json.loads(capsys.readouterr().out)
    assert (record["pointer"], record["printed"], record["anchor"]["cell"]) == ("/indicators/0/actual", "已完成", "E4")
    assert cli.run(["read", str(path), "--only-doubtful"]) == 0
    out = capsys.readouterr().out
    assert "已完成" in out
    assert "群众满意度" not in out


def test_the_forms_of_a_file_come_one_after_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = workbook(tmp_path / "两张.xlsx", forms=2)
    assert cli.run(["read", str(path)]) == 0
    out = capsys.readouterr().out
    assert "文件里有 2 张表" in out
    assert out.index("道路养护1期") < out.index("第 2 张，共 2 张") < out.index("道路养护2期")
    assert cli.run(["read", str(path), "--format", "json"]) == 0
    forms = [record["form"] for record in json.loads(capsys.readouterr().out)]
    assert forms == sorted(forms)
    assert set(forms) == {1, 2}


@pytest.mark.parametrize(("form", "starts"), [("json", "["), ("text", "表.xlsx")])
def test_the_list_goes_to_a_file_where_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, starts: str) -> None:
    target = tmp_path / "清单"
    assert cli.run(["read", str(workbook(tmp_path / "表.xlsx")), "--format", form, "--output", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert target.read_text(encoding="utf-8").startswith(starts)
    assert "养护里程" in target.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_says_why_and_leaves_no_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "空.pdf"
    empty.write_bytes(b"")
    assert cli.run(["read", str(empty), "--annotate", str(tmp_path / "对照.html")]) == 3
    assert "是空的" in capsys.readouterr().err
    assert not (tmp_path / "对照.html").exists()


def test_read_looks_at_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("甲.txt", "乙.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert cli.run(["read", str(tmp_path)]) == 2
    assert "一个文件" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--annotate", "{file}"], "把它盖掉"), (["--output", "{file}"], "把它盖掉"), (["--annotate", "对照.pdf"], "后缀应是 .html")],
)
def test_the_form_itself_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str) -> None:
    form = tmp_path / "表.html"
    shutil.copy(EXAMPLE.parent / "示范项目.html", form)
    before = form.read_bytes()
    assert cli.run(["read", str(form), *(option.format(file=form) for option in options)]) == 2
    assert message in capsys.readouterr().err
    assert form.read_bytes() == before
