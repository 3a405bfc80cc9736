"""``jiheng verify DOSSIER|SHEET.pdf``: recompute a stored dossier and compare digests; hold a printed score sheet against it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from jiheng.cli.intake import existing
from jiheng.domain.dossier import Dossier
from jiheng.errors import DossierInvalidError, RuleBookError


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="DOSSIER|SHEET.pdf…")
@click.option("--dossier", "dossiers", multiple=True, metavar="DOSSIER.json", help="评分表（pdf）所据的档案；不给则用与评分表同名的 .json。")
@click.option("--source", metavar="FORM", help="评分表（pdf）的原表：按表上所印规则包和日期重新审核，比对摘要。")
def verify(files: tuple[str, ...], *, dossiers: tuple[str, ...], source: str | None) -> int:
    """按档案所载规则包重算并比对摘要；也核对评分表（pdf）与档案或原表是否相符。退出码：0 相符，1 不相符，2 用法有误，3 不能核对。"""
    paths = existing(files)
    sheets = [path for path in paths if _is_page(path)]
    if not sheets and (dossiers or source):
        raise click.UsageError("--dossier 和 --source 用来核对评分表，请同时给出评分表（pdf）。")
    given = [*(path for path in paths if path not in sheets), *existing(dossiers)]
    given += [beside for sheet in sheets if (beside := sheet.with_suffix(".json")).is_file() and beside not in given]
    worst = max((_verify_file(path) for path in given), default=0)
    if sheets:
        from jiheng.cli.verify_sheet import check  # noqa: PLC0415 - only for printed sheets

        pool = [(path, data) for path in given for data in _dossiers_of(path)]
        original = existing((source,))[0] if source else None
        worst = max(worst, *(check(sheet, pool, original) for sheet in sheets))
    return worst


def _is_page(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def _dossiers_of(path: Path) -> list[object]:
    try:
        return _stored(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []  # said by _verify_file


def _verify_file(path: Path) -> int:
    try:
        stored = _stored(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        click.echo(f"{path}：不是 JSON（{error}）。请提供 jiheng appraise --format json 的输出。", err=True)
        return 3
    worst = 0 if stored else 3
    for index, data in enumerate(stored):
        name = str(path) if len(stored) == 1 else f"{path} 第 {index + 1} 份"
        worst = max(worst, _verify_one(name, data))
    return worst


def _stored(text: str) -> list[object]:
    """The dossiers of one JSON text: an object, a list, or one of these per line."""
    try:
        parts = [json.loads(text)]
    except ValueError:
        parts = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [item for part in parts for item in (part if isinstance(part, list) else [part])]


def _verify_one(name: str, data: object) -> int:
    from jiheng.domain.codec import digest_of_json, dossier_from_json  # noqa: PLC0415 - start-up time of the other commands

    try:
        dossier = dossier_from_json(data)
    except DossierInvalidError as error:
        click.echo(f"{name}：{error}", err=True)
        return 3
    stated = data.get("digest") if isinstance(data, Mapping) else None
    if isinstance(data, Mapping) and digest_of_json(data) != stated:
        click.echo(f"{name}：不相符。内容与所载摘要 {stated} 不一致，档案生成后被改动过。请向出具方索取原件。")
        return 1
    return _recompute(name, dossier, str(stated))


def _recompute(name: str, dossier: Dossier, stated: str) -> int:
    from jiheng import pipeline  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.domain.codec import digest  # noqa: PLC0415 - as above
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - as above

    try:
        again = pipeline.recheck(dossier, load_rulebook())
    except RuleBookError as error:
        click.echo(f"{name}：无法重算。{error}", err=True)
        return 3
    if digest(again) != stated:
        click.echo(f"{name}：不相符。{_first_difference(dossier, again)}。请用 jiheng appraise 重新出具。")
        return 1
    click.echo(f"{name}：相符，摘要 {stated}。")
    return 0


def _first_difference(stored: Dossier, again: Dossier) -> str:
    old, new = stored.scorecard, again.scorecard
    if old is not None and new is not None and old.rulepack != new.rulepack:
        return f"规则包 {old.rulepack.id} 的内容已不同于出具时（档案 {old.rulepack.digest[:12]}，现为 {new.rulepack.digest[:12]}）"
    if old is not None and new is not None and old.total != new.total:
        return f"复算合计：档案 {old.total}，重算 {new.total}"
    if old != new:
        return "逐行得分与重算结果不同"
    return f"审核发现：档案 {len(stored.findings)} 条，重算 {len(again.findings)} 条，内容不同（出具时用过 --stage 的档案只含部分发现，也会如此）"
