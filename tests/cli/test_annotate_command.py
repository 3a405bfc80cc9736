"""``jiheng annotate``: where the copies go, what is said, what is never written over."""

from __future__ import annotations

import importlib
import io
import shutil
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl  # type: ignore[import-untyped]
import pytest

from exporters.copies.copies_under_test import FORM, parts_of, workbook
from jiheng import cli
from jiheng.cli import intake

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def form(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(workbook())
    return path


def noted(path: Path) -> int:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return sum(cell.comment is not None for row in sheet.iter_rows() for cell in row)


def test_the_copy_stands_beside_its_source_and_one_line_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = form(tmp_path / "表.xlsx")
    before = source.read_bytes()
    assert cli.run(["annotate", str(source)]) == 0
    target = tmp_path / "表.批注.xlsx"
    out, err = capsys.readouterr()
    assert out == f"{noted(target)} 处批注，写入 {target}\n"
    assert err == ""
    assert noted(target) > 0
    assert source.read_bytes() == before


def test_a_word_file_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = docx.Document()
    made.add_paragraph(str(FORM[0][0]))
    grid = made.add_table(4, 7)
    for r, line in enumerate(FORM[1:]):
        for c, text in enumerate(line):
            grid.cell(r, c).text = str(text)
    made.save(str(tmp_path / "表.docx"))
    assert cli.run(["annotate", str(tmp_path / "表.docx"), "--output", str(tmp_path / "出" / "带批注.docx")]) == 0
    opened = docx.Document(io.BytesIO((tmp_path / "出" / "带批注.docx").read_bytes()))
    assert capsys.readouterr().out.startswith(f"{len(list(opened.comments))} 处批注，写入 ")


def test_several_files_go_into_a_directory_and_names_that_come_twice_are_numbered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [form(tmp_path / "甲" / "表.xlsx"), form(tmp_path / "乙" / "表.xlsx")]
    assert cli.run(["annotate", *map(str, files), "--output", str(tmp_path / "出")]) == 0
    assert {path.name for path in (tmp_path / "出").iterdir()} == {"表.批注.xlsx", "表.批注-2.xlsx"}
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("：")[0] for line in lines] == list(map(str, files))


def test_a_directory_that_is_there_takes_a_single_copy(tmp_path: Path) -> None:
    assert cli.run(["annotate", str(form(tmp_path / "表.xlsx")), "--output", str(tmp_path)]) == 0
    assert noted(tmp_path / "表.批注.xlsx") > 0


def test_no_form_is_ever_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = form(tmp_path / "表.xlsx")
    second = Path(shutil.copy(first, tmp_path / "表.批注.xlsx"))  # a workbook made a second later has other bytes
    before = first.read_bytes()
    for arguments in ([str(first), "--output", str(first)], [str(first), str(second)]):
        assert cli.run(["annotate", *arguments]) == 2
        assert "就是原文件" in capsys.readouterr().err
    assert first.read_bytes() == second.read_bytes() == before


def test_several_copies_do_not_go_into_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "出.xlsx"
    there.write_bytes(b"x")
    files = [str(form(tmp_path / name)) for name in ("甲.xlsx", "乙.xlsx")]
    assert cli.run(["annotate", *files, "--output", str(there)]) == 2
    assert "请给出目录" in capsys.readouterr().err
    assert there.read_bytes() == b"x"


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_other_formats_are_sent_another_way(tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str) -> None:
    shutil.copy(EXAMPLES / f"口岸经贸.{ending}", tmp_path)
    good = form(tmp_path / "表.xlsx")
    assert cli.run(["annotate", str(tmp_path / f"口岸经贸.{ending}"), str(good)]) == 2
    out, err = capsys.readouterr()
    assert f"jiheng export 口岸经贸.{ending} --format pdf --notes" in err
    assert "处批注" in out
    assert not (tmp_path / f"口岸经贸.批注.{ending}").exists()


def test_a_file_that_cannot_be_read_says_why_and_leaves_no_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "表.xlsx"
    broken.write_bytes(workbook()[:500])
    assert cli.run(["annotate", str(broken)]) == 3
    assert capsys.readouterr().err.strip()
    assert not (tmp_path / "表.批注.xlsx").exists()


def test_the_pack_asked_for_is_the_one_that_judges(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = form(tmp_path / "表.xlsx")
    assert cli.run(["annotate", str(source), "--pack", "没有这个包"]) == 2
    assert "没有这个包" in capsys.readouterr().err
    texts = []
    for options in ([], ["--place", "广东省江门市"], ["--on", "2031-01-01"]):
        assert cli.run(["annotate", str(source), *options]) == 0
        texts.append(b"".join(content for name, content in parts_of((tmp_path / "表.批注.xlsx").read_bytes()).items() if "comments" in name))
    assert len(set(texts)) > 1


def test_a_form_without_findings_is_given_back_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    source = form(tmp_path / "表.xlsx")
    read = intake.appraise_file(source, intake.Request())
    clean = intake.Outcome(source, tuple(replace(one, findings=()) for one in read.dossiers))
    monkeypatch.setattr(importlib.import_module("jiheng.cli.annotate"), "appraise_file", lambda *_: clean)
    assert cli.run(["annotate", str(source)]) == 0
    assert capsys.readouterr().out == f"没有意见，照原样写入 {tmp_path / '表.批注.xlsx'}\n"
    assert (tmp_path / "表.批注.xlsx").read_bytes() == source.read_bytes()
