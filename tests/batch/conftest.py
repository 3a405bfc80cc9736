"""A real Ray cluster on this machine, begun once for all tests that need one: those carry ``xdist_group("ray")``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jiheng.batch.engines.cluster import connected

WORKERS = 2


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[Any]:
    """Ray, connected to a cluster of two workers; the engine uses what is connected already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))  # where workers find the work of the tests
        with connected(WORKERS, None) as ray:
            yield ray
