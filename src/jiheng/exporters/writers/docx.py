"""A Layout as a Word file (.docx), written as WordprocessingML directly: real tables, real styles, page numbers, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jiheng.exporters.layout.model import Bars, Code, Grid, Item, Layout, Paragraph, Section, Style
from jiheng.exporters.writers.docx_drawings import Drawn, charts, code_block, code_picture, code_text, placed
from jiheng.exporters.writers.docx_package import HEAD, Part, R, W, footer_references, own_id, package
from jiheng.exporters.writers.docx_page import Page, page_of, section_properties
from jiheng.exporters.writers.docx_styles import PARAGRAPH_STYLES, SEAM, SPACER, size_of
from jiheng.exporters.writers.docx_tables import tables
from jiheng.exporters.writers.docx_text import half_widths, run

_ROOT = f'{HEAD}<w:document xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><w:body>'
_SEAM, _SPACER = (f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p>' for style in (SEAM, SPACER))
_TABLE_END = "</w:tbl>"


def write(layout: Layout) -> bytes:
    """The layout as a .docx; any text can be written, characters that XML cannot hold become �."""
    parts: list[Part] = []
    out = [_ROOT]
    footers = footer_references(layout.style)
    sections = layout.sections or (Section("", ()),)
    for number, section in enumerate(sections, start=1):
        page = page_of(layout.style, section.orientation)
        blocks = _separated(_blocks(section.items, page, layout.style, parts))
        properties = section_properties(page, footers)
        if number < len(sections):  # a section ends in a paragraph that holds its properties; only the last has them in the body
            blocks[-1] = blocks[-1].replace("</w:pPr>", f"{properties}</w:pPr>", 1)
            properties = ""
        out += (*blocks, properties)
    out.append("</w:body></w:document>")
    return package(layout.style, layout.title, "".join(out), parts)


def _separated(blocks: Iterator[str]) -> list[str]:
    """The blocks with a paragraph between tables, which would grow together, and one after a table at the end, which LibreOffice needs."""
    out: list[str] = []
    for block in blocks:
        if block.startswith("<w:tbl>") and out and out[-1].endswith(_TABLE_END):
            out.append(_SPACER)
        out.append(block)
    if not out or out[-1].endswith(_TABLE_END):
        out.append(_SEAM)
    return out


def _blocks(items: Sequence[Item], page: Page, style: Style, parts: list[Part]) -> Iterator[str]:
    """Paragraphs and tables, one string each, in order; the charts and pictures they refer to go to ``parts``."""
    for item in _runs(items):
        match item:
            case Paragraph():
                yield _paragraph(item, page, style)
            case list():
                for index, block in enumerate(tables(item, page)):
                    if index:
                        yield _SEAM
                    yield block
            case Bars():
                for drawn in charts(item, page, len(parts) + 1):
                    yield _show(drawn, parts)
                if item.caption:
                    yield f'<w:p><w:pPr><w:pStyle w:val="{PARAGRAPH_STYLES["caption"]}"/><w:keepNext w:val="0"/></w:pPr>{run(item.caption)}</w:p>'
            case Code():
                yield from _code(item, page, parts)


def _runs(items: Sequence[Item]) -> list[Paragraph | Bars | Code | list[Grid]]:
    """The items, grids in lists of their own with those that continue them."""
    out: list[Paragraph | Bars | Code | list[Grid]] = []
    for item in items:
        if not isinstance(item, Grid):
            out.append(item)
        elif item.joined and out and isinstance(out[-1], list):
            out[-1].append(item)
        else:
            out.append([item])
    return out


def _paragraph(item: Paragraph, page: Page, style: Style) -> str:
    text = _bracketed(item.text) if item.role == "gap" else item.text
    look = f'<w:pStyle w:val="{PARAGRAPH_STYLES[item.role]}"/>'
    if not item.right:
        return f"<w:p><w:pPr>{look}</w:pPr>{run(text)}</w:p>"
    room = page.text_width // (5 * size_of(style, item.role))
    fits = half_widths(text.rpartition("\n")[2]) + half_widths(item.right) < room
    look += f'<w:tabs><w:tab w:val="right" w:pos="{page.text_width}"/></w:tabs><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/>'
    between = "<w:r><w:tab/></w:r>" if fits else "<w:r><w:br/><w:tab/></w:r>"
    return f"<w:p><w:pPr>{look}</w:pPr>{run(text)}{between}{run(item.right)}</w:p>"


def _bracketed(text: str) -> str:
    return text if text.startswith("【") and text.endswith("】") else f"【{text}】"


def _code(code: Code, page: Page, parts: list[Part]) -> Iterator[str]:
    drawn = code_picture(code, len(parts) + 1)
    if drawn is None:
        if code.caption:
            yield _paragraph(Paragraph(code.caption, "note"), page, "form")
        yield code_text(code)
    else:
        yield code_block(code, _show(drawn, parts), drawn.width, page)


def _show(drawn: Drawn, parts: list[Part]) -> str:
    parts.append(drawn.part)
    return placed(drawn, own_id(len(parts) - 1), len(parts))
