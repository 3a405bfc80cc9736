"""Dossier ⇄ JSON, version 1: numbers are plain decimal strings, absence is null, sets are sorted lists.

The mapping is derived from the dataclasses, so a field added there appears in the JSON and is read back.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from inspect import Parameter, signature
from json import encoder
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from jiheng.domain.dossier import VERSION, Dossier
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.finding import Citation
from jiheng.domain.numerals import written
from jiheng.errors import DossierInvalidError

T = TypeVar("T")
_Writer = Callable[[Any], str]
_MEMORY = 2048
_NAMES = {str: "文字", bool: "true 或 false", int: "整数", Decimal: "十进制数字串", date: "日期（如 2023-12-31）"}


def dossier_to_json(dossier: Dossier) -> dict[str, object]:
    """The dossier as JSON data, with the digest of everything else in it."""
    text = _write(dossier)
    data = cast("dict[str, object]", json.loads(text))
    first = {"version": data["version"], "on": data["on"], "digest": _sha256(text)}
    return {**first, **{key: data[key] for key in hints(Dossier) if key in data and key not in first}}


def dossier_from_json(data: object) -> Dossier:
    """The dossier that the JSON data describes; keys this version does not know are passed over.

    Raises:
        DossierInvalidError: the data is no dossier of this version; the message names the place.
    """
    if not isinstance(data, Mapping):
        raise DossierInvalidError("这不是档案 JSON：应为一个对象，请提供 jiheng appraise --format json 的输出。")
    if data.get("version") != VERSION:
        raise DossierInvalidError(f"/version：应为“{VERSION}”，实为“{data.get('version')}”。请用本版本的 jiheng appraise 重新生成。")
    return _read_object(Dossier, data, "")


def evaluation_to_json(evaluation: Evaluation) -> dict[str, object]:
    """The evaluation alone as JSON data, as it stands in a dossier."""
    return cast("dict[str, object]", json.loads(_write(evaluation)))


def record_to_json(record: object) -> dict[str, object]:
    """Any record of the domain (a proof, a measurement) as JSON data, as it would stand in a dossier."""
    return cast("dict[str, object]", json.loads(_write(record)))


def evaluation_from_json(data: object) -> Evaluation:
    """The evaluation that the JSON data describes.

    Raises:
        DossierInvalidError: the data is no evaluation; the message names the place.
    """
    return cast("Evaluation", _decode(Evaluation, data, "/evaluation"))


def digest(dossier: Dossier) -> str:
    """SHA-256 of the dossier's canonical JSON without ``digest``."""
    return _sha256(_write(dossier))


def digest_of_json(data: Mapping[str, object]) -> str:
    """SHA-256 of dossier JSON data as it stands, its ``digest`` left out: what ``verify`` compares with the digest it states."""
    return _sha256(_canonical({key: value for key, value in data.items() if key != "digest"}))


def dumps(dossier: Dossier, *, indent: int | None = None) -> str:
    """The dossier as JSON text; one line, keys sorted, unless ``indent`` is given."""
    if indent is not None:
        return json.dumps(dossier_to_json(dossier), ensure_ascii=False, indent=indent)
    text = _write(dossier)
    return text.replace("{", f'{{"digest":"{_sha256(text)}",', 1)


def _canonical(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def hints(kind: type) -> dict[str, object]:
    """The resolved field types of a domain dataclass."""
    return dict(get_type_hints(kind))


def _write(value: object) -> str:
    """Canonical JSON text of a domain value: keys sorted, no blanks."""
    kind: type = type(value)
    try:
        return _writer(kind)(value)
    except AttributeError as error:
        raise TypeError(f"{type(error.obj).__name__} has no place in a dossier") from error


@cache
def _writer(hint: object) -> _Writer:
    """The writer of a field type."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in _PLAIN or origin is Literal:
        return _PLAIN[str if origin is Literal else cast("type", hint)]
    if origin is tuple and parts[-1] is not Ellipsis:
        each = [_writer(part) for part in parts]
        return lambda value: f"[{','.join([write(part) for write, part in zip(each, value, strict=True)])}]"
    if origin in {tuple, frozenset, dict}:
        write = _ROWS[cast("type", origin)](_writer(parts[1 if origin is dict else 0]))
        return _once_each(write) if parts[0] is Citation else write
    if not is_record(hint):
        raise TypeError(f"{hint} has no place in a dossier")
    return _record_writer(cast("type", hint))


def _record_writer(kind: type) -> _Writer:
    """A writer of one record type, compiled from its field types as ``dataclass`` compiles ``__init__``: ten thousand values are written per form."""
    known: dict[str, object] = {"null": "null", "empty": "[]"}
    opening: list[str] = []
    template = _template(kind, "value", known, opening)
    exec("\n ".join(["def write(value):", *opening, f"return f'{template}'"]), known)  # noqa: S102 - our own field names and nothing else
    return cast("_Writer", known["write"])


def _template(kind: type, value: str, known: dict[str, object], opening: list[str]) -> str:
    """The inside of the f-string that writes a record; records inside it are written in place.

    ``known`` gathers the writers it names, ``opening`` the statements before it: a named tuple is taken apart once, which is faster than by name.
    """
    parts: list[str] = []
    own_names = {name: f"{value}.{name}" for name in hints(kind)}
    if issubclass(kind, tuple):
        own_names = {name: f"{value.replace('.', '_')}_{name}" for name in hints(kind)}
        opening.append(f"{', '.join(own_names.values())}, = {value}")
    before, rare = "", left_out_when_empty(kind)
    for name, hint in sorted(hints(kind).items()):
        own, part = _named(hint), own_names[name]
        if name in rare:
            write = f"write_{part.replace('.', '_')}"
            known[write] = _rare_writer(name, _writer(own))
            before += f"{{{write}({part})}}"
            continue
        parts.append(before)
        before = ""
        if own is hint and is_record(own):
            parts[-1] += f'"{name}":{_template(cast("type", own), part, known, opening)}'
            continue
        write = f"write_{part.replace('.', '_')}"
        known[write] = _writer(own)
        text = f"{write}({part})"
        if get_origin(own) is tuple:
            text = f"{text} if {part} else empty"
        parts[-1] += f'"{name}":{{{text if own is hint else f"null if {part} is None else {text}"}}}'
    return f"{{{{{','.join(parts)}}}}}"


def _rare_writer(name: str, write: _Writer) -> _Writer:
    """A writer of a field that stands in the JSON, before the next one, only where it is not empty."""
    return lambda value: f'"{name}":{write(value)},' if value else ""


@cache
def left_out_when_empty(kind: type) -> frozenset[str]:
    """The fields of a record that do not appear in the JSON where they are empty."""
    marked = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    return frozenset(one.name for one in marked if "left_out_when_empty" in one.metadata)


def _named(hint: object) -> object:
    """``T`` of ``T | None``; any other type as it is."""
    return next((part for part in get_args(hint) if part is not type(None)), hint) if get_origin(hint) in {Union, types.UnionType} else hint


def _list_writer(write: _Writer) -> _Writer:
    return lambda parts: f"[{','.join([write(part) for part in parts])}]"


def _once_each(write: _Writer) -> _Writer:
    """A writer that remembers by identity: the pack's own citations stand behind many points and findings, and take long to compare."""
    written: dict[int, tuple[object, str]] = {}

    def remembered(value: object) -> str:
        known = written.get(id(value))
        if known is not None:
            return known[1]
        if len(written) > _MEMORY:
            written.clear()
        text = write(value)
        written[id(value)] = value, text  # what is held cannot give its identity to another
        return text

    return remembered


def _set_writer(write: _Writer) -> _Writer:
    return lambda parts: f"[{','.join(sorted(map(write, parts)))}]"


def _dict_writer(write: _Writer) -> _Writer:
    return lambda parts: "{" + ",".join([f"{_quoted(key)}:{write(parts[key])}" for key in sorted(parts)]) + "}"


_quoted = encoder.encode_basestring
_ROWS: dict[type, Callable[[_Writer], _Writer]] = {tuple: _list_writer, frozenset: _set_writer, dict: _dict_writer}
_PLAIN: dict[object, _Writer] = {
    str: _quoted,
    int: str,
    bool: {True: "true", False: "false"}.__getitem__,
    Decimal: lambda number: f'"{written(number)}"',
    date: lambda day: f'"{day.isoformat()}"',
}


def _read_object(kind: type[T], data: object, path: str) -> T:
    if not isinstance(data, Mapping):
        raise _wrong(path, "对象", data)
    known = hints(cast("type", kind))
    values: dict[str, object] = {}
    for name in known:
        if name in data:
            values[name] = _decode(known[name], data[name], f"{path}/{name}")
        elif name in _required(cast("type", kind)):
            raise DossierInvalidError(f"{path}/{name}：缺少此项。请用 jiheng appraise --format json 重新生成。")
    return kind(**values)


def is_record(kind: object) -> bool:
    """Whether a type is a domain record (a dataclass or a named tuple), an object in JSON."""
    return dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")


@cache
def _required(kind: type) -> frozenset[str]:
    """The fields without a default, of a dataclass or a named tuple."""
    return frozenset(name for name, given in signature(kind).parameters.items() if given.default is Parameter.empty)


def _decode(hint: object, data: object, path: str) -> object:  # noqa: PLR0911 - one answer per kind of type
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        if data is None:
            return None
        return _decode(next(part for part in parts if part is not type(None)), data, path)
    if origin is Literal:
        if data not in parts:
            raise _wrong(path, "、".join(map(str, parts)) + " 之一", data)
        return data
    if origin in {tuple, frozenset}:
        return _read_list(origin, parts, data, path)
    if origin is dict:
        if not isinstance(data, Mapping):
            raise _wrong(path, "对象", data)
        return {str(key): _decode(parts[1], part, f"{path}/{key}") for key, part in data.items()}
    if is_record(hint):
        return _read_object(cast("type[object]", hint), data, path)
    return _read_plain(cast("type", hint), data, path)


def _read_list(origin: object, parts: tuple[object, ...], data: object, path: str) -> object:
    if not isinstance(data, list):
        raise _wrong(path, "列表", data)
    if origin is frozenset or parts[-1] is Ellipsis:
        items = tuple(_decode(parts[0], part, f"{path}/{index}") for index, part in enumerate(data))
        return frozenset(items) if origin is frozenset else items
    if len(data) != len(parts):
        raise _wrong(path, f"{len(parts)} 项的列表", data)
    return tuple(_decode(hint, part, f"{path}/{index}") for index, (hint, part) in enumerate(zip(parts, data, strict=True)))


def _read_plain(kind: type, data: object, path: str) -> object:
    if kind in {Decimal, date} and isinstance(data, str):
        try:
            value = Decimal(data) if kind is Decimal else date.fromisoformat(data)
        except (InvalidOperation, ValueError):
            raise _wrong(path, _NAMES[kind], data) from None
        if isinstance(value, Decimal) and not value.is_finite():
            raise _wrong(path, _NAMES[kind], data)
        return value
    if kind in {Decimal, date} or type(data) is not kind:
        raise _wrong(path, _NAMES[kind], data)
    return data


def _wrong(path: str, expected: str, found: object) -> DossierInvalidError:
    shown = json.dumps(found, ensure_ascii=False, default=str)
    return DossierInvalidError(f"{path or '/'}：应为{expected}，实为 {shown[:60]}。请检查该文件是否被改动。")
