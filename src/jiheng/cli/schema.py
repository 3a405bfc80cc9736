"""``jiheng schema``: the JSON Schema of a dossier."""

from __future__ import annotations

import json

import click


@click.command()
def schema() -> None:
    """打印档案 JSON 的 JSON Schema。"""
    from jiheng.domain.schema import dossier_schema  # noqa: PLC0415 - start-up time of the other commands

    click.echo(json.dumps(dossier_schema(), ensure_ascii=False, indent=2))
