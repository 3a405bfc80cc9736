"""A layout as plain data for the page template: lengths in points, which rows may break, where long runs may, notes numbered through."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from jiheng.exporters.layout.model import Bars, Code, Grid, Item, Layout, Orientation, Paragraph, Section, Style
from jiheng.exporters.writers.pdf_density import Set, settings
from jiheng.exporters.writers.pdf_grid import planned_grid
from jiheng.exporters.writers.pdf_symbol import drawing_of
from jiheng.exporters.writers.pdf_wording import Words, printable, words

_MM = 72 / 25.4
_A4 = (210 * _MM, 297 * _MM)
_NOTES = 52 * _MM
"""Right margin of a page with notes in it."""
_LEAD = 6.0
"""Half of what a line of 28 points is higher than its print: so the type area holds 22 lines, as the standard counts them."""
_SIZES: dict[Style, dict[str, float]] = {"form": {"title": 17}, "official": {"title": 22}}
_LARGEST: dict[Style, float] = {"form": 13, "official": 16}
_LABELS = 0.28  # of the text width, before the bars of a chart
_CODE = 30 * _MM
_SMALLER = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65)
"""By how much a section may be reduced so that it stays on one page: down to print of 6.5 points."""
_MOST = 60
"""Rows that one page might hold."""


class Page(NamedTuple):
    """Margins and size of a section's pages."""

    left: float
    right: float
    top: float
    bottom: float
    width: float
    height: float

    @property
    def measure(self) -> float:
        """Width of the type area."""
        return self.width - self.left - self.right

    @property
    def depth(self) -> float:
        """Height of the type area."""
        return self.height - self.top - self.bottom


def page_of(style: Style, orientation: Orientation, *, noted: bool) -> Page:
    """The page of a style: A4, and for documents the type area of 156 mm by 225 mm, turned where the page is."""
    width, height = _A4 if orientation == "portrait" else (_A4[1], _A4[0])
    if style == "official":
        left, right, top, bottom = (28.0, 26.0, 37.0, 35.0) if orientation == "portrait" else (37.0, 35.0, 28.0, 26.0)
    else:
        left, right, top, bottom = 16.0, 16.0, 16.0, 17.0
    lead = _LEAD if style == "official" else 0
    page = Page(left * _MM, right * _MM, top * _MM + lead, bottom * _MM + lead, width, height)
    return page._replace(left=min(page.left, 14 * _MM), right=_NOTES) if noted else page


def planned(layout: Layout, show: Callable[[str], str]) -> dict[str, Any]:
    """The data of the template. ``show`` turns a text into what the fonts can print."""
    notes: list[dict[str, Any]] = []
    sections = [_section(section, layout.style, show, notes, number) for number, section in enumerate(layout.sections)]
    title = " ".join(printable(layout.title).split())
    titles = [item.text for section in layout.sections for item in section.items if isinstance(item, Paragraph) and item.role == "title"]
    named = bool(titles) and " ".join(printable(titles[0]).split()) == title
    return {"title": title, "unnamed": bool(title) and not named, "style": layout.style, "notes": notes, "absent": [], "sections": sections}


def _section(section: Section, style: Style, show: Callable[[str], str], notes: list[dict[str, Any]], number: int) -> dict[str, Any]:
    noted = [place for place, item in enumerate(section.items) if isinstance(item, Grid) and item.beside]
    page = page_of(style, section.orientation, noted=bool(noted))
    yielding = style == "form" and not section.one_page
    setting = _Setting(page, style, show, settings(section.items, (page.measure, page.depth), yielding=yielding))
    items: list[dict[str, Any]] = []
    for place, item in enumerate(section.items):
        items.append(setting.planned(place, item, len(notes)))
        if isinstance(item, Grid):
            notes.extend({"section": number, **note} for note in setting.notes(item))
    for above, below in itertools.pairwise(items):
        above["continued"] = below.get("joined", False)
    tried = _SMALLER if section.one_page and not noted and sum(item.rows for item in section.items if isinstance(item, Grid)) <= _MOST else ()
    smaller = [_smaller(section, page, style, show, factor) for factor in tried]
    return {"smaller": smaller, "page": list(page), "noted": bool(noted), "last-noted": noted[-1] if noted else -1, "items": items}


def _smaller(section: Section, page: Page, style: Style, show: Callable[[str], str], factor: float) -> dict[str, Any]:
    """The items as they are set before they are reduced by a factor to the page."""
    wide = page._replace(width=page.left + page.right + page.measure / factor, height=page.top + page.bottom + page.depth / factor)
    setting = _Setting(wide, style, show, settings(section.items, (wide.measure, wide.depth), yielding=False))
    items = [setting.planned(place, item, 0) for place, item in enumerate(section.items)]
    for above, below in itertools.pairwise(items):
        above["continued"] = below.get("joined", False)
    return {"factor": factor, "width": wide.measure, "height": wide.depth, "items": items}


class _Setting(NamedTuple):
    """Where items are set."""

    page: Page
    style: Style
    show: Callable[[str], str]
    grids: dict[int, Set]

    def fit(self, text: str, width: float, size: float) -> Words:
        return words(self.show(text), width / size)

    def planned(self, place: int, item: Item, first_note: int) -> dict[str, Any]:
        if isinstance(item, Grid):
            chosen = self.grids[place]
            return planned_grid(item, self.page.depth, self.show, first_note, face=chosen.face, widths=chosen.widths)
        if isinstance(item, Bars):
            return self._bars(item)
        return self._code(item) if isinstance(item, Code) else self._paragraph(item)

    def notes(self, grid: Grid) -> Iterator[dict[str, Any]]:
        for _, notes in grid.beside:
            for note in notes:
                yield {"number": note.number, "severity": note.severity, "text": self.fit(note.text, 120, 7.5)}

    def _paragraph(self, item: Paragraph) -> dict[str, Any]:
        size = _SIZES[self.style].get(item.role, _LARGEST[self.style])
        fit = [self.fit(text, self.page.measure - 3 * size, size) for text in (item.text, item.right)]
        return {"kind": "p", "role": item.role, "text": fit[0], "right": fit[1]}

    def _bars(self, item: Bars) -> dict[str, Any]:
        rows = []
        for label, values in item.rows:
            shares = [None if value is None or item.full <= 0 else float(min(max(value / item.full, Decimal(0)), Decimal(1))) for value in values]
            printed = ["—" if value is None else f"{value:f}{self.show(item.unit)}" for value in values]
            rows.append({"label": self.fit(label, self.page.measure * _LABELS, 9), "shares": shares, "values": printed})
        return {
            "kind": "b",
            "caption": self.fit(item.caption, self.page.measure, 12),
            "series": [self.fit(name, self.page.measure - 30, 9) for name in item.series],
            "rows": rows,
            "ticks": [f"{tick:f}{self.show(item.unit)}" for tick in (0 * item.full, item.full / 2, item.full)],
        }

    def _code(self, item: Code) -> dict[str, Any]:
        width = self.page.measure - _CODE
        return {"kind": "c", "caption": self.fit(item.caption, width, 9), "text": self.fit(item.text, width, 8.5), "drawing": drawing_of(item.text)}
