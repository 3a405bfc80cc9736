"""Ledger definitions and the bindings of a project, from YAML. As strict as the packs: each refusal names file, line and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath

from jiheng.errors import PackInvalidError
from jiheng.rulebook.decoding import Node, Reading, compose, leaves, read_sources
from jiheng.rulebook.ledger_checks import Checker, check_ledger
from jiheng.rulebook.ledgers import Binding, Bindings, Feed, Ledger, Service

BINDINGS_FILE = "台账.yaml"
"""The name of a bindings file in the folder of a project's ledgers."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.]*")
_PASSWORD = re.compile(r"[^/@]*:(?!\$\{)[^/@]+@")
_SELECT = re.compile(r"\s*(?:select|with)\b[^;]*;?\s*\Z", re.IGNORECASE)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
REGION_LEVELS = (2, 4, 6, 9, 12)
"""How many digits a code of a region has: province, city, county, township, village."""
REGION = re.compile("|".join(rf"\d{{{level}}}" for level in REGION_LEVELS))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_POINTER = re.compile(r"/indicators/(?:0|[1-9]\d*)|/funds(?:/(?:0|[1-9]\d*))?")
_KEYS = {name: kind for name, kind in leaves(Ledger) if name != "id"}
_REQUIRED = tuple(f.name for f in fields(Ledger) if f.default is MISSING and f.default_factory is MISSING and f.name != "id")


def load_ledgers(directory: Path) -> dict[str, Ledger]:
    """Every ledger of a directory by id (the name of its file), in the order of their numbers (L1, L2, … L10).

    Raises:
        PackInvalidError: a file breaks the schema, two carry one number, or a rate borrows a definition that does not exist.
    """
    ledgers = {path.stem: load_ledger(path) for path in sorted(directory.glob("*.yaml"))}
    numbers: dict[str, str] = {}
    for ledger in ledgers.values():
        if numbers.setdefault(ledger.number, ledger.id) != ledger.id:
            raise PackInvalidError(f"{ledger.id}.yaml", 1, f"编号“{ledger.number}”已是“{numbers[ledger.number]}”的，请换一个。")
        check_borrowed(directory / f"{ledger.id}.yaml", ledgers)
    return dict(sorted(ledgers.items(), key=lambda item: (len(item[1].number), item[1].number)))


def load_ledger(path: Path) -> Ledger:
    """One definition file, checked in full apart from what it borrows of other ledgers.

    Raises:
        PackInvalidError: the file breaks the schema.
    """
    reading, entries = _opened(path)
    if not _ID.fullmatch(path.stem):
        raise PackInvalidError(path.name, 1, f"文件名“{path.stem}”就是台账的编号，要用小写英文字母、数字与连字符。")
    read_sources(reading, entries["sources"])
    decoded = {key: reading.decode(node, _KEYS[key]) for key, node in entries.items() if key not in {"sources", "cites"}}
    ledger = Ledger(id=path.stem, cites=reading.cites(entries["cites"]), **decoded)
    check_ledger(reading, entries, ledger)
    return ledger


def _opened(path: Path) -> tuple[Reading, dict[str, Node]]:
    reading = Reading(path.name, {})
    root = compose(path, path.name)
    entries = reading.mapping(root)
    for key, node in entries.items():
        if key not in _KEYS and key != "sources":
            raise reading.refuse(node, f"不认识的键“{key}”；台账可用：{'、'.join(('sources', *_KEYS))}。")
    missing = [key for key in ("sources", *_REQUIRED) if key not in entries]
    if missing:
        raise reading.refuse(root, f"缺少“{'”“'.join(missing)}”。")
    return reading, entries


def check_borrowed(path: Path, ledgers: Mapping[str, Ledger]) -> None:
    """Whether what the definitions of a file borrow exists among the ledgers.

    Raises:
        PackInvalidError: it does not; the line is that of ``over_ledger``.
    """
    reading, entries = _opened(path)
    for entry in reading.mapping(entries["definitions"]).values():
        borrowed = reading.mapping(entry).get("over_ledger")
        if borrowed is not None:
            parts = reading.mapping(borrowed)
            _lent(reading, parts["ledger"], parts["definition"], ledgers)


def _lent(reading: Reading, ledger: Node, definition: Node | None, ledgers: Mapping[str, Ledger]) -> Ledger:
    name = reading.decode(ledger, str)
    if name not in ledgers:
        raise reading.refuse(ledger, f"没有台账“{name}”；可用：{'、'.join(ledgers)}。")
    wanted = reading.decode(definition, str | None) if definition is not None else None
    if definition is not None and wanted is not None and wanted not in ledgers[name].definitions:
        raise reading.refuse(definition, f"台账“{name}”没有口径“{wanted}”；可用：{'、'.join(ledgers[name].definitions)}。")
    return ledgers[name]


def is_bindings(path: Path) -> bool:
    """Whether a YAML file binds ledgers to the rows of a form, and does not define a ledger.

    Raises:
        PackInvalidError: the file is no YAML mapping.
    """
    entries = Reading(path.name, {}).mapping(compose(path, path.name))
    return path.name == BINDINGS_FILE or ("bindings" in entries and "columns" not in entries)


def load_bindings(path: Path, ledgers: Mapping[str, Ledger] | None = None) -> Bindings:
    """The bindings of a project; with ``ledgers`` also checked against them: ids, definitions, columns of conditions.

    Raises:
        PackInvalidError: the file breaks the schema.
    """
    reading = Reading(path.name, {})
    root = compose(path, path.name)
    bindings: Bindings = reading.decode(root, Bindings)
    entries = reading.mapping(root)
    if not 1949 <= bindings.year <= 2999:
        raise reading.refuse(entries["year"], f"“{bindings.year}”不是年度，请写成 2023 的样子。")
    _whole(reading, entries, ("filed_on",))
    seen: dict[str, int] = {}
    for node, binding in zip(reading.items(entries["bindings"]), bindings.bindings, strict=True):
        parts = reading.mapping(node)
        line = seen.setdefault(binding.subject, node.start_mark.line + 1)
        if line != node.start_mark.line + 1:
            raise reading.refuse(parts["subject"], f"“{binding.subject}”在第 {line} 行已经指定了台账，一行指标只能有一处。")
        _bound(reading, parts, binding)
        if ledgers is not None:
            ledger = _lent(reading, parts["ledger"], parts.get("definition"), ledgers)
            if "where" in parts:
                Checker(reading, ledger.columns).conditions(parts["where"], binding.where)
    return bindings


def check_bindings(path: Path, ledgers: Mapping[str, Ledger]) -> Bindings:
    """The bindings of a project, also checked against the ledgers and the folder: the files named exist.

    Raises:
        PackInvalidError: the file breaks the schema, or a file it names does not exist.
    """
    bindings = load_bindings(path, ledgers)
    reading = Reading(path.name, {})
    for node in reading.items(reading.mapping(compose(path, path.name))["bindings"]):
        parts = reading.mapping(node)
        for item in reading.items(parts["files"]) if "files" in parts else ():
            file = reading.decode(item, str)
            if not (path.parent / file).is_file():
                raise reading.refuse(item, f"文件“{file}”不存在；请放在 {path.parent.name or '本'} 目录里，或改正名称。")
    return bindings


def _bound(reading: Reading, parts: Mapping[str, Node], binding: Binding) -> None:
    subject = binding.subject
    if not subject.strip() or (subject.startswith("/") and not _POINTER.fullmatch(subject)):
        raise reading.refuse(parts["subject"], f"“{subject}”应是表上印的指标名称，或 /indicators/2、/funds 这样的位置。")
    if (binding.definition is None) != (binding.approved_by is None):
        where = parts.get("definition", parts.get("approved_by", parts["subject"]))
        raise reading.refuse(where, "definition（认定的口径）与 approved_by（认定它的文件）要一起写；没有认定就都不写。")
    for node, file in zip(reading.items(parts["files"]) if "files" in parts else (), binding.files, strict=True):
        if "://" in file:
            raise reading.refuse(node, f"“{file}”是网址，请写在 feeds 里：feeds: [{{url: {file}}}]。")
        if PurePosixPath(file).is_absolute() or PureWindowsPath(file).anchor or ".." in re.split(r"[\\/]", file):
            raise reading.refuse(node, f"“{file}”不在台账目录里；请写相对于本文件的路径。")
    for node, feed in zip(reading.items(parts["feeds"]) if "feeds" in parts else (), binding.feeds, strict=True):
        _fed(reading, reading.mapping(node), feed)
    _whole(reading, parts, ("reference",))
    if binding.service is not None:
        _served(reading, parts["service"], binding.service)


def _fed(reading: Reading, parts: Mapping[str, Node], feed: Feed) -> None:
    scheme, _, rest = feed.url.partition("://")
    if not rest or not _SCHEME.fullmatch(scheme):
        raise reading.refuse(parts["url"], f"“{feed.url}”不是网址；请写成 https://…、sqlite:///…、postgresql://… 的样子。")
    if _PASSWORD.match(rest):
        raise reading.refuse(parts["url"], "网址里不能写密码；请写成 ${变量名}，从环境变量取。")
    over_web = scheme in {"http", "https"}
    for key in ("query",) if over_web else ("token", "rows", "next", "page"):
        if key in parts:
            allowed = "token、rows、next、page" if over_web else "query"
            raise reading.refuse(parts[key], f"{scheme} 的来源不能写 {key}；可写 {allowed}。")
    if not over_web and feed.query is None:
        raise reading.refuse(parts["url"], "数据库来源要写 query（一条 SELECT）。")
    if feed.query is not None and not _SELECT.match(feed.query):
        raise reading.refuse(parts["query"], "query 只能是一条 SELECT：台账只读，不改数据。")
    if feed.next is not None and feed.page is not None:
        raise reading.refuse(parts["page"], "翻页的办法 next 与 page 只能写一种。")


def _served(reading: Reading, node: Node, service: Service) -> None:
    entries = reading.mapping(node)
    _whole(reading, entries, ("active_from", "active_to"))
    if service.active_from is None and service.active_to is None:
        raise reading.refuse(node, "service 要写 active_from（开始日期）或 active_to（停止日期）。")
    if service.active_from is not None and service.active_to is not None and service.active_from > service.active_to:
        raise reading.refuse(entries["active_to"], "停止日期早于开始日期。")


def _whole(reading: Reading, entries: Mapping[str, Node], days: tuple[str, ...]) -> None:
    """Dates are dates, region codes are codes."""
    for key in days:
        if key in entries:
            text = reading.decode(entries[key], str | None)
            if text is not None and (not _DAY.fullmatch(text) or reading.decode(entries[key], date | None) is None):
                raise reading.refuse(entries[key], f"“{text}”不是日期，请写成 2023-01-31 的样子。")
    code = reading.decode(entries["region"], str | None) if "region" in entries else None
    if code is not None and not REGION.fullmatch(code):
        raise reading.refuse(entries["region"], f"“{code}”不是行政区划代码，请写成 440700 的样子。")
