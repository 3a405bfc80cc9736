"""``jiheng replay`` on stored data sets: text, JSON and page, going on after it was killed, and what it refuses."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.across_forms import dossier, filed, row
from jiheng.batch.store import write
from jiheng.cli import FOUND, OK, USAGE, run
from jiheng.cli.replay import replay

pytestmark = pytest.mark.xdist_group("kernels")  # compiled once
PACK = "cn-module-2021"
PLACES = ("广东省广州市", "广东省深圳市", "江西省", "广东省广州市天河区")
MORTAL = """
import os, signal, sys
from jiheng.batch.replayed import work
whole, done = work.replay, []
def mortal(tables, order):
    if len(done) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(tables)
    return whole(tables, order)
work.replay = mortal
from jiheng.cli import main
main()
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay") / "data"
    forms = [
        filed(f"项目{at}", "甲局", year, [row("≤5起", f"{at + 5}起", stated="8"), row("≥100人", "90人", stated="9", name="培训人数")], place=place)
        for place in PLACES
        for year in (2022, 2023)
        for at in range(3)
    ]
    write(folder, [dossier(form, name=f"{form.place}{form.fiscal_year}{form.project_name}") for form in forms])
    return folder


def called(*arguments: str) -> Result:
    return CliRunner().invoke(replay, arguments, standalone_mode=False, catch_exceptions=False)


def test_text_page_and_facts(data: Path, tmp_path: Path) -> None:
    result = called(str(data), "--pack", PACK, "--output", str(tmp_path / "out"), "--top", "2")
    assert result.return_value == OK
    assert "共 24 张表、48 行指标。可比总分的 24 张中，8 张变化（33.3%），0 张升、8 张降。" in result.stdout
    assert "变化最大的 2 张表" in result.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["replay.html", "replay.json"]
    told = json.loads((tmp_path / "out" / "replay.json").read_text(encoding="utf-8"))
    assert told["total"]["totals_changed"] == 8
    assert "广东省广州市天河区" in (tmp_path / "out" / "replay.html").read_text(encoding="utf-8")


def test_json_says_the_same_wherever_it_is_done(data: Path) -> None:
    one, two = (called(str(data), "--pack", PACK, "--format", "json", "--jobs", jobs) for jobs in ("1", "2"))
    assert one.stdout == two.stdout
    told = json.loads(one.stdout)
    assert [(one["level"], one["forms"]) for one in told["levels"]] == [("省级", 6), ("市级", 12), ("县级", 6)]
    assert [(one["leaf"], one["rows"]) for one in told["reasons"]] == [("formulas.at_most", 16)]
    assert told["reasons"][0]["authority"]


def test_a_killed_replay_goes_on_where_it_was(data: Path, tmp_path: Path) -> None:
    asked = [str(data), "--pack", PACK, "--output", str(tmp_path / "out"), "--format", "json"]
    killed = subprocess.run([sys.executable, "-c", MORTAL, "replay", *asked], capture_output=True, check=False)  # noqa: S603 - our own program
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert not (tmp_path / "out" / "replay.json").exists()
    again = called(*asked)
    assert "接着上次做，已完成 2/8 个行组。" in again.stderr
    assert again.stdout == called(str(data), "--pack", PACK, "--format", "json").stdout
    assert not (tmp_path / "out" / ".state").exists()
    assert "接着上次做" not in called(*asked).stderr


def test_a_pack_of_ones_own(data: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft" / "2024.yaml"
    draft.parent.mkdir()
    draft.write_text(
        "title: 征求意见稿\nvariant: X1\nplace: 广东省\nkinds: [project]\ntemplates: []\nfrom: 2024-01-01\nuntil: null\nextends: cn-2020\n"
        "sources:\n  draft: {document: 示例省绩效自评办法（征求意见稿）, effective: null, mark: unverified, verified: false}\n"
        "scheme:\n  formulas:\n    at_most: {value: {id: REV-LINEAR}, cites: [{source: draft, article: 第九条}]}\n",
        encoding="utf-8",
    )
    result = called(str(data), "--pack", str(draft))
    assert result.return_value == OK
    assert "新规则包 draft-2024（征求意见稿），原规则包 cn-2020（24 张）" in result.stdout
    assert "依据：示例省绩效自评办法（征求意见稿）第九条（未经原文核对）" in result.stdout
    assert "6 张表不属于新规则包的地区，仍按它试算。" in result.stdout
    back = called(str(data), "--pack", "cn-2020", "--against", str(draft))
    assert "8 张变化（33.3%），8 张升、0 张降。" in back.stdout


def test_forms_without_a_law_are_told_by_the_exit_code(data: Path) -> None:
    same = called(str(data), "--pack", "cn-2020", "--against", "cn-2020")
    assert same.return_value == OK
    assert "0 张变化（0.0%）。" in same.stdout
    none = called(str(data), "--pack", "cn-bj-2016", "--on", "2016-12-31")
    assert none.return_value == FOUND
    assert "没有比较的 24 张：没有生效的规则包可比，如 " in none.stdout


def test_the_day_must_be_one_of_the_pack(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", str(data), "--pack", "cn-hb-2020", "--on", "2019-12-31"]) == USAGE
    assert "cn-hb-2020“湖北省项目自评”在 2019-12-31 没有生效（2020-01-01 至 今）" in capsys.readouterr().err
    assert run(["replay", str(data), "--pack", "cn-2020", "--on", "昨天"]) == USAGE


def test_what_is_no_pack_and_no_data_set(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", str(data), "--pack", "cn-2021"]) == USAGE
    assert "相近的有：cn-2020" in capsys.readouterr().err
    assert run(["replay", str(data), "--pack", str(tmp_path / "无.yaml")]) == USAGE
    assert "没有规则包文件" in capsys.readouterr().err
    assert run(["replay", str(tmp_path / "nothing"), "--pack", PACK]) == USAGE
    assert "没有这个数据集" in capsys.readouterr().err
    assert run(["replay", str(tmp_path), "--pack", PACK]) == USAGE
    assert "数据集里没有表" in capsys.readouterr().err
    assert run(["replay", str(data)]) == USAGE
