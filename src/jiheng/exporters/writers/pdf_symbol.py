"""A QR code as vector drawing. The only door to segno among the PDF files."""

from __future__ import annotations

import segno

_QUIET = 2
"""White modules around the code; the page around is white too."""


def drawing_of(text: str) -> str:
    """The code of a text as SVG, ``""`` where the text is empty or longer than a code can hold."""
    if not text:
        return ""
    try:
        matrix = segno.make_qr(text.encode("utf-8", "replace"), error="m", boost_error=False).matrix
    except segno.DataOverflowError:
        return ""
    side = len(matrix) + 2 * _QUIET
    runs = "".join(_row(bytes(row), _QUIET + y) for y, row in enumerate(matrix))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path fill="#000" d="{runs}"/></svg>'


def _row(modules: bytes, y: int) -> str:
    """The dark stretches of a row; a hair higher than a module, so that no viewer shows seams."""
    parts = []
    x = 0
    while x < len(modules):
        end = x
        while end < len(modules) and modules[end]:
            end += 1
        if end > x:
            parts.append(f"M{_QUIET + x} {y}h{end - x}v1.02h{x - end}z")
        x = end + 1
    return "".join(parts)
