"""``jiheng columns``: forms into a data set of columns, out of it again, and what is in it."""

from __future__ import annotations

import importlib.util
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiheng.cli.delivery import unread
from jiheng.cli.intake import UNFINISHED, Request, appraise_file, existing, request_of, settled_rulebook
from jiheng.cli.many import each, watched
from jiheng.errors import DataSetError, DossierInvalidError, JihengError, PackUnknownError

if TYPE_CHECKING:
    from jiheng.batch.columns import Reading
    from jiheng.batch.encoded import Encoded
    from jiheng.batch.store import Group, Outcome
    from jiheng.domain.dossier import Dossier

STORED = (".json", ".jsonl")
FILES_AT_ONCE = 2048
NEEDED = ("numpy", "pyarrow")
NOWHERE = "未定"


@click.group()
def columns() -> None:
    """列式数据集（Parquet）：写入、读出、查看。"""


@columns.command("write")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--output", required=True, metavar="DATA", help="数据集的目录；已有的数据集会接着写，已在其中的表不重复写入。")
@click.option("--recursive", is_flag=True, help="目录连同下级目录里的文件一起读；不给则只读目录里的文件。")
@click.option("--pack", metavar="ID", help="规则包，如 cn-2020；不给则按模板、地区、全国依次选择。档案（json）所载的不变。")
@click.option("--place", metavar="PLACE", help="地区，如 广东省江门市。档案（json）所载的不变。")
@click.option("--on", metavar="DATE", help="规则适用日期，如 2023-12-31；默认为表中年度的 12 月 31 日。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="同时处理的文件数，默认 1。")
def write_columns(  # noqa: PLR0913 - the options of the command, each named
    files: tuple[str, ...], *, output: str, recursive: bool, pack: str | None, place: str | None, on: str | None, jobs: int
) -> int:
    """把自评表（任何格式）或档案（appraise 写出的 json、jsonl）写入列式数据集。

    退出码：0 全部写入，1 有编号相同而内容不同的表，2 用法有误，3 有文件无法读取。
    """
    _check_installed()
    from jiheng.batch.store import write_encoded  # noqa: PLC0415 - comes with an extra

    paths = existing(files, recursive=recursive)
    request = request_of(pack=pack, place=place, on=on, stage=(), waiver=())
    lost: list[Path] = []

    def forms() -> Iterator[Encoded]:
        for taken in _taken(paths, request, jobs):
            if taken.message is not None:
                click.echo(taken.message, err=True)
                lost.append(taken.path)
            yield from taken.forms

    done = write_encoded(Path(output), forms(), told=_tell)
    left = "".join((f"，{done.same} 张已在其中" if done.same else "", f"，{done.other} 张因编号相同没有写入" if done.other else ""))
    click.echo(f"已写入 {done.forms} 张表、{done.indicators} 行指标{left}。数据集：{output}", err=True)
    return 3 if lost else int(done.other > 0)


@columns.command("read")
@click.argument("data", metavar="DATA")
@click.option("--form", "forms", multiple=True, metavar="ID", help="只读这个编号的表；可重复。")
@click.option("--year", type=int, metavar="YEAR", help="只读这一年度的表；0 为表中没有年度的。")
@click.option("--place", metavar="PLACE", help=f"只读这个地区及其下级的表；{NOWHERE} 为地区不明的。")
@click.option("--output", required=True, metavar="FILE.jsonl|-", help="写入文件，一行一份档案；- 为屏幕。")
def read_columns(data: str, *, forms: tuple[str, ...], year: int | None, place: str | None, output: str) -> int:
    """读出档案，按各自所载规则包重新复算并审核；没有规则包的不复算。退出码：0 完成，1 有编号没有找到、规则包没有或已不同，2 用法有误。"""
    _check_installed()
    from jiheng.batch.store import groups  # noqa: PLC0415 - comes with an extra
    from jiheng.domain.codec import dumps  # noqa: PLC0415 - start-up time of the other commands

    chosen = [group for group in groups(Path(data)) if _is_of(group, year, place)]
    told: Counter[str] = Counter()
    missing = set(forms)
    with _lines_to(output) as write:
        for group in watched(iter(chosen), len(chosen), "读出"):
            for reading in _readings(group, frozenset(forms)):
                missing.discard(reading.form)
                write(dumps(_rechecked(reading, told)))
    for form in sorted(missing):
        click.echo(f"没有编号为 {form} 的表。请用 jiheng columns show 查看有哪些分区，或去掉 --year、--place 再找。", err=True)
    for sentence, count in told.items():
        click.echo(f"{count} 张表{sentence}", err=True)
    return int(bool(missing or told))


@columns.command()
@click.argument("data", metavar="DATA")
def show(data: str) -> None:
    """查看数据集：各年度、地区有多少张表，各列是什么。"""
    _check_installed()
    from jiheng.batch import schema  # noqa: PLC0415 - comes with an extra
    from jiheng.batch.store import groups  # noqa: PLC0415 - as above

    found = groups(Path(data))
    click.echo("年度\t地区\t表\t指标行\t资金行\t文件组\t行组\t字节")
    for folder in dict.fromkeys(group.part.folder for group in found):
        inside = [group for group in found if group.part.folder == folder]
        click.echo("\t".join((str(inside[0].year or NOWHERE), inside[0].place or NOWHERE, *map(str, _counts(inside)))))
    click.echo("\t".join(("合计", "", *map(str, _counts(found)))))
    for table, kind in schema.TABLES.items():
        click.echo(f"\n{table}.parquet")
        for column in kind:
            empty = "可空" if column.nullable else "必填"
            click.echo("\t".join((column.name, str(column.type), empty, column.metadata[b"meaning"].decode())))


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a file gave: its forms, and a sentence where it gave none."""

    path: Path
    forms: tuple[Encoded, ...] = ()
    message: str | None = None


def _check_installed() -> None:
    """Say what to install, if anything.

    Raises:
        DataSetError: the extra ``batch`` is not installed.
    """
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        raise DataSetError("columns.not-installed", "列式数据要用 pyarrow，现在没有安装。请先运行：uv sync --extra batch")


def _tell(outcome: Outcome) -> None:
    if outcome.status == "other":
        click.echo(outcome.sentence(), err=True)


def _taken(paths: tuple[Path, ...], request: Request, jobs: int) -> Iterator[_Taken]:
    """What each file gave, forms before stored dossiers. Only so many results wait at once, however many files there are."""
    forms = [path for path in paths if path.suffix.lower() not in STORED]
    if forms:
        settled_rulebook()
    work = partial(_from_form, request=request)
    parts = (tuple(forms[at : at + FILES_AT_ONCE]) for at in range(0, len(forms), FILES_AT_ONCE))
    read = chain.from_iterable(each(part, work, jobs, lost=_killed) for part in parts)
    stored = (path for path in paths if path.suffix.lower() in STORED)
    return chain(watched(read, len(forms), "写入"), chain.from_iterable(map(_from_stored, stored)))


def _from_form(path: Path, request: Request) -> _Taken:
    from jiheng.batch.encoded import encoded  # noqa: PLC0415 - comes with an extra

    outcome = appraise_file(path, request)
    read = [dossier for dossier in outcome.dossiers if dossier.evaluation is not None]
    return _Taken(path, tuple(encoded(read)), unread(outcome))


def _killed(path: Path) -> _Taken:
    return _Taken(path, message=f"{path}：处理进程意外终止。{UNFINISHED}")


def _from_stored(path: Path) -> Iterator[_Taken]:
    """What a file of stored dossiers gave, a form at a time; what is wrong with it comes last."""
    from jiheng.batch.encoded import encoded  # noqa: PLC0415 - comes with an extra

    wrong: list[str] = []
    for form in encoded(_stored(path, wrong)):
        yield _Taken(path, (form,))
    for message in wrong:
        yield _Taken(path, message=message)


def _stored(path: Path, wrong: list[str]) -> Iterator[Dossier]:
    """The dossiers with a form in a file of them; a sentence goes to ``wrong`` for everything else in it."""
    for name, data in _records(path, wrong):
        try:
            dossier, unaltered = _dossier_in(data)
        except DossierInvalidError as error:
            wrong.append(f"{name}：{error}")
            continue
        if not unaltered:
            wrong.append(f"{name}：内容与所载摘要不一致，档案生成后被改动过，没有写入。请向出具方索取原件。")
        elif dossier.evaluation is None:
            wrong.append(f"{name}：{dossier.findings[0].message if dossier.findings else '没有读到自评表。'}")
        else:
            yield dossier


def _dossier_in(data: object) -> tuple[Dossier, bool]:
    """The dossier that JSON data describes, and whether it is as its digest says; one that states no digest is.

    Raises:
        DossierInvalidError: the data is no dossier of this version.
    """
    from jiheng.batch.rebuilt import dossier_of  # noqa: PLC0415 - comes with an extra
    from jiheng.domain.codec import digest, digest_of_json, dossier_from_json  # noqa: PLC0415 - start-up time of the other commands

    if isinstance(data, Mapping):
        with suppress(ArithmeticError, AttributeError, TypeError, ValueError):  # the quick reader takes much on trust; the patient one does not
            dossier = dossier_of(data)
            if digest(dossier) == data.get("digest"):
                return dossier, True
    dossier = dossier_from_json(data)
    stated = data.get("digest") if isinstance(data, Mapping) else None
    return dossier, not isinstance(data, Mapping) or stated is None or stated == digest_of_json(data)


def _records(path: Path, wrong: list[str]) -> Iterator[tuple[str, object]]:
    """The JSON of each dossier in a file and what to call it: an object, a list, or one of these per line, which are read line by line."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = ((number, line) for number, line in enumerate(file, start=1) if line.strip())
            first = next(lines, (1, ""))
            if _json_of(first[1]) is None:
                parts: Iterable[tuple[str, str]] = [(str(path), first[1] + file.read())]
            else:
                parts = ((f"{path} 第 {number} 行", line) for number, line in chain([first], lines))
            for name, text in parts:
                data = _json_of(text)
                if data is None:
                    wrong.append(f"{name}：不是 JSON。请提供 jiheng appraise --format json 的输出。")
                for one in data if isinstance(data, list) else () if data is None else (data,):
                    yield name, one
    except UnicodeDecodeError:
        wrong.append(f"{path}：不是 UTF-8 编码的文本。请提供 jiheng appraise --format json 的输出。")
    except OSError as error:
        wrong.append(f"{path}：无法读取（{error.strerror}）。请检查文件与权限。")


def _json_of(text: str) -> object:
    """The data of a JSON text; None where it is none, or says ``null``."""
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data


def _is_of(group: Group, year: int | None, place: str | None) -> bool:
    """Whether a row group is of the year and of the place or one below it; ``None`` asks for nothing."""
    if year is not None and (group.year or 0) != year:
        return False
    if place is None or place == NOWHERE:
        return place is None or group.place is None
    return group.place is not None and group.place.startswith(place)


def _readings(group: Group, forms: frozenset[str]) -> Iterator[Reading]:
    """The forms of a row group, or those asked for. Their numbers are looked at before anything else is read."""
    from jiheng.batch.columns import reading_at, readings  # noqa: PLC0415 - comes with an extra

    if not forms:
        yield from readings(group.read())
        return
    numbers = group.read({"forms": ["form"], "indicators": ["name"], "funds": ["item"]}).forms["form"].to_pylist()
    wanted = [at for at, number in enumerate(numbers) if number in forms]
    if wanted:
        tables = group.read()
        yield from (reading_at(tables, at) for at in wanted)


def _rechecked(reading: Reading, told: Counter[str]) -> Dossier:
    """The dossier scored and audited again under the pack it names; as it was read where it names none. What stands in the way goes to ``told``."""
    from jiheng import pipeline  # noqa: PLC0415 - start-up time of the other commands
    from jiheng.domain.finding import Finding  # noqa: PLC0415 - as above
    from jiheng.domain.scorecard import PackId, Scorecard  # noqa: PLC0415 - as above

    dossier, pack = reading.dossier, reading.pack
    if pack is None or dossier.on is None or dossier.evaluation is None:
        return dossier
    card = Scorecard(PackId(pack, reading.pack_digest or ""), (), None, None, None, None)
    chosen = (Finding("pack.default", "info", ""),) if reading.by_default else ()
    try:
        again = pipeline.recheck(replace(dossier, scorecard=card, findings=chosen), settled_rulebook())
    except PackUnknownError:
        told[f"所用的规则包 {pack} 在本机没有，没有复算。请装上这个规则包后再读。"] += 1
        return dossier
    except JihengError as error:
        told[f"没有复算：{error}"] += 1
        return dossier
    if again.scorecard is not None and reading.pack_digest not in {None, again.scorecard.rulepack.digest}:
        told[f"所用的规则包 {pack} 内容已不同于写入时，得分和意见按现在的规则包。"] += 1
    return again


@contextmanager
def _lines_to(output: str) -> Iterator[Callable[[str], None]]:
    """Where lines go: the screen, or a file that takes its name when the last line is in it, so it is whole or not there.

    Raises:
        click.UsageError: the place cannot be written.
    """
    if output == "-":
        yield click.echo
        return
    path = Path(output)
    with _writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:

            def write(line: str) -> None:
                with _writable(path):
                    file.write(f"{line}\n")

            yield write
            with _writable(path):
                file.flush()
        with _writable(path):
            Path(draft).chmod(0o644)
            Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.UsageError(f"--output：无法写入 {path}（{error.strerror}）。请换一个位置。") from None


def _counts(groups: Sequence[Group]) -> tuple[int, ...]:
    """Forms, indicator rows, money rows, parts, row groups and bytes of some row groups of whole parts."""
    from jiheng.batch.schema import PARTS  # noqa: PLC0415 - comes with an extra

    parts = {group.part for group in groups}
    size = sum(part.file(table).stat().st_size for part in parts for table in PARTS)
    rows = (sum(group.forms for group in groups), sum(group.indicators for group in groups), sum(group.fund_lines for group in groups))
    return (*rows, len(parts), len(groups), size)
