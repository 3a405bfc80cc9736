"""``jiheng fill``: the form written with what its ledgers prove, in the format of the file's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jiheng import cli

CITY = Path(__file__).resolve().parents[2] / "examples" / "云汀市"
SOUND, FLAWED = CITY / "口岸与商贸发展项目", CITY / "市场监测与通关便利项目"


def blank(folder: Path) -> Path:
    """The form of the worked city without its values and scores: the columns 8 and 9 of its rows, and the amounts."""
    lines = []
    for line in (SOUND / "自评表.txt").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) == 12 and cells[7] not in {"", "/", "评价年度实现值"}:
            cells[7] = ""
        if len(cells) == 12 and cells[8][:1].isdigit():
            cells[8] = ""
        lines.append("\t".join(cells).replace("4162.37", "").replace("\t4149.88\t转移", "\t\t转移"))
    path = folder / "自评表.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", ["txt", "docx", "xlsx"])
def test_a_blank_form_is_filled_in_the_format_asked_for(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / f"已填.{ending}"
    assert cli.run(["fill", str(blank(tmp_path)), "--ledgers", str(SOUND / "台账"), "--output", str(target)]) == 1
    out = capsys.readouterr().out
    assert "第 4 行““单一窗口”标准版功能申报量”完成值：72.81万票（月度申报量台账，全年申报量，采用 24 行，未计 1 行）" in out
    assert "市本级实际支出：4149.88" in out
    assert "第 12 行“预算成本控制率”完成值：口径未定" in out
    assert "完成值方面的意见 0 条" in out
    cli.run(["appraise", str(target), "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert found["evaluation"]["indicators"][3]["actual"]["raw"] == "72.81万票"
    assert found["scorecard"]["total_range"] == ["74.82", "99.82"]


def test_json_is_the_dossier_with_its_measurements(tmp_path: Path) -> None:
    target = tmp_path / "已填.json"
    cli.run(["fill", str(blank(tmp_path)), "--ledgers", str(SOUND / "台账"), "--output", str(target)])
    found = json.loads(target.read_text(encoding="utf-8"))
    assert found["evaluation"]["funds"][0]["disbursed"]["raw"] == "4149.88"
    assert len(found["measurements"]) == 20


def test_typed_values_are_kept_unless_overwriting_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["fill", str(FLAWED), "--output", str(tmp_path / "一.txt")]) == 1
    kept = capsys.readouterr().out
    assert "第 3 行“举办便民促销活动”完成值：填报 15场，应为 14场（与台账不一致，没有改动）" in kept
    assert cli.run(["fill", str(FLAWED), "--output", str(tmp_path / "二.txt"), "--overwrite"]) == 1
    changed = capsys.readouterr().out
    assert "第 3 行“举办便民促销活动”完成值：15场 → 14场" in changed
    assert "第 4 行“通关申报量”完成值：填报 41.20万票，应为 —（台账有缺口：东港口岸 2023-08）" in changed


def test_what_the_ledgers_confirm_is_left_as_it_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["fill", str(SOUND / "自评表.txt"), "--ledgers", str(SOUND / "台账"), "--output", str(tmp_path / "一.txt"), "--overwrite"]) == 1
    out = capsys.readouterr().out
    assert "填写 1 处：\n  第 6 行“接转入境人员”得分：4 → 0.00" in out
    cli.run(["appraise", str(tmp_path / "一.txt"), "--format", "json"])
    rows = json.loads(capsys.readouterr().out)["evaluation"]["indicators"]
    assert (rows[15]["actual"]["raw"], rows[4]["stated_score"]) == ("299.43亿元", "4")


def test_the_form_itself_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form = blank(tmp_path)
    before = form.read_bytes()
    assert cli.run(["fill", str(form), "--ledgers", str(SOUND / "台账"), "--output", str(form)]) == 2
    assert form.read_bytes() == before
    assert "就是原表" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--output", "表.doc"], "后缀应是"),
        (["--output", "表.txt", "--ledgers", "不存在"], "没有 台账.yaml"),
        (["--output", "表.txt", "--form", "没有这张表"], "没有表“没有这张表”"),
        ([], "缺少"),
    ],
)
def test_what_cannot_be_is_said(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run(["fill", str(SOUND), *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
