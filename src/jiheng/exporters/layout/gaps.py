"""Blank cells that a person must fill, marked on the paper as gaps are in the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from jiheng.domain.gaps import mark
from jiheng.exporters.layout.model import Cell, Grid, Layout

MARKS = {"stated_score": mark("得分"), "score": mark("总分"), "achieved": mark("是或否")}
"""What stands in a blank cell, by the field it shows; other fields hold their mark themselves."""


def with_gaps(layout: Layout, subjects: Iterable[str]) -> Layout:
    """The layout with a mark in every blank cell of these fields (JSON pointers)."""
    wanted = frozenset(subjects)

    def marked(cell: Cell) -> Cell:
        if cell.pointer not in wanted or cell.text:
            return cell
        mark = MARKS.get(cell.pointer.rpartition("/")[2] if cell.pointer else "")
        return cell if mark is None else replace(cell, text=mark, number=None, number_format=None, formula=None)

    sections = tuple(
        replace(
            section,
            items=tuple(replace(item, cells=tuple(map(marked, item.cells))) if isinstance(item, Grid) else item for item in section.items),
        )
        for section in layout.sections
    )
    return replace(layout, sections=sections)
