"""``jiheng export`` as its user meets it: what is written where, what is said, what is refused."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from jiheng import cli
from jiheng.cli import export as command
from jiheng.errors import FormUnknownError
from jiheng.importers import parse, read, recognise
from jiheng.rulebook import load_rulebook

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "示范项目.html"


@pytest.fixture
def form(tmp_path: Path) -> Path:
    target = tmp_path / "来文" / "示范项目.html"
    target.parent.mkdir()
    target.write_bytes(EXAMPLE.read_bytes())
    return target


def sheet_texts(path: Path) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    return [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]


def test_a_form_is_written_beside_its_source_and_the_sentence_says_where(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", str(form)]) == 0
    target = form.with_name("示范项目.自评表.xlsx")
    assert f"{form} → {target}" in capsys.readouterr().out
    (draft,) = recognise(read(target.read_bytes(), target.name), load_rulebook().labels)
    (first,) = recognise(read(form.read_bytes(), form.name), load_rulebook().labels)
    assert parse(draft).evaluation.indicators == parse(first).evaluation.indicators


def test_another_form_says_what_it_has_no_place_for(form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "湖北.xlsx"
    assert cli.run(["export", str(form), "--form", "hubei-project", "--output", str(target)]) == 0
    assert "这张表没有“" in capsys.readouterr().out
    assert "年度绩效目标1\n（80分）" in sheet_texts(target) or "年度绩效目标1（80分）" in sheet_texts(target)


def test_several_files_go_into_a_directory_and_one_that_cannot_be_read_is_named(
    form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = form.with_name("空.txt")
    bad.write_bytes(b"")
    out = tmp_path / "写出"
    assert cli.run(["export", str(form), str(bad), "--output", str(out), "--jobs", "2"]) == 3
    assert [path.name for path in out.iterdir()] == ["示范项目.自评表.xlsx"]
    assert "空.txt" in capsys.readouterr().err


def test_two_files_of_the_same_name_do_not_write_over_each_other(form: Path, tmp_path: Path) -> None:
    other = tmp_path / "又一批" / form.name
    other.parent.mkdir()
    other.write_bytes(form.read_bytes())
    out = tmp_path / "写出"
    assert cli.run(["export", str(form), str(other), "--output", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["示范项目.自评表-2.xlsx", "示范项目.自评表.xlsx"]


def test_recomputed_scores_are_written_on_request(form: Path, tmp_path: Path) -> None:
    target = tmp_path / "复算.xlsx"
    assert cli.run(["export", str(form), "--scores", "recomputed", "--output", str(target)]) == 0
    (draft,) = recognise(read(target.read_bytes(), target.name), load_rulebook().labels)
    assert parse(draft).evaluation.stated_totals.score is not None


def test_forms_are_rolled_up_into_one_table(form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "汇总.xlsx"
    assert cli.run(["export", str(form.parent), "--form", "rollup", "--output", str(target)]) == 0
    assert "绩效自评汇总表" in sheet_texts(target)
    assert "1 个文件" in capsys.readouterr().out


def test_the_list_names_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", "--list"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in [*load_rulebook().forms, "rollup"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "请给出要写的文件"),
        (["{form}", "--form", "nowhere"], "没有表“nowhere”"),
        (["{form}", "--notes"], "--notes 只用于 pdf"),
        (["{form}", "--output", "{form}"], "就是原文件"),
        (["{form}", "--output", "/proc/nowhere/a.xlsx"], "无法写入"),
        (["没有.txt"], "文件不存在"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(form: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", *(text.replace("{form}", str(form)) for text in arguments)]) == 2
    assert message in capsys.readouterr().err
    assert form.read_bytes() == EXAMPLE.read_bytes()


def test_a_layout_without_a_form_asks_for_one() -> None:
    with pytest.raises(FormUnknownError, match="请用 --form 指定"):
        command.chosen(None, "nobody-draws-this")


def test_a_total_that_adds_up_is_a_formula_in_the_sheet(form: Path, tmp_path: Path) -> None:
    target = tmp_path / "表.xlsx"
    assert cli.run(["export", str(form), "--output", str(target)]) == 0
    formulas = [text for text in sheet_texts(target) if text.startswith("=")]
    assert all(text.startswith(("=SUM(", "=ROUND(")) for text in formulas)
    assert Decimal(len(formulas)) > 0
