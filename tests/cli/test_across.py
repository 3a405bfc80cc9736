"""``jiheng across`` on a stored data set: findings by kind with counts and examples, what was left out, the roll-up; every finding as Parquet."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner, Result

from batch.across_forms import dossier, filed, form_id, fund, row
from jiheng.batch.across.wording import ACROSS
from jiheng.batch.schema import FINDINGS
from jiheng.batch.store import write
from jiheng.cli import FOUND, OK, USAGE, run
from jiheng.cli.across import across

GOAL = "围绕本地特色产业组织开展职业技能培训，使参训人员掌握实用技术，带动农户增收致富，培训合格率达到九成以上，参训学员满意"
FORMS = (
    filed("甲", "甲局", 2022, [row("≥100人", "150人", "10", "10")], "100", goal=GOAL, funds=(fund(adjusted="100", spent="80"),)),
    filed("甲", "甲局", 2023, [row("≥120人", "140人", "10", "10")], "99", goal=GOAL, funds=(fund(adjusted="300", spent="270"),)),
    filed("乙", "乙局", 2023, [row("≥7场", "8场", "10", "10", name="演出")], "80", goal=GOAL, funds=(fund(adjusted="100", spent="60"),)),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write(tmp_path / "data", [dossier(one) for one in FORMS])
    return tmp_path / "data"


def called(*arguments: str) -> Result:
    return CliRunner().invoke(across, arguments, standalone_mode=False, catch_exceptions=False)


def test_the_text_counts_by_kind_and_shows_examples(data: Path) -> None:
    result = called(str(data))
    assert result.return_value == FOUND
    assert "共 3 张表，4 条跨表意见（规则包 cn-2020）。" in result.output
    assert "fill.template-residue 疑似套用他表：提醒 3" in result.output
    assert f"  {form_id(FORMS[1])} /indicators/0/target  第 1 行“培训人数”目标值 ≥120人" in result.output
    assert "2022\t广东省江门市\t1\t1,000,000\t800,000\t80.00\t100.00\t—" in result.output
    assert "2023\t合计\t2\t4,000,000\t3,300,000\t82.50\t94.25\t—" in result.output


def test_the_json_holds_the_same(data: Path) -> None:
    result = called(str(data), "--year", "2023", "--format", "json", "--examples", "1")
    told = json.loads(result.output)
    assert told["forms"] == 3
    assert {kind["code"]: kind["count"] for kind in told["kinds"]} == {"fill.template-residue": 2, "target.below-history": 1}
    assert [len(kind["examples"]) for kind in told["kinds"]] == [1, 1]
    assert {kind["severities"]["warning"] for kind in told["kinds"]} == {1, 2}


def test_a_rescoring_gives_the_recomputed_means(data: Path) -> None:
    told = json.loads(called(str(data), "--rescore", "--format", "json").output)
    assert all(region["recomputed"] is not None for region in told["regions"])
    assert all(region["recomputed"] is None for region in json.loads(called(str(data), "--format", "json").output)["regions"])


def test_every_finding_goes_to_parquet(data: Path, tmp_path: Path) -> None:
    result = called(str(data), "--output", str(tmp_path / "out" / "all.parquet"))
    table = pq.read_table(tmp_path / "out" / "all.parquet")
    assert table.num_rows == 4
    assert table.schema.names == ACROSS.names
    assert table.schema.names[: len(FINDINGS)] == FINDINGS.names
    assert all(message.endswith("。") for message in table["message"].to_pylist())
    assert "共 3 张表" in result.output


def test_the_text_goes_to_a_file(data: Path, tmp_path: Path) -> None:
    result = called(str(data), "--output", str(tmp_path / "all.txt"))
    assert result.output == ""
    assert "共 3 张表" in (tmp_path / "all.txt").read_text(encoding="utf-8")


def test_a_clean_data_set(tmp_path: Path) -> None:
    write(tmp_path / "data", [dossier(FORMS[0])])
    assert called(str(tmp_path / "data")).return_value == OK


def test_what_is_no_data_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["across", str(tmp_path / "nothing")]) == USAGE
    assert "nothing" in capsys.readouterr().err
    assert run(["across", str(tmp_path), "--pack", "cn-1900"]) == USAGE
