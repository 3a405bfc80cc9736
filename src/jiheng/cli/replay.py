"""``jiheng replay DATA --pack NEW``: what an archive's scores and grades would be under another rule pack, and why."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.intake import day_of

if TYPE_CHECKING:
    from jiheng.rulebook.model import RulePack

NEEDED = ("numba", "numpy", "pyarrow")
TOP = 20
PAGE, FACTS = "replay.html", "replay.json"


@click.command()
@click.argument("data", metavar="DATA")
@click.option("--pack", required=True, metavar="NEW", help="新规则包的编号，如 cn-2020，或规则包文件（.yaml）。")
@click.option("--against", metavar="OLD", help="与哪个规则包相比，编号或文件；不给则与各表自己的规则包相比。")
@click.option("--on", metavar="DATE", help="规则适用日期：规则包须在这一天有效，各表原来的规则包按这一天选取；不给则为各表自己的。")
@click.option("--output", metavar="FOLDER", help=f"目录：写入网页报告 {PAGE} 和 {FACTS}；中断后以同样的参数再运行，从断处接着做。")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", help="在本机（local）或 Ray 集群（ray）上做，默认 local。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="同时进行的进程数，默认 1。")
@click.option("--address", metavar="ADDR", help="已有 Ray 集群的地址，如 10.0.0.1:6379；不给则在本机起一个。")
@click.option("--top", type=click.IntRange(min=0), default=TOP, metavar="N", help=f"列出变化最大的几张表，默认 {TOP}。")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="显示的格式，默认 text。")
def replay(  # noqa: PLR0913 - the options of the command, each named
    data: str,
    *,
    pack: str,
    against: str | None,
    on: str | None,
    output: str | None,
    engine: str,
    jobs: int,
    address: str | None,
    top: int,
    form: str,
) -> int:
    """整个列式数据集换一个规则包试算：各地各级有多少得分和等级变化、变多少、为什么变、哪些表变化最大。

    DATA 是 jiheng columns write 写出的数据集，内容不改动。退出码：0 完成，1 有表没有比较（没有生效的规则包等），2 用法有误。
    """
    day = day_of(on)
    if address is not None and engine != "ray":
        raise click.UsageError("--address 只用于 --engine ray。")
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise click.UsageError(f"规则包试算需要 {'、'.join(missing)}，请安装 jiheng[batch]。")
    from jiheng.batch.engines.choice import engine_named  # noqa: PLC0415 - comes with an extra
    from jiheng.batch.replayed import charts, running, told  # noqa: PLC0415 - as above
    from jiheng.batch.replayed.facts import facts  # noqa: PLC0415 - as above
    from jiheng.batch.replayed.orders import Order  # noqa: PLC0415 - as above
    from jiheng.cli.delivery import write  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.cli.progress import told_progress  # noqa: PLC0415 - as above
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - as above

    order = Order(_law(pack, "--pack"), None if against is None else _law(against, "--against"), day, top)
    chosen = engine_named("ray" if engine == "ray" else "local", jobs, address)
    with _folder(output) as folder:
        changes = running.replayed(Path(data), order, engine=chosen, folder=folder, progress=told_progress("试算"))
    known = facts(changes, order.new, running.laws_before(changes, order), load_rulebook().gazetteer)
    text = json.dumps(known, ensure_ascii=False, indent=2)
    if output is not None:
        write(Path(output) / FACTS, text)
        write(Path(output) / PAGE, charts.page(known))
        click.echo(f"网页报告：{Path(output) / PAGE}", err=True)
    click.echo(text if form == "json" else "\n".join(told.lines(known)))
    return int(bool(known["left_out"]))


def _law(name: str, option: str) -> RulePack:
    """The rule pack of that id, or in that file.

    Raises:
        click.UsageError: there is no such file.
        PackUnknownError: no pack has the id; near ones are named.
        PackInvalidError: the file breaks the schema.
    """
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - start-up time of the other commands

    if Path(name).suffix.lower() not in {".yaml", ".yml"}:
        return load_rulebook().pack(name)
    if not Path(name).is_file():
        raise click.UsageError(f"{option}：没有规则包文件 {name}。请检查路径，或给出编号（见 jiheng packs list）。")
    return load_rulebook().load_file(Path(name))


@contextmanager
def _folder(output: str | None) -> Iterator[Path]:
    """Where the job keeps what is done: the output folder, else one that is gone afterwards."""
    if output is not None:
        yield Path(output)
        return
    with tempfile.TemporaryDirectory(prefix="jiheng-replay-") as made:
        yield Path(made)
