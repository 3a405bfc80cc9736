"""``jiheng ledgers``: list, show and check the definitions of ledgers, and the bindings of a project."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.errors import PackInvalidError

if TYPE_CHECKING:
    from jiheng.rulebook.ledgers import Ledger


@click.group()
def ledgers() -> None:
    """查看、检查台账的定义，检查一个项目的台账清单。"""


@ledgers.command("list")
def list_ledgers() -> None:
    """列出全部台账：编号、名称、口径。"""
    for ledger in _known().values():
        click.echo("\t".join((ledger.id, ledger.number, ledger.title, "、".join(part.title for part in ledger.definitions.values()))))


@ledgers.command()
@click.argument("ledger", metavar="ID")
def show(ledger: str) -> None:
    """用文字说明一种台账：列、不计的行、口径。"""
    from jiheng.rulebook.ledger_describe import describe_ledger  # noqa: PLC0415 - start-up time of the other commands

    known = _known()
    if ledger not in known:
        near = difflib.get_close_matches(ledger, known, n=3, cutoff=0)
        raise click.UsageError(f"没有台账“{ledger}”。相近的有：{'、'.join(near)}；全部见 jiheng ledgers list。")
    click.echo(describe_ledger(known[ledger]))


@ledgers.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
def check(files: tuple[str, ...]) -> int:
    """检查台账定义文件，或项目的台账清单（台账.yaml）；有误时给出文件与行号。退出码：0 全部通过，1 有误，2 用法有误。"""
    paths = [Path(name) for name in files]
    missing = next((path for path in paths if not path.is_file()), None)
    if missing is not None:
        raise click.UsageError(f"{missing}：文件不存在。请检查路径。")
    worst = 0
    for path in paths:
        try:
            click.echo(f"{path}：通过（{_checked(path)}）。")
        except PackInvalidError as error:
            click.echo(f"{error.file}:{error.line}：{error.what}")
            worst = 1
    return worst


def _known() -> dict[str, Ledger]:
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - start-up time of the other commands

    return load_rulebook().ledgers


def _checked(path: Path) -> str:
    """What the file holds, once it is found right.

    Raises:
        PackInvalidError: it breaks the schema.
    """
    from jiheng.rulebook.ledger_loading import check_bindings, check_borrowed, is_bindings, load_ledger  # noqa: PLC0415 - as above

    if is_bindings(path):
        bindings = check_bindings(path, _known())
        return f"{bindings.project}，{bindings.year} 年度，{len(bindings.bindings)} 行指标"
    ledger = load_ledger(path)
    check_borrowed(path, {**_known(), ledger.id: ledger})
    return f"{ledger.number} {ledger.title}，{len(ledger.columns)} 列，{len(ledger.definitions)} 个口径"
