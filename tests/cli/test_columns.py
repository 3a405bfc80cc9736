"""``jiheng columns``: forms go into a data set and come out as ``appraise`` made them; what cannot is told and stops nothing else."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dossiers import EXAMPLES, dossiers_in
from jiheng import cli
from jiheng.batch import schema
from jiheng.batch.store import Written, write
from jiheng.cli import columns
from jiheng.domain.codec import dossier_to_json, dumps
from jiheng.domain.dossier import Dossier
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.scorecard import PackId

Captured = pytest.CaptureFixture[str]


def appraised() -> list[Dossier]:
    return [dossier for path in EXAMPLES for dossier in dossiers_in(path)]


def written(folder: Path, *dossiers: Dossier) -> str:
    write(folder / "数据", dossiers or appraised())
    return str(folder / "数据")


def of_place(dossier: Dossier, digest: str, *, year: int | None, place: str | None) -> Dossier:
    assert dossier.evaluation is not None
    evaluation = replace(dossier.evaluation, fiscal_year=year, place=place)
    return replace(dossier, document=replace(dossier.document, digest=digest * 64), evaluation=evaluation, scorecard=None)


def lines_of(data: str, target: Path, *options: str) -> list[str]:
    cli.run(["columns", "read", data, "--output", str(target), *options])
    return target.read_text(encoding="utf-8").splitlines()


def numbers_of(lines: list[str]) -> list[str]:
    return [json.loads(line)["document"]["digest"][0] for line in lines]


def test_forms_come_back_as_appraise_made_them(tmp_path: Path, capsys: Captured) -> None:
    data = str(tmp_path / "数据")
    assert cli.run(["columns", "write", *map(str, EXAMPLES), "--output", data]) == 0
    rows = sum(len(dossier.evaluation.indicators) for dossier in appraised() if dossier.evaluation)
    assert f"已写入 {len(appraised())} 张表、{rows} 行指标。数据集：{data}" in capsys.readouterr().err
    lines = lines_of(data, tmp_path / "读出.jsonl")
    assert sorted(lines) == sorted(map(dumps, appraised()))
    assert all(json.loads(line)["scorecard"]["lines"] and json.loads(line)["findings"] for line in lines)
    assert capsys.readouterr().err == ""


def test_two_processes_write_what_one_does(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        assert cli.run(["columns", "write", *map(str, EXAMPLES), "--output", str(tmp_path / jobs), "--jobs", jobs]) == 0
    assert lines_of(str(tmp_path / "1"), tmp_path / "1.jsonl") == lines_of(str(tmp_path / "2"), tmp_path / "2.jsonl")


@pytest.mark.parametrize("shape", ["indented", "list", "lines", "a list a line"])
def test_stored_dossiers_of_any_shape_are_taken_as_they_are(tmp_path: Path, shape: str) -> None:
    texts = list(map(dumps, appraised()))
    text = {
        "indented": json.dumps(json.loads(texts[0]), ensure_ascii=False, indent=2),
        "list": json.dumps(list(map(json.loads, texts)), ensure_ascii=False, indent=2),
        "lines": "\n" + "\n\n".join(texts),
        "a list a line": f"[{','.join(texts)}]\n",
    }[shape]
    source = tmp_path / "档案.json"
    source.write_text(text, encoding="utf-8")
    assert cli.run(["columns", "write", str(source), "--output", str(tmp_path / "数据")]) == 0
    assert sorted(lines_of(str(tmp_path / "数据"), tmp_path / "读出.jsonl")) == sorted(texts[:1] if shape == "indented" else texts)


def test_what_appraise_writes_is_the_form_that_was_in_already(tmp_path: Path, capsys: Captured) -> None:
    data, source = written(tmp_path), tmp_path / "档案.jsonl"
    cli.run(["appraise", *map(str, EXAMPLES), "--format", "json", "--output", str(source)])
    capsys.readouterr()
    assert cli.run(["columns", "write", str(source), *map(str, EXAMPLES), "--output", data]) == 0
    assert f"已写入 0 张表、0 行指标，{2 * len(appraised())} 张已在其中。" in capsys.readouterr().err


def test_what_cannot_be_taken_is_told_and_the_others_are_written(tmp_path: Path, capsys: Captured) -> None:
    good = appraised()[0]
    altered = dossier_to_json(good) | {"on": "2021-12-31"}
    unread = replace(good, evaluation=None, scorecard=None)
    (tmp_path / "甲.jsonl").write_text("\n".join([dumps(good), "{", json.dumps(altered), dumps(unread), "[1]"]), encoding="utf-8")
    (tmp_path / "乙.json").write_text("不是", encoding="utf-8")
    (tmp_path / "丙.json").write_bytes("档案".encode("gb18030"))
    (tmp_path / "丁.txt").write_text("", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("丁.txt", "甲.jsonl", "乙.json", "丙.json")]
    assert cli.run(["columns", "write", *files, "--output", str(tmp_path / "数据")]) == 3
    said = capsys.readouterr().err.splitlines()
    starts = ["丁.txt：", "甲.jsonl 第 2 行：不是 JSON", "甲.jsonl 第 3 行：内容与所载摘要不一致", "甲.jsonl 第 4 行：", "甲.jsonl 第 5 行："]
    starts += ["乙.json：不是 JSON", "丙.json：不是 UTF-8"]
    assert [line.startswith(str(tmp_path / start)) for line, start in zip(said[:-1], starts, strict=True)] == [True] * 7
    assert said[-1].startswith("已写入 1 张表")
    assert lines_of(str(tmp_path / "数据"), tmp_path / "读出.jsonl") == [dumps(good)]


def test_a_form_of_other_content_under_a_number_that_is_taken_is_left_out(tmp_path: Path, capsys: Captured) -> None:
    data = written(tmp_path)
    other = tmp_path / "另名.html"
    shutil.copy(EXAMPLES[0], other)
    assert cli.run(["columns", "write", str(other), "--output", data]) == 1
    told, done = capsys.readouterr().err.splitlines()
    assert "（另名.html）：数据集中已有这个编号" in told
    assert "已写入 0 张表、0 行指标，1 张因编号相同没有写入。" in done


def test_only_the_forms_asked_for_are_read(tmp_path: Path, capsys: Captured) -> None:
    form = appraised()[0]
    places = (("a", 2022, "广东省"), ("b", 2023, "广东省江门市"), ("c", 2023, "安徽省"), ("d", None, None))
    data, target = written(tmp_path, *[of_place(form, digest, year=year, place=place) for digest, year, place in places]), tmp_path / "读出.jsonl"
    asked = {
        ("--year", "2023"): ["b", "c"],
        ("--year", "0"): ["d"],
        ("--place", "广东省"): ["a", "b"],
        ("--place", "广东省江门市"): ["b"],
        ("--place", "未定"): ["d"],
        ("--year", "2023", "--place", "广东省"): ["b"],
        ("--year", "1999"): [],
        ("--form", f"{'a' * 16}-1", "--form", f"{'c' * 16}-1"): ["a", "c"],
    }
    assert {options: sorted(numbers_of(lines_of(data, target, *options))) for options in asked} == asked
    assert capsys.readouterr().err == ""
    options = ["--form", f"{'a' * 16}-1", "--form", f"{'e' * 16}-1", "--output", "-"]
    assert cli.run(["columns", "read", data, *options]) == 1
    said = capsys.readouterr()
    assert numbers_of(said.out.splitlines()) == ["a"]
    assert f"没有编号为 {'e' * 16}-1 的表" in said.err


def test_a_form_asked_for_is_scored_again_like_any_other(tmp_path: Path) -> None:
    lines = lines_of(written(tmp_path), tmp_path / "全部.jsonl")
    again = [lines_of(str(tmp_path / "数据"), tmp_path / "一.jsonl", "--form", f"{json.loads(line)['document']['digest'][:16]}-1") for line in lines]
    assert again == [[line] for line in lines]


def test_a_form_that_names_no_pack_comes_without_scores(tmp_path: Path) -> None:
    read = replace(appraised()[0], scorecard=None, findings=())
    assert lines_of(written(tmp_path, read), tmp_path / "读出.jsonl") == [dumps(read)]


@pytest.mark.parametrize(
    ("pack", "scored", "words"),
    [(PackId("nowhere-1999", "d"), False, "1 张表所用的规则包 nowhere-1999 在本机没有"), (PackId("cn-2020", "d"), True, "内容已不同于写入时")],
)
def test_a_pack_that_is_gone_or_was_changed_is_told(tmp_path: Path, capsys: Captured, pack: PackId, scored: bool, words: str) -> None:
    form = appraised()[0]
    assert form.scorecard is not None
    data = written(tmp_path, replace(form, scorecard=replace(form.scorecard, rulepack=pack)))
    assert cli.run(["columns", "read", data, "--output", str(tmp_path / "读出.jsonl")]) == 1
    (line,) = (tmp_path / "读出.jsonl").read_text(encoding="utf-8").splitlines()
    assert (json.loads(line)["scorecard"] is not None) == scored
    assert words in capsys.readouterr().err


def test_show_counts_each_partition_and_tells_what_the_columns_mean(tmp_path: Path, capsys: Captured) -> None:
    form = appraised()[0]
    assert form.evaluation is not None
    rows, lines = len(form.evaluation.indicators), len(form.evaluation.funds)
    places = (("a", 2023, "安徽省"), ("b", 2023, "安徽省"), ("c", None, None))
    data = written(tmp_path, *[of_place(form, digest, year=year, place=place) for digest, year, place in places])
    assert cli.run(["columns", "show", data]) == 0
    shown = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[:7] for line in shown[1:4]] == [
        ["未定", "未定", "1", str(rows), str(lines), "1", "1"],
        ["2023", "安徽省", "2", str(2 * rows), str(2 * lines), "1", "1"],
        ["合计", "", "3", str(3 * rows), str(3 * lines), "2", "2"],
    ]
    assert int(shown[3][7]) == sum(path.stat().st_size for path in Path(data).rglob("*.parquet"))
    meanings = [(field.name, field.metadata[b"meaning"].decode()) for kind in schema.TABLES.values() for field in kind]
    assert [(line[0], line[-1]) for line in shown[4:] if len(line) == 4] == meanings


@pytest.mark.parametrize("missing", columns.NEEDED)
def test_without_the_extra_every_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    data = str(tmp_path / "数据")
    for arguments in (["write", str(EXAMPLES[0]), "--output", data], ["read", data, "--output", "-"], ["show", data]):
        assert cli.run(["columns", *arguments]) == 2
        (said,) = capsys.readouterr().err.splitlines()
        assert said.endswith("请先运行：uv sync --extra batch")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["read", "--output", "-"], ["show"]])
def test_a_data_set_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: Captured, command: list[str]) -> None:
    assert cli.run(["columns", command[0], str(tmp_path / "无"), *command[1:]]) == 2
    assert "没有这个数据集" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_a_sentence_and_leaves_nothing(tmp_path: Path, capsys: Captured) -> None:
    data, target = written(tmp_path), tmp_path / "读出"
    target.mkdir()
    assert cli.run(["columns", "read", data, "--output", str(target)]) == 2
    assert f"--output：无法写入 {target}" in capsys.readouterr().err
    assert cli.run(["columns", "write", str(EXAMPLES[0]), "--output", str(EXAMPLES[0])]) == 2
    assert "无法写入" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["数据", "读出"]


def test_a_data_set_that_breaks_off_leaves_the_file_of_before(tmp_path: Path, capsys: Captured) -> None:
    data, target = written(tmp_path), tmp_path / "读出.jsonl"
    target.write_text("以前的", encoding="utf-8")
    broken = next(Path(data).rglob("funds-*.parquet"))
    broken.write_bytes(broken.read_bytes()[:-20])
    assert cli.run(["columns", "read", data, "--output", str(target)]) == 2
    assert str(broken) in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "以前的"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["数据", "读出.jsonl"]


def test_a_form_without_a_date_or_rows_goes_in_and_out(tmp_path: Path) -> None:
    bare = replace(appraised()[0], on=None, evaluation=Evaluation(), fields={}, repairs=(), findings=())
    assert write(tmp_path / "数据", [bare]) == Written(forms=1)
    assert lines_of(str(tmp_path / "数据"), tmp_path / "读出.jsonl") == [dumps(replace(bare, scorecard=None))]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digest": None}, "已写入 1 张表"),
        ({"digest": None, "fields": {}}, "已写入 1 张表"),
        ({"on": "2021-12-31"}, "内容与所载摘要不一致"),
        ({"digest": None, "on": 5}, "/on：应为"),
        ({"digest": None, "evaluation": {"project_name": 5}}, "/evaluation/project_name：应为文字"),
    ],
)
def test_a_stored_dossier_is_held_against_its_digest_and_its_types(tmp_path: Path, capsys: Captured, changes: dict[str, object], words: str) -> None:
    source = tmp_path / "档案.json"
    source.write_text(json.dumps(dossier_to_json(appraised()[0]) | changes), encoding="utf-8")
    taken = words.startswith("已写入")
    assert cli.run(["columns", "write", str(source), "--output", str(tmp_path / "数据")]) == (0 if taken else 3)
    assert words in capsys.readouterr().err
    assert len(lines_of(str(tmp_path / "数据"), tmp_path / "读出.jsonl")) == int(taken)
