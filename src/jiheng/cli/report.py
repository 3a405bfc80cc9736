"""``jiheng report FILE…``: the self-evaluation report as a Word document or a PDF, its facts filled in, its judgements left as marked gaps."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import law_titles, targets, unread, write_bytes
from jiheng.cli.export import written
from jiheng.cli.intake import Request, appraise_file, existing, request_of
from jiheng.cli.many import Ending, Errand, carry_out, tell

if TYPE_CHECKING:
    from jiheng.domain.dossier import Dossier

FORMATS = ("docx", "pdf")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="docx", help="文件格式，默认 docx（便于填写和修改）。")
@click.option("--output", metavar="PATH", help="写入哪个文件；多个文件时为目录。不给则写在原文件旁边。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；默认为表中年度的 12 月 31 日。")
@click.option("--waiver", multiple=True, metavar="ROW=TREATMENT", help="豁免，如 /indicators/5=keep；可重复。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="同时处理的文件数，默认 1。")
def report(  # noqa: PLR0913 - the options of the command, each named
    files: tuple[str, ...],
    *,
    kind: str,
    output: str | None,
    pack: str | None,
    place: str | None,
    on: str | None,
    waiver: tuple[str, ...],
    jobs: int,
) -> int:
    """写出绩效自评报告：事实由表中数据生成，须由人填写的地方标明“【请填写：……】”。退出码：0 全部写出，2 用法有误，3 有文件无法读取。"""
    paths = existing(files)
    request = request_of(pack=pack, place=place, on=on, stage=(), waiver=waiver)
    several = len(paths) > 1 or len(paths) > len(files) or any(Path(name).is_dir() for name in files)
    places = targets(paths, lambda path: f"{path.stem}.自评报告.{kind}", None if output is None else Path(output), several=several)
    # looked for before any work: on the second try after a killed process a report may stand there that this very run has written
    there = frozenset(target for target in places if target.exists()) if output is None else frozenset[Path]()
    errands = [Errand(path, target) for path, target in zip(paths, places, strict=True)]
    return tell(carry_out(errands, partial(_reported, request=request, kind=kind, there=there), jobs, "报告"))


def _reported(errand: Errand, *, request: Request, kind: str, there: frozenset[Path]) -> Ending:
    """Write the report of one file unless one is there; the line that says so."""
    if errand.target in there:
        return Ending(f"{errand.target} 已经有了，可能已有人填写过，没有覆盖。请用 --output 另指定文件名。", 2)
    outcome = appraise_file(errand.path, request)
    why = unread(outcome)
    if why is not None:
        return Ending(why, outcome.exit_code)
    gaps = _write(outcome.dossiers, kind, errand.target)
    return Ending(f"{errand.path} → {errand.target}（待填写 {gaps} 处）")


def _write(dossiers: tuple[Dossier, ...], kind: str, target: Path) -> int:
    """Write the reports of one file; how many gaps they leave."""
    from jiheng.exporters.layout.model import Paragraph  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.exporters.layout.report import report as laid_out  # noqa: PLC0415 - as above

    titles = law_titles(dossiers)
    layouts = [laid_out(dossier, title_for(dossier, titles)) for dossier in dossiers]
    write_bytes(target, written(layouts, kind))
    items = [item for layout in layouts for section in layout.sections for item in section.items]
    return sum(isinstance(item, Paragraph) and item.role == "gap" for item in items)


def title_for(dossier: Dossier, titles: dict[str, str]) -> str:
    """The title of the pack that scored a dossier; empty where none did."""
    return titles.get(dossier.scorecard.rulepack.id, dossier.scorecard.rulepack.id) if dossier.scorecard else ""
