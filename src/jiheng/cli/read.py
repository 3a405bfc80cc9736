"""``jiheng read FILE``: what was read, field by field, the least certain first; ``--annotate`` shows it on the pages themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import write
from jiheng.cli.intake import Request, appraise_file, existing

if TYPE_CHECKING:
    from jiheng.cli.intake import Outcome
    from jiheng.exporters.review import FieldReview


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出格式，默认 text。")
@click.option("--only-doubtful", is_flag=True, help="只列请人核对的字段。")
@click.option("--annotate", metavar="OUT.html", help="另写对照页：原页（或原表）上框出读到的单元格，与字段互相定位。")
def read(file: str, *, form: str, only_doubtful: bool, annotate: str | None) -> int:
    """列出读到的每个字段：原文、读作什么、有多大把握，没把握的在前。退出码：0 读出，2 用法有误，3 无法读取。"""
    (path, *more) = existing((file,))
    if more:
        raise click.UsageError("read 一次看一个文件。请给出一个文件。")
    outcome = appraise_file(path, Request())
    if outcome.message is not None or any(dossier.evaluation is None for dossier in outcome.dossiers):
        click.echo(outcome.message or outcome.dossiers[0].findings[0].message, err=True)
        return 3
    if annotate is not None:
        _annotate(outcome, Path(annotate))
    from jiheng.exporters.review import reviews  # noqa: PLC0415 - start-up time of the other commands

    listed = [[one for one in reviews(dossier) if one.doubtful or not only_doubtful] for dossier in outcome.dossiers]
    if form == "json":
        parts = [[_record(one) for one in part] for part in listed]
        click.echo(json.dumps(parts[0] if len(parts) == 1 else parts, ensure_ascii=False, indent=2))
        return 0
    from jiheng.exporters import terminal  # noqa: PLC0415 - rich is slow to import

    for dossier, part in zip(outcome.dossiers, listed, strict=True):
        terminal.show_reviews(dossier, part)
    return 0


def _annotate(outcome: Outcome, target: Path) -> None:
    from jiheng import importers  # noqa: PLC0415 - only where pages are drawn
    from jiheng.exporters import annotated  # noqa: PLC0415 - as above

    source = outcome.path.read_bytes()
    document = importers.read(source, outcome.path.name)
    write(target, annotated.render(document, outcome.dossiers, source), option="--annotate")
    click.echo(f"对照页：{target}", err=True)


def _record(one: FieldReview) -> dict[str, object]:
    anchor = {name: value for name, value in one.anchor._asdict().items() if name != "box"}
    box = None if one.anchor.box is None else [format(edge, "f") for edge in one.anchor.box]
    return {
        "pointer": one.pointer,
        "label": one.label,
        "printed": one.printed,
        "read": one.read,
        "confidence": format(one.confidence, "f"),
        "alternatives": list(one.alternatives),
        "doubtful": one.doubtful,
        "notes": list(one.notes),
        "anchor": {**anchor, "box": box},
    }
