"""A Layout as tab-separated text: a line per row of a grid, a cell per column, as the form is filed as text; merged cells stand once."""

from __future__ import annotations

from jiheng.exporters.layout.model import Grid, Layout, Paragraph


def write(layout: Layout) -> bytes:
    """The text in UTF-8; charts and codes have no place in it."""
    lines: list[str] = []
    for section in layout.sections:
        for item in section.items:
            if isinstance(item, Paragraph):
                lines += [f"{_one_line(item.text)}\t{_one_line(item.right)}" if item.right else _one_line(item.text), ""]
            elif isinstance(item, Grid):
                lines += [*_rows(item), ""]
    return ("\n".join(lines).rstrip("\n") + "\n").encode()


def _rows(grid: Grid) -> list[str]:
    """Each row with its cells in their columns; a cell that a merge covers is blank."""
    rows = [[""] * len(grid.widths) for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row][cell.column] = _one_line(cell.text)
    return ["\t".join(row) for row in rows]


def _one_line(text: str) -> str:
    return " ".join(text.split())
