"""``jiheng rescore``: what it says, how it ends, and how far it is."""

from __future__ import annotations

import importlib.util
import re
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.across_forms import dossier, filed, fund, row
from jiheng.batch.jobs import Progress
from jiheng.batch.store import write
from jiheng.cli import FOUND, OK, USAGE, progress, run
from jiheng.cli.progress import clock, sentence, told_progress
from jiheng.cli.rescore import rescore

pytestmark = pytest.mark.xdist_group("kernels")
FORM = filed("甲", rows=[row("≥100人", "50人", "100", "40")], total="100", place="四川省", funds=(fund(adjusted="100", spent="80"),))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write(tmp_path / "data", [dossier(FORM), dossier(replace(FORM, project_name="乙", fiscal_year=2022))])
    return tmp_path / "data"


def called(*arguments: str) -> Result:
    return CliRunner().invoke(rescore, arguments, standalone_mode=False, catch_exceptions=False)


def test_it_says_how_many_forms_what_differs_and_what_was_found(data: Path, tmp_path: Path) -> None:
    result = called(str(data), "--output", str(tmp_path / "out"), "--pack", "cn-2020")
    assert result.return_value == OK
    lines = result.stdout.splitlines()
    assert lines[:2] == ["2 张表，2 行指标。", "复算总分与填报不同的 2 张，总分待定的 0 张。"]
    assert re.fullmatch(r"意见：错误 \d+、提醒 \d+、提示 \d+。", lines[2])
    assert re.fullmatch(r"用时 \d+\.\d 秒，每 CPU 秒 [\d,]+ 行。", lines[3])
    assert result.stderr.splitlines() == [f"结果：{tmp_path / 'out'}"]


def test_a_second_run_says_that_it_goes_on(data: Path, tmp_path: Path) -> None:
    first = called(str(data), "--output", str(tmp_path / "out"))
    again = called(str(data), "--output", str(tmp_path / "out"))
    assert again.stdout.splitlines()[:3] == first.stdout.splitlines()[:3]
    assert again.stderr.splitlines()[0] == "复算：接着上次做，已完成 2/2 个行组。"


def test_forms_without_a_law_are_told(data: Path, tmp_path: Path) -> None:
    write(data, [replace(dossier(replace(FORM, project_name="丙")), on=date(1999, 12, 31))])
    result = called(str(data), "--output", str(tmp_path / "out"))
    assert result.return_value == FOUND
    assert "没有生效的规则包、没有复算的 1 张。请用 --on 或 --pack 指定规则。" in result.stdout
    assert called(str(data), "--output", str(tmp_path / "other"), "--on", "2023-12-31").return_value == OK


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["data", "--output", "out", "--pack", "cn-1"], "没有规则包“cn-1”"),
        (["data", "--output", "out", "--on", "去年"], "不是日期"),
        (["data", "--output", "out", "--pack", "cn-2020", "--on", "1999-01-01"], "没有生效的规则包"),
        (["data", "--output", "out", "--address", "10.0.0.1:6379"], "--address 只用于 --engine ray"),
        (["data", "--output", "data"], "结果不能写在数据集的目录里"),
        (["data", "--output", "out", "--jobs", "0"], "--jobs"),
        (["none", "--output", "out"], "没有这个数据集"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_done(
    arguments: list[str], told: str, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(data.parent)
    assert run(["rescore", *arguments]) == USAGE
    assert told in capsys.readouterr().err
    assert not Path("out").exists()


@pytest.mark.parametrize(("lacking", "told"), [("numba", "请安装 jiheng[batch]"), ("ray", "uv sync --extra batch --extra ray")])
def test_what_is_not_installed_is_told(
    lacking: str, told: str, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == lacking else object())
    assert run(["rescore", str(data), "--output", str(data.parent / "out"), "--engine", "ray"]) == USAGE
    assert told in capsys.readouterr().err


def test_progress_says_how_far_and_how_long() -> None:
    at = Progress(50, 610, 4_000_000, 50_000_000, 3_700.0, resumed=10, rows_resumed=300_000)
    assert sentence("复算", at) == "复算：50/610 个行组，400.0 万/5000.0 万行，已用 1:01:40，还需 12:46:40"
    assert sentence("复算", Progress(10, 610, 1, 2, 0.0, 10, 1)).endswith("还需 —")
    assert [clock(seconds) for seconds in (0, 59.6, 3661)] == ["0:00:00", "0:01:00", "1:01:01"]


def test_a_line_now_and_then_where_nobody_watches(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    tell = told_progress("复算")
    for done in range(25):
        tell(Progress(done, 24, done, 24, float(done)))
        now[0] += 1
    assert [line.split("，")[0] for line in capsys.readouterr().err.splitlines()] == ["复算：10/24 个行组", "复算：20/24 个行组"]


def test_one_line_that_renews_itself_where_a_person_watches(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress, "BETWEEN_RENEWALS", 0.0)
    tell = told_progress("复算")
    for done in range(3):
        tell(Progress(done, 2, done, 2, float(done)))
    shown = capsys.readouterr().err
    assert shown.count("\r") == 3
    assert shown.count("\n") == 1
