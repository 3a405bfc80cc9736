"""``jiheng annotate FILE…``: the user's own xlsx or docx given back with a comment at each finding."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import targets, unread, write_bytes
from jiheng.cli.intake import Request, appraise_file, existing, request_of
from jiheng.cli.many import Ending, Errand, carry_out, tell
from jiheng.errors import NotAnnotatableError

if TYPE_CHECKING:
    from jiheng.exporters.copies import Copy

SUFFIX = ".批注"


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--output", metavar="PATH", help=f"写入哪个文件；多个文件时为目录。不给则写在原文件旁边，文件名加“{SUFFIX}”。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；默认为表中年度的 12 月 31 日。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="同时处理的文件数，默认 1。")
def annotate(  # noqa: PLR0913 - the options of the command, each named
    files: tuple[str, ...], *, output: str | None, pack: str | None, place: str | None, on: str | None, jobs: int
) -> int:
    """在原来的 xlsx、docx 上加审核批注，其余一概不动。退出码：0 全部写出，2 用法有误，3 有文件无法读取。"""
    paths = existing(files)
    request = request_of(pack=pack, place=place, on=on, stage=(), waiver=())
    several = len(paths) > 1 or any(Path(file).is_dir() for file in files)
    copies = targets(paths, lambda path: f"{path.stem}{SUFFIX}{path.suffix}", None if output is None else Path(output), several=several)
    errands = [Errand(path, target) for path, target in zip(paths, copies, strict=True)]
    return tell(carry_out(errands, partial(_copied, request=request, named=several), jobs, "批注"))


def _copied(errand: Errand, *, request: Request, named: bool) -> Ending:
    """Write one copy; the line that says so."""
    from jiheng.exporters.copies import annotated_copy  # noqa: PLC0415 - start-up time of the other commands

    path = errand.path
    outcome = appraise_file(path, request)
    why = unread(outcome)
    if why is not None:
        return Ending(why, outcome.exit_code)
    try:
        copy = annotated_copy(path.read_bytes(), path.name, outcome.dossiers)
    except OSError as error:
        return Ending(f"{path}：无法读取（{error.strerror}）。请检查文件与权限。", 3)
    except NotAnnotatableError as error:
        return Ending(str(error), 2)
    write_bytes(errand.target, copy.content)
    return Ending(f"{f'{path}：' if named else ''}{_done(copy)}写入 {errand.target}")


def _done(copy: Copy) -> str:
    if not copy.comments:
        return "没有意见，照原样"
    away = f"（其中 {copy.displaced} 条意见说不准或不能标在单元格上，写在标题处）" if copy.displaced else ""
    return f"{copy.comments} 处批注{away}，"
