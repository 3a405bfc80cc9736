"""A grid as plain data for the page template: which rows may break, which are printed again, and room shared out among spanned rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jiheng.exporters.layout.model import Cell, Grid
from jiheng.exporters.writers.pdf_columns import Face
from jiheng.exporters.writers.pdf_wording import fits, line_count, words

_MARKS = 8.0
_BREAKABLE, _TOGETHER = 0.45, 0.6
"""Parts of a page that a row, and rows beside a text of many lines, may be high before they may break."""
_HEAD = 0.35  # of a page, that heads printed again may take
_SHARED = 0.25  # of a page, that a row may grow to make room for a cell beside it

_ROLES = {"label": "label", "short": "short", "figure": "short", "text": "text"}


def planned_grid(  # noqa: PLR0913 - what is set, where and how
    grid: Grid, height: float, show: Callable[[str], str], first_note: int, *, face: Face, widths: list[float]
) -> dict[str, Any]:
    """The data of a grid set on pages ``height`` points high; its notes are numbered through from ``first_note``."""
    size = face.size
    inner = [sum(widths[cell.column : cell.column + cell.column_span]) - face.aside for cell in grid.cells]
    texts = [show(cell.text) for cell in grid.cells]
    single = [fits(text, room / size) for text, room in zip(texts, inner, strict=True)]
    lines = [1 if one else line_count(text, max(room, size) / size) for one, text, room in zip(single, texts, inner, strict=True)]
    aside = [_aside(cell, text, room / size) for cell, text, room in zip(grid.cells, texts, inner, strict=True)]
    marks = [_MARKS if cell.marks and not beside else 0 for cell, beside in zip(grid.cells, aside, strict=True)]
    tall = [face.tall(count) + more for count, more in zip(lines, marks, strict=True)]
    rows, extra = _rows(grid, tall, height, face.tall(1))
    fixed = _fixed(grid, _simple(grid, single, marks), rows, tall, extra)
    head = heads_again(grid, rows, height)
    notes = _anchors(grid, first_note)
    planned: list[list[Any]] = []
    for index, cell in enumerate(grid.cells):
        loose = may_break(cell, tall[index], rows, height)
        fitted = words(texts[index], max(inner[index], size) / size)
        place = (cell.column, cell.row, cell.row_span, cell.column_span)
        planned.append([*place, _ROLES[cell.role], fitted, loose, extra.get(index, 0), list(cell.marks), aside[index], notes.get(index, [])])
    above = [data for data in planned if data[1] < head]
    return {
        "kind": "g",
        "widths": widths,
        "rows": [round(min(points, _SHARED * height), 2) if row in fixed else None for row, points in enumerate(rows)],
        "size": size,
        "inset": [face.aside / 2, face.above / 2],
        "leading": round(face.pitch - 1, 3),
        "joined": grid.joined,
        "head": above,
        "cells": planned[len(above) :],
    }


def _aside(cell: Cell, text: str, width: float) -> bool:
    """Whether the numbers of a cell's findings have room in its corner, beside its text in the middle."""
    room = 0.4 * sum(len(str(mark)) + 1 for mark in cell.marks)
    return bool(cell.marks) and cell.role != "text" and fits(text, width - 2 * room)


def may_break(cell: Cell, tall: float, rows: list[float], page: float) -> bool:
    """A row breaks where it must; rows spanned by a text of many lines stay on one page as long as they can, so that the text is not cut."""
    spanned = sum(rows[cell.row : cell.row + cell.row_span])
    if cell.row_span == 1:
        return spanned > _BREAKABLE * page
    return tall <= rows[cell.row] or spanned > _TOGETHER * page


def _rows(grid: Grid, tall: list[float], page: float, least: float) -> tuple[list[float], dict[int, float]]:
    """About how high each row is, and by how many points which cell is made taller so that spanned rows share a tall cell's height."""
    rows = [0.0] * grid.rows
    highest: dict[int, int] = {}
    for index, cell in enumerate(grid.cells):
        if cell.row_span == 1 and tall[index] > rows[cell.row]:
            rows[cell.row] = tall[index]
            highest[cell.row] = index
    natural = rows.copy()
    rows = [max(row, least) for row in rows]
    for index in sorted((i for i, cell in enumerate(grid.cells) if cell.row_span > 1), key=lambda i: grid.cells[i].row_span):
        cell = grid.cells[index]
        spanned = range(cell.row, cell.row + cell.row_span)
        lacking = tall[index] - sum(rows[row] for row in spanned)
        if lacking <= 0:
            continue
        share = min(lacking / cell.row_span, _SHARED * page)
        for row in spanned:
            rows[row] += share
        rows[spanned[-1]] += lacking - share * cell.row_span
    extra = {}
    for row, index in highest.items():
        if (more := min(rows[row] - natural[row], _SHARED * page)) > 1:
            extra[index] = round(more, 2)
    return rows, extra


def _simple(grid: Grid, one_line: list[bool], marks: list[float]) -> set[int]:
    """The rows whose height is known before they are set: every cell that stands in one alone has one line."""
    several = {cell.row for cell, one, more in zip(grid.cells, one_line, marks, strict=True) if cell.row_span == 1 and (not one or more)}
    return set(range(grid.rows)) - several


def _fixed(grid: Grid, simple: set[int], rows: list[float], tall: list[float], extra: dict[int, float]) -> set[int]:
    """The rows whose height need not be found by setting them, or that no cell has for itself and that so would have none.

    A cell must have one row that can still grow: where all of its rows are fixed the last is freed, and ``extra`` keeps it from shrinking.
    """
    fixed = simple.copy()
    bare = set(range(grid.rows)) - {cell.row for cell in grid.cells if cell.row_span == 1}
    for index, cell in enumerate(grid.cells):
        spanned = range(cell.row, cell.row + cell.row_span)
        if cell.row_span > 1 and fixed.issuperset(spanned):
            fixed.remove(spanned[-1])
            if spanned[-1] in bare:
                extra[index] = round(max(0.0, sum(rows[row] for row in spanned) - tall[index]), 2)
        elif cell.row_span == 1 and cell.row in fixed:
            extra.pop(index, None)
    return fixed


def heads_again(grid: Grid, rows: list[float], page: float) -> int:
    """How many rows can be printed again on each page: no cell runs on below them, and they leave room for others."""
    for head in range(min(grid.head_rows, grid.rows - 1), 0, -1):
        inside = not any(cell.row < head < cell.row + cell.row_span for cell in grid.cells)
        if inside and sum(rows[:head]) <= _HEAD * page:
            return head
    return 0


def _anchors(grid: Grid, first: int) -> dict[int, list[int]]:
    """Which notes hang on which cell: the first that begins in their row, else one that passes through it."""
    found: dict[int, list[int]] = {}
    number = first
    for row, notes in grid.beside:
        begins = [index for index, cell in enumerate(grid.cells) if cell.row == row]
        passes = [index for index, cell in enumerate(grid.cells) if cell.row <= row < cell.row + cell.row_span]
        place = next(iter(begins or passes), 0)
        found.setdefault(place, []).extend(range(number, number + len(notes)))
        number += len(notes)
    return found
