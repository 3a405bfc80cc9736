"""``jiheng fill FORM --ledgers DIR --output OUT``: actual values, amounts, rates and scores from the ledgers; judgements left as marked gaps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import write, write_bytes
from jiheng.cli.export import chosen, written
from jiheng.cli.intake import request_of, settled_rulebook
from jiheng.cli.measure import form_in, ledgers_of, the_form

if TYPE_CHECKING:
    from jiheng.domain.dossier import Dossier
    from jiheng.domain.finding import Finding
    from jiheng.evidence.filling import Filling
    from jiheng.rulebook.forms import Form

ENDINGS = ("xlsx", "docx", "pdf", "txt", "json")


@click.command()
@click.argument("form", metavar="FORM")
@click.option("--ledgers", metavar="DIR", help="台账的目录，里面有 台账.yaml；不给则用自评表旁边的“台账”目录。")
@click.option("--output", required=True, metavar="OUT", help=f"写入哪个文件；按后缀写成 {'、'.join(ENDINGS)}。")
@click.option("--form", "paper", metavar="ID", help="写成哪张表，见 jiheng export --list；不给则写成读到的那张。")
@click.option("--overwrite", is_flag=True, help="已填的值与台账、得分与复算不一致时，以台账和复算为准改写；不给则保留并列出。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；默认为表中年度的 12 月 31 日。")
def fill(  # noqa: PLR0913 - the options of the command, each named
    form: str, *, ledgers: str | None, output: str, paper: str | None, overwrite: bool, pack: str | None, place: str | None, on: str | None
) -> int:
    """按台账填写自评表：实际完成值、资金、执行率与得分；须由人判断的，台账不全或口径未定的，留空并标明“【请填写：……】”。

    FORM 是空白或已填的自评表，或者放着自评表和“台账”目录的目录。退出码：0 全部填好，1 还有待填写或不一致的，2 用法有误，3 无法读取。
    """
    path, target = form_in(Path(form)), Path(output)
    ending = target.suffix.lower().removeprefix(".")
    if ending not in ENDINGS:
        raise click.UsageError(f"--output：“{output}”的后缀应是 {'、'.join(ENDINGS)} 之一。")
    if target.exists() and target.samefile(path):
        raise click.UsageError(f"--output：“{target}”就是原表，写入会把它盖掉。请换一个文件名。")
    folder = ledgers_of(path, ledgers)
    dossier = the_form(path, request_of(pack=pack, place=place, on=on, stage=(), waiver=()))
    if isinstance(dossier, int):
        return dossier
    drawing = None if ending == "json" else chosen(paper, dossier.evaluation.template if dossier.evaluation else None)
    filling = filled(dossier, folder, drawing, overwrite=overwrite)
    after = audited(dossier, filling)
    _write(after, filling, drawing, target)
    click.echo(_told(filling, after, path, target))
    return int(bool(filling.gaps or filling.kept))


def filled(dossier: Dossier, folder: Path, drawing: Form | None, *, overwrite: bool) -> Filling:
    """The form of a dossier filled from a ledgers' folder; ``drawing`` names the money lines that its paper has.

    Raises:
        JihengError: the ledgers' folder does not fit the form.
    """
    from jiheng import pipeline  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.evidence.filling import Asked  # noqa: PLC0415 - as above
    from jiheng.evidence.filling import fill as fill_in  # noqa: PLC0415 - as above
    from jiheng.evidence.money import project_money  # noqa: PLC0415 - as above
    from jiheng.evidence.project import measure_bound, opened  # noqa: PLC0415 - as above

    book = settled_rulebook()
    case = pipeline.case_of(dossier, book)
    assert case is not None  # noqa: S101 - unread files were turned away
    bindings, read = opened(case, folder, book.ledgers)
    money = project_money(case, bindings, book.ledgers, read, date(bindings.year, 12, 31))
    measure = partial(measure_bound, bindings=bindings, ledgers=book.ledgers, read=read)
    return fill_in(case, measure, Asked(overwrite, money, _items(drawing)))


def _items(drawing: Form | None) -> tuple[str, ...]:
    """The money lines of a drawing: its rows, or the tiers that its cells name."""
    from jiheng.rulebook.forms import keyed_place  # noqa: PLC0415 - start-up time of the other commands

    if drawing is None:
        return ()
    keyed = (keyed_place(place) for place in sorted(drawing.places))
    return drawing.fund_lines or tuple(dict.fromkeys(item for group, item, _ in filter(None, keyed) if group == "funds"))


def audited(dossier: Dossier, filling: Filling) -> Dossier:
    """The filled form scored and audited with its measurements."""
    from jiheng import pipeline  # noqa: PLC0415 - start-up time of the other commands

    return pipeline.recheck(replace(dossier, evaluation=filling.evaluation, measurements=filling.measurements), settled_rulebook())


def _write(dossier: Dossier, filling: Filling, drawing: Form | None, target: Path) -> None:
    if drawing is None:
        from jiheng.domain.codec import dossier_to_json  # noqa: PLC0415 - only this format needs it

        write(target, json.dumps(dossier_to_json(dossier), ensure_ascii=False, indent=2))
        return
    from jiheng.exporters.layout.form import form_layout  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.exporters.layout.gaps import with_gaps  # noqa: PLC0415 - as above

    assert dossier.evaluation is not None  # noqa: S101 - unread files were turned away
    layout = with_gaps(form_layout(drawing, dossier.evaluation, dossier.scorecard), [one.subject for one in filling.gaps])
    write_bytes(target, written([layout], target.suffix.lower().removeprefix(".")))


def _told(filling: Filling, dossier: Dossier, path: Path, target: Path) -> str:
    """What was done, cell by cell, what is left, and what the audit says about the filled rows."""
    lines = [f"{path} → {target}", f"填写 {len(filling.filled)} 处："]
    lines += [f"  {_cell(one.subject, one.name)}：{_change(one.before, one.after)}（{one.why}）" for one in filling.filled]
    if filling.kept:
        lines.append(f"保留已填的 {len(filling.kept)} 处：")
        lines += [f"  {_cell(one.subject, one.name)}：填报 {one.typed}，应为 {one.other}（{one.why}）" for one in filling.kept]
    lines.append(f"待填写 {len(filling.gaps)} 处：")
    lines += [f"  {_cell(one.subject, one.name)}：{one.why}" for one in filling.gaps]
    wrong = faults(filling, dossier)
    lines.append(f"复查已填好的各行：台账、得分、完成值方面的意见 {len(wrong)} 条。")
    return "\n".join([*lines, *(f"  {one.message} {one.code}" for one in wrong)])


def faults(filling: Filling, dossier: Dossier) -> list[Finding]:
    """What the audit finds wrong with values and scores of the rows that were filled and that wait for nothing more."""
    waiting = {_row(one.subject) for one in filling.gaps} | {_row(one.subject) for one in filling.kept}
    done = {_row(one.subject) for one in filling.filled} - waiting
    return [one for one in dossier.findings if _row(one.subject) in done and one.code.startswith(("ledger.", "score.", "actual."))]


def _row(subject: str) -> str:
    """The row of a cell: ``/indicators/3/actual`` → ``/indicators/3``; the money block is one."""
    parts = subject.split("/")
    return "/".join(parts[:3]) if subject.startswith("/indicators/") else "/".join(parts[:2])


CELLS = {"actual": "完成值", "stated_score": "得分", "stated_rate": "执行率", "reason": "原因"}


def _cell(subject: str, name: str) -> str:
    """A cell in words: 第 3 行“举办活动”完成值, 市本级实际支出."""
    parts = subject.strip("/").split("/")
    return f"第 {int(parts[1]) + 1} 行“{name}”{CELLS.get(parts[2], '')}" if parts[0] == "indicators" else name


def _change(before: str | None, after: str) -> str:
    return after if before is None else f"{before} → {after}"
