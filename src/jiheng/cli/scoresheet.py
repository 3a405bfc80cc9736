"""``jiheng scoresheet FILE…``: the derivation of every point with its clause, a page per form, sealed with the dossier's digest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import law_titles, targets, write, write_bytes
from jiheng.cli.export import written
from jiheng.cli.intake import existing, request_of
from jiheng.cli.report import readable, title_for

if TYPE_CHECKING:
    from jiheng.domain.dossier import Dossier


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--output", metavar="OUT.pdf", help="写入哪个文件，各表依次成页；也可以是目录，每个文件一份。不给则写在原文件旁边。")
@click.option("--with-dossier", is_flag=True, help="同时写出同名的档案 JSON，供 jiheng verify 核对。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；默认为表中年度的 12 月 31 日。")
@click.option("--waiver", multiple=True, metavar="ROW=TREATMENT", help="豁免，如 /indicators/5=keep；可重复。")
def scoresheet(  # noqa: PLR0913 - the options of the command, each named
    files: tuple[str, ...],
    *,
    output: str | None,
    with_dossier: bool,
    pack: str | None,
    place: str | None,
    on: str | None,
    waiver: tuple[str, ...],
) -> int:
    """写出复算评分表（PDF）：每一分的由来和依据，附档案摘要与二维码。退出码：0 全部写出，2 用法有误，3 有文件无法读取。"""
    paths = existing(files)
    request = request_of(pack=pack, place=place, on=on, stage=(), waiver=waiver)
    together = output is not None and (Path(output).is_file() or (not Path(output).is_dir() and Path(output).suffix.lower() == ".pdf"))
    wanted = None if output is None else Path(output)
    places = targets(paths[:1] if together else paths, lambda path: f"{path.stem}.评分表.pdf", wanted, several=not together)
    batches: dict[Path, tuple[Dossier, ...]] = {}
    unread = 0
    for path, target in zip(paths, places * len(paths) if together else places, strict=True):
        dossiers = readable(path, request)
        unread += not dossiers
        if dossiers:
            batches[target] = (*batches.get(target, ()), *dossiers)
    for target, dossiers in batches.items():
        _write(dossiers, target, with_dossier=with_dossier)
    return 3 if unread else 0


def _write(dossiers: tuple[Dossier, ...], target: Path, *, with_dossier: bool) -> None:
    import json  # noqa: PLC0415 - start-up time of the other commands

    from jiheng.domain.codec import digest, dossier_to_json  # noqa: PLC0415 - as above
    from jiheng.exporters.layout.scoresheet import score_sheets  # noqa: PLC0415 - as above

    titles = law_titles(dossiers)
    layout = score_sheets([(dossier, title_for(dossier, titles), digest(dossier)) for dossier in dossiers])
    write_bytes(target, written([layout], "pdf"))
    click.echo(f"评分表：{target}（{len(dossiers)} 张）")
    if with_dossier:
        beside = target.with_suffix(".json")
        data = [dossier_to_json(dossier) for dossier in dossiers]
        write(beside, json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2), option="--with-dossier")
        click.echo(f"档案：{beside}")
