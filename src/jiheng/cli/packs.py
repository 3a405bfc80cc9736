"""``jiheng packs``: list, show, compare and check rule packs."""

from __future__ import annotations

import click

from jiheng.cli.intake import existing
from jiheng.errors import PackInvalidError


@click.group()
def packs() -> None:
    """查看、比较、检查规则包。"""


@packs.command("list")
def list_packs() -> None:
    """列出全部规则包：编号、起止日期、地区、名称。"""
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - start-up time of the other commands

    book = load_rulebook()
    for pack_id in book.ids():
        pack = book.pack(pack_id)
        until = pack.in_force_until.isoformat() if pack.in_force_until else "现行"
        click.echo("\t".join((pack_id, f"{pack.in_force_from} 至 {until}", pack.place or "全国", pack.title)))


@packs.command()
@click.argument("pack", metavar="ID")
def show(pack: str) -> None:
    """用文字说明一个规则包。"""
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.rulebook.describe import describe_pack  # noqa: PLC0415 - as above

    click.echo(describe_pack(load_rulebook().pack(pack)))


@packs.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
def diff(old: str, new: str) -> None:
    """逐项比较两个规则包。"""
    from jiheng.rulebook import difference, load_rulebook  # noqa: PLC0415 - start-up time of the other commands

    book = load_rulebook()
    found = difference(book.pack(old), book.pack(new))
    for leaf in found:
        click.echo(f"{leaf.path}：{_side(leaf.old)} → {_side(leaf.new)}")
    if not found:
        click.echo("两个规则包没有差别。")


@packs.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
def check(files: tuple[str, ...]) -> int:
    """检查规则包文件；有误时给出文件与行号。退出码：0 全部通过，1 有误，2 用法有误。"""
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - start-up time of the other commands

    worst = 0
    for path in existing(files):
        try:
            pack = load_rulebook().load_file(path)
        except PackInvalidError as error:
            click.echo(f"{error.file}:{error.line}：{error.what}")
            worst = 1
        else:
            click.echo(f"{path}：通过（{pack.title}，{len(pack.rules)} 条审核规则）。")
    return worst


def _side(text: str | None) -> str:
    return "（没有）" if text is None else text
