"""``jiheng rescore DATA``: a data set scored and audited again, on this machine or on a cluster."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.intake import day_of
from jiheng.domain.finding import Severity

if TYPE_CHECKING:
    from jiheng.batch.rescoring import Summary

NEEDED = ("numba", "numpy", "pyarrow")
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@click.command()
@click.argument("data", metavar="DATA")
@click.option("--output", required=True, metavar="OUT", help="结果的目录：空的、还没有的，或上次没有做完的（会接着做）。")
@click.option("--pack", metavar="ID", help="全部表都按这个规则包，如 cn-2020；不给则各表按自己的规则包。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；不给则为各表自己的。")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", help="在本机（local）或 Ray 集群（ray）上做，默认 local。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="同时进行的进程数，默认 1。")
@click.option("--address", metavar="ADDR", help="已有 Ray 集群的地址，如 10.0.0.1:6379；不给则在本机起一个。")
def rescore(  # noqa: PLR0913 - the options of the command, each named
    data: str, *, output: str, pack: str | None, on: str | None, engine: str, jobs: int, address: str | None
) -> int:
    """把整个列式数据集重新复算并审核，得分、总分和意见写成 Parquet，分区与数据集相同。

    中断后以同样的参数再运行，会从断处接着做。退出码：0 完成，1 有表没有生效的规则包，2 用法有误。
    """
    day = day_of(on)
    if address is not None and engine != "ray":
        raise click.UsageError("--address 只用于 --engine ray。")
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise click.UsageError(f"批量复算需要 {'、'.join(missing)}，请安装 jiheng[batch]。")
    from jiheng.batch.chosen import Asked  # noqa: PLC0415 - comes with an extra
    from jiheng.batch.engines.choice import engine_named  # noqa: PLC0415 - as above
    from jiheng.batch.rescoring import Summary, rescore  # noqa: PLC0415 - as above
    from jiheng.cli.progress import told_progress  # noqa: PLC0415 - start-up time of the other commands

    begun = time.monotonic()
    total = Summary()
    chosen = engine_named("ray" if engine == "ray" else "local", jobs, address)
    for _, summary in rescore(Path(data), Path(output), Asked(pack, day), engine=chosen, progress=told_progress("复算")):
        total += summary
    for line in _lines(total, time.monotonic() - begun):
        click.echo(line)
    click.echo(f"结果：{output}", err=True)
    return int(total.unruled > 0)


def _lines(total: Summary, seconds: float) -> list[str]:
    from jiheng.domain.finding import SEVERITY_NAMES  # noqa: PLC0415 - start-up time of the other commands

    found = "、".join(f"{SEVERITY_NAMES[severity]} {total.severities.get(severity, 0):,}" for severity in SEVERITIES)
    speed = f"，每 CPU 秒 {total.rows / total.cpu:,.0f} 行" if total.cpu else ""
    lines = [
        f"{total.forms:,} 张表，{total.rows:,} 行指标。",
        f"复算总分与填报不同的 {total.differing:,} 张，总分待定的 {total.open:,} 张。",
        f"意见：{found}。",
    ]
    if total.unruled:
        lines.append(f"没有生效的规则包、没有复算的 {total.unruled:,} 张。请用 --on 或 --pack 指定规则。")
    return [*lines, f"用时 {seconds:.1f} 秒{speed}。"]
