"""The place of an anchor in a Word file is the right one or none, whatever the tables look like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from exporters.copies.copies_under_test import parts_of
from jiheng.domain.document import Cell, Paragraph, Table
from jiheng.exporters.copies.markup import Element, scanned
from jiheng.exporters.copies.word_places import Places
from jiheng.exporters.copies.word_tables import laid_out, telling, text_of
from jiheng.importers.readers import docx
from wordfiles import cell, package, para, row, table

MERGES = ("", "", "", '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:hMerge w:val="restart"/>', "<w:hMerge/>")


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """A body of tables and paragraphs; ``{}`` stands for a text, and each text that stands there is one of few."""
    out = []
    for _ in range(draw(st.integers(1, 3))):
        out += [para(draw(st.sampled_from(["", "{}", "{}{}"]))) for _ in range(draw(st.integers(0, 2)))]
        columns = draw(st.integers(1, 5))
        even = draw(st.booleans())
        rows = []
        for _ in range(draw(st.integers(1, 4))):
            cells, left = [], columns if even else draw(st.integers(1, 6))
            while left:
                span = draw(st.integers(1, left))
                width = draw(st.sampled_from([0, 900 * span, 1500]))
                cells.append(cell(draw(st.sampled_from(["{}", "{}", ""])), span=span, width=width, merge=draw(st.sampled_from(MERGES))))
                left -= span
            free = draw(st.sampled_from(["", "", '<w:gridBefore w:val="1"/>', '<w:gridAfter w:val="1"/>', "<w:hidden/>"]))
            rows.append(row(*cells, properties=free))
        out.append(table(*rows, grid=draw(st.sampled_from([(), (900,) * columns, (60, *(1200,) * columns)]))))
    return "".join(out)


def filled(body: str, texts: Iterator[str]) -> bytes:
    return package(re.sub(r"\{\}", lambda _: next(texts), body))


def numbers() -> Iterator[str]:
    return (f"t{number}." for number in range(10_000))


@given(body=bodies(), words=st.lists(st.sampled_from(["a1.", "b2.", "c3."]), min_size=1, max_size=5))
def test_a_place_is_right_or_not_told(body: str, words: list[str]) -> None:
    """Read twice: with texts that come again and again, and, to know the truth, with a text of its own in each place."""
    if "{}" not in body:
        return
    repeated = filled(body, (words[number % len(words)] for number in range(10_000)))
    told_apart = filled(body, numbers())
    read, truth = docx.read(repeated).blocks, docx.read(told_apart).blocks
    places = Places(laid_out(_body(repeated), headers=False), [item.anchor for block in read for item in _items(block)])
    twin = {paragraph.start: text for paragraph, text in zip(_paragraphs(_body(repeated)), _texts(told_apart), strict=True)}
    for block, true in zip(read, truth, strict=True):
        for item, same in zip(_items(block), _items(true), strict=True):
            found = places.paragraph(item.anchor)
            if found is not None and same.anchor.text:
                assert twin[found.start] in same.anchor.text.split(" ")


@given(body=bodies())
def test_every_place_is_told_where_no_text_comes_twice(body: str) -> None:
    if "{}" not in body or "Merge" in body:
        return
    source = filled(body, numbers())
    read = docx.read(source).blocks
    places = Places(laid_out(_body(source), headers=False), [item.anchor for block in read for item in _items(block)])
    for item in (item for block in read for item in _items(block) if item.anchor.text):
        found = places.paragraph(item.anchor)
        assert found is not None
        assert text_of(found) == item.anchor.text


def _items(block: Paragraph | Table) -> tuple[Cell | Paragraph, ...]:
    return block.cells if isinstance(block, Table) else (block,)


def _body(source: bytes) -> Element:

    found = scanned(parts_of(source)["word/document.xml"], telling).child("body")
    assert found is not None
    return found


def _paragraphs(body: Element) -> list[Element]:
    return [element for element in body.walk() if element.name == "p"]


def _texts(source: bytes) -> list[str]:
    return [text_of(paragraph) for paragraph in _paragraphs(_body(source))]
