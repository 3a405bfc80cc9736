"""Which reader a PDF goes to: its text, recognition, or page by page."""

from __future__ import annotations

import io

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageDraw

from jiheng.domain.document import Paragraph, Table
from jiheng.importers.reading import SCAN, read
from jiheng.importers.routes import pdf_or_scan


def scanned_page() -> bytes:
    """A page that is a picture: a ruled table of two rows with figures in it."""
    picture = Image.new("RGB", (1240, 500), "white")
    draw = ImageDraw.Draw(picture)
    for y in (100, 200, 300):
        draw.line((100, y, 1100, y), fill="black", width=3)
    for x in (100, 433, 766, 1100):
        draw.line((x, 100, x, 300), fill="black", width=3)
    for row, y in enumerate((135, 235)):
        for column, x in enumerate((180, 520, 850)):
            draw.text((x, y), f"{row + 1}{column + 1}.50", fill="black", font_size=40)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150)
    return out.getvalue()


def text_page() -> bytes:
    words = "".join(f"BT /F1 12 Tf 60 {y} Td (plain text of the first page, line {y}) Tj ET\n" for y in (700, 680, 660))
    stream = words.encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(objects, start=1))
    return out + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF"


def joined(*parts: bytes) -> bytes:
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        whole.import_pages(pypdfium2.PdfDocument(part))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def figures(blocks: tuple[Paragraph | Table, ...]) -> list[str]:
    return [cell.text for block in blocks if isinstance(block, Table) for cell in block.cells]


def test_a_pdf_of_text_is_read_by_its_text() -> None:
    (paragraph, *_) = pdf_or_scan(text_page()).blocks
    assert isinstance(paragraph, Paragraph)
    assert "plain text" in paragraph.text


def test_a_pdf_of_pictures_is_recognised_and_says_how_sure_it_is() -> None:
    document = read(scanned_page(), "扫描.pdf")
    assert document.format == SCAN
    assert figures(document.blocks) == ["11.50", "12.50", "13.50", "21.50", "22.50", "23.50"]


def test_a_picture_among_pages_of_text_is_recognised_in_its_place() -> None:
    reading = pdf_or_scan(joined(text_page(), scanned_page(), text_page()))
    pages = [next(iter(block.cells)).anchor.page if isinstance(block, Table) else block.anchor.page for block in reading.blocks]
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert set(pages) == {1, 2, 3}
    assert figures(reading.blocks)[:3] == ["11.50", "12.50", "13.50"]
