"""A place to write small packs that break one thing each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jiheng.rulebook import PACKS, Rulebook, load_rulebook

HEADER = "title: 试\nvariant: T\nplace: 试验地\nkinds: [project]\ntemplates: []\nfrom: 2022-01-01\nuntil: 2022-12-31\nextends: cn-2020\n"


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_rulebook()


@pytest.fixture
def write_pack(tmp_path: Path) -> Callable[..., Path]:
    def write(body: str, *, header: str = HEADER, name: str = "2022.yaml") -> Path:
        path = tmp_path / "try" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(header + body, encoding="utf-8")
        return path

    return write


@pytest.fixture
def own_rulebook(tmp_path: Path) -> Rulebook:
    """A rulebook of its own in which a test may write packs beside copies of the national and the fictional one."""
    for part in ("cn", "example"):
        (tmp_path / part).mkdir()
        for source in (PACKS / part).glob("*.yaml"):
            (tmp_path / part / source.name).write_bytes(source.read_bytes())
    (tmp_path / "gazetteer.yaml").write_bytes((PACKS / "gazetteer.yaml").read_bytes())
    return Rulebook(tmp_path)
