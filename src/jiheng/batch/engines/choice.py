"""An engine by its name."""

from __future__ import annotations

from typing import Final, Literal

from jiheng.batch.engines.cluster import Cluster
from jiheng.batch.engines.local import Local
from jiheng.batch.engines.port import Engine

ENGINES: Final = ("local", "ray")
EngineName = Literal["local", "ray"]


def engine_named(name: EngineName, jobs: int, address: str | None = None) -> Engine:
    """The engine of that name: ``local`` is this machine, ``ray`` the cluster at ``address`` or, without one, one of ``jobs`` workers here.

    Raises:
        EngineError: what the engine needs is not installed.
    """
    return Local(jobs) if name == "local" else Cluster(jobs, address)
