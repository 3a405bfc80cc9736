"""``jiheng measure FORM --ledgers DIR``: each actual value beside what its ledger says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import unread, write
from jiheng.cli.intake import Request, appraise_file, existing, request_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jiheng.domain.dossier import Dossier

LEDGERS_FOLDER = "台账"
FINE = frozenset({"equal", "judgement", "undetermined"})
"""Outcomes that ask nobody to change anything."""
PREFERRED = ("docx", "xlsx", "xls", "doc", "ods", "odt", "html", "csv", "txt", "pdf")
"""Which of several copies of a form is read, by its ending."""


@click.command()
@click.argument("form", metavar="FORM")
@click.option("--ledgers", metavar="DIR", help="台账的目录，里面有 台账.yaml；不给则用自评表旁边的“台账”目录。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；默认为表中年度的 12 月 31 日。")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="输出格式，默认 text。")
@click.option("--output", metavar="PATH", help="写入文件，不显示在屏幕上。")
def measure(  # noqa: PLR0913 - the options of the command, each named
    form: str, *, ledgers: str | None, pack: str | None, place: str | None, on: str | None, shape: str, output: str | None
) -> int:
    """按台账计算每行指标的实际值，与填报数并列：差额、采用与未计的行、证据所在的单元格、不同口径的结果。

    FORM 是自评表，或者放着自评表和“台账”目录的目录。退出码：0 全部一致，1 有不一致或不能证明的，2 用法有误，3 无法读取。
    """
    path = form_in(Path(form))
    folder = ledgers_of(path, ledgers)
    outcome = appraise_file(path, request_of(pack=pack, place=place, on=on, stage=(), waiver=(), ledgers=folder))
    trouble = unread(outcome)
    if trouble is not None:
        click.echo(trouble, err=True)
        return outcome.exit_code
    text = _json(outcome.dossiers) if shape == "json" else _text(outcome.dossiers)
    if output is not None:
        write(Path(output), text)
    else:
        click.echo(text, nl=not text.endswith("\n"))
    return int(any(one.outcome not in FINE for dossier in outcome.dossiers for one in dossier.measurements))


def form_in(path: Path) -> Path:
    """The form: the file itself, or the one in a folder; copies of one name in several formats count as one.

    Raises:
        click.UsageError: there is none, or there are several.
    """
    found = existing((str(path),))
    if len({one.stem for one in found}) > 1:
        listed = "、".join(one.name for one in found)
        raise click.UsageError(f"{path}：目录里有 {len(found)} 个文件（{listed}），不知道哪一个是自评表。请给出文件。")
    return min(found, key=lambda one: (*PREFERRED, one.suffix[1:].lower()).index(one.suffix[1:].lower()))


def ledgers_of(form: Path, named: str | None) -> Path:
    """The folder of the ledgers: the one named, or the one beside the form.

    Raises:
        click.UsageError: it does not exist or has no bindings file.
    """
    from jiheng.rulebook.ledger_loading import BINDINGS_FILE  # noqa: PLC0415 - start-up time of the other commands

    folder = Path(named) if named is not None else form.parent / LEDGERS_FOLDER
    if not (folder / BINDINGS_FILE).is_file():
        raise click.UsageError(f"--ledgers：目录“{folder}”里没有 {BINDINGS_FILE}。请给出台账的目录。")
    return folder


def the_form(path: Path, request: Request) -> Dossier | int:
    """The form that ledgers belong to; where it cannot be read, the exit code (why is said on stderr).

    Raises:
        click.UsageError: the file holds several forms.
    """
    outcome = appraise_file(path, request)
    trouble = unread(outcome)
    if trouble is not None:
        click.echo(trouble, err=True)
        return outcome.exit_code
    if len(outcome.dossiers) > 1:
        raise click.UsageError(f"{path}：文件里有 {len(outcome.dossiers)} 张自评表，不知道台账属于哪一张。请先分开。")
    return outcome.dossiers[0]


def _json(dossiers: Sequence[Dossier]) -> str:
    from jiheng.exporters.measured import as_data  # noqa: PLC0415 - start-up time of the other commands

    data = [as_data(dossier) for dossier in dossiers]
    return json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2)


def _text(dossiers: Sequence[Dossier]) -> str:
    from jiheng.exporters.terminal import measured_text  # noqa: PLC0415 - rich is slow to import and json needs none of it

    return "".join(measured_text(dossier) for dossier in dossiers)
