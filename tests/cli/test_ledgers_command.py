"""``jiheng ledgers`` as people type it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiheng import cli
from jiheng.rulebook import PACKS

ACTIVITIES = PACKS / "ledgers" / "activities.yaml"
BINDINGS = """\
project: 试项目
year: 2023
bindings:
  - {subject: 举办场次, ledger: activities, files: [活动.csv]}
"""


def test_list_names_every_ledger_with_its_definitions(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["ledgers", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 18
    assert lines[4] == "enterprise-register\tL5\t企业登记台账\t期末在册企业、本年新注册企业、本年服务过的企业"


def test_show_tells_columns_validity_and_definitions(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["ledgers", "show", "timeliness"]) == 0
    out = capsys.readouterr().out
    assert "| `done_on` | 实际完成日期 | 完成日期、办结日期 | 日期 |  | 是 |" in out
    assert "- 已取消（`cancelled`）：“豁免文件”不为空" in out
    assert "分子：按时完成 ＝ 行数，只看“实际完成日期”不晚于“应完成日期”" in out


def test_an_unknown_ledger_is_a_mistake_of_usage_with_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["ledgers", "show", "activity"]) == 2
    assert "没有台账“activity”。相近的有：activities" in capsys.readouterr().err


def test_check_passes_what_is_right(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bindings = tmp_path / "台账.yaml"
    bindings.write_text(BINDINGS, encoding="utf-8")
    (tmp_path / "活动.csv").write_text("编号\n", encoding="utf-8")
    assert cli.run(["ledgers", "check", str(ACTIVITIES), str(bindings)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{ACTIVITIES}：通过（L3 活动台账，13 列，1 个口径）。",
        f"{bindings}：通过（试项目，2023 年度，1 行指标）。",
    ]


def test_check_names_file_and_line_and_goes_on(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    broken = tmp_path / "activities.yaml"
    broken.write_text(ACTIVITIES.read_text(encoding="utf-8").replace("distinct: [event_id]", "distinct: [event]"), encoding="utf-8")
    assert cli.run(["ledgers", "check", str(broken), str(ACTIVITIES)]) == 1
    first, second = capsys.readouterr().out.splitlines()
    line = broken.read_text(encoding="utf-8").splitlines().index("    distinct: [event]") + 1
    assert first.startswith(f"activities.yaml:{line}：没有列“event”；可用的列：event_id、name、kind")
    assert "通过" in second


def test_check_looks_for_the_files_that_bindings_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bindings = tmp_path / "台账.yaml"
    bindings.write_text(BINDINGS, encoding="utf-8")
    assert cli.run(["ledgers", "check", str(bindings)]) == 1
    assert capsys.readouterr().out.startswith("台账.yaml:4：文件“活动.csv”不存在")


def test_check_of_a_file_that_does_not_exist_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.run(["ledgers", "check", str(tmp_path / "none.yaml")]) == 2
    assert "文件不存在" in capsys.readouterr().err
