"""Text as WordprocessingML: every character in its place or visibly replaced, line breaks and blanks kept; and how much room a text takes."""

from __future__ import annotations

import re

_NEEDS_CARE = re.compile('[&<>"\t\n\r\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
_NO_SIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_EITHER_FACE = re.compile("[\xa1-\xff\u2010-\u2bff]")
"""Signs that Latin and Chinese faces both draw (“ ” — … ≥ ①); Word takes the Latin one unless told."""
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
_CHINESE = '<w:rFonts w:hint="eastAsia"/>'


def escaped(text: str) -> str:
    """The text as XML content or attribute; characters that XML cannot hold become �, the ends of lines one line feed each.

    >>> escaped("<甲> & 乙" + chr(7))
    '&lt;甲&gt; &amp; 乙�'
    """
    if _NEEDS_CARE.search(text) is None:
        return text
    text = _NO_SIGN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def run(text: str, properties: str = "") -> str:
    """A ``w:r`` with the text, nothing where there is none; ``properties`` are those that follow the fonts in ``w:rPr``."""
    if not text:
        return ""
    shown = escaped(text)
    if "\n" in shown or "\t" in shown:
        shown = shown.replace("\n", _BREAK).replace("\t", _TAB)
    if _EITHER_FACE.search(text) is not None:
        properties = _CHINESE + properties
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{shown}</w:t></w:r>'


def half_widths(text: str) -> int:
    """How many half-width characters the text is as wide as, roughly: Chinese characters count two, Latin letters and digits one.

    >>> half_widths("满意度≥90%")
    11
    """
    return (len(text) + len(text.encode("utf-8", "replace"))) // 2


def lines_of(text: str, halves: int) -> int:
    """How many printed lines the text takes in a column so many half-width characters wide."""
    halves = max(halves, 2)
    if "\n" not in text:
        return 1 + (half_widths(text) - 1) // halves if text else 1
    return sum(1 + max(half_widths(part) - 1, 0) // halves for part in text.split("\n"))
