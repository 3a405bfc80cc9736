"""``jiheng read``: the list on the screen and as JSON, the annotated copy, and what happens with a file that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jiheng import cli

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "口岸经贸.txt"


def test_the_fields_are_listed_and_the_copy_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "对照.html"
    assert cli.run(["read", str(EXAMPLE), "--annotate", str(target)]) == 0
    out, err = capsys.readouterr()
    assert "版式 jiangmen-2023" in out
    assert str(target) in err
    assert "data-mark" in target.read_text(encoding="utf-8")


def test_json_gives_the_least_certain_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["read", str(EXAMPLE), "--format", "json"]) == 0
    records = json.loads(capsys.readouterr().out)
    confidences = [record["confidence"] for record in records]
    assert confidences == sorted(confidences, key=float)
    assert {"pointer", "label", "printed", "read", "alternatives", "anchor", "doubtful", "notes"} <= set(records[0])
    cli.run(["read", str(EXAMPLE), "--format", "json", "--only-doubtful"])
    assert all(record["doubtful"] for record in json.loads(capsys.readouterr().out))


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "空.pdf"
    empty.write_bytes(b"")
    assert cli.run(["read", str(empty)]) == 3
    assert "是空的" in capsys.readouterr().err


def test_read_looks_at_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("甲.txt", "乙.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert cli.run(["read", str(tmp_path)]) == 2
    assert "一个文件" in capsys.readouterr().err
