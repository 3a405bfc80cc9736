"""Canonical JSON text of domain values: keys sorted, no blanks. A writer is compiled once per type, as ``dataclass`` compiles ``__init__``."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from inspect import signature
from itertools import count
from json import encoder
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from jiheng.domain.document import Anchor
from jiheng.domain.finding import Citation
from jiheng.domain.numerals import written

Writer = Callable[[Any], str]
_MEMORY = 2048
_REPEATED = frozenset({"code", "criteria", "method", "suggestion"})
"""Fields whose texts are the law's, the rules' or the official form's own words, and so stand alike in form after form."""
_quoted = encoder.encode_basestring


def canonical(value: object) -> str:
    """Canonical JSON text of a domain record.

    Raises:
        TypeError: something in it has no place in a dossier.
    """
    return "".join(pieces(value))


def pieces(value: object) -> list[str]:
    """The canonical JSON text of a domain record, a piece for each field: a dossier in one text is long enough to be slow to copy.

    Raises:
        TypeError: as ``canonical``.
    """
    kind: type = type(value)
    try:
        return _pieces_of(kind)(value)
    except AttributeError as error:
        raise TypeError(f"{type(error.obj).__name__} has no place in a dossier") from error


@cache
def hints(kind: type) -> dict[str, object]:
    """The resolved field types of a domain record."""
    return dict(get_type_hints(kind))


def is_record(kind: object) -> bool:
    """Whether a type is a domain record (a dataclass or a named tuple), an object in JSON."""
    return dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")


@cache
def left_out_when_empty(kind: type) -> frozenset[str]:
    """The fields of a record that do not appear in the JSON where they are empty."""
    marked = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    return frozenset(one.name for one in marked if "left_out_when_empty" in one.metadata)


class _Quoted(dict[str, str]):
    """Texts in JSON quotes, those that stand in many forms; bounded."""

    def __missing__(self, text: str) -> str:
        if len(self) > _MEMORY:
            self.clear()
        found = self[text] = _quoted(text)
        return found


class _Digits(dict[int, str]):
    """Whole numbers in print: lines, pages and rows, small and the same in every form; bounded."""

    def __missing__(self, number: int) -> str:
        if len(self) > _MEMORY:
            self.clear()
        found = self[number] = int.__repr__(number)
        return found


_known_texts, _known_numbers = _Quoted(), _Digits()


def forget() -> None:
    """Begin anew with what is remembered from form to form; the texts written are the same."""
    _known_texts.clear()
    _known_numbers.clear()


@cache
def writer(hint: object) -> Writer:
    """The writer of a field type."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in _PLAIN or origin is Literal:
        return _PLAIN[str if origin is Literal else hint]
    if origin is tuple and parts[-1] is not Ellipsis:
        each = [writer(part) for part in parts]
        return lambda value: f"[{','.join([write(part) for write, part in zip(each, value, strict=True)])}]"
    if origin is tuple and is_record(parts[0]):
        write = _compiled(parts[0], _LIST)
        return _once_each(write) if parts[0] is Citation else write
    if origin is dict and is_record(parts[1]):
        return _compiled(parts[1], _DICT)
    if origin in {tuple, frozenset, dict}:
        return _ROWS[cast("type", origin)](writer(parts[1 if origin is dict else 0]))
    raise TypeError(f"{hint} has no place in a dossier")


_LIST = ("texts, anchors = [], {}\nfor value in values:", "texts.append(f'{}')", "return f'[{\",\".join(texts)}]'")
_DICT = ("texts = []\nfor key in sorted(values):\n value = values[key]", "texts.append(f'{{quoted(key)}}:{}')", "return f'{{{\",\".join(texts)}}}'")
"""What a compiled function opens with, what it does with each record, what it gives back."""


@cache
def _pieces_of(kind: type) -> Callable[[Any], list[str]]:
    if not is_record(kind):
        raise TypeError(f"{kind} has no place in a dossier")
    source = _Source(shares_anchors=False)
    texts = [f"f'{text}'" for text in source.fields(kind, "value", 0)]
    lines = [*source.lines, f"return ['{{', {', '.join(texts)}, '}}']"]
    return cast("Callable[[Any], list[str]]", source.function("value", lines))


def _compiled(kind: object, shape: tuple[str, str, str]) -> Writer:
    """A function that writes a row of records."""
    opening, each, closing = shape
    source = _Source(shares_anchors=shape is _LIST)
    template = source.record(cast("type", kind), "value", 1)
    lines = [*opening.split("\n"), *source.lines, f" {each.format(template)}", closing]
    return cast("Writer", source.function("values", lines))


class _Source:
    """Source text that writes records: statements, and the inside of an f-string that uses what they settle.

    Records inside records are written in place, and a named tuple is taken apart once: ten thousand values are written per form.
    In a list, where several findings or repairs stand at one place, an anchor is written once (``anchors`` holds its text by identity).
    """

    def __init__(self, *, shares_anchors: bool) -> None:
        self.shares_anchors = shares_anchors
        self.lines: list[str] = []
        self.known: dict[str, object] = {
            "null": "null", "true": "true", "false": "false", "empty": "[]", "power": "E",
            "quoted": _quoted, "written": written, "texts_known": _known_texts, "numbers_known": _known_numbers,
        }  # fmt: skip
        self._numbers = count()

    def function(self, argument: str, lines: Iterable[str]) -> object:
        """The function of such lines."""
        exec("\n ".join([f"def write({argument}):", *lines]), self.known)  # noqa: S102 - our own field names and nothing else
        return self.known["write"]

    def record(self, kind: type, value: str, depth: int) -> str:
        """The inside of the f-string that writes a record."""
        return f"{{{{{''.join(self.fields(kind, value, depth))}}}}}"

    def fields(self, kind: type, value: str, depth: int) -> list[str]:
        """The inside of the f-string for each field of a record, the comma before it included."""
        fields = sorted(hints(kind).items())
        names = {name: self._name(name) for name in hints(kind)}
        if issubclass(kind, tuple):
            self._say(f"{', '.join(names.values())}, = {value}", depth)
        else:
            for name, own in names.items():
                self._say(f"{own} = {value}.{name}", depth)
        rare, comma, texts = left_out_when_empty(kind), "", list[str]()
        for name, hint in fields:
            if name in rare:
                texts.append(f"{comma}{{{self._keep(name, _rare_writer(name, writer(hint)))}({names[name]})}}")
                comma = ""
            else:
                texts.append(f'{comma}"{name}":{self._field(name, hint, names[name], depth, signature(kind).parameters[name].default)}')
                comma = ","
        return texts

    def _field(self, name: str, hint: object, part: str, depth: int, usual: object) -> str:
        own = _named(hint)
        if own is hint and own is Decimal and isinstance(usual, Decimal):  # mostly that very object, as for a confidence of 1
            return f'"{{{self._keep(name, written(usual))} if {part} is {self._keep(name, usual)} else {_number(part)}}}"'
        if own is hint:
            return self._inside(name, own, part, depth)
        if own is Decimal or is_record(own):
            text = self._name(name)
            self._say(f"if {part} is None: {text} = null", depth)
            self._say("else:", depth)
            self._say(f"{text} = f'{self._inside(name, own, part, depth + 1)}'", depth + 1)
            return f"{{{text}}}"
        return f"{{null if {part} is None else {self._expression(name, own, part)}}}"

    def _inside(self, name: str, own: object, part: str, depth: int) -> str:
        """What stands in the f-string for a value that is there."""
        if own is Anchor and self.shares_anchors:
            text = self._name(name)
            self._say(f"{text} = anchors.get(id({part}))", depth)
            self._say(f"if {text} is None:", depth)
            self._say(f"{text} = anchors[id({part})] = f'{self.record(Anchor, part, depth + 1)}'", depth + 1)
            return f"{{{text}}}"
        if is_record(own):
            return self.record(cast("type", own), part, depth)
        if own is Decimal:
            return f'"{{{_number(part)}}}"'
        return f"{{{self._expression(name, own, part)}}}"

    def _expression(self, name: str, own: object, part: str) -> str:
        if own is bool:
            return f"true if {part} else false"
        if own is int:
            return f"numbers_known[{part}]"
        if name in _REPEATED or get_origin(own) is Literal:
            return f"texts_known[{part}]"
        if own is str:
            return f"quoted({part})"
        write = self._keep(name, writer(own))
        return f"{write}({part}) if {part} else empty" if get_origin(own) is tuple else f"{write}({part})"

    def _say(self, line: str, depth: int) -> None:
        self.lines.append(" " * depth + line)

    def _name(self, name: str) -> str:
        return f"{name}_{next(self._numbers)}"

    def _keep(self, name: str, value: object) -> str:
        known = self._name(f"kept_{name}")
        self.known[known] = value
        return known


def _number(part: str) -> str:
    return f"(text if power not in (text := str({part})) else written({part}))"


def _rare_writer(name: str, write: Writer) -> Writer:
    """A writer of a field that stands in the JSON, before the next one, only where it is not empty."""
    return lambda value: f'"{name}":{write(value)},' if value else ""


def _named(hint: object) -> object:
    """``T`` of ``T | None``; any other type as it is."""
    return next((part for part in get_args(hint) if part is not type(None)), hint) if get_origin(hint) in {Union, types.UnionType} else hint


def _list_writer(write: Writer) -> Writer:
    return lambda parts: f"[{','.join(map(write, parts))}]"


def _once_each(write: Writer) -> Writer:
    """A writer that remembers by identity: the pack's own citations stand behind many points and findings, and take long to compare."""
    known: dict[int, tuple[object, str]] = {}

    def remembered(value: object) -> str:
        found = known.get(id(value))
        if found is not None:
            return found[1]
        if len(known) > _MEMORY:
            known.clear()
        text = write(value)
        known[id(value)] = value, text  # what is held cannot give its identity to another
        return text

    return remembered


def _set_writer(write: Writer) -> Writer:
    return lambda parts: f"[{','.join(sorted(map(write, parts)))}]"


def _dict_writer(write: Writer) -> Writer:
    return lambda parts: "{" + ",".join([f"{_quoted(key)}:{write(parts[key])}" for key in sorted(parts)]) + "}"


_ROWS: dict[type, Callable[[Writer], Writer]] = {tuple: _list_writer, frozenset: _set_writer, dict: _dict_writer}
_PLAIN: dict[object, Writer] = {
    str: _quoted,
    int: str,
    bool: {True: "true", False: "false"}.__getitem__,
    Decimal: lambda number: f'"{written(number)}"',
    date: lambda day: f'"{day.isoformat()}"',
}
