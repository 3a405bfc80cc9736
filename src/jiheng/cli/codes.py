"""``jiheng codes``: every finding code with title, severity, stage and authority."""

from __future__ import annotations

import click

from jiheng.domain.finding import SEVERITY_NAMES


@click.command()
@click.option("--pack", metavar="ID", help="按哪个规则包；默认为最新的全国规则包。")
def codes(pack: str | None) -> None:
    """列出全部审核编号：编号、级别、阶段、名称、依据，以制表符分隔。"""
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - start-up time of the other commands

    book = load_rulebook()
    law = book.national if pack is None else book.pack(pack)
    for code, entry in sorted(law.rules.items()):
        authority = "；".join(cite.sentence() for cite in entry.cites)
        click.echo("\t".join((code, SEVERITY_NAMES[entry.severity], entry.stage, entry.title, authority)))
