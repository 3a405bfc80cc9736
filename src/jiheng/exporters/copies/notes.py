"""The list of notes of a sheet (comments part): which cells have one, and ours put in beside or behind them."""

from __future__ import annotations

import re

from jiheng.exporters.copies.markup import Element, Insertion, appended, escaped
from jiheng.exporters.copies.wording import AUTHOR

_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FONT = '<{x}rPr><{x}sz val="9"/><{x}rFont val="宋体"/><{x}family val="3"/><{x}charset val="134"/></{x}rPr>'


def noted_cells(root: Element) -> frozenset[str]:
    """The cells that have a note."""
    return frozenset(_notes(root))


def _notes(root: Element) -> dict[str, Element]:
    listed = root.child("commentList")
    return {(note.get("ref") or "").upper(): note for note in (listed.children if listed is not None else ()) if note.name == "comment"}


def add_notes(root: Element, cells: dict[str, list[str]]) -> list[Insertion]:
    """Put in a note for each cell; a note that is there keeps its text and gets ours behind it, under our name."""
    x = f"{root.prefix}:" if root.prefix else ""
    known = _notes(root)
    out: list[Insertion] = []
    new = {cell: texts for cell, texts in cells.items() if cell not in known}
    for cell, texts in cells.items():
        if cell in known and "\n".join(texts) not in _held(known[cell]):
            out += _behind(known[cell], "\n".join((f"{AUTHOR}：", *texts)), x)
    if not new:
        return out
    author, signed = _author(root, x)
    notes = "".join(_note(cell, "\n".join(texts), author, x) for cell, texts in new.items())
    listed = root.child("commentList")
    if listed is not None:
        return [*out, *signed, *appended(listed, notes)]
    return [*out, *signed, *appended(root, f"<{x}commentList>{notes}</{x}commentList>")]


def _held(note: Element) -> str:
    """The text of a note that is there."""
    return "".join(one.text for one in note.walk() if one.name == "t")


def _author(root: Element, x: str) -> tuple[int, list[Insertion]]:
    """Our number in the list of authors, and what puts us there."""
    authors = root.child("authors")
    if authors is None:
        place = root.child("commentList")
        text = f"<{x}authors><{x}author>{AUTHOR}</{x}author></{x}authors>"
        return 0, [Insertion(place.start, text)] if place is not None else appended(root, text)
    names = [one.text.strip() for one in authors.children]
    if AUTHOR in names:
        return names.index(AUTHOR), []
    return len(names), appended(authors, f"<{x}author>{AUTHOR}</{x}author>")


def _note(cell: str, text: str, author: int, x: str) -> str:
    return f'<{x}comment ref="{cell}" authorId="{author}"><{x}text>{_run(text, x)}</{x}text></{x}comment>'


def _run(text: str, x: str) -> str:
    return f'<{x}r>{_FONT.format(x=x)}<{x}t xml:space="preserve">{_coded(text)}</{x}t></{x}r>'


def _coded(text: str) -> str:
    """Text as a workbook holds it: what looks like a character's code (_x000D_) is told from one."""
    return escaped(_CODE.sub("_x005F_", text))


def _behind(note: Element, text: str, x: str) -> list[Insertion]:
    held = note.child("text")
    if held is None:
        return appended(note, f"<{x}text>{_run(text, x)}</{x}text>")
    runs = [child for child in held.children if child.name == "r"]
    plain = held.child("t")
    if runs:
        return [Insertion(runs[-1].end, _run(f"\n{text}", x))]
    if plain is None:
        return appended(held, _run(text, x))
    return appended(plain, _coded(f"\n{text}" if plain.text else text))
