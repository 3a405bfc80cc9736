"""``jiheng evidence``: the attached files say, the form says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dossiers import EXAMPLES
from jiheng import cli

Captured = pytest.CaptureFixture[str]
FORM = str(next(path for path in EXAMPLES if path.name == "口岸经贸.txt"))


def attached(folder: Path, content: str) -> str:
    (folder / "材料").mkdir(exist_ok=True)
    (folder / "材料" / "总结.txt").write_text(content, encoding="utf-8")
    return str(folder / "材料")


def test_what_agrees_is_shown_with_its_place(tmp_path: Path, capsys: Captured) -> None:
    assert cli.run(["evidence", FORM, attached(tmp_path, "2023年进出口贸易总额1732.0亿元。\n形成统计分析报告26份。\n")]) == 0
    shown = capsys.readouterr().out
    assert "共 18 行有数值：一致 2，不一致 0，与别的行共用 0，没有找到 16。" in shown
    assert "总结.txt 第 1" in shown


def test_what_differs_is_said_and_the_exit_code_says_so(tmp_path: Path, capsys: Captured) -> None:
    assert cli.run(["evidence", FORM, attached(tmp_path, "形成统计分析报告24份。\n"), "--format", "json"]) == 1
    (proof,) = [one for one in json.loads(capsys.readouterr().out) if one["verdict"] != "not-found"]
    assert (proof["subject"], proof["verdict"], proof["stated"], proof["said"], proof["anchor"]["line"]) == (
        "/indicators/18",
        "differs",
        "26",
        "24",
        1,
    )


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path: Path, capsys: Captured) -> None:
    folder = attached(tmp_path, "形成统计分析报告26份。\n")
    (tmp_path / "材料" / "损坏.xlsx").write_bytes(b"PK\x03\x04no archive")
    assert cli.run(["evidence", FORM, folder]) == 0
    assert "损坏.xlsx：" in capsys.readouterr().err
    (tmp_path / "材料" / "总结.txt").unlink()
    assert cli.run(["evidence", FORM, folder]) == 3


def test_what_is_wrong_with_the_command_line_is_said(tmp_path: Path, capsys: Captured) -> None:
    assert cli.run(["evidence", FORM, str(tmp_path / "没有")]) == 2
    assert "文件不存在" in capsys.readouterr().err
    assert cli.run(["evidence", FORM, attached(tmp_path, "无"), "--form", "3"]) == 2
    assert "只有 1 张表" in capsys.readouterr().err
