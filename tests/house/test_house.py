"""What was agreed about the code, checked by a machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "jiheng").rglob("*.py"))
CORE = [path for path in SOURCES if path.relative_to(ROOT / "src" / "jiheng").parts[0] in {"domain", "rulebook", "scoring", "audit"}]
BANNED = {"utils", "helpers", "common", "misc", "manager", "processor", "base", "util", "helper"}
TEXTS = [
    path
    for folder in ("src", "tests", "docs", "examples", "benchmarks", "changelog.d")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and path.suffix in {".py", ".md", ".yaml", ".txt", ".html", ".css", ".toml"}
]


def ids(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", SOURCES, ids=ids(SOURCES))
def test_a_file_stays_under_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


@pytest.mark.parametrize("path", SOURCES, ids=ids(SOURCES))
def test_a_function_stays_under_60_lines(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None and node.end_lineno - node.lineno + 1 >= 60
    ]
    assert long == []


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [str(path) for path in SOURCES if path.stem in BANNED or path.parent.name in BANNED] == []


@pytest.mark.parametrize("path", CORE, ids=ids(CORE))
def test_the_core_knows_no_float(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    floats = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float)) or (isinstance(node, ast.Name) and node.id in {"float", "round"})
    ]
    assert floats == []


@pytest.mark.parametrize("path", SOURCES, ids=ids(SOURCES))
def test_public_names_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_nothing_points_outside_the_repository() -> None:
    outside = re.compile(r"/work/|/root/|\.\./shared")
    pages_that_say_so = {
        ROOT / "tests" / "house" / "test_house.py",
        ROOT / "tests" / "conformance" / "test_corpus.py",
        ROOT / "benchmarks" / "appraise.py",
        ROOT / "benchmarks" / "read.py",
    }
    assert [str(path) for path in TEXTS if path not in pages_that_say_so and outside.search(path.read_text(encoding="utf-8"))] == []


def test_no_fixture_holds_a_mobile_number_or_a_mailbox() -> None:
    person = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|[\w.]+@(?!example\.)[\w]+\.(?:com|cn|net|org)\b")
    found = [(str(path), match.group()) for path in TEXTS for match in person.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


def test_chinese_messages_use_full_width_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff],[\u4e00-\u9fff]|[\u4e00-\u9fff];[\u4e00-\u9fff]|[\u4e00-\u9fff]\([\u4e00-\u9fff]")
    places = [path for path in SOURCES if path.relative_to(ROOT / "src" / "jiheng").parts[0] in {"audit", "scoring", "cli", "exporters"}]
    found = [f"{path.name}: {text[:40]}" for path in places for text in _strings(path) if half.search(text) and "\\" not in text]
    assert found == []


def _strings(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
