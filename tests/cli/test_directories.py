"""``appraise`` over directories and ``--summary``: which files are taken, what is shown, what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import pytest

from jiheng import cli
from jiheng.cli.intake import existing

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    inner = tmp_path / "归档" / "二〇二三"
    inner.mkdir(parents=True)
    shutil.copy(EXAMPLES / "示范项目.html", tmp_path / "归档" / "甲.html")
    shutil.copy(EXAMPLES / "口岸经贸.txt", inner / "乙.txt")
    for name in ("~$甲.docx", ".隐藏.txt", "说明.md"):
        (tmp_path / "归档" / name).write_text("x", encoding="utf-8")
    return tmp_path / "归档"


def test_a_directory_gives_its_forms_and_deeper_ones_where_asked(archive: Path) -> None:
    assert [path.name for path in existing((str(archive),))] == ["甲.html"]
    assert [path.name for path in existing((str(archive),), recursive=True)] == ["乙.txt", "甲.html"]


def test_a_directory_without_forms_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "深").mkdir()
    (tmp_path / "深" / "表.txt").write_text("x", encoding="utf-8")
    with pytest.raises(click.UsageError, match="--recursive"):
        existing((str(tmp_path),))
    with pytest.raises(click.UsageError, match="文件不存在"):
        existing((str(tmp_path / "无"),))


def test_the_screen_shows_a_line_per_form_and_the_summary_is_written(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "汇总.csv"
    assert cli.run(["appraise", str(archive), "--recursive", "--summary", str(target)]) == 1
    out, err = capsys.readouterr()
    assert "共 2 个文件、2 张表" in out
    assert "95.82" in out
    assert str(target) in err
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_summary_of_an_unknown_kind_is_refused_before_any_work(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["appraise", str(archive), "--summary", "汇总.pdf"]) == 2
    assert ".xlsx、.csv 或 .html" in capsys.readouterr().err
