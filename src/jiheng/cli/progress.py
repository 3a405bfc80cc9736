"""How far a long job is, on stderr: one line that renews itself where a person watches, a line every so often where nobody does."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from jiheng.batch.jobs import Progress

BETWEEN_LINES = 10.0
BETWEEN_RENEWALS = 0.2


def told_progress(label: str) -> Callable[[Progress], None]:
    """Tells people how far the job is; silent where it is over before the first line is due."""
    watched = sys.stderr.isatty()
    last = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal last
        over = progress.done == progress.total
        if progress.seconds == 0.0 and progress.resumed:
            click.echo(f"{label}：接着上次做，已完成 {progress.resumed}/{progress.total} 个行组。", err=True)
        elif time.monotonic() - last >= (BETWEEN_RENEWALS if watched else BETWEEN_LINES) or (watched and over):
            last = time.monotonic()
            click.echo(f"\r{sentence(label, progress)}\x1b[K" if watched else sentence(label, progress), err=True, nl=over or not watched)

    return tell


def sentence(label: str, progress: Progress) -> str:
    """Such as ``复算：12/610 个行组，98.3 万/5000.0 万行，已用 0:00:41，还需 0:33:28``."""
    eta = "—" if progress.eta is None else clock(progress.eta)
    rows = f"{progress.rows_done / 10_000:.1f} 万/{progress.rows_total / 10_000:.1f} 万行"
    return f"{label}：{progress.done}/{progress.total} 个行组，{rows}，已用 {clock(progress.seconds)}，还需 {eta}"


def clock(seconds: float) -> str:
    """Hours, minutes and seconds, such as ``1:02:03``."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
