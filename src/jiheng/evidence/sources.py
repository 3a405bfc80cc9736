"""Where records come from: files of any format the readers know, Parquet, databases and JSON interfaces by URL."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jiheng import importers
from jiheng.errors import JihengError, LedgerSourceError, UnreadableFileError
from jiheng.evidence.concealed import HIDDEN
from jiheng.evidence.doubts import Doubts
from jiheng.evidence.long_texts import is_long, long_document
from jiheng.evidence.records import Origin, Record, Records
from jiheng.evidence.tables import DocumentTables
from jiheng.evidence.typed_tables import TypedTable, read_typed
from jiheng.importers.hidden import hidden
from jiheng.rulebook.ledgers import Binding, Feed, Ledger

_PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file with records: its name, for anchors and messages, and its bytes."""

    name: str
    content: bytes


Source = TableFile | Feed


def sources_of(binding: Binding, folder: Path) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The sources of a binding whose files stand in a folder, and a sentence for each file that cannot be opened.

    A file named by a URL is a feed that needs nothing else.
    """
    sources: list[Source] = []
    failed: list[str] = []
    for name in binding.files:
        if "://" in name:
            sources.append(Feed(name))
            continue
        try:
            sources.append(TableFile(name, (folder / name).read_bytes()))
        except OSError:
            failed.append(str(LedgerSourceError(name, "打不开", "请核对文件名和位置。")))
    return (*sources, *binding.feeds), tuple(failed)


def read_records(ledger: Ledger, sources: Sequence[Source], *, year: int | None = None, folder: Path | None = None) -> Records:
    """All rows of a ledger from its sources, typed; whatever cannot be used is said in ``unread``, whatever is odd in ``oddities``.

    Args:
        ledger: the definition whose columns the sources have.
        sources: files and feeds, in the order their records shall come.
        year: the year measured, for dates that print none.
        folder: where the path of a relative ``sqlite:///`` URL begins.
    """
    gathered = _Gathered(ledger, year=year, folder=folder or Path())
    for source in sources:
        gathered.add(source)
    return Records(ledger, tuple(gathered.origins), tuple(gathered.records), gathered.doubts.told(), tuple(gathered.unread))


class _Gathered:
    """Records of several sources, being put together."""

    def __init__(self, ledger: Ledger, *, year: int | None, folder: Path) -> None:
        self._ledger, self._year, self._folder = ledger, year, folder
        self._digests: dict[str, str] = {}
        self.doubts = Doubts()
        self.origins: list[Origin] = []
        self.records: list[Record] = []
        self.unread: list[str] = []

    def add(self, source: Source) -> None:
        """Read one source; what it raises on purpose becomes a sentence."""
        try:
            if isinstance(source, Feed):
                self._typed(self._fetched(source))
            else:
                self._file(source)
        except UnreadableFileError as error:
            name = source.name if isinstance(source, TableFile) else source.url
            self.unread.append(str(LedgerSourceError(name, f"读不出来（{error.code}）", _for_ledgers(error))))
        except JihengError as error:
            self.unread.append(str(error))

    def _file(self, source: TableFile) -> None:
        digest = hashlib.sha256(source.content).hexdigest()
        known = self._digests.setdefault(digest, source.name)
        if known != source.name or any(origin.digest == digest for origin in self.origins):
            self.doubts.say(f"“{source.name}”与“{known}”内容完全相同，只读一次。请核对是不是放错了文件。")
            return
        if source.content[:4] == _PARQUET:
            from jiheng.evidence.parquet import parquet_table  # noqa: PLC0415 - needs the columns' library, which may be missing

            self._typed(parquet_table(source.content, source.name))
            return
        if is_long(source.content, source.name):
            document = long_document(source.content, source.name)
        else:
            document = importers.read(source.content, source.name)
            document = replace(document, notices=(*document.notices, *hidden(source.content, source.name, document.format)))
        for notice in document.notices:
            if notice.code != HIDDEN or notice.anchor is None:
                self.doubts.say(f"“{source.name}”：{notice.message}")
        tables = DocumentTables(self._ledger, document, self.doubts, year=self._year, first=len(self.origins))
        tables.read()
        self.origins += tables.origins
        self.records += tables.records
        self.unread += tables.unread

    def _fetched(self, feed: Feed) -> TypedTable:
        scheme = feed.url.partition("://")[0].lower()
        if scheme in {"sqlite", "postgresql", "postgres"}:
            from jiheng.evidence.databases import database_table  # noqa: PLC0415 - only where a ledger stands in one

            return database_table(feed, self._folder)
        from jiheng.evidence.interfaces import interface_table  # noqa: PLC0415 - as above

        return interface_table(feed)

    def _typed(self, table: TypedTable) -> None:
        found = read_typed(self._ledger, table, self.doubts, year=self._year, origin=len(self.origins))
        if isinstance(found, str):
            self.unread.append(found)
            return
        self.origins.append(found[0])
        self.records += found[1]


def _for_ledgers(error: UnreadableFileError) -> str:
    """What to do, for the owner of a ledger: limits are those of forms."""
    if error.code in {"file.too-large", "file.limit"}:
        return "台账超过了这种文件的读取上限，请另存为 CSV 或 Parquet，或按月拆成几份。"
    return str(error)
