"""Dossier JSON to dossiers at speed: readers compiled from the domain types, for JSON that this program wrote itself.

Whatever they stumble over goes to the codec, which is patient with missing keys and says in words what is wrong.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final, Literal, Union, cast, get_args, get_origin

from jiheng.domain.codec import dossier_from_json, hints, is_record
from jiheng.domain.dossier import VERSION, Dossier

Reader = Callable[[Any], Any]
_PLAIN: Final = frozenset({str, int, bool})


def dossier_of(data: Mapping[str, object]) -> Dossier:
    """The dossier that the JSON data describes.

    Raises:
        DossierInvalidError: the data is no dossier of this version; the message names the place.
    """
    if data.get("version") != VERSION:
        return dossier_from_json(data)
    try:
        return cast("Dossier", _record_reader(Dossier)(data))
    except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError):
        return dossier_from_json(data)


@cache
def _reader(hint: object) -> Reader | None:  # noqa: PLR0911 - one answer per kind of type
    """The reader of a field type; None where JSON has it as it is."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _or_none(_reader(next(part for part in parts if part is not type(None))))
    if hint in _PLAIN or origin is Literal:
        return None
    if hint in _SPELLED:
        return _SPELLED[hint]
    if origin is tuple and parts[-1] is not Ellipsis:
        return _row([_reader(part) for part in parts])
    if origin in {tuple, frozenset}:
        return _many(cast("type", origin), _reader(parts[0]))
    if origin is dict:
        return _named(_reader(parts[1]))
    if not is_record(hint):
        raise TypeError(f"{hint} has no place in a dossier")
    return _record_reader(cast("type", hint))


@cache
def _record_reader(kind: type) -> Reader:
    """A reader of one record type, compiled from its field types as ``dataclass`` compiles ``__init__``: a form has hundreds of records."""
    known: dict[str, object] = {"kind": kind}
    parts = []
    absent = {one.name: one.default for one in fields(kind) if one.metadata.get("left_out_when_empty")}
    for name, hint in hints(kind).items():
        read = _reader(hint)
        known[f"read_{name}"], known[f"absent_{name}"] = read, absent.get(name)
        found = f"data['{name}']" if read is None else f"read_{name}(data['{name}'])"
        parts.append(f"{name}={found} if '{name}' in data else absent_{name}" if name in absent else f"{name}={found}")
    return cast("Reader", eval(f"lambda data: kind({', '.join(parts)})", known))  # noqa: S307 - our own field names and nothing else


def _or_none(read: Reader | None) -> Reader | None:
    return None if read is None else lambda data: None if data is None else read(data)


def _row(readers: list[Reader | None]) -> Reader:
    return lambda data: tuple([part if read is None else read(part) for read, part in zip(readers, data, strict=True)])


def _many(kind: type, read: Reader | None) -> Reader:
    return kind if read is None else lambda data: kind([read(part) for part in data])


def _named(read: Reader | None) -> Reader:
    return dict if read is None else lambda data: {key: read(part) for key, part in data.items()}


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


_SPELLED: Final[Mapping[object, Reader]] = {Decimal: _number, date: date.fromisoformat}
