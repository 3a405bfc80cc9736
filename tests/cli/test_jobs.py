"""``--jobs``: the commands that write a file per form say and write the same with one process and with several."""

from __future__ import annotations

import os
import shutil
import signal
from functools import partial
from pathlib import Path

import pytest

from dossiers import ROOT
from exporters.copies.copies_under_test import workbook
from jiheng import cli
from jiheng.cli.many import Ending, Errand, carry_out, tell
from jiheng.errors import FormUnknownError

EXAMPLE = ROOT / "examples" / "示范项目.html"
COMMANDS = ("annotate", "report", "scoresheet")


def sources(folder: Path, command: str) -> list[Path]:
    """Two forms of one name, a broken file, and a third form, in this order."""
    ending = "xlsx" if command == "annotate" else "html"
    content = workbook() if command == "annotate" else EXAMPLE.read_bytes()
    found = [folder / place for place in (f"甲/表.{ending}", "坏.xlsx", f"乙/表.{ending}", f"丙.{ending}")]
    for path in found:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"PK\x03\x04 broken" if path.stem == "坏" else content)
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_two_processes_say_and_write_what_one_does(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    files = sources(tmp_path, command)
    out = tmp_path / "写出"
    said, written = [], []
    for jobs in ("1", "2"):
        out.mkdir()
        assert cli.run([command, *map(str, files), "--output", str(out), "--jobs", jobs]) == 3
        said.append(capsys.readouterr())
        written.append({path.name: path.read_bytes() for path in out.iterdir()})
        shutil.rmtree(out)
    assert said[0] == said[1]
    lines = said[0].out.splitlines()
    assert ["-2." in line for line in lines] == [False, True, False]
    assert ["丙" in line for line in lines] == [False, False, True]
    assert [line.count("坏.xlsx") for line in said[0].err.splitlines()] == [1]
    assert len(written[0]) == 3
    assert sum("-2." in name for name in written[0]) == 1
    assert written[0].keys() == written[1].keys()
    assert {name: len(content) for name, content in written[0].items()} == {name: len(content) for name, content in written[1].items()}


def test_the_sheets_drawn_by_several_processes_are_bound_in_the_order_of_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = sources(tmp_path, "scoresheet")
    bound = []
    for jobs in ("1", "2"):
        target = tmp_path / f"全部{jobs}.pdf"
        assert cli.run(["scoresheet", *map(str, files), "--output", str(target), "--with-dossier", "--jobs", jobs]) == 3
        out, err = capsys.readouterr()
        assert out == f"评分表：{target}（3 张）\n档案：{target.with_suffix('.json')}\n"
        assert "坏.xlsx" in err
        bound.append(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert bound[0] == bound[1]


def test_a_report_that_is_there_stops_none_of_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _, _, last = sources(tmp_path, "report")
    filled = first.with_name("表.自评报告.docx")
    filled.write_bytes(b"filled")
    assert cli.run(["report", str(first), str(last), "--jobs", "2"]) == 2
    out, err = capsys.readouterr()
    assert out.startswith(f"{last} → ")
    assert f"{filled} 已经有了" in err
    assert filled.read_bytes() == b"filled"


def ended(errand: Errand, *, marks: Path) -> Ending:
    """A process that is killed: always on 没救, the first time only on 再来; an accident on 出错; a usage error on 拒绝."""
    name = errand.path.name
    mark = marks / name
    if name == "没救" or (name == "再来" and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "出错":
        raise ZeroDivisionError
    if name == "拒绝":
        raise FormUnknownError("没有这张表。")
    return Ending(f"{name}写出")


def test_a_killed_process_costs_a_second_try_and_nobody_else_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    errands = [Errand(Path(name), tmp_path / name) for name in ("甲", "再来", "出错", "拒绝", "乙")]
    endings = carry_out(errands, partial(ended, marks=tmp_path), 2, "写出")
    assert [one.exit_code for one in endings] == [0, 0, 3, 2, 0]
    assert tell(endings) == 3
    out, err = capsys.readouterr()
    assert out.splitlines() == ["甲写出", "再来写出", "乙写出"]
    assert [line.partition("：")[0] for line in err.splitlines()] == ["出错", "拒绝"]
    assert "ZeroDivisionError" in err


def test_a_file_that_kills_its_process_twice_is_named(tmp_path: Path) -> None:
    endings = carry_out([Errand(Path(name), tmp_path / name) for name in ("甲", "没救", "乙")], partial(ended, marks=tmp_path), 2, "写出")
    assert [one.exit_code for one in endings] == [0, 3, 0]
    assert endings[1].message.startswith("没救：处理进程意外终止")


def test_an_ending_with_nothing_to_say_prints_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell([Ending(""), Ending("写出")]) == 0
    assert capsys.readouterr().out == "写出\n"


def test_an_accident_is_shown_whole_where_it_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIHENG_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        carry_out([Errand(Path("出错"), tmp_path)], partial(ended, marks=tmp_path), 1, "写出")
