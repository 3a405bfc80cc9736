"""Small invented forms in a grid notation, printed as a web page or as tab-separated text, and what must be read from them.

A line of a grid with ``|`` is a table row, another line a paragraph, ``---`` a page break (a new table). A cell ``^`` is merged with the
cell above, ``<`` with the cell at left, a last ``<<`` with the rest of its row; ``⏎`` is a line break inside a cell.

What must be read stands in the same way: rows ``level 1 | level 2 | name | target | actual | weight | score | reason`` (a blank level is that
of the row above, ``-`` is none), values as ``≥50个 ~ 50 个`` (print, number, unit; without ``~`` the number is none), funds ``item | initial |
adjusted | allotted | disbursed | weight | rate | score`` with amounts in 元, fields as ``goal/expected = text`` or ``printed/notes ∋ part``.
``*`` is not compared, ``‖`` stands between readings that all count, a fund line ``? item`` may be there or not.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from importers.layouts.expectations import Expected, differences
from jiheng.domain.evaluation import Evaluation
from jiheng.importers import parse, read, recognise
from jiheng.rulebook import load_rulebook

PAGE_BREAK = "---"
Grid = list[list[str]]


@dataclass(frozen=True)
class Form:
    """One file: a grid, and for each of its forms what must be read (``then``: the second and further forms)."""

    name: str
    grid: str
    rows: str = ""
    funds: str = ""
    fields: str = ""
    then: tuple[Expected, ...] = ()

    def as_html(self) -> bytes:
        parts = [_html_table(block) if isinstance(block, list) else f"<p>{html.escape(block)}</p>" for block in _blocks(self.grid)]
        return f"<html><body>{''.join(parts)}</body></html>".encode()

    def as_text(self) -> bytes:
        return "\n".join(_text_table(block) if isinstance(block, list) else block for block in _blocks(self.grid)).encode()

    def wrong(self, kind: str) -> list[str]:
        """What was read differently than it must be."""
        return self.wrong_in(self.as_html() if kind == "html" else self.as_text(), f"表.{kind}")

    def wrong_in(self, source: bytes, name: str) -> list[str]:
        """What was read differently than it must be in a file made of this form."""
        drafts = recognise(read(source, name), load_rulebook().labels)
        found = [parse(draft).evaluation for draft in drafts]
        return _compared(found, (Expected(self.rows, self.funds, self.fields), *self.then))


def _compared(found: Sequence[Evaluation], expected: tuple[Expected, ...]) -> list[str]:
    counts = [] if len(found) == len(expected) else [f"forms: expected {len(expected)}, found {len(found)}"]
    return counts + [text for evaluation, one in zip(found, expected, strict=False) for text in differences(evaluation, one)]


def _blocks(grid: str) -> Iterator[str | Grid]:
    """The paragraphs and tables of a grid in reading order."""
    table: Grid = []
    for line in [*grid.strip().splitlines(), PAGE_BREAK]:
        if "|" in line:
            table.append([cell.strip() for cell in line.split("|")])
            continue
        if table:
            yield _filled_up(table)
            table = []
        if line.strip() != PAGE_BREAK:
            yield line.strip()


def _filled_up(table: Grid) -> Grid:
    """All rows as wide as the widest; a last ``<<`` covers the rest of its row."""
    width = max(len(row) for row in table)
    return [[*row[:-1], *["<"] * (width - len(row) + 1)] if row[-1] == "<<" else row + [""] * (width - len(row)) for row in table]


def _html_table(table: Grid) -> str:
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(table):
        for c, cell in enumerate(row):
            owners[r, c] = owners[r - 1, c] if cell == "^" else owners[r, c - 1] if cell == "<" else (r, c)
    lines = []
    for r, row in enumerate(table):
        cells = []
        for c, cell in enumerate(row):
            if owners[r, c] == (r, c):
                covered = [place for place, owner in owners.items() if owner == (r, c)]
                down, across = max(place[0] for place in covered) - r + 1, max(place[1] for place in covered) - c + 1
                cells.append(f'<td rowspan="{down}" colspan="{across}">{html.escape(cell).replace("⏎", "<br>")}</td>')
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(lines)}</table>"


def _text_table(table: Grid) -> str:
    rows = ["\t".join("" if cell in {"^", "<"} else cell.replace("⏎", " ") for cell in row) for row in table]
    return "\n".join([*rows, ""])
