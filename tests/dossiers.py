"""Dossiers of small forms, scored and audited by the real pipeline, and what every laid-out page must keep."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from builders import NATIONAL, YEAR_END, pack
from conformance.test_corpus import SHARED
from jiheng.domain.dossier import Dossier, Source, Waiver
from jiheng.domain.evaluation import Evaluation
from jiheng.exporters.layout.model import Grid, Item, Layout, Paragraph
from jiheng.pipeline import appraise, under_law
from jiheng.rulebook import Choice, load_rulebook

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*.*") if path.suffix in {".txt", ".html"})
FORMS = [*EXAMPLES, *(path for path in sorted(SHARED.glob("*.*")) if path.suffix in {".xlsx", ".docx", ".txt", ".html"})]
"""Real forms where they are there, and the project's own examples always."""


def dossier_of(evaluation: Evaluation, *waivers: Waiver, law: str | None = NATIONAL) -> Dossier:
    """The dossier of a form under a pack; unscored where none is named."""
    read = Dossier(on=YEAR_END, document=Source("表.xlsx", "ab" * 32, "xlsx"), evaluation=evaluation, waivers=waivers)
    return read if law is None else under_law(read, Choice(pack(law), None, "named"))


@cache
def dossiers_in(path: Path) -> tuple[Dossier, ...]:
    """What the pipeline makes of a file."""
    return appraise(path.read_bytes(), path.name, rulebook=load_rulebook())


def title_of(dossier: Dossier) -> str:
    """The title of the pack that scored it."""
    return pack(dossier.scorecard.rulepack.id).title if dossier.scorecard else ""


def items(layout: Layout) -> Iterator[Item]:
    for section in layout.sections:
        yield from section.items


def texts(layout: Layout, *roles: str) -> list[str]:
    """The paragraphs of some roles, or all."""
    return [item.text for item in items(layout) if isinstance(item, Paragraph) and (not roles or item.role in roles)]


def table(grid: Grid) -> list[list[str]]:
    """The texts of a grid by row."""
    rows: list[list[str]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell.text)
    return rows


def tables(layout: Layout) -> list[list[list[str]]]:
    return [table(item) for item in items(layout) if isinstance(item, Grid)]


def uncovered(grid: Grid) -> list[tuple[int, int]]:
    """Places of a grid that no cell, or more than one, covers."""
    counts = {(row, column): 0 for row in range(grid.rows) for column in range(len(grid.widths))}
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                counts[row, column] = counts.get((row, column), 0) + 1
    return [place for place, count in counts.items() if count != 1]
