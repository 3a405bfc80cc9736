"""Where a data set keeps what: folders of year and place, numbered parts of three files, and which of them count.

A part counts once its forms file has its name: the other two are named before it. What a killed writer leaves does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from jiheng.batch import schema
from jiheng.errors import DataSetError

VERSION: Final = 1
VERSION_KEY, PART_KEY = b"jiheng.columns", b"jiheng.part"
NO_YEAR, NO_PLACE = 0, "未定"
_YEAR = re.compile(r"fiscal_year=(-?\d+)")
_PLACE = re.compile(r"place=(.*)", re.DOTALL)
_FORMS = re.compile(r"forms(?:-(\d{4,9}))?\.parquet")
_LEFT = re.compile(rf"\.(?:{'|'.join(schema.PARTS)})-\d+\.parquet\.part")
_TABLE = re.compile(rf"(?:{'|'.join(schema.PARTS)})-(\d{{4,9}})\.parquet")
_UNSAFE: Final = frozenset('/\\%=:*?"<>|#')
_LONGEST: Final = 200


class Part(NamedTuple):
    """One write of one partition: three aligned files. ``number`` 0 stands for files without a number."""

    folder: Path
    year: int | None
    place: str | None
    number: int

    def file(self, table: str) -> Path:
        """The path of ``forms``, ``indicators`` or ``funds``."""
        return self.folder / (f"{table}-{self.number:04}.parquet" if self.number else f"{table}.parquet")

    def draft(self, table: str) -> Path:
        """The path of a file that is being written."""
        return self.folder / f".{self.file(table).name}.part"


def folder_of(root: Path, year: int | None, place: str | None) -> Path:
    """The folder of a partition; a year or place that is not known has one of its own."""
    return root / f"fiscal_year={year or NO_YEAR}" / f"place={_folder_name(place)}"


def _folder_name(place: str | None) -> str:
    if place is None:
        return NO_PLACE
    if place == NO_PLACE:
        return "".join(map(_spelled, place))
    edge = {at for at, sign in enumerate(place) if sign in ". " and at in {0, len(place) - 1}}
    name = "".join(_spelled(sign) if at in edge or sign in _UNSAFE or not sign.isprintable() else sign for at, sign in enumerate(place))
    if len(name.encode()) <= _LONGEST:
        return name
    return "".join(sign for sign in name if sign != "%")[:30] + "…"


def _spelled(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "surrogatepass"))


def parts_of(root: Path) -> tuple[Part, ...]:
    """The parts that count, by year, place and number.

    Raises:
        DataSetError: there is no such folder.
    """
    if not root.is_dir():
        raise DataSetError("columns.missing", f"{root}：没有这个数据集（应为一个目录）。请检查路径，或先用 jiheng columns write 写入。")
    found = [
        Part(folder, year, place, int(match.group(1) or 0))
        for folder, year, place in _folders(root)
        for entry in folder.iterdir()
        if (match := _FORMS.fullmatch(entry.name))
    ]
    return tuple(sorted(found, key=lambda part: (part.year or NO_YEAR, part.folder.name, part.number)))


def refuse_other_folders(root: Path) -> None:
    """Nothing where a data set is, or nothing is there yet.

    Raises:
        DataSetError: the folder holds something else; the message names the data set around or below it.
    """
    if next(_folders(root), None) or all(entry.name.startswith(".") for entry in root.iterdir()):
        return
    below = [one for one in sorted(root.iterdir()) if one.is_dir() and next(_folders(one), None)]
    above = [one for one in (root.resolve().parent, root.resolve().parent.parent) if next(_folders(one), None)]
    advice = f"是不是 {(below + above)[0]}？" if below or above else "请检查路径，或先用 jiheng columns write 写入。"
    raise DataSetError("columns.missing", f"{root}：这个目录里没有列式数据（应有 fiscal_year=… 的目录）。{advice}")


def _folders(root: Path) -> Iterator[tuple[Path, int | None, str | None]]:
    for above in root.iterdir():
        year = _YEAR.fullmatch(above.name)
        if year is None or not above.is_dir():
            continue
        for folder in above.iterdir():
            place = _PLACE.fullmatch(folder.name)
            if place is not None and folder.is_dir():
                name = place.group(1)
                yield folder, int(year.group(1)) or None, None if name == NO_PLACE else unquote(name, errors="surrogatepass")


def next_part(root: Path, year: int | None, place: str | None) -> Part:
    """The part to be written next in a partition."""
    folder = folder_of(root, year, place)
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    taken = [int(match.group(1) or 0) for name in names if (match := _FORMS.fullmatch(name))]
    return Part(folder, year, place, max(taken, default=0) + 1)


def sweep(root: Path) -> int:
    """Remove what killed writers left: drafts, and tables without their forms. How many files that were. Only for who holds the data set."""
    left = []
    for folder, _, _ in _folders(root):
        names = [entry.name for entry in folder.iterdir()]
        settled = {match.group(1) for name in names if (match := _FORMS.fullmatch(name))}
        left += [folder / name for name in names if _LEFT.fullmatch(name)]
        left += [folder / name for name in names if (match := _TABLE.fullmatch(name)) and match.group(1) not in settled]
    for path in left:
        path.unlink()
    return len(left)


def opened(part: Part, table: str, *, dictionary: tuple[str, ...] = ()) -> pq.ParquetFile:
    """A table's file, looked at closely enough to know that it is ours and that this version can read it.

    Raises:
        DataSetError: the file is missing, damaged, foreign or of a newer version.
    """
    path = part.file(table)
    try:
        file = pq.ParquetFile(path, read_dictionary=list(dictionary), page_checksum_verification=True)
    except FileNotFoundError:
        told = f"{path}：缺少这个文件，同一部分的三个文件应当齐全。请从备份恢复，或删去 {part.file('forms').name} 后重新写入。"
        raise DataSetError("columns.missing", told) from None
    except (pa.ArrowException, OSError) as error:
        raise damaged(path, error) from None
    version = (file.metadata.metadata or {}).get(VERSION_KEY, b"%d" % VERSION)
    if not version.isdigit() or int(version) > VERSION:
        told = f"{path}：由较新的绩衡写成（列的版本为 {version.decode(errors='replace')}，本版本只认到 {VERSION}）。请升级后再读。"
        raise DataSetError("columns.newer", told)
    have = file.schema_arrow
    lacking = [field.name for field in schema.TABLES[table] if field.name not in have.names]
    if lacking:
        told = f"{path}：不是绩衡的列式数据，缺少 {'、'.join(lacking[:5])} 等 {len(lacking)} 列。请用 jiheng columns write 写成的数据集。"
        raise DataSetError("columns.foreign", told)
    return file


def damaged(path: Path, error: Exception) -> DataSetError:
    """What to say of a file that Arrow cannot read."""
    first = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
    return DataSetError("columns.foreign", f"{path}：不是 Parquet 文件，或者已经损坏（{first}）。请从备份恢复或重新写入。")
