"""``jiheng read FILE``: what was read, field by field, the least certain first; ``--annotate`` shows it on the pages themselves."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import write
from jiheng.cli.intake import Outcome, Request, appraise_file, existing

if TYPE_CHECKING:
    from jiheng.domain.dossier import Dossier
    from jiheng.exporters.review import FieldReview

    Listed = Sequence[tuple[Dossier, Sequence[FieldReview]]]


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出格式，默认 text。")
@click.option("--only-doubtful", is_flag=True, help="只列请人核对的字段。")
@click.option("--annotate", metavar="OUT.html", help="另写对照页：原页（或原表）上框出读到的单元格，与字段互相定位。")
@click.option("--output", metavar="PATH", help="列表写入文件，不显示在屏幕上。")
def read(file: str, *, form: str, only_doubtful: bool, annotate: str | None, output: str | None) -> int:
    """列出读到的每个字段：原文、读作什么、有多大把握，没把握的在前。退出码：0 读出，2 用法有误，3 无法读取。"""
    (path, *more) = existing((file,))
    if more:
        raise click.UsageError("read 一次看一个文件。请给出一个文件。")
    copy = _target(annotate, path, "--annotate")
    if copy is not None and copy.suffix.lower() not in {".html", ".htm"}:
        raise click.UsageError(f"--annotate：“{copy}”的后缀应是 .html。")
    target = _target(output, path, "--output")
    outcome = appraise_file(path, Request())
    if outcome.message is not None or any(dossier.evaluation is None for dossier in outcome.dossiers):
        click.echo(outcome.message or outcome.dossiers[0].findings[0].message, err=True)
        return 3
    if copy is not None:
        _annotate(outcome, copy)
    from jiheng.exporters.review import reviews  # noqa: PLC0415 - start-up time of the other commands

    listed = [(dossier, [one for one in reviews(dossier) if one.doubtful or not only_doubtful]) for dossier in outcome.dossiers]
    _deliver(listed, form=form, target=target)
    return 0


def _target(text: str | None, source: Path, option: str) -> Path | None:
    """Where to write, never over the form itself.

    Raises:
        click.UsageError: it is the form itself.
    """
    if text is None:
        return None
    target = Path(text)
    if target.exists() and target.samefile(source):
        raise click.UsageError(f"{option}：“{text}”就是要读的文件，写入会把它盖掉。请换一个文件名。")
    return target


def _annotate(outcome: Outcome, target: Path) -> None:
    from jiheng import importers  # noqa: PLC0415 - only where pages are drawn
    from jiheng.exporters import annotated  # noqa: PLC0415 - as above

    source = outcome.path.read_bytes()
    page = annotated.render(outcome.dossiers, source, lambda: importers.read(source, outcome.path.name))
    write(target, page, option="--annotate")
    click.echo(f"对照页：{target}", err=True)


def _deliver(listed: Listed, *, form: str, target: Path | None) -> None:
    if form == "json":
        records = [_record(number, one) for number, (_, part) in enumerate(listed, start=1) for one in part]
        text = json.dumps(records, ensure_ascii=False, indent=2)
        if target is None:
            click.echo(text)
        else:
            write(target, text)
        return
    if target is None:
        _show(listed)
        return
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        _show(listed)
    write(target, page.getvalue())


def _show(listed: Listed) -> None:
    from jiheng.exporters import terminal  # noqa: PLC0415 - rich is slow to import

    if len(listed) > 1:
        fields = sum(len(dossier.fields) for dossier, _ in listed)
        click.echo(f"文件里有 {len(listed)} 张表，共 {fields} 个字段，请核对的有 {sum(one.doubtful for _, part in listed for one in part)} 个。")
    for number, (dossier, part) in enumerate(listed, start=1):
        if len(listed) > 1:
            click.echo(f"\n第 {number} 张，共 {len(listed)} 张")
        terminal.show_reviews(dossier, part)


def _record(form: int, one: FieldReview) -> dict[str, object]:
    """One field as JSON data: numbers as decimal strings, ``form`` the form of the file from 1."""
    anchor = {name: value for name, value in one.anchor._asdict().items() if name != "box"}
    box = None if one.anchor.box is None else [format(edge, "f") for edge in one.anchor.box]
    return {
        "form": form,
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
