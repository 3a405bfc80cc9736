"""``jiheng measure`` and ``jiheng appraise --ledgers`` on the worked city: every row as the field guide says, every planted mistake found."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiheng import cli

CITY = Path(__file__).resolve().parents[2] / "examples" / "云汀市"
SOUND, FLAWED = CITY / "口岸与商贸发展项目", CITY / "市场监测与通关便利项目"
OUTCOMES = {
    "一致": {0, 2, 3, 4, 6, 7, 8, 10, 12, 13, 14, 16, 17, 18, 19},
    "口径未定": {11},
    "业务未发生": {5, 9},
    "无法判定": {15},
    "由人评判": {1},
}


def measured(form: Path, capsys: pytest.CaptureFixture[str], *more: str, code: int = 1) -> Any:
    assert cli.run(["measure", str(form), "--format", "json", *more]) == code
    return json.loads(capsys.readouterr().out)


def test_the_worked_city_is_measured_row_by_row(capsys: pytest.CaptureFixture[str]) -> None:
    rows = measured(SOUND, capsys)["rows"]
    found = {name: {at for at, row in enumerate(rows) if row["outcome"] == name} for name in OUTCOMES}
    assert found == OUTCOMES
    assert len(rows) == sum(map(len, OUTCOMES.values()))
    agreeing = [row for row in rows if row["outcome"] == "一致"]
    assert [row["name"] for row in agreeing if row["difference"] != "0" or not row["measurement"]["spans"]] == []


def test_each_planted_mistake_is_found_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    form = FLAWED / "自评表.docx"
    cli.run(["appraise", str(form), "--ledgers", str(FLAWED / "台账"), "--format", "json"])
    dossier = json.loads(capsys.readouterr().out)
    told = {(f["code"], f["subject"].removesuffix("/actual")) for f in dossier["findings"] if f["code"].startswith("ledger.")}
    planted = yaml.safe_load((FLAWED / "应查出.yaml").read_text(encoding="utf-8"))
    assert told == {(one["code"], one["subject"]) for one in planted}
    known = {one["subject"]: Decimal(one["ledger"]) for one in planted}
    values = {one["subject"]: one["shown"] for one in dossier["measurements"]}
    assert {subject: Decimal(values[subject]) for subject in known} == known


def test_the_screen_shows_numbers_proof_and_readings(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["measure", str(SOUND)]) == 1
    out = capsys.readouterr().out
    for text in (
        "72.81万票",
        "证据：L03 举办、参加活动场次表.xlsx“台账” A3:A27",
        "未计：重复 1 行",
        "口径：支出÷年初预算 = 142.9396%",
        "结果：一致 15，业务未发生 2，口径未定 1，无法判定 1，由人评判 1。",
    ):
        assert text in out


def test_a_dossier_with_measurements_is_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "档案.json"
    form = str(SOUND / "自评表.txt")
    cli.run(["appraise", form, "--ledgers", str(SOUND / "台账"), "--format", "json", "--output", str(path)])
    assert cli.run(["verify", str(path)]) == 0
    codes = {f["code"] for f in json.loads(path.read_text(encoding="utf-8"))["findings"]}
    assert "ledger.definition-missing" in codes
    capsys.readouterr()


def test_the_weekly_zero_reports_silence_the_suspicion_of_an_empty_zero(capsys: pytest.CaptureFixture[str]) -> None:
    form = str(SOUND / "自评表.txt")

    def vacuous(*more: str) -> set[str]:
        cli.run(["appraise", form, "--format", "json", *more])
        return {f["subject"] for f in json.loads(capsys.readouterr().out)["findings"] if f["code"] == "actual.vacuous"}

    assert vacuous() == {"/indicators/9", "/indicators/17"}
    assert vacuous("--ledgers", str(SOUND / "台账")) == {"/indicators/5", "/indicators/9"}


def changed(tmp_path: Path, before: str, after: str) -> Path:
    """A copy of the flawed project whose bindings say something else."""
    folder = tmp_path / "项目"
    shutil.copytree(FLAWED, folder)
    bindings = folder / "台账" / "台账.yaml"
    text = bindings.read_text(encoding="utf-8")
    assert before in text
    bindings.write_text(text.replace(before, after), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("监测企业数量", "监测企业总数", "表中没有“监测企业总数”这一行"),
        ("监测企业数量", "/indicators/2", "指同一行"),
        ("year: 2023", "year: 2022", "台账是 2022 年度的，自评表是 2023 年度的"),
    ],
)
def test_bindings_that_fit_no_row_or_the_wrong_year_are_refused(
    before: str, after: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = changed(tmp_path, before, after)
    assert cli.run(["measure", str(folder)]) == 2
    assert said in capsys.readouterr().err


def test_a_ledger_that_cannot_be_opened_leaves_its_row_without_a_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = changed(tmp_path, "监测企业名录.csv", "没有这份.csv")
    rows = measured(folder, capsys)["rows"]
    assert rows[5]["outcome"] == "无法比较"
    assert "没有这份.csv" in rows[5]["measurement"]["notes"][0]


def test_a_folder_without_bindings_and_a_folder_of_two_forms_are_usage_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["measure", str(SOUND / "自评表.txt"), "--ledgers", str(tmp_path)]) == 2
    assert "没有 台账.yaml" in capsys.readouterr().err
    for name in ("甲.txt", "乙.txt"):
        shutil.copy(SOUND / "自评表.txt", tmp_path / name)
    assert cli.run(["measure", str(tmp_path)]) == 2
    assert "不知道哪一个是自评表" in capsys.readouterr().err


def test_what_is_written_to_a_file_is_what_the_screen_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "核对.txt"
    assert cli.run(["measure", str(FLAWED), "--output", str(target)]) == 1
    assert cli.run(["measure", str(FLAWED)]) == 1
    assert target.read_text(encoding="utf-8") == capsys.readouterr().out
