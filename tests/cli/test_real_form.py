"""The command line as a user runs it: its own process, the bundled example, nothing stood in for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "口岸经贸.txt"


def jiheng(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "jiheng", *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - our own program


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dossier") / "d.json"
    result = jiheng("appraise", str(EXAMPLE), "--format", "json", "--output", str(path))
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "")
    return path


def test_what_was_issued_verifies(stored: Path) -> None:
    result = jiheng("verify", str(stored))
    assert result.returncode == 0
    assert json.loads(stored.read_text(encoding="utf-8"))["digest"] in result.stdout


def test_a_changed_score_does_not_verify(stored: Path, tmp_path: Path) -> None:
    data = json.loads(stored.read_text(encoding="utf-8"))
    data["scorecard"]["total"] = "100"
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert jiheng("verify", str(changed)).returncode == 1


def test_workers_give_one_clean_line_per_file_in_order(stored: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    result = jiheng("appraise", str(EXAMPLE), str(empty), str(EXAMPLE), "--jobs", "2", "--format", "json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 3
    assert [line["document"]["name"] for line in lines] == ["口岸经贸.txt", "empty.txt", "口岸经贸.txt"]
    assert lines[0] == json.loads(stored.read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_each_report_names_the_project_and_the_recomputed_total(form: str) -> None:
    result = jiheng("appraise", str(EXAMPLE), "--format", form)
    assert result.returncode == 1
    assert "口岸" in result.stdout
    assert "95.82" in result.stdout


def test_a_score_is_explained_by_its_division() -> None:
    result = jiheng("explain", str(EXAMPLE), "/indicators/13")
    assert result.returncode == 0
    assert "1347.9亿元 ÷ 1387.59亿元 × 5" in result.stdout
