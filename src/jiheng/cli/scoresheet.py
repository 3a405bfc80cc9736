"""``jiheng scoresheet FILE…``: the derivation of every point with its clause, a page per form, sealed with the dossier's digest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import law_titles, targets, unread, write, write_bytes
from jiheng.cli.export import written
from jiheng.cli.intake import Request, appraise_file, existing, request_of
from jiheng.cli.many import Ending, Errand, carry_out, tell
from jiheng.cli.report import title_for

if TYPE_CHECKING:
    from jiheng.exporters.layout.model import Layout


@dataclass(frozen=True, slots=True)
class Sheets(Ending):
    """The sheets of one file's forms, and the forms as JSON where they are to be written too."""

    layouts: tuple[Layout, ...] = ()
    forms: tuple[object, ...] = ()


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--output", metavar="OUT.pdf", help="写入哪个文件，各表依次成页；也可以是目录，每个文件一份。不给则写在原文件旁边。")
@click.option("--with-dossier", is_flag=True, help="同时写出同名的档案 JSON，供 jiheng verify 核对。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；默认为表中年度的 12 月 31 日。")
@click.option("--waiver", multiple=True, metavar="ROW=TREATMENT", help="豁免，如 /indicators/5=keep；可重复。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="同时处理的文件数，默认 1。")
def scoresheet(  # noqa: PLR0913 - the options of the command, each named
    files: tuple[str, ...],
    *,
    output: str | None,
    with_dossier: bool,
    pack: str | None,
    place: str | None,
    on: str | None,
    waiver: tuple[str, ...],
    jobs: int,
) -> int:
    """写出复算评分表（PDF）：每一分的由来和依据，附档案摘要与二维码。退出码：0 全部写出，2 用法有误，3 有文件无法读取。"""
    paths = existing(files)
    request = request_of(pack=pack, place=place, on=on, stage=(), waiver=waiver)
    together = output is not None and (Path(output).is_file() or (not Path(output).is_dir() and Path(output).suffix.lower() == ".pdf"))
    wanted = None if output is None else Path(output)
    places = targets(paths, lambda path: f"{path.stem}.评分表.pdf", wanted, several=not together)
    errands = [Errand(path, target) for path, target in zip(paths, places * len(paths) if together else places, strict=True)]
    work = partial(_drawn, request=request, with_dossier=with_dossier) if together else partial(_filed, request=request, with_dossier=with_dossier)
    endings = carry_out(errands, work, jobs, "评分")
    sheets = [one for one in endings if isinstance(one, Sheets)]
    code = tell(endings)
    if sheets:
        click.echo(_write(sheets, places[0], with_dossier=with_dossier))
    return code


def _drawn(errand: Errand, *, request: Request, with_dossier: bool) -> Ending:
    """The score sheets of one file, ready to be written with those of others."""
    from jiheng.domain.codec import digest, dossier_to_json  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.exporters.layout.scoresheet import score_sheet  # noqa: PLC0415 - as above

    outcome = appraise_file(errand.path, request)
    why = unread(outcome)
    if why is not None:
        return Ending(why, outcome.exit_code)
    titles = law_titles(outcome.dossiers)
    layouts = tuple(score_sheet(dossier, title_for(dossier, titles), digest(dossier)) for dossier in outcome.dossiers)
    return Sheets("", 0, layouts, tuple(dossier_to_json(dossier) for dossier in outcome.dossiers) if with_dossier else ())


def _filed(errand: Errand, *, request: Request, with_dossier: bool) -> Ending:
    """Write the score sheets of one file; the lines that say so."""
    drawn = _drawn(errand, request=request, with_dossier=with_dossier)
    return Ending(_write([drawn], errand.target, with_dossier=with_dossier)) if isinstance(drawn, Sheets) else drawn


def _write(sheets: list[Sheets], target: Path, *, with_dossier: bool) -> str:
    """One document of all sheets, the forms beside it; the lines that say so."""
    import json  # noqa: PLC0415 - start-up time of the other commands

    from jiheng.exporters.layout.scoresheet import bound  # noqa: PLC0415 - as above

    layouts = [layout for one in sheets for layout in one.layouts]
    write_bytes(target, written([bound(layouts)], "pdf"))
    said = f"评分表：{target}（{len(layouts)} 张）"
    if not with_dossier:
        return said
    beside = target.with_suffix(".json")
    forms = [form for one in sheets for form in one.forms]
    write(beside, json.dumps(forms[0] if len(forms) == 1 else forms, ensure_ascii=False, indent=2), option="--with-dossier")
    return f"{said}\n档案：{beside}"
