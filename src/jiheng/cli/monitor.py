"""``jiheng monitor FORM --ledgers DIR --on DATE``: money and targets during the year, lamps, and what the year may end with (运行监控)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import write
from jiheng.cli.intake import day_of, request_of, settled_rulebook
from jiheng.cli.measure import form_in, ledgers_of, the_form

if TYPE_CHECKING:
    from jiheng.domain.dossier import Dossier
    from jiheng.domain.monitored import Monitoring


@click.command()
@click.argument("form", metavar="FORM")
@click.option("--ledgers", metavar="DIR", help="台账的目录，里面有 台账.yaml；不给则用自评表旁边的“台账”目录。")
@click.option("--on", metavar="DATE", required=True, help="截至哪一天，如 2023-07-31；须在台账的年度内。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--format", "shape", type=click.Choice(["text", "json", "html"]), default="text", help="输出格式，默认 text；html 为可打印的网页。")
@click.option("--output", metavar="PATH", help="写入文件，不显示在屏幕上。")
def monitor(  # noqa: PLR0913 - the options of the command, each named
    form: str, *, ledgers: str | None, on: str, pack: str | None, place: str | None, shape: str, output: str | None
) -> int:
    """年度中的运行监控：先列资金（年初预算、追加、下达、各月支付、执行率），再列每行指标至今的完成值、按时间进度应达的值、红黄绿灯、全年推算及办法。

    FORM 是自评表（不看实际完成值，空白表也可），或者放着自评表和“台账”目录的目录。退出码：0 没有红灯，1 有红灯，2 用法有误，3 无法读取。
    """
    path = form_in(Path(form))
    folder = ledgers_of(path, ledgers)
    dossier = the_form(path, request_of(pack=pack, place=place, on=None, stage=(), waiver=()))
    if isinstance(dossier, int):
        return dossier
    day = day_of(on)
    assert day is not None  # noqa: S101 - the option is required
    found = monitored(dossier, folder, day)
    text = _shaped(found, shape)
    if output is not None:
        write(Path(output), text)
    else:
        click.echo(text, nl=not text.endswith("\n"))
    return int(found.money_lamp == "red" or any(row.lamp == "red" for row in found.rows))


def monitored(dossier: Dossier, folder: Path, on: date) -> Monitoring:
    """The project of a form on a day.

    Raises:
        click.UsageError: the day is not in the year of the ledgers.
        JihengError: the ledgers' folder does not fit the form.
    """
    from jiheng import pipeline  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.evidence.monitoring import monitor as watch  # noqa: PLC0415 - as above
    from jiheng.evidence.project import opened  # noqa: PLC0415 - as above

    book = settled_rulebook()
    case = pipeline.case_of(dossier, book)
    assert case is not None  # noqa: S101 - unread files were turned away
    bindings, read = opened(case, folder, book.ledgers)
    if on.year != bindings.year:
        raise click.UsageError(f"--on：{on.isoformat()} 不在台账的年度（{bindings.year} 年）内。")
    return watch(case, bindings, book.ledgers, read, on)


def _shaped(found: Monitoring, shape: str) -> str:
    if shape == "html":
        from jiheng.exporters.monitored_page import render  # noqa: PLC0415 - the templates are loaded only for this format

        return render(found)
    from jiheng.exporters.monitored import as_data, monitored_text  # noqa: PLC0415 - start-up time of the other commands

    return json.dumps(as_data(found), ensure_ascii=False, indent=2) if shape == "json" else monitored_text(found)
