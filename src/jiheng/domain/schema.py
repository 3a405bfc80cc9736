"""The JSON Schema of a dossier, derived from the dataclasses: what ``jiheng schema`` prints."""

from __future__ import annotations

import types
from datetime import date
from decimal import Decimal
from typing import Literal, Union, cast, get_args, get_origin

from jiheng.domain.codec import hints, is_record, left_out_when_empty
from jiheng.domain.dossier import VERSION, Dossier

_PLAIN: dict[object, dict[str, object]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Decimal: {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    date: {"type": "string", "format": "date"},
}


def dossier_schema() -> dict[str, object]:
    """JSON Schema (draft 2020-12) of one dossier; every dataclass of the domain is one entry of ``$defs``."""
    definitions: dict[str, object] = {}
    _define(Dossier, definitions)
    top = cast("dict[str, dict[str, object]]", definitions["Dossier"])
    top["properties"]["version"] = {"const": VERSION}
    top["properties"]["digest"] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    cast("list[str]", top["required"]).append("digest")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "绩衡档案", "$ref": "#/$defs/Dossier", "$defs": definitions}


def _define(kind: type, definitions: dict[str, object]) -> None:
    entry: dict[str, object] = {"type": "object"}
    definitions[kind.__name__] = entry
    properties = {name: _shape(hint, definitions) for name, hint in hints(kind).items()}
    entry |= {"properties": properties, "required": [name for name in properties if name not in left_out_when_empty(kind)]}


def _shape(hint: object, definitions: dict[str, object]) -> dict[str, object]:  # noqa: PLR0911 - one answer per kind of type
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return {"anyOf": [{"type": "null"} if part is type(None) else _shape(part, definitions) for part in parts]}
    if origin is Literal:
        return {"enum": list(parts)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _shape(parts[1], definitions)}
    if origin is frozenset or (origin is tuple and parts[-1] is Ellipsis):
        return {"type": "array", "items": _shape(parts[0], definitions)}
    if origin is tuple:
        return {"type": "array", "prefixItems": [_shape(part, definitions) for part in parts], "minItems": len(parts), "maxItems": len(parts)}
    if is_record(hint):
        kind = cast("type", hint)
        if kind.__name__ not in definitions:
            _define(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    return dict(_PLAIN[hint])
