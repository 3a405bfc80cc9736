"""Hypothesis profiles: short in ./test, long in `just nightly`; no deadline on shared machines. Names of tests that hold no file's bytes."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("short", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None)
settings.register_profile("nightly", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

LONGEST_ID = 40


def pytest_make_parametrize_id(val: object) -> str | None:
    """A packed file holds the second it was packed in: two workers would collect differently named tests."""
    return f"{len(val)} bytes" if isinstance(val, bytes) and len(val) > LONGEST_ID else None
