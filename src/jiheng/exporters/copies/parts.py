"""The parts of an Office file under work: what they name by relation, and new parts with all that makes them part of the file."""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

from jiheng.errors import NotAnnotatableError
from jiheng.exporters.copies.markup import Element, Insertion, Wanted, appended, escaped, everything, in_utf8, out_of_utf8, scanned, with_insertions
from jiheng.exporters.copies.package import Package

TYPES = "[Content_Types].xml"
USUAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NUMBER = re.compile(r"^rId(\d{1,8})$", re.IGNORECASE)


class Relation(NamedTuple):
    """One relation of a part: its id, the last word of its type, and the part it names (``""`` outside the file)."""

    id: str
    kind: str
    part: str


class Parts:
    """A package and the changes made to it so far."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._changed: dict[str, bytes] = {}
        self._codecs: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The parts of the file as it came."""
        return self._package.names

    def __contains__(self, name: str) -> bool:
        return name in self._changed or name in self._package

    def drawings(self) -> list[str]:
        """The legacy drawings there are, new ones too."""
        return [name for name in dict.fromkeys((*self.names, *self._changed)) if name.lower().endswith(".vml")]

    def data(self, name: str) -> bytes:
        """A part as it is now, in UTF-8.

        Raises:
            NotAnnotatableError: it is missing, broken or too large.
        """
        if name not in self._changed:
            data, self._codecs[name] = in_utf8(self._package.read(name))
            return data
        return self._changed[name]

    def root(self, name: str, wanted: Wanted = everything) -> Element:
        """The root element of a part as it is now.

        Raises:
            NotAnnotatableError: the part is missing, or no XML to be had.
        """
        return scanned(self.data(name), wanted)

    def insert(self, name: str, insertions: list[Insertion]) -> None:
        """Put texts into a part."""
        self._changed[name] = with_insertions(self.data(name), insertions)

    def written(self) -> bytes:
        """The file with its changes."""
        return self._package.written({name: out_of_utf8(data, self._codecs.get(name, "utf-8")) for name, data in self._changed.items()})

    def relations(self, part: str) -> list[Relation]:
        """What a part names; ``""`` is the package itself."""
        listed = _listed(part)
        if listed not in self:
            return []
        found = []
        for item in self.root(listed).children:
            target, folder = item.get("Target") or "", part.rpartition("/")[0]
            outside = item.get("TargetMode") == "External" or not target
            path = target.replace("\\", "/")
            path = path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))
            found.append(Relation(item.get("Id") or "", (item.get("Type") or "").rpartition("/")[2], "" if outside else path))
        return found

    def related(self, part: str, kind: str) -> str | None:
        """The first part there is that a part names by this kind of relation."""
        return next((one.part for one in self.relations(part) if one.kind == kind and one.part in self), None)

    def relate(self, part: str, kind: str, target: str, *, strict: bool, chosen: str | None = None) -> str:
        """Make a part name another one; the relation's id, a new one where none is ``chosen``."""
        numbers = [int(found[1]) for one in self.relations(part) if (found := _NUMBER.match(one.id))]
        number = chosen or f"rId{max(numbers, default=0) + 1}"
        path = posixpath.relpath("/" + target, "/" + part.rpartition("/")[0])
        facts = f'Id="{escaped(number)}" Type="{STRICT if strict else USUAL}/{kind}" Target="{escaped(path)}"'
        listed = _listed(part)
        if listed not in self:
            self._changed[listed] = f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship {facts}/></Relationships>'.encode()
            self._typed_by_ending("rels", "application/vnd.openxmlformats-package.relationships+xml")
            return number
        root = self.root(listed)
        self.insert(listed, appended(root, f"<{_beside(root, 'Relationship')} {facts}/>"))
        return number

    def add(self, name: str, content: str, content_type: str) -> None:
        """Add an XML part with its content type; one whose ending says it all is told by that.

        Raises:
            NotAnnotatableError: the file has no list of content types.
        """
        self._changed[name] = (_HEAD + content).encode()
        if not name.endswith(".vml") or not self._typed_by_ending("vml", content_type):
            root = self.root(TYPES)
            facts = f'PartName="/{escaped(name)}" ContentType="{content_type}"'
            self.insert(TYPES, appended(root, f"<{_beside(root, 'Override')} {facts}/>"))

    def free(self, pattern: str) -> str:
        """The first part name of this pattern (``{}`` for a number from 1) that nothing has."""
        taken = {name.lower() for name in (*self.names, *self._changed)}
        taken |= {(item.get("PartName") or "").lstrip("/").lower() for item in self._types().children}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def _types(self) -> Element:
        if TYPES not in self:
            raise NotAnnotatableError("文件里缺少内容类型表（[Content_Types].xml），不能加批注。请用原来的程序打开、另存后再试。")
        return self.root(TYPES)

    def _typed_by_ending(self, ending: str, content_type: str) -> bool:
        """See that parts with this ending are of this type; False where the file says that they are of another."""
        root = self._types()
        known = next((item for item in root.children if item.name == "Default" and (item.get("Extension") or "").lower() == ending), None)
        if known is not None:
            return known.get("ContentType") == content_type
        self.insert(TYPES, appended(root, f'<{_beside(root, "Default")} Extension="{ending}" ContentType="{content_type}"/>'))
        return True


def _listed(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _beside(root: Element, name: str) -> str:
    """A tag in the root's namespace, written as the root writes its own."""
    return f"{root.prefix}:{name}" if root.prefix else name
