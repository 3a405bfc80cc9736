"""What the user asked for, checked before any work: files, date, waivers, stages, pack."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import click

from jiheng.domain.finding import Stage
from jiheng.errors import JihengError, UnreadableFileError

if TYPE_CHECKING:
    from jiheng.domain.document import Document
    from jiheng.domain.dossier import Dossier, Waiver
    from jiheng.rulebook import Rulebook

KINDS = frozenset(
    {
        *("xlsx", "xlsm", "xls", "et", "ods", "csv", "tsv", "docx", "docm", "doc", "wps", "odt", "rtf", "txt"),
        *("pdf", "ofd", "png", "jpg", "jpeg", "tif", "tiff", "bmp", "html", "htm", "mht", "mhtml"),
    }
)
"""Endings of files that are looked at in a directory."""
OBJECTS_BETWEEN_COLLECTIONS = 50_000
UNFINISHED = "该文件没有完成审核。请单独重新运行它；如仍出错，请设 JIHENG_DEBUG=1。"


@dataclass(frozen=True, slots=True)
class Request:
    """The options of ``appraise`` that hold for every file."""

    pack: str | None = None
    place: str | None = None
    on: date | None = None
    stages: tuple[Stage, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    ledgers: Path | None = None
    attached: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file's dossiers, or the sentence that says why there are none; ``usage`` marks a mistake in the command line."""

    path: Path
    dossiers: tuple[Dossier, ...] = ()
    message: str | None = None
    usage: bool = False

    @property
    def exit_code(self) -> int:
        """0 clean, 1 an error or warning, 2 usage, 3 unreadable."""
        if self.message is not None:
            return 2 if self.usage else 3
        if any(dossier.evaluation is None for dossier in self.dossiers) or not self.dossiers:
            return 3
        return int(any(finding.severity != "info" for dossier in self.dossiers for finding in dossier.findings))


def appraise_file(path: Path, request: Request) -> Outcome:
    """Read and appraise one file; never raises, so that one file never takes the others down."""
    from jiheng.importers.reading import warm  # noqa: PLC0415 - start-up time of the other commands

    try:
        source = path.read_bytes()
        warm(source, path.name)
        from jiheng import audit, pipeline  # noqa: PLC0415 - while the worker starts

        dossiers = pipeline.appraise(
            source,
            path.name,
            rulebook=settled_rulebook(),
            pack=request.pack,
            place=request.place,
            on=request.on,
            waivers=request.waivers,
            stages=request.stages or audit.DEFAULT_STAGES,
        )
        if request.ledgers is not None:
            dossiers = tuple(pipeline.measured(dossier, request.ledgers, settled_rulebook()) for dossier in dossiers)
        if request.attached:
            attached = documents_of(request.attached)
            dossiers = tuple(pipeline.proved(dossier, attached, settled_rulebook()) for dossier in dossiers)
    except OSError as error:
        return lost(path, "file.damaged", f"{path}：无法读取（{error.strerror}）。请检查文件与权限。")
    except JihengError as error:
        return Outcome(path, message=f"{path}：{error}", usage=not isinstance(error, UnreadableFileError))
    except Exception as error:  # noqa: BLE001 - an accident in one file becomes a message, the other files go on
        return lost(path, "file.damaged", f"{path}：程序出错（{type(error).__name__}）。{UNFINISHED}")
    return Outcome(path, dossiers)


def documents_of(paths: Sequence[Path]) -> list[Document]:
    """The attached files that can be read; the others are named on stderr."""
    from jiheng import importers  # noqa: PLC0415 - start-up time of the other commands

    found = []
    for path in paths:
        try:
            found.append(importers.read(path.read_bytes(), path.name))
        except UnreadableFileError as error:
            click.echo(f"{path}：{error}", err=True)
        except OSError as error:
            click.echo(f"{path}：无法读取（{error.strerror}）。请检查文件与权限。", err=True)
    return found


@cache
def settled_rulebook() -> Rulebook:
    """The rulebook, set apart from the collector of garbage: it lives as long as the process, and need not be looked through form by form."""
    import gc  # noqa: PLC0415 - start-up time of the other commands

    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - as above

    rulebook = load_rulebook()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 50)
    return rulebook


def lost(path: Path, code: str, message: str) -> Outcome:
    """A file that gave nothing: the sentence for the screen, and a dossier with the ``file.*`` finding so that JSON has its line too."""
    from jiheng.domain.dossier import Dossier, Source  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.domain.finding import Finding  # noqa: PLC0415 - as above
    from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - as above

    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    entry = load_rulebook().national.rules.get(code)
    finding = Finding(code, entry.severity if entry else "error", message, cites=entry.cites if entry else ())
    source = Source(path.name, hashlib.sha256(content).hexdigest(), path.suffix.removeprefix(".").lower())
    return Outcome(path, (Dossier(on=None, document=source, findings=(finding,)),), message)


def request_of(  # noqa: PLR0913 - the options of the command, each named
    *, pack: str | None, place: str | None, on: str | None, stage: tuple[str, ...], waiver: tuple[str, ...], ledgers: Path | None = None
) -> Request:
    """The request, or a usage error in Chinese.

    Raises:
        click.UsageError: the date, a stage, a waiver or the pack cannot be.
        JihengError: the pack is unknown (near ids named) or a waiver is malformed.
    """
    from jiheng.scoring.waivers import parse_waiver  # noqa: PLC0415 - only with the command that needs it

    if pack is not None:
        from jiheng.rulebook import load_rulebook  # noqa: PLC0415 - only where a pack is named

        load_rulebook().pack(pack)
    waivers = tuple(parse_waiver(text) for text in waiver)
    return Request(pack, place, day_of(on), stages_of(stage), waivers, ledgers)


def day_of(text: str | None) -> date | None:
    """The date meant by ``--on``.

    Raises:
        click.UsageError: the text is no ISO date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--on：“{text}”不是日期，应如 2023-12-31。") from None


def stages_of(texts: tuple[str, ...]) -> tuple[Stage, ...]:
    """The stages named, separated by commas or given repeatedly.

    Raises:
        click.UsageError: a name is no stage.
    """
    names = [name for text in texts for name in text.split(",") if name]
    wrong = next((name for name in names if name not in get_args(Stage)), None)
    if wrong is not None:
        raise click.UsageError(f"--stage：没有阶段“{wrong}”，只能是 {'、'.join(get_args(Stage))}。")
    return tuple(cast("Stage", name) for name in names)


def existing(paths: tuple[str, ...], *, recursive: bool = False) -> tuple[Path, ...]:
    """The files named, and the forms in the directories named; deeper ones only where asked for.

    Raises:
        click.UsageError: a path does not exist, or a directory holds no file of a known kind.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(_forms_in(path, recursive=recursive))
            if not inside:
                hint = "" if recursive else "；如要查看下级目录，请加 --recursive"
                raise click.UsageError(f"{path}：目录里没有可读的文件（{'、'.join(sorted(KINDS))}）{hint}。")
            found.extend(inside)
        elif path.is_file():
            found.append(path)
        else:
            raise click.UsageError(f"{path}：文件不存在。请检查路径。")
    return tuple(found)


def _forms_in(directory: Path, *, recursive: bool) -> Iterator[Path]:
    """Files of known kinds; hidden ones and the lock files of office programs apart. Links to directories are not followed."""
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if recursive and not name.startswith(".")]
        for name in names:
            if not name.startswith((".", "~$")) and name.rpartition(".")[2].lower() in KINDS:
                yield Path(folder, name)
