"""Dossier ⇄ JSON, version 1: numbers are plain decimal strings, absence is null, sets are sorted lists.

The mapping is derived from the dataclasses, so a field added there appears in the JSON and is read back.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from inspect import Parameter, signature
from typing import Literal, TypeVar, Union, cast, get_args, get_origin

from jiheng.domain.dossier import VERSION, Dossier
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.writing import canonical, hints, is_record, left_out_when_empty, pieces
from jiheng.errors import DossierInvalidError

__all__ = [
    "digest",
    "digest_of_json",
    "dossier_from_json",
    "dossier_to_json",
    "dumps",
    "evaluation_from_json",
    "evaluation_to_json",
    "hints",
    "is_record",
    "left_out_when_empty",
    "record_to_json",
]

T = TypeVar("T")
_NAMES = {str: "文字", bool: "true 或 false", int: "整数", Decimal: "十进制数字串", date: "日期（如 2023-12-31）"}


def dossier_to_json(dossier: Dossier) -> dict[str, object]:
    """The dossier as JSON data, with the digest of everything else in it."""
    text = canonical(dossier)
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
    return cast("dict[str, object]", json.loads(canonical(evaluation)))


def record_to_json(record: object) -> dict[str, object]:
    """Any record of the domain (a proof, a measurement) as JSON data, as it would stand in a dossier."""
    return cast("dict[str, object]", json.loads(canonical(record)))


def evaluation_from_json(data: object) -> Evaluation:
    """The evaluation that the JSON data describes.

    Raises:
        DossierInvalidError: the data is no evaluation; the message names the place.
    """
    return cast("Evaluation", _decode(Evaluation, data, "/evaluation"))


def digest(dossier: Dossier) -> str:
    """SHA-256 of the dossier's canonical JSON without ``digest``."""
    return _sha256(*pieces(dossier))


def digest_of_json(data: Mapping[str, object]) -> str:
    """SHA-256 of dossier JSON data as it stands, its ``digest`` left out: what ``verify`` compares with the digest it states."""
    return _sha256(_canonical({key: value for key, value in data.items() if key != "digest"}))


def dumps(dossier: Dossier, *, indent: int | None = None) -> str:
    """The dossier as JSON text; one line, keys sorted, unless ``indent`` is given."""
    if indent is not None:
        return json.dumps(dossier_to_json(dossier), ensure_ascii=False, indent=indent)
    opening, *rest = pieces(dossier)
    return "".join([f'{opening}"digest":"{_sha256(opening, *rest)}",', *rest])


def _canonical(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sha256(*texts: str) -> str:
    digested = hashlib.sha256()
    for text in texts:
        digested.update(text.encode("utf-8", "surrogatepass"))
    return digested.hexdigest()


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
