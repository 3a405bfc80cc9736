"""Outcomes to the screen or to files, in the format asked for."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.intake import Outcome
from jiheng.domain.dossier import Dossier

if TYPE_CHECKING:
    from jiheng.exporters.summary import Read


SUMMARY_ENDINGS = (".xlsx", ".csv", ".html", ".htm")


def summary_path(text: str | None) -> Path | None:
    """Where the summary goes.

    Raises:
        click.UsageError: the ending is none of xlsx, csv and html.
    """
    if text is not None and Path(text).suffix.lower() not in SUMMARY_ENDINGS:
        raise click.UsageError(f"--summary：“{text}”的后缀应是 .xlsx、.csv 或 .html。")
    return None if text is None else Path(text)


def deliver_summary(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the summary table, a line per form.

    Raises:
        click.UsageError: the place cannot be written.
    """
    from jiheng.exporters import summary  # noqa: PLC0415 - only where a summary is asked for

    write_bytes(path, summary.render(_files(outcomes), path.name), option="--summary")
    click.echo(f"汇总表：{path}", err=True)


def _files(outcomes: Sequence[Outcome]) -> list[Read]:
    from jiheng.exporters.summary import Read  # noqa: PLC0415 - as above

    return [Read(str(outcome.path), outcome.dossiers, outcome.message) for outcome in outcomes]


def deliver(outcomes: Sequence[Outcome], *, form: str, output: Path | None, brief: bool = False) -> None:
    """Print the outcomes, or write them to ``output``: a directory for several html or md reports, else one file.

    ``brief`` prints a line per form instead of whole reports on the screen: what somebody sees who named a directory.

    Raises:
        click.UsageError: ``output`` cannot be written.
    """
    read = [outcome for outcome in outcomes if outcome.dossiers and (form == "json" or outcome.message is None)]
    if output is not None and len(outcomes) > 1 and form in {"html", "md"}:
        for name, outcome in zip(unique(f"{outcome.path.stem}.{form}" for outcome in read), read, strict=True):
            write(output / name, _text([outcome], form))
        return
    if form == "text" and output is None:
        from jiheng.exporters import terminal  # noqa: PLC0415 - rich is slow to import and json needs none of it

        if brief:
            terminal.show_summary(_files(outcomes))
            return
        for outcome in read:
            terminal.show(outcome.dossiers, law_titles(outcome.dossiers))
        return
    text = _json(read, several=len(outcomes) > 1) if form == "json" else _text(read, form)
    if output is not None:
        write(output, text)
    elif text:
        click.echo(text, nl=not text.endswith("\n"))


def write(path: Path, text: str, *, option: str = "--output") -> None:
    """Write a text file whole or not at all, making its directory.

    Raises:
        click.UsageError: the place cannot be written.
    """
    write_bytes(path, (text if text.endswith("\n") else text + "\n").encode(), option=option)


def write_bytes(path: Path, content: bytes, *, option: str = "--output") -> None:
    """Write a file whole or not at all, making its directory.

    Raises:
        click.UsageError: the place cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(draft).chmod(0o644)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise click.UsageError(f"{option}：无法写入 {path}（{error.strerror}）。请换一个位置。") from None


def unread(outcome: Outcome) -> str | None:
    """The sentence that says why a file, or a form of it, could not be read; None where all of it was."""
    if outcome.message is not None:
        return outcome.message
    if not outcome.dossiers:
        return f"{outcome.path}：没有读到自评表。"
    bad = next((dossier for dossier in outcome.dossiers if dossier.evaluation is None), None)
    return None if bad is None else f"{outcome.path}：{bad.findings[0].message}"


def law_titles(dossiers: Sequence[Dossier]) -> dict[str, str]:
    """The title of every pack the dossiers were scored under."""
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - json needs no titles

    used = {dossier.scorecard.rulepack.id for dossier in dossiers if dossier.scorecard is not None}
    book = load_rulebook()
    return {pack: book.pack(pack).title for pack in sorted(used) if pack in book.ids()}


def _json(outcomes: Sequence[Outcome], *, several: bool) -> str:
    from jiheng.domain.codec import dossier_to_json  # noqa: PLC0415 - only this format needs it

    parts = [[dossier_to_json(dossier) for dossier in outcome.dossiers] for outcome in outcomes]
    shaped: list[object] = [part[0] if len(part) == 1 else part for part in parts]
    return "\n".join(json.dumps(part, ensure_ascii=False, indent=None if several else 2) for part in shaped)


def _text(outcomes: Sequence[Outcome], form: str) -> str:
    dossiers = [dossier for outcome in outcomes for dossier in outcome.dossiers]
    if form == "html":
        from jiheng.exporters import html  # noqa: PLC0415 - the templates are loaded only for this format

        return html.render(dossiers, law_titles(dossiers))
    if form == "md":
        from jiheng.exporters import markdown  # noqa: PLC0415 - only this format needs it

        return markdown.render(dossiers, law_titles(dossiers))
    from jiheng.exporters import terminal  # noqa: PLC0415 - rich is slow to import

    return terminal.render(dossiers, law_titles(dossiers))


def unique(names: Iterable[str]) -> list[str]:
    """The names, one that comes again with a number before its ending: 表.html, 表-2.html."""
    taken: set[str] = set()
    out = []
    for wanted in names:
        stem, dot, ending = wanted.rpartition(".")
        name, number = wanted, 2
        while name in taken:
            name, number = f"{stem}-{number}{dot}{ending}", number + 1
        taken.add(name)
        out.append(name)
    return out


def targets(paths: Sequence[Path], name_of: Callable[[Path], str], output: Path | None, *, several: bool) -> list[Path]:
    """Where each file's copy goes: beside its source, into a directory, or the very file named; copies of one name are numbered.

    Raises:
        click.UsageError: a copy would take the place of a source, or several copies that of one file.
    """
    if several and output is not None and output.is_file():
        raise click.UsageError(f"--output：有 {len(paths)} 个文件要写，“{output}”却是一个文件。请给出目录。")
    if output is not None and not several and not output.is_dir():
        wanted = [str(output)]
    else:
        wanted = [str((output or path.parent) / name_of(path)) for path in paths]
    found = [Path(name) for name in unique(wanted)]
    for target in found:
        if target.exists() and any(target.samefile(source) for source in paths):
            raise click.UsageError(f"--output：“{target}”就是原文件，写入会把它盖掉。请换一个文件名。")
    return found
