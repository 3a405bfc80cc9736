"""XML seen as bytes: where each element starts and ends, so that text can be put in and everything else stays as it is, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape

from jiheng.errors import NotAnnotatableError

Wanted = Callable[[str, str, int, dict[str, str]], bool]
"""Whether an element is kept: its namespace, local name, depth (0 for the root) and attributes as written."""

_TAG = re.compile(rb"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BROKEN = "文件里的 XML 不完整或有错误，不能加批注。请用原来的程序打开、另存后再试。"
_ENTITIES = "文件的 XML 含实体定义（DOCTYPE），为安全起见不予处理，不能加批注。请用原来的程序打开、另存后再试。"
_TOO_MANY = "文件里的 XML 元素过多，超出处理上限，不能加批注。请只保留自评表、另存后再试。"
MOST_ELEMENTS = 1_000_000
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Element:
    """An element: its tag as written (``prefix``) and as meant (``space``, ``name``), the prefixes in force, its place in the bytes.

    ``start`` is its ``<``, ``inside`` the end of its start tag, ``close`` its end tag, ``end`` behind it; of an empty-element tag (``empty``)
    the last three are one. ``children`` are the kept elements below it; ``text`` is what stands in it outside of kept children.
    """

    __slots__ = ("attributes", "children", "close", "empty", "end", "inside", "name", "pieces", "prefix", "scope", "space", "start")

    def __init__(self, tag: str, attributes: dict[str, str], scope: dict[str, str], start: int, inside: int) -> None:
        self.prefix, _, self.name = tag.rpartition(":")
        self.space = scope.get(self.prefix, "")
        self.attributes = attributes
        self.scope = scope
        self.start = start
        self.inside = self.close = self.end = inside
        self.empty = False
        self.children: list[Element] = []
        self.pieces: list[str] = []

    @property
    def tag(self) -> str:
        """The tag as written."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name

    @property
    def text(self) -> str:
        """The text in it, outside of kept children."""
        return "".join(self.pieces)

    def get(self, name: str) -> str | None:
        """An attribute by its local name, with whatever prefix the file gives it."""
        return next((value for key, value in self.attributes.items() if key.rpartition(":")[2] == name and not key.startswith("xmlns")), None)

    def child(self, *names: str) -> Element | None:
        """The first kept child of one of these local names."""
        return next((child for child in self.children if child.name in names), None)

    def walk(self) -> Iterator[Element]:
        """The element and all kept ones below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def prefix_of(self, *spaces: str) -> str | None:
        """A prefix that means one of these namespaces here, its own if it does; None where there is none (a default namespace is no prefix)."""
        if self.prefix and self.space in spaces:
            return self.prefix
        return next((prefix for prefix, space in self.scope.items() if prefix and space in spaces), None)


class Insertion(NamedTuple):
    """Text to put in at a byte."""

    at: int
    text: str


def everything(_space: str, _name: str, _depth: int, _attributes: dict[str, str]) -> bool:
    """Keeps every element."""
    return True


def scanned(data: bytes, wanted: Wanted = everything) -> Element:
    """The root of a part in UTF-8 (as ``in_utf8`` gives it), with the wanted elements below it; unwanted ones are looked through.

    Raises:
        NotAnnotatableError: the XML is broken, or defines entities.
    """
    return _Scan(data, wanted).root()


class _Scan:
    """One pass over the bytes of a part."""

    def __init__(self, data: bytes, wanted: Wanted) -> None:
        self._data = data
        self._wanted = wanted
        self._scopes: list[dict[str, str]] = [{"xml": "http://www.w3.org/XML/1998/namespace"}]
        self._kept: list[Element | None] = []
        self._open: list[Element] = []
        self._count = 0
        self._root: Element | None = None
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._starts
        self._parser.EndElementHandler = self._ends
        self._parser.CharacterDataHandler = self._says
        self._parser.StartDoctypeDeclHandler = self._refuses

    def root(self) -> Element:
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise NotAnnotatableError(_BROKEN) from error
        if self._root is None:
            raise NotAnnotatableError(_BROKEN)
        return self._root

    def _starts(self, tag: str, attributes: dict[str, str]) -> None:
        scope = self._scopes[-1]
        declared = [key for key in attributes if key.startswith("xmlns")]
        if declared:
            scope = {**scope, **{key.partition(":")[2]: attributes[key] for key in declared}}
        depth = len(self._kept)
        self._scopes.append(scope)
        prefix, _, name = tag.rpartition(":")
        if depth and not self._wanted(scope.get(prefix, ""), name, depth, attributes):
            self._kept.append(None)
            return
        start = self._parser.CurrentByteIndex
        found = _TAG.match(self._data, start)
        if found is None:
            raise NotAnnotatableError(_BROKEN)
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise NotAnnotatableError(_TOO_MANY)
        element = Element(tag, attributes, scope, start, found.end())
        element.empty = self._data[found.end() - 2 : found.end()] == b"/>"
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._kept.append(element)
        self._open.append(element)

    def _ends(self, _tag: str) -> None:
        self._scopes.pop()
        element = self._kept.pop()
        if element is None:
            return
        self._open.pop()
        if not element.empty:
            element.close = self._parser.CurrentByteIndex
            element.end = self._data.index(b">", element.close) + 1

    def _says(self, text: str) -> None:
        if self._kept and self._kept[-1] is not None:
            self._kept[-1].pieces.append(text)

    def _refuses(self, *_: object) -> None:
        raise NotAnnotatableError(_ENTITIES)


def in_utf8(part: bytes) -> tuple[bytes, str]:
    """A part in UTF-8, and the codec that leads back to its own bytes.

    Raises:
        NotAnnotatableError: it is in an encoding that does not lead back.
    """
    mark, codec = next(((mark, codec) for mark, codec in _MARKS if part.startswith(mark)), (b"", "utf-8"))
    declared = None if mark else _DECLARED.match(part.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None:
        codec = declared[1].decode("ascii", "replace").lower()
    if codec in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return part, "utf-8"
    try:
        text = part.decode(codec)
        if text.encode(codec) == part:
            return text.encode(), codec
    except (LookupError, UnicodeError) as error:
        raise NotAnnotatableError(_BROKEN) from error
    raise NotAnnotatableError(_BROKEN)


def out_of_utf8(data: bytes, codec: str) -> bytes:
    """Back to the part's own encoding; what that cannot write becomes a character reference."""
    return data if codec == "utf-8" else data.decode().encode(codec, "xmlcharrefreplace")


def with_insertions(data: bytes, insertions: Iterable[Insertion]) -> bytes:
    """The bytes with these texts put in; texts at one place stand in the order given."""
    pieces, last = [], 0
    for at, text in sorted(insertions, key=lambda one: one.at):
        pieces += [data[last:at], text.encode()]
        last = at
    return b"".join((*pieces, data[last:]))


def appended(element: Element, text: str) -> list[Insertion]:
    """Text put in at the end of an element; an empty-element tag is opened for it, again by putting in only."""
    if not element.empty:
        return [Insertion(element.close, text)]
    return [Insertion(element.end - 2, f">{text}<"), Insertion(element.end - 1, element.tag)]


def escaped(text: str) -> str:
    """Text as XML may hold it, in an element or between double quotes."""
    return escape(_UNPRINTABLE.sub("", text), {'"': "&quot;"})
