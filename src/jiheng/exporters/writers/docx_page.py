"""The paper of a Word file: A4, its margins by style and orientation, in twips (a twentieth of a point)."""

from __future__ import annotations

from typing import NamedTuple

from jiheng.exporters.layout.model import Orientation, Style

_SHORT_SIDE, _LONG_SIDE = 11906, 16838
_MARGINS: dict[tuple[Style, Orientation], tuple[int, int, int, int, int]] = {
    # top, right, bottom, left, footer to the edge. Official: 37 mm above, 28 mm left, a type area of 156 mm by 225 mm, turned for wide pages.
    ("official", "portrait"): (2098, 1474, 1984, 1588, 1417),
    ("official", "landscape"): (1588, 2098, 1474, 1984, 794),
    ("form", "portrait"): (1020, 1020, 1020, 1020, 567),
    ("form", "landscape"): (1020, 1020, 1020, 1020, 567),
}


class Page(NamedTuple):
    """One size of page: the sheet, its margins, and how far the page number stands from the lower edge."""

    width: int
    height: int
    top: int
    right: int
    bottom: int
    left: int
    footer: int

    @property
    def text_width(self) -> int:
        """The width of the type area."""
        return self.width - self.left - self.right

    @property
    def text_height(self) -> int:
        """The height of the type area."""
        return self.height - self.top - self.bottom


def page_of(style: Style, orientation: Orientation) -> Page:
    """The page that a section of this style and orientation is printed on."""
    width, height = (_SHORT_SIDE, _LONG_SIDE) if orientation == "portrait" else (_LONG_SIDE, _SHORT_SIDE)
    return Page(width, height, *_MARGINS[style, orientation])


def section_properties(page: Page, footers: str) -> str:
    """The ``w:sectPr`` of a section on this page; ``footers`` are its references."""
    turned = ' w:orient="landscape"' if page.width > page.height else ""
    return (
        f'<w:sectPr>{footers}<w:type w:val="nextPage"/><w:pgSz w:w="{page.width}" w:h="{page.height}"{turned}/>'
        f'<w:pgMar w:top="{page.top}" w:right="{page.right}" w:bottom="{page.bottom}" w:left="{page.left}"'
        f' w:header="567" w:footer="{page.footer}" w:gutter="0"/><w:cols w:space="425"/></w:sectPr>'
    )
