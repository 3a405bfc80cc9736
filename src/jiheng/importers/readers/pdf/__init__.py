"""PDF files with a text layer to blocks: ruled tables by their lines, others by their gaps, paragraphs around them.

Scripts and attachments in a file are never run or opened. A page that shows only a picture is named by ``pages_without_text``; reading the
picture is another reader's work.
"""

from __future__ import annotations

from decimal import Decimal

from jiheng.domain.document import Anchor, Notice, Paragraph, Table, make_anchor, make_cell
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import MAX_CELLS, Reading
from jiheng.importers.readers.pdf.alignment import aligned
from jiheng.importers.readers.pdf.drawing import Drawing, read_drawing
from jiheng.importers.readers.pdf.engine import opened, pdfium, pypdfium2
from jiheng.importers.readers.pdf.glyphs import Run, characters, runs, upright_turns
from jiheng.importers.readers.pdf.page import FoundTable, blocks_of
from jiheng.importers.readers.pdf.paragraphs import FoundText
from jiheng.importers.readers.pdf.view import Box, View

__all__ = ["pages_without_text", "read"]

FEWEST_CHARACTERS = 20
_LARGEST = 20_000.0  # points on a side
_MAX_CHARACTERS = 200_000
_CERTAIN = Decimal(1)
_TENTHS: dict[int, Decimal] = {}


def read(source: bytes) -> Reading:
    """Blocks of all pages in order; a table that goes on over a page gives one block per page, with the same columns.

    Raises:
        UnreadableFileError: ``file.protected``, ``file.damaged`` or ``file.limit``.
    """
    pages: list[tuple[View, list[FoundTable | FoundText]]] = []
    with opened(source) as document:
        notices = _notices(document)
        seen: list[tuple[float, float]] = []
        for number in range(1, len(document) + 1):
            view, found, drawing = _look(document, number)
            shown = blocks_of(found, drawing, view, seen)
            seen = [(block.xs[0], block.xs[-1]) for block in shown if isinstance(block, FoundTable)]
            pages.append((view, shown))
    pages = aligned(pages)
    cells = sum(len(block.cells) for _, blocks in pages for block in blocks if isinstance(block, FoundTable))
    if cells > MAX_CELLS:
        raise UnreadableFileError("file.limit", f"PDF 有 {cells} 个单元格，超过 {MAX_CELLS} 个的上限。请只保留自评表再试。")
    blocks = tuple(_block(block, view, number) for number, (view, shown) in enumerate(pages, start=1) for block in shown)
    return Reading(blocks, notices)


def pages_without_text(source: bytes) -> tuple[int, ...]:
    """The pages (from 1) that show a picture or drawn shapes and next to no text."""
    with opened(source) as document:
        counts = [(number, *_visible(document, number)) for number in range(1, len(document) + 1)]
    return tuple(number for number, count, pictured in counts if pictured and count < FEWEST_CHARACTERS)


def _look(document: pypdfium2.PdfDocument, number: int) -> tuple[View, list[Run], Drawing]:
    """A page's view, visible runs and drawing."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError("file.damaged", f"PDF 第 {number} 页已损坏，无法读取。请重新下载，或由原文件重新导出后再试。") from error
    try:
        text_page = page.get_textpage()
        try:
            count = max(0, pdfium.FPDFText_CountChars(text_page.raw))
            if count > _MAX_CHARACTERS:
                raise UnreadableFileError("file.limit", f"PDF 第 {number} 页有 {count} 个字符，超过 {_MAX_CHARACTERS} 个的上限。请拆成几份再试。")
            view = _view(page, number, upright_turns(text_page.raw, count))
            drawing = read_drawing(page.raw, view, number)
            return view, runs(text_page.raw, characters(text_page.raw, count), view, drawing.hidden), drawing
        finally:
            text_page.close()
    finally:
        page.close()


def _view(page: pypdfium2.PdfPage, number: int, turns: int | None) -> View:
    left, bottom, right, top = page.get_bbox()
    if not (0 < right - left <= _LARGEST and 0 < top - bottom <= _LARGEST):
        raise UnreadableFileError(
            "file.limit", f"PDF 第 {number} 页的尺寸为 {right - left:.0f}×{top - bottom:.0f} 点，超出可读范围。请按 A4 或 A3 重新导出再试。"
        )
    rotate = page.get_rotation() // 90
    return View(left, bottom, right, top, rotate, rotate if turns is None else turns)


def _visible(document: pypdfium2.PdfDocument, number: int) -> tuple[int, bool]:
    """How many legible characters a page shows, and whether it shows a picture or shapes that may be text."""
    view, found, drawing = _look(document, number)
    legible = sum(1 for run in found for character in run.text if character != "\ufffd" and not "\ue000" <= character <= "\uf8ff")
    pictured = any((x1 - x0) * (y1 - y0) > 0.02 * view.width * view.height for x0, y0, x1, y1 in drawing.pictures)
    unreadable = sum(len(run.text) for run in found) - legible
    return (0 if unreadable > legible else legible), pictured or drawing.curves > 200 or unreadable > legible


def _notices(document: pypdfium2.PdfDocument) -> tuple[Notice, ...]:
    scripts = pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw)
    attached = pdfium.FPDFDoc_GetAttachmentCount(document.raw)
    parts = [f"{scripts} 段脚本" if scripts > 0 else "", f"{attached} 个附件" if attached > 0 else ""]
    named = "、".join(part for part in parts if part)
    return (Notice("file.macro", f"PDF 含有{named}，未运行也未打开。请确认文件来源可靠。"),) if named else ()


def _tenths(value: float) -> Decimal:
    tenths = round(value * 10)
    known = _TENTHS.get(tenths)
    if known is None:
        known = _TENTHS[tenths] = Decimal(tenths).scaleb(-1)
    return known


def _box(box: Box, view: View) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    x0, y0, x1, y1 = box if view.rotate == view.turns else view.shown(box)
    return (_tenths(x0), _tenths(y0), _tenths(x1), _tenths(y1))


def _block(block: FoundTable | FoundText, view: View, number: int) -> Paragraph | Table:
    if isinstance(block, FoundText):
        return Paragraph(block.text, Anchor(page=number, box=_box(block.box, view), text=block.text))
    cells = []
    for (row, column, down, across), box, text, literal in block.cells:
        anchor = make_anchor((number, None, f"R{row + 1}C{column + 1}", None, _box(box, view), text))
        cells.append(make_cell((row, column, text, anchor, down, across, None, literal, _CERTAIN, None, ())))
    return Table(tuple(cells), block.row_count, len(block.xs) - 1)
