"""``jiheng appraise FILE|DIR…``: read, re-score and audit forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from jiheng.cli.delivery import deliver, deliver_summary, summary_path
from jiheng.cli.intake import UNFINISHED, Outcome, appraise_file, existing, lost, request_of
from jiheng.cli.many import each, watched


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--recursive", is_flag=True, help="目录连同下级目录里的文件一起读；不给则只读目录里的文件。")
@click.option("--summary", metavar="PATH", help="另写一张汇总表，每张自评表一行；按后缀写成 xlsx、csv 或 html。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；默认为表中年度的 12 月 31 日。")
@click.option("--stage", multiple=True, metavar="STAGE", help="只查这些阶段：imp、fill、sub、aud、rev、roll、pub；可重复或用逗号分隔。")
@click.option("--waiver", multiple=True, metavar="ROW=TREATMENT", help="豁免，如 /indicators/5=keep；可重复。")
@click.option("--ledgers", metavar="DIR", help="台账的目录，里面有 台账.yaml：实际值按台账核对，意见并入清单。")
@click.option("--evidence", multiple=True, metavar="FILE", help="佐证材料的文件或目录，可重复：完成值与材料里的数字对照，意见并入清单。")
@click.option("--format", "form", type=click.Choice(["text", "json", "html", "md"]), default="text", help="输出格式，默认 text。")
@click.option("--output", metavar="PATH", help="写入文件；多个文件且为 html 或 md 时为目录。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="同时处理的文件数，默认 1。")
def appraise(  # noqa: PLR0913 - the options of the command, each named
    files: tuple[str, ...],
    *,
    recursive: bool,
    summary: str | None,
    pack: str | None,
    place: str | None,
    on: str | None,
    stage: tuple[str, ...],
    waiver: tuple[str, ...],
    ledgers: str | None,
    evidence: tuple[str, ...],
    form: str,
    output: str | None,
    jobs: int,
) -> int:
    """读取自评表，按规则复算并审核。退出码：0 无问题，1 有错误或提醒，2 用法有误，3 无法读取。"""
    summary_wanted = summary_path(summary)
    paths = existing(files, recursive=recursive)
    request = request_of(pack=pack, place=place, on=on, stage=stage, waiver=waiver, ledgers=_folder(ledgers, paths))
    request = replace(request, attached=_attached(evidence, paths))
    work = partial(appraise_file, request=request)
    outcomes = list(watched(each(paths, work, jobs, lost=_killed), len(paths), "审核"))
    for outcome in outcomes:
        if outcome.message is not None:
            click.echo(outcome.message, err=True)
    if summary_wanted is not None:
        deliver_summary(outcomes, summary_wanted)
    deliver(outcomes, form=form, output=None if output is None else Path(output), brief=len(paths) > len(files))
    return max(outcome.exit_code for outcome in outcomes)


def _folder(ledgers: str | None, paths: Sequence[Path]) -> Path | None:
    """The folder of the ledgers, which are those of one form.

    Raises:
        click.UsageError: it cannot be used, or several forms are named.
    """
    if ledgers is None:
        return None
    from jiheng.cli.measure import ledgers_of  # noqa: PLC0415 - only where ledgers are named

    if len(paths) > 1:
        raise click.UsageError(f"--ledgers：一套台账只对一张自评表，这里有 {len(paths)} 个文件。请给出一个文件。")
    return ledgers_of(paths[0], ledgers)


def _attached(evidence: tuple[str, ...], paths: Sequence[Path]) -> tuple[Path, ...]:
    """The attached files, which are those of one form.

    Raises:
        click.UsageError: one does not exist, or several forms are named.
    """
    if evidence and len(paths) > 1:
        raise click.UsageError(f"--evidence：一套佐证材料只对一张自评表，这里有 {len(paths)} 个文件。请给出一个文件。")
    return existing(evidence) if evidence else ()


def _killed(path: Path) -> Outcome:
    return lost(path, "file.limit", f"{path}：处理进程意外终止。{UNFINISHED}")
