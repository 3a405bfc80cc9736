from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import jiheng
from jiheng import cli
from jiheng.cli import intake
from jiheng.cli.appraise import _killed as killed
from jiheng.cli.intake import Outcome, Request
from jiheng.cli.many import each
from jiheng.domain.codec import dossier_to_json, dumps
from jiheng.domain.dossier import Dossier, Source
from jiheng.domain.evaluation import Evaluation, Indicator
from jiheng.domain.finding import Finding, Severity
from jiheng.domain.scorecard import TREATMENTS, PackId, Scorecard, ScoreLine
from jiheng.domain.value import Value
from jiheng.errors import UnreadableFileError, WaiverInvalidError

ROW = Indicator("产出指标", "数量指标", "查验[批次]|数", Value("≥100批", "quantity"), Value("90批", "quantity"), Decimal(10), Decimal(10))
LINE = ScoreLine("/indicators/0", "RATIO-CAP", "formula", Decimal(10), Decimal("9.00"), ("90 ÷ 100 × 10 = 9.00",), ())
CARD = Scorecard(PackId("cn-2020", "d"), (LINE,), Decimal("9.00"), (Decimal("9.00"), Decimal("9.00")), Decimal(10), "优")
CLEAN = Dossier(date(2023, 12, 31), Source("表.txt", "0", "txt"), Evaluation(project_name="口岸项目", indicators=(ROW,)), scorecard=CARD)
UNREAD = Dossier(None, Source("坏.txt", "0", "txt"), findings=(Finding("file.empty", "error", "文件为空。"),))


def found(severity: Severity) -> Dossier:
    return replace(CLEAN, findings=(Finding("a.info", "info", "甲。"), Finding("b.worse", severity, "乙。")))


def answer(monkeypatch: pytest.MonkeyPatch, by_name: dict[str, tuple[Dossier, ...]]) -> None:
    def appraise_file(path: Path, request: Request) -> Outcome:
        del request
        return Outcome(path, by_name[path.name])

    monkeypatch.setattr("jiheng.cli.appraise.appraise_file", appraise_file)


def files(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).write_text("表", encoding="utf-8")
    return [str(folder / name) for name in names]


@pytest.mark.parametrize(
    ("dossiers", "code"),
    [
        ({"a.txt": (CLEAN,)}, 0),
        ({"a.txt": (found("info"),)}, 0),
        ({"a.txt": (found("warning"),)}, 1),
        ({"a.txt": (found("error"),)}, 1),
        ({"a.txt": (UNREAD,)}, 3),
        ({"a.txt": (found("error"),), "b.txt": (UNREAD,), "c.txt": (CLEAN,)}, 3),
    ],
)
def test_the_worst_file_gives_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dossiers: dict[str, tuple[Dossier, ...]], code: int
) -> None:
    answer(monkeypatch, dossiers)
    assert cli.run(["appraise", *files(tmp_path, *dossiers), "--format", "json"]) == code


def test_one_form_is_an_object_several_forms_a_list_several_files_a_line_each(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, {"a.txt": (CLEAN,), "b.txt": (CLEAN, CLEAN)})
    one, two = files(tmp_path, "a.txt", "b.txt")
    cli.run(["appraise", one, "--format", "json"])
    assert json.loads(capsys.readouterr().out) == dossier_to_json(CLEAN)
    cli.run(["appraise", two, "--format", "json"])
    assert json.loads(capsys.readouterr().out) == [dossier_to_json(CLEAN)] * 2
    cli.run(["appraise", two, one, "--format", "json"])
    lines = capsys.readouterr().out.splitlines()
    assert [type(json.loads(line)) for line in lines] == [list, dict]


def test_the_terminal_report_shows_both_scores_and_the_worst_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, {"a.txt": (found("error"),)})
    cli.run(["appraise", *files(tmp_path, "a.txt")])
    out = capsys.readouterr().out
    assert "查验[批次]|数" in out
    assert "自评合计 10，复算合计 9.00，等级 优" in out
    assert out.index("乙。") < out.index("甲。")
    assert "\x1b" not in out


def test_markdown_goes_to_a_directory_for_several_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer(monkeypatch, {"a.txt": (CLEAN,), "a.htm": (CLEAN,)})
    cli.run(["appraise", *files(tmp_path, "a.txt", "a.htm"), "--format", "md", "--output", str(tmp_path / "out")])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a-2.md", "a.md"]
    assert "查验\\[批次]\\|数" in (tmp_path / "out" / "a.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--on", "去年"], "--on：“去年”不是日期"),
        (["--stage", "sub,nope"], "--stage：没有阶段“nope”"),
        (["--waiver", "x"], "豁免“x”"),
        (["--pack", "cn-2"], "cn-2020"),
        (["--format", "pdf"], "--format：只能是"),
        (["--nope"], "没有选项 --nope"),
    ],
)
def test_wrong_usage_is_a_chinese_sentence_and_2(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str) -> None:
    assert cli.run(["appraise", *files(tmp_path, "a.txt"), *options]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "message"), [(["appraise"], "缺少 FILE"), (["nope"], "没有命令"), (["appraise", "无.txt"], "文件不存在")])
def test_what_is_missing_is_named(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert cli.run(arguments) == 2
    assert message in capsys.readouterr().err


def killed_on_bad(path: Path) -> Outcome:
    if path.name == "bad":
        os._exit(9)
    return Outcome(path, (CLEAN,))


def test_a_killed_worker_loses_its_own_file_only() -> None:
    got = list(each((Path("a"), Path("bad"), Path("b"), Path("c")), killed_on_bad, 2, lost=killed))
    assert [outcome.path.name for outcome in got] == ["a", "bad", "b", "c"]
    assert [outcome.exit_code for outcome in got] == [0, 3, 0, 0]
    assert "意外终止" in (got[1].message or "")
    assert [finding.code for finding in got[1].dossiers[0].findings] == ["file.limit"]


def test_an_accident_is_a_sentence_and_a_traceback_only_for_debugging(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, {})
    assert cli.run(["appraise", *files(tmp_path, "a.txt")]) == 3
    assert "程序出错（KeyError）" in capsys.readouterr().err
    monkeypatch.setenv("JIHENG_DEBUG", "1")
    with pytest.raises(KeyError):
        cli.run(["appraise", *files(tmp_path, "a.txt")])


@pytest.mark.parametrize("arguments", [["schema"], ["codes"], ["packs", "list"], ["packs", "diff", "cn-2020", "example-2020"]])
def test_the_reading_commands_answer(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert cli.run(arguments) == 0
    assert capsys.readouterr().out.strip()


def test_packs_check_names_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "2020.yaml").write_text("title: 甲\nnope: 1\n", encoding="utf-8")
    assert cli.run(["packs", "check", str(tmp_path / "2020.yaml")]) == 1
    assert "2020.yaml:" in capsys.readouterr().out


def test_verify_tells_an_altered_dossier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.json"
    path.write_text(dumps(UNREAD).replace("文件为空", "文件完好"), encoding="utf-8")
    assert cli.run(["verify", str(path)]) == 1
    assert "被改动过" in capsys.readouterr().out


def test_verify_refuses_what_is_no_dossier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", *files(tmp_path, "a.txt")]) == 3
    assert "不是 JSON" in capsys.readouterr().err


def pipeline(monkeypatch: pytest.MonkeyPatch, **functions: Any) -> None:
    """Stand in for the pipeline: the command line is what these tests are about."""
    fake = ModuleType("jiheng.pipeline")
    fake.__dict__.update(functions)
    monkeypatch.setitem(sys.modules, "jiheng.pipeline", fake)
    monkeypatch.setattr(jiheng, "pipeline", fake, raising=False)


@pytest.mark.parametrize(
    ("again", "code", "words"),
    [
        (CLEAN, 0, "相符，摘要"),
        (replace(CLEAN, scorecard=replace(CARD, total=Decimal(8))), 1, "复算合计：档案 9.00，重算 8"),
        (replace(CLEAN, scorecard=replace(CARD, grade="良")), 1, "逐行得分"),
        (replace(CLEAN, scorecard=replace(CARD, rulepack=PackId("cn-2020", "e"))), 1, "规则包 cn-2020"),
        (found("error"), 1, "审核发现：档案 0 条，重算 2 条"),
    ],
)
def test_verify_recomputes_and_says_what_differs(  # noqa: PLR0917 - a parametrised test and its fixtures
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], again: Dossier, code: int, words: str
) -> None:
    pipeline(monkeypatch, recheck=lambda _dossier, _rulebook: again)
    path = tmp_path / "d.json"
    path.write_text(dumps(CLEAN), encoding="utf-8")
    assert cli.run(["verify", str(path)]) == code
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code"), [(WaiverInvalidError("没有这一行。"), 2), (RuntimeError("x"), 3), (UnreadableFileError("file.empty", "空。"), 3)]
)
def test_an_exception_in_one_file_becomes_its_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception, code: int) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    pipeline(monkeypatch, appraise=fail)
    outcome = intake.appraise_file(Path(files(tmp_path, "a.txt")[0]), Request())
    assert outcome.exit_code == code
    assert "a.txt：" in (outcome.message or "")


def test_output_is_written_whole_and_leaves_no_draft(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer(monkeypatch, {"a.txt": (CLEAN,)})
    target = tmp_path / "out" / "d.json"
    cli.run(["appraise", *files(tmp_path, "a.txt"), "--format", "json", "--output", str(target)])
    assert json.loads(target.read_text(encoding="utf-8")) == dossier_to_json(CLEAN)
    assert list(target.parent.iterdir()) == [target]


def test_explain_gives_the_derivation_or_names_the_rows_there_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline(monkeypatch, appraise=lambda *_, **__: (CLEAN,))
    (path,) = files(tmp_path, "a.txt")
    assert cli.run(["explain", path, "/indicators/0"]) == 0
    assert "90 ÷ 100 × 10 = 9.00" in capsys.readouterr().out
    assert cli.run(["explain", path, "/indicators/7"]) == 2
    assert "可用的有：/indicators/0" in capsys.readouterr().err
    assert cli.run(["explain", path, "/indicators/0", "--form", "2"]) == 2
    assert "只有 1 张表" in capsys.readouterr().err


def test_explain_lays_the_five_treatments_side_by_side(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipeline(monkeypatch, appraise=lambda *_, **__: (CLEAN,))
    assert cli.run(["explain", *files(tmp_path, "a.txt"), "/indicators/0", "--waivers"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(TREATMENTS)
