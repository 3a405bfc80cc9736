"""``jiheng export FILE|DIR…``: the forms written back as the office files, prints and archives them: xlsx, docx, pdf."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from jiheng.cli.delivery import targets, unread, write_bytes
from jiheng.cli.intake import Outcome, Request, appraise_file, existing, request_of, settled_rulebook
from jiheng.cli.many import KILLED, Ending, Errand, carry_out, each, tell, watched
from jiheng.errors import FormUnknownError

if TYPE_CHECKING:
    from jiheng.domain.dossier import Dossier
    from jiheng.exporters.layout.model import Layout
    from jiheng.rulebook.forms import Form

FORMATS = ("xlsx", "docx", "pdf")
ROLLUP = "rollup"


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of every file."""

    request: Request
    form: str | None
    format: str
    scores: Literal["stated", "recomputed"]
    notes: bool


@click.command()
@click.argument("files", nargs=-1, metavar="FILE…")
@click.option("--form", "form", metavar="ID", help="写成哪张表，见 --list；不给则写成读到的那张。recheck 为复核表，rollup 为汇总表。")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="xlsx", help="文件格式，默认 xlsx。")
@click.option("--output", metavar="PATH", help="写入哪个文件；多个文件时为目录。不给则写在原文件旁边。")
@click.option(
    "--scores", type=click.Choice(["stated", "recomputed"]), default="stated", help="得分一栏写自评（stated，默认）还是复算（recomputed）。"
)
@click.option("--notes", is_flag=True, help="pdf：页边加上审核意见，文末附意见清单。")
@click.option("--recursive", is_flag=True, help="目录连同下级目录里的文件一起写。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；默认为表中年度的 12 月 31 日。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="同时处理的文件数，默认 1。")
@click.option("--list", "listing", is_flag=True, help="列出可以写成的表。")
def export(  # noqa: PLR0913 - the options of the command, each named
    files: tuple[str, ...],
    *,
    form: str | None,
    kind: str,
    output: str | None,
    scores: str,
    notes: bool,
    recursive: bool,
    pack: str | None,
    place: str | None,
    on: str | None,
    jobs: int,
    listing: bool,
) -> int:
    """把读到的自评表写成正式表格。退出码：0 全部写出，2 用法有误，3 有文件无法读取。"""
    if listing:
        _list()
        return 0
    if not files:
        raise click.UsageError("请给出要写的文件，或用 --list 看有哪些表。")
    if notes and kind != "pdf":
        raise click.UsageError("--notes 只用于 pdf；要在原来的 xlsx 或 docx 上加批注，请用 jiheng annotate。")
    paths = existing(files, recursive=recursive)
    request = request_of(pack=pack, place=place, on=on, stage=(), waiver=())
    if form is not None and form != ROLLUP:
        chosen(form, None)
    target = None if output is None else Path(output)
    if form == ROLLUP:
        return _roll_up(paths, request, kind, target or Path(f"汇总表.{kind}"), jobs)
    several = len(paths) > 1 or len(paths) > len(files)
    places = targets(paths, lambda path: f"{path.stem}.自评表.{kind}", target, several=several)
    job = Job(request, form, kind, cast("Literal['stated', 'recomputed']", scores), notes)
    errands = [Errand(path, place) for path, place in zip(paths, places, strict=True)]
    return tell(carry_out(errands, partial(_write, job=job), jobs, "写出"))


def _list() -> None:
    for form in settled_rulebook().forms.values():
        click.echo(f"{form.id:<18} {form.title}：{form.source}")
    click.echo(f"{ROLLUP:<18} 绩效自评汇总表（多张表汇成一张）")


def chosen(name: str | None, template: str | None) -> Form:
    """The form asked for, else the one the template is written back in.

    Raises:
        FormUnknownError: no form has the id, or none serves the template.
    """
    forms = settled_rulebook().forms
    if name is not None:
        if name not in forms:
            raise FormUnknownError(f"没有表“{name}”。可用：{'、'.join([*forms, ROLLUP])}。")
        return forms[name]
    serving = next((form for form in forms.values() if template in form.serves), None)
    if serving is None:
        raise FormUnknownError(f"版式“{template}”没有对应的正式表。请用 --form 指定：{'、'.join(forms)}。")
    return serving


def _write(errand: Errand, *, job: Job) -> Ending:
    """Write the forms of one file; the line that says so, with what the form has no place for."""
    outcome = appraise_file(errand.path, job.request)
    why = unread(outcome)
    if why is not None:
        return Ending(why, 3)
    layouts, left = zip(*(laid_out(dossier, job) for dossier in outcome.dossiers), strict=True)
    write_bytes(errand.target, written(layouts, job.format))
    missing = "、".join(dict.fromkeys(name for names in left for name in names))
    return Ending(f"{errand.path} → {errand.target}" + (f"（这张表没有“{missing}”一栏，未写出）" if missing else ""))


def laid_out(dossier: Dossier, job: Job) -> tuple[Layout, tuple[str, ...]]:
    """The form on paper, and the names of what it has no place for."""
    from jiheng.exporters.layout.coverage import left_out  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.exporters.layout.form import form_layout  # noqa: PLC0415 - as above
    from jiheng.exporters.layout.notes import with_notes  # noqa: PLC0415 - as above
    from jiheng.exporters.layout.recomputed import with_recomputed_scores  # noqa: PLC0415 - as above

    evaluation = with_recomputed_scores(dossier) if job.scores == "recomputed" else dossier.evaluation
    assert evaluation is not None  # noqa: S101 - unread files were turned away
    form = chosen(job.form, evaluation.template)
    layout = form_layout(form, evaluation, dossier.scorecard)
    return with_notes(layout, dossier) if job.notes else layout, left_out(form, evaluation)


def written(layouts: Sequence[Layout], form: str) -> bytes:
    """One file of all layouts, one after the other.

    Raises:
        WriterMissingError: what the format needs is not installed.
    """
    writer = importlib.import_module(f"jiheng.exporters.writers.{form}")
    whole = replace(layouts[0], sections=tuple(section for layout in layouts for section in layout.sections))
    return cast("bytes", writer.write(whole))


def _roll_up(paths: tuple[Path, ...], request: Request, form: str, target: Path, jobs: int) -> int:
    from jiheng.exporters.layout.rollup import rollup  # noqa: PLC0415 - only for this form

    work = partial(appraise_file, request=request)
    outcomes: list[Outcome] = list(watched(each(paths, work, jobs, lost=_lost), len(paths), "汇总"))
    for outcome in outcomes:
        if outcome.message is not None:
            click.echo(outcome.message, err=True)
    dossiers = [dossier for outcome in outcomes for dossier in outcome.dossiers]
    write_bytes(target, written([rollup(dossiers)], form))
    click.echo(f"汇总表：{target}（{len(paths)} 个文件）")
    return 3 if any(dossier.evaluation is None for dossier in dossiers) or not dossiers else 0


def _lost(path: Path) -> Outcome:
    return Outcome(path, message=f"{path}：{KILLED}")
