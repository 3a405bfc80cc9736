"""What stands around the sheets of an xlsx workbook: relations, number formats, shared strings, shared formulas."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import NamedTuple

from lxml.etree import _Element

from jiheng.errors import UnreadableFileError
from jiheng.importers.archive import Archive, parse_xml
from jiheng.importers.numberformat import BUILT_IN
from jiheng.importers.sheetgrid import letters

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"(\"[^\"]*\"|'[^']*')|(?<![A-Za-z0-9_.$])(\$?)([A-Z]{1,3})(\$?)([1-9]\d{0,6})(?![A-Za-z0-9_(.!])")
_COLUMNS = 16384
_ROWS = 1048576


class Relation(NamedTuple):
    """Where a relation leads: the last word of its type and the part it names."""

    kind: str
    part: str


def local(element: _Element) -> str:
    """The tag of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: _Element, name: str) -> str | None:
    """An attribute by its local name, in whichever namespace (transitional or strict) the file uses."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name and "}" in str(key)), None)


def relations(archive: Archive, part: str) -> dict[str, Relation]:
    """The parts that a part names, by relation id; links to other files are left out."""
    folder, _, name = part.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels".lstrip("/")
    found: dict[str, Relation] = {}
    if listed not in archive:
        return found
    for item in parse_xml(archive.read(listed)):
        target = item.get("Target") or ""
        if item.get("TargetMode") == "External" or not target:
            continue
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[item.get("Id") or ""] = Relation((item.get("Type") or "").rpartition("/")[2], path)
    return found


def number_formats(archive: Archive, part: str | None) -> list[str]:
    """The format code of each cell style, by its number."""
    if part is None or part not in archive:
        return []
    codes = dict(BUILT_IN)
    styles: list[str] = []
    for group in parse_xml(archive.read(part)):
        name = local(group)
        if name == "numFmts":
            codes.update({_number(item.get("numFmtId")): item.get("formatCode") or "General" for item in group})
        elif name == "cellXfs":
            styles = [codes.get(_number(item.get("numFmtId")), "General") for item in group]
    return styles


def _number(printed: str | None) -> int:
    return int(printed) if printed and printed.isdecimal() and len(printed) < 10 else 0


def shared_strings(archive: Archive, part: str | None) -> list[str]:
    """The strings of the workbook, by number; rich text joined, phonetic readings dropped."""
    if part is None or part not in archive:
        return []
    return [rich_text(item) for item in parse_xml(archive.read(part))]


def rich_text(item: _Element) -> str:
    """The text of a string item: its runs joined, without phonetic readings."""
    pieces: list[str] = []
    for child in item:
        name = local(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces += [piece.text or "" for piece in child if local(piece) == "t"]
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    """Text with the escapes that xlsx uses for characters XML cannot hold: ``_x000D_``."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return "" if 0xD800 <= code < 0xE000 else chr(code)


@lru_cache(maxsize=4096)
def position(reference: str) -> tuple[int, int]:
    """Row and column of ``B7``, counted from 0.

    Raises:
        UnreadableFileError: ``file.damaged`` where it names no cell.
    """
    bare = reference.replace("$", "").upper()
    figures = bare.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    named = bare[: len(bare) - len(figures)]
    column = 0
    for letter in named[:4]:
        column = column * 26 + ord(letter) - 64
    if not figures.isdecimal() or len(figures) > 7 or not 1 <= int(figures) <= _ROWS or not 1 <= column <= _COLUMNS:
        raise UnreadableFileError("file.damaged", f"工作表里有单元格的位置“{reference[:20]}”不存在，文件可能已损坏。请用原来的程序打开、另存后再试。")
    return int(figures) - 1, column - 1


def row_of(number: str) -> int:
    """A row by its number in the file, counted from 0.

    Raises:
        UnreadableFileError: ``file.damaged`` where there is no such row.
    """
    plain = number.isdecimal() and len(number) < 7 and number[0] != "0"
    return int(number) - 1 if plain else position(f"A{number}")[0]


def moved(formula: str, down: int, across: int) -> str:
    """A formula as it reads in a cell further down and to the right: relative references move along."""

    def shift(found: re.Match[str]) -> str:
        if found[1]:
            return found[0]
        row, column = position(found[3] + found[5]) if len(found[3]) < 3 or found[3] <= "XFD" else (-1, -1)
        if row < 0:
            return found[0]
        row, column = (row if found[4] else row + down), (column if found[2] else column + across)
        if not 0 <= row < _ROWS or not 0 <= column < _COLUMNS:
            return "#REF!"
        return f"{found[2]}{letters(column)}{found[4]}{row + 1}"

    return _REFERENCE.sub(shift, formula)
